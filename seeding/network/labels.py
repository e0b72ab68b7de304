"""Labels are the user's names for people; indices are ours. Labels in, labels out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime.memory import blocks
from seeding.errors import InputError, assume, listing, shown
from seeding.network import label_rule
from seeding.network.label_spellings import would_be_found

# Tables of so many entries are small whatever the input.
_SMALL_TABLE = 1 << 22
_NARROW = tuple(map(np.dtype, (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32)))


@dataclass(frozen=True, eq=False)
class Coded:
    """A long column of labels that repeat, as a file holds it: which of its distinct labels each row has.

    Attributes
    ----------
    codes
        int32, one per row: a place in `labels`.
    labels
        The distinct labels, each of which some row has.
    """

    codes: np.ndarray
    labels: np.ndarray

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.codes.size)


Column = np.ndarray | Coded


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of nodes or candidates, by index. Of integers, a pandas Index is made when one is asked for.

    Attributes
    ----------
    held
        int64 where all are integers; else an Index.
    """

    held: np.ndarray | pd.Index

    @classmethod
    def of(cls, array: np.ndarray) -> Labels:
        """Hold what `as_labels` made."""
        return cls(array if array.dtype.kind == "i" else make_index(array))

    def __len__(self) -> int:
        return len(self.held)

    @cached_property
    def index(self) -> pd.Index:
        """The labels as a pandas Index, to look others up in."""
        return make_index(self.held) if isinstance(self.held, np.ndarray) else self.held

    @property
    def are_integers(self) -> bool:
        """Whether all are integers of 64 bits."""
        return bool(self.held.dtype.kind == "i")

    def array(self) -> np.ndarray:
        """Return the labels as an array: int64, or objects."""
        return np.asarray(self.held)

    def quoted(self, place: int) -> str:
        """Write one label the way Python would, for a message."""
        return quoted(self.held[place])

    def take(self, places: np.ndarray) -> Labels:
        """Return the labels at some places, in their order."""
        return Labels(self.held[places])

    def same_as(self, other: Labels) -> bool:
        """Tell whether the other labels are the same, in the same order."""
        if isinstance(self.held, np.ndarray) and isinstance(other.held, np.ndarray):
            return np.array_equal(self.held, other.held)
        return bool(self.index.equals(other.index))


def written_out(column: Column) -> np.ndarray:
    """Return the label of each row of a column."""
    return column.labels[column.codes] if isinstance(column, Coded) else column


def distinct(column: Column) -> np.ndarray:
    """Return each label of a column once."""
    return column.labels if isinstance(column, Coded) else np.asarray(pd.unique(column))


def as_column(values: object, what: str) -> Column:
    """Take a long column of labels as `as_labels` does, but leave integers as narrow as they are."""
    if isinstance(values, Coded):
        return values
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype in _NARROW:
        return values
    return as_labels(values, what)


def as_labels(values: object, what: str) -> np.ndarray:
    """Take labels as an int64 array where all are integers, as an array of objects otherwise.

    Raises
    ------
    InputError
        If a label is missing, is a truth value, or is a floating-point number that is no integer or too large
        to hold every one.
    """
    if isinstance(values, (str, bytes)):
        raise InputError(f"{what} is one text, {values!r}; pass a list of labels.")
    # The usual case first: asking for a Series loads pandas, where that was put off.
    if not isinstance(values, np.ndarray) and not isinstance(values, (pd.Series, pd.Index)):
        values = object_array(values, what)
    array = np.asarray(values)
    if array.ndim != 1:
        raise InputError(f"{what} has {array.ndim} dimensions; pass one label a row.")
    if array.size == 0:
        # NumPy and pandas make nothing at all a list of floats.
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind == "u" and array.max() > np.iinfo(np.int64).max:
        return array.astype(object)
    if array.dtype.kind in "iu":
        return array.astype(np.int64, copy=False)
    if array.dtype.kind == "f":
        return _whole_floats(array, what)
    if array.dtype.kind in "bmM":
        raise _no_label(array[0], 0, what)
    return _checked_objects(
        array if array.dtype.kind == "O" else np.array(array.tolist(), dtype=object), what
    )


def _whole_floats(array: np.ndarray, what: str) -> np.ndarray:
    """Read floats as the integers they are, which pandas makes of integers where one was missing."""
    missing = np.flatnonzero(np.isnan(array))
    if missing.size:
        raise _missing(int(missing[0]), what)
    lost = min(1 << (np.finfo(array.dtype).nmant + 1), label_rule.FIRST_LOST)
    wrong = np.flatnonzero((array != np.rint(array)) | (np.abs(array) >= lost))
    if wrong.size:
        raise _no_float(array[wrong[0]].item(), what)
    tell_whole(array[0].item(), what)
    whole: np.ndarray = array.astype(np.int64)
    return whole


def _no_float(label: object, what: str) -> InputError:
    return InputError(
        f"{what} holds floating-point labels such as {label!r}, which lose the last digits of long ids; read "
        "that column as text or integers."
    )


