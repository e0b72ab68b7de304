"""From a choice and its measured reach to a plan."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime.provenance import record
from seeding.plan.answers import FairCertificate, Invitations
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.interval import Moments, intervals_of_sums
from seeding.plan.plan import Plan
from seeding.plan.prices import CostPerPerson, Price
from seeding.plan.sections import Asking, Curve, Engaged, OrganicStart, Section
from seeding.plan.seed_table import SeedTable
from seeding.questions.by_step import sections_by_step
from seeding.questions.follow_up import Asked, keep_sample
from seeding.questions.organic import organic_sections
from seeding.questions.platforms import platform_sections
from seeding.questions.preparing import Case, told
from seeding.questions.sales import arguments_of_sales, sales_sections
from seeding.questions.starting import kept_sections
from seeding.roster import money
from seeding.roster.acceptance import DECIMALS, MILLION
from seeding.roster.roster import Roster
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread


def sections_of(case: Case[Any], problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
    """Collect what a plan says beyond its reach: of the cascade, the platforms and the objective.

    The worlds of the measurement are simulated again for some of it.
    """
    return [
        *sections_by_step(problem, choice, spread),
        *platform_sections(problem, choice, spread),
        *case.objective.sections(problem, choice, spread),
        *sales_sections(
            case.question, problem, choice, spread, paid_for(case.roster, Bought.of(choice.order, problem))
        ),
        *kept_sections(problem, choice, case.roster),
        *organic_sections(problem, choice, spread),
    ]


def assemble(
    case: Case[Any], problem: Problem, choice: Choice, spread: Spread, sections: list[Section]
) -> Plan:
    """Make the plan of a choice whose reach was measured."""
    question, roster = case.question, case.roster
    bought = Bought.of(choice.order, problem)
    names = ("gap", "delta", "precision", "time_limit")
    said = {name: getattr(question, name) for name in names} | {"model": str(question.model)}
    said |= {"memory_limit": problem.memory_limit, "candidates": len(roster)} | told(case.network)
    said |= {"budget_on": question.budget_on} if roster.says_who_accepts else {}
    said |= arguments_of_sales(question)
    said |= {} if question.start is None else {"start": list(question.start)}
    said |= case.propagation.provenance() | case.objective.provenance(case.rules)
    reach = case.objective.reach(choice, spread)
    estimate = measured_reach(spread, choice.certificate) if reach is None else reach
    asked = who_accepts(bought, roster, question.budget_on, case.amount is not None)
    made = Plan(
        table=seed_table(bought, roster, spread, priced=case.given.roster is not None),
        reach=estimate,
        certificate=choice.certificate,
        cost=roster.amount(bought.prices.sum()),
        budget=case.amount,
        k=case.limits.k,
        method=choice.method or "ris",
        reason=choice.reason or "",
        stopped=choice.stopped,
        phases=tuple(problem.phases),
        provenance=record(problem.key, said),
        exact_costs=exact_costs(bought.fees, roster),
        rules=tuple(str(rule) for rule in case.rules),
        sections=(
            *asked,
            *costs_of(case, bought, estimate, sections),
            *_told_of_organic(case, sections),
        ),
        follow_up=Asked(case),
    )
    return keep_sample(made) if question.keep_sample else made


def _told_of_organic(case: Case[Any], sections: list[Section]) -> list[Section]:
    """Say first what is counted where some are active anyway."""
    if not case.network.active.size:
        return sections
    counted = tuple({"reach", *(name for section in sections for name in section.values())})
    sections = [replace(one, organic=True) if isinstance(one, Curve) else one for one in sections]
    told = next((one for one in sections if isinstance(one, OrganicStart)), OrganicStart(()))
    rest = [one for one in sections if not isinstance(one, OrganicStart)]
    return [replace(told, counted=counted), *rest]


class Bought(NamedTuple):
    """Who is seeded, in order, at which price, and by which deal; no words where nobody has one.

    `prices` are what the budget is held on (`Roster.spend`), `fees` what is paid to who accepts.
    """

    order: np.ndarray
    prices: np.ndarray
    deals: list[str]
    fees: np.ndarray

    @classmethod
    def of(cls, chosen: np.ndarray, problem: Problem) -> Bought:
        """Break chosen offers up into the people they seed."""
        offers = problem.offers
        entries = offers.entries(chosen)
        owner = np.repeat(chosen, offers.heads[chosen])
        deals = [offers.words[offer] for offer in owner.tolist()] if any(offers.words) else []
        return cls(offers.members[entries], offers.prices[entries], deals, offers.fees[entries])


def costs_of(
    case: Case[Any], bought: Bought, reach: Estimate, sections: list[Section]
) -> list[CostPerPerson]:
    """Say what one reached person costs; nothing where nobody is paid, or everybody counts as 1."""
    paid = paid_for(case.roster, bought)
    if case.given.roster is None or paid <= 0:
        return []
    engaged = next((one.engaged for one in sections if isinstance(one, Engaged)), None)
    each = None if engaged is None else Price.of(paid, engaged)
    return [CostPerPerson(paid, Price.of(paid, reach), each, case.roster.may_decline)]


def paid_for(roster: Roster, bought: Bought) -> Decimal:
    """Return what is paid: on average, where creators may decline."""
    if not roster.may_decline:
        return roster.amount_of_fees(int(bought.fees.sum()))
    millionths = sum(
        int(fee) * int(part) for fee, part in zip(bought.fees, roster.millionths[bought.order], strict=True)
    )
    return money.from_minor(millionths, roster.decimals + DECIMALS, roster.decimals)


def seed_table(bought: Bought, roster: Roster, spread: Spread, priced: bool) -> SeedTable:
    """Make the table of seeds: in order, at the prices paid, with what each adds; and costs per person."""
    scale, order = 10.0**roster.decimals, bought.order
    sums = spread.cumulative, spread.cumulative_stderr
    low, high = intervals_of_sums(*sums, Moments.of(spread.reach), spread.known, spread.still)
    columns = {
        "cost": bought.fees / scale,
        "cumulative_cost": np.cumsum(bought.fees) / scale,
        "marginal_reach": spread.marginal,
        "cumulative_reach": spread.cumulative,
        "reach_low": low,
        "reach_high": high,
    }
    if roster.offer.size:
        columns["offer"] = roster.offer[order]
    if roster.accept.size:
        columns["accept"] = roster.accept[order]
        columns["expected_cost"] = bought.fees * (roster.millionths[order] / MILLION) / scale
    if priced:
        paid = columns.get("expected_cost", columns["cost"])
        gains = spread.marginal
        columns["marginal_cost"] = np.divide(paid, gains, out=np.full(paid.size, np.nan), where=gains > 0)
    if bought.deals:
        columns["deal"] = np.array(bought.deals, dtype=object)
    return SeedTable(roster.names.take(order), columns, roster.further_of(order))


def measured_reach(spread: Spread, certificate: Certificate | None, lower: float = 0.0) -> Estimate:
    """Estimate the reach of a plan; the interval is cut at what is proven of it (at least `lower`)."""
    upper = np.inf
    if certificate is not None and not (isinstance(certificate, FairCertificate) and certificate.maximin):
        lower, upper = certificate.lower, certificate.upper
    return Estimate.from_sample(spread.reach, spread.known).within(lower, upper)


def who_accepts(bought: Bought, roster: Roster, budget_on: str, within_budget: bool) -> list[Section]:
    """Say who is asked and what that costs, where the roster says anything of it."""
    if not roster.says_who_accepts:
        return []
    order, least = bought.order, roster.decimals
    expected = [int(fee) * int(part) for fee, part in zip(bought.fees, roster.millionths[order], strict=True)]
    sure = np.full(order.size, MILLION)
    accepted = np.rint(roster.accept[order] * MILLION).astype(np.int64) if roster.accept.size else sure

    def amount(units: int) -> Decimal:
        return money.from_minor(units, roster.decimals + DECIMALS, least)

    said = Invitations(
        sent=order.size,
        acceptances=money.from_minor(int(accepted.sum()), DECIMALS, 0),
        expected_spend=amount(sum(expected)),
        worst_case_spend=money.from_minor(int(bought.fees.sum()), roster.decimals),
        budget_on=budget_on,
        expected=tuple(amount(units) for units in expected),
    )
    return [Asking(said, within_budget)]


def exact_costs(prices: np.ndarray, roster: Roster) -> tuple[Decimal, ...]:
    """Give prices in minor units back as exact amounts."""
    return tuple(money.from_minor(int(units), roster.decimals) for units in prices)
