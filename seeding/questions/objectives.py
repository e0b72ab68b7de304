"""What a plan is chosen for: an objective owns its limits, what it refuses, how it chooses, and its sections.

`objective_of` picks one for a question, and nobody else asks which one it is. A new objective is a class, its
selection, and the section of what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from seeding._runtime.checks import LEAST
from seeding.errors import InputError, listing
from seeding.network.network import Network
from seeding.plan.answers import Profit
from seeding.plan.estimate import Estimate
from seeding.plan.sections import Earnings, Groups, Section, SimpleChoices
from seeding.questions.comparison import compare_with_simple
from seeding.questions.groups import choose_by_groups, measure_groups, price_fairness
from seeding.questions.question import Question
from seeding.questions.rule_checks import check_allowed
from seeding.roster import money
from seeding.roster.roster import Roster
from seeding.rules.affordable import check_somebody
from seeding.rules.fairness import FAIR_METHODS, Fairness, read_fairness
from seeding.rules.limits import Limits, read_caps, read_limits
from seeding.rules.rules import Rule
from seeding.selection.baselines import BASELINES
from seeding.selection.methods import check_can_honour, choose, pick
from seeding.selection.problem import Choice, Problem
from seeding.selection.reachable import refuse_nobody_reached, within_reach
from seeding.simulation.measuring import Spread

if TYPE_CHECKING:
    from seeding.selection.cost.profit import Earning

FOR_PROFIT = "greedy for profit on RR sets, improved by adding, dropping and swapping"


class Objective(Protocol):
    """What is wanted of a plan."""

    @property
    def question_name(self) -> str:
        """The public function whose question it is."""

    def read_limits(self, roster: Roster) -> tuple[Limits, Decimal | None]:
        """Read the limits it is held to; returns them in minor units, and the budget as it was meant."""

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, amount: Decimal | None
    ) -> None:
        """Refuse what it cannot be combined with, and limits that leave nobody, before any sampling."""

    def choose(self, problem: Problem) -> Any:
        """Choose; a choice says by which method, and why."""

    def reach(self, choice: Choice, spread: Spread) -> Estimate | None:
        """Estimate the reach within what is proven of it; None: within the certificate."""

    def sections(self, problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
        """Make what a plan says of it."""

    def provenance(self, rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return what a plan records of it, and of the rules where that is not elsewhere."""


