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

from seeding._kernels._jit import inlined, kernel
from seeding._kernels.coins import GOLDEN, mix64, unit

DEGREE_BITS = 24
MANY = (1 << DEGREE_BITS) - 1
HEAVY = np.uint32(0xFFFFFFFF)
ARC, COIN, NODE = 0, 1, 2
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
def first_pick(arcs, start, degree, bits, state):
    """Place the only point of a row; equal arcs need no coin, so half of `bits` is enough."""
    if arcs.ndim == 1:
        state, offset = below(low(bits), degree, state)
        return state, start + offset, np.int64(0)
    return next_pick(start, degree, state)


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


@kernel
def pick_exactly(records, arcs, v, bits, state, picks, end):
    """Draw the points of any row in full precision, as `pick_many`."""
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


@inlined
def pick_many(records, arcs, v, bits, state, picks, end):
    """Draw the points of a row that `settle` left open; fills `picks` (arc, coin) from `end` on.

    Rows of moderate hazard, nearly all, are settled here: for them ⌊2³² Pr[no point]⌋ is exact enough.
    Returns (state, new end).
    """
    row = records[v]
    degree = row.place & MANY
    hazard = np.float64(row.hazard)
    none = np.float64(row.none)
    if not (TINY < hazard < CHUNK) or degree == 1 or degree == MANY:
        return pick_exactly(records, arcs, v, bits, state, picks, end)
    start = row.place >> DEGREE_BITS
    count = invert_poisson(high(bits) * PER_UNIT, hazard, none * PER_UNIT)
    if count > 0:
        state, picks[end, ARC], picks[end, COIN] = first_pick(arcs, start, degree, bits, state)
        end += 1
    for _ in range(1, count):
        state, picks[end, ARC], picks[end, COIN] = next_pick(start, degree, state)
        end += 1
    return state, end


@inlined
def settle(bits, none, hazard, degree):
    """Decide how many points a row has from the upper half of `bits`: 0, 1, or −1 for `pick_many`."""
    draw = high(bits)
    if draw < none:
        return 0
    if draw > none and (degree == 1 or draw < none * (1.0 + np.float64(hazard)) - 1.0):
        return 1
    return -1


@inlined
def node_at(arcs, arc, coin):
    """Read the node a pick leads to."""
    if arcs.ndim == 1:
        return np.int64(arcs[arc])
    own, other, keep = arcs[arc, 0], arcs[arc, 1], arcs[arc, 2]
    return np.int64(own if coin < np.int64(keep) else other)
