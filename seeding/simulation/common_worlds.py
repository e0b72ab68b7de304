"""Kept worlds: drawn once, so that a marginal gain costs only the part of a cascade that is new.

A world is kept as one bit for each arc, which says whether it is live, and one bit for each node, which says
whether the chosen seeds reach it. What a candidate adds is then a search that visits only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seeding._runtime.executors import Workers
from seeding.diffusion import Model
from seeding.network.network import Network
from seeding.sampling.acceptance import EVERYBODY, NONE

WORD = 64
# Worlds are drawn and evaluated in runs of at most this many. Sums are made run by run, so that they do not
# depend on how worlds are split.
LONGEST_RUN = 64
_STEPS_PER_RUN = 1 << 24
# Where worlds do not fit, this many bytes of them are drawn again at a time.
_BYTES_DRAWN = 1 << 25
_HUBS = 4
_PILOT_WORLDS, _PILOT_CANDIDATES = 16, 64
# Tossing this many coins takes about as long as one step of evaluating all nodes at once, and visiting a node
# in a search from one candidate so many steps.
_COINS_PER_STEP = 6
_STEPS_PER_VISIT = 2.5


class Arcs(NamedTuple):
    """The out-arcs of a network as the kernels of kept worlds need them.

    Nodes may be numbered anew, so that those who are near each other in the network also are in memory.

    Attributes
    ----------
    indptr, indices, sources
        Rows of out-arcs, and the source of each arc.
    below
        Thresholds of their coins, from `thresholds`.
    codes
        Number of each arc's coin.
    hubs
        Nodes with the most live arcs on average, which may reach many.
    place
        The new number of every node of the network; empty: as in the network.
    """

    indptr: np.ndarray
    indices: np.ndarray
    sources: np.ndarray
    below: np.ndarray
    codes: np.ndarray
    hubs: np.ndarray
    place: np.ndarray = NONE

    @classmethod
    def of(cls, network: Network) -> Arcs:
        """Find the numbers of the coins, and the hubs."""
        from seeding._kernels.forward.live_edge_worlds import arc_codes, thresholds

        out, sources = network.out, network.out.rows()
        codes = np.empty(sources.size, dtype=np.uint64)
        arc_codes(out.indptr, out.indices, codes)
        live = np.bincount(sources, out.probability, minlength=network.n_nodes)
        hubs = np.argsort(-live, kind="stable")[:_HUBS].astype(np.int64)
        return cls(out.indptr, out.indices, sources, thresholds(out.probability), codes, hubs)

    def placed(self) -> Arcs:
        """Return the same arcs, with the same coins, between nodes numbered breadth first."""
        from seeding._kernels.rows.csr import breadth_first

        n = self.indptr.size - 1
        order, place = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        breadth_first(self.indptr, self.indices, order, place)
        lengths = np.diff(self.indptr)[order]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(self.indptr.dtype)
        moved = np.arange(self.indices.size) + np.repeat(self.indptr[order] - indptr[:-1], lengths)
        return Arcs(
            indptr,
            place[self.indices[moved]].astype(self.indices.dtype),
            np.repeat(np.arange(n, dtype=self.sources.dtype), lengths),
            self.below[moved],
            self.codes[moved],
            place[self.hubs],
            place,
        )

    def at(self, nodes: np.ndarray) -> np.ndarray:
        """Return the numbers that nodes of the network have here."""
        return self.place[nodes] if self.place.size else nodes

    def sorted(self, weights: np.ndarray) -> np.ndarray:
        """Return what there is one of a node in the order of the numbers here."""
        if self.place.size == 0:
            return weights
        moved = np.empty_like(weights)
        moved[self.place] = weights
        return moved

    @property
    def words(self) -> int:
        """Words that the bits of one world take."""
        return -(-self.codes.size // WORD)

    def draw(self, key: int, first: int, count: int) -> np.ndarray:
        """Draw worlds ``first … first + count − 1``, one row of bits each."""
        from seeding._kernels.forward.live_edge_worlds import draw_worlds

        live = np.empty((count, self.words), dtype=np.uint64)
        draw_worlds(self.codes, self.below, np.uint64(key), first, live)
        return live


class Answering(NamedTuple):
    """Who of the candidates of an evaluation accepts.

    Attributes
    ----------
    accept
        How likely each accepts; empty: all do.
    creators
        The node whose coin each tosses.
    key
        The key of the worlds.
    """

    accept: np.ndarray = EVERYBODY
    creators: np.ndarray = NONE
    key: int = 0

    def in_worlds(self, first: int, count: int) -> np.ndarray:
        """Tell who accepts in the worlds ``first …``: uint8, one row a world; without any where all do."""
        if self.accept.size == 0:
            return np.empty((0, 0), dtype=np.uint8)
        from seeding._kernels.forward.acceptance import answer

        yes = np.empty((count, self.accept.size), dtype=np.uint8)
        answer(np.uint64(self.key), first, self.accept, self.creators, yes)
        return yes


_ALL_ACCEPT = Answering()


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Sums what candidates add in a range of worlds, all at once or one by one; a plain value.

    Attributes
    ----------
    arcs, weights
        The arcs, and the weights of the nodes as these number them.
    nodes
        Node of the network of each candidate to evaluate.
    all_at_once
        Whether all nodes are evaluated together, which is cheaper when most are asked for. The sums are the
        same up to rounding.
    values
        What somebody at each distance counts; None where distance does not matter. Then what is reached is
        kept as distances.
    answering
        Who accepts; who does not adds nothing in that world.
    """

    arcs: Arcs
    weights: np.ndarray
    nodes: np.ndarray
    all_at_once: bool
    values: np.ndarray | None = None
    answering: Answering = _ALL_ACCEPT

    def scratch(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Make what two searches side by side need, for one thread."""
        n = self.weights.size
        return tuple((np.zeros(n + 1, dtype=np.int64), np.empty(n, dtype=np.int32)) for _ in range(2))

    def add(
        self, live: np.ndarray, reached: np.ndarray, scratch: tuple, sums: np.ndarray, first: int = 0
    ) -> int:
        """Add to `sums` what each candidate adds in the worlds ``first …``; returns the steps taken."""
        arcs, yes = self.arcs, self.answering.in_worlds(first, live.shape[0])
        nodes = arcs.at(self.nodes)
        if self.values is not None:
            from seeding._kernels.gains.by_distance import gains_by_distance

            rows = arcs.indptr, arcs.indices
            worth = self.weights, self.values
            return int(gains_by_distance(rows, worth, nodes, live, reached, yes, scratch[0], sums))
        if not self.all_at_once:
            from seeding._kernels.gains.marginal import gains_of_few

            rows = arcs.indptr, arcs.indices
            return int(gains_of_few(rows, self.weights, nodes, live, reached, yes, scratch, sums))
        if yes.size == 0:
            return self._add_all(live, reached, sums)
        steps = 0
        for r in range(live.shape[0]):
            alone = np.zeros(self.nodes.size)
            steps += self._add_all(live[r : r + 1], reached[r : r + 1], alone)
            sums += alone * yes[r]
        return steps

    def _add_all(self, live: np.ndarray, reached: np.ndarray, sums: np.ndarray) -> int:
        """Add to `sums` what each candidate adds, whether asked or not, with all nodes at once."""
        from seeding._kernels.gains.all_nodes import gains_of_all

        arcs, gains = self.arcs, np.zeros(self.weights.size)
        listed = arcs.indptr, arcs.indices, arcs.sources
        steps = gains_of_all(listed, arcs.hubs, self.weights, live, reached, gains)
        sums += gains[arcs.at(self.nodes)]
        return int(steps)


@dataclass(frozen=True, eq=False)
class FirstTask:
    """Draws runs of worlds and sums what every candidate reaches alone; a plain value for any executor."""

    evaluation: Evaluation
    key: int
    worlds: int
    run: int
    keep: bool

    def __call__(self, first: int, count: int) -> list[tuple[np.ndarray, np.ndarray | None]]:
        """Do runs ``first … first + count − 1``; returns sums and, if they are kept, the bits of each run."""
        done = []
        scratch = self.evaluation.scratch()
        n = self.evaluation.weights.size
        for start in range(first * self.run, (first + count) * self.run, self.run):
            size = min(self.run, self.worlds - start)
            live = self.evaluation.arcs.draw(self.key, start, size)
            sums = np.zeros(self.evaluation.nodes.size)
            self.evaluation.add(live, unreached(n, size, self.evaluation.values), scratch, sums, start)
            done.append((sums, live if self.keep else None))
        return done


@dataclass(frozen=True, eq=False)
class Kept:
    """Worlds, what is live in them, and what the chosen seeds reach.

    Attributes
    ----------
    arcs, weights, key
        The arcs, the weights of the nodes as these number them, and the key of the worlds.
    run
        Worlds in a run.
    live
        uint64[worlds, words of arcs]; None where worlds do not fit in memory and are drawn again.
    reached
        uint64[worlds, words of nodes], modified by `mark`; where distance matters, uint8[worlds, nodes].
    workers
        Threads of this process.
    values
        As in `Evaluation`.
    """

    arcs: Arcs
    weights: np.ndarray
    key: int
    run: int
    live: np.ndarray | None
    reached: np.ndarray
    workers: Workers
    values: np.ndarray | None = None

    def gains(
        self,
        nodes: np.ndarray,
        all_at_once: bool,
        stop: Callable[[], bool] = lambda: False,
        accept: np.ndarray = EVERYBODY,
        creators: np.ndarray = NONE,
    ) -> np.ndarray | None:
        """Sum over all worlds what each candidate adds; None if `stop` said so in the middle.

        `accept` says how likely each accepts, by the coin of the node in `creators`; empty: all do.
        """
        answering = Answering(accept, creators, self.key)
        evaluation = Evaluation(self.arcs, self.weights, nodes, all_at_once, self.values, answering)

        def evaluate(first: int, count: int) -> list[np.ndarray]:
            scratch = evaluation.scratch()
            return [self._sum_run(evaluation, scratch, run) for run in range(first, first + count)]

        total = np.zeros(nodes.size)
        for rows in self.workers.map(evaluate, 0, self._runs, self._block(nodes.size)):
            for row in rows:
                total += row
            if stop():
                return None
        return total

    def mark(self, node: int, accept: np.ndarray = EVERYBODY, creators: np.ndarray = NONE) -> None:
        """Add what one more seed reaches, where it accepts, to what is reached."""
        from seeding._kernels.gains.by_distance import come_nearer
        from seeding._kernels.gains.marginal import mark

        rows, answering = (self.arcs.indptr, self.arcs.indices), Answering(accept, creators, self.key)
        place = int(self.arcs.at(np.array([node]))[0])

        def spread(first: int, count: int) -> None:
            for start, live in self._draw(first * self.run, (first + count) * self.run):
                reached = self.reached[start : start + live.shape[0]]
                yes = answering.in_worlds(start, live.shape[0])
                if self.values is None:
                    mark(rows, place, live, reached, yes)
                else:
                    come_nearer(rows, self.values.size - 1, place, live, reached, yes)

        for _ in self.workers.map(spread, 0, self._runs, self._block(1)):
            pass

    def _sum_run(self, evaluation: Evaluation, scratch: tuple, run: int) -> np.ndarray:
        sums = np.zeros(evaluation.nodes.size)
        for start, live in self._draw(run * self.run, (run + 1) * self.run):
            evaluation.add(live, self.reached[start : start + live.shape[0]], scratch, sums, start)
        return sums

    def _draw(self, first: int, stop: int) -> Iterator[tuple[int, np.ndarray]]:
        """Provide the bits of worlds ``first … stop − 1``, in pieces if they have to be drawn again."""
        stop = min(stop, self.reached.shape[0])
        if self.live is not None:
            yield first, self.live[first:stop]
            return
        piece = max(1, _BYTES_DRAWN // max(1, 8 * self.arcs.words))
        for start in range(first, stop, piece):
            yield start, self.arcs.draw(self.key, start, min(piece, stop - start))

    @property
    def _runs(self) -> int:
        return -(-len(self.reached) // self.run)

    def _block(self, candidates: int) -> int:
        """Choose the runs of a task: many where there is little to do in each, and enough tasks for all."""
        share = -(-self._runs // (4 * self.workers.threads))
        return max(1, min(share, 4096 // candidates))


class Costs(NamedTuple):
    """What evaluation costs in one world, in steps: all nodes at once, or one candidate by itself."""

    all_at_once: float
    each: float

    @classmethod
    def measure(
        cls, arcs: Arcs, weights: np.ndarray, nodes: np.ndarray, key: int, values: np.ndarray | None = None
    ) -> Costs:
        """Measure it on a few worlds and candidates; the same on any machine."""
        live = arcs.draw(key, 0, _PILOT_WORLDS)
        some = nodes[:: max(1, nodes.size // _PILOT_CANDIDATES)]
        reached = unreached(weights.size, _PILOT_WORLDS, values)
        steps = []
        for all_at_once in (True, False):
            evaluation = Evaluation(arcs, weights, some, all_at_once, values)
            steps.append(evaluation.add(live, reached, evaluation.scratch(), np.zeros(some.size)))
        together = steps[0] / _PILOT_WORLDS if values is None else np.inf
        return cls(together, steps[1] / _PILOT_WORLDS / some.size * _STEPS_PER_VISIT)

    def first_pass(self, candidates: int, arcs: Arcs) -> float:
        """Count the steps of the first pass in one world: drawing it, and every candidate alone."""
        return min(self.all_at_once, self.each * candidates) + arcs.codes.size / _COINS_PER_STEP

    def longest_run(self, candidates: int, arcs: Arcs) -> int:
        """Choose how many worlds make a run, so that time limits are looked at often enough."""
        return int(max(1, min(LONGEST_RUN, _STEPS_PER_RUN // self.first_pass(candidates, arcs))))


def unreached(n_nodes: int, worlds: int, values: np.ndarray | None = None) -> np.ndarray:
    """Make the bits of worlds in which nobody is reached yet; the distances, where these matter."""
    if values is not None:
        from seeding._kernels.gains.by_distance import FAR

        return np.full((worlds, n_nodes), FAR, dtype=np.uint8)
    return np.zeros((worlds, n_nodes // WORD + 1), dtype=np.uint64)


def bytes_per_world(n_nodes: int, n_arcs: int, by_distance: bool = False) -> tuple[int, int]:
    """Count the bytes that one world takes: what is live in it, and what is reached."""
    return 8 * -(-n_arcs // WORD), n_nodes if by_distance else 8 * (n_nodes // WORD + 1)


def values_of(model: Model, n_nodes: int) -> np.ndarray | None:
    """Return what counts at each distance that can be kept; None where distance does not matter."""
    from seeding._kernels.gains.by_distance import FAR

    return model.values(n_nodes)[:FAR] if model.counts_distance else None


def here(workers: Workers) -> Workers:
    """Return workers that see this process's memory: the given ones if they are threads, or this thread."""
    return workers if isinstance(workers.executor, ThreadPoolExecutor) else Workers(1)
