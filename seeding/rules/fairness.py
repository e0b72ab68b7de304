"""Fairness between audience groups: what may be asked, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding._runtime.blanks import families
from seeding._runtime.checks import is_one_of
from seeding.errors import InputError, assume, listing, shown
from seeding.network import label_joining
from seeding.network import labels as label_tools
from seeding.network.network import Network
from seeding.rules.rules import AtLeastReach

Objective = Literal["reach", "maximin"]
OBJECTIVES = ("reach", "maximin")
# Only the solver can keep a share of every group.
FAIR_METHODS = ("auto", "exact")
# Every group has samples of its own.
MOST_GROUPS = 100


@dataclass(frozen=True, eq=False)
class Audience:
    """One group of people.

    Attributes
    ----------
    column, value
        The people whose `column` holds `value`.
    weights, weight
        Weight of each node of the network, 0 for those outside; what its people are worth together.
    required
        The share of its weight that must be reached; 0 where no rule asks for one.
    counted
        Whether it is among the groups whose smallest share is maximised.
    """

    column: str
    value: object
    weights: np.ndarray
    weight: float
    required: float
    counted: bool

    @property
    def name(self) -> str:
        """Its name in a sentence."""
        return f"{self.column}={label_tools.quoted(self.value)}"


@dataclass(frozen=True, eq=False)
class Fairness:
    """What is asked of the audience groups.

    Attributes
    ----------
    rules
        The demands, and what is maximised, in words.
    audiences
        All groups somebody asks about, those of no weight included.
    maximin
        Whether the smallest share of a group is maximised, rather than the total reach.
    """

    rules: str
    audiences: tuple[Audience, ...]
    maximin: bool

    @property
    def judged(self) -> tuple[Audience, ...]:
        """The groups that have weight; of the others there is nothing to reach."""
        return tuple(audience for audience in self.audiences if audience.weight > 0)


def read_fairness(
    constraints: Sequence[object], objective: object, group: object, network: Network
) -> tuple[tuple[object, ...], Fairness | None]:
    """Pick the fairness rules out of the constraints and find their groups.

    Returns
    -------
    The other constraints, and what is asked of the groups; None if nothing is.

    Raises
    ------
    InputError
        If the objective is unknown, a group is missing or not needed, or a column has no usable groups.
    """
    if not is_one_of(objective, OBJECTIVES):
        raise InputError(
            f"objective={shown(objective)} is not understood; choose one of {listing(OBJECTIVES)}."
        )
    rules = [rule for rule in constraints if isinstance(rule, AtLeastReach)]
    others = tuple(rule for rule in constraints if not isinstance(rule, AtLeastReach))
    maximin = objective == "maximin"
    if maximin and not isinstance(group, str):
        raise InputError('objective="maximin" needs group=, the column of the people that holds the groups.')
    if group is not None and not maximin:
        raise InputError(f'group={group!r} is used only with objective="maximin"; leave it out.')
    if not rules and not maximin:
        return others, None
    asked: dict[str, float] = {str(group): 0.0} if maximin else {}
    for rule in rules:
        asked[rule.group] = max(asked.get(rule.group, 0.0), float(rule.share))
    audiences = [
        audience
        for column, share in asked.items()
        for audience in _groups_of(network, column, share, maximin and column == group)
    ]
    said = [repr(rule) for rule in rules] + ([f'objective="maximin" over {group!r}'] if maximin else [])
    return others, Fairness(" and ".join(said), tuple(audiences), maximin)


def _groups_of(network: Network, column: str, share: float, counted: bool) -> list[Audience]:
    people = network.people
    if people is None:
        raise InputError(
            f"group={column!r} names a column of the people, but nothing is known of them; pass a table of "
            "people as nodes= where the network is made."
        )
    if column not in people.columns:
        raise InputError(
            f"the people have no column {column!r}; their columns are {listing(people.columns, 12)}."
        )
    values: Any
    codes, values = pd.factorize(people[column].astype(object))
    # A group 1 and a group "1" are one, as labels are.
    one = label_joining.texts_of_integers(np.asarray(values, dtype=object))
    if one is not None:
        again, distinct = pd.factorize(one)
        codes, values = np.where(codes < 0, -1, again[codes]), pd.Index(distinct)
    if len(values) == 0:
        raise InputError(f"nobody has a value in the column {column!r}, so there are no groups.")
    if len(values) > MOST_GROUPS:
        raise InputError(
            f"the column {column!r} has {len(values):,} different values; at most {MOST_GROUPS} groups can "
            "be told apart, so join some."
        )
    _warn_of_variants(column, list(values), np.bincount(codes[codes >= 0], minlength=len(values)))
    groups = []
    for code in _in_order(list(values)):
        weights = np.where(codes == code, network.weights, 0.0)
        groups.append(Audience(column, values[code], weights, network.total_of(weights), share, counted))
    if all(audience.weight == 0 for audience in groups):
        raise InputError(
            f"all people with a value in the column {column!r} have weight 0, so no group counts."
        )
    return groups


def _warn_of_variants(column: str, values: list[Any], counts: np.ndarray) -> None:
    """Say which groups look like one, since their values differ in case or blanks only."""
    for family in families(values):
        named = " and ".join(f"{value!r} ({counts[values.index(value)]:,})" for value in family)
        assume(
            f"the groups of the column {column!r} {named} differ only in case or blanks, and are kept apart; "
            "write them alike to make them one."
        )


def _in_order(values: Sequence[Any]) -> list[int]:
    """Sort groups by their values, or, where these cannot be compared, by how they are written."""
    places = range(len(values))
    try:
        return sorted(places, key=lambda place: values[place])
    except TypeError:
        return sorted(places, key=lambda place: (type(values[place]).__name__, repr(values[place])))
