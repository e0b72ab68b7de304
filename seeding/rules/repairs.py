"""The least change of one rule's own number that lets all the others hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from seeding.rules.demands import Demands
from seeding.rules.feasible import BUDGET, COUNT, Sense, find_allowed, seek
from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.rules.rules import AtLeast, AtMost, MaxShare, SpendAtLeast, SpendAtMost, SpendShare

# Shares are changed in steps of one hundredth of a percent.
STEPS = 10_000

Kind = Literal["money", "count", "share", "drop"]
_ORDER: tuple[Kind, ...] = ("money", "count", "share", "drop")
Room = Callable[[], dict[str, Any]]
"""Gives what one question to the solver may still take, as arguments of `find_allowed`."""


@dataclass(frozen=True)
class Change:
    """A change of one member that lets the others hold.

    Attributes
    ----------
    member
        The number of the rule; or `BUDGET` or `COUNT`.
    kind
        What is changed: an amount of money, a count, a share of the money; or the rule is dropped.
    end
        Which end of the member moves: its low or its high one; empty where it is dropped.
    units
        The new number: minor units, a count, or `STEPS`-ths of the money; 0 where it is dropped.
    value
        The new number in the user's unit; None where it is dropped.
    by
        How much the number changes, in the same units.
    least
        Whether it is proven that no smaller change will do.
    """

    member: int
    kind: Kind
    end: Literal["low", "high", ""] = ""
    units: int = 0
    value: Decimal | int | Fraction | None = None
    by: Fraction = Fraction(0)
    least: bool = True

    @property
    def rank(self) -> tuple[int, Fraction, int]:
        """What is tried first: money, then counts, then shares, then to drop a rule; small changes first."""
        return _ORDER.index(self.kind), self.by, self.member


def least_change(demands: Demands, member: int, kept: Collection[int], room: Room) -> Change | None:
    """Find the least change of a member with which it and `kept` can hold; None if there is none.

    Raises
    ------
    InputError, SolverError
        As `find_allowed`.
    """
    base = demands.only(kept)
    rule = demands.rules[member] if 0 <= member < len(demands.rules) else None
    rows = np.flatnonzero(demands.program.rule == member) if member >= 0 else np.empty(0, np.int64)
    if member == BUDGET:
        return _to_sum(demands, member, base, base.costs, "money", room)
    if member == COUNT:
        return _to_sum(demands, member, base, base.heads, "count", room)
    if isinstance(rule, (AtMost, AtLeast, SpendAtMost, SpendAtLeast)) and rows.size == 1:
        factors, spent = demands.row(int(rows[0]))
        kind: Kind = "count" if isinstance(rule, (AtMost, AtLeast)) else "money"
        return _to_sum(demands, member, base, factors + spent * base.costs, kind, room)
    if isinstance(rule, MaxShare):
        return _to_max_share(rule, member, base, room)
    if isinstance(rule, SpendShare):
        return _to_share(demands, rule, member, base, rows, room)
    return None if find_allowed(base, **room()) is None else Change(member, "drop")


def _to_sum(
    demands: Demands, member: int, base: Program, factors: np.ndarray, kind: Kind, room: Room
) -> Change | None:
    """Move the one end of a member to the nearest sum that the others leave possible."""
    low, high = _ends(demands, member)
    sense: Sense = "max" if low is not None else "min"
    answer = seek(base, factors, sense, **room())
    if answer.choice is None:
        return None
    units = int(factors[answer.choice].sum())
    old = low if low is not None else high
    return Change(
        member,
        kind,
        "high" if low is None else "low",
        units,
        demands.exact(units) if kind == "money" else units,
        Fraction(abs(units - (old or 0))),
        answer.proven,
    )


def _ends(demands: Demands, member: int) -> tuple[int | None, int | None]:
    limits = demands.program.limits
    if member in (BUDGET, COUNT):
        return None, limits.budget if member == BUDGET else limits.k
    j = int(np.flatnonzero(demands.program.rule == member)[0])
    low, high = int(demands.program.low[j]), int(demands.program.high[j])
    return (None if low <= -UNLIMITED else low), (None if high >= UNLIMITED else high)


def _to_max_share(rule: MaxShare, member: int, base: Program, room: Room) -> Change | None:
    """Raise the part that one candidate may take; other rules of its kind stay."""

    def possible(steps: int) -> bool:
        part = Fraction(steps, STEPS)
        tightest = part if base.share is None else min(part, Fraction(*base.share))
        share = (tightest.numerator, tightest.denominator)
        return find_allowed(replace(base, share=share), **room()) is not None

    first = -(-rule.fraction.numerator * STEPS // rule.fraction.denominator)
    return _search(member, "high", rule.fraction, first, STEPS, possible)


def _to_share(
    demands: Demands, rule: SpendShare, member: int, base: Program, rows: np.ndarray, room: Room
) -> Change | None:
    """Move the one end of a share that is in the way, the other stays; whichever moves less."""
    found = []
    for j in rows.tolist():
        end: Literal["low", "high"] = "low" if demands.program.low[j] > -UNLIMITED else "high"
        old = rule.low if end == "low" else rule.high
        # The row is (denominator)·(money of the group) − (numerator)·(money spent).
        group = demands.row(j)[0] // old.denominator
        others = [demands.row(i) for i in rows.tolist() if i != j]
        kept = base
        for factors, spent in others:
            kept = _with_row(kept, factors, spent, "high" if end == "low" else "low", member)

        def possible(
            steps: int, kept: Program = kept, group: np.ndarray = group, end: Literal["low", "high"] = end
        ) -> bool:
            moved = _with_row(kept, STEPS * group, -steps, end, member)
            return find_allowed(moved, **room()) is not None

        step = old * STEPS
        first = step.numerator // step.denominator if end == "low" else -(-step.numerator // step.denominator)
        found.append(_search(member, end, old, first, 0 if end == "low" else STEPS, possible))
    changes = [change for change in found if change is not None]
    return min(changes, key=lambda change: change.rank, default=None)


def _with_row(
    program: Program, factors: np.ndarray, spent: int, end: Literal["low", "high"], member: int
) -> Program:
    """Demand besides that factors·x + spent·T is at least 0, or at most 0 where the high end is meant."""
    full = np.append(factors, spent)
    columns = np.flatnonzero(full)
    low, high = (0, UNLIMITED) if end == "low" else (-UNLIMITED, 0)
    return replace(
        program,
        indptr=np.append(program.indptr, program.indptr[-1] + columns.size),
        columns=np.append(program.columns, columns),
        factors=np.append(program.factors, full[columns]),
        low=np.append(program.low, low),
        high=np.append(program.high, high),
        rule=np.append(program.rule, member),
    )


def _search(
    member: int,
    end: Literal["low", "high"],
    old: Fraction,
    first: int,
    last: int,
    possible: Callable[[int], bool],
) -> Change | None:
    """Find the number of steps nearest to `first` that is possible, by halving; `last` is the loosest."""
    if not possible(last):
        return None
    good, bad = last, first + (1 if last < first else -1)
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        if possible(middle):
            good = middle
        else:
            bad = middle
    value = Fraction(good, STEPS)
    return Change(member, "share", end, good, value, abs(value - old))
