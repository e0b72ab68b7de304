"""`frontier`: what each budget reaches, from one shared pair of samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime.checks import as_whole, is_listed
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource
from seeding.diffusion import IndependentCascade, Model, check_coverable
from seeding.errors import InputError, shown
from seeding.network.labels import plain
from seeding.network.network import Network
from seeding.plan import rounding
from seeding.plan.estimate import Estimate
from seeding.plan.plan import Plan
from seeding.plan.report.contents import Steps
from seeding.plan.sections import Section
from seeding.questions.assembling import assemble, sections_of
from seeding.questions.measured import measure_choice
from seeding.questions.preparing import Case, prepare
from seeding.questions.question import Question
from seeding.questions.rule_checks import check_allowed
from seeding.roster import money
from seeding.roster.acceptance import BudgetOn
from seeding.roster.roster import Roster
from seeding.rules.affordable import check_somebody, least_price
from seeding.rules.compiling import check_rules
from seeding.rules.limits import Limits, read_caps
from seeding.rules.rules import Rule
from seeding.selection.many_budgets import Rung, climb, take
from seeding.selection.problem import Choice, Problem
from seeding.selection.reachable import refuse_nobody_reached, within_reach
from seeding.simulation.measuring import Spread

USUAL_POINTS = 12
MOST_POINTS = 200
REASON = "modified greedy on RR sets shared by all budgets"


@dataclass(frozen=True, eq=False)
class FrontierPoint:
    """One budget and the plan for it.

    Attributes
    ----------
    budget
        The most that may be spent.
    plan
        Whom to seed then.
    """

    budget: Decimal
    plan: Plan


@dataclass(frozen=True, eq=False, repr=False)
class Frontier:
    """What each budget reaches: points by rising budget.

    Attributes
    ----------
    points
        One per budget, each with its plan. A larger budget never reaches less.
    """

    points: tuple[FrontierPoint, ...]

    def __repr__(self) -> str:
        first, last = self.points[0].budget, self.points[-1].budget
        return f"Frontier({len(self.points)} budgets from {first:,} to {last:,})"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per budget.

        Columns: budget and cost (floats; exact in the plans and the CSV), seeds (how many), reach with its
        95 % interval reach_low to reach_high, cost_per_person with its interval person_low to person_high
        (missing where nobody is paid), the certificate's ratio, lower and upper, marginal_cost (money
        per extra person reached, against the point before; missing where nobody more is reached), and knee.
        """
        plans, knee = [point.plan for point in self.points], self.knee
        certificates = [plan.certificate for plan in plans]
        if any(certificate is None for certificate in certificates):
            raise InputError("a frontier is made of plans with certificates.")
        frame = pd.DataFrame(
            {
                "budget": [float(point.budget) for point in self.points],
                "cost": [float(plan.cost) for plan in plans],
                "seeds": [len(plan.table) for plan in plans],
                "reach": [plan.reach.mean for plan in plans],
                "reach_low": [plan.reach.low for plan in plans],
                "reach_high": [plan.reach.high for plan in plans],
                **_prices(plans),
                "ratio": [c.ratio for c in certificates if c is not None],
                "lower": [c.lower for c in certificates if c is not None],
                "upper": [c.upper for c in certificates if c is not None],
            }
        )
        added = frame["reach"].diff().fillna(frame["reach"])
        paid = frame["cost"].diff().fillna(frame["cost"])
        frame["marginal_cost"] = (paid / added).where(added > 0)
        frame["knee"] = [point is knee for point in self.points]
        return frame

    @cached_property
    def knee(self) -> FrontierPoint | None:
        """The point after which more money buys much less, or None where the curve has no bend.

        With budget and reach scaled to 0 … 1 between the first and the last point, it is the point highest
        above the chord between these two (the first such point, if there are several): the knee of a concave
        rising curve as in kneedle (Satopaa, Albrecht, Irwin and Raghavan, ICDCS Workshops 2011), without its
        smoothing and with one knee only. It depends on the range of budgets that was asked for.
        """
        at = knee_of(
            [float(point.budget) for point in self.points], [point.plan.reach.mean for point in self.points]
        )
        return None if at is None else self.points[at]

    def _repr_html_(self) -> str:
        from seeding.plan.report.pieces import block, of_frame
        from seeding.plan.report.sections import by_budget

        drawn = by_budget(self._steps, "people")
        return block("Frontier", (repr(self),), drawn, of_frame(self.frame))

    def to_csv(self, path: str | PathLike[str], *, decimal: str = ".", separator: str = ",") -> None:
        """Write `frame` as CSV in one atomic step, money exactly.

        Reach and cost per person are rounded to the second significant digit of their standard errors, as
        their intervals tell them; marginal_cost has as many digits as the difference in reach behind it has,
        and two at least. The certificate's bounds are no estimates, and keep all digits.

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
        _round(exact)
        exact["budget"] = pd.Series([point.budget for point in self.points], dtype=object)
        exact["cost"] = pd.Series([point.plan.cost for point in self.points], dtype=object)
        write_seeds(exact, path, decimal=decimal, separator=separator)

    def to_dict(self) -> dict[str, Any]:
        """Return the table and all plans as plain values; exact money as text."""
        frame = self.frame.astype(object).where(self.frame.notna(), None)
        rows = [
            dict(zip(frame.columns, plain(row), strict=True))
            for row in frame.itertuples(index=False, name=None)
        ]
        for row, point in zip(rows, self.points, strict=True):
            row["budget"], row["cost"] = f"{point.budget:f}", f"{point.plan.cost:f}"
            row["plan"] = point.plan.to_dict()
        return {"points": rows}

    def to_html(self, path: str | PathLike[str], *, title: str = "", unit: str = "people") -> str:
        """Write the frontier as one offline page, in one atomic step, and return its text.

        The page is that of the plan at the knee, or of the largest budget where there is no knee; its slider
        goes over the points.

        Parameters
        ----------
        path
            The file.
        title, unit
            As for `Plan.to_html`.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        shown = (self.knee or self.points[-1]).plan
        return shown.to_html(path, title=title, unit=unit, steps=self._steps)

    @property
    def _steps(self) -> Steps:
        return tuple((point.budget, point.plan) for point in self.points)

    def plot(self, where: Any = None) -> Any:
        """Draw the curve with its intervals, the proven upper bounds and the knee.

        Parameters
        ----------
        where
            A path to write a picture to (its ending says the format), matplotlib axes to draw on, or None for
            new axes.

        Returns
        -------
        The axes.

        Raises
        ------
        InputError
            If matplotlib is not installed, or the file cannot be written.
        """
        from seeding.plan.plots import draw

        return draw(self.frame, where)


