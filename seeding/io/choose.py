"""Choosing the columns of a table by their names."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from seeding.checks import as_whole
from seeding.errors import AssumptionWarning, InputError, listing, shown
from seeding.intake import PROBABILITY_NAMES
from seeding.io.sniff import normal_name
from seeding.people import NODE_NAMES
from seeding.roster import CANDIDATE_NAMES, COST_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Name = str | int

# A row of these flows from the first to the second ...
_FLOW_PAIRS = (
    ("source", "target"),
    ("from", "to"),
    ("src", "dst"),
    ("src", "tgt"),
    ("source", "destination"),
    ("u", "v"),
    ("sourceid", "targetid"),
    ("fromid", "toid"),
    ("fromnode", "tonode"),
    ("fromnodeid", "tonodeid"),
    ("node1", "node2"),
    ("id1", "id2"),
    ("user1", "user2"),
    ("sender", "receiver"),
    ("influencer", "follower"),
    ("creator", "follower"),
    ("creator", "fan"),
)
# ... and of these the first follows the second.
_FOLLOW_PAIRS = (
    ("follower", "followed"),
    ("follower", "followee"),
    ("follower", "following"),
    ("follower", "follows"),
    ("followerid", "followedid"),
    ("followerid", "followeeid"),
    ("user", "follows"),
)
_BOTH = frozenset({"follower", "creator", "user", "fan", "influencer"})
# Names that only one end of an arc has, so that a lone one tells of a mistake.
_ENDS = tuple(
    frozenset(
        pair[end] for pair in _FLOW_PAIRS + _FOLLOW_PAIRS if len(pair[end]) > 1 and pair[end] not in _BOTH
    )
    for end in (0, 1)
)
_ROSTER_NAMES = frozenset({"candidate", *COST_NAMES})
NETWORK_NAMES = frozenset(
    {*PROBABILITY_NAMES, "prob", "weight"}.union(*_FLOW_PAIRS, *_FOLLOW_PAIRS, _ROSTER_NAMES)
)
LABEL_NAMES = frozenset(map(normal_name, (*NODE_NAMES, *CANDIDATE_NAMES, *COST_NAMES)))


class Columns(NamedTuple):
    """The names of a table's columns; positions ``"0"``, ``"1"``, … where the file has none."""

    path: str
    names: Sequence[str]
    named: bool = True


class Ends(NamedTuple):
    """Where the two ends of an arc stand, and whether the names say that the first follows the second."""

    source: int
    target: int
    follows: bool


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


def choose_ends(columns: Columns, source: Name | None, target: Name | None) -> Ends:
    """Choose the columns of the two ends of an arc.

    Those given; else a pair of usual names; else the first two columns, with a warning if they have
    other names.

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
    if source is not None or target is not None:
        ends = _given(columns, source, target)
    else:
        ends = _by_names(columns) if columns.named else (0, 1)
    if ends[0] == ends[1]:
        raise InputError(f"source and target are both column {columns.names[ends[0]]!r}; give two columns.")
    pair = tuple(normal_name(columns.names[place]) for place in ends)
    return Ends(*ends, follows=columns.named and pair in _FOLLOW_PAIRS)


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
    other = find_alias(columns, sorted(_ENDS[end]))
    if other is None or other == place:
        raise InputError(
            f"{columns.path!r} has columns {listing(columns.names, 12)}; pass both source= and target=."
        )
    return other


def _by_names(columns: Columns) -> tuple[int, int]:
    present = [normal_name(name) for name in columns.names]
    for first, second in _FLOW_PAIRS + _FOLLOW_PAIRS:
        if first in present and second in present:
            names = columns.names[present.index(first)], columns.names[present.index(second)]
            return find_column(columns, names[0], "source"), find_column(columns, names[1], "target")
    lone = [name for name in present if name in _ENDS[0] | _ENDS[1]]
    if lone or _ROSTER_NAMES.intersection(present):
        raise InputError(
            f"{columns.path!r} has no two columns such as 'source' and 'target'; its columns are "
            f"{listing(columns.names, 12)}: pass source= and target=."
        )
    warnings.warn(
        f"the first two columns of {columns.path!r}, {columns.names[0]!r} and {columns.names[1]!r}, are "
        "taken as source and target; pass source= and target= to decide.",
        AssumptionWarning,
        stacklevel=5,
    )
    return 0, 1
