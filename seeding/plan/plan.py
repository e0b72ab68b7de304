"""The plan: whom to seed, what it costs, what it reaches, and how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import accumulate
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from seeding._runtime.files import atomic_write
from seeding._runtime.wording import heads, percent, tenths
from seeding.network.labels import plain
from seeding.plan.answers import Comparison, Invitations, Profit, Target
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.seed_table import SeedTable

if TYPE_CHECKING:
    from seeding.plan.answers import PriceOfFairness

Stopped = Literal[
    "certified", "best_effort", "sample_cap", "memory_limit", "time_limit", "complete", "proven", "settled"
]

STOPPED_IN_WORDS = {
    "certified": "the asked ratio is certified",
    "best_effort": "more samples no longer raised the certified ratio",
    "sample_cap": "the largest sample was reached",
    "memory_limit": "the memory limit was reached",
    "time_limit": "the time limit was reached",
    "complete": "the method ran to its end",
    "proven": "what was asked is proven",
    "settled": "more samples would hardly prove more",
}


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


@dataclass(frozen=True)
class Phase:
    """One step of the work behind a plan: what was done, what came of it, and how long it took."""

    name: str
    detail: str
    seconds: float


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Whom to seed, in order of choice, with what it costs and reaches.

    Attributes
    ----------
    table
        The table that `seeds` gives as a DataFrame: one row per seed in order of choice with rank, candidate,
        cost, cumulative_cost, marginal_reach, cumulative_reach, reach_low, reach_high (the 95 % interval of
        cumulative_reach), then the roster's own columns. Costs here are floats for convenience; `cost` and
        `to_csv` are exact. Where creators may decline, offer, accept and expected_cost stand before the
        roster's own, and cost is the fee of who accepts.
    reach
        Expected reach from fresh forward simulations that chose nothing.
    certificate
        How good the plan is against the best possible, and with what probability that may be wrong.
    cost
        Exact total cost; where creators may decline, what the budget was held on.
    budget, k
        The limits the plan was made for; None where there was none.
    rules
        The further rules that it keeps, in words.
    method, reason
        The method that chose the seeds, and why it was picked.
    stopped
        Why the search ended; see `STOPPED_IN_WORDS`.
    phases
        What was done, step by step.
    provenance
        Versions, parameters and the key: what is needed to make the same plan again.
    groups
        Where fairness was asked for: one row per audience group, with its weight, its expected reach and the
        95 % interval (low, high) from the same simulations as `reach`, the share of the weight reached, and
        the share required. None otherwise.
    price_of_fairness
        What the plan without the fairness rule reaches more, in the same worlds; None without such a rule.
    profit
        What the plan earns, where it was made for profit (`value_per_reach`); it has no certificate then.
    target
        The reach it had to have, where it was made to cost little (`minimize_cost`); likewise.
    curve
        Where the model looks at distance: one row per step, with what is reached by then and its 95 %
        interval (low, high); a row of step 32 stands for all that follow. With an organic start it is what is
        reached by then less what is reached by then without the plan, so that it may fall. None otherwise.
    engaged
        Where people may see the message without passing it on: how many pass it on. With an organic start,
        how many do who would not without the plan: some of them see it anyway and are not in `reach`, so that
        it may be more than `reach`. None otherwise.
    platforms
        Where the network is one of several platforms: one row per platform with its accounts, the people
        reached there and the 95 % interval; the last row counts each person once. None otherwise.
    negative, net
        Where the quality is below 1: how many end up negative, and `reach` less that. None otherwise.
    invitations
        Where the roster says who accepts or makes several offers: how many are asked, how many accept, and
        what is spent on average and at most. None otherwise.
    rival
        What the rival reaches, where its seeds were given. None otherwise.
    comparisons
        What simple choices within the same limits and rules reach in the same worlds: does it matter whom one
        chooses? None where the plan is not made for reach alone (`value_per_reach`, fairness), is a rule of
        thumb itself, or takes everybody.
    """

    table: SeedTable
    reach: Estimate
    certificate: Certificate | None
    cost: Decimal
    budget: Decimal | None
    k: int | None
    method: str
    reason: str
    stopped: Stopped
    phases: tuple[Phase, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
    exact_costs: tuple[Decimal, ...] = ()
    rules: tuple[str, ...] = ()
    groups: pd.DataFrame | None = None
    price_of_fairness: PriceOfFairness | None = None
    profit: Profit | None = None
    target: Target | None = None
    curve: pd.DataFrame | None = None
    negative: Estimate | None = None
    net: Estimate | None = None
    engaged: Estimate | None = None
    platforms: pd.DataFrame | None = None
    invitations: Invitations | None = None
    rival: Estimate | None = None
    comparisons: tuple[Comparison, ...] = ()

    @property
    def seeds(self) -> pd.DataFrame:
        """The seeds, one row each in order of choice; see `table` for the columns."""
        return self.table.frame

    @property
    def frame(self) -> pd.DataFrame:
        """The seeds as a DataFrame (the same as `seeds`)."""
        return self.seeds

    @property
    def stopped_early(self) -> bool:
        """Whether a limit on time or memory ended the search."""
        return self.stopped in ("time_limit", "memory_limit")

    def __repr__(self) -> str:
        return f"Plan({len(self.table)} seeds, cost {self.cost:,}, reach {self.reach})"

    def to_csv(self, path: str | PathLike[str], spreadsheet: bool = False) -> None:
        """Write the seeds as CSV, in one atomic step.

        Parameters
        ----------
        path
            Where to write; an existing file is replaced only when the new one is complete.
        spreadsheet
            Write the variant for Excel: UTF-8 with a mark, long ids kept as text, and cells that a
            spreadsheet would run as a formula neutralised. `seeding.read_seeds` reads either.

        Raises
        ------
        InputError
            If the folder does not exist or cannot be written to.
        """
        from seeding.plan.seed_csv import write_seeds

        exact = self.seeds.copy()
        exact["cost"] = pd.Series(self.exact_costs, dtype=object)
        exact["cumulative_cost"] = pd.Series(self._exact_totals(), dtype=object)
        if expected := self._expected_costs():
            exact["expected_cost"] = pd.Series(expected, dtype=object)
        write_seeds(exact, path, spreadsheet=spreadsheet)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole plan as plain values; exact costs as text."""
        rows = _rows_of(self.seeds)
        for row, cost, total in zip(rows, self.exact_costs, self._exact_totals(), strict=True):
            row["cost"], row["cumulative_cost"] = f"{cost:f}", f"{total:f}"
        for row, cost in zip(rows, self._expected_costs(), strict=False):
            row["expected_cost"] = f"{cost:f}"
        return (
            {
                "seeds": rows,
                "reach": self.reach.to_dict(),
                "certificate": None if self.certificate is None else self.certificate.to_dict(),
                "cost": f"{self.cost:f}",
                "budget": None if self.budget is None else f"{self.budget:f}",
                "k": self.k,
                "rules": list(self.rules),
                "method": self.method,
                "reason": self.reason,
                "stopped": self.stopped,
                "phases": [
                    {"name": phase.name, "detail": phase.detail, "seconds": phase.seconds}
                    for phase in self.phases
                ],
                "provenance": self.provenance,
                "profit": None if self.profit is None else self.profit.to_dict(),
                "target": None if self.target is None else self.target.to_dict(),
            }
            | self._fairness()
            | self._distance()
            | ({} if self.invitations is None else self.invitations.to_dict())
            | ({"comparisons": [one.to_dict() for one in self.comparisons]} if self.comparisons else {})
        )

    def _distance(self) -> dict[str, Any]:
        """Return what is said about steps and about bad news as plain values; nothing where nothing is."""
        said: dict[str, Any] = {} if self.curve is None else {"curve": curve_rows(self.curve)}
        if self.has_organic_start:
            told = {"reach", *(["engaged"] if self.engaged is not None else []), *said}
            said["counts"] = {name: words for name, words in ORGANIC.items() if name in told}
        if self.negative is not None and self.net is not None:
            said |= {"negative": self.negative.to_dict(), "net": self.net.to_dict()}
        if self.rival is not None:
            said |= {"rival": self.rival.to_dict()}
        if self.engaged is not None:
            said["engaged"] = self.engaged.to_dict()
        return said if self.platforms is None else said | {"platforms": _rows_of(self.platforms)}

    def _fairness(self) -> dict[str, Any]:
        """Return what is said about groups as plain values; nothing where nothing was asked."""
        if self.groups is None or self.price_of_fairness is None:
            return {}
        return {
            "groups": _rows_of(self.groups),
            "price_of_fairness": self.price_of_fairness.to_dict(),
        }

    def _expected_costs(self) -> tuple[Decimal, ...]:
        """Return what each seed is paid on average, where the seeds have such a column."""
        asked = self.invitations if "expected_cost" in self.seeds else None
        return () if asked is None else asked.expected

    def _exact_totals(self) -> list[Decimal]:
        # In a context of our own, because the caller's may round.
        with localcontext(prec=64):
            return list(accumulate(self.exact_costs))

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Return the plan as JSON text and, where a path is given, write it there in one atomic step."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, default=str)
        if path is not None:
            with atomic_write(path) as file:
                file.write(text + "\n")
        return text

    def summary(self) -> str:
        """Describe the plan in a few honest sentences."""
        lines = [f"{len(self.table):,} seeds for {self.cost:,}" + self._limits()]
        lines += [f"{'Rules kept' if not place else '':<16}{rule}" for place, rule in enumerate(self.rules)]
        lines += [f"{name:<16}{words}" for name, words in self.invitation_lines()]
        spread = self.reach
        lines.append(
            f"Expected reach  {tenths(spread.mean)}   95 % interval {spread.interval} "
            f"({spread.worlds:,} fresh simulations)"
        )
        if spread.p10 is not None and spread.p50 is not None and spread.p90 is not None:
            p10, p50, p90 = (heads(value) for value in (spread.p10, spread.p50, spread.p90))
            lines.append(f"One campaign    {p10} to {p90} in 8 cases of 10, half reach {p50} or more")
        lines += [f"{name:<16}{words}" for name, words in self.comparison_lines()]
        lines += [f"{name:<16}{words}" for name, words in self.distance_lines()]
        if self.certificate is not None:
            lines.append(f"Certificate     {self.certificate}")
        lines += [
            f"{'Groups' if not place else '':<16}{line}" for place, line in enumerate(self.group_lines())
        ]
        if self.price_of_fairness is not None:
            lines.append(f"Fairness costs  {self.price_of_fairness}")
        if self.profit is not None:
            lines.append(
                f"Expected profit {self.profit}, at {self.profit.value_per_reach:,} per person reached"
            )
            lines.append(f"Proven          {self.profit.proof}")
        if self.target is not None:
            lines.append(f"Proven          {self.target}")
        lines.append(f"Method          {self.method}: {self.reason}")
        lines.append(f"Stopped         {STOPPED_IN_WORDS[self.stopped]}")
        return "\n".join(lines)

    def distance_lines(self) -> list[tuple[str, str]]:
        """Say by which step nearly all is reached, and how many end up negative; a name and words each."""
        lines = [("Organic start", ORGANIC["reach"])] if self.has_organic_start else []
        if self.curve is not None and self.curve["reach"].iloc[-1] > 0:
            lines.append(("In time", self._in_time(self.curve["reach"].to_numpy())))
        if self.negative is not None and self.net is not None:
            net = f"{tenths(self.net.mean)} ({tenths(self.net.low)} to {tenths(self.net.high)})"
            lines.append(
                ("Negative", f"{tenths(self.negative.mean)} end up negative; the net reach is {net}")
            )
        if self.engaged is not None:
            low, high = tenths(self.engaged.low), tenths(self.engaged.high)
            whose = ORGANIC["engaged"] if self.has_organic_start else "of those who see it pass it on"
            lines.append(("Engaged", f"{tenths(self.engaged.mean)} ({low} to {high}) {whose}"))
        if self.rival is not None:
            lines.append(("Rival", f"the rival reaches {self.rival}"))
        return lines + self._platform_lines()

    @property
    def has_organic_start(self) -> bool:
        """Whether some were active anyway, so that all that is counted is what the plan adds to them."""
        return "organic start" in self.provenance.get("parameters", {}).get("parts", ())

    def _in_time(self, reached: np.ndarray) -> str:
        """Say by which step nearly all is reached, with the share that really is by then.

        With an organic start, what the plan adds by a step may be more than in the end.
        """
        at = reached / reached[-1]
        if self.has_organic_start and at.max() > 1:
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

    def comparison_lines(self) -> list[tuple[str, str]]:
        """Say where a simple choice does about as well, by the simplest that does; a name and words."""
        level = [one for one in self.comparisons if one.hardly_helps]
        return [("Simple choice", str(level[0]))] if level else []

    def _platform_lines(self) -> list[tuple[str, str]]:
        """Say in one line how many people are reached on each platform."""
        if self.platforms is None:
            return []
        *rows, total = self.platforms.to_dict("records")
        each = ", ".join(f"{tenths(row['reach'])} on {row['platform']}" for row in rows)
        return [("Platforms", f"{each}; {tenths(total['reach'])} when each person counts once")]

    def invitation_lines(self) -> list[tuple[str, str]]:
        """Say how many are asked and accept, and what that costs; a name and words each."""
        if self.invitations is None:
            return []
        held = "what is spent on average" if self.invitations.budget_on == "expected" else "the worst case"
        basis = f" (the budget holds for {held})" if self.budget is not None else ""
        return [("Invitations", f"{self.invitations}{basis}")]

    def group_lines(self) -> list[str]:
        """Say of each audience group in one line what is reached of it."""
        lines = []
        for row in [] if self.groups is None else self.groups.to_dict("records"):
            name, weight, required = row["group"], float(row["weight"]), float(row["required"])
            asked = f", at least {required:.1%} asked" if required > 0 else ""
            lines.append(
                f"{name}: {tenths(row['reach'])} of {heads(weight)} reached ({row['share']:.1%}{asked})"
                if weight > 0
                else f"{name}: nobody there has any weight"
            )
        return lines

    def _limits(self) -> str:
        limits = []
        if self.budget is not None:
            limits.append(f"a budget of {self.budget:,}")
        if self.k is not None:
            limits.append(f"at most {self.k:,} seeds")
        return f" (limits: {' and '.join(limits)})" if limits else ""


def curve_rows(curve: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a curve as plain values; says of a last row that stands for all that follow."""
    rows = _rows_of(curve)
    return [row | ({"and_later": True} if row["step"] == LAST_STEP else {}) for row in rows]


def _rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; None where one is missing."""
    filled = frame.astype(object).where(frame.notna(), None)
    rows = filled.itertuples(index=False, name=None)
    return [dict(zip(frame.columns, plain(row), strict=True)) for row in rows]
