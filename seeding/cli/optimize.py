"""The command ``seeding optimize``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs, room
from seeding.cli.shell import Shell
from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.plan.plan import Plan

DONE, STOPPED_EARLY = 0, 4


def run(arguments: Namespace, shell: Shell) -> int:
    """Choose seeds, write the files asked for, and show the plan; returns the exit code."""
    limited = arguments.budget is not None or arguments.k is not None
    if not limited and arguments.value_per_reach is None:
        raise InputError("neither --budget nor -k is given; say how much may be spent or how many to choose.")
    inputs.check_fairness(arguments)
    inputs.check_outputs(arguments)
    rules, start = inputs.load_rules(arguments), inputs.load_start(arguments)
    room.tell_before_reading(arguments, shell)
    network = inputs.load_network(arguments, shell)
    roster = inputs.load_roster(arguments, shell)
    if limited:
        room.tell_before_planning(network, roster, rules, arguments, shell)
    key = inputs.choose_key(arguments)
    from seeding.questions.optimize import optimize

    limits = ("budget", "k", "value_per_reach", "budget_on", "time_limit", "memory_limit")
    plan = so_far(
        optimize,
        network,
        roster,
        method=arguments.method,
        start=start,
        **inputs.demands(arguments, rules),
        **inputs.spreading(arguments, network),
        **inputs.against(arguments),
        **inputs.sales(arguments),
        rng=key,
        progress=shell.progress,
        **inputs.settings(arguments, *limits, "gap", "delta", "precision", "threads"),
    )
    shell.progress.finish()
    unit = inputs.reach_unit(network, arguments)
    write_files(plan, arguments, shell, unit)
    show(plan, arguments, shell, unit)
    shell.say(f"The same again: add --rng {key}.")
    if shell.json:
        shell.give(plan.to_dict())
    warn_of_formulas(plan, arguments, shell)
    shell.tell_unwritten()
    return STOPPED_EARLY if plan.stopped_early else DONE


def so_far(question: Callable[..., Plan], *given: Any, **options: Any) -> Plan:
    """Ask for a plan; where Ctrl-C ends the search, take the plan so far, and go on with it."""
    from seeding.questions.answering import Interrupted

    try:
        return question(*given, **options)
    except Interrupted as stop:
        return stop.plan


def write_files(plan: Plan, arguments: Namespace, shell: Shell, unit: str = "people") -> None:
    """Write the plan's files; one that cannot be written keeps neither the other nor the plan itself back."""
    signs = inputs.csv_signs(arguments)
    shell.write(arguments.out, lambda path: plan.to_csv(path, spreadsheet=arguments.spreadsheet, **signs))
    shell.write(getattr(arguments, "xlsx", None), plan.to_xlsx)
    shell.write(arguments.plan_json, plan.to_json)
    sample = getattr(arguments, "keep_sample", None)
    shell.write(getattr(arguments, "save", None), lambda path: plan.save(path, keep_sample=sample))
    if sample is not None and arguments.save in shell.written:
        shell.written.append(sample)
    shell.write(getattr(arguments, "toml", None), lambda path: write_campaign(plan, path))
    write_report(plan, arguments, shell, unit)


def write_report(plan: Plan, arguments: Namespace, shell: Shell, unit: str) -> None:
    """Write the page where it is asked for; not of a plan that was interrupted, as that takes a while."""
    path = getattr(arguments, "report", None)
    if path is not None and plan.stopped == "interrupted":
        shell.note(f"{path} was not written, as the search was interrupted; 'seeding report' makes it later.")
        return
    shell.write(path, lambda path: plan.to_html(path, unit=unit))


def write_campaign(plan: Plan, path: str) -> None:
    """Write what was asked as TOML."""
    from seeding._runtime.files import atomic_write
    from seeding.plan.plan_file import campaign_text

    with atomic_write(path) as file:
        file.write(campaign_text(plan))


def warn_of_formulas(plan: Plan, arguments: Namespace, shell: Shell) -> None:
    """Tell when opening the CSV in a spreadsheet would run a cell as a formula."""
    if arguments.out not in shell.written or arguments.spreadsheet:
        return
    from seeding.plan.seed_csv import labels_that_would_run

    risky = [label for name in plan.seeds for label in labels_that_would_run(plan.seeds[name])]
    if risky:
        shell.note(
            f"a spreadsheet would run {risky[0]!r} in {arguments.out} as a formula; to open it in one, "
            "write it with --spreadsheet."
        )


def show(plan: Plan, arguments: Namespace, shell: Shell, unit: str) -> None:
    """Print the plan for people: the seeds, then what they mean in sentences."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables

    if len(plan.table):
        tables.show_table(tables.seed_columns(plan))
    more = len(plan.table) - tables.MOST_ROWS
    if more > 0:
        place = f"all in {arguments.out}" if arguments.out else "--out FILE writes all of them"
        shell.say(f"… and {more:,} more, {place}.")
    shell.say()
    for line in tables.sentences(plan, unit):
        shell.say(tables.wrap(line))
    if shell.written:
        shell.say(f"Wrote {' and '.join(shell.written)}.")
