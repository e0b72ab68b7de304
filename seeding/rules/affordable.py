"""Whether anybody can be chosen at all: what the cheapest allowed choice of somebody costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from seeding.errors import InfeasibleError
from seeding.roster.roster import Roster
from seeding.rules.cp_sat import SolverError
from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Offers, Program
from seeding.rules.rules import Rule

# So many of the cheapest offers are tried alone before a solver is asked.
_TRIED_ALONE = 64
# CP-SAT's deterministic time for one question.
_WORK = 0.5


def check_somebody(
    program: Program, offers: Offers, rules: Sequence[Rule], roster: Roster, budget: Decimal | None
) -> None:
    """Refuse limits and rules that leave nobody to choose, before any sampling.

    Prices are those of all offers: bundles and discounts count. `budget` is the amount as it was meant.

    Raises
    ------
    InfeasibleError
        If the budget does not pay for the cheapest offer, or no choice of somebody is allowed; says why.
    """
    if budget is not None:
        check_budget(offers, program.limits, roster, budget)
    if _somebody(program) is not None:
        return
    from seeding.rules.conflicts import find_allowed_or_refuse

    try:
        find_allowed_or_refuse(_of_somebody(program), rules, roster.spend_decimals)
    except InfeasibleError as error:
        raise InfeasibleError(f"nobody can be chosen: {error}") from None
    except SolverError as error:
        raise InfeasibleError(f"nobody can be chosen; why was not found ({error}).") from None


def check_budget(offers: Offers, limits: Limits, roster: Roster, budget: Decimal) -> None:
    """Refuse a budget below the price of every offer.

    Raises
    ------
    InfeasibleError
        If it is; names who is cheapest, and at what price.
    """
    costs = offers.costs
    cheapest = int(costs.argmin())
    if limits.money >= int(costs[cheapest]):
        return
    price = roster.amount(costs[cheapest])
    average = " on average" if roster.is_expected else ""
    members = roster.candidates[offers.seeded(np.array([cheapest]))].tolist()
    deal = offers.words[cheapest] if cheapest < len(offers.words) else ""
    who = " and ".join(repr(member) for member in members)
    what = f"the cheapest candidate, {who}" if len(members) == 1 else f"the cheapest choice, {who} together"
    by = f" by {deal}" if deal else ""
    raise InfeasibleError(
        f"the budget of {budget:,} is below {what} at {price:,}{average}{by}; raise it to at least that."
    )


def least_price(program: Program) -> int:
    """Return what the cheapest allowed choice of somebody costs, whatever the budget; 0 if there is none."""
    free = replace(program, limits=Limits(k=program.limits.k))
    found = _somebody(free)
    return 0 if found is None else int(program.costs[found].sum())


def _somebody(program: Program) -> np.ndarray | None:
    """Find a cheap allowed choice of at least one offer; None where there is none, or none was found."""
    able = np.flatnonzero(~program.forbidden)
    if able.size == 0:
        return None
    by_price = able[np.argsort(program.costs[able], kind="stable")]
    for offer in by_price[: 1 if program.is_closed else _TRIED_ALONE].tolist():
        if program.allows(np.array([offer])):
            return np.array([offer])
    from seeding.rules.feasible import find_allowed

    try:
        return find_allowed(_of_somebody(program), program.costs, sense="min", work=_WORK)
    except SolverError:
        return None


def _of_somebody(program: Program) -> Program:
    """Add the demand that at least one offer is chosen; it comes from none of the rules."""
    n = program.n_offers
    return replace(
        program,
        indptr=np.append(program.indptr, program.indptr[-1] + n),
        columns=np.concatenate([program.columns, np.arange(n)]),
        factors=np.concatenate([program.factors, np.ones(n, dtype=np.int64)]),
        low=np.append(program.low, 1),
        high=np.append(program.high, UNLIMITED),
        rule=np.append(program.rule, -1),
    )
