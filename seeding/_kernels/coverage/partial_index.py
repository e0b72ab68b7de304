"""The inverse index of some candidates only: one pass over all entries that picks out theirs."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.rows.bits import ONE, lowest

_WORD = np.uint64(64)
# Sets of fewer entries are short.
_LONG = np.uint64(16)


@lean
def count_members(members, part, counts):
    """Count the entries ``part[0]:part[1]`` of each candidate; adds to `counts`."""
    for i in range(np.uint64(part[0]), np.uint64(part[1])):
        counts[np.uint32(members[i])] += 1


@lean
def collect(set_indptr, members, sets, wanted, out_members, out_sets):
    """Pick out the entries of wanted candidates from sets ``sets[0]:sets[1]``, in order.

    Fills `out_members` and `out_sets`, which have room for one entry more than there are, and returns their
    number. Of long sets up to 64 entries are looked at together, and only the wanted are written; of short
    ones every entry is written and then kept or not. A branch for each, or one at the end of each short set,
    would be guessed wrong too often, so one loop goes over all entries, and the number of the set moves on.
    """
    slot = np.uint64(0)
    i, stop = np.uint64(set_indptr[sets[0]]), np.uint64(set_indptr[sets[1]])
    number, end = np.uint64(sets[0]) - ONE, i
    while i < stop:
        number += np.uint64(i >= end)
        end = np.uint64(set_indptr[number + ONE])
        while i >= end:  # the set is empty, which is rare
            number += ONE
            end = np.uint64(set_indptr[number + ONE])
        if end - i >= _LONG:
            size = min(_WORD, end - i)
            picked = _find(members, i, size, wanted)
            while picked:
                out_members[slot] = members[i + np.uint64(lowest(picked))]
                out_sets[slot] = number
                slot += ONE
                picked &= picked - ONE
            i += size
        else:
            candidate = members[i]
            out_members[slot] = candidate
            out_sets[slot] = number
            slot += np.uint64(wanted[np.uint32(candidate)])
            i += ONE
    return slot


@inlined
def _find(members, start, size, wanted):
    """Tell which of up to 64 entries from `start` on are wanted, as the bits of a word."""
    picked = np.uint64(0)
    for j in range(size):
        picked |= np.uint64(wanted[np.uint32(members[start + j])]) << j
    return picked


@lean
def spread(members, sets, count, cursors, out):
    """Put the first `count` entries into the rows of their candidates; moves `cursors` on, fills `out`."""
    for i in range(np.uint64(count)):
        candidate = np.uint32(members[i])
        out[np.uint64(cursors[candidate])] = sets[i]
        cursors[candidate] += 1


@lean
def copy_rows(indptr, sets, rows, starts, out):
    """Copy the given rows to where they start in `out`."""
    for candidate in rows:
        shift = starts[candidate] - indptr[candidate]
        for i in range(indptr[candidate], indptr[candidate + 1]):
            out[i + shift] = sets[i]


@lean
def scatter(set_indptr, members, part, cursors, out):
    """Put sets ``part[0]:part[1]`` into the rows of all their candidates; moves `cursors` on, fills `out`."""
    for number in range(part[0], part[1]):
        for i in range(np.uint64(set_indptr[number]), np.uint64(set_indptr[number + 1])):
            candidate = np.uint32(members[i])
            out[np.uint64(cursors[candidate])] = number
            cursors[candidate] += 1
