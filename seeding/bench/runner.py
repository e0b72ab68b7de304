"""Running a suite: each method in a process of its own, then one scorer for everybody's seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from seeding._runtime.executors import available_threads
from seeding._runtime.progress import Progress, Silent
from seeding._runtime.rng import RandomSource, to_key
from seeding.bench.case import Case, Instance, Method
from seeding.bench.facts import installed, machine
from seeding.bench.peers.base import Arrays, Task
from seeding.bench.peers.known import claim_problem, known_problems
from seeding.bench.processes import Ended, run_job
from seeding.bench.registry import METHODS, SUITES
from seeding.bench.results import COLUMNS, Row
from seeding.bench.scoring import score
from seeding.bench.worker import Job
from seeding.errors import InputError, listing
from seeding.plan.estimate import Estimate

REPEATS = 5


def pick_cases(suite: str = "small", only: Iterable[str] = (), data: Path | None = None) -> list[Case]:
    """List the cases of a suite, each with the methods that will be run.

    Parameters
    ----------
    suite
        The name of a suite in `SUITES`.
    only
        Names of cases, of methods, or both as ``case/method``; nothing: everything.
    data
        The folder of public networks; a case whose file is not there is replaced by its stand-in.

    Raises
    ------
    InputError
        If there is no such suite, or a name of `only` picks nothing in it.
    """
    if suite not in SUITES:
        raise InputError(f"suite={suite!r} is not known; choose one of {', '.join(map(repr, SUITES))}.")
    cases = [case.with_data(data) for case in SUITES[suite]]
    wanted = set(only)
    pairs = {(case.name, method) for case in cases for method in case.methods}
    unknown = [name for name in wanted if not any(_picks(name, *pair) for pair in pairs)]
    if unknown:
        raise InputError(
            f"only={sorted(unknown)[0]!r} is no case or method of the suite {suite!r}; its cases are "
            f"{listing([case.name for case in cases], 12)} (seeding bench --suite {suite} --list shows all)."
        )
    picked = []
    for case in cases:
        methods = tuple(m for m in case.methods if not wanted or any(_picks(w, case.name, m) for w in wanted))
        if methods:
            picked.append(replace(case, methods=methods))
    return picked


def run_suite(
    suite: str = "small",
    *,
    rng: RandomSource = 1,
    threads: int | None = None,
    data: Path | None = None,
    only: Iterable[str] = (),
    repeats: int = REPEATS,
    progress: Progress | None = None,
) -> Iterator[list[Row]]:
    """Run a suite, case by case.

    Each method runs in a process of its own, under limits of time and memory, after everything is imported
    and compiled; short runs are repeated. A method that fails or is missing gives a row that says so. Nothing
    is timed that is not scored: all seeds go to one evaluator with worlds that no method has seen.

    Parameters
    ----------
    suite, only, data
        As in `pick_cases`.
    rng, threads
        As in `seeding.optimize`.
    repeats
        How often a short run is repeated.
    progress
        Who is told how far it has come.

    Yields
    ------
    The rows of one case, best reach first, then those without a result; their keys are `COLUMNS`.

    Raises
    ------
    InputError
        As `pick_cases`.
    """
    cases = pick_cases(suite, only, data)
    key, progress = to_key(rng), progress or Silent()
    total, done = sum(len(case.methods) for case in cases), 0
    for case in cases:
        progress.update("measuring", done, total, f"{case.name}, reading")
        with tempfile.TemporaryDirectory(prefix="seeding-bench-") as folder:
            bench = Bench(suite, case, case.build(data), Path(folder), key, threads or available_threads())
            rows = []
            for name in case.methods:
                progress.update("measuring", done, total, f"{case.name}, {name}")
                rows.append(bench.measure(METHODS[name], repeats))
                done += 1
        yield ranked(rows, case.best_known)
    progress.close()


class Bench:
    """One case, ready to measure methods on."""

    def __init__(
        self, suite: str, case: Case, instance: Instance, folder: Path, key: int, threads: int
    ) -> None:
        self.case, self.instance = case, instance
        self.arrays = Arrays.of(instance)
        self.threads = case.threads or threads
        self.task = Task.of(case, instance, key, self.threads)
        self._file = folder / "network.npz"
        self.arrays.save(self._file)
        self._about = {
            "suite": suite,
            "case": case.name,
            "network": case.about,
            "axis": case.axis,
            "value": case.value,
            "nodes": self.arrays.n,
            "arcs": self.arrays.target.size,
            "candidates": self.arrays.candidates.size,
            "budget": case.budget,
            "k": case.k,
            "best_known": case.best_known,
            "time_limit": case.effort.time_limit,
            "wall_limit": case.effort.wall_limit,
            "memory_limit_mb": case.effort.memory_limit / (1 << 20),
            "key": key,
        }

    def measure(self, method: Method, repeats: int) -> Row:
        """Run one method and score what it chose."""
        row = dict.fromkeys(COLUMNS) | self._about | machine()
        row |= {
            "method": method.name,
            "settings": " ".join(f"{name}={value}" for name, value in method.settings.items()),
            "package": method.package or "seeding",
            "version": installed(method.package or "seeding"),
            "threads": self.threads,
        }
        problems = known_problems(method, self.case, self.arrays)
        ended = self._run(method, repeats)
        if ended.told is not None:
            told, seeds = ended.told, [int(seed) for seed in ended.told["answer"]["seeds"]]
            row |= self._timed(told)
            reason = self.objection(seeds)
            if reason:
                ended = Ended("invalid", reason)
            else:
                reach = score(self.arrays, seeds, self.case.effort.worlds)
                row |= self._scored(seeds, reach)
                claims = told["answer"]["claimed_reach"], told["answer"]["claimed_from"]
                problems += claim_problem(*claims, reach)
        known = {"known_problem": "; ".join(problems) or None}
        return row | known | {"outcome": ended.outcome, "reason": ended.reason or None}

    def _run(self, method: Method, repeats: int) -> Ended:
        available = available_threads()
        if method.package is not None and installed(method.package) is None:
            return Ended("skipped", f"{method.package} is not installed: {method.install}")
        if (self.case.threads or 1) > available:
            return Ended("skipped", f"this machine gives {available} threads")
        settings = dict(method.settings)
        short = repeats, self.case.effort.repeat_seconds
        job = Job(method.adapter, settings, str(self._file), self.task, *short, self.case.effort.wall_limit)
        return run_job(job, self.case.effort.memory_limit)

    @staticmethod
    def _timed(told: dict[str, Any]) -> Row:
        answer = told["answer"]
        return {
            "build_seconds": median(told["build"]),
            "choosing_seconds": median(told["choosing"]),
            "choosing_seconds_min": min(told["choosing"]),
            "seconds": median(told["seconds"]),
            "seconds_min": min(told["seconds"]),
            "repeats": len(told["seconds"]),
            "repeatable": told["repeatable"] if len(told["seconds"]) > 1 else None,
            "base_mb": told["base_mb"],
            "peak_mb": told["peak_mb"],
            "threads": told["threads"],
            **{name: answer[name] for name in ("claimed_reach", "claimed_ratio", "claimed_from", "stopped")},
        }

    def objection(self, seeds: list[int]) -> str | None:
        """Say why seeds cannot be scored: nobody, twice, not for sale, or beyond the limits."""
        if not seeds:
            return "it chose nobody"
        if len(set(seeds)) < len(seeds):
            return "it chose somebody twice"
        strangers = set(seeds) - set(self.arrays.candidates.tolist())
        if strangers:
            return f"it chose {sorted(strangers)[0]}, who is no candidate"
        if self.task.k is not None and len(seeds) > self.task.k:
            return f"it chose {len(seeds)} seeds of at most {self.task.k}"
        if self.task.budget is not None and self._cost(seeds) > self.task.budget:
            return "it spent more than the budget"
        return None

    def _cost(self, seeds: list[int]) -> int:
        """Add up the cost of seeds in minor units."""
        return int(self.arrays.costs[np.isin(self.arrays.candidates, seeds)].sum())

    def _scored(self, seeds: list[int], reach: Estimate) -> Row:
        decimals = 0 if self.instance.roster is None else self.instance.roster.decimals
        return {
            "seeds": len(seeds),
            "cost": Decimal(self._cost(seeds)).scaleb(-decimals),
            "reach": reach.mean,
            "stderr": reach.stderr,
            "low": reach.low,
            "high": reach.high,
            "scoring_worlds": reach.worlds,
        }


def ranked(rows: list[Row], best_known: float | None) -> list[Row]:
    """Compare every reach with the best of the case, or the best known if that is larger; best first."""
    best = max([row["reach"] or 0.0 for row in rows] + [best_known or 0.0])
    for row in rows:
        if row["reach"] is not None:
            row["share_of_best"] = row["reach"] / best if best else 1.0
    return sorted(rows, key=lambda row: -float(row["reach"] or 0.0))


def _picks(wanted: str, case: str, method: str) -> bool:
    return wanted in (case, method, f"{case}/{method}")
