"""Reverse sampling: each RR set is exact in its world, roots follow the weights, and reach is unbiased."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_counts, assert_independent, assert_mean, assert_proportion
from small_graphs import TEN_PEOPLE_REACH, path, random_graph, star, tree

from seeding import datasets
from seeding._runtime.executors import Workers, open_workers
from seeding._runtime.rng import to_key
from seeding.diffusion import IndependentCascade
from seeding.errors import InputError
from seeding.network.network import Network
from seeding.questions.reach import simulate
from seeding.questions.samples import sample_rr_sets
from seeding.sampling import growth, rr_sets
from seeding.sampling.coverage import Coverage
from seeding.sampling.roots import make_roots
from seeding.simulation.propagation import rr_sampler

SETS = 20_000
LARGE = random_graph(78, n=40, m=200)


def sets_of(sample: Coverage) -> list[set[int]]:
    """List the sets of a sample, members by candidate number."""
    bounds = sample.set_indptr
    found = [sample.members[a:b].tolist() for a, b in pairwise(bounds)]
    assert all(len(set(members)) == len(members) for members in found)
    return [set(members) for members in found]


def same(first: Coverage, second: Coverage) -> bool:
    """Tell whether two samples are the same, bit for bit."""
    return np.array_equal(first.set_indptr, second.set_indptr) and np.array_equal(
        first.members, second.members
    )


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("weighted", [False, True])
def test_every_set_is_the_oracles_set(number, weighted):
    """Set by set, root and members are those of the live-edge graph built from the same key."""
    graph = random_graph(number, n=9, m=25, weighted=weighted)
    table = make_roots(np.array(graph.w))
    key = to_key(number)
    for against in (graph, graph.reversed()):
        expected = []
        for world in range(130):
            root = oracle.root(*table, graph.n, oracle.world_key(key, world))
            expected.append(oracle.world_rr_set(against, root, key, world))
        assert sets_of(sample_rr_sets(against.network(), 130, rng=number)) == expected


@pytest.mark.parametrize("number", range(4))
def test_forward_and_reverse_are_one_world(number):
    """In each world, u reaches v exactly if u is in the RR set of v."""
    graph = random_graph(number, n=8, m=20)
    for v in range(graph.n):
        only_v = oracle.Graph.of(graph.n, graph.arcs, graph.p, np.eye(graph.n)[v]).network()
        members = sets_of(sample_rr_sets(only_v, 120, rng=5))
        for u in range(graph.n):
            reached = simulate(only_v, [u], worlds=120, rng=5)
            assert reached.tolist() == [float(u in rr_set) for rr_set in members]


@pytest.mark.parametrize("number", range(6))
def test_share_of_sets_met_is_reach_over_weight(number):
    """S meets an RR set with probability σ(S)/W, with weights, in both directions."""
    graph = random_graph(number)
    for against in (graph, graph.reversed()):
        network = against.network()
        sample = sample_rr_sets(network, SETS, rng=number)
        for seeds in ([0], [1, 4], [2, 3, 6]):
            truth = min(oracle.exact_reach(against, seeds) / network.total_weight, 1.0)
            assert_proportion(sample.count(np.array(seeds)), SETS, truth, f"{seeds}")


@pytest.mark.parametrize(
    ("graph", "truth"),
    [
        (star(40, 0.3), oracle.star_reach(40, 0.3)),
        (path(12, 0.6), oracle.path_reach(12, 0.6)),
        (tree(2, 6, 0.25), oracle.tree_reach(2, 6, 0.25)),
    ],
    ids=["star", "path", "tree"],
)
def test_closed_forms(graph, truth):
    """Star, path and tree, from the reverse."""
    sample = sample_rr_sets(graph.network(), SETS, rng=1)
    assert_proportion(sample.count(np.array([0])), SETS, truth / graph.n)


@pytest.mark.parametrize(("names", "truth"), TEN_PEOPLE_REACH.items())
def test_ten_people(ten_people, names, truth):
    """The published example's exact reach is met within sampling error."""
    sample = sample_rr_sets(ten_people, 5 * SETS, rng=1)
    covered = sample.count(ten_people.index(list(names)))
    assert_proportion(covered, 5 * SETS, truth / 10, str(names))
    assert sample.reach(list(names)).mean == pytest.approx(covered / (5 * SETS) * 10)


