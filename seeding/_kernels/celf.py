"""Marginal gains by forward simulation over kept worlds (common random numbers)."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.coins import arc_coin, world_key


@kernel
def ic_singles(out, weights, candidates, key, first, worlds, gains):
    """Sum over worlds ``first …`` what each candidate reaches alone; adds to `gains`.

    World by world: every coin is tossed once, and all candidates search the live arcs that are left.
    """
    indptr, indices, probability = out
    n = indptr.size - 1
    live_indptr = np.zeros(n + 1, dtype=np.int64)
    live = np.empty(indices.size, dtype=np.int32)
    seen = np.zeros(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int32)
    stamp = np.int64(0)
    for r in range(worlds):
        world = world_key(key, first + r)
        used = 0
        for u in range(n):
            for e in range(indptr[u], indptr[u + 1]):
                if arc_coin(world, u, indices[e]) < probability[e]:
                    live[used] = indices[e]
                    used += 1
            live_indptr[u + 1] = used
        for c in range(candidates.size):
            stamp += 1
            seen[candidates[c]] = stamp
            queue[0] = candidates[c]
            tail = 1
            head = 0
            total = 0.0
            while head < tail:
                u = queue[head]
                head += 1
                total += weights[u]
                for e in range(live_indptr[u], live_indptr[u + 1]):
                    v = live[e]
                    if seen[v] != stamp:
                        seen[v] = stamp
                        queue[tail] = v
                        tail += 1
            gains[c] += total


@kernel
def ic_gains(out, weights, candidates, key, reached, gains):
    """Sum over all worlds what each candidate adds to those already reached; fills `gains`.

    ``reached[r]`` is a bit set of the nodes that the chosen seeds reach in world r. A search need not
    pass through such a node: whatever lies behind it is reached as well.
    """
    indptr, indices, probability = out
    n = indptr.size - 1
    seen = np.zeros(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int32)
    stamp = np.int64(0)
    for c in range(candidates.size):
        root = candidates[c]
        total = 0.0
        for r in range(reached.shape[0]):
            if (reached[r, root >> 3] >> (root & 7)) & 1:
                continue
            world = world_key(key, r)
            stamp += 1
            seen[root] = stamp
            queue[0] = root
            tail = 1
            head = 0
            while head < tail:
                u = queue[head]
                head += 1
                total += weights[u]
                for e in range(indptr[u], indptr[u + 1]):
                    v = indices[e]
                    if (
                        seen[v] != stamp
                        and arc_coin(world, u, v) < probability[e]
                        and not (reached[r, v >> 3] >> (v & 7)) & 1
                    ):
                        seen[v] = stamp
                        queue[tail] = v
                        tail += 1
        gains[c] = total


@kernel
def ic_mark(out, root, key, first, reached):
    """Add to the bit sets of worlds ``first …`` everything that `root` reaches there; changes `reached`."""
    indptr, indices, probability = out
    queue = np.empty(indptr.size - 1, dtype=np.int32)
    for r in range(reached.shape[0]):
        if (reached[r, root >> 3] >> (root & 7)) & 1:
            continue
        world = world_key(key, first + r)
        reached[r, root >> 3] |= np.uint8(1 << (root & 7))
        queue[0] = root
        tail = 1
        head = 0
        while head < tail:
            u = queue[head]
            head += 1
            for e in range(indptr[u], indptr[u + 1]):
                v = indices[e]
                if not (reached[r, v >> 3] >> (v & 7)) & 1 and arc_coin(world, u, v) < probability[e]:
                    reached[r, v >> 3] |= np.uint8(1 << (v & 7))
                    queue[tail] = v
                    tail += 1
