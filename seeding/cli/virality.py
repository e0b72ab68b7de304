"""The command ``seeding virality``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from seeding.cli import inputs
from seeding.cli.reach import once_each, settle_missing
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.questions.virality import Virality

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Describe how cascades from a list of seeds live on; returns the exit code."""
    from seeding.io import read_seeds

    shell.begin("reading the seeds")
    seeds, _ = once_each(read_seeds(arguments.seeds), None, shell)
    network = inputs.load_network(arguments, shell)
    network, seeds = settle_missing(network, seeds, arguments.missing, shell)
    key = inputs.choose_key(arguments)
    from seeding.diffusion import IndependentCascade
    from seeding.questions.virality import virality

    found = virality(
        network,
        inputs.spreading(arguments, network).get("model", IndependentCascade()),
        seeds,
        rng=key,
        progress=shell.progress,
        **inputs.settings(arguments, "over", "worlds", "threads"),
    )
    shell.progress.finish()
    show(found, shell)
    shell.say(f"The same again: add --rng {key}.")
    shell.give({"seeds": seeds, "virality": found.to_dict(), "rng": key})
    return DONE


def show(found: Virality, shell: Shell) -> None:
    """Print the hops as a table, then what they mean."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables

    frame = found.generations
    missing = frame["ratio"].isna()
    ratios = ["" if gone else tables.number(r) for r, gone in zip(frame["ratio"], missing, strict=True)]
    low, high = frame["low"], frame["high"]
    tables.show_table(
        [
            tables.Column("hop", found.hop_names),
            tables.Column("people", [tables.number(people) for people in frame["people"]]),
            tables.Column(
                "95 % interval",
                [f"{tables.number(a)}–{tables.number(b)}" for a, b in zip(low, high, strict=True)],
            ),
            tables.Column("for each of the hop before", ratios),
        ]
    )
    shell.say()
    for name, words in found.lines():
        shell.say(tables.wrap(f"{name}: {words.removesuffix('.')}."))
