"""Passes over a reduced coverage sample for the Lagrangian bound."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean

_ONE, _TWO = np.uint64(1), np.uint64(2)


@lean
def add_scores(indptr, members, price, scores):
    """Add the price of every set to each of its members; changes `scores`."""
    for r in range(price.size):
        for i in range(indptr[r], indptr[r + 1]):
            scores[members[i]] += price[r]


@lean
def steer(indptr, members, weight, piece, chosen, price, momentum, direction):
    """Find how each price should move: down where several cover a set, up where nobody does.

    Only sets ``piece[0]:piece[1]`` are looked at. `chosen` is the part of each candidate in the current
    answer. A price that would leave ``[0, weight]`` is not pushed further.
    Changes `direction`, of which the part `momentum` is kept, and returns its squared
    length, each set counted by its weight.
    """
    length = 0.0
    for r in range(piece[0], piece[1]):
        # Two sums, as each addition waits for the one before it.
        surplus, other = -1.0, 0.0
        i, stop = np.uint64(indptr[r]), np.uint64(indptr[r + 1])
        while i + _ONE < stop:
            surplus += chosen[np.uint32(members[i])]
            other += chosen[np.uint32(members[i + _ONE])]
            i += _TWO
        if i < stop:
            surplus += chosen[np.uint32(members[i])]
        surplus += other
        blocked = ((surplus < 0.0) & (price[r] >= weight[r])) | ((surplus > 0.0) & (price[r] <= 0.0))
        surplus = 0.0 if blocked else surplus
        direction[r] = surplus + momentum * direction[r]
        length += direction[r] * direction[r] * weight[r]
    return length


@lean
def move(indptr, members, weight, piece, direction, step, price, scores):
    """Move each price against its direction, by `step` times the weight; changes `price`, adds to `scores`.

    Only sets ``piece[0]:piece[1]`` are looked at.

    Returns
    -------
    Σ_r (weight − price), the part of the bound that no candidate is needed for.
    """
    rest = 0.0
    for r in range(piece[0], piece[1]):
        moved = min(max(price[r] - step * weight[r] * direction[r], 0.0), weight[r])
        price[r] = moved
        rest += weight[r] - moved
        for i in range(np.uint64(indptr[r]), np.uint64(indptr[r + 1])):
            scores[np.uint32(members[i])] += moved
    return rest
