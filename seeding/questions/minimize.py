"""`minimize_cost`: the cheapest plan that reaches a target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding._runtime.clock import Clock
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource
from seeding.diffusion import IndependentCascade, Model
from seeding.errors import InfeasibleError, InputError, shown
from seeding.plan.answers import Target
from seeding.plan.estimate import Estimate
from seeding.plan.plan import Plan
from seeding.questions.optimize import _evaluate, measure_in_time
from seeding.questions.preparing import Setting, check_allowed, open_setting, place, read_asked
from seeding.roster.acceptance import BudgetOn
from seeding.rules.limits import read_caps
from seeding.rules.rules import Rule
from seeding.selection.cost.least_cost import Cheapest, cheapest
from seeding.selection.problem import Choice
from seeding.selection.reachable import refuse_nobody_reached, within_reach

REASON = "greedy cover by reach per cost on RR sets, pruned and improved by local search"


def minimize_cost(
    network: Any,
    roster: Any = None,
    *,
    target_reach: float,
    confidence: float = 0.9,
    budget: Any = None,
    k: int | None = None,
    budget_on: BudgetOn = "expected",
    model: Model = IndependentCascade(),
    audience: str | None = None,
    constraints: Iterable[Rule] = (),
    gap: float = 0.05,
    delta: float = 0.01,
    precision: float = 0.01,
    time_limit: float | None = None,
    memory_limit: int | str | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Plan:
    """Choose the cheapest seeds whose expected reach is at least a target.

    One sample chooses, a second one proves that the target is reached, and fresh forward simulations report
    the reach. The proof asks for a little more than the target, by the error of the sample; more samples make
    that less, and are drawn until the cost is proven to be near the least possible.

    Parameters
    ----------
    network, roster
        As for `optimize`.
    target_reach
        The expected reach to have at least, in units of node weight.
    confidence
        Probability with which the plan really has it, over all tries that were made.
    budget, k
        Most money and most candidates, if there is such a limit.
    budget_on
        As for `optimize`: which spend is the cost that is made small, and that `budget` and rules hold for.
    constraints
        Further rules, as for `optimize`, but for `AtLeastReach`. The plan keeps them; the bound on the least
        possible cost leaves them out, so that it may be well below what they allow.
    model, audience, probability, memory_limit, rng, threads, executor, progress
        As for `optimize`.
    gap, delta
        Stop when the plan is proven to cost at most 1 / (1 − `gap`) times the least possible cost; the bound
        on that cost is wrong with probability at most `delta`.
    precision
        Relative half-width of the 95 % interval on the reported reach.
    time_limit
        Seconds for the search; the cheapest plan proven so far is returned then.

    Returns
    -------
    A plan whose `Plan.target` says what was asked and proven (it has no certificate, as reach was not
    maximised).

    Raises
    ------
    InputError
        If an argument is out of range.
    InfeasibleError
        If the target is out of reach, with how much can be reached; or no plan was proven to reach it; or no
        choice keeps all the rules.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["fan"], ["a", "b", "c", "c"], 0.5)
    >>> plan = sd.minimize_cost(star, {"hub": 900, "fan": 250.5, "a": 100}, target_reach=2.2, rng=1)
    >>> plan.seeds["candidate"].tolist(), plan.cost
    (['fan', 'a'], Decimal('350.50'))
    """
    clock = Clock(time_limit)
    asked = read_asked(locals())
    confidence = checks.share("confidence", confidence)
    target = _read_target(target_reach)
    network, roster, nodes = place(network, roster, asked)
    limits, amount = read_caps(budget, k, roster)
    if target > network.total_weight:
        raise InfeasibleError(
            f"target_reach={target:,.6g} is more than all {network.n_nodes:,} people of the network "
            f"together, {network.total_weight:,.6g}; lower it."
        )
    with open_setting(network, roster, nodes, limits, asked, clock) as setting:
        check_allowed(setting.problem, asked.rules, roster)
        reached = within_reach(setting.problem)
        refuse_nobody_reached(setting.problem, reached)
        found = cheapest(reached, target, confidence)
        if found.order is None:
            raise _out_of_reach(setting, found, target)
        spread = _evaluate(setting.problem, Choice(found.order, found.stopped), asked.precision)
    cost_lower = setting.amount(found.cost_lower)
    return setting.plan(
        found.order,
        spread,
        limits=(amount, limits.k),
        reason=REASON,
        stopped=found.stopped,
        target=Target(target, confidence, found.lower, cost_lower, asked.delta, found.samples),
        also={"target_reach": target, "confidence": confidence},
    )


def _read_target(value: object) -> float:
    target = checks.as_number(value)
    if target is None or target <= 0:
        raise InputError(
            f"target_reach={shown(value)} is not a number above 0; say how many people to reach."
        )
    return target


def _out_of_reach(setting: Setting, found: Cheapest, target: float) -> InfeasibleError:
    """Say by how much the target is out of reach, or that nothing was proven to reach it."""
    problem = setting.problem
    limits, n = problem.limits, setting.roster.n_people
    within = [f"a budget of {setting.amount(limits.budget):,}"] if limits.budget is not None else []
    within += [f"{limits.k:,} seeds"] if limits.k is not None else []
    within += ["the rules"] if setting.asked.rules else []
    sure = f"with probability {1 - problem.delta:.4g}"
    if found.most < target and within:
        return InfeasibleError(
            f"at most {found.most:,.1f} ({sure}) can be reached within {' and '.join(within)}; the target of "
            f"{target:,.6g} is {target - found.most:,.1f} more. Lower the target or raise the limits."
        )
    everyone = np.arange(problem.costs.size)
    if found.most < target:
        reach = _measure(setting, everyone)
        return InfeasibleError(
            f"at most {found.most:,.1f} ({sure}; 95 % interval {reach.low:,.1f} to {reach.high:,.1f}) can be "
            f"reached by all {n:,} candidates; the target of {target:,.6g} is {target - reach.mean:,.1f} "
            f"more than their expected {reach.mean:,.1f}. Lower the target or add candidates."
        )
    why = (
        "the time or memory limit ended the search"
        if found.stopped != "settled"
        else "it is too close to call"
    )
    return InfeasibleError(
        f"no plan was proven to reach the target of {target:,.6g}, and none was proven not to (at most "
        f"{found.most:,.1f} can be reached, {sure}): {why}. Lower the target a little, or raise the limits."
    )


def _measure(setting: Setting, order: np.ndarray) -> Estimate:
    """Measure what candidates reach, whatever the limits."""
    problem = setting.problem
    known = problem.reachability(order).known()
    spread, _ = measure_in_time(problem, problem.fresh_worlds(order), setting.asked.precision, known)
    return Estimate.from_sample(spread.reach, known)
