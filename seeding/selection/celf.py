"""CELF: lazy greedy over a forward Monte Carlo estimate with common random numbers.

Every evaluation uses the same worlds, so that gains are those of one submodular function and never negative
(Leskovec et al., KDD 2007; Kempe et al., KDD 2003).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from seeding.csr import Csr
from seeding.plan import Stopped
from seeding.selection.problem import Choice, Problem, fill_head_count

MOST_WORLDS = 10_000
LEAST_WORLDS = 256
# Worlds are cut down until the first pass over all candidates takes about this many steps.
_STEPS_FIRST_PASS = 1 << 31
_PILOT_CANDIDATES, _PILOT_WORLDS = 256, 16
# Stale candidates evaluated together, and how many of them in one task.
_TOGETHER, _BATCH = 4, 1
# Sums over worlds are made in runs of this many, so that they do not depend on how worlds are split.
_RUN = 64


@dataclass(frozen=True, eq=False)
class GainTask:
    """Sums the gain of a range of candidates over all worlds."""

    out: Csr
    weights: np.ndarray
    candidates: np.ndarray
    key: int
    reached: np.ndarray

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Evaluate candidates ``first … first + count − 1``."""
        from seeding._kernels.celf import ic_gains

        gains = np.empty(count)
        nodes = self.candidates[first : first + count]
        ic_gains(self.out, self.weights, nodes, np.uint64(self.key), self.reached, gains)
        return gains


