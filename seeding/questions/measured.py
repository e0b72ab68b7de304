"""What a choice reaches, measured on fresh worlds that had no part in choosing it."""

from __future__ import annotations

import numpy as np

from seeding._runtime.clock import OutOfTime
from seeding._runtime.executors import Workers
from seeding.errors import SeedingError
from seeding.plan.interval import NOTHING_KNOWN, Known
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, measure, run_worlds
from seeding.simulation.simulation import Block, Task


def measure_choice(problem: Problem, choice: Choice, precision: float) -> Spread:
    """Measure a choice on fresh worlds: to the asked precision, or as many as there is time for.

    One run of worlds takes place whatever the time.

    Raises
    ------
    SeedingError
        If the choice is outside the limits, which no method may return.
    """
    if not problem.program.allows(choice.order):
        raise SeedingError("a method returned a choice outside the limits; please report this.")
    seeds = problem.seeded(choice.order)
    task, reachable = problem.fresh_worlds(seeds), problem.reachability(seeds)
    known = reachable.known()
    with problem.phase("measure the reach") as words:
        spread, in_time = measure_in_time(problem, task, precision, known)
        if not in_time:
            words.append("time was up before the asked precision")
        spread = problem.propagation.complete(spread, task, problem.workers)
        words.append(f"{spread.reach.size:,} fresh simulations")
    return reachable.told(spread)


def measure_in_time(
    problem: Problem, task: Task, precision: float, known: Known = NOTHING_KNOWN
) -> tuple[Spread, bool]:
    """Measure to the asked precision, or as far as there is time; returns whether there was enough."""
    blocks: list[Block] = []
    # Several workers would begin several runs before the first is done.
    workers = Workers(1) if problem.clock.expired() else problem.workers
    try:
        check, progress = problem.clock.check, problem.progress
        return measure(task, precision, workers, progress, check, blocks, known), True
    except OutOfTime:
        return Spread.join(blocks)._replace(known=known), False


def fresh_reaches(problem: Problem, seeds: np.ndarray, worlds: int) -> np.ndarray:
    """Simulate seeds in the first of the fresh worlds that measure a plan; returns the reach in each."""
    blocks = run_worlds(problem.fresh_worlds(seeds), 0, worlds, problem.workers)
    found: np.ndarray = np.concatenate([block.reach for block in blocks])
    return found
