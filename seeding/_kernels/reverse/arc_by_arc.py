"""Reverse sampling: who could have reached a random root, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.randomness.coins import arc_coin, draw, world_key


@kernel
def draw_root(keep, alias, n, world):
    """Draw a node in proportion to weight (Walker's alias table); uniformly where the table is empty."""
    slot = min(np.int64(draw(world, 0) * n), n - 1)
    if keep.size == 0 or draw(world, 1) < keep[slot]:
        return slot
    return np.int64(alias[slot])


@kernel
def fill_alias(weights, keep, alias, small, large):
    """Build Walker's alias table (Vose's method); fills `keep`, `alias` and the two stacks."""
    n = weights.size
    scale = n / weights.sum()
    n_small = 0
    n_large = 0
    for v in range(n):
        keep[v] = weights[v] * scale
        alias[v] = v
        if keep[v] < 1.0:
            small[n_small] = v
            n_small += 1
        else:
            large[n_large] = v
            n_large += 1
    while n_small > 0 and n_large > 0:
        n_small -= 1
        poor = small[n_small]
        rich = large[n_large - 1]
        alias[poor] = rich
        keep[rich] -= 1.0 - keep[poor]
        if keep[rich] < 1.0:
            n_large -= 1
            small[n_small] = rich
            n_small += 1
    # What rounding left over is certain, except that a node of weight 0 must never be drawn.
    for i in range(n_large):
        keep[large[i]] = 1.0
    for i in range(n_small):
        if weights[small[i]] > 0.0:
            keep[small[i]] = 1.0


@kernel
def ic_rr_sets(into, roots, candidate_of, limits, key, first, sizes, members):
    """Sample one RR set per world, keeping candidates only; fills `sizes` and `members`.

    `roots` is an alias table; `limits` the largest distance kept in each world (−1: the set is empty), or
    None. Stops before a world whose set might not fit.

    Returns
    -------
    Number of worlds done, entries of `members` used, nodes visited.
    """
    indptr, indices, probability = into
    keep, alias = roots
    n = indptr.size - 1
    seen = np.zeros(n, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    used = np.int64(0)
    visited = np.int64(0)
    for i in range(sizes.size):
        world = world_key(key, first + i)
        stamp = np.int32(i + 1)
        queue[0] = draw_root(keep, alias, n, world)
        seen[queue[0]] = stamp
        tail = 1
        head = 0
        depth = 0
        level_end = 1
        if limits is not None:  # noqa: SIM102 - Numba drops only a test for None by itself
            if limits[i] < 0:
                tail = 0
        while head < tail:
            if limits is not None:
                if head == level_end:
                    level_end = tail
                    depth += 1
                if depth >= limits[i]:
                    break
            v = queue[head]
            head += 1
            for e in range(indptr[v], indptr[v + 1]):
                u = indices[e]
                if seen[u] != stamp and arc_coin(world, u, v) < probability[e]:
                    seen[u] = stamp
                    queue[tail] = u
                    tail += 1
        if used + tail > members.size:
            return i, used, visited
        visited += tail
        start = used
        for j in range(tail):
            candidate = candidate_of[queue[j]]
            if candidate >= 0:
                members[used] = candidate
                used += 1
        sizes[i] = used - start
    return sizes.size, used, visited
