"""The summary tells what was read, and what was changed on the way."""

from __future__ import annotations

import pytest

from seeding.network.network import Network
from seeding.network.summary import network_facts


def lines(network: Network) -> dict[str, str]:
    """Split a summary into its first words and the rest."""
    rows = (line.strip().split("  ", 1) for line in network.summary().splitlines()[1:])
    return {name: text.strip() for name, text in rows}


def test_summary_counts_everything():
    """Nodes, isolated ones, arcs, rows, dropped, merged, probability range and weights are told."""
    network = Network.from_edges(
        ["a", "a", "a", "b", "b"],
        ["b", "b", "a", "c", "b"],
        [0.5, 0.5, 0.9, 0.25, 0.9],
        nodes=["a", "b", "c", "d"],
        weights=[1, 2, 3, 4],
    )
    told = lines(network)
    assert network.summary().startswith("Network from arrays\n")
    assert told["nodes"] == "4 (1 without arcs)"
    assert told["arcs"] == "2 from 5 rows; every row is one arc; influence flows source → target"
    assert told["dropped"] == "2 self-loops"
    assert told["merged"] == "1 parallel arcs (by noisy-or)"
    assert told["probability"] == "0.25 to 0.75, mean 0.5 — given per row"
    assert told["node weight"] == "1 to 4, total 10 — given"


@pytest.mark.parametrize("rule", ["weighted_cascade", "trivalency", 0.1])
def test_summary_of_a_rule(rule):
    """A rule or number is named as the source, and merging is said to be free of it."""
    told = lines(Network.from_edges([0, 0], [1, 1], rule))
    assert told["merged"] == "1 parallel arcs (to one arc each, as the probability is a rule)"
    assert (f"{rule:g} on every arc" if rule == 0.1 else rule) in told["probability"]


def test_summary_of_directions():
    """Undirected rows and reversed influence are said in words."""
    undirected = lines(Network.from_edges([0], [1], 0.1, directed=False))
    assert "every row is two arcs (undirected)" in undirected["arcs"]
    follows = lines(Network.from_edges([0], [1], 0.1, direction="follower_to_followed"))
    assert "rows are follower → followed, so influence flows back along them" in follows["arcs"]


def test_facts_are_plain_values():
    """The same as values for JSON: no NumPy types, None where there is nothing to tell."""
    import json

    facts = network_facts(Network.from_edges([], [], 0.1, nodes=["a", "b"]))
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["nodes"], facts["isolated_nodes"], facts["arcs"]) == (2, 2, 0)
    assert facts["probability_min"] is None
    assert facts["total_weight"] == 2.0
