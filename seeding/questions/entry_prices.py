"""The price at which a candidate would be chosen: from the prices of the bound, then by planning again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seeding.network.labels import plain
from seeding.questions.preparing import Case
from seeding.questions.what_if import Change, changed_case
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.greedy import Cover
from seeding.selection.kept_samples import KeptSamples, best_on, repriced
from seeding.selection.offers_on_sample import offered
from seeding.selection.overlap import SeedSets
from seeding.selection.problem import Problem

# So many candidates are named.
MISSED = 10
# The price is halved in between so many times at most, after the first guess.
_STEPS = 6
# The guess is taken where it is right within this part.
_NEAR = 0.02


def runners_up(
    case: Case[Any], problem: Problem, samples: KeptSamples, seeds: np.ndarray
) -> tuple[pd.DataFrame, list[str]]:
    """Find the candidates that just missed, and the price at which each would be chosen.

    Returns ------- One row per candidate, with the price found and the lowest one tried that was too high;
    and what could not be found out.
    """
    gains = SeedSets.of(samples.choosing, seeds).gains()
    notes = []
    if problem.limits.budget is None:
        notes.append("Without a budget no price decides who is chosen; those who add most are named.")
    if not problem.offers.plain:
        notes.append("Entry prices are not sought where several people are bought together.")
    priced = problem.limits.budget is not None and problem.offers.plain
    guess = _guessed(problem, samples, seeds) if priced else np.full(gains.size, np.nan)
    closeness = (
        np.where(np.isnan(guess), -np.inf, guess / np.maximum(problem.costs, 1))
        if priced
        else gains.astype(float)
    )
    closeness[seeds] = -np.inf
    closeness[(gains <= 0) | problem.program.forbidden[: gains.size]] = -np.inf
    order = np.argsort(-closeness, kind="stable")
    order = order[np.isfinite(closeness[order])][:MISSED]
    unit, scale = samples.network.total_weight / samples.choosing.n_sets, 10.0**case.roster.spend_decimals
    rows = []
    for row in order.tolist():
        low, high = _entry(case, problem, samples, row, guess[row]) if priced else (None, None)
        cost = problem.costs[row] / scale
        rows.append(
            {
                "candidate": plain([case.roster.candidates[row]])[0],
                "cost": cost,
                "adds": unit * int(gains[row]),
                "enters_at": np.nan if low is None else low / scale,
                "not_at": np.nan if high is None else high / scale,
                "overpriced": np.nan if not low else cost / (low / scale) - 1,
            }
        )
    columns = ["candidate", "cost", "adds", "enters_at", "not_at", "overpriced"]
    return pd.DataFrame(rows, columns=columns), notes


def _guessed(problem: Problem, samples: KeptSamples, seeds: np.ndarray) -> np.ndarray:
    """Guess from the bound at which price each candidate would be worth it.

    That is where what it takes of the limits, at their prices, is what it is credited with.
    """
    sample = offered(samples.choosing, problem.offers)
    cover = Cover(seeds, samples.choosing.count(seeds), sample.n_sets)
    proof = lagrangian_bound(sample, problem.program, cover, 0, patient=False)
    costs, tags = problem.costs.astype(np.float64), np.asarray(proof.tags, dtype=np.float64)
    if np.unique(costs).size < 2:
        price, head = float(tags.mean() / max(costs.mean(), 1.0)), 0.0
    else:
        price, head = np.polyfit(costs, tags, 1)
    if price <= 0:
        return np.full(costs.size, np.nan)
    guess: np.ndarray = (np.asarray(proof.credit, dtype=np.float64) - head) / price
    return np.where(guess > 0, np.minimum(guess, costs), np.nan)


def _entry(
    case: Case[Any], problem: Problem, samples: KeptSamples, row: int, guess: float
) -> tuple[int | None, int | None]:
    """Return the highest price found at which somebody is chosen, and the lowest that is too high."""
    low, high = None, int(problem.costs[row])
    tries = [int(guess * (1 - _NEAR)), int(guess * (1 + _NEAR))] if np.isfinite(guess) else []
    for step in range(_STEPS + len(tries)):
        price = tries[step] if step < len(tries) else (high + (low or 0)) // 2
        if not (low or 0) < price < high:
            continue
        if _is_chosen(case, problem, samples, row, price):
            low = price
        else:
            high = price
        if low is not None and high - low <= max(1, 2 * _NEAR * low):
            break
    return low, high


def _is_chosen(case: Case[Any], problem: Problem, samples: KeptSamples, row: int, price: int) -> bool:
    """Tell whether planning again at another price chooses somebody."""
    if problem.terms is None:
        return bool(row in best_on(repriced(problem, np.array([row]), price), samples))
    from seeding.roster import money

    amount = money.from_minor(price, case.roster.spend_decimals)
    label = plain([case.roster.candidates[row]])[0]
    with changed_case(case, Change(cost={label: amount})).work() as changed:
        settled = samples.problem(changed)
        return bool(row in settled.seeded(best_on(settled, samples)))
