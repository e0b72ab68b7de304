"""Searching one world over live arcs, from nodes already queued; used backwards and forwards."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined
from seeding._kernels.coins import GOLDEN, mix64
from seeding._kernels.points import ARC, COIN, DEGREE_BITS, MANY, NODE, first_pick, node_at, pick_many, settle
from seeding._kernels.prefetch import prefetch

WIDTH = 32
LAST_EPOCH = 255


@inlined
def next_epoch(marks):
    """Make all marks (uint8) stale; the last of them holds the current epoch."""
    last = marks.size - 1
    if marks[last] == LAST_EPOCH:
        marks[:] = 0
    marks[last] += 1
    return marks[last]


@inlined
def explore(records, arcs, limit, marks, epoch, queue, head, tail, picks, state):
    """Reach whatever the marked nodes ``queue[head:tail]`` reach; extends `queue`, returns (state, end).

    `limit` is the largest distance kept, or None. Up to `WIDTH` queued nodes are taken together, in three
    passes: draw their live arcs, read where these lead, mark and queue what is new. Each pass asks for the
    memory that the next one needs. The nodes are reached in the order of a plain first-in-first-out search.
    """
    depth = 0
    level_end = tail
    most = picks.shape[0] // 2
    while head < tail:
        stop = min(head + WIDTH, tail)
        if limit is not None:
            if head == level_end:
                level_end = tail
                depth += 1
            if depth >= limit:
                break
            stop = min(stop, level_end)
        picked = np.int64(0)
        while head < stop and picked < most:
            v = np.int64(queue[head])
            row = records[v]
            state += GOLDEN
            bits = mix64(state)
            degree = row.place & MANY
            points = settle(bits, np.int64(row.none), row.hazard, degree)
            if points > 0:
                start = row.place >> DEGREE_BITS
                state, picks[picked, ARC], picks[picked, COIN] = first_pick(arcs, start, degree, bits, state)
                prefetch(arcs, picks[picked, ARC])
                picked += 1
            elif points < 0:
                before = picked
                state, picked = pick_many(records, arcs, v, bits, state, picks, picked)
                for j in range(before, picked):
                    prefetch(arcs, picks[j, ARC])
            head += 1
        for j in range(picked):
            u = node_at(arcs, picks[j, ARC], picks[j, COIN])
            picks[j, NODE] = u
            prefetch(marks, u)
        for j in range(picked):
            u = picks[j, NODE]
            if marks[u] != epoch:
                prefetch(records, u)
                marks[u] = epoch
                queue[tail] = u
                tail += 1
    return state, tail
