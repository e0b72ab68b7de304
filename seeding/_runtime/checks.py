"""Checks of the numbers that callers give: one rule for each kind, and a sentence that names the argument.

Numbers may be those of Python, NumPy, `decimal` and `fractions`. Truth values, texts, dates, complex and
missing values are none, and neither is what a float cannot hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeGuard

from seeding.errors import InputError, shown

if TYPE_CHECKING:
    import numpy as np

# Products and squares of a few numbers within these bounds stay within what floats hold.
LEAST, LARGEST = 1e-100, 1e100
# Indices and counts are kept in 64 bits.
MOST_WHOLE = (1 << 62) - 1


def as_number(value: object) -> float | None:
    """Return a finite real number as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal) or _is_duration(value):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):  # too large for a float; a signalling NaN
        return None
    return number if math.isfinite(number) else None


def as_whole(value: object) -> int | None:
    """Return a whole number as an int; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, Integral) or _is_duration(value):
        return None
    return int(value)


def _is_duration(value: object) -> bool:
    """Tell a duration of NumPy, which passes for an integer there."""
    return type(value).__name__ == "timedelta64"


def is_one_of(value: object, allowed: Iterable[str]) -> bool:
    """Tell whether a value is one of some words."""
    return isinstance(value, str) and value in allowed


def is_listed(value: object) -> TypeGuard[Iterable[Any]]:
    """Tell what holds values one after the other, a text excepted; an array of no dimension holds none."""
    return (
        isinstance(value, Iterable) and not isinstance(value, str | bytes) and getattr(value, "ndim", 1) != 0
    )


def as_floats(values: Any) -> np.ndarray | None:
    """Return numbers as float64, a copy; None where one is no number, or too large for a float."""
    import numpy as np

    try:
        array = np.asarray(values)
    except ValueError:
        return None
    if array.dtype.kind not in "biufO":
        return None
    if array.dtype.kind == "O" and any(isinstance(value, complex) for value in array.ravel()):
        return None
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None


def share(name: str, value: object) -> float:
    """Return a number above 0 and below 1, of which a proof can be made: not nearer to 0 than 1e-100.

    Raises
    ------
    InputError
        If it is not; names the argument.
    """
    number = as_number(value)
    if number is None or not 0 < number < 1:
        raise InputError(f"{name}={shown(value)} is out of range; give a number above 0 and below 1.")
    if number < LEAST:
        raise InputError(f"{name}={shown(value)} is too small to reckon with; give {LEAST:g} or more.")
    return number


def whole(name: str, value: object, least: int, most: int = MOST_WHOLE) -> int:
    """Return a whole number from `least` to `most`.

    Raises
    ------
    InputError
        If it is not; names the argument.
    """
    number = as_whole(value)
    if number is None or number < least:
        raise InputError(f"{name}={shown(value)} is not a whole number of {least} or more.")
    if number > most:
        raise InputError(f"{name}={shown(value)} is too large; give at most {most:,}.")
    return number


def is_weight(number: float) -> bool:
    """Tell whether a weight or a factor is 0, or neither too small nor too large to be multiplied."""
    return number == 0 or LEAST <= number <= LARGEST
