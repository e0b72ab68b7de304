"""The tables of a page: columns with the words of their heads, and cells with what they sort by."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime.wording import fixed
from seeding.network.labels import plain
from seeding.plan.plan import Plan

# The heads of a plan's own columns, and the decimals of each.
_OWN: dict[str, tuple[str, int]] = {
    "rank": ("Rank", 0),
    "cost": ("Cost", 2),
    "cumulative_cost": ("Paid so far", 2),
    "marginal_reach": ("Adds", 1),
    "cumulative_reach": ("Reached so far", 1),
    "reach_low": ("Low (95 %)", 1),
    "reach_high": ("High (95 %)", 1),
    "marginal_cost": ("Cost per person added", 2),
    "offer": ("Offer", 0),
    "accept": ("Accepts", 3),
    "expected_cost": ("Expected cost", 2),
}


# These stand behind the roster's own columns.
_LAST = ("cumulative_cost", "cumulative_reach", "reach_low", "reach_high")


@dataclass(frozen=True)
class Column:
    """A column: its name, the words of its head, and its decimals; None for text."""

    name: str
    words: str
    digits: int | None


@dataclass(frozen=True)
class Cell:
    """A cell: its words, its kind (number, label or text), and what it sorts by where not by its words."""

    words: str
    kind: str = "text"
    value: str = ""


def number(value: Any, digits: int) -> Cell:
    """Return the cell of a number; one that is missing has a dash."""
    if value is None or not np.isfinite(float(value)):
        return Cell("–", "number")
    return Cell(fixed(float(value), digits), "number")


def label(value: object) -> Cell:
    """Return the cell of a label, which is text whatever it looks like."""
    return Cell("" if value is None else str(value), "label")


def text(value: object) -> Cell:
    """Return the cell of other text; empty where it is missing."""
    missing = value is None or (isinstance(value, float) and np.isnan(value))
    return Cell("" if missing else str(value))


def columns_of(plan: Plan) -> list[Column]:
    """Return the columns of the seeds: who and how much, the roster's own, then what is less asked for."""
    own = [name for name in ("rank", "candidate", *plan.table.columns) if name in plan.seeds]
    if plan.is_free:
        own = [name for name in own if name not in ("cost", "cumulative_cost")]
    further = [name for name in plan.seeds.columns if name not in ("rank", "candidate", *plan.table.columns)]
    first = [name for name in own if name not in _LAST]
    last = [name for name in own if name in _LAST]
    return [_column(plan, name) for name in (*first, *further, *last)]


def _column(plan: Plan, name: str) -> Column:
    """Return one column with its head and its decimals."""
    if name == "candidate":
        return Column(name, "Who", None)
    numeric = _is_numeric(plan.seeds[name])
    words, digits = _OWN.get(name, (str(name), _decimals(plan.seeds[name]) if numeric else 0))
    return Column(str(name), words, digits if numeric else None)


def rows_of(frame: pd.DataFrame, columns: list[Column]) -> list[list[Cell]]:
    """Return the cells of a table."""
    return [[_cell(row[column.name], column) for column in columns] for row in frame.to_dict("records")]


def values_of(frame: pd.DataFrame, columns: list[Column]) -> list[dict[str, Any]]:
    """Return the same table as plain values; what is missing is None, and labels are text."""
    rows = frame.to_dict("records")
    return [{column.name: _value(row[column.name], column) for column in columns} for row in rows]


def _cell(value: Any, column: Column) -> Cell:
    if column.digits is not None:
        return number(None if pd.isna(value) else value, column.digits)
    return label(plain([value])[0]) if column.name == "candidate" else text(value)


def _value(value: Any, column: Column) -> Any:
    if column.digits is not None:
        return float(value) if pd.notna(value) and np.isfinite(value) else None
    return _cell(value, column).words


def _is_numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _decimals(column: pd.Series) -> int:
    """Return the decimals that a column of the roster has, four at most."""
    values = [float(one) for one in column if isinstance(one, Real) and np.isfinite(float(one))]
    return next((digits for digits in range(4) if all(round(one, digits) == one for one in values)), 4)
