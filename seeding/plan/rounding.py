"""Numbers of a CSV with the digits that mean something: up to the second significant one of their error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pandas as pd

# A 95 % interval is so many standard errors wide.
_WIDTH = 2 * 1.959963984540054
# A float holds no more decimals of 1; what is known better is written in full.
_MOST = 15

# How many decimals a number is written with; negative ones round tens and hundreds; None leaves it as it is.
Decimals = int | None


def decimals_of(error: float) -> Decimals:
    """Return the decimals that end at the second significant digit of an error; None where there is none."""
    if not (math.isfinite(error) and error > 0):
        return None
    decimals = 1 - math.floor(math.log10(error))
    return decimals if decimals <= _MOST else None


def decimals_of_intervals(low: Iterable[float], high: Iterable[float]) -> list[Decimals]:
    """Return them from 95 % intervals, whose width is 3.92 standard errors."""
    return [decimals_of((float(b) - float(a)) / _WIDTH) for a, b in zip(low, high, strict=True)]


def at_least_two(values: Iterable[float], decimals: Sequence[Decimals]) -> list[Decimals]:
    """Allow more decimals where a number is small against the error, so that two digits of it stay."""
    return [
        None if here is None else max(here, _decimals_of_digits(float(value), 2))
        for value, here in zip(values, decimals, strict=True)
    ]


def of_quotients(
    quotients: Iterable[float], divisors: Iterable[float], decimals: Sequence[Decimals]
) -> list[Decimals]:
    """Return the decimals of amounts over estimates: as many significant digits as these have."""
    found: list[Decimals] = []
    for quotient, divisor, here in zip(quotients, divisors, decimals, strict=True):
        usable = here is not None and math.isfinite(divisor) and divisor != 0
        digits = here + math.floor(math.log10(abs(divisor))) + 1 if usable and here is not None else None
        found.append(None if digits is None else _decimals_of_digits(float(quotient), max(digits, 2)))
    return found


def round_columns(frame: pd.DataFrame, names: Iterable[str], decimals: Sequence[Decimals]) -> None:
    """Round columns of a table in place, row by row; what is missing or infinite stays."""
    for name in names:
        values = [_rounded(value, here) for value, here in zip(frame[name].tolist(), decimals, strict=True)]
        frame[name] = pd.Series(values, dtype=object, index=frame.index)


def _decimals_of_digits(value: float, digits: int) -> int:
    usable = math.isfinite(value) and value != 0
    return min(digits - 1 - math.floor(math.log10(abs(value))), _MOST) if usable else 0


def _rounded(value: float | None, decimals: Decimals) -> float | Decimal | None:
    if value is None or decimals is None or not math.isfinite(value):
        return value
    text = f"{round(float(value), decimals):.{max(decimals, 0)}f}"
    return Decimal(text.lstrip("-") if float(text) == 0 else text)
