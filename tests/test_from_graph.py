"""networkx graphs: all four kinds, attributes that must be complete, and nothing changed."""

from __future__ import annotations

import networkx as nx
import pytest
from test_network import arcs

from seeding.errors import AssumptionWarning, InputError
from seeding.network.network import Network


def test_directed_graph():
    """Arcs keep their direction, and isolated nodes stay."""
    graph = nx.DiGraph([("a", "b"), ("c", "b")])
    graph.add_node("alone")
    network = Network.from_networkx(graph, 0.5)
    assert arcs(network) == {("a", "b"): 0.5, ("c", "b"): 0.5}
    assert network.labels.tolist() == ["a", "alone", "b", "c"]
    assert network.report.directed


def test_undirected_graph_is_two_arcs_an_edge():
    """An undirected edge can be used both ways, and the karate club has 156 arcs."""
    graph = nx.Graph()
    graph.add_edge("b", "a", p=0.25)
    assert arcs(Network.from_networkx(graph, "p")) == {("a", "b"): 0.25, ("b", "a"): 0.25}
    karate = Network.from_networkx(nx.karate_club_graph(), "wc")
    assert (karate.n_nodes, karate.n_arcs, karate.report.directed) == (34, 156, False)


def test_directed_can_be_overruled():
    """directed=False takes the arcs of a directed graph both ways."""
    network = Network.from_networkx(nx.DiGraph([(0, 1)]), 0.5, directed=False)
    assert arcs(network) == {(0, 1): 0.5, (1, 0): 0.5}


@pytest.mark.parametrize("kind", [nx.MultiDiGraph, nx.MultiGraph])
def test_multigraphs_have_parallel_arcs(kind):
    """Parallel edges are merged by the stated rule."""
    graph = kind()
    graph.add_edge(0, 1, p=0.5)
    graph.add_edge(0, 1, p=0.5)
    network = Network.from_networkx(graph, "p")
    assert arcs(network)[0, 1] == 0.75
    assert network.report.parallel_merged == (1 if kind is nx.MultiDiGraph else 2)
    with pytest.raises(InputError, match="repeated, first 0 → 1"):
        Network.from_networkx(graph, "p", parallel="refuse")


def test_attributes_called_probability_are_used():
    """`probability`, then `p`, is read without being named."""
    graph = nx.DiGraph()
    graph.add_edge("a", "b", p=0.1, probability=0.2)
    assert arcs(Network.from_networkx(graph)) == {("a", "b"): 0.2}
    graph = nx.DiGraph()
    graph.add_edge("a", "b", p=0.1)
    network = Network.from_networkx(graph)
    assert arcs(network) == {("a", "b"): 0.1}
    assert "attribute 'p'" in network.summary()


def test_other_attributes_are_not_taken_for_probabilities():
    """An attribute `weight` is not a probability: the rule that is assumed instead is said."""
    graph = nx.DiGraph()
    graph.add_edge("a", "b", weight=0.1)
    graph.add_edge("c", "b", weight=0.1)
    with pytest.warns(AssumptionWarning, match="weighted cascade"):
        network = Network.from_networkx(graph)
    assert arcs(network) == {("a", "b"): 0.5, ("c", "b"): 0.5}


@pytest.mark.parametrize("name", ["p", None])
def test_a_missing_attribute_is_refused(name):
    """An edge without the attribute never quietly gets 1 or 1 / outdegree, also where it was found by us."""
    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    graph.add_edge("c", "d", p=0.5)
    said = (
        r"^2 of 3 edges have no attribute 'p', first \('a', 'b'\); give every edge one, or pass probability="
    )
    with pytest.raises(InputError, match=said):
        Network.from_networkx(graph, name)


def test_an_attribute_nobody_has_is_refused():
    """A name that is no rule and no attribute is refused."""
    with pytest.raises(InputError, match="have no attribute 'influence'"):
        Network.from_networkx(nx.path_graph(3), "influence")


def test_an_attribute_may_be_called_like_a_rule():
    """Where edges have an attribute `wc`, that is meant."""
    graph = nx.DiGraph()
    graph.add_edge(0, 1, wc=0.125)
    assert arcs(Network.from_networkx(graph, "wc")) == {(0, 1): 0.125}


@pytest.mark.parametrize("value", [1.5, -0.1, float("nan"), None, "high"])
def test_attribute_values_must_be_probabilities(value):
    """Out of range, missing and wordy values are refused."""
    graph = nx.DiGraph()
    graph.add_edge("a", "b", p=value)
    with pytest.raises(InputError, match=r"is not a probability|values that are not numbers"):
        Network.from_networkx(graph, "p")


def test_node_weights_by_attribute():
    """A node attribute gives weights; one node without it is refused by label."""
    graph = nx.DiGraph([("a", "b")])
    graph.add_node("a", audience=100)
    graph.add_node("b", audience=7.5)
    network = Network.from_networkx(graph, 0.5, weights="audience")
    assert dict(zip(network.labels, network.weights.tolist(), strict=True)) == {"a": 100.0, "b": 7.5}
    graph.add_node("c")
    with pytest.raises(InputError, match=r"nodes 'c' have no attribute 'audience'; give every node a weight"):
        Network.from_networkx(graph, 0.5, weights="audience")
    assert Network.from_networkx(graph, 0.5, weights={"a": 1, "b": 2, "c": 3}).total_weight == 6.0


def test_tuple_and_mixed_nodes():
    """Grid nodes (tuples) and nodes of several kinds come out as they went in."""
    grid = Network.from_networkx(nx.grid_2d_graph(2, 2), 0.5)
    assert set(grid.labels) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    mixed = Network.from_networkx(nx.DiGraph([(1, "a"), ("a", (1,))]), 0.5)
    assert set(arcs(mixed)) == {(1, "a"), ("a", (1,))}


def test_self_loops_of_a_graph():
    """A self-loop is dropped and counted."""
    network = Network.from_networkx(nx.DiGraph([(0, 0), (0, 1)]), 0.5)
    assert arcs(network) == {(0, 1): 0.5}
    assert network.report.self_loops_dropped == 1


def test_the_graph_is_not_changed():
    """Edges, nodes and attributes are as before, and no attribute was added."""
    graph = nx.karate_club_graph()
    before = nx.to_dict_of_dicts(graph.copy()), dict(graph.nodes(data=True)), dict(graph.graph)
    Network.from_networkx(graph, 0.1)
    assert (nx.to_dict_of_dicts(graph), dict(graph.nodes(data=True)), dict(graph.graph)) == before


@pytest.mark.parametrize("wrong", [[(0, 1)], {"a": ["b"]}, None, "graph.gexf", 5])
def test_what_is_no_graph(wrong):
    """Something else in place of a graph is refused by its kind."""
    with pytest.raises(InputError, match=f"graph is a {type(wrong).__name__}; pass a networkx graph"):
        Network.from_networkx(wrong, 0.1)


def test_an_empty_graph():
    """A graph without nodes is refused; one without edges is fine."""
    with pytest.raises(InputError, match="the network has no nodes"):
        Network.from_networkx(nx.DiGraph(), 0.1)
    assert Network.from_networkx(nx.empty_graph(3), 0.1).n_nodes == 3
