"""RR sets of persons with several nodes, and of exposure, over packed rows: one world after the other."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean
from seeding._kernels.points import stream
from seeding._kernels.search import explore, next_epoch
from seeding._kernels.single import draw_root, project


@lean
def sample_people(rows, last_rows, roots, people, of_node, limits, worlds, scratch, sizes, members, stops):
    """Sample the RR sets of a range of worlds; fills `sizes` and `members`.

    As `single.sample`, with these differences. A root is a person: `roots` is an alias table of persons, and
    `people` (indptr, nodes) lists the nodes of each in which being reached counts; the search starts from all
    of them. The first step back draws from `last_rows`, whose arcs are those by which somebody sees the
    message, all others from `rows`. `limits` is always given. A set that holds a node that `stops` (uint8[n])
    marks is empty.
    """
    marks, queue, picks = scratch
    records, arcs = rows
    last_records, last_arcs = last_rows
    indptr, nodes = people
    key, first, count = worlds
    total = np.int64(0)
    for i in range(count):
        state, root = draw_root(indptr.size - 1, roots, stream(key, first + i))
        start, tail = np.int64(0), np.int64(0)
        if limits[i] >= 0:
            epoch = next_epoch(marks)
            for k in range(indptr[root], indptr[root + 1]):
                v = np.int64(nodes[k])
                marks[v] = epoch
                queue[tail] = v
                tail += 1
                if stops[v]:
                    start = np.int64(-1)
            n_roots = tail
            if start == 0:
                near = min(limits[i], np.int64(1))
                state, tail = explore(
                    last_records, last_arcs, near, marks, epoch, queue, start, tail, picks, state, stops
                )
            if start == 0 and tail > 0 and limits[i] > 0:
                far = limits[i] - 1
                state, tail = explore(
                    records, arcs, far, marks, epoch, queue, n_roots, tail, picks, state, stops
                )
            if start < 0 or tail < 0:
                tail = np.int64(0)
        size = project(of_node, queue, tail, members, total)
        if size < 0:
            return i, total
        sizes[i] = size
        total += size
    return count, total
