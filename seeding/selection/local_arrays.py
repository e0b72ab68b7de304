"""A programme as arrays for kernels: the money spent is folded into the offers' own factors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seeding.errors import InputError
from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.sampling import inverse_index
from seeding.selection.coverage_reduction import Reduced

# What one set more is worth per unit of cost, where the cost is 0.
_FREE = 1e200


class Rules(NamedTuple):
    """What offers cost, and what a choice must keep.

    Attributes
    ----------
    costs, heads, share_of
        As in `Program`; int64.
    per
        What to multiply what an offer adds by, to rank it: 1, or one by its cost (enormous for free ones).
    indptr, rows, factors
        The rows each offer counts in, and with which factor.
    low, high, scale
        What each row's sum may be, and the largest factor in it.
    limits
        Most money, most heads, the part and the whole of the largest share (whole 0: no such rule), and
        whether every part of an allowed choice is allowed.
    """

    costs: np.ndarray
    heads: np.ndarray
    share_of: np.ndarray
    per: np.ndarray
    indptr: np.ndarray
    rows: np.ndarray
    factors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    scale: np.ndarray
    limits: np.ndarray


class Sets(NamedTuple):
    """Merged sets both ways: the offers of each, its weight, and the sets of each offer."""

    set_indptr: np.ndarray
    members: np.ndarray
    weight: np.ndarray
    indptr: np.ndarray
    sets: np.ndarray


class State(NamedTuple):
    """A choice, and what adding or removing each offer would change.

    Attributes
    ----------
    chosen
        Marks the chosen offers.
    worth
        What each offer alone covers besides the (other) chosen ones; int64.
    times
        Per set: how many chosen offers cover it, times 2³², plus the exclusive or of their numbers.
    activity
        Each row's sum.
    totals
        Weight covered, money spent, heads, rows broken, and entries touched so far.
    """

    chosen: np.ndarray
    worth: np.ndarray
    times: np.ndarray
    activity: np.ndarray
    totals: np.ndarray


def rules_of(program: Program, kept: np.ndarray | None = None) -> Rules:
    """Write a programme as arrays, for the offers `kept` (all by default), renumbered in that order.

    Raises
    ------
    InputError
        If a row's sum may not fit in 63 bits.
    """
    kept = np.arange(program.n_offers) if kept is None else kept
    offsets, rows, factors = program.by_offer
    money = slice(offsets[program.n_offers], offsets[program.n_offers + 1])
    share = np.zeros(program.n_rows, dtype=np.int64)
    np.add.at(share, rows[money], factors[money])
    _check(program, share)
    costs = program.costs[kept].astype(np.int64)
    sizes = np.diff(offsets)[kept]
    places = np.repeat(offsets[kept] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    owner = np.repeat(np.arange(kept.size), sizes)
    spending = np.flatnonzero(share)
    # Every offer counts in the rows that look at the money spent, by its cost.
    all_owner = np.concatenate([owner, np.repeat(np.arange(kept.size), spending.size)])
    all_rows = np.concatenate([rows[places], np.tile(spending, kept.size)])
    all_factors = np.concatenate([factors[places], np.multiply.outer(costs, share[spending]).ravel()])
    key = all_owner * max(program.n_rows, 1) + all_rows
    distinct, where = np.unique(key, return_inverse=True)
    merged = np.zeros(distinct.size, dtype=np.int64)
    np.add.at(merged, where, all_factors)
    counts = np.bincount(distinct // max(program.n_rows, 1), minlength=kept.size)
    which = distinct % max(program.n_rows, 1)
    scale = np.ones(program.n_rows)
    np.maximum.at(scale, which, np.abs(merged).astype(np.float64))
    limits = program.limits
    part, whole = program.share or (0, 0)
    per = np.vstack([np.ones(kept.size), np.where(costs > 0, 1.0 / np.maximum(costs, 1), _FREE)])
    return Rules(
        costs,
        program.heads[kept].astype(np.int64),
        program.share_of[kept].astype(np.int64),
        per,
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).astype(np.int64),
        which.astype(np.int64),
        merged,
        program.low.astype(np.int64),
        program.high.astype(np.int64),
        scale,
        np.array([limits.money, limits.count(1 << 40), part, whole, program.is_closed], dtype=np.int64),
    )


def _check(program: Program, share: np.ndarray) -> None:
    """Refuse rows whose sums could leave the range of exact integers."""
    most = np.zeros(program.n_rows)
    owner = np.repeat(np.arange(program.n_rows), np.diff(program.indptr))
    np.add.at(most, owner, np.abs(program.factors.astype(np.float64)))
    spent = min(float(program.costs.astype(np.float64).sum()), float(program.limits.money))
    most += np.abs(share.astype(np.float64)) * spent
    if most.size and most.max() >= float(UNLIMITED):
        row = int(most.argmax())
        rule = int(program.rule[row])
        name = program.words[rule] if 0 <= rule < len(program.words) else f"row {row}"
        raise InputError(f"{name}: its amounts are too large to add up exactly; use a coarser unit of money.")


def sets_of(sample: Reduced) -> Sets:
    """Index a reduced sample both ways."""
    index = inverse_index.build(sample.set_indptr, sample.set_members, sample.n_candidates)
    return Sets(sample.set_indptr, sample.set_members, sample.weight, index.indptr, index.sets)


def start(sample: Reduced, sets: Sets, rules: Rules, chosen: np.ndarray) -> State:
    """Make the state of a choice."""
    from seeding._kernels.choice.choice import choose

    n = sample.n_candidates
    state = State(
        np.zeros(n, dtype=np.bool_),
        sample.candidate_weight,
        np.zeros(sample.n_merged, dtype=np.int64),
        np.zeros(rules.low.size, dtype=np.int64),
        np.zeros(5, dtype=np.int64),
    )
    choose(sets, rules, state, np.asarray(chosen, dtype=np.int64))
    return state
