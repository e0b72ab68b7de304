"""What a choice comes to: who is seeded, at which price, by which deal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding.diffusion import Model
from seeding.network.network import Network
from seeding.plan.answers import FairCertificate, Invitations, PriceOfFairness
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.interval import Known, Moments, intervals_of_sums
from seeding.plan.seed_table import SeedTable
from seeding.roster import money
from seeding.roster.acceptance import DECIMALS, MILLION
from seeding.roster.roster import Roster
from seeding.rules.fairness import Fairness
from seeding.selection.methods import choose, pick
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, measure_parts


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


def seed_table(bought: Bought, roster: Roster, spread: Spread) -> SeedTable:
    """Make the table of seeds: in order, at the prices paid, with what each adds."""
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
    if bought.deals:
        columns["deal"] = np.array(bought.deals, dtype=object)
    return SeedTable(roster.names.take(order), columns, roster.further_of(order))


def measured_reach(spread: Spread, certificate: Certificate | None, lower: float = 0.0) -> Estimate:
    """Estimate the reach of a plan; the interval is cut at what is proven of it (at least `lower`)."""
    upper = np.inf
    if certificate is not None and not (isinstance(certificate, FairCertificate) and certificate.maximin):
        lower, upper = certificate.lower, certificate.upper
    return Estimate.from_sample(spread.reach, spread.known).within(lower, upper)


def who_accepts(bought: Bought, roster: Roster, budget_on: str) -> dict[str, Any]:
    """Say who is asked and what that costs, as a field of a plan; where the roster says anything of it."""
    if not roster.says_who_accepts:
        return {}
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
    return {"invitations": said}


def exact_costs(prices: np.ndarray, roster: Roster) -> tuple[Decimal, ...]:
    """Give prices in minor units back as exact amounts."""
    return tuple(money.from_minor(int(units), roster.decimals) for units in prices)


def over_time(spread: Spread, model: Model, network: Network, against_rivals: bool = False) -> dict[str, Any]:
    """Say what is reached by each step, who engages, and what is lost to bad news and rivals.

    These are fields of a plan; nothing is said where none of it matters.
    """
    exposes, timed = network.exposure is not None, network.delays is not None
    engaged = {"engaged": Estimate.from_sample(spread.engaged, spread.others)} if exposes else {}
    if not (model.counts_distance or timed or spread.rival.size):
        return engaged
    sums = spread.curve, spread.curve_stderr
    low, high = intervals_of_sums(*sums, Moments.of(spread.reach), spread.known, spread.known)
    if spread.starts_alike:
        low[0] = high[0] = spread.curve[0]
    rows = {
        "step": np.arange(spread.curve.size),
        "reach": spread.curve,
        "low": low,
        "high": high,
    }
    if model.quality < 1 and spread.sides.size:
        rows["negative"] = spread.sides[:, 0]
    if against_rivals:
        rows["rival"] = spread.sides[:, 1]
    said: dict[str, Any] = {"curve": pd.DataFrame(rows)}
    if against_rivals:
        said["rival"] = Estimate.from_sample(spread.rival, spread.others)
    if model.quality < 1:
        said["negative"] = Estimate.from_sample(spread.negative, spread.others)
        said["net"] = Estimate.from_sample(spread.reach - spread.negative, spread.others.less())
    return said | engaged


def choose_by_groups(problem: Problem, fairness: Fairness) -> Choice:
    """Choose what is best among the plans that are fair.

    Raises
    ------
    InfeasibleError
        If no plan within the limits is fair.
    """
    from seeding.selection.fair.method import choose_fairly

    return choose_fairly(problem, fairness, problem.program)


def measure_groups(problem: Problem, choice: Choice, fairness: Fairness, worlds: int) -> pd.DataFrame:
    """Measure what is reached of each group, in the worlds that the plan's own reach comes from."""
    task = problem.fresh_worlds(problem.seeded(choice.order))
    audiences = fairness.audiences
    with problem.phase("measure the groups") as words:
        reaches = measure_parts(task, [audience.weights for audience in audiences], worlds, problem.workers)
        words.append(f"{len(audiences):,} groups in the same {worlds:,} simulations")
    reachable = problem.reachability(problem.seeded(choice.order))
    rows = []
    for audience, reach in zip(audiences, reaches, strict=True):
        estimate = Estimate.from_sample(reach, reachable.known(audience.weights))
        share = estimate.mean / audience.weight if audience.weight > 0 else np.nan
        rows.append(
            {
                "group": audience.name,
                "weight": audience.weight,
                "reach": estimate.mean,
                "low": estimate.low,
                "high": estimate.high,
                "share": share,
                "required": audience.required,
            }
        )
    return pd.DataFrame(rows)


def price_fairness(problem: Problem, reach: np.ndarray) -> PriceOfFairness:
    """Choose again without the fairness rule, and compare both plans world by world.

    Parameters
    ----------
    problem
        Limits and all other rules stay as they are.
    reach
        What the fair plan reaches in each world.
    """
    name, _ = pick("auto", problem)
    plain = choose(name, problem, only_if_needed=True)
    task = problem.fresh_worlds(problem.seeded(plain.order))
    with problem.phase("measure the plan without the fairness rule") as words:
        without = measure_parts(task, [problem.network.weights], reach.size, problem.workers)[0]
        words.append(f"the same {reach.size:,} simulations")
    return PriceOfFairness.of(without, reach)


def has_platforms(problem: Problem) -> bool:
    """Tell whether the network is one of several platforms."""
    people = problem.network.people
    coupled = problem.network.person is not None and people is not None
    return coupled and people is not None and {"platform", "account", "person"} <= set(people.columns)


def measure_platforms(problem: Problem, choice: Choice, spread: Spread) -> pd.DataFrame:
    """Measure what is reached on each platform, in the worlds that the plan's own reach comes from.

    Returns
    -------
    One row per platform with its accounts that count, the people reached there, with the 95 % interval; a
    last row for all platforms, in which nobody counts twice.
    """
    network = problem.network
    assert network.people is not None  # `has_platforms` says so
    task = problem.fresh_worlds(problem.seeded(choice.order))
    platform = network.people["platform"].to_numpy()
    names = list(dict.fromkeys(platform.tolist()))
    parts = [np.where(platform == name, network.weights, 0.0) for name in names]
    with problem.phase("measure the platforms") as words:
        reaches = measure_parts(task, parts, spread.reach.size, problem.workers)
        words.append(f"{len(names):,} platforms in the same {spread.reach.size:,} simulations")
    counted = [int((part > 0).sum()) for part in parts]
    reachable = problem.reachability(problem.seeded(choice.order))
    known = [reachable.known(part) for part in parts]
    rows = [_row(*row) for row in zip(names, counted, reaches, known, strict=True)]
    total = _row("all, each person once", sum(counted), spread.reach, spread.known)
    return pd.DataFrame([*rows, total])


def _row(name: str, accounts: int, reach: np.ndarray, known: Known) -> dict[str, object]:
    estimate = Estimate.from_sample(reach, known)
    return {
        "platform": name,
        "accounts": accounts,
        "reach": estimate.mean,
        "low": estimate.low,
        "high": estimate.high,
    }
