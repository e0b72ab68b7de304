"""`Plan.explain`: what each seed brings, whose audiences overlap, who just missed, what choosing gains.

Seeds, overlaps and replacements are weighed on the certifying sample, which had no part in choosing them; who
would be chosen otherwise is sought on the choosing sample, as the plan was. What each seed brings is checked
in fresh worlds, the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from seeding.errors import InfeasibleError, listing
from seeding.network.labels import plain
from seeding.plan.explanation import Explanation
from seeding.plan.interval import Known, Moments, mean_interval
from seeding.plan.plan import Plan
from seeding.questions.comparison import compare_with_rules_of_thumb
from seeding.questions.entry_prices import runners_up
from seeding.questions.measured import fresh_reaches
from seeding.questions.preparing import Case
from seeding.questions.what_if import Change, changed_case, places_of, rows_of
from seeding.roster.roster import Roster
from seeding.rules.rules import AtLeastReach, Require
from seeding.selection.kept_samples import KeptSamples, barred, best_on, has_rules, refuse_without_sets
from seeding.selection.nearby import Nearby
from seeding.selection.overlap import SeedSets
from seeding.selection.problem import Problem
from seeding.simulation.measuring import measure_parts

_COLUMNS = ["candidate", "cost", "alone", "shared", "lost", "lost_low", "lost_high", "lost_replanned"]
# A replacement is sought among so many candidates that add most, where rules must be asked.
_ASKED = 200
# The check in fresh worlds simulates so many worlds for each seed at least: one run of them.
_LEAST_WORLDS = 64
# A column is taken for groups of people if it has so many different values at most.
_MOST_GROUPS = 12


def explain_plan(
    plan: Plan, case: Case[Any], samples: KeptSamples | None, candidates: Any = None, measure: bool = True
) -> Explanation:
    """Explain a plan on its samples; see `Plan.explain`."""
    seeds = places_of(case.roster, plan.seeds)
    asked = seeds if candidates is None else _rows_of_all(case.roster, candidates)
    with case.work() as problem:
        if samples is None:
            refuse_without_sets(problem, "an explanation")
        assert samples is not None  # it was refused otherwise
        settled = _with_its_money(samples.problem(problem), seeds)
        nearby = Nearby.of(settled, samples, seeds)
        frame, notes = _of_seeds(plan, case, settled, nearby)
        worlds = _worlds_of_check(plan, seeds.size) if measure and seeds.size else 0
        if worlds:
            frame = frame.assign(**_fresh(problem, seeds, worlds), **_for_whom(problem, case, seeds))
        simple = (
            compare_with_rules_of_thumb(_with_its_money(problem, seeds), seeds, plan.reach.worlds)
            if worlds
            else ()
        )
        missed, said = runners_up(case, settled, nearby)
        overlap, pairs, union = _overlap(case.roster, samples, asked)
        reach = settled.network.total_weight * samples.judging.count(seeds) / samples.judging.n_sets
    told = (*notes, *said)
    return Explanation(
        frame, overlap, pairs, union, missed, simple, reach, samples.judging.n_sets, worlds, told
    )


def _with_its_money(problem: Problem, seeds: np.ndarray) -> Problem:
    """Limit a plan that has no budget of its own, such as one of least cost, to what it costs."""
    limits = problem.limits
    if limits.budget is not None or limits.k is not None or not problem.offers.plain:
        return problem
    return problem.within(replace(limits, budget=int(problem.costs[seeds].sum())))


def _rows_of_all(roster: Roster, labels: Any) -> np.ndarray:
    """Return the rows of candidates given by label; of several offers, the first."""
    named = [labels] if isinstance(labels, (str, bytes)) or not isinstance(labels, Iterable) else list(labels)
    return np.array([int(rows_of(roster, label)[0]) for label in plain(named)], dtype=np.int64)


def _of_seeds(
    plan: Plan, case: Case[Any], problem: Problem, nearby: Nearby
) -> tuple[pd.DataFrame, list[str]]:
    """Weigh each seed on the certifying sample."""
    samples, seeds = nearby.samples, nearby.seeds
    held, weight = SeedSets.of(samples.judging, seeds), problem.network.total_weight
    unit = weight / samples.judging.n_sets
    rows = []
    for place, seed in enumerate(seeds.tolist()):
        only = int(held.only[place])
        low, high = _interval_of_count(only, samples.judging.n_sets, weight)
        alone = int(held.alone[place])
        rows.append(
            {
                "candidate": plan.seeds["candidate"].iloc[place],
                "cost": plan.seeds["cost"].iloc[place],
                "alone": unit * alone,
                "shared": 1 - only / alone if alone else 0.0,
                "lost": unit * only,
                "lost_low": low,
                "lost_high": high,
                "lost_replanned": unit * (held.covered - _without(case, problem, nearby, seed)),
            }
        )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    needed = frame.loc[frame["lost_replanned"].isna(), "candidate"].tolist()
    notes = [f"Without {listing(needed)} the rules leave no plan."] if needed else []
    if not problem.offers.plain:
        notes.append("Replacements are not sought where several people are bought together.")
        return frame.assign(replacement=None, replacement_loses=np.nan), notes
    return frame.assign(**_replacements(case, problem, nearby, held, unit)), notes


def _interval_of_count(count: int, n_sets: int, weight: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a share of the sets, in reach."""
    from seeding.plan.estimate import binomial_lower, binomial_upper

    return weight * binomial_lower(count, n_sets, 0.025), weight * binomial_upper(count, n_sets, 0.025)


