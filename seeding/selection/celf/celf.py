"""CELF: lazy greedy over a forward Monte Carlo estimate with common random numbers.

Every evaluation uses the same worlds, so that gains are those of one submodular function and never negative
(Leskovec et al., KDD 2007; Kempe et al., KDD 2003).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.plan.plan import Stopped
from seeding.selection.feasible_prefix import Tracker
from seeding.selection.problem import Choice, Problem, fill_head_count, start_of
from seeding.simulation.cascade_forward import CourseForward
from seeding.simulation.common_worlds import (
    Answering,
    Arcs,
    Costs,
    Evaluation,
    FirstTask,
    Kept,
    bytes_per_world,
    here,
    unreached,
    values_of,
)
from seeding.simulation.propagation import SteppedCascade
from seeding.simulation.resimulated import Group, Recast, worlds_for

MOST_WORLDS = 10_000
LEAST_WORLDS = 256
# Worlds are cut down until the first pass over all candidates takes about this many steps.
_STEPS_FIRST_PASS = 1 << 32
# Stale candidates evaluated together at first, doubled until the best is known. From one node in so many on,
# all are evaluated at once.
_TOGETHER = 4
_ALL_FROM = 8


@dataclass(frozen=True, eq=False)
class Run:
    """The outcome of one greedy pass: who, and the total reach over all worlds."""

    order: list[int]
    total: float


@dataclass(frozen=True, eq=False)
class WorldPlan:
    """How many worlds CELF evaluates on, and how.

    Attributes
    ----------
    worlds, run
        Worlds, and how many make a run.
    kept
        Whether they are kept, or drawn again for every evaluation.
    all_at_once
        Whether the first pass evaluates all nodes together.
    words
        What to say of it.
    """

    worlds: int
    run: int
    kept: bool
    all_at_once: bool
    words: str


def celf(problem: Problem) -> Choice:
    """Choose by CELF by gain and by gain per cost, and the best affordable single; keep the best."""
    spreads = problem.propagation
    if isinstance(spreads, SteppedCascade):
        return _celf_in_course(problem, CourseForward.make(spreads.course, problem.network.weights))
    with problem.phase("CELF by forward simulation") as words:
        arcs = Arcs.of(problem.network).placed()
        plan = plan_worlds(problem, arcs)
        singles, live, worlds = first_pass(problem, arcs, plan)
        stopped: Stopped = "complete" if worlds == plan.worlds else "time_limit"
        words.append(f"{worlds:,} worlds, {plan.words}")
        n, values = problem.network.n_nodes, values_of(problem.model, problem.network.n_nodes)
        key, threads = problem.stage_key("simulate"), here(problem.workers)
        weights = arcs.sorted(problem.network.weights)

        def fresh() -> Kept:
            reached = unreached(n, worlds, values)
            return Kept(arcs, weights, key, plan.run, live, reached, threads, values)

        return _best_of(problem, fresh, singles, stopped, words)


def _best_of(
    problem: Problem,
    fresh: Callable[[], Kept | Recast],
    singles: np.ndarray,
    stopped: Stopped,
    words: list[str],
) -> Choice:
    """Run greedy by gain and by gain per cost, where these differ; choose the best of both and of singles.

    `fresh` makes the worlds in which nobody is chosen yet.
    """
    runs = _best_single(problem, singles)
    for ratio in orders_of(problem):
        run, finished = _greedy(problem, fresh(), singles, ratio)
        runs.append(run)
        if not finished:
            stopped = "time_limit"
            break
    winner = max(runs, key=lambda run: run.total)
    words.append(f"{len(winner.order):,} chosen")
    return Choice(fill_head_count(np.array(winner.order, dtype=np.int64), problem), stopped)


def orders_of(problem: Problem) -> list[bool]:
    """Say by what greedy goes: by gain (False) and, where costs differ, by gain per cost (True)."""
    return [False, True] if problem.limits.budget is not None and np.ptp(problem.costs) > 0 else [False]


def _celf_in_course(problem: Problem, task: CourseForward) -> Choice:
    """Choose likewise where a cascade is more than independent arcs, and worlds are simulated anew."""
    with problem.phase("CELF by forward simulation") as words:
        asked = Group(problem.nodes, problem.accept, problem.creators)
        key = problem.stage_key("simulate")
        (worlds, run), everybody = worlds_for(task, asked, key), np.arange(problem.nodes.size)

        def fresh() -> Recast:
            return Recast(task, asked, key, worlds, problem.workers, [], run)

        wanted = worlds
        singles, worlds = fresh().gains_in_time(everybody, problem.clock.expired)
        stopped: Stopped = "complete" if worlds == wanted else "time_limit"
        words.append(f"{worlds:,} worlds, the same for every evaluation, simulated anew each time")
        return _best_of(problem, fresh, singles, stopped, words)


def _best_single(problem: Problem, singles: np.ndarray) -> list[Run]:
    """Choose the best candidate who can be chosen alone, where one can."""
    alone = Tracker(problem.program)
    fit = np.array([c for c in np.flatnonzero(singles > 0).tolist() if alone.fits(c)], dtype=np.int64)
    if not problem.program.is_closed or fit.size == 0:
        return []
    best = int(fit[np.argmax(singles[fit])])
    return [Run([best], float(singles[best]))]


def _greedy(problem: Problem, kept: Kept | Recast, singles: np.ndarray, by_ratio: bool) -> tuple[Run, bool]:
    """Run lazy greedy; returns the run and whether it was finished before the time limit.

    When time is up, the rest is bought by the gains at hand, which are upper bounds by then, and adds nothing
    to the run's total.
    """
    costs, tracker = problem.costs, Tracker(problem.program)
    total = 0.0
    for candidate in start_of(problem, np.rint(singles).astype(np.int64)).tolist():
        total += _demand(problem, kept, tracker, candidate)
    taken = set(tracker.order)
    open_to = [c for c in range(costs.size) if singles[c] > 0 and c not in taken]
    heap = [(-_worth(singles[c], costs[c], by_ratio), c, 0) for c in open_to]
    heapq.heapify(heap)
    gains = singles.copy()
    order, late, together = tracker.order, False, _TOGETHER
    while heap and not tracker.full:
        worth, candidate, seen = heapq.heappop(heap)
        if worth == 0 or not tracker.fits(candidate):
            continue
        late = late or problem.clock.expired()
        if late or seen == len(order):
            tracker.take(candidate)
            if not late:
                total += float(gains[candidate])
                _mark(problem, kept, candidate)
            problem.progress.update("choosing seeds (CELF)", len(order), problem.limits.k)
            together = _TOGETHER
            continue
        stale = [candidate, *_pop_stale(heap, tracker, together)]
        together = _next_together(together, problem)
        late = not _evaluate(problem, kept, stale, gains)
        for other in stale:
            heapq.heappush(heap, (-_worth(gains[other], costs[other], by_ratio), other, len(order)))
    return Run(order, total), not late


def _evaluate(problem: Problem, kept: Kept | Recast, stale: list[int], gains: np.ndarray) -> bool:
    """Bring the gains of stale candidates up to date; returns False if time was up before."""
    fresh = _gains(problem, kept, stale, problem.clock.expired)
    if fresh is not None:
        gains[stale] = fresh
    return fresh is not None


def _gains(
    problem: Problem, kept: Kept | Recast, candidates: list[int], stop: Callable[[], bool] = lambda: False
) -> np.ndarray | None:
    """Sum what candidates add to what is chosen; None if `stop` said so in the middle."""
    if isinstance(kept, Recast):
        found = kept.gains(np.array(candidates, dtype=np.int64), stop)
        return found if found.size else None
    all_at_once = len(candidates) * _ALL_FROM >= problem.network.n_nodes
    return kept.gains(problem.nodes[candidates], all_at_once, stop, *_asked(problem, candidates))


def _mark(problem: Problem, kept: Kept | Recast, candidate: int) -> None:
    """Choose a candidate in all worlds."""
    if isinstance(kept, Recast):
        kept.mark(candidate)
    else:
        kept.mark(int(problem.nodes[candidate]), *_asked(problem, [candidate]))


def _asked(problem: Problem, candidates: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Say how likely some candidates accept, and whose coins answer."""
    return problem.accept_of(candidates), problem.creators[candidates]


