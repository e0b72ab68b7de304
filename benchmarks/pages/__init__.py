"""The pages of the documentation that show committed results."""

from benchmarks.common.registry import Experiment

EXPERIMENTS = (
    Experiment(
        "tables",
        "The tables of two pages, made from the committed results.",
        "benchmarks.pages.tables",
        ("docs/results.md", "docs/how-it-works.md"),
    ),
    Experiment(
        "figures",
        "The tables and pictures of the page of benchmarks, made from the committed results.",
        "benchmarks.pages.figures",
        ("docs/benchmarks.md", "docs/figures"),
    ),
)
