"""The packed samplers against their plain twin, against enumeration, and against themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import packed_twin as twin
import pandas as pd
import pytest
from laws import assert_independent, assert_mean, assert_proportion
from packed_twin import KEY, RULES, arcs_of
from small_graphs import random_graph

import seeding as sd
from seeding._kernels.reverse import many_worlds, one_world
from seeding._runtime.executors import open_workers
from seeding.network import packed_rows
from seeding.network.csr import Csr
from seeding.network.packed_rows import Packed, pack
from seeding.sampling import packed_reverse, rr_sets, workspace
from seeding.sampling.packed_reverse import PackedReverse
from seeding.sampling.roots import Block
from seeding.simulation import simulation
from seeding.simulation.propagation import forward_task, rr_sampler
from seeding.simulation.simulation import ForwardTask

LARGE = random_graph(78, n=40, m=200)


@pytest.fixture(params=["single", "wave"])
def packed_regime(request, monkeypatch):
    """Sample even small networks over packed rows: one world after the other, or many at once."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 0)
    monkeypatch.setattr(packed_reverse, "_CACHE_BYTES", 0 if request.param == "wave" else 1 << 40)


def make_reverse(into: Csr, weights: np.ndarray | None = None, *, many: bool = False) -> PackedReverse:
    """Prepare sampling with everybody as a candidate."""
    n = into.indptr.size - 1
    weights = np.ones(n) if weights is None else weights
    sampler = PackedReverse.make(pack(into), weights, np.arange(n, dtype=np.int32), KEY)
    return replace(sampler, many=many)


def make_forward(out: Csr, seeds: list[int]) -> ForwardTask:
    """Prepare the simulation of seeds over packed rows, everybody weighing 1."""
    return ForwardTask(pack(out), np.ones(out.indptr.size - 1), np.array(seeds), KEY)


def limited(sampler: PackedReverse, limits: np.ndarray) -> Block:
    """Sample a world per limit, which is the largest distance from the root that is kept."""
    kernel, arrays = (many_worlds, workspace.for_wave) if sampler.many else (one_world, workspace.for_search)
    sizes = np.empty(limits.size, dtype=np.int32)
    members = np.empty(limits.size * sampler.packed.n_rows, dtype=np.int32)
    worlds, used = kernel.sample(
        sampler.packed.rows,
        sampler.roots,
        sampler.candidate_of,
        limits,
        (np.uint64(KEY), 0, limits.size),
        arrays(sampler.packed),
        sizes,
        members,
    )
    assert worlds == limits.size
    return Block(sizes, members[:used], used)


def split(block: Block) -> list[list[int]]:
    """Cut a block into lists."""
    return [part.tolist() for part in np.split(block.members, np.cumsum(block.sizes)[:-1])]


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_reverse_equals_twin(rule, many):
    """Both searches give the twin's sets, in its order."""
    sampler = make_reverse(arcs_of(rule)[1], many=many)
    expected = [twin.rr_set(sampler.packed, sampler.roots, KEY, world) for world in range(5, 305)]
    assert split(sampler(5, 300)) == expected


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("rule", ["weighted_cascade", "any"])
def test_limits_weights_and_candidates(rule, many):
    """Limits, weighted roots and projection work together as in the twin."""
    _, into, n = arcs_of(rule)
    candidate_of = np.where(np.arange(n) % 4 == 1, np.arange(n) // 4, -1).astype(np.int32)
    limits = np.random.default_rng(4).integers(-1, 4, 300)
    sampler = make_reverse(into, np.random.default_rng(3).random(n), many=many)
    sampler = replace(sampler, candidate_of=candidate_of)
    expected = []
    for world in range(300):
        nodes = twin.rr_set(sampler.packed, sampler.roots, KEY, world, limits[world])
        expected.append([int(candidate_of[v]) for v in nodes if candidate_of[v] >= 0])
    assert split(limited(sampler, limits)) == expected


@pytest.mark.parametrize("many", [False, True])
def test_ranges_and_threads_do_not_matter(many):
    """Any split of the worlds over ranges and threads gives the same sets."""
    _, into, _ = arcs_of("constant", n=400, m=6000)
    whole = make_reverse(into)(0, 2000)
    sampler = make_reverse(into, many=many)
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda first: sampler(first, 125), range(0, 2000, 125)))
    assert (np.concatenate([part.sizes for part in parts]) == whole.sizes).all()
    assert (np.concatenate([part.members for part in parts]) == whole.members).all()
    assert whole.sizes.max() > 1 << many_worlds.SMALL_BITS


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_ENTRIES", 700), ("TABLE_SLOTS", (many_worlds.WIDTH << many_worlds.SMALL_BITS) + 600)],
)
def test_scarce_memory_changes_nothing(monkeypatch, name, value):
    """Running out of log or hash tables costs time, not sets."""
    _, into, _ = arcs_of("constant", n=400, m=6000)
    plenty = make_reverse(into)(0, 200)
    monkeypatch.setattr(workspace, name, value)
    scarce = make_reverse(into, many=True)(0, 200)
    assert (scarce.sizes == plenty.sizes).all()
    assert (scarce.members == plenty.members).all()


