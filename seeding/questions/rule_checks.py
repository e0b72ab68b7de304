"""Rules that cannot all hold are refused before any sampling."""

from __future__ import annotations

from collections.abc import Sequence

from seeding.errors import InfeasibleError
from seeding.roster.roster import Roster
from seeding.rules.rules import Rule
from seeding.selection.problem import Problem

# Why rules cannot all hold is looked into for so many seconds, even when time is up.
_TO_EXPLAIN = 0.4


def check_allowed(problem: Problem, rules: Sequence[Rule], roster: Roster) -> None:
    """Refuse rules that cannot all hold.

    Raises
    ------
    InfeasibleError
        If they cannot; names them, with the cheapest way out.
    """
    try:
        # Kept by the problem, which every method begins with.
        _ = problem.cheapest
    except InfeasibleError:
        from seeding.rules.conflicts import find_allowed_or_refuse
        from seeding.rules.cp_sat import SolverError

        try:
            left = problem.clock.remaining()
            left = None if left is None else max(left, _TO_EXPLAIN)
            find_allowed_or_refuse(problem.program, rules, roster.spend_decimals, time_limit=left)
        except SolverError as error:
            raise InfeasibleError(f"the rules cannot all hold; why was not found ({error}).") from None
