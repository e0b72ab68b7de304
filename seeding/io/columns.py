"""Turning columns of text into labels, numbers, amounts of money and plain data."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seeding import label_rule
from seeding.errors import AssumptionWarning, InputError, listing
from seeding.labels import as_labels, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeding.io.tables import Table

_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}").fullmatch
# Many of them at once, one a line, of few enough digits to be integers of 64 bits.
_CANONICAL_LINES = re.compile(r"(?:(?:0|-?[1-9][0-9]{0,17})\n)+").fullmatch
_INT64 = np.iinfo(np.int64)
_POINT_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch
_COMMA_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(,[0-9]+)?").fullmatch
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?").fullmatch
# Digits that a 64-bit float surely keeps.
_SAFE_DIGITS = 15
_DECIMALS = (None, ".", ",")


def check_decimal(decimal: str | None) -> None:
    """Refuse a decimal sign that is neither a point nor a comma."""
    if decimal not in _DECIMALS:
        raise InputError(f"decimal={decimal!r} is not understood; pass '.' or ',' or None to find out.")


def is_canonical_integer(text: str) -> bool:
    """Tell whether a text is how Python writes an integer of 64 bits: no sign +, no leading zeros."""
    if not _CANONICAL_INTEGER(text):
        return False
    return len(text) < 19 or _INT64.min <= int(text) <= _INT64.max


def read_labels(table: Table, columns: list[int], what: str) -> list[np.ndarray]:
    """Return columns of labels, blanks around them removed.

    They are int64 if every one of all these columns is a canonical integer, or one with idle decimals
    (``2.0``, which is said); else texts exactly as written: ``007``, ``+5`` or ``@anna`` anywhere keep all of
    them texts.

    Raises
    ------
    InputError
        If a label is empty, or two are surely one person (`seeding.label_rule`); names the line.
    """
    if table.integers is not None:
        return [table.integers[:, column].copy() for column in columns]
    cells = np.concatenate([table.cells[column] for column in columns])
    places = {text: place for place, text in enumerate(dict.fromkeys(cells))}
    codes = np.fromiter(map(places.__getitem__, cells), np.int64, cells.size)
    texts = np.array([text.strip() for text in places], dtype=object)
    empty = np.flatnonzero(texts == "")
    if empty.size:
        row = int(np.flatnonzero(np.isin(codes, empty))[0]) % len(table)
        raise InputError(
            f"line {table.line(row)} of {table.path!r} has an empty {what}; every row needs a label there."
        )

    def line(text: str) -> str:
        row = int(np.flatnonzero(np.isin(codes, np.flatnonzero(texts == text)))[0]) % len(table)
        return f" (line {table.line(row)})"

    labels = to_labels(texts, repr(table.path))
    plain_names = labels.dtype.kind == "i" or label_rule.are_names(texts)
    split = None if plain_names else label_rule.split_person(list(dict.fromkeys(texts)))
    if split is not None:
        raise InputError(label_rule.refusal(*split, repr(table.path), line))
    return np.split(labels[codes], len(columns))


def to_labels(texts: np.ndarray, where: str = "the list of labels") -> np.ndarray:
    """Turn texts into int64 labels if every one is a canonical integer, or one with idle decimals (said)."""
    if not texts.size:
        return texts
    if _all_canonical(texts):
        return np.fromiter(map(int, texts), np.int64, texts.size)
    numbers = label_rule.whole_numbers(texts)
    if numbers is None:
        return texts
    example = label_rule.first_with_idle_decimals(texts)
    warnings.warn(label_rule.describe_whole(example, where), AssumptionWarning, stacklevel=2)
    return as_labels(numbers, where)


def _all_canonical(texts: np.ndarray) -> bool:
    """Tell whether every text is a canonical integer: by one look at all of them, which mostly suffices."""
    lines = "\n".join(texts) + "\n"
    if lines.count("\n") == texts.size and _CANONICAL_LINES(lines):
        return True
    return all(map(is_canonical_integer, texts))


def decimal_sign(table: Table, column: int, decimal: str | None, what: str) -> str:
    """Find out whether a column's numbers are written with a decimal point or a decimal comma.

    Raises
    ------
    InputError
        If both occur; names a line of each.
    """
    if decimal is not None:
        return decimal
    if table.separator == "," and not table.has_quotes:
        return "."
    cells = table.cells[column]
    commas = np.array(["," in cell for cell in cells], dtype=bool)
    if not commas.any() and table.separator != ";":
        return "."
    points = np.array(["." in cell for cell in cells], dtype=bool)
    if commas.any() and points.any():
        comma, point = int(np.argmax(commas)), int(np.argmax(points))
        raise InputError(
            f"line {table.line(comma)} of {table.path!r} has the {what} {cells[comma]!r} and line "
            f"{table.line(point)} has {cells[point]!r}; write all with the same decimal sign."
        )
    sign, signed = (",", commas) if commas.any() else (".", points)
    if _could_be_thousands(cells, sign):
        row = int(np.argmax(signed))
        raise InputError(
            f"line {table.line(row)} of {table.path!r} has the {what} {cells[row]!r}, whose {sign!r} could "
            "mark decimals or thousands; pass decimal='.' or decimal=','."
        )
    return sign


def numbers(table: Table, column: int, what: str, decimal: str | None, most: float = np.inf) -> np.ndarray:
    """Return a column as float64 numbers from 0 to `most`.

    Raises
    ------
    InputError
        If a cell is no such number; names the line.
    """
    cells = table.cells[column]
    if decimal_sign(table, column, decimal, what) == ",":
        odd_row = next((row for row, cell in enumerate(cells) if "." in cell or cell.count(",") > 1), None)
        if odd_row is not None:
            raise _not_a_number(table, odd_row, cells, what, most, "with decimal comma")
        cells = np.array([cell.replace(",", ".") for cell in cells], dtype=object)
    try:
        values = cells.astype(np.float64)
        # Python reads 1_000 as a number, but no table means one by it.
        odd = table.has_underscores and any("_" in cell for cell in cells)
    except ValueError:
        odd = True
    if odd:
        row = next(i for i, cell in enumerate(cells) if not _is_float(cell))
        raise _not_a_number(table, row, table.cells[column], what, most, "")
    wrong = np.flatnonzero(~((values >= 0) & (values <= most) & np.isfinite(values)))
    if wrong.size:
        raise _not_a_number(table, int(wrong[0]), table.cells[column], what, most, "")
    return values


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _not_a_number(
    table: Table, row: int, cells: np.ndarray, what: str, most: float, extra: str
) -> InputError:
    rule = "a number of 0 or more" if most == np.inf else f"a number from 0 to {most:g}"
    rule = f"{rule} {extra}".rstrip()
    given = f"{what} {cells[row].strip()!r}" if cells[row].strip() else f"no {what}"
    return InputError(f"line {table.line(row)} of {table.path!r} has {given}; it must be {rule}.")


def natural(texts: np.ndarray, decimal: str | None = ".") -> pd.Series:
    """Give a column the type its texts have: whole numbers, numbers, or text as it is.

    Whole numbers become int64 (``Int64`` where cells are empty) and numbers float64, only if every text
    is written canonically: leading zeros, signs ``+`` and more digits than a float keeps leave it text.

    Parameters
    ----------
    texts
        The column.
    decimal
        The decimal sign; None if it may be a point or a comma, and then a column in which the sign could
        as well set off thousands stays text.
    """
    filled = [text for text in texts if text != ""]
    empty = len(filled) < len(texts)
    if filled and all(map(is_canonical_integer, filled)):
        whole = [pd.NA if text == "" else int(text) for text in texts]
        return pd.Series(whole, dtype="Int64" if empty else "int64")
    for sign, form in ((".", _POINT_NUMBER), (",", _COMMA_NUMBER)):
        if decimal not in (sign, None) or not filled:
            continue
        if decimal is None and _could_be_thousands(filled, sign):
            continue
        if all(form(text) and sum(map(str.isdigit, text)) <= _SAFE_DIGITS for text in filled):
            values = [float("nan") if text == "" else float(text.replace(",", ".")) for text in texts]
            return pd.Series(values, dtype="float64")
    return pd.Series(texts, dtype=object)


def floats(texts: np.ndarray, decimal: str) -> pd.Series | None:
    """Read a column as numbers where every text is one, with an exponent or more digits than a float keeps.

    Returns
    -------
    float64, NaN for empty texts; None if one is no number, or the column could be long ids.
    """
    filled = [text.replace(decimal, ".") for text in texts if text != ""]
    if not any("." in text or "e" in text.lower() for text in filled) or not all(map(_NUMBER, filled)):
        return None
    values = [float("nan") if text == "" else float(text.replace(decimal, ".")) for text in texts]
    return pd.Series(values, dtype="float64")


def _could_be_thousands(texts: Iterable[str], sign: str) -> bool:
    """Tell whether every text with this sign could be a number whose thousands it sets off."""
    signed = [text for text in texts if sign in text]
    return bool(signed) and all(
        map(re.compile(rf"-?[1-9][0-9]{{0,2}}(\{sign}[0-9]{{3}})+").fullmatch, signed)
    )


def refuse_repeated(table: Table, labels: np.ndarray, what: str) -> None:
    """Refuse a label that stands in two rows; names their lines."""
    repeated = pd.Series(labels).duplicated(keep=False).to_numpy()
    if not repeated.any():
        return
    label = labels[int(np.argmax(repeated))]
    lines = [table.line(int(row)) for row in np.flatnonzero(labels == label)[:5]]
    raise InputError(
        f"{what} {plain([label])[0]!r} stands more than once in {table.path!r} (lines {listing(lines)}); "
        f"give each {what} one row ({len(pd.unique(labels[repeated])):,} are repeated)."
    )
