"""Cascades with all that a campaign may ask: delays, exposure, persons, thresholds, acceptance, a start.

On small networks one arc after the other, its coin tossed by number, so that both directions see the same
worlds. On larger ones the live arcs of a node are drawn at once from packed rows, by a stream that belongs to
the world and the node: whenever and in whatever order a node is reached, its live arcs are the same. Arrays
that are not used are empty. `ways` is (indptr, indices, probability, low, exposure, delay) of one direction:

- ``low`` (linear threshold): arc e into v is live where v's number lies in ``[low, low + probability)``;
- ``exposure``: the coin that is below `probability` makes v engage; below `exposure`, v at least sees it;
- ``delay``: what the arc takes; with `meeting` the chance of passing it in each step. 1 each where empty.

`drawn` is (records, arcs, picks, still): packed rows whose entries are numbers of arcs, of probability
`exposure` where there is any, and scratch for picks; no records where arcs are looked at one by one. With
`still`, nothing depends on how far somebody is from the seeds, and all steps take no time.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, inner, lean
from seeding._kernels.forward.acceptance import says_yes
from seeding._kernels.forward.arc_by_arc import GRAIN
from seeding._kernels.forward.heap import put, take
from seeding._kernels.forward.ledger import checkpoint, go_back, note
from seeding._kernels.randomness.coins import (
    GOLDEN,
    arc_coin,
    meeting_steps,
    mix64,
    threshold_coin,
    world_key,
)
from seeding._kernels.rows.live_arcs import draw_row, node_at

# Sets the streams of rows apart from all other numbers of a world.
_ROW = np.uint64(0xA0761D6478BD642F)
_NONE = np.uint64(0)
REACH, BAD, ENGAGED, STEPS = 0, 1, 2, 3
_FAR = np.inf


@inlined
def _value(worth, time):
    """Say what somebody reached at this time counts."""
    values, _, deadline, discount = worth
    if values.size > 0:
        return values[np.int64(time)] if time < values.size else 0.0
    return discount**time if time <= deadline else 0.0


@inlined
def _book(ledger, who, weight, time, worth, sums, column):
    """Count somebody as reached from `time` on, if that is earlier than before; adds to `sums`."""
    old = ledger[0][who]
    if time >= old:
        return
    note(ledger, who, time)
    gain = weight * _value(worth, time)
    last = sums.size - STEPS - 1
    if column == REACH:
        sums[STEPS + min(np.int64(np.ceil(time)), last)] += gain
    if old < _FAR:
        lost = weight * _value(worth, old)
        gain -= lost
        if column == REACH:
            sums[STEPS + min(np.int64(np.ceil(old)), last)] -= lost
    sums[column] += gain
    against = worth[1]
    if column == REACH and against.size > 0:
        sums[BAD] += weight * against[np.int64(time)]
        if old < _FAR:
            sums[BAD] -= weight * against[np.int64(old)]


@inlined
def _engage(v, time, weights, person, seen, ledgers, worth, sums):
    """Let node v engage at a time; whoever engages has seen it."""
    nodes, reached, engaged = ledgers
    note(nodes, v, time)
    if weights[v] > 0:
        who = np.int64(person[v]) if person.size > 0 else np.int64(v)
        _book(reached, who, weights[v], time, worth, sums, REACH)
        if seen:
            _book(engaged, who, weights[v], time, worth, sums, ENGAGED)


@inlined
def row_stream(world, u):
    """Start the stream that draws the live arcs of node u in a world."""
    return mix64((world ^ _ROW) + GOLDEN * (np.uint64(u) + np.uint64(1)))


@inner
def _spread(s, ways, drawn, meeting, weights, person, worth, world, ledgers, heap, sums):
    """Let node s engage at time 0, and all whom that reaches earlier than before; adds to `sums`."""
    indptr, indices, probability, low, exposure, delay = ways
    records, arcs, picks, still = drawn
    line, places = heap
    times = ledgers[0][0]
    if times[s] <= 0.0:
        return
    last = worth[2]
    exposes, timed = exposure.size > 0, delay.size > 0
    step = 0.0 if still else 1.0
    some = records.size > 0
    _engage(s, 0.0, weights, person, exposes, ledgers, worth, sums)
    line[0] = s
    head, tail = np.int64(0), np.int64(1)
    if timed:
        places[s] = 0
    while head < tail:
        if timed:
            u, tail = take(line, places, times, tail)
        else:
            u = np.int64(line[head])
            head += 1
        start, stop = np.int64(indptr[u]), np.int64(indptr[u + 1])
        if some:
            _, picked = draw_row(records, arcs, np.uint64(u), row_stream(world, u), picks, _NONE, 0)
            start, stop = np.int64(0), np.int64(picked)
        for k in range(start, stop):
            e = np.int64(node_at(arcs, picks, np.uint64(k))) if some else k
            v = np.int64(indices[e])
            time = times[u] + step
            if timed and not meeting:
                time = times[u] + delay[e]
            if time > last or (times[v] <= time and not exposes):
                continue
            if low.size > 0:
                coin = threshold_coin(world, v) - low[e]
                live = 0.0 <= coin < probability[e]
                sees = live
            elif some:
                live = not exposes or arc_coin(world, u, v) * exposure[e] < probability[e]
                sees = exposes
            else:
                coin = arc_coin(world, u, v)
                live = coin < probability[e]
                sees = exposes and coin < exposure[e]
            if not (live or sees):
                continue
            if meeting:
                time = times[u] + meeting_steps(world, u, v, delay[e])
                if time > last:
                    continue
            if live and time < times[v]:
                _engage(v, time, weights, person, exposes, ledgers, worth, sums)
                if timed:
                    tail = put(line, places, times, tail, v)
                else:
                    line[tail] = v
                    tail += 1
            elif sees and weights[v] > 0:
                who = np.int64(person[v]) if person.size > 0 else v
                _book(ledgers[1], who, weights[v], time, worth, sums, REACH)


@lean
def spread_course(ways, drawn, meeting, weights, person, seeds, worth, world, scratch, block):
    """Simulate seeds in worlds ``first …`` of a key; fills the arrays of `block`.

    Parameters
    ----------
    ways, drawn, meeting
        The out-arcs; see the module.
    weights, person
        What each node counts (0: nothing), and the person it is (empty: each node one).
    seeds
        (given, nodes, accept, creators): those active anyway, who do not count; the seeds, in order; the
        chance that each takes part (empty: all do), and the node whose coin says so.
    worth
        (values, against, last, discount): what counts at each step, and counts against (empty: nothing).
        Without values, `discount` to the power of the time counts. Nobody later than `last` counts.
    world
        (key, first).
    scratch
        (ledgers, heap, sums): see `_spread`; modified in place.
    block
        (reach, negative, engaged) of each world; (gain, square) of each run of worlds and seed; (curve,
        bends) of each run and step, zeros on entry.
    """
    given, nodes, accept, creators = seeds
    ledgers, heap, sums = scratch
    reach, negative, engaged, gain, square, curve, bends = block
    key, first = world
    for i in range(reach.size):
        coins = world_key(key, first + i)
        starts = checkpoint(ledgers[0]), checkpoint(ledgers[1]), checkpoint(ledgers[2])
        for s in given:
            _spread(s, ways, drawn, meeting, weights, person, worth, coins, ledgers, heap, sums)
        sums[:] = 0.0
        grain = i // GRAIN
        for j in range(nodes.size):
            before = sums[REACH]
            if says_yes(coins, j, accept, creators):
                _spread(nodes[j], ways, drawn, meeting, weights, person, worth, coins, ledgers, heap, sums)
            gain[grain, j] += sums[REACH] - before
            square[grain, j] += sums[REACH] * sums[REACH]
        reach[i], negative[i], engaged[i] = sums[REACH], sums[BAD], sums[ENGAGED]
        so_far = 0.0
        for t in range(curve.shape[1]):
            so_far += sums[STEPS + t]
            curve[grain, t] += so_far
            bends[grain, t] += so_far * so_far
        for k in range(3):
            go_back(ledgers[k], starts[k])


@lean
def gains_in_course(
    ways, drawn, meeting, weights, person, seeds, offers, worth, world, count, scratch, gains
):
    """Sum over worlds what each offer adds to the given nodes and the seeds; adds to `gains`.

    As `spread_course`; `offers` is (nodes, accept, creators). Returns the nodes engaged.
    """
    given, nodes, accept, creators = seeds
    asked, asked_accept, asked_creators = offers
    ledgers, heap, sums = scratch
    key, first = world
    engaged = np.int64(0)
    for i in range(count):
        coins = world_key(key, first + i)
        starts = checkpoint(ledgers[0]), checkpoint(ledgers[1]), checkpoint(ledgers[2])
        for s in given:
            _spread(s, ways, drawn, meeting, weights, person, worth, coins, ledgers, heap, sums)
        for j in range(nodes.size):
            if says_yes(coins, j, accept, creators):
                _spread(nodes[j], ways, drawn, meeting, weights, person, worth, coins, ledgers, heap, sums)
        for c in range(asked.size):
            if not says_yes(coins, c, asked_accept, asked_creators):
                continue
            back = checkpoint(ledgers[0]), checkpoint(ledgers[1]), checkpoint(ledgers[2])
            sums[REACH] = 0.0
            _spread(asked[c], ways, drawn, meeting, weights, person, worth, coins, ledgers, heap, sums)
            gains[c] += sums[REACH]
            engaged += ledgers[0][4][0] - back[0]
            for k in range(3):
                go_back(ledgers[k], back[k])
        for k in range(3):
            go_back(ledgers[k], starts[k])
    return engaged
