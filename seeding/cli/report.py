"""The command ``seeding report``."""

from __future__ import annotations

from argparse import Namespace

from seeding.cli import inputs
from seeding.cli.shell import Shell

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Write the page of a saved plan."""
    inputs.check_outputs(arguments)
    from seeding.questions.follow_up import read_plan

    plan = read_plan(arguments.plan)
    shell.begin("working out the answers of the page")
    shell.write(
        arguments.out,
        lambda path: plan.to_html(
            path,
            title=arguments.title,
            unit=arguments.unit or inputs.unit_of_plan(plan),
            budgets=arguments.other_budgets,
            sensitivity=arguments.sensitivity,
        ),
    )
    shell.progress.finish()
    shell.tell_unwritten()
    shell.say(f"Wrote {arguments.out}.")
    shell.give({"page": arguments.out})
    return DONE
