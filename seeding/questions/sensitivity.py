"""`Plan.sensitivity`: this plan, and the best one, after each of several changes of the inputs.

Everything is measured in the first fresh worlds of the plan's own key, so that what differs between two
figures is the change and not the worlds. The best plan of a change is what `optimize` would give on the
changed inputs with the same key, at a coarser gap.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime.progress import Progress
from seeding._runtime.wording import percent, tenths
from seeding.errors import AssumptionWarning, InfeasibleError, InputError, shown
from seeding.network.labels import plain
from seeding.plan.interval import Known, Moments, mean_interval
from seeding.plan.plan import Plan
from seeding.plan.sensitivity import Scenario, Sensitivity
from seeding.questions.groups import measure_groups
from seeding.questions.measured import measure_in_time
from seeding.questions.minimize import LeastCost
from seeding.questions.objectives import FairReach, LargestProfit, objective_of
from seeding.questions.preparing import Case, prepare
from seeding.questions.scenarios import Change, Inputs, changes_of
from seeding.questions.what_if import places_of
from seeding.roster import money
from seeding.selection.problem import Choice, Problem
from seeding.simulation.measuring import run_worlds
from seeding.simulation.simulation import FIRST_WORLDS

# The best plan of each change is sought, and all plans are measured, no more closely than this.
GAP, PRECISION = 0.1, 0.02


class _Base(NamedTuple):
    """What all changes are compared with: the plan, its inputs, and what it reaches in each world."""

    plan: Plan
    inputs: Inputs
    objective_of: Any
    now: np.ndarray


def plan_sensitivity(
    plan: Plan,
    case: Case[Any],
    *,
    leave_out: object = None,
    tell: Callable[[str], object] | None = None,
    threads: int | None = None,
    progress: bool | Progress = False,
) -> Sensitivity:
    """Say what a plan hangs on; see `Plan.sensitivity`."""
    if case.question.objective != "reach":
        raise InputError(
            f"sensitivity compares what plans reach, and objective={case.question.objective!r} wants another "
            "thing; ask it of a plan made for reach, profit or least cost."
        )
    if tell is not None and not callable(tell):
        raise InputError(f"tell={shown(tell)} cannot be called; pass a function of one text, such as print.")
    changes, left_out = changes_of(case, leave_out)
    if tell is not None:
        tell(said_before(plan, len(changes)))
    inputs = _asked_coarsely(case, threads, progress)
    makes = objective_of if case.question.budgets is not None else case.given.objective_of
    with warnings.catch_warnings():
        # Whatever had to be assumed was said when the plan was made.
        warnings.simplefilter("ignore", AssumptionWarning)
        base = _Base(plan, inputs, makes, _measured(plan, prepare(*inputs, makes)))
        scenarios = tuple(_try(change, base) for change in changes)
    wanted = "profit" if isinstance(case.objective, LargestProfit) else "reach"
    reach = _interval(base.now, _known(case))
    return Sensitivity(scenarios, tuple(left_out), reach, base.now.size, inputs.question.gap, wanted)


def said_before(plan: Plan, changes: int) -> str:
    """Say how long the work takes: as long as the plan itself for each change, by the times of its phases."""
    seconds = changes * sum(phase.seconds for phase in plan.phases)
    if seconds < 1:
        about = "a second at most"
    elif seconds < 100:
        about = f"{seconds:,.0f} s"
    else:
        about = f"{seconds / 60:,.0f} min"
    return f"sensitivity: {changes} changes, each planned anew: about {about}, by what the plan itself took."


def _asked_coarsely(case: Case[Any], threads: int | None, progress: bool | Progress) -> Inputs:
    """Return the inputs of the question, which is asked less closely; of a frontier, for one budget."""
    question = case.question
    budget = question.budget if question.budgets is None else case.amount
    asked = replace(
        question, budget=budget, budgets=None, probability=None, start=None, progress=progress,
        gap=max(question.gap, GAP), precision=max(question.precision, PRECISION),
        threads=question.threads if threads is None else threads,
    )  # fmt: skip
    return Inputs(case.given.network, case.given.roster, asked)


def _known(case: Case[Any]) -> Known:
    return Known(0.0, case.network.total_weight)


def _measured(plan: Plan, case: Case[Any]) -> np.ndarray:
    """Measure the plan as things are; as many worlds as that takes are used throughout."""
    seeds = places_of(case.roster, plan.seeds)
    if seeds.size == 0:
        return np.zeros(FIRST_WORLDS)
    with case.work() as problem:
        known = problem.reachability(seeds).known()
        spread, _ = measure_in_time(problem, problem.fresh_worlds(seeds), case.question.precision, known)
    return spread.reach


def _try(change: Change, base: _Base) -> Scenario:
    """Make one change, and see what it does to the plan and which plan is best then."""
    blank = Scenario(change.name, change.what, change.factor)
    # The clock of a question runs from the moment that it is made.
    asked = base.inputs._replace(question=replace(base.inputs.question))
    inputs, clipped = change.apply(asked)
    scenario = replace(blank, clipped=clipped)
    try:
        case = prepare(*inputs, base.objective_of)
        with case.work() as problem:
            return _compare(scenario, change, base, case, problem)
    except (InfeasibleError, InputError) as error:
        return replace(scenario, note=f"no plan is possible then: {error}")


def _compare(scenario: Scenario, change: Change, base: _Base, case: Case[Any], problem: Problem) -> Scenario:
    """Measure this plan under a change, choose anew, and compare both."""
    ours = _places_left(base.plan, case, change)
    worlds = base.now.size
    reach = _reaches(problem, ours, worlds)
    known = _known(case)
    # What is paid has no part in how the message spreads.
    moved = (0.0, 0.0, 0.0) if change.what == "costs" else _interval(reach - base.now, known.less())
    scenario = replace(
        scenario, reach=_interval(reach, known), moved=moved,
        **_limits_kept(scenario, base.plan, case, problem, ours),
    )  # fmt: skip
    try:
        choice: Choice = case.objective.choose(problem)
    except InfeasibleError as error:
        return replace(scenario, note=f"no plan is possible then: {error}")
    theirs = problem.seeded(choice.order)
    best = _reaches(problem, theirs, worlds)
    same = np.array_equal(np.sort(ours), np.sort(theirs))
    missed, short = _falls_short(case, problem, ours, scenario.reach)
    notes = [*missed, *_when_early(choice)]
    return replace(
        scenario,
        best=_interval(best, known),
        ratio=(1.0, 1.0, 1.0) if same else _ratio(*_wanted(case, (ours, reach), (theirs, best)), known),
        shared=int(np.isin(_labels(case, theirs), _labels(case, ours)).sum()),
        seeds=int(theirs.size),
        best_cost=_cost(case, problem, choice.order),
        certified=np.nan if choice.certificate is None else choice.certificate.ratio,
        by_cost=isinstance(case.objective, LeastCost),
        breaks_rules=scenario.breaks_rules or short,
        note="; ".join(notes),
    )


def _places_left(plan: Plan, case: Case[Any], change: Change) -> np.ndarray:
    """Return the rows of the seeds who can still be bought."""
    labels = set(change.gone)
    there = [label not in labels for label in plain(plan.seeds["candidate"].tolist())]
    return places_of(case.roster, plan.seeds[there])


def _reaches(problem: Problem, seeds: np.ndarray, worlds: int) -> np.ndarray:
    """Simulate seeds in the first fresh worlds; nobody reaches nobody."""
    if seeds.size == 0:
        return np.zeros(worlds)
    blocks = run_worlds(problem.fresh_worlds(seeds), 0, worlds, problem.workers, problem.progress)
    found: np.ndarray = np.concatenate([block.reach for block in blocks])
    return found


def _interval(sample: np.ndarray, known: Known) -> tuple[float, float, float]:
    return (float(sample.mean()), *mean_interval(Moments.of(sample), known))


def _wanted(
    case: Case[Any], ours: tuple[np.ndarray, np.ndarray], theirs: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return what is wanted of both plans in each world, and what one unit of reach is of that.

    That is the reach; or the profit, where a plan is made for it.
    """
    if not isinstance(case.objective, LargestProfit):
        return ours[1], theirs[1], 1.0
    value, roster = float(case.objective.value), case.roster
    costs = [float(roster.amount(int(roster.expected[seeds].sum()))) for seeds, _ in (ours, theirs)]
    return value * ours[1] - costs[0], value * theirs[1] - costs[1], value


