"""Plans side by side: what each reaches and costs, and the paired difference of every two of them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime.files import atomic_write
from seeding._runtime.wording import fixed, percent, tenths
from seeding.plan import rounding
from seeding.plan.estimate import Estimate, binomial_lower, binomial_upper
from seeding.plan.interval import LEVEL95, NOTHING_KNOWN, Known, Level, Moments, mean_interval

# Reaches whose difference is this part of them are equal: weights were added in another order.
_ROUNDING = 1e-9
_MOST_DECIMALS = 6


def figure(value: float) -> str:
    """Write an amount of money that is an estimate: two decimals, or three digits of what is below 1."""
    return f"{value:.3g}" if 0 < abs(value) < 1 else fixed(value, 2)


def decimals_of(half: float) -> int:
    """Say with how many decimals to write what is known to ± `half`: one, or more where that is little."""
    return 1 if half >= 0.1 or half <= 0 else min(math.ceil(-math.log10(half)), _MOST_DECIMALS)


class Range(NamedTuple):
    """A figure with its interval; `high` is None where it has no upper limit."""

    value: float
    low: float
    high: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return self._asdict()

    def __str__(self) -> str:
        return f"{figure(self.value)} (95 % interval {self.interval})"

    @property
    def interval(self) -> str:
        """The interval in words."""
        return f"{figure(self.low)} {'or more' if self.high is None else f'to {figure(self.high)}'}"

    @classmethod
    def of_ratio(cls, top: float, low: float, bottom: float, high: float) -> Range | None:
        """Divide an exact figure by an estimate and the ends of its interval; None where that is 0."""
        if bottom <= 0:
            return None
        return cls(top / bottom, top / high, top / low if low > 0 else None)


@dataclass(frozen=True)
class ComparedPlan:
    """One of the plans.

    Attributes
    ----------
    name
        What it is called.
    seeds
        The labels of its seeds, each once.
    reach
        What it reaches, with a 95 % interval of its own.
    cost
        What is paid on average; None where that is not known.
    """

    name: str
    seeds: tuple[Any, ...]
    reach: Estimate
    cost: Decimal | None = None

    @property
    def cpm(self) -> Range | None:
        """The cost of reaching 1,000: 1,000 · cost / reach, from the ends of the interval of the reach.

        None where the cost is not known, or nobody is reached.
        """
        if self.cost is None:
            return None
        return Range.of_ratio(1_000 * float(self.cost), self.reach.low, self.reach.mean, self.reach.high)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; money as text."""
        return {
            "name": self.name,
            "seeds": list(self.seeds),
            "cost": None if self.cost is None else f"{self.cost:f}",
            "reach": self.reach.to_dict(),
            "cpm": None if self.cpm is None else self.cpm.to_dict(),
        }

    def __str__(self) -> str:
        if not self.seeds:
            return "no seeds, so that it reaches nobody"
        cost = "" if self.cost is None else f" for {self.cost:,}"
        cpm = "" if self.cpm is None else f"; CPM {self.cpm}"
        seeds = "1 seed" if len(self.seeds) == 1 else f"{len(self.seeds):,} seeds"
        return f"{seeds}{cost}; reach {self.reach}{cpm}"


class Overlap(NamedTuple):
    """What two plans have in common.

    Attributes
    ----------
    seeds, share
        How many seeds, and their share of the smaller list; None where that is empty.
    reach, part
        How many both reach, in the same campaign, and their share of those whom either does. None where
        that was not simulated; see `PlanComparison.without_overlap`.
    """

    seeds: int
    share: float | None
    reach: Estimate | None = None
    part: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return self._asdict() | {"reach": None if self.reach is None else self.reach.to_dict()}

    def __str__(self) -> str:
        words = f"{self.seeds:,} {'seed' if self.seeds == 1 else 'seeds'} in common"
        if self.share:
            words += f" ({percent(self.share)} of the smaller list)"
        if self.reach is not None:
            words += f"; both reach the same {self.reach}"
        return words if not self.part else f"{words}, {percent(self.part)} of those whom either reaches"


