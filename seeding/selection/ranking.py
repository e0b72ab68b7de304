"""The order in which a plan lists its seeds: each next one adds the most to those before it.

How a choice was found says nothing of that: a solver gives a set, rules demand some beforehand,
greedy per cost begins with who is cheap. So every choice is put into greedy order on the sample that it was
made on. Ties go to the node that comes first in the network, so that the order of the roster does not matter.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seeding.network.labels import Labels
from seeding.sampling.coverage import Coverage, Room
from seeding.selection.greedy import order_by_gain
from seeding.selection.problem import Problem


def rank_by_gain(problem: Problem, sample: Coverage, order: np.ndarray) -> np.ndarray:
    """Put chosen offers into the order of what each adds on a sample; sentinels stay first, as they are.

    Parameters
    ----------
    problem
        Whose offers they are.
    sample
        The sample, as offers see it.
    order
        The offers chosen.

    Returns
    -------
    The same offers. Who adds nothing comes last.
    """
    fixed = np.isin(order, sample.sentinels)
    others = order[~fixed]
    if others.size < 2:
        return order
    offers = problem.offers
    first = problem.nodes[offers.members[offers.indptr[others]]]
    others = others[np.argsort(first, kind="stable")]
    few = _of_few(sample, others)
    return np.concatenate([order[fixed], others[order_by_gain(few, np.ones(others.size), _all(few))]])


def _all(sample: Coverage) -> np.ndarray:
    return np.arange(len(sample.names))


def _of_few(sample: Coverage, few: np.ndarray) -> Coverage:
    """Return the sets that a few candidates are in, with these numbered 0, 1, … as they are given."""
    marks = np.zeros(len(sample.names), dtype=np.bool_)
    marks[few] = True
    listed = sample.listing(marks)
    starts, stops = listed.indptr[few], listed.indptr[few + 1]
    places = [listed.sets[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
    sets, where = np.unique(np.concatenate(places), return_inverse=True)
    owner = np.repeat(np.arange(few.size, dtype=np.int32), stops - starts)
    members = owner[np.argsort(where, kind="stable")]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(where, minlength=sets.size))]).astype(np.int64)
    return replace(
        sample,
        names=Labels(np.arange(few.size)),
        set_indptr=indptr,
        members=members,
        sentinels=np.empty(0, dtype=np.int64),
        given=0,
        known=None,
        counted=None,
        room=Room(members, members.size),
    )
