"""Marginal gains over kept worlds: a search visits only what the chosen seeds do not reach yet.

Of a world two sets of bits are kept: its live out-arcs, and the nodes that the chosen seeds reach in it. A
search need not pass through such a node, as whatever lies behind it is reached as well.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel, lean
from seeding._kernels.rows.bits import ONE, WORD, add, has, lowest, part
from seeding._kernels.rows.prefetch import prefetch

# Worlds ahead whose bits are fetched from memory.
_AHEAD = 4
_WORD, _LAST, _S6 = np.uint64(64), np.uint64(63), np.uint64(6)


@lean
def gains_of_few(out, weights, candidates, live, reached, yes, scratch, gains):
    """Sum over worlds what each of a few candidates adds to what is reached; adds to `gains`.

    Row r of `live` are the live out-arcs of a world, row r of `reached` the nodes reached there; row r of
    `yes` (uint8) says which candidates accept there, and all do where it is empty. `scratch` is two times
    (seen int64[n + 1], zeros at first, queue int32[n]) and is modified in place. Returns the nodes visited.

    Two worlds are searched side by side: what one waits for from memory, the other works in meanwhile.
    """
    visited = 0
    for r in range(0, live.shape[0], 2):
        s = min(r + 1, live.shape[0] - 1)
        _fetch(out, candidates, live, reached, r + _AHEAD)
        _fetch(out, candidates, live, reached, r + 1 + _AHEAD)
        for c in range(candidates.size):
            root = np.int64(candidates[c])
            one = not has(reached[r], root) and (yes.size == 0 or yes[r, c] != 0)
            two = s > r and not has(reached[s], root) and (yes.size == 0 or yes[s, c] != 0)
            first, second = _search_two(
                out, root, (one, two), (live[r], live[s]), (reached[r], reached[s]), scratch
            )
            visited += first + second
            for size, queue in ((first, scratch[0][1]), (second, scratch[1][1])):
                total = 0.0
                for i in range(size):
                    total += weights[queue[i]]
                gains[c] += total
    return visited


@inlined
def _fetch(out, candidates, live, reached, r):
    """Fetch the bits from memory at which a search from each candidate begins, if there is such a world."""
    if r < live.shape[0]:
        for c in range(candidates.size):
            root = np.int64(candidates[c])
            prefetch(reached[r], root >> 6)
            prefetch(live[r], np.int64(out[0][root]) >> 6)


@lean
def _search_two(out, root, wanted, live, reached, scratch):
    """Search from a node in two worlds, where it is wanted; fills the queues, returns the nodes in each."""
    (seen_a, queue_a), (seen_b, queue_b) = scratch
    n = queue_a.size
    stamp_a, stamp_b = seen_a[n] + 1, seen_b[n] + 1
    seen_a[n], seen_b[n] = stamp_a, stamp_b
    seen_a[root], seen_b[root] = stamp_a, stamp_b
    queue_a[0] = queue_b[0] = root
    head_a = head_b = 0
    tail_a, tail_b = np.int64(wanted[0]), np.int64(wanted[1])
    while head_a < tail_a and head_b < tail_b:
        tail_a = _expand(out, queue_a[head_a], live[0], reached[0], seen_a, stamp_a, queue_a, tail_a)
        tail_b = _expand(out, queue_b[head_b], live[1], reached[1], seen_b, stamp_b, queue_b, tail_b)
        head_a += 1
        head_b += 1
    while head_a < tail_a:
        tail_a = _expand(out, queue_a[head_a], live[0], reached[0], seen_a, stamp_a, queue_a, tail_a)
        head_a += 1
    while head_b < tail_b:
        tail_b = _expand(out, queue_b[head_b], live[1], reached[1], seen_b, stamp_b, queue_b, tail_b)
        head_b += 1
    return tail_a, tail_b


@inlined
def _expand(out, u, live, reached, seen, stamp, queue, tail):
    """Put whom a node activates, and nobody did before, into the queue; returns its end."""
    indptr, indices = out
    at = np.uint64(indptr[u])
    stop = np.uint64(indptr[np.int64(u) + 1])
    while at < stop:
        size = min(_WORD - (at & _LAST), stop - at)
        bits = live[at >> _S6] >> (at & _LAST)
        if size < _WORD:
            bits &= (ONE << size) - ONE
        while bits:
            v = np.uint64(indices[at + np.uint64(lowest(bits))])
            bits &= bits - ONE
            if seen[v] != stamp and not (reached[v >> _S6] >> (v & _LAST)) & ONE:
                seen[v] = stamp
                queue[tail] = v
                tail += 1
        at += size
    return tail


@kernel
def mark(out, root, live, reached, yes):
    """Add everything that `root` reaches, in each world where it accepts, to the nodes reached.

    `yes` (uint8, one row a world) says where; everywhere if it is empty. Changes `reached`.
    """
    only = np.full(1, root, dtype=np.int64)
    queue = np.empty(out[0].size - 1, dtype=np.int32)
    for r in range(live.shape[0]):
        _fetch(out, only, live, reached, r + _AHEAD)
        if not has(reached[r], root) and (yes.size == 0 or yes[r, 0] != 0):
            _mark_one(out, root, live[r], reached[r], queue)


@lean
def _mark_one(out, root, live, reached, queue):
    """Add everything that `root` reaches in a world to the nodes reached."""
    indptr, indices = out
    add(reached, root)
    queue[0] = root
    head = 0
    tail = 1
    while head < tail:
        u = np.int64(queue[head])
        head += 1
        at = np.int64(indptr[u])
        stop = np.int64(indptr[u + 1])
        while at < stop:
            size = min(WORD - (at & (WORD - 1)), stop - at)
            bits = part(live, at, size)
            while bits:
                v = np.int64(indices[at + lowest(bits)])
                bits &= bits - ONE
                if not has(reached, v):
                    add(reached, v)
                    queue[tail] = v
                    tail += 1
            at += size
