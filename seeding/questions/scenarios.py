"""Other inputs for a question: all probabilities, rates or costs times a factor, or a group left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_listed
from seeding.diffusion import IndependentCascade, LinearThreshold
from seeding.errors import InputError, listing, shown
from seeding.network.csr import flip
from seeding.network.labels import plain
from seeding.network.network import Network
from seeding.questions.preparing import Case
from seeding.questions.question import Question
from seeding.roster import money
from seeding.roster.acceptance import MILLION
from seeding.roster.roster import Roster
from seeding.rules.rules import Bundle, Exclude, SpendAtLeast, SpendAtMost

PROBABILITY_FACTORS = (0.5, 0.8, 1.25, 2.0)
OTHER_FACTORS = (0.8, 1.2)
# A product above its limit by less than this is rounding, and nothing is cut.
_ROUNDING = 1e-9


class Inputs(NamedTuple):
    """What a question is about."""

    network: Network
    roster: Roster | None
    question: Question


@dataclass(frozen=True, eq=False)
class Change:
    """One change of the inputs.

    Attributes
    ----------
    name, what, factor
        As in `seeding.plan.sensitivity.Scenario`.
    apply
        Makes other inputs, and counts the values that were cut at their limit.
    gone
        Candidates who cannot be bought any more.
    """

    name: str
    what: str
    factor: float | None
    apply: Callable[[Inputs], tuple[Inputs, int]]
    gone: tuple[Any, ...] = ()


def changes_of(case: Case[Any], leave_out: object = None) -> tuple[list[Change], list[str]]:
    """List the changes that apply to a question, and say why the others do not.

    Raises
    ------
    InputError
        If a group to leave out is unknown.
    """
    groups = list(_groups_out(case, leave_out))
    kinds = (
        ("probabilities", PROBABILITY_FACTORS, _probabilities, ""),
        ("chance of seeing", OTHER_FACTORS, _seeing, _why_not_seeing(case)),
        ("acceptance", OTHER_FACTORS, _acceptance, _why_not_acceptance(case)),
        ("quality", OTHER_FACTORS, _quality, _why_not_quality(case)),
        ("costs", OTHER_FACTORS, _costs, _why_not_costs(case)),
    )
    found: list[Change] = []
    for what, factors, change, why_not in kinds:
        if not why_not:
            found += [_scaled(what, factor, change) for factor in factors]
    return [*found, *groups], [f"{what}: {why}" for what, *_, why in kinds if why]


def _scaled(what: str, factor: float, change: Callable[[Inputs, float], tuple[Inputs, int]]) -> Change:
    return Change(f"{what} × {factor:g}", what, factor, lambda given: change(given, factor))


def _why_not_seeing(case: Case[Any]) -> str:
    if case.network.exposure is not None:
        return ""
    return (
        "the network does not say who sees without passing on (a view rate in the weights scales all alike)"
    )


def _why_not_acceptance(case: Case[Any]) -> str:
    return "" if case.roster.accept.size else "the roster does not say who accepts"


def _why_not_quality(case: Case[Any]) -> str:
    return "" if case.question.model.quality != 1 else "it is 1"


def _why_not_costs(case: Case[Any]) -> str:
    question = case.question
    counts = case.limits.budget is not None or question.value_per_reach is not None
    counts = counts or question.target_reach is not None
    in_rules = any(isinstance(rule, (SpendAtMost, SpendAtLeast)) for rule in question.rules)
    return "" if counts or in_rules else "only the number of seeds is limited"


def _probabilities(given: Inputs, factor: float) -> tuple[Inputs, int]:
    """Scale the chance of passing on; at most 1, the chance of seeing, or weights that add up to 1."""
    network = given.network
    out, scaled = network.out, network.out.probability * factor
    if isinstance(given.question.model, LinearThreshold):
        sums = np.bincount(out.indices, scaled, minlength=network.n_nodes)
        above = (sums > 1 + _ROUNDING)[out.indices]
        cut = np.where(above, scaled / np.where(sums > 0, sums, 1.0)[out.indices], scaled)
        return given._replace(network=with_arcs(network, cut)), int(above.sum())
    most = np.ones(1) if network.exposure is None else network.exposure
    clipped = int(np.count_nonzero(scaled > most + _ROUNDING))
    return given._replace(network=with_arcs(network, np.minimum(scaled, most))), clipped


def _seeing(given: Inputs, factor: float) -> tuple[Inputs, int]:
    """Scale the chance of seeing; who sees passes on as likely as before."""
    network = given.network
    assert network.exposure is not None  # it does not apply otherwise
    scaled = network.exposure * factor
    seen = np.minimum(scaled, 1.0)
    share = np.divide(seen, network.exposure, out=np.zeros(seen.size), where=network.exposure > 0)
    changed = replace(with_arcs(network, np.minimum(network.out.probability * share, seen)), exposure=seen)
    return given._replace(network=changed), int(np.count_nonzero(scaled > 1 + _ROUNDING))


def _acceptance(given: Inputs, factor: float) -> tuple[Inputs, int]:
    """Scale how likely candidates accept, to six decimals as everywhere."""
    assert given.roster is not None  # it does not apply otherwise
    scaled = given.roster.accept * factor
    accept = np.rint(np.minimum(scaled, 1.0) * MILLION) / MILLION
    roster = replace(given.roster, accept=accept, source=None)
    return given._replace(roster=roster), int(np.count_nonzero(scaled > 1 + _ROUNDING))


def _quality(given: Inputs, factor: float) -> tuple[Inputs, int]:
    """Scale the quality, which the network's message must not contradict."""
    model = given.question.model
    assert isinstance(model, IndependentCascade)  # it does not apply otherwise
    scaled = model.quality * factor
    quality, message = min(scaled, 1.0), given.network.message
    network = given.network
    if message is not None:
        network = replace(network, message=replace(message, quality=quality))
    question = replace(given.question, model=replace(model, quality=quality))
    return given._replace(network=network, question=question), int(scaled > 1 + _ROUNDING)


