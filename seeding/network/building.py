"""Understanding what a caller gave to make a network: labels, probabilities, parallel arcs, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from seeding._runtime import checks, numerals
from seeding._runtime.checks import LARGEST, LEAST
from seeding.errors import InputError, assume, listing, shown
from seeding.network import csr as csr_build
from seeding.network import label_joining, label_rule, probabilities
from seeding.network import labels as label_tools
from seeding.network.csr import Csr
from seeding.network.labels import Coded, Labels

Direction = Literal["source_to_target", "follower_to_followed"]
Parallel = Literal["noisy_or", "max", "refuse"]
SelfLoops = Literal["drop", "refuse"]
Probability: TypeAlias = "float | str | np.ndarray | pd.Series | Iterable[float] | None"
Weights: TypeAlias = "Mapping[Any, float] | pd.Series | np.ndarray | Iterable[float] | None"

PROBABILITY_NAMES = ("probability", "p")
ASSUMED_RULE = "weighted_cascade"
_MOST_NODES = np.iinfo(np.int32).max


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not one of those allowed."""
    if not checks.is_one_of(value, allowed):
        raise InputError(f"{name}={shown(value)} is not understood; choose one of {listing(allowed)}.")


def number_labels(
    source: object, target: object, nodes: object
) -> tuple[Labels, list[np.ndarray], np.ndarray | None]:
    """Give each label an index; returns them with the indices of source and target, and of nodes (int32)."""
    parts = [label_tools.as_column(source, "source"), label_tools.as_column(target, "target")]
    if parts[0].size != parts[1].size:
        raise InputError(f"source has {parts[0].size:,} rows and target {parts[1].size:,}; they must match.")
    if nodes is not None:
        parts.append(label_tools.as_labels(nodes, "nodes"))
    labels, codes = label_tools.encode(parts)
    if len(labels) == 0:
        raise InputError("the network has no nodes; give at least one arc or one label in nodes.")
    labels, codes = _in_one_writing(labels, codes)
    if len(labels) > _MOST_NODES:
        raise InputError(
            f"{len(labels):,} nodes are more than the {_MOST_NODES:,} an int32 index can number."
        )
    if nodes is not None and not _grows(codes[2]):
        _refuse_twice(codes[2], labels)
    return labels, codes[:2], codes[2] if nodes is not None else None


def _in_one_writing(labels: Labels, codes: list[np.ndarray]) -> tuple[Labels, list[np.ndarray]]:
    """Make one label of several writings of it, as `seeding.network.label_rule` says."""
    held = labels.array()
    if labels.are_integers or label_rule.are_names(held):
        return labels, codes
    columns = ("source", "target", "nodes")[: len(codes)]
    label_joining.refuse_padded([held[np.unique(part)] for part in codes], columns)
    taken = label_joining.in_one_writing(held, "the network")
    return (labels, codes) if taken is None else label_tools.encode([Coded(part, taken) for part in codes])


def _refuse_twice(codes: np.ndarray, labels: Labels) -> None:
    twice = np.flatnonzero(np.bincount(codes) > 1)
    if twice.size:
        names = listing(label_tools.plain(labels.index[twice]))
        raise InputError(f"nodes names {names} twice; give each label once.")


def _grows(codes: np.ndarray) -> bool:
    """Tell whether numbers are sorted and distinct, which is quickly seen."""
    return bool((codes[1:] > codes[:-1]).all())


def drop_loops(rows: list[np.ndarray], self_loops: SelfLoops, labels: Labels) -> int:
    """Take self-loops out of rows of sources, targets and values (perhaps none); returns how many there were.

    Raises
    ------
    InputError
        If there is one and they are to be refused.
    """
    loops = rows[0] == rows[1]
    if not loops.any():
        return 0
    if self_loops == "refuse":
        row = int(np.argmax(loops))
        raise InputError(f"row {row} is a self-loop of {labels.quoted(rows[0][row])}; remove it.")
    count = int(loops.sum())
    kept = np.invert(loops, out=loops)
    rows[:] = [part[kept] if part.size else part for part in rows]
    return count


def read_probability(
    probability: Probability, n_rows: int, name: str | None
) -> tuple[np.ndarray, str | None, str]:
    """Understand `probability`; returns values (0-d if a constant), the rule or None, and words for it."""
    if probability is None:
        assume(
            "no probabilities were given, so the weighted cascade (1 / in-degree) is assumed; "
            'pass probability= a number, a column, "weighted_cascade" or "trivalency" to decide.'
        )
        return np.array(1.0), ASSUMED_RULE, f"{ASSUMED_RULE} (assumed: none given)"
    if isinstance(probability, str):
        if probability not in probabilities.RULES:
            raise InputError(
                f"probability={probability!r} is no rule and no column here; "
                f"the rules are {listing(sorted(set(probabilities.RULES.values())))}."
            )
        rule = probabilities.RULES[probability]
        return np.array(1.0), rule, rule
    if not isinstance(probability, (list, tuple)) and np.ndim(probability) == 0:  # type: ignore[arg-type]
        if isinstance(probability, (bool, np.bool_)) or not isinstance(probability, Real | Decimal):
            raise InputError(
                f"probability={shown(probability)} is not a number, a rule or one value per row."
            )
        number = probabilities.check_number(probability)
        return np.array(number), None, f"{number:g} on every arc"
    values = probabilities.check_array(_one_per_row(probability))
    if values.shape != (n_rows,):
        raise InputError(f"probability has {values.size:,} values for {n_rows:,} rows; give one per row.")
    return values, None, name or "given per row"