def test_mean_size_of_a_set_is_the_mean_reach_of_a_node():
    """E|R| = Σ_u σ({u}) / W with weights 1: every node counts for those it reaches."""
    graph = random_graph(3, weighted=False)
    truth = sum(oracle.exact_reach(graph, [u]) for u in range(graph.n)) / graph.n
    assert_mean(np.diff(sample_rr_sets(graph.network(), SETS, rng=2).set_indptr), truth)


def test_roots_follow_the_weights():
    """Without arcs each set is its root: drawn in proportion to weight, and never at weight 0."""
    weights = np.array([0.0, 1.0, 2.0, 0.5, 0.0, 6.5])
    network = Network.from_edges([], [], 0.5, nodes=range(6), weights=weights)
    sample = sample_rr_sets(network, SETS, rng=3)
    counts = np.bincount(sample.members, minlength=6)
    assert counts[[0, 4]].tolist() == [0, 0]
    assert_counts(counts[weights > 0], weights[weights > 0], "roots")


def test_roots_are_uniform_without_weights():
    """With equal weights every node is as likely a root, whatever the weight is."""
    for weight in (1.0, 0.3, 1e6):
        network = Network.from_edges([], [], 0.5, nodes=range(12), weights=np.full(12, weight))
        roots = sample_rr_sets(network, SETS, rng=3).members
        assert_counts(np.bincount(roots, minlength=12), np.ones(12), "roots")


def test_roots_of_neighbouring_worlds_are_independent():
    """The root of one world says nothing about that of the next, nor does a set's size."""
    roots = sample_rr_sets(Network.from_edges([], [], 0.5, nodes=range(8)), SETS, rng=4).members
    assert_independent(roots[:-1], roots[1:], "roots in a row")
    met = np.diff(sample_rr_sets(star(8, 0.3).network(), SETS, rng=4).set_indptr)
    assert_independent(met[:-1], met[1:], "sizes in a row")


@given(st.lists(st.floats(0, 1e9) | st.sampled_from([0.0, 1.0, 1e-12]), min_size=1, max_size=40).filter(sum))
def test_alias_table_is_exact(weights):
    """The table's own probabilities are the weights' shares, and a weight of 0 has none."""
    weights = np.array(weights)
    keep, alias = make_roots(weights)
    if keep.size == 0:
        assert (weights == weights[0]).all()
        return
    share = keep.copy()
    np.add.at(share, alias, 1.0 - keep)
    assert ((keep >= 0.0) & (keep <= 1.0)).all()
    assert share / weights.size == pytest.approx(weights / weights.sum(), abs=1e-12)
    never = weights == 0.0
    drawn = set(alias[keep < 1.0].tolist()) | set(np.flatnonzero(keep > 0.0).tolist())
    assert not drawn & set(np.flatnonzero(never).tolist())


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_do_not_matter(threads):
    """One, two or eight threads: the same sets in the same order."""
    expected = sample_rr_sets(LARGE.network(), 3_000, rng=9, threads=1)
    assert same(sample_rr_sets(LARGE.network(), 3_000, rng=9, threads=threads), expected)


@pytest.mark.parametrize(("pilot", "nodes_per_block"), [(1, 1), (7, 1_000), (256, 1 << 30)])
def test_block_size_does_not_matter(monkeypatch, pilot, nodes_per_block):
    """Small or large blocks: the same sets in the same order."""
    expected = sample_rr_sets(LARGE.network(), 3_000, rng=9)
    monkeypatch.setattr(rr_sets, "_PILOT", pilot)
    monkeypatch.setattr(rr_sets, "_NODES_PER_BLOCK", nodes_per_block)
    assert same(sample_rr_sets(LARGE.network(), 3_000, rng=9, threads=2), expected)


