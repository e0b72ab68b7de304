"""Exact expected reach on networks of a dozen people, by listing every world; no code of `seeding`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MOST_ARCS = 16


@dataclass(frozen=True)
class SmallNetwork:
    """People 0 … n − 1 with weights, and arcs (u, v, p)."""

    weights: tuple[float, ...]
    arcs: tuple[tuple[int, int, float], ...]

    @cached_property
    def _worlds(self) -> tuple[np.ndarray, np.ndarray]:
        """List the 2^m worlds: the probability of each, and who reaches whom in it."""
        n, m = len(self.weights), len(self.arcs)
        if m > MOST_ARCS:
            raise ValueError(f"{m} arcs make 2^{m} worlds; at most {MOST_ARCS} arcs are listed")
        live = np.array(list(itertools.product((False, True), repeat=m)), dtype=bool).reshape(-1, m).T
        chance = np.ones(live.shape[1])
        for (_, _, p), alive in zip(self.arcs, live, strict=True):
            chance *= np.where(alive, p, 1 - p)
        reached = np.repeat(np.eye(n, dtype=bool)[:, :, None], live.shape[1], axis=2)
        for _ in range(n):
            for (u, v, _), alive in zip(self.arcs, live, strict=True):
                reached[:, v] |= reached[:, u] & alive
        return chance, reached

    def reach(self, seeds: Sequence[int]) -> float:
        """Give the exact expected reach of some seeds."""
        chance, reached = self._worlds
        return float(np.array(self.weights) @ (reached[list(seeds)].any(axis=0) @ chance))

    def best(self, costs: Sequence[int], budget: int | None, k: int | None) -> float:
        """Give the largest exact expected reach of any seeds within the limits, by trying them all."""
        return max(self.reach(seeds) for seeds in feasible(costs, budget, k))


def feasible(costs: Sequence[int], budget: int | None, k: int | None) -> Iterator[tuple[int, ...]]:
    """List every choice within a budget and a head count (None: no limit)."""
    for size in range(len(costs) + 1 if k is None else k + 1):
        for seeds in itertools.combinations(range(len(costs)), size):
            if budget is None or sum(costs[v] for v in seeds) <= budget:
                yield seeds
