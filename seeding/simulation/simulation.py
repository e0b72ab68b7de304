"""Forward Monte Carlo: simulate cascades and report what they reach."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from seeding.network.csr import Csr
from seeding.network.packed_rows import Packed
from seeding.sampling import workspace
from seeding.simulation.cascade_forward import STEPS, CourseForward
from seeding.simulation.competition_simulation import DuelBlock, DuelTask

FIRST_WORLDS = 1_024
MOST_WORLDS = 200_000
# A block is sized to reach about this many nodes.
_NODES_PER_BLOCK = 1 << 21


_NOBODY, _NO_STEPS, _NO_SIDES = np.empty(0), np.empty((0, 0)), np.empty((0, 0, 2))


class SpreadBlock(NamedTuple):
    """What seeds reach in a range of worlds.

    ``reach`` has one value per world; ``gain`` and ``square`` one row per run of worlds and one column per
    seed: sums over the run of what the seed adds to those before it, and of the squared cumulative reach.
    ``negative`` is what counts against, per world; ``curve`` and ``bends`` sum, per run of worlds, what is
    reached by each step, and its square. These three are empty where the model does not look at distance.
    ``engaged`` is how many pass it on, per world, where people may see it without that. ``rival`` and
    ``sides`` are those of a `DuelBlock`; empty where there is none.
    """

    reach: np.ndarray
    gain: np.ndarray
    square: np.ndarray
    negative: np.ndarray = _NOBODY
    curve: np.ndarray = _NO_STEPS
    bends: np.ndarray = _NO_STEPS
    engaged: np.ndarray = _NOBODY
    rival: np.ndarray = _NOBODY
    sides: np.ndarray = _NO_SIDES


Block = SpreadBlock | DuelBlock


@dataclass(frozen=True, eq=False)
class ForwardTask:
    """Simulates a range of worlds; a plain value, so that it can travel to any executor.

    Attributes
    ----------
    out
        The out-arcs of the network, packed unless it is small.
    weights
        Weight of each node.
    seeds
        Indices of the seeds, in order.
    key
        64-bit key of the worlds.
    values, against
        What somebody at each distance counts, and counts against; empty where the model does not look at
        distance.
    course
        How the cascade runs where it is more than independent arcs of one step each.
    accept, creator
        How likely each seed accepts (empty: all do), and the node whose coin says so in each world.
    steps
        Packed rows alone: how many steps are told one by one, all seeds at once, so that ``gain`` and
        ``square`` have no columns. 0: none.
    """

    out: Csr | Packed
    weights: np.ndarray
    seeds: np.ndarray
    key: int
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))
    creator: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    against: np.ndarray = field(default_factory=lambda: np.empty(0))
    course: CourseForward | None = None
    steps: int = 0

    def __call__(self, first: int, count: int) -> SpreadBlock:
        """Simulate worlds ``first … first + count − 1``; `first` must begin a run of worlds."""
        from seeding._kernels.forward.arc_by_arc import GRAIN

        shape = -(-count // GRAIN), self.seeds.size
        block = SpreadBlock(np.empty(count), np.zeros(shape), np.zeros(shape))
        if self.course is not None:
            return self._run_course(self.course, first, block)
        if self.values.size:
            return self._run_depths(first, block)
        if isinstance(self.out, Packed) and self.steps:
            return self._run_steps(self.out, first, block)
        if isinstance(self.out, Packed):
            self._run_packed(self.out, first, block)
        else:
            self._run_plain(self.out, first, block)
        return block

    @property
    def _asked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The seeds, and whether they accept."""
        return self.seeds, self.accept, self.creator

    def _run_course(self, course: CourseForward, first: int, block: SpreadBlock) -> SpreadBlock:
        from seeding._kernels.forward.cascade import spread_course

        task = replace(course, weights=self.weights)
        curve, bends = (np.zeros((block.gain.shape[0], task.steps)) for _ in range(2))
        negative, engaged = np.empty(block.reach.size), np.empty(block.reach.size)
        nodes = np.asarray(self.seeds, dtype=np.int64)
        seeds = task.course.network.active, nodes, self.accept, self.creator
        found = block.reach, negative, engaged, block.gain, block.square, curve, bends
        world = np.uint64(self.key), first
        spread_course(*task.fixed, seeds, task.worth, world, task.scratch(), found)
        return block._replace(negative=negative, curve=curve, bends=bends, engaged=engaged)

    def _run_depths(self, first: int, block: SpreadBlock) -> SpreadBlock:
        from seeding._kernels.forward.arc_by_arc import ic_depths

        steps = block.gain.shape[0], min(self.values.size, STEPS)
        block = block._replace(
            negative=np.empty(block.reach.size), curve=np.zeros(steps), bends=np.zeros(steps)
        )
        fixed = self.out, self.weights, *self._asked, self.values, self.against
        ic_depths(*fixed, np.uint64(self.key), first, *block[:6])
        return block

    def _run_packed(self, out: Packed, first: int, block: SpreadBlock) -> None:
        from seeding._kernels.forward import packed as kernels

        kernels.packed_spread(*self._on_rows(out, first), tuple(block[:3]))

    def _run_steps(self, out: Packed, first: int, block: SpreadBlock) -> SpreadBlock:
        from seeding._kernels.forward import packed as kernels

        runs = block.gain.shape[0]
        curve, bends, untold = np.zeros((runs, self.steps)), np.zeros((runs, self.steps)), np.empty((runs, 0))
        kernels.packed_steps(*self._on_rows(out, first), (block.reach, curve, bends))
        return block._replace(gain=untold, square=untold, curve=curve, bends=bends)

    def _on_rows(self, out: Packed, first: int) -> tuple[object, ...]:
        """Give the first arguments of kernels on packed rows."""
        weights = self.weights if (self.weights != 1.0).any() else np.empty(0)
        return out.rows, weights, *self._asked, np.uint64(self.key), first, workspace.for_search(out)

    def _run_plain(self, out: Csr, first: int, block: SpreadBlock) -> None:
        from seeding._kernels.forward import arc_by_arc as kernels

        fixed = out, self.weights, *self._asked
        kernels.ic_spread(*fixed, np.uint64(self.key), first, *block[:3])


Task = ForwardTask | DuelTask


def _stderr(square: np.ndarray, mean: np.ndarray, worlds: int) -> np.ndarray:
    """Return the standard error of means, given the means of the squares."""
    error: np.ndarray = np.sqrt(np.maximum(square - mean**2, 0.0) / max(worlds - 1, 1))
    return error
