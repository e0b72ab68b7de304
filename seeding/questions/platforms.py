"""What a plan reaches on each platform, and how many people that is when nobody counts twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seeding.plan.estimate import Estimate
from seeding.plan.interval import Known
from seeding.plan.sections import Platforms, Section
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, measure_parts


def platform_sections(problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
    """Say what is reached on each platform, where the network is one of several."""
    return [Platforms(measure_platforms(problem, choice, spread))] if has_platforms(problem) else []


def has_platforms(problem: Problem) -> bool:
    """Tell whether the network is one of several platforms."""
    people = problem.network.people
    coupled = problem.network.person is not None and people is not None
    return coupled and people is not None and {"platform", "account", "person"} <= set(people.columns)


def measure_platforms(problem: Problem, choice: Choice, spread: Spread) -> pd.DataFrame:
    """Measure what is reached on each platform, in the worlds that the plan's own reach comes from.

    Returns
    -------
    One row per platform with its accounts that count, the people reached there, with the 95 % interval; a
    last row for all platforms, in which nobody counts twice.
    """
    network = problem.network
    assert network.people is not None  # `has_platforms` says so
    task = problem.fresh_worlds(problem.seeded(choice.order))
    platform = network.people["platform"].to_numpy()
    names = list(dict.fromkeys(platform.tolist()))
    parts = [np.where(platform == name, network.weights, 0.0) for name in names]
    with problem.phase("measure the platforms") as words:
        reaches = measure_parts(task, parts, spread.reach.size, problem.workers)
        words.append(f"{len(names):,} platforms in the same {spread.reach.size:,} simulations")
    counted = [int((part > 0).sum()) for part in parts]
    reachable = problem.reachability(problem.seeded(choice.order))
    known = [reachable.known(part) for part in parts]
    rows = [_row(*row) for row in zip(names, counted, reaches, known, strict=True)]
    total = _row("all, each person once", sum(counted), spread.reach, spread.known)
    return pd.DataFrame([*rows, total])


def _row(name: str, accounts: int, reach: np.ndarray, known: Known) -> dict[str, object]:
    estimate = Estimate.from_sample(reach, known)
    return {
        "platform": name,
        "accounts": accounts,
        "reach": estimate.mean,
        "low": estimate.low,
        "high": estimate.high,
    }