@dataclass(frozen=True, eq=False)
class Reach:
    """The largest expected reach within the limits."""

    question: Question
    question_name = "optimize"

    def read_limits(self, roster: Roster) -> tuple[Limits, Decimal | None]:
        """Read budget and head count, one of which must be given."""
        return read_limits(self.question.budget, self.question.k, roster)

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, amount: Decimal | None
    ) -> None:
        """Refuse what the method cannot weigh, and rules or limits that leave nobody to choose."""
        check_can_honour(self.question.method, problem)
        self._check_start(problem)
        check_allowed(problem, rules, roster)
        check_somebody(problem.program, problem.offers, rules, roster, amount)

    def choose(self, problem: Problem) -> Choice:
        """Run the method."""
        reached = within_reach(problem)
        refuse_nobody_reached(problem, reached)
        name, reason = pick(self.question.method, problem)
        choice = choose(name, reached, only_if_needed=self.question.method == "auto")
        return self._named(choice, name, reason, problem)

    def reach(self, _choice: Choice, _spread: Spread) -> Estimate | None:
        """Leave the estimate to the certificate."""
        return None

    def sections(self, problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
        """Compare a choice that a rule of thumb did not make with those that do."""
        if choice.method in BASELINES:
            return []
        task = problem.fresh_worlds(problem.seeded(choice.order))
        return [SimpleChoices(compare_with_simple(problem, choice, task, spread.reach))]

    def provenance(self, rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return the method that was asked for, and the rules."""
        return {"method": self.question.method, "rules": [str(rule) for rule in rules]}

    def _check_start(self, problem: Problem) -> None:
        """Refuse to keep earlier seeds where no RR sets are chosen on, or several people are one offer."""
        method, _ = pick(self.question.method, problem)
        if problem.propagation.cause:
            refuse_start(self.question, problem.propagation.cause)
        if method not in ("ris", "exact"):
            refuse_start(self.question, f"method={method!r}, which does not choose on RR sets")
        if not problem.offers.plain:
            refuse_start(self.question, "Bundle, VolumeDiscount or Together")

    def _named(self, choice: Choice, name: str, reason: str, problem: Problem) -> Choice:
        """Say of a choice which method made it, and why; with `auto`, also how many candidates it saw."""
        if choice.reason is not None:
            found = choice.reason
            auto = self.question.method == "auto"
            reason = f"picked by auto: {problem.costs.size:,} candidates; {found}" if auto else found
        return replace(choice, method=choice.method or name, reason=reason)


@dataclass(frozen=True, eq=False)
class FairReach(Reach):
    """The largest reach of which every audience group has its share; or the largest smallest share."""

    fairness: Fairness

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, amount: Decimal | None
    ) -> None:
        """Refuse methods and offers that cannot be chosen group by group."""
        method, asked = self.question.method, self.fairness.rules
        refuse_start(self.question, f"{asked}")
        if method not in FAIR_METHODS:
            raise InputError(
                f"method={method!r} cannot honour {asked}; choose one of {listing(FAIR_METHODS)}."
            )
        if not problem.offers.plain:
            raise InputError(
                f"{asked} cannot be combined with Bundle, VolumeDiscount or Together; leave one out."
            )
        refuse_where_proof_is_asked(problem, "fairness")
        super().check(problem, rules, roster, amount)

    def choose(self, problem: Problem) -> Choice:
        """Choose what is best among the plans that are fair."""
        refuse_nobody_reached(problem, within_reach(problem))
        choice = choose_by_groups(problem, self.fairness)
        return self._named(choice, *pick(self.question.method, problem), problem)

    def sections(self, problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
        """Say what is reached of each group, and what fairness costs."""
        groups = measure_groups(problem, choice, self.fairness, spread.reach.size)
        return [Groups(groups, price_fairness(problem, spread.reach))]

    def provenance(self, rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return the method and the demands."""
        return super().provenance(rules) | {"fairness": self.fairness.rules}


@dataclass(frozen=True, eq=False)
class LargestProfit(Reach):
    """The largest expected profit: the value of the reach less the cost."""

    value: Decimal
    roster: Roster

    def read_limits(self, roster: Roster) -> tuple[Limits, Decimal | None]:
        """Read budget and head count; neither must be given."""
        return read_caps(self.question.budget, self.question.k, roster)

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, _amount: Decimal | None
    ) -> None:
        """Refuse rules, and what RR sets cannot weigh."""
        refuse_where_proof_is_asked(problem, "value_per_reach")
        refuse_start(self.question, "value_per_reach")
        if rules:
            raise InputError("value_per_reach cannot be combined with constraints or maximin; leave one out.")
        check_can_honour(self.question.method, problem)
        check_allowed(problem, rules, roster)

    def choose(self, problem: Problem) -> Choice:
        """Choose for profit; nobody where nothing pays."""
        from seeding.selection.cost.profit import most_profitable

        per_person = float(self.value) * 10.0**self.roster.spend_decimals
        earning = most_profitable(within_reach(problem), per_person, self.roster.expected)
        return Choice(earning.order, earning.stopped, None, "ris", FOR_PROFIT, found=earning)

    def reach(self, choice: Choice, spread: Spread) -> Estimate:
        """Estimate the reach within what is proven of the profit."""
        earning: Earning = choice.found
        cost = int(self.roster.expected[earning.order].sum())
        per_person = float(self.value) * 10.0**self.roster.spend_decimals
        lower, upper = ((bound + cost) / per_person for bound in (earning.lower, earning.upper))
        return Estimate.from_sample(spread.reach, spread.known).within(lower, upper)

    def sections(self, problem: Problem, choice: Choice, spread: Spread) -> list[Section]:
        """Say what the plan earns, and what is proven of that."""
        earning: Earning = choice.found
        reach, scale = self.reach(choice, spread), 10.0**self.roster.spend_decimals
        cost = int(self.roster.expected[earning.order].sum()) / scale
        lower, upper = earning.lower / scale, earning.upper / scale
        mean, low, high = (float(self.value) * part - cost for part in (reach.mean, reach.low, reach.high))
        return [Earnings(Profit(self.value, mean, low, high, lower, upper, problem.delta, earning.samples))]

    def provenance(self, rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return the method and the value of reaching one person."""
        return super().provenance(rules) | {"value_per_reach": f"{self.value:f}"}


def objective_of(question: Question, network: Network, roster: Roster) -> Reach:
    """Choose what `optimize` chooses for; here and nowhere else.

    Raises
    ------
    InputError
        If the objective is unknown, a group is missing, or demands cannot be combined.
    """
    demands: tuple[object, ...] = tuple(question.constraints)
    _, fairness = read_fairness(demands, question.objective, question.group, network)
    if question.value_per_reach is not None:
        value = read_value(question.value_per_reach, question.method)
        if fairness is not None:
            raise InputError("value_per_reach cannot be combined with constraints or maximin; leave one out.")
        return LargestProfit(question, value, roster)
    return Reach(question) if fairness is None else FairReach(question, fairness)


def read_value(value: object, method: str) -> Decimal:
    """Check `value_per_reach`, and that the method can choose for profit.

    Raises
    ------
    InputError
        If it is not an amount of money above 0, or the method only knows reach.
    """
    amount = money.to_decimal(value, "value_per_reach")
    if amount <= 0:
        raise InputError(f"value_per_reach={amount} is not above 0; say what reaching one person is worth.")
    if not LEAST <= amount <= money.LARGEST_TOTAL:
        raise InputError(
            f"value_per_reach={amount} is too small or too large to reckon with; use another unit."
        )
    if method not in ("auto", "ris"):
        raise InputError(f"method={method!r} cannot choose for profit; leave it out, or pass method='ris'.")
    return amount


def refuse_start(question: Question, other: str) -> None:
    """Refuse to keep earlier seeds beside something else.

    Raises
    ------
    InputError
        If earlier seeds were given.
    """
    if question.start is not None:
        raise InputError(f"start= cannot be combined with {other}; leave one out.")


def refuse_where_proof_is_asked(problem: Problem, asked: str) -> None:
    """Refuse what is chosen or bounded by RR sets where these do not tell what is reached.

    Raises
    ------
    InputError
        If bad news travels further, or there is a rival; names the argument `asked`.
    """
    cause = problem.propagation.cause
    if cause:
        raise InputError(
            f"{asked} cannot be combined with {cause}, because it rests on RR sets, which do not know who "
            "comes first; leave one out."
        )
