"""What the page of a plan shows beyond the plan: other budgets, overlaps, outcomes, prices of rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

import networkx as nx
import numpy as np

from seeding.errors import InfeasibleError, InputError, SeedingError
from seeding.network.labels import plain
from seeding.network.network import Network
from seeding.plan.interval import Known, Moments, mean_interval
from seeding.plan.plan import Plan
from seeding.plan.report.contents import Contents, Picture, RulePrice, Steps, own_budget
from seeding.questions.explain import explain_plan
from seeding.questions.frontier import frontier_of
from seeding.questions.measured import fresh_reaches
from seeding.questions.objectives import objective_of
from seeding.questions.preparing import Case, prepare
from seeding.questions.what_if import places_of
from seeding.rules.rules import AtLeastReach, Rule
from seeding.selection.kept_samples import KeptSamples, best_on, marks_of

# The budgets of the slider, as parts of the plan's own.
PARTS = tuple(Decimal(tenth) / 10 for tenth in range(2, 21))
# How near to the best, and how precise, the plans of other budgets are at most.
_GAP, _PRECISION = 0.1, 0.02
# So many campaigns show how much one differs from another.
_OUTCOMES = 4096
# So many seeds are drawn, with so many of those whom each passes the message to most surely.
_DRAWN, _NEXT, _NODES = 50, 4, 200

T = TypeVar("T")


def contents_of(
    plan: Plan,
    case: Case[Any],
    samples: Callable[[], KeptSamples | None],
    record: dict[str, Any],
    *,
    budgets: bool = True,
    sensitivity: bool = False,
    **words: str,
) -> Contents:
    """Work out what a page shows; a part that cannot be had is left out with the reason."""
    absent: list[tuple[str, str]] = []

    def part(name: str, make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except SeedingError as reason:
            absent.append((name, str(reason)))
            return otherwise

    own: Steps = ((own_budget(plan), plan),)
    nothing: tuple[RulePrice, ...] = ()
    steps = part("Other budgets", lambda: other_budgets(plan, case), own) if budgets else own
    explanation = part("Why these", lambda: explain_plan(plan, case, samples()), None)
    prices = part("Prices of rules", lambda: rule_prices(plan, case, samples()), nothing)
    worlds = part("Outcomes", lambda: outcomes(plan, case), None)
    picture = part("Network", lambda: picture_of(plan, case), None)
    found = part("Sensitivity", lambda: _sensitivity(plan, case), None) if sensitivity else None
    if not sensitivity:
        absent.append(("Sensitivity", "it was not asked for, as it plans again for each change."))
    return Contents(
        plan, steps=steps, explanation=explanation, sensitivity=found, worlds=worlds, picture=picture,
        rule_prices=prices, record=record, absent=tuple(absent), **words,
    )  # fmt: skip


def other_budgets(plan: Plan, case: Case[Any]) -> Steps:
    """Plan for a range of budgets around the plan's own, from one pair of samples; the plan keeps its place.

    Raises
    ------
    InputError
        If the question has no bound, as against a rival, or wants something else than reach.
    """
    question = case.question
    if question.objective != "reach" or any(isinstance(one, AtLeastReach) for one in question.constraints):
        raise InputError(
            "plans for other budgets are made for reach, and this one is made for shares of groups."
        )
    if question.rivals is not None:
        raise InputError("plans for other budgets have no bound against a rival.")
    if not len(plan.table):
        raise InputError("the plan is empty.")
    own = own_budget(plan)
    asked = replace(
        question, budget=None, budgets=_amounts(case, own), target_reach=None, value_per_reach=None,
        start=None, method="auto", probability=None, time_limit=None, gap=max(question.gap, _GAP),
        precision=max(question.precision, _PRECISION),
    )  # fmt: skip
    network, roster = case.given.network, case.given.roster
    try:
        found = frontier_of(network, roster, asked)
    except InfeasibleError:
        # Rules may ask for more than a small budget pays for.
        found = frontier_of(network, roster, replace(asked, budgets=[a for a in asked.budgets if a >= own]))
    return tuple((point.budget, plan if point.budget == own else point.plan) for point in found.points)


def _amounts(case: Case[Any], own: Decimal) -> list[Decimal]:
    """Return parts of a budget, in whole units of the roster's money, from the cheapest candidate on."""
    roster = case.roster
    unit = roster.amount(1)
    cheapest = roster.amount(int(roster.spend.min()))
    rounded = {(own * part / unit).to_integral_value() * unit for part in PARTS}
    return sorted({amount for amount in rounded if amount >= cheapest} | {own})