def _ratio(ours: np.ndarray, best: np.ndarray, unit: float, known: Known) -> tuple[float, float, float]:
    """Return one mean as a part of another, with the paired 95 % interval (delta method).

    The error of mean(a) / mean(b) = r is that of mean(a − r·b) / mean(b), world by world.
    """
    most = float(best.mean())
    if most <= 0:
        _, low, high = _interval(ours, Known(-np.inf, np.inf))
        if most < 0 or low >= 0:
            return np.nan, np.nan, np.nan
        return (-np.inf, -np.inf, -np.inf) if high < 0 else (-np.inf, -np.inf, np.inf)
    ratio = float(ours.mean()) / most
    spread = unit * max(1.0, abs(ratio)) * known.ceiling
    apart = ours - ratio * best
    _, low, high = _interval(apart, Known(-spread, spread))
    return ratio, ratio + low / most, ratio + high / most


def _labels(case: Case[Any], rows: np.ndarray) -> np.ndarray:
    """Return the number of the creator of each row, so that another offer to somebody is the same person."""
    people: np.ndarray = case.roster.people[rows]
    return people


def _limits_kept(
    scenario: Scenario, plan: Plan, case: Case[Any], problem: Problem, ours: np.ndarray
) -> dict[str, Any]:
    """Say what this plan costs after a change, by how much that is too much, and whether a rule is broken."""
    if problem.offers.plain:
        cost = _amount(case, int(case.roster.spend[ours].sum()))
    elif scenario.what == "costs" and scenario.factor is not None:
        cost = plan.cost * round(scenario.factor * 10) / 10
    elif ours.size == len(plan.table) and scenario.what != "acceptance":
        cost = plan.cost
    else:
        return {}
    over = Decimal(0) if case.amount is None else max(cost - case.amount, Decimal(0))
    broken = problem.offers.plain and over == 0 and not problem.program.allows(ours)
    return {"cost": cost, "over_budget": over, "breaks_rules": broken}


