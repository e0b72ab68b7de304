"""Reading graph files, ``.graphml`` and ``.gexf``, with networkx."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from seeding._runtime.files import PathLike, read_bytes, suffix_of
from seeding._runtime.memory import refusal
from seeding.errors import InputError
from seeding.io.columns import to_labels
from seeding.io.formats import refuse_other_formats
from seeding.io.xml_graphs import normal_form
from seeding.network.label_joining import harmonise
from seeding.network.labels import as_labels, written_out

if TYPE_CHECKING:
    import networkx as nx

# Bytes that tell what a file is.
_LOOK = 1 << 16
GRAPH_SUFFIXES = (".graphml", ".gexf")


def read_graph_file(path: PathLike) -> nx.Graph:
    """Read a GraphML or GEXF file, plain or gzipped, whichever it is; labels are the nodes' ids.

    Ids become integers if every one is written as a plain integer, and stay texts otherwise.

    Raises
    ------
    InputError
        If the file is broken, of another format, or holds several graphs.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    content = read_bytes(path)
    _refuse_texts(content, str(path))
    kind = suffix_of(path)[1:]
    try:
        kind, content = normal_form(content, str(path))
        data = BytesIO(content)
        graph = nx.read_graphml(data) if kind == "graphml" else nx.read_gexf(data)
    except InputError:
        raise
    except ParseError as error:
        raise InputError(f"{str(path)!r} is broken XML: {error}; export it again.") from None
    except MemoryError as error:
        raise refusal(error, f"reading {str(path)!r}") from None
    except Exception as error:  # whatever networkx says of a file that it does not understand
        kind, reason = suffix_of(path)[1:], (str(error) or type(error).__name__).rstrip(".")
        raise InputError(f"{str(path)!r} is not a readable {kind} file: {reason}; export it again.") from None
    texts = np.array([str(node) for node in graph.nodes], dtype=object)
    labels = to_labels(texts, repr(str(path)))
    if labels.dtype.kind == "i":
        _refuse_joined(texts, labels, path)
        graph = nx.relabel_nodes(graph, dict(zip(graph.nodes, labels.tolist(), strict=True)))
    return graph


def _refuse_texts(content: bytes, path: str) -> None:
    """Refuse JSON, tables and the like under the name of a graph file."""
    if content.lstrip()[:1] in (b"<", b"\xef", b"\xfe", b"\xff", b"\0", b""):
        return
    refuse_other_formats(content[:_LOOK].decode("utf-8", errors="replace"), path)
    raise InputError(
        f"{path!r} is not a readable {suffix_of(path)[1:]} file: it holds no XML; if it is a table, give it "
        "a name that ends in .csv."
    )


def _refuse_joined(texts: np.ndarray, labels: np.ndarray, path: PathLike) -> None:
    """Refuse ids such as ``2`` and ``2.0`` of two nodes, each with attributes of its own."""
    first: dict[int, str] = {}
    for text, label in zip(texts, labels.tolist(), strict=True):
        if first.setdefault(label, text) != text:
            raise InputError(
                f"{str(path)!r} has nodes {first[label]!r} and {text!r}, which are one number; join them, or "
                "give each its own id."
            )


def add_people(graph: nx.Graph, labels: np.ndarray) -> tuple[nx.Graph, np.ndarray]:
    """Add the people of a node table to a graph, whichever of the two writes its ids as texts.

    Returns
    -------
    The graph, and `labels` as the graph writes them.
    """
    import networkx as nx

    ours = as_labels(list(graph.nodes), "the graph")
    nodes, people = map(written_out, harmonise([ours, labels]))
    if nodes.dtype != ours.dtype:
        graph = nx.relabel_nodes(graph, dict(zip(graph.nodes, nodes.tolist(), strict=True)))
    graph.add_nodes_from(people.tolist())
    return graph, people
