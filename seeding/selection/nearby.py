"""What is near a choice on a sample: what each candidate would add, and at which price it would come in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seeding.selection.greedy import Cover
from seeding.selection.kept_samples import KeptSamples
from seeding.selection.local_search import Ground
from seeding.selection.overlap import SeedSets
from seeding.selection.problem import Problem

# Entries that one improvement may touch. A choice that lacks one seed is near its best: an eighth of what a
# plan's own search may touch gave the same choices (20,000 people, 83 seeds) in half the time.
_WORK = 1 << 24


@dataclass(frozen=True, eq=False)
class Nearby:
    """The neighbourhood of a choice on the choosing sample.

    Attributes
    ----------
    samples, seeds
        Both samples, and the choice.
    held
        Which choosing sets the seeds cover.
    problem
        What is chosen for.
    """

    samples: KeptSamples
    seeds: np.ndarray
    held: SeedSets
    problem: Problem

    @classmethod
    def of(cls, problem: Problem, samples: KeptSamples, seeds: np.ndarray) -> Nearby:
        """Look at a choice on the choosing sample."""
        return cls(samples, seeds, SeedSets.of(samples.choosing, seeds), problem)

    @cached_property
    def gains(self) -> np.ndarray:
        """What each candidate would add, in sets."""
        return self.held.gains()

    @cached_property
    def gains_without(self) -> np.ndarray:
        """What each candidate covers of the sets that only one seed covers; one row per seed."""
        return np.array([self.held.gains_without(place) for place in range(self.seeds.size)])

    @cached_property
    def ground(self) -> Ground:
        """The sample reduced to the candidates worth a look."""
        return Ground.of(self.samples.choosing, self.problem.program, self.seeds)

    def improved(self, problem: Problem, order: np.ndarray) -> np.ndarray:
        """Improve an allowed choice for another problem without rules, by local search."""
        sample = self.samples.choosing
        cover = Cover(order, sample.count(order), sample.n_sets)
        return self.ground.improve(problem.program, cover, _WORK).cover.order

    def exchange_prices(self) -> np.ndarray:
        """Return for each candidate a price at which an exchange with one seed makes the choice better.

        That is what is left of the budget, where the candidate adds anything and there is room, and the cost
        of a seed besides, where the candidate would cover more than that seed alone does. −1: no such price.
        Minor units.
        """
        costs, limits = self.problem.costs, self.problem.limits
        left = limits.money - int(costs[self.seeds].sum())
        room = self.seeds.size < limits.count(costs.size)
        prices = np.where((self.gains > 0) & room, left, -1)
        for place, seed in enumerate(self.seeds.tolist()):
            better = self.gains + self.gains_without[place] > self.held.only[place]
            prices = np.where(better, np.maximum(prices, left + int(costs[seed])), prices)
        found: np.ndarray = np.minimum(prices, costs)
        return found
