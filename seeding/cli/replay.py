"""The command ``seeding replay``."""

from __future__ import annotations

from argparse import Namespace

from seeding.cli.shell import Shell

SAME, DIFFERENT = 0, 1


def run(arguments: Namespace, shell: Shell) -> int:
    """Make a saved plan again and say whether it is the same; returns 1 where it is not."""
    from seeding.cli import tables
    from seeding.questions.follow_up import read_plan
    from seeding.questions.replay import compare_with

    plan = read_plan(arguments.plan)
    shell.begin("making the plan again")
    found = compare_with(plan, plan.replay())
    shell.progress.finish()
    for line in found.summary().splitlines():
        shell.say(tables.wrap(line))
    shell.give({"same": found.same, "differences": list(found.differences), "versions": list(found.versions)})
    return SAME if found.same else DIFFERENT