@pytest.mark.parametrize("many", [False, True])
def test_too_little_room_at_first(many):
    """Sets larger than the pilot promised are drawn again in more room."""
    sampler = make_reverse(arcs_of("constant", n=400, m=6000)[1], many=many)
    expected = sampler(0, 200)
    assert expected.members.size > 2 * 1024
    hasty = replace(sampler, pilot=sampler.pilot._replace(candidates=0.0))
    assert (hasty(0, 200).members == expected.members).all()


@pytest.mark.parametrize("many", [False, True])
def test_stops_at_a_world_boundary(many):
    """Worlds that do not fit are left for the next call."""
    sampler = make_reverse(arcs_of("weighted_cascade")[1])
    whole = sampler(0, 100)
    room = int(whole.sizes[:40].sum()) + int(whole.sizes[40]) - 1
    sizes, members = np.empty(100, np.int32), np.empty(room, np.int32)
    kernel, arrays = (many_worlds, workspace.for_wave) if many else (one_world, workspace.for_search)
    fixed = sampler.packed.rows, sampler.roots, sampler.candidate_of, None, (np.uint64(KEY), 0, 100)
    done, total = kernel.sample(*fixed, arrays(sampler.packed), sizes, members)
    assert (done, total) == (40, whole.sizes[:40].sum())
    assert (members[:total] == whole.members[:total]).all()


def test_serials_start_again():
    """Serial numbers that would overflow start from zero with clean tables."""
    sampler = make_reverse(arcs_of("weighted_cascade")[1], many=True)
    whole = replace(sampler, many=False)(0, 300)
    workspace.for_wave(sampler.packed)[2][0] = 0xFFFFFFF0
    block = sampler(0, 300)
    assert (block.members == whole.members).all()
    assert workspace.for_wave(sampler.packed)[2][0] == 300


@pytest.mark.parametrize("rule", RULES)
def test_forward_equals_twin(rule):
    """Simulation gives the twin's reach, and the sums over each run of what each seed adds."""
    task = make_forward(arcs_of(rule)[0], [3, 17, 3, 40])
    block = task(64, 200)
    ranked = np.array([twin.reaches(task.out, task.seeds, KEY, world) for world in range(64, 264)])
    gains = np.diff(ranked, axis=1, prepend=0)
    runs = [slice(start, start + 64) for start in range(0, 200, 64)]
    assert block.reach.tolist() == ranked[:, -1].tolist()
    assert block.gain.tolist() == [gains[run].sum(axis=0).tolist() for run in runs]
    assert block.square.tolist() == [(ranked[run] ** 2).sum(axis=0).tolist() for run in runs]


