"""Drawing the live arcs of a packed row without looking at each arc.

An arc of probability p is live exactly when a Poisson variable of mean −log(1 − p), its hazard, is at least
one. So the live arcs of a row are the arcs hit by a Poisson number of points, each of which picks an arc in
proportion to its hazard, independently; a second hit changes nothing. One draw settles how many points there
are (most often none or one), and one draw places a point: its cost does not depend on the number of arcs,
nor on their probabilities being equal.

A record holds ``place`` (first arc · 2²⁴ + number of arcs), ``none`` (⌊2³² Pr[no point]⌋) and ``hazard`` (of
all light arcs together). Rows with arcs of probability above ½, for which hits would be wasted, have the
hazard negated: those heavy arcs are tossed one by one.
"""

from __future__ import annotations

import math

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.randomness.coins import GOLDEN, mix64, unit

DEGREE_BITS = 24
MANY = (1 << DEGREE_BITS) - 1
HEAVY = np.uint32(0xFFFFFFFF)
ARC, COIN, TAG = 0, 1, 2
CHUNK = 8.0
NONE_OF_CHUNK = math.exp(-CHUNK)
TINY = 2.0**-8
PER_UNIT = 2.0**-32
MOST = 99
INVERSE = 1.0 / np.arange(1.0, MOST + 1.0)
_STREAM = np.uint64(0xD1342543DE82EF95)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
_MASK = 0xFFFFFFFF
_RANGE = 1 << 32
_ONE = np.uint64(1)


@inlined
def stream(key, world):
    """Start the stream of random numbers of one world; each number is ``mix64(state += GOLDEN)``."""
    return mix64(key + GOLDEN * (np.uint64(world) + np.uint64(1))) ^ _STREAM


@inlined
def high(bits):
    """Return the upper 32 of 64 bits."""
    return np.int64(bits >> _S32)


@inlined
def low(bits):
    """Return the lower 32 of 64 bits."""
    return np.int64(bits & _LOW)


@inlined
def below(bits32, limit, state):
    """Turn 32 random bits into an unbiased integer below `limit`; returns (state, integer).

    Lemire's multiplication (ACM TOMACS 29, 2019); fresh numbers are drawn in the rare case of bias.
    """
    product = bits32 * limit
    if (product & _MASK) < limit:
        floor = (_RANGE - limit) % limit
        while (product & _MASK) < floor:
            state += GOLDEN
            product = high(mix64(state)) * limit
    return state, product >> 32


@inlined
def invert_poisson(uniform, mean, none):
    """Turn a uniform number into a Poisson count, given the probability `none` of 0 (Devroye 1986, X.3)."""
    term = none
    total = none
    count = 0
    while uniform >= total and count < MOST:
        term *= mean * INVERSE[count]
        total += term
        count += 1
    return count


@inlined
def count_points(bits, hazard, state):
    """Draw the number of points of a row; a large hazard is summed in chunks. Returns (state, count)."""
    whole = math.floor(hazard / CHUNK)
    rest = hazard - whole * CHUNK
    count = invert_poisson(unit(bits), rest, math.exp(-rest))
    for _ in range(whole):
        state += GOLDEN
        count += invert_poisson(unit(mix64(state)), CHUNK, NONE_OF_CHUNK)
    return state, count


@inlined
def next_pick(start, degree, state):
    """Place a point with a fresh number; returns (state, arc, coin)."""
    state += GOLDEN
    bits = mix64(state)
    coin = low(bits)
    state, offset = below(high(bits), degree, state)
    return state, start + offset, coin


@inlined
def toss_heavy(arcs, start, stop, hazard, state, picks, end):
    """Toss the heavy arcs of a row one by one; returns (state, end of picks, first light arc)."""
    arc = start
    if arcs.ndim == 1:
        threshold = -hazard * _RANGE
        while arc < stop:
            state += GOLDEN
            if high(mix64(state)) < threshold:
                picks[end, ARC] = arc
                end += 1
            arc += 1
        return state, end, arc
    while arc < stop and arcs[arc, 1] == HEAVY:
        state += GOLDEN
        if high(mix64(state)) <= np.int64(arcs[arc, 2]):
            picks[end, ARC] = arc
            picks[end, COIN] = -1
            end += 1
        arc += 1
    return state, end, arc


