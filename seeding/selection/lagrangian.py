"""A tight upper bound on the best coverage, by Lagrangian relaxation.

For any prices 0 ≤ y_r ≤ w_r of the sets, every feasible choice x covers at most

    Σ_r (w_r − y_r) + max_x Σ_v x_v · Σ_{r ∋ v} y_r,

because each covered set is paid for at least once. Subgradient steps look for prices that make this small
(Held, Wolfe and Crowder, Mathematical Programming 1974); whatever prices they end with, the bound holds. It
is evaluated in integers, so that rounding cannot make it too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seeding.constraints import Limits
from seeding.coverage import Coverage
from seeding.selection.greedy import Cover, best_addition
from seeding.selection.reduction import Reduced, reduce_sets

_MOST_STEPS = 160
# Steps shrink when this many in a row did not lower the bound.
_PATIENCE, _SHRINK = 4, 0.7
# Candidates whose whole coverage is below this part of what greedy's last pick was worth are left out at first.
_CORE = 0.8
# Prices are rounded to this part of a set before the bound is evaluated in integers.
_SCALE = 1 << 12


@dataclass(frozen=True, eq=False)
class Core:
    """The part of a sample that decides the bound: candidates that may matter, and the sets that hold them.

    Prices of all other sets are set to their full weight, and candidates outside are credited with all they
    cover, which keeps the bound valid.
    """

    inside: np.ndarray
    reduced: Reduced
    alone: np.ndarray
    costs: np.ndarray
    limits: Limits


def lagrangian_bound(sample: Coverage, costs: np.ndarray, limits: Limits, cover: Cover, enough: int) -> int:
    """Bound the coverage of every feasible choice on a sample.

    Parameters
    ----------
    sample, costs, limits
        The sample, what candidates cost, and what a choice may use.
    cover
        A good feasible choice; the closer to the best, the faster and tighter the bound.
    enough
        Stop as soon as the bound is at most this.

    Returns
    -------
    A number of sets that no feasible choice exceeds.
    """
    alone = np.diff(sample.incidence.indptr)
    part = _CORE
    while True:
        inside = np.flatnonzero(_may_matter(sample, alone, costs, limits, cover, part))
        core = Core(inside, _project(sample, inside), alone, costs, limits)
        price = _descend(core, cover, enough)
        bound, outside_matters = _evaluate(core, price)
        if bound <= enough or not outside_matters or inside.size == np.count_nonzero(alone):
            return bound
        part /= 4


def _may_matter(
    sample: Coverage, alone: np.ndarray, costs: np.ndarray, limits: Limits, cover: Cover, part: float
) -> np.ndarray:
    """Mark the chosen, and whoever alone is worth at least `part` of what the weakest greedy pick added."""
    from seeding._kernels.cover import mark_covered

    covered = np.zeros(sample.n_sets, dtype=np.bool_)
    added = np.array(
        [mark_covered(sample.incidence.indptr, sample.incidence.sets, cover.order[i : i + 1], covered)
         for i in range(cover.order.size)]
    )  # fmt: skip
    if limits.budget is None or (limits.k is not None and cover.order.size >= limits.k):
        keep = alone >= part * max(added.min(), 1)
    else:
        # Most of the money is spent at this worth or better; what fills the last gap says little.
        worth = np.sort(added / np.maximum(costs[cover.order], 1))
        keep = alone >= part * worth[worth.size // 10] * costs
    keep &= (alone > 0) & (costs <= limits.money)
    keep[cover.order] = True
    return keep


def _project(sample: Coverage, inside: np.ndarray) -> Reduced:
    """Keep only the core's candidates in the sets, and merge the sets that look alike then."""
    from seeding._kernels.reduction import keep_members

    position = np.full(len(sample.candidates), -1, dtype=np.int32)
    position[inside] = np.arange(inside.size)
    indptr, members = np.empty(sample.n_sets + 1, dtype=np.int64), np.empty_like(sample.members)
    size = keep_members(sample.set_indptr, sample.members, position, indptr, members)
    return reduce_sets(indptr, members[:size], inside.size)


