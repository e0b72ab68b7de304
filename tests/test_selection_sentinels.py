"""Sentinels: searches that stop early change what is kept and how long it takes, not what is proven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import oracle
import pytest
from problems import make_problem, random_instance, sample_of
from small_graphs import Graph, random_graph

import seeding as sd
from seeding._runtime.executors import open_workers
from seeding.errors import InputError
from seeding.network import packed_rows
from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage
from seeding.selection import sample_pair
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.greedy import select
from seeding.selection.ris import choice_settled, ris, sample_until_certified, take_greedy
from seeding.selection.sample_pair import Jury, Sources
from seeding.selection.sentinels import choose_sentinels
from seeding.simulation.propagation import rr_sampler

SETS = 3_000


@pytest.fixture(autouse=True)
def _packed(monkeypatch):
    """Sample even small networks over packed rows, which is what sentinels need."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 0)


def hub(leaves: int = 400, hermits: int = 300) -> Graph:
    """Make a network in which everybody around one hub influences everybody else through it."""
    spokes = np.arange(1, leaves + 1)
    source = np.concatenate([np.zeros(leaves, dtype=int), spokes, np.arange(leaves + 1, leaves + hermits)])
    target = np.concatenate(
        [spokes, np.zeros(leaves, dtype=int), np.arange(leaves + 2, leaves + hermits + 1)]
    )
    arcs = [(int(u), int(v)) for u, v in zip(source, target, strict=True)]
    return Graph.of(leaves + hermits + 1, arcs, np.where((source == 0) | (target == 0), 0.5, 0.02))


def rows(sample: Coverage) -> list[list[int]]:
    """List the members of every set."""
    return [part.tolist() for part in np.split(sample.members, sample.set_indptr[1:-1])]


