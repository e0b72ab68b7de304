"""Branch and bound over few offers: depth first, each node's offers ranked by what they add now."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inner, kernel
from seeding._kernels.choice.choice import (
    BROKEN,
    CLOSED,
    COVERED,
    HEADS,
    MONEY,
    MOST_HEADS,
    SPENT,
    WORK,
    effect,
    keeps_rules,
    largest_share,
    put,
    share_broken,
    take,
)

# What floats may have lost of a part is less than this part of it.
_ROUNDING = 1e-12
# Places in a level: its offers, the next of them, the offer it added, the most that one of its offers adds.
_FIRST, _STOP, _NEXT, _OFFER, _MOST = 0, 1, 2, 3, 4


@inner
def _addable(rules, state, queue, level, left, slots):
    """Bound what the offers a level has left can add: the fractional knapsack, and so many times the most."""
    total, rest, whole = np.int64(0), left, np.int64(0)
    for i in range(level[_NEXT], level[_STOP]):
        c = queue[i]
        cost = rules.costs[c]
        if cost > left or rules.heads[c] > slots:
            continue
        if cost > rest:
            part = np.float64(state.worth[c]) * (np.float64(rest) / np.float64(cost))
            total += min(np.int64(part * (1.0 + _ROUNDING)), state.worth[c])
            whole = slots
            break
        total += state.worth[c]
        rest -= cost
        whole += 1
    if whole >= slots:
        most = level[_MOST]
        # Compared by division: the product may be too large.
        if slots == 0 or most < total // slots:
            return slots * most
    return total


@inner
def _fits(rules, state, offer):
    """Tell whether an offer can be added at all."""
    if state.chosen[offer] or rules.costs[offer] > rules.limits[MONEY] - state.totals[SPENT]:
        return False
    if rules.heads[offer] > rules.limits[MOST_HEADS] - state.totals[HEADS]:
        return False
    if rules.limits[CLOSED] == 0:
        return True
    broken, _ = effect(rules, state.activity, offer)
    return state.worth[offer] > 0 and broken == 0


@inner
def _reachable(rules, state, queue, first, stop, up, down):
    """Tell whether each row's sum can still get into its range with offers of a level; fills `up`, `down`."""
    up[:] = 0.0
    down[:] = 0.0
    for i in range(first, stop):
        c = queue[i]
        for e in range(rules.indptr[c], rules.indptr[c + 1]):
            factor = np.float64(rules.factors[e])
            if factor > 0.0:
                up[rules.rows[e]] += factor
            else:
                down[rules.rows[e]] += factor
    for j in range(up.size):
        value = np.float64(state.activity[j])
        slack = _ROUNDING * (abs(value) + up[j] - down[j])
        if value + up[j] + slack < rules.low[j] or value + down[j] - slack > rules.high[j]:
            return False
    return True


@inner
def _allowed_with(rules, state, offer):
    """Tell whether the choice with one more offer keeps every rule."""
    broken, _ = effect(rules, state.activity, offer)
    dearest = max(largest_share(rules, state.chosen), rules.share_of[offer])
    spent = state.totals[SPENT] + rules.costs[offer]
    return state.totals[BROKEN] + broken == 0 and not share_broken(rules, dearest, spent)


@kernel
def _open(rules, state, queue, offers, level, by_ratio, rows):
    """List the offers that can be added, best rank first, behind what is in the queue; fills `level`."""
    stop = level[_FIRST]
    level[_MOST] = 0
    for c in offers:
        if _fits(rules, state, c):
            queue[stop] = c
            stop += 1
            level[_MOST] = max(level[_MOST], state.worth[c])
    first = level[_FIRST]
    level[_NEXT] = first
    level[_STOP] = stop
    state.totals[WORK] += 4 * offers.size
    if rules.limits[CLOSED] == 0 and not _reachable(rules, state, queue, first, stop, rows[0], rows[1]):
        level[_STOP] = first
        return
    rank = np.empty(stop - first)
    for i in range(first, stop):
        rank[i - first] = -np.float64(state.worth[queue[i]]) * rules.per[by_ratio, queue[i]]
    queue[first:stop] = queue[first:stop][np.argsort(rank, kind="mergesort")]


@kernel
def branch(sets, rules, state, queue, levels, rows, best, most_work):
    """Search all choices depth first; fills `best` with the size of the best and its offers.

    ``levels[0]`` holds in `_MOST` what has to be exceeded. `queue` lists offers, on entry all of them; `rows`
    is scratch for two numbers per row.

    Returns
    -------
    What the best choice covers, a bound on every choice, and whether everything was searched.
    """
    n, by_ratio = state.worth.size, np.int64(rules.limits[MONEY] < (1 << 62) - 1)
    covered = levels[0, _MOST]
    if state.totals[COVERED] > covered and keeps_rules(rules, state):
        covered = state.totals[COVERED]
        best[0] = 0
    upper, depth = np.int64(-1), np.int64(0)
    levels[0, _FIRST] = n
    _open(rules, state, queue, queue[:n], levels[0], by_ratio, rows)
    while depth >= 0:
        level = levels[depth]
        left = rules.limits[MONEY] - state.totals[SPENT]
        slots = rules.limits[MOST_HEADS] - state.totals[HEADS]
        reach = state.totals[COVERED] + _addable(rules, state, queue, level, left, slots)
        stopped = state.totals[WORK] >= most_work
        if stopped and level[_NEXT] < level[_STOP]:
            upper = max(upper, reach)
        if stopped or level[_NEXT] == level[_STOP] or reach <= covered:
            if depth > 0:
                take(sets, rules, state, level[_OFFER])
            depth -= 1
            continue
        c = queue[level[_NEXT]]
        level[_NEXT] += 1
        state.totals[WORK] += level[_STOP] - level[_NEXT] + 1
        value = state.totals[COVERED] + state.worth[c]
        if value > covered and _allowed_with(rules, state, c):
            covered = value
            best[0] = depth + 1
            for i in range(depth):
                best[i + 1] = levels[i + 1, _OFFER]
            best[depth + 1] = c
        left -= rules.costs[c]
        slots -= rules.heads[c]
        reach = value + _addable(rules, state, queue, level, left, slots)
        if reach <= covered:
            continue
        if depth + 1 == levels.shape[0] or level[_STOP] + level[_STOP] - level[_NEXT] > queue.size:
            upper = max(upper, reach)
            continue
        put(sets, rules, state, c)
        depth += 1
        deeper = levels[depth]
        deeper[_FIRST] = level[_STOP]
        deeper[_OFFER] = c
        rest = queue[level[_NEXT] : level[_STOP]]
        _open(rules, state, queue, rest, deeper, by_ratio, rows)
    return covered, max(upper, covered), upper <= covered
