"""Reading a networkx graph into plain lists, attributes checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeding.errors import InputError, assume, listing
from seeding.network import arcs, people
from seeding.network.building import PROBABILITY_NAMES, Probability, Weights
from seeding.network.label_joining import settled
from seeding.network.labels import as_labels, object_array
from seeding.network.probabilities import RULES

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class GraphTable:
    """The edges and nodes of a graph as arrays."""

    source: np.ndarray
    target: np.ndarray
    probability: Probability
    probability_name: str | None
    nodes: np.ndarray
    weights: Weights
    people: pd.DataFrame | None
    arcs: pd.DataFrame | None = None


def is_graph(value: object) -> bool:
    """Tell a networkx graph by what it can do, without importing networkx."""
    return all(hasattr(value, name) for name in ("edges", "nodes", "is_directed", "is_multigraph"))


def read_graph(
    graph: nx.Graph, probability: Probability, weights: str | Weights, columns: arcs.Chosen = None
) -> GraphTable:
    """Read edges, their probabilities and further attributes, and node weights.

    Raises
    ------
    InputError
        If `graph` is no networkx graph, has no nodes, or an edge or node lacks the attribute.
    """
    if not is_graph(graph):
        raise InputError(f"graph is a {type(graph).__name__}; pass a networkx graph.")
    labels, known = _nodes(graph)
    edges = [(labels[edge[0]], labels[edge[1]], edge[2]) for edge in graph.edges(data=True)]
    name = _attribute(probability, edges)
    values = probability if name is None else _edge_values(edges, name)
    return GraphTable(
        source=object_array((edge[0] for edge in edges), "source"),
        target=object_array((edge[1] for edge in edges), "target"),
        probability=values,
        probability_name=None if name is None else f"attribute {name!r}",
        nodes=object_array(known, "nodes"),
        weights=_node_weights(known, weights) if isinstance(weights, str) else weights,
        people=people.from_attributes(known.values()),
        arcs=_edge_columns(edges, columns, name),
    )


def _nodes(graph: nx.Graph) -> tuple[dict[Any, Any], dict[Any, dict[Any, Any]]]:
    """Return the label of each node, and of each label the attributes: nodes that are one label are joined.

    Raises
    ------
    InputError
        If such nodes have different values of an attribute.
    """
    nodes = object_array(graph.nodes, "nodes")
    held = settled(as_labels(nodes, "the graph"), "the graph").tolist()
    labels = dict(zip(nodes, held, strict=True))
    known: dict[Any, dict[Any, Any]] = {}
    first: dict[Any, Any] = {}
    for node, data in graph.nodes(data=True):
        label = labels[node]
        there = known.setdefault(label, {})
        clash = next((name for name in data if name in there and there[name] != data[name]), None)
        if clash is not None:
            raise InputError(
                f"the graph has nodes {first[label]!r} and {node!r}, which are one label, but two values of "
                f"{clash!r}: {there[clash]!r} and {data[clash]!r}; join them in the graph."
            )
        there.update(data)
        first.setdefault(label, node)
    joined = [(first[label], node) for node, label in labels.items() if first[label] is not node]
    if joined:
        assume(
            f"the graph has nodes {joined[0][0]!r} and {joined[0][1]!r}, which are one label; they are taken "
            f"as one person ({len(joined):,} such)."
        )
    return labels, known


def _attribute(probability: Probability, edges: list[Any]) -> str | None:
    if probability is None:
        return next((name for name in PROBABILITY_NAMES if any(name in edge[2] for edge in edges)), None)
    if not isinstance(probability, str):
        return None
    if probability in RULES and not any(probability in edge[2] for edge in edges):
        return None
    return probability


def _edge_values(edges: list[Any], name: str) -> np.ndarray:
    missing = [edge[:2] for edge in edges if name not in edge[2]]
    if missing:
        raise InputError(
            f"{len(missing):,} of {len(edges):,} edges have no attribute {name!r}, first {missing[0]}; give "
            "every edge one, or pass probability= a number or a rule."
        )
    return object_array((edge[2][name] for edge in edges), name)


def _edge_columns(edges: list[Any], columns: arcs.Chosen, probability: str | None) -> pd.DataFrame | None:
    """Make a table of the attributes asked for; missing values where an edge has none."""
    if columns is None or columns is False:
        return None
    known = people.from_attributes(edge[2] for edge in edges)
    present = [] if known is None else list(known.columns)
    names = arcs.choose(columns, present, (str(probability),), "the graph")
    return known[names] if known is not None and names else None


def _node_weights(known: dict[Any, dict[Any, Any]], name: str) -> dict[Any, float]:
    missing = [node for node, data in known.items() if name not in data]
    if missing:
        raise InputError(f"nodes {listing(missing)} have no attribute {name!r}; give every node a weight.")
    return {node: data[name] for node, data in known.items()}
