"""What the people of a graph file are called: by the ids in the file, or by an attribute of its nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from seeding.errors import InputError, assume, listing
from seeding.io.columns import to_labels
from seeding.network.labels import plain, quoted

if TYPE_CHECKING:
    import networkx as nx

# Attributes that usually hold what people are called.
_USUAL = ("name", "label", "username", "user", "handle", "screen_name", "account", "candidate", "title")
_MADE = re.compile(r"n?[0-9]+").fullmatch
# The name that means the ids of the file.
_ID = "id"


def call_by(graph: nx.Graph, node: Any, path: str) -> nx.Graph:
    """Call the people of a graph by an attribute; by their ids, with a word about it, if `node` is None.

    Raises
    ------
    InputError
        If there is no such attribute, a node has none, or two have the same; names them.
    """
    if node is None:
        _suggest(graph, path)
        return graph
    found = {one: data.get(node) for one, data in graph.nodes(data=True)}
    known = list(dict.fromkeys(name for _, data in graph.nodes(data=True) for name in data))
    if node not in known:
        if node == _ID:
            return graph
        present = f"its nodes have {listing(known, 12)}" if known else "its nodes have no attributes"
        raise InputError(f"{path!r} has no node attribute {node!r} for node=; {present}.")
    without = [one for one, value in found.items() if _text(value) == ""]
    if without:
        raise InputError(
            f"{len(without):,} of {len(found):,} nodes of {path!r} have no {node!r}, as "
            f"{listing(plain(without), 3)}; give every node one, or leave node= out."
        )
    labels = to_labels(np.array([_text(value) for value in found.values()], dtype=object)).tolist()
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        where = [one for one, label in zip(found, labels, strict=True) if label == twice]
        raise InputError(
            f"nodes {listing(plain(where), 3)} of {path!r} have the same {node!r}, {twice!r}; give each its "
            "own, or leave node= out."
        )
    import networkx as nx

    return nx.relabel_nodes(graph, dict(zip(found, labels, strict=True)))


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def _suggest(graph: nx.Graph, path: str) -> None:
    """Say which attribute names people, where their ids were made by a program."""
    if not all(_MADE(str(one)) for one in graph.nodes):
        return
    for name in _USUAL:
        held = [_text(data.get(name)) for _, data in graph.nodes(data=True)]
        # GEXF demands a label of every node: many programs write its id once more.
        if to_labels(np.array(held, dtype=object)).tolist() == list(graph.nodes):
            continue
        if all(held) and len(set(held)) == len(held) and not all(map(_MADE, held)):
            first = next(iter(graph.nodes))
            assume(
                f"the people of {path!r} are called by their ids, as {quoted(first)}; pass node={name!r} to "
                f"call them by the attribute {name!r}, as {held[0]!r}."
            )
            return
