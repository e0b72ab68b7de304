"""The samples that fairness needs: RR sets of the whole network, and of every audience group its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding._runtime.rng import derive
from seeding.plan import estimate
from seeding.rules.fairness import Audience
from seeding.sampling.coverage import Coverage
from seeding.sampling.rr_sets import RRSampler
from seeding.selection.problem import Problem

# What an entry of a choosing sample takes: itself, its index, and its places in the reduced sample and its
# inverse.
_BYTES_PER_ENTRY = 34


@dataclass(frozen=True, eq=False)
class Samples:
    """One sample of everybody (the first) and one of each group, of equal size, that choose or judge."""

    covers: tuple[Coverage, ...]

    @property
    def n_sets(self) -> int:
        """Number of sets in each."""
        return self.covers[0].n_sets

    @property
    def n_bytes(self) -> int:
        """What they take while they are worked on."""
        return sum(_BYTES_PER_ENTRY * cover.total_size + 64 * cover.n_sets for cover in self.covers)

    def counts(self, chosen: np.ndarray) -> np.ndarray:
        """Count what a choice (candidates, by index) covers of each sample."""
        return np.array([cover.count(chosen) for cover in self.covers], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Panel:
    """The samplers of all samples of one stage.

    Roots of a group's sample are drawn from its own people by weight, so that the covered part of it
    estimates the share of the group that is reached. Its key is a function of the run's key, the stage and
    the number of the group; the sample of everybody is the one that `ris` would draw.
    """

    problem: Problem
    samplers: tuple[RRSampler, ...]

    @classmethod
    def open(cls, problem: Problem, audiences: tuple[Audience, ...]) -> tuple[Panel, Panel]:
        """Prepare the samplers that choose and those that judge; the network is packed once."""
        everybody = RRSampler.make(problem.network, problem.propagation.reverse, 0, *problem.candidates)
        prepared = [everybody, *(everybody.with_weights(one.weights, one.weight) for one in audiences)]

        def panel(stage: str) -> Panel:
            key = problem.stage_key(stage)
            keys = [key, *(derive(key, number) for number in range(1, len(prepared)))]
            return cls(problem, tuple(s.with_key(k) for s, k in zip(prepared, keys, strict=True)))

        return panel("select"), panel("certify")

    def draw(self, n_sets: int) -> Samples:
        """Draw the first sets, whatever the time."""
        return self._grow(Samples(tuple(sampler.empty() for sampler in self.samplers)), n_sets, lambda: None)

    def grow(self, samples: Samples, n_sets: int) -> Samples:
        """Grow all samples; raises `OutOfTime` when time is up."""
        return self._grow(samples, n_sets, self.problem.clock.check)

    def _grow(self, samples: Samples, n_sets: int, check: Callable[[], None]) -> Samples:
        problem = self.problem
        return Samples(
            tuple(
                sampler.grow(cover, n_sets, problem.workers, problem.progress, check)
                for sampler, cover in zip(self.samplers, samples.covers, strict=True)
            )
        )


def floor_for_any(share: float, n_sets: int, alpha: float) -> int:
    """Return what a plan that truly reaches `share` covers at least, wrong with probability at most `alpha`.

    With x covered sets of n, Clopper–Pearson says that the true share is at most U(x); so x is at least the
    smallest number with U(x) ≥ share.
    """
    return _least(n_sets, lambda x: estimate.binomial_upper(x, n_sets, alpha) >= share)


def floor_for_sure(share: float, n_sets: int, alpha: float, margin: float) -> int:
    """Return how much to cover so that an independent sample of this size will likely prove `share`.

    That sample proves it from the smallest x with L(x) ≥ share on; `margin` standard deviations of the
    difference between two samples are added.
    """
    x = _least(n_sets, lambda x: estimate.binomial_lower(x, n_sets, alpha) >= share)
    return min(n_sets, x + int(np.ceil(margin * np.sqrt(2 * x * (1 - x / n_sets)))))


def _least(n_sets: int, holds: Callable[[int], bool]) -> int:
    """Find the least number up to `n_sets` from which on something holds; `n_sets` if it never does."""
    low, high = 0, n_sets
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