@pytest.mark.parametrize("rule", RULES)
def test_reach_is_that_of_all_live_arc_graphs(rule):
    """Simulation and RR sets with any limit on distance agree with enumeration."""
    out, into, n = arcs_of(rule, n=6, m=11, seed=2)
    seeds, worlds = [0, 4], 200_000
    exact = {
        limit: twin.exact_reach(out.rows(), out.indices, out.probability, n, seeds, limit)
        for limit in (0, 1, 2, n)
    }
    assert_mean(make_forward(out, seeds)(0, worlds).reach, exact[n], f"{rule} forward")
    for limit, truth in exact.items():
        block = limited(make_reverse(into), np.full(worlds, limit))
        hit = np.zeros(worlds, dtype=bool)
        hit[np.repeat(np.arange(worlds), block.sizes)[np.isin(block.members, seeds)]] = True
        assert_proportion(int(hit.sum()), worlds, min(truth / n, 1.0), f"{rule} within {limit}")


@pytest.mark.parametrize("number", [77, 78])
def test_same_law_as_arc_by_arc(monkeypatch, packed_regime, number):
    """Sampled over packed rows or arc by arc: sizes of sets and reach follow the same law."""
    network = random_graph(number, n=40, m=200).network()
    draws: list[list[np.ndarray]] = []
    for least in (0, network.n_arcs + 1):
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", least)
        sample = sd.sample_rr_sets(network, 30_000, rng=5)
        reach = sd.simulate(network, [3, 9, 20], worlds=30_000, rng=5)
        draws.append([np.diff(sample.set_indptr), reach])
    regime = np.repeat([0, 1], 30_000)
    for what, packed, plain in zip(("size of a set", "reach"), *draws, strict=True):
        assert not np.array_equal(packed, plain)
        assert_mean(packed - plain, 0.0, what)
        assert_independent(np.concatenate([packed, plain]), regime, f"{what} and regime")


def test_reach_from_sets_is_reach_by_simulation(packed_regime):
    """Over packed rows, weighted and unequal, both directions estimate the same reach."""
    network = LARGE.network()
    sample = sd.sample_rr_sets(network, 30_000, rng=5)
    met = np.zeros(30_000, dtype=bool)
    numbers = np.repeat(np.arange(30_000), np.diff(sample.set_indptr))
    met[numbers[np.isin(sample.members, [3, 9])]] = True
    reach = sd.simulate(network, [3, 9], worlds=30_000, rng=6)
    assert_mean(network.total_weight * met - reach, 0.0)


def test_the_network_alone_decides(monkeypatch):
    """Networks of fewer arcs than the bound are sampled arc by arc, both ways; others are packed."""
    network = LARGE.network()
    for least, kind in ((network.n_arcs, Packed), (network.n_arcs + 1, Csr)):
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", least)
        sampler = rr_sampler(network, sd.IndependentCascade(), 1)
        assert isinstance(sampler.task, PackedReverse) == (kind is Packed)
        assert isinstance(forward_task(network, np.array([0]), 1).out, kind)


@pytest.mark.parametrize(
    ("n", "m", "p", "many"),
    [(400, 6_000, 0.01, False), (60_000, 90_000, 0.1, True), (60_000, 300_000, 1.0, False)],
)
def test_many_at_once_beyond_the_cache(n, m, p, many):
    """Many worlds are searched at once where the rows exceed the cache, unless sets are large."""
    rng = np.random.default_rng(1)
    network = sd.Network.from_edges(*rng.integers(0, n, (2, m)), p, nodes=range(n))
    everyone = np.arange(n, dtype=np.int32)
    assert PackedReverse.make(pack(network.into), network.weights, everyone, KEY).many == many


def make_plan(**how) -> sd.Plan:
    """Make a plan that takes every sampler: roster, weights, arcs of all kinds."""
    costs = {v: f"{3 + 1.35 * (v % 7):.2f}" for v in range(0, LARGE.n, 2)}
    asked = {"budget": "31.40", "k": 6, "method": "ris", "gap": 0.15, "precision": 0.02, "rng": 17}
    return sd.optimize(LARGE.network(), costs, **(asked | {"threads": 1} | how))


