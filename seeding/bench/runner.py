"""Running a suite: time each method, then score its seeds with fresh simulations it never saw."""

from __future__ import annotations

import csv
import io
import os
import platform
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from seeding import datasets, provenance
from seeding.bench.cases import SUITES, Case
from seeding.errors import InputError
from seeding.estimate import Estimate
from seeding.executors import available_threads
from seeding.io.files import atomic_write
from seeding.network import Network
from seeding.plan import Plan
from seeding.planner import optimize
from seeding.progress import Progress, Silent
from seeding.rng import RandomSource, derive, to_key
from seeding.roster import Roster
from seeding.spread import estimate_reach

SCORING_WORLDS = 4_000
# The scorer's key is derived apart from the methods' keys, so that nobody chose on the worlds that score.
_CHOOSE, _SCORE = 1, 2
EVALUATION = "measure the reach"

COLUMNS = (
    "suite",
    "case",
    "nodes",
    "arcs",
    "candidates",
    "budget",
    "k",
    "time_limit",
    "method",
    "seeds",
    "cost",
    "seconds",
    "choosing_seconds",
    "reach",
    "stderr",
    "low",
    "high",
    "share_of_best",
    "certified_ratio",
    "stopped",
    "scoring_worlds",
    "key",
    "threads",
    "processor",
    "cores",
    "system",
    "python",
    "seeding",
    "numpy",
    "numba",
    "ortools",
)


def run_suite(
    suite: str = "small",
    *,
    rng: RandomSource = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Run a suite, case by case.

    Every kernel is compiled before anything is timed, and nothing is timed that is not scored: each plan's
    seeds go to one evaluator, 4,000 forward simulations of worlds that no method has seen, the same for
    all methods of a case.

    Parameters
    ----------
    suite
        The name of a suite in `SUITES`.
    rng, threads
        As in `seeding.optimize`.
    progress
        Who is told how far it has come.

    Yields
    ------
    The rows of one case, best reach first; their keys are `COLUMNS`.

    Raises
    ------
    InputError
        If there is no such suite.
    """
    if suite not in SUITES:
        raise InputError(f"suite={suite!r} is not known; choose one of {', '.join(map(repr, SUITES))}.")
    key, progress = to_key(rng), progress or Silent()
    cases = SUITES[suite]
    total = sum(len(case.methods) for case in cases)
    progress.update("compiling", 0, total)
    _warm_up({method for case in cases for method in case.methods}, threads)
    about = {"suite": suite, "key": key, "threads": threads or available_threads(), **machine()}
    done = 0
    for case in cases:
        network, roster = case.build()
        rows = []
        for method in case.methods:
            progress.update("measuring", done, total, f"{case.name}, {method}")
            rows.append(about | measure(case, network, roster, method, key, threads))
            done += 1
        yield _ranked(rows)
    progress.close()


def measure(
    case: Case, network: Network, roster: Roster | None, method: str, key: int, threads: int | None
) -> dict[str, Any]:
    """Time one method on one case and score what it chose."""
    start = time.perf_counter()
    plan = optimize(
        network,
        roster,
        budget=case.budget,
        k=case.k,
        method=method,
        time_limit=case.time_limit,
        rng=derive(key, _CHOOSE),
        threads=threads,
    )
    timed = {"seconds": time.perf_counter() - start, "choosing_seconds": choosing_seconds(plan)}
    reach = estimate_reach(
        network,
        list(plan.seeds["candidate"]),
        worlds=SCORING_WORLDS,
        rng=derive(key, _SCORE),
        threads=threads,
    )
    size = {
        "case": case.name,
        "nodes": network.n_nodes,
        "arcs": network.n_arcs,
        "candidates": network.n_nodes if roster is None else len(roster),
        "budget": case.budget,
        "k": case.k,
        "time_limit": case.time_limit,
    }
    return size | timed | _outcome(method, plan) | _score(reach)


def _outcome(method: str, plan: Plan) -> dict[str, Any]:
    return {
        "method": method,
        "seeds": len(plan.seeds),
        "cost": plan.cost,
        "certified_ratio": None if plan.certificate is None else plan.certificate.ratio,
        "stopped": plan.stopped,
    }


def _score(reach: Estimate) -> dict[str, Any]:
    return {
        "reach": reach.mean,
        "stderr": reach.stderr,
        "low": reach.low,
        "high": reach.high,
        "scoring_worlds": reach.worlds,
    }


def choosing_seconds(plan: Plan) -> float:
    """Add up the time a plan took without the final measurement of its reach."""
    return sum(phase.seconds for phase in plan.phases if phase.name != EVALUATION)


def machine() -> dict[str, Any]:
    """Describe what the figures were measured on."""
    versions = provenance.versions()
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: versions[name] for name in ("python", "seeding", "numpy", "numba", "ortools")},
    }


def write_rows(rows: Iterable[dict[str, Any]], path: str) -> None:
    """Write rows as CSV in one atomic step; empty where a figure does not apply."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _written(row[name]) for name in COLUMNS} for row in rows)
    with atomic_write(path) as file:
        file.write(text.getvalue())


def _warm_up(methods: set[str], threads: int | None) -> None:
    """Compile what will be timed: every method chooses, and the scorer scores, on a network of 34."""
    network = datasets.karate()
    for method in sorted(methods):
        plan = optimize(network, k=2, method=method, rng=0, threads=threads)
        estimate_reach(network, list(plan.seeds["candidate"]), worlds=2, rng=0, threads=threads)


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best = max(row["reach"] for row in rows)
    compared = [row | {"share_of_best": row["reach"] / best if best else 1.0} for row in rows]
    return sorted(compared, key=lambda row: -float(row["reach"]))


def _written(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def _processor() -> str:
    """Name the processor as the system does; Linux tells it in a file only."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
