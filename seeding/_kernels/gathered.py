"""RR sets of persons with several nodes, and of exposure, over packed rows: one world after the other."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.points import stream
from seeding._kernels.search import explore, next_epoch
from seeding._kernels.single import draw_root, limit_of, project

# Farther than any search goes.
_FAR = 1 << 62


@lean
def sample_people(rows, last_rows, roots, people, of_node, limits, worlds, scratch, sizes, members, stops):
    """Sample the RR sets of a range of worlds; fills `sizes` and `members`.

    As `single.sample`, with these differences. A root is a person: `roots` is an alias table of persons, and
    `people` (indptr, nodes) lists the nodes of each in which being reached counts; the search starts from all
    of them. The first step back draws from `last_rows`, whose arcs are those by which somebody sees the
    message, all others from `rows`; None where all are alike. A set that holds a node that `stops` (uint8[n],
    or None) marks is empty.
    """
    marks, queue, picks = scratch
    records, arcs = rows
    indptr, nodes = people
    key, first, count = worlds
    total = np.int64(0)
    for i in range(count):
        state, root = draw_root(indptr.size - 1, roots, stream(key, first + i))
        limit = limit_of(limits, i)
        tail = start_from(root, indptr, nodes, limit, stops, marks, queue)
        if tail > 0:
            epoch, start = marks[marks.size - 1], np.int64(0)
            if last_rows is None:
                state, tail = explore(
                    records, arcs, limit, marks, epoch, queue, start, tail, picks, state, stops
                )
            else:
                state, tail = explore_both(
                    rows, last_rows, limit, marks, epoch, queue, tail, picks, state, stops
                )
        size = project(of_node, queue, max(tail, 0), members, total)
        if size < 0:
            return i, total
        sizes[i] = size
        total += size
    return count, total


@inlined
def start_from(root, indptr, nodes, limit, stops, marks, queue):
    """Mark and queue the nodes of a person; returns their number, 0 where the set is empty at once."""
    if limit is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
        if limit < 0:
            return np.int64(0)
    epoch = next_epoch(marks)
    tail = np.int64(0)
    for k in range(indptr[root], indptr[root + 1]):
        v = nodes[k]
        if stops is not None:  # noqa: SIM102
            if stops[v]:
                return np.int64(0)
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
