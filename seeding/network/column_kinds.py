"""What the values of a column are: labels, numbers, times, or the numbers of the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding.network.labels import Coded, written_out

Kind = Literal["integer", "text", "number", "time", "flag"]
# Rows that are looked at; more would tell no more. Fewer tell which columns are ends.
_MOST_ROWS = 200_000
A_SAMPLE = 20_000
_INTEGER = re.compile(r"[-+]?[0-9]+").fullmatch
_DECIMAL = re.compile(
    r"[-+]?[0-9]*[.,][0-9]+(?:[eE][-+]?[0-9]+)?\s*%?|[-+]?[0-9]+(?:[.,][0-9]+)?\s*%"
).fullmatch
_WHOLE = re.compile(r"[-+]?[0-9]+[.,]0+").fullmatch
_TIME = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ T].*)?|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}(?: .*)?|"
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?|[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]{1,2} [0-9]{2}:.*"
).fullmatch
_FLAGS = frozenset({"true", "false", "yes", "no"})
# Seconds since 1970 of the years 1990 to 2040; thousandths of them are 1,000 times as many.
_EPOCH = (631_152_000, 2_208_988_800)


@dataclass(frozen=True)
class Values:
    """What a column holds.

    Attributes
    ----------
    kind
        What all of its values are.
    distinct
        Each value once, as text.
    n_rows
        How many rows were looked at.
    complete
        Whether every row has a value.
    counts_rows
        Whether it counts 0, 1, 2, … or 1, 2, 3, … down the rows.
    """

    kind: Kind
    distinct: frozenset[str]
    n_rows: int
    complete: bool
    counts_rows: bool

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.complete and len(self.distinct) == self.n_rows

    @property
    def are_labels(self) -> bool:
        """Whether these could be the labels of people, one in each row."""
        return self.complete and self.kind in ("integer", "text")

    @property
    def could_be_times(self) -> bool:
        """Whether these are times, also as seconds since 1970."""
        if self.kind != "integer":
            return self.kind == "time"
        return all(
            any(_EPOCH[0] <= number // scale < _EPOCH[1] for scale in (1, 1000, 1_000_000))
            for number in map(int, self.distinct)
        )


def look_at(column: Any, most: int = _MOST_ROWS) -> Values:
    """Find out what the first rows of a column hold: an array, a Series, or `Coded` texts."""
    if isinstance(column, Coded):
        column = Coded(column.codes[:most], column.labels)
    values = written_out(column) if isinstance(column, Coded) else column
    values = values[:most] if isinstance(values, np.ndarray) else pd.Series(values).iloc[:most]
    array = values if isinstance(values, np.ndarray) else values.to_numpy()
    if array.dtype.kind in "iu":
        return _integers(array)
    if array.dtype.kind in "Mm":
        return Values("time", frozenset(), array.size, not pd.isna(array).any(), False)
    missing = pd.isna(array)
    found = list(dict.fromkeys(str(value).strip() for value in array[~missing]))
    texts = [text for text in found if text]
    complete = not missing.any() and len(texts) == len(found)
    kind = "flag" if array.dtype.kind == "b" else _kind(texts)
    if kind == "integer":
        texts = [re.split("[.,]", text)[0] for text in texts]
    counted = kind == "integer" and complete and len(texts) == array.size and _counts(list(map(int, texts)))
    return Values(kind, frozenset(texts), array.size, complete, counted)


def _integers(array: np.ndarray) -> Values:
    distinct = pd.unique(array)
    counted = distinct.size == array.size and bool(
        array.size and array[0] in (0, 1) and (np.diff(array.astype(np.int64)) == 1).all()
    )
    return Values("integer", frozenset(map(str, distinct.tolist())), array.size, True, counted)


def _counts(numbers: list[int]) -> bool:
    return (
        bool(numbers)
        and numbers[0] in (0, 1)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _kind(texts: list[str]) -> Kind:
    """Say what all of some texts are."""
    if not texts:
        return "text"
    if all(map(_INTEGER, texts)):
        return "integer"
    if all(text.lower() in _FLAGS for text in texts):
        return "flag"
    if all(map(_TIME, texts)):
        return "time"
    numeric = all(_INTEGER(text) or _DECIMAL(text) for text in texts)
    # Whole numbers with a point are ids that a program took for amounts.
    if numeric:
        return "integer" if all(_INTEGER(text) or _WHOLE(text) for text in texts) else "number"
    return "text"


def shared(first: Values, second: Values) -> int:
    """Count the values that two columns share."""
    small, large = sorted((first.distinct, second.distinct), key=len)
    return sum(value in large for value in small)
