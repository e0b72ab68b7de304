"""Which columns of a DataFrame are the ends of its arcs, and which way its rows go."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seeding.errors import InputError, assume, listing
from seeding.network import undirected_rows
from seeding.network.arc_ends import Ends, choose, follows_by_name
from seeding.network.column_kinds import A_SAMPLE, look_at
from seeding.network.other_tables import Candidates

_WHERE = "the DataFrame"


def choose_ends(frame: pd.DataFrame, source: str | None, target: str | None) -> Ends:
    """Choose the two columns: those that were asked for, else by their names and values.

    Raises
    ------
    InputError
        If a column is missing, no two fit, or several do.
    """
    given = [("source", source), ("target", target)]
    if source is None and target is None:
        if frame.shape[1] < 2:
            raise InputError(f"there is no column 'source'; the columns are {listing(frame.columns, 12)}.")
        names = [str(name) for name in frame.columns]
        named = not isinstance(frame.columns, pd.RangeIndex)
        return choose(Candidates(_WHERE, names, named, lambda place: look_at(frame.iloc[:, place], A_SAMPLE)))
    places = []
    for usual, name in given:
        wanted = usual if name is None else name
        found = [place for place, known in enumerate(frame.columns) if known == wanted]
        if not found:
            raise InputError(f"there is no column {wanted!r}; the columns are {listing(frame.columns, 12)}.")
        if len(found) > 1:
            raise InputError(f"{_WHERE} has {len(found)} columns {wanted!r}; give each its own name.")
        places.append(found[0])
    first, second = places
    return Ends(first, second, follows_by_name(str(frame.columns[first]), str(frame.columns[second])))


def ways(frame: pd.DataFrame, ends: Ends, used: list[Any], options: dict[str, Any]) -> dict[str, Any]:
    """Say which way the rows go, as far as the options of `Network.from_edges` leave it open."""
    said: dict[str, Any] = {}
    if options.get("directed", True) is True:
        names = {place: str(name) for place, name in enumerate(frame.columns) if name not in used}
        both = undirected_rows.find(names, lambda place: frame.iloc[:, place], _WHERE, len(frame))
        if both is not None:
            said["directed"] = ~both
    if ends.follows and "direction" not in options and options.get("directed", True) is True:
        warn_of_follows(_WHERE, str(frame.columns[ends.source]), str(frame.columns[ends.target]))
        said["direction"] = "follower_to_followed"
    return said


def warn_of_follows(where: str, follower: str, followed: str) -> None:
    """Tell that the columns say who follows whom, and what that means."""
    assume(
        f"the columns of {where} say who follows whom ({follower!r} follows {followed!r}), so influence is "
        "taken to flow from the followed to the follower; pass direction= to decide."
    )
