"""Fair plans: how they are chosen, what they reach group by group, and what their fairness costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seeding.plan.answers import PriceOfFairness
from seeding.plan.estimate import Estimate
from seeding.rules.fairness import Fairness
from seeding.selection.methods import choose, pick
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import measure_parts


def choose_by_groups(problem: Problem, fairness: Fairness) -> Choice:
    """Choose what is best among the plans that are fair.

    Raises
    ------
    InfeasibleError
        If no plan within the limits is fair.
    """
    from seeding.selection.fair.method import choose_fairly

    return choose_fairly(problem, fairness, problem.program)


def measure_groups(problem: Problem, choice: Choice, fairness: Fairness, worlds: int) -> pd.DataFrame:
    """Measure what is reached of each group, in the worlds that the plan's own reach comes from."""
    task = problem.fresh_worlds(problem.seeded(choice.order))
    audiences = fairness.audiences
    with problem.phase("measure the groups") as words:
        reaches = measure_parts(task, [audience.weights for audience in audiences], worlds, problem.workers)
        words.append(f"{len(audiences):,} groups in the same {worlds:,} simulations")
    reachable = problem.reachability(problem.seeded(choice.order))
    rows = []
    for audience, reach in zip(audiences, reaches, strict=True):
        estimate = Estimate.from_sample(reach, reachable.known(audience.weights))
        share = estimate.mean / audience.weight if audience.weight > 0 else np.nan
        rows.append(
            {
                "group": audience.name,
                "weight": audience.weight,
                "reach": estimate.mean,
                "low": estimate.low,
                "high": estimate.high,
                "share": share,
                "required": audience.required,
            }
        )
    return pd.DataFrame(rows)


def price_fairness(problem: Problem, reach: np.ndarray) -> PriceOfFairness:
    """Choose again without the fairness rule, and compare both plans world by world.

    Parameters
    ----------
    problem
        Limits and all other rules stay as they are.
    reach
        What the fair plan reaches in each world.
    """
    name, _ = pick("auto", problem)
    plain = choose(name, problem, only_if_needed=True)
    task = problem.fresh_worlds(problem.seeded(plain.order))
    with problem.phase("measure the plan without the fairness rule") as words:
        without = measure_parts(task, [problem.network.weights], reach.size, problem.workers)[0]
        words.append(f"the same {reach.size:,} simulations")
    return PriceOfFairness.of(without, reach)
