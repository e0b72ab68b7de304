"""Marginal gains of all nodes at once over kept worlds.

Where a world has a large component, all who reach its hub share what the hub reaches, D: those are searched
without D, and all others without those who reach the hub (after the pruning of Ohsaka et al., AAAI 2014).
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel, lean
from seeding._kernels.gains.components import condense, make_work
from seeding._kernels.rows.bits import ONE, WORD, has, lowest, part

# A hub is used when the square of the nodes it reaches exceeds this many times the nodes and live arcs.
HUB_FROM = 4
REACHED, OF_HUB, TO_HUB = np.uint8(1), np.uint8(2), np.uint8(4)


@kernel
def gains_of_all(out, hubs, weights, live, reached, gains):
    """Sum over worlds what every node adds to what is reached; adds to `gains`, returns the steps taken.

    `out` is (indptr, indices, sources) of all out-arcs, and `hubs` lists nodes that may reach many. Row r of
    `live` are the live arcs of a world as bits, row r of `reached` the nodes that the chosen seeds reach
    there.
    """
    n = weights.size
    m = out[1].size
    sources, targets = np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32)
    rest = np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32)
    rows = np.empty(n + 2, dtype=np.int64), np.empty(m, dtype=np.int32)
    flags = np.empty(n, dtype=np.uint8)
    totals = np.empty(n)
    work = make_work(n, m)
    queue = np.empty(n, dtype=np.int32)
    stamp = 0
    steps = 0
    for r in range(live.shape[0]):
        for v in range(n):
            flags[v] = has(reached[r], v)
        n_arcs = _unpack(out, live[r], flags, sources, targets)
        arcs = sources[:n_arcs], targets[:n_arcs]
        hub, size = _find_hub(out, hubs, live[r], n + n_arcs, flags, queue)
        steps += n + n_arcs
        removed = REACHED
        if size > 0:
            shared = 0.0
            for i in range(size):
                shared += weights[queue[i]]
            _turn(arcs, rows)
            _follow_back(rows, hub, flags, queue)
            kept = _leave_out(arcs, flags, OF_HUB, rest)
            some = rest[0][:kept], rest[1][:kept]
            stamp, visited = condense(some, flags, REACHED | OF_HUB, weights, work, stamp, totals)
            for v in range(n):
                if flags[v] & TO_HUB:
                    gains[v] += totals[v] + shared
            kept = _leave_out(arcs, flags, TO_HUB, rest)
            arcs = rest[0][:kept], rest[1][:kept]
            removed = REACHED | TO_HUB
            steps += visited + 2 * (n + n_arcs)
        stamp, visited = condense(arcs, flags, removed, weights, work, stamp, totals)
        steps += visited
        for v in range(n):
            gains[v] += totals[v]
    return steps


@lean
def _unpack(out, live, flags, sources, targets):
    """List the live arcs between nodes that are not reached; returns their number."""
    _, indices, of_arc = out
    end = 0
    for k in range(live.size):
        bits = live[k]
        while bits:
            e = WORD * k + lowest(bits)
            bits &= bits - ONE
            u, v = of_arc[e], indices[e]
            sources[end] = u
            targets[end] = v
            end += 1 - (flags[u] | flags[v])
    return end


@lean
def _leave_out(arcs, flags, flag, rest):
    """List the arcs between nodes without a flag; returns their number."""
    end = 0
    for e in range(arcs[0].size):
        u, v = arcs[0][e], arcs[1][e]
        rest[0][end] = u
        rest[1][end] = v
        end += ((flags[u] | flags[v]) & flag) == 0
    return end


@lean
def _find_hub(out, hubs, live, size_of_world, flags, queue):
    """Find a hub worth using and flag what it reaches; fills `queue` with that, returns (hub, its size).

    The size is 0 when there is none.
    """
    for i in range(hubs.size):
        if flags[hubs[i]] & REACHED:
            continue
        size = _follow(out, hubs[i], live, flags, queue)
        if size * size > HUB_FROM * size_of_world:
            return np.int64(hubs[i]), size
        for j in range(size):
            flags[queue[j]] = 0
    return np.int64(0), 0


@lean
def _follow(out, hub, live, flags, queue):
    """Flag what a hub reaches, itself included; fills `queue` with it, returns its size."""
    indptr, indices, _ = out
    flags[hub] = OF_HUB
    queue[0] = hub
    head = 0
    tail = 1
    while head < tail:
        at = indptr[queue[head]]
        stop = indptr[queue[head] + 1]
        head += 1
        while at < stop:
            size = min(WORD - (at & (WORD - 1)), stop - at)
            bits = part(live, at, size)
            while bits:
                v = indices[at + lowest(bits)]
                bits &= bits - ONE
                if not flags[v]:
                    flags[v] = OF_HUB
                    queue[tail] = v
                    tail += 1
            at += size
    return tail


@lean
def _turn(arcs, rows):
    """List the sources of the arcs by target; fills `rows` (starts, the last is scratch; sources)."""
    sources, targets = arcs
    starts, by_target = rows
    starts[:] = 0
    for e in range(targets.size):
        starts[targets[e] + 2] += 1
    for v in range(2, starts.size):
        starts[v] += starts[v - 1]
    for e in range(targets.size):
        by_target[starts[targets[e] + 1]] = sources[e]
        starts[targets[e] + 1] += 1


@lean
def _follow_back(rows, hub, flags, queue):
    """Flag whoever reaches the hub, itself included; no reached node is among them."""
    starts, sources = rows
    flags[hub] |= TO_HUB
    queue[0] = hub
    head = 0
    tail = 1
    while head < tail:
        v = queue[head]
        head += 1
        for e in range(starts[v], starts[v + 1]):
            u = sources[e]
            if not flags[u] & TO_HUB:
                flags[u] |= TO_HUB
                queue[tail] = u
                tail += 1
