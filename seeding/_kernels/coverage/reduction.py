"""Merging identical sets of a coverage sample: sort each set, hash it, compare it exactly."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.randomness.coins import GOLDEN, mix64

# Up to this length rows are sorted by insertion alone.
_SHORT = 24
# Rows are dealt out by the upper bits of their hash, and found by the lower ones.
_SHARE_BITS = np.uint64(40)


@lean
def sort_rows(indptr, members, part, marks):
    """Sort rows ``part[0]:part[1]`` of `members` in place; fills `marks` with a hash of each."""
    for row in range(part[0], part[1]):
        start = indptr[row]
        stop = indptr[row + 1]
        _sort(members, start, stop)
        mark = np.uint64(stop - start)
        for i in range(start, stop):
            mark = mix64(mark + GOLDEN * np.uint64(members[i] + 1))
        marks[row] = mark


@inlined
def _sort(members, start, stop):
    """Sort by insertion, long rows at first over gaps (Shell, CACM 1959; gaps of Knuth, vol. 3, 5.2.1).

    NumPy's sort in a kernel would bring half of Numba along when the compiled kernel is loaded.
    """
    gap = 1
    if stop - start > _SHORT:
        while gap < (stop - start) // 9:
            gap = 3 * gap + 1
    while gap > 0:
        for i in range(start + gap, stop):
            value = members[i]
            slot = i
            while slot >= start + gap and members[slot - gap] > value:
                members[slot] = members[slot - gap]
                slot -= gap
            members[slot] = value
        gap //= 3


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


def share_of(marks, shares):
    """Tell in which of so many shares each row is, by its mark; works on arrays too."""
    return (marks >> _SHARE_BITS) % np.uint64(shares)


@lean
def merge_rows(indptr, members, weight, marks, share, table, first, merged, single):
    """Merge equal sorted rows and fold rows of one member; returns how many rows remain.

    Only rows of one share are looked at: ``share = (which, of how many)``, dealt out by hash, so that equal
    rows are in the same. `table` (−1 on entry) is scratch: a power of two, at least twice as many as these
    rows. Fills `first` (the row each remaining set was first seen in, in order), `merged` (its total weight)
    and `single` (weight of the folded rows, zeros on entry). Empty rows are left out. The hash in `marks`
    only finds rows to compare: equality is always decided member by member.
    """
    which, shares = np.uint64(share[0]), np.uint64(share[1])
    mask = np.uint64(table.size - 1)
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