def _missing(row: int, what: str) -> InputError:
    return InputError(f"{what} has no label in row {row}; every row needs one.")


def _no_label(label: object, row: int, what: str) -> InputError:
    kind = "a truth value" if isinstance(label, (bool, np.bool_)) else "a date or time"
    return InputError(
        f"{what} has {label!r} in row {row}, which is {kind} and no label; name the column that holds labels."
    )


def tell_whole(example: object, what: str) -> None:
    """Say that whole numbers with idle decimals are taken as integers."""
    assume(label_rule.describe_whole(example, what))


def object_array(values: object, what: str) -> np.ndarray:
    """Put any iterable into a 1-d object array without letting NumPy reinterpret its items."""
    if not isinstance(values, Iterable):
        raise InputError(f"{what}={values!r} is not a list of labels.")
    items = list(values)
    array = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        array[i] = item
    return array


def _checked_objects(array: np.ndarray, what: str) -> np.ndarray:
    missing = np.flatnonzero(pd.isna(array))
    if missing.size:
        raise _missing(int(missing[0]), what)
    kind = pd.api.types.infer_dtype(array, skipna=False)
    if kind == "integer":
        try:
            return array.astype(np.int64)
        except OverflowError:
            return array
    if kind in ("floating", "decimal") or kind.startswith("mixed"):
        return _checked_mixture(array, what)
    if kind == "boolean":
        raise _no_label(array[0], 0, what)
    return array


def _checked_mixture(array: np.ndarray, what: str) -> np.ndarray:
    """Check labels of several kinds one by one; whole floats and decimals become integers."""
    whole = array.copy()
    example = None
    for row, label in enumerate(array):
        if isinstance(label, (bool, np.bool_)):
            raise _no_label(label, row, what)
        if not _is_hashable(label):
            raise InputError(
                f"{what} has {label!r} in row {row}, which can change; use text, an integer or a tuple."
            )
        if isinstance(label, (float, np.floating, Decimal)):
            example = label if example is None else example
            whole[row] = _whole_number(label, what)
    if example is None:
        return array
    if not isinstance(example, Decimal) or example.as_tuple().exponent != 0:
        tell_whole(example, what)
    return as_labels(whole, what)


def _whole_number(label: Any, what: str) -> int:
    """Read a whole float or decimal as the integer it is."""
    lost = None if isinstance(label, Decimal) else label_rule.FIRST_LOST
    if isinstance(label, np.floating) and lost is not None:
        lost = min(1 << (np.finfo(label.dtype).nmant + 1), lost)
    finite = label.is_finite() if isinstance(label, Decimal) else np.isfinite(label)
    if not finite or label != int(label) or (lost is not None and abs(label) >= lost):
        raise _no_float(label.item() if isinstance(label, np.generic) else label, what)
    return int(label)


def _is_hashable(label: object) -> bool:
    try:
        hash(label)
    except TypeError:
        return False
    return True


def make_index(array: np.ndarray) -> pd.Index:
    """Wrap labels in an Index that keeps tuples as single labels."""
    try:
        return pd.Index(array, tupleize_cols=False)
    except UnicodeEncodeError as error:
        raise InputError(
            f"label {shown(error.object)} holds half a character, which no text can; rename it."
        ) from None


def encode(parts: list[Column]) -> tuple[Labels, list[np.ndarray]]:
    """Give each label that occurs in `parts` an index.

    Labels are sorted where they can be, so that the numbering (and with it every result) does not
    depend on the order of the rows; labels of mixed kinds keep their order of first appearance.

    Returns
    -------
    The distinct labels, and for each part its labels' indices (int32).
    """
    held = [part.labels if isinstance(part, Coded) else part for part in parts]
    filled = [labels for labels in held if labels.size]
    kinds = {labels.dtype.kind for labels in filled}
    if filled and kinds <= {"i", "u"}:
        labels, codes = _encode_integers(held)
    else:
        labels, codes = _encode_objects([part.astype(object) for part in held])
    for place, part in enumerate(parts):
        if isinstance(part, Coded):
            codes[place] = _take(codes[place], part.codes)
    return labels, codes


