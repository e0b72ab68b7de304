"""Prices on covered sets that bound every choice, and tell which candidates no better choice can do with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.selection.bounds.passes import Passes, open_passes
from seeding.selection.bounds.relaxation import SCALE, Allowance
from seeding.selection.coverage_reduction import Reduced

MOST_STEPS = 400
# Each step keeps this part of the last direction, which damps the zigzag of plain subgradients.
_MOMENTUM = 0.7
# Mean parts count the last step this much, at least.
_MEAN_OF_LAST = 0.1
# The stride shrinks after so many steps without a lower bound; stop when so many gain next to nothing.
_PATIENCE, _SHRINK, _WINDOW, _WORTHWHILE = 10, 0.6, 80, 1e-4
# Where more samples are the alternative, so many steps must close this part of what is missing.
_GLANCE, _PROGRESS = 20, 0.1


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
    parts
        Mean part of each candidate in the fractional choices of the last steps.
    """

    prices: np.ndarray
    bound: int
    slack: np.ndarray
    wanted: np.ndarray
    parts: np.ndarray

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
    purse: Allowance,
    chosen: np.ndarray,
    covered: int,
    time_left: Callable[[], bool] = lambda: True,
    enough: int = 0,
    patient: bool = True,
    threads: int = 1,
    begin: np.ndarray | None = None,
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
    threads
        Threads to use; the result is the same for any number.
    begin
        Part of each candidate that the first prices go by, from an earlier search; those of `chosen` if None.

    Returns
    -------
    The best prices met; the bound they prove is exact whatever they are.
    """
    parts = chosen.astype(np.float64) if begin is None else begin
    prices = sample.weight / np.maximum(times_covered(sample, parts), 1.0)
    with open_passes(sample, threads) as passes:
        best_prices, mean = _descend(passes, purse, prices, covered, time_left, enough, patient)
    whole = np.clip(np.rint(best_prices * SCALE).astype(np.int64), 0, sample.weight * SCALE)
    return _prove(sample, purse, whole, mean)


def _descend(
    passes: Passes,
    purse: Allowance,
    prices: np.ndarray,
    covered: int,
    time_left: Callable[[], bool],
    enough: int,
    patient: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Change `prices` step by step; returns the best met, and the mean part of each candidate on the way."""
    scores, rest = passes.scores(prices), float((passes.weight - prices).sum())
    best, best_prices, stride, waited = np.inf, prices.copy(), 1.0, 0
    direction, history, mean = np.zeros_like(prices), [np.inf], np.zeros(purse.n)
    for step in range(MOST_STEPS):
        relaxed = purse.relax(scores)
        mean += max(_MEAN_OF_LAST, 1 / (step + 1)) * (relaxed.parts - mean)
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
        length = passes.steer(relaxed.parts, prices, _MOMENTUM, direction)
        if length == 0.0 or step == MOST_STEPS - 1:
            break
        rest, scores = passes.move(direction, stride * (value - covered) / length, prices)
    return best_prices, mean


def cut(sample: Reduced, prices: np.ndarray) -> tuple[int, np.ndarray]:
    """Return (rest, scores): SCALE times what any x covers is at most rest + Σ_v scores_v·x_v; integers."""
    from seeding._kernels.coverage.subgradient import add_scores

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


def _stalled(history: list[float]) -> bool:
    return len(history) > _WINDOW and history[-1] > history[-_WINDOW] * (1 - _WORTHWHILE)


def _promising(history: list[float], enough: int) -> bool:
    """Tell whether the last steps closed a fair part of what is missing to a bound that is enough."""
    if len(history) <= _GLANCE + 1:
        return True
    return history[-_GLANCE - 1] - history[-1] >= _PROGRESS * (history[-1] - enough)


def _prove(sample: Reduced, purse: Allowance, prices: np.ndarray, mean: np.ndarray) -> Priced:
    total, unit, reduced = purse.dual(*cut(sample, prices))
    slack = np.array([(total - abs(r)) // unit for r in reduced], dtype=np.int64)
    return Priced(prices, total // unit, slack, np.array([r > 0 for r in reduced], dtype=np.bool_), mean)


def bound_at(rest: int, scores: np.ndarray, purse: Allowance) -> int:
    """Bound (rest + Σ_v scores_v·x_v) / SCALE over every x within limits and rules; exact integers."""
    total, unit, _ = purse.dual(rest, scores)
    return total // unit
