"""Values of a plan as JSON and back, exactly: only known classes are made, and nothing is ever run.

A value that JSON has no form for becomes an object with the key ``"$"``, which names its kind: an exact
amount, a tuple, an array, a table, or one of the frozen classes that plans are made of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from seeding.errors import InputError
from seeding.network.labels import Labels

_KIND = "$"
# Kinds of numbers in arrays: truth values, integers and floats.
_NUMBERS = "biuf"


def encode(value: Any) -> Any:
    """Return a value of a plan as plain values.

    Raises
    ------
    InputError
        If it holds something that no plan file can, such as an object of another library.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, float):
        # JSON has no word for these.
        return value if np.isfinite(value) else {_KIND: "float", "value": repr(value)}
    if isinstance(value, dict):
        return {_KIND: "dict", "items": [[encode(key), encode(held)] for key, held in value.items()]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    for kind, (made, write, _) in _kinds().items():
        if type(value) is made or (isinstance(made, tuple) and isinstance(value, made)):
            return {_KIND: kind, **write(value)}
    raise InputError(
        f"the plan holds {str(value)[:40]!r}, a {type(value).__name__}, which a plan file cannot hold; "
        "turn that column of the roster into text or numbers."
    )


def decode(value: Any) -> Any:
    """Return the value that `encode` wrote.

    Raises
    ------
    InputError
        If it was not written by `encode`.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(_KIND)
    try:
        if kind == "float":
            return float(value["value"])
        if kind == "dict":
            return {decode(key): decode(held) for key, held in value["items"]}
        return _kinds()[str(kind)][2](value)
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as error:
        raise InputError(f"a part of kind {str(kind)[:40]!r} cannot be read ({error})") from None


Kind = tuple[Any, Callable[[Any], dict[str, Any]], Callable[[dict[str, Any]], Any]]


@cache
def _kinds() -> dict[str, Kind]:
    """Return how each kind of value is written and read."""
    kinds: dict[str, Kind] = {
        "decimal": (Decimal, lambda value: {"value": f"{value:f}"}, lambda held: Decimal(held["value"])),
        "tuple": (
            tuple,
            lambda value: {"items": [encode(item) for item in value]},
            lambda held: tuple(decode(item) for item in held["items"]),
        ),
        "array": (np.ndarray, _write_array, _read_array),
        "labels": (
            Labels,
            lambda value: {"values": _write_array(value.array()), "type": str(value.held.dtype)},
            _read_labels,
        ),
        "table": (pd.DataFrame, _write_table, _read_table),
        "time": ((pd.Timestamp,), lambda value: {"value": value.isoformat()}, _read_time),
        "missing": ((type(pd.NA), type(pd.NaT)), lambda _: {}, lambda _: pd.NA),
    }
    return kinds | {made.__name__: _of_class(made) for made in _classes()}


def _classes() -> list[type]:
    """Return the frozen classes that plans are made of; a new section is one of them by being one."""
    from seeding.plan import answers, changes, estimate, plan, prices, sections
    from seeding.plan.seed_table import SeedTable

    modules = (answers, changes, estimate, prices, sections)
    held: list[Any] = [one for module in modules for one in vars(module).values()]
    found = {one for one in held if isinstance(one, type) and is_dataclass(one)}
    return sorted({*found, SeedTable, plan.Phase}, key=lambda one: one.__name__)


def _of_class(made: Any) -> Kind:
    def write(value: Any) -> dict[str, Any]:
        return {"fields": {one.name: encode(getattr(value, one.name)) for one in fields(made) if one.init}}

    def read(held: dict[str, Any]) -> Any:
        return made(**{name: decode(part) for name, part in held["fields"].items()})

    return made, write, read


def _write_array(array: np.ndarray) -> dict[str, Any]:
    if array.ndim != 1:
        raise InputError(f"an array of {array.ndim} dimensions is no part of a plan; please report this.")
    known = array.dtype.str if array.dtype.kind in _NUMBERS else "object"
    return {"type": known, "items": [encode(item) for item in array.tolist()]}


def _read_array(held: dict[str, Any]) -> np.ndarray:
    items = [decode(item) for item in held["items"]]
    if held["type"] == "object":
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return array
    kind = np.dtype(str(held["type"]))
    if kind.kind not in _NUMBERS:
        raise ValueError(f"no array of {kind}")
    return np.array(items, dtype=kind)


def _read_labels(held: dict[str, Any]) -> Labels:
    array = _read_array(held["values"])
    return Labels.of(array) if array.dtype.kind == "i" else Labels(pd.Index(array, dtype=str(held["type"])))


def _write_table(table: pd.DataFrame) -> dict[str, Any]:
    """Write a table column by column, each with its type; the rows are numbered."""
    columns = []
    for place, name in enumerate(table.columns):
        column = table.iloc[:, place]
        columns.append({"name": encode(name), "type": str(column.dtype), "items": _cells(column)})
    return {"rows": len(table), "columns": columns}


def _cells(column: pd.Series) -> list[Any]:
    held = column.astype(object)
    return [None if item is pd.NaT else encode(item) for item in held.tolist()]


def _read_table(held: dict[str, Any]) -> pd.DataFrame:
    rows = range(int(held["rows"]))
    columns = []
    for one in held["columns"]:
        items = [decode(item) for item in one["items"]]
        columns.append(
            pd.Series(items, index=rows, dtype=_type_of(str(one["type"])), name=decode(one["name"]))
        )
    return pd.concat(columns, axis=1) if columns else pd.DataFrame(index=rows)


def _type_of(name: str) -> Any:
    """Return the type of a column; categories are read as what they hold."""
    return "object" if name == "category" else name


def _read_time(held: dict[str, Any]) -> pd.Timestamp:
    return pd.Timestamp(held["value"])
