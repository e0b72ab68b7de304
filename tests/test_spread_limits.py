"""Forward simulation where distance counts: level by level, exact in each world and right on average."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import oracle
import packed_twin as twin
import pytest
from laws import assert_mean
from packed_twin import KEY, RULES, arcs_of
from small_graphs import path, random_graph

from seeding._runtime.executors import Workers, open_workers
from seeding.network.csr import Csr
from seeding.network.packed_rows import pack
from seeding.simulation.measuring import Spread, run_worlds
from seeding.simulation.simulation import ForwardTask

LARGE = random_graph(77, n=40, m=200)


@dataclass(frozen=True)
class Same:
    """The same largest distance in every world."""

    limit: int

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Give the limits of a range of worlds."""
        return np.full(count, self.limit)


@dataclass(frozen=True)
class Mixed:
    """World r counts distances up to r mod 5 − 1: nothing, seeds only, one step, two, three."""

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Give the limits of a range of worlds."""
        return np.arange(first, first + count) % 5 - 1


def make(graph: oracle.Graph, seeds: list[int], limits: object, *, packed: bool) -> ForwardTask:
    """Prepare a simulation, over packed rows or arc by arc."""
    network = graph.network()
    out = pack(network.out) if packed else network.out
    return ForwardTask(out, network.weights, np.array(seeds), KEY, limits)


def levels(arcs: list[tuple[int, int]], seeds: list[int], limit: int) -> set[int]:
    """Walk live arcs step by step from all seeds at once, for at most `limit` steps."""
    reached = set(seeds) if limit >= 0 else set()
    newly = reached
    for _ in range(limit):
        newly = {v for u, v in arcs if u in newly} - reached
        reached = reached | newly
    return reached


def cascade_within(
    graph: oracle.Graph, seeds: list[int], limit: int, generator: np.random.Generator
) -> float:
    """Run one cascade literally: in each step every newly reached node tries each follower once."""
    reached = set(seeds)
    newly = set(seeds)
    for _ in range(limit):
        tried = {
            v
            for (u, v), p in zip(graph.arcs, graph.p, strict=True)
            if u in newly and v not in reached and generator.random() < p
        }
        reached, newly = reached | tried, tried
    return sum(graph.w[v] for v in reached)


@pytest.mark.parametrize("limits", [Mixed(), Same(0), Same(2), Same(-1), Same(40)])
def test_every_world_is_the_oracles_world(limits):
    """Arc by arc, what is reached within the limit is what walking the oracle's live arcs reaches."""
    seeds = [3, 5, 21, 3]
    reach = make(LARGE, seeds, limits, packed=False)(64, 130).reach
    for r, limit in enumerate(limits(64, 130).tolist()):
        live = oracle.live_arcs(LARGE, KEY, 64 + r)
        assert reach[r] == sum(LARGE.w[v] for v in levels(live, seeds, limit))


@pytest.mark.parametrize("rule", RULES)
def test_packed_rows_equal_the_twin(rule):
    """Over packed rows, every world is the plain twin's, with any limits."""
    out = pack(arcs_of(rule)[0])
    n, seeds = out.n_rows, [3, 17, 3, 40]
    weights = np.random.default_rng(1).integers(0, 9, n) / 4
    counted = ForwardTask(out, np.ones(n), np.array(seeds), KEY, Mixed())(64, 200).reach
    weighed = ForwardTask(out, weights, np.array(seeds), KEY, Mixed())(64, 200).reach
    for r, limit in enumerate(Mixed()(64, 200).tolist()):
        queue = [(v, 0) for v in dict.fromkeys(seeds)] if limit >= 0 else []
        twin.search(twin.Stream(KEY, 64 + r), *out.rows, queue, limit)
        assert counted[r] == len(queue)
        assert weighed[r] == sum(weights[v] for v, _ in queue)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_literal_cascades(packed, limit):
    """On average it is what cascades reach that are run literally, step by step, up to the deadline."""
    generator = np.random.default_rng(limit)
    literal = [cascade_within(LARGE, [0, 9], limit, generator) for _ in range(3_000)]
    reach = make(LARGE, [0, 9], Same(limit), packed=packed)(0, 3_000).reach
    assert_mean(np.array(literal) - reach, 0.0)


@pytest.mark.parametrize("rule", RULES)
def test_all_live_arc_graphs(rule):
    """Packed or arc by arc, the mean reach within a limit is what enumeration gives."""
    out, _, n = arcs_of(rule, n=6, m=11, seed=2)
    seeds = [0, 4]
    for limit in (0, 1, 2):
        exact = twin.exact_reach(out.rows(), out.indices, out.probability, n, seeds, limit)
        for rows in (out, pack(out)):
            task = ForwardTask(rows, np.ones(n), np.array(seeds), KEY, Same(limit))
            assert_mean(task(0, 20_000).reach, exact, f"{rule} within {limit}")


def test_a_path_ends_at_the_deadline():
    """With certain arcs a path is reached up to the limit, from the nearest seed, and no farther."""
    for packed in (False, True):
        for limit in range(6):
            task = make(path(20, 1.0), [2, 9], Same(limit), packed=packed)
            assert (task(0, 70).reach == 2 * (limit + 1)).all()


def test_a_far_limit_is_none():
    """Arc by arc the worlds are the same with and without limits, so that a far limit changes nothing."""
    task = make(LARGE, [3, 9], Same(40), packed=False)
    assert isinstance(task.out, Csr)
    assert (task(0, 300).reach == replace(task, limits=None)(0, 300).reach).all()


@pytest.mark.parametrize("packed", [False, True])
def test_split_and_threads_do_not_matter(packed):
    """However worlds are split over blocks and threads: the same reach in each; no seed has its own share."""
    task = make(LARGE, [3, 5, 8], Mixed(), packed=packed)
    expected = task(0, 1_000).reach
    for threads in (1, 2, 8):
        with open_workers(threads) as workers:
            result = Spread.join(run_worlds(task, 0, 1_000, workers))
        assert (result.reach == expected).all()
    assert result.marginal.size == result.cumulative_stderr.size == 0


def test_limits_travel_to_processes(processes):
    """A task with limits is a plain value that other processes can run."""
    task = make(LARGE, [3, 5], Mixed(), packed=True)
    result = Spread.join(run_worlds(task, 0, 300, Workers(2, processes)))
    assert (result.reach == task(0, 300).reach).all()
