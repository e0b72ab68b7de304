"""Labels are the user's names for people; indices are ours. Labels in, labels out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from seeding.errors import InputError, listing

# Digits (and sign) of the longest integer that is still taken for an id.
_LONGEST_ID = 40


def as_labels(values: object, what: str) -> np.ndarray:
    """Take labels as an int64 array where all are integers, as an array of objects otherwise.

    Raises
    ------
    InputError
        If a label is missing, or is a floating-point number (which cannot hold long ids exactly).
    """
    if isinstance(values, (str, bytes)):
        raise InputError(f"{what} is one text, {values!r}; pass a list of labels.")
    if not isinstance(values, (np.ndarray, pd.Series, pd.Index)):
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
        raise _no_floats(array, what)
    if array.dtype.kind != "O":
        array = np.array(array.tolist(), dtype=object)
    missing = np.flatnonzero(pd.isna(array))
    if missing.size:
        raise InputError(f"{what} has no label in row {int(missing[0])}; every row needs one.")
    return _checked_objects(array, what)


def _no_floats(array: np.ndarray, what: str) -> InputError:
    return InputError(
        f"{what} holds floating-point labels such as {array[:1].tolist()}, which lose the last digits "
        "of long ids; read that column as text or integers."
    )


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
    kind = pd.api.types.infer_dtype(array, skipna=False)
    if kind == "integer":
        try:
            return array.astype(np.int64)
        except OverflowError:
            return array
    if kind in ("floating", "mixed-integer-float"):
        raise _no_floats(array, what)
    if kind.startswith("mixed"):
        row = next((i for i, label in enumerate(array) if not _is_hashable(label)), None)
        if row is not None:
            raise InputError(
                f"{what} has {array[row]!r} in row {row}, which can change; use text, an integer or a tuple."
            )
    return array


def _is_hashable(label: object) -> bool:
    try:
        hash(label)
    except TypeError:
        return False
    return True


def make_index(array: np.ndarray) -> pd.Index:
    """Wrap labels in an Index that keeps tuples as single labels."""
    return pd.Index(array, tupleize_cols=False)


def encode(parts: list[np.ndarray]) -> tuple[pd.Index, list[np.ndarray]]:
    """Give each label that occurs in `parts` an index.

    Labels are sorted where they can be, so that the numbering (and with it every result) does not
    depend on the order of the rows; labels of mixed kinds keep their order of first appearance.

    Returns
    -------
    The distinct labels, and for each part its labels' indices (int64).
    """
    kinds = {part.dtype.kind for part in parts if part.size}
    if "O" in kinds:
        parts = [part.astype(object) for part in parts]
    filled = [part for part in parts if part.size]
    joined = np.concatenate(filled) if filled else np.zeros(0, dtype=np.int64)
    codes, uniques = pd.factorize(joined)
    uniques = np.asarray(uniques)
    try:
        order = np.argsort(uniques, kind="stable")
    except TypeError:
        order = np.arange(uniques.size)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    indices = place[codes]
    bounds = np.cumsum([part.size for part in parts])[:-1]
    return make_index(uniques[order]), np.split(indices, bounds)


def locate(index: pd.Index, labels: np.ndarray, what: str, where: str) -> np.ndarray:
    """Find labels in an index.

    Text and integers match when they are written alike (``"17"`` finds 17, ``"017"`` does not), because
    a file cannot say which of the two an id was.

    Raises
    ------
    InputError
        If some are not there; names them, and suggests a near match for the first.
    """
    found = find(index, labels)
    unknown = np.flatnonzero(found < 0)
    if unknown.size:
        missing = [labels[i] for i in unknown]
        raise InputError(
            f"{what} {listing(plain(missing))} "
            f"{'is' if len(missing) == 1 else 'are'} not in {where}{_suggest(index, missing[0])}."
        )
    return found


def find(index: pd.Index, labels: np.ndarray) -> np.ndarray:
    """Find labels in an index as `locate` does; −1 where one is not there."""
    if labels.size == 0:
        return np.zeros(0, dtype=np.int64)
    found = index.get_indexer(make_index(labels)).astype(np.int64)
    unknown = np.flatnonzero(found < 0)
    if unknown.size and (index.dtype.kind != "i" or labels.dtype.kind != "i"):
        other = object_array(map(_other_writing, plain(labels[unknown])), "labels")
        found[unknown] = index.get_indexer(make_index(other))
    return found


def plain(labels: Iterable[object]) -> list[object]:
    """Turn NumPy scalars into Python objects, for messages and files."""
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def quoted(label: object) -> str:
    """Write one label the way Python would, for a message."""
    return repr(plain([label])[0])


def _other_writing(label: object) -> object:
    """Turn an integer into text, and text that is an integer's usual writing into that integer."""
    if isinstance(label, int) and not isinstance(label, bool):
        return str(label)
    if isinstance(label, str) and len(label) <= _LONGEST_ID and label.removeprefix("-").isdecimal():
        number = int(label)
        if str(number) == label:
            return number
    return label


def _suggest(index: pd.Index, label: object) -> str:
    if not isinstance(label, str) or len(index) > 200_000:
        return ""
    near = difflib.get_close_matches(label, [str(known) for known in index], n=1, cutoff=0.75)
    return f" (did you mean {near[0]!r}?)" if near else ""