def _encode_objects(parts: list[np.ndarray]) -> tuple[Labels, list[np.ndarray]]:
    joined = np.concatenate([part for part in parts if part.size] or [np.zeros(0, dtype=np.int64)])
    codes, uniques = pd.factorize(joined)
    uniques = np.asarray(uniques)
    try:
        order = np.argsort(uniques, kind="stable")
    except TypeError:
        order = np.arange(uniques.size)
    place = np.empty(order.size, dtype=np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    bounds = np.cumsum([part.size for part in parts])[:-1]
    return Labels.of(uniques[order]), np.split(place[codes], bounds)


def _encode_integers(parts: list[np.ndarray]) -> tuple[Labels, list[np.ndarray]]:
    """Give integer labels numbers in sorted order; beside the result, memory for the distinct ones only."""
    filled = [part for part in parts if part.size]
    low, high = min(int(part.min()) for part in filled), max(int(part.max()) for part in filled)
    if high - low < max(sum(part.size for part in parts), _SMALL_TABLE):
        labels, codes = _number_dense(parts, low, high - low + 1)
    else:
        labels, codes = _number_sparse(parts)
    return Labels.of(labels), codes


def _number_dense(parts: list[np.ndarray], low: int, span: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Find the number of each label by a table of all integers between the least and the largest."""
    there = np.zeros(span, dtype=np.bool_)
    for part in parts:
        for block in blocks(part.size):
            there[part[block].astype(np.int64) - low] = True
    place = np.cumsum(there, dtype=np.int32)
    place -= 1
    codes = [np.empty(part.size, dtype=np.int32) for part in parts]
    for part, numbers in zip(parts, codes, strict=True):
        for block in blocks(part.size):
            numbers[block] = place[part[block].astype(np.int64) - low]
    return np.flatnonzero(there) + low, codes


def _number_sparse(parts: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Find the number of each label by looking each up among the distinct ones."""
    labels = np.zeros(0, dtype=np.int64)
    waiting: list[np.ndarray] = []
    for part in parts:
        for block in blocks(part.size):
            waiting.append(np.unique(part[block]).astype(np.int64))
            if sum(some.size for some in waiting) > max(labels.size, _SMALL_TABLE):
                labels, waiting = np.unique(np.concatenate([labels, *waiting])), []
    labels = np.unique(np.concatenate([labels, *waiting]))
    index = make_index(labels)
    codes = [np.empty(part.size, dtype=np.int32) for part in parts]
    for part, numbers in zip(parts, codes, strict=True):
        for block in blocks(part.size):
            numbers[block] = index.get_indexer(make_index(part[block].astype(np.int64)))
    return labels, codes


def _take(table: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Look places up in a table, block by block, since NumPy makes 8 bytes of every place."""
    taken = np.empty(places.size, dtype=table.dtype)
    for block in blocks(places.size):
        taken[block] = table[places[block]]
    return taken


def locate(index: pd.Index, labels: np.ndarray, what: str, where: str) -> np.ndarray:
    """Find labels in an index, by the rule of `seeding.network.label_rule`.

    Text and integers match when they are written alike (``"17"`` finds 17, ``"017"`` does not), because
    a file cannot say which of the two an id was.

    Raises
    ------
    InputError
        If some are not there; names them, suggests a near match for the first, and says how many would be
        found in another writing.
    """
    found = find(index, labels)
    unknown = np.flatnonzero(found < 0)
    if unknown.size:
        missing = plain(labels[i] for i in unknown)
        near, also = _suggest(index, missing[0]), would_be_found(index, missing)
        if also and not (near and len(missing) == 1):
            near += f"; {also}"
        raise InputError(
            f"{what} {listing(missing)} {'is' if len(missing) == 1 else 'are'} not in {where}{near}."
        )
    return found


def find(index: pd.Index, labels: np.ndarray) -> np.ndarray:
    """Find labels in an index as `locate` does; −1 where one is not there."""
    if labels.size == 0:
        return np.zeros(0, dtype=np.int64)
    labels = as_held(index, labels)
    found = index.get_indexer(make_index(labels)).astype(np.int64)
    unknown = np.flatnonzero(found < 0)
    if unknown.size and (index.dtype.kind != "i" or labels.dtype.kind != "i"):
        other = object_array(map(_other_writing, plain(labels[unknown])), "labels")
        found[unknown] = index.get_indexer(make_index(other))
    return found


def as_held(index: pd.Index, labels: np.ndarray) -> np.ndarray:
    """Read whole numbers with idle decimals as integers, where an index holds integers or texts of them."""
    numbers = label_rule.whole_numbers(labels) if labels.dtype.kind == "O" else None
    if numbers is None or (index.dtype.kind != "i" and None in map(label_rule.integer_of, index)):
        return labels
    tell_whole(label_rule.first_with_idle_decimals(labels), "the list of labels")
    return as_labels(numbers, "labels")


def plain(labels: Iterable[object]) -> list[object]:
    """Turn NumPy scalars into Python objects, for messages and files."""
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def quoted(label: object) -> str:
    """Write one label the way Python would, for a message."""
    return repr(plain([label])[0])


def _other_writing(label: object) -> object:
    """Turn an integer into text, and text that is an integer's usual writing into that integer."""
    number = label_rule.integer_of(label)
    if number is None:
        return label
    return number if isinstance(label, str) else str(number)


def _suggest(index: pd.Index, label: object) -> str:
    if not isinstance(label, str) or len(index) > 200_000:
        return ""
    near = difflib.get_close_matches(label, [str(known) for known in index], n=1, cutoff=0.75)
    return f" (did you mean {near[0]!r}?)" if near else ""


_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}").fullmatch


_INT64 = np.iinfo(np.int64)


def is_canonical_integer(text: str) -> bool:
    """Tell whether a text is how Python writes an integer of 64 bits: no sign +, no leading zeros."""
    if not _CANONICAL_INTEGER(text):
        return False
    return len(text) < 19 or _INT64.min <= int(text) <= _INT64.max
