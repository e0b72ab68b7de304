"""Gains where a cascade is more than independent arcs: worlds are simulated anew for every evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seeding.executors import Workers
from seeding.forward import CourseForward

# Sums are made run by run, so that they do not depend on how worlds are split.
RUN = 64
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
    """

    task: CourseForward
    asked: Group
    key: int
    worlds: int
    workers: Workers
    chosen: list[int]

    def gains(self, candidates: np.ndarray, stop: Callable[[], bool] = lambda: False) -> np.ndarray:
        """Sum over all worlds what each candidate adds; an empty array if `stop` said so in the middle."""
        total, worlds = self.gains_in_time(candidates, stop)
        return total if worlds == self.worlds else total[:0]

    def gains_in_time(self, candidates: np.ndarray, stop: Callable[[], bool]) -> tuple[np.ndarray, int]:
        """Sum likewise over the first worlds, until `stop` says so; returns the sums and how many worlds."""
        chosen = self.asked.of(np.array(self.chosen, dtype=np.int64))
        work = Work(self.task, chosen, self.asked.of(candidates), self.key, self.worlds)
        total, done = np.zeros(candidates.size), 0
        runs = -(-self.worlds // RUN)
        block = max(1, runs // (8 * self.workers.threads))
        for sums in self.workers.map(work, 0, runs, block):
            for row in sums:
                total += row
            done = min(done + len(sums) * RUN, self.worlds)
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

    def __call__(self, first: int, count: int) -> list[np.ndarray]:
        """Do runs ``first … first + count − 1``; returns the sums of each."""
        scratch, done = self.task.scratch(), []
        for start in range(first * RUN, (first + count) * RUN, RUN):
            sums = np.zeros(self.offered.nodes.size)
            self.add(start, min(RUN, self.worlds - start), scratch, sums)
            done.append(sums)
        return done

    def add(self, first: int, worlds: int, scratch: Any, sums: np.ndarray) -> int:
        """Add what each candidate adds in some worlds to `sums`; returns the nodes that engaged."""
        from seeding._kernels.course import gains_in_course

        seeds = self.task.course.network.active, *self.chosen.arrays
        world = np.uint64(self.key), first
        fixed, worth = self.task.fixed, self.task.worth
        return int(gains_in_course(*fixed, seeds, self.offered.arrays, worth, world, worlds, scratch, sums))


def worlds_for(task: CourseForward, asked: Group, key: int) -> int:
    """Decide how many worlds to evaluate on, from what a few cost; the same on any machine."""
    n = asked.nodes.size
    some = asked.of(np.arange(0, n, max(1, n // _PILOT_OFFERS)))
    work = Work(task, asked.of(np.empty(0, dtype=np.int64)), some, key)
    engaged = work.add(0, _PILOT_WORLDS, task.scratch(), np.zeros(some.nodes.size))
    network = task.course.network
    arcs = max(1.0, network.n_arcs / network.n_nodes) * engaged / _PILOT_WORLDS / some.nodes.size
    return int(min(MOST_WORLDS, max(LEAST_WORLDS, _ARCS_FIRST_PASS // max(arcs * n, 1.0))))
