"""Bringing GraphML and GEXF, as different programs write them, to the form that networkx reads.

Gephi writes ``mixed`` as soon as one edge differs; Neo4j declares no keys; exporters name namespaces at will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seeding.errors import InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://www.gexf.net/1.2draft"
_GEXF_SPACES = (_GEXF, "http://www.gexf.net/1.1draft", "http://gexf.net/1.3")
# What GEXF calls types and networkx does not know, as one that it does.
_TYPES = {"byte": "long", "short": "long", "biginteger": "long", "int": "long", "bigdecimal": "double"}
_KNOWN_TYPES = ("integer", "float", "double", "boolean", "long", "liststring", "anyURI", "string")
# Times may be of any form: they are kept as texts where they are no numbers.
_TIMES = ("integer", "float", "double", "long", "string", "date")


def normal_form(data: bytes, path: str) -> tuple[str, bytes]:
    """Return ``"graphml"`` or ``"gexf"``, whichever it is, and the file as networkx reads it.

    An undirected edge among directed ones becomes two arcs.

    Raises
    ------
    InputError
        If it is other XML, or holds several graphs.
    xml.etree.ElementTree.ParseError
        If it is no XML.
    """
    from xml.etree.ElementTree import fromstring, tostring

    root = fromstring(data)
    kind = _local(root).lower()
    if kind not in ("graphml", "gexf"):
        raise InputError(
            f"{path!r} is not a readable graph file: it is XML with the root <{_local(root)}>; export "
            "the graph as GraphML or GEXF."
        )
    space = _space(root)
    fits = space == _GRAPHML if kind == "graphml" else space in _GEXF_SPACES
    changed = not fits
    if changed:
        space = _GRAPHML if kind == "graphml" else _GEXF
        _rename(root, space)
    graphs = root.findall(f"{{{space}}}graph")
    _check_single(graphs, root, space, kind, path)
    if kind == "graphml":
        changed |= _change_graphml(root, graphs[0], space)
    else:
        changed |= _change_gexf(graphs[0], space)
    return kind, tostring(root) if changed else data


def _local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _space(element: Element) -> str:
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def _rename(root: Element, space: str) -> None:
    """Put all elements of the root's namespace into another, and its ``viz`` beside it."""
    own = _space(root)
    for element in root.iter():
        theirs = _space(element)
        if theirs == own:
            element.tag = f"{{{space}}}{_local(element)}"
        elif theirs.rstrip("/").endswith("/viz"):
            element.tag = f"{{{space}/viz}}{_local(element)}"


def _check_single(graphs: list[Element], root: Element, space: str, kind: str, path: str) -> None:
    if len(graphs) != 1:
        many = f"{len(graphs)} graphs" if graphs else "no graph"
        raise InputError(
            f"{path!r} is not a readable {kind} file: it holds {many}; export one graph in a file of its own."
        )
    for node in root.iter(f"{{{space}}}node"):
        inner = node.find(f"{{{space}}}graph")
        if inner is not None and node.get("yfiles.foldertype") != "group":
            raise InputError(
                f"{path!r} has a graph within the node {node.get('id')!r}; export it without nested graphs."
            )


def _change_graphml(root: Element, graph: Element, space: str) -> bool:
    """Declare keys that are used, and their types; make mixed edges arcs. Tells whether anything changed."""
    from xml.etree.ElementTree import Element

    changed = False
    declared = {key.get("id"): key for key in root.findall(f"{{{space}}}key")}
    for name, key in declared.items():
        if key.get("attr.type") is None and key.get("yfiles.type") is None:
            key.set("attr.type", "string")
            changed = True
        if key.get("attr.name") is None and key.get("yfiles.type") is None:
            key.set("attr.name", str(name))
            changed = True
    used = dict.fromkeys(data.get("key") for data in root.iter(f"{{{space}}}data"))
    for name in used:
        if name is not None and name not in declared:
            about = {"id": name, "for": "all", "attr.name": name, "attr.type": "string"}
            root.insert(0, Element(f"{{{space}}}key", about))
            changed = True
    default = graph.get("edgedefault", "undirected") == "directed"
    edges = list(graph.iter(f"{{{space}}}edge"))
    said = {"true": True, "false": False, "1": True, "0": False}
    directed = [said.get(edge.get("directed", "").lower(), default) for edge in edges]
    if len(set(directed)) < 2 and all(way == default for way in directed):
        return changed
    if any(directed):
        _make_arcs(graph, [edge for edge, way in zip(edges, directed, strict=True) if not way])
    graph.set("edgedefault", "directed" if any(directed) else "undirected")
    for edge in graph.iter(f"{{{space}}}edge"):
        edge.attrib.pop("directed", None)
    return True


def _change_gexf(graph: Element, space: str) -> bool:
    """Name types that networkx knows; make mixed edges arcs. Tells whether anything changed."""
    changed = _join_parts(graph, space)
    for block in graph.findall(f"{{{space}}}attributes"):
        if block.get("class") not in ("node", "edge"):
            graph.remove(block)
            changed = True
    for attribute in graph.iter(f"{{{space}}}attribute"):
        kind = attribute.get("type", "string")
        if kind not in _KNOWN_TYPES:
            attribute.set("type", _TYPES.get(kind.lower(), "string"))
            changed = True
    timed = any("start" in one.attrib or "end" in one.attrib for one in graph.iter())
    if timed and graph.get("timeformat") not in _TIMES:
        graph.set("timeformat", "string")
        changed = True
    default = graph.get("defaultedgetype", "undirected")
    edges = list(graph.iter(f"{{{space}}}edge"))
    ways = [edge.get("type", default).lower() for edge in edges]
    directed = [way == "directed" for way in ways]
    plain = default in ("directed", "undirected") and all(way == default for way in ways)
    if plain:
        return changed
    both_ways = [edge for edge, one_way in zip(edges, directed, strict=True) if not one_way]
    if any(directed):
        _make_arcs(graph, both_ways)
    graph.set("defaultedgetype", "directed" if any(directed) else "undirected")
    for edge in graph.iter(f"{{{space}}}edge"):
        edge.attrib.pop("type", None)
    return True


def _join_parts(graph: Element, space: str) -> bool:
    """Join several lists of nodes or edges into one each, since only the first would be read."""
    joined = False
    for name in ("nodes", "edges"):
        parts = graph.findall(f"{{{space}}}{name}")
        for other in parts[1:]:
            parts[0].extend(list(other))
            graph.remove(other)
            joined = True
    return joined


def _make_arcs(graph: Element, both_ways: list[Element]) -> None:
    """Add to each of some edges its way back."""
    from copy import deepcopy

    wanted = set(map(id, both_ways))
    for parent in list(graph.iter()):
        for edge in [child for child in parent if id(child) in wanted]:
            back = deepcopy(edge)
            source, target = edge.get("source", ""), edge.get("target", "")
            back.set("source", target)
            back.set("target", source)
            back.attrib.pop("id", None)
            if source != target:
                parent.append(back)
