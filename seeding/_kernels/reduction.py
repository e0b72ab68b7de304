"""Merging identical sets of a coverage sample: sort each set, hash it, compare it exactly."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel, lean
from seeding._kernels.coins import GOLDEN, mix64

_SHORT = 24
# Rows are dealt out by the upper bits of their hash, and found by the lower ones.
_SHARE_BITS = np.uint64(40)


@kernel
def sort_rows(indptr, members, part, marks):
    """Sort rows ``part[0]:part[1]`` of `members` in place; fills `marks` with a hash of each."""
    for row in range(part[0], part[1]):
        start = indptr[row]
        stop = indptr[row + 1]
        if stop - start > _SHORT:
            members[start:stop].sort()
        else:
            _insertion_sort(members, start, stop)
        mark = np.uint64(stop - start)
        for i in range(start, stop):
            mark = mix64(mark + GOLDEN * np.uint64(members[i] + 1))
        marks[row] = mark


@inlined
def _insertion_sort(members, start, stop):
    for i in range(start + 1, stop):
        value = members[i]
        slot = i
        while slot > start and members[slot - 1] > value:
            members[slot] = members[slot - 1]
            slot -= 1
        members[slot] = value


@lean
def _same_row(indptr, members, row, other):
    """Tell whether two sorted rows hold the same members."""
    length = indptr[row + 1] - indptr[row]
    if indptr[other + 1] - indptr[other] != length:
        return False
    for i in range(length):
        if members[indptr[row] + i] != members[indptr[other] + i]:
            return False
    return True


@kernel
def merge_rows(indptr, members, weight, marks, share, first, merged, single):
    """Merge equal sorted rows and fold rows of one member; returns how many rows remain.

    Only rows of one share are looked at: ``share = (which, of how many)``, dealt out by hash, so that equal
    rows are in the same. Fills `first` (the row each remaining set was first seen in, in order), `merged`
    (its total weight) and `single` (weight of the folded rows, zeros on entry). Empty rows are left out. The
    hash in `marks` only finds rows to compare: equality is always decided member by member.
    """
    which, shares = np.uint64(share[0]), np.uint64(share[1])
    size = 16
    while size < 2 * (indptr.size - 1) // share[1]:
        size *= 2
    table, mask = np.full(size, -1, np.int64), np.uint64(size - 1)
    kept = np.int64(0)
    for row in range(indptr.size - 1):
        mark = marks[row]
        if (mark >> _SHARE_BITS) % shares != which:
            continue
        start = indptr[row]
        stop = indptr[row + 1]
        if stop - start < 2:
            if stop > start:
                single[members[start]] += weight[row]
            continue
        if 2 * kept > size:
            size *= 2
            mask = np.uint64(size - 1)
            table = np.full(size, -1, np.int64)
            for i in range(kept):
                slot = marks[first[i]] & mask
                while table[slot] >= 0:
                    slot = (slot + np.uint64(1)) & mask
                table[slot] = i
        slot = mark & mask
        while table[slot] >= 0 and not (
            marks[first[table[slot]]] == mark and _same_row(indptr, members, first[table[slot]], row)
        ):
            slot = (slot + np.uint64(1)) & mask
        if table[slot] < 0:
            table[slot] = kept
            first[kept] = row
            merged[kept] = 0
            kept += 1
        merged[table[slot]] += weight[row]
    return kept


@lean
def take_rows(indptr, members, rows, out_indptr, out_members):
    """Copy the given rows; fills `out_indptr` and `out_members`."""
    out_indptr[0] = 0
    for i in range(rows.size):
        start = indptr[rows[i]]
        length = indptr[rows[i] + 1] - start
        slot = out_indptr[i]
        for j in range(length):
            out_members[slot + j] = members[start + j]
        out_indptr[i + 1] = slot + length


@lean
def keep_members(indptr, members, weight, position, part, out_indptr, out_members, out_weight, single):
    """Renumber members by `position`, leave out those where it is negative, and rows of less than two.

    Only rows ``part[0]:part[1]`` are looked at. Rows of one member are folded: their weight is added to
    `single`. `weight` may be None: 1 each. Fills `out_indptr`, `out_members` (longer by one than what is
    looked at) and `out_weight`; returns how many rows remain.
    """
    kept = np.int64(0)
    slot = np.int64(0)
    out_indptr[0] = 0
    for row in range(part[0], part[1]):
        start = slot
        for i in range(np.uint64(indptr[row]), np.uint64(indptr[row + 1])):
            place = position[np.uint32(members[i])]
            out_members[np.uint64(slot)] = place
            slot += place >= 0
        heavy = np.int64(1) if weight is None else weight[row]
        if slot - start < 2:
            if slot > start:
                single[out_members[start]] += heavy
            slot = start
            continue
        out_weight[kept] = heavy
        kept += 1
        out_indptr[kept] = slot
    return kept


@lean
def covered_weight(indptr, members, weight, chosen):
    """Add up the weight of the rows holding at least one member marked in `chosen`."""
    total = np.int64(0)
    for row in range(indptr.size - 1):
        for i in range(indptr[row], indptr[row + 1]):
            if chosen[members[i]]:
                total += weight[row]
                break
    return total
