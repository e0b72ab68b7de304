"""Cascades as trees: who was convinced by whom, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.forward.competition import NOBODY, make_scratch, play
from seeding._kernels.randomness.coins import world_key


@kernel
def grow_trees(out, further, weights, seeds, rule, last, key, first, hops, reach, shape):
    """Simulate worlds ``first …`` and describe their trees; fills `hops`, `reach` and `shape`.

    Each seed is the root of a tree. ``hops[i, h]`` counts who is reached at hop h of world ``first + i``; the
    last one stands for all that follow. ``reach[i]`` is the weight of everybody, and of those beyond the
    first hop. ``shape[i]`` is the sum of the depths, the sum over trees of two people or more of the mean
    distance between two of their people, and the number of such trees. The distances in a tree of n people
    sum to Σ_v s_v·(n − s_v) over all but the root, with s_v the size of the subtree of v.
    """
    n = out[0].size - 1
    scratch = make_scratch(n)
    depth, parent, queue = scratch[2], scratch[4], scratch[5]
    nobody, certain = np.empty(0, dtype=np.int64), np.empty(0)
    size, root = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    apart = np.empty(n)
    for i in range(reach.shape[0]):
        world = world_key(key, first + i)
        tail = play(out, further, (seeds, certain), NOBODY, nobody, rule, last, world, i + 1, scratch)[0]
        hops[i, :] = 0
        reach[i, :] = 0.0
        shape[i, :] = 0.0
        for j in range(tail):
            v = np.int64(queue[j])
            hops[i, min(np.int64(depth[v]), hops.shape[1] - 1)] += 1
            reach[i, 0] += weights[v]
            if depth[v] > 1:
                reach[i, 1] += weights[v]
            shape[i, 0] += depth[v]
            size[v] = 1
            apart[v] = 0.0
            root[v] = v if parent[v] < 0 else root[parent[v]]
        for j in range(tail - 1, -1, -1):
            v = np.int64(queue[j])
            if parent[v] >= 0:
                size[parent[v]] += size[v]
        for j in range(tail):
            v = np.int64(queue[j])
            if parent[v] >= 0:
                apart[root[v]] += float(size[v]) * float(size[root[v]] - size[v])
        for j in range(tail):
            v = np.int64(queue[j])
            if parent[v] < 0 and size[v] > 1:
                pairs = 0.5 * float(size[v]) * float(size[v] - 1)
                shape[i, 1] += apart[v] / pairs
                shape[i, 2] += 1.0
