"""Gains where a cascade is more than independent arcs: worlds are simulated anew for every evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seeding._runtime.executors import Workers
from seeding.simulation.cascade_forward import CourseForward

# Sums are made run by run, so that they do not depend on how worlds are split. A run is shorter where looking
# at every candidate in so many worlds meets more than so many arcs, and would keep a time limit waiting.
RUN = 64
_ARCS_PER_RUN = 1 << 24
MOST_WORLDS, LEAST_WORLDS = 10_000, 256
_PILOT_WORLDS, _PILOT_OFFERS = 16, 64
# Worlds are cut down until looking at every candidate alone meets about so many arcs.
_ARCS_FIRST_PASS = 1 << 30


@dataclass(frozen=True, eq=False)
class Group:
    """Who is asked: nodes, how likely each accepts (empty: all do), and the nodes whose coins answer."""

    nodes: np.ndarray
    accept: np.ndarray
    creators: np.ndarray

    def of(self, candidates: np.ndarray) -> Group:
        """Take some candidates out."""
        accept = self.accept[candidates] if self.accept.size else self.accept
        return Group(self.nodes[candidates], accept, self.creators[candidates])

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The three arrays."""
        return self.nodes, self.accept, self.creators


@dataclass(frozen=True, eq=False)
class Recast:
    """What candidates add to the chosen ones, in the same worlds each time.

    Attributes
    ----------
    task, asked, key, worlds
        The simulation; all candidates; the key and number of its worlds.
    workers
        Where blocks of worlds run.
    chosen
        The candidates chosen so far; `mark` adds one.
    run
        Worlds in a run.
    """

    task: CourseForward
    asked: Group
    key: int
    worlds: int
    workers: Workers
    chosen: list[int]
    run: int = RUN

    def gains(self, candidates: np.ndarray, stop: Callable[[], bool] = lambda: False) -> np.ndarray:
        """Sum over all worlds what each candidate adds; an empty array if `stop` said so in the middle."""
        total, worlds = self.gains_in_time(candidates, stop)
        return total if worlds == self.worlds else total[:0]

    def gains_in_time(self, candidates: np.ndarray, stop: Callable[[], bool]) -> tuple[np.ndarray, int]:
        """Sum likewise over the first worlds, until `stop` says so; returns the sums and how many worlds."""
        chosen = self.asked.of(np.array(self.chosen, dtype=np.int64))
        work = Work(self.task, chosen, self.asked.of(candidates), self.key, self.worlds, self.run)
        total, done = np.zeros(candidates.size), 0
        runs = -(-self.worlds // self.run)
        block = max(1, runs // (8 * self.workers.threads)) if self.run == RUN else 1
        for sums in self.workers.map(work, 0, runs, block, grain=1):
            for row in sums:
                total += row
            done = min(done + len(sums) * self.run, self.worlds)
            if stop():
                break
        return total, done

    def mark(self, candidate: int) -> None:
        """Choose one more."""
        self.chosen.append(candidate)


@dataclass(frozen=True, eq=False)
class Work:
    """Evaluates candidates in runs of worlds; a plain value for any executor."""

    task: CourseForward
    chosen: Group
    offered: Group
    key: int
    worlds: int = 0
    run: int = RUN

    def __call__(self, first: int, count: int) -> list[np.ndarray]:
        """Do runs ``first … first + count − 1``; returns the sums of each."""
        scratch, done = self.task.scratch(), []
        for start in range(first * self.run, (first + count) * self.run, self.run):
            sums = np.zeros(self.offered.nodes.size)
            self.add(start, min(self.run, self.worlds - start), scratch, sums)
            done.append(sums)
        return done

    def add(self, first: int, worlds: int, scratch: Any, sums: np.ndarray) -> int:
        """Add what each candidate adds in some worlds to `sums`; returns the nodes that engaged."""
        from seeding._kernels.forward.cascade import gains_in_course

        seeds = self.task.course.network.active, *self.chosen.arrays
        world = np.uint64(self.key), first
        fixed, worth = self.task.fixed, self.task.worth
        return int(gains_in_course(*fixed, seeds, self.offered.arrays, worth, world, worlds, scratch, sums))


def worlds_for(task: CourseForward, asked: Group, key: int) -> tuple[int, int]:
    """Decide how many worlds to evaluate on, and how many make a run, from what a few cost.

    It is the same on any machine.
    """
    n = asked.nodes.size
    some = asked.of(np.arange(0, n, max(1, n // _PILOT_OFFERS)))
    work = Work(task, asked.of(np.empty(0, dtype=np.int64)), some, key)
    engaged = work.add(0, _PILOT_WORLDS, task.scratch(), np.zeros(some.nodes.size))
    network = task.course.network
    arcs = max(1.0, network.n_arcs / network.n_nodes) * engaged / _PILOT_WORLDS / some.nodes.size
    worlds = int(min(MOST_WORLDS, max(LEAST_WORLDS, _ARCS_FIRST_PASS // max(arcs * n, 1.0))))
    return worlds, int(max(1, min(RUN, _ARCS_PER_RUN // max(arcs * n, 1.0))))
