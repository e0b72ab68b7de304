"""Competing cascades simulated: tasks, blocks, and marginal gains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from seeding.diffusion import IndependentCascade, Model
from seeding.network.csr import Csr
from seeding.network.network import Network
from seeding.simulation.competition import TIES, Duel

# What is reached is told step by step up to this one, which stands for all that follow.
_MOST_STEPS = 33
_ALL_ACCEPT = np.empty(0)
# Coins tossed in one call when worlds are drawn, and worlds drawn whatever the time: one run.
_COINS_AT_ONCE, _LEAST_DRAWN = 1 << 24, 64


class DuelBlock(NamedTuple):
    """What happened in a range of worlds; named as the parts of a `SpreadBlock`.

    ``reach``, ``negative`` and ``rival`` have one value per world; ``curve`` and ``bends`` one row per run of
    worlds: sums of the reach by each step, and of its square; ``sides`` the same of the negative and the
    rival's. ``gain`` and ``square`` have no columns, because all seeds spread at once.
    """

    reach: np.ndarray
    gain: np.ndarray
    square: np.ndarray
    negative: np.ndarray
    curve: np.ndarray
    bends: np.ndarray
    rival: np.ndarray
    sides: np.ndarray


@dataclass(frozen=True, eq=False)
class DuelTask:
    """Simulates a range of worlds; a plain value, so that it can travel to any executor.

    Attributes
    ----------
    out
        The out-arcs of the network.
    further
        The probability of each arc for bad news: 1 − (1 − p)^b.
    weights
        Weight of each node.
    seeds, accept, rivals
        Indices of our seeds, in order; how likely each accepts (empty: all do); indices of the rival's.
    rule
        The quality, and the number of the tie rule.
    values
        What somebody who is positive at each step counts; nobody is reached after the last.
    key
        64-bit key of the worlds.
    """

    out: Csr
    further: np.ndarray
    weights: np.ndarray
    seeds: np.ndarray
    rivals: np.ndarray
    rule: tuple[float, int]
    values: np.ndarray
    key: int
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def make(
        cls,
        network: Network,
        seeds: np.ndarray,
        key: int,
        model: Model,
        duel: Duel,
        accept: np.ndarray = _ALL_ACCEPT,
    ) -> DuelTask:
        """Prepare the simulation of seeds given by index; `accept` says how likely each takes part."""
        if not isinstance(model, IndependentCascade):
            raise TypeError("only independent cascades are played step by step")
        p, bias = network.out.probability, float(model.negativity_bias)
        further = p if bias == 1 else further_probability(p, bias)
        values = replace(model, quality=1.0).values(network.n_nodes)
        rule = float(model.quality), TIES.index(duel.tie)
        seeds = np.asarray(seeds, dtype=np.int64)
        return cls(network.out, further, network.weights, seeds, duel.rivals, rule, values, key, accept)

    def with_seeds(self, seeds: Sequence[int] | np.ndarray, accept: np.ndarray = _ALL_ACCEPT) -> DuelTask:
        """Return the task of the same worlds with other seeds of ours."""
        return replace(self, seeds=np.asarray(seeds, dtype=np.int64), accept=accept)

    @property
    def _ours(self) -> tuple[np.ndarray, np.ndarray]:
        return self.seeds, self.accept

    @property
    def _fixed(self) -> tuple[Any, ...]:
        return self.out, self.further, self.weights, self._ours, self.rivals, self.rule, self.values

    def drawn_parts(self, bits: tuple[np.ndarray, ...]) -> tuple[Any, ...]:
        """Return what the kernels of drawn worlds begin with."""
        rows = self.out.indptr, self.out.indices
        return rows, bits, self.weights, self._ours, self.rivals, self.rule, self.values

    def __call__(self, first: int, count: int) -> DuelBlock:
        """Simulate worlds ``first … first + count − 1``; `first` must begin a run of worlds."""
        from seeding._kernels.forward.arc_by_arc import GRAIN
        from seeding._kernels.forward.competition import duel_spread

        runs, steps = -(-count // GRAIN), min(self.values.size, _MOST_STEPS)
        sums = np.zeros((runs, steps)), np.zeros((runs, steps)), np.zeros((runs, steps, 2))
        per_world = np.empty((3, count))
        duel_spread(*self._fixed, np.uint64(self.key), first, *per_world, *sums)
        none = np.zeros((runs, 0))
        return DuelBlock(per_world[0], none, none, per_world[1], sums[0], sums[1], per_world[2], sums[2])


class Drawn(NamedTuple):
    """Worlds ``0, 1, …`` as bits, one row each: the arcs live for a message, and for bad news."""

    live: np.ndarray
    far: np.ndarray

    @classmethod
    def worlds(
        cls, task: DuelTask, first: int, count: int, time_left: Callable[[], bool] = lambda: True
    ) -> Drawn:
        """Draw worlds ``first … first + count − 1`` of a task; fewer once there is no `time_left`."""
        from seeding._kernels.forward.live_edge_worlds import arc_codes, draw_worlds, thresholds

        out, key = task.out, np.uint64(task.key)
        codes = np.empty(out.indices.size, dtype=np.uint64)
        arc_codes(out.indptr, out.indices, codes)
        shape = count, -(-codes.size // 64)
        live = np.empty(shape, dtype=np.uint64)
        far = live if task.further is out.probability else np.empty(shape, dtype=np.uint64)
        piece, done = max(1, _COINS_AT_ONCE // max(codes.size, 1)), 0
        # Whole runs of worlds, in pieces that do not keep anybody waiting.
        while done < count and (done < _LEAST_DRAWN or time_left()):
            stop = min(done + piece, count)
            draw_worlds(codes, thresholds(out.probability), key, first + done, live[done:stop])
            if far is not live:
                draw_worlds(codes, thresholds(task.further), key, first + done, far[done:stop])
            done = stop
        done = done if done == count else done // _LEAST_DRAWN * _LEAST_DRAWN
        return cls(live[:done], far[:done])

    def part(self, first: int, count: int) -> Drawn:
        """Return some of the worlds."""
        return Drawn(self.live[first : first + count], self.far[first : first + count])


@dataclass(frozen=True, eq=False)
class GainTask:
    """Sums what our seeds and each of some candidates (nodes; −1: nobody) reach in a range of worlds.

    `accept` says how likely each candidate takes part (empty: all do). `drawn` holds the worlds from 0 on,
    where they are kept; without them coins are tossed as they are needed.
    """

    task: DuelTask
    candidates: np.ndarray
    drawn: Drawn | None = None
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))

    def __call__(self, first: int, count: int) -> tuple[np.ndarray, int]:
        """Return one row of sums per run of worlds, and how many arcs were looked at (0 where drawn)."""
        from seeding._kernels.forward import competition as kernels
        from seeding._kernels.forward.arc_by_arc import GRAIN

        sums = np.zeros((-(-count // GRAIN), self.candidates.size))
        asked = self.candidates, self.accept if self.accept.size else np.ones(self.candidates.size)
        key = np.uint64(self.task.key)
        if self.drawn is not None:
            bits = tuple(self.drawn.part(first, count))
            kernels.drawn_gains(*self.task.drawn_parts(bits), asked, key, first, sums)
            return sums, 0
        looked = kernels.duel_gains(*self.task._fixed, asked, key, first, count, sums)
        return sums, int(looked)


@dataclass(frozen=True, eq=False)
class PrefixTask:
    """Compares leading parts of our seeds with all of them in a range of worlds."""

    task: DuelTask

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Return per run of worlds and part: the sums of what it lacks, its square, its product with all."""
        from seeding._kernels.forward.arc_by_arc import GRAIN
        from seeding._kernels.forward.competition import drawn_prefixes

        sums = np.zeros((-(-count // GRAIN), self.task.seeds.size, 3))
        bits = tuple(Drawn.worlds(self.task, first, count))
        drawn_prefixes(*self.task.drawn_parts(bits), np.uint64(self.task.key), first, sums)
        return sums


def further_probability(p: np.ndarray, bias: float) -> np.ndarray:
    """Return 1 − (1 − p)^b: the probability that at least one of b chances succeeds, for b of 1 or more."""
    with np.errstate(divide="ignore"):
        hazard = -np.log1p(-p)
    chance: np.ndarray = np.maximum(-np.expm1(-bias * hazard), p)
    return chance
