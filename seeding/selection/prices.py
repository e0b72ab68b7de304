"""Prices on covered sets that bound every choice, and tell which candidates no better choice can do with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.selection.reduction import Reduced

# Prices are integers, in this part of a set: what is proven with them is proven without rounding.
SCALE = 16
MOST_STEPS = 400
# Each step keeps this part of the last direction, which damps the zigzag of plain subgradients.
_MOMENTUM = 0.7
# The stride shrinks after so many steps without a lower bound; stop when so many gain next to nothing.
_PATIENCE, _SHRINK, _WINDOW, _WORTHWHILE = 10, 0.6, 80, 1e-4
# Where more samples are the alternative, so many steps must close this part of what is missing.
_GLANCE, _PROGRESS = 20, 0.1
_BISECTIONS = 24


@dataclass(frozen=True, eq=False)
class Purse:
    """What a choice may use: the sum of `costs` at most `budget`, and at most `k` candidates; integers."""

    costs: np.ndarray
    budget: int
    k: int

    @classmethod
    def of(cls, costs: np.ndarray, budget: int | None, k: int | None) -> Purse:
        """Express one or both limits; a head count alone is a budget at which everybody costs 1."""
        n = costs.size
        if budget is None:
            return cls(np.ones(n, np.int64), n if k is None else min(k, n), n)
        return cls(costs, budget, n if k is None else min(k, n))

    def allows(self, chosen: np.ndarray) -> bool:
        """Tell whether a marked choice stays within both limits; exact for any size of number."""
        return sum(self.costs[chosen].tolist()) <= self.budget and int(chosen.sum()) <= self.k

    def after(self, bought: np.ndarray, free: np.ndarray) -> Purse:
        """Return what is left, for the candidates `free`, once the marked ones are `bought`."""
        left = self.budget - sum(self.costs[bought].tolist())
        return Purse(self.costs[free], left, self.k - int(bought.sum()))


@dataclass(frozen=True, eq=False)
class Priced:
    """The bound that some prices prove, and what it says about each candidate.

    For prices 0 ≤ y_r ≤ w_r and any λ, μ ≥ 0, a choice x covers at most
    Σ_r (w_r − y_r) + λ·budget + μ·k + Σ_v max(0, ρ_v − λ·cost_v − μ), where ρ_v is the weight only v covers
    plus the prices of the sets that hold v.

    Attributes
    ----------
    prices
        y in 1/SCALE of a set; int64.
    bound
        No feasible choice covers more.
    slack
        Per candidate: no choice that decides it against the sign of its reduced worth covers more than this.
    wanted
        Whether the reduced worth ρ_v − λ·cost_v − μ is positive.
    """

    prices: np.ndarray
    bound: int
    slack: np.ndarray
    wanted: np.ndarray

    def needless(self, covered: int) -> np.ndarray:
        """Mark candidates that no choice covering more than `covered` contains."""
        marked: np.ndarray = (self.slack <= covered) & ~self.wanted
        return marked

    def needed(self, covered: int) -> np.ndarray:
        """Mark candidates that every choice covering more than `covered` contains."""
        marked: np.ndarray = (self.slack <= covered) & self.wanted
        return marked


def price(
    sample: Reduced,
    purse: Purse,
    chosen: np.ndarray,
    covered: int,
    time_left: Callable[[], bool] = lambda: True,
    enough: int = 0,
    patient: bool = True,
) -> Priced:
    """Look for prices with a low bound, by subgradient steps from those the choice at hand suggests.

    Held, Wolfe and Crowder, Mathematical Programming 6 (1974), with Polyak's step towards `covered`.

    Parameters
    ----------
    sample, purse
        The sample and the limits.
    chosen, covered
        A good choice, marked, and the weight it covers.
    time_left
        Asked before every step.
    enough
        Stop once the bound is at most this.
    patient
        Go on for as long as steps gain anything; otherwise stop where they lead to `enough` too slowly.

    Returns
    -------
    The best prices met; the bound they prove is exact whatever they are.
    """
    from seeding._kernels.lagrangian import move, steer

    weight = sample.weight.astype(np.float64)
    rows = sample.set_indptr, sample.set_members
    prices = weight / np.maximum(times_covered(sample, chosen.astype(np.float64)), 1.0)
    scores, rest = _scores(sample, prices), float((weight - prices).sum())
    best, best_prices, stride, waited = np.inf, prices.copy(), 1.0, 0
    direction, history = np.zeros_like(weight), [np.inf]
    for step in range(MOST_STEPS):
        relaxed = relax(scores, purse)
        value = rest + relaxed.value
        waited = 0 if value < best * (1 - 1e-6) else waited + 1
        if value < best:
            best = value
            np.copyto(best_prices, prices)
        history.append(best)
        if best < max(covered + 1, enough) or not time_left():
            break
        if _stalled(history) or not (patient or _promising(history, max(covered, enough))):
            break
        if waited == _PATIENCE:
            stride, waited = stride * _SHRINK, 0
            np.copyto(prices, best_prices)
        length = steer(*rows, weight, relaxed.parts, prices, _MOMENTUM, direction)
        if length == 0.0 or step == MOST_STEPS - 1:
            break
        scores = sample.singleton_weight.astype(np.float64)
        rest = move(*rows, weight, direction, stride * (value - covered) / length, prices, scores)
    whole = np.clip(np.rint(best_prices * SCALE).astype(np.int64), 0, sample.weight * SCALE)
    return _prove(sample, purse, whole)


def cut(sample: Reduced, prices: np.ndarray) -> tuple[int, np.ndarray]:
    """Return (rest, scores): SCALE times what any x covers is at most rest + Σ_v scores_v·x_v; integers."""
    from seeding._kernels.lagrangian import add_scores

    scores = sample.singleton_weight * SCALE
    add_scores(sample.set_indptr, sample.set_members, prices, scores)
    return int(sample.weight.sum()) * SCALE - int(prices.sum()), scores


def cut_at(sample: Reduced, chosen: np.ndarray, prices: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the cut that is tight at a marked choice (Cordeau, Furini and Ljubić, EJOR 2019).

    A set nobody covers has its full weight as price, one that several cover has none; where exactly one
    covers it any price is tight, and `prices` decides.
    """
    times = times_covered(sample, chosen.astype(np.int64))
    tight = np.where(times == 0, sample.weight * SCALE, np.where(times == 1, prices, 0))
    return cut(sample, tight)