def without(sample: Coverage, sentinel: int) -> Coverage:
    """Empty the sets that hold a sentinel, and count them as given."""
    kept = [[] if sentinel in members else members for members in rows(sample)]
    given = sum(sentinel in members for members in rows(sample))
    cut = sample_of([tuple(members) for members in kept], len(sample.candidates), sample.total_weight)
    return replace(cut, names=sample.names, sentinels=np.array([sentinel]), given=given)


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("rule", ["trivalency", "weighted_cascade", 0.3])
def test_sets_without_the_sentinel_are_unchanged(rule, threads):
    """Stopping at a node leaves exactly the sets that do not hold it, and counts the others."""
    graph = random_graph(5, n=60, m=300)
    source, target = np.array(graph.arcs).T
    network = sd.Network.from_edges(source, target, rule, rng=1)
    sampler = rr_sampler(network, sd.IndependentCascade(), 7, np.arange(5, 50))
    with open_workers(threads) as workers:
        whole = sampler.grow(sampler.empty(), SETS, workers)
        sentinel = int(np.argmax(np.diff(whole.incidence.indptr)))
        stopping = sampler.stop_at(np.array([sentinel]))
        part = stopping.grow(stopping.empty(), SETS // 3, workers)
        cut = stopping.grow(part, SETS, workers)
    expected = without(whole, sentinel)
    assert 0 < expected.given < SETS
    assert (cut.given, cut.n_sets) == (expected.given, SETS)
    assert [sorted(members) for members in rows(cut)] == rows(expected)
    assert cut.sentinels.tolist() == [sentinel]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_jury_counts_what_a_kept_sample_counts(threads):
    """Same worlds, same verdict: for one candidate, several, and nobody."""
    network = hub().network()
    with open_workers(threads) as workers:
        problem = make_problem(network, k=3, workers=workers)
        judge = Sources.open(problem).judge
        kept = judge.grow(judge.empty(), SETS, workers)
        jury = Jury(problem, judge, SETS)
        for chosen in ([0], [3, 500, 9], [500], [], list(range(700))):
            order = np.array(chosen, dtype=np.int64)
            assert jury.count(order) == kept.count(order)
    assert jury.total_size == 0


def test_choices_and_bounds_hold_for_the_whole_sample():
    """On hundreds of random instances: within the limits, counted rightly, never above the bounds."""
    used = 0
    for number in range(500):
        instance = random_instance(number)
        costs, limits = instance.costs, instance.limits
        whole = sample_of(instance.sets, costs.size)
        affordable = np.flatnonzero(costs <= limits.money)
        if affordable.size == 0 or limits.k == 0:
            continue
        sentinel = int(affordable[number % affordable.size])
        cut = without(whole, sentinel)
        cover = select(cut, costs, limits)
        best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        assert cover.order[0] == sentinel
        assert limits.allow(cover.order, costs)
        assert cover.covered == whole.count(cover.order) == cut.count(cover.order)
        assert cover.bound >= best
        if cover.covered:
            assert lagrangian_bound(cut, Program.plain(costs, limits), cover, 0).bound >= best
        used += 0 < cut.given < whole.n_sets
    assert used > 200


def test_a_choice_without_the_sentinel_cannot_be_counted():
    """The sets that were not completed say nothing about it."""
    cut = without(sample_of([(0, 1), (1,), (2,)], 3), 1)
    assert cut.count(np.array([1])) == 2
    with pytest.raises(ValueError, match="without all sentinels"):
        cut.count(np.array([0, 2]))


def test_samples_of_other_sentinels_do_not_mix():
    """A sample is only extended by one that stopped at the same nodes."""
    whole = sample_of([(0, 1), (1,), (2,)], 3)
    with pytest.raises(InputError, match="different candidates"):
        whole.extend(without(whole, 1))
    assert without(whole, 1).extend(without(whole, 1)).given == 4


def test_a_hub_becomes_the_sentinel():
    """Where one seed is in nearly all large sets, it is the one; a plan begins with it and is certified."""
    problem = make_problem(hub(), k=30, gap=0.1)
    choice = ris(problem)
    assert choice.order[0] == 0
    assert choice.stopped == "certified"
    assert "searches stop at the first seed" in problem.phases[0].detail
    plain = make_problem(hub(), k=30, gap=0.1)
    samples, stopped = sample_until_certified(plain, take_greedy, choice_settled)
    assert stopped == "certified"
    assert samples.choosing.sentinels.size == 0
    assert abs(choice.certificate.lower - samples.certificate.lower) < 0.05 * samples.certificate.lower


@pytest.mark.parametrize(
    ("graph", "k", "gap"),
    [(random_graph(3, n=300, m=900), 10, 0.1), (hub(), 1, 0.1), (hub(), 30, 0.001)],
    ids=["no hub", "one seed", "too dear"],
)
def test_no_sentinel_where_it_does_not_pay(graph, k, gap):
    """Small sets, a single seed, or a gap so narrow that one more seed matters: no sentinel."""
    problem = make_problem(graph, k=k, gap=gap)
    sampler = Sources.open(problem).chooser
    sample = sampler.grow(sampler.empty(), 1_024, problem.workers)
    assert choose_sentinels(problem, sampler, sample).size == 0


def test_no_sentinel_on_small_networks(monkeypatch):
    """Networks sampled arc by arc are small enough without."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1 << 40)
    problem = make_problem(hub(), k=30, gap=0.1)
    assert not Sources.open(problem).chooser.can_stop
    assert ris(problem).stopped == "certified"
    with pytest.raises(ValueError, match="packed"):
        Sources.open(problem).chooser.stop_at(np.array([0]))


@pytest.mark.parametrize("threads", [2, 8])
def test_same_plan_for_any_number_of_threads(threads):
    """Sentinels, samples and verdicts do not depend on who did the work."""
    plans = [
        sd.optimize(hub().network(), k=30, gap=0.1, rng=3, threads=n, method="ris") for n in (1, threads)
    ]
    assert plans[0].seeds.equals(plans[1].seeds)
    assert plans[0].certificate == plans[1].certificate


def test_time_up_while_looking_for_a_sentinel(monkeypatch):
    """Then there is none, and the first look takes place as always."""

    def late(*_):
        raise sample_pair.OutOfTime

    monkeypatch.setattr(sample_pair, "choose_sentinels", late)
    problem = make_problem(hub(), k=30, gap=0.1)
    assert Sources.open(problem).with_sentinels(1_024).chooser.sentinels.size == 0
    assert ris(problem).order.size == 30
