"""The inverse index of some candidates only: one pass over all entries that picks out theirs."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean


@lean
def count_members(members, part, counts):
    """Count the entries ``part[0]:part[1]`` of each candidate; adds to `counts`."""
    for i in range(np.uint64(part[0]), np.uint64(part[1])):
        counts[np.uint32(members[i])] += 1


@lean
def collect(set_indptr, members, sets, wanted, out_members, out_sets):
    """Pick out the entries of wanted candidates from sets ``sets[0]:sets[1]``, in order.

    Fills `out_members` and `out_sets`, which have room for one entry more than there are, and returns their
    number. Every entry is written and then kept or not: a branch would be guessed wrong too often.
    """
    slot = np.uint64(0)
    for number in range(sets[0], sets[1]):
        for i in range(np.uint64(set_indptr[number]), np.uint64(set_indptr[number + 1])):
            candidate = members[i]
            out_members[slot] = candidate
            out_sets[slot] = number
            slot += np.uint64(wanted[np.uint32(candidate)])
    return slot


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
