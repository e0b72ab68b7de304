"""Reading a networkx graph into plain lists, attributes checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeding import arcs, people
from seeding.errors import InputError, listing
from seeding.intake import PROBABILITY_NAMES, Probability, Weights
from seeding.labels import object_array
from seeding.probabilities import RULES

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
    nodes = object_array(graph.nodes, "nodes")
    edges = list(graph.edges(data=True))
    name = _attribute(probability, edges)
    values = probability if name is None else _edge_values(edges, name)
    return GraphTable(
        source=object_array((edge[0] for edge in edges), "source"),
        target=object_array((edge[1] for edge in edges), "target"),
        probability=values,
        probability_name=None if name is None else f"attribute {name!r}",
        nodes=nodes,
        weights=_node_weights(graph, weights) if isinstance(weights, str) else weights,
        people=people.from_attributes(data for _, data in graph.nodes(data=True)),
        arcs=_edge_columns(edges, columns, name),
    )


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


def _node_weights(graph: nx.Graph, name: str) -> dict[Any, float]:
    missing = [node for node, data in graph.nodes(data=True) if name not in data]
    if missing:
        raise InputError(f"nodes {listing(missing)} have no attribute {name!r}; give every node a weight.")
    return {node: data[name] for node, data in graph.nodes(data=True)}
