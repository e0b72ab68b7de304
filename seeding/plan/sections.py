"""Sections of a plan: each says one thing beyond whom to seed, what it costs and what it reaches.

A section owns its lines of text, its part of the JSON, and its table. `Plan.summary`, `Plan.to_dict` and the
command are loops over sections, so that a new one is a class here and whoever makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from seeding._runtime.wording import heads, percent, tenths
from seeding.errors import listing
from seeding.network.labels import plain
from seeding.plan.answers import Comparison, Invitations, PriceOfFairness, Profit, Target
from seeding.plan.estimate import Estimate
from seeding.plan.interval import Known, Moments, intervals_of_sums

# A title and words.
Line = tuple[str, str]
# After which part of a plan's text the lines of a section stand.
After = Literal["cost", "reach", "certificate"]

# The share of the reach that counts as nearly all of it.
_NEARLY = 0.9
# A curve with so late a step ends there: its last row stands for all that follow.
LAST_STEP = 32
# What is counted where some are active anyway.
ORGANIC = {
    "reach": "counts are what the plan adds to what the organic start reaches by itself",
    "engaged": (
        "pass it on who would not without the plan; some of them see it anyway, so that this may be more "
        "than the reach"
    ),
    "curve": "reached by each step, less what is reached by then without the plan; it may fall",
}


class Measured(Protocol):
    """What sections read of a measured spread; see `seeding.simulation.measuring.Spread`."""

    @property
    def reach(self) -> np.ndarray:
        """The reach of each world."""

    @property
    def negative(self) -> np.ndarray:
        """What counts against, per world."""

    @property
    def curve(self) -> np.ndarray:
        """What is reached by each step."""

    @property
    def curve_stderr(self) -> np.ndarray:
        """Its standard errors."""

    @property
    def engaged(self) -> np.ndarray:
        """How many pass it on, per world."""

    @property
    def rival(self) -> np.ndarray:
        """What the rival reaches, per world."""

    @property
    def sides(self) -> np.ndarray:
        """What the negative and the rival have by each step."""

    @property
    def known(self) -> Known:
        """What is known of the reach beforehand."""

    @property
    def others(self) -> Known:
        """What is known of anything else that is counted."""

    @property
    def starts_alike(self) -> bool:
        """Whether the same is reached at once in all worlds."""


class Section:
    """One section; a subclass says what it has.

    Attributes
    ----------
    name
        What it is called in a plan and in its JSON.
    after
        Where its lines stand.
    proves
        Whether it takes the place of a certificate.
    """

    name = ""
    after: After = "reach"
    proves = False

    def lines(self) -> list[Line]:
        """Return its sentences, a title and words each."""
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return its part of the plan as plain values."""
        return {}

    def frame(self) -> pd.DataFrame | None:
        """Return its table; None where it has none."""
        return None

    def values(self) -> dict[str, Any]:
        """Return what a plan gives as attributes."""
        return {}


@dataclass(frozen=True, eq=False)
class Asking(Section):
    """Who is asked, who accepts, and what that costs."""

    invitations: Invitations
    within_budget: bool
    name = "invitations"
    after = "cost"

    def lines(self) -> list[Line]:
        """Say how many are asked and accept, and what that costs."""
        held = "what is spent on average" if self.invitations.budget_on == "expected" else "the worst case"
        basis = f" (the budget holds for {held})" if self.within_budget else ""
        return [("Invitations", f"{self.invitations}{basis}")]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; money as text."""
        return self.invitations.to_dict()

    def values(self) -> dict[str, Any]:
        """Return the invitations."""
        return {"invitations": self.invitations}


@dataclass(frozen=True, eq=False)
class SimpleChoices(Section):
    """What simple choices within the same limits reach in the same worlds."""

    comparisons: tuple[Comparison, ...]
    name = "comparisons"

    def lines(self) -> list[Line]:
        """Say where a simple choice does about as well, by the simplest that does."""
        level = [one for one in self.comparisons if one.hardly_helps]
        return [("Simple choice", str(level[0]))] if level else []

    def to_dict(self) -> dict[str, Any]:
        """Return each comparison."""
        return {self.name: [one.to_dict() for one in self.comparisons]} if self.comparisons else {}

    def values(self) -> dict[str, Any]:
        """Return the comparisons."""
        return {self.name: self.comparisons}


@dataclass(frozen=True, eq=False)
class OrganicStart(Section):
    """What is counted where some are active anyway, and what they and the plan reach together.

    Attributes
    ----------
    counted
        Which figures of the plan are what it adds.
    alone, total
        What is reached without the plan, and with it, in the worlds of the plan's reach; None where these
        were not simulated.
    active
        Labels of seeds who are active anyway.
    """

    counted: tuple[str, ...]
    alone: Estimate | None = None
    total: Estimate | None = None
    active: tuple[Any, ...] = ()
    name = "counts"

    def lines(self) -> list[Line]:
        """Say what the reach is, what is reached in all, and who is bought without need."""
        lines = [("Organic start", ORGANIC["reach"])]
        if self.alone is not None and self.total is not None:
            lines.append(("Reach in all", f"{self.total} with the plan; {self.alone} without it"))
        if self.active:
            verb = "is a seed who is" if len(self.active) == 1 else "are seeds who are"
            lines.append(("Active anyway", f"{listing(self.active)} {verb} active anyway and adds nothing"))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Say of each number what it counts; and both reaches, where they were simulated."""
        said: dict[str, Any] = {
            self.name: {name: words for name, words in ORGANIC.items() if name in self.counted}
        }
        if self.alone is not None and self.total is not None:
            said |= {"organic_reach": self.alone.to_dict(), "total_reach": self.total.to_dict()}
        return said | ({"active_anyway": list(self.active)} if self.active else {})

    def values(self) -> dict[str, Any]:
        """Return both reaches."""
        return {"organic_reach": self.alone, "total_reach": self.total}


