"""Forward Monte Carlo: simulate cascades and report what they reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from seeding import scratch
from seeding.course import Course
from seeding.csr import Csr
from seeding.diffusion import IndependentCascade, Model
from seeding.duel import DuelBlock, DuelTask
from seeding.executors import Workers
from seeding.forward import STEPS, CourseForward
from seeding.interval import NOTHING_KNOWN, Known, Moments, worlds_wanted
from seeding.network import Network
from seeding.packed import Packed
from seeding.progress import Progress, Silent
from seeding.sampling import pack_if_large

FIRST_WORLDS = 1_024
MOST_WORLDS = 200_000
# Gives the largest distance that counts in each of a range of worlds (first, count), as int64[count].
Limits = Callable[[int, int], np.ndarray]
# A block is sized to reach about this many nodes.
_NODES_PER_BLOCK = 1 << 21


_NOBODY, _NO_STEPS, _NO_SIDES = np.empty(0), np.empty((0, 0)), np.empty((0, 0, 2))


class SpreadBlock(NamedTuple):
    """What seeds reach in a range of worlds.

    ``reach`` has one value per world; ``gain`` and ``square`` one row per run of worlds and one column per
    seed: sums over the run of what the seed adds to those before it, and of the squared cumulative reach.
    They have no columns where `limits` are given: then all seeds spread at once. ``negative`` is what counts
    against, per world; ``curve`` and ``bends`` sum, per run of worlds, what is reached by each step, and its
    square. These three are empty where the model does not look at distance. ``engaged`` is how many pass it
    on, per world, where people may see it without that. ``rival`` and ``sides`` are those of a `DuelBlock`;
    empty where there is none.
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
    limits
        Gives the largest distance from the nearest seed that counts in each of the worlds ``first … first +
        count − 1`` (−1: nothing does); None where distance does not matter.
    values, against
        What somebody at each distance counts, and counts against; empty where the model does not look at
        distance.
    course
        How the cascade runs where it is more than independent arcs of one step each.
    accept, creator
        How likely each seed accepts (empty: all do), and the node whose coin says so in each world.
    """

    out: Csr | Packed
    weights: np.ndarray
    seeds: np.ndarray
    key: int
    limits: Limits | None = None
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    against: np.ndarray = field(default_factory=lambda: np.empty(0))
    course: CourseForward | None = None
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))
    creator: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @classmethod
    def make(
        cls,
        network: Network,
        seeds: np.ndarray,
        key: int,
        limits: Limits | None = None,
        model: Model = IndependentCascade(),
        accept: np.ndarray = _NOBODY,
        creator: np.ndarray | None = None,
        *,
        threads: int = 1,
    ) -> ForwardTask:
        """Prepare the simulation of seeds given by index.

        `accept` says how likely each takes part (empty: all do), by the coin of the node in `creator` (None:
        the seed's own). Preparing takes so many `threads`.
        """
        creator = np.asarray(seeds if creator is None else creator, dtype=np.int64)
        asked: dict[str, Any] = {"accept": accept, "creator": creator}
        course = Course.of(network, model)
        if course is not None:
            cascade = CourseForward.make(course, network.weights)
            return cls(network.out, network.weights, seeds, key, course=cascade, **asked)
        if model.counts_distance:
            n, out = network.n_nodes, network.out
            return cls(out, network.weights, seeds, key, None, model.values(n), model.against(n), **asked)
        return cls(pack_if_large(network.out, threads), network.weights, seeds, key, limits, **asked)

    def __call__(self, first: int, count: int) -> SpreadBlock:
        """Simulate worlds ``first … first + count − 1``; `first` must begin a run of worlds."""
        from seeding._kernels.forward import GRAIN

        shape = (-(-count // GRAIN), self.seeds.size if self.limits is None else 0)
        block = SpreadBlock(np.empty(count), np.zeros(shape), np.zeros(shape))
        if self.course is not None:
            return self._run_course(self.course, first, block)
        if self.values.size:
            return self._run_depths(first, block)
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
        from seeding._kernels.course import spread_course

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
        from seeding._kernels.forward import ic_depths

        steps = block.gain.shape[0], min(self.values.size, STEPS)
        block = block._replace(
            negative=np.empty(block.reach.size), curve=np.zeros(steps), bends=np.zeros(steps)
        )
        fixed = self.out, self.weights, *self._asked, self.values, self.against
        ic_depths(*fixed, np.uint64(self.key), first, *block[:6])
        return block

    def _run_packed(self, out: Packed, first: int, block: SpreadBlock) -> None:
        from seeding._kernels import simulate as kernels

        weights = self.weights if (self.weights != 1.0).any() else np.empty(0)
        fixed = out.rows, weights, *self._asked
        world = np.uint64(self.key), first, scratch.for_search(out)
        if self.limits is None:
            kernels.packed_spread(*fixed, *world, tuple(block[:3]))
        else:
            kernels.packed_within(*fixed, self.limits(first, block.reach.size), *world, block.reach)

    def _run_plain(self, out: Csr, first: int, block: SpreadBlock) -> None:
        from seeding._kernels import forward as kernels

        fixed = out, self.weights, *self._asked
        if self.limits is None:
            kernels.ic_spread(*fixed, np.uint64(self.key), first, *block[:3])
        else:
            limits = self.limits(first, block.reach.size)
            kernels.ic_within(*fixed, limits, np.uint64(self.key), first, block.reach)


Task = ForwardTask | DuelTask


class Spread(NamedTuple):
    """The simulated spread of a list of seeds: per world, and per seed in order.

    `known` is what is known of the reach of one world beforehand, `others` of anything else that is counted,
    and `still` of the reach of the first seeds, as many of them as reached the same in all worlds.
    `starts_alike` says whether the same is reached at once in all worlds.
    """

    reach: np.ndarray
    marginal: np.ndarray
    cumulative: np.ndarray
    cumulative_stderr: np.ndarray
    negative: np.ndarray = _NOBODY
    curve: np.ndarray = _NOBODY
    curve_stderr: np.ndarray = _NOBODY
    engaged: np.ndarray = _NOBODY
    rival: np.ndarray = _NOBODY
    sides: np.ndarray = np.empty((0, 2))
    known: Known = NOTHING_KNOWN
    others: Known = NOTHING_KNOWN
    still: Known = NOTHING_KNOWN
    starts_alike: bool = False

    @classmethod
    def join(cls, blocks: Sequence[Block]) -> Spread:
        """Put blocks of consecutive worlds together; sums do not depend on how they were split."""
        reach = np.concatenate([block.reach for block in blocks])
        marginal = np.concatenate([block.gain for block in blocks]).sum(axis=0) / reach.size
        square = np.concatenate([block.square for block in blocks]).sum(axis=0) / reach.size
        cumulative = np.cumsum(marginal)
        negative = np.concatenate([block.negative for block in blocks])
        curve = np.concatenate([block.curve for block in blocks]).sum(axis=0) / reach.size
        bends = np.concatenate([block.bends for block in blocks]).sum(axis=0) / reach.size
        errors = [_stderr(square, cumulative, reach.size), _stderr(bends, curve, reach.size)]
        engaged = [block.engaged for block in blocks if isinstance(block, SpreadBlock)]
        rival = np.concatenate([block.rival for block in blocks])
        sides = np.concatenate([block.sides for block in blocks]).sum(axis=0) / reach.size
        told = np.concatenate([_NOBODY, *engaged])
        return cls(reach, marginal, cumulative, errors[0], negative, curve, errors[1], told, rival, sides)


def _stderr(square: np.ndarray, mean: np.ndarray, worlds: int) -> np.ndarray:
    """Return the standard error of means, given the means of the squares."""
    error: np.ndarray = np.sqrt(np.maximum(square - mean**2, 0.0) / max(worlds - 1, 1))
    return error


def run_worlds(
    task: Task,
    first: int,
    count: int,
    workers: Workers,
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    kept: list[Block] | None = None,
) -> list[Block]:
    """Simulate worlds ``first … first + count − 1`` in blocks; `check` is called after each, may raise.

    Each block is also put into `kept`, where it stays if `check` ends the work.
    """
    from seeding._kernels.forward import GRAIN

    progress = progress or Silent()
    progress.update("simulating cascades", 0, count)
    blocks: list[Block] = []
    done = 0
    size = GRAIN
    simulate_range: Callable[[int, int], Block] = task
    while done < count:
        todo = count - done if blocks else min(GRAIN * workers.threads, count)
        size = min(size, GRAIN * -(-workers.fair_share(todo) // GRAIN))
        for block in workers.map(simulate_range, first + done, todo, size, grain=GRAIN):
            blocks.append(block)
            if kept is not None:
                kept.append(block)
            progress.update("simulating cascades", sum(b.reach.size for b in blocks), count)
            check()
        done += todo
        reached = float(sum(part.sum() for part in (blocks[0].reach, blocks[0].negative, blocks[0].rival)))
        visited = max(reached / max(task.weights.max(), 1e-300), 1.0)
        size = GRAIN * int(min(max(_NODES_PER_BLOCK // visited, 1), 256))
    return blocks


def measure(
    task: Task,
    precision: float,
    workers: Workers,
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    kept: list[Block] | None = None,
    known: Known = NOTHING_KNOWN,
) -> Spread:
    """Simulate until the 95 % interval of the mean reach is within ± `precision` of it, or a cap is hit.

    The number of worlds is decided from the worlds so far (at least FIRST_WORLDS) and from what is `known` of
    one world's reach, and is at most MOST_WORLDS. `check` and `kept` are as for `run_worlds`.
    """
    blocks: list[Block] = [] if kept is None else kept
    done, wanted = 0, FIRST_WORLDS
    while done < wanted:
        run_worlds(task, done, wanted - done, workers, progress, check, blocks)
        done = wanted
        reach = np.concatenate([block.reach for block in blocks])
        wanted = worlds_needed(reach, precision, known)
    return Spread.join(blocks)._replace(known=known)


def measure_parts(
    task: ForwardTask, parts: Sequence[np.ndarray], worlds: int, workers: Workers
) -> list[np.ndarray]:
    """Measure what is reached of parts of the people, in the first worlds of a task.

    Parameters
    ----------
    task
        The seeds and the key; its worlds are the same for every part.
    parts
        For each part the weight of every node; 0 for those outside it.
    worlds
        How many worlds; whole runs.

    Returns
    -------
    The reach in each world, part by part: where parts add up to the task's weights, so do their reaches.
    """
    reaches = []
    for weights in parts:
        blocks = run_worlds(replace(task, weights=weights), 0, worlds, workers)
        reaches.append(np.concatenate([block.reach for block in blocks]))
    return reaches


def worlds_needed(reach: np.ndarray, precision: float, known: Known = NOTHING_KNOWN) -> int:
    """Predict how many worlds give a relative half-width of `precision`, from those seen; whole runs."""
    from seeding._kernels.forward import GRAIN

    needed = min(worlds_wanted(Moments.of(reach), known, precision), float(MOST_WORLDS))
    if needed <= reach.size:
        return reach.size
    return int(min(GRAIN * -(-1.05 * needed // GRAIN), max(MOST_WORLDS, reach.size)))