def test_processes_do_not_matter(processes):
    """Other processes give the same sets."""
    expected = sample_rr_sets(LARGE.network(), 1_000, rng=9)
    assert same(sample_rr_sets(LARGE.network(), 1_000, rng=9, executor=processes), expected)


@pytest.mark.parametrize("kind", [lambda x: f"@{x:03}", lambda x: (x, "a"), lambda x: x + 10**16])
def test_label_type_does_not_matter(kind):
    """The same people under other names of the same order give the same sets, told by label."""
    labels = [kind(v) for v in range(LARGE.n)]
    u, v = zip(*LARGE.arcs, strict=True)
    renamed = Network.from_edges(
        [labels[x] for x in u], [labels[x] for x in v], LARGE.p, nodes=labels, weights=np.array(LARGE.w)
    )
    first, second = (sample_rr_sets(network, 500, rng=9) for network in (LARGE.network(), renamed))
    assert same(first, second)
    assert second.candidates.tolist() == labels
    assert first.reach([3, 5]) == second.reach([kind(3), kind(5)])


def test_a_sample_grows_by_the_next_worlds():
    """Growing in steps gives the sample that one step gives; growing to less changes nothing."""
    sampler = rr_sampler(LARGE.network(), IndependentCascade(), to_key(9))
    whole = sample_rr_sets(LARGE.network(), 2_000, rng=9)
    with open_workers(2) as workers:
        sample = sampler.empty()
        assert sample.n_sets == 0
        for size in (1, 300, 2_000):
            sample = sampler.grow(sample, size, workers)
            assert sample.n_sets == size
        assert same(sample, whole)
        assert same(sampler.grow(sample, 5, workers), whole)


def test_only_candidates_are_kept():
    """With a roster the sets are the same, less everyone who is no candidate; empty sets still count."""
    nodes = np.array([30, 2, 17])
    sampler = rr_sampler(LARGE.network(), IndependentCascade(), to_key(9), nodes)
    some = sampler.grow(sampler.empty(), 1_000, Workers(1))
    whole = sets_of(sample_rr_sets(LARGE.network(), 1_000, rng=9))
    place = {30: 0, 2: 1, 17: 2}
    assert sets_of(some) == [{place[v] for v in members if v in place} for members in whole]
    assert some.candidates.tolist() == [30, 2, 17]
    assert (np.diff(some.set_indptr) == 0).any()


def test_sets_larger_than_the_room_at_first():
    """A set that does not fit is drawn again in more room, and nothing is lost."""
    network = path(9_000, 1.0).network()
    sample = sample_rr_sets(network, 40, rng=1)
    for members in sets_of(sample):
        assert members == set(range(max(members) + 1))
    assert sample.total_size > 4 << 12


def test_certain_arcs_are_certain():
    """With p = 0 each set is its root; with p = 1 on a ring everyone is in each."""
    assert sample_rr_sets(path(30, 0.0).network(), 50, rng=1).total_size == 50
    ring = oracle.Graph.of(30, [(v, (v + 1) % 30) for v in range(30)], 1.0)
    assert sample_rr_sets(ring.network(), 50, rng=1).total_size == 1_500


def test_progress_and_check_see_every_block():
    """Progress counts up to the whole, and a check that raises ends the sampling."""
    seen = []

    class Shown:
        def update(self, stage, done, total=None, note=""):
            seen.append((done, total))

        def close(self):
            seen.append("closed")

    sample_rr_sets(LARGE.network(), 2_000, rng=9, threads=1, progress=Shown())
    counts = [done for done, total in seen[:-1] if total == 2_000]
    assert counts == sorted(counts)
    assert (counts[-1], seen[-1]) == (2_000, "closed")
    sampler = rr_sampler(LARGE.network(), IndependentCascade(), 1)
    with pytest.raises(KeyboardInterrupt):
        sampler.grow(sampler.empty(), 2_000, Workers(1), check=_interrupt)