@dataclass(frozen=True)
class Contrast:
    """What one plan reaches more than another, in the same worlds.

    Attributes
    ----------
    first, second
        The names; figures are of the second against the first.
    difference, stderr, low, high
        Expected reach of the second less that of the first; the standard error of that, from the differences
        world by world; and its interval, which holds together with those of all other pairs.
    wins, ties
        In what share of the worlds the second reaches more, and as much.
    chance
        How likely the second beats the first in one campaign, half of the ties counted: wins + ties / 2; with
        its interval, which holds together with those of all other pairs.
    same
        Whether both name the same seeds, as likely to take part: nothing differs in any world.
    overlap
        What both have in common.
    extra_cost
        What the second costs more; None where the cost of one is not known.
    """

    first: str
    second: str
    difference: float
    stderr: float
    low: float
    high: float
    wins: float
    ties: float
    chance: Range
    same: bool
    overlap: Overlap
    extra_cost: Decimal | None = None

    @property
    def verdict(self) -> str:
        """``"better"``, ``"worse"``, ``"same"``, or ``"not shown"`` where the interval holds 0."""
        if self.same:
            return "same"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "not shown"

    @property
    def extra_per_person(self) -> Range | None:
        """What each person whom the dearer plan reaches more costs: extra cost / difference.

        With its interval, from the ends of that of the difference. None unless a difference was shown and the
        plan that reaches more costs more.
        """
        if self.extra_cost is None or self.verdict not in ("better", "worse"):
            return None
        sign = 1 if self.verdict == "better" else -1
        extra, ends = sign * float(self.extra_cost), sorted((sign * self.low, sign * self.high))
        return None if extra <= 0 else Range.of_ratio(extra, ends[0], sign * self.difference, ends[1])

    def lines(self) -> list[tuple[str, str]]:
        """Say it in words, a title and a sentence each."""
        lines = [(f"{self.second} against {self.first}", str(self))]
        if not self.same:
            lines.append(("One campaign", self._say_chance()))
            lines.append(("Overlap", str(self.overlap)))
        if (words := self._say_money()) is not None:
            lines.append(("Money", words))
        return lines

    def __str__(self) -> str:
        if self.same:
            return f"{self.second} and {self.first} name the same seeds, so that they reach the same"
        fewer, decimals = self.difference < 0, decimals_of((self.high - self.low) / 2)
        ends = (-self.high, -self.low) if fewer else (self.low, self.high)
        more, low, high = (fixed(value, decimals) for value in (abs(self.difference), *ends))
        sure = "in every campaign" if self.low == self.high else f"95 % interval {low} to {high}"
        said = f"{self.second} reaches {more} {'less' if fewer else 'more'} than {self.first} ({sure})"
        return (
            f"no difference was shown: {said}" if self.verdict == "not shown" else f"{said}: {self.verdict}"
        )

    def _say_chance(self) -> str:
        low, high = percent(self.chance.low), percent(self.chance.high or 0.0)
        return (
            f"{self.second} beats {self.first} with probability {percent(self.chance.value)} "
            f"(95 % interval {low} to {high}), half of the ties counted; {percent(self.ties)} are ties"
        )

    def _say_money(self) -> str | None:
        """Say what the difference costs."""
        if self.extra_cost is None or self.same:
            return None
        if self.extra_cost == 0:
            return "both cost the same"
        words = f"{self.second} costs {abs(self.extra_cost):,} {'more' if self.extra_cost > 0 else 'less'}"
        if self.extra_per_person is not None:
            return f"{words}: {self.extra_per_person} for each person whom the dearer one reaches more"
        better = self.verdict == ("better" if self.extra_cost < 0 else "worse")
        return f"{words}, and reaches {'more' if self.extra_cost < 0 else 'less'}" if better else words

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; money as text."""
        extra = self.extra_per_person
        return {
            **{name: getattr(self, name) for name in ("first", "second", "difference", "stderr")},
            **{name: getattr(self, name) for name in ("low", "high", "verdict", "same", "wins", "ties")},
            "chance": self.chance.to_dict(),
            "overlap": self.overlap.to_dict(),
            "extra_cost": None if self.extra_cost is None else f"{self.extra_cost:f}",
            "extra_per_person": None if extra is None else extra.to_dict(),
        }


class Paired(NamedTuple):
    """The reach of two plans in the same worlds, world by world."""

    first: np.ndarray
    second: np.ndarray

    @property
    def gains(self) -> np.ndarray:
        """What the second reaches more in each world; differences that are rounding are none."""
        gains: np.ndarray = self.second - self.first
        gains[np.abs(gains) <= _ROUNDING * np.maximum(self.first, self.second)] = 0.0
        return gains

    def difference(
        self, known: Known = NOTHING_KNOWN, level: Level = LEVEL95
    ) -> tuple[float, float, float, float]:
        """Return the mean difference, its standard error, and its interval."""
        moments = Moments.of(self.gains)
        return moments.mean, moments.stderr, *mean_interval(moments, known, level)

    def chance(self, level: Level = LEVEL95) -> tuple[float, float, Range]:
        """Return the shares of wins and of ties, and wins + ties / 2 with its interval.

        That is the mean of two probabilities: of more, and of at least as much. The interval is the mean of
        their Clopper–Pearson intervals, each at half of the level (Bonferroni's inequality).
        """
        gains, alpha = self.gains, level.tail.share / 2
        n, wins, ties = gains.size, int((gains > 0).sum()), int((gains == 0).sum())
        counts = wins, wins + ties
        low = sum(binomial_lower(count, n, alpha) for count in counts) / 2
        high = sum(binomial_upper(count, n, alpha) for count in counts) / 2
        return wins / n, ties / n, Range((wins + ties / 2) / n, low, high)


@dataclass(frozen=True, eq=False, repr=False)
class PlanComparison:
    """Plans side by side, measured on the same worlds.

    Attributes
    ----------
    plans
        The plans, in the order given.
    pairs
        Every two of them, the later against the earlier; of more than 10 plans, each against the first.
    worlds
        How many worlds all were simulated on.
    without_overlap
        Why it was not simulated how many both of a pair reach; None where it was.
    """

    plans: tuple[ComparedPlan, ...]
    pairs: tuple[Contrast, ...]
    worlds: int
    without_overlap: str | None = None

    def __repr__(self) -> str:
        names = ", ".join(f"{plan.name} {tenths(plan.reach.mean)}" for plan in self.plans)
        return f"PlanComparison({names}; {self.worlds:,} worlds)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per plan.

        Columns: name, seeds (how many), cost (a float; exact in `plans`), reach with its 95 % interval
        reach_low to reach_high, cpm with cpm_low to cpm_high. Missing where a cost is not known.
        """
        rows = [
            {
                "name": plan.name,
                "seeds": len(plan.seeds),
                "cost": None if plan.cost is None else float(plan.cost),
                "reach": plan.reach.mean,
                "reach_low": plan.reach.low,
                "reach_high": plan.reach.high,
                **_range("cpm", plan.cpm),
            }
            for plan in self.plans
        ]
        money = ("cost", "cpm", "cpm_low", "cpm_high")
        return pd.DataFrame(rows).astype(dict.fromkeys(money, np.float64))

    @cached_property
    def pairs_frame(self) -> pd.DataFrame:
        """One row per pair: all that is said of it, with what both plans reach and cost.

        Columns: first, second, reach_first, reach_second, difference, stderr, low, high, verdict, wins, ties,
        chance with chance_low to chance_high, seeds_in_common, reached_by_both with its 95 % interval
        (reached_by_both_low, reached_by_both_high), extra_cost, extra_per_person with its interval likewise.
        """
        reach = {plan.name: plan.reach.mean for plan in self.plans}
        rows = []
        for pair in self.pairs:
            row = {name: getattr(pair, name) for name in ("first", "second")}
            row |= {"reach_first": reach[pair.first], "reach_second": reach[pair.second]}
            names = ("difference", "stderr", "low", "high", "verdict", "wins", "ties")
            row |= {name: getattr(pair, name) for name in names} | _range("chance", pair.chance)
            both = pair.overlap.reach
            row["seeds_in_common"] = pair.overlap.seeds
            row |= _range("reached_by_both", None if both is None else Range(both.mean, both.low, both.high))
            row["extra_cost"] = None if pair.extra_cost is None else float(pair.extra_cost)
            rows.append(row | _range("extra_per_person", pair.extra_per_person))
        frame = pd.DataFrame(rows)
        texts = ("first", "second", "verdict", "seeds_in_common")
        return frame.astype({name: np.float64 for name in frame.columns if name not in texts})

    def lines(self) -> list[tuple[str, str]]:
        """Say in words how the plans differ, a title and a sentence each."""
        few = len(self.pairs) == 1
        lines = [line for pair in self.pairs for line in (pair.lines() if few else pair.lines()[:1])]
        lines.append(("Certainty", self._say_certainty()))
        if self.without_overlap is not None:
            lines.append(("Left out", f"how many both reach, because {self.without_overlap}"))
        return lines

    def _say_certainty(self) -> str:
        said = f"all plans were simulated in the same {self.worlds:,} worlds"
        if len(self.pairs) == 1:
            return said
        count = len(self.pairs)
        return f"{said}; the intervals of all {count:,} differences hold together with 95 % confidence"

    def summary(self) -> str:
        """Describe plans and differences in a few honest sentences."""
        lines = [(plan.name, str(plan)) for plan in self.plans] + self.lines()
        width = max(len(title) for title, _ in lines)
        return "\n".join(f"{title:<{min(max(width, 15), 30)}} {words}" for title, words in lines)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; money as text."""
        return {
            "plans": [plan.to_dict() for plan in self.plans],
            "pairs": [pair.to_dict() for pair in self.pairs],
            "worlds": self.worlds,
            "without_overlap": self.without_overlap,
        }

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Return everything as JSON text and, where a path is given, write it there in one atomic step."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, default=str)
        if path is not None:
            with atomic_write(path) as file:
                file.write(text + "\n")
        return text

    def to_csv(self, path: str | PathLike[str], *, decimal: str = ".", separator: str = ",") -> None:
        """Write `pairs_frame` as CSV in one atomic step, money exactly.

        What has an interval or a standard error is rounded to the second significant digit of its standard
        error; the standard error has two digits.

        Parameters
        ----------
        path
            Where to write.
        decimal, separator
            As in `Plan.to_csv`.

        Raises
        ------
        InputError
            If a sign is not understood, or the folder does not exist or cannot be written to.
        """
        from seeding.plan.seed_csv import write_seeds

        exact = self.pairs_frame.astype(object)
        costs = [plan.cost for plan in self.plans]
        place = {plan.name: number for number, plan in enumerate(self.plans)}
        for which in ("first", "second"):
            values = [costs[place[getattr(pair, which)]] for pair in self.pairs]
            exact.insert(
                list(exact.columns).index(f"reach_{which}"), f"cost_{which}", pd.Series(values, dtype=object)
            )
        exact["extra_cost"] = pd.Series([pair.extra_cost for pair in self.pairs], dtype=object)
        self._round(exact)
        write_seeds(exact, path, decimal=decimal, separator=separator)

    def _round(self, frame: pd.DataFrame) -> None:
        """Round what is measured, in place."""
        reach = {plan.name: rounding.decimals_of(plan.reach.stderr) for plan in self.plans}
        for which in ("first", "second"):
            decimals = [reach[getattr(pair, which)] for pair in self.pairs]
            rounding.round_columns(frame, [f"reach_{which}"], decimals)
        decimals = [rounding.decimals_of(pair.stderr) for pair in self.pairs]
        rounding.round_columns(frame, ["difference", "stderr", "low", "high"], decimals)
        for name in ("chance", "reached_by_both", "extra_per_person"):
            names = (name, f"{name}_low", f"{name}_high")
            rounding.round_columns(
                frame, names, rounding.decimals_of_intervals(frame[names[1]], frame[names[2]])
            )


def _range(name: str, figure: Range | None) -> dict[str, float | None]:
    """Name the three columns of a figure."""
    value, low, high = (None, None, None) if figure is None else figure
    return {name: value, f"{name}_low": low, f"{name}_high": high}
