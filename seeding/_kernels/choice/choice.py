"""A choice that changes offer by offer: what each offer is worth, and which rules are broken, kept exact."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inner, lean

# Places in `totals`.
COVERED, SPENT, HEADS, BROKEN, WORK = 0, 1, 2, 3, 4
# Places in `limits`.
MONEY, MOST_HEADS, PART, WHOLE, CLOSED = 0, 1, 2, 3, 4
_ONE = np.int64(1 << 32)
_LOW = np.int64((1 << 32) - 1)
_MASK, _HALF = np.uint64((1 << 32) - 1), np.uint64(32)


@inner
def put(sets, rules, state, offer):
    """Add an offer to the choice; changes all of `state`."""
    chosen, worth, times, activity, totals = state
    chosen[offer] = True
    totals[COVERED] += worth[offer]
    totals[SPENT] += rules.costs[offer]
    totals[HEADS] += rules.heads[offer]
    work = sets.indptr[offer + 1] - sets.indptr[offer]
    for i in range(sets.indptr[offer], sets.indptr[offer + 1]):
        r = sets.sets[i]
        before = times[r]
        times[r] = (before + _ONE) ^ offer
        if before < _ONE:
            weight = sets.weight[r]
            for j in range(sets.set_indptr[r], sets.set_indptr[r + 1]):
                worth[sets.members[j]] -= weight
            worth[offer] += weight
            work += sets.set_indptr[r + 1] - sets.set_indptr[r]
        elif before < 2 * _ONE:
            worth[before & _LOW] -= sets.weight[r]
    totals[WORK] += work
    _count_rows(rules, activity, totals, offer, 1)


@inner
def take(sets, rules, state, offer):
    """Remove an offer from the choice; changes all of `state`."""
    chosen, worth, times, activity, totals = state
    chosen[offer] = False
    totals[COVERED] -= worth[offer]
    totals[SPENT] -= rules.costs[offer]
    totals[HEADS] -= rules.heads[offer]
    work = sets.indptr[offer + 1] - sets.indptr[offer]
    for i in range(sets.indptr[offer], sets.indptr[offer + 1]):
        r = sets.sets[i]
        after = (times[r] ^ offer) - _ONE
        times[r] = after
        if after < _ONE:
            weight = sets.weight[r]
            for j in range(sets.set_indptr[r], sets.set_indptr[r + 1]):
                worth[sets.members[j]] += weight
            worth[offer] -= weight
            work += sets.set_indptr[r + 1] - sets.set_indptr[r]
        elif after < 2 * _ONE:
            worth[after & _LOW] += sets.weight[r]
    totals[WORK] += work
    _count_rows(rules, activity, totals, offer, -1)


@inner
def _count_rows(rules, activity, totals, offer, sign):
    """Count an offer in, or out of, its rows; changes `activity` and the number of broken rows."""
    for i in range(rules.indptr[offer], rules.indptr[offer + 1]):
        j = rules.rows[i]
        totals[BROKEN] -= (activity[j] < rules.low[j]) | (activity[j] > rules.high[j])
        activity[j] += sign * rules.factors[i]
        totals[BROKEN] += (activity[j] < rules.low[j]) | (activity[j] > rules.high[j])


@lean
def choose(sets, rules, state, offers):
    """Start the state of a choice: of `state`, only `worth` (alone) is filled on entry, the rest zero."""
    for j in range(state.activity.size):
        state.totals[BROKEN] += (rules.low[j] > 0) | (rules.high[j] < 0)
    for c in offers:
        put(sets, rules, state, c)
    state.totals[WORK] = 0


@inner
def strain(value, low, high, scale):
    """Tell how far a row's sum is out of its range, in units of its largest factor."""
    if value < low:
        return (np.float64(low) - np.float64(value)) / scale
    if value > high:
        return (np.float64(value) - np.float64(high)) / scale
    return 0.0


@inner
def effect(rules, activity, offer):
    """Tell by how much adding an offer would change the number of broken rows, and their strain."""
    broken, change = np.int64(0), 0.0
    for i in range(rules.indptr[offer], rules.indptr[offer + 1]):
        j = rules.rows[i]
        low, high, scale = rules.low[j], rules.high[j], rules.scale[j]
        before = strain(activity[j], low, high, scale)
        after = strain(activity[j] + rules.factors[i], low, high, scale)
        change += after - before
        value = activity[j]
        broken -= (value < low) | (value > high)
        value += rules.factors[i]
        broken += (value < low) | (value > high)
    return broken, change


@inner
def total_strain(rules, activity):
    """Add up the strain of all rows."""
    total = 0.0
    for j in range(activity.size):
        total += strain(activity[j], rules.low[j], rules.high[j], rules.scale[j])
    return total


@inner
def largest_share(rules, chosen):
    """Return the largest price of a single candidate among the chosen; 0 without a rule on it."""
    largest = np.int64(0)
    if rules.limits[WHOLE] > 0:
        for c in range(chosen.size):
            if chosen[c]:
                largest = max(largest, rules.share_of[c])
    return largest


@inner
def share_broken(rules, largest, spent):
    """Tell whether the largest price exceeds its share of what is spent; exact."""
    if rules.limits[WHOLE] == 0:
        return False
    high, low = _product(largest, rules.limits[WHOLE])
    other_high, other_low = _product(rules.limits[PART], spent)
    return high > other_high or (high == other_high and low > other_low)


@inner
def _product(a, b):
    """Multiply two numbers ≥ 0; returns the upper and the lower 64 bits."""
    a0, a1 = np.uint64(a) & _MASK, np.uint64(a) >> _HALF
    b0, b1 = np.uint64(b) & _MASK, np.uint64(b) >> _HALF
    low, one, two = a0 * b0, a0 * b1, a1 * b0
    middle = (low >> _HALF) + (one & _MASK) + (two & _MASK)
    high = a1 * b1 + (one >> _HALF) + (two >> _HALF) + (middle >> _HALF)
    return high, (low & _MASK) | (middle << _HALF)


@inner
def keeps_rules(rules, state):
    """Tell whether the choice keeps every row and the largest share."""
    if state.totals[BROKEN] > 0:
        return False
    return not share_broken(rules, largest_share(rules, state.chosen), state.totals[SPENT])
