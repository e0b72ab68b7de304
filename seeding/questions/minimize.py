"""`minimize_cost`: the cheapest plan that reaches a target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource
from seeding.diffusion import IndependentCascade, Model, check_coverable
from seeding.errors import InfeasibleError, InputError, shown
from seeding.network.network import Network
from seeding.plan.answers import Target
from seeding.plan.estimate import Estimate
from seeding.plan.plan import Plan
from seeding.plan.sections import Section, TargetReach
from seeding.questions.answering import answer
from seeding.questions.measured import measure_in_time
from seeding.questions.preparing import prepare
from seeding.questions.question import Question
from seeding.questions.rule_checks import check_allowed
from seeding.roster.acceptance import BudgetOn
from seeding.roster.roster import Roster
from seeding.rules.compiling import check_rules
from seeding.rules.limits import Limits, read_caps
from seeding.rules.rules import Rule
from seeding.selection.cost.least_cost import Cheapest, cheapest
from seeding.selection.problem import Choice, Problem
from seeding.selection.reachable import refuse_nobody_reached, within_reach
from seeding.simulation.measuring import Spread

REASON = "greedy cover by reach per cost on RR sets, pruned and improved by local search"


def minimize_cost(
    network: Any,
    roster: Any = None,
    *,
    target_reach: float,
    confidence: float = 0.9,
    budget: Any = None,
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
    keep_sample: bool = False,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Plan:
    """Choose the cheapest seeds whose expected reach is at least a target.

    One sample chooses, a second one proves that the target is reached, and fresh forward simulations report
    the reach. The proof asks for a little more than the target, by the error of the sample; more samples make
    that less, and are drawn until the cost is proven to be near the least possible.

    Parameters
    ----------
    network, roster
        As for `optimize`.
    target_reach
        The expected reach to have at least, in units of node weight.
    confidence
        Probability with which the plan really has it, over all tries that were made.
    budget, k
        Most money and most candidates, if there is such a limit.
    budget_on
        As for `optimize`: which spend is the cost that is made small, and that `budget` and rules hold for.
    constraints
        Further rules, as for `optimize`, but for `AtLeastReach`. The plan keeps them; the bound on the least
        possible cost leaves them out, so that it may be well below what they allow.
    model, audience, conversion, value, probability, memory_limit, rng, keep_sample, threads, executor,
    progress
        As for `optimize`.
    gap, delta
        Stop when the plan is proven to cost at most 1 / (1 − `gap`) times the least possible cost; the bound
        on that cost is wrong with probability at most `delta`.
    precision
        Relative half-width of the 95 % interval on the reported reach.
    time_limit
        Seconds for the search; the cheapest plan proven so far is returned then.

    Returns
    -------
    A plan whose `Plan.target` says what was asked and proven (it has no certificate, as reach was not
    maximised).

    Raises
    ------
    InputError
        If an argument is out of range.
    InfeasibleError
        If the target is out of reach, with how much can be reached; or no plan was proven to reach it; or no
        choice keeps all the rules.
    KeyboardInterrupt
        On Ctrl-C; once the search has begun, with the best plan so far in its attribute ``plan``. A second
        Ctrl-C ends at once.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["fan"], ["a", "b", "c", "c"], 0.5)
    >>> plan = sd.minimize_cost(star, {"hub": 900, "fan": 250.5, "a": 100}, target_reach=2.2, rng=1)
    >>> plan.seeds["candidate"].tolist(), plan.cost
    (['fan', 'a'], Decimal('350.50'))
    """
    question = Question(
        target_reach=target_reach, confidence=confidence, budget=budget, k=k, budget_on=budget_on,
        model=model, audience=audience, constraints=constraints, conversion=conversion, value=value,
        gap=gap, delta=delta, precision=precision, time_limit=time_limit, memory_limit=memory_limit,
        probability=probability, rng=rng, keep_sample=keep_sample, threads=threads, executor=executor,
        progress=progress,
    )  # fmt: skip
    return answer(prepare(network, roster, question, LeastCost.of))


@dataclass(frozen=True, eq=False)
class LeastCost:
    """The least cost of a plan that surely has a reach."""

    question: Question
    target: float
    roster: Roster
    question_name = "minimize_cost"

    @classmethod
    def of(cls, question: Question, network: Network, roster: Roster) -> LeastCost:
        """Refuse what has no bound, and a target that nobody could reach."""
        check_coverable(question.model, "a bound for this question")
        check_rules(question.constraints)
        target = _read_target(question.target_reach)
        if target > network.total_weight:
            raise InfeasibleError(
                f"target_reach={target:,.6g} is more than all {network.n_nodes:,} people of the network "
                f"together, {network.total_weight:,.6g}; lower it."
            )
        return cls(question, target, roster)

    def read_limits(self, roster: Roster) -> tuple[Limits, Decimal | None]:
        """Read budget and head count; neither must be given."""
        return read_caps(self.question.budget, self.question.k, roster)

    def check(
        self, problem: Problem, rules: tuple[Rule, ...], roster: Roster, _amount: Decimal | None
    ) -> None:
        """Refuse rules that cannot all hold."""
        check_allowed(problem, rules, roster)

    def choose(self, problem: Problem) -> Choice:
        """Choose the cheapest that is proven to reach the target.

        Raises
        ------
        InfeasibleError
            If the target is out of reach, or no plan was proven to reach it.
        """
        reached = within_reach(problem)
        refuse_nobody_reached(problem, reached)
        found = cheapest(reached, self.target, self.question.confidence)
        if found.order is None:
            raise _out_of_reach(self, problem, found)
        return Choice(found.order, found.stopped, None, "ris", REASON, found=found)

    def reach(self, choice: Choice, spread: Spread) -> Estimate:
        """Estimate the reach, which is proven to be the target at least."""
        return Estimate.from_sample(spread.reach, spread.known).within(choice.found.lower, np.inf)

    def sections(self, problem: Problem, choice: Choice, _spread: Spread) -> list[Section]:
        """Say what was asked and proven."""
        found: Cheapest = choice.found
        cost_lower = self.roster.amount(int(found.cost_lower))
        proven = self.question.confidence, found.lower, cost_lower, problem.delta, found.samples
        return [TargetReach(Target(self.target, *proven))]

    def provenance(self, _rules: tuple[Rule, ...]) -> dict[str, Any]:
        """Return the target."""
        return {"target_reach": self.target, "confidence": self.question.confidence}


def _read_target(value: object) -> float:
    target = checks.as_number(value)
    if target is None or target <= 0:
        raise InputError(
            f"target_reach={shown(value)} is not a number above 0; say how many people to reach."
        )
    return target


def _out_of_reach(asked: LeastCost, problem: Problem, found: Cheapest) -> InfeasibleError:
    """Say by how much the target is out of reach, or that nothing was proven to reach it."""
    target, roster = asked.target, asked.roster
    limits, n = problem.limits, roster.n_people
    within = [f"a budget of {roster.amount(limits.budget):,}"] if limits.budget is not None else []
    within += [f"{limits.k:,} seeds"] if limits.k is not None else []
    within += ["the rules"] if asked.question.rules else []
    sure = f"with probability {1 - problem.delta:.4g}"
    if found.most < target and within:
        return InfeasibleError(
            f"at most {found.most:,.1f} ({sure}) can be reached within {' and '.join(within)}; the target of "
            f"{target:,.6g} is {target - found.most:,.1f} more. Lower the target or raise the limits."
        )
    everyone = np.arange(problem.costs.size)
    if found.most < target:
        reach = _measure(asked, problem, everyone)
        return InfeasibleError(
            f"at most {found.most:,.1f} ({sure}; 95 % interval {reach.low:,.1f} to {reach.high:,.1f}) can be "
            f"reached by all {n:,} candidates; the target of {target:,.6g} is {target - reach.mean:,.1f} "
            f"more than their expected {reach.mean:,.1f}. Lower the target or add candidates."
        )
    why = (
        "the time or memory limit ended the search"
        if found.stopped != "settled"
        else "it is too close to call"
    )
    return InfeasibleError(
        f"no plan was proven to reach the target of {target:,.6g}, and none was proven not to (at most "
        f"{found.most:,.1f} can be reached, {sure}): {why}. Lower the target a little, or raise the limits."
    )


def _measure(asked: LeastCost, problem: Problem, order: np.ndarray) -> Estimate:
    """Measure what candidates reach, whatever the limits."""
    known = problem.reachability(order).known()
    spread, _ = measure_in_time(problem, problem.fresh_worlds(order), asked.question.precision, known)
    return Estimate.from_sample(spread.reach, known)
