"""Which column of a table of people holds their labels: the one whose values the arcs name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from seeding.errors import InputError, assume
from seeding.network.column_kinds import Values, look_at
from seeding.network.labels import Column, distinct

# Columns beyond these are not looked at.
_MOST_COLUMNS = 16

# Gives the labels that the arcs name, as texts; called only where a choice depends on them.
Named = Callable[[], frozenset[str]]


class PeopleTable(NamedTuple):
    """The columns of a table of people, to choose one from.

    Attributes
    ----------
    where
        What the table is called in a message.
    names
        Their names.
    column
        Gives the values of one.
    decide
        How the caller can choose.
    partly
        Whether to say that some of the people have no arc, and not only that most have none.
    """

    where: str
    names: Sequence[str]
    column: Callable[[int], Any]
    decide: str = "pass node= to decide"
    partly: bool = True


def labels_of(*parts: Column) -> frozenset[str]:
    """Return all labels of some columns as texts."""
    return frozenset(str(label) for part in parts for label in distinct(part).tolist())


def choose(table: PeopleTable, usual: Sequence[int], named: Named | None) -> int:
    """Choose the column of labels.

    Parameters
    ----------
    table
        The table of people.
    usual
        The columns that are called as such a column usually is, the likeliest first.
    named
        The labels that the arcs name; None where nothing is known of them.

    Returns
    -------
    The first usual column, or the first of all; but the one most of whose values the arcs name, where that is
    another one, with a warning.

    Raises
    ------
    InputError
        If two columns are as likely.
    """
    preferred = usual[0] if usual else 0
    if named is None:
        return preferred
    known = named()
    places = range(min(len(table.names), _MOST_COLUMNS))
    held = {place: look_at(table.column(place)) for place in {*places, preferred}}
    found = {place: _found(values, known) for place, values in held.items()}
    best: int = max(found, key=lambda place: (found[place], place == preferred, place in usual, -place))
    if found[best] == found[preferred]:
        least = found[best] if _is_sure(held[best], known, found[best]) else found[best] // 2 + 1
        rivals = [place for place in (usual or found) if found.get(place, 0) >= max(least, 1)]
        _refuse_rivals(table, rivals, found)
        _tell_partly(table, preferred, held[preferred], found[preferred], known)
        return preferred
    if not _is_sure(held[best], known, found[best]) and 2 * found[preferred] > found[best]:
        raise _ask(table, [best, preferred], found)
    _tell(table, best, preferred, held, found)
    return best


def _found(values: Values, known: frozenset[str]) -> int:
    """Count the values that the arcs name; of a column that cannot be labels, none."""
    return sum(value in known for value in values.distinct) if values.is_unique else 0


def _is_sure(values: Values, known: frozenset[str], found: int) -> bool:
    """Tell whether the arcs name all values of a column, or nobody else."""
    return found in (len(values.distinct), len(known))


def _refuse_rivals(table: PeopleTable, places: list[int], found: dict[int, int]) -> None:
    """Refuse several columns whose values the arcs name about equally, unless they are the same."""
    if len(places) < 2:
        return
    first, *others = (list(map(str, table.column(place))) for place in places)
    if any(other != first for other in others):
        raise _ask(table, places, found)


def _ask(table: PeopleTable, places: Iterable[int], found: dict[int, int]) -> InputError:
    said = " and ".join(f"{table.names[place]!r} ({found[place]:,} are in the arcs)" for place in places)
    return InputError(f"columns {said} of {table.where} could both be the labels; {table.decide}.")


def _tell_partly(table: PeopleTable, place: int, values: Values, found: int, known: frozenset[str]) -> None:
    """Say that the arcs name nobody, or not everybody, of a table of people."""
    name, n = table.names[place], len(values.distinct)
    if found == n or not values.is_unique or not (table.partly or 2 * found < n):
        return
    other = next(value for value in sorted(values.distinct) if value not in known)
    if found:
        said = f"{n - found:,} of the {n:,} people of {table.where} have no arc, as {other!r}"
    else:
        said = f"none of the {n:,} people of {table.where} has an arc; check that both use the same labels"
    assume(f"{said} (column {name!r} is taken as the labels; {table.decide}).")


def _tell(
    table: PeopleTable, best: int, preferred: int, held: dict[int, Values], found: dict[int, int]
) -> None:
    assume(
        f"column {table.names[best]!r} of {table.where} is taken as the labels, since {found[best]:,} of its "
        f"{len(held[best].distinct):,} values are in the arcs, and {found[preferred]:,} of "
        f"{table.names[preferred]!r}; {table.decide}."
    )
