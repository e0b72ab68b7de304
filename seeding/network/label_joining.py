"""Bringing labels from several places together, by the rule of `seeding.network.label_rule`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
import pandas as pd

from seeding.errors import InputError, assume
from seeding.network import label_rule
from seeding.network.label_spellings import similar
from seeding.network.labels import Coded, Column, as_labels, object_array, tell_whole


def in_one_writing(labels: np.ndarray, what: str) -> np.ndarray | None:
    """Apply the rule of `seeding.network.label_rule` to labels that are compared with each other.

    Parameters
    ----------
    labels
        Labels that `as_labels` made.
    what
        Where they stand, for messages.

    Returns
    -------
    The labels as they are held: integers where all are whole numbers; texts where an integer stands beside
    its text. None if they stay as they are.

    Raises
    ------
    InputError
        If two of them are surely one person.
    """
    if labels.dtype.kind != "O" or label_rule.are_names(labels):
        return None
    nobody = next((label for label in labels if isinstance(label, str) and not label.strip()), None)
    if nobody is not None:
        raise InputError(
            f"{what} has the label {nobody!r}, which names nobody, and all such rows would be one person; "
            "name them, or leave them out."
        )
    numbers = label_rule.whole_numbers(labels)
    if numbers is not None:
        tell_whole(label_rule.first_with_idle_decimals(labels), what)
        return as_labels(numbers, what)
    taken = texts_of_integers(labels)
    texts = (str(label) if _is_integer(label) else label for label in labels)
    split = label_rule.split_person(list(dict.fromkeys(texts)))
    if split is not None:
        raise InputError(label_rule.refusal(*split, what, lambda _: ""))
    return taken


def settled(labels: np.ndarray, what: str) -> np.ndarray:
    """Return labels as `in_one_writing` would have them."""
    taken = in_one_writing(labels, what)
    return labels if taken is None else taken


def refuse_padded(parts: Sequence[np.ndarray], names: Sequence[str]) -> None:
    """Refuse a column of numbers padded with zeros beside one that holds the same numbers without.

    Raises
    ------
    InputError
        If there is one; names a number of both.
    """
    for place, part in enumerate(parts):
        width = label_rule.is_padded(part) if part.dtype.kind == "O" else 0
        for other, numbers in enumerate(parts) if width else ():
            pair = label_rule.padded_twin(part, width, numbers) if other != place else None
            if pair is not None:
                raise InputError(
                    f"{names[place]} has the label {pair[0]!r} and {names[other]} has {pair[1]!r}: one of "
                    "the two lost its zeros, and each person would be two; write both with zeros, or both "
                    "without."
                )


def texts_of_integers(labels: np.ndarray) -> np.ndarray | None:
    """Write integers as texts where one meets its own text, or all are integers or texts of such."""
    integers = {str(label) for label in labels if _is_integer(label)}
    texts = {label for label in labels if isinstance(label, str)} if integers else set()
    if not texts or (integers.isdisjoint(texts) and None in map(label_rule.integer_of, labels)):
        return None
    written = (str(label) if _is_integer(label) else label for label in labels)
    return object_array(written, "labels")


def _is_integer(label: object) -> bool:
    return isinstance(label, (int, np.integer)) and not isinstance(label, bool)


def to_add(index: pd.Index, new: np.ndarray) -> np.ndarray:
    """Make labels ready to stand beside those of an index that has none of them: each once, as objects.

    Integers become texts where the index holds texts only, and texts of integers become integers where it
    holds these only. Labels that look like another one are counted and said; they are added all the same.

    Raises
    ------
    InputError
        If one of them is surely somebody who is there in another writing.
    """
    new = settled(new, "the list of labels")
    held = np.asarray(index)
    refuse_padded([held, new], ("the network", "the list of labels"))
    if held.dtype.kind == "i":
        new = object_array((x if (n := label_rule.integer_of(x)) is None else n for x in new), "labels")
    elif new.dtype.kind == "i" and all(isinstance(label, str) for label in held):
        new = object_array(map(str, new.tolist()), "labels")
    new = pd.unique(new.astype(object))
    if any(isinstance(label, (str, bytes)) for label in new):
        settled(np.concatenate([held.astype(object), new]), "the network with those added")
        alike = similar(held, new)
        if alike is not None:
            said = alike.sentence("person added", "people added")
            assume(f"{said}.")
    return np.asarray(new)


def harmonise(parts: Sequence[Column]) -> list[Column]:
    """Write integer labels as texts where another part holds texts, so that equal ids meet."""
    if all(_are_integers(part) for part in parts if part.size):
        return list(parts)
    return [_as_texts(part) if _are_integers(part) else part for part in parts]


def _are_integers(part: Column) -> TypeGuard[np.ndarray]:
    return isinstance(part, np.ndarray) and part.dtype.kind in "iu"


def _as_texts(part: np.ndarray) -> Coded:
    codes, integers = pd.factorize(part)
    return Coded(codes.astype(np.int32), object_array(map(str, integers.tolist()), "labels"))
