"""Columns of what a user knows of people or arcs, read as numbers within a range."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

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

    Texts that are numbers count as numbers, since a file may write more digits than its reader trusts.

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
    values = _as_floats(column, missing)
    if absent is not None:
        values[missing] = absent
    with np.errstate(invalid="ignore"):
        wrong = ~((values >= 0) & (values <= most) & np.isfinite(values))
    if needed is not None:
        values[wrong & ~needed & np.isnan(values)] = 0.0
        wrong &= needed
    if wrong.any():
        row = int(np.argmax(wrong))
        rule = "a number of 0 or more" if most == np.inf else f"a number from 0 to {most:g}"
        given = f"no {what}" if missing[row] else f"the {what} {_plain(column.iloc[row])!r}"
        raise InputError(f"{who(row)} has {given}; it must be {rule} ({int(wrong.sum()):,} are not).")
    return values


def _as_floats(column: pd.Series, missing: np.ndarray) -> np.ndarray:
    """Turn a column into numbers of our own; NaN where a value is missing or is none."""
    if column.dtype.kind in "iufb" and not missing.any():
        return column.to_numpy(dtype=np.float64, copy=True)
    if column.dtype.kind in "iufb":
        return column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    return np.array([np.nan if gone else _float(value) for value, gone in zip(column, missing, strict=True)])


def _float(value: object) -> float:
    try:
        return np.nan if isinstance(value, str) and "_" in value else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
