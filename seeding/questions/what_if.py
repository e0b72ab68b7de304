"""`Plan.what_if`: the plan after a change, from the samples of the plan itself.

Dropping or adding somebody leaves all others in place. Any other change plans again, on the same samples, by
the method that made the plan. One single drop, addition or exclusion keeps a certificate: δ is split over all
of them beforehand (`error_budget.WHAT_IF`), so that it holds whichever one is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_listed
from seeding.errors import InputError, listing
from seeding.network.labels import plain
from seeding.plan.changes import Changes
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.interval import Known, Moments, mean_interval
from seeding.plan.plan import Plan
from seeding.questions.assembling import assemble, sections_of
from seeding.questions.measured import fresh_reaches, measure_choice
from seeding.questions.objectives import Reach, objective_of
from seeding.questions.preparing import Case, Given, prepare
from seeding.roster import money
from seeding.roster.roster import Roster
from seeding.rules.rules import Exclude, Require
from seeding.selection.greedy import Cover
from seeding.selection.kept_samples import KeptSamples, barred, choose_again, marks_of, spent_on
from seeding.selection.offers_on_sample import offered
from seeding.selection.problem import Choice, Problem, fill_head_count
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import Improver, judge, look
from seeding.simulation.measuring import Spread

ON_SAMPLE = "the certifying sample"
ON_WORLDS = "fresh simulations"


@dataclass(frozen=True)
class Change:
    """What is asked to be changed; see `Plan.what_if`."""

    drop: tuple[Any, ...] = ()
    add: tuple[Any, ...] = ()
    exclude: tuple[Any, ...] = ()
    require: tuple[Any, ...] = ()
    budget: Any = None
    k: int | None = None
    cost: Mapping[Any, Any] | None = None
    accept: Mapping[Any, Any] | None = None

    @classmethod
    def of(cls, **given: Any) -> Change:
        """Read the arguments of `Plan.what_if`.

        Raises
        ------
        InputError
            If an argument is unknown, or names nobody.
        """
        lists = ("drop", "add", "exclude", "require")
        named: dict[str, Any] = {name: _labels(name, given.pop(name, ())) for name in lists}
        for name in ("cost", "accept"):
            if given.get(name) is not None and not isinstance(given[name], Mapping):
                raise InputError(
                    f"{name}={given[name]!r} is not understood; pass values by label, as {{'anna': 900}}."
                )
        change = cls(**named, **given)
        if change == cls():
            raise InputError(
                "nothing is changed; pass drop=, add=, exclude=, require=, budget=, k=, cost= or accept=."
            )
        return change

    @property
    def named(self) -> tuple[Any, ...]:
        """Everybody whom the change names."""
        listed = (self.drop, self.add, self.exclude, self.require, self.cost or (), self.accept or ())
        return tuple(label for some in listed for label in some)

    @property
    def edits(self) -> bool:
        """Whether all other seeds stay: somebody is dropped or added, and nothing else changes."""
        return replace(self, drop=(), add=()) == Change()

    @property
    def is_single(self) -> bool:
        """Whether it is one of the changes that δ is split over."""
        one = len(self.drop) + len(self.add) + len(self.exclude) == 1
        return one and replace(self, drop=(), add=(), exclude=()) == Change()

    def words(self) -> tuple[str, ...]:
        """Say what is changed."""
        kept = "the other seeds stay" if self.edits else "all others are chosen anew"
        said = [
            f"{name} {listing(held)}"
            for name in ("drop", "add", "exclude", "require")
            if (held := getattr(self, name))
        ]
        said += [
            f"{name} {getattr(self, name):,}" for name in ("budget", "k") if getattr(self, name) is not None
        ]
        for name in ("cost", "accept"):
            said += [f"{name} of {label!r} {value}" for label, value in (getattr(self, name) or {}).items()]
        return (*said, kept)


def _labels(name: str, given: object) -> tuple[Any, ...]:
    """Read labels: one, or several."""
    if given is None:
        return ()
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return tuple(plain(list(given)))
    if is_listed(given):
        raise InputError(f"{name}={given!r} is not understood; pass one label or a list of them.")
    return tuple(plain([given]))


def change_plan(
    plan: Plan, case: Case[Any], change: Change, samples: KeptSamples | None, measure: bool
) -> Plan:
    """Return the changed plan.

    Parameters
    ----------
    plan, case
        The plan, and the question that it answers.
    change
        What is changed.
    samples
        The samples of the plan; None where RR sets cannot tell what is reached.
    measure
        Whether to measure the changed plan on fresh worlds.
    """
    changed = changed_case(case, change)
    before = places_of(case.roster, plan.seeds)
    with case.work() as original, changed.work() as problem:
        if samples is not None and change.accept:
            drawn: KeptSamples | None = KeptSamples.draw(problem, samples.judging.n_sets)
        else:
            drawn = samples
        asked = _to_choose_on(original, problem, change, case.roster)
        choice, anew = _choose(changed, change, asked, drawn, before)
        seeds = problem.seeded(choice.order)
        if measure or anew or drawn is None or samples is None:
            spread = measure_choice(problem, choice, changed.question.precision)
            apart = spread.reach - fresh_reaches(original, before, spread.reach.size)
            made = assemble(changed, problem, choice, spread, sections_of(changed, problem, choice, spread))
        else:
            spread = _on_sample(drawn, seeds)
            apart = spread.reach - drawn.network.total_weight * marks_of(samples.judging, before)
            made = assemble(changed, problem, choice, spread, [])
            made = replace(made, reach=_reach_on(drawn, seeds, made.certificate))
    difference = mean_interval(Moments.of(apart), _between(case.network.total_weight))
    after = _changes(plan, made, change, float(apart.mean()), difference)
    follow_up = None if change.edits else made.follow_up
    return replace(made, sections=(after, *made.sections), follow_up=follow_up)


def _to_choose_on(original: Problem, changed: Problem, change: Change, roster: Roster) -> Problem:
    """Return the problem to choose for: where somebody is excluded and there are no rules, one without rules.

    It is the same as if they were not in the roster, and far easier than one with a rule.
    """
    only = replace(change, exclude=()) == Change()
    if not change.exclude or not only or original.terms is not None or changed.nodes.size < len(roster):
        return changed
    return barred(original, np.concatenate([rows_of(roster, label) for label in change.exclude]))


def _between(weight: float) -> Known:
    """Say what is known of a difference of two reaches."""
    return Known(-weight, weight)


def _choose(
    case: Case[Any], change: Change, problem: Problem, samples: KeptSamples | None, before: np.ndarray
) -> tuple[Choice, bool]:
    """Make the changed choice; says whether that was done from the beginning, not on the samples."""
    if change.edits:
        if not problem.offers.plain:
            raise InputError(
                "drop= and add= change one seed by hand, which bundles, volume discounts and people who go "
                "together do not allow; pass exclude= or require=, which plan again."
            )
        return _edited(problem, samples, change, case, before), False
    on_samples = type(case.objective) is Reach and case.question.method in ("auto", "ris", "exact")
    if samples is None or not on_samples:
        choice: Choice = case.objective.choose(problem)
        return choice, True
    return _again(samples.problem(problem), samples, change, before), False


def changed_case(case: Case[Any], change: Change) -> Case[Any]:
    """Prepare the changed question; who is dropped or added by hand keeps within the limits of the plan."""
    question, given = case.question, case.given
    for name in change.named:
        rows_of(case.roster, name)
    rules, out = list(question.constraints), () if change.edits else (*change.exclude, *change.drop)
    # A plan for profit takes no rules: whoever is out leaves the roster there.
    leave = out if question.value_per_reach is not None else ()
    if not change.edits:
        rules += [Exclude(*out)] if out and not leave else []
        rules += [Require(*change.require, *change.add)] if change.require or change.add else []
    budget = question.budget if change.budget is None else change.budget
    if question.budgets is not None:
        budget = case.amount if change.budget is None else change.budget
    asked = replace(
        question, budget=budget, budgets=None, k=question.k if change.k is None else change.k,
        constraints=rules, probability=None, time_limit=None,
    )  # fmt: skip
    makes = objective_of if question.budgets is not None else given.objective_of
    made = prepare(given.network, _with_values(given, change, leave), asked, makes)
    # What is changed by hand was chosen for no objective.
    return replace(made, objective=Reach(asked)) if change.edits else made


def _with_values(given: Given, change: Change, leave: tuple[Any, ...]) -> Roster | None:
    """Return the roster with other costs or chances of acceptance, and without those who leave it."""
    roster = given.roster
    if not (change.cost or change.accept or leave):
        return roster
    roster = Roster.everyone(given.network) if roster is None else roster
    for label, value in (change.cost or {}).items():
        roster = _repriced(roster, label, money.to_decimal(value, f"cost of {label!r}"))
    for label, value in (change.accept or {}).items():
        roster = _answering(roster, label, value)
    return roster.without(np.concatenate([rows_of(roster, label) for label in leave])) if leave else roster


def _repriced(roster: Roster, label: Any, price: Decimal) -> Roster:
    if price < 0 or money.decimals_of(price) > money.MOST_DECIMALS:
        raise InputError(f"the cost {price} of {label!r} is no amount that can be paid; give 0 or more.")
    roster = roster.with_decimals(max(roster.decimals, money.decimals_of(price)))
    costs = roster.costs.copy()
    costs[rows_of(roster, label)] = int(price * 10**roster.decimals)
    return replace(roster, costs=costs, source=None)


def _answering(roster: Roster, label: Any, chance: Any) -> Roster:
    from seeding._runtime import checks

    chances = roster.accept.copy() if roster.accept.size else np.ones(len(roster))
    number = checks.as_number(chance)
    if number is None or not 0 <= number <= 1:
        raise InputError(f"accept of {label!r} is {chance!r}; give a probability from 0 to 1.")
    chances[rows_of(roster, label)] = round(number, 6)
    return replace(roster, accept=chances, source=None)


def rows_of(roster: Roster, label: Any) -> np.ndarray:
    """Return the rows of a candidate.

    Raises
    ------
    InputError
        If the roster has no such candidate.
    """
    rows = np.flatnonzero(roster.candidates == label)
    if rows.size == 0:
        from difflib import get_close_matches

        near = get_close_matches(str(label), [str(one) for one in roster.candidates], 3)
        also = f"; did you mean {listing(near)}?" if near else "; name a candidate of the roster."
        raise InputError(f"{label!r} is not in the roster{also}")
    return rows


def places_of(roster: Roster, seeds: pd.DataFrame) -> np.ndarray:
    """Return the rows of seeds in the roster; of several offers to somebody, the one of the plan."""
    rows = []
    offers = seeds["offer"].tolist() if roster.offer.size else [None] * len(seeds)
    for label, offer in zip(plain(seeds["candidate"].tolist()), offers, strict=True):
        found = rows_of(roster, label)
        rows.append(int(found[0] if offer is None else found[roster.offer[found] == offer][0]))
    return np.array(rows, dtype=np.int64)


def _edited(
    problem: Problem, samples: KeptSamples | None, change: Change, case: Case[Any], before: np.ndarray
) -> Choice:
    """Drop and add by hand, all other seeds as they are; the bound is that of the unchanged limits."""
    order = edited(before, case, change)
    choice = Choice(order, "complete", None, "what-if", "the seeds of the plan, changed by hand")
    if samples is None or not change.is_single or not problem.program.allows(order):
        return choice
    settled, spent = samples.problem(problem), spent_on(problem)
    bound = look(settled, Improver(settled), samples.choosing, samples.judging, None, spent).cover.bound
    cover = Cover(order, samples.choosing.count(order), bound)
    return replace(
        choice, certificate=judge(settled, cover, samples.choosing, samples.judging, np.inf, spent)
    )


def edited(before: np.ndarray, case: Case[Any], change: Change) -> np.ndarray:
    """Return the seeds after somebody is dropped or added by hand.

    Raises
    ------
    InputError
        If somebody is dropped who is no seed, or added who is one.
    """
    gone = [rows_of(case.roster, label) for label in change.drop]
    new = [int(rows_of(case.roster, label)[0]) for label in change.add]
    for label, rows in zip(change.drop, gone, strict=True):
        if not np.isin(rows, before).any():
            raise InputError(f"drop={label!r} is not in the plan; exclude= plans again without somebody.")
    for label, row in zip(change.add, new, strict=True):
        if row in before:
            raise InputError(f"add={label!r} is in the plan already; require= plans again with somebody.")
    kept = before[~np.isin(before, np.concatenate([*gone, np.empty(0, dtype=np.int64)]))]
    return np.concatenate([kept, np.array(new, dtype=np.int64)])


def _again(problem: Problem, samples: KeptSamples, change: Change, before: np.ndarray) -> Choice:
    """Choose on the choosing sample under the changed limits, and judge by the other."""
    kept = before[~problem.program.forbidden[before]] if problem.offers.plain else before
    cover, certificate = choose_again(problem, samples, kept)
    order = rank_by_gain(problem, offered(samples.choosing, problem.offers), cover.order)
    single = certificate if change.is_single else None
    why = "chosen anew on the samples of the plan"
    return Choice(fill_head_count(order, problem), "complete", single, "what-if", why)


def _on_sample(samples: KeptSamples, seeds: np.ndarray) -> Spread:
    """Read from the certifying sample what the first seeds reach: W times the share of sets covered."""
    weight, n = samples.network.total_weight, samples.judging.n_sets
    covered, total = np.zeros(n, dtype=np.bool_), []
    for seed in seeds.tolist():
        covered |= marks_of(samples.judging, np.array([seed]))
        total.append(int(np.count_nonzero(covered)))
    share = np.array(total, dtype=np.float64) / n
    cumulative, error = weight * share, weight * np.sqrt(share * (1 - share) / n)
    gains = np.diff(cumulative, prepend=0.0)
    spread = Spread(np.where(covered, weight, 0.0), gains, cumulative, error)
    return spread._replace(known=Known(0.0, weight))


def _reach_on(samples: KeptSamples, seeds: np.ndarray, proof: Certificate | None) -> Estimate:
    """Estimate the reach from the certifying sample, within what is proven of it."""
    sample = samples.judging
    reach = Estimate.from_count(sample.count(seeds), sample.n_sets, samples.network.total_weight)
    return reach if proof is None else reach.within(proof.lower, proof.upper)


def _changes(plan: Plan, made: Plan, change: Change, more: float, interval: tuple[float, float]) -> Changes:
    old, new = (plain(one.seeds["candidate"].tolist()) for one in (plan, made))
    notes = []
    if made.budget is not None and made.cost > made.budget:
        notes.append(f"it costs {made.cost - made.budget:,} more than the budget of {made.budget:,}")
    return Changes(
        change.words(),
        tuple(label for label in old if label not in set(new)),
        tuple(label for label in new if label not in set(old)),
        made.cost - plan.cost,
        more,
        *interval,
        ON_SAMPLE if made.reach.p50 is None else ON_WORLDS,
        made.certificate is not None,
        tuple(notes),
    )
