"""Coins: uniform random numbers as pure functions of (key, world, what is tossed)."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_ARC = np.uint64(0xD1342543DE82EF95)
# Sets numbers that are drawn once a world apart from the streams of `draw` and of packed rows.
_APART = np.uint64(0x9FB21C651E98DF25)
# Likewise for the threshold of a node and the delay of an arc.
_THRESHOLD = np.uint64(0x27D4EB2F165667C5)
_DELAY = np.uint64(0x165667B19E3779F9)
# Sets the answers of creators who are invited apart from all of these.
_INVITE = np.uint64(0xC2B2AE3D27D4EB4F)
_S30 = np.uint64(30)
_S27 = np.uint64(27)
_S31 = np.uint64(31)
_S32 = np.uint64(32)
_S11 = np.uint64(11)
_TO_UNIT = 2.0**-53


@kernel
def mix64(value):
    """Scramble 64 bits with the splitmix64 finaliser."""
    value = (value ^ (value >> _S30)) * _MIX_A
    value = (value ^ (value >> _S27)) * _MIX_B
    return value ^ (value >> _S31)


@kernel
def world_key(key, world):
    """Derive the 64-bit key of one world."""
    return mix64(key + GOLDEN * (np.uint64(world) + np.uint64(1)))


@kernel
def unit(bits):
    """Map 64 random bits to a uniform number in [0, 1) with 53 bits."""
    return np.float64(bits >> _S11) * _TO_UNIT


@kernel
def arc_code(u, v):
    """Give the arc u→v the number that `code_coin` takes."""
    return _ARC * ((np.uint64(u) << _S32) | np.uint64(v))


@kernel
def coin_bits(world, code):
    """Give the 53 random bits that `code_coin` turns into a fraction."""
    return mix64(world + code) >> _S11


@kernel
def code_coin(world, code):
    """Toss the coin of the arc with this code in a world."""
    return unit(mix64(world + code))


@kernel
def arc_coin(world, u, v):
    """Toss the coin of arc u→v in a world: the same number whichever way the arc is walked."""
    return code_coin(world, arc_code(u, v))


@kernel
def draw(world, number):
    """Draw the uniform number with a given serial number from a world's own stream."""
    return unit(mix64((world ^ _ARC) + GOLDEN * (np.uint64(number) + np.uint64(1))))


@kernel
def draw_each(key, first, uniform):
    """Draw one number for each of the worlds ``first …``, apart from all roots and coins; fills `uniform`."""
    for i in range(uniform.size):
        uniform[i] = unit(mix64(world_key(key, first + i) ^ _APART))


@kernel
def threshold_coin(world, v):
    """Draw the number of node v in a world that says which of its in-arcs is live (linear threshold)."""
    return unit(mix64((world ^ _THRESHOLD) + GOLDEN * (np.uint64(v) + np.uint64(1))))


@kernel
def meeting_steps(world, u, v, meeting):
    """Draw how many steps pass until u meets v: geometric, 1 or more, a chance of `meeting` in each."""
    return steps_until_meeting(mix64((world ^ _DELAY) + arc_code(u, v)), meeting)


@kernel
def steps_until_meeting(bits, meeting):
    """Turn 64 random bits into a geometric number of steps, 1 or more."""
    if meeting >= 1.0:
        return 1.0
    return 1.0 + np.floor(np.log1p(-unit(bits)) / np.log1p(-meeting))


@kernel
def accept_coin(world, node):
    """Toss the coin of an invited creator in a world: the answer is yes where it is below `accept`.

    One coin for all offers to one creator, so that whoever takes an offer takes every likelier one as well.
    """
    return unit(mix64((world ^ _INVITE) + GOLDEN * (np.uint64(node) + np.uint64(1))))
