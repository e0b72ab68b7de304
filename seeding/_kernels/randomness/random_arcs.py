"""Drawing the arcs of a random network, each pair at most once."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@inlined
def _rank(value, share, guide):
    """Find the first rank whose share exceeds `value`; `guide` knows it for equally spaced values."""
    rank = guide[int(value * guide.size)]
    while share[rank] <= value:
        rank += 1
    return rank


@kernel
def add_arcs(draws, ranks, nodes, table, source, target, kept):
    """Add the arcs that pairs of uniform draws stand for, without loops and repetitions.

    Parameters
    ----------
    draws
        Two arrays of numbers in [0, 1): for the ends of each arc.
    ranks
        Cumulative shares of the ranks, the last 1, and a guide to them.
    nodes
        The node of each rank as a source, and as a target.
    table
        Hash table of the arcs so far (uint64, a power of two, zeros at first, never full); filled.
    source, target
        The arcs, the first `kept` of them there already; filled, to the end at most.

    Returns
    -------
    How many arcs there are now.
    """
    first, second = draws
    share, guide = ranks
    giver, taker = nodes
    n, mask = np.uint64(giver.size), np.uint64(table.size - 1)
    for i in range(first.size):
        if kept == source.size:
            break
        u, v = giver[_rank(first[i], share, guide)], taker[_rank(second[i], share, guide)]
        if u == v:
            continue
        code = np.uint64(u) * n + np.uint64(v) + np.uint64(1)
        slot = ((code * _GOLDEN) >> np.uint64(20)) & mask
        while table[slot] != 0 and table[slot] != code:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == 0:
            table[slot] = code
            source[kept], target[kept] = u, v
            kept += 1
    return kept
