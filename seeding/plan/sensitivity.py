"""What a plan hangs on: its reach, and what would be best, after each of several changes of the inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from os import PathLike
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding._runtime.wording import fixed, percent, tenths
from seeding.plan import rounding

Decision = Literal["hangs", "does not hang", "not shown", "beyond the limits", "no plan"]

# The choice hangs on a change after which the plan surely reaches less than this part of the best then; and
# does not where it surely reaches at least the other.
HANGS_BELOW, HOLDS_FROM = 0.95, 0.98
_NOTHING = (np.nan, np.nan, np.nan)


@dataclass(frozen=True, eq=False)
class Scenario:
    """One change of the inputs, and what it does to the plan.

    Attributes
    ----------
    name
        The change in words: ``"probabilities × 0.5"``.
    what, factor
        What is changed, and what it is multiplied by; None where a group is left out.
    clipped
        How many values would have been above 1 (or above the chance of seeing) and were cut there.
    reach
        The reach of this plan then, with its 95 % interval.
    moved
        How much more this plan reaches than now, in the same worlds, with the 95 % interval of that.
    best
        What the plan reaches that is chosen anew then, with its 95 % interval.
    ratio
        This plan's reach (for a plan made for profit: its profit) as a part of the best plan's, with the
        95 % interval, both in the same worlds. Minus infinity: this plan loses money, and it is best to buy
        nobody.
    shared, seeds
        How many of the seeds of the best plan this plan has too, and how many there are.
    cost, best_cost
        What both plans cost then, as the budget counts it; None where that is not known.
    over_budget
        By how much this plan is above the budget then; 0 where it is not.
    breaks_rules
        Whether this plan breaks a rule or the number of seeds then, or its reach is surely below what was
        asked (the target; the share of a group).
    certified
        The part of the best possible reach that the plan chosen anew is certified to have; missing where it
        has no certificate.
    by_cost
        Whether plans were made to cost little: then the best plan's cost is compared, too.
    note
        What else the reader must know; "" for nothing.
    """

    name: str
    what: str
    factor: float | None
    clipped: int = 0
    reach: tuple[float, float, float] = _NOTHING
    moved: tuple[float, float, float] = _NOTHING
    best: tuple[float, float, float] = _NOTHING
    ratio: tuple[float, float, float] = _NOTHING
    shared: int = 0
    seeds: int = 0
    cost: Decimal | None = None
    best_cost: Decimal | None = None
    over_budget: Decimal = Decimal(0)
    breaks_rules: bool = False
    certified: float = np.nan
    by_cost: bool = False
    note: str = ""

    @property
    def decision(self) -> Decision:
        """Whether the choice hangs on this change.

        It ``"hangs"`` where the interval of `ratio` is below 0.95, and ``"does not hang"`` where it is at
        least 0.98; of plans of least cost, the cost of the best plan as a part of this one's must be as
        large, too. Otherwise it is ``"not shown"``. A plan that is not what was asked then, or cannot be
        bought as it is, is ``"beyond the limits"``, and where nothing can be planned there is ``"no plan"``.
        """
        if np.isnan(self.ratio[0]):
            return "no plan"
        if self.over_budget > 0 or self.breaks_rules:
            return "beyond the limits"
        _, low, high = self.ratio
        if self.by_cost and self.cost and self.best_cost is not None:
            part = float(self.best_cost / self.cost)
            low, high = min(low, part), min(high, part)
        if high < HANGS_BELOW:
            return "hangs"
        return "does not hang" if low >= HOLDS_FROM else "not shown"

    def row(self) -> dict[str, Any]:
        """Return the row of the table."""
        triples = {"reach": self.reach, "moved": self.moved, "best": self.best, "ratio": self.ratio}
        row: dict[str, Any] = {"scenario": self.name, "what": self.what, "factor": self.factor}
        row["clipped"] = self.clipped
        for name, (mean, low, high) in triples.items():
            row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
        row |= {"shared": self.shared, "seeds": self.seeds, "cost": self.cost, "best_cost": self.best_cost}
        row |= {"over_budget": self.over_budget, "certified": self.certified}
        return row | {"decision": self.decision, "note": self.note}

    @property
    def part(self) -> str:
        """What this plan is of the best then, in percent; "" where there is none."""
        return "" if np.isnan(self.ratio[0]) else _part(self.ratio[0])

    @property
    def remark(self) -> str:
        """What else there is to say of it; "" for nothing."""
        said = [f"{self.clipped:,} values were cut at their limit"] if self.clipped else []
        if self.over_budget > 0:
            said.append(f"this plan is {self.over_budget:,} above the budget")
        if self.breaks_rules and not self.note:
            said.append("this plan breaks a rule")
        return "; ".join([*said, self.note.removesuffix(".")] if self.note else said)

    def line(self, wanted: str) -> str:
        """Say in one sentence what the change does."""
        if np.isnan(self.reach[0]):
            return f"{self.name}: {self.remark}."
        mean, low, high = (tenths(value) for value in self.reach)
        said = f"{self.name}: this plan reaches {mean} (95 % interval {low} to {high}; {self.moved[0]:+,.1f})"
        if self.part:
            measured = "" if wanted == "reach" else f" of the {wanted}"
            between = f"{_part(self.ratio[1])} to {_part(self.ratio[2])}"
            said += (
                f", {self.part} ({between}){measured} of the best then, which reaches {tenths(self.best[0])}"
            )
            said += f" and shares {self.shared:,} of its {self.seeds:,} seeds"
        return f"{said}; {self.remark}." if self.remark else f"{said}."


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """What a plan hangs on.

    Attributes
    ----------
    scenarios
        The changes that were tried, with what each does.
    left_out
        Changes that do not apply to this plan, and why.
    reach
        What the plan reaches as things are, with its 95 % interval, in the same worlds.
    worlds
        How many fresh worlds; the same for all plans and all changes.
    gap
        How closely the best plan was sought after each change: it stops once certified within this gap.
    wanted
        What plans are compared by: ``"reach"`` or ``"profit"``.
    """

    scenarios: tuple[Scenario, ...]
    left_out: tuple[str, ...]
    reach: tuple[float, float, float]
    worlds: int
    gap: float
    wanted: str = "reach"

    def __repr__(self) -> str:
        return f"Sensitivity({len(self.scenarios)} scenarios: {self.verdict})"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per change.

        Columns: scenario, what, factor, clipped; the reach of this plan then with its 95 % interval
        (reach_low, reach_high); moved, what it reaches more than now, likewise; best, the reach of the best
        plan then; ratio, this plan as a part of the best; shared and seeds, how many of the best plan's seeds
        this plan has, and how many there are; cost, best_cost and over_budget (floats; exact in `to_dict`);
        certified; decision; note.
        """
        frame = pd.DataFrame([one.row() for one in self.scenarios])
        for name in ("factor", "cost", "best_cost", "over_budget"):
            frame[name] = frame[name].astype(float)
        return frame

    @property
    def verdict(self) -> str:
        """Say in one sentence what the choice hangs on, and what it does not."""
        by = {one: [s for s in self.scenarios if s.decision == one] for one in _WORDS}
        hung = [f"{one.name} ({_part(one.ratio[0])} of the best then)" for one in by["hangs"]]
        parts = [
            f"The choice hangs on {_all(hung)}" if hung else "The choice is not shown to hang on anything"
        ]
        if by["does not hang"]:
            parts.append(f"it does not hang on {_grouped(by['does not hang'])}")
        if by["not shown"]:
            parts.append(f"nothing is shown for {_grouped(by['not shown'])}")
        for one in by["beyond the limits"]:
            why = f"{one.over_budget:,} above its budget" if one.over_budget > 0 else "not what was asked"
            parts.append(f"with {one.name} it is {why}")
        if by["no plan"]:
            parts.append(f"no plan is possible for {_grouped(by['no plan'])}")
        return "; ".join(parts) + "."

    def summary(self) -> str:
        """Say how far each change moves the number and whether one would choose otherwise; then a verdict."""
        first, *rest = self._frame_of_words()
        return "\n".join([first, *(one.line(self.wanted) for one in self.scenarios), *rest])

    def told(self) -> list[str]:
        """Return the sentences that belong beside the table."""
        first, *rest = self._frame_of_words()
        remarks = [f"{one.name}: {one.remark}." for one in self.scenarios if one.remark]
        return [first, *remarks, *rest]

    def _frame_of_words(self) -> list[str]:
        mean, low, high = (tenths(value) for value in self.reach)
        return [
            f"As things are, this plan reaches {mean} (95 % interval {low} to {high}).",
            *(f"Left out: {one}." for one in self.left_out),
            f"All in the same {self.worlds:,} fresh worlds; the best plan of each change was sought at a gap "
            f"of {self.gap:g}.",
            self.verdict,
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; money as text."""
        rows = []
        for one in self.scenarios:
            row = one.row()
            for name, value in row.items():
                if isinstance(value, Decimal):
                    row[name] = f"{value:f}"
                elif isinstance(value, float) and not np.isfinite(value):
                    row[name] = None
            rows.append(row)
        reach = dict(zip(("mean", "low", "high"), self.reach, strict=True))
        said = {"worlds": self.worlds, "gap": self.gap, "wanted": self.wanted, "verdict": self.verdict}
        return {"reach": reach, "scenarios": rows, "left_out": list(self.left_out)} | said

    def to_csv(self, path: str | PathLike[str], *, decimal: str = ".", separator: str = ",") -> None:
        """Write the table as CSV in one atomic step, money exactly.

        What has an interval is rounded to the second significant digit of its standard error.

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

        exact = self.frame.astype(object)
        for name in ("reach", "moved", "best", "ratio"):
            names = (name, f"{name}_low", f"{name}_high")
            rounding.round_columns(
                exact, names, rounding.decimals_of_intervals(exact[names[1]], exact[names[2]])
            )
        for name in ("cost", "best_cost", "over_budget"):
            exact[name] = pd.Series([getattr(one, name) for one in self.scenarios], dtype=object)
        write_seeds(exact, path, decimal=decimal, separator=separator)


_WORDS: tuple[Decision, ...] = ("hangs", "does not hang", "not shown", "beyond the limits", "no plan")


def _part(share: float) -> str:
    """Write a ratio in percent: with a decimal where it may be above 1 or matters to a bar."""
    if not np.isfinite(share):
        return "no part"
    return percent(share) if 0 <= share < 0.9 else f"{fixed(100 * share, 1)}%"


def _all(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _grouped(scenarios: Iterable[Scenario]) -> str:
    """Name changes, those of one kind together: ``costs × 0.8 and × 1.2``."""
    factors: dict[str, list[str]] = {}
    for one in scenarios:
        said = one.name if one.factor is None else f"× {one.factor:g}"
        factors.setdefault(one.name if one.factor is None else one.what, []).append(said)
    return _all([what if said == [what] else f"{what} {_all(said)}" for what, said in factors.items()])
