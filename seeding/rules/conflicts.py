"""Why no choice is allowed: a smallest set of rules that cannot all hold, and the cheapest way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seeding._runtime.clock import Clock
from seeding.errors import InfeasibleError
from seeding.rules.cp_sat import SolverError
from seeding.rules.demands import Demands
from seeding.rules.feasible import BUDGET, COUNT, WORK, find_allowed, find_blockers
from seeding.rules.program import Program
from seeding.rules.repairs import Change, least_change
from seeding.rules.rules import AtLeast, AtMost, Rule, SpendAtLeast, SpendAtMost, SpendShare
from seeding.rules.values import shown

_MOST_OTHER_WAYS = 3
_MOST_UNDECIDED = 3


@dataclass(frozen=True)
class Clash:
    """Rules and limits that cannot all hold.

    Attributes
    ----------
    members
        The numbers of the rules; `BUDGET` and `COUNT` stand for the limits.
    words
        The members in the user's words.
    smallest
        Whether it is proven that without any one member the rest can hold.
    changes
        The least change of each member that lets everything hold, cheapest first; where `settled` is False,
        that lets the other members hold.
    complete
        Whether it was decided in time for every member how it can be changed.
    settled
        Whether one change is enough for the whole programme; if not, another clash remains besides.
    message
        All this in a few sentences.
    """

    members: tuple[int, ...]
    words: tuple[str, ...]
    smallest: bool
    changes: tuple[Change, ...]
    complete: bool
    settled: bool
    message: str = ""


def find_allowed_or_refuse(
    program: Program,
    rules: Sequence[Rule] = (),
    decimals: int = 0,
    *,
    objective: np.ndarray | None = None,
    time_limit: float | None = None,
) -> np.ndarray:
    """Find a choice that is allowed, as large in the objective as can be found; see `find_allowed`.

    Raises
    ------
    InfeasibleError
        If there is none: names a smallest set of rules that cannot all hold, and the cheapest way out.
    InputError, SolverError
        As `find_allowed`.
    """
    clock = Clock.within(time_limit)
    chosen = find_allowed(program, objective, time_limit=time_limit)
    if chosen is not None:
        return chosen
    clash = explain(program, rules, decimals, time_limit=clock.remaining())
    if clash is None:
        raise SolverError("CP-SAT found no choice, and then nothing that stands in the way of one")
    raise InfeasibleError(clash.message)


def explain(
    program: Program,
    rules: Sequence[Rule] = (),
    decimals: int = 0,
    *,
    work: float = WORK,
    time_limit: float | None = None,
) -> Clash | None:
    """Name a smallest set of rules that cannot all hold, and the least change of each that helps.

    The set is irreducible: without any one of its members, the rest can hold. It is found by CP-SAT from
    assumptions, without an objective, and then made smaller one by one.

    Parameters
    ----------
    program
        The rules and limits.
    rules
        The rules behind it, by number; they say which number of theirs can be changed.
    decimals
        A cost of 1 is ``10**decimals`` minor units.
    work
        Deterministic time for the first question to CP-SAT; each further one gets a quarter of it.
    time_limit
        Seconds for all of it.

    Returns
    -------
    The clash; None if all rules can hold.

    Raises
    ------
    InputError
        If the amounts are too large to be added up exactly.
    SolverError
        If it is not even decided whether the rules can hold.
    """
    demands = Demands(program, rules, decimals)
    room = _Room(work / 4, time_limit)
    blockers = find_blockers(program, demands.shares, demands.members, work, time_limit)
    if blockers is None:
        return None
    members, smallest = _reduce(demands, blockers, room)
    changes, complete = _ways_out(demands, members, demands.members, room)
    settled = bool(changes) or not complete
    if not settled:
        changes, complete = _ways_out(demands, members, members, room)
    words = tuple(demands.name(member) for member in members)
    clash = Clash(members, words, smallest, changes, complete, settled)
    return replace(clash, message=_Message(demands, clash, room).text())


class _Room:
    """What one more question to the solver may take; none are asked once several were left undecided."""

    def __init__(self, work: float, time_limit: float | None) -> None:
        self._work, self._clock, self._undecided = work, Clock.within(time_limit), 0

    def __call__(self) -> dict[str, Any]:
        """Give the limits of one question, as arguments of `find_allowed`."""
        if self._clock.expired() or self._undecided >= _MOST_UNDECIDED:
            raise SolverError("the time for questions was up")
        return {"work": self._work, "time_limit": self._clock.remaining()}

    def miss(self) -> None:
        """Note that a question was left undecided."""
        self._undecided += 1


def _reduce(demands: Demands, blockers: tuple[int, ...], room: _Room) -> tuple[tuple[int, ...], bool]:
    """Take out the members without which the others still clash, the limits first.

    Returns what is left, and whether every question about it was decided.
    """
    left, decided = list(blockers), True
    for member in blockers:
        others = [other for other in left if other != member]
        try:
            still = find_allowed(demands.only(others), **room()) is None
        except SolverError:
            still, decided = False, False
            room.miss()
        if still:
            left = others
    return tuple(left), decided


def _ways_out(
    demands: Demands, members: Sequence[int], kept: Sequence[int], room: _Room
) -> tuple[tuple[Change, ...], bool]:
    """Find the least change of each member with which all of `kept` can hold; cheapest first.

    Returns the changes, and whether it was decided for every member whether it has one.
    """
    changes, complete = [], True
    for member in members:
        try:
            change = least_change(demands, member, [other for other in kept if other != member], room)
        except SolverError:
            change, complete = None, False
            room.miss()
        if change is not None:
            changes.append(change)
    return tuple(sorted(changes, key=lambda change: change.rank)), complete


class _Message:
    """The sentences about a clash."""

    def __init__(self, demands: Demands, clash: Clash, room: _Room) -> None:
        self.demands, self.clash, self.room = demands, clash, room
        self.members, self.changes = clash.members, clash.changes

    def text(self) -> str:
        """Say what clashes, and what to do about it."""
        reason = self.reason()
        sentences = [f"{reason[0].upper() if reason.startswith(('the ', 'no ')) else reason[0]}{reason[1:]}."]
        if not self.clash.smallest:
            sentences.append("(Fewer of them may clash already; the solver stopped before that was known.)")
        if self.changes:
            first, *others = [self.change(change) for change in self.changes]
            remains = "" if self.clash.settled else "; even then other rules cannot all hold"
            sentences.append(f"Cheapest way out: {first}{remains}.")
            if others:
                sentences.append(f"Other ways: {'; '.join(others[:_MOST_OTHER_WAYS])}.")
        if not self.clash.complete:
            sentences.append("(There may be cheaper ways; the solver stopped before that was known.)")
        return " ".join(sentences)

    def reason(self) -> str:
        """Say why the members cannot all hold, with the amounts where that tells more."""
        name = self.demands.name
        if not self.members:
            return "no choice at all is possible"
        for member in self.pivots():
            number = self.forced(member)
            if number is not None:
                others = [name(other) for other in self.members if other != member]
                return self.compare(member, _listing(others), len(others), number)
        if len(self.members) == 1:
            return f"{name(self.members[0])} cannot hold"
        both = "both" if len(self.members) == 2 else "all"
        return f"{_listing([name(member) for member in self.members])} cannot {both} hold"

    def pivots(self) -> list[int]:
        """List the members with an amount or a count of their own; what is to be changed first, first."""
        counted = (AtMost, AtLeast, SpendAtMost, SpendAtLeast)
        rules = self.demands.rules
        first = [change.member for change in self.changes]
        pivots = [
            m for m in [*first, *self.members] if m < 0 or (m < len(rules) and isinstance(rules[m], counted))
        ]
        return list(dict.fromkeys(pivots))

    def forced(self, member: int) -> int | None:
        """Return the number that the other members force on a member, all further rules aside."""
        others = [other for other in self.members if other != member]
        try:
            least = least_change(self.demands, member, others, self.room)
        except SolverError:
            return None
        known = least is not None and least.least and least.kind in ("money", "count")
        return least.units if known and least is not None else None

    def compare(self, member: int, others: str, many: int, number: int) -> str:
        """Set what a member demands against what the others leave."""
        rule = self.demands.rules[member] if member >= 0 else None
        pivot, one = self.demands.name(member), many == 1
        money = member == BUDGET or isinstance(rule, (SpendAtMost, SpendAtLeast))
        much = self.demands.amount(number) if money else f"{number:,}"
        if isinstance(rule, (SpendAtLeast, AtLeast)):
            what = " to spend" if money else f" candidate{'' if number == 1 else 's'}"
            if not many:
                return f"{pivot} cannot hold, because there is at most {much}{what}"
            return f"{others} leave{'s' if one else ''} at most {much}{what}, but {pivot} asks for more"
        if not many:
            return f"{pivot} cannot hold, because at least {much} cannot be avoided"
        verb = "cost" if money else "take"
        what = f"at least {much}" + ("" if money else f" candidate{'' if number == 1 else 's'}")
        end = {BUDGET: f"but the budget is {self.demands.amount(self.demands.program.limits.money)}"}
        end[COUNT] = f"but {pivot}"
        allows = "less" if money else "fewer"
        does = f"{verb}s" if one else f"together {verb}"
        return f"{others} {does} {what}, {end.get(member, f'but {pivot} allows {allows}')}"

    def change(self, change: Change) -> str:
        """Say a change as something to do."""
        name = self.demands.name(change.member)
        if change.kind == "drop" or change.value is None:
            return f"drop {name}"
        number = self.demands.amount(change.units) if change.kind == "money" else shown(change.value)
        number += "" if change.least else " (less may do)"
        if change.member in (BUDGET, COUNT):
            return f"raise {'the budget' if change.member == BUDGET else 'k'} to {number}"
        verb = "lower" if change.end == "low" else "raise"
        rule = self.demands.rules[change.member]
        if isinstance(rule, SpendShare):
            return f"{verb} the {change.end} end of {name} to {number}"
        return f"{verb} {name} to {number}"


def _listing(names: Sequence[str]) -> str:
    """Join names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
