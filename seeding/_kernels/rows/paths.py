"""Cheapest paths from a few sources, and sums down the tree that they form."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean
from seeding._kernels.forward.heap import put, take


@lean
def cheapest_paths(indptr, indices, cost, sources, starts, room, parent, order):
    """Find the cheapest path from any source to each node (Dijkstra); returns how many nodes have one.

    Parameters
    ----------
    indptr, indices, cost
        The arcs as compressed rows, and what each costs, 0 or more; infinite: there is no such arc.
    sources, starts
        Where paths begin, and what beginning there costs.
    room
        (total, heap, places): the cost of each path, infinite on entry; and the queue, −1 in `places`.
    parent
        The node before each on its path; −1 on entry, and for sources.
    order
        Filled with the nodes that have a path, the cheapest first.
    """
    total, heap, places = room
    size = np.int64(0)
    for i in range(sources.size):
        s = sources[i]
        if starts[i] < total[s]:
            total[s] = starts[i]
            size = put(heap, places, total, size, s)
    found = np.int64(0)
    while size > 0:
        u, size = take(heap, places, total, size)
        order[found] = u
        found += 1
        for e in range(indptr[u], indptr[u + 1]):
            v = np.int64(indices[e])
            other = total[u] + cost[e]
            if other < total[v]:
                total[v] = other
                parent[v] = u
                size = put(heap, places, total, size, v)
    return found


@lean
def add_up_the_tree(order, parent, chance, value):
    """Add to each node's value those of its children times their `chance`; the last of `order` first."""
    for i in range(order.size - 1, -1, -1):
        v = order[i]
        if parent[v] >= 0:
            value[parent[v]] += chance[v] * value[v]
