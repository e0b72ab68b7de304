"""What is reached without a plan, and with it, where some are active anyway."""

from __future__ import annotations

import numpy as np

from seeding.network.labels import plain
from seeding.plan.estimate import Estimate
from seeding.plan.sections import OrganicStart
from seeding.sampling.acceptance import EVERYBODY
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import Spread, run_worlds
from seeding.simulation.propagation import Seeds


def organic_sections(problem: Problem, choice: Choice, spread: Spread) -> list[OrganicStart]:
    """Measure both in the worlds of the spread, so that what the plan adds is their difference in each.

    Nothing where nobody is active anyway; only the seeds who are, where time is up.
    """
    alone = problem.propagation.without_plan()
    if alone is None:
        return []
    active, seeds = problem.network.active, problem.seeds(problem.seeded(choice.order))
    again = seeds.nodes[np.isin(seeds.nodes, active)]
    named = tuple(dict.fromkeys(plain(problem.network.labels[again])))
    if problem.clock.expired():
        return [OrganicStart((), active=named)]
    start = Seeds(active, EVERYBODY, active)
    with problem.phase("measure the organic start") as words:
        task = alone.forward(start, problem.stage_key("evaluate"), problem.workers.threads)
        blocks = run_worlds(task, 0, spread.reach.size, problem.workers)
        words.append(f"without the plan, in the same {spread.reach.size:,} simulations")
    reach = np.concatenate([block.reach for block in blocks])
    accept = seeds.accept if seeds.accept.size else np.ones(seeds.nodes.size)
    everybody = np.concatenate([active, seeds.nodes])
    both = Seeds(everybody, np.concatenate([np.ones(active.size), accept]), everybody)
    without = Estimate.from_sample(reach, alone.reachability(start).known())
    total = Estimate.from_sample(reach + spread.reach, alone.reachability(both).known())
    return [OrganicStart((), without, total, named)]
