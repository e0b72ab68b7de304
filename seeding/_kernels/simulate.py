"""Forward simulation over packed rows: what a list of seeds reaches, in each of a range of worlds."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel
from seeding._kernels.forward import GRAIN
from seeding._kernels.points import stream
from seeding._kernels.search import explore, next_epoch


@kernel
def packed_spread(rows, weights, seeds, key, first, scratch, block):
    """Simulate the cascade of `seeds` in worlds ``first …``; fills the three arrays of `block`.

    `rows` are packed out-arcs and `block` is (reach, gain, square) as `forward.ic_spread` fills them. Seeds
    spread one after the other, which gives the reach of every leading part of them at no cost. `scratch` is
    (marks uint8[n + 1], queue int32[n], picks int64[·, 3]) and is modified in place.
    """
    records, arcs = rows
    marks, queue, picks = scratch
    reach, gain, square = block
    for i in range(reach.size):
        epoch = next_epoch(marks)
        state = stream(key, first + i)
        grain = i // GRAIN
        tail = np.int64(0)
        total = 0.0
        for j in range(seeds.size):
            if marks[seeds[j]] != epoch:
                marks[seeds[j]] = epoch
                head = tail
                queue[tail] = seeds[j]
                tail += 1
                state, tail = explore(records, arcs, None, marks, epoch, queue, head, tail, picks, state)
                added = 0.0
                for place in range(head, tail):
                    added += weights[queue[place]]
                gain[grain, j] += added
                total += added
            square[grain, j] += total * total
        reach[i] = total