def _costs(given: Inputs, factor: float) -> tuple[Inputs, int]:
    """Scale all costs exactly, those of bundles too; budgets and rules about money stay."""
    roster = Roster.everyone(given.network) if given.roster is None else given.roster
    tenths = round(factor * 10)
    # One more decimal holds every tenth, where amounts may have one more.
    finer = roster.with_decimals(min(max(roster.decimals + 1, 2), money.MOST_DECIMALS))
    costs = (finer.costs * tenths + 5) // 10
    rules = [_bundle_at(rule, Decimal(tenths) / 10) for rule in given.question.constraints]
    question = replace(given.question, constraints=rules)
    return given._replace(roster=replace(finer, costs=costs, source=None), question=question), 0


def _bundle_at(rule: Any, factor: Decimal) -> Any:
    if not isinstance(rule, Bundle):
        return rule
    price = rule.price * factor
    return replace(rule, price=round(price, min(money.MOST_DECIMALS, money.decimals_of(price))))


def with_arcs(network: Network, probability: np.ndarray) -> Network:
    """Return a network with other probabilities and all its parts, which `with_probability` refuses."""
    out = network.out._replace(probability=np.ascontiguousarray(probability, dtype=np.float64))
    return replace(network, out=out, into=flip(out, network.n_nodes), source=None)


def _groups_out(case: Case[Any], leave_out: object) -> Iterator[Change]:
    """Read the groups to leave out, each of which is a change."""
    if leave_out is None:
        return
    if not isinstance(leave_out, Mapping):
        raise InputError(
            f"leave_out={shown(leave_out)} is not understood; pass a column and a value of it, as "
            "{'platform': 'tiktok'}."
        )
    for column, values in leave_out.items():
        several = is_listed(values)
        for value in plain(list(values)) if several else plain([values]):
            yield _group_out(case, str(column), value)


def _group_out(case: Case[Any], column: str, value: object) -> Change:
    network, roster = case.given.network, case.given.roster
    roster = Roster.everyone(network) if roster is None else roster
    tables = [table for table in (roster.further, network.people) if table is not None]
    held = [table[column] for table in tables if column in table]
    if not held:
        known = listing(dict.fromkeys(str(name) for table in tables for name in table), 12)
        raise InputError(
            f"the group to leave out is of the column {column!r}, which neither roster nor people have; "
            f"{f'there is {known}' if tables else 'they have no columns'}."
        )
    marks = [_is(part, value) for part in held]
    if not any(mark.any() for mark in marks):
        there = listing(dict.fromkeys(plain(pd.unique(pd.concat(held).dropna()))), 12)
        raise InputError(f"nobody to leave out has {column}={shown(value)}; there is {there}.")
    of_roster = roster.further is not None and column in roster.further
    rows = marks[0] if of_roster else np.zeros(len(roster), dtype=np.bool_)
    people = marks[-1] if len(marks) > of_roster else np.zeros(network.n_nodes, dtype=np.bool_)
    rows = rows | roster.candidates.isin(network.labels[people])
    rows &= roster.candidates.isin(case.roster.candidates)
    gone = tuple(plain(roster.candidates[rows].unique()))
    name = f"without {column}={value}"
    return Change(name, name, None, lambda given: (_without(given, people, gone), 0), gone)


def _is(column: pd.Series, value: object) -> np.ndarray:
    """Mark the rows with a value, which the command line can only give as text."""
    same = [cell is not None and (cell == value or str(cell) == str(value)) for cell in plain(column)]
    return np.array(same, dtype=np.bool_)


def _without(given: Inputs, people: np.ndarray, gone: Iterable[Any]) -> Inputs:
    """Take people out of the network, keeping their numbers, and candidates out of the choice."""
    network, question = given.network, given.question
    if people.any():
        cut = people[network.out.rows()] | people[network.out.indices]
        exposure = network.exposure if network.exposure is None else np.where(cut, 0.0, network.exposure)
        network = with_arcs(network, np.where(cut, 0.0, network.out.probability))
        weights = np.where(people, 0.0, network.weights)
        network = replace(network, weights=weights, exposure=exposure)
    if not gone:
        return given._replace(network=network)
    if question.rules:
        question = replace(question, constraints=[*question.constraints, Exclude(*gone)])
        return given._replace(network=network, question=question)
    roster = Roster.everyone(network) if given.roster is None else given.roster
    rows = np.flatnonzero(~roster.candidates.isin(list(gone)))
    return Inputs(network, roster.only(rows), question)
