"""A tight upper bound on the best coverage of a large sample, by Lagrangian relaxation.

For any prices 0 ≤ y_r ≤ w_r of the sets, every feasible choice x covers at most

    Σ_r (w_r − y_r) + max_x Σ_v x_v · Σ_{r ∋ v} y_r,

because each covered set is paid for at least once. `prices` looks for prices that make this small. Here the
sample is cut down first: only candidates that may matter keep their prices, everybody else is credited with
all they cover, which keeps the bound valid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage
from seeding.selection.bounds.relaxation import SCALE, allowance
from seeding.selection.bounds.subgradient import bound_at, cut, price
from seeding.selection.coverage_reduction import project
from seeding.selection.greedy import Cover, best_addition

# Candidates that cover less than this part of what greedy's last pick added are left out at first.
_CORE = 0.8
# Widening the core is not worth its time for less than this part of the bound.
_CLOSE = 1e-3
# Where somebody left out loosened the bound, the threshold is divided by this.
_WIDEN = 4


class Proof(NamedTuple):
    """A bound on what any choice covers.

    Attributes
    ----------
    bound
        Number of sets.
    tags
        What each candidate takes of limits and rules, by what these are worth where the bound was found.
    credit
        What each candidate is credited with: what it covers, at the prices of the bound.
    parts
        Mean part of each candidate in the fractional choices that led there; a search on a larger sample may
        begin with it.
    """

    bound: int
    tags: np.ndarray
    credit: np.ndarray
    parts: np.ndarray


def lagrangian_bound(
    sample: Coverage,
    program: Program,
    cover: Cover,
    enough: int,
    patient: bool = True,
    begin: np.ndarray | None = None,
    time_left: Callable[[], bool] = lambda: True,
) -> Proof:
    """Bound the coverage of every feasible choice on a sample.

    Parameters
    ----------
    sample, program
        The sample, and which choices of its candidates are allowed.
    cover
        A good feasible choice; the closer to the best, the faster and tighter the bound.
    enough
        Stop as soon as the bound is at most this.
    patient
        As for `price`.
    begin
        The `parts` of a proof on a smaller sample of the same candidates, to go on from.
    time_left
        Asked before every step; the best bound so far holds whenever it ends.

    Returns
    -------
    A number of sets that no feasible choice exceeds, with what led to it.
    """
    # The sentinels' sets are granted to every choice; the others are bounded for the whole of the limits.
    given, costs, limits = sample.given, program.costs, program.limits
    cover = Cover(cover.order[sample.sentinels.size :], cover.covered - given, cover.bound - given)
    enough -= given
    alone, nobody = sample.alone, np.zeros(program.n_offers, dtype=np.bool_)
    if cover.covered == 0:  # no choice to steer by
        return Proof(given + cover.bound, costs.astype(np.float64), alone, nobody.astype(np.float64))
    whole = allowance(program)
    everyone = whole.useful(alone)
    whole_purse = whole.after(nobody, everyone)
    part = _CORE
    while True:
        inside = np.flatnonzero(_may_matter(sample, alone, costs, limits, cover, part) | _needed(program))
        sets = project(sample.set_indptr, sample.members, len(sample.names), inside, threads=sample.threads)
        purse = whole.after(nobody, inside)
        marked = np.isin(inside, cover.order)
        parts = marked.astype(np.float64) if begin is None else begin[inside]
        priced = price(
            sets,
            purse,
            marked,
            cover.covered,
            time_left,
            enough=enough,
            patient=patient,
            threads=sample.threads,
            begin=parts,
        )
        rest, scores = cut(sets, priced.prices)
        credit = alone.astype(np.int64) * SCALE
        credit[inside] = scores
        bound = min(
            (rest + best_addition(credit, costs, limits)) // SCALE,
            bound_at(rest, credit[everyone], whole_purse),
        )
        all_in = np.isin(everyone[alone[everyone] > 0], inside).all()
        if bound <= max(enough, priced.bound * (1 + _CLOSE)) or all_in or not time_left():
            tags = program.costs.astype(np.float64)
            tags[everyone] = whole_purse.tags(credit[everyone])
            whole_parts = np.zeros(program.n_offers)
            whole_parts[inside] = priced.parts
            return Proof(given + bound, tags, credit, whole_parts)
        part /= _WIDEN


def _may_matter(
    sample: Coverage, alone: np.ndarray, costs: np.ndarray, limits: Limits, cover: Cover, part: float
) -> np.ndarray:
    """Mark the chosen, and whoever alone is worth at least `part` of what the weakest greedy pick added."""
    from seeding._kernels.coverage.greedy import mark_covered

    covered = np.zeros(sample.n_sets, dtype=np.bool_)
    chosen = np.zeros(alone.size, dtype=np.bool_)
    chosen[cover.order] = True
    rows = sample.listing(chosen)[2:]
    added = np.array([mark_covered(*rows, cover.order[i : i + 1], covered) for i in range(cover.order.size)])
    if limits.budget is None or (limits.k is not None and cover.order.size >= limits.k):
        keep = alone >= part * max(added.min(), 1)
    else:
        # Most of the money is spent at this worth or better; what fills the last gap says little.
        worth = np.sort(added / np.maximum(costs[cover.order], 1))
        keep = alone >= part * worth[worth.size // 10] * costs
    keep &= (alone > 0) & (costs <= limits.money)
    keep[cover.order] = True
    marked: np.ndarray = keep
    return marked


def _needed(program: Program) -> np.ndarray:
    """Mark the offers that a rule may need at least some of, however little they cover."""
    sizes = np.diff(program.indptr)
    columns = program.columns[np.repeat(program.low > -UNLIMITED, sizes)]
    marked = np.zeros(program.n_offers + 1, dtype=np.bool_)
    marked[columns] = True
    needed: np.ndarray = marked[:-1]
    return needed