@lean
def pick_exactly(records, arcs, v, bits, state, picks, end):
    """Draw the points of any row in full precision, as `draw_row`."""
    start = records[v].place >> DEGREE_BITS
    degree = records[v].place & MANY
    hazard = np.float64(records[v].hazard)
    if degree == MANY:
        degree = (records[v + 1].place >> DEGREE_BITS) - start
    if hazard < 0.0:
        stop = start + degree
        state, end, start = toss_heavy(arcs, start, stop, hazard, state, picks, end)
        degree = stop - start
        hazard = -hazard
    if degree > 0:
        state, count = count_points(bits, hazard, state)
        for _ in range(min(count, picks.shape[0] - end)):
            state, picks[end, ARC], picks[end, COIN] = next_pick(start, degree, state)
            end += 1
    return state, end


@lean
def pick_rarely(records, arcs, v, bits, state, picks, end):
    """Draw the points of a row that is not regular, and has some; as `draw_row`.

    Where one point is certain at the precision of the record, no more is needed to place it.
    """
    row = records[v]
    degree = row.place & MANY
    none = np.int64(row.none)
    draw = high(bits)
    if draw == none or draw >= none * (1.0 + np.float64(row.hazard)) - 1.0:
        return pick_exactly(records, arcs, v, bits, state, picks, end)
    if arcs.ndim == 1:
        state, offset = below(low(bits), degree, state)
        picks[end, ARC] = (row.place >> DEGREE_BITS) + offset
    else:
        state, picks[end, ARC], picks[end, COIN] = next_pick(row.place >> DEGREE_BITS, degree, state)
    return state, end + 1


@inlined
def draw_row(records, arcs, v, state, picks, end, tag):
    """Draw the live arcs of row `v`; fills `picks` (arc, coin, tag) from `end` on, returns (state, new end).

    The entry after the last pick is overwritten as well. `v` and `end` are unsigned: an index that cannot be
    negative costs two instructions less.

    Nearly all rows are regular: of moderate hazard, or of one arc at most; for them ⌊2³² Pr[no point]⌋ is
    exact enough. Whether a regular row has a point is a coin toss, which a branch would mispredict: the first
    point is always placed, and kept only if there is one.
    """
    row = records[v]
    state += GOLDEN
    bits = mix64(state)
    place = row.place
    degree = place & MANY
    none = np.int64(row.none)
    hazard = np.float64(row.hazard)
    draw = high(bits)
    lone = degree <= 1
    if (((hazard > TINY) & (hazard < CHUNK)) | lone) & (degree != MANY) & (draw != none):
        start = place >> DEGREE_BITS
        some = draw > none
        part = low(bits)
        if arcs.ndim == 2:
            fresh = state + GOLDEN
            bits = mix64(fresh)
            part = high(bits)
            picks[end, COIN] = low(bits)
            state = fresh if some else state
        product = part * degree
        picks[end, ARC] = start + (product >> 32)
        picks[end, TAG] = tag
        if (product & _MASK) < degree and some:  # the rare half first: the other is a coin toss
            state, offset = below(part, degree, state)
            picks[end, ARC] = start + offset
        end += np.uint64(some)
        term = none * hazard
        total = np.inf if lone else none + term
        count = 1
        while draw >= total and count < MOST:
            state += GOLDEN
            bits = mix64(state)
            product = high(bits) * degree
            picks[end, ARC] = start + (product >> 32)
            if arcs.ndim == 2:
                picks[end, COIN] = low(bits)
            picks[end, TAG] = tag
            if (product & _MASK) < degree:
                state, offset = below(high(bits), degree, state)
                picks[end, ARC] = start + offset
            end += _ONE
            term *= hazard * INVERSE[count]
            total += term
            count += 1
    elif draw >= none:
        first = end
        state, last = pick_rarely(records, arcs, np.int64(v), bits, state, picks, np.int64(end))
        end = np.uint64(last)
        while first < end:
            picks[first, TAG] = tag
            first += _ONE
    return state, end


@inlined
def node_at(arcs, picks, j):
    """Read the node that pick `j` leads to, both unsigned."""
    arc = np.uint64(picks[j, ARC])
    if arcs.ndim == 1:
        return np.uint64(arcs[arc])
    own, other, keep = arcs[arc, 0], arcs[arc, 1], arcs[arc, 2]
    return np.uint64(own if picks[j, COIN] < np.int64(keep) else other)