def _round(frame: pd.DataFrame) -> None:
    """Round what is measured, in place, to the digits that the intervals leave."""
    errors = (frame["reach_high"] - frame["reach_low"]).astype(float)
    added = frame["reach"].astype(float).diff().fillna(frame["reach"].astype(float))
    both = np.hypot(errors, errors.shift(fill_value=0.0))
    gains = rounding.at_least_two(added, rounding.decimals_of_intervals(np.zeros(both.size), both))
    rounding.round_columns(
        frame, ["marginal_cost"], rounding.of_quotients(frame["marginal_cost"], added, gains)
    )
    for names in (("reach", "reach_low", "reach_high"), ("cost_per_person", "person_low", "person_high")):
        decimals = rounding.decimals_of_intervals(frame[names[1]], frame[names[2]])
        rounding.round_columns(frame, names, decimals)


def _prices(plans: list[Plan]) -> dict[str, list[float]]:
    """Return what one reached person costs at each budget, with the interval."""
    found = [plan.cost_per_person for plan in plans]
    prices = [None if one is None else one.person for one in found]
    names = {"cost_per_person": "mean", "person_low": "low", "person_high": "high"}
    return {
        name: [np.nan if (one and getattr(one, part)) is None else getattr(one, part) for one in prices]
        for name, part in names.items()
    }


