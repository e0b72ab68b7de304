"""Lean C loops that the rates of the engine are measured against."""

from benchmarks.common.registry import Experiment

EXPERIMENTS = (
    Experiment(
        "yardstick",
        "What the C loops do on this machine by themselves: RR sets, cascades and random loads a second.",
        "benchmarks.yardstick.alone",
    ),
)