def times_covered(sample: Reduced, parts: np.ndarray) -> np.ndarray:
    """Add up the parts of each set's members."""
    if sample.n_merged == 0:
        return np.zeros(0, parts.dtype)
    times: np.ndarray = np.add.reduceat(parts[sample.set_members], sample.set_indptr[:-1])
    return times


def _scores(sample: Reduced, prices: np.ndarray) -> np.ndarray:
    from seeding._kernels.lagrangian import add_scores

    scores = sample.singleton_weight.astype(np.float64)
    add_scores(sample.set_indptr, sample.set_members, prices, scores)
    return scores


def _stalled(history: list[float]) -> bool:
    return len(history) > _WINDOW and history[-1] > history[-_WINDOW] * (1 - _WORTHWHILE)


def _promising(history: list[float], enough: int) -> bool:
    """Tell whether the last steps closed a fair part of what is missing to a bound that is enough."""
    if len(history) <= _GLANCE + 1:
        return True
    return history[-_GLANCE - 1] - history[-1] >= _PROGRESS * (history[-1] - enough)


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """The fractional knapsack under both limits: its value, parts, and the worth of money and of a place."""

    value: float
    parts: np.ndarray
    money: float
    place: float


def relax(scores: np.ndarray, purse: Purse) -> _Relaxed:
    """Solve the fractional knapsack; where the head count binds too, bisect for the worth of a place."""
    few = many = _fill(scores, purse, 0.0)
    if few.parts.sum() <= purse.k:
        return few
    low, high = 0.0, float(scores.max())
    few = _fill(scores, purse, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        tried = _fill(scores, purse, middle)
        if tried.parts.sum() <= purse.k:
            high, few = middle, tried
        else:
            low, many = middle, tried
    least, most = few.parts.sum(), many.parts.sum()
    share = (purse.k - least) / (most - least)
    return _Relaxed(few.value, (1 - share) * few.parts + share * many.parts, few.money, few.place)


def _fill(scores: np.ndarray, purse: Purse, place: float) -> _Relaxed:
    """Fill the budget best worth per cost first, when each candidate also pays `place`."""
    worth = scores - place
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(worth > 0, worth / purse.costs, 0.0)
    order = np.argsort(-ratio, kind="stable")
    order = order[: int(np.count_nonzero(worth > 0))]
    spent = np.cumsum(purse.costs[order], dtype=np.float64)
    whole = int(np.searchsorted(spent, purse.budget, side="right"))
    parts, money = np.zeros(scores.size), 0.0
    parts[order[:whole]] = 1.0
    if whole < order.size:
        left = purse.budget - (float(spent[whole - 1]) if whole else 0.0)
        parts[order[whole]] = left / float(purse.costs[order[whole]])
        money = float(ratio[order[whole]])
    return _Relaxed(float((worth * parts).sum()) + place * purse.k, parts, money, place)


def bound_at(rest: int, scores: np.ndarray, purse: Purse) -> int:
    """Bound (rest + Σ_v scores_v·x_v) / SCALE over every x within both limits at once; exact integers."""
    total, unit, _ = _dual(rest, scores, purse)
    return total // unit


def _dual(rest: int, scores: np.ndarray, purse: Purse) -> tuple[int, int, list[int]]:
    """Evaluate the bound in integers of any size; λ is taken as the exact fraction its float is.

    Returns
    -------
    The bound in parts of a set, how many parts a set has, and each candidate's reduced worth in these parts.
    """
    relaxed = relax(scores.astype(np.float64), purse)
    up, down = relaxed.money.as_integer_ratio()
    place = round(relaxed.place)
    reduced = [
        (score - place) * down - up * cost
        for score, cost in zip(scores.tolist(), purse.costs.tolist(), strict=True)
    ]
    total = (rest + place * purse.k) * down + up * purse.budget + sum(r for r in reduced if r > 0)
    return total, SCALE * down, reduced


def _prove(sample: Reduced, purse: Purse, prices: np.ndarray) -> Priced:
    total, unit, reduced = _dual(*cut(sample, prices), purse)
    slack = np.array([(total - abs(r)) // unit for r in reduced], dtype=np.int64)
    return Priced(prices, total // unit, slack, np.array([r > 0 for r in reduced], dtype=np.bool_))
