"""Marginal gains over kept worlds: a search visits only what the chosen seeds do not reach yet.

Of a world two sets of bits are kept: its live out-arcs, and the nodes that the chosen seeds reach in it. A
search need not pass through such a node, as whatever lies behind it is reached as well.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, kernel, lean
from seeding._kernels.bits import ONE, WORD, add, has, lowest, part
from seeding._kernels.prefetch import prefetch

_AHEAD = 2


@lean
def gains_of_few(out, weights, candidates, live, reached, yes, scratch, gains):
    """Sum over worlds what each of a few candidates adds to what is reached; adds to `gains`.

    Row r of `live` are the live out-arcs of a world, row r of `reached` the nodes reached there; row r of
    `yes` (uint8) says which candidates accept there, and all do where it is empty. `scratch` is (seen
    int64[n + 1], zeros at first, queue int32[n]) and is modified in place. Returns the nodes visited.
    """
    seen, queue = scratch
    n = queue.size
    visited = 0
    for r in range(live.shape[0]):
        if r + _AHEAD < live.shape[0]:
            for c in range(candidates.size):
                root = np.int64(candidates[c])
                prefetch(reached[r + _AHEAD], root >> 6)
                prefetch(live[r + _AHEAD], np.int64(out[0][root]) >> 6)
        for c in range(candidates.size):
            root = np.int64(candidates[c])
            if has(reached[r], root) or (yes.size > 0 and yes[r, c] == 0):
                continue
            seen[n] += 1
            size = _search(out, root, live[r], reached[r], seen, queue)
            total = 0.0
            for i in range(size):
                total += weights[queue[i]]
            gains[c] += total
            visited += size
    return visited


@inlined
def _search(out, root, live, reached, seen, queue):
    """Search from a node that is not reached yet; fills `queue`, returns the number of nodes."""
    indptr, indices = out
    stamp = seen[queue.size]
    seen[root] = stamp
    queue[0] = root
    head = 0
    tail = 1
    while head < tail:
        at = np.int64(indptr[queue[head]])
        stop = np.int64(indptr[queue[head] + 1])
        head += 1
        while at < stop:
            size = min(WORD - (at & (WORD - 1)), stop - at)
            bits = part(live, at, size)
            while bits:
                v = np.int64(indices[at + lowest(bits)])
                bits &= bits - ONE
                if seen[v] != stamp and not has(reached, v):
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
    indptr, indices = out
    queue = np.empty(indptr.size - 1, dtype=np.int32)
    for r in range(live.shape[0]):
        if has(reached[r], root) or (yes.size > 0 and yes[r, 0] == 0):
            continue
        add(reached[r], root)
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
                bits = part(live[r], at, size)
                while bits:
                    v = np.int64(indices[at + lowest(bits)])
                    bits &= bits - ONE
                    if not has(reached[r], v):
                        add(reached[r], v)
                        queue[tail] = v
                        tail += 1
                at += size
