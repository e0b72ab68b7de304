"""Telling texts of other formats from tables: each is refused by its name, with what to do about it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence

from seeding.errors import InputError

_TABLE = "save it as a table with one connection (or person) a row, as in CSV"
_EXPORT = f"open it in Gephi or networkx and export it as GraphML, or {_TABLE}"
_FIRST = 1 << 16
_LINE = 1 << 9
_COMMENT = r"(?:[ \t]*(?:#|%|//)[^\n]*\n|[ \t]*\n)*"
# What a text of each format begins with.
_BEGINNINGS = (
    (re.compile(r"nodedef>|edgedef>", re.I), f"a GDF file (GUESS); {_EXPORT}"),
    (
        re.compile(
            rf"{_COMMENT}(?:[ \t]*(?:Creator|Version|comment|label)\b[^\n\[]*\n+)*[ \t]*graph\s*\[", re.I
        ),
        "a GML file; read it with networkx.read_gml and pass the graph, or write it as GraphML",
    ),
    (
        re.compile(rf"{_COMMENT}\*(?:vertices|network|arcs|edges|arcslist|edgeslist|matrix|tie)\b", re.I),
        "a Pajek file; read it with networkx.read_pajek and pass the graph, or write it as GraphML",
    ),
    (
        re.compile(
            r"(?:\s|//[^\n]*\n|#[^\n]*\n|/\*.*?\*/)*(?:strict\s+)?(?:di)?graph\b[^\n{;,|\t]*+\s*+\{",
            re.I | re.S,
        ),
        f"a DOT file (Graphviz); {_TABLE}",
    ),
    (re.compile(r"\s*dl\s+(?:n|nr|nm|format)\s*=", re.I), f"a UCINET DL file; {_TABLE}"),
    (re.compile(r"LEDA\.GRAPH"), f"a LEDA file; {_EXPORT}"),
    (re.compile(r">>(?:graph6|sparse6|digraph6)<<"), f"a graph6 or sparse6 file; {_EXPORT}"),
    (
        re.compile(r"%%MatrixMarket\b", re.I),
        "a Matrix Market file; read it with scipy.io.mmread and pass the matrix, or remove all lines up to "
        "the sizes",
    ),
    (re.compile(r"<[^>\s]+>\s+<[^>\s]+>\s+[<\"_][^\n]*\.\s*(?:\n|$)"), f"RDF (N-Triples); {_TABLE}"),
    (re.compile(r"@(?:prefix|base)\s+\S*:?\s*<", re.I), f"RDF (Turtle); {_TABLE}"),
)
_JSON = re.compile(r"\s*(?:\{\s*(?:[\"'}]|$)|\[\s*(?:[\[{\"]|-?[0-9]|\]))")
_XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<([A-Za-z_][\w.:-]*)[\s/>])", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_XML_NAMES = {
    "graphml": "GraphML; give it a name that ends in .graphml and pass it as the network",
    "gexf": "GEXF; give it a name that ends in .gexf and pass it as the network",
    "html": "an HTML page, not the file itself; download the file again",
}
_TUPLES = re.compile(r"\s*\([^()\n]*,[^()\n]*\)\s*[\s,;|]\s*\([^()\n]*,[^()\n]*\)")
_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_ENTRY = re.compile(r"\s*(?:[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|\.|NA|NaN|nan)?\s*")
_LIST_SIGNS = re.compile(r"[,;|]")


def refuse_other_formats(text: str, path: str) -> None:
    """Refuse a text that is no table but one of the other formats in use.

    Raises
    ------
    InputError
        If it is JSON, JSON lines, XML, GDF, GML, Pajek, DOT, DL, LEDA, graph6, Matrix Market or RDF.
    """
    head = text[:_FIRST].lstrip("\ufeff")
    what = _json_kind(text, head) or _xml_kind(head, path)
    what = what or next((said for begins, said in _BEGINNINGS if begins.match(head)), None)
    if what is not None:
        raise InputError(f"{path!r} is {what}.")


def _json_kind(text: str, head: str) -> str | None:
    """Name the kind of JSON that a text is; None if it is none."""
    if not _JSON.match(head):
        return None
    first = head.lstrip().split("\n", 1)[0].strip()
    if _is_json(first) and len(head.strip().split("\n", 1)) > 1:
        return f"JSON lines; {_JSON_ADVICE}"
    if _is_json(text) or re.match(r"\s*(?:\{\s*(?:\"|'|$)|\[\s*[\[{])", head):
        return f"JSON; {_JSON_ADVICE}"
    return None


_JSON_ADVICE = (
    "read it in Python and pass a DataFrame, or a graph as networkx.node_link_graph makes, or save it as CSV"
)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _xml_kind(head: str, path: str) -> str | None:
    """Name the kind of XML that a text is; None if it is none."""
    begun = _XML.match(head)
    if begun is None:
        return None
    roots = [begun[1]] if begun[1] else _ROOT.findall(re.sub(r"<!--.*?-->", "", head, flags=re.S))[:1]
    root = roots[0].rpartition(":")[2].lower() if roots else ""
    if "<!doctype html" in head[:200].lower():
        root = "html"
    if begun[1] and root not in _XML_NAMES and f"</{begun[1]}>" not in head:
        return None
    said = _XML_NAMES.get(root, f"with the root <{root}>; {_TABLE}")
    if root in ("graphml", "gexf") and path.lower().removesuffix(".gz").endswith(f".{root}"):
        said = said.partition(";")[0] + "; pass it as the network, or save what is wanted of it as a table"
    return f"XML ({said.partition(';')[0]});{said.partition(';')[2]}" if root != "html" else said


def refuse_tuples(text: str, path: str) -> None:
    """Refuse a list of edges whose nodes are tuples, which blanks and commas would cut.

    Raises
    ------
    InputError
        If it is one.
    """
    lines = map(str.strip, text[:_FIRST].split("\n"))
    first = next((line for line in lines if line and line[0] not in "#%"), "")
    if _TUPLES.match(first[:_LINE]):
        raise InputError(
            f"{path!r} has tuples for nodes, as in {first[:60]!r}; name nodes by a text or an integer "
            "(networkx.relabel_nodes), or pass the graph itself."
        )


def refuse_matrix(rows: Sequence[Sequence[str]], path: str, of_arcs: frozenset[str] | None) -> None:
    """Refuse an adjacency matrix, with or without names in its first row and column.

    Parameters
    ----------
    rows
        The fields of all rows, the first (perhaps a header) too.
    path
        Whose they are.
    of_arcs
        Names by which the header of a table of arcs is recognised; None if the table is to be of people.

    Raises
    ------
    InputError
        If it is one.
    """
    names = {re.sub(r"[\s_\-]+", "", name).casefold() for name in rows[0]}
    if of_arcs is not None and len(names & of_arcs) >= 2:
        return
    square = of_arcs is not None and any(map(_is_square_of_numbers, (rows, rows[1:])))
    if square or _is_labelled_matrix(rows):
        raise InputError(
            f"{path!r} is an adjacency matrix, not a list of connections; pass it from Python "
            "(Network.from_scipy), or write one connection a row."
        )


def _is_labelled_matrix(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table whose first row names the same people as its first column, all else numbers or nothing."""
    first, rest = [field.strip() for field in rows[0]], rows[1:]
    names = first[1:]
    # R writes no name above the names of the rows.
    if rest and len(rest[0]) == len(first) + 1:
        names = first
    if len(names) < 2 or len(rest) != len(names) or any(len(row) != len(names) + 1 for row in rest):
        return False
    if {row[0].strip() for row in rest} != set(names):
        return False
    return all(_is_entry(field) for row in rest for field in row[1:])


