"""Reverse sampling: random reverse-reachable (RR) sets, one per world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding.coverage import Coverage
from seeding.csr import Csr
from seeding.diffusion import IndependentCascade, check_model
from seeding.errors import InputError
from seeding.executors import Workers, open_workers
from seeding.network import Network
from seeding.packed import Packed
from seeding.progress import Progress, Silent, open_progress
from seeding.rng import RandomSource, to_key
from seeding.sampling import Block, PackedReverse, pack_if_large

# A block is sized to visit about this many nodes: long enough to keep threads busy, short enough to stop.
_NODES_PER_BLOCK = 1 << 21
_PILOT = 256
_MOST_PER_BLOCK = 1 << 16


class Roots(NamedTuple):
    """Walker's alias table of the node weights; empty where all weights are equal."""

    keep: np.ndarray
    alias: np.ndarray


@dataclass(frozen=True, eq=False)
class ReverseTask:
    """Samples the RR sets of a range of worlds arc by arc; a plain value for any executor."""

    into: Csr
    roots: Roots
    candidate_of: np.ndarray
    key: int

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse import ic_rr_sets

        done, visited = 0, 0
        sizes = np.empty(count, dtype=np.int32)
        parts = []
        room = max(4 * count, 1 << 12)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used, nodes = ic_rr_sets(
                self.into,
                self.roots,
                self.candidate_of,
                np.uint64(self.key),
                first + done,
                sizes[done:],
                members,
            )
            done, visited, room = done + now, visited + nodes, 2 * room
            parts.append(members[:used].copy())
        return Block(sizes, parts[0] if len(parts) == 1 else np.concatenate(parts), visited)


@dataclass(frozen=True, eq=False)
class RRSampler:
    """Draws a growing sample: the worlds 0, 1, 2, … of one key, never the same world twice."""

    task: ReverseTask | PackedReverse
    candidates: pd.Index
    total_weight: float

    @classmethod
    def make(
        cls, network: Network, model: IndependentCascade, key: int, nodes: np.ndarray | None = None
    ) -> RRSampler:
        """Prepare sampling that keeps only the given nodes (all, if None) as candidates, in their order."""
        check_model(model)
        if nodes is None:
            nodes = np.arange(network.n_nodes)
        candidate_of = np.full(network.n_nodes, -1, dtype=np.int32)
        candidate_of[nodes] = np.arange(nodes.size)
        into = pack_if_large(network.into)
        task = (
            PackedReverse.make(into, network.weights, candidate_of, key)
            if isinstance(into, Packed)
            else ReverseTask(into, make_roots(network.weights), candidate_of, key)
        )
        return cls(task, network.labels[nodes], network.total_weight)

    def with_key(self, key: int) -> RRSampler:
        """Return a sampler of the same sets' law with another key; what was prepared is shared."""
        return replace(self, task=replace(self.task, key=key))

    def empty(self) -> Coverage:
        """Return a sample of no sets."""
        return self._wrap([], 1)

    def grow(
        self,
        sample: Coverage,
        n_sets: int,
        workers: Workers,
        progress: Progress | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> Coverage:
        """Return `sample` grown to `n_sets` sets; `check` is called after every block and may raise."""
        progress = progress or Silent()
        blocks: list[Block] = []
        first, size = sample.n_sets, _PILOT
        while first < n_sets:
            count = n_sets - first if blocks else min(_PILOT, n_sets - first)
            for block in workers.map(self.task, first, count, size):
                blocks.append(block)
                first += block.sizes.size
                progress.update("sampling RR sets", first, n_sets)
                check()
            size = _block_size(blocks)
        new = self._wrap(blocks, workers.threads)
        return sample.extend(new) if sample.n_sets else new

    def _wrap(self, blocks: list[Block], threads: int) -> Coverage:
        sizes = np.concatenate([np.zeros(1, dtype=np.int32), *(block.sizes for block in blocks)])
        members = [np.zeros(0, dtype=np.int32), *(block.members for block in blocks)]
        indptr = np.cumsum(sizes, dtype=np.int64)
        return Coverage(self.candidates, self.total_weight, indptr, np.concatenate(members), threads)


def make_roots(weights: np.ndarray) -> Roots:
    """Prepare the drawing of roots in proportion to weight (Walker, ACM TOMS 1977)."""
    if (weights == weights[0]).all():
        return Roots(np.empty(0), np.empty(0, dtype=np.int32))
    from seeding._kernels.reverse import fill_alias

    roots = Roots(np.empty(weights.size), np.empty(weights.size, dtype=np.int32))
    stacks = np.empty(weights.size, dtype=np.int32), np.empty(weights.size, dtype=np.int32)
    fill_alias(weights, *roots, *stacks)
    return roots


def sample_rr_sets(
    network: Any,
    n_sets: int,
    *,
    model: IndependentCascade = IndependentCascade(),
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Coverage:
    """Sample random reverse-reachable sets.

    A root is drawn in proportion to node weight and a world by tossing every arc's coin; the RR set is
    everyone with a live path to the root. The probability that S meets the set is σ(S)/W (Borgs et al.,
    SODA 2014).

    Parameters
    ----------
    network
        A `Network`, or anything `Network.from_any` takes.
    n_sets
        How many sets.
    model
        How the message spreads.
    probability
        For a graph that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness (the same key gives the same sets whatever the threads), parallelism and display.

    Returns
    -------
    The sample, with every node as a candidate.

    Raises
    ------
    InputError
        If an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> network = sd.Network.from_edges([0, 1], [1, 2], 1.0)
    >>> sample = sd.sample_rr_sets(network, 1_000, rng=7)
    >>> sample.reach([0]).mean
    3.0
    """
    network = Network.from_any(network, probability)
    if isinstance(n_sets, bool) or not isinstance(n_sets, (int, np.integer)) or n_sets < 1:
        raise InputError(f"n_sets={n_sets!r} is not a positive whole number.")
    sampler = RRSampler.make(network, model, to_key(rng))
    shown = open_progress(progress)
    try:
        with open_workers(threads, executor) as workers:
            return sampler.grow(sampler.empty(), int(n_sets), workers, shown)
    finally:
        shown.close()


def _block_size(blocks: list[Block]) -> int:
    sets = sum(block.sizes.size for block in blocks)
    visited = sum(block.visited for block in blocks)
    return int(min(max(_NODES_PER_BLOCK * sets // max(visited, 1), 64), _MOST_PER_BLOCK))
