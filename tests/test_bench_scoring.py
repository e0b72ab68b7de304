"""Tests of the one scorer: against enumeration, closed forms, and any number of threads."""

from __future__ import annotations

import numpy as np
import pytest
from laws import assert_mean
from oracle import Graph, exact_reach
from small_graphs import path

from seeding.bench.case import Instance
from seeding.bench.peers.base import Arrays
from seeding.bench.scoring import Score, score
from seeding.network.network import Network

WORLDS = 20_000


def arrays_of(network: Network) -> Arrays:
    """Take the arrays of a network in which everybody is a candidate."""
    return Arrays.of(Instance(network))


@pytest.mark.parametrize("seeds", [[0], [3, 0], [9], [2, 6, 4]])
def test_scores_are_those_of_enumeration(
    ten_people: Network, ten_people_graph: Graph, seeds: list[int]
) -> None:
    """On ten people the mean of the worlds is the exact expected reach."""
    reach = Score(arrays_of(ten_people), np.array(seeds))(0, WORLDS)

    assert_mean(reach, exact_reach(ten_people_graph, seeds), "score")


def test_scores_count_weights_and_distinct_probabilities() -> None:
    """Unequal weights and probabilities count as they should."""
    graph = Graph.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)], [0.9, 0.3, 0.2, 0.6], [1.0, 0.0, 5.0, 2.5])

    reach = Score(arrays_of(graph.network()), np.array([0]))(0, WORLDS)

    assert_mean(reach, exact_reach(graph, [0]), "score with weights")


def test_score_of_a_long_path() -> None:
    """On a path the score is Σ pⁱ, with the interval of its own mean."""
    found = score(arrays_of(path(12, 0.6).network()), [0], WORLDS)

    truth = sum(0.6**i for i in range(12))
    assert found.worlds == WORLDS
    assert abs(found.mean - truth) < 5 * found.stderr


def test_scores_do_not_depend_on_threads(ten_people: Network) -> None:
    """One thread or three, whole blocks or a rest: the same score."""
    arrays = arrays_of(ten_people)

    scores = {score(arrays, [0, 3], 5_000, threads).mean for threads in (1, 3)}

    assert scores == {float(Score(arrays, np.array([0, 3]))(0, 5_000).mean())}


def test_large_networks_are_scored_arc_by_arc_too() -> None:
    """A network that `optimize` samples with other kernels has the score of its closed form."""
    hubs, leaves = 20, 1_000
    network = Network.from_edges(
        np.repeat(np.arange(hubs), leaves), np.tile(np.arange(hubs, hubs + leaves), hubs), 0.05
    )

    found = score(arrays_of(network), [0, 1, 2], 2_000)

    truth = 3 + leaves * (1 - 0.95**3)
    assert network.n_arcs > 16_384
    assert abs(found.mean - truth) < 5 * found.stderr
