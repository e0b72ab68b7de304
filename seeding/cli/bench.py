"""The command ``seeding bench``."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from seeding.cli import inputs
from seeding.cli.shell import Shell

DONE = 0
LEGEND = """\
reach     from 4,000 fresh simulations, the same for every method of a case
proven    the share of the best possible that the plan itself certifies
choosing  seconds to choose and certify, without compiling
seconds   the same with the plan's own measurement of its reach; * where the
          time limit of the case ended the search"""


def run(arguments: Namespace, shell: Shell) -> int:
    """Run a suite and show reach and seconds side by side; returns the exit code."""
    inputs.check_outputs(arguments)
    shell.begin("compiling")
    from seeding.bench import run_suite, write_rows

    rows: list[dict[str, Any]] = []
    for case in run_suite(
        arguments.suite, rng=arguments.rng, threads=arguments.threads, progress=shell.progress
    ):
        rows += case
        show_case(case, shell)
    shell.say(LEGEND)
    if arguments.out is not None:
        write_rows(rows, arguments.out)
        shell.written.append(arguments.out)
        shell.say(f"Wrote {arguments.out}.")
    shell.give(rows)
    return DONE


def show_case(rows: list[dict[str, Any]], shell: Shell) -> None:
    """Print one case as a table."""
    if shell.quiet or shell.json:
        return
    from seeding.cli.tables import Column, number, show_table

    first = rows[0]
    limits = [f"budget {first['budget']:,}"] if first["budget"] is not None else []
    limits += [f"k = {first['k']}"] if first["k"] is not None else []
    shell.say(f"{first['case']}: {first['nodes']:,} nodes, {first['arcs']:,} arcs, {', '.join(limits)}")
    ratios = ["" if row["certified_ratio"] is None else f"{row['certified_ratio']:.1%}" for row in rows]
    seconds = [f"{row['seconds']:.2f}" + "*" * (row["choosing_seconds"] >= row["time_limit"]) for row in rows]
    show_table(
        [
            Column("method", [row["method"] for row in rows], "left"),
            Column("reach", [number(row["reach"]) for row in rows]),
            Column("95 % interval", [f"{number(row['low'])}–{number(row['high'])}" for row in rows]),
            Column("of best", [f"{row['share_of_best']:.1%}" for row in rows]),
            Column("proven", ratios),
            Column("choosing", [f"{row['choosing_seconds']:.2f}" for row in rows]),
            Column("seconds", seconds),
        ]
    )
    shell.say()
