"""From the words of the command line to the objects of the package, with early checks."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seeding.cli.shell import Shell
from seeding.cli.special import add_special, labels_of
from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.network.message import Message
    from seeding.network.network import Network
    from seeding.plan.plan import Plan
    from seeding.roster.roster import Roster
    from seeding.rules.rules import Rule

# Keys above this would lose digits in programs that read JSON numbers as floats.
_LARGEST_KEY = 1 << 48
# Options about the columns of a roster that say what creators may answer.
_ASKING = ("accept_column", "offer_column", "effect_column", "pay_on")
# Options that say something only beside another, and what they are where nobody gives them.
_WITHOUT = (
    ("--missing", "error", "--roster"),
    ("--budget-on", None, "--roster"),
    ("--tie", "random", "--rivals"),
    ("--spreadsheet", False, "--out"),
    ("--keep-sample", None, "--save"),
)


def csv_signs(arguments: Namespace) -> dict[str, Any]:
    """Return the decimal sign and the separator of the CSV to write; what nobody gave is left out.

    Raises
    ------
    InputError
        If one is not understood, both are the same, or no CSV is written.
    """
    given = {name: getattr(arguments, f"csv_{name}", None) for name in ("decimal", "separator")}
    signs = {name: sign for name, sign in given.items() if sign is not None}
    if signs and arguments.out is None:
        raise InputError(
            f"--csv-{next(iter(signs))} is given without --out, so it has no effect; give both or neither."
        )
    if signs:
        from seeding.plan.seed_csv import Style

        usual = {"decimal": ".", "separator": ","}
        Style.of(**usual | signs, names=("--csv-decimal ", "--csv-separator "))
    return signs


def check_outputs(arguments: Namespace) -> None:
    """Make sure before any work that every file can be written, and that none of them is read or repeated.

    Raises
    ------
    InputError
        If a folder does not exist or is not writable, a file would be overwritten by the command itself, the
        signs of a CSV are not understood, or no workbook can be written.
    """
    from seeding._runtime.files import check_writable

    csv_signs(arguments)
    if getattr(arguments, "xlsx", None) is not None:
        from seeding.plan.workbook import check_workbook

        check_workbook(arguments.xlsx)
    read = {
        _place(path)
        for path in _given(
            arguments, "edges", "roster", "nodes", "seeds", "rules", "message", "rivals", "plan"
        )
    }
    read |= {_place(path) for path in getattr(arguments, "plans", None) or ()}
    for path in _given(
        arguments, "out", "plan_json", "plot", "save", "keep_sample", "toml", "xlsx", "report"
    ):
        place = _place(check_writable(path))
        if place in read and not place.startswith("/dev/"):
            raise InputError(f"{path!r} is also read or written by this command; write to another file.")
        read.add(place)


def _given(arguments: Namespace, *names: str) -> list[str]:
    values = (getattr(arguments, name, None) for name in names)
    return [value for value in values if value is not None]


def _place(path: str | Path) -> str:
    return os.path.realpath(path)


def load_network(arguments: Namespace, shell: Shell) -> Network:
    """Read the network that the command line describes, with its message and who counts in it."""
    from seeding.io import read_network

    check_weights(arguments)
    check_idle(arguments)
    carried = load_message(arguments)
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
        columns=arguments.arc_columns,
    )
    if carried is not None:
        network = network.carrying(carried[0], **carried[1])
        if network.report.clipped_arcs:
            from seeding.network.summary import describe_clipped

            shell.note(f"the message: {describe_clipped(network)}.")
    return count_some(add_special(network, arguments), arguments)


def load_message(arguments: Namespace) -> tuple[Message, dict[str, Any]] | None:
    """Read the message that the command line names, if it names one.

    Raises
    ------
    InputError
        If it says how good or how robust it is, and so does the command line.
    """
    if getattr(arguments, "message", None) is None:
        return None
    from seeding.io import read_message

    message, how = read_message(arguments.message)
    for name in ("quality", "fidelity"):
        given = getattr(arguments, name, None)
        if given is not None and getattr(message, name) != 1:
            raise InputError(
                f"--{name} {given:g} is given, but the message in {arguments.message!r} has {name} "
                f"{getattr(message, name):g}; say it in one place."
            )
        if given is not None:
            message = replace(message, **{name: given})
    return message, how


def check_weights(arguments: Namespace) -> None:
    """Make sure that weights are made in one way only.

    Raises
    ------
    InputError
        If they are not, or something about followers is said without their column.
    """
    if getattr(arguments, "followers", None) is not None:
        if arguments.weights is not None:
            raise InputError("--weights and --followers are both given; leave one of them out.")
        return
    for name in ("view_rate", "real_share", "others_weigh"):
        if getattr(arguments, name, None) is not None:
            option = "--" + name.replace("_", "-")
            raise InputError(f"{option} is given without --followers; name the column of --nodes with them.")


def check_idle(arguments: Namespace) -> None:
    """Make sure that no option is given that has no effect without another; readers check their own.

    Raises
    ------
    InputError
        If one is; names both.
    """
    for option, usual, other in _WITHOUT:
        name, needed = (word.removeprefix("--").replace("-", "_") for word in (option, other))
        if not hasattr(arguments, name) or not hasattr(arguments, needed):
            continue
        if getattr(arguments, name) not in (None, usual) and getattr(arguments, needed) is None:
            raise InputError(f"{option} is given without {other}, so it has no effect; give both or neither.")
    if getattr(arguments, "worlds", None) is not None and getattr(arguments, "precision", None) is not None:
        raise InputError("--precision and --worlds are both given; leave one out, as --worlds decides alone.")


def count_some(network: Network, arguments: Namespace) -> Network:
    """Weigh people by their followers and leave only the audience, where that is asked for."""
    if getattr(arguments, "followers", None) is not None:
        rates = {
            name: value
            for name in ("view_rate", "real_share")
            if (value := getattr(arguments, name)) is not None
        }
        network = network.with_audience_size(arguments.followers, others=arguments.others_weigh, **rates)
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
        for name in ("candidate_column", "cost_column", *_ASKING):
            if getattr(arguments, name) is not None:
                option = "--" + name.replace("_", "-")
                raise InputError(f"{option} is given without --roster; name the file it is a column of.")
        return None
    shell.begin("reading the roster")
    return read_roster(
        arguments.roster,
        candidate=arguments.candidate_column,
        cost=arguments.cost_column,
        accept=arguments.accept_column,
        offer=arguments.offer_column,
        pay_on=arguments.pay_on,
        effect=arguments.effect_column,
        decimal=arguments.decimal,
        missing=arguments.missing,
    )


def load_rules(arguments: Namespace) -> tuple[Rule, ...]:
    """Read the rules of the command line: those of the file, then those written out, then the shortcuts.

    Raises
    ------
    InputError
        If a rule is unknown or wrong; says which.
    """
    if not (arguments.rules is not None or arguments.rule or arguments.require or arguments.exclude):
        return ()
    from seeding.io import parse_rule, read_rules
    from seeding.rules.rules import Exclude, Require

    rules = [] if arguments.rules is None else list(read_rules(arguments.rules))
    rules += [parse_rule(text) for text in arguments.rule or ()]
    rules += [Require(label) for label in arguments.require or ()]
    rules += [Exclude(label) for label in arguments.exclude or ()]
    return tuple(rules)


def load_start(arguments: Namespace) -> Plan | list[int | str] | None:
    """Read the earlier seeds that the command line names: a plan file, or a list of seeds."""
    path: str | None = arguments.start
    if path is None:
        return None
    from seeding.io import read_seeds

    if not _is_plan_file(path):
        return read_seeds(path)
    from seeding.questions.follow_up import read_plan

    return read_plan(path)


def _is_plan_file(path: str) -> bool:
    """Tell a plan file by its first sign; a pipe can be read once only, and holds seeds."""
    if not Path(path).is_file():
        return False
    with suppress(OSError), Path(path).open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return False


def choose_key(arguments: Namespace) -> int:
    """Take the key given, or draw one that can be given again."""
    if arguments.rng is not None:
        return int(arguments.rng)
    from secrets import randbelow

    return randbelow(_LARGEST_KEY)


def settings(arguments: Namespace, *names: str) -> dict[str, Any]:
    """Collect the options that were given; the library knows the defaults of the others."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def spreading(arguments: Namespace, network: Network) -> dict[str, Any]:
    """Collect how the message spreads, where the command line or the message says anything about it."""
    from seeding.diffusion import IndependentCascade, LinearThreshold

    said = settings(arguments, "deadline", "quality", "fidelity", "discount", "negativity_bias")
    message = network.message
    if message is not None:
        said |= {name: value for name in ("quality", "fidelity") if (value := getattr(message, name)) != 1}
    if arguments.model == "threshold":
        wrong = next((name for name in ("quality", "negativity_bias") if name in said), None)
        if wrong is not None:
            raise InputError(f"{wrong} is of the cascade; leave it out with --model threshold.")
        return {"model": LinearThreshold(**said)}
    return {"model": IndependentCascade(**said)} if said else {}