def _one_per_row(probability: Any) -> np.ndarray:
    try:
        array = np.asarray(probability)
    except ValueError:
        array = np.empty((0, 0))
    if array.ndim != 1:
        raise InputError("probability is not one value per row; give a flat list of numbers.")
    return array


def merge(rows: Csr, parallel: Parallel, labels: Labels, constant: bool) -> tuple[Csr, int]:
    """Merge parallel arcs by the stated rule; returns the rows and how many entries went away."""
    repeated = csr_build.count_parallel(rows)
    if repeated == 0:
        return rows, 0
    if parallel == "refuse":
        sources = rows.rows()
        same = np.flatnonzero((np.diff(rows.indices) == 0) & (np.diff(sources) == 0))[0]
        u, v = labels.quoted(sources[same]), labels.quoted(rows.indices[same])
        raise InputError(
            f"{repeated:,} arcs are repeated, first {u} → {v}; remove them or choose parallel='noisy_or'."
        )
    return csr_build.merge_parallel(rows, take_max=constant or parallel == "max"), repeated


def read_weights(weights: Weights, labels: Labels, extra: np.ndarray | None) -> np.ndarray:
    """Bring node weights into the order of `labels`; `extra` holds the indices that `nodes` named."""
    if weights is None:
        return np.ones(len(labels))
    if isinstance(weights, (Mapping, pd.Series)):
        series = weights if isinstance(weights, pd.Series) else _series(weights)
        given_keys = label_tools.as_labels(np.asarray(series.index), "weights")
        keys = label_tools.make_index(label_joining.settled(given_keys, "weights"))
        if keys.has_duplicates:
            twice = listing(label_tools.plain(keys[keys.duplicated()].unique()))
            raise InputError(f"weights names {twice} twice; give each label one weight.")
        where = label_tools.find(keys, labels.array())
        if (where < 0).any():
            raise InputError(
                f"weights has no value for {listing(labels.index[where < 0])}; it must name every node."
            )
        values = _numbers(series.to_numpy()[where])
    else:
        given = _numbers(weights)
        if extra is None or given.shape != extra.shape or given.size != len(labels):
            raise InputError(
                f"weights has {given.size:,} values; give one for each label in nodes=, which must "
                "then name every node, or a mapping from label to weight."
            )
        values = np.empty(len(labels))
        values[extra] = given
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        raise InputError(
            f"the weight of {labels.quoted(wrong[0])} is {values[wrong[0]]}; weights must be "
            "numbers of 0 or more."
        )
    if not (values > 0).any():
        raise InputError("all node weights are 0, so nobody counts; give at least one node a weight above 0.")
    if not are_weights(values):
        row = int(np.flatnonzero((values > 0) & ((values < LEAST) | (values > LARGEST)))[0])
        raise InputError(
            f"the weight of {labels.quoted(row)} is {values[row]}; weights must be 0, or numbers from "
            f"{LEAST:g} to {LARGEST:g}: use another unit."
        )
    return values + 0.0  # minus nought is nought


def are_weights(values: np.ndarray) -> bool:
    """Tell whether all are weights of nodes: 0, or numbers that can be added up; and not all are 0."""
    fit = (values == 0) | ((values >= LEAST) & (values <= LARGEST))
    return bool(fit.all()) and bool((values > 0).any())


def _series(weights: Mapping[Any, float]) -> pd.Series:
    keys = label_tools.object_array(weights, "weights")
    return pd.Series(list(weights.values()), index=label_tools.make_index(keys), dtype=object)


def _numbers(values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind in "OUT" and array.ndim == 1 and any(isinstance(value, str) for value in values):
        try:
            return np.array(numerals.read_floats(values), dtype=np.float64)
        except numerals.Misread as wrong:
            raise InputError(
                f"weights holds values that are not numbers, such as {numerals.shown(values[wrong.row])} "
                f"({wrong.words}); give numbers of 0 or more."
            ) from None
    read = checks.as_floats(values)
    if read is None:
        raise InputError("weights holds values that are not numbers; give numbers of 0 or more.")
    return read


def column_or_rule(probability: Probability, frame: pd.DataFrame) -> tuple[Probability, str | None]:
    """Resolve the name of a column; returns its values with words for the report, or the rule as given."""
    if probability is None:
        probability = next((name for name in PROBABILITY_NAMES if name in frame.columns), None)
    if isinstance(probability, str) and probability in frame.columns:
        return frame[probability].to_numpy(), f"column {probability!r}"
    if isinstance(probability, str) and probability not in probabilities.RULES:
        raise InputError(
            f"probability={probability!r} is neither a column ({listing(frame.columns, 12)}) nor a rule "
            f"({listing(sorted(set(probabilities.RULES.values())))})."
        )
    return probability, None
