"""Selection under rules: from choices that the rules allow, grow by greedy for as long as they are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage
from seeding.selection.greedy import Cover, best_addition


def select_allowed(sample: Coverage, program: Program, starts: Sequence[np.ndarray]) -> Cover:
    """Choose by greedy by gain and by gain per cost, from each of some allowed choices; keep the best.

    Parameters
    ----------
    sample, program
        The sample, whose candidates are the programme's offers, and what is allowed.
    starts
        Allowed choices (indices) to begin with; where every part of an allowed choice is allowed too, the
        empty one is enough.

    Returns
    -------
    The best choice, which is allowed, and the bound from the gains of each alone.
    """
    singles = sample.alone
    everybody_alike, by_cost = np.ones(program.n_offers), program.costs.astype(np.float64)
    order, covered = best_grown(sample, program, starts, (everybody_alike, by_cost))
    usable = np.where(program.forbidden, 0, singles).astype(np.int64)
    bound = min(sample.n_sets, best_addition(usable, program.costs, program.limits))
    return Cover(order, covered, max(bound, covered))


def best_grown(
    sample: Coverage, program: Program, starts: Sequence[np.ndarray], tags: Sequence[np.ndarray]
) -> tuple[np.ndarray, int]:
    """Grow from each start by each kind of price tags; returns the best choice and what it covers."""
    found = [grow_allowed(sample, program, start, tag) for start in starts for tag in tags]
    return max(found, key=lambda choice: choice[1])


def guided(
    sample: Coverage, program: Program, starts: Sequence[np.ndarray], cover: Cover, tags: np.ndarray
) -> Cover:
    """Grow once more by what the bound says each offer takes of limits and rules; keep the better choice.

    Greedy by cost does not know that a place in a group is scarce; the relaxation behind the bound does.
    """
    order, covered = best_grown(sample, program, starts, (tags,))
    return Cover(order, covered, cover.bound) if covered > cover.covered else cover


def grow_allowed(
    sample: Coverage, program: Program, start: np.ndarray, tags: np.ndarray
) -> tuple[np.ndarray, int]:
    """Add offers to an allowed choice, the most gain per tag first, as long as one gains and keeps all rules.

    Returns
    -------
    The choice in order, and the number of sets it covers.
    """
    from seeding._kernels.choice import greedy_under_rules

    n, limits = program.n_offers, program.limits
    order = np.full(n, -1, dtype=np.int64)
    order[: start.size] = start
    offsets, places, factors = program.by_offer
    sums = np.zeros(program.n_rows, dtype=np.int64)
    rows = (offsets, places, factors, program.low, program.high, sums)
    share = (0, 0) if program.share is None else program.share
    heads = int(program.heads.sum()) if limits.k is None else limits.k
    state = np.array([limits.money, heads, 0, 0], dtype=np.int64)
    gains = sample.alone.astype(np.int64)
    size, covered = greedy_under_rules.grow(
        sample.incidence,
        (program.costs, program.heads, program.share_of),
        rows,
        share,
        tags,
        state,
        gains,
        np.zeros(sample.n_sets, dtype=np.bool_),
        order,
    )
    return order[:size].copy(), int(covered)
