"""Reading a table of people: who is there even without arcs, and what each is worth."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from seeding._runtime import numerals
from seeding._runtime.files import PathLike, suffix_of
from seeding.errors import InputError, listing
from seeding.io import columns as convert
from seeding.io.choose import LABEL_NAMES, Columns, Name, find_alias, find_column
from seeding.io.parquet import PARQUET_SUFFIXES, read_parquet
from seeding.io.tables import Table, read_table
from seeding.io.workbooks import is_workbook
from seeding.network import label_column
from seeding.network.building import Weights
from seeding.network.column_names import normal_name
from seeding.network.label_column import Named, PeopleTable
from seeding.network.labels import as_labels, make_index, plain
from seeding.network.people import NODE_NAMES, further_columns

Nodes: TypeAlias = "PathLike | pd.DataFrame | Sequence[Any] | np.ndarray | pd.Series | pd.Index | None"

# What a table that is no file is called in messages.
_A_FRAME = "the node table"


@dataclass(frozen=True)
class People:
    """The people of a node table.

    Attributes
    ----------
    labels
        Their labels; None if no table was given.
    worth
        What each is worth, where a column of the table says so.
    weights
        What the caller gave as weights instead: values, or the name of a node attribute.
    columns
        Every column of the table besides the labels, in the same order; None if there is none.
    from_table
        Whether there is a table, and not just a list of labels.
    """

    labels: np.ndarray | None = None
    worth: np.ndarray | None = None
    weights: str | Weights = None
    columns: pd.DataFrame | None = None
    from_table: bool = True

    def weights_by(self, labels: np.ndarray | None) -> str | Weights:
        """Return the weights, those of the table by `labels`: its own as the network writes them."""
        if self.worth is None or labels is None:
            return self.weights
        return pd.Series(self.worth, index=make_index(labels))


def read_people(
    nodes: Nodes,
    node: Name | None,
    weights: str | Weights,
    *,
    separator: str | None,
    decimal: str | None,
    named: Named | None = None,
) -> People:
    """Read a node table given as a path, a DataFrame or a list of labels.

    Parameters
    ----------
    nodes
        The table, or None.
    node
        Its label column; None takes the one whose values the arcs name: see `seeding.network.label_column`.
    weights
        The name of its column of weights; anything else is handed on.
    separator, decimal
        As in `read_network`.
    named
        The labels that the arcs name.

    Raises
    ------
    InputError
        If a column is missing, or several could be the labels, a label is missing or occurs twice, or a
        weight is missing or negative; names the row.
    """
    if nodes is None:
        return People(weights=weights)
    if isinstance(nodes, (str, os.PathLike)):
        if suffix_of(nodes) not in PARQUET_SUFFIXES:
            # The signs are those of the arcs; a workbook has none.
            separator, decimal = (None, None) if is_workbook(nodes) else (separator, decimal)
            return _from_text(nodes, node, weights, separator, decimal, named)
        return _from_frame(read_parquet(nodes), os.fspath(nodes), node, weights, named)
    if isinstance(nodes, pd.DataFrame):
        return _from_frame(nodes, _A_FRAME, node, weights, named)
    if node is not None:
        raise InputError(f"node={node!r} names a column, but nodes= is a plain list; leave it out.")
    if isinstance(weights, str):
        raise InputError(f"weights={weights!r} names a column, but nodes= is a plain list; pass a table.")
    return People(as_labels(nodes, "nodes"), None, weights, from_table=False)


def _from_text(
    path: PathLike,
    node: Name | None,
    weights: str | Weights,
    separator: str | None,
    decimal: str | None,
    named: Named | None,
) -> People:
    names = {normal_name(name) for name in (node, weights) if isinstance(name, str)}
    table = read_table(path, separator=separator, known=LABEL_NAMES | names)
    where = _label_column(table.columns, node, repr(table.path), table.column, named)
    labels = convert.read_labels(table, [where], "label")[0]
    convert.refuse_repeated(table, labels, "node")
    further = _further_of_text(table, where, decimal)
    if not isinstance(weights, str):
        return People(labels, None, weights, further)
    place = find_column(table.columns, weights, "weights")
    return People(labels, convert.numbers(table, place, "weight", decimal), columns=further)


def _further_of_text(table: Table, where: int, decimal: str | None) -> pd.DataFrame | None:
    """Give the other columns of a table of texts the type they have; empty cells are missing."""
    named = {}
    for place, name in enumerate(table.columns.names):
        nameless = name == "" and not any(cell.strip() for cell in table.cells[place])
        if place == where or nameless:
            continue
        if name in named:
            raise InputError(
                f"{table.path!r} has more than one column called {name!r}; give each its own name."
            )
        column = convert.further(table, place, decimal)
        column = column.where(column != "", None) if column.dtype == object else column
        named[name] = convert.placed(table, column)
    return pd.DataFrame(named) if named else None


def _from_frame(
    frame: pd.DataFrame, path: str, node: Name | None, weights: str | Weights, named: Named | None
) -> People:
    columns = Columns(path, [str(name) for name in frame.columns])
    if not columns.names:
        raise InputError(f"{path} has no columns; give one of labels.")
    said = path if path == _A_FRAME else repr(path)
    where = _label_column(columns, node, said, lambda place: frame.iloc[:, place], named)
    labels = as_labels(frame.iloc[:, where].to_numpy(), "nodes")
    further = further_columns(frame, where)
    if not isinstance(weights, str):
        return People(labels, None, weights, further)
    cells = frame.iloc[:, find_column(columns, weights, "weights")]
    try:
        worth = np.array(
            numerals.read_floats(cells.to_numpy(dtype=object, na_value=np.nan)), dtype=np.float64
        )
        wrong, words = np.flatnonzero(~(np.isfinite(worth) & (worth >= 0))), ""
    except numerals.Misread as misread:
        wrong, words = np.array([misread.row]), f" ({misread.words})"
    if wrong.size:
        row = int(wrong[0])
        raise InputError(
            f"row {row} of {path} has the weight {plain([cells.iloc[row]])[0]!r}{words}; every weight must "
            f"be a number of 0 or more (rows {listing(wrong.tolist())} have none)."
        )
    return People(labels, worth, columns=further)


def _label_column(
    columns: Columns,
    node: Name | None,
    where: str,
    column: Callable[[int], Any],
    named: Named | None,
) -> int:
    if node is not None:
        return find_column(columns, node, "node")
    usual = [place for name in NODE_NAMES if (place := find_alias(columns, (name,))) is not None]
    return label_column.choose(PeopleTable(where, columns.names, column), usual, named)
