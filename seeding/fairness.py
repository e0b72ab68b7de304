"""Fairness between audience groups: what may be asked, and what is said about it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding import joining
from seeding import labels as label_tools
from seeding.blanks import families
from seeding.checks import is_one_of
from seeding.errors import AssumptionWarning, InputError, listing, shown
from seeding.estimate import Certificate
from seeding.network import Network

Objective = Literal["reach", "maximin"]
OBJECTIVES = ("reach", "maximin")
# Only the solver can keep a share of every group.
FAIR_METHODS = ("auto", "exact")
# Every group has samples of its own.
MOST_GROUPS = 100


@dataclass(frozen=True)
class AtLeastReach:
    """Demand that of every audience group at least a share is reached in expectation.

    The groups are the values of a column of `Network.people`. Of each group, with W the weight of its people,
    the expected reach must be at least ``share``·W. People without a value in that column form no group; they
    count in the total reach only.

    Attributes
    ----------
    share
        Above 0 and at most 1.
    group
        The name of the column.

    Examples
    --------
    >>> import seeding as sd
    >>> sd.AtLeastReach(0.2, group="region")
    AtLeastReach(0.2, group='region')
    """

    share: float
    group: str = field(kw_only=True)

    def __post_init__(self) -> None:
        share = self.share
        number = isinstance(share, (int, float, np.integer, np.floating)) and not isinstance(share, bool)
        if not number or not 0 < share <= 1:
            raise InputError(
                f"AtLeastReach: share={share!r} is out of range; give a number above 0, at most 1."
            )
        if not isinstance(self.group, str):
            raise InputError(f"AtLeastReach: group={self.group!r} is not the name of a column of the people.")

    def __repr__(self) -> str:
        return f"AtLeastReach({self.share!r}, group={self.group!r})"


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
    one = joining.texts_of_integers(np.asarray(values, dtype=object))
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
        warnings.warn(
            f"the groups of the column {column!r} {named} differ only in case or blanks, and are kept apart; "
            "write them alike to make them one.",
            AssumptionWarning,
            stacklevel=2,
        )


def _in_order(values: Sequence[Any]) -> list[int]:
    """Sort groups by their values, or, where these cannot be compared, by how they are written."""
    places = range(len(values))
    try:
        return sorted(places, key=lambda place: values[place])
    except TypeError:
        return sorted(places, key=lambda place: (type(values[place]).__name__, repr(values[place])))


@dataclass(frozen=True)
class FairCertificate(Certificate):
    """Proof of how good a plan is against the best plan that is fair too.

    With probability at least 1 − `delta` all of this holds at once. Of each group the plan reaches at least
    the share in `least_shares`. Where the total reach is maximised, `lower`, `upper` and `ratio` speak of it,
    and no plan whose true group reaches satisfy the rule reaches more than `upper`; where the smallest share
    is maximised, they speak of that share.

    Attributes
    ----------
    rule
        What was asked, in words.
    maximin
        Whether `lower` and `upper` are shares.
    least_shares
        By group (in words): the share of its weight that the plan reaches at least.
    proven
        Whether these prove that the plan satisfies the rule.
    """

    rule: str
    maximin: bool
    least_shares: dict[str, float]
    proven: bool

    def __str__(self) -> str:
        sure = f"with probability {1 - self.delta:.4g}"
        if not self.maximin:
            kept = "keeps" if self.proven else "comes close to, but is not proven to keep,"
            return (
                f"{sure} this plan {kept} {self.rule}, reaches at least {self.lower:,.1f}, and at least "
                f"{self.ratio:.1%} of the best plan that keeps it (none of these reaches more than "
                f"{self.upper:,.1f})"
            )
        also = "" if self.proven else "; it is not proven to keep every other demand"
        return (
            f"{sure} this plan reaches at least {self.lower:.1%} of every group, and no plan reaches more "
            f"than {self.upper:.1%} of every group (ratio {self.ratio:.1%}){also}"
        )


@dataclass(frozen=True)
class PriceOfFairness:
    """What fairness costs in total reach, both plans measured on the same fresh worlds.

    Attributes
    ----------
    reach_without, reach_with
        Expected reach of the plan made without the rule, and of this one.
    absolute, relative
        What is given up: the difference, and its part of `reach_without`. A little below 0 where the rule
        costs nothing and the plan without it is, by chance, the weaker one.
    low, high
        95 % confidence interval of `absolute`, from the differences world by world.
    """

    reach_without: float
    reach_with: float
    absolute: float
    relative: float
    low: float
    high: float

    @classmethod
    def of(cls, without: np.ndarray, with_rule: np.ndarray) -> PriceOfFairness:
        """Compare the reaches of two plans in the same worlds."""
        from seeding.interval import Z95

        lost = without - with_rule
        absolute, reach = float(lost.mean()), float(without.mean())
        half = Z95 * float(lost.std(ddof=1)) / float(np.sqrt(lost.size))
        relative = absolute / reach if reach > 0 else 0.0
        return cls(reach, float(with_rule.mean()), absolute, relative, absolute - half, absolute + half)

    def to_dict(self) -> dict[str, float]:
        """Return the fields as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.absolute:,.1f} of {self.reach_without:,.1f} ({self.relative:.1%}; 95 % interval "
            f"{self.low:,.1f} to {self.high:,.1f})"
        )
