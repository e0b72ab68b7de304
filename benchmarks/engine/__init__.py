"""What the engine takes from the command to the plan: start-up, and networks of a given size."""

from pathlib import Path

from benchmarks.common.registry import Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "startup",
        "How long the command takes to start, the first time ever and every time after.",
        "benchmarks.engine.startup",
        ("startup.csv",),
        (Argument("--runs", "later starts of each command", type=int, default=7),),
    ),
    Experiment(
        "scale",
        "What a network of a given size takes, stage by stage, and whether that was told right before.",
        "benchmarks.engine.scale",
        ("scale.csv",),
        (
            Argument("--nodes", "people of the network", type=int, default=10_000_000),
            Argument("--arcs", "its arcs", type=int, default=100_000_000),
            Argument("--folder", "where it is written meanwhile", type=Path, metavar="FOLDER"),
            Argument("--stage"),
        ),
    ),
)
