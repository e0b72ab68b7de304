"""Why these seeds: tables of what each brings, of overlaps, of who just missed, and of simple choices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seeding._runtime.wording import percent, tenths
from seeding.plan import rounding
from seeding.plan.answers import Comparison, in_words
from seeding.plan.sections import rows_of

# So many seeds, pairs and runners-up are named in the text; the tables have all.
_NAMED = 5


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """Why a plan has these seeds.

    Attributes
    ----------
    frame
        One row per seed, in the order of the plan: candidate, cost; `alone`, the expected reach of the seed
        by itself; `shared`, the share of that which other seeds reach too; `lost`, what the plan loses
        without the seed when all others stay, with its 95 % interval (`lost_low`, `lost_high`) on the
        certifying sample; `lost_fresh` with `fresh_low` and `fresh_high`, the same in fresh worlds;
        `lost_replanned`, what it loses when the money is spent again as well as possible; `replacement`, who
        would take the place, and `replacement_loses`, what the plan loses by that; a column ``share of …``
        for each platform and, where there is one, each audience group: how the people that the seed reaches
        alone are spread.
    overlap
        For all candidates asked for, the share of the smaller audience that a pair has in common; a square
        table.
    pairs
        One row per pair: both labels, people whom both reach, and the share of the smaller audience; the
        largest first.
    union
        What all candidates asked for reach together, on the certifying sample.
    runners_up
        The candidates that just missed: candidate, cost; `adds`, what each adds to the plan; `enters_at`, a
        cost at which planning again on the same sample chooses the candidate, missing where none was found;
        `overpriced`, by which share the cost is above that.
    comparisons
        What simple choices within the same limits reach in the same fresh worlds, with paired intervals.
    reach
        The expected reach of the plan on the certifying sample.
    sets, worlds
        RR sets in each sample, and fresh worlds of the check; 0 without one.
    notes
        What could not be answered, and why.
    """

    frame: pd.DataFrame
    overlap: pd.DataFrame
    pairs: pd.DataFrame
    union: float
    runners_up: pd.DataFrame
    comparisons: tuple[Comparison, ...]
    reach: float
    sets: int
    worlds: int
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Explanation({len(self.frame)} seeds, {len(self.runners_up)} runners-up)"

    def rounded(self) -> pd.DataFrame:
        """Return `frame` for a CSV: losses end at the second significant digit of their errors."""
        frame = self.frame.copy()
        for names in (("lost", "lost_low", "lost_high"), ("lost_fresh", "fresh_low", "fresh_high")):
            if names[0] in frame:
                decimals = rounding.decimals_of_intervals(frame[names[1]], frame[names[2]])
                rounding.round_columns(frame, names, decimals)
        return frame

    def _repr_html_(self) -> str:
        from seeding.plan.report.pieces import block, of_frame

        return block("Why these", self.summary().splitlines(), of_frame(self.frame))

    def to_dict(self) -> dict[str, Any]:
        """Return all tables as plain values."""
        return {
            "seeds": rows_of(self.frame),
            "pairs": rows_of(self.pairs),
            "union": self.union,
            "runners_up": rows_of(self.runners_up),
            "comparisons": [one.to_dict() for one in self.comparisons],
            "reach": self.reach,
            "sets": self.sets,
            "worlds": self.worlds,
            "notes": list(self.notes),
        }

    def summary(self) -> str:
        """Say what each seed brings, who overlaps, who just missed, and whether choosing helps."""
        lines = [
            *self._of_seeds(),
            *self.overlap_in_words(),
            *self._of_runners_up(),
            *in_words(self.comparisons),
        ]
        basis = f"read from 2 × {self.sets:,} RR sets of the plan"
        basis += f", checked in {self.worlds:,} fresh worlds" if self.worlds else ""
        return "\n".join([*lines, *self.notes, f"All of this is {basis}."])

    def _of_seeds(self) -> list[str]:
        rows = self.frame.sort_values("lost", ascending=False, kind="stable").to_dict("records")
        lines = [_of_seed(row) for row in rows[:_NAMED]]
        more = len(rows) - _NAMED
        return [*lines, f"… and {more:,} more seeds in the table."] if more > 0 else lines

    def overlap_in_words(self) -> list[str]:
        """Say which two share most, and what all reach together."""
        if self.pairs.empty:
            return []
        first = self.pairs.head(1).to_dict("records")[0]
        if first["share_of_smaller"] <= 0:
            return ["No two of them reach the same people."]
        share = percent(first["share_of_smaller"])
        return [
            f"Most overlap: {first['first']} and {first['second']} have {share} of the smaller audience in "
            f"common, {tenths(first['both'])}; all together reach "
            f"{tenths(self.union)}."
        ]

    def _of_runners_up(self) -> list[str]:
        lines = []
        for row in self.runners_up.to_dict("records")[:_NAMED]:
            price = row["enters_at"]
            at = f"; would be chosen at {price:,.2f}" if pd.notna(price) else ""
            missed = f"Just missed: {row['candidate']} at {row['cost']:,.2f}"
            lines.append(f"{missed} adds {tenths(row['adds'])} to the plan{at}.")
        return lines


def _fewer(lost: float) -> str:
    """Say how many fewer, or more: a plan that is not the best may gain by spending the money otherwise."""
    if math.isnan(lost):
        return "and the rules leave no plan"
    return (
        f"{tenths(lost)} fewer" if lost >= 0 else f"{tenths(-lost)} more"
    ) + " when the money is spent again"


def _of_seed(row: dict[Any, Any]) -> str:
    interval = f"95 % interval {tenths(row['lost_low'])} to {tenths(row['lost_high'])}"
    said = (
        f"Without {row['candidate']} the plan reaches {tenths(row['lost'])} fewer ({interval}), "
        f"{_fewer(row['lost_replanned'])}; others of the plan reach "
        f"{percent(row['shared'])} of the {tenths(row['alone'])} reached alone"
    )
    if row["replacement"] is None or pd.isna(row["replacement"]):
        return f"{said}; nobody fits in the place."
    loses = row["replacement_loses"]
    return f"{said}; {row['replacement']} in the place would lose {tenths(loses)}."