def _next_together(together: int, problem: Problem) -> int:
    """Double the number of stale candidates evaluated together; all of them from a large share on."""
    together *= 2
    return together if together * _ALL_FROM < problem.network.n_nodes else problem.costs.size


def _pop_stale(heap: list[tuple[float, int, int]], tracker: Tracker, together: int) -> list[int]:
    """Take further stale candidates off the top, to be evaluated together; who wins does not depend on it."""
    stale: list[int] = []
    while heap and heap[0][2] < len(tracker.order) and len(stale) < together - 1:
        _, candidate, _ = heapq.heappop(heap)
        if tracker.fits(candidate):
            stale.append(candidate)
    return stale


def _demand(problem: Problem, kept: Kept | Recast, tracker: Tracker, candidate: int) -> float:
    """Take a candidate whom the rules demand; returns what that adds to the total."""
    tracker.take(candidate)
    gain = _gains(problem, kept, [candidate])
    _mark(problem, kept, candidate)
    return 0.0 if gain is None else float(gain[0])


def _worth(gain: float, cost: int, by_ratio: bool) -> float:
    if not by_ratio:
        return float(gain)
    if cost == 0:
        return float("inf") if gain > 0 else 0.0
    return float(gain) / float(cost)


def first_pass(problem: Problem, arcs: Arcs, plan: WorldPlan) -> tuple[np.ndarray, np.ndarray | None, int]:
    """Sum what every candidate reaches alone.

    Returns the sums, the worlds if they are kept, and their number, which is smaller when time was up.
    """
    network, worlds = problem.network, plan.worlds
    values = values_of(problem.model, network.n_nodes)
    key = problem.stage_key("simulate")
    answering = Answering(problem.accept, problem.creators, key)
    weights = arcs.sorted(network.weights)
    evaluation = Evaluation(arcs, weights, problem.nodes, plan.all_at_once, values, answering)
    task = FirstTask(evaluation, key, worlds, plan.run, plan.kept)
    singles = np.zeros(problem.nodes.size)
    live = np.empty((worlds, arcs.words), dtype=np.uint64) if plan.kept else None
    done = 0
    for runs in problem.workers.map(task, 0, -(-worlds // plan.run), 1):
        for sums, drawn in runs:
            singles += sums
            if live is not None and drawn is not None:
                live[done : done + plan.run] = drawn
            done = min(done + plan.run, worlds)
        problem.progress.update("simulating every candidate", done, worlds)
        if problem.clock.expired():
            break
    return singles, None if live is None else live[:done], done


def plan_worlds(problem: Problem, arcs: Arcs) -> WorldPlan:
    """Decide how many worlds to evaluate on, from the work and memory they take; the same on any machine.

    Half the memory limit is for them. Where not even `LEAST_WORLDS` fit, they are drawn again for every
    evaluation, and only what is reached is kept of them.
    """
    network, candidates = problem.network, problem.nodes.size
    values = values_of(problem.model, network.n_nodes)
    weights = arcs.sorted(network.weights)
    costs = Costs.measure(arcs, weights, problem.nodes, problem.stage_key("simulate"), values)
    by_work = max(_STEPS_FIRST_PASS / costs.first_pass(candidates, arcs), LEAST_WORLDS)
    wanted = int(min(MOST_WORLDS, by_work))
    live, reached = bytes_per_world(network.n_nodes, network.n_arcs, values is not None)
    room = problem.memory_limit // 2
    fit = room // (live + reached)
    kept = fit >= min(wanted, LEAST_WORLDS)
    worlds = min(wanted, fit) if kept else max(1, min(wanted, LEAST_WORLDS, room // reached))
    words = f"the same for every evaluation, kept in {worlds * (live + reached) / 1e6:,.0f} MB"
    if worlds < wanted:
        words += f" (memory_limit allows no more; {wanted:,} were wanted)"
    if not kept:
        words = "drawn again for every evaluation, as they do not fit into half of memory_limit"
    run = costs.longest_run(candidates, arcs)
    return WorldPlan(worlds, run, kept, costs.all_at_once < costs.each * candidates, words)
