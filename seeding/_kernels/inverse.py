"""The inverse index, from candidates to the sets they are in: a counting sort in two passes.

A plain counting sort writes all over memory. Here the first pass deals entries out to blocks of candidates,
each a sequential stream to its final part of the result, and the second sorts each block, which fits in
cache. Both passes split over threads; the result does not depend on how.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel


@kernel
def count_blocks(indptr, members, sets, shift, counts):
    """Count the entries of sets ``sets[0]:sets[1]`` per block of 2**shift candidates; adds to `counts`."""
    for i in range(indptr[sets[0]], indptr[sets[1]]):
        counts[members[i] >> shift] += 1


@kernel
def deal(indptr, members, sets, shift, cursors, places, out_sets):
    """Deal sets ``sets[0]:sets[1]`` out to their blocks, in order.

    Fills `out_sets` and, for each entry, `places`: the candidate within its block (uint16, so `shift` is 16
    at most). Moves `cursors` on, which hold where each block goes on.
    """
    mask = (1 << shift) - 1
    for number in range(sets[0], sets[1]):
        for i in range(indptr[number], indptr[number + 1]):
            candidate = np.int64(members[i])
            block = candidate >> shift
            slot = cursors[block]
            cursors[block] = slot + 1
            out_sets[slot] = number
            places[slot] = candidate & mask


@kernel
def sort_blocks(starts, blocks, shift, places, out_indptr, out_sets):
    """Sort blocks ``blocks[0]:blocks[1]`` by candidate, each in place and keeping the order of sets.

    Block b is ``starts[b]:starts[b + 1]``. Fills the ends of its rows in `out_indptr`.
    """
    most = np.int64(0)
    for block in range(blocks[0], blocks[1]):
        most = max(most, starts[block + 1] - starts[block])
    dealt = np.empty(most, np.int32)
    cursors = np.empty((1 << shift) + 1, np.int64)
    for block in range(blocks[0], blocks[1]):
        start, stop = starts[block], starts[block + 1]
        first = block << shift
        width = min(out_indptr.size - 1 - first, 1 << shift)
        cursors[: width + 1] = 0
        for i in range(start, stop):
            dealt[i - start] = out_sets[i]
            cursors[np.int64(places[i]) + 1] += 1
        cursors[0] = start
        for j in range(width):
            cursors[j + 1] += cursors[j]
            out_indptr[first + j + 1] = cursors[j + 1]
        for i in range(start, stop):
            slot = cursors[places[i]]
            cursors[places[i]] = slot + 1
            out_sets[slot] = dealt[i - start]
