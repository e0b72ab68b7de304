"""Microbenchmarks of the kernels on fixed inputs, for regressions; see the README beside."""

from benchmarks.common.registry import ONLY, Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "micro",
        "The time of every kernel on a small fixed input; takes the arguments of pytest-benchmark.",
        "benchmarks.micro.timing",
        passes_on=True,
    ),
    Experiment(
        "instructions",
        "The instructions of every kernel's work, which are steadier than its time.",
        "benchmarks.micro.instructions",
        arguments=(
            ONLY,
            Argument(
                "--with",
                "what counts: the processor, or a simulated one",
                dest="counter",
                choices=["perf", "callgrind"],
                default="perf",
            ),
            Argument("--run"),
            Argument("--times", type=int, default=1),
        ),
    ),
)
