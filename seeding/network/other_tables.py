"""Tables that are no lists of arcs: rosters, event logs, tables of people; refused by what they look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from seeding.errors import InputError, listing
from seeding.network import column_names
from seeding.network.column_kinds import Values, shared
from seeding.network.column_names import Role, meaning, normal_name

EVENT_LOG = "an event log: who did something with what, and when"
_PEOPLE = "pass it as nodes=, or as roster= if it has costs"
NO_EVENTS = "make it a list of who influences whom first, one row per connection, as no command reads events"


class Candidates(NamedTuple):
    """The columns of a table, to choose two from.

    Attributes
    ----------
    where
        What the table is called in a message.
    names
        Their names.
    named
        Whether the names are the user's own; otherwise they are positions.
    values
        Looks at the values of a column.
    integers
        Whether it is known that all of them are integers.
    """

    where: str
    names: Sequence[str]
    named: bool
    values: Callable[[int], Values]
    integers: bool = False

    def listed(self) -> str:
        """Name the columns in a sentence."""
        return listing(self.names, 12)

    def called(self, place: int) -> str:
        """Name one column in a sentence."""
        return repr(self.names[place]) if self.named else f"column {place + 1}"


def evidence(held: dict[int, Values], two: tuple[int, int]) -> int:
    """Count the values that two columns share, as far as that says anything.

    Whole numbers of any kind share values by chance, above all with numbers that count something: so a column
    of them that holds each once is no evidence.
    """
    first, second = held[two[0]], held[two[1]]
    numbers = first.kind == second.kind == "integer"
    chance = numbers and (each_once(first) or each_once(second))
    return 0 if chance or first.kind != second.kind else shared(first, second)


def refuse_other_tables(table: Candidates, held: dict[int, Values], able: list[int]) -> None:
    """Refuse a table that is no list of arcs: a roster, an event log, a table of people.

    Parameters
    ----------
    table, held
        The table, and what its columns hold.
    able
        The columns that could be ends.

    Raises
    ------
    InputError
        If it is one of these; says what it looks like, and where that goes.
    """
    roles: dict[int, Role] = {place: meaning(table.names[place]).role for place in held}
    people = [place for place in able if roles[place] in ("person", "followed", "follower")]
    apart = not any(evidence(held, two) for two in combinations(able, 2))
    bought = any(column_names.is_bought(table.names[place]) for place in held)
    if any(normal_name(table.names[place]) == "candidate" for place in held) or (people and apart and bought):
        raise looks_like(table, "a roster: who can be bought for how much", "pass it as roster=")
    if _are_events(held, able, roles, people, apart):
        raise looks_like(table, EVENT_LOG, NO_EVENTS)
    of_person = any(column_names.is_of_person(table.names[place]) for place in held)
    key = _key_of_people(held, able, roles, of_person) if apart else None
    if key is not None:
        said = f"a table of people, one row each ({table.called(key)} holds every value once)"
        raise looks_like(table, said, _PEOPLE)
    if len(able) < 2 and people and of_person:
        raise looks_like(table, "a list of influencers and what is known of them", _PEOPLE)
    if len(able) < 2:
        reasons = ", ".join(why_not(table, held, place) for place in held if place not in able)
        raise InputError(
            f"{table.where} has no two columns that could be the ends of an arc ({reasons}); its columns are "
            f"{table.listed()}: pass source= and target=."
        )


def _are_events(
    held: dict[int, Values], able: list[int], roles: dict[int, Role], people: list[int], apart: bool
) -> bool:
    """Tell an event log: an item and a person by name, or two columns that share nothing, and times."""
    times = any(roles[place] == "time" or held[place].kind == "time" for place in held)
    if people and any(roles[place] == "item" for place in able):
        return times or apart
    repeats = any(not held[place].is_unique for place in able)
    return times and repeats and apart and len(held) == 3 and len(able) == 2


def _key_of_people(
    held: dict[int, Values], able: list[int], roles: dict[int, Role], of_person: bool
) -> int | None:
    """Find the column that holds each person of a table once, if no two columns share values; else None."""
    unique = [place for place in able if each_once(held[place])]
    people = [place for place in able if roles[place] in ("person", "followed", "follower")]
    if not unique or any(roles[place] == "item" for place in able):
        return None
    listed = len(unique) == len(able) or bool(people and people[0] in unique)
    about = of_person or all(roles[place] == "person" for place in able)
    numbered = len(able) == 2 and held[able[0]].counts_rows and held[able[1]].kind == "text"
    return unique[0] if listed and (about or numbered) else None


def each_once(values: Values) -> bool:
    """Tell whether a column holds every value once, where one row would not tell."""
    return values.is_unique and values.n_rows > 1


def why_not(table: Candidates, held: dict[int, Values], place: int) -> str:
    """Say why a column can be no end of an arc."""
    values = held[place]
    if not values.complete:
        return f"{table.called(place)} has empty cells"
    if values.kind in ("integer", "text"):
        return f"{table.called(place)} is the name of something else"
    kinds = {"number": "numbers", "time": "times", "flag": "yes and no"}
    return f"{table.called(place)} holds {kinds[values.kind]}"


def looks_like(table: Candidates, what: str, fix: str) -> InputError:
    """Make the error for a table that is something else; says what, and what to do with it."""
    return InputError(
        f"{table.where} looks like {what}, not like a network, whose rows say who influences whom: its "
        f"columns are {table.listed()}. So {fix}; or pass source= and target= if two columns are the ends of "
        "an arc."
    )
