"""Measure how long it takes to certify 50 seeds on NetHEPT, and what the bound takes of that.

    python -m benchmarks certified

writes ``benchmarks/results/certified.csv``: for each key and number of threads the seconds until the seeds
were chosen and certified at 0.95 (compiled code warm), how many RR sets that took, and the seconds inside
sampling, greedy with its index, and the Lagrangian bound.
"""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import seeding as sd
from benchmarks.common import results
from benchmarks.common.data import folder
from benchmarks.common.networks import load
from benchmarks.common.processes import machine
from seeding.selection import ris, sample_pair

K = 50


def timed(spent: dict[str, float], name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that its seconds are added up."""

    def run(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*arguments, **options)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - start

    return run


def certify(network: sd.Network, key: int, threads: int) -> dict[str, object]:
    """Plan once; returns the seconds of each part."""
    spent: dict[str, float] = {}
    grow = timed(spent, "sampling", sample_pair.RRSampler.grow)
    with (
        mock.patch.object(sample_pair.RRSampler, "grow", grow),
        mock.patch.object(ris, "select", timed(spent, "index_and_greedy", ris.select)),
        mock.patch.object(ris, "lagrangian_bound", timed(spent, "bound", ris.lagrangian_bound)),
    ):
        plan = sd.optimize(network, k=K, method="ris", rng=key, threads=threads, precision=0.5)
    seconds = next(phase.seconds for phase in plan.phases if phase.name.startswith("sample"))
    row: dict[str, object] = {"key": key, "threads": threads, "seconds": round(seconds, 4)}
    row |= {name: round(value, 4) for name, value in spent.items()}
    return row | {"samples": plan.certificate.samples, "ratio": round(plan.certificate.ratio, 4)}


def rows(keys: int) -> Iterator[dict[str, object]]:
    """Measure every key with one thread and with two, in turns."""
    network = load("NetHEPT wc")
    certify(network, 0, 2)
    for key in range(1, keys + 1):
        for threads in (1, 2):
            yield certify(network, key, threads)


def main(given: Namespace) -> None:
    """Measure, print and write the table."""
    folder()
    table = results.write(rows(given.keys), given.out, machine())
    print(table.iloc[:, :9].to_string(index=False))
    print(table.groupby("threads")[["seconds", "sampling", "index_and_greedy", "bound"]].median())
