"""Choosing where only forward simulation tells what is reached: bad news that travels further, rivals.

Greedy in CELF's order on common worlds. Each evaluation plays every world anew, because one more seed may
change what the others reach. So gains need not diminish, the order in which stale gains are looked at is a
heuristic, and nothing is guaranteed.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace

import numpy as np

from seeding.plan.plan import Stopped
from seeding.selection.baselines import baseline
from seeding.selection.celf.celf import Run, first_pass, orders_of, plan_worlds
from seeding.selection.feasible_prefix import Tracker
from seeding.selection.problem import Choice, Problem, start_of
from seeding.simulation.common_worlds import Arcs, here
from seeding.simulation.competition import Duel
from seeding.simulation.competition_simulation import Drawn, DuelTask, GainTask

MOST_WORLDS, LEAST_WORLDS = 4_096, 256
# Worlds are cut down until choosing takes about so many looks at arcs.
_LOOKS = 1 << 31
# So many stale candidates are evaluated for each seed, it is assumed, and so many at first.
_STALE_PER_SEED, _STALE_AT_FIRST = 8, 64
# Stale candidates are evaluated together: few at first, then twice as many, until the best is known.
_TOGETHER, _MOST_TOGETHER = 4, 64
_PILOT_WORLDS = 16
# What a candidate is worth alone is told to the solver in so many steps.
_STEPS_OF_WORTH = 1 << 20
_NOBODY = np.array([-1], dtype=np.int64)


def choose_in_duel(problem: Problem, duel: Duel, method: str) -> Choice:
    """Choose by simulated greedy, or by a rule of thumb; without a certificate."""
    if method != "celf":
        made = baseline(problem, method)
        return Choice(made.order, made.stopped, reason=f"as asked; {duel.no_guarantee}")
    with problem.phase("greedy by forward simulation") as words:
        game = Game.of(problem, duel)
        kept = "kept" if game.drawn is not None else "drawn again each time"
        words.append(f"{game.worlds:,} worlds, {kept}, the same for every evaluation, each played anew")
        singles, late = _optimistic(problem, game.worlds)
        stopped: Stopped = "time_limit" if late else "complete"
        # The run by gain begins with the best single candidate and adds only what gains.
        runs = []
        for start, by_ratio in itertools.product(_starts(problem, singles), orders_of(problem)):
            run, finished = _greedy(problem, game, singles, start, by_ratio)
            runs.append(run)
            if not finished:
                stopped = "time_limit"
                break
        winner = max(runs, key=lambda run: run.total)
        words.append(f"{len(winner.order):,} chosen")
        order = _by_gain(game, winner.order)
    reason = f"greedy by forward simulation, which alone can weigh {duel.cause}; {duel.no_guarantee}"
    return Choice(np.array(order, dtype=np.int64), stopped, None, "celf", reason)


def _starts(problem: Problem, singles: np.ndarray) -> list[list[int]]:
    """Find what to grow from: nobody; where rules demand somebody, what is worth most and what costs least.

    What is worth most one by one may be too many together, where one more seed can cost reach.
    """
    largest = max(float(singles.max(initial=0.0)), 1e-300)
    worth = np.rint(singles * (_STEPS_OF_WORTH / largest)).astype(np.int64)
    starts = start_of(problem, worth), problem.cheapest
    return [list(start) for start in dict.fromkeys(tuple(sorted(start.tolist())) for start in starts)]


@dataclass(frozen=True, eq=False)
class Game:
    """The common worlds on which every choice is evaluated."""

    task: DuelTask
    worlds: int
    problem: Problem
    drawn: Drawn | None

    @classmethod
    def of(cls, problem: Problem, duel: Duel) -> Game:
        """Decide on how many worlds to evaluate, from the looks that choosing takes; the same everywhere.

        That is the looks of half as many seeds as can be chosen, those with the most live arcs, times the
        evaluations it usually takes.
        """
        network, key = problem.network, problem.stage_key("simulate")
        none = np.empty(0, dtype=np.int64)
        task = DuelTask.make(network, none, key, problem.model, duel)
        seeds = _most_seeds(problem)
        live = np.bincount(network.out.rows(), network.out.probability, minlength=network.n_nodes)
        typical = problem.nodes[np.argsort(-live[problem.nodes], kind="stable")[: -(-seeds // 2)]]
        _, looks = GainTask(task.with_seeds(typical), _NOBODY)(0, _PILOT_WORLDS)
        evaluations = _STALE_AT_FIRST + _STALE_PER_SEED * seeds
        wanted = _LOOKS * _PILOT_WORLDS / (max(looks, _PILOT_WORLDS) * evaluations * len(orders_of(problem)))
        worlds = int(min(max(wanted, LEAST_WORLDS), MOST_WORLDS))
        fits = worlds * (1 + duel.bias) * network.n_arcs // 8 <= problem.memory_limit // 2
        if not fits:
            return cls(task, worlds, problem, None)
        drawn = Drawn.worlds(task, 0, worlds, problem.clock.time_left)
        return cls(task, drawn.live.shape[0], problem, drawn)

    def values(self, seeds: list[int], candidates: list[int]) -> np.ndarray | None:
        """Return what seeds and each of the candidates reach on average; None if time was up.

        Without candidates, what the seeds reach by themselves.
        """
        from seeding._kernels.forward.arc_by_arc import GRAIN

        problem = self.problem
        workers = problem.workers if self.drawn is None else here(problem.workers)
        ours = self.task.with_seeds(problem.nodes[seeds], problem.accept_of(seeds))
        nodes = problem.nodes[candidates] if candidates else _NOBODY
        accept = problem.accept_of(candidates) if candidates else np.empty(0)
        task = GainTask(ours, nodes, self.drawn, accept)
        total = np.zeros(nodes.size)
        runs = -(-self.worlds // GRAIN)
        block = GRAIN * max(1, min(runs // (4 * workers.threads), 256 // nodes.size))
        for sums, _ in workers.map(task, 0, self.worlds, block):
            for row in sums:
                total += row
            if problem.clock.expired():
                return None
        return total / self.worlds


def _most_seeds(problem: Problem) -> int:
    """Count the candidates that can be chosen at most, as far as money and heads say."""
    cheapest = np.cumsum(np.sort(problem.costs))
    affordable = int(np.searchsorted(cheapest, problem.limits.money, side="right"))
    return max(1, min(affordable, problem.limits.count(problem.costs.size)))


def _optimistic(problem: Problem, worlds: int) -> tuple[np.ndarray, bool]:
    """Return what each candidate reaches alone with nobody and nothing against it, and if time was up before.

    The mean over the first of the worlds in which choices are evaluated. In each of them who is positive is
    reached in this sense too, so that it shows who may be worth an evaluation.
    """
    arcs = Arcs.of(problem.network).placed()
    plan = plan_worlds(problem, arcs)
    plan = replace(plan, worlds=min(plan.worlds, worlds), kept=False)
    singles, _, done = first_pass(problem, arcs, plan)
    return singles / max(done, 1), done < plan.worlds


def _greedy(
    problem: Problem, game: Game, singles: np.ndarray, start: list[int], by_ratio: bool
) -> tuple[Run, bool]:
    """Run lazy greedy; returns the run, and whether it was finished before the time limit.

    A gain is looked at again if it is the largest and was found before the last seed was taken; whoever still
    is the best then is taken. When time is up, the rest is bought by the gains at hand.
    """
    tracker = Tracker(problem.program, start)
    at_start = game.values(tracker.order, [])
    now, late = (0.0, True) if at_start is None else (float(at_start[0]), False)
    gains, taken = singles.copy(), set(tracker.order)
    open_to = [c for c in range(problem.costs.size) if singles[c] > 0 and c not in taken]
    heap = [(-_worth(gains[c], problem.costs[c], by_ratio), c, -1) for c in open_to]
    heapq.heapify(heap)
    together = _TOGETHER
    while heap and not tracker.full:
        _, candidate, seen = heapq.heappop(heap)
        if not tracker.fits(candidate):
            continue
        if late or seen == len(tracker.order):
            if gains[candidate] <= 0:
                continue
            tracker.take(candidate)
            now += 0.0 if late else float(gains[candidate])
            problem.progress.update("choosing seeds", len(tracker.order), problem.limits.k)
            together = _TOGETHER
            continue
        stale = [candidate, *_pop_stale(heap, tracker, together)]
        together = min(2 * together, _MOST_TOGETHER)
        reached = game.values(tracker.order, stale)
        late = reached is None
        if reached is not None:
            gains[stale] = reached - now
        for other in stale:
            worth = _worth(gains[other], problem.costs[other], by_ratio)
            heapq.heappush(heap, (-worth, other, len(tracker.order)))
    return Run(tracker.order, now), not late


def _by_gain(game: Game, chosen: list[int]) -> list[int]:
    """Put a choice into the order of what each adds to those before it, where it was not found in that order.

    Rules demand some before anybody is weighed, and greedy per cost begins with who is cheap. Gains are
    looked at lazily as in `_greedy`; ties go to who comes first in the network. When time is up, the rest
    stays as it is known.
    """
    problem = game.problem
    if len(orders_of(problem)) == 1 and problem.program.is_closed:
        return chosen
    nodes, order = problem.nodes, list[int]()
    first = game.values([], chosen)
    if first is None:
        return chosen
    heap = [(-float(gain), int(nodes[c]), c, 0) for gain, c in zip(first, chosen, strict=True)]
    heapq.heapify(heap)
    now = 0.0
    while heap:
        gain, node, candidate, seen = heapq.heappop(heap)
        if seen == len(order):
            order.append(candidate)
            now -= gain
            continue
        reached = game.values(order, [candidate])
        if reached is None:
            return [*order, candidate, *(entry[2] for entry in sorted(heap))]
        heapq.heappush(heap, (now - float(reached[0]), node, candidate, len(order)))
    return order


def _pop_stale(heap: list[tuple[float, int, int]], tracker: Tracker, together: int) -> list[int]:
    """Take further stale candidates off the top, to be evaluated together."""
    stale: list[int] = []
    while heap and heap[0][2] != len(tracker.order) and len(stale) < together - 1:
        _, candidate, _ = heapq.heappop(heap)
        if tracker.fits(candidate):
            stale.append(candidate)
    return stale


def _worth(gain: float, cost: int, by_ratio: bool) -> float:
    if not by_ratio or gain <= 0:
        return float(gain)
    return float("inf") if cost == 0 else float(gain) / float(cost)
