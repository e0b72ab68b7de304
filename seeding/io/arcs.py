"""Reading the rows of arcs of a table, from text or from Parquet."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime import memory
from seeding.errors import InputError, assume, listing
from seeding.io import columns as convert
from seeding.io.choose import Columns, Name, choose_ends, find_alias, find_column
from seeding.io.formats import refuse_lists
from seeding.io.parquet import LongTable
from seeding.io.tables import Table
from seeding.network import arcs as arc_tools
from seeding.network import undirected_rows as two_way
from seeding.network.arc_ends import Ends
from seeding.network.building import PROBABILITY_NAMES, Probability
from seeding.network.column_kinds import A_SAMPLE, look_at
from seeding.network.label_joining import harmonise
from seeding.network.labels import Column, as_column, distinct, written_out
from seeding.network.probabilities import RULES, check_array

# Bytes that somebody takes who is only counted: a label and its index, a weight, and two offsets.
_PERSON = 56


@dataclass(frozen=True)
class Arcs:
    """The rows of a file.

    Attributes
    ----------
    source, target
        The labels of both ends.
    probability, probability_name
        What `Network.from_edges` takes.
    follows
        Whether the names of the columns say that source follows target.
    people
        The labels that a counts line ``n m`` promises; None without one.
    columns
        The further columns that were asked for, by name.
    ends
        The names of the columns of both ends.
    two_way
        bool, the rows that a column says are undirected; None where no column says it.
    """

    source: Column
    target: Column
    probability: Probability
    probability_name: str | None
    follows: bool
    people: np.ndarray | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    ends: tuple[str, str] = ("source", "target")
    two_way: np.ndarray | None = None


def arcs_of_long_table(
    table: LongTable,
    source: Name | None,
    target: Name | None,
    probability: Probability,
    further: arc_tools.Chosen = None,
    ways: bool = True,
) -> Arcs:
    """Read arcs from a Parquet file; see `read_network` and `arcs_of_table`."""
    columns = Columns(os.fspath(table.path), table.names)
    ends = choose_ends(columns, source, target, lambda place: look_at(table.column(place), A_SAMPLE))
    place = _probability_column(columns, probability, ends[:2])
    name = None
    if place is not None:
        name = f"column {columns.names[place]!r}"
        probability = check_array(written_out(table.column(place)), name)
    labels = [as_column(table.column(end), columns.names[end]) for end in ends[:2]]
    texts = [distinct(label) for label in labels]
    if any(part.dtype == object for part in texts):
        names = (columns.names[end] for end in ends[:2])
        refuse_lists(zip(names, [list(map(str, part)) for part in texts], strict=True), columns.path)
    tails, heads = harmonise(labels)
    places = _further(columns, further, ends, place)
    kept = {columns.names[at]: table.column(at) for at in places}
    others = {at: known for at, known in enumerate(columns.names) if ways and at not in (*ends[:2], place)}
    both = two_way.find(others, table.column, repr(columns.path), table.n_rows, by_name=True)
    said = columns.names[ends.source], columns.names[ends.target]
    return Arcs(tails, heads, probability, name, ends.follows, columns=kept, ends=said, two_way=both)


def arcs_of_table(
    table: Table,
    source: Name | None,
    target: Name | None,
    probability: Probability,
    decimal: str | None,
    further: arc_tools.Chosen = None,
    ways: bool = True,
) -> Arcs:
    """Read arcs from a text table; see `read_network`. With `ways`, a column may say rows are undirected."""
    whole = table.integers is not None
    ends = choose_ends(
        table.columns, source, target, lambda place: look_at(table.column(place), A_SAMPLE), whole
    )
    _refuse_lists(table, ends)
    place = _probability_column(table.columns, probability, ends[:2])
    name = None
    if place is None and probability is None:
        _refuse_split_decimals(table, decimal)
    if place is not None:
        name = f"column {table.names[place]!r}" if table.has_header else f"column {place + 1}"
        if probability is None and not table.has_header:
            probability = _third_column(table, place, decimal)
        else:
            probability = convert.numbers(table, place, "probability", decimal, most=1.0)
    labels = convert.read_labels(table, [ends.source, ends.target], "source or target")
    people = _counted(table, labels)
    places = _further(table.columns, further, ends, place)
    kept = {table.names[at]: _typed(table, at, decimal) for at in places}
    others = {at: known for at, known in enumerate(table.names) if ways and at not in (*ends[:2], place)}
    both = two_way.find(others, table.column, repr(table.path), len(table), line=table.line)
    said = table.names[ends.source], table.names[ends.target]
    return Arcs(labels[0], labels[1], probability, name, ends.follows, people, kept, said, both)


def _refuse_lists(table: Table, ends: Ends) -> None:
    """Refuse cells of labels that each hold a list of them."""
    if table.integers is None and table.may_hold_lists():
        columns = [(table.names[end], list(dict.fromkeys(table.cells[end]))) for end in ends[:2]]
        refuse_lists(columns, table.path)


def _further(columns: Columns, further: arc_tools.Chosen, ends: Ends, probability: int | None) -> list[int]:
    """Find the further columns that were asked for."""
    used = [columns.names[at] for at in (*ends[:2], probability) if at is not None]
    names = arc_tools.choose(further, list(columns.names), used, repr(columns.path))
    return [find_column(columns, name, "columns") for name in names]


def _typed(table: Table, place: int, decimal: str | None) -> pd.Series:
    """Give a further column the type its texts have; empty cells are missing."""
    column = convert.further(table, place, decimal)
    if column.dtype != object:
        return column
    cells = column.to_numpy()
    doubtful = decimal is None and convert.could_be_thousands([text for text in cells if text], ".")
    values = None if doubtful else convert.floats(cells, decimal or ".")
    return convert.placed(table, column.where(cells != "", None)) if values is None else values


def _probability_column(columns: Columns, probability: Probability, ends: tuple[int, ...]) -> int | None:
    """Find the column that holds the probabilities; None if they are a number, a rule or not given."""
    if isinstance(probability, str):
        if probability in RULES and probability not in columns.names:
            return None
        if probability not in columns.names:
            raise InputError(
                f"probability={probability!r} is neither a column of {columns.path!r} "
                f"({listing(columns.names, 12)}) nor a rule ({listing(sorted(set(RULES.values())))})."
            )
        return find_column(columns, probability, "probability")
    if probability is not None:
        return None
    if columns.named:
        return find_alias(columns, (*PROBABILITY_NAMES, "prob"))
    return 2 if len(columns.names) == 3 and set(ends) == {0, 1} else None


def _third_column(table: Table, place: int, decimal: str | None) -> np.ndarray:
    """Read the third column of a table without a header, if it can only be the probabilities."""
    try:
        values = convert.numbers(table, place, "third column", decimal, most=1.0)
    except InputError as error:
        raise InputError(
            f"{str(error).rstrip('.')} to be a probability; pass probability= a number or a rule to read the "
            "arcs without that column."
        ) from None
    if np.isin(values, (0.0, 1.0)).all():
        assume(
            f"the third column of {table.path!r} is taken as the probability although it holds only 0 and 1; "
            "pass probability= a number or a rule if it is something else."
        )
    return values


def _refuse_split_decimals(table: Table, decimal: str | None) -> None:
    """Refuse rows such as ``a,b,0,25``, in which a decimal comma was taken for a separator."""
    if table.separator != "," or table.has_header or len(table.names) != 4 or decimal == ".":
        return
    if set(table.cells[2]) <= {"0", "1"} and all(map(str.isdecimal, table.cells[3])):
        raise InputError(
            f"line {table.line(0)} of {table.path!r} may have a decimal comma between columns that commas "
            "separate; write decimal points, or separate columns by ';', or pass probability= or decimal='.'."
        )


def _counted(table: Table, labels: list[np.ndarray]) -> np.ndarray | None:
    """Return the labels 0 … n − 1 (or 1 … n) that a counts line promises, if the arcs keep to them."""
    whole = all(part.dtype.kind == "i" for part in labels)
    low, high = (int(np.min(labels)), int(np.max(labels))) if whole else (0, 0)
    if table.counts is None:
        if whole and not table.has_header and len(table.names) == 2:
            _suspect_counts(table, labels)
        return None
    n, m = table.counts
    if len(table) not in (m, 2 * m):
        _assume(
            table, f"counts {m:,} arcs where {len(table):,} rows follow; all rows were read, none was added"
        )
    if whole and n <= 2**31:
        memory.demand(_PERSON * n, f"line {table.line(-1)} of {table.path!r} counts {n:,} nodes, which")
        for first in (0, 1):
            if first <= low and high < first + n:
                return np.arange(first, first + n, dtype=np.int64)
    _assume(
        table, f"counts {n:,} nodes, but the labels are not 0 to {n - 1:,}; only those in the arcs are read"
    )
    return None


def _suspect_counts(table: Table, labels: list[np.ndarray]) -> None:
    """Warn if the first of the rows looks like a counts line that does not fit."""
    n, m = int(labels[0][0]), int(labels[1][0])
    rest = [part[1:] for part in labels]
    if rest[0].size and min(n, m) > max(int(part.max()) for part in rest) and abs(m - rest[0].size) < m // 2:
        _assume(
            table,
            f"({n} {m}) is read as an arc; pass header='counts' if it counts nodes and arcs",
            line=table.line(0),
        )


def _assume(table: Table, what: str, line: int | None = None) -> None:
    line = line or table.line(-1)
    assume(f"line {line} of {table.path!r} {what}.")
