"""Reading amounts of money that people wrote: exactly, or refused where they could mean two things."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from seeding.errors import InputError, listing
from seeding.io.columns import check_decimal

if TYPE_CHECKING:
    import numpy as np

    from seeding.io.tables import Table

_CURRENCY = r"(?:[A-Z]{3}|[Kk]r\.?|[A-Z]{0,2}[$€£¥₹₩₽₺₴₱₦฿])"
_AMOUNT = re.compile(
    rf"(?P<sign>[-+]?)(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+]?)"
    rf"(?P<digits>[0-9.,'’\s]*[0-9][.,]?)\s*(?P<after>{_CURRENCY})?"
).fullmatch
_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_LONGEST = 200
_OTHER = {".": ",", ",": "."}


def _form(decimal: str) -> re.Pattern[str]:
    """Make the pattern of digits with this decimal sign, groups of three set off by one other sign."""
    group = rf"[{re.escape(_OTHER[decimal])}'’{_SPACES}]"
    point = re.escape(decimal)
    return re.compile(
        rf"(?:[0-9]*|[1-9][0-9]{{0,2}}(?P<"
        f"group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)(?:{point}[0-9]*)?"
    )


_FORMS = {decimal: _form(decimal) for decimal in _OTHER}


def read_amounts(table: Table, column: int, what: str, decimal: str | None) -> list[Decimal]:
    """Return a column of amounts of money, none negative, exactly as written.

    Thousands may be set off (``1,250.50``, ``1.250,50``, ``1 250``) and one currency sign or code may
    stand before or after the amounts, as long as all rows together can be read in one way only. So a
    column whose only signs are as in ``1,250`` is refused unless `decimal` says what the comma is.

    Raises
    ------
    InputError
        If an amount is missing, negative, none, or can be read in two ways; names the line.
    """
    check_decimal(decimal)
    cells = table.cells[column]
    digits: list[str] = []
    negative: list[bool] = []
    currencies: dict[str | None, int] = {}
    for row, cell in enumerate(cells):
        # Looking for blanks within what is far too long for an amount would take for ever.
        match = _AMOUNT(cell.strip()) if len(cell) < _LONGEST else None
        if match is None or (match["before"] and match["after"]):
            raise _no_amount(table, row, cell, what)
        digits.append(match["digits"].strip())
        negative.append("-" in (match["sign"], match["sign2"]))
        currencies.setdefault(match["before"] or match["after"], row)
    currencies.pop(None, None)
    if len(currencies) > 1:
        row = max(currencies.values())
        raise InputError(
            f"line {table.line(row)} of {table.path!r} has a {what} in another currency; the column mixes "
            f"{listing(currencies)}: give all in one."
        )
    sign = _choose_sign(table, cells, digits, what, decimal)
    amounts = [_exact(text, sign) for text in digits]
    for row, (amount, minus) in enumerate(zip(amounts, negative, strict=True)):
        if minus and amount:
            raise InputError(
                f"line {table.line(row)} of {table.path!r} has the {what} {cells[row].strip()!r}; it must "
                "be 0 or more."
            )
    return amounts


def _choose_sign(table: Table, cells: np.ndarray, digits: list[str], what: str, decimal: str | None) -> str:
    possible = list(_FORMS) if decimal is None else [decimal]
    for row, text in enumerate(digits):
        fitting = [sign for sign in possible if _FORMS[sign].fullmatch(text)]
        if not fitting:
            raise _no_amount(table, row, cells[row], what, earlier=len(possible) < len(_FORMS))
        possible = fitting
    if len(possible) == 1:
        return possible[0]
    for row, text in enumerate(digits):
        if _exact(text, ".") != _exact(text, ","):
            raise InputError(
                f"line {table.line(row)} of {table.path!r} has the {what} {cells[row].strip()!r}, which "
                f"could mean {_exact(text, '.'):f} or {_exact(text, ','):f}; pass decimal='.' or decimal=','."
            )
    return "."


def _exact(digits: str, decimal: str) -> Decimal:
    kept = re.sub(r"[^0-9.,]", "", digits).replace(_OTHER[decimal], "")
    return Decimal(kept.replace(decimal, "."))


def _no_amount(table: Table, row: int, cell: str, what: str, earlier: bool = False) -> InputError:
    line = f"line {table.line(row)} of {table.path!r}"
    if not cell.strip():
        return InputError(f"{line} has no {what}; every row needs one, 0 or more.")
    hint = " (the decimal sign of the rows before it, or of decimal=, does not fit)" if earlier else ""
    return InputError(
        f"{line} has the {what} {cell.strip()!r}, which is not an amount of money{hint}; write it as a plain "
        "number such as 1250.50."
    )
