"""Where an object was read from: what a plan file records to read the same again.

Reading functions note their arguments under the name of a table of the campaign, and whatever derives one
network from another notes its own. A value that no text file can hold, such as a table in memory, is named as
missing: then the user has to give the object again.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Source:
    """The tables of a campaign that describe one input.

    Attributes
    ----------
    tables
        Arguments by the name of their table: ``{"network": {"path": "follows.csv", "directed": False}}``.
    missing
        Arguments whose values no file can hold.
    """

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def noting(self, table: str, **values: object) -> Source:
        """Return the source with further arguments of a table; those that are None say nothing."""
        held, missing = dict(self.tables.get(table, {})), list(self.missing)
        for name, value in values.items():
            if value is None:
                continue
            try:
                held[name] = as_plain(value)
            except TypeError:
                missing.append(name)
        tables = {**self.tables, **({table: held} if held else {})}
        return Source(tables, tuple(missing))

    @property
    def paths(self) -> dict[str, str]:
        """The file behind each table that has one."""
        return {name: str(held["path"]) for name, held in self.tables.items() if "path" in held}


def noting(source: Source | None, table: str, **values: object) -> Source | None:
    """Note further arguments; nothing, where it is unknown what they were applied to."""
    return None if source is None else source.noting(table, **values)


def as_plain(value: object) -> Any:
    """Return a value as JSON and TOML hold it.

    Raises
    ------
    TypeError
        If they cannot.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, PurePath):
        return os.fspath(value)
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [as_plain(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iO":
        return [as_plain(item) for item in value.tolist()]
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no plain form")


def recorded(
    table: str, elsewhere: Mapping[str, tuple[str, str]] = MappingProxyType({})
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a reading function note its arguments in the `source` of what it returns.

    Parameters
    ----------
    table
        The table of the campaign that the arguments belong to.
    elsewhere
        Arguments that belong to another table, with the table and the key there.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        usual = {name: given.default for name, given in signature.parameters.items()}

        @wraps(function)
        def read(*given: P.args, **named: P.kwargs) -> R:
            made: Any = function(*given, **named)
            source = Source()
            for name, value in signature.bind(*given, **named).arguments.items():
                if value is usual[name]:
                    continue
                place, key = elsewhere.get(name, (table, name))
                source = source.noting(place, **{key: _Nameless() if _is_no_path(key, value) else value})
            return cast(R, replace(made, source=source))

        return read

    return decorate


class _Nameless:
    """A value in the place of a path: a table in memory, which no plan file holds."""


def _is_no_path(key: str, value: object) -> bool:
    return key == "path" and not isinstance(value, (str, os.PathLike))
