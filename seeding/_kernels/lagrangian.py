"""Passes over a reduced coverage sample for the Lagrangian bound."""

from __future__ import annotations

from seeding._kernels._jit import kernel


@kernel
def add_scores(indptr, members, price, scores):
    """Add the price of every set to each of its members; changes `scores`."""
    for r in range(price.size):
        for i in range(indptr[r], indptr[r + 1]):
            scores[members[i]] += price[r]


@kernel
def subgradient(indptr, members, weight, chosen, price, slope):
    """Find how each price should move: down where several cover a set, up where nobody does.

    `chosen` is the part of each candidate in the current answer. A price that would leave ``[0, weight]``
    stays. Fills `slope` and returns its squared length, each set counted by its weight.
    """
    length = 0.0
    for r in range(weight.size):
        surplus = -1.0
        for i in range(indptr[r], indptr[r + 1]):
            surplus += chosen[members[i]]
        if (surplus < 0.0 and price[r] >= weight[r]) or (surplus > 0.0 and price[r] <= 0.0):
            surplus = 0.0
        slope[r] = surplus
        length += surplus * surplus * weight[r]
    return length


@kernel
def move(weight, slope, step, price):
    """Move each price against its slope, by `step` times the weight; changes `price`.

    Returns
    -------
    Σ_r (weight − price), the part of the bound that no candidate is needed for.
    """
    rest = 0.0
    for r in range(weight.size):
        price[r] = min(max(price[r] - step * weight[r] * slope[r], 0.0), weight[r])
        rest += weight[r] - price[r]
    return rest
