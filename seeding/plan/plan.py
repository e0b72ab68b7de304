"""The plan: whom to seed, what it costs, what it reaches, and how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from itertools import accumulate
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from seeding._runtime.files import atomic_write, check_writable
from seeding._runtime.wording import heads, tenths
from seeding.errors import InputError
from seeding.plan.answers import Comparison, Invitations, PriceOfFairness, Profit, Target
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.follow_up import FollowUp
from seeding.plan.sections import After, Section, lines_of, rows_of
from seeding.plan.seed_table import SeedTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seeding._runtime.progress import Progress
    from seeding.plan.changes import Changes, Kept
    from seeding.plan.explanation import Explanation
    from seeding.plan.prices import CostPerPerson, Sales
    from seeding.plan.report.contents import Picture
    from seeding.plan.sensitivity import Sensitivity

Stopped = Literal[
    "certified",
    "best_effort",
    "sample_cap",
    "memory_limit",
    "time_limit",
    "complete",
    "proven",
    "settled",
    "interrupted",
]

STOPPED_IN_WORDS = {
    "certified": "the asked ratio is certified",
    "best_effort": "more samples no longer raised the certified ratio",
    "sample_cap": "the largest sample was reached",
    "memory_limit": "the memory limit was reached",
    "time_limit": "the time limit was reached",
    "interrupted": "it was interrupted",
    "complete": "the method ran to its end",
    "proven": "what was asked is proven",
    "settled": "more samples would hardly prove more",
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
        cumulative_reach), marginal_cost (what each person costs whom the seed adds; only where there is a
        roster), then the roster's own columns. Costs here are floats for convenience; `cost` and
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
    curve, curve_worlds
        One row per step, with what is reached by then and its 95 % interval (low, high); a row of step 32
        stands for all that follow. With an organic start it is what is reached by then less what is reached
        by then without the plan, so that it may fall. Where the model does not look at distance, steps are
        simulated apart, in fewer worlds than `reach`: `curve_worlds` says in how many. The last row then
        differs from `reach` by chance. None where time was up, or there are no seeds.
    organic_reach, total_reach
        Where some are active anyway (`Network.with_organic`): what is reached without the plan and in all, in
        the same worlds; `reach` is the difference. None otherwise, and where time was up.
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
    cost_per_person
        What one reached person costs, a thousand, and one who engages, with 95 % intervals, where there is a
        roster with prices. None otherwise.
    sales
        Expected sales and their return, where `conversion` was given. None otherwise.
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
    sections: tuple[Section, ...] = ()
    follow_up: FollowUp | None = field(default=None, compare=False)

    @property
    def groups(self) -> pd.DataFrame | None:
        """Where fairness was asked for: what is reached of each audience group."""
        found: pd.DataFrame | None = self._value("groups")
        return found

    @property
    def price_of_fairness(self) -> PriceOfFairness | None:
        """What the plan without the fairness rule reaches more."""
        found: PriceOfFairness | None = self._value("price_of_fairness")
        return found

    @property
    def profit(self) -> Profit | None:
        """What the plan earns, where it was made for profit."""
        found: Profit | None = self._value("profit")
        return found

    @property
    def target(self) -> Target | None:
        """The reach it had to have, where it was made to cost little."""
        found: Target | None = self._value("target")
        return found

    @property
    def curve(self) -> pd.DataFrame | None:
        """What is reached by each step."""
        found: pd.DataFrame | None = self._value("curve")
        return found

    @property
    def curve_worlds(self) -> int | None:
        """In how many simulated worlds `curve` was measured."""
        found: int | None = self._value("curve_worlds")
        return found

    @property
    def organic_reach(self) -> Estimate | None:
        """What is reached without the plan, where some are active anyway."""
        found: Estimate | None = self._value("organic_reach")
        return found

    @property
    def total_reach(self) -> Estimate | None:
        """What is reached in all, where some are active anyway: `organic_reach` and what the plan adds."""
        found: Estimate | None = self._value("total_reach")
        return found

    @property
    def negative(self) -> Estimate | None:
        """How many end up negative, where the quality is below 1."""
        found: Estimate | None = self._value("negative")
        return found

    @property
    def net(self) -> Estimate | None:
        """The reach less who ends up negative."""
        found: Estimate | None = self._value("net")
        return found

    @property
    def engaged(self) -> Estimate | None:
        """How many pass the message on, where people may see it without that."""
        found: Estimate | None = self._value("engaged")
        return found

    @property
    def platforms(self) -> pd.DataFrame | None:
        """What is reached on each platform, where there are several."""
        found: pd.DataFrame | None = self._value("platforms")
        return found

    @property
    def invitations(self) -> Invitations | None:
        """Who is asked and accepts, where the roster says anything of it."""
        found: Invitations | None = self._value("invitations")
        return found

    @property
    def rival(self) -> Estimate | None:
        """What the rival reaches, where its seeds were given."""
        found: Estimate | None = self._value("rival")
        return found

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """What simple choices reach in the same worlds."""
        found: tuple[Comparison, ...] = self._value("comparisons", ())
        return found

    @property
    def cost_per_person(self) -> CostPerPerson | None:
        """What one reached person costs, where anybody is paid."""
        found: CostPerPerson | None = self._value("cost_per_person")
        return found

    @property
    def sales(self) -> Sales | None:
        """What the people reached are expected to buy, where a conversion rate was given."""
        found: Sales | None = self._value("sales")
        return found

    @property
    def changes(self) -> Changes | None:
        """What was changed, where the plan is an answer of `what_if`."""
        found: Changes | None = self._value("changes")
        return found

    @property
    def kept(self) -> Kept | None:
        """What was taken over from an earlier plan, where `start=` gave one."""
        found: Kept | None = self._value("kept")
        return found

    def _value(self, name: str, default: Any = None) -> Any:
        """Return what one of the sections says by a name."""
        return next((said[name] for said in (one.values() for one in self.sections) if name in said), default)

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
        """Whether a limit on time or memory, or Ctrl-C, ended the search."""
        return self.stopped in ("time_limit", "memory_limit", "interrupted")

    @property
    def is_free(self) -> bool:
        """Whether nobody is paid, so that a cost just counts the seeds."""
        return self.budget is None and all(cost == 1 for cost in self.exact_costs)

    def __repr__(self) -> str:
        return f"Plan({len(self.table)} seeds, cost {self.cost:,}, reach {self.reach})"

    def _repr_html_(self) -> str:
        from seeding.plan.report.pieces import of_plan

        return of_plan(self)

    def to_csv(
        self,
        path: str | PathLike[str],
        spreadsheet: bool = False,
        *,
        decimal: str = ".",
        separator: str = ",",
    ) -> None:
        """Write the seeds as CSV, in one atomic step.

        Money is exact. What is measured is rounded to the second significant digit of its standard error: the
        reach and its interval; marginal_reach alike, but with two digits at least; marginal_cost with as many
        digits as marginal_reach. `to_json` has all digits.

        Parameters
        ----------
        path
            Where to write; an existing file is replaced only when the new one is complete.
        spreadsheet
            Write the variant for Excel: UTF-8 with a mark, long ids kept as text, and cells that a
            spreadsheet would run as a formula neutralised by a sign that nobody sees, a zero width space.
            `seeding.read_seeds` reads either.
        decimal
            The decimal sign of all numbers, ``"."`` or ``","``.
        separator
            What separates columns: ``","``, ``";"``, ``"|"`` or ``"tab"``; not the decimal sign.
            `seeding.read_seeds` finds both signs out.

        Raises
        ------
        InputError
            If a sign is not understood or both are the same, or the folder cannot be written to.
        """
        from seeding.plan.seed_csv import round_seeds, write_seeds

        frame = self._exact_seeds()
        round_seeds(frame)
        write_seeds(frame, path, spreadsheet=spreadsheet, decimal=decimal, separator=separator)

    def to_xlsx(self, path: str | PathLike[str]) -> None:
        """Write the plan as an Excel workbook, in one atomic step.

        Its sheets are the seeds, the comparison with simple choices, and limits and rules. Labels are text,
        so that ids keep all digits; no cell is a formula. Money that a number of a spreadsheet cannot hold
        exactly (more than 15 digits) is text.

        Parameters
        ----------
        path
            Where to write, ending in .xlsx; an existing file is replaced only when the new one is complete.

        Raises
        ------
        InputError
            If XlsxWriter is not installed, the path has another ending or cannot be written to, or the plan
            holds what no workbook can.
        """
        from seeding.plan.workbook import write_plan

        write_plan(self, self._exact_seeds(), path)

    def _exact_seeds(self) -> pd.DataFrame:
        """Return the table of seeds with exact amounts of money."""
        exact = self.seeds.copy()
        exact["cost"] = pd.Series(self.exact_costs, dtype=object)
        exact["cumulative_cost"] = pd.Series(self._exact_totals(), dtype=object)
        if expected := self._expected_costs():
            exact["expected_cost"] = pd.Series(expected, dtype=object)
        return exact

    def to_dict(self) -> dict[str, Any]:
        """Return the whole plan as plain values; exact costs as text."""
        rows = rows_of(self.seeds)
        for row, cost, total in zip(rows, self.exact_costs, self._exact_totals(), strict=True):
            row["cost"], row["cumulative_cost"] = f"{cost:f}", f"{total:f}"
        for row, cost in zip(rows, self._expected_costs(), strict=False):
            row["expected_cost"] = f"{cost:f}"
        said: dict[str, Any] = {
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
            "profit": None,
            "target": None,
        }
        for section in self.sections:
            said |= section.to_dict()
        return said

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
        lines += self._lines("cost")
        spread = self.reach
        lines.append(
            f"Expected reach  {tenths(spread.mean)}   95 % interval {spread.interval} "
            f"({spread.worlds:,} {spread.worlds_are})"
        )
        if spread.p10 is not None and spread.p50 is not None and spread.p90 is not None:
            p10, p50, p90 = (heads(value) for value in (spread.p10, spread.p50, spread.p90))
            lines.append(f"One campaign    {p10} to {p90} in 8 cases of 10, half reach {p50} or more")
        lines += self._lines("reach")
        if self.certificate is not None:
            lines.append(f"Certificate     {self.certificate}")
        lines += self._lines("certificate")
        lines.append(f"Method          {self.method}: {self.reason}")
        lines.append(f"Stopped         {STOPPED_IN_WORDS[self.stopped]}")
        return "\n".join(lines)

    def _lines(self, after: After) -> list[str]:
        return [f"{title:<15} {words}" for title, words in lines_of(self.sections, after)]

    def _limits(self) -> str:
        limits = []
        if self.budget is not None:
            limits.append(f"a budget of {self.budget:,}")
        if self.k is not None:
            limits.append(f"at most {self.k:,} seeds")
        return f" (limits: {' and '.join(limits)})" if limits else ""

    def save(self, path: str | PathLike[str], *, keep_sample: str | PathLike[str] | None = None) -> None:
        """Write the plan with all that is needed to make it again, as JSON, in one atomic step.

        The file holds the arguments, the key, the versions, the paths of the inputs with their hashes, and
        all results, but no samples. `seeding.read_plan` reads it.

        Parameters
        ----------
        path
            The file.
        keep_sample
            A second file for the two samples of the plan, so that further questions are answered without
            drawing them again.

        Raises
        ------
        InputError
            If the file cannot be written, or the plan holds what no file can.
        """
        from seeding.plan.plan_file import write_plan

        follow_up = self._asked("saved")
        if keep_sample is not None:
            follow_up.write_sample(self, keep_sample)
        write_plan(path, self, follow_up.record())

    def replay(self) -> Plan:
        """Make the plan again from the same arguments and the same key: the same bits, on the same versions.

        Raises
        ------
        InputError
            If the inputs are gone or changed.
        """
        return self._asked("made again").replay(self)

    def explain(self, candidates: Any = None, *, measure: bool = True) -> Explanation:
        """Explain why these seeds: what each brings, whose audiences overlap, and who just missed.

        Everything but the fresh check is read from the two samples of the plan, which are drawn again from
        its key.

        Parameters
        ----------
        candidates
            Labels whose overlap is looked at; None: the seeds.
        measure
            Whether to check what each seed brings, and what simple choices reach, in fresh worlds.

        Raises
        ------
        InputError
            If a candidate is unknown, RR sets cannot weigh the campaign, or the inputs are gone or changed.
        """
        return self._asked("explained").explain(self, candidates=candidates, measure=measure)

    def what_if(
        self,
        *,
        drop: Any = (),
        add: Any = (),
        exclude: Any = (),
        require: Any = (),
        budget: Any = None,
        k: int | None = None,
        cost: Any = None,
        accept: Any = None,
        measure: bool = False,
    ) -> Plan:
        """Return the plan after a change, with `changes` saying what that does.

        Parameters
        ----------
        drop, add
            Labels of seeds that leave, and of candidates who join, all other seeds staying. Beside another
            change they are excluded or required.
        exclude, require
            Labels of candidates without whom, or with whom, to plan again.
        budget, k
            Other limits.
        cost, accept
            Other costs, or other chances of acceptance, by label.
        measure
            Whether to measure the changed plan in fresh worlds too; otherwise its reach is read from the
            certifying sample of the plan.

        Returns
        -------
        A plan. After one single drop, addition or exclusion it has a certificate: δ is split beforehand over
        all of these, so that all of their certificates hold together. Other changes have none.

        Raises
        ------
        InputError
            If somebody is unknown, or the inputs are gone or changed.
        InfeasibleError
            If no plan satisfies the changed limits.
        """
        return self._asked("changed").what_if(
            self, drop=drop, add=add, exclude=exclude, require=require, budget=budget, k=k, cost=cost,
            accept=accept, measure=measure,
        )  # fmt: skip

    def question(self) -> Any:
        """Return the question that the plan answers, prepared: network, roster, limits and model.

        Raises
        ------
        InputError
            If the inputs are gone or changed.
        """
        return self._asked("asked about").question(self)

    def sensitivity(
        self,
        *,
        leave_out: Any = None,
        tell: Callable[[str], object] | None = None,
        threads: int | None = None,
        progress: bool | Progress = False,
    ) -> Sensitivity:
        """Say what the plan hangs on: what it reaches, and what would be best, were the inputs otherwise.

        Probabilities are multiplied by 0.5, 0.8, 1.25 and 2, and the chance of seeing, acceptance, quality
        and costs by 0.8 and 1.2, one at a time. After each change the reach of this plan is measured, and a
        plan is chosen anew by the method and within the limits of this one, both in the same fresh worlds.
        It is chosen at a gap of 0.1 or what was asked, whichever is larger.

        Parameters
        ----------
        leave_out
            Groups to leave out, one after the other: ``{"platform": "tiktok"}``, or a list of values for a
            column. Candidates of the group cannot be bought; people of the group are neither reached nor
            pass anything on. Columns are those of the roster and of `Network.people`.
        tell
            Called once, before the work, with a sentence on how many changes there are and about how long
            they take by what the plan itself took: ``print``, say.
        threads, progress
            As for `optimize`.

        Raises
        ------
        InputError
            If a group is unknown, the plan maximises the smallest share of a group, or the inputs are gone or
            changed.
        """
        asked = self._asked("asked what it hangs on")
        return asked.sensitivity(self, leave_out=leave_out, tell=tell, threads=threads, progress=progress)

    def outcomes(self) -> np.ndarray:
        """Simulate single campaigns: the reach of each, in the first of the worlds that measured the plan.

        Returns
        -------
        float64, (worlds,), 4,096 at most, in units of node weight.

        Raises
        ------
        InputError
            If the inputs are gone or changed.
        """
        return self._asked("simulated").outcomes(self)

    def picture(self) -> Picture | None:
        """Return the seeded part of the network: 50 seeds at most, and whom each most surely reaches.

        None where the plan has no seeds.

        Raises
        ------
        InputError
            If the inputs are gone or changed.
        """
        return self._asked("drawn").picture(self)

    def to_html(
        self,
        path: str | PathLike[str] | None = None,
        *,
        title: str = "",
        unit: str = "people",
        budgets: bool = True,
        sensitivity: bool = False,
        steps: Iterable[tuple[Decimal, Plan]] = (),
    ) -> str:
        """Write the plan as one offline page that needs nothing else, and return its text.

        The page says whom to pay, how much, how many are reached and how sure that is, with a table, figures
        and the answers of `explain`. Its slider goes over plans for other budgets. All its numbers stand in
        it as JSON too. A part that cannot be had is left out, and the page says why.

        Parameters
        ----------
        path
            The file, written in one atomic step; None: only the text is returned.
        title
            What stands at the top; "Seeding plan" if empty.
        unit
            What is reached: people, pages, accounts.
        budgets
            Whether to plan for other budgets, from one more pair of samples.
        sensitivity
            Whether to say what the plan hangs on, which plans again for each change.
        steps
            Plans for other budgets that were made already, each with its budget; the plan is one of them.

        Raises
        ------
        InputError
            If the file cannot be written, or the inputs of a saved plan are gone or changed.
        """
        from seeding.plan.report.contents import ALONE, Contents, own_budget
        from seeding.plan.report.page import page

        if path is not None:
            check_writable(path)
        words: dict[str, Any] = {"title": title or "Seeding plan", "unit": unit}
        given = tuple(steps)
        if self.follow_up is None:
            own = ((own_budget(self), self),)
            contents = Contents(self, steps=given or own, absent=(("Further questions", ALONE),), **words)
        else:
            planned = budgets and not given
            contents = self.follow_up.contents(self, budgets=planned, sensitivity=sensitivity, **words)
            contents = replace(contents, steps=given) if given else contents
        text = page(contents)
        if path is not None:
            with atomic_write(path) as file:
                file.write(text)
        return text

    def followed_by(self, follow_up: FollowUp) -> Plan:
        """Return the same plan with what answers further questions about it."""
        return replace(self, follow_up=follow_up)

    def _asked(self, done: str) -> FollowUp:
        if self.follow_up is None:
            raise InputError(
                f"this plan cannot be {done}: it was changed by hand, or copied from another process without "
                "its network; plan again, or read a saved plan with read_plan."
            )
        return self.follow_up

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what answers further questions: it holds the whole network."""
        return {**self.__dict__, "follow_up": None}
