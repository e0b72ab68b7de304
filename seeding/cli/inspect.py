"""The command ``seeding inspect``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs, room
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.network.network import Network
    from seeding.roster.roster import Roster

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Show what is read from a network and a roster; returns the exit code."""
    room.tell_before_reading(arguments, shell)
    network = inputs.load_network(arguments, shell)
    roster = inputs.load_roster(arguments, shell)
    shell.progress.finish()
    from seeding.network.summary import network_facts

    needed = memory_facts(network, roster)
    facts: dict[str, Any] = {**network_facts(network), "memory": needed}
    lines = [network.summary(), describe_memory(needed)]
    if roster is not None:
        about = roster_facts(roster, network)
        facts = {**facts, "roster": about}
        lines += describe_roster(arguments.roster, about)
    shell.say("\n".join(lines))
    shell.give(facts)
    return DONE


def memory_facts(network: Network, roster: Roster | None) -> dict[str, int]:
    """Count the bytes of the network, and of planning on it beside the samples."""
    from seeding.questions.memory_forecast import without_samples

    need = without_samples(network, network.n_nodes if roster is None else len(roster))
    return {"network": need.network, "planning": need.most}


def describe_memory(needed: dict[str, int]) -> str:
    """Say in a line what memory a network takes."""
    from seeding._runtime.memory import in_words

    network, planning = in_words(needed["network"]), in_words(needed["planning"])
    return f"  memory        {network} for the network; to plan, about {planning} in all, and the samples"


def roster_facts(roster: Roster, network: Network) -> dict[str, Any]:
    """Collect what a roster holds and how it fits the network, as plain values; amounts as text.

    Raises
    ------
    InputError
        If candidates are not in the network and ``missing`` does not say what to do about them.
    """
    from seeding.network import labels
    from seeding.network.label_spellings import similar
    from seeding.roster import money

    placed = roster.place(network)[0]
    alike = similar(placed.candidates.unique())
    found = labels.find(network.labels, labels.as_labels(roster.candidates, "roster"))
    amounts = [int(placed.costs.min()), int(placed.costs.max()), int(placed.costs.sum())]
    cheapest, dearest, total = (f"{money.from_minor(units, placed.decimals):f}" for units in amounts)
    return {
        "candidates": placed.n_people,
        "not_in_network": int((found < 0).sum()),
        "missing": roster.missing,
        "cheapest": cheapest,
        "dearest": dearest,
        "total": total,
        "look_alike": None if alike is None else alike.sentence("candidate", "candidates"),
        **_asking_facts(placed),
        "columns": [str(name) for name in placed.frame.columns],
    }


def _asking_facts(roster: Roster) -> dict[str, Any]:
    """Count offers, or who accepts on average, where the roster says anything about that."""
    if roster.offer.size:
        return {"offers": len(roster)}
    return {"acceptances": float(roster.accept.sum())} if roster.may_decline else {}


def describe_roster(path: str, facts: dict[str, Any]) -> list[str]:
    """Describe a roster in a few lines."""
    from decimal import Decimal

    cheapest, dearest, total = (f"{Decimal(facts[name]):,}" for name in ("cheapest", "dearest", "total"))
    lines = [
        f"Roster from {path}",
        f"  candidates    {facts['candidates']:,}",
        f"  cost          {cheapest} to {dearest}, all together {total}",
        f"  more columns  {', '.join(facts['columns']) or 'none'}",
    ]
    if "offers" in facts:
        lines.insert(2, f"  offers        {facts['offers']:,}, at most one to each candidate")
    if "acceptances" in facts:
        lines.insert(2, f"  acceptances   {facts['acceptances']:,.1f} on average, if all are asked")
    if facts["look_alike"]:
        lines.append(f"  note          {facts['look_alike']}")
    if facts["not_in_network"]:
        done = "added as people without connections" if facts["missing"] == "add" else "dropped"
        lines.append(f"  not in network  {facts['not_in_network']:,}, {done}")
    return lines
