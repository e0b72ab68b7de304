"""What a plan reaches by each step, also where the measurement of its reach passes over steps."""

from __future__ import annotations

from dataclasses import replace

from seeding.plan.sections import Curve, Section
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, run_worlds

# About so many people are simulated as reached, in so many worlds at most.
_VISITS = 1 << 20
_MOST_WORLDS = 1 << 10


def sections_by_step(problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
    """Collect what the cascade gives rise to; first of all, what is reached by each step.

    Where the measured worlds do not tell that, some are simulated step by step, unless time is up.
    """
    found = problem.propagation.sections(spread)
    if choice.order.size == 0 or problem.clock.expired():
        return found
    seeds, key = problem.seeds(problem.seeded(choice.order)), problem.stage_key("evaluate")
    task = problem.propagation.by_step(seeds, key, problem.workers.threads)
    if task is None:
        return found
    worlds = _worlds_for(spread, problem.network.total_weight / problem.network.n_nodes)
    with problem.phase("follow the steps") as words:
        told = Spread.join(run_worlds(task, 0, worlds, problem.workers))
        words.append(f"{worlds:,} simulations step by step")
    told = told._replace(known=spread.known, starts_alike=spread.starts_alike)
    return [replace(Curve.of(told, trimmed=True), apart=True), *found]


def _worlds_for(spread: Spread, weight: float) -> int:
    """Decide in how many worlds: whole runs, no more than were measured, fewer where each reaches many.

    How many that are is told by what a node weighs on average.
    """
    from seeding._kernels.forward.arc_by_arc import GRAIN

    wanted = min(max(_VISITS / max(float(spread.reach.mean()) / weight, 1.0), GRAIN), _MOST_WORLDS)
    return int(min(GRAIN * (wanted // GRAIN), spread.reach.size))
