"""From a question's arguments to a checked problem, and from a choice to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding._runtime.clock import Clock
from seeding._runtime.executors import open_workers
from seeding._runtime.memory import read_memory_limit, refusal
from seeding._runtime.progress import open_progress
from seeding._runtime.provenance import record
from seeding._runtime.rng import to_key
from seeding.diffusion import Model, check_coverable, check_model
from seeding.errors import InfeasibleError
from seeding.network.message import check_heeded
from seeding.network.network import Network
from seeding.network.offer_nodes import with_effects
from seeding.plan.answers import Target
from seeding.plan.estimate import Certificate
from seeding.plan.plan import Plan, Stopped
from seeding.questions import preparing
from seeding.questions.assembling import (
    Bought,
    exact_costs,
    measured_reach,
    over_time,
    seed_table,
    who_accepts,
)
from seeding.roster.acceptance import BudgetOn, check_budget_on
from seeding.roster.roster import Roster
from seeding.rules.compiling import as_rules, check_rules, compile_rules, finest
from seeding.rules.limits import Limits
from seeding.rules.rules import Rule
from seeding.selection.problem import Problem
from seeding.simulation.measuring import Spread


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
        said |= preparing.told(problem.network)
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
    network = preparing.settle(network, asked.audience, asked.model)
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


# Why rules cannot all hold is looked into for so many seconds, even when time is up.
_TO_EXPLAIN = 0.4


def check_allowed(problem: Problem, rules: Sequence[Rule], roster: Roster) -> None:
    """Refuse rules that cannot all hold, before any sampling."""
    try:
        # Kept by the problem, which every method begins with.
        _ = problem.cheapest
    except InfeasibleError:
        from seeding.rules.conflicts import find_allowed_or_refuse
        from seeding.rules.cp_sat import SolverError

        try:
            left = problem.clock.remaining()
            left = None if left is None else max(left, _TO_EXPLAIN)
            find_allowed_or_refuse(problem.program, rules, roster.spend_decimals, time_limit=left)
        except SolverError as error:
            raise InfeasibleError(f"the rules cannot all hold; why was not found ({error}).") from None


def settle(network: Network, audience: str | None, model: object) -> Network:
    """Let only the audience count, and make sure that the model heeds the message that the network carries.

    Parameters
    ----------
    network
        The network, with everybody in it.
    audience
        A query or a column, as `Network.with_audience` takes; None for all who have a weight.
    model
        How the message spreads.

    Raises
    ------
    InputError
        If nobody is left who counts, or model and message contradict each other.
    """
    check_heeded(network.message, model)
    return network if audience is None else network.with_audience(audience)


def told(network: Network) -> dict[str, Any]:
    """Say for a plan's provenance what was special: the message, who counted, and parts such as delays."""
    said: dict[str, Any] = {}
    if network.message is not None:
        said |= {"message": str(network.message), "clipped_arcs": network.report.clipped_arcs}
    if network.report.audience:
        said["audience"] = network.report.audience
    parts = {
        "exposure": network.exposure is not None,
        "delays": network.delays is not None,
        "persons": network.person is not None,
        "organic start": network.active.size > 0,
    }
    found = [name for name, there in parts.items() if there]
    return said | ({"parts": found} if found else {})
