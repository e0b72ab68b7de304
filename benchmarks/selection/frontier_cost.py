"""Count what a frontier costs against one run per budget, in processor seconds on one thread.

    python -m benchmarks frontier_cost

writes ``benchmarks/results/frontier_cost.csv``. Both ask for the same gap; the certificates of the frontier
hold for all budgets together, those of the separate runs only one by one. Measuring the reach of the plans,
which is the same work in both, is counted apart.
"""

from __future__ import annotations

import time
from argparse import Namespace
from typing import Any
from unittest import mock

import seeding as sd
from benchmarks.common import results
from seeding.questions import frontier, optimize

BUDGETS = {
    "4 budgets": [20_000, 50_000, 100_000, 200_000],
    "12 budgets": [*range(20_000, 240_001, 20_000)],
    "40 budgets": [*range(10_000, 400_001, 10_000)],
}


class Timed:
    """Calls a function and adds up the processor seconds that takes."""

    def __init__(self, function: Any) -> None:
        self._function, self.seconds = function, 0.0

    def __call__(self, *arguments: Any) -> Any:
        """Call and count."""
        start = time.process_time()
        try:
            return self._function(*arguments)
        finally:
            self.seconds += time.process_time() - start


def measure(run: Any) -> tuple[Any, float, float]:
    """Return what `run` gives, and the seconds of searching and of measuring."""
    timed = Timed(optimize.measure_choice)
    start = time.process_time()
    with (
        mock.patch.object(optimize, "measure_choice", timed),
        mock.patch.object(frontier, "measure_choice", timed),
    ):
        made = run()
    return made, time.process_time() - start - timed.seconds, timed.seconds


def main(given: Namespace) -> None:
    """Measure every list of budgets on the embedded market and write the table."""
    network, roster = sd.datasets.creator_market()
    sd.frontier(network, roster, budgets=[20_000, 40_000], gap=0.3, rng=1, threads=1)
    rows = []
    for name, budgets in BUDGETS.items():
        curve, together, measuring = measure(
            lambda budgets=budgets: sd.frontier(network, roster, budgets=budgets, rng=2, threads=1)
        )
        _, apart, _ = measure(
            lambda budgets=budgets: [
                sd.optimize(network, roster, budget=budget, method="ris", rng=2, threads=1)
                for budget in budgets
            ]
        )
        samples = max(p.plan.certificate.samples for p in curve.points if p.plan.certificate)
        rows.append(
            {
                "budgets": name,
                "points": len(curve.points),
                "frontier_seconds": round(together, 2),
                "separate_seconds": round(apart, 2),
                "measuring_seconds": round(measuring, 2),
                "ratio": round(apart / together, 2),
                "rr_sets": samples,
                "least_certified": round(float(curve.frame["ratio"].min()), 3),
            }
        )
        print(rows[-1], flush=True)
    results.write(rows, given.out)
