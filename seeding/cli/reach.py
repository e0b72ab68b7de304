"""The command ``seeding reach``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs
from seeding.cli.shell import Shell
from seeding.errors import InputError, listing

if TYPE_CHECKING:
    from seeding.network import Network
    from seeding.sides import Sides

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Estimate what a list of seeds reaches and show it; returns the exit code."""
    from seeding.io import read_seeds
    from seeding.io.seeds import read_chances

    shell.begin("reading the seeds")
    seeds, chances = read_seeds(arguments.seeds), read_chances(arguments.seeds)
    accept = None if chances is None else dict(zip(seeds, chances, strict=True))
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
        from seeding.reach import estimate_reach

        reach = estimate_reach(network, seeds, **said)
    else:
        reach = sides.reach
    shell.progress.finish()
    asked = "" if accept is None else ", who accept as its column 'accept' says"
    shell.say(f"{len(seeds):,} {'seed' if len(seeds) == 1 else 'seeds'} from {arguments.seeds}{asked}.")
    for line in tables.reach_sentences(reach, inputs.reach_unit(network, arguments)):
        shell.say(tables.wrap(line))
    for name, words in [] if sides is None else sides.lines():
        shell.say(tables.wrap(f"{name}: {words}."))
    shell.say(f"The same again: add --rng {key}.")
    found = {"reach": reach.to_dict()} if sides is None else sides.to_dict()
    shell.give({"seeds": seeds} | found | {"rng": key})
    return DONE


def estimate_against(
    network: Network, seeds: list[Any], arguments: Namespace, said: dict[str, Any]
) -> Sides | None:
    """Estimate all sides where there are several: bad news that travels further, or a rival."""
    if arguments.rivals is None and (arguments.negativity_bias or 1.0) == 1.0:
        return None
    from seeding.sides import estimate_sides

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
    from seeding import labels

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
