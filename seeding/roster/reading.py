"""Columns of a roster: who, for how much, and how likely they accept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pandas as pd

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding.errors import InputError, listing
from seeding.network import labels as label_tools
from seeding.roster import acceptance, money
from seeding.roster.acceptance import PayOn

CANDIDATE_NAMES = ("candidate", "node", "label", "handle", "creator", "id")


COST_NAMES = ("cost", "price", "fee")


# Columns that say what a creator may answer; each has one usual name.
ASKING_NAMES = ("accept", "offer", "pay_on", "effect")


def _asking(
    names: dict[str, str | None], frame: pd.DataFrame, labels: np.ndarray
) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Read what a table says of invitations; returns that, and the table without these columns."""
    found: dict[str, np.ndarray] = {}
    read = []
    for what, name in names.items():
        present = what in frame.columns
        if what == "pay_on" and name in get_args(PayOn):
            if present:
                raise InputError(
                    f"pay_on={name!r} is given, but the roster has a column 'pay_on' as well; leave one out."
                )
            found[what] = np.full(len(frame), name, dtype=object)
            continue
        if name is None and not present:
            continue
        column = _column(frame, name, (what,), what)
        found[what] = acceptance.READERS[what](frame[column].tolist(), labels)
        read.append(column)
    return found, frame.drop(columns=read)


def _flat_index(mapping: Mapping[Any, Any]) -> pd.Index:
    return label_tools.make_index(label_tools.object_array(mapping, "roster"))


def _column(frame: pd.DataFrame, name: str | None, usual: tuple[str, ...], what: str) -> str:
    if name is None:
        name = next((known for known in usual if known in frame.columns), None)
        if name is None:
            raise InputError(
                f"the roster has no {what} column; its columns are {listing(frame.columns, 12)}: call one "
                f"of them {usual[0]!r} or pass {what}=."
            )
    elif name not in frame.columns:
        raise InputError(f"the roster has no column {name!r}; its columns are {listing(frame.columns, 12)}.")
    return name


def _text_amounts(values: Any, labels: np.ndarray) -> dict[int, Decimal]:
    """Read the costs that are texts, together, as the column they are; returns them by row."""
    rows = [row for row, value in enumerate(values) if isinstance(value, str) and trim(value)]
    try:
        amounts = numerals.read_column([values[row] for row in rows], numerals.MONEY)
    except numerals.Misread as wrong:
        row = rows[wrong.row]
        if wrong.reason == "negative":
            return {}
        given = f"cost of {label_tools.quoted(labels[row])} (row {row}) {numerals.shown(values[row])}"
        if wrong.reason == "ambiguous":
            raise InputError(f"{given} {wrong.words}; pass numbers instead of texts.") from None
        raise InputError(
            f"{given} is not an amount of money ({wrong.words}); write it as a plain number such as 1250.50."
        ) from None
    return dict(zip(rows, amounts, strict=True))


def _amounts(values: Any, labels: np.ndarray) -> list[Decimal]:
    amounts, wrong = [], []
    texts = _text_amounts(values, labels)
    for row, value in enumerate(values):
        absent = (
            value is None or value == "" or (isinstance(value, float) and np.isnan(value)) or value is pd.NA
        )
        if absent:
            wrong.append((row, "no cost"))
            continue
        whose = f"cost of {label_tools.quoted(labels[row])} (row {row})"
        amount = texts[row] if row in texts else money.to_decimal(value, whose)
        if amount < 0:
            wrong.append((row, f"a negative cost, {amount}"))
        amounts.append(amount)
    if wrong:
        row, why = wrong[0]
        rows = listing([at for at, _ in wrong])
        raise InputError(
            f"{label_tools.quoted(labels[row])} (row {row}) has {why}; every candidate needs a cost of 0 or "
            f"more (rows {rows})."
        )
    return amounts