def frontier(
    network: Any,
    roster: Any = None,
    *,
    budgets: Any = None,
    k: int | None = None,
    budget_on: BudgetOn = "expected",
    model: Model = IndependentCascade(),
    audience: str | None = None,
    constraints: Iterable[Rule] = (),
    conversion: Any = None,
    value: Any = None,
    gap: float = 0.05,
    delta: float = 0.01,
    precision: float = 0.01,
    time_limit: float | None = None,
    memory_limit: int | str | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Frontier:
    """Find what each of several budgets reaches, far cheaper than by one run per budget.

    One pair of samples chooses and certifies for all budgets; it doubles until every point is certified or
    more samples no longer help. All points are measured on fresh worlds of one key (common random numbers),
    each on as many of them as its precision asks for. The curve never falls: a choice is allowed at every
    larger budget, so on the choosing sample the better one is taken; and where the fresh measurement puts a
    cheaper plan above a dearer one, the larger budget takes the cheaper plan and its measurement. That last
    step lets the measurement choose between plans whose measured reach differs by less than its own error, so
    an interval may then be too high by a small part of its width.

    Parameters
    ----------
    network, roster
        As for `optimize`.
    budgets
        Amounts of money, in any order; or how many, spread (evenly by the square root of money, as the first
        money buys most) from the cheapest choice that the rules allow to the whole roster, or to the `k`
        dearest. None: 12.
    k
        Most candidates at any budget.
    budget_on
        As for `optimize`: which spend each budget holds for.
    model, audience, constraints, conversion, value, probability, memory_limit, rng, threads, executor,
    progress
        As for `optimize`.
    gap, delta
        Each point is certified to reach at least (1 − `gap`) of the best possible for its budget. Everything
        the certificates of all points say holds together with probability 1 − `delta`: each of b budgets gets
        `delta` / b, shared over all looks at the samples (union bound).
    precision
        Relative half-width of the 95 % interval on each reported reach (each interval by itself).
    time_limit
        Seconds for the search.

    Returns
    -------
    The points by rising budget, with their plans.

    Raises
    ------
    InputError
        If an argument is out of range.
    InfeasibleError
        If a budget does not pay for the cheapest candidate, bundle or discounted price, or for what the rules
        demand.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["fan"], ["a", "b", "c", "c"], 0.5)
    >>> curve = sd.frontier(star, {"hub": 900, "fan": 250, "a": 100}, budgets=[100, 350, 1_000], rng=1)
    >>> [point.plan.seeds["candidate"].tolist() for point in curve.points]
    [['a'], ['fan', 'a'], ['hub', 'a']]
    """
    question = Question(
        budgets=budgets, k=k, budget_on=budget_on, model=model, audience=audience, constraints=constraints,
        conversion=conversion, value=value, gap=gap, delta=delta, precision=precision,
        time_limit=time_limit, memory_limit=memory_limit, probability=probability, rng=rng, threads=threads,
        executor=executor, progress=progress,
    )  # fmt: skip
    return frontier_of(network, roster, question)


def frontier_of(network: Any, roster: Any, question: Question) -> Frontier:
    """Answer a question about several budgets; see `frontier`."""
    case = prepare(network, roster, question, ManyBudgets.of)
    with case.work() as problem:
        rungs = case.objective.choose(problem)
        points = _measure(case, problem, rungs)
        sections = [sections_of(at, problem, choice, spread) for at, choice, spread in points]
    plans = [
        assemble(at, problem, choice, spread, said)
        for (at, choice, spread), said in zip(points, sections, strict=True)
    ]
    amounts = case.objective.amounts
    return Frontier(tuple(FrontierPoint(amount, plan) for amount, plan in zip(amounts, plans, strict=True)))


@dataclass(eq=False)
class ManyBudgets:
    """The largest reach within each of several budgets, from one pair of samples.

    Attributes
    ----------
    question
        The arguments.
    wanted
        Amounts of money, or how many.
    amounts, steps
        The budgets as they were meant, rising, and the limits of each; read once the rules are known.
    """

    question: Question
    wanted: int | list[Decimal]
    amounts: list[Decimal] = field(default_factory=list)
    steps: list[Limits] = field(default_factory=list)
    question_name = "frontier"

    @classmethod
    def of(cls, question: Question, _network: Network, _roster: Roster) -> ManyBudgets:
        """Refuse what has no bound, and read the budgets."""
        check_coverable(question.model, "a bound for this question")
        check_rules(question.constraints)
        return cls(question, _read_budgets(question.budgets))

    def read_limits(self, roster: Roster) -> tuple[Limits, Decimal | None]:
        """Read the head count."""
        return read_caps(None, self.question.k, roster)

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, _amount: Decimal | None
    ) -> None:
        """Spread the budgets, and refuse one that leaves nobody to choose."""
        wanted = self.wanted
        self.amounts = _spread_out(wanted, roster, problem) if isinstance(wanted, int) else wanted
        self.steps = [read_caps(amount, self.question.k, roster)[0] for amount in self.amounts]
        for amount, step in zip(self.amounts, self.steps, strict=True):
            at = problem.within(step)
            check_allowed(at, rules, roster)
            check_somebody(at.program, at.offers, rules, roster, amount)

    def choose(self, problem: Problem) -> list[Rung]:
        """Choose for all budgets."""
        reached = within_reach(problem)
        refuse_nobody_reached(problem, reached)
        return climb(reached, self.steps)

    def reach(self, _choice: Choice, _spread: Spread) -> Estimate | None:
        """Leave the estimate to the certificate."""
        return None

    def sections(self, _problem: Problem, _choice: Choice, _spread: Spread) -> list[Section]:
        """Return nothing: the curve says it."""
        return []

    def provenance(self, _rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return the budgets."""
        return {"budgets": [f"{amount:f}" for amount in self.amounts]}


def _measure(
    case: Case[ManyBudgets], problem: Problem, rungs: list[Rung]
) -> list[tuple[Case[ManyBudgets], Choice, Spread]]:
    """Measure each choice once; a rung that is measured below a cheaper one takes that one's choice."""
    seen: dict[bytes, Spread] = {}
    measured: list[tuple[Rung, Spread]] = []
    for rung in rungs:
        name = rung.order.tobytes()
        if name not in seen:
            seen[name] = measure_choice(
                problem.within(rung.limits), _choice_of(rung), case.question.precision
            )
        spread = seen[name]
        if measured and measured[-1][1].reach.mean() > spread.reach.mean():
            rung, spread = take(rung, measured[-1][0]), measured[-1][1]
        measured.append((rung, spread))
    amounts = case.objective.amounts
    return [
        (replace(case, limits=rung.limits, amount=amount), _choice_of(rung), spread)
        for amount, (rung, spread) in zip(amounts, measured, strict=True)
    ]


def _choice_of(rung: Rung) -> Choice:
    return Choice(rung.order, rung.stopped or "best_effort", rung.certificate, "ris", REASON)


def _read_budgets(budgets: Any) -> int | list[Decimal]:
    if budgets is None:
        return USUAL_POINTS
    points = as_whole(budgets)
    if points is not None:
        if not 2 <= points <= MOST_POINTS:
            raise InputError(
                f"budgets={shown(budgets)} is not a number of budgets from 2 to {MOST_POINTS}; pass a list "
                "of amounts to say which."
            )
        return points
    if not is_listed(budgets):
        raise InputError(f"budgets={shown(budgets)} is not understood; pass a list of amounts, or how many.")
    amounts = sorted({money.to_decimal(amount, "budget") for amount in budgets})
    if not 1 <= len(amounts) <= MOST_POINTS:
        raise InputError(f"{len(amounts):,} budgets are given; give from 1 to {MOST_POINTS} different ones.")
    return amounts


def _spread_out(count: int, roster: Roster, problem: Problem) -> list[Decimal]:
    """Spread budgets from the cheapest allowed choice of somebody to everybody, or to the k dearest."""
    program = problem.program
    k = program.limits.k
    spend, people = roster.spend, roster.people
    # Of several offers to one person only the dearest can count.
    dearest = np.zeros(roster.n_people, dtype=np.int64)
    np.maximum.at(dearest, people, spend)
    costs = np.sort(dearest)[::-1]
    low = least_price(program)
    high = max(low, int(costs[: k if k is not None else costs.size].sum()))
    roots = np.linspace(low**0.5, high**0.5, count)
    units = sorted({low, high} | {min(max(round(root**2), low), high) for root in roots[1:-1]})
    return [roster.amount(unit) for unit in units]


def knee_of(budgets: list[float], reach: list[float]) -> int | None:
    """Find the point highest above the chord from the first to the last; None if none is above it."""
    x, y = np.array(budgets), np.array(reach)
    if x.size < 3 or x[-1] <= x[0] or y[-1] <= y[0]:
        return None
    above = (y - y[0]) / (y[-1] - y[0]) - (x - x[0]) / (x[-1] - x[0])
    at = int(above.argmax())
    return at if above[at] > 1e-9 else None
