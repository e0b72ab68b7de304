"""Baselines: each ranking by its definition, bought in order within the limits."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import oracle
import pytest
from laws import assert_counts
from problems import make_problem
from small_graphs import random_graph, star

from seeding.selection import baselines
from seeding.selection.baselines import BASELINES, baseline

COSTS = [3, 1, 2, 5, 0, 2, 4]
LIMITS = [{"budget": 6}, {"k": 3}, {"budget": 7, "k": 2}, {"budget": 0}]


def ranked(scores: list[float]) -> list[int]:
    """Order positions by falling score, ties by position."""
    return sorted(range(len(scores)), key=lambda c: (-scores[c], c))


def literal_degree_discount(problem) -> list[int]:
    """Follow the paper step by step on sets of neighbours, either way round."""
    graph = oracle.Graph.from_network(problem.network)
    p = sum(graph.p) / len(graph.p)
    neighbours = {
        v: {b for a, b in graph.arcs if a == v} | {a for a, b in graph.arcs if b == v} for v in range(7)
    }
    degree = {v: sum(a == v for a, _ in graph.arcs) for v in range(7)}
    order: list[int] = []
    left = problem.limits.money
    while len(order) < problem.limits.count(7):
        best = None
        for v in range(7):
            if v in order or problem.costs[v] > left:
                continue
            t = len(neighbours[v] & set(order))
            score = degree[v] - 2 * t - (degree[v] - t) * t * p
            if best is None or score > best[0] + 1e-12:
                best = (score, v)
        if best is None:
            break
        order.append(best[1])
        left -= int(problem.costs[best[1]])
    return order


@pytest.mark.parametrize("number", range(10))
def test_degree(number):
    """Degree ranks by the number of out-arcs."""
    graph = random_graph(number)
    degrees = [sum(u == v for u, _ in graph.arcs) for v in range(graph.n)]
    assert baselines.degree(make_problem(graph, k=1)).tolist() == ranked(degrees)


@pytest.mark.parametrize("number", range(10))
def test_top_audience(number):
    """The audience is the weight of those one has an arc to."""
    graph = random_graph(number)
    audience = [sum(graph.w[b] for a, b in graph.arcs if a == v) for v in range(graph.n)]
    assert baselines.top_audience(make_problem(graph, k=1)).tolist() == ranked(audience)


def test_top_audience_keeps_small_audiences_apart():
    """One enormous follower does not blur who has more of the ordinary ones."""
    graph = oracle.Graph.of(6, [(0, 3), (1, 4), (2, 5), (2, 4)], 0.5, [1, 1, 1, 1e18, 1, 1])
    assert baselines.top_audience(make_problem(graph, nodes=[0, 1, 2], k=1)).tolist() == [0, 2, 1]


@pytest.mark.parametrize("number", range(6))
def test_pagerank_is_that_of_networkx(number):
    """The ranking is that of networkx on the reversed graph, with probabilities as weights."""
    graph = random_graph(number, n=30, m=90)
    turned = nx.DiGraph()
    turned.add_nodes_from(range(graph.n))
    turned.add_weighted_edges_from((v, u, p) for (u, v), p in zip(graph.arcs, graph.p, strict=True) if p > 0)
    scores = nx.pagerank(turned, alpha=0.85, tol=1e-12, max_iter=500)
    order = baselines.pagerank(make_problem(graph, k=1)).tolist()
    assert sorted(order) == list(range(graph.n))
    in_order = np.array([scores[v] for v in order])
    assert (in_order[:-1] >= in_order[1:] - 1e-8).all()


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("number", range(10))
def test_degree_discount(number, limits):
    """Degree discount follows the paper's formula, round by round, among those who can be paid."""
    problem = make_problem(random_graph(number), costs=COSTS, **limits)
    assert baselines.degree_discount(problem).tolist() == literal_degree_discount(problem)


def test_cheapest():
    """Cheapest ranks by cost, ties by position."""
    problem = make_problem(random_graph(0), costs=COSTS, k=1)
    assert baselines.cheapest(problem).tolist() == [4, 1, 2, 5, 0, 6, 3]


def test_random_is_a_fair_shuffle_by_key():
    """The same key shuffles alike; over keys every order is as likely as any other."""
    graph = star(2, 0.5)
    first = baselines.random(make_problem(graph, k=1, key=3)).tolist()
    assert first == baselines.random(make_problem(graph, k=1, key=3)).tolist()
    seen = Counter(tuple(baselines.random(make_problem(graph, k=1, key=key)).tolist()) for key in range(600))
    assert len(seen) == 6
    assert_counts(np.array(list(seen.values())), np.ones(6), "orders of three")


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("limits", LIMITS)
def test_bought_in_order_within_the_limits(name, limits):
    """Each baseline buys its ranking in order, passing over whoever no longer fits, until nobody does."""
    for number in range(10):
        problem = make_problem(random_graph(number), costs=COSTS, key=number, **limits)
        choice = baseline(problem, name)
        left, expected = problem.limits.money, []
        for candidate in BASELINES[name](problem).tolist():
            if len(expected) < problem.limits.count(7) and COSTS[candidate] <= left:
                expected.append(candidate)
                left -= COSTS[candidate]
        assert choice.order.tolist() == expected
        assert problem.limits.allow(choice.order, problem.costs)
        assert (choice.stopped, choice.certificate) == ("complete", None)


@pytest.mark.parametrize("name", BASELINES)
def test_only_candidates_are_ranked(name):
    """Where the roster is a part of the network, in its own order, positions are those of the roster."""
    graph = random_graph(2, n=12, m=40, weighted=False)
    problem = make_problem(graph, nodes=[7, 3, 11, 0], costs=[4, 3, 2, 1], k=4)
    order = BASELINES[name](problem).tolist()
    assert sorted(order) == [0, 1, 2, 3]
    degrees = [sum(u == v for u, _ in graph.arcs) for v in (7, 3, 11, 0)]
    expected = {"degree": ranked(degrees), "top_audience": ranked(degrees), "cheapest": [3, 2, 1, 0]}
    assert order == expected.get(name, order)


@pytest.mark.parametrize("name", BASELINES)
def test_without_arcs(name):
    """A network without arcs is ranked without error or warning."""
    graph = oracle.Graph.of(4, [], 0.5)
    choice = baseline(make_problem(graph, costs=[1, 1, 1, 1], budget=2), name)
    assert choice.order.size == 2
