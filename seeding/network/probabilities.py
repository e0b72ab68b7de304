"""Rules that give every arc its probability."""

from __future__ import annotations

import numpy as np

from seeding._runtime import numerals
from seeding._runtime.checks import as_number
from seeding._runtime.memory import blocks
from seeding.errors import InputError, shown

RULES = {
    "weighted_cascade": "weighted_cascade",
    "wc": "weighted_cascade",
    "trivalency": "trivalency",
    "tv": "trivalency",
}
TRIVALENCY_LEVELS = (0.1, 0.01, 0.001)


def weighted_cascade(target: np.ndarray, n_nodes: int) -> np.ndarray:
    """Give arc u→v the probability 1 / indegree(v), counting distinct arcs (Kempe et al., KDD 2003)."""
    indegree = np.zeros(n_nodes, dtype=np.int64)
    for block in blocks(target.size, max(n_nodes, 1 << 20)):
        indegree += np.bincount(target[block], minlength=n_nodes)
    share = np.divide(1.0, indegree, where=indegree > 0, out=np.zeros(n_nodes))
    probability = np.empty(target.size)
    for block in blocks(target.size):
        probability[block] = share[target[block]]
    return probability


def trivalency(source: np.ndarray, target: np.ndarray, key: int) -> np.ndarray:
    """Draw each arc's probability from {0.1, 0.01, 0.001} (Chen et al., KDD 2010).

    The draw is a function of the key and the arc alone, so it does not depend on the order of arcs.
    """
    probability = np.empty(source.size)
    for block in blocks(source.size):
        probability[block] = _trivalency(source[block], target[block], key)
    return probability


def _trivalency(source: np.ndarray, target: np.ndarray, key: int) -> np.ndarray:
    bits = (source.astype(np.uint64) << np.uint64(32)) | target.astype(np.uint64)
    bits = bits * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    level = ((bits ^ (bits >> np.uint64(31))) >> np.uint64(32)) % np.uint64(3)
    return np.array(TRIVALENCY_LEVELS)[level.astype(np.intp)]


def assign(rule: str, indptr: np.ndarray, indices: np.ndarray, key: int) -> np.ndarray:
    """Apply a rule by name to distinct arcs given as rows of targets; returns float64 per arc."""
    n_nodes = indptr.size - 1
    if RULES[rule] == "trivalency":
        return trivalency(np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(indptr)), indices, key)
    return weighted_cascade(indices, n_nodes)


def check_number(value: object, what: str = "probability") -> float:
    """Return `value` if it is a probability.

    Raises
    ------
    InputError
        If it is not a number in [0, 1].
    """
    number = as_number(value)
    if number is None or not 0.0 <= number <= 1.0:
        raise InputError(f"{what}={shown(value)} is not a probability; give a number from 0 to 1.")
    return number + 0.0  # minus nought is nought


def check_array(values: np.ndarray, what: str = "probability", first_row: int = 0) -> np.ndarray:
    """Return `values` as float64 if all are probabilities.

    Raises
    ------
    InputError
        If any is missing or outside [0, 1]; names the first such row, counted from `first_row`.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty((0, 0))
    if array.ndim != 1:
        raise InputError(f"{what} is not one value per row; give a flat list of numbers.")
    if array.dtype.kind in "cmM":
        kind = "complex numbers" if array.dtype.kind == "c" else "dates or times"
        raise InputError(f"{what} holds {kind}; give a number from 0 to 1 in each row.")
    if array.dtype.kind in "OUT" and any(isinstance(value, str) for value in array.flat):
        array = _of_texts(array, what, first_row)
    try:
        numbers = np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        raise InputError(
            f"{what} holds values that are not numbers, such as {_first_text(array)!r}."
        ) from None
    wrong = np.flatnonzero(~((numbers >= 0.0) & (numbers <= 1.0)))
    if wrong.size:
        row = int(wrong[0])
        raise InputError(
            f"{what} {numbers[row]!s} in row {row + first_row} is not a probability; "
            f"every value must be a number from 0 to 1 ({wrong.size:,} are not)."
        )
    # Minus nought is nought.
    return numbers + 0.0 if np.signbit(numbers).any() else numbers


def _of_texts(array: np.ndarray, what: str, first_row: int) -> np.ndarray:
    """Read the texts among some values as numbers; the others stay as they are."""
    values = array.astype(object)
    texts = np.array([isinstance(value, str) for value in values], dtype=np.bool_)
    try:
        values[texts] = numerals.read_floats(values[texts], 1.0)
    except numerals.Misread as wrong:
        row = int(np.flatnonzero(texts)[wrong.row])
        if wrong.reason in ("negative", "range"):
            rule = "is not a probability; every value must be a number from 0 to 1"
            raise InputError(f"{what} {values[row]!r} in row {row + first_row} {rule}.") from None
        raise InputError(
            f"{what} holds values that are not numbers, such as {numerals.shown(values[row])} in row "
            f"{row + first_row} ({wrong.words})."
        ) from None
    return values


def _first_text(array: np.ndarray) -> object:
    for value in array:
        try:
            float(value)
        except (TypeError, ValueError, OverflowError, ArithmeticError):
            return value.item() if isinstance(value, np.generic) else value
    return array[0]
