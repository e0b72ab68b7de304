"""What coverage costs at least, and what it earns at most: Lagrangian bounds with money on both sides.

For any prices 0 ≤ y_r ≤ 1 of the sets of a sample, every choice x covers at most

    Σ_r (1 − y_r) + Σ_v x_v · ρ_v,   ρ_v = Σ_{r ∋ v} y_r,

which is linear, and so can be weighed against costs: `most_earned` bounds slope · covered − cost from above,
`least_cost` bounds from below what covering a number of sets costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.bounds.passes import Passes
from seeding.selection.bounds.relaxation import SCALE, Purse
from seeding.selection.bounds.subgradient import cut, times_covered
from seeding.selection.coverage_reduction import Reduced, project

MOST_STEPS = 300
# As in `prices`: momentum, patience before the stride shrinks, and when steps have become useless.
_MOMENTUM, _PATIENCE, _SHRINK, _WINDOW, _WORTHWHILE = 0.7, 10, 0.6, 60, 1e-4
# Sums of floats are rounded; bounds are loosened by this part of the amounts in them.
_ROUNDING = 1e-9
_GOLDEN, _SECTIONS = (5**0.5 - 1) / 2, 60


@dataclass(frozen=True, eq=False)
class Cut:
    """A linear bound on coverage: SCALE times what x covers is at most rest + Σ_v scores_v·x_v; integers."""

    rest: int
    scores: np.ndarray

    @property
    def uncovered(self) -> float:
        """The part of the bound that no candidate is needed for, in sets."""
        return self.rest / SCALE

    @property
    def parts(self) -> np.ndarray:
        """ρ of each candidate, in sets."""
        parts: np.ndarray = self.scores / SCALE
        return parts


def price_sets(
    sample: Coverage,
    costs: np.ndarray,
    limits: Limits,
    slope: float,
    chosen: np.ndarray,
    steps: int,
    time_left: Callable[[], bool] = lambda: True,
) -> Cut:
    """Look for prices with a low bound on slope · covered − cost, by subgradient steps.

    Parameters
    ----------
    sample, costs, limits
        The sample, what candidates cost, and what a choice may use.
    slope
        What a covered set is worth, in the unit of the costs.
    chosen
        A good choice, marked; the closer to the best, the faster the search.
    steps
        Most steps; with 0 the prices are those the choice suggests.
    time_left
        Asked before every step.

    Returns
    -------
    A cut that holds for every choice, whatever the prices found.
    """
    alone = sample.alone.astype(np.int64)
    # Who costs more than all it covers is worth adds nothing to the bound at any prices.
    inside = np.flatnonzero((alone > 0) & (costs <= limits.money) & ((slope * alone > 0.5 * costs) | chosen))
    scores = alone * SCALE
    if inside.size == 0:
        return Cut(0, scores)
    sets = project(sample.set_indptr, sample.members, len(sample.names), inside, threads=sample.threads)
    purse = Purse.of(costs[inside], limits.budget, limits.k)
    weight = sets.weight.astype(np.float64)
    marked = chosen[inside]
    prices = weight / np.maximum(times_covered(sets, marked.astype(np.float64)), 1.0)
    fees = costs[inside] / slope
    known = sets.covered(np.flatnonzero(marked)) - float(fees[marked].sum())
    prices = _descend(sets, purse, fees, prices, known, steps, time_left)
    whole = np.clip(np.rint(prices * SCALE).astype(np.int64), 0, sets.weight * SCALE)
    rest, scores[inside] = cut(sets, whole)
    return Cut(rest, scores)


def _descend(
    sets: Reduced,
    purse: Purse,
    fees: np.ndarray,
    prices: np.ndarray,
    known: float,
    steps: int,
    time_left: Callable[[], bool],
) -> np.ndarray:
    """Lower Σ_r (w_r − y_r) + max_x Σ_v x_v·(ρ_v − fee_v); returns the best prices met."""
    if sets.n_merged == 0:
        return prices
    passes = Passes(sets, None)
    scores, rest = passes.scores(prices), float((passes.weight - prices).sum())
    best, best_prices, stride, waited = np.inf, prices.copy(), 1.0, 0
    direction, history = np.zeros_like(prices), [np.inf]
    for _ in range(steps):
        relaxed = purse.relax(scores - fees)
        value = rest + relaxed.value
        waited = 0 if value < best - 1e-6 * abs(best) else waited + 1
        if value < best:
            best = value
            np.copyto(best_prices, prices)
        history.append(best)
        old = history[-_WINDOW] if len(history) > _WINDOW else np.inf
        if not time_left() or best < known + 0.5 or old - best < _WORTHWHILE * abs(best):
            break
        if waited == _PATIENCE:
            stride, waited = stride * _SHRINK, 0
            np.copyto(prices, best_prices)
        length = passes.steer(relaxed.parts, prices, _MOMENTUM, direction)
        if length == 0.0:
            break
        rest, scores = passes.move(direction, stride * (value - known) / length, prices)
    return best_prices


def most_earned(bound: Cut, costs: np.ndarray, limits: Limits, slope: float) -> float:
    """Bound slope · covered − cost over every choice within the limits."""
    able = np.flatnonzero((costs <= limits.money) & (bound.scores > 0))
    value = slope * bound.uncovered
    if able.size == 0:
        return value * (1 + _ROUNDING)
    worth = slope * bound.parts[able] - costs[able]
    purse = Purse.of(costs[able], limits.budget, limits.k)
    _, (money, place) = purse.relax_priced(worth)
    # Valid for whatever worth of money and places, so the rounding in finding these does no harm.
    kept = np.maximum(worth - money * purse.costs - place, 0.0).sum()
    value += money * purse.budget + place * purse.k + kept
    return float(value + _ROUNDING * (abs(value) + slope * bound.parts[able].sum()))


def least_cost(bound: Cut, costs: np.ndarray, limits: Limits, needed: int) -> tuple[float, float]:
    """Bound from below what any choice costs that covers `needed` sets.

    That is max_λ λ·(needed − rest) − Σ_v max(0, λ·ρ_v − cost_v), attained where the fractional choice of
    least cost ends; with a head count each place has a price besides.

    Returns
    -------
    The bound (infinite where nobody can cover so much), and the cost of one more set there.
    """
    able = np.flatnonzero((costs <= limits.money) & (bound.scores > 0))
    parts, price = bound.parts[able], costs[able].astype(np.float64)
    deficit = needed - bound.uncovered - _ROUNDING * needed
    if deficit <= 0:
        return 0.0, 0.0
    if parts.sum() < deficit:
        return np.inf, np.inf
    places = able.size if limits.k is None else limits.k

    def at(place: float) -> tuple[float, float, float]:
        order = np.argsort((price + place) / parts, kind="stable")
        whole = int(np.searchsorted(np.cumsum(parts[order]), deficit, side="left"))
        last = order[min(whole, order.size - 1)]
        rate = float((price[last] + place) / parts[last])
        kept = np.maximum(rate * parts - price - place, 0.0).sum()
        return float(rate * deficit - kept - place * places), rate, float(whole + 1)

    value, rate, used = at(0.0)
    if used > places:
        value, rate = max((value, rate), _best_place(at, float(price.max()) + 1.0))
    return max(0.0, value - _ROUNDING * (abs(value) + rate * deficit)), rate


def _best_place(at: Callable[[float], tuple[float, float, float]], high: float) -> tuple[float, float]:
    """Maximise a concave function of the price of a place, by golden section; any price is valid."""
    low, high = 0.0, 64.0 * high
    best = (0.0, 0.0)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    for _ in range(_SECTIONS):
        a, b = at(left)[:2], at(right)[:2]
        best = max(best, a, b)
        if a[0] < b[0]:
            low, left = left, right
            right = low + _GOLDEN * (high - low)
        else:
            high, right = right, left
            left = high - _GOLDEN * (high - low)
    return best
