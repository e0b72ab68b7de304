"""Reading a roster from a file: candidates, what they cost, and whatever else the table says."""

from __future__ import annotations

import os
from typing import Any, get_args

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_one_of
from seeding._runtime.files import PathLike, suffix_of
from seeding._runtime.source import recorded
from seeding.errors import InputError, listing
from seeding.io import columns as convert
from seeding.io.amounts import read_amounts
from seeding.io.choose import LABEL_NAMES, Columns, Name, find_alias, find_column
from seeding.io.parquet import PARQUET_SUFFIXES, read_parquet
from seeding.io.sniff import Header
from seeding.io.tables import Table, read_table
from seeding.io.workbooks import refuse_layout
from seeding.network.column_names import normal_name
from seeding.roster.acceptance import PayOn
from seeding.roster.reading import CANDIDATE_NAMES, COST_NAMES
from seeding.roster.roster import Missing, Roster


@recorded("roster")
def read_roster(
    path: PathLike,
    *,
    candidate: Name | None = None,
    cost: Name | None = None,
    accept: Name | None = None,
    offer: Name | None = None,
    pay_on: Name | None = None,
    effect: Name | None = None,
    separator: str | None = None,
    header: Header = None,
    decimal: str | None = None,
    missing: Missing = "error",
) -> Roster:
    """Read a roster from a text table (``.csv``, ``.tsv``, …, or gzipped), ``.xlsx`` or ``.parquet`` file.

    Parameters
    ----------
    path
        The file.
    candidate, cost
        Names of the two columns, or their positions from 0. By default the usual names, as in
        `Roster.from_any` but in any case; in a table of two columns without a header, the two in order.
    accept, offer, effect
        Names or positions of the columns of `Roster.from_any` that say what a candidate may answer. By
        default the columns called so, in any case.
    pay_on
        ``"acceptance"`` or ``"invitation"`` for all, or the name or position of the column that says it.
    separator, header, decimal
        As in `read_network`. Amounts are kept exactly; thousands and a currency sign are understood where
        they can mean one thing only.
    missing
        As in `Roster.from_any`.

    Raises
    ------
    InputError
        If a column is missing, a cost is missing, negative or not an amount of money, or a candidate is
        missing or occurs twice (with a column of offers: twice with the same offer); names the line.
    """
    convert.check_decimal(decimal)
    if suffix_of(path) in PARQUET_SUFFIXES:
        asking = {"accept": accept, "offer": offer, "pay_on": pay_on, "effect": effect}
        return _from_frame(read_parquet(path), os.fspath(path), candidate, cost, asking, missing)
    refuse_layout(path, separator=separator, decimal=decimal)
    given = [name for name in (candidate, cost, accept, offer, effect) if isinstance(name, str)]
    given += [pay_on] if isinstance(pay_on, str) and pay_on not in get_args(PayOn) else []
    if header is None and any(not name.isdecimal() for name in given):
        header = True
    known = LABEL_NAMES.union(map(normal_name, given))
    table = read_table(path, separator=separator, header=header, known=known)
    who, price = _choose(table.columns, candidate, cost)
    labels = convert.read_labels(table, [who], "candidate")[0]
    places = _asking(table.columns, {"accept": accept, "offer": offer, "pay_on": pay_on, "effect": effect})
    if "offer" not in places:
        convert.refuse_repeated(table, labels, "candidate")
    amounts = np.empty(len(table), dtype=object)
    amounts[:] = read_amounts(table, price, "cost", decimal)
    names = _unique_names(table)
    data: dict[str, object] = {names[who]: labels, names[price]: amounts}
    for what, place in places.items():
        data[names[place]] = _read_asking(table, what, place, decimal)
    for place, name in enumerate(names):
        if name not in data and not _is_blank(table, place):
            data[name] = convert.further(table, place, decimal)
    named: dict[str, Any] = {what: names[place] for what, place in places.items()}
    named |= {"pay_on": pay_on} if is_one_of(pay_on, get_args(PayOn)) else {}
    frame = pd.DataFrame(data)
    return Roster.from_any(frame, candidate=names[who], cost=names[price], missing=missing, **named)


def _asking(columns: Columns, names: dict[str, Name | None]) -> dict[str, int]:
    """Find the columns that say what candidates may answer; those that are named must be there."""
    found = {}
    for what, name in names.items():
        usual = name is None or (what == "pay_on" and is_one_of(name, get_args(PayOn)))
        place = find_alias(columns, (what,)) if usual or name is None else find_column(columns, name, what)
        if place is not None:
            found[what] = place
    return found


def _read_asking(table: Table, what: str, place: int, decimal: str | None) -> Any:
    """Read one of these columns; `Roster.from_any` checks what the text says."""
    if what == "accept":
        return convert.numbers(table, place, what, decimal, most=1.0)
    if what == "effect":
        return convert.numbers(table, place, what, decimal)
    return table.cells[place]


def _choose(columns: Columns, candidate: Name | None, cost: Name | None) -> tuple[int, int]:
    found = []
    usual = ((candidate, CANDIDATE_NAMES, "candidate"), (cost, COST_NAMES, "cost"))
    for position, (name, names, what) in enumerate(usual):
        place = find_column(columns, name, what) if name is not None else find_alias(columns, names)
        if place is None and not columns.named and len(columns.names) == 2:
            place = position
        if place is None:
            present = listing(columns.names, 12) if columns.named else f"{len(columns.names)} without names"
            raise InputError(
                f"{columns.path!r} has no {what} column; its columns are {present}: call one of them "
                f"{what!r} or pass {what}=."
            )
        found.append(place)
    if found[0] == found[1]:
        raise InputError(f"candidate and cost are both column {columns.names[found[0]]!r}; give two columns.")
    return found[0], found[1]


def _unique_names(table: Table) -> list[str]:
    """Return a name for every column, so that none is lost when they become a DataFrame."""
    names = (
        table.names if table.has_header else ["candidate", "cost"] if len(table.names) == 2 else table.names
    )
    named = [name or f"column {place + 1}" for place, name in enumerate(names)]
    repeated = sorted({name for name in named if named.count(name) > 1})
    if repeated:
        raise InputError(
            f"{table.path!r} has several columns called {listing(repeated)}; give each its own name."
        )
    return named


def _is_blank(table: Table, place: int) -> bool:
    """Tell a column that has neither a name nor a value, as a separator at the end of lines makes."""
    return table.names[place] == "" and not any(cell.strip() for cell in table.cells[place])


def _from_frame(
    frame: pd.DataFrame,
    path: str,
    candidate: Name | None,
    cost: Name | None,
    asking: dict[str, Name | None],
    missing: Missing,
) -> Roster:
    names = frame.columns.tolist()
    columns = Columns(path, names)
    who, price = _choose(columns, candidate, cost)
    named: dict[str, Any] = {what: names[place] for what, place in _asking(columns, asking).items()}
    named |= {"pay_on": asking["pay_on"]} if is_one_of(asking["pay_on"], get_args(PayOn)) else {}
    return Roster.from_any(frame, candidate=names[who], cost=names[price], missing=missing, **named)
