"""The command ``seeding what-if``."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from seeding.cli import inputs
from seeding.cli.optimize import DONE, show, warn_of_formulas, write_files
from seeding.cli.shell import Shell
from seeding.errors import InputError


def run(arguments: Namespace, shell: Shell) -> int:
    """Show what a saved plan becomes after a change, and write the files asked for."""
    inputs.check_outputs(arguments)
    from seeding.questions.follow_up import read_plan

    plan = read_plan(arguments.plan)
    named: dict[str, Any] = {
        name: inputs.labels_like(plan, given)
        for name in ("drop", "add", "exclude", "require")
        if (given := getattr(arguments, name))
    }
    values: dict[str, Any] = {
        name: _pairs(plan, name, given) for name in ("cost", "accept") if (given := getattr(arguments, name))
    }
    shell.begin("planning again on the samples of the plan")
    limits = inputs.settings(arguments, "budget", "k")
    changed = plan.what_if(**named, **values, **limits, measure=arguments.measure)
    shell.progress.finish()
    write_files(changed, arguments, shell, inputs.unit_of_plan(plan))
    show(changed, arguments, shell, inputs.unit_of_plan(plan))
    if shell.json:
        shell.give(changed.to_dict())
    warn_of_formulas(changed, arguments, shell)
    shell.tell_unwritten()
    return DONE


def _pairs(plan: Any, name: str, given: list[str]) -> dict[Any, Any]:
    """Read ``LABEL=VALUE``; a label may hold a sign of equality itself."""
    from seeding.cli import values

    found = {}
    for text in given:
        label, sign, value = text.rpartition("=")
        if not sign or not label:
            raise InputError(f"--{name} {text!r} is not understood; write it as LABEL=VALUE.")
        read = values.amount if name == "cost" else values.chance
        found[inputs.labels_like(plan, [label])[0]] = read(value)
    return found
