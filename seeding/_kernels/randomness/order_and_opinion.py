"""Numbers beside the coins of arcs: what somebody thinks of the message, and who comes first.

Each is a function of the world and of whom or what it is about, apart from the coins of arcs and from the
worlds' own streams.
"""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inlined
from seeding._kernels.randomness.coins import GOLDEN, mix64, unit

_MOOD = np.uint64(0xD6E8FEB86659FD93)
_TURN = np.uint64(0xA0761D6478BD642F)
_BOTH = np.uint64(0xE7037ED1A0B428DB)


@inlined
def mood_key(world):
    """Derive the key of a world's moods."""
    return mix64(world ^ _MOOD)


@inlined
def turn_key(world):
    """Derive the key of a world's turns: those who succeed in one step come in the order of `turn`."""
    return mix64(world ^ _TURN)


@inlined
def both_key(world):
    """Derive the key of who wins somebody that both sides seed."""
    return mix64(world ^ _BOTH)


@inlined
def of_node(key, v):
    """Draw the uniform number of a node under one of these keys."""
    return unit(mix64(key + GOLDEN * (np.uint64(v) + np.uint64(1))))


@inlined
def turn(key, code):
    """Draw the place of an arc in the order of its world: 64 bits, the smallest comes first."""
    return mix64(key + code)
