"""The command ``seeding demo``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from seeding.cli import inputs
from seeding.cli import optimize as optimize_command
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.datasets import CreatorMarket
    from seeding.demo import Demo, Difference

DONE = 0
UNIT = "people of the panel"


def run(arguments: Namespace, shell: Shell) -> int:
    """Plan on the embedded market, write the seeds, and show what they reach; returns the exit code."""
    inputs.check_outputs(arguments)
    shell.begin("making the market")
    from seeding import datasets
    from seeding.demo import run_demo

    market = datasets.creator_market()
    shell.say("\n".join(describe_market(market)))
    shell.say()
    demo = run_demo(
        arguments.budget,
        market=market,
        progress=shell.progress,
        **inputs.settings(arguments, "rng", "precision", "threads"),
    )
    shell.progress.finish()
    optimize_command.write_files(demo.plan, arguments, shell)
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
    shell.say(
        tables.wrap(
            f"The obvious choice, the creators with the most followers for the same money: "
            f"{len(obvious.table):,} seeds for {obvious.cost:,}."
        )
    )
    for line in (*tables.reach_sentences(obvious.reach, UNIT), compare(demo.difference)):
        shell.say(tables.wrap(line))


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
