"""Marginal gains over kept worlds where it matters how far somebody is from the nearest seed."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel, lean
from seeding._kernels.rows.bits import ONE, WORD, lowest, part

# What is reached is kept as uint8 distances; nobody is followed farther than this. Unreached: FAR.
FAR = 255


@lean
def gains_by_distance(out, worth, candidates, live, distance, yes, scratch, gains):
    """Sum over worlds what each of a few candidates adds by being nearer; adds to `gains`.

    Row r of `live` are the live out-arcs of a world, row r of `distance` (uint8) how far everybody is from
    the seeds there. ``worth = (weights, values)``: somebody at distance d counts ``values[d]`` times the
    weight, and nothing beyond. `yes` is as in `celf.gains_of_few`. `scratch` is (seen int64[n + 1], zeros at
    first, queue int32[n]) and is modified in place: the distance of whoever is seen is kept in the lower
    bits. Returns the nodes visited.
    """
    weights, values = worth
    indptr, indices = out
    seen, queue = scratch
    n = queue.size
    last = np.int64(values.size - 1)
    visited = 0
    for r in range(live.shape[0]):
        for c in range(candidates.size):
            root = np.int64(candidates[c])
            if distance[r, root] == 0 or (yes.size > 0 and yes[r, c] == 0):
                continue
            seen[n] += 256
            stamp = seen[n]
            seen[root] = stamp
            queue[0] = root
            head = 0
            tail = 1
            total = 0.0
            while head < tail:
                u = queue[head]
                head += 1
                depth = seen[u] - stamp
                old = np.int64(distance[r, u])
                total += weights[u] * (values[depth] - (values[old] if old <= last else 0.0))
                if depth == last:
                    continue
                at = np.int64(indptr[u])
                stop = np.int64(indptr[u + 1])
                while at < stop:
                    size = min(WORD - (at & (WORD - 1)), stop - at)
                    bits = part(live[r], at, size)
                    while bits:
                        v = np.int64(indices[at + lowest(bits)])
                        bits &= bits - ONE
                        if seen[v] < stamp and depth + 1 < distance[r, v]:
                            seen[v] = stamp + depth + 1
                            queue[tail] = v
                            tail += 1
                    at += size
            gains[c] += total
            visited += tail
    return visited


@kernel
def come_nearer(out, last, root, live, distance, yes):
    """Bring everybody as near as they are to one more seed, in each world where it accepts.

    `yes` is as in `celf.mark`. Changes `distance`.
    """
    indptr, indices = out
    queue = np.empty(indptr.size - 1, dtype=np.int32)
    for r in range(live.shape[0]):
        if distance[r, root] == 0 or (yes.size > 0 and yes[r, 0] == 0):
            continue
        distance[r, root] = 0
        queue[0] = root
        head = 0
        tail = 1
        while head < tail:
            u = np.int64(queue[head])
            head += 1
            depth = np.int64(distance[r, u])
            if depth == last:
                continue
            at = np.int64(indptr[u])
            stop = np.int64(indptr[u + 1])
            while at < stop:
                size = min(WORD - (at & (WORD - 1)), stop - at)
                bits = part(live[r], at, size)
                while bits:
                    v = np.int64(indices[at + lowest(bits)])
                    bits &= bits - ONE
                    if depth + 1 < distance[r, v]:
                        distance[r, v] = depth + 1
                        queue[tail] = v
                        tail += 1
                at += size
