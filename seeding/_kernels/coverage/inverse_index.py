"""The inverse index, from candidates to the sets they are in: a counting sort in two passes.

A plain counting sort writes all over memory. Here the first pass deals entries out to blocks of candidates,
each a sequential stream to its final part of the result, and the second sorts each block, which fits in
cache. Both passes split over threads; the result does not depend on how. Rows that are known already are only
copied.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean


@lean
def count_blocks(indptr, members, sets, shift, counts):
    """Count the entries of sets ``sets[0]:sets[1]`` per block of 2**shift candidates; adds to `counts`."""
    for i in range(indptr[sets[0]], indptr[sets[1]]):
        counts[members[i] >> shift] += 1


@lean
def deal(indptr, members, sets, shift, cursors, known_ends, places, out_sets):
    """Deal sets ``sets[0]:sets[1]`` out to their blocks, in order, behind what is known of each.

    Fills `places`, per new entry the candidate within its block (uint16, so `shift` is 16 at most), and
    `out_sets`, where ``known_ends[b]`` known entries stand in front of the new ones of block b. Moves
    `cursors` on, which count new entries and hold where each block goes on.
    """
    mask = (1 << shift) - 1
    for number in range(sets[0], sets[1]):
        for i in range(indptr[number], indptr[number + 1]):
            candidate = np.int64(members[i])
            block = candidate >> shift
            slot = cursors[block]
            cursors[block] = slot + 1
            out_sets[known_ends[block] + slot] = number
            places[slot] = candidate & mask


@lean
def sort_blocks(starts, blocks, shift, places, known, scratch, result):
    """Sort blocks ``blocks[0]:blocks[1]`` by candidate, keeping the order of sets, known rows first.

    The new entries of block b are ``starts[b]:starts[b + 1]``, not counting known ones. Fills the rows in the
    arrays of `result` (indptr from its second entry on, sets). `scratch` has room for the new entries of one
    block (int32) and one number per candidate and one more (int64).
    """
    known_indptr, known_sets = known
    indptr, sets = result
    dealt, cursors = scratch
    for block in range(blocks[0], blocks[1]):
        start, stop = starts[block], starts[block + 1]
        first = block << shift
        last = min(indptr.size - 1, first + (1 << shift))
        before = known_indptr[last]
        cursors[: last - first] = 0
        for i in range(start, stop):
            dealt[i - start] = sets[before + i]
            cursors[np.int64(places[i])] += 1
        slot = known_indptr[first] + start
        for candidate in range(first, last):
            new = cursors[candidate - first]
            for i in range(known_indptr[candidate], known_indptr[candidate + 1]):
                sets[slot] = known_sets[i]
                slot += 1
            cursors[candidate - first] = slot
            slot += new
            indptr[candidate + 1] = slot
        for i in range(start, stop):
            place = np.int64(places[i])
            sets[cursors[place]] = dealt[i - start]
            cursors[place] += 1
