"""Choosing the two columns of a table that hold the ends of its arcs: by names, else by values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from seeding.errors import InputError, assume
from seeding.network import column_names
from seeding.network.column_kinds import Values, shared
from seeding.network.column_names import Meaning, meaning, normal_name
from seeding.network.other_tables import (
    EVENT_LOG,
    NO_EVENTS,
    Candidates,
    each_once,
    evidence,
    looks_like,
    refuse_other_tables,
    why_not,
)

# A row of these flows from the first to the second ...
FLOW_PAIRS = (
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
FOLLOW_PAIRS = (
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
LONE_ENDS = tuple(
    frozenset(
        pair[end] for pair in FLOW_PAIRS + FOLLOW_PAIRS if len(pair[end]) > 1 and pair[end] not in _BOTH
    )
    for end in (0, 1)
)
# Columns beyond these are not compared with each other.
_MOST_COLUMNS = 16
# Two columns have to share so many times more values than the next two to be chosen without a question.
_CLEARLY = 2


class Ends(NamedTuple):
    """Where the two ends of an arc stand, and whether the names say that the first follows the second."""

    source: int
    target: int
    follows: bool


def named_pair(names: Sequence[str]) -> Ends | None:
    """Find two columns that by their names are the ends of an arc; None where no two are."""
    return _usual_pair(names) or next(iter(_meant_pairs(names)), None)


def surely_named(names: Sequence[str]) -> bool:
    """Tell whether names are those of two ends, and could hardly be labels, as star and fan could."""
    if any(len(normal_name(name)) < 2 for name in names[:2]):
        return False
    pair = named_pair(names)
    if pair is None:
        return False
    first, second = names[pair.source], names[pair.target]
    roles = {meaning(first).role, meaning(second).role}
    return roles == {"source", "target"} or (pair.follows and column_names.is_verb(second))


def choose(table: Candidates) -> Ends:
    """Choose two columns: a usual pair of names, names that mean one, else those whose values fit.

    Whatever is not a usual pair of names is said in a warning.

    Raises
    ------
    InputError
        If no two columns fit, or two choices are plausible; says what the table looks like instead.
    """
    if not table.named:
        return _unnamed(table)
    usual = _usual_pair(table.names, table.where)
    if usual is not None and not _never_labels(table, usual):
        return usual
    for ends in _meant_pairs(table.names):
        if _never_labels(table, ends):
            continue
        _tell_names(table, ends)
        return ends
    return usual or by_values(table)


def follows_by_name(source: str, target: str) -> bool:
    """Tell whether names say that the first of two columns follows the second."""
    if (normal_name(source), normal_name(target)) in FOLLOW_PAIRS:
        return True
    if (normal_name(source), normal_name(target)) in FLOW_PAIRS:
        return False
    pair = _meant_pair([source, target], 0, 1)
    return pair is not None and pair.follows and pair.source == 0


def _usual_pair(names: Sequence[str], where: str = "the table") -> Ends | None:
    present = [normal_name(name) for name in names]
    for pairs, follows in ((FLOW_PAIRS, False), (FOLLOW_PAIRS, True)):
        for first, second in pairs:
            if first in present and second in present:
                return Ends(
                    _only(names, present, first, where), _only(names, present, second, where), follows
                )
    return None


def _only(names: Sequence[str], present: list[str], name: str, where: str) -> int:
    place = present.index(name)
    count = sum(known == names[place] for known in names)
    if count > 1:
        raise InputError(f"{where} has {count} columns called {names[place]!r}; give each its own name.")
    return place


def _meant_pairs(names: Sequence[str]) -> list[Ends]:
    """Find all pairs that by what their names mean are the ends of an arc, the surest first."""
    found = []
    for first, second in combinations(range(min(len(names), _MOST_COLUMNS)), 2):
        pair = _meant_pair(names, first, second)
        if pair is not None:
            found.append((_doubt(names, pair), pair))
    return [pair for _, pair in sorted(found, key=lambda one: one[0])]


def _doubt(names: Sequence[str], pair: Ends) -> int:
    """Say how little a pair of names says: both ends named, one of them, or only that they are alike."""
    roles = {meaning(names[end]).role for end in pair[:2]}
    return 0 if roles in ({"source", "target"}, {"follower", "followed"}) else 1 + ("person" in roles)


def _meant_pair(names: Sequence[str], first: int, second: int) -> Ends | None:
    for one, other in ((first, second), (second, first)):
        ours, theirs = meaning(names[one]), meaning(names[other])
        if (ours.role, theirs.role) == ("source", "target") and column_names.same_rest(ours, theirs):
            return Ends(one, other, False)
        if (ours.role, theirs.role) == ("source", "target") and (way := _way(ours, theirs)) is not None:
            return Ends(one, other, way)
        if (ours.role, theirs.role) == ("follower", "followed"):
            return Ends(one, other, True)
        if ours.role == "follower" and theirs.role == "person":
            return Ends(one, other, True)
        if theirs.role == "followed" and ours.role == "person" and _says_who(names[one], names[other]):
            return Ends(one, other, True)
        if ours.role in ("person", "followed") and column_names.is_partner(names[other]) and one < other:
            return Ends(one, other, False)
        if ours.role == "person" and theirs.role == "target" and column_names.is_user(names[one]):
            return Ends(one, other, False)
    return Ends(first, second, False) if _alike(names, first, second) else None


def _way(source: Meaning, target: Meaning) -> bool | None:
    """Tell whether a source follows a target, where both say so: from_follower, to_followed; else None."""
    if column_names.says_follower(source.rest) and column_names.says_followed(target.rest):
        return True
    if column_names.says_followed(source.rest) and column_names.says_follower(target.rest):
        return False
    return None


def _says_who(user: str, followed: str) -> bool:
    return column_names.is_verb(followed) or column_names.is_user(user)


def _alike(names: Sequence[str], first: int, second: int) -> bool:
    attribute = any(meaning(names[place]).role in ("attribute", "time") for place in (first, second))
    return not attribute and column_names.are_twins(names[first], names[second])


def _never_labels(table: Candidates, ends: Ends) -> bool:
    """Tell whether two columns cannot be the ends, whatever their names say, while others could be."""
    if len(table.names) == 2:
        return False
    return any(table.values(end).kind in ("number", "time", "flag") for end in ends[:2])


def _tell_names(table: Candidates, ends: Ends) -> None:
    first, second = table.called(ends.source), table.called(ends.target)
    if ends.follows:
        return  # the direction is said with both names
    roles = {meaning(table.names[end]).role for end in ends[:2]}
    how = "by their names" if roles == {"source", "target"} else "in this order, as no name tells a direction"
    _assume(f"{first} and {second} of {table.where} are taken as source and target {how}")


def _assume(what: str) -> None:
    assume(f"{what}; pass source= and target= to decide.")


def by_values(table: Candidates) -> Ends:
    """Choose two columns whose names say nothing by what their values are."""
    _refuse_lone_end(table)
    places = list(range(min(len(table.names), _MOST_COLUMNS)))
    held = {place: table.values(place) for place in places}
    able = [
        place
        for place in places
        if held[place].are_labels and meaning(table.names[place]).role not in ("attribute", "time")
    ]
    refuse_other_tables(table, held, able)
    if len(places) == 2:
        return _tell_values(table, held, (0, 1))
    counted = [
        place for place in able if held[place].counts_rows and column_names.is_counter(table.names[place])
    ]
    able = [place for place in able if place not in counted] if len(able) - len(counted) >= 2 else able
    ranked = sorted(combinations(able, 2), key=lambda two: -evidence(held, two))
    most, next_most = (evidence(held, two) for two in (*ranked[:2], ranked[0])[:2])
    clear = most > 0 and (len(ranked) == 1 or most >= _CLEARLY * next_most)
    if not clear and not len(ranked) == 1:
        raise _ask(table, held, able, ranked[0] if most else None)
    return _tell_values(table, held, ranked[0])


def _tell_values(table: Candidates, held: dict[int, Values], two: tuple[int, int]) -> Ends:
    first, second = held[two[0]], held[two[1]]
    common, least = shared(first, second), min(len(first.distinct), len(second.distinct))
    sure = (
        f"they share {common:,} of {least:,} values, and no name tells a direction"
        if common
        else "but they share no values, and no name tells a direction, so this is a guess"
    )
    names = f"{table.called(two[0])} and {table.called(two[1])}"
    said = (
        f"the first two columns of {table.where}, {names}," if two == (0, 1) else f"{names} of {table.where}"
    )
    _assume(f"{said} are taken as source and target: {sure}")
    return Ends(*two, follows=False)


def _ask(
    table: Candidates, held: dict[int, Values], able: list[int], best: tuple[int, int] | None
) -> InputError:
    named = ", ".join(table.called(place) for place in able[:6])
    silent, how = "their names do not say so", ""
    if not table.named:
        silent, how = "they have no names", " (positions from 0)"
    why = "which of them share values does not tell either"
    if best is None:
        why = "no two of them share values"
        unique = [place for place in able if each_once(held[place])]
        if len(unique) == len(able):
            why += ", and each holds every value once, as in a table of people (which goes to nodes=)"
        elif unique and unique[0] == able[0]:
            why += f", and {table.called(unique[0])} holds every value once"
    return InputError(
        f"which columns of {table.where} are the ends of an arc is not clear: {named} could be, but "
        f"{silent}, and {why}. Pass source= and target={how}."
    )


def _refuse_lone_end(table: Candidates) -> None:
    """Refuse a table in which one column is named as an end and no other."""
    lone = [name for name in table.names if normal_name(name) in LONE_ENDS[0] | LONE_ENDS[1]]
    if lone:
        raise InputError(
            f"{table.where} has no two columns such as 'source' and 'target'; its columns are "
            f"{table.listed()}: pass source= and target=."
        )


def _unnamed(table: Candidates) -> Ends:
    """Take the first two of columns without names, unless these are clearly something else."""
    ends = Ends(0, 1, follows=False)
    if len(table.names) == 2:
        return ends if table.integers else _two_unnamed(table, ends)
    held = {place: table.values(place) for place in range(min(len(table.names), _MOST_COLUMNS))}
    able = [place for place in held if held[place].are_labels and not _are_chances(held, place)]
    common = shared(held[0], held[1])
    if 0 not in able or 1 not in able:
        reasons = ", ".join(why_not(table, held, place) for place in (0, 1) if place not in able)
        raise InputError(
            f"the first two columns of {table.where} are not the ends of an arc: {reasons}. Pass source= and "
            "target= (positions from 0)."
        )
    if common:
        return _counted_rows(table, held, able) or ends
    times = [
        place for place in held if place > 1 and (held[place].kind == "time" or _many_times(held[place]))
    ]
    if times and len(held) == 3:
        raise looks_like(table, EVENT_LOG, NO_EVENTS)
    better = [two for two in combinations(able, 2) if _is_better(held, two)]
    if not better and held[0].counts_rows and held[0].n_rows > 2 and 2 in able:
        raise _ask(table, held, able, None)
    if not better:
        return ends
    if len(better) == 1 and (held[0].counts_rows or len(held[1].distinct) == 1):
        return _tell_values(table, held, better[0])
    raise _ask(table, held, able, better[0])


def _two_unnamed(table: Candidates, ends: Ends) -> Ends:
    """Take two columns without names, unless one holds names, each once, and the other numbers or times."""
    first, second = table.values(0), table.values(1)
    never = [place for place, held in ((0, first), (1, second)) if held.kind in ("number", "time", "flag")]
    names, other = (second, first) if second.kind == "text" else (first, second)
    if names.kind != "text" or other.kind == "text" or not (never or (each_once(names) and names is first)):
        return ends
    if shared(first, second):
        return ends
    raise looks_like(
        table, "a table of people with a number each", "pass it as nodes=, or as roster= if these are costs"
    )


def _are_chances(held: dict[int, Values], place: int) -> bool:
    """Tell the third of three columns that can be the probability."""
    return len(held) == 3 and place == 2 and held[place].distinct <= {"0", "1"}


def _many_times(values: Values) -> bool:
    return values.kind == "integer" and len(values.distinct) > 1 and values.could_be_times


def _is_better(held: dict[int, Values], two: tuple[int, int]) -> bool:
    """Tell whether two columns share values, unlike the first two: texts, or beside numbers of rows."""
    first, second = held[two[0]], held[two[1]]
    texts = first.kind == second.kind == "text"
    return shared(first, second) > 0 and (
        texts or (held[0].counts_rows and 0 not in two and held[0].n_rows > 2)
    )


def _counted_rows(table: Candidates, held: dict[int, Values], able: list[int]) -> Ends | None:
    """Refuse to choose where the first column counts the rows, and the next shares little with it.

    A list of weighted arcs, one from each node, looks the same in three columns: there the next two must
    share more values.
    """
    if not held[0].counts_rows or held[0].n_rows < 3:
        return None
    if len(held) > 3 and 2 * shared(held[0], held[1]) < len(held[1].distinct):
        raise _ask(table, held, able, (0, 1))
    if 2 not in able:
        return None
    if shared(held[1], held[2]) > shared(held[0], held[1]) or held[1].kind == held[2].kind != held[0].kind:
        raise _ask(table, held, able, (1, 2))
    return None
