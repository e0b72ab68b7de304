"""Rows of a table that count both ways, because a column of it says so: ``Type`` is ``Undirected``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from seeding.errors import InputError, assume, listing, shown
from seeding.network.column_names import words
from seeding.network.labels import Coded, written_out

# What a cell may say, whatever its case and punctuation ...
_BOTH_WAYS = frozenset(
    ("undirected", "mutual", "reciprocal", "reciprocated", "bidirectional", "bidirected", "undir")
).union(("symmetric", "both", "bothways", "twoway"))
_ONE_WAY = frozenset(["directed", "oneway", "unidirectional", "asymmetric", "single"])
# What can hardly mean anything else, whatever a column is called.
_PLAINLY = frozenset(
    (
        "undirected",
        "directed",
        "bidirectional",
        "unidirectional",
        "mutual",
        "reciprocal",
        "twoway",
        "bothways",
    )
)
_SIGNS = {"--": True, "<->": True, "<>": True, "↔": True, "->": False, "→": False, "-->": False, "<-->": True}
# ... and what a yes says in a column of such a name.
_IF_YES = {
    "directed": False,
    "isdirected": False,
    "oneway": False,
    "undirected": True,
    "isundirected": True,
    "bidirectional": True,
    "isbidirectional": True,
    "mutual": True,
    "ismutual": True,
    "reciprocal": True,
    "isreciprocal": True,
    "reciprocated": True,
    "twoway": True,
    "bothways": True,
    "symmetric": True,
}
_YES = {"true": True, "1": True, "1.0": True, "yes": True, "y": True, "t": True} | dict.fromkeys(
    ("false", "0", "0.0", "no", "n", "f"), False
)
_NAMES = frozenset(
    {"type", "direction", "directionality", "directedness", "edgetype", "edgedirection", "linktype"}
)
# What only a column of such a name may mean by one letter.
_SHORT = {"u": "undirected", "d": "directed"}
# Rows whose first cell with anything in it tells whether a column speaks of directions.
_PEEK = 50


def find(
    names: Mapping[int, str],
    column: Callable[[int], Any],
    where: str,
    n_rows: int,
    *,
    by_name: bool = False,
    line: Callable[[int], int] | None = None,
) -> np.ndarray | None:
    """Find the rows that count both ways.

    Parameters
    ----------
    names
        The further columns of the table: position and name.
    column
        Gives the values of one.
    where
        What the table is called in a message.
    n_rows
        How many rows it has.
    by_name
        Look at columns of usual names only, because every look costs much.
    line
        Gives the line of a row; None if there are no lines.

    Returns
    -------
    bool, one per row; None where no column says it of any row.

    Raises
    ------
    InputError
        If a column says it of some rows and nothing, or something unknown, of others.
    """
    for place, name in names.items():
        plain = "".join(words(name))
        usual = plain in _NAMES or plain in _IF_YES
        if by_name and not usual:
            continue
        values = column(place)
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" and plain not in _IF_YES:
            continue
        if not usual and not _speaks(values):
            continue
        found = _read(written_out(values) if isinstance(values, Coded) else values, plain, name, where, line)
        if found is not None:
            _tell(found, name, where, n_rows)
            return found
    return None


def _speaks(values: Any) -> bool:
    """Tell whether the first cell that holds anything says directed or undirected."""
    if isinstance(values, Coded):
        values = values.labels
    texts = (_plain(value) for value in islice(values, _PEEK))
    first = next((text for text in texts if text), "")
    return first in _SIGNS or first in _PLAINLY


def _plain(value: Any) -> str:
    text = str(value).strip().casefold() if value is not None and value is not pd.NA else ""
    return text if text in _SIGNS else re.sub(r"[\s_\-]+", "", "" if text == "nan" else text)


def _meaning(text: str, column: str) -> bool | None:
    """Say whether a cell means both ways; None where it does not say."""
    if text in _SIGNS:
        return _SIGNS[text]
    if text in _BOTH_WAYS or text in _ONE_WAY:
        return text in _BOTH_WAYS
    if column in _IF_YES and text in _YES:
        return _YES[text] == _IF_YES[column]
    return None


def _read(
    values: Any, plain: str, name: str, where: str, line: Callable[[int], int] | None
) -> np.ndarray | None:
    try:
        codes, uniques = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=True)
    except TypeError:  # cells such as lists, which say no direction
        return None
    texts = [_plain(value) for value in uniques]
    if plain in _NAMES and set(texts) <= set(_SHORT):
        texts = [_SHORT[text] for text in texts]
    meant = [_meaning(text, plain) for text in (*texts, "")]  # code -1, a missing value, is the last of these
    if not any(meant):
        known = [said for said in meant if said is not None]
        if not known and plain in ("direction", "directionality", "directed", "undirected") and any(texts):
            _ignore(name, where, [value for value, text in zip(uniques, texts, strict=True) if text])
        return None
    silent = np.array([said is None for said in meant], dtype=bool)[codes]
    if silent.any():
        row = int(np.argmax(silent))
        held = str(values[row] if isinstance(values, np.ndarray) else values.iloc[row]).strip()
        at = f"row {row}" if line is None else f"line {line(row)}"
        given = f"{held!r}" if _plain(held) else "nothing"
        raise InputError(
            f"{at} of {where} has {given} in column {name!r}, which says of other rows that they count both "
            "ways (undirected); write directed or undirected there."
        )
    both: np.ndarray = np.array([bool(said) for said in meant], dtype=bool)[codes]
    return both


def _tell(both: np.ndarray, name: str, where: str, n_rows: int) -> None:
    rows = "all rows" if both.all() else f"{int(both.sum()):,} of {n_rows:,} rows"
    assume(
        f"column {name!r} of {where} says of {rows} that they are undirected, so these are two arcs each; "
        "remove the column to read every row as one arc."
    )


def _ignore(name: str, where: str, values: list[Any]) -> None:
    assume(
        f"column {name!r} of {where} holds {listing(values, 3)}, which says neither directed nor "
        "undirected, so it is not used; write one of these words, or pass directed=False if every row counts "
        "both ways."
    )


def rows_of(directed: object) -> np.ndarray | None:
    """Return which rows count both ways (bool), where that is said of each; None where it is said of all.

    Raises
    ------
    InputError
        If it is neither True nor False, nor holds truth values.
    """
    if isinstance(directed, (bool, np.bool_, int)):
        return None
    try:
        given = np.asarray(directed)
    except ValueError:  # rows of several lengths
        given = np.empty(())
    if given.ndim == 0:
        raise InputError(f"directed={shown(directed)} is not understood; pass True or False.")
    if given.ndim > 1 or given.dtype.kind != "b":
        raise InputError(
            f"directed has {given.size:,} values of type {given.dtype}; pass True, False, or one of them per "
            "row."
        )
    return ~given


def check_length(both: np.ndarray | None, n_rows: int) -> None:
    """Refuse truth values that are not as many as the rows."""
    if both is not None and both.size != n_rows:
        raise InputError(
            f"directed has {both.size:,} values for {n_rows:,} rows; pass True, False, or one of them per "
            "row."
        )


def lay_out(rows: list[np.ndarray], by_row: bool, directed: bool, origin: str) -> list[np.ndarray]:
    """Add the way back to the rows that count both ways.

    Parameters
    ----------
    rows
        The two ends of all rows, further values (perhaps none) of each, and with `by_row` which rows count
        both ways: then no way back is added that is listed as such a row already.
    by_row
        Whether rows differ.
    directed
        Otherwise, whether all count one way.
    origin
        Where they came from, for a warning.
    """
    if not by_row and directed:
        return rows
    if by_row:
        *rows, both = rows
        back = _without_way_back(rows[0], rows[1], np.flatnonzero(both))
    else:
        back = np.arange(rows[0].size)
        if rows[2].size:
            _warn_of_twice(rows[0], rows[1], origin)
    tails, heads, *rest = rows
    ends = [np.concatenate([tails, heads[back]]), np.concatenate([heads, tails[back]])]
    return ends + [np.concatenate([part, part[back]]) if part.size else part for part in rest]


def _without_way_back(tails: np.ndarray, heads: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return those of some rows whose way back is none of them."""
    n = 1 + max(int(tails.max(initial=0)), int(heads.max(initial=0)))
    forth = tails[places].astype(np.int64) * n + heads[places]
    back = heads[places].astype(np.int64) * n + tails[places]
    missing: np.ndarray = places[~np.isin(back, forth)]
    return missing


def _warn_of_twice(tails: np.ndarray, heads: np.ndarray, origin: str) -> None:
    """Warn where every edge is listed both ways, so that counting each row both ways counts it twice."""
    if tails.size < 2 or not bool(((tails == heads[0]) & (heads == tails[0])).any()):
        return
    if _without_way_back(tails, heads, np.arange(tails.size)).size == 0:
        assume(
            f"every edge of {origin!r} is listed both ways, so with directed=False each counts twice; leave "
            "that out, as every row is one way already."
        )
