"""Numbers as messages and reports write them: one way for each kind, so that what is printed is true."""

from __future__ import annotations

import math


def tenths(value: float) -> str:
    """Write a mean with one decimal; never minus nought."""
    return fixed(value, 1)


def fixed(value: float, decimals: int) -> str:
    """Write a number with so many decimals and commas between thousands; never minus nought."""
    return f"{round(float(value), decimals) + 0.0:,.{decimals}f}"


def money_words(value: float) -> str:
    """Write an amount that is an average: two decimals, or three digits where it is small."""
    return fixed(value, 2) if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def heads(value: float) -> str:
    """Write how many people, which is a whole number where everybody counts as 1."""
    return fixed(value, 0 if float(value).is_integer() else 1)


def percent(share: float) -> str:
    """Write a share as a whole percentage, but 0 % and 100 % only where it is exactly that."""
    if 0 < share < 0.005:
        return "less than 1%"
    return f"{min(math.floor(share * 100 + 0.5), 99) if share < 1 else round(share * 100):.0f}%"
