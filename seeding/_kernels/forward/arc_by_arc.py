"""Forward simulation: what a list of seeds reaches, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.forward.acceptance import says_yes
from seeding._kernels.randomness.coins import arc_coin, world_key

# Sums over worlds are made in runs of this many, so that they do not depend on how worlds are split.
GRAIN = 64


@kernel
def ic_spread(out, weights, seeds, accept, creator, key, first, reach, gain, square):
    """Simulate the cascade of `seeds` in worlds ``first …``; fills `reach`, `gain` and `square`.

    ``reach[i]`` is the weight reached in world ``first + i``. For each run of GRAIN worlds g and each
    seed j, ``gain[g, j]`` is the sum over its worlds of the weight that seed j adds to the seeds before
    it, and ``square[g, j]`` the sum of squares of what the first j + 1 seeds reach (zeros on entry). Seed j
    takes part where the coin of ``creator[j]`` is below ``accept[j]``; all do where `accept` is empty.
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
            if seen[seeds[j]] != stamp and says_yes(world, j, accept, creator):
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
def ic_depths(
    out,
    weights,
    seeds,
    accept,
    creator,
    values,
    against,
    key,
    first,
    reach,
    gain,
    square,
    negative,
    curve,
    bends,
):
    """Simulate what `seeds` reach where distance matters, in worlds ``first …``; fills all from `reach` on.

    Somebody at distance d from the nearest seed counts ``values[d]`` times the weight, and ``against[d]``
    times as negative; nobody is farther than these go. Seeds are added one after the other, and whoever comes
    nearer is counted anew, so that ``gain`` and ``square`` are as in `ic_spread`; and so are `accept` and
    `creator`. ``negative[i]`` is what counts against in world ``first + i``. For each run of worlds and each
    step t, ``curve`` sums what is reached by step t, and ``bends`` its square; the last step stands for all
    that follow (zeros on entry).
    """
    indptr, indices, probability = out
    n = indptr.size - 1
    last, steps = values.size - 1, curve.shape[1]
    seen = np.zeros(n, dtype=np.int32)
    depth = np.empty(n, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    at_step = np.empty(steps)
    for i in range(reach.size):
        world = world_key(key, first + i)
        stamp = np.int32(i + 1)
        grain = i // GRAIN
        total, bad = 0.0, 0.0
        at_step[:] = 0.0
        for j in range(seeds.size):
            added = 0.0
            s = seeds[j]
            head, tail = 0, 0
            if (seen[s] != stamp or depth[s] > 0) and says_yes(world, j, accept, creator):
                queue[0] = s
                tail = 1
                if seen[s] == stamp:
                    old = depth[s]
                    added -= weights[s] * values[old]
                    bad -= weights[s] * against[old]
                    at_step[min(old, steps - 1)] -= weights[s] * values[old]
                seen[s] = stamp
                depth[s] = 0
                added += weights[s] * values[0]
                bad += weights[s] * against[0]
                at_step[0] += weights[s] * values[0]
            while head < tail:
                u = queue[head]
                head += 1
                d = depth[u] + 1
                if d > last:
                    break
                for e in range(indptr[u], indptr[u + 1]):
                    v = indices[e]
                    if (seen[v] != stamp or depth[v] > d) and arc_coin(world, u, v) < probability[e]:
                        if seen[v] == stamp:
                            old = depth[v]
                            added -= weights[v] * values[old]
                            bad -= weights[v] * against[old]
                            at_step[min(old, steps - 1)] -= weights[v] * values[old]
                        seen[v] = stamp
                        depth[v] = d
                        queue[tail] = v
                        tail += 1
                        added += weights[v] * values[d]
                        bad += weights[v] * against[d]
                        at_step[min(d, steps - 1)] += weights[v] * values[d]
            gain[grain, j] += added
            total += added
            square[grain, j] += total * total
        reach[i] = total
        negative[i] = bad
        so_far = 0.0
        for t in range(steps):
            so_far += at_step[t]
            curve[grain, t] += so_far
            bends[grain, t] += so_far * so_far
