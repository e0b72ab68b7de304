"""A binary heap of nodes by time, in which a node that comes earlier moves up."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined

NOWHERE = np.int32(-1)


@inlined
def put(heap, places, times, size, v):
    """Put node v in, or move it up after its time fell; returns the size. ``places`` is −1 for who is out."""
    at = np.int64(places[v])
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if times[other] <= times[v]:
            break
        heap[at] = other
        places[other] = at
        at = above
    heap[at] = v
    places[v] = at
    return size


@inlined
def take(heap, places, times, size):
    """Take out the earliest node; returns (node, size)."""
    first = np.int64(heap[0])
    places[first] = NOWHERE
    size -= 1
    if size > 0:
        v = heap[size]
        at = np.int64(0)
        while True:
            below = 2 * at + 1
            if below >= size:
                break
            if below + 1 < size and times[heap[below + 1]] < times[heap[below]]:
                below += 1
            other = heap[below]
            if times[v] <= times[other]:
                break
            heap[at] = other
            places[other] = at
            at = below
        heap[at] = v
        places[v] = at
    return first, size
