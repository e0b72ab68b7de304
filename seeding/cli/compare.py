"""The command ``seeding compare``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs, room
from seeding.cli.reach import once_each, settle_missing
from seeding.cli.shell import Shell, printable
from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.network.network import Network
    from seeding.plan.contrast import PlanComparison
    from seeding.questions.seed_lists import Listed

DONE = 0
# What a saved plan says of the network and of the message.
_OF_THE_PLAN = (
    "probability", "nodes", "weights", "audience", "message", "deadline", "quality", "fidelity", "discount",
    "negativity_bias", "rivals", "view", "share", "delay", "meeting", "organic",
)  # fmt: skip


def run(arguments: Namespace, shell: Shell) -> int:
    """Compare lists of seeds in the same worlds, write the file asked for, and show what differs."""
    from seeding.plan.plan_file import is_plan_file

    saved = is_plan_file(arguments.edges)
    if saved:
        arguments.plans = [arguments.edges, *arguments.plans]
    if len(arguments.plans) < 2:
        raise InputError(f"{arguments.plans[0]!r} is the only list of seeds; give two or more to compare.")
    inputs.check_outputs(arguments)
    lists = read_lists(arguments.plans, shell)
    if not saved:
        room.tell_before_reading(arguments, shell)
    network, said = of_saved_plan(arguments, shell) if saved else of_edges(arguments, shell)
    roster = inputs.load_roster(arguments, shell)
    network, lists = settle(network, lists, arguments.missing_seeds, shell)
    key = inputs.choose_key(arguments)
    from seeding.questions.compare import compare

    said |= inputs.settings(arguments, "worlds", "precision", "threads")
    found = compare(network, lists, roster=roster, rng=key, progress=shell.progress, **said)
    shell.progress.finish()
    shell.write(arguments.out, lambda path: found.to_csv(path, **inputs.csv_signs(arguments)))
    show(found, shell, inputs.reach_unit(network, arguments))
    shell.say(f"The same again: add --rng {key}.")
    shell.give(found.to_dict() | {"rng": key})
    shell.tell_unwritten()
    return DONE


def of_edges(arguments: Namespace, shell: Shell) -> tuple[Network, dict[str, Any]]:
    """Read the network, and how the message spreads on it."""
    network = inputs.load_network(arguments, shell)
    return network, inputs.spreading(arguments, network) | inputs.against(arguments)


def of_saved_plan(arguments: Namespace, shell: Shell) -> tuple[Network, dict[str, Any]]:
    """Take the network of a saved plan, who counts in it, and how the message spreads.

    Raises
    ------
    InputError
        If the inputs of the plan are gone or changed, or the command line says how it spreads as well.
    """
    from seeding.questions.follow_up import read_plan

    given = [name for name in _OF_THE_PLAN if getattr(arguments, name, None) is not None]
    if given:
        option = "--" + given[0].replace("_", "-")
        raise InputError(
            f"{option} is given, but the saved plan {arguments.edges!r} says it already; leave it out."
        )
    shell.begin("reading the network")
    case = read_plan(arguments.edges).question()
    asked = case.question
    said = {"model": asked.model, "audience": asked.audience, "rivals": asked.rivals, "tie": asked.tie}
    return case.given.network, said


def read_lists(paths: Sequence[str], shell: Shell) -> dict[str, Listed]:
    """Read the lists, each by its name, and note seeds that a list has more than once."""
    from seeding.questions.seed_lists import read_file

    shell.begin("reading the seeds")
    lists = dict(zip(names_of(paths), map(read_file, paths), strict=True))
    for listed in lists.values():
        once_each(listed.labels, None, shell)
    return lists


def names_of(paths: Sequence[str]) -> list[str]:
    """Call each list as its file, without the ending; a further one of a name gets -2, -3 … added to it."""
    names: list[str] = []
    for path in paths:
        stem = Path(path.removesuffix(".gz")).stem.strip() or path
        name, number = stem, 1
        while name in names:
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return names


def settle(
    network: Network, lists: dict[str, Listed], missing: str, shell: Shell
) -> tuple[Network, dict[str, Listed]]:
    """Treat the seeds who are not in the network as `missing` says."""
    if missing == "error":
        return network, lists
    settled = {}
    for name, listed in lists.items():
        network, kept = (
            settle_missing(network, listed.labels, missing, shell) if listed.labels else (network, [])
        )
        settled[name] = listed.among(set(kept))
    return network, settled


def show(found: PlanComparison, shell: Shell, unit: str) -> None:
    """Print the plans side by side, then what differs."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables

    tables.show_table(tables.compared_columns(found))
    shell.say()
    if len(found.pairs) > 1:
        tables.show_table(tables.pair_columns(found))
        shell.say()
    if unit != "people":
        said = "counts nodes; --unit says what they are" if unit == "nodes" else unit.strip("()")
        shell.say(tables.wrap(f"Reach: {said}."))
    for title, words in found.lines():
        shell.say(tables.wrap(f"{printable(title)}: {printable(words)}."))
    if shell.written:
        shell.say(f"Wrote {' and '.join(shell.written)}.")