def _interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_sets": 0}, r"n_sets=0 is not a positive whole number"),
        ({"n_sets": 1.5}, r"n_sets=1\.5 is not"),
        ({"n_sets": True}, r"n_sets=True is not"),
        ({"rng": -3}, r"rng=-3 is negative"),
        ({"threads": 0}, r"threads=0 is not a positive whole number"),
        ({"executor": 5}, r"executor=5 has no submit"),
        ({"model": "ic"}, r"model='ic' is not a diffusion model"),
        ({"network": None}, r"network is a NoneType; pass a seeding\.Network"),
    ],
)
def test_bad_input(options, said):
    """Arguments out of range are refused in one sentence."""
    with pytest.raises(InputError, match=said):
        sample_rr_sets(**({"network": star(3, 0.5).network(), "n_sets": 10} | options))


def grown_sample(**options):
    """Grow a sample three times; returns the sampler and the samples on the way."""
    network = datasets.power_law(2_000, 8_000, rng=1)
    sampler = rr_sampler(network, IndependentCascade(), 5)
    samples = [sampler.empty()]
    for size in (500, 4_000, 9_000):
        samples.append(sampler.grow(samples[-1], size, Workers(1), **options))
    return sampler, samples


def test_a_sample_grows_in_place():
    """With room reserved, larger samples share the memory of smaller ones, which stay as they were."""
    sampler, samples = grown_sample(most_entries=1 << 20)
    again = sampler.grow(sampler.empty(), 9_000, Workers(1))
    assert samples[1].room is samples[2].room is samples[3].room
    for sample in samples:
        assert np.array_equal(sample.members, again.members[: sample.total_size])
        assert np.array_equal(sample.set_indptr, again.set_indptr[: sample.n_sets + 1])


def test_a_sample_grown_twice_does_not_mix():
    """Only the first growth may use the room behind a sample; a second one, with another key, copies it."""
    sampler, samples = grown_sample(most_entries=1 << 20)
    before = [sample.members.copy() for sample in samples]
    other = sampler.with_key(6).grow(samples[1], 4_000, Workers(1), most_entries=1 << 20)
    assert other.room is not samples[1].room
    assert not np.array_equal(other.members[: samples[2].total_size], samples[2].members[: other.total_size])
    for sample, members in zip(samples, before, strict=True):
        assert np.array_equal(sample.members, members)


def test_growth_without_memory_to_reserve(monkeypatch):
    """Where the system refuses to reserve for later, there is room for what is needed now."""
    expected = grown_sample()[1][-1]
    real = growth.np.empty

    def refuse(shape, **options):
        if np.prod(shape) > 1 << 19:
            raise MemoryError
        return real(shape, **options)

    monkeypatch.setattr(growth, "np", SimpleNamespace(**vars(np) | {"empty": refuse}))
    sample = grown_sample(most_entries=1 << 40)[1][-1]
    assert np.array_equal(sample.members, expected.members)
    assert sample.room.entries.size < 1 << 19


def test_what_growth_takes_at_most():
    """Growing and indexing a sample never holds 1.3 times what is kept, beyond a few blocks."""
    network = datasets.power_law(2_000, 40_000, rng=1)
    sampler = rr_sampler(network, IndependentCascade(), 5)
    few = sampler.grow(sampler.empty(), 200_000, Workers(1), most_entries=1 << 23)
    assert few.incidence.sets.size == few.total_size
    tracemalloc.start()
    try:
        many = sampler.grow(few, 400_000, Workers(1), most_entries=1 << 23)
        assert many.incidence.sets.size == many.total_size
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    kept = sum(a.nbytes for a in (many.members, many.set_indptr, many.incidence.indptr, many.incidence.sets))
    before = sum(a.nbytes for a in (few.members, few.set_indptr, few.incidence.indptr, few.incidence.sets))
    blocks = 2 * 4 * 65_536 * (many.total_size // many.n_sets + 2)
    assert many.room is few.room
    assert before + grown <= 1.3 * kept + blocks
