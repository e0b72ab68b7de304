"""The oracle must be right before anything is judged by it."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from laws import assert_mean
from small_graphs import TEN_PEOPLE_REACH, path, random_graph, star, tree


@pytest.mark.parametrize("number", range(8))
def test_enumerations_agree(number):
    """Bit-parallel, literal and reverse enumeration give the same exact reach."""
    graph = random_graph(number, n=5, m=8)
    worlds = oracle.Enumeration(graph)
    for seeds in [(), (0,), (1, 3), (0, 2, 4)]:
        literal = oracle.exact_reach_literally(graph, seeds)
        assert worlds.reach(seeds) == pytest.approx(literal, abs=1e-12)
        assert oracle.exact_reach_in_reverse(graph, seeds) == pytest.approx(literal, abs=1e-12)


def test_probabilities_of_live_graphs_sum_to_one():
    """All live-edge graphs together have probability 1."""
    graph = random_graph(1, n=5, m=8)
    assert sum(chance for chance, _ in oracle.live_graphs(graph)) == pytest.approx(1.0, abs=1e-12)
    assert oracle.Enumeration(graph).chance.sum() == pytest.approx(1.0, abs=1e-12)


def test_enumeration_refuses_large_graphs():
    """Nobody waits for 2^19 graphs by accident."""
    with pytest.raises(ValueError, match="19 arcs"):
        oracle.Enumeration(star(19, 0.1))


@pytest.mark.parametrize(("names", "truth"), TEN_PEOPLE_REACH.items())
def test_ten_people(ten_people, ten_people_graph, names, truth):
    """Enumeration gives the published reach of the ten-person example."""
    seeds = ten_people.index(list(names))
    assert oracle.exact_reach(ten_people_graph, seeds) == pytest.approx(truth, abs=5e-7)


@pytest.mark.parametrize("k", [2, 3])
def test_ten_people_best(ten_people, ten_people_graph, k):
    """Brute force finds the published best pair and best triple."""
    reach, seeds = oracle.best_seeds(ten_people_graph, range(10), [1] * 10, k=k)
    best = ("Alice", "Ethan", "Michael")[:k]
    assert {ten_people.labels[v] for v in seeds} == set(best)
    assert reach == pytest.approx(TEN_PEOPLE_REACH[best], abs=5e-7)


def test_closed_forms_match_enumeration():
    """Star, path and tree have the reach their formulas say."""
    assert oracle.exact_reach(star(9, 0.3), [0]) == pytest.approx(oracle.star_reach(9, 0.3))
    assert oracle.exact_reach(path(9, 0.6), [0]) == pytest.approx(oracle.path_reach(9, 0.6))
    assert oracle.exact_reach(tree(2, 3, 0.4), [0]) == pytest.approx(oracle.tree_reach(2, 3, 0.4))


def test_galton_watson_is_the_limit_of_trees():
    """The total of a deep tree approaches 1 / (1 − R)."""
    assert oracle.tree_reach(3, 60, 0.2) == pytest.approx(oracle.galton_watson_total(0.6), abs=1e-12)


@pytest.mark.parametrize("number", range(4))
def test_literal_cascades_match_enumeration(number):
    """Step-by-step cascades reach what the live-edge graphs say, on average."""
    graph = random_graph(number)
    sample = oracle.cascades(graph, [0, 1], 4_000, np.random.default_rng(number))
    assert_mean(sample, oracle.exact_reach(graph, [0, 1]))


@pytest.mark.parametrize("number", range(4))
def test_worlds_match_enumeration(number):
    """Live-edge graphs built from coins reach what enumeration says, on average, in both directions."""
    graph = random_graph(number)
    worlds = range(3_000)
    forward = np.array([oracle.world_reach(graph, [0, 1], 99, world) for world in worlds])
    assert_mean(forward, oracle.exact_reach(graph, [0, 1]))
    against = graph.reversed()
    backward = np.array([oracle.world_reach(against, [0, 1], 99, world) for world in worlds])
    assert_mean(backward, oracle.exact_reach(against, [0, 1]))


def test_rr_sets_of_a_world_mirror_its_reach():
    """In each world, u is in the RR set of v exactly if u reaches v."""
    graph = random_graph(3)
    for world in range(50):
        live = oracle.live_arcs(graph, 5, world)
        for v in range(graph.n):
            rr_set = oracle.world_rr_set(graph, v, 5, world)
            assert rr_set == {u for u in range(graph.n) if v in oracle.reachable(live, [u])}


def test_probability_zero_and_one_are_certain():
    """An arc of probability 0 is never live and one of probability 1 always."""
    graph = oracle.Graph.of(3, [(0, 1), (1, 2)], [1.0, 0.0])
    assert all(oracle.live_arcs(graph, 1, world) == [(0, 1)] for world in range(200))


def test_feasible_sets_respect_both_limits():
    """Budget and head count both bind, and the empty set is feasible."""
    assert list(oracle.feasible_sets([3, 2, 2], 4, None)) == [(), (0,), (1,), (2,), (1, 2)]
    assert list(oracle.feasible_sets([3, 2, 2], None, 1)) == [(), (0,), (1,), (2,)]
    assert list(oracle.feasible_sets([3, 2, 2], 1, 3)) == [()]


def test_best_coverage_by_hand():
    """Budgeted coverage where gain, and gain per cost, each lead greedy astray."""
    sets = [{0, 1}, {0, 1}, {0, 2}, {2}, {0}]
    assert oracle.best_coverage(sets, [4, 2, 1], budget=3) == (4.0, (1, 2))
    assert oracle.best_coverage(sets, [4, 2, 1], k=1) == (4.0, (0,))
    assert oracle.best_coverage(sets, [4, 2, 1], k=2) == (5.0, (0, 2))
    assert oracle.best_coverage(sets, [4, 2, 1], k=1, weights=[1, 1, 1, 9, 1]) == (10.0, (2,))


def test_coverage_counts_each_set_once():
    """A set that meets two chosen candidates counts once, and with its weight."""
    assert oracle.coverage([{0, 1}, {1}, {2}, set()], [0, 1]) == 2.0
    assert oracle.coverage([{0, 1}, {1}, {2}], [0, 1], weights=[0.5, 2.0, 8.0]) == 2.5


def test_best_seeds_respect_money():
    """The best affordable pair is not the best pair."""
    graph = star(3, 0.5)
    assert oracle.best_seeds(graph, range(4), [9, 1, 1, 1], k=2)[1] in [(0, 1), (0, 2), (0, 3)]
    assert oracle.best_seeds(graph, range(4), [9, 1, 1, 1], budget=3) == (3.0, (1, 2, 3))


def test_graph_round_trip():
    """A graph survives the way through a Network and back."""
    graph = random_graph(2)
    again = oracle.Graph.from_network(graph.network())
    assert dict(zip(again.arcs, again.p, strict=True)) == dict(zip(graph.arcs, graph.p, strict=True))
    assert (again.n, again.w) == (graph.n, graph.w)
