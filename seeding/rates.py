"""What arcs take, and how many see a message that comes by them: numbers from columns, mappings or arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from seeding import cells
from seeding.checks import as_floats, as_number
from seeding.errors import InputError, listing, shown

if TYPE_CHECKING:
    from seeding.network import Network

Rate: TypeAlias = (
    "float | str | Mapping[str, Mapping[Any, float]] | np.ndarray | list[float] | pd.Series | None"
)

# Rates that are parts of a whole, from 0 to 1.
_SHARES = ("view", "share", "meeting")


class Delays(NamedTuple):
    """What each out-arc takes: a time (``meeting`` false), or the chance of passing it in one step."""

    values: np.ndarray
    meeting: bool


def with_exposure(network: Network, view: Rate, share: Rate) -> Network:
    """Add the chance of seeing; see `Network.with_exposure`."""
    if network.exposure is not None:
        raise InputError("the network has exposure already; add it once, with view= and share= together.")
    if view is None and share is None:
        raise InputError("neither view nor share is given; give at least one of them.")
    out = network.out
    exposure = out.probability if view is None else of_arcs(network, view, "view", by_source=True)
    shares = np.ones(1) if share is None else of_arcs(network, share, "share", by_source=False)
    for name, values in (("view", exposure), ("share", shares)):
        _check(network, values, name, 1.0)
    exposure = np.ascontiguousarray(exposure, dtype=np.float64)
    seen = network.with_probability(exposure * shares, "seeing × sharing")
    return replace(seen, exposure=exposure, message=network.message)


def with_delays(network: Network, delay: Rate, meeting: Rate) -> Network:
    """Add what arcs take; see `Network.with_delays`."""
    if (delay is None) == (meeting is None):
        raise InputError("give either delay or meeting, not both: what each arc takes, or the chance a step.")
    name, given = ("delay", delay) if meeting is None else ("meeting", meeting)
    values = of_arcs(network, given, name, by_source=True)
    _check(network, values, name, np.inf if meeting is None else 1.0)
    if meeting is not None and (values <= 0).any():
        raise InputError("meeting is 0 on an arc, which would never be passed; give chances above 0.")
    return replace(network, delays=Delays(values, meeting is not None))


def of_arcs(network: Network, given: Rate, name: str, by_source: bool) -> np.ndarray:
    """Turn what is given into one number per out-arc: as it is, or by one of the arc's two ends."""
    n_arcs = network.n_arcs
    if isinstance(given, (str, Mapping)):
        return _from_column(network, given, name, by_source)
    number = as_number(given)
    if number is not None:
        return np.full(n_arcs, number)
    lone: object = given
    if isinstance(lone, Real | Decimal):
        raise InputError(f"{name} is {shown(given)}, which is no finite number; give one, or one per arc.")
    numbers = _as_numbers(given, name)
    if numbers.shape != (n_arcs,):
        raise InputError(
            f"{name} has {numbers.size:,} values for {n_arcs:,} arcs; give one for each arc, in the order of "
            "network.out, or a number, or the name of a column of the people."
        )
    return numbers


def _from_column(network: Network, given: str | Mapping[str, Any], name: str, by_source: bool) -> np.ndarray:
    """Read a column of the arcs, or else of the people at one of their ends."""
    if isinstance(given, Mapping) and len(given) != 1:
        raise InputError(f"{name} names {len(given)} columns; give one, as {{column: {{value: rate}}}}.")
    column = given if isinstance(given, str) else next(iter(given))
    of_arc = network.arcs is not None and column in network.arcs.columns
    values = (
        network.arcs[column] if of_arc and network.arcs is not None else _of_people(network, column, name)
    )
    missing = np.flatnonzero(values.isna().to_numpy())
    if missing.size:
        at = int(missing[0])
        who = network.arc_name(at) if of_arc else network.names.quoted(at)
        raise InputError(f"{name}={column!r}: {who} has no value there ({missing.size:,} have none).")
    if isinstance(given, Mapping):
        values = _looked_up(values, given[column], name)
    texts = values.dtype.kind not in "iufb"
    numbers = _of_texts(network, values, column, name, of_arc) if texts else _as_numbers(values, name)
    if of_arc:
        return numbers
    ends = network.out.rows() if by_source else network.out.indices
    return np.ascontiguousarray(numbers[ends])


def _of_texts(network: Network, values: pd.Series, column: str, name: str, of_arc: bool) -> np.ndarray:
    """Read a column that holds texts as numbers; shares may be in percent."""

    def who(row: int) -> str:
        return f"the arc {network.arc_name(row)}" if of_arc else network.names.quoted(row)

    most = 1.0 if name in _SHARES else np.inf
    return np.ascontiguousarray(cells.numbers(values, column, who, most=most))


def _of_people(network: Network, column: str, name: str) -> pd.Series:
    arcs = [] if network.arcs is None else list(network.arcs.columns)
    if network.people is None or column not in network.people.columns:
        people = [] if network.people is None else list(network.people.columns)
        known = f"there is {listing([*people, *arcs], 12)}" if people or arcs else "there are none"
        raise InputError(f"{name}={column!r} is no column of the people or the arcs; {known}.")
    values: pd.Series = network.people[column]
    return values


def _looked_up(column: pd.Series, factors: Mapping[Any, float], name: str) -> pd.Series:
    unknown = [value for value in pd.unique(column) if value not in factors]
    if unknown:
        raise InputError(
            f"{name} says nothing of {column.name}={unknown[0]!r}; it knows {listing(factors, 12)}."
        )
    return column.map(dict(factors))


def _as_numbers(values: Any, name: str) -> np.ndarray:
    numbers = as_floats(values)
    if numbers is None:
        raise InputError(f"{name} holds values that are not numbers; give numbers.")
    if numbers.ndim != 1:
        raise InputError(f"{name} is not one value per arc; give a flat list of numbers.")
    return np.ascontiguousarray(numbers)


def _check(network: Network, values: np.ndarray, name: str, most: float) -> None:
    wrong = np.flatnonzero(~((values >= 0) & (values <= most) & np.isfinite(values)))
    if wrong.size:
        arc = int(wrong[0])
        rule = "a number from 0 to 1" if most == 1 else "a number of 0 or more"
        raise InputError(f"{name} is {values[arc]!s} on the arc {network.arc_name(arc)}; it must be {rule}.")
