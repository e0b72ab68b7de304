"""Numbers as messages and reports write them: one way for each kind, so that what is printed is true."""

from __future__ import annotations

import math

# A bound that is a whole number but for so little is that number.
_NOISE = 1e-12


def tenths(value: float) -> str:
    """Write a mean of heads or of what they weigh; never minus nought.

    Nobody is reached by tenths: from 100 on there are no decimals. Below 100 there is one, as the mean of
    few is more than its whole part; below 1 there are two.
    """
    return fixed(value, _decimals(value))


def at_least(value: float) -> str:
    """Write a lower bound as `tenths` does, but never above what it is."""
    scale = 10 ** _decimals(value)
    return tenths(math.floor(value * scale * (1 + _NOISE)) / scale)


def at_most(value: float) -> str:
    """Write an upper bound as `tenths` does, but never below what it is."""
    scale = 10 ** _decimals(value)
    return tenths(math.ceil(value * scale * (1 - _NOISE)) / scale)


def _decimals(value: float) -> int:
    size = abs(float(value))
    return 0 if size >= 99.95 else 1 if size >= 0.995 or size == 0 else 2


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