@dataclass(frozen=True, eq=False)
class Curve(Section):
    """What is reached by each step."""

    columns: dict[str, np.ndarray]
    worlds: int
    organic: bool = False
    apart: bool = False
    name = "curve"

    @classmethod
    def of(
        cls, spread: Measured, negative: bool | None = None, rival: bool = False, *, trimmed: bool = False
    ) -> Curve:
        """Make the table of what was reached by each step, with what other sides have by then.

        `trimmed` leaves out steps at whose end nobody more was reached in any world.
        """
        sums = spread.curve, spread.curve_stderr
        low, high = intervals_of_sums(*sums, Moments.of(spread.reach), spread.known, spread.known)
        if spread.starts_alike:
            low[0] = high[0] = spread.curve[0]
        rows = {"step": np.arange(spread.curve.size), "reach": spread.curve, "low": low, "high": high}
        if negative and spread.sides.size:
            rows["negative"] = spread.sides[:, 0]
        if rival:
            rows["rival"] = spread.sides[:, 1]
        told = np.flatnonzero(np.diff(spread.curve, prepend=np.nan) != 0)[-1] + 1 if trimmed else None
        return cls({name: column[:told] for name, column in rows.items()}, spread.reach.size)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """The table; made when it is asked for, as pandas takes its time to load."""
        return pd.DataFrame(self.columns)

    def lines(self) -> list[Line]:
        """Say by which step nearly all is reached; and in how many worlds, where they are not the reach's."""
        reached = self.columns["reach"]
        told = f" ({self.worlds:,} simulations)" if self.apart else ""
        return [("In time", _in_time(reached, self.organic) + told)] if reached[-1] > 0 else []

    def to_dict(self) -> dict[str, Any]:
        """Return the table, and of how many worlds it is."""
        return {self.name: curve_rows(self.curve), "curve_worlds": self.worlds}

    def frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.curve

    def values(self) -> dict[str, Any]:
        """Return the table, and of how many worlds it is."""
        return {self.name: self.curve, "curve_worlds": self.worlds}


@dataclass(frozen=True, eq=False)
class Negative(Section):
    """How many end up negative, and the reach less those."""

    negative: Estimate
    net: Estimate
    name = "negative"

    @classmethod
    def of(cls, spread: Measured, quality: float) -> list[Negative]:
        """Make the section where the quality is below 1."""
        if quality >= 1:
            return []
        negative = Estimate.from_sample(spread.negative, spread.others)
        return [cls(negative, Estimate.from_sample(spread.reach - spread.negative, spread.others.less()))]

    def lines(self) -> list[Line]:
        """Say both."""
        net = f"{tenths(self.net.mean)} ({tenths(self.net.low)} to {tenths(self.net.high)})"
        return [("Negative", f"{tenths(self.negative.mean)} end up negative; the net reach is {net}")]

    def to_dict(self) -> dict[str, Any]:
        """Return both estimates."""
        return {"negative": self.negative.to_dict(), "net": self.net.to_dict()}

    def values(self) -> dict[str, Any]:
        """Return both estimates."""
        return {"negative": self.negative, "net": self.net}


@dataclass(frozen=True, eq=False)
class Engaged(Section):
    """How many pass the message on, where people may see it without that."""

    engaged: Estimate
    organic: bool = False
    name = "engaged"

    @classmethod
    def of(cls, spread: Measured, organic: bool) -> Engaged:
        """Estimate it; `organic` says whether some are active anyway."""
        return cls(Estimate.from_sample(spread.engaged, spread.others), organic)

    def lines(self) -> list[Line]:
        """Say how many, and of whom."""
        low, high = tenths(self.engaged.low), tenths(self.engaged.high)
        whose = ORGANIC["engaged"] if self.organic else "of those who see it pass it on"
        return [("Engaged", f"{tenths(self.engaged.mean)} ({low} to {high}) {whose}")]

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate."""
        return {self.name: self.engaged.to_dict()}

    def values(self) -> dict[str, Any]:
        """Return the estimate."""
        return {self.name: self.engaged}


@dataclass(frozen=True, eq=False)
class RivalReach(Section):
    """What the rival reaches."""

    rival: Estimate
    name = "rival"

    @classmethod
    def of(cls, spread: Measured) -> RivalReach:
        """Estimate it."""
        return cls(Estimate.from_sample(spread.rival, spread.others))

    def lines(self) -> list[Line]:
        """Say it."""
        return [("Rival", f"the rival reaches {self.rival}")]

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate."""
        return {self.name: self.rival.to_dict()}

    def values(self) -> dict[str, Any]:
        """Return the estimate."""
        return {self.name: self.rival}


