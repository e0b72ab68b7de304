"""Choosing the columns of a table by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seeding._runtime.checks import as_whole
from seeding.errors import InputError, listing, shown
from seeding.network.arc_ends import FLOW_PAIRS, FOLLOW_PAIRS, LONE_ENDS, Ends, choose, follows_by_name
from seeding.network.building import PROBABILITY_NAMES
from seeding.network.column_names import normal_name
from seeding.network.other_tables import Candidates
from seeding.network.people import NODE_NAMES
from seeding.roster.reading import CANDIDATE_NAMES, COST_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seeding.network.column_kinds import Values

Name = str | int

_ROSTER_NAMES = frozenset({"candidate", *COST_NAMES})
NETWORK_NAMES = frozenset(
    {*PROBABILITY_NAMES, "prob", "weight"}.union(*FLOW_PAIRS, *FOLLOW_PAIRS, _ROSTER_NAMES)
)
LABEL_NAMES = frozenset(map(normal_name, (*NODE_NAMES, *CANDIDATE_NAMES, *COST_NAMES)))


class Columns(NamedTuple):
    """The names of a table's columns; positions ``"0"``, ``"1"``, … where the file has none."""

    path: str
    names: Sequence[str]
    named: bool = True


def find_column(columns: Columns, name: Name, what: str) -> int:
    """Find a column by its name, or by its position from 0.

    Raises
    ------
    InputError
        If there is no such column, or the name occurs twice; names those present.
    """
    path, names, named = columns
    if not isinstance(name, str):
        place = as_whole(name)
        if place is None or not 0 <= place < len(names):
            raise InputError(
                f"{what}={shown(name)} is no column of {path!r}; positions go from 0 to {len(names) - 1}."
            )
        return place
    places = [i for i, known in enumerate(names) if known == name]
    if len(places) == 1:
        return places[0]
    if places:
        raise InputError(f"{path!r} has {len(places)} columns called {name!r}; give each its own name.")
    present = listing(names, 12) if named else f"{len(names)} without names"
    raise InputError(f"{path!r} has no column {name!r} for {what}; its columns are {present}.")


def find_alias(columns: Columns, names: Iterable[str]) -> int | None:
    """Return the column with the first of these names that is there, however written; None if none is."""
    if not columns.named:
        return None
    present = [normal_name(name) for name in columns.names]
    found = next((normal_name(name) for name in names if normal_name(name) in present), None)
    return None if found is None else find_column(columns, columns.names[present.index(found)], found)


def choose_ends(
    columns: Columns,
    source: Name | None,
    target: Name | None,
    values: Callable[[int], Values],
    integers: bool = False,
) -> Ends:
    """Choose the columns of the two ends of an arc.

    Those given; else those whose names, or whose values, are those of ends (see `seeding.network.arc_ends`).

    Parameters
    ----------
    columns
        The columns there are.
    source, target
        Those that were asked for.
    values
        Looks at the values of a column.
    integers
        Whether it is known that all of them are integers.

    Raises
    ------
    InputError
        If there are no two such columns; names those present.
    """
    if len(columns.names) < 2:
        where = f", {columns.names[0]!r}" if columns.named and columns.names else ""
        raise InputError(
            f"{columns.path!r} has only one column{where}; an arc needs two, so check the separator."
        )
    if source is None and target is None:
        return choose(Candidates(repr(columns.path), columns.names, columns.named, values, integers))
    ends = _given(columns, source, target)
    if ends[0] == ends[1]:
        raise InputError(f"source and target are both column {columns.names[ends[0]]!r}; give two columns.")
    follows = columns.named and follows_by_name(columns.names[ends[0]], columns.names[ends[1]])
    return Ends(*ends, follows=follows)


def _given(columns: Columns, source: Name | None, target: Name | None) -> tuple[int, int]:
    if source is not None and target is not None:
        return find_column(columns, source, "source"), find_column(columns, target, "target")
    end, name = (0, source) if source is not None else (1, target)
    place = find_column(columns, name if name is not None else end, ("source", "target")[end])
    other = _other_end(columns, place, 1 - end)
    return (place, other) if end == 0 else (other, place)


def _other_end(columns: Columns, place: int, end: int) -> int:
    """Find the end that was not given: the only other column, or one with a usual name."""
    if len(columns.names) == 2:
        return 1 - place
    other = find_alias(columns, sorted(LONE_ENDS[end]))
    if other is None or other == place:
        raise InputError(
            f"{columns.path!r} has columns {listing(columns.names, 12)}; pass both source= and target=."
        )
    return other