def against(arguments: Namespace) -> dict[str, Any]:
    """Collect the rival's seeds, from a file or written out, and the tie rule."""
    said: dict[str, Any] = {"tie": arguments.tie}
    text: str | None = arguments.rivals
    if text is not None:
        said["rivals"] = labels_of(text)
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
    from seeding.rules.rules import AtLeastReach

    share, group = arguments.at_least_reach, arguments.group
    reach = () if share is None else (AtLeastReach(share, group=group),)
    maximin = {"objective": "maximin", "group": group} if arguments.objective == "maximin" else {}
    return {"constraints": (*rules, *reach)} | maximin


def reach_unit(network: Network, arguments: Namespace) -> str:
    """Name what a reach counts: as ``--unit`` says, and otherwise people only where people were read."""
    if unit := getattr(arguments, "unit", None):
        return str(unit)
    if (network.weights == 1.0).all():
        return plain_unit(network, getattr(arguments, "roster", None) is not None)
    if getattr(arguments, "followers", None) is not None:
        return "views by real followers"
    if getattr(arguments, "audience", None) is not None and not arguments.weights:
        return "people of the audience"
    return f"(weighted by {arguments.weights})" if arguments.weights else "(weighted)"


def tell_organic(network: Network, shell: Shell) -> None:
    """Say what a reach is where some are active anyway."""
    if not network.active.size:
        return
    from seeding.cli import tables
    from seeding.plan.sections import ORGANIC

    shell.say(tables.wrap(f"Organic start: {ORGANIC['reach']}."))


def plain_unit(network: Network, has_roster: bool) -> str:
    """Name nodes that all weigh the same: people with a table of them, persons, or a roster; else nodes."""
    known = network.people is not None or network.person is not None
    return "people" if known or has_roster else "nodes"


def unit_of_plan(plan: Plan) -> str:
    """Name what the reach of a plan counts, by what it was made from."""
    case = plan.question()
    if (case.network.weights == 1.0).all():
        return plain_unit(case.given.network, case.given.roster is not None)
    return "(weighted)"


def labels_like(plan: Plan, words: Sequence[str]) -> list[Any]:
    """Take words of the command line for labels of the kind that a plan has: texts or numbers."""
    numbers = plan.table.candidates.are_integers
    return [int(word) if numbers and word.lstrip("-").isdecimal() else word for word in words]


def sales(arguments: Namespace) -> dict[str, Any]:
    """Collect what the people reached are expected to buy."""
    given = {"conversion": arguments.conversion, "value": arguments.sale_value}
    return {name: value for name, value in given.items() if value is not None}