def rule_prices(plan: Plan, case: Case[Any], samples: KeptSamples | None) -> tuple[RulePrice, ...]:
    """Choose without each rule in turn on the plan's choosing sample, and compare on the other."""
    rules = [rule for rule in case.question.constraints if isinstance(rule, Rule)]
    if samples is None or not rules or not len(plan.table):
        return ()
    seeds = places_of(case.roster, plan.seeds)
    ours = marks_of(samples.judging, seeds)
    found = []
    for place, rule in enumerate(rules):
        others = [one for at, one in enumerate(case.question.constraints) if at != place]
        # For the money of the plan: one of least cost, or of a frontier, has no budget in its question.
        asked = replace(
            case.question, constraints=others, probability=None, time_limit=None, budgets=None,
            target_reach=None, budget=own_budget(plan), start=None,
        )  # fmt: skip
        freed = prepare(case.given.network, case.given.roster, asked, objective_of)
        with freed.work() as problem:
            order = best_on(samples.problem(problem), samples, seeds).order
        theirs = marks_of(samples.judging, order)
        more = samples.network.total_weight * (theirs.astype(np.float64) - ours)
        weight = samples.network.total_weight
        low, high = mean_interval(Moments.of(more), Known(-weight, weight))
        found.append(RulePrice(str(rule), float(more.mean()), low, high))
    return tuple(found)


def outcomes(plan: Plan, case: Case[Any]) -> np.ndarray:
    """Simulate the reach of single campaigns, in the first of the worlds that measured the plan."""
    seeds = places_of(case.roster, plan.seeds)
    with case.work() as problem:
        return fresh_reaches(problem, seeds, min(plan.reach.worlds, _OUTCOMES))


def picture_of(plan: Plan, case: Case[Any]) -> Picture | None:
    """Draw the first seeds, whom each passes the message to most surely, and all arcs between these."""
    rows = places_of(case.roster, plan.seeds)[:_DRAWN]
    if not rows.size:
        return None
    graph = _surroundings(case.network, case.nodes[rows].tolist())
    x, y = _layout(graph, rows.size)
    place_of = {node: place for place, node in enumerate(graph.nodes)}
    seeds = plain(plan.seeds["candidate"].tolist())[: rows.size]
    others = plain(case.network.labels[np.array(list(graph.nodes)[rows.size :], dtype=np.int64)])
    return Picture(
        (*seeds, *others), rows.size, tuple((place_of[a], place_of[b]) for a, b in graph.edges),
        tuple(x), tuple(y), len(plan.table) - rows.size,
    )  # fmt: skip


def _surroundings(network: Network, seeds: list[int]) -> nx.DiGraph[int]:
    """Return the seeds, first, with whom each passes the message to most surely, and the arcs between all."""
    arcs = network.out
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(seeds)
    for node in seeds:
        begin, end = int(arcs.indptr[node]), int(arcs.indptr[node + 1])
        order = np.argsort(-arcs.probability[begin:end], kind="stable")[:_NEXT]
        graph.add_nodes_from(arcs.indices[begin:end][order].tolist()[: max(_NODES - len(graph), 0)])
    for node in list(graph.nodes):
        begin, end = int(arcs.indptr[node]), int(arcs.indptr[node + 1])
        graph.add_edges_from((node, one) for one in arcs.indices[begin:end].tolist() if one in graph)
    return graph


def _layout(graph: nx.DiGraph[int], seeds: int) -> tuple[list[float], list[float]]:
    """Place the nodes between 0 and 1; a node that is not drawn holds all seeds together."""
    held = graph.to_undirected()
    held.add_edges_from((-1, node) for node in list(graph.nodes)[:seeds])
    at = nx.spring_layout(held, seed=1, iterations=120, k=1.6 / max(len(held), 1) ** 0.5)
    places = np.array([at[one] for one in graph.nodes])
    low, wide = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-9)
    x, y = ((places - low) / wide).T.round(4).tolist()
    return x, y


def _sensitivity(plan: Plan, case: Case[Any]) -> Any:
    from seeding.questions.sensitivity import plan_sensitivity

    return plan_sensitivity(plan, case)
