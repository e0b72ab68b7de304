"""From a question to a case that is ready to be worked on: reductions of network and roster, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from seeding._runtime.work import open_work
from seeding.network.message import check_heeded
from seeding.network.network import Network
from seeding.network.offer_nodes import with_effects
from seeding.questions.inputs import read_inputs
from seeding.questions.objectives import Objective
from seeding.questions.question import Question
from seeding.questions.sales import read_rates
from seeding.questions.starting import earlier_of
from seeding.roster.roster import Roster
from seeding.rules.compiling import compile_rules, finest
from seeding.rules.limits import Limits
from seeding.rules.rules import Exclude, Rule
from seeding.selection.problem import Problem
from seeding.simulation.competition import Duel
from seeding.simulation.propagation import Propagation, propagation_of

Objectives = Callable[[Question, Network, Roster], Any]

# The objective that a question was prepared for.
O = TypeVar("O", bound=Objective)  # noqa: E741 — the letter of the objective


class Given(NamedTuple):
    """Network and roster as they were given, and what makes the objective: enough to prepare again."""

    network: Network
    roster: Roster | None
    objective_of: Objectives


@dataclass(frozen=True, eq=False)
class Case(Generic[O]):
    """A question with all that it is about.

    Attributes
    ----------
    question
        The arguments.
    network, roster, nodes
        Who counts and who can be chosen, with the node of each candidate.
    limits, amount
        Budget and head count in minor units, and the budget as it was meant.
    rules
        The rules of the question, and those that a rival makes.
    propagation, objective
        How the message spreads, and what is wanted.
    duel
        What the campaign is up against; None: nothing.
    given
        What all of this was made from.
    """

    question: Question
    network: Network
    roster: Roster
    nodes: np.ndarray
    limits: Limits
    amount: Decimal | None
    rules: tuple[Rule, ...]
    propagation: Propagation
    objective: O
    duel: Duel | None
    given: Given

    @contextmanager
    def work(self) -> Iterator[Problem]:
        """Open threads and the display of progress for the problem, and close them after it."""
        question, roster = self.question, self.roster
        needed = self.rules or roster.says_who_accepts
        terms = compile_rules(self.rules, roster, self.limits) if needed else None
        opened = open_work(question.threads, question.executor, question.progress, "choosing the seeds")
        with opened as (workers, progress):
            problem = Problem(
                self.network, question.model, self.nodes, roster.spend, self.limits, int(question.rng),
                question.gap, question.delta, question.most_memory, workers, progress, question.clock,
                terms=terms, accept=roster.chances, duel=self.duel, decimals=roster.spend_decimals,
                earlier=earlier_of(question.start, roster, question.precision),
            )  # fmt: skip
            self.objective.check(problem, self.rules, roster, self.amount)
            yield problem


def prepare(
    network: Any,
    roster: Any,
    question: Question,
    objective_of: Callable[[Question, Network, Roster], O],
) -> Case[O]:
    """Reduce network and roster to candidates with prices and rules.

    In this order: read both, place the roster in the network, let only the audience count, give offers with
    an effect nodes of their own, read the limits, and leave out whom a rival has.
    """
    network, listed = read_inputs(network, roster, question.probability)
    given = Given(network, listed, objective_of)
    roster = Roster.everyone(network) if given.roster is None else given.roster
    roster, network, nodes = finest(question.rules, roster).held_on(question.budget_on).place(network)
    network = settle(network, question.audience, question.model)
    network, nodes = with_effects(network, nodes, roster.effect, question.model)
    read_rates(question, network)
    objective = objective_of(question, network, roster)
    limits, amount = objective.read_limits(roster)
    duel = Duel.of(network, question.model, question.rivals, question.tie)
    propagation = propagation_of(network, question.model, duel)
    taken = propagation.excluded(nodes).tolist()
    excluded = (Exclude(*roster.candidates[taken].tolist()),) if taken else ()
    rules = (*question.rules, *excluded)
    return Case(question, network, roster, nodes, limits, amount, rules, propagation, objective, duel, given)


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
