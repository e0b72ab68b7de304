"""The command ``seeding reach``."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs
from seeding.cli.shell import Shell
from seeding.errors import InputError, listing

if TYPE_CHECKING:
    from seeding.network.network import Network
    from seeding.questions.sides import Sides

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Estimate what a list of seeds reaches and show it; returns the exit code."""
    from seeding.io.seeds import read_seed_list

    shell.begin("reading the seeds")
    listed = read_seed_list(arguments.seeds)
    seeds, accept = once_each(listed.labels, listed.chances, shell)
    network = inputs.load_network(arguments, shell)
    network, seeds = settle_missing(network, seeds, arguments.missing, shell)
    key = inputs.choose_key(arguments)
    from seeding.cli import tables

    said = inputs.spreading(arguments, network) | inputs.settings(arguments, "worlds", "precision", "threads")
    said |= inputs.against(arguments) | {"rng": key, "progress": shell.progress}
    if accept is not None:
        said["accept"] = [accept[seed] for seed in seeds]
    sides = estimate_against(network, seeds, arguments, said)
    if sides is None:
        from seeding.questions.reach import estimate_reach

        reach = estimate_reach(network, seeds, **said)
    else:
        reach = sides.reach
    shell.progress.finish()
    asked = "" if accept is None else ", who accept as its column 'accept' says"
    shell.say(f"{len(seeds):,} {'seed' if len(seeds) == 1 else 'seeds'} from {arguments.seeds}{asked}.")
    for line in tables.reach_sentences(reach, inputs.reach_unit(network, arguments)):
        shell.say(tables.wrap(line))
    inputs.tell_organic(network, shell)
    for name, words in [] if sides is None else sides.lines():
        shell.say(tables.wrap(f"{name}: {words}."))
    shell.say(f"The same again: add --rng {key}.")
    found = {"reach": reach.to_dict()} if sides is None else sides.to_dict()
    shell.give({"seeds": seeds} | found | {"rng": key})
    return DONE


def once_each(
    labels: list[Any], chances: list[float] | None, shell: Shell
) -> tuple[list[Any], dict[Any, float] | None]:
    """Take each seed of a list once; returns them, and how likely each takes part if the list says so.

    Raises
    ------
    InputError
        If a seed that is given twice has two chances.
    """
    seeds = list(dict.fromkeys(labels))
    if len(seeds) < len(labels):
        twice = [seed for seed, many in Counter(labels).items() if many > 1]
        shell.note(
            f"{listing(twice)} {'is' if len(twice) == 1 else 'are'} listed more than once; each counts once."
        )
    if chances is None:
        return seeds, None
    accept: dict[Any, float] = {}
    for seed, chance in zip(labels, chances, strict=True):
        if accept.setdefault(seed, chance) != chance:
            raise InputError(
                f"seed {seed!r} is listed twice, with accept {accept[seed]:g} and {chance:g}; give it "
                "one row."
            )
    return seeds, accept


def estimate_against(
    network: Network, seeds: list[Any], arguments: Namespace, said: dict[str, Any]
) -> Sides | None:
    """Estimate all sides where there are several: bad news that travels further, or a rival."""
    if arguments.rivals is None and (arguments.negativity_bias or 1.0) == 1.0:
        return None
    from seeding.questions.sides import estimate_sides

    return estimate_sides(network, seeds, **said)


def settle_missing(
    network: Network, seeds: list[Any], missing: str, shell: Shell
) -> tuple[Network, list[Any]]:
    """Treat the seeds who are not in the network as `missing` says.

    Raises
    ------
    InputError
        If they are to be dropped and none is left. With ``"error"`` the estimate itself refuses them.
    """
    if missing == "error":
        return network, seeds
    if missing == "add":
        return network.with_nodes(seeds), seeds
    from seeding.network import labels

    found = labels.find(network.labels, labels.as_labels(seeds, "seeds"))
    kept = [seed for seed, at in zip(seeds, found, strict=True) if at >= 0]
    gone = [seed for seed, at in zip(seeds, found, strict=True) if at < 0]
    if not kept:
        raise InputError("none of the seeds is in the network; check that both use the same labels.")
    if gone:
        shell.note(
            f"{len(gone):,} of {len(seeds):,} seeds are not in the network and were dropped: {listing(gone)}."
        )
    return network, kept
