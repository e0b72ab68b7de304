"""Reverse sampling, one world after the other: the search for networks in cache, and for large sets."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.randomness.coins import GOLDEN, mix64
from seeding._kernels.rows.live_arcs import below, high, low, stream
from seeding._kernels.rows.search import explore, next_epoch


@inlined
def draw_root(n, roots, state):
    """Draw a root by the alias table `roots`, uniformly where it is empty; returns (state, node)."""
    state += GOLDEN
    bits = mix64(state)
    coin = low(bits)
    state, node = below(high(bits), n, state)
    if roots.shape[0] > 0 and coin >= np.int64(roots[node, 2]):
        node = np.int64(roots[node, 1])
    return state, node


@inlined
def project(of_node, queue, size, members, total):
    """Write the candidates among queued nodes to `members` from `total` on.

    Returns their number, −1 if they do not fit.
    """
    kept = 0
    for i in range(size):
        candidate = queue[i]
        if of_node.size > 0:
            candidate = of_node[candidate]
        if candidate >= 0:
            if total + kept == members.size:
                return -1
            members[total + kept] = candidate
            kept += 1
    return kept


@inlined
def limit_of(limits, i):
    """Read the limit of one world of a range; None stays None."""
    if limits is None:
        return None
    return limits[i]


@inlined
def search_from(root, rows, limit, stops, marks, queue, picks, state):
    """Search one world backwards from its root; fills `queue`, returns the number of nodes reached.

    That is −1 if the search met a node that `stops` marks.
    """
    records, arcs = rows
    head = np.int64(0)
    tail = np.int64(1)
    if limit is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
        if limit < 0:
            return head
    if stops is not None:  # noqa: SIM102
        if stops[root]:
            return np.int64(-1)
    epoch = next_epoch(marks)
    marks[root] = epoch
    queue[0] = root
    state, tail = explore(records, arcs, limit, marks, epoch, queue, head, tail, picks, state, stops)
    return tail


@lean
def sample(rows, roots, of_node, limits, worlds, scratch, sizes, members, stops=None):
    """Sample the RR sets of a range of worlds; fills `sizes` and `members`.

    Returns (worlds done, members written).

    `rows` are packed in-arcs; `roots` an alias table, empty for uniform roots; `of_node` the candidate of
    each node (−1: none), empty where candidate v is node v; `limits` the largest distance kept in each world
    of the range (−1: the set is empty) or None; `worlds` is (key, first, count). `scratch` is (marks
    uint8[n + 1], queue int32[n + 1], picks int64[·, 3]) and is modified in place. When the next set does not
    fit in `members`, sampling stops before that world. Where `stops` (uint8[n]) marks nodes, a set that holds
    one is not completed: it has no members, and its size is −1.
    """
    marks, queue, picks = scratch
    key, first, count = worlds
    n = marks.size - 1
    total = np.int64(0)
    for i in range(count):
        state, root = draw_root(n, roots, stream(key, first + i))
        limit = limit_of(limits, i)
        tail = search_from(root, rows, limit, stops, marks, queue, picks, state)
        if tail < 0:
            sizes[i] = -1
            continue
        size = project(of_node, queue, tail, members, total)
        if size < 0:
            return i, total
        sizes[i] = size
        total += size
    return count, total
