"""RR sets of persons with several nodes, and of exposure, over packed rows: one world after the other."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.reverse.one_world import draw_root, limit_of, project
from seeding._kernels.rows.live_arcs import stream
from seeding._kernels.rows.search import explore, next_epoch

# Farther than any search goes.
_FAR = 1 << 62


@lean
def sample_people(
    rows, last_rows, roots, people, of_node, limits, worlds, scratch, sizes, members, stops, sentinels
):
    """Sample the RR sets of a range of worlds; fills `sizes` and `members`.

    As `single.sample`, with these differences. A root is a person: `roots` is an alias table of persons, and
    `people` (indptr, nodes) lists the nodes of each in which being reached counts; the search starts from all
    of them. The first step back draws from `last_rows`, whose arcs are those by which somebody sees the
    message, all others from `rows`; None where all are alike. A set that holds a node that `stops` (uint8[n],
    or None) marks is empty. One that holds none of these, but a node that `sentinels` (likewise) marks, has
    no members, and its size is −1; without `stops` its search ends there.

    Returns worlds done, members written, nodes visited.
    """
    marks, queue, picks = scratch
    records, arcs = rows
    indptr, nodes = people
    key, first, count = worlds
    total, visited = np.int64(0), np.int64(0)
    ends = first_of(stops, sentinels)
    for i in range(count):
        state, root = draw_root(indptr.size - 1, roots, stream(key, first + i))
        limit = limit_of(limits, i)
        tail = start_from(root, indptr, nodes, limit, ends, marks, queue)
        if tail > 0:
            epoch, start = marks[marks.size - 1], np.int64(0)
            if last_rows is None:
                state, tail = explore(
                    records, arcs, limit, marks, epoch, queue, start, tail, picks, state, ends
                )
            else:
                state, tail = explore_both(
                    rows, last_rows, limit, marks, epoch, queue, tail, picks, state, ends
                )
        visited += max(tail, 1)
        if is_given(stops, sentinels, queue, tail):
            sizes[i] = -1
            continue
        size = project(of_node, queue, max(tail, 0), members, total)
        if size < 0:
            return i, total, visited
        sizes[i] = size
        total += size
    return count, total, visited


@inlined
def first_of(stops, sentinels):
    """Choose the marks at which a search ends: those that empty a set, or else the sentinels; may be None."""
    if stops is None:
        return sentinels
    return stops


@inlined
def is_given(stops, sentinels, queue, tail):
    """Tell whether a set, of whose search the end is `tail`, holds a sentinel and nobody who empties it."""
    if sentinels is None:
        return False
    if stops is None:
        return tail < 0
    for k in range(tail):
        if sentinels[queue[k]]:
            return True
    return False


@inlined
def start_from(root, indptr, nodes, limit, stops, marks, queue):
    """Mark and queue the nodes of a person; returns their number.

    That is 0 where the set is empty at once, and −1 where a node is among them that `stops` marks.
    """
    if limit is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
        if limit < 0:
            return np.int64(0)
    epoch = next_epoch(marks)
    tail = np.int64(0)
    for k in range(indptr[root], indptr[root + 1]):
        v = nodes[k]
        if stops is not None:  # noqa: SIM102
            if stops[v]:
                return np.int64(-1)
        marks[v] = epoch
        queue[tail] = v
        tail += 1
    return tail


@inlined
def explore_both(rows, last_rows, limit, marks, epoch, queue, n_roots, picks, state, stops):
    """Take the first step back over `last_rows`, and all others over `rows`; returns (state, end)."""
    near = np.int64(1)
    far = np.int64(_FAR)
    if limit is not None:
        near = min(limit, near)
        far = limit - 1
    start = np.int64(0)
    state, tail = explore(
        last_rows[0], last_rows[1], near, marks, epoch, queue, start, n_roots, picks, state, stops
    )
    if tail > n_roots and far > 0:
        state, tail = explore(rows[0], rows[1], far, marks, epoch, queue, n_roots, tail, picks, state, stops)
    return state, tail
