"""Searching one world over live arcs, from nodes already queued; used backwards and forwards."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined
from seeding._kernels.rows.live_arcs import ARC, TAG, draw_row, node_at
from seeding._kernels.rows.prefetch import prefetch

WIDTH = np.uint64(32)
NODE = TAG
LAST_EPOCH = 255
_NONE = np.uint64(0)
_ONE = np.uint64(1)


@inlined
def next_epoch(marks):
    """Make all marks (uint8) stale; the last of them holds the current epoch."""
    last = marks.size - 1
    if marks[last] == LAST_EPOCH:
        marks[:] = 0
    marks[last] += 1
    return marks[last]


@inlined
def explore(records, arcs, limit, marks, epoch, queue, head, tail, picks, state, stops=None):
    """Reach whatever the marked nodes ``queue[head:tail]`` reach; extends `queue`, returns (state, end).

    `limit` is the largest distance kept, or None; `queue` has room for one entry more than there are nodes.
    Up to `WIDTH` queued nodes are taken together, in three passes: draw their live arcs, read where these
    lead, mark and queue what is new. Each pass asks for the memory that the next one needs. The nodes are
    reached in the order of a plain first-in-first-out search. Where `stops` (uint8[n]) marks nodes, the
    search ends when it meets one, and the end is −1.
    """
    depth = 0
    stopped = np.uint64(0)
    head, tail = np.uint64(head), np.uint64(tail)
    level_end = tail
    most = np.uint64(picks.shape[0] // 2)
    while head < tail:
        stop = min(head + WIDTH, tail)
        if limit is not None:
            if head == level_end:
                level_end = tail
                depth += 1
            if depth >= limit:
                break
            stop = min(stop, level_end)
        picked = _NONE
        while head < stop and picked < most:
            last = picked
            state, picked = draw_row(records, arcs, np.uint64(queue[head]), state, picks, picked, 0)
            prefetch(arcs, picks[last, ARC])
            head += _ONE
        j = _NONE
        while j < picked:
            u = node_at(arcs, picks, j)
            picks[j, NODE] = np.int64(u)
            prefetch(marks, u)
            j += _ONE
        j = _NONE
        while j < picked:
            u = np.uint64(picks[j, NODE])
            queue[tail] = u
            tail += np.uint64(marks[u] != epoch)
            marks[u] = epoch
            prefetch(records, u)
            if stops is not None:
                stopped |= np.uint64(stops[u])
            j += _ONE
        if stops is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
            if stopped:
                return state, np.int64(-1)
    return state, np.int64(tail)
