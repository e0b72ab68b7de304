"""Telling before the long work how much memory it will take, and what to do where that is too much."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from seeding.cli import inputs
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.network.network import Network
    from seeding.roster.roster import Roster
    from seeding.rules.rules import Rule

# On networks of fewer nodes and arcs the program itself is most of what is taken.
_WORTH_TELLING = 1_000_000
# These methods do not draw samples that grow until a certificate is reached.
_WITHOUT_SAMPLES = ("celf",)


def tell_before_reading(arguments: Namespace, shell: Shell) -> None:
    """Tell what reading a large network takes, where its file says how large it is."""
    from seeding._runtime import memory
    from seeding.io.sizes import size_of

    size = size_of(arguments.edges, directed=not arguments.undirected)
    if size is None or size.n_nodes + size.n_arcs < _WORTH_TELLING:
        return
    by_row = size.labels > 0 and arguments.probability is None
    columns = getattr(arguments, "arc_columns", None)
    further = len(columns) if isinstance(columns, list) else 0
    need = memory.PROGRAM + memory.reading_need(
        size.n_nodes, size.n_arcs, labels=size.labels, by_row=by_row, columns=further
    )
    shell.note(f"memory: about {memory.in_words(need)} to read the network.")
    _warn_if_too_much(need, shell)


def tell_before_planning(
    network: Network, roster: Roster | None, rules: tuple[Rule, ...], arguments: Namespace, shell: Shell
) -> None:
    """Tell what planning on a large network takes, and warn where that is more than there is."""
    sampled = arguments.method not in _WITHOUT_SAMPLES and not _plays(arguments)
    if network.n_nodes + network.n_arcs < _WORTH_TELLING or not sampled:
        return
    from seeding._runtime import memory
    from seeding.questions.memory_forecast import forecast

    shell.begin("estimating the memory")
    settings = inputs.settings(arguments, "budget", "k", "budget_on", "gap", "delta", "threads")
    need = forecast(network, roster, **settings, constraints=rules)
    shell.note(f"{need.sentence()}.")
    _warn_if_too_much(need.most, shell)
    limit = memory.read_memory_limit(arguments.memory_limit)
    if need.samples > limit:
        shell.note(
            f"the samples may need {memory.in_words(need.samples)} but only {memory.in_words(limit)} are "
            "allowed, so that the plan may be certified less; raise --memory-limit or accept a larger --gap."
        )


def _plays(arguments: Namespace) -> bool:
    """Tell whether the plan is made by playing worlds anew, which keeps no samples."""
    return arguments.rivals is not None or (arguments.negativity_bias or 1.0) > 1.0


def _warn_if_too_much(need: int, shell: Shell) -> None:
    from seeding._runtime import memory

    free = memory.available()
    if free is not None and need - memory.resident() > free:
        shell.note(
            f"only {memory.in_words(free)} of memory are free, so that this may fail or become very slow; "
            "close other programs, use a larger machine, or leave out people who do not matter."
        )
