"""Cascades as trees: sizes, depths and offspring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seeding._runtime.executors import Workers
from seeding._runtime.progress import Progress
from seeding.diffusion import IndependentCascade
from seeding.network.csr import Csr
from seeding.network.network import Network
from seeding.simulation.competition_simulation import further_probability

# Hops are told one by one up to this one, which stands for all that follow.
_MOST_HOPS = 33


_BLOCK = 64


class Trees(NamedTuple):
    """What `grow_trees` tells of a range of worlds."""

    hops: np.ndarray
    reach: np.ndarray
    shape: np.ndarray


@dataclass(frozen=True, eq=False)
class TreeTask:
    """Simulates a range of worlds as trees; a plain value, so that it can travel to any executor.

    Attributes
    ----------
    out, weights
        The network.
    further
        The probability of each arc for bad news.
    seeds
        Indices of the seeds, each once.
    quality
        The quality, where it matters for who is reached; 1 elsewhere.
    last
        The last step that counts.
    key
        64-bit key of the worlds.
    """

    out: Csr
    further: np.ndarray
    weights: np.ndarray
    seeds: np.ndarray
    quality: float
    last: int
    key: int

    @classmethod
    def make(cls, network: Network, seeds: np.ndarray, key: int, model: IndependentCascade) -> TreeTask:
        """Prepare the simulation of seeds given by index."""
        further, quality = network.out.probability, 1.0
        if model.forward_only:
            further = further_probability(further, float(model.negativity_bias))
            quality = float(model.quality)
        last = network.n_nodes if model.deadline is None else min(int(model.deadline), network.n_nodes)
        return cls(network.out, further, network.weights, np.unique(seeds), quality, last, key)

    def __call__(self, first: int, count: int) -> Trees:
        """Simulate worlds ``first … first + count − 1``."""
        from seeding._kernels.forward.trees import grow_trees

        hops = np.empty((count, min(self.last + 1, _MOST_HOPS)), dtype=np.int64)
        trees = Trees(hops, np.empty((count, 2)), np.empty((count, 3)))
        fixed = self.out, self.further, self.weights, self.seeds, (self.quality, 0), self.last
        grow_trees(*fixed, np.uint64(self.key), first, *trees)
        return trees


def grow(task: TreeTask, worlds: int, workers: Workers, progress: Progress) -> Trees:
    """Simulate worlds ``0 … worlds − 1``."""
    blocks = []
    for block in workers.map(task, 0, worlds, _BLOCK):
        blocks.append(block)
        progress.update("simulating cascades", sum(len(part.reach) for part in blocks), worlds)
    return Trees(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))
