"""Reading amounts of money that people wrote: exactly, or refused where they could mean two things."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding.errors import InputError
from seeding.io.columns import check_decimal, misread

if TYPE_CHECKING:
    from seeding.io.tables import Table


def read_amounts(table: Table, column: int, what: str, decimal: str | None) -> list[Decimal]:
    """Return a column of amounts of money, none negative, exactly as written.

    They are read as `seeding._runtime.numerals` says: all rows together must have one reading, so a column
    whose only signs are as in ``1,250`` is refused unless `decimal` says what the comma is.

    Raises
    ------
    InputError
        If an amount is missing, negative, none, or can be read in two ways; names the line.
    """
    check_decimal(decimal)
    try:
        return numerals.read_column(table.cells[column], numerals.MONEY, decimal)
    except numerals.Misread as wrong:
        raise _no_amount(table, column, what, wrong) from None


def _no_amount(table: Table, column: int, what: str, wrong: numerals.Misread) -> InputError:
    line = f"line {table.line(wrong.row)} of {table.path!r}"
    if wrong.reason == "empty":
        return InputError(f"{line} has no {what}; every row needs one, 0 or more.")
    if wrong.reason == "ambiguous":
        return misread(table, column, what, wrong, "")
    given = f"{line} has the {what} {numerals.shown(trim(table.cells[column][wrong.row]))}"
    if wrong.reason == "negative":
        return InputError(f"{given}; it must be 0 or more.")
    if wrong.reason == "mixed":
        return InputError(f"{given} in another currency; {wrong.words}: give all in one.")
    return InputError(
        f"{given}, which is not an amount of money ({wrong.words}); write it as a plain number such as "
        "1250.50."
    )
