"""Money as integers: costs are kept in minor units (cents), so that sums and budgets are exact."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Context, Decimal, InvalidOperation

import numpy as np

from seeding._runtime import numerals
from seeding.errors import InputError, shown

MOST_DECIMALS = 6
# Sums of costs must stay inside int64 with room to spare.
LARGEST_TOTAL = (1 << 62) - 1
# No amount has so many digits, nor its first one so far from the point.
_FARTHEST = 100
# Amounts with more digits before the point than this do not fit; refused before they can overflow.
_MOST_DIGITS = 19
_PLAIN = "write it as a plain number such as 1250.50"
# Arithmetic of our own, so that the caller's decimal context can never round money.
_EXACT = Context(prec=64, rounding=ROUND_FLOOR)


def to_decimal(amount: object, what: str = "amount") -> Decimal:
    """Read one amount of money exactly as it was written.

    Floats are read by their shortest text (``0.1`` is one tenth), never by their binary expansion; texts as
    `seeding._runtime.numerals` says, so that ``"25,000"`` and ``"1.2M"`` are amounts and ``"350.000"`` is
    refused.

    Raises
    ------
    InputError
        If `amount` is not a finite number.
    """
    if isinstance(amount, Decimal):
        value = amount
    elif isinstance(amount, (bool, np.bool_)):
        raise InputError(f"{what} {shown(amount)} is not an amount of money; write it as a number.")
    else:
        value = _from_text(amount, what) if isinstance(amount, str) else _from_number(amount, what)
    if not value.is_finite():
        raise InputError(f"{what} {shown(amount)} is not a finite amount of money; write it as a number.")
    if value and not (-_FARTHEST < value.adjusted() < _FARTHEST and len(value.as_tuple().digits) < _FARTHEST):
        raise InputError(f"{what} {shown(amount)} is no amount that anybody pays; use another unit of money.")
    return value if value else value.copy_abs()  # minus nought is nought


def _from_number(amount: object, what: str) -> Decimal:
    try:
        return Decimal(str(amount).strip())
    except InvalidOperation:
        raise InputError(f"{what} {amount!r} is not an amount of money; {_PLAIN}.") from None


def _from_text(text: str, what: str) -> Decimal:
    try:
        return numerals.read_one(text, numerals.MONEY)
    except numerals.Misread as wrong:
        if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
            return Decimal(text.strip())
        if wrong.reason == "ambiguous":
            raise InputError(f"{what} {numerals.shown(text)} {wrong.words}; {wrong.advice}.") from None
        raise InputError(
            f"{what} {numerals.shown(text)} is not an amount of money ({wrong.words}); {_PLAIN}."
        ) from None


def decimals_of(amount: Decimal) -> int:
    """Count the decimal places that `amount` really needs."""
    digits = amount.as_tuple()
    trailing = len(digits.digits) - len("".join(map(str, digits.digits)).rstrip("0"))
    return max(0, -int(digits.exponent) - trailing) if amount else 0


def to_minor(amounts: Iterable[Decimal], decimals: int) -> np.ndarray:
    """Express amounts as int64 minor units of ``10**-decimals``; exact by construction.

    Raises
    ------
    InputError
        If their total would not fit a 64-bit integer.
    """
    amounts = list(amounts)
    fits = all(_is_payable(amount) for amount in amounts)
    minor = [int(amount.scaleb(decimals, _EXACT)) for amount in amounts] if fits else []
    if not fits or sum(minor) > LARGEST_TOTAL:
        raise InputError(
            f"the costs add up to more than {LARGEST_TOTAL:,} minor units; use a larger unit of money."
        )
    return np.array(minor, dtype=np.int64)


def floor_to_minor(amount: Decimal, decimals: int) -> int:
    """Express a limit as whole minor units; a fraction of a unit can never be spent."""
    if not _is_payable(amount):
        return LARGEST_TOTAL if amount > 0 else -LARGEST_TOTAL
    units = int(amount.scaleb(decimals, _EXACT).to_integral_value(rounding=ROUND_FLOOR))
    return min(units, LARGEST_TOTAL)


def _is_payable(amount: Decimal) -> bool:
    return not amount or amount.adjusted() < _MOST_DIGITS


def from_minor(units: int, decimals: int, least: int | None = None) -> Decimal:
    """Give back the exact amount behind a number of minor units.

    Zeros at the end are left out down to `least` decimals, if that is given.
    """
    units = int(units)
    while least is not None and decimals > least and units % 10 == 0:
        units, decimals = units // 10, decimals - 1
    return Decimal(units).scaleb(-decimals, _EXACT)