def assert_same(plan: sd.Plan, expected: sd.Plan) -> None:
    """Check that two plans are the same to the last bit."""
    pd.testing.assert_frame_equal(plan.seeds, expected.seeds, check_exact=True)
    assert plan.reach == expected.reach
    assert plan.certificate == expected.certificate


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_do_not_matter(packed_regime, threads):
    """The number of threads does not matter over packed rows either."""
    assert_same(make_plan(threads=threads), make_plan())


def test_executors_do_not_matter(packed_regime, processes):
    """Nor does it matter that somebody else's threads, or other processes, do the work."""
    expected = make_plan()
    with ThreadPoolExecutor(3) as pool:
        assert_same(make_plan(executor=pool, threads=None), expected)
    assert_same(make_plan(executor=processes, threads=2), expected)


@pytest.mark.parametrize(("nodes_per_block", "most_per_block", "pilot"), [(1, 64, 1), (3_000, 97, 33)])
def test_block_size_does_not_matter(monkeypatch, packed_regime, nodes_per_block, most_per_block, pilot):
    """Worlds may be cut into blocks of any size."""
    expected = make_plan()
    for name, value in (
        ("_NODES_PER_BLOCK", nodes_per_block),
        ("_MOST_PER_BLOCK", most_per_block),
        ("_PILOT", pilot),
    ):
        monkeypatch.setattr(rr_sets, name, value)
    monkeypatch.setattr(simulation, "_NODES_PER_BLOCK", nodes_per_block)
    assert_same(make_plan(threads=2), expected)


def test_how_worlds_are_searched_does_not_matter(monkeypatch):
    """One world after the other or many at once: the same plan."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 0)
    plans = []
    for cache in (0, 1 << 40):
        monkeypatch.setattr(packed_reverse, "_CACHE_BYTES", cache)
        plans.append(make_plan())
    assert_same(*plans)


@pytest.mark.parametrize("threads", [1, 3])
def test_room_of_blocks_is_used_again(monkeypatch, packed_regime, threads):
    """Blocks are written where earlier ones, since copied, were; nothing is kept, and sets are the same."""
    network = LARGE.network()
    sampler = rr_sampler(network, sd.IndependentCascade(), KEY)
    rooms: list[int] = []
    real = workspace.take_members

    def watch(size):
        rooms.append(id(room := real(size)))
        kept.append(room)
        return room

    def grow():
        with open_workers(threads) as workers:
            return sampler.grow(sampler.empty(), 40_000, workers)

    kept: list[np.ndarray] = []
    monkeypatch.setattr(rr_sets, "_MOST_PER_BLOCK", 1_000)
    monkeypatch.setattr(workspace, "take_members", watch)
    sample = grow()
    assert len(rooms) >= 40 > 3 * len(set(rooms))
    assert not workspace._spare
    monkeypatch.setattr(workspace, "take_members", lambda size: np.empty(size, dtype=np.int32))
    assert np.array_equal(sample.members, grow().members)


def test_only_room_of_ours_is_used_again():
    """What an executor made of a block (shared, read-only, of another kind) is left alone."""
    mine = np.empty(10, dtype=np.int32)
    frozen = np.empty(10, dtype=np.int32)
    frozen.flags.writeable = False
    try:
        for members in (mine[:4], mine, frozen[:4], np.frombuffer(bytes(8), np.int32)[:1], np.empty(9)[:2]):
            workspace.give_back(members)
        assert [id(room) for room in workspace._spare] == [id(mine)]
        assert workspace.take_members(5) is mine
        workspace.give_back(mine[:4])
        assert workspace.take_members(11).size == 11, "too small a room is dropped"
        assert not workspace._spare
    finally:
        workspace.forget_spare()
