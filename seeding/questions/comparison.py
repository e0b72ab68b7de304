"""What simple choices reach in the same worlds as a plan, to tell whether it matters whom one chooses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from seeding._runtime.rng import derive
from seeding.plan.answers import Comparison
from seeding.roster.money import from_minor
from seeding.selection.baselines import audience
from seeding.selection.feasible_prefix import Tracker
from seeding.selection.problem import Choice, Problem
from seeding.simulation.competition_simulation import DuelTask
from seeding.simulation.measuring import run_worlds
from seeding.simulation.simulation import Task

# About so many people are simulated as reached for each comparison.
_VISITS = 1 << 20
# So many choices at random are simulated, each in so many worlds at least, and at most in a run of them.
CHOICES, _LEAST_EACH = 8, 16
# Under rules, whether somebody still fits is asked of so many for each comparison at most.
_MOST_ASKED = 1 << 12


def compare_with_simple(
    problem: Problem, choice: Choice, task: Task, reach: np.ndarray
) -> tuple[Comparison, ...]:
    """Compare a plan with choices at random, and with the largest audiences, within the same limits.

    Parameters
    ----------
    problem, choice
        The limits and rules, and what was chosen.
    task
        The simulation that measured the choice; others are simulated in the same worlds.
    reach
        What the choice reaches in each world.

    Returns
    -------
    One comparison for each simple choice; none where all who can be chosen are, as there was no choice then;
    where rules let nobody be bought first, as `MaxShare` may, so that there is no choosing one by one; or
    where time is up.
    """
    forbidden = problem.program.forbidden
    if choice.order.size == 0 or choice.order.size >= np.count_nonzero(~forbidden) or problem.clock.expired():
        return ()
    largest = buy(problem, _by_audience(problem), _MOST_ASKED)
    if largest.size == 0:
        return ()
    with problem.phase("compare with simple choices") as words:
        worlds = _worlds_for(reach)
        found = (
            _at_random(problem, task, reach),
            Comparison.of(
                "top_audience",
                reach[:worlds],
                _simulate(problem, task, largest, 0, worlds),
                1,
                _cost_of(problem, [largest]),
            ),
        )
        words.append(f"choices at random and the largest audiences, in up to {worlds:,} of the same worlds")
    return found


def _worlds_for(reach: np.ndarray) -> int:
    """Decide on how many worlds to compare: whole runs of those measured, fewer where each reaches many."""
    from seeding._kernels.forward.arc_by_arc import GRAIN

    wanted = min(max(_VISITS / max(float(reach.mean()), 1.0), GRAIN), CHOICES * GRAIN)
    return int(min(GRAIN * (wanted // GRAIN), reach.size))


def _at_random(problem: Problem, task: Task, reach: np.ndarray) -> Comparison:
    """Compare with several choices at random, each in worlds of its own, so that no single one decides."""
    from seeding._kernels.forward.arc_by_arc import GRAIN

    wanted = _VISITS / CHOICES / max(float(reach.mean()), 1.0)
    each = int(min(max(wanted, _LEAST_EACH), GRAIN))
    ours, theirs, bought = [], [], []
    for draw in range(min(CHOICES, reach.size // GRAIN)):
        rng = np.random.Generator(np.random.PCG64(derive(problem.stage_key("shuffle"), draw)))
        seeds = buy(problem, rng.permutation(problem.program.n_offers), _MOST_ASKED // CHOICES)
        bought.append(seeds)
        theirs.append(_simulate(problem, task, seeds, draw * GRAIN, each))
        ours.append(reach[draw * GRAIN : draw * GRAIN + each])
    cost = _cost_of(problem, bought)
    return Comparison.of("random", np.concatenate(ours), np.concatenate(theirs), each, cost)


def _cost_of(problem: Problem, choices: list[np.ndarray]) -> Decimal | None:
    """Return what choices of candidates cost on average; None where bundles make other prices."""
    if not problem.offers.plain:
        return None
    total = sum(int(problem.costs[seeds].sum()) for seeds in choices)
    return from_minor(round(total / len(choices)), problem.decimals)


def _by_audience(problem: Problem) -> np.ndarray:
    """Rank offers by the direct followers who count, as a team that counts followers does."""
    offers = problem.offers
    each = audience(problem)[problem.nodes][offers.members]
    return np.argsort(-np.add.reduceat(each, offers.indptr[:-1]), kind="stable")


def buy(problem: Problem, rank: np.ndarray, most_asked: int) -> np.ndarray:
    """Buy offers by a ranking, passing over whoever no longer fits; returns whom that seeds.

    Where rules demand somebody, the cheapest allowed choice is bought first.
    """
    if problem.program.is_plain:
        return _buy_plainly(problem, rank)
    tracker = Tracker(problem.program, problem.cheapest)
    rank = rank[~np.isin(rank, problem.cheapest) & ~problem.program.forbidden[rank]]
    for offer in rank[:most_asked].tolist():
        if tracker.full:
            break
        if tracker.fits(offer):
            tracker.take(offer)
    return problem.seeded(np.array(tracker.order, dtype=np.int64))


def _buy_plainly(problem: Problem, rank: np.ndarray) -> np.ndarray:
    """Buy by a ranking where only money and heads are limited: run after run of all who fit."""
    limits, costs = problem.limits, problem.costs
    heads, left = limits.count(costs.size), limits.money
    bought: list[np.ndarray] = []
    while heads > 0:
        rank = rank[costs[rank] <= left]
        fits = int(np.searchsorted(np.cumsum(costs[rank]), left, side="right"))
        if rank.size == 0:
            break
        bought.append(rank[: min(fits, heads)])
        heads -= bought[-1].size
        left -= int(costs[bought[-1]].sum())
        rank = rank[bought[-1].size :]
    return np.concatenate([*bought, np.empty(0, dtype=np.int64)])


def _simulate(problem: Problem, task: Task, seeds: np.ndarray, first: int, count: int) -> np.ndarray:
    """Simulate other seeds in some of the worlds of a task; returns what each world reaches."""
    nodes, accept = problem.nodes[seeds], problem.accept_of(seeds)
    other: Task
    if isinstance(task, DuelTask):
        other = task.with_seeds(nodes, accept)
    else:
        other = replace(task, seeds=nodes, accept=accept, creator=problem.creators[seeds])
    blocks = run_worlds(other, first, count, problem.workers)
    reached: np.ndarray = np.concatenate([block.reach for block in blocks])
    return reached


def compare_with_rules_of_thumb(problem: Problem, seeds: np.ndarray, worlds: int) -> tuple[Comparison, ...]:
    """Compare a plan with what people choose without it, in the same worlds and within the same limits.

    Parameters
    ----------
    problem, seeds
        The limits and rules, and the candidates of the plan.
    worlds
        How many worlds; whole runs.

    Returns
    -------
    One comparison each: choices at random, the cheapest, the largest audiences, and the most
    audience for the money.
    """
    task = problem.fresh_worlds(seeds)
    reach = np.concatenate([block.reach for block in run_worlds(task, 0, worlds, problem.workers)])
    each = _worlds_for(reach)
    followers = audience(problem)[problem.nodes][problem.offers.members]
    direct = np.add.reduceat(followers, problem.offers.indptr[:-1])
    costs = problem.program.costs
    ranks = {
        "cheapest": np.argsort(costs, kind="stable"),
        "top_audience": np.argsort(-direct, kind="stable"),
        "audience_per_cost": np.argsort(-direct / np.maximum(costs, 1), kind="stable"),
    }
    found = [_at_random(problem, task, reach)]
    for name, rank in ranks.items():
        bought = buy(problem, rank, _MOST_ASKED)
        if bought.size:
            theirs = _simulate(problem, task, bought, 0, each)
            found.append(Comparison.of(name, reach[:each], theirs, 1, _cost_of(problem, [bought])))
    return tuple(found)
