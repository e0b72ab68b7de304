"""The command ``seeding minimize``."""

from __future__ import annotations

from argparse import Namespace

from seeding.cli import inputs, room
from seeding.cli.optimize import DONE, STOPPED_EARLY, show, so_far, warn_of_formulas, write_files
from seeding.cli.shell import Shell


def run(arguments: Namespace, shell: Shell) -> int:
    """Choose the cheapest seeds for a target, write the files asked for, and show the plan."""
    inputs.check_outputs(arguments)
    rules = inputs.load_rules(arguments)
    room.tell_before_reading(arguments, shell)
    network = inputs.load_network(arguments, shell)
    roster = inputs.load_roster(arguments, shell)
    key = inputs.choose_key(arguments)
    from seeding.questions.minimize import minimize_cost

    limits = ("budget", "k", "budget_on", "time_limit", "memory_limit")
    plan = so_far(
        minimize_cost,
        network,
        roster,
        target_reach=arguments.target_reach,
        constraints=rules,
        **inputs.spreading(arguments, network),
        **inputs.sales(arguments),
        rng=key,
        progress=shell.progress,
        **inputs.settings(arguments, *limits, "confidence", "gap", "delta", "precision", "threads"),
    )
    shell.progress.finish()
    unit = inputs.reach_unit(network, arguments)
    write_files(plan, arguments, shell, unit)
    show(plan, arguments, shell, unit)
    shell.say(f"The same again: add --rng {key}.")
    shell.give(plan.to_dict())
    warn_of_formulas(plan, arguments, shell)
    shell.tell_unwritten()
    return STOPPED_EARLY if plan.stopped_early else DONE
