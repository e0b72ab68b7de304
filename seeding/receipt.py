"""What a choice comes to: who is seeded, at which price, by which deal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding import money
from seeding.diffusion import IndependentCascade
from seeding.estimate import Z95, Estimate
from seeding.roster import Roster
from seeding.selection.problem import Problem
from seeding.spread import Spread


class Bought(NamedTuple):
    """Who is seeded, in order, at which price, and by which deal; no words where nobody has one."""

    order: np.ndarray
    prices: np.ndarray
    deals: list[str]

    @classmethod
    def of(cls, chosen: np.ndarray, problem: Problem) -> Bought:
        """Break chosen offers up into the people they seed."""
        offers = problem.offers
        entries = offers.entries(chosen)
        owner = np.repeat(chosen, offers.heads[chosen])
        deals = [offers.words[offer] for offer in owner.tolist()] if any(offers.words) else []
        return cls(offers.members[entries], offers.prices[entries], deals)


def seed_table(bought: Bought, roster: Roster, spread: Spread) -> pd.DataFrame:
    """Make the table of seeds: in order, at the prices paid, with what each adds."""
    scale, order = 10.0**roster.decimals, bought.order
    half = Z95 * spread.cumulative_stderr
    columns: dict[str, Any] = {
        "rank": np.arange(1, order.size + 1),
        "candidate": roster.candidates[order],
        "cost": bought.prices / scale,
        "cumulative_cost": np.cumsum(bought.prices) / scale,
        "marginal_reach": spread.marginal,
        "cumulative_reach": spread.cumulative,
        "reach_low": spread.cumulative - half,
        "reach_high": spread.cumulative + half,
    }
    if bought.deals:
        columns["deal"] = pd.Series(bought.deals, dtype=object)
    extra = roster.frame.iloc[order].reset_index(drop=True)
    return pd.concat([pd.DataFrame(columns), extra], axis=1)


def exact_costs(prices: np.ndarray, roster: Roster) -> tuple[Decimal, ...]:
    """Give prices in minor units back as exact amounts."""
    return tuple(money.from_minor(int(units), roster.decimals) for units in prices)


def over_time(spread: Spread, model: IndependentCascade, against_rivals: bool = False) -> dict[str, Any]:
    """Say what is reached by each step, and what is lost to bad news and rivals, as fields of a plan.

    Nothing is said where none of it matters.
    """
    if not model.counts_distance and spread.rival.size == 0:
        return {}
    half = Z95 * spread.curve_stderr
    rows = {
        "step": np.arange(spread.curve.size),
        "reach": spread.curve,
        "low": spread.curve - half,
        "high": spread.curve + half,
    }
    if model.quality < 1 and spread.sides.size:
        rows["negative"] = spread.sides[:, 0]
    if against_rivals:
        rows["rival"] = spread.sides[:, 1]
    said: dict[str, Any] = {"curve": pd.DataFrame(rows)}
    if against_rivals:
        said["rival"] = Estimate.from_sample(spread.rival)
    if model.quality < 1:
        said["negative"] = Estimate.from_sample(spread.negative)
        said["net"] = Estimate.from_sample(spread.reach - spread.negative)
    return said
