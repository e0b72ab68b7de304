"""RR sets in the order of time over packed rows: the live arcs of a node are drawn together, then take time.

The rows hold numbers of arcs in the place of nodes, so that what an arc takes can be looked up.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.forward.heap import put, take
from seeding._kernels.forward.ledger import END, checkpoint, go_back, note
from seeding._kernels.randomness.coins import mix64, steps_until_meeting
from seeding._kernels.reverse.one_world import draw_root
from seeding._kernels.rows.live_arcs import draw_row, node_at, stream

# Sets the times that arcs take apart from the stream that draws them.
_TIMES = np.uint64(0x8EBC6AF09C88C6E3)
_ARC = np.uint64(0xD1342543DE82EF95)
_NONE = np.uint64(0)


@inlined
def _step_back(v, rows, arcs, world, limit, search, picks, state, size):
    """Reach all who hand the message to v in time; returns (state, size of the heap)."""
    indices, delay, meeting = arcs
    ledger, heap = search
    line, places = heap
    times = ledger[0]
    state, picked = draw_row(rows[0], rows[1], np.uint64(v), state, picks, _NONE, 0)
    for j in range(picked):
        e = np.int64(node_at(rows[1], picks, np.uint64(j)))
        u = np.int64(indices[e])
        taken = delay[e]
        if meeting:
            taken = steps_until_meeting(mix64((world ^ _TIMES) + _ARC * np.uint64(e)), delay[e])
        time = times[v] + taken
        if time <= limit and time < times[u]:
            note(ledger, u, time)
            size = put(line, places, times, size, u)
    return state, size


@lean
def sample_timed(
    rows, last_rows, arcs, roots, people, of_node, limits, worlds, search, picks, sizes, members, stops
):
    """Sample the RR sets of a range of worlds; fills `sizes` and `members`.

    Parameters
    ----------
    rows, last_rows
        Packed in-arcs, numbers of arcs in the place of nodes; `last_rows` for the first step back.
    arcs
        (indices, delay, meeting): the node that each in-arc comes from, what it takes, or the chance of
        passing it in each step.
    roots, people, of_node, worlds, sizes, members, stops
        As in `gathered.sample_people`; `stops` is empty where nobody is active anyway.
    limits
        The latest time kept in each world; below 0 the set is empty.
    search, picks
        (ledger, heap) and picks (int64[·, 3]); modified in place.

    Returns
    -------
    Worlds done, members written. Sampling stops before a world whose set might not fit.
    """
    ledger, heap = search
    times, touched, cursor = ledger[0], ledger[2], ledger[4]
    indptr, nodes = people
    key, first, count = worlds
    total = np.int64(0)
    for i in range(count):
        world = stream(key, first + i)
        state, root = draw_root(indptr.size - 1, roots, world)
        start = checkpoint(ledger)
        size = np.int64(0)
        if limits[i] >= 0.0:
            for k in range(indptr[root], indptr[root + 1]):
                note(ledger, np.int64(nodes[k]), 0.0)
            for k in range(indptr[root], indptr[root + 1]):
                v = np.int64(nodes[k])
                state, size = _step_back(v, last_rows, arcs, world, limits[i], search, picks, state, size)
            while size > 0:
                v, size = take(heap[0], heap[1], times, size)
                state, size = _step_back(v, rows, arcs, world, limits[i], search, picks, state, size)
        if total + cursor[END] - start > members.size:
            go_back(ledger, start)
            return i, total
        before, lost = total, False
        for k in range(start, cursor[END]):
            candidate = of_node[touched[k]]
            if candidate >= 0:
                members[total] = candidate
                total += 1
            if stops.size > 0 and stops[touched[k]]:
                lost = True
        if lost:
            total = before
        sizes[i] = total - before
        go_back(ledger, start)
    return count, total