def _without(case: Case[Any], problem: Problem, nearby: Nearby, seed: int) -> float:
    """Count the certifying sets that the plan covers when somebody is out and the money is spent again.

    Not a number where the rules leave no plan then.
    """
    samples, kept = nearby.samples, nearby.seeds[nearby.seeds != seed]
    if not has_rules(problem):
        order = nearby.improved(barred(problem, np.array([seed])), kept)
        return samples.judging.count(order)
    label = plain([case.roster.candidates[seed]])[0]
    if any(isinstance(rule, Require) and label in rule.candidates for rule in case.rules):
        return np.nan
    try:
        with changed_case(case, Change(exclude=(label,))).work() as narrowed:
            settled = _with_its_money(samples.problem(narrowed), nearby.seeds)
            return samples.judging.count(settled.seeded(best_on(settled, samples, kept).order))
    except InfeasibleError:
        return np.nan


def _replacements(
    case: Case[Any], problem: Problem, nearby: Nearby, held: SeedSets, unit: float
) -> dict[str, list[Any]]:
    """Find who would take the place of each seed best, on the choosing sample; weigh that on the other."""
    samples, seeds = nearby.samples, nearby.seeds
    names, loses = [], []
    for place in range(seeds.size):
        kept = np.delete(seeds, place)
        ahead = nearby.gains + nearby.gains_without[place]
        ahead[seeds] = -1
        best = next(
            (one for one in _most_first(ahead, problem) if problem.program.allows(np.append(kept, one))), None
        )
        names.append(None if best is None else plain([case.roster.candidates[best]])[0])
        loses.append(
            np.nan if best is None else unit * (held.covered - samples.judging.count(np.append(kept, best)))
        )
    return {"replacement": names, "replacement_loses": loses}


def _most_first(gains: np.ndarray, problem: Problem) -> list[int]:
    """Order candidates by what they would add; those first whom rules are asked about."""
    order = np.argsort(-gains, kind="stable")
    order = order[gains[order] > 0]
    found: list[int] = (order if problem.program.is_plain else order[:_ASKED]).tolist()
    return found


def _worlds_of_check(plan: Plan, seeds: int) -> int:
    """Return in how many worlds each seed is checked: all checks take about as long as measuring the plan."""
    each = plan.reach.worlds // (seeds + 1)
    return int(_LEAST_WORLDS * max(1, each // _LEAST_WORLDS))


def _fresh(problem: Problem, seeds: np.ndarray, worlds: int) -> dict[str, list[float]]:
    """Measure what is lost without each seed, world by world."""
    together = fresh_reaches(problem, seeds, worlds)
    rows = []
    for place in range(seeds.size):
        lost = together - fresh_reaches(problem, np.delete(seeds, place), worlds)
        rows.append((float(lost.mean()), *mean_interval(Moments.of(lost), Known(0.0))))
    names = ("lost_fresh", "fresh_low", "fresh_high")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _for_whom(problem: Problem, case: Case[Any], seeds: np.ndarray) -> dict[str, list[float]]:
    """Say of each seed how the people whom it reaches alone are spread over platforms or groups."""
    network, column = problem.network, _group_column(case)
    if column is None or network.people is None:
        return {}
    group = network.people[column].to_numpy()
    names = [name for name in pd.unique(group) if not pd.isna(name)]
    parts = [np.where(group == name, network.weights, 0.0) for name in names]
    rows = []
    for seed in seeds.tolist():
        reaches = measure_parts(problem.fresh_worlds(np.array([seed])), parts, _LEAST_WORLDS, problem.workers)
        total = sum(float(reach.sum()) for reach in reaches)
        rows.append([float(reach.sum()) / total if total else np.nan for reach in reaches])
    shares = np.array(rows)
    return {f"share of {name}": shares[:, place].tolist() for place, name in enumerate(names)}


def _group_column(case: Case[Any]) -> str | None:
    """Return the column of people that holds the groups of the question, or the platforms."""
    people, asked = case.network.people, case.question.group
    demands = [rule.group for rule in case.question.constraints if isinstance(rule, AtLeastReach)]
    asked = asked or next(iter(demands), None)
    if people is None:
        return None
    name = asked if asked is not None else "platform"
    return name if name in people and people[name].nunique() <= _MOST_GROUPS else None


def _overlap(
    roster: Roster, samples: KeptSamples, asked: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Weigh on the certifying sample whom two candidates both reach, and what all reach together."""
    held = SeedSets.of(samples.judging, asked)
    unit = samples.network.total_weight / samples.judging.n_sets
    labels, both = plain(roster.candidates[asked].tolist()), held.both()
    smaller = np.minimum.outer(held.alone, held.alone)
    share = np.divide(both, smaller, out=np.zeros(both.shape), where=smaller > 0)
    table = pd.DataFrame(share, index=labels, columns=labels)
    first, second = np.triu_indices(asked.size, 1)
    pairs = pd.DataFrame(
        {
            "first": [labels[place] for place in first],
            "second": [labels[place] for place in second],
            "both": unit * both[first, second],
            "share_of_smaller": share[first, second],
        }
    )
    pairs = pairs.sort_values(["share_of_smaller", "both"], ascending=False, kind="stable", ignore_index=True)
    return table, pairs, unit * held.covered
