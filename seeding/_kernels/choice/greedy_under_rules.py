"""Greedy selection under rules: every step takes the best offer that keeps all of them."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import lean

# Places in `state`: money left, heads left, money spent, and the dearest price chosen.
_MONEY, _HEADS, _SPENT, _DEAREST = 0, 1, 2, 3


@lean
def _move(rows, costs, offer, sign):
    """Add an offer to the sums of all rows, or with sign −1 take it out; changes the sums."""
    offsets, places, factors, _, _, sums = rows
    for i in range(offsets[offer], offsets[offer + 1]):
        sums[places[i]] += sign * factors[i]
    last = offsets.size - 2
    for i in range(offsets[last], offsets[last + 1]):
        sums[places[i]] += sign * factors[i] * costs[offer]


@lean
def _kept(rows, offer):
    """Tell whether the rows that an offer touches are within their ends."""
    offsets, places, _, low, high, sums = rows
    last = offsets.size - 2
    for i in range(offsets[offer], offsets[offer + 1]):
        j = places[i]
        if sums[j] < low[j] or sums[j] > high[j]:
            return False
    for i in range(offsets[last], offsets[last + 1]):
        j = places[i]
        if sums[j] < low[j] or sums[j] > high[j]:
            return False
    return True


@lean
def _fits(offers, rows, share, state, offer):
    """Tell whether an offer can be added and every rule kept; the sums are the same afterwards."""
    costs, heads, prices = offers
    if costs[offer] > state[_MONEY] or heads[offer] > state[_HEADS]:
        return False
    if share[1] > 0:
        dearest = max(state[_DEAREST], prices[offer])
        if dearest * share[1] > share[0] * (state[_SPENT] + costs[offer]):
            return False
    _move(rows, costs, offer, 1)
    kept = _kept(rows, offer)
    _move(rows, costs, offer, -1)
    return kept


@lean
def _take(incidence, offers, rows, state, gains, covered, offer):
    """Choose an offer; changes everything from the sums of the rows on. Returns the sets newly covered."""
    set_indptr, members, indptr, sets = incidence
    costs, heads, prices = offers
    _move(rows, costs, offer, 1)
    state[_MONEY] -= costs[offer]
    state[_HEADS] -= heads[offer]
    state[_SPENT] += costs[offer]
    state[_DEAREST] = max(state[_DEAREST], prices[offer])
    new = np.int64(0)
    for i in range(indptr[offer], indptr[offer + 1]):
        r = sets[i]
        if not covered[r]:
            covered[r] = True
            new += 1
            for j in range(set_indptr[r], set_indptr[r + 1]):
                gains[members[j]] -= 1
    return new


@lean
def grow(incidence, offers, rows, share, tags, state, gains, covered, order):
    """Add offers, the most gain per `tags` first, until none that gains anything keeps the rules.

    Lowest index first in ties. ``offers = (costs, heads, largest price of one person)``; ``rows`` are
    offsets, places and factors by column (the last column is the money spent), lows, highs and sums;
    ``share = (part, whole)``, whole = 0 without such a rule. `order` holds what is chosen already, which is
    taken first, then −1.
    Changes the sums of the rows and all from `state` on.

    Returns
    -------
    Number of offers chosen, and number of sets they cover.
    """
    total = np.int64(0)
    size = 0
    while size < order.size and order[size] >= 0:
        total += _take(incidence, offers, rows, state, gains, covered, order[size])
        size += 1
    while size < order.size:
        best, best_worth = -1, 0.0
        for offer in range(gains.size):
            if gains[offer] <= 0:
                continue
            worth = np.inf if tags[offer] <= 0.0 else np.float64(gains[offer]) / tags[offer]
            if worth > best_worth and _fits(offers, rows, share, state, offer):
                best, best_worth = offer, worth
        if best < 0:
            break
        order[size] = best
        size += 1
        total += _take(incidence, offers, rows, state, gains, covered, best)
    return size, total
