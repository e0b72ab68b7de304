"""Weighted coverage: inverse index, counting, and lazy greedy selection."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.rows.prefetch import prefetch

# Sets whose members are fetched before they are needed.
_AHEAD = 8


@lean
def invert(set_indptr, members, first, known_indptr, known_sets, indptr, sets):
    """List for each candidate the sets it is in, ascending; fills `indptr` (zeros on entry) and `sets`.

    The index of the sets before `first` is known; its rows are copied.
    """
    for i in range(set_indptr[first], set_indptr[set_indptr.size - 1]):
        indptr[members[i] + 1] += 1
    slot = np.int64(0)
    for c in range(indptr.size - 1):
        new = indptr[c + 1]
        for i in range(known_indptr[c], known_indptr[c + 1]):
            sets[slot] = known_sets[i]
            slot += 1
        indptr[c + 1] = slot
        slot += new
    for r in range(first, set_indptr.size - 1):
        for i in range(set_indptr[r], set_indptr[r + 1]):
            c = members[i] + 1
            sets[indptr[c]] = r
            indptr[c] += 1


@lean
def mark_covered(indptr, sets, chosen, covered):
    """Mark the sets that the chosen candidates are in; changes `covered`, fills nothing else.

    Returns
    -------
    Number of sets newly marked.
    """
    new = np.int64(0)
    for c in chosen:
        for i in range(indptr[c], indptr[c + 1]):
            if not covered[sets[i]]:
                covered[sets[i]] = True
                new += 1
    return new


@lean
def count_gains(set_indptr, members, covered, gains):
    """Count for each candidate the uncovered sets it is in; fills `gains` (zeros on entry)."""
    for r in range(covered.size):
        if not covered[r]:
            for i in range(set_indptr[r], set_indptr[r + 1]):
                gains[members[i]] += 1


@lean
def _worth(gain, cost, by_ratio):
    """Rank a candidate: its gain, or its gain per unit of cost; what is free and useful comes first."""
    if not by_ratio:
        return np.float64(gain)
    if cost == 0:
        return np.inf if gain > 0 else 0.0
    return np.float64(gain) / np.float64(cost)


@lean
def _sift_down(worth, heap, size, at):
    """Restore the heap below position `at`: larger worth first, then smaller index; changes `heap`."""
    item = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size:
            a, b = heap[right], heap[child]
            if worth[a] > worth[b] or (worth[a] == worth[b] and a < b):
                child = right
        best = heap[child]
        if worth[item] > worth[best] or (worth[item] == worth[best] and item < best):
            break
        heap[at] = best
        at = child
    heap[at] = item


@lean
def start_heap(gains, costs, by_ratio, budget, worth, heap):
    """Order the affordable candidates with something to gain; fills `worth` and `heap`.

    Returns
    -------
    Size of the heap.
    """
    size = 0
    for c in range(gains.size):
        worth[c] = _worth(gains[c], costs[c], by_ratio)
        if costs[c] <= budget and gains[c] > 0:
            heap[size] = c
            size += 1
    for at in range(size // 2 - 1, -1, -1):
        _sift_down(worth, heap, size, at)
    return size


@lean
def greedy_steps(incidence, listed, costs, by_ratio, limits, worth, heap, state, gains, covered, order):
    """Choose up to `limits` more candidates, best first; changes everything from `worth` on.

    ``limits = (steps, k)``; ``state = (heap size, number chosen, money left, stopped)``. `gains` are kept
    exact: each stored entry is visited a constant number of times over a whole run, so a popped
    candidate whose rank has fallen since it was filed is simply filed again. Where the best one's sets are
    not `listed` (marks; empty: everybody's are), `stopped` is set to 1, and it stays on top of the heap.

    Returns
    -------
    Number of sets newly covered by these steps.
    """
    steps, k = limits
    new = np.int64(0)
    state[3] = 0
    while steps > 0 and state[0] > 0 and state[1] < k:
        c = heap[0]
        now = _worth(gains[c], costs[c], by_ratio)
        if costs[c] > state[2] or gains[c] == 0:
            state[0] -= 1
            heap[0] = heap[state[0]]
            _sift_down(worth, heap, state[0], 0)
            continue
        if now < worth[c]:
            worth[c] = now
            _sift_down(worth, heap, state[0], 0)
            continue
        if listed.size > 0 and not listed[c]:
            state[3] = 1
            break
        new += gains[c]
        order[state[1]] = c
        state[1] += 1
        state[2] -= costs[c]
        steps -= 1
        if state[1] == 1 and _holds_most(incidence, c):
            mark_covered(incidence[2], incidence[3], order[:1], covered)
            gains[:] = 0
            count_gains(incidence[0], incidence[1], covered, gains)
        else:
            _cover(incidence, c, gains, covered)
    return new


@lean
def _holds_most(incidence, c):
    """Tell whether the sets of a candidate have more entries than all others, and than there are sets.

    So it is where a few sets reach half of the network; then the first choice is in nearly all of these.
    """
    set_indptr, _, indptr, sets = incidence
    held = np.int64(0)
    for i in range(indptr[c], indptr[c + 1]):
        held += set_indptr[sets[i] + 1] - set_indptr[sets[i]]
    n_sets = set_indptr.size - 1
    return held > set_indptr[n_sets] - held + n_sets


@inlined
def _cover(incidence, c, gains, covered):
    """Cover the sets of a candidate; changes `gains` and `covered`.

    Which sets come next is known, so where their members lie, and the first of these, are fetched ahead.
    """
    set_indptr, members, indptr, sets = incidence
    stop = indptr[c + 1]
    last = stop - 1
    for i in range(indptr[c], stop):
        prefetch(set_indptr, sets[min(i + 2 * _AHEAD, last)])
        prefetch(members, set_indptr[sets[min(i + _AHEAD, last)]])
        r = sets[i]
        if not covered[r]:
            covered[r] = True
            for j in range(np.uint64(set_indptr[r]), np.uint64(set_indptr[r + 1])):
                gains[np.uint32(members[j])] -= 1


@lean
def top_sum(gains, costs, money, best):
    """Add up the largest gains of those who cost at most `money`: as many as `best` has room for, at least 1.

    `best` is scratch: a heap of the largest so far, the least of them on top.
    """
    size = 0
    for c in range(gains.size):
        gain = gains[c]
        if gain <= 0 or costs[c] > money:
            continue
        if size < best.size:
            at = size
            size += 1
            while at > 0 and best[(at - 1) >> 1] > gain:
                best[at] = best[(at - 1) >> 1]
                at = (at - 1) >> 1
            best[at] = gain
        elif gain > best[0]:
            at = 0
            while True:
                child = 2 * at + 1
                if child >= size:
                    break
                child += (child + 1 < size) and (best[child + 1] < best[child])
                if best[child] >= gain:
                    break
                best[at] = best[child]
                at = child
            best[at] = gain
    total = np.int64(0)
    for at in range(size):
        total += best[at]
    return total


@lean
def count_covered(set_indptr, members, wanted):
    """Count the sets that hold at least one wanted candidate."""
    covered = np.int64(0)
    for r in range(set_indptr.size - 1):
        for i in range(set_indptr[r], set_indptr[r + 1]):
            if wanted[members[i]]:
                covered += 1
                break
    return covered
