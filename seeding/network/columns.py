"""Columns of what a user knows of people or arcs, read as numbers within a range."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from seeding._runtime import numerals
from seeding._runtime.numerals import Cell
from seeding.errors import InputError


def numbers(
    column: pd.Series,
    what: str,
    who: Callable[[int], str],
    *,
    most: float = np.inf,
    needed: np.ndarray | None = None,
    absent: float | None = None,
) -> np.ndarray:
    """Return a column as float64 numbers from 0 to `most`.

    Texts are read as `seeding._runtime.numerals` says: a file may write ``1.2M``, ``40%`` or more digits than
    its reader trusts.

    Parameters
    ----------
    column
        The values.
    what
        What they are, for messages.
    who
        Names the person or arc of a row, for messages.
    most
        The largest number allowed.
    needed
        Which rows matter (all, if None); in the others any value is let through, and 0 where there is none.
    absent
        The number of those who have none; None refuses them.

    Raises
    ------
    InputError
        If a row that matters has no such number; says whose it is.
    """
    missing = column.isna().to_numpy(dtype=np.bool_)
    values = _as_floats(column, missing, what, who, most, needed)
    if absent is not None:
        values[missing] = absent
    with np.errstate(invalid="ignore"):
        wrong = ~((values >= 0) & (values <= most) & np.isfinite(values))
    if needed is not None:
        values[wrong & ~needed & np.isnan(values)] = 0.0
        wrong &= needed
    if wrong.any():
        row = int(np.argmax(wrong))
        given = f"no {what}" if missing[row] else f"the {what} {_plain(column.iloc[row])!r}"
        where = _where(column.iloc[row])
        raise InputError(
            f"{who(row)}{where} has {given}; it must be {_rule(most)} ({int(wrong.sum()):,} are not)."
        )
    return values


def _rule(most: float) -> str:
    return "a number of 0 or more" if most == np.inf else f"a number from 0 to {most:g}"


def _where(value: object) -> str:
    """Say where a value stood in its file, if that is known."""
    return f" ({value.place})" if isinstance(value, Cell) else ""


def _as_floats(
    column: pd.Series,
    missing: np.ndarray,
    what: str,
    who: Callable[[int], str],
    most: float,
    needed: np.ndarray | None,
) -> np.ndarray:
    """Turn a column into numbers of our own; NaN where a value is missing or is none."""
    if column.dtype.kind in "iufb" and not missing.any():
        return column.to_numpy(dtype=np.float64, copy=True)
    if column.dtype.kind in "iufb":
        return column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    values = column.to_numpy(dtype=object, na_value=np.nan)
    try:
        return np.array(numerals.read_floats(values, most, needed=needed), dtype=np.float64)
    except numerals.Misread as wrong:
        value = values[wrong.row]
        given = f"{who(wrong.row)}{_where(value)} has the {what} {numerals.shown(value)}"
        if wrong.reason == "ambiguous":
            raise InputError(
                f"{given}, which {wrong.words}; pass decimal='.' or decimal=',' where the table is read, or "
                "numbers instead of texts."
            ) from None
        raise InputError(f"{given}; it must be {_rule(most)} ({wrong.words}).") from None


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
