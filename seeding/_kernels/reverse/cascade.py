"""RR sets of cascades with delays, exposure, persons, thresholds and a start, arc by arc.

The worlds are those of `seeding._kernels.forward.cascade`, whose module describes `ways`.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, inner, lean
from seeding._kernels.forward.heap import put, take
from seeding._kernels.forward.ledger import END, checkpoint, go_back, note
from seeding._kernels.randomness.coins import arc_coin, meeting_steps, threshold_coin, world_key
from seeding._kernels.reverse.arc_by_arc import draw_root


@inlined
def _chosen_arc(low, probability, start, stop, number):
    """Find the last arc of a row whose window begins at or before a number; `stop` if there is none.

    Where all are alike, as in the weighted cascade, the first guess is right.
    """
    if start < stop and probability[start] > 0.0:
        guess = start + np.int64(min(number / probability[start], np.float64(stop - start - 1)))
        if low[guess] <= number and (guess + 1 == stop or low[guess + 1] > number):
            return guess
    first, last = start, stop
    while first < last:
        middle = (first + last) >> 1
        if low[middle] <= number:
            first = middle + 1
        else:
            last = middle
    return first - 1 if first > start else stop


@inlined
def _step_back(v, is_root, ways, meeting, world, limit, ledger, line, places, ends, timed):
    """Reach all who hand the message to v in a world; returns where the line begins and ends now."""
    indptr, indices, probability, low, exposure, delay = ways
    times = ledger[0]
    head, tail = ends
    at, stop = np.int64(indptr[v]), np.int64(indptr[v + 1])
    number = 0.0
    if low.size > 0:
        number = threshold_coin(world, v)
        at = _chosen_arc(low, probability, at, stop, number)
        stop = min(stop, at + 1)
    for e in range(at, stop):
        u = np.int64(indices[e])
        time = times[v] + 1.0
        if timed and not meeting:
            time = times[v] + delay[e]
        if time > limit or times[u] <= time:
            continue
        most = exposure[e] if is_root and exposure.size > 0 else probability[e]
        coin = number - low[e] if low.size > 0 else arc_coin(world, u, v)
        if coin >= most:
            continue
        if meeting:
            time = times[v] + meeting_steps(world, u, v, delay[e])
            if time > limit or times[u] <= time:
                continue
        note(ledger, u, time)
        if timed:
            tail = put(line, places, times, tail, u)
        else:
            line[tail] = u
            tail += 1
    return head, tail


@inner
def _search(roots, ways, meeting, world, limit, ledger, heap):
    """Search backwards from the nodes of one person; what is reached is noted in the ledger."""
    line, places = heap
    timed = ways[5].size > 0
    for v in roots:
        note(ledger, v, 0.0)
    head, tail = np.int64(0), np.int64(0)
    for v in roots:
        head, tail = _step_back(
            v, True, ways, meeting, world, limit, ledger, line, places, (head, tail), timed
        )
    while head < tail:
        if timed:
            v, tail = take(line, places, ledger[0], tail)
        else:
            v = np.int64(line[head])
            head += 1
        head, tail = _step_back(
            v, False, ways, meeting, world, limit, ledger, line, places, (head, tail), timed
        )


@lean
def course_rr_sets(
    ways, meeting, roots, people, active, candidate_of, limits, world, scratch, sizes, members
):
    """Sample one RR set per world, keeping candidates only; fills `sizes` and `members`.

    Parameters
    ----------
    ways, meeting
        The in-arcs; see `seeding._kernels.forward.cascade`.
    roots, people
        An alias table of persons, empty for equal weights; (indptr, nodes), the nodes of each person in which
        being reached counts.
    active
        uint8[n], who is active anyway: a set that holds one is empty. Empty array: nobody.
    candidate_of
        The candidate that each node is; −1 for none.
    limits
        The latest time kept in each world; below 0 the set is empty.
    world
        (key, first).
    scratch
        (ledger, heap); modified in place.

    Returns
    -------
    Number of worlds done, entries of `members` used, nodes visited. Stops before a world whose set might not
    fit.
    """
    ledger, heap = scratch
    touched, cursor = ledger[2], ledger[4]
    indptr, nodes = people
    used, visited = np.int64(0), np.int64(0)
    key, first = world
    for i in range(sizes.size):
        coins = world_key(key, first + i)
        root = draw_root(roots[0], roots[1], indptr.size - 1, coins)
        start = checkpoint(ledger)
        if limits[i] >= 0:
            _search(nodes[indptr[root] : indptr[root + 1]], ways, meeting, coins, limits[i], ledger, heap)
        size = cursor[END] - start
        if used + size > members.size:
            go_back(ledger, start)
            return i, used, visited
        visited += size
        before = used
        lost = False
        for k in range(start, cursor[END]):
            candidate = candidate_of[touched[k]]
            if candidate >= 0:
                members[used] = candidate
                used += 1
            if active.size > 0 and active[touched[k]]:
                lost = True
        if lost:
            used = before
        sizes[i] = used - before
        go_back(ledger, start)
    return sizes.size, used, visited