def _descend(core: Core, cover: Cover, enough: int) -> np.ndarray:
    """Take subgradient steps from greedy's own prices; returns the best prices met."""
    from seeding._kernels import lagrangian as kernels

    sets, weight = core.reduced, core.reduced.weight.astype(np.float64)
    chosen = np.zeros(core.inside.size)
    chosen[np.searchsorted(core.inside, np.sort(cover.order))] = 1.0
    price, slope = weight.copy(), np.empty(weight.size)
    kernels.subgradient(sets.set_indptr, sets.set_members, weight, chosen, price, slope)
    # A set that several of the chosen cover is paid for by each in part.
    price = weight / np.maximum(_times_covered(core, chosen), 1.0)
    rest = float((weight - price).sum())
    best, best_price, stride, waited = np.inf, price.copy(), 1.0, 0
    for _ in range(_MOST_STEPS):
        scores = sets.singleton_weight.astype(np.float64)
        kernels.add_scores(sets.set_indptr, sets.set_members, price, scores)
        value, chosen = _relaxed_best(core, scores)
        value += rest
        if value < best:
            best, best_price, waited = value, price.copy(), 0
        else:
            waited += 1
            if waited == _PATIENCE:
                stride, waited = stride * _SHRINK, 0
        length = kernels.subgradient(sets.set_indptr, sets.set_members, weight, chosen, price, slope)
        if best <= enough or length == 0 or best - cover.covered < 0.5:
            break
        rest = kernels.move(weight, slope, stride * (value - cover.covered) / length, price)
    return best_price


def _times_covered(core: Core, chosen: np.ndarray) -> np.ndarray:
    sets = core.reduced
    total = np.concatenate([[0.0], np.cumsum(chosen[sets.set_members])])
    times: np.ndarray = total[sets.set_indptr[1:]] - total[sets.set_indptr[:-1]]
    return times


def _relaxed_best(core: Core, scores: np.ndarray) -> tuple[float, np.ndarray]:
    """Choose the best of the core by score alone, fractions allowed; returns its value and the parts."""
    chosen = np.zeros(scores.size)
    k, limits = core.limits.count(core.costs.size), core.limits
    if limits.budget is None or (limits.k is not None and _head_count_binds(core, scores)):
        best = np.argpartition(-scores, k - 1)[:k] if k < scores.size else np.arange(scores.size)
        chosen[best] = 1.0
        return float(scores[best].sum()), chosen
    costs = core.costs[core.inside].astype(np.float64)
    order = np.argsort(-scores / np.maximum(costs, 1e-9), kind="stable")
    spent = np.cumsum(costs[order])
    whole = int(np.searchsorted(spent, limits.budget, side="right"))
    chosen[order[:whole]] = 1.0
    if whole < order.size:
        left = limits.budget - (spent[whole - 1] if whole else 0.0)
        chosen[order[whole]] = left / costs[order[whole]]
    return float((scores * chosen).sum()), chosen


def _head_count_binds(core: Core, scores: np.ndarray) -> bool:
    """Tell whether the k best by score can be paid for, so that the head count is the tighter limit."""
    k = core.limits.count(core.costs.size)
    if k >= scores.size:
        return False
    best = np.argpartition(-scores, k - 1)[:k]
    return bool(core.costs[core.inside[best]].sum() <= core.limits.money)


def _evaluate(core: Core, price: np.ndarray) -> tuple[int, bool]:
    """Evaluate the bound in integers; also tells whether somebody outside the core loosened it."""
    from seeding._kernels.lagrangian import add_scores

    sets = core.reduced
    whole = np.minimum(np.floor(price * _SCALE).astype(np.int64), sets.weight * _SCALE)
    inside = sets.singleton_weight * _SCALE
    add_scores(sets.set_indptr, sets.set_members, whole, inside)
    rest = int(sets.weight.sum()) * _SCALE - int(whole.sum())
    scores = core.alone.astype(np.int64) * _SCALE
    scores[core.inside] = inside
    bound = rest + best_addition(scores, core.costs, core.limits)
    only_inside = np.zeros_like(scores)
    only_inside[core.inside] = inside
    tight = rest + best_addition(only_inside, core.costs, core.limits)
    return bound // _SCALE, bound > tight
