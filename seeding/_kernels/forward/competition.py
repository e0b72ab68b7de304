"""Cascades that compete: step by step, with people who are for the message, against it, or a rival's.

Whoever passes the message on tries each follower once: with the probability of the arc if they are positive
or the rival's, and with another, ``further``, if they are negative. All states toss the same coin of the arc.
Where several succeed on the same person in the same step one of them decides: by the tie rule, and among
those that it leaves the first in a random order. A positive one makes a person positive with probability
`quality`, else negative; a negative one negative, the rival's one the rival's.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined, inner, kernel
from seeding._kernels.forward.arc_by_arc import GRAIN
from seeding._kernels.randomness.coins import accept_coin, arc_code, code_coin, world_key
from seeding._kernels.randomness.order_and_opinion import both_key, mood_key, of_node, turn, turn_key
from seeding._kernels.rows.bits import ONE, WORD, lowest, part

POSITIVE, NEGATIVE, RIVAL = 1, 2, 3
# No further seed of ours.
NOBODY = (np.int64(-1), 1.0)
BY_CHANCE, OURS_FIRST, RIVAL_FIRST = 0, 1, 2


@kernel
def make_scratch(n):
    """Make what one simulation needs: for each person the world, state, step, turn and who convinced them."""
    seen = np.zeros(n, dtype=np.int64)
    state = np.empty(n, dtype=np.uint8)
    depth = np.empty(n, dtype=np.int32)
    turns = np.empty(n, dtype=np.uint64)
    parent = np.empty(n, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    return seen, state, depth, turns, parent, queue


@inlined
def class_of(state, tie):
    """Rank a state by the tie rule; the least decides."""
    if tie == BY_CHANCE:
        return 0
    return int((state == RIVAL) == (tie == OURS_FIRST))


@inlined
def plant(ours, extra, rivals, rule, world, stamp, scratch):
    """Begin one world with the seeds of both sides; returns how many there are.

    `ours` is (nodes, how likely each accepts; empty: all do), `extra` one more of ours (node, −1 for none;
    how likely). Somebody whom both sides seed goes by the tie rule; by chance that is a fair coin.
    """
    quality, tie = rule
    nodes, accept = ours
    seen, state, depth, _, parent, queue = scratch
    moods, both = mood_key(world), both_key(world)
    tail = 0
    for j in range(nodes.size + 1):
        s, likely = np.int64(extra[0]), np.float64(extra[1])
        if j < nodes.size:
            s = np.int64(nodes[j])
            likely = accept[j] if accept.size > 0 else 1.0
        if s >= 0 and seen[s] != stamp and (likely >= 1.0 or accept_coin(world, s) < likely):
            seen[s] = stamp
            state[s] = POSITIVE if of_node(moods, s) < quality else NEGATIVE
            depth[s] = 0
            parent[s] = -1
            queue[tail] = s
            tail += 1
    for j in range(rivals.size):
        s = np.int64(rivals[j])
        if seen[s] != stamp:
            seen[s] = stamp
            state[s] = RIVAL
            depth[s] = 0
            parent[s] = -1
            queue[tail] = s
            tail += 1
        elif tie == RIVAL_FIRST or (tie == BY_CHANCE and of_node(both, s) < 0.5):
            state[s] = RIVAL
    return tail


@inlined
def claim(u, v, carries, step, place, tie, stamp, tail, scratch):
    """Let u, who succeeds on v, decide unless another does in this step; returns how many are reached."""
    seen, state, depth, turns, parent, queue = scratch
    if seen[v] != stamp:
        seen[v] = stamp
        depth[v] = step
        queue[tail] = v
        tail += 1
    else:
        mine, other = class_of(carries, tie), class_of(state[v], tie)
        if mine > other or (mine == other and place > turns[v]):
            return tail
    state[v] = carries
    turns[v] = place
    parent[v] = u
    return tail


@inlined
def settle(first, tail, quality, moods, scratch):
    """Turn those negative who were told a good word in this step and think otherwise."""
    state, queue = scratch[1], scratch[5]
    for i in range(first, tail):
        v = np.int64(queue[i])
        if state[v] == POSITIVE and of_node(moods, v) >= quality:
            state[v] = NEGATIVE


@inner
def play(out, further, ours, extra, rivals, rule, last, world, stamp, scratch):
    """Simulate one world up to step `last`; returns how many are reached, and how many arcs were looked at.

    Afterwards ``queue`` of the scratch holds who is reached, in the order of the steps, and ``state``,
    ``depth`` and ``parent`` (−1 for seeds) what became of them. `stamp` is another for each world.
    """
    indptr, indices, probability = out
    quality, tie = rule
    seen, state, depth, queue = scratch[0], scratch[1], scratch[2], scratch[5]
    moods, order = mood_key(world), turn_key(world)
    tail = plant(ours, extra, rivals, rule, world, stamp, scratch)
    head, level_end, step, looked = 0, tail, 0, 0
    while head < level_end and step < last:
        step += 1
        for i in range(head, level_end):
            u = np.int64(queue[i])
            carries = state[u]
            looked += indptr[u + 1] - indptr[u]
            for e in range(indptr[u], indptr[u + 1]):
                v = np.int64(indices[e])
                if seen[v] == stamp and depth[v] < step:
                    continue
                chance = further[e] if carries == NEGATIVE else probability[e]
                code = arc_code(u, v)
                if code_coin(world, code) >= chance:
                    continue
                tail = claim(u, v, carries, step, turn(order, code), tie, stamp, tail, scratch)
        settle(level_end, tail, quality, moods, scratch)
        head, level_end = level_end, tail
    return tail, looked


@inner
def play_drawn(rows, live, far, ours, extra, rivals, rule, last, world, stamp, scratch):
    """Simulate a world whose coins are drawn, as `play`; returns how many are reached.

    `live` and `far` are its arcs as bits: live for a message, and for bad news.
    """
    indptr, indices = rows
    quality, tie = rule
    seen, state, depth, queue = scratch[0], scratch[1], scratch[2], scratch[5]
    moods, order = mood_key(world), turn_key(world)
    tail = plant(ours, extra, rivals, rule, world, stamp, scratch)
    head, level_end, step = 0, tail, 0
    while head < level_end and step < last:
        step += 1
        for i in range(head, level_end):
            u = np.int64(queue[i])
            carries = state[u]
            at, stop = np.int64(indptr[u]), np.int64(indptr[u + 1])
            while at < stop:
                size = min(WORD - (at & (WORD - 1)), stop - at)
                bits = part(far, at, size) if carries == NEGATIVE else part(live, at, size)
                while bits:
                    v = np.int64(indices[at + lowest(bits)])
                    bits &= bits - ONE
                    if seen[v] != stamp or depth[v] == step:
                        place = turn(order, arc_code(u, v))
                        tail = claim(u, v, carries, step, place, tie, stamp, tail, scratch)
                at += size
        settle(level_end, tail, quality, moods, scratch)
        head, level_end = level_end, tail
    return tail


@inlined
def worth(weights, values, tail, scratch):
    """Sum what those who are positive count."""
    state, depth, queue = scratch[1], scratch[2], scratch[5]
    total = 0.0
    for i in range(tail):
        v = np.int64(queue[i])
        if state[v] == POSITIVE:
            total += weights[v] * values[depth[v]]
    return total


@kernel
def duel_spread(
    out, further, weights, ours, rivals, rule, values, key, first, reach, negative, rival, curve, bends, sides
):
    """Simulate worlds ``first …``; fills all from `reach` on.

    Whoever is positive at step d counts ``values[d]`` times the weight (``reach``), whoever is negative or
    the rival's the weight (``negative``, ``rival``). For each run of worlds and each step t, ``curve`` sums
    the reach by step t, ``bends`` its square, ``sides[·, t, 0]`` and ``sides[·, t, 1]`` the negative and the
    rival's; the last step stands for all that follow (zeros on entry).
    """
    scratch = make_scratch(out[0].size - 1)
    state, depth, queue = scratch[1], scratch[2], scratch[5]
    steps = curve.shape[1]
    now = np.empty((steps, 3))
    for i in range(reach.size):
        world, grain = world_key(key, first + i), i // GRAIN
        reached = play(out, further, ours, NOBODY, rivals, rule, values.size - 1, world, i + 1, scratch)[0]
        now[:] = 0.0
        for j in range(reached):
            v = np.int64(queue[j])
            d = np.int64(depth[v])
            counts = values[d] if state[v] == POSITIVE else 1.0
            now[min(d, steps - 1), np.int64(state[v]) - 1] += weights[v] * counts
        for t in range(steps):
            for side in range(3):
                now[t, side] += now[t - 1, side] if t else 0.0
            curve[grain, t] += now[t, 0]
            bends[grain, t] += now[t, 0] * now[t, 0]
            sides[grain, t, 0] += now[t, 1]
            sides[grain, t, 1] += now[t, 2]
        reach[i], negative[i], rival[i] = now[steps - 1, 0], now[steps - 1, 1], now[steps - 1, 2]


@kernel
def duel_gains(out, further, weights, ours, rivals, rule, values, candidates, key, first, count, sums):
    """Sum over worlds what our seeds reach with each candidate; adds to `sums`, one row per run of worlds.

    `candidates` is (nodes, −1 for nobody; how likely each accepts). Returns how many arcs were looked at.
    """
    scratch = make_scratch(out[0].size - 1)
    nodes, accept = candidates
    looked, stamp = 0, 0
    for i in range(count):
        world = world_key(key, first + i)
        for c in range(nodes.size):
            stamp += 1
            extra = np.int64(nodes[c]), accept[c]
            tail, arcs = play(out, further, ours, extra, rivals, rule, values.size - 1, world, stamp, scratch)
            sums[i // GRAIN, c] += worth(weights, values, tail, scratch)
            looked += arcs
    return looked


@kernel
def drawn_gains(rows, bits, weights, ours, rivals, rule, values, candidates, key, first, sums):
    """Sum over drawn worlds as `duel_gains`; ``bits = (live, far)`` has one row of arcs for each of them."""
    live, far = bits
    scratch = make_scratch(rows[0].size - 1)
    nodes, accept = candidates
    last, stamp = values.size - 1, 0
    for i in range(live.shape[0]):
        world = world_key(key, first + i)
        for c in range(nodes.size):
            stamp += 1
            extra = np.int64(nodes[c]), accept[c]
            tail = play_drawn(rows, live[i], far[i], ours, extra, rivals, rule, last, world, stamp, scratch)
            sums[i // GRAIN, c] += worth(weights, values, tail, scratch)


@kernel
def drawn_prefixes(rows, bits, weights, ours, rivals, rule, values, key, first, sums):
    """Compare what all our seeds reach with what each leading part of them does, in the same drawn worlds.

    For each run of worlds and each part of j + 1 seeds, adds to ``sums[·, j]`` the full reach less that of
    the part, the square of this, and its product with the full reach. `bits` is as in `drawn_gains`.
    """
    live, far = bits
    nodes, accept = ours
    scratch = make_scratch(rows[0].size - 1)
    last, stamp = values.size - 1, 0
    for i in range(live.shape[0]):
        world = world_key(key, first + i)
        full = 0.0
        for j in range(nodes.size, 0, -1):
            stamp += 1
            part_of = nodes[:j], accept[: min(j, accept.size)]
            tail = play_drawn(
                rows, live[i], far[i], part_of, NOBODY, rivals, rule, last, world, stamp, scratch
            )
            total = worth(weights, values, tail, scratch)
            if j == nodes.size:
                full = total
            missing = full - total
            sums[i // GRAIN, j - 1, 0] += missing
            sums[i // GRAIN, j - 1, 1] += missing * missing
            sums[i // GRAIN, j - 1, 2] += missing * full
