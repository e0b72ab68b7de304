"""Forward simulation: what a list of seeds reaches, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.coins import arc_coin, world_key

# Sums over worlds are made in runs of this many, so that they do not depend on how worlds are split.
GRAIN = 64


@kernel
def ic_spread(out, weights, seeds, key, first, reach, gain, square):
    """Simulate the cascade of `seeds` in worlds ``first …``; fills `reach`, `gain` and `square`.

    ``reach[i]`` is the weight reached in world ``first + i``. For each run of GRAIN worlds g and each
    seed j, ``gain[g, j]`` is the sum over its worlds of the weight that seed j adds to the seeds before
    it, and ``square[g, j]`` the sum of squares of what the first j + 1 seeds reach (zeros on entry).
    """
    indptr, indices, probability = out
    n = indptr.size - 1
    seen = np.zeros(n, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    for i in range(reach.size):
        world = world_key(key, first + i)
        stamp = np.int32(i + 1)
        grain = i // GRAIN
        total = 0.0
        for j in range(seeds.size):
            if seen[seeds[j]] != stamp:
                seen[seeds[j]] = stamp
                queue[0] = seeds[j]
                tail = 1
                head = 0
                added = 0.0
                while head < tail:
                    u = queue[head]
                    head += 1
                    added += weights[u]
                    for e in range(indptr[u], indptr[u + 1]):
                        v = indices[e]
                        if seen[v] != stamp and arc_coin(world, u, v) < probability[e]:
                            seen[v] = stamp
                            queue[tail] = v
                            tail += 1
                gain[grain, j] += added
                total += added
            square[grain, j] += total * total
        reach[i] = total


@kernel
def ic_within(out, weights, seeds, limits, key, first, reach):
    """Simulate what `seeds` reach within a distance, in worlds ``first …``; fills `reach`.

    All seeds spread at once, level by level, so that distance counts from the nearest. ``limits[i]`` is the
    largest distance that counts in world ``first + i``; at −1 nothing is reached.
    """
    indptr, indices, probability = out
    n = indptr.size - 1
    seen = np.zeros(n, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    for i in range(reach.size):
        reach[i] = 0.0
        if limits[i] < 0:
            continue
        world = world_key(key, first + i)
        stamp = np.int32(i + 1)
        tail = 0
        for j in range(seeds.size):
            if seen[seeds[j]] != stamp:
                seen[seeds[j]] = stamp
                queue[tail] = seeds[j]
                tail += 1
        head = 0
        depth = 0
        level_end = tail
        while head < tail:
            if head == level_end:
                level_end = tail
                depth += 1
            u = queue[head]
            head += 1
            reach[i] += weights[u]
            if depth >= limits[i]:
                continue
            for e in range(indptr[u], indptr[u + 1]):
                v = indices[e]
                if seen[v] != stamp and arc_coin(world, u, v) < probability[e]:
                    seen[v] = stamp
                    queue[tail] = v
                    tail += 1
