"""The command ``seeding demo``."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any

from seeding import datasets
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, derive, to_key
from seeding._runtime.wording import money_words
from seeding.cli import inputs
from seeding.cli import optimize as optimize_command
from seeding.cli.shell import Shell
from seeding.datasets import CreatorMarket
from seeding.plan.interval import Z95
from seeding.plan.plan import Plan
from seeding.questions.optimize import optimize

if TYPE_CHECKING:
    from seeding.datasets import CreatorMarket
DONE = 0
UNIT = "people of the panel"


def run(arguments: Namespace, shell: Shell) -> int:
    """Plan on the embedded market, write the seeds, and show what they reach; returns the exit code."""
    inputs.check_outputs(arguments)
    shell.begin("making the market")
    from seeding import datasets

    market = datasets.creator_market()
    shell.say("\n".join(describe_market(market)))
    shell.say()
    demo = run_demo(
        arguments.budget,
        k=arguments.k,
        market=market,
        progress=shell.progress,
        **inputs.settings(arguments, "rng", "precision", "threads"),
    )
    shell.progress.finish()
    optimize_command.write_files(demo.plan, arguments, shell, UNIT)
    optimize_command.show(demo.plan, arguments, shell, UNIT)
    show_comparison(demo, shell)
    shell.give(demo.to_dict())
    optimize_command.warn_of_formulas(demo.plan, arguments, shell)
    shell.tell_unwritten()
    return DONE


def describe_market(market: CreatorMarket) -> list[str]:
    """Tell in a few lines what the market is."""
    from seeding.datasets.market import MARKET

    network, roster = market
    people = network.n_nodes - len(roster)
    platforms = roster.frame["platform"].nunique()
    followers = roster.frame["followers"]
    return [
        "An invented creator market (no real people):",
        f"  {people:,} ordinary people, a panel of {MARKET:,}: each stands for {MARKET // people:,}",
        f"  {len(roster):,} creators on {platforms} platforms, with {followers.min():,} to "
        f"{followers.max():,} followers",
        f"  {network.n_arcs:,} arcs: who may pass a post on to whom, and how likely",
    ]


def show_comparison(demo: Demo, shell: Shell) -> None:
    """Say what the obvious choice would have reached, and how much more or less the plan does."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables

    obvious = demo.obvious
    shell.say()
    shell.say(tables.wrap(per_person(demo)))
    shell.say(
        tables.wrap(
            f"The obvious choice, the creators with the most followers for the same money: "
            f"{len(obvious.table):,} seeds for {obvious.cost:,}."
        )
    )
    for line in (*tables.reach_sentences(obvious.reach, UNIT), compare(demo.difference)):
        shell.say(tables.wrap(line))


def per_person(demo: Demo) -> str:
    """Say what one reached person of the market costs, with the plan and with the obvious choice."""
    from seeding.datasets.market import MARKET

    network, roster = demo.market
    each = MARKET // (network.n_nodes - len(roster))
    prices = [money_words(float(one.cost) / one.reach.mean / each) for one in (demo.plan, demo.obvious)]
    return (
        f"One reached person of the market costs {prices[0]}, as each of the panel stands for {each}; with "
        f"the obvious choice {prices[1]}."
    )


def compare(difference: Difference) -> str:
    """Put the difference of two plans in plain words, with its uncertainty."""
    from seeding.cli.tables import number

    interval = f"95 % interval {number(difference.low)} to {number(difference.high)}"
    if difference.low <= 0 <= difference.high:
        apart = f"difference {number(difference.mean)}; {interval}"
        return f"So: the two reach the same within what was simulated ({apart})."
    word = "more" if difference.mean > 0 else "fewer"
    share = "" if difference.share is None else f", {abs(difference.share):.0%} {word},"
    people = f"{number(abs(difference.mean))} {word} people{share}"
    return f"So: the plan reaches {people} for the same money ({interval})."


OBVIOUS = "top_audience"
# So many creators are asked for, a number that a team can talk to.
TEN = 10


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
    k: int = TEN,
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
    k
        The most creators, for either plan.
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
        "k": k,
        "precision": precision,
        "threads": threads,
        "progress": progress,
    }
    plan = optimize(network, roster, rng=derive(key, _PLAN), **common)
    obvious = optimize(network, roster, method=OBVIOUS, rng=derive(key, _OBVIOUS), **common)
    return Demo(market, plan, obvious, Difference.between(plan, obvious))
