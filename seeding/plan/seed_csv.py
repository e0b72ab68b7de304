"""Seed lists as CSV: written so that neither Excel nor a reader changes a label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_one_of
from seeding._runtime.files import PathLike, atomic_write
from seeding.errors import InputError, shown
from seeding.network.labels import is_canonical_integer
from seeding.plan import rounding

_PLAN_COLUMNS = ("rank", "candidate", "cost", "cumulative_cost", "marginal_reach", "cumulative_reach")
# A zero width space: nobody sees it, and no spreadsheet takes what follows for anything but text. An
# apostrophe was written formerly, and is by other programs; spreadsheets show it.
_ESCAPE, _APOSTROPHE = "\u200b", "'"
ESCAPES = _ESCAPE + _APOSTROPHE
# The full-width forms run in some East Asian spreadsheets.
_RUNNING = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER_LIKE = re.compile(r"[\s$€£]*[0-9.,][0-9.,:/\s%eE+\-]*").fullmatch
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE_LIKE = re.compile(
    rf"(?=.*\d)(\d{{1,2}}[-/. ]?)?({_MONTHS})[a-z]*[-/. ,]*\d{{0,4}}", re.IGNORECASE
).fullmatch
# A spreadsheet keeps this many digits of a number.
_SPREADSHEET_DIGITS = 15
# What separates columns, by what an argument may say.
_SEPARATORS = {",": ",", ";": ";", "\t": "\t", "tab": "\t", "|": "|"}


class Style(NamedTuple):
    """How a CSV is written: its two signs, and whether it is meant for a spreadsheet."""

    decimal: str = "."
    separator: str = ","
    spreadsheet: bool = False

    @classmethod
    def of(
        cls,
        decimal: str,
        separator: str,
        spreadsheet: bool = False,
        names: tuple[str, str] = ("decimal=", "separator="),
    ) -> Style:
        """Check the signs; `names` says what the caller calls them.

        Raises
        ------
        InputError
            If one is none of the usual signs, or both are the same.
        """
        if not is_one_of(decimal, (".", ",")):
            raise InputError(f"{names[0]}{shown(decimal)} is not understood; give '.' or ','.")
        if not is_one_of(separator, tuple(_SEPARATORS)):
            raise InputError(f"{names[1]}{shown(separator)} is not understood; give ',', ';', '|' or 'tab'.")
        if decimal == separator:
            raise InputError(
                f"{names[0]}{decimal!r} and {names[1]}{separator!r} are the same sign, so that nobody could "
                f"tell columns from decimals; give {names[1]}';'."
            )
        return cls(decimal, _SEPARATORS[separator], spreadsheet)

    def text(self, text: str) -> str:
        """Write a text so that `seeding.read_seeds` gives it back.

        Outside the variant for spreadsheets a text stays as it is, unless the reader would take a sign off
        it: that it does wherever columns are not separated by commas.
        """
        if self.spreadsheet or (self.separator != "," and unescape(text) != text):
            text = escape(text)
        return quote(text)

    def number(self, text: str) -> str:
        """Write a number with the decimal sign."""
        return text.replace(".", self.decimal)


def labels_that_would_run(labels: Iterable[object]) -> list[str]:
    """Return those labels that a spreadsheet would run as a formula, such as ``@anna`` or ``=1+1``.

    Numbers do not run, negative ones neither.
    """
    return [label for label in labels if isinstance(label, str) and _would_run(label)]


def _would_run(text: str) -> bool:
    return text.lstrip(" ").startswith(_RUNNING)


def _would_change(text: str) -> bool:
    """Tell whether a spreadsheet would run a text, or take it for a number, a date or a truth value."""
    if text.startswith((_ESCAPE, _APOSTROPHE)) or _would_run(text):
        return True
    if _NUMBER_LIKE(text):
        return not (is_canonical_integer(text) and len(text) <= _SPREADSHEET_DIGITS)
    return bool(_DATE_LIKE(text)) or text.strip().upper() in ("TRUE", "FALSE")


def escape(text: str) -> str:
    """Make a text safe for spreadsheets; `unescape` takes it back."""
    return _ESCAPE + text if _would_change(text) else text


def unescape(text: str) -> str:
    """Take back what `escape` did, or an apostrophe that does the same."""
    return text[1:] if text.startswith((_ESCAPE, _APOSTROPHE)) and _would_change(text[1:]) else text


def round_seeds(frame: pd.DataFrame) -> None:
    """Round what is measured in a table of seeds, in place, to the digits that its intervals leave."""
    low, high = frame["reach_low"], frame["reach_high"]
    decimals = rounding.decimals_of_intervals(low, high)
    gains = frame["marginal_reach"].tolist()
    of_gains = rounding.at_least_two(gains, decimals)
    if "marginal_cost" in frame:
        prices = rounding.of_quotients(frame["marginal_cost"], gains, of_gains)
        rounding.round_columns(frame, ["marginal_cost"], prices)
    rounding.round_columns(frame, ["cumulative_reach", "reach_low", "reach_high"], decimals)
    rounding.round_columns(frame, ["marginal_reach"], of_gains)


def write_seeds(
    frame: pd.DataFrame,
    path: PathLike,
    *,
    spreadsheet: bool = False,
    decimal: str = ".",
    separator: str = ",",
) -> None:
    """Write a table as CSV, whole or not at all.

    Parameters
    ----------
    frame
        The table; texts, integers and decimals are written exactly, floats with all digits they need,
        missing values as empty cells.
    path
        Where to write.
    spreadsheet
        Write the variant for spreadsheets (UTF-8 with byte-order mark; texts that would run or change
        begin with a zero width space, as do integers of more than 15 digits). Otherwise labels are written as
        they are.
    decimal, separator
        The decimal sign of numbers, ``"."`` or ``","``, and what separates columns: ``","``, ``";"``,
        ``"|"`` or ``"tab"``.

    Raises
    ------
    InputError
        If the signs are not understood or the same, the file cannot be written, or a text holds what no CSV
        can (a NUL or half a character).
    """
    style = Style.of(decimal, separator, spreadsheet)
    end = "\r\n" if spreadsheet else "\n"
    columns = [
        [_cell(str(name), style)] + [_cell(v, style) for v in _values(frame, i)]
        for i, name in enumerate(frame.columns)
    ]
    lines = [style.separator.join(row) + end for row in zip(*columns, strict=True)]
    with atomic_write(path) as file:
        if spreadsheet:
            file.write("\ufeff")
        file.writelines(lines)


def _values(frame: pd.DataFrame, place: int) -> list[object]:
    column: list[object] = frame.iloc[:, place].tolist()
    return column


def _cell(value: object, style: Style) -> str:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise InputError(f"{value!r} holds a character that no CSV file can hold; rename it.")
        return style.text(value)
    if isinstance(value, Decimal):
        return style.number(f"{value:f}")
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)):
        return style.number(repr(float(value)))
    text = str(value)
    if isinstance(value, (int, np.integer)):
        return _ESCAPE + text if style.spreadsheet and len(text.lstrip("-")) > _SPREADSHEET_DIGITS else text
    return style.text(text)


def quote(text: str) -> str:
    """Set a text in quotation marks where any reader could take it for something else without."""
    if text and not any(sign in text for sign in ',;\t|"\r\n') and text[0] not in " #%" and text[-1] != " ":
        return text
    return '"' + text.replace('"', '""') + '"'