def _cost(case: Case[Any], problem: Problem, order: np.ndarray) -> Decimal:
    """Return what a choice costs, as the budget counts it."""
    return _amount(case, int(problem.program.costs[order].sum()))


def _amount(case: Case[Any], units: int) -> Decimal:
    """Give units of spend back as an amount, without the decimals that a factor on costs may need."""
    return money.from_minor(units, case.roster.spend_decimals, min(2, case.roster.decimals))


def _falls_short(
    case: Case[Any], problem: Problem, ours: np.ndarray, reach: tuple[float, float, float]
) -> tuple[list[str], bool]:
    """Say where this plan falls short of what was asked of its reach, and whether it surely does."""
    objective, (mean, _, high) = case.objective, reach
    if isinstance(objective, LeastCost):
        missing = objective.target - mean
        said = [f"it is {tenths(missing)} below the target of {tenths(objective.target)}"]
        return (said, high < objective.target) if missing > 0 else ([], False)
    if not isinstance(objective, FairReach) or ours.size == 0:
        return [], False
    groups = measure_groups(problem, Choice(ours, "complete"), objective.fairness, FIRST_WORLDS)
    short = groups[groups["share"] < groups["required"]]
    said = [
        f"{percent(row['share'])} of {row['group']} are reached and {percent(row['required'])} are asked"
        for row in short.to_dict("records")
    ]
    return said, bool((short["high"] < short["required"] * short["weight"]).any())


def _when_early(choice: Choice) -> list[str]:
    """Say where a limit ended the search for the best plan."""
    if choice.stopped not in ("time_limit", "memory_limit"):
        return []
    return ["a limit on time or memory ended the search for the best plan"]
