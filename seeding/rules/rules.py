"""The rules a plan can be held to, as the user writes them.

Each rule is a small frozen value that knows its own words; `str` gives the rule back as it was written. A
**group** is the candidates whose roster columns hold given values: ``platform="tiktok"``, or any of several:
``platform=["tiktok", "reels"]``; several columns must all match, and no column at all means everybody.
`written` shows how a rule is written, for messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from seeding._runtime.checks import is_listed
from seeding.errors import InputError
from seeding.rules.values import (
    Group,
    Plain,
    as_mapping,
    call,
    fix,
    part_text,
    read_amount,
    read_candidates,
    read_count,
    read_group,
    read_part,
    shown,
)


@dataclass(frozen=True, init=False)
class _Named:
    """A rule about candidates by name."""

    candidates: tuple[Any, ...]

    _least: ClassVar[int] = 1

    def __init__(self, *candidates: Any) -> None:
        fix(self, candidates=read_candidates(self, candidates, self._least))

    def __str__(self) -> str:
        return call(self, *self.candidates)


class Require(_Named):
    """Each of these candidates is in the plan.

    Examples
    --------
    >>> print(Require("@anna", "@bo"))
    Require('@anna', '@bo')
    """

    written = "Require('@anna', …)"


class Exclude(_Named):
    """None of these candidates is in the plan.

    Examples
    --------
    >>> print(Exclude("@bo"))
    Exclude('@bo')
    """

    written = "Exclude('@anna', …)"


class Conflict(_Named):
    """At most one of these candidates is in the plan, as of competitors.

    Examples
    --------
    >>> print(Conflict("@anna", "@bo"))
    Conflict('@anna', '@bo')
    """

    written = "Conflict('@anna', '@bo', …)"
    _least = 2


class Together(_Named):
    """Either all of these candidates are in the plan or none is.

    Examples
    --------
    >>> print(Together("@anna", "@bo"))
    Together('@anna', '@bo')
    """

    written = "Together('@anna', '@bo', …)"
    _least = 2


@dataclass(frozen=True, init=False)
class _Counted:
    """A rule about how many of a group are chosen."""

    n: int
    group: Group

    def __init__(self, n: int, where: Mapping[str, Any] | None = None, **group: Any) -> None:
        fix(self, n=read_count(self, n), group=read_group(self, where, group))

    def __str__(self) -> str:
        return call(self, Plain(self.n), group=self.group)


class AtMost(_Counted):
    """At most `n` candidates of a group are in the plan.

    A column whose name is no word of Python, or is `n`, goes into `where`.

    Examples
    --------
    >>> print(AtMost(3, platform="tiktok"))
    AtMost(3, platform='tiktok')
    >>> print(AtMost(1, where={"home town": ["Oslo", "Bergen"]}))
    AtMost(1, where={'home town': ['Oslo', 'Bergen']})
    """

    written = "AtMost(3, column='value')"


class AtLeast(_Counted):
    """At least `n` candidates of a group are in the plan; see `AtMost`.

    Examples
    --------
    >>> print(AtLeast(2, country=["NO", "SE"]))
    AtLeast(2, country=['NO', 'SE'])
    """

    written = "AtLeast(3, column='value')"


@dataclass(frozen=True, init=False)
class _Spent:
    """A rule about the money that is spent on a group."""

    amount: Decimal
    group: Group

    def __init__(self, amount: Any, where: Mapping[str, Any] | None = None, **group: Any) -> None:
        fix(self, amount=read_amount(self, "amount", amount), group=read_group(self, where, group))

    def __str__(self) -> str:
        return call(self, Plain(self.amount), group=self.group)


class SpendAtMost(_Spent):
    """At most `amount` is spent on a group.

    Examples
    --------
    >>> print(SpendAtMost(30_000, platform="tiktok"))
    SpendAtMost(30,000, platform='tiktok')
    """

    written = "SpendAtMost(30_000, column='value')"


class SpendAtLeast(_Spent):
    """At least `amount` is spent on a group.

    Examples
    --------
    >>> print(SpendAtLeast("1500.50", platform="tiktok"))
    SpendAtLeast(1,500.50, platform='tiktok')
    """

    written = "SpendAtLeast(30_000, column='value')"


@dataclass(frozen=True, init=False)
class SpendShare:
    """Between the parts `low` and `high` of the money spent go to a group.

    Examples
    --------
    >>> print(SpendShare(0.2, 0.5, platform="tiktok"))
    SpendShare(0.2, 0.5, platform='tiktok')
    """

    written = "SpendShare(0.2, 0.5, column='value')"

    low: Fraction
    high: Fraction
    group: Group

    def __init__(self, low: Any, high: Any, where: Mapping[str, Any] | None = None, **group: Any) -> None:
        low, high = read_part(self, "low", low), read_part(self, "high", high)
        if low > high:
            raise InputError(
                f"SpendShare has low={part_text(low)} above high={part_text(high)}; "
                "put the smaller share first."
            )
        fix(self, low=low, high=high, group=read_group(self, where, group))

    def __str__(self) -> str:
        return call(self, Plain(self.low), Plain(self.high), group=self.group)


@dataclass(frozen=True)
class Bundle:
    """An agency's package: all members for one price; they may also be bought alone.

    Examples
    --------
    >>> print(Bundle(["@anna", "@bo"], 900, name="the twins"))
    Bundle(['@anna', '@bo'], 900, name='the twins')
    """

    written = "Bundle(['@anna', '@bo'], 900, name='twins')"

    members: tuple[Any, ...]
    price: Decimal
    name: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.members, Mapping) or not is_listed(self.members):
            raise InputError(
                f"Bundle has members={self.members!r}; give the list of candidates, then the price."
            )
        if self.name is not None and not (isinstance(self.name, str) and self.name.strip()):
            raise InputError(f"Bundle has name={self.name!r}, which is not a text; write it in quotes.")
        members = read_candidates(self, tuple(self.members), 2)
        fix(self, members=members, price=read_amount(self, "price", self.price))

    def __str__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        return f"Bundle({list(self.members)!r}, {shown(self.price)}{name})"


@dataclass(frozen=True)
class VolumeDiscount:
    """If `n` or more of a group are chosen, each of the group costs the part `rate` less.

    Examples
    --------
    >>> print(VolumeDiscount({"agency": "north"}, 3, 0.1))
    VolumeDiscount({'agency': 'north'}, 3, 0.1)
    """

    written = "VolumeDiscount({'agency': 'north'}, 3, 0.1)"

    group: Group
    n: int
    rate: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.group, Mapping):
            raise InputError(
                f"VolumeDiscount has group={self.group!r}; write it as {{'column': value}}, as in "
                "VolumeDiscount({'agency': 'north'}, 3, 0.1)."
            )
        n, rate = read_count(self, self.n), read_part(self, "rate", self.rate)
        if n < 1:
            raise InputError("VolumeDiscount has n=0; say from how many candidates on it holds, 1 or more.")
        if not 0 < rate < 1:
            raise InputError(
                f"VolumeDiscount has rate={part_text(rate)}; give a part between 0 and 1, as 0.1 for 10 %."
            )
        fix(self, group=read_group(self, self.group, {}), n=n, rate=rate)

    def __str__(self) -> str:
        return f"VolumeDiscount({as_mapping(self.group)!r}, {self.n:,}, {part_text(self.rate)})"


@dataclass(frozen=True)
class MaxShare:
    """No candidate takes more than this part of the money spent.

    Examples
    --------
    >>> print(MaxShare(0.25))
    MaxShare(0.25)
    """

    written = "MaxShare(0.25)"

    fraction: Fraction

    def __post_init__(self) -> None:
        fraction = read_part(self, "fraction", self.fraction)
        if fraction == 0:
            raise InputError("MaxShare has fraction=0, which leaves nobody; give a part above 0, up to 1.")
        fix(self, fraction=fraction)

    def __str__(self) -> str:
        return f"MaxShare({part_text(self.fraction)})"


Rule = (
    Require
    | Exclude
    | AtMost
    | AtLeast
    | SpendAtMost
    | SpendAtLeast
    | SpendShare
    | Conflict
    | Together
    | Bundle
    | VolumeDiscount
    | MaxShare
)
"""Any of the rules."""

KINDS: dict[str, type[Rule]] = {
    kind.__name__: kind
    for kind in (
        Require,
        Exclude,
        AtMost,
        AtLeast,
        SpendAtMost,
        SpendAtLeast,
        SpendShare,
        Conflict,
        Together,
        Bundle,
        VolumeDiscount,
        MaxShare,
    )
}


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
