"""Turning columns of text into labels, numbers, amounts of money and plain data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding._runtime.checks import is_one_of
from seeding.errors import InputError, assume, listing, shown
from seeding.network import label_rule
from seeding.network.labels import as_labels, is_canonical_integer, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seeding.io.tables import Table

# Many of them at once, one a line, of few enough digits to be integers of 64 bits.
_CANONICAL_LINES = re.compile(r"(?:(?:0|-?[1-9][0-9]{0,17})\n)+").fullmatch
_POINT_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch
_COMMA_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(,[0-9]+)?").fullmatch
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?").fullmatch
# Digits that a 64-bit float surely keeps.
_SAFE_DIGITS = 15
# A sign or a currency may stand before the digits.
_LIKE_A_NUMBER = re.compile(r"[-+−]?\W?[A-Z]{0,3}\W{0,2}[0-9]").match
_DECIMALS = (".", ",")


def check_decimal(decimal: str | None) -> None:
    """Refuse a decimal sign that is neither a point nor a comma."""
    if not (decimal is None or is_one_of(decimal, _DECIMALS)):
        raise InputError(f"decimal={shown(decimal)} is not understood; pass '.' or ',' or None to find out.")


def read_labels(table: Table, columns: list[int], what: str) -> list[np.ndarray]:
    """Return columns of labels, blanks around them removed.

    They are int64 if every one of all these columns is a canonical integer, or one with idle decimals
    (``2.0``, which is said); else texts exactly as written: ``007``, ``+5`` or ``@anna`` anywhere keep all of
    them texts.

    Raises
    ------
    InputError
        If a label is empty, a date or a truth value, or two are surely one person
        (`seeding.network.label_rule`); names the line.
    """
    for column in columns:
        table.refuse_odd(column, what)
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
    assume(label_rule.describe_whole(example, where))
    return as_labels(numbers, where)


def _all_canonical(texts: np.ndarray) -> bool:
    """Tell whether every text is a canonical integer: by one look at all of them, which mostly suffices."""
    lines = "\n".join(texts) + "\n"
    if lines.count("\n") == texts.size and _CANONICAL_LINES(lines):
        return True
    return all(map(is_canonical_integer, texts))


def numbers(table: Table, column: int, what: str, decimal: str | None, most: float = np.inf) -> np.ndarray:
    """Return a column as float64 numbers from 0 to `most`, read as `seeding._runtime.numerals` says.

    Raises
    ------
    InputError
        If a cell is no such number, or can be read in two ways; names the line.
    """
    cells = table.cells[column]
    values = _plain_floats(cells, decimal, most)
    if values is not None:
        return values
    kind = numerals.SHARE if most == 1 else numerals.COUNT
    rule = "a number of 0 or more" if most == np.inf else f"a number from 0 to {most:g}"
    try:
        values = np.array(numerals.read_column(cells, kind, decimal), dtype=np.float64)
    except numerals.Misread as wrong:
        raise misread(table, column, what, wrong, rule) from None
    odd = np.flatnonzero(~((values <= most) & np.isfinite(values)))
    if odd.size:
        raise misread(table, column, what, numerals.Misread(int(odd[0]), "range", "it is too large"), rule)
    return values


def _plain_floats(cells: np.ndarray, decimal: str | None, most: float) -> np.ndarray | None:
    """Read a long column of plain numbers with one decimal sign at once; None where that is not enough."""
    text = "\n".join(cells)
    # Python reads 1_000 and the digits of any script, but no table means the one or is sure of the other.
    if "_" in text or not text.isascii():
        return None
    sign = "," if "," in text else "."
    if decimal not in (sign, None) or (sign == "," and "." in text):
        return None
    try:
        values = (np.char.replace(cells.astype(str), ",", ".") if sign == "," else cells).astype(np.float64)
    except ValueError:
        return None
    if not ((values >= 0) & (values <= most)).all() or not np.isfinite(values).all():
        return None
    # Of a share, no sign sets off thousands: they would be more than 1.
    return None if most > 1 and decimal is None and could_be_thousands(cells, sign) else values


def misread(table: Table, column: int, what: str, wrong: numerals.Misread, rule: str) -> InputError:
    """Say in one sentence why a cell is not read: its line, its column, and what to do."""
    cell = trim(table.cells[column][wrong.row])
    line = f"line {table.line(wrong.row)} of {table.path!r}"
    name = f"column {table.names[column]!r}" if table.has_header else f"column {column + 1}"
    if wrong.reason == "empty":
        return InputError(f"{line} has no {what}; it must be {rule}.")
    if wrong.reason == "ambiguous":
        return InputError(
            f"{line} has the {what} {numerals.shown(cell)} ({name}), which {wrong.words}; pass decimal='.' "
            "or decimal=','."
        )
    return InputError(f"{line} has {what} {numerals.shown(cell)}; it must be {rule} ({wrong.words}).")


def further(table: Table, place: int, decimal: str | None) -> pd.Series:
    """Give a column that is only kept the type its texts have, blanks around them removed.

    Numbers in groups (``350.000``) become numbers where `decimal` says what the signs are. Without it a
    column that could be read in two ways stays text, to be refused by whoever takes it for numbers.
    """
    cells: np.ndarray = np.array([trim(cell) for cell in table.cells[place]], dtype=object)
    filled = [text for text in cells if text != ""]
    if decimal is None:
        if could_be_thousands(filled, "."):
            return pd.Series(cells, dtype=object)
        return natural(cells, None if table.separator == ";" else ".")
    column = natural(cells, decimal)
    if column.dtype == object and _are_grouped(filled, decimal):
        values = iter(numerals.read_column(filled, numerals.COUNT, decimal))
        plain_texts = [f"{next(values):f}" if text != "" else "" for text in cells]
        return natural(np.array(plain_texts, dtype=object))
    return column


def _are_grouped(texts: Sequence[str], decimal: str) -> bool:
    """Tell whether texts are numbers of 0 or more with this decimal sign, thousands set off in some."""
    group, point = (r"\.", ",") if decimal == "," else (",", r"\.")
    plain_number = rf"(?:0|[1-9][0-9]*)(?:{point}[0-9]+)?"
    grouped = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+(?:{point}[0-9]+)?"
    number = re.compile(rf"{plain_number}|{grouped}").fullmatch
    return bool(texts) and all(map(number, texts))


def placed(table: Table, column: pd.Series) -> pd.Series:
    """Let each text of a column that may be meant as numbers know its line, should it be none."""
    texts = [text for text in column if isinstance(text, str) and text]
    if column.dtype != object or 2 * sum(map(bool, map(_LIKE_A_NUMBER, texts))) < max(1, len(texts)):
        return column
    lines = table.lines()
    cells = [
        numerals.Cell.at(text, f"line {line} of {table.path!r}") if isinstance(text, str) and text else text
        for text, line in zip(column, lines, strict=True)
    ]
    return pd.Series(cells, dtype=object, index=column.index)


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
        if decimal is None and could_be_thousands(filled, sign):
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


def could_be_thousands(texts: Iterable[str], sign: str) -> bool:
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
