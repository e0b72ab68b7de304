"""Lazy greedy selection on a coverage sample, with an upper bound on the best possible coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage, Incidence

# The bound is evaluated at this many greedy prefixes, spread evenly, the empty one included.
_PREFIXES = 64
# For each that can be picked, the sets of so many candidates are listed; then of so many times more; from one
# in so many candidates on, the sets of all.
_LISTED, _MORE, _ALL_FROM = 8, 3, 4
# The largest gains are first sought among so many candidates for each that can be picked.
_FEW = 64


@dataclass(frozen=True, eq=False)
class Cover:
    """A choice on a coverage sample.

    Attributes
    ----------
    order
        Chosen candidates (indices), in order of choice.
    covered
        Number of sets they cover.
    bound
        No feasible choice covers more sets than this.
    """

    order: np.ndarray
    covered: int
    bound: int


class Few(NamedTuple):
    """Those who cover most alone, and the most that anybody else covers alone."""

    candidates: np.ndarray
    others: int


def select(sample: Coverage, costs: np.ndarray, limits: Limits) -> Cover:
    """Choose by modified greedy: by gain, by gain per cost, and the best single candidate; keep the best.

    For monotone submodular coverage under one budget the better of gain-per-cost greedy and the best
    single candidate covers at least (1 − 1/e)/2 of the optimum (Leskovec et al., KDD 2007); under a head
    count alone greedy by gain covers at least 1 − 1/e (Nemhauser et al., 1978).
    """
    singles = sample.alone
    rest = limits.after(costs[sample.sentinels])
    by_gain = _run(sample, costs, limits, rest, singles, by_ratio=False)
    choices = [by_gain, _best_single(singles, costs, rest, by_gain.bound)]
    if limits.budget is not None and np.unique(costs).size > 1:
        choices.append(_run(sample, costs, limits, rest, singles, by_ratio=True))
    winner = max(choices, key=lambda cover: cover.covered)
    return Cover(
        np.concatenate([sample.sentinels, winner.order]),
        sample.given + winner.covered,
        sample.given + min(cover.bound for cover in choices),
    )


def _best_single(singles: np.ndarray, costs: np.ndarray, rest: Limits, bound: int) -> Cover:
    affordable = np.flatnonzero((costs <= rest.money) & (rest.k != 0))
    if affordable.size == 0:
        return Cover(affordable, 0, bound)
    best = affordable[np.argmax(singles[affordable])]
    return Cover(np.array([best]), int(singles[best]), bound)


def _run(
    sample: Coverage,
    costs: np.ndarray,
    limits: Limits,
    rest: Limits,
    singles: np.ndarray,
    by_ratio: bool,
) -> Cover:
    """Choose within what is left besides the sentinels; bound what is covered within the whole limits."""
    from seeding._kernels.coverage import greedy as kernels

    n, most = costs.size, rest.count(costs.size)
    gains, covered = singles.astype(np.int64), np.zeros(sample.n_sets, dtype=np.bool_)
    worth, heap, order = np.empty(n), np.empty(n, dtype=np.int64), np.empty(most, dtype=np.int64)
    size = kernels.start_heap(gains, costs, by_ratio, rest.money, worth, heap)
    state = np.array([size, 0, rest.money, 0], dtype=np.int64)
    step = max(1, most // _PREFIXES)
    total, bound, few = 0, sample.n_sets, _find_few(singles, _FEW * most)
    promising = _LISTED * max(most, 1) if limits.budget is None else n
    incidence = _list(sample, gains, promising)
    while True:
        bound = min(bound, total + best_addition(gains, costs, limits, few))
        listed = sample.listed
        new = kernels.greedy_steps(
            incidence, listed, costs, by_ratio, (step, most), worth, heap, state, gains, covered, order
        )
        total += int(new)
        if state[3]:
            promising *= _MORE
            incidence = _list(sample, gains, promising)
        elif new == 0:
            return Cover(order[: state[1]].copy(), total, bound)


def _list(sample: Coverage, gains: np.ndarray, count: int) -> Incidence:
    """List the sets of so many with the largest gains; of all, if these are about as many."""
    if count * _ALL_FROM >= gains.size:
        return sample.listing()
    least = max(1, _rank(gains, count))
    return sample.listing(gains >= least)


def _rank(values: np.ndarray, count: int) -> int:
    """Return the least of so many largest values."""
    at = values.size - count
    return int(np.partition(values, at)[at])


def _find_few(alone: np.ndarray, count: int) -> Few | None:
    """Find so many who cover most alone; None where that is nobody, or a large part of all."""
    if not 0 < 2 * count <= alone.size:
        return None
    least = _rank(alone, count)
    return Few(np.flatnonzero(alone >= least), least - 1)


def best_addition(gains: np.ndarray, costs: np.ndarray, limits: Limits, few: Few | None = None) -> int:
    """Bound what any feasible choice can add to a prefix, given what each candidate adds.

    By submodularity a choice T adds at most the sum of its members' gains. That sum is at most the value
    of the fractional knapsack under the budget, and at most the k largest gains. These are sought among the
    `few` first; the result is the same.
    """
    k = limits.count(costs.size)
    if k < gains.size:
        bound = _add_largest(gains, costs, limits.money, k, few) if k else 0
    else:
        bound = int(gains[(gains > 0) & (costs <= limits.money)].sum())
    if limits.budget is not None:
        useful = np.flatnonzero((gains > 0) & (costs <= limits.money))
        bound = min(bound, _fractional_knapsack(gains[useful], costs[useful], limits.budget))
    return bound


def _add_largest(gains: np.ndarray, costs: np.ndarray, money: int, k: int, few: Few | None) -> int:
    """Add up the k largest gains of those who cost at most `money`."""
    from seeding._kernels.coverage.greedy import top_sum

    if few is not None:
        largest = np.zeros(k, dtype=np.int64)
        total = int(top_sum(gains[few.candidates], costs[few.candidates], money, largest))
        if largest.min() >= few.others:
            return total
    return int(top_sum(gains, costs, money, np.empty(k, dtype=np.int64)))


def _fractional_knapsack(gain: np.ndarray, cost: np.ndarray, budget: int) -> int:
    """Fill the budget best ratio first; the last candidate in part, its part rounded up."""
    with np.errstate(divide="ignore"):
        order = np.argsort(-(gain / cost), kind="stable")
    spent = np.cumsum(cost[order])
    whole = int(np.searchsorted(spent, budget, side="right"))
    value = int(gain[order[:whole]].sum())
    if whole == order.size:
        return value
    left = budget - (int(spent[whole - 1]) if whole else 0)
    part = int(gain[order[whole]]) * left
    return value + -(-part // int(cost[order[whole]]))


def order_by_gain(sample: Coverage, costs: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Put a given choice into greedy order: each next one adds the most sets to those before it."""
    singles = np.zeros(costs.size, dtype=np.int64)
    singles[chosen] = sample.alone[chosen]
    limits = Limits(k=max(1, chosen.size))
    order = _run(sample, costs, limits, limits, singles, by_ratio=False).order
    return np.concatenate([order, np.setdiff1d(chosen, order)])
