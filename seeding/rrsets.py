"""Reverse sampling: random reverse-reachable (RR) sets, one per world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from seeding import campaign, scratch
from seeding.backward import CourseReverse, PeopleReverse, TimedReverse, reverse_task
from seeding.course import Course
from seeding.coverage import Coverage
from seeding.csr import Csr
from seeding.diffusion import Horizon, IndependentCascade, Model, check_coverable, check_model
from seeding.errors import InputError
from seeding.executors import Workers, open_workers
from seeding.filling import Filling
from seeding.labels import Labels
from seeding.network import Network
from seeding.packed import Packed
from seeding.progress import Progress, Silent, open_progress
from seeding.rng import RandomSource, to_key
from seeding.sampling import Block, PackedReverse, Roots, make_roots, pack_if_large

# A block is sized to visit about this many nodes: long enough to keep threads busy, short enough to stop.
_NODES_PER_BLOCK = 1 << 21
_PILOT = 16
_MOST_PER_BLOCK = 1 << 16
# To keep all threads busy a block may be so many times shorter.
_SHORTEST = 32
# Probabilities of accepting where nobody declines, and creators where they are the nodes themselves.
EVERYBODY, NONE = np.empty(0), np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class ReverseTask:
    """Samples the RR sets of a range of worlds arc by arc; a plain value for any executor."""

    into: Csr
    roots: Roots
    candidate_of: np.ndarray
    key: int
    horizon: Horizon | None = None

    def weighted(self, weights: np.ndarray) -> ReverseTask:
        """Return the task whose roots are drawn by other node weights."""
        return replace(self, roots=make_roots(weights))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse import ic_rr_sets

        done, visited = 0, 0
        sizes = np.empty(count, dtype=np.int32)
        parts = []
        room = max(4 * count, 1 << 12)
        limits = None if self.horizon is None else self.horizon.draw(self.key, first, count)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used, nodes = ic_rr_sets(
                self.into,
                self.roots,
                self.candidate_of,
                None if limits is None else limits[done:],
                np.uint64(self.key),
                first + done,
                sizes[done:],
                members,
            )
            done, visited, room = done + now, visited + nodes, 2 * room
            parts.append(members[:used].copy())
        return Block(sizes, parts[0] if len(parts) == 1 else np.concatenate(parts), visited)


Task = ReverseTask | PackedReverse | CourseReverse | PeopleReverse | TimedReverse


@dataclass(frozen=True, eq=False)
class FirstYes:
    """Who may be the first to accept, where somebody does: conditions samples on that rare event.

    Attributes
    ----------
    rank, most
        The rank of each place's creator, and by rank how likely each accepts anything.
    until
        The probability that the first to accept is of this rank or below.
    """

    rank: np.ndarray
    most: np.ndarray
    until: np.ndarray

    @classmethod
    def of(cls, invited: Invited) -> FirstYes:
        """Rank the creators behind the places."""
        creators = invited.creator if invited.creator.size else np.arange(invited.nodes.size)
        first = invited.indptr[:-1] if invited.offers.size else np.arange(invited.nodes.size)
        distinct, rank = np.unique(creators, return_inverse=True)
        most = np.zeros(distinct.size)
        np.maximum.at(most, rank, invited.accept[first])
        until = chance_of_any(most)
        return cls(rank, most, until / until[-1])

    def answer(self, invited: Invited, block: Block, key: np.uint64, first: int) -> Block:
        """Let the creators in the sets of a block answer, given that somebody accepts."""
        from seeding._kernels import invite

        n = invited.nodes.size
        creator = invited.creator if invited.creator.size else np.arange(n)
        indptr, offers = invited.indptr, invited.offers
        if offers.size == 0:
            indptr, offers = np.arange(n + 1), np.arange(n, dtype=np.int32)
        first_yes = np.empty(block.sizes.size, dtype=np.int64)
        invite.draw_first_yes(key, first, self.until, first_yes)
        places = creator, indptr, offers, invited.accept, self.rank, self.most
        kept = np.empty(block.members.size * int(np.diff(indptr).max()), dtype=np.int32)
        used = invite.keep_given_somebody(key, first, block.sizes, block.members, places, first_yes, kept)
        return block._replace(members=kept[:used])


def chance_of_any(chances: np.ndarray) -> np.ndarray:
    """Return how likely one of the first 1, 2, … independent events happens, exactly where that is tiny."""
    with np.errstate(divide="ignore"):
        chance: np.ndarray = -np.expm1(np.cumsum(np.log1p(-chances)))
    return chance


@dataclass(frozen=True, eq=False)
class Invited:
    """The offers of each creator, and how likely each is accepted: candidates in the place of creators.

    In an RR set a candidate stays with the probability of accepting, so that Pr[S meets the set] is σ(S) / W
    for the seeds who accept: the expected reach of inviting S.

    Attributes
    ----------
    nodes
        The nodes of all candidates, each once; the tasks' candidates are places in it. Where each candidate
        has a node of its own, places are the candidates, in their order.
    creator
        int64: the node whose coin answers for each place; empty where place v is node v.
    accept
        How likely each place accepts, or each of `offers`.
    indptr, offers
        Candidates of each place by falling acceptance, as compressed rows; empty where places are candidates.
    given
        Where only worlds are sampled in which somebody accepts something: who may be the first to; None: all
        worlds are.
    """

    nodes: np.ndarray
    creator: np.ndarray
    accept: np.ndarray
    indptr: np.ndarray = field(default_factory=lambda: NONE)
    offers: np.ndarray = field(default_factory=lambda: NONE)
    given: FirstYes | None = None

    @classmethod
    def of(cls, nodes: np.ndarray, accept: np.ndarray, creators: np.ndarray) -> Invited | None:
        """Group candidates by node; None where nobody declines and each node is one candidate."""
        nobody_declines = accept.size == 0 or bool((accept >= 1).all())
        if nobody_declines and bool((nodes[1:] > nodes[:-1]).all()):
            return None
        creators = (creators if creators.size else nodes).astype(np.int64)
        distinct, first, place = np.unique(nodes, return_index=True, return_inverse=True)
        if distinct.size == nodes.size:
            if nobody_declines:
                return None
            own = (creators == np.arange(nodes.size)).all()
            return cls(nodes, NONE if own else creators, accept)
        accept = accept if accept.size else np.ones(nodes.size)
        order = np.lexsort((np.arange(nodes.size), -accept, place)).astype(np.int32)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(place))]).astype(np.int64)
        return cls(distinct, creators[first], accept[order], indptr, order)

    def answer(self, task: Task, first: int, count: int) -> Block:
        """Sample worlds and let the creators in their sets answer."""
        from seeding._kernels import invite

        block, key = task(first, count), np.uint64(task.key)
        sizes, members = block.sizes, block.members
        if self.given is not None:
            return self.given.answer(self, block, key, first)
        if self.offers.size == 0:
            used = invite.keep_who_accepts(key, first, sizes, members, self.creator, self.accept)
            return block._replace(members=members[:used])
        # Memory that is never written to is not taken.
        kept = np.empty(members.size * int(np.diff(self.indptr).max()), dtype=np.int32)
        places = self.creator, self.indptr, self.offers, self.accept
        used = invite.keep_accepted_offers(key, first, sizes, members, places, kept)
        return block._replace(members=kept[:used])


@dataclass(frozen=True, eq=False)
class InvitedTask:
    """Samples RR sets and lets the creators in them answer; a plain value for any executor."""

    task: Task
    invited: Invited

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        return self.invited.answer(self.task, first, count)


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
        model: Model,
        key: int,
        nodes: np.ndarray | None = None,
        accept: np.ndarray = EVERYBODY,
        creators: np.ndarray = NONE,
        given: bool = False,
        *,
        threads: int = 1,
    ) -> RRSampler:
        """Prepare sampling that keeps only the given nodes (all, if None) as candidates, in their order.

        A node may be several candidates, one for each offer to it; `accept` says how likely each is accepted
        (empty: all are), by the coin of the node in `creators` (empty: the candidate's own). With `given`,
        only worlds are sampled in which at least one of them accepts. Preparing takes so many `threads`.
        """
        check_model(model)
        check_coverable(model, "a sample of RR sets")
        if nodes is None:
            nodes = np.arange(network.n_nodes)
        invited = Invited.of(nodes, accept, creators)
        if given and invited is not None:
            invited = replace(invited, given=FirstYes.of(invited))
        places = nodes if invited is None else invited.nodes
        candidate_of = np.full(network.n_nodes, -1, dtype=np.int32)
        candidate_of[places] = np.arange(places.size)
        course = Course.of(network, model)
        if course is not None:
            special = reverse_task(course, network.weights, candidate_of, key)
            return cls(special, network.names.take(nodes), nodes, network.total_weight, invited=invited)
        into = pack_if_large(network.into, threads)
        task = (
            PackedReverse.make(into, network.weights, candidate_of, key)
            if isinstance(into, Packed)
            else ReverseTask(into, make_roots(network.weights), candidate_of, key)
        )
        task = replace(task, horizon=Horizon.of(model, network.n_nodes))
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
                scratch.give_back(block.members)
                progress.update("sampling RR sets", filling.n_sets, n_sets)
                check()
        finally:
            scratch.forget_spare()
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


def sample_rr_sets(
    network: Any,
    n_sets: int,
    *,
    model: Model = IndependentCascade(),
    audience: str | None = None,
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
    audience
        Who counts: a query or a column, as `Network.with_audience` takes it.
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
    check_model(model)
    network = campaign.settle(Network.from_any(network, probability), audience, model)
    if isinstance(n_sets, bool) or not isinstance(n_sets, (int, np.integer)) or n_sets < 1:
        raise InputError(f"n_sets={n_sets!r} is not a positive whole number.")
    shown = open_progress(progress)
    try:
        with open_workers(threads, executor) as workers:
            sampler = RRSampler.make(network, model, to_key(rng), threads=workers.threads)
            return sampler.grow(sampler.empty(), int(n_sets), workers, shown)
    finally:
        shown.close()
