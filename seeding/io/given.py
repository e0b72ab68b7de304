"""Arguments of a reader that can have no effect on a file of the format that was given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seeding.errors import InputError
from seeding.io.graphs import GRAPH_SUFFIXES
from seeding.io.parquet import PARQUET_SUFFIXES
from seeding.io.workbooks import XLSX

# How the rows of a text are written.
_LAYOUT = ("separator", "header", "decimal")
# What a text table of people shares with the text of the arcs.
_SHARED = ("separator", "decimal")


def refuse_idle(
    path: str, suffix: str, given: dict[str, Any], *, directed: bool, parallel: str, self_loops: str
) -> None:
    """Refuse arguments of `read_network` that have no effect.

    Parameters
    ----------
    path, suffix
        The file, and the end of its name that tells its format.
    given
        Arguments that are None where they were not given.
    directed, parallel, self_loops
        As in `read_network`.

    Raises
    ------
    InputError
        If one has none; names it.
    """
    if suffix == ".npz":
        changed = {
            "directed": not directed,
            "parallel": parallel != "noisy_or",
            "self_loops": self_loops != "drop",
        }
        idle = _present(given, given) + [name for name, is_changed in changed.items() if is_changed]
        if idle:
            raise InputError(
                f"{path!r} is a finished network, so {_said(idle[0])} has no say in it; leave it out."
            )
        return
    if given["direction"] is not None and not directed:
        raise InputError(
            "direction= and directed=False are both given; leave one out, as every row goes both ways."
        )
    if given["node"] is not None and given["nodes"] is None and suffix not in GRAPH_SUFFIXES:
        raise InputError("node= is given without nodes=; name the table it is a column of.")
    text_nodes = _is_text(given["nodes"])
    if suffix in GRAPH_SUFFIXES:
        _refuse(_present(given, ("source", "target", "header")), path, "a graph file, which has no columns")
        if not text_nodes:
            _refuse(_present(given, _SHARED), path, "a graph file, which has no columns")
    elif suffix == XLSX:
        idle = [name for name in ("separator", "decimal") if not (text_nodes and name in _SHARED)]
        _refuse(_present(given, idle), path, "a workbook, which needs no signs between cells")
    elif suffix in PARQUET_SUFFIXES:
        idle = [name for name in _LAYOUT if not (text_nodes and name in _SHARED)]
        _refuse(_present(given, idle), path, "a Parquet file, which says itself how it is laid out")


def _present(given: dict[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if given[name] is not None]


def _said(name: str) -> str:
    return "directed=False" if name == "directed" else f"{name}="


def _refuse(idle: list[str], path: str, what: str) -> None:
    if idle:
        raise InputError(f"{path!r} is {what}, so {_said(idle[0])} has no effect on it; leave it out.")


def _is_text(nodes: object) -> bool:
    """Tell whether a table of people is a file of text."""
    from os import PathLike

    from seeding._runtime.files import suffix_of

    return isinstance(nodes, (str, PathLike)) and suffix_of(nodes) not in (*PARQUET_SUFFIXES, XLSX)
