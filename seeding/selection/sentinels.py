"""Sentinels: sure seeds at which the search of RR sets stops, where one seed explains most large sets.

In networks of large influence one RR set may hold half of all nodes, and nearly every such set holds the same
few seeds. Such a seed is bought first; sets that hold it are covered whatever comes after, so they need not
be completed, nor kept (the idea of HIST: Guo, Wang, Wei and Chen, SIGMOD 2020). The upper bound stays valid
with any sentinels: it grants every choice all the sets that hold one, and the whole budget for the others.
What that gives away is what the money for the sentinel could still buy at the end, so a second sentinel costs
as much as the first, but hardly saves anything (docs/engine-notes.md): there is one or none.
"""

from __future__ import annotations

import numpy as np

from seeding.sampling.coverage import Coverage
from seeding.sampling.rr_sets import RRSampler
from seeding.selection.greedy import select
from seeding.selection.problem import Problem

# A sentinel is used where it leaves less than this part of the entries,
_WORTHWHILE = 0.5
# and loosens the bound by no more than this part of the asked gap.
_SHARE_OF_GAP = 0.25
# That is estimated on a sample of which so many sets are covered, or which has so many entries.
_COVERED = 1_000
_ENTRIES = 1 << 23


def choose_sentinels(problem: Problem, sampler: RRSampler, sample: Coverage) -> np.ndarray:
    """Choose the candidate at which searches may stop; none where that saves too little, or costs too much.

    Parameters
    ----------
    problem, sampler
        What is asked, and the sampler of the choosing sample.
    sample
        A first small sample of it.

    Returns
    -------
    One candidate or none.
    """
    nobody = np.empty(0, dtype=np.int64)
    if not sampler.can_stop:
        return nobody
    greedy = select(sample, problem.costs, problem.limits)
    if greedy.order.size < 2 or _left(sample, greedy.order[0]) > _WORTHWHILE:
        return nobody
    while greedy.covered < _COVERED and 2 * sample.total_size < _ENTRIES:
        size = 2 * sample.n_sets
        sample = sampler.grow(sample, size, problem.workers, problem.progress, problem.clock.check)
        greedy = select(sample, problem.costs, problem.limits)
    first = greedy.order[:1]
    raised = problem.limits.raised(problem.costs[first])
    given_away = select(sample, problem.costs, raised).covered - greedy.covered
    cheap = given_away <= _SHARE_OF_GAP * problem.gap * greedy.covered
    return first if cheap and _left(sample, first[0]) <= _WORTHWHILE else nobody


def _left(sample: Coverage, candidate: int) -> float:
    """Return the part of a sample's entries in sets without a candidate."""
    listing = sample.listing(np.arange(len(sample.names)) == candidate)
    start, stop = listing.indptr[candidate : candidate + 2]
    held = np.diff(sample.set_indptr)[listing.sets[start:stop]].sum()
    return 1.0 - float(held) / max(sample.total_size, 1)
