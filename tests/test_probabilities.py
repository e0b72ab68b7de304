"""Rules and checks for probabilities."""

from __future__ import annotations

import re

import numpy as np
import pytest
from laws import assert_counts, assert_independent
from small_graphs import random_graph

from seeding.errors import InputError
from seeding.network import probabilities
from seeding.network.network import Network


@pytest.mark.parametrize("name", ["weighted_cascade", "wc"])
@pytest.mark.parametrize("number", range(3))
def test_weighted_cascade_is_one_over_indegree(name, number):
    """Every arc u→v has 1 / indegree(v), so that the arcs into each node sum to 1."""
    graph = random_graph(number, n=9, m=30)
    network = Network.from_edges(*np.array(graph.arcs).T, name)
    for row in range(network.n_nodes):
        arcs = network.into.probability[network.into.indptr[row] : network.into.indptr[row + 1]]
        assert (arcs == 1.0 / max(arcs.size, 1)).all()


def test_weighted_cascade_counts_distinct_arcs():
    """Parallel rows, self-loops and both directions of an edge do not change the in-degree."""
    network = Network.from_edges(["a", "a", "b", "c"], ["c", "c", "c", "c"], "wc")
    assert network.into.probability.tolist() == [0.5, 0.5]
    undirected = Network.from_edges(["a", "b", "c"], ["b", "a", "b"], "wc", directed=False)
    assert dict(zip(undirected.out.rows().tolist(), undirected.out.probability.tolist(), strict=False)) == {
        0: 0.5,
        1: 1.0,
        2: 0.5,
    }


def test_weighted_cascade_without_arcs():
    """A network without arcs is fine: there is nothing to assign."""
    network = Network.from_edges([], [], "wc", nodes=["a", "b"])
    assert (network.n_nodes, network.n_arcs) == (2, 0)


def complete(n: int, rule: str, rng: object) -> np.ndarray:
    """Assign a rule on the complete graph of n nodes; returns a table with 0 on the diagonal."""
    u, v = np.divmod(np.arange(n * n), n)
    network = Network.from_edges(u, v, rule, rng=rng)
    table = np.zeros((n, n))
    table[network.out.rows(), network.out.indices] = network.out.probability
    return table


def test_trivalency_draws_each_level_equally_often():
    """The three levels are drawn with probability 1/3 each."""
    table = complete(300, "trivalency", 1)
    drawn = table[~np.eye(300, dtype=bool)]
    counts = np.array([(drawn == level).sum() for level in (0.1, 0.01, 0.001)])
    assert counts.sum() == drawn.size
    assert_counts(counts, np.ones(3), "trivalency levels")


def test_trivalency_levels_are_independent():
    """An arc's level says nothing about that of the next target, next source, reverse arc or next key."""
    table, other = complete(300, "trivalency", 1), complete(300, "trivalency", 2)
    above = np.triu(np.ones((300, 300), dtype=bool), 2)
    assert_independent(table[above], table.T[above], "u→v and v→u")
    assert_independent(table[above], np.roll(table, 1, axis=1)[above], "neighbouring targets")
    assert_independent(table[above], np.roll(table, -1, axis=0)[above], "neighbouring sources")
    assert_independent(table[above], other[above], "two keys")


def test_trivalency_is_a_function_of_key_and_arc():
    """The same key gives the same levels, whatever other arcs there are and in whatever order."""
    table = complete(20, "tv", 5)
    assert np.array_equal(table, complete(20, "trivalency", 5))
    assert not np.array_equal(table, complete(20, "tv", 6))
    u, v = np.nonzero(table)
    some = np.random.default_rng(0).permutation(u.size)[:100]
    network = Network.from_edges(u[some], v[some], "tv", nodes=range(20), rng=5)
    assert np.array_equal(network.out.probability, table[network.out.rows(), network.out.indices])


def test_trivalency_default_key_is_fixed():
    """Without rng the draw is that of rng=0, not a fresh one."""
    assert np.array_equal(complete(12, "tv", 0), complete(12, "tv", 0))
    u, v = np.divmod(np.arange(144), 12)
    default = Network.from_edges(u, v, "tv")
    assert np.array_equal(default.out.probability, Network.from_edges(u, v, "tv", rng=0).out.probability)


@pytest.mark.parametrize("value", [0, 1, 0.5, 1e-300, np.float32(0.25)])
def test_numbers_that_are_probabilities(value):
    """0 and 1 are probabilities too."""
    assert probabilities.check_number(value) == float(value)
    assert probabilities.check_array(np.array([value])).tolist() == [float(value)]


@pytest.mark.parametrize("value", [-1e-12, 1 + 1e-12, float("nan"), float("inf"), -1.0, 50.0])
def test_numbers_that_are_not(value):
    """Below 0, above 1 and NaN are refused, alone and in a row that is named."""
    with pytest.raises(InputError, match=r"is not a probability; give a number from 0 to 1"):
        probabilities.check_number(value)
    said = r"in row 2 is not a probability; every value must be a number from 0 to 1 \(2 are not\)"
    with pytest.raises(InputError, match=said):
        probabilities.check_array(np.array([0.1, 1.0, value, 0.3, value]))


def test_rows_are_counted_from_the_first_row_given():
    """A reader may count rows its own way."""
    with pytest.raises(InputError, match="in row 12 is"):
        probabilities.check_array(np.array([0.1, 0.1, 2.0]), first_row=10)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["0.5", "x"], "probability holds values that are not numbers, such as 'x'"),
        ([0.5, "high"], "such as 'high'"),
        ([0.5j], "probability holds complex numbers"),
        ([None, 0.5], "probability nan in row 0"),
    ],
)
def test_values_that_are_not_numbers(values, said):
    """Text, complex numbers and missing values are refused, the first shown."""
    with pytest.raises(InputError, match=re.escape(said)):
        probabilities.check_array(np.array(values, dtype=object if None in values else None))


def test_numbers_written_as_text_are_read():
    """A column of text that holds numbers is numbers."""
    assert probabilities.check_array(np.array(["0.5", "1"])).tolist() == [0.5, 1.0]
