"""Rates of the engine, in groups that each run in a process of their own."""

from pathlib import Path

from benchmarks.common.registry import Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "engine_rates",
        "Rates of sampling, simulation, index and greedy, against C loops and what was asked for.",
        "benchmarks.rates.engine_rates",
        ("engine_rates.csv",),
        (
            Argument(
                "--only", "groups whose name contains this; writes no table", default="", metavar="NAME"
            ),
            Argument("--peers", "an interpreter with cynetdiff and pynetim", type=Path, metavar="PYTHON"),
            Argument("--again", "only groups that were not quiet", type=float, metavar="TAKEN"),
            Argument("--out", "where the table goes, also with --only", type=Path, metavar="CSV"),
            Argument("--group"),
        ),
    ),
)
