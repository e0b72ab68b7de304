"""Forward simulation over packed rows: what a list of seeds reaches, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.forward.acceptance import says_yes
from seeding._kernels.forward.arc_by_arc import GRAIN
from seeding._kernels.randomness.coins import world_key
from seeding._kernels.rows.live_arcs import stream
from seeding._kernels.rows.search import explore, next_epoch


@inlined
def _weigh(weights, queue, head, tail):
    """Sum the weights of queued nodes; without weights, count them."""
    if weights.size == 0:
        return np.float64(tail - head)
    total = 0.0
    for place in range(head, tail):
        total += weights[queue[place]]
    return total


@lean
def packed_spread(rows, weights, seeds, accept, creator, key, first, scratch, block):
    """Simulate the cascade of `seeds` in worlds ``first …``; fills the three arrays of `block`.

    `rows` are packed out-arcs, `weights` is empty where every node weighs 1, and `block` is (reach, gain,
    square) as `forward.ic_spread` fills them. Seeds spread one after the other, which gives the reach of
    every leading part of them at no cost. `accept` and `creator` are as there. `scratch` is (marks
    uint8[n + 1], queue int32[n + 1], picks int64[·, 3]) and is modified in place.
    """
    records, arcs = rows
    marks, queue, picks = scratch
    reach, gain, square = block
    for i in range(reach.size):
        epoch = next_epoch(marks)
        state = stream(key, first + i)
        world = world_key(key, first + i)
        grain = i // GRAIN
        tail = np.int64(0)
        total = 0.0
        for j in range(seeds.size):
            if marks[seeds[j]] != epoch and says_yes(world, j, accept, creator):
                marks[seeds[j]] = epoch
                head = tail
                queue[tail] = seeds[j]
                tail += 1
                state, tail = explore(records, arcs, None, marks, epoch, queue, head, tail, picks, state)
                added = _weigh(weights, queue, head, tail)
                gain[grain, j] += added
                total += added
            square[grain, j] += total * total
        reach[i] = total


@lean
def packed_steps(rows, weights, seeds, accept, creator, key, first, scratch, block):
    """Simulate the cascade of all `seeds` at once, step by step, in worlds ``first …``; fills `block`.

    As `packed_spread`, with `block` of (reach, curve, bends): per run of worlds and step t, ``curve`` sums
    what is reached by step t, and ``bends`` its square; the last step stands for all that follow (zeros on
    entry).
    Rows draw their live arcs in the order of the steps, so that the worlds are not those of `packed_spread`.
    """
    records, arcs = rows
    marks, queue, picks = scratch
    reach, curve, bends = block
    last = curve.shape[1] - 1
    for i in range(reach.size):
        epoch = next_epoch(marks)
        state = stream(key, first + i)
        world = world_key(key, first + i)
        grain = i // GRAIN
        tail = np.int64(0)
        for j in range(seeds.size):
            if marks[seeds[j]] != epoch and says_yes(world, j, accept, creator):
                marks[seeds[j]] = epoch
                queue[tail] = seeds[j]
                tail += 1
        head = np.int64(0)
        step = 0
        total = 0.0
        while head < tail:
            total += _weigh(weights, queue, head, tail)
            if step < last:
                curve[grain, step] += total
                bends[grain, step] += total * total
            start, head = head, tail
            state, tail = explore(records, arcs, 1, marks, epoch, queue, start, head, picks, state)
            step += 1
        for t in range(min(step, last), last + 1):
            curve[grain, t] += total
            bends[grain, t] += total * total
        reach[i] = total
