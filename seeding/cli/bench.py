"""The command ``seeding bench``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from seeding.cli import inputs
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.bench import Case

DONE = 0
LEGEND = """\
reach     from fresh simulations, the same for every method of a case
proven    the share of the best possible that a plan of ours certifies
choosing  seconds until the seeds were final, without imports and compiling
seconds   the same with all that the method does after (certify, measure)
MB        peak memory of the process
(!)       something is known to be wrong with the method or its claims; the
          column known_problem of the CSV (--out, --json) says what"""


def run(arguments: Namespace, shell: Shell) -> int:
    """Run a suite and show reach and seconds side by side; returns the exit code."""
    inputs.check_outputs(arguments)
    shell.begin("loading")
    from seeding.bench import data_folder, pick_cases, run_suite, update_rows

    data, only = data_folder(arguments.data), _names(arguments.only)
    if arguments.list:
        show_list(pick_cases(arguments.suite, only, data), shell)
        return DONE
    rows: list[dict[str, Any]] = []
    for case in run_suite(
        arguments.suite,
        rng=arguments.rng,
        threads=arguments.threads,
        data=data,
        only=only,
        repeats=arguments.repeats,
        progress=shell.progress,
    ):
        rows += case
        show_case(case, shell)
        if arguments.out is not None:
            # After each case, so that an interruption loses at most one.
            update_rows(case, arguments.out)
            shell.written[:] = [arguments.out]
    shell.say(LEGEND)
    if arguments.out is not None:
        shell.say(f"Wrote {arguments.out}.")
    shell.give(rows)
    return DONE


def show_list(cases: list[Case], shell: Shell) -> None:
    """Print the cases that would be run, and their methods."""
    from textwrap import fill

    from seeding.bench import METHODS
    from seeding.bench.facts import installed

    for case in cases:
        shell.say(f"{case.name}: {case.about}; {case.limits()}")
        shell.say(fill(", ".join(case.methods), 78, initial_indent="  ", subsequent_indent="  "))
    missing = {
        METHODS[name].install
        for case in cases
        for name in case.methods
        if METHODS[name].package and not installed(METHODS[name].package or "")
    }
    for command in sorted(missing):
        shell.say(f"note: some methods will be skipped until you {command}")
    shell.give([{"case": case.name, "about": case.about, "methods": case.methods} for case in cases])


def show_case(rows: list[dict[str, Any]], shell: Shell) -> None:
    """Print one case as a table, and below it who has no result and why."""
    if shell.quiet or shell.json:
        return
    from seeding.cli.tables import Column, number, show_table

    shell.say(heading(rows[0]))
    done = [row for row in rows if row["outcome"] == "done"]
    if done:
        ratios = [_proven(row) for row in done]
        show_table(
            [
                Column("method", [_name(row) for row in done], "left"),
                Column("reach", [number(row["reach"]) for row in done]),
                Column("± 95 %", [number(row["high"] - row["reach"]) for row in done]),
                Column("of best", [f"{row['share_of_best']:.1%}" for row in done]),
                Column("proven", ratios),
                Column("choosing", [seconds(row["choosing_seconds"]) for row in done]),
                Column("seconds", [seconds(row["seconds"]) for row in done]),
                Column("MB", ["" if row["peak_mb"] is None else f"{row['peak_mb']:,.0f}" for row in done]),
            ]
        )
    for row in rows:
        if row["outcome"] != "done":
            shell.say(f"{row['method']}: {row['outcome']}, {row['reason']}")
    shell.say()


def heading(row: dict[str, Any]) -> str:
    """Name a case, its size and its limits."""
    limits = [f"budget {row['budget']:,}"] if row["budget"] is not None else []
    limits += [f"k = {row['k']}"] if row["k"] is not None else []
    return f"{row['case']}: {row['nodes']:,} nodes, {row['arcs']:,} arcs, {', '.join(limits)}"


def seconds(value: float) -> str:
    """Write seconds with the digits that matter."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def _name(row: dict[str, Any]) -> str:
    return f"{row['method']} (!)" if row["known_problem"] else str(row["method"])


def _proven(row: dict[str, Any]) -> str:
    ours = row["package"] == "seeding" and row["claimed_ratio"] is not None
    return f"{row['claimed_ratio']:.1%}" if ours else ""


def _names(given: list[str] | None) -> list[str]:
    """Split what --only was given: names apart by commas, the option as often as one likes."""
    return [name for text in given or [] for name in text.split(",") if name]
