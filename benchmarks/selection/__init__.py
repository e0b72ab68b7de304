"""Choosing seeds: against published results and solvers, with and without budgets."""

from pathlib import Path

from benchmarks.common.registry import ONLY, Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "reference_values",
        "Plans on public networks beside the reach that was published for them.",
        "benchmarks.selection.reference_values",
        ("reference_values.csv",),
        (
            Argument("--only", "networks whose name begins so; writes no table", default="", metavar="NAME"),
            Argument("--out", "where the table goes, also with --only", type=Path, metavar="CSV"),
        ),
    ),
    Experiment(
        "budgeted_published",
        "Budgeted plans beside every published value of the Twitter instances, in reach and in time.",
        "benchmarks.selection.budgeted_published",
        ("budgeted_published.csv",),
    ),
    Experiment(
        "budgeted",
        "What each step of budgeted selection leaves open, on many instances.",
        "benchmarks.selection.budgeted",
        ("budgeted.csv",),
        (Argument("--seconds", "for the exact phase and each solver", type=float, default=5.0), ONLY),
    ),
    Experiment(
        "exact_solvers",
        "The exact method beside solvers that are given the textbook model of the same sample.",
        "benchmarks.selection.exact_solvers",
        ("exact_solvers.csv",),
        (Argument("--seconds", "time limit per solver and instance", type=float, default=10.0),),
    ),
    Experiment(
        "certified",
        "How long it takes to certify 50 seeds on NetHEPT, and what the bound takes of that.",
        "benchmarks.selection.certified",
        ("certified.csv",),
        (Argument("--keys", "keys, each on one thread and on two", type=int, default=9),),
    ),
    Experiment(
        "optimism",
        "How much better a choice looks on the sample that made it than it is, as the sample grows.",
        "benchmarks.selection.optimism",
        ("optimism.csv",),
    ),
    Experiment(
        "frontier_cost",
        "What a frontier costs against one run per budget, in processor seconds on one thread.",
        "benchmarks.selection.frontier_cost",
        ("frontier_cost.csv",),
    ),
)
