"""Local search: remove one or two offers, refill greedily, keep what covers more."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import inner, lean
from seeding._kernels.choice.choice import (
    BROKEN,
    CLOSED,
    COVERED,
    HEADS,
    MONEY,
    MOST_HEADS,
    PART,
    SPENT,
    WHOLE,
    WORK,
    effect,
    keeps_rules,
    largest_share,
    put,
    share_broken,
    take,
    total_strain,
)

_UNLIMITED = (1 << 62) - 1
_MOST_HEADS = 1 << 40
# An addition that breaks a rule may be mended by so many others, and so many are tried in a refill.
_MENDING, _TRIALS = 3, 2
# A bound on what can be added looks at so many offers before it settles for less.
_ITEMS = 8
_ROUNDING = 1e-6


@inner
def _pick(rules, state, banned, by_ratio, may_break):
    """Find the offer to add next; −1 if there is none. Ties: the cheaper, then the lower index."""
    if rules.low.size > 0 or rules.limits[WHOLE] > 0:
        return _pick_by_rules(rules, state, banned, by_ratio, may_break)
    left = rules.limits[MONEY] - state.totals[SPENT]
    slots = rules.limits[MOST_HEADS] - state.totals[HEADS]
    best, best_rank = np.int64(-1), 0.0
    state.totals[WORK] += state.worth.size
    for c in range(state.worth.size):
        # Without branches: who is affordable and free is a surprise each time.
        fits = (rules.costs[c] <= left) & (rules.heads[c] <= slots) & ~(state.chosen[c] | banned[c])
        rank = np.float64(state.worth[c]) * rules.per[by_ratio, c] * np.float64(fits)
        if rank > best_rank or (rank == best_rank and rank > 0.0 and rules.costs[c] < rules.costs[best]):
            best, best_rank = np.int64(c), rank
    return best


@inner
def _pick_by_rules(rules, state, banned, by_ratio, may_break):
    """Find the offer to add next, as `_pick`, under rules.

    While all rules are kept, it is the best one that keeps them, or, if it `may_break` them, the best one.
    While one is broken, it is the best that mends everything, or else the one that mends most.
    """
    totals = state.totals
    left, slots = rules.limits[MONEY] - totals[SPENT], rules.limits[MOST_HEADS] - totals[HEADS]
    largest = largest_share(rules, state.chosen)
    share_now = share_broken(rules, largest, totals[SPENT])
    kept = totals[BROKEN] == 0 and not share_now
    now = 0.0 if kept else total_strain(rules, state.activity) + _excess(rules, largest, totals[SPENT])
    best, best_level, best_rank = np.int64(-1), 0, 0.0
    totals[WORK] += state.worth.size
    for c in range(state.worth.size):
        cost = rules.costs[c]
        if state.chosen[c] or banned[c] or cost > left or rules.heads[c] > slots:
            continue
        if kept and state.worth[c] <= 0:
            continue
        level, rank = 1, np.float64(state.worth[c]) * rules.per[by_ratio, c]
        broken, change = effect(rules, state.activity, c)
        dearest = max(largest, rules.share_of[c])
        clean = totals[BROKEN] + broken == 0 and not share_broken(rules, dearest, totals[SPENT] + cost)
        if kept:
            if not (clean or may_break):
                continue
        elif not clean:
            after = now + change - _excess(rules, largest, totals[SPENT])
            after += _excess(rules, dearest, totals[SPENT] + cost)
            if after > now - 1e-9:
                continue
            level, rank = 0, -after
        if best >= 0 and (level < best_level or (level == best_level and rank < best_rank)):
            continue
        if best < 0 or level > best_level or rank > best_rank or cost < rules.costs[best]:
            best, best_level, best_rank = np.int64(c), level, rank
    return best


@inner
def _excess(rules, largest, spent):
    """Tell by what part the money spent falls short of what the largest price asks for."""
    if not share_broken(rules, largest, spent):
        return 0.0
    needed = np.float64(largest) * np.float64(rules.limits[WHOLE]) / max(np.float64(rules.limits[PART]), 1.0)
    return max((needed - np.float64(spent)) / max(needed, 1.0), 1e-6)


@inner
def _too_little(rules, state, banned, left, slots, needed):
    """Tell whether no offers within what is left can add more than `needed`: a fractional knapsack."""
    if needed < 0:
        return False
    for by_ratio in range(2):
        place, most = (MONEY, _UNLIMITED) if by_ratio else (MOST_HEADS, _MOST_HEADS)
        room = (left, slots, left if by_ratio else slots)
        if rules.limits[place] < most and _bounded(rules, state, banned, room, needed, by_ratio):
            return True
    return False


@inner
def _hopeless(rules, state, banned, offer, target):
    """Tell whether the choice with one more offer, and whatever else, covers `target` at most."""
    totals = state.totals
    left = rules.limits[MONEY] - totals[SPENT] - rules.costs[offer]
    slots = rules.limits[MOST_HEADS] - totals[HEADS] - rules.heads[offer]
    before = banned[offer]
    banned[offer] = True
    needed = target - totals[COVERED] - state.worth[offer]
    hopeless = _too_little(rules, state, banned, left, slots, needed)
    banned[offer] = before
    return hopeless


@inner
def _clean(rules, state, offer):
    """Tell whether adding an offer to a choice that keeps all rules keeps them."""
    broken, _ = effect(rules, state.activity, offer)
    dearest = max(largest_share(rules, state.chosen), rules.share_of[offer])
    return broken == 0 and not share_broken(rules, dearest, state.totals[SPENT] + rules.costs[offer])


@inner
def _bounded(rules, state, banned, room, needed, by_ratio):
    """Tell whether filling `room` best rank first, the last in part, adds at most `needed`."""
    left, slots, rest = room
    total, last, last_rank = 0.0, np.int64(-1), np.inf
    for _ in range(_ITEMS):
        best, best_rank = np.int64(-1), 0.0
        state.totals[WORK] += state.worth.size
        for c in range(state.worth.size):
            fits = (rules.costs[c] <= left) & (rules.heads[c] <= slots) & ~(state.chosen[c] | banned[c])
            rank = np.float64(state.worth[c]) * rules.per[by_ratio, c] * np.float64(fits)
            if rank > best_rank and (rank < last_rank or (rank == last_rank and c > last)):
                best, best_rank = np.int64(c), rank
        if best < 0:
            return total + _ROUNDING < needed + 1
        size = rules.costs[best] if by_ratio == 1 else np.int64(1)
        if size > 0:
            if total + best_rank * rest + _ROUNDING < needed + 1:
                return True
            if size >= rest:
                return False
        total += state.worth[best]
        rest -= size
        last, last_rank = best, best_rank
        if total >= needed + 1:
            return False
    return False


@inner
def _undo(sets, rules, state, added, count, down_to):
    """Remove the last offers added, until `down_to` are left."""
    for i in range(count - 1, down_to - 1, -1):
        take(sets, rules, state, added[i])


@inner
def _refill(sets, rules, state, banned, added, by_ratio, target):
    """Add offers greedily; returns how many are in `added`. Gives up once `target` cannot be exceeded."""
    count, failures = np.int64(0), 0
    sound = np.int64(0) if keeps_rules(rules, state) else np.int64(-1)
    closed = rules.limits[CLOSED] != 0
    while True:
        c = np.int64(-1)
        if sound < 0 or count - sound <= _MENDING:
            c = _pick(rules, state, banned, by_ratio, not closed and failures < _TRIALS and sound == count)
        if c < 0:
            if sound < 0 or sound == count:
                return count
            _undo(sets, rules, state, added, count, sound)
            banned[added[sound]] = True
            count = sound
            failures += 1
            continue
        # What is undone if it cannot be mended must not end the refill.
        final = sound < 0 or closed or (sound == count and _clean(rules, state, c))
        if final and _hopeless(rules, state, banned, c, target):
            return count
        put(sets, rules, state, c)
        added[count] = c
        count += 1
        if closed or keeps_rules(rules, state):
            sound = count


@inner
def _replace(sets, rules, state, scratch, target, removed):
    """Refill by gain, then by gain per cost, until more than `target` is covered with all rules kept.

    `removed` are the two offers just removed, or −1. If nothing helps, the state is as before.

    Returns
    -------
    Whether it helped.
    """
    banned, added = scratch
    for by_ratio in range(2):
        if by_ratio == 1 and rules.limits[MONEY] >= _UNLIMITED:
            continue
        banned[:] = False
        for o in removed:
            if o >= 0:
                banned[o] = True
        count = _refill(sets, rules, state, banned, added, by_ratio, target)
        if state.totals[COVERED] > target and keeps_rules(rules, state):
            return True
        _undo(sets, rules, state, added, count, np.int64(0))
    return False


@lean
def search(sets, rules, state, scratch, order, at, most_work):
    """Try to replace each chosen offer of `order`, or, in pairs, every two of them; changes `state` and `at`.

    It goes on from place ``at[0]`` (for pairs, with every earlier one from ``at[1]`` on), and ends where
    `order` or the work ends, or a pair was replaced. ``at[2]`` counts the moves taken, ``at[3]`` says what to
    do: 0 only adds, 1 replaces one, 2 replaces two. `scratch` holds marks and numbers, one for each offer and
    one more.
    """
    nothing = np.int64(-1)
    totals = state.totals
    while at[0] < order.size and totals[WORK] < most_work:
        target, first = totals[COVERED], np.int64(order[at[0]])
        if at[3] == 0:
            first = nothing
        elif not state.chosen[first]:
            at[0] += 1
            continue
        else:
            take(sets, rules, state, first)
        while at[1] < at[0] or at[3] < 2:
            second = nothing
            if at[3] == 2:
                second = np.int64(order[at[1]])
                take(sets, rules, state, second)
                at[1] += 1
            if _replace(sets, rules, state, scratch, target, (first, second)):
                at[2] += 1
                first = nothing
                break
            if at[3] < 2:
                break
            put(sets, rules, state, second)
            if totals[WORK] >= most_work:
                break
        if first >= 0:
            put(sets, rules, state, first)
        if at[3] == 2 and totals[COVERED] > target:
            return
        if at[3] < 2 or at[1] >= at[0]:
            at[0] += 1
            at[1] = 0
