"""The demonstration: a plan on the embedded creator market beside the obvious choice for the same money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any

from seeding import datasets
from seeding.datasets import CreatorMarket
from seeding.interval import Z95
from seeding.plan import Plan
from seeding.planner import optimize
from seeding.progress import Progress
from seeding.rng import RandomSource, derive, to_key

OBVIOUS = "top_audience"
_PLAN, _OBVIOUS = range(2)


@dataclass(frozen=True)
class Difference:
    """How much more one plan reaches than another.

    Attributes
    ----------
    mean
        Difference of the two expected reaches.
    low, high
        Its 95 % interval; the two were simulated independently, so their variances add.
    share
        The difference relative to the other plan's reach; None if that is 0.
    """

    mean: float
    low: float
    high: float
    share: float | None

    @classmethod
    def between(cls, plan: Plan, other: Plan) -> Difference:
        """Compare two plans by their reach."""
        mean = plan.reach.mean - other.reach.mean
        half = Z95 * sqrt(plan.reach.stderr**2 + other.reach.stderr**2)
        share = mean / other.reach.mean if other.reach.mean > 0 else None
        return cls(mean, mean - half, mean + half, share)


@dataclass(frozen=True, eq=False)
class Demo:
    """The market, the plan for it, and what the obvious choice would have been."""

    market: CreatorMarket
    plan: Plan
    obvious: Plan
    difference: Difference

    def to_dict(self) -> dict[str, Any]:
        """Return both plans and their difference as plain values."""
        difference = self.difference
        return {
            "plan": self.plan.to_dict(),
            "obvious": self.obvious.to_dict(),
            "difference": {
                "mean": difference.mean,
                "low": difference.low,
                "high": difference.high,
                "share": difference.share,
            },
        }


def run_demo(
    budget: Decimal | float = Decimal(250_000),
    *,
    market: CreatorMarket | None = None,
    precision: float = 0.01,
    rng: RandomSource = 1,
    threads: int | None = None,
    progress: bool | Progress = False,
) -> Demo:
    """Plan a campaign on the embedded market, and buy the largest audiences for the same money.

    Parameters
    ----------
    budget
        The most the seeds may cost together, for either plan.
    market
        The market; `seeding.datasets.creator_market` as it comes if None.
    precision, rng, threads, progress
        As in `seeding.optimize`; the two plans draw from independent keys.

    Raises
    ------
    InputError
        If an argument is out of range.
    InfeasibleError
        If the budget does not pay for even the cheapest creator.
    """
    network, roster = market = datasets.creator_market() if market is None else market
    key = to_key(rng)
    common: dict[str, Any] = {
        "budget": budget,
        "precision": precision,
        "threads": threads,
        "progress": progress,
    }
    plan = optimize(network, roster, rng=derive(key, _PLAN), **common)
    obvious = optimize(network, roster, method=OBVIOUS, rng=derive(key, _OBVIOUS), **common)
    return Demo(market, plan, obvious, Difference.between(plan, obvious))
