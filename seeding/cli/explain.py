"""The command ``seeding explain``."""

from __future__ import annotations

from argparse import Namespace

from seeding.cli import inputs
from seeding.cli.shell import Shell

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Explain a saved plan, and write its table where that is asked for."""
    inputs.check_outputs(arguments)
    from seeding.cli import tables
    from seeding.plan.seed_csv import write_seeds
    from seeding.questions.follow_up import read_plan

    plan, signs = read_plan(arguments.plan), inputs.csv_signs(arguments)
    shell.begin("drawing the samples of the plan")
    candidates = None if arguments.candidate is None else inputs.labels_like(plan, arguments.candidate)
    explanation = plan.explain(candidates, measure=arguments.measure)
    shell.progress.finish()
    shell.write(arguments.out, lambda path: write_seeds(explanation.rounded(), path, **signs))
    for line in explanation.summary().splitlines():
        shell.say(tables.wrap(line))
    shell.give(explanation.to_dict())
    shell.tell_unwritten()
    return DONE
