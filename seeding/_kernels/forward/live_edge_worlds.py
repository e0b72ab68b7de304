"""Drawing whole worlds: one bit for every arc, which says whether it is live."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean
from seeding._kernels.randomness.coins import arc_code, coin_bits, world_key
from seeding._kernels.rows.bits import ONE, WORD


@lean
def arc_codes(indptr, indices, codes):
    """Give every out-arc the number of its coin; fills `codes` (uint64[m])."""
    for u in range(indptr.size - 1):
        for e in range(indptr[u], indptr[u + 1]):
            codes[e] = arc_code(u, indices[e])


def thresholds(probability: np.ndarray) -> np.ndarray:
    """Turn probabilities into the numbers (int64[m]) below which the 53 bits of a coin make an arc live."""
    below: np.ndarray = np.ceil(np.ldexp(probability, 53)).astype(np.int64)
    return below


@lean
def draw_worlds(codes, below, key, first, live):
    """Draw the worlds ``first …``; fills `live` (uint64[worlds, ⌈m / 64⌉]). `below` comes from `thresholds`.

    The loop over whole words has a fixed length and its body stands here, in one piece, because only so the
    compiler turns it into vector instructions. Those compare whole numbers faster than fractions.
    """
    whole = codes.size // WORD
    for r in range(live.shape[0]):
        world = world_key(key, first + r)
        for k in range(whole):
            bits = np.uint64(0)
            for j in range(WORD):
                tossed = np.int64(coin_bits(world, codes[k * WORD + j])) < below[k * WORD + j]
                bits |= np.uint64(tossed) << np.uint64(j)
            live[r, k] = bits
        for e in range(whole * WORD, codes.size):
            if e == whole * WORD:
                live[r, whole] = np.uint64(0)
            if np.int64(coin_bits(world, codes[e])) < below[e]:
                live[r, whole] |= ONE << np.uint64(e & (WORD - 1))
