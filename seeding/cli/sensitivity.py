"""The command ``seeding sensitivity``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from seeding.cli import inputs
from seeding.cli.shell import Shell
from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.plan.sensitivity import Sensitivity

DONE = 0
# What the column "hangs" says.
_SHORT = {"hangs": "yes", "does not hang": "no", "beyond the limits": "limits"}


def run(arguments: Namespace, shell: Shell) -> int:
    """Say what a stored plan hangs on, and write the table if asked for; returns the exit code."""
    inputs.check_outputs(arguments)
    groups = _groups(arguments.leave_out or ())
    from seeding.questions.follow_up import read_plan

    shell.begin("reading the plan and its files")
    plan = read_plan(arguments.plan)
    found = plan.sensitivity(
        leave_out=groups, tell=shell.note, threads=arguments.threads, progress=shell.progress
    )
    shell.progress.finish()
    shell.write(arguments.out, lambda path: found.to_csv(path, **inputs.csv_signs(arguments)))
    show(found, shell)
    shell.give(found.to_dict())
    shell.tell_unwritten()
    return DONE


def _groups(texts: list[str] | tuple[()]) -> dict[str, list[str]]:
    """Read ``COLUMN=VALUE`` as often as it is given.

    Raises
    ------
    InputError
        If a text has no column or no value.
    """
    groups: dict[str, list[str]] = {}
    for text in texts:
        column, _, value = text.partition("=")
        if not (column and value):
            raise InputError(
                f"--leave-out {text!r} is no group; write a column, = and a value, as platform=tiktok."
            )
        groups.setdefault(column, []).append(value)
    return groups


def show(found: Sensitivity, shell: Shell) -> None:
    """Print the changes as a table, then what does not apply, and the verdict."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables
    from seeding.cli.shell import printable

    rows = found.scenarios
    tables.show_table(
        [
            tables.Column("change", [printable(one.name) for one in rows], "left"),
            tables.Column("reach", [_number(one.reach[0]) for one in rows]),
            tables.Column("95 % interval", [_interval(one.reach) for one in rows]),
            tables.Column("best", [_number(one.best[0]) for one in rows]),
            tables.Column("of best", [one.part for one in rows]),
            tables.Column("shared", [f"{one.shared} of {one.seeds}" for one in rows]),
            tables.Column("hangs", [_SHORT.get(one.decision, one.decision) for one in rows], "left"),
        ]
    )
    shell.say()
    for line in found.told():
        shell.say(tables.wrap(printable(line)))
    if shell.written:
        shell.say(f"Wrote {' and '.join(shell.written)}.")


def _number(value: float) -> str:
    from seeding.cli import tables

    return "" if value != value else tables.number(value)


def _interval(reach: tuple[float, float, float]) -> str:
    _, low, high = reach
    return "" if low != low else f"{_number(low)}–{_number(high)}"
