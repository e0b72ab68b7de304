"""Lists of edges as networkx writes them by default: two nodes, and a mapping of the edge's data."""

from __future__ import annotations

import ast
import csv
import io
import re
from typing import Any

from seeding.errors import InputError

# Two nodes, then a mapping to the end of the line, as in ``1 2 {'probability': 0.5}``.
_EDGE = re.compile(r"\s*(?P<ends>[^{}]*\S)(?P<gap>[\s,;|]\s*)(?P<data>\{.*\})\s*").fullmatch
# NumPy writes its numbers as np.float64(0.5).
_NUMPY = re.compile(r"\b(?:np|numpy)\.\w+\(([^()]*)\)")
# Characters in which the first edge is looked for.
_FIRST = 1 << 16
_ADVICE = "write the file with networkx.write_edgelist(graph, path, data=['probability'])"


def spread_edge_data(text: str, path: str) -> str | None:
    """Make a table of a list of edges with mappings: one column for each key, below a line of their names.

    Returns
    -------
    The table, in which every edge stands one line further down; None if the text is no such list.

    Raises
    ------
    InputError
        If a line is no edge of that kind; names it.
    """
    first = next((line for line in io.StringIO(text[:_FIRST]) if not _is_idle(line)), "")
    if "{" not in first or _EDGE(first) is None:
        return None
    lines = text.splitlines()
    known: dict[str, dict[Any, Any]] = {}
    rows: list[tuple[list[str], dict[Any, Any]] | None] = []
    for number, line in enumerate(lines, 1):
        if _is_idle(line):
            rows.append(None)
            continue
        found = _EDGE(line)
        if found is None:
            raise _refusal(number, path, "is no edge with its data in { } as the lines before it")
        ends = _two_ends(found["ends"], found["gap"].strip(" "), number, path)
        written = found["data"]
        if written not in known:
            known[written] = _read(written, number, path)
        rows.append((ends, known[written]))
    keys = list(dict.fromkeys(key for data in known.values() for key in data))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "target", *map(str, keys)])
    for row in rows:
        if row is None:
            out.write("\n")
        else:
            writer.writerow([*row[0], *(_cell(row[1].get(key)) for key in keys)])
    return out.getvalue()


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _two_ends(text: str, delimiter: str, number: int, path: str) -> list[str]:
    ends = [end.strip() for end in (text.split(delimiter) if delimiter else text.split())]
    if len(ends) != 2 or not all(ends) or any(end.startswith("(") and "," in text for end in ends):
        raise _refusal(number, path, f"has {len(ends)} fields before its data where two nodes should stand")
    return ends


def _read(written: str, number: int, path: str) -> dict[Any, Any]:
    try:
        data = ast.literal_eval(_NUMPY.sub(r"\1", written))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise _refusal(number, path, f"has data that cannot be read, {written[:60]!r}")
    return data


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("\n", " ").replace("\r", " ")


def _refusal(number: int, path: str, what: str) -> InputError:
    return InputError(f"line {number} of {path!r} {what}; {_ADVICE}, its nodes without blanks.")
