"""Whom some nodes can reach at all: one breadth-first search over the arcs that may ever be live."""

from __future__ import annotations

from seeding._kernels._jit import lean

# Marks of nodes: not met; passes the message on; only sees it; met before, which ends the search there.
UNMET, PASSES, SEES, BLOCKED = 0, 1, 2, 3


@lean
def mark_reachable(arcs, weights, least, most_steps, enough, size, queue, mark):
    """Mark whom the first `size` nodes of `queue`, marked already, can reach; returns what these weigh.

    Arcs (indptr, indices, probability, exposure) count with a probability above 0 and not below `least`. The
    search goes `most_steps` far, and ends early once `enough` weight is met. Fills `queue` and `mark`.
    """
    indptr, indices, probability, exposure = arcs
    met = 0.0
    for i in range(size):
        met += weights[queue[i]]
    head, end, steps = 0, size, 0
    while head < size and met < enough:
        if head == end:
            steps += 1
            end = size
        if steps >= most_steps:
            break
        v = queue[head]
        head += 1
        for e in range(indptr[v], indptr[v + 1]):
            u = indices[e]
            passes = probability[e] > 0.0 and probability[e] >= least
            sees = passes or (exposure.size > 0 and exposure[e] > 0.0 and exposure[e] >= least)
            if not sees or mark[u] == PASSES or mark[u] == BLOCKED:
                continue
            if mark[u] == UNMET:
                met += weights[u]
                mark[u] = SEES
            if passes:
                mark[u] = PASSES
                queue[size] = u
                size += 1
    return met