@dataclass(frozen=True, eq=False)
class SinglesTask:
    """Sums what every candidate reaches alone, over a range of runs of worlds."""

    out: Csr
    weights: np.ndarray
    candidates: np.ndarray
    key: int
    worlds: int

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Simulate runs ``first … first + count − 1`` of _RUN worlds each; one row of sums per run."""
        from seeding._kernels.celf import ic_singles

        sums = np.zeros((count, self.candidates.size))
        for i in range(count):
            start = (first + i) * _RUN
            worlds = min(_RUN, self.worlds - start)
            ic_singles(self.out, self.weights, self.candidates, np.uint64(self.key), start, worlds, sums[i])
        return sums


@dataclass(frozen=True, eq=False)
class Run:
    """The outcome of one greedy pass: who, and the total reach over all worlds."""

    order: list[int]
    total: float


def celf(problem: Problem) -> Choice:
    """Choose by CELF by gain and by gain per cost, and the best affordable single; keep the best."""
    with problem.phase("CELF by forward simulation") as words:
        planned = _worlds(problem)
        singles, worlds = _singles(problem, planned)
        stopped: Stopped = "complete" if worlds == planned else "time_limit"
        words.append(f"{worlds:,} worlds, the same for every evaluation")
        affordable = np.flatnonzero(problem.costs <= problem.limits.money)
        best = int(affordable[np.argmax(singles[affordable])])
        runs = [Run([best], float(singles[best]))]
        by_ratio = [False]
        if problem.limits.budget is not None and np.unique(problem.costs).size > 1:
            by_ratio.append(True)
        for ratio in by_ratio:
            run, finished = _greedy(problem, singles, worlds, ratio)
            runs.append(run)
            if not finished:
                stopped = "time_limit"
                break
        winner = max(runs, key=lambda run: run.total)
        words.append(f"{len(winner.order):,} chosen")
    return Choice(fill_head_count(np.array(winner.order, dtype=np.int64), problem), stopped)


def _greedy(problem: Problem, singles: np.ndarray, worlds: int, by_ratio: bool) -> tuple[Run, bool]:
    """Run lazy greedy; returns the run and whether it was finished before the time limit.

    When time is up, the rest is bought by the gains at hand, which are upper bounds by then, and adds nothing
    to the run's total.
    """
    costs, limits = problem.costs, problem.limits
    reached = _unreached(problem, worlds)
    heap = [(-_worth(singles[c], costs[c], by_ratio), c, 0) for c in range(costs.size) if singles[c] > 0]
    heapq.heapify(heap)
    gains = singles.copy()
    order: list[int] = []
    left, total, late = limits.money, 0.0, False
    while heap and len(order) < limits.count(costs.size):
        worth, candidate, seen = heapq.heappop(heap)
        if costs[candidate] > left or worth == 0:
            continue
        late = late or problem.clock.expired()
        if late or seen == len(order):
            order.append(candidate)
            left -= int(costs[candidate])
            if not late:
                total += float(gains[candidate])
                _mark(problem, candidate, reached)
            problem.progress.update("choosing seeds (CELF)", len(order), limits.k)
            continue
        stale = [candidate, *_pop_stale(heap, len(order), costs, left)]
        fresh = _gains(problem, np.array(stale), reached)
        for other, gain in zip(stale, fresh, strict=True):
            gains[other] = gain
            heapq.heappush(heap, (-_worth(gain, costs[other], by_ratio), other, len(order)))
    return Run(order, total), not late


def _pop_stale(heap: list[tuple[float, int, int]], round_: int, costs: np.ndarray, left: int) -> list[int]:
    """Take further stale candidates off the top, to be evaluated together; who wins does not depend on it."""
    stale: list[int] = []
    while heap and heap[0][2] < round_ and len(stale) < _TOGETHER - 1:
        _, candidate, _ = heapq.heappop(heap)
        if costs[candidate] <= left:
            stale.append(candidate)
    return stale


def _worth(gain: float, cost: int, by_ratio: bool) -> float:
    if not by_ratio:
        return float(gain)
    if cost == 0:
        return float("inf") if gain > 0 else 0.0
    return float(gain) / float(cost)


def _singles(problem: Problem, worlds: int) -> tuple[np.ndarray, int]:
    """Sum what every candidate reaches alone; returns the sums and the number of worlds until time was up."""
    network = problem.network
    task = SinglesTask(network.out, network.weights, problem.nodes, problem.stage_key("simulate"), worlds)
    singles = np.zeros(problem.nodes.size)
    runs = -(-worlds // _RUN)
    for done, sums in enumerate(problem.workers.map(task, 0, runs, 1), start=1):
        singles += sums[0]
        problem.progress.update("simulating every candidate", done * _RUN, worlds)
        if problem.clock.expired():
            return singles, min(done * _RUN, worlds)
    return singles, worlds


def _gains(problem: Problem, candidates: np.ndarray, reached: np.ndarray) -> np.ndarray:
    network = problem.network
    nodes = problem.nodes[candidates]
    task = GainTask(network.out, network.weights, nodes, problem.stage_key("simulate"), reached)
    return np.concatenate(list(problem.workers.map(task, 0, candidates.size, _BATCH)))


def _mark(problem: Problem, candidate: int, reached: np.ndarray) -> None:
    from seeding._kernels.celf import ic_mark

    key = np.uint64(problem.stage_key("simulate"))
    ic_mark(problem.network.out, problem.nodes[candidate], key, 0, reached)


def _unreached(problem: Problem, worlds: int) -> np.ndarray:
    return np.zeros((worlds, problem.network.n_nodes // 8 + 1), dtype=np.uint8)


def _worlds(problem: Problem) -> int:
    """Decide how many worlds to keep, from the work and memory they take; the same on any machine."""
    some = problem.nodes[:: max(1, problem.nodes.size // _PILOT_CANDIDATES)]
    ones = np.ones(problem.network.n_nodes)
    pilot = SinglesTask(problem.network.out, ones, some, problem.stage_key("simulate"), _PILOT_WORLDS)
    visits = float(pilot(0, 1).mean()) / _PILOT_WORLDS * problem.nodes.size + problem.network.n_arcs
    by_work = _STEPS_FIRST_PASS / max(visits, 1.0)
    by_memory = problem.memory_limit / 2 / (problem.network.n_nodes / 8 + 1)
    return int(max(min(MOST_WORLDS, by_work, by_memory), LEAST_WORLDS))
