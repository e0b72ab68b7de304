"""Reverse sampling: random reverse-reachable (RR) sets, one per world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from seeding._runtime.executors import Workers
from seeding._runtime.progress import Progress, Silent
from seeding.network.labels import Labels
from seeding.network.network import Network
from seeding.sampling import workspace
from seeding.sampling.acceptance import EVERYBODY, NONE, FirstYes, Invited, InvitedTask
from seeding.sampling.cascade_reverse import PeopleReverse
from seeding.sampling.coverage import Coverage
from seeding.sampling.growth import Filling
from seeding.sampling.packed_reverse import PackedReverse
from seeding.sampling.reverse_task import Task
from seeding.sampling.roots import Block

# A block is sized to visit about this many nodes: long enough to keep threads busy, short enough to stop.
_NODES_PER_BLOCK = 1 << 21
_PILOT = 16
_MOST_PER_BLOCK = 1 << 16
# To keep all threads busy a block may be so many times shorter.
_SHORTEST = 32


@dataclass(frozen=True, eq=False)
class SummedTask:
    """Samples a block and sums up where its sets end, on the same thread; a plain value for any executor."""

    task: Task | InvitedTask

    def __call__(self, first: int, count: int) -> tuple[Block, np.ndarray]:
        """Sample worlds ``first … first + count − 1``; returns the block, and int64 ends within it."""
        block = self.task(first, count)
        return block, np.cumsum(block.sizes, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class RRSampler:
    """Draws a growing sample: the worlds 0, 1, 2, … of one key, never the same world twice.

    Where creators are asked first, `task` samples their nodes, and `invited` makes candidates of these.
    """

    task: Task
    names: Labels
    nodes: np.ndarray
    total_weight: float
    sentinels: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    invited: Invited | None = None

    @classmethod
    def make(
        cls,
        network: Network,
        reverse: Callable[[np.ndarray, int, int], Task],
        key: int,
        nodes: np.ndarray | None = None,
        accept: np.ndarray = EVERYBODY,
        creators: np.ndarray = NONE,
        given: bool = False,
        *,
        threads: int = 1,
    ) -> RRSampler:
        """Prepare sampling that keeps only the given nodes (all, if None) as candidates, in their order.

        `reverse` makes the task from the candidate of each node (−1: none), a key and so many threads.
        A node may be several candidates, one for each offer to it; `accept` says how likely each is accepted
        (empty: all are), by the coin of the node in `creators` (empty: the candidate's own). With `given`,
        only worlds are sampled in which at least one of them accepts. Preparing takes so many `threads`.
        """
        if nodes is None:
            nodes = np.arange(network.n_nodes)
        invited = Invited.of(nodes, accept, creators)
        if given and invited is not None:
            invited = replace(invited, given=FirstYes.of(invited))
        places = nodes if invited is None else invited.nodes
        candidate_of = np.full(network.n_nodes, -1, dtype=np.int32)
        candidate_of[places] = np.arange(places.size)
        task = reverse(candidate_of, key, threads)
        return cls(task, network.names.take(nodes), nodes, network.total_weight, invited=invited)

    def with_key(self, key: int) -> RRSampler:
        """Return a sampler of the same sets' law with another key; what was prepared is shared."""
        return replace(self, task=replace(self.task, key=key))

    def with_weights(self, weights: np.ndarray, total: float) -> RRSampler:
        """Return a sampler whose roots are drawn by other node weights; the packed network is shared."""
        return replace(self, task=self.task.weighted(weights), total_weight=total)

    @property
    def can_stop(self) -> bool:
        """Whether the searches can be made to stop at sentinels."""
        return isinstance(self.task, (PackedReverse, PeopleReverse)) and self.invited is None

    def stop_at(self, sentinels: np.ndarray) -> RRSampler:
        """Return a sampler of the same worlds whose sets end at the given candidates (Guo et al., 2020).

        A set that holds one is only counted: any choice with all of them covers it. Most large sets are such.
        """
        task = self.task
        if not self.can_stop or not isinstance(task, (PackedReverse, PeopleReverse)):
            raise ValueError("only packed networks where nobody declines are sampled with sentinels.")
        return replace(self, task=task.stop_at(self.nodes[sentinels]), sentinels=sentinels)

    def empty(self) -> Coverage:
        """Return a sample of no sets."""
        nothing = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32)
        return Coverage(self.names, self.total_weight, *nothing, sentinels=self.sentinels)

    def grow(
        self,
        sample: Coverage,
        n_sets: int,
        workers: Workers,
        progress: Progress | None = None,
        check: Callable[[], None] = lambda: None,
        most_entries: int = 0,
    ) -> Coverage:
        """Return `sample` grown to `n_sets` sets; `check` is called after every block and may raise.

        Room is reserved for further growth to at most `most_entries` entries.
        """
        if n_sets <= sample.n_sets:
            return sample
        progress = progress or Silent()
        filling = Filling(sample, n_sets, most_entries)
        progress.update("sampling RR sets", filling.n_sets, n_sets)
        try:
            for block, ends in self._blocks(sample.n_sets, n_sets, workers):
                filling.add(ends, block.members, block.given)
                workspace.give_back(block.members)
                progress.update("sampling RR sets", filling.n_sets, n_sets)
                check()
        finally:
            workspace.forget_spare()
        return filling.finish(workers.threads)

    def count_hits(self, n_sets: int, workers: Workers, check: Callable[[], None] = lambda: None) -> int:
        """Count the sets among the first `n_sets` that hold a sentinel; nothing is kept."""
        hits = 0
        task = self.task
        if isinstance(task, (PackedReverse, PeopleReverse)):
            task = task.forgetful()
        for block, _ in replace(self, task=task)._blocks(0, n_sets, workers):
            hits += block.given
            check()
        return hits

    def _blocks(self, first: int, n_sets: int, workers: Workers) -> Iterator[tuple[Block, np.ndarray]]:
        """Sample worlds ``first … n_sets − 1`` and their ends; the first tell how long blocks should be."""
        task = SummedTask(self.task if self.invited is None else InvitedTask(self.task, self.invited))
        known = self._nodes_in_a_set
        size, visited, drawn = (_block_of(known), 0, 0) if known else (_PILOT, 0, 0)
        while first + drawn < n_sets:
            start = first + drawn
            count = n_sets - start if drawn or known else min(size, n_sets - start)
            size = min(size, max(workers.fair_share(count), size // _SHORTEST))
            for block, ends in workers.map(task, start, count, size, grain=1):
                visited += block.visited
                drawn += ends.size
                yield block, ends
            size = _block_of(visited / drawn)

    @property
    def _nodes_in_a_set(self) -> float:
        """How many nodes a search visits, as far as a look at some worlds has told; 0 if it has not."""
        task = self.task
        return task.pilot.nodes if isinstance(task, PackedReverse) and task.stops.size == 0 else 0.0


def _block_of(nodes_in_a_set: float) -> int:
    """Choose how many sets make a block."""
    return int(min(max(_NODES_PER_BLOCK / max(nodes_in_a_set, 1.0), 1), _MOST_PER_BLOCK))