def _is_square_of_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a square of numbers that is likelier a matrix than connections with further columns."""
    n = len(rows)
    if n < 3 or any(len(row) != n for row in rows) or not all(_is_entry(f) for row in rows for f in row):
        return False
    diagonal = {rows[i][i].strip() for i in range(n)} <= {"0", "0.0", ""}
    return diagonal or all(field.strip() in ("0", "1", "0.0", "1.0", "") for row in rows for field in row)


def _is_entry(field: str) -> bool:
    return _ENTRY.fullmatch(field) is not None


def refuse_lists(columns: Iterable[tuple[str, Sequence[str]]], path: str) -> None:
    """Refuse cells that each hold several labels, as ``[2, 3]`` or ``bob,cy``.

    Parameters
    ----------
    columns
        The names of the two columns of labels, and their distinct texts.
    path
        Whose they are.

    Raises
    ------
    InputError
        If one column holds such lists.
    """
    both = list(columns)
    for place, (name, cells) in enumerate(both):
        found = _a_list(cells, both[1 - place][1])
        if found is not None:
            raise InputError(
                f"{path!r} has lists in the column {name!r}, as {found[:60]!r}; write one connection a row "
                "(in pandas: split the cells and use explode)."
            )


def _a_list(cells: Sequence[str], others: Sequence[str]) -> str | None:
    """Return a cell that holds several labels; None if none does."""
    bracketed = [cell for cell in map(str.strip, cells) if cell and _BRACKETS.get(cell[0]) == cell[-1]]
    found = next((cell for cell in bracketed if _is_literal(cell)), None)
    if found is None and 2 * len(bracketed) > len(cells):
        found = next((cell for cell in bracketed if _LIST_SIGNS.search(cell)), None)
    if found is not None:
        return found
    several = [cell for cell in cells if _LIST_SIGNS.search(cell)]
    if not several:
        return None
    known = {text.strip() for text in (*cells, *others) if not _LIST_SIGNS.search(text)}
    if {text.strip() for text in others} & {text.strip() for text in several}:
        return None
    pieces = {piece.strip() for cell in several for piece in _LIST_SIGNS.split(cell)} - {""}
    return several[0] if 2 * len(pieces & known) >= len(pieces) else None


def _is_literal(cell: str) -> bool:
    """Tell a list, tuple, set or mapping as Python or JSON writes it."""
    if len(cell) > _FIRST:
        return True
    try:
        return isinstance(ast.literal_eval(cell), (list, tuple, set, dict))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _is_json(cell)
