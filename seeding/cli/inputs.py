"""From the words of the command line to the objects of the package, with early checks."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seeding.cli.shell import Shell
from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.network import Network
    from seeding.roster import Roster
    from seeding.rules import Rule

# Keys above this would lose digits in programs that read JSON numbers as floats.
_LARGEST_KEY = 1 << 48
# What ends like this is the name of a file, whether it exists or not.
_TABLES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq")


def check_outputs(arguments: Namespace) -> None:
    """Make sure before any work that every file can be written, and that none of them is read or repeated.

    Raises
    ------
    InputError
        If a folder does not exist or is not writable, or a file would be overwritten by the command itself.
    """
    from seeding.io.files import check_writable

    read = {
        _place(path) for path in _given(arguments, "edges", "roster", "nodes", "seeds", "rules", "rivals")
    }
    for path in _given(arguments, "out", "plan_json", "plot"):
        place = _place(check_writable(path))
        if place in read:
            raise InputError(f"{path!r} is also read or written by this command; write to another file.")
        read.add(place)


def _given(arguments: Namespace, *names: str) -> list[str]:
    values = (getattr(arguments, name, None) for name in names)
    return [value for value in values if value is not None]


def _place(path: str | Path) -> Path:
    return Path(path).resolve()


def load_network(arguments: Namespace, shell: Shell) -> Network:
    """Read the network that the command line describes."""
    from seeding.io import read_network

    shell.begin("reading the network")
    network = read_network(
        arguments.edges,
        source=arguments.source,
        target=arguments.target,
        probability=arguments.probability,
        directed=not arguments.undirected,
        direction=arguments.direction,
        nodes=arguments.nodes,
        node=arguments.node_column,
        weights=arguments.weights,
        separator=arguments.separator,
        header=arguments.header,
        decimal=arguments.decimal,
        parallel=arguments.parallel,
    )
    query = getattr(arguments, "audience", None)
    return network if query is None else network.with_audience(query)


def load_roster(arguments: Namespace, shell: Shell) -> Roster | None:
    """Read the roster that the command line names, if it names one.

    Raises
    ------
    InputError
        If something about a roster is said, but no roster is given.
    """
    from seeding.io import read_roster

    if arguments.roster is None:
        for name in ("candidate_column", "cost_column"):
            if getattr(arguments, name) is not None:
                option = "--" + name.replace("_", "-")
                raise InputError(f"{option} is given without --roster; name the file it is a column of.")
        return None
    shell.begin("reading the roster")
    return read_roster(
        arguments.roster,
        candidate=arguments.candidate_column,
        cost=arguments.cost_column,
        missing=arguments.missing,
    )


def load_rules(arguments: Namespace) -> tuple[Rule, ...]:
    """Read the rules of the command line: those of the file, then those written out, then the shortcuts.

    Raises
    ------
    InputError
        If a rule is unknown or wrong; says which.
    """
    from seeding.io import parse_rule, read_rules
    from seeding.rules import Exclude, Require

    rules = [] if arguments.rules is None else list(read_rules(arguments.rules))
    rules += [parse_rule(text) for text in arguments.rule or ()]
    rules += [Require(label) for label in arguments.require or ()]
    rules += [Exclude(label) for label in arguments.exclude or ()]
    return tuple(rules)


def choose_key(arguments: Namespace) -> int:
    """Take the key given, or draw one that can be given again."""
    from secrets import randbelow

    return randbelow(_LARGEST_KEY) if arguments.rng is None else int(arguments.rng)


def settings(arguments: Namespace, *names: str) -> dict[str, Any]:
    """Collect the options that were given; the library knows the defaults of the others."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def spreading(arguments: Namespace) -> dict[str, Any]:
    """Collect how the message spreads, where anything was said about it."""
    from seeding.diffusion import IndependentCascade

    said = settings(arguments, "deadline", "quality", "fidelity", "discount", "negativity_bias")
    return {"model": IndependentCascade(**said)} if said else {}


def against(arguments: Namespace) -> dict[str, Any]:
    """Collect the rival's seeds, from a file or written out, and the tie rule."""
    said: dict[str, Any] = {"tie": arguments.tie}
    text: str | None = arguments.rivals
    if text is not None:
        from seeding.io import read_seeds

        named = Path(text).suffix.lower() in _TABLES or Path(text).is_file()
        said["rivals"] = read_seeds(text) if named else [label.strip() for label in text.split(",")]
    return said


def check_fairness(arguments: Namespace) -> None:
    """Make sure that a group is named exactly where one is needed.

    Raises
    ------
    InputError
        If it is not.
    """
    needed = arguments.at_least_reach is not None or arguments.objective == "maximin"
    if needed and arguments.group is None:
        raise InputError("--at-least-reach and --objective maximin need --group, a column of --nodes.")
    if arguments.group is not None and not needed:
        raise InputError(
            "--group is given without --at-least-reach or --objective maximin; say what is asked."
        )


def demands(arguments: Namespace, rules: Sequence[Rule]) -> dict[str, Any]:
    """Collect the rules, and what is asked of audience groups."""
    from seeding.fairness import AtLeastReach

    share, group = arguments.at_least_reach, arguments.group
    reach = () if share is None else (AtLeastReach(share, group=group),)
    maximin = {"objective": "maximin", "group": group} if arguments.objective == "maximin" else {}
    return {"constraints": (*rules, *reach)} | maximin


def reach_unit(network: Network, arguments: Namespace) -> str:
    """Name what a reach counts."""
    if (network.weights == 1.0).all():
        return "people"
    if getattr(arguments, "audience", None) is not None and not arguments.weights:
        return "people of the audience"
    return f"(weighted by {arguments.weights})" if arguments.weights else "(weighted)"
