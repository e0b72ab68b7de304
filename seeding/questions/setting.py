"""From a question's arguments to a checked problem, and from a choice to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

import numpy as np

from seeding import campaign, checks
from seeding.answers import Target
from seeding.clock import Clock
from seeding.constraints import Limits
from seeding.diffusion import Model, check_coverable, check_model
from seeding.effects import with_effects
from seeding.estimate import Certificate
from seeding.executors import open_workers
from seeding.invitation import BudgetOn, check_budget_on
from seeding.memory import read_memory_limit, refusal
from seeding.network import Network
from seeding.plan import Plan, Stopped
from seeding.progress import open_progress
from seeding.provenance import record
from seeding.receipt import Bought, exact_costs, measured_reach, over_time, seed_table, who_accepts
from seeding.rng import to_key
from seeding.roster import Roster
from seeding.rules import Rule
from seeding.selection.problem import Problem
from seeding.spread import Spread
from seeding.terms import as_rules, check_rules, compile_rules, finest


@dataclass(frozen=True)
class Asked:
    """The arguments that every question has; see `optimize`."""

    model: Model
    audience: str | None
    constraints: Iterable[Rule]
    budget_on: BudgetOn
    gap: float
    delta: float
    precision: float
    time_limit: float | None
    memory_limit: int | str | None
    probability: Any
    rng: Any
    threads: int | None
    executor: Any
    progress: Any

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules."""
        return check_rules(as_rules(self.constraints))


@dataclass(frozen=True, eq=False)
class Setting:
    """A checked question.

    Attributes
    ----------
    problem
        Whom one may choose; its limits are none until the question sets them.
    roster
        The candidates, as placed in the network.
    asked
        The arguments.
    """

    problem: Problem
    roster: Roster
    asked: Asked

    def amount(self, units: float) -> Decimal:
        """Give minor units back as an exact amount."""
        return self.roster.amount(int(units))

    def plan(
        self,
        order: np.ndarray,
        spread: Spread,
        *,
        limits: tuple[Decimal | None, int | None],
        reason: str,
        stopped: Stopped,
        certificate: Certificate | None = None,
        target: Target | None = None,
        also: dict[str, Any] | None = None,
    ) -> Plan:
        """Make the plan of a choice (indices, in order) whose reach was measured."""
        roster, problem = self.roster, self.problem
        bought = Bought.of(order, problem)
        names = ("gap", "delta", "precision", "time_limit")
        said = {name: getattr(self.asked, name) for name in names} | {"model": str(self.asked.model)}
        said |= {"memory_limit": problem.memory_limit, "candidates": len(roster)} | (also or {})
        said |= campaign.told(problem.network)
        said |= {"budget_on": self.asked.budget_on} if roster.says_who_accepts else {}
        return Plan(
            table=seed_table(bought, roster, spread),
            reach=measured_reach(spread, certificate, 0.0 if target is None else target.lower),
            certificate=certificate,
            cost=self.amount(bought.prices.sum()),
            budget=limits[0],
            k=limits[1],
            method="ris",
            reason=reason,
            stopped=stopped,
            phases=tuple(problem.phases),
            provenance=record(problem.key, said),
            exact_costs=exact_costs(bought.fees, roster),
            rules=tuple(str(rule) for rule in self.asked.rules),
            target=target,
            **over_time(spread, problem.model, problem.network),
            **who_accepts(bought, roster, self.asked.budget_on),
        )


def read_asked(arguments: dict[str, Any]) -> Asked:
    """Pick the arguments that every question has, and check those that need no network.

    Raises
    ------
    InputError
        If one is out of range.
    """
    asked = Asked(**{field.name: arguments[field.name] for field in fields(Asked)})
    check_model(asked.model)
    check_coverable(asked.model, "a bound for this question")
    _ = asked.rules
    check_budget_on(asked.budget_on)
    gap, delta = checks.share("gap", asked.gap), checks.share("delta", asked.delta)
    return replace(asked, gap=gap, delta=delta, precision=checks.share("precision", asked.precision))


def place(network: Any, roster: Any, asked: Asked) -> tuple[Network, Roster, np.ndarray]:
    """Read network and roster; returns them with the node of each candidate."""
    network = Network.from_any(network, asked.probability)
    roster = Roster.everyone(network) if roster is None else Roster.from_any(roster)
    roster, network, nodes = finest(asked.rules, roster).held_on(asked.budget_on).place(network)
    network = campaign.settle(network, asked.audience, asked.model)
    network, nodes = with_effects(network, nodes, roster.effect, asked.model)
    return network, roster, nodes


@contextmanager
def open_setting(
    network: Network, roster: Roster, nodes: np.ndarray, limits: Limits, asked: Asked, clock: Clock
) -> Iterator[Setting]:
    """Open workers and progress for one question, and close them after it."""
    key, memory = to_key(asked.rng), read_memory_limit(asked.memory_limit)
    shown = open_progress(asked.progress)
    try:
        with open_workers(asked.threads, asked.executor) as workers:
            needed = asked.rules or roster.says_who_accepts
            terms = compile_rules(asked.rules, roster, limits) if needed else None
            problem = Problem(
                network, asked.model, nodes, roster.spend, limits, key, asked.gap, asked.delta, memory,
                workers, shown, clock, terms=terms, accept=roster.chances,
            )  # fmt: skip
            yield Setting(problem, roster, asked)
    except MemoryError as error:
        raise refusal(error, "choosing the seeds") from None
    finally:
        shown.close()