@dataclass(frozen=True, eq=False)
class Platforms(Section):
    """What is reached on each platform; the last row counts each person once."""

    platforms: pd.DataFrame
    name = "platforms"

    def lines(self) -> list[Line]:
        """Say in one line how many people are reached on each platform."""
        *rows, total = self.platforms.to_dict("records")
        each = ", ".join(f"{tenths(row['reach'])} on {row['platform']}" for row in rows)
        return [("Platforms", f"{each}; {tenths(total['reach'])} when each person counts once")]

    def to_dict(self) -> dict[str, Any]:
        """Return the table."""
        return {self.name: rows_of(self.platforms)}

    def frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.platforms

    def values(self) -> dict[str, Any]:
        """Return the table."""
        return {self.name: self.platforms}


@dataclass(frozen=True, eq=False)
class Groups(Section):
    """What is reached of each audience group, and what that costs in reach."""

    groups: pd.DataFrame
    price: PriceOfFairness
    name = "groups"
    after = "certificate"

    def lines(self) -> list[Line]:
        """Say of each group what is reached of it, then the price."""
        lines = [(f"Group {row['group']}", _of_group(row)) for row in self.groups.to_dict("records")]
        return [*lines, ("Fairness costs", f"{self.price} of the reach without it")]

    def to_dict(self) -> dict[str, Any]:
        """Return the table and the price."""
        return {self.name: rows_of(self.groups), "price_of_fairness": self.price.to_dict()}

    def frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.groups

    def values(self) -> dict[str, Any]:
        """Return the table and the price."""
        return {self.name: self.groups, "price_of_fairness": self.price}


@dataclass(frozen=True, eq=False)
class Earnings(Section):
    """What the plan earns, where it was made for profit."""

    profit: Profit
    name = "profit"
    after = "certificate"
    proves = True

    def lines(self) -> list[Line]:
        """Say the expected profit, and what is proven of it."""
        worth = f"at {self.profit.value_per_reach:,} per person reached"
        return [("Expected profit", f"{self.profit}, {worth}"), ("Proven", self.profit.proof)]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {self.name: self.profit.to_dict()}

    def values(self) -> dict[str, Any]:
        """Return the profit."""
        return {self.name: self.profit}


@dataclass(frozen=True, eq=False)
class TargetReach(Section):
    """The reach that the plan had to have at the least cost."""

    target: Target
    name = "target"
    after = "certificate"
    proves = True

    def lines(self) -> list[Line]:
        """Say what is proven."""
        return [("Proven", str(self.target))]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {self.name: self.target.to_dict()}

    def values(self) -> dict[str, Any]:
        """Return the target."""
        return {self.name: self.target}


def lines_of(sections: Iterable[Section], after: After) -> list[Line]:
    """Return the lines that stand after a part of a plan's text."""
    return [line for section in sections if section.after == after for line in section.lines()]


def _of_group(row: dict[Any, Any]) -> str:
    weight, required = float(row["weight"]), float(row["required"])
    if weight <= 0:
        return "nobody there has any weight"
    asked = f", at least {required:.1%} asked" if required > 0 else ""
    return f"{tenths(row['reach'])} of {heads(weight)} reached ({row['share']:.1%}{asked})"


def _in_time(reached: np.ndarray, organic: bool) -> str:
    """Say by which step nearly all is reached, with the share that really is by then.

    With an organic start, what the plan adds by a step may be more than in the end.
    """
    at = reached / reached[-1]
    if organic and at.max() > 1:
        most = int(at.argmax())
        return (
            f"{tenths(reached[0])} more than without the plan at once, at most {tenths(reached[most])} "
            f"by step {most:,}, {tenths(reached[-1])} in the end, as the organic start catches up"
        )
    nearly = int((at >= _NEARLY).argmax())
    if nearly == 0:
        return f"{percent(at[0])} of it at once"
    if nearly == LAST_STEP:
        by = nearly - 1
        return f"{percent(at[0])} of it at once, {percent(at[by])} by step {by:,}, the rest later"
    return f"{percent(at[0])} of it at once, {percent(at[nearly])} by step {nearly:,}"


def curve_rows(curve: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a curve as plain values; says of a last row that stands for all that follow."""
    return [row | ({"and_later": True} if row["step"] == LAST_STEP else {}) for row in rows_of(curve)]


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; None where one is missing."""
    filled = frame.astype(object).where(frame.notna(), None)
    rows = filled.itertuples(index=False, name=None)
    return [dict(zip(frame.columns, plain(row), strict=True)) for row in rows]
