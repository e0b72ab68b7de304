"""The price at which a candidate would be chosen: from the prices of the bound, then by planning again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seeding.errors import InfeasibleError
from seeding.network.labels import plain
from seeding.questions.preparing import Case
from seeding.questions.what_if import Change, changed_case
from seeding.roster.roster import Roster
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.greedy import Cover
from seeding.selection.kept_samples import best_on, has_rules, repriced
from seeding.selection.nearby import Nearby
from seeding.selection.problem import Problem

_COLUMNS = ["candidate", "cost", "adds", "enters_at", "not_at", "overpriced"]
# So many candidates are named.
MISSED = 10
# So many prices are tried for each.
_STEPS = 6
# A price is known well enough within this part.
_NEAR = 0.02
# Where the guess is chosen, so much more is tried next.
_FURTHER = 1.1


def runners_up(case: Case[Any], problem: Problem, nearby: Nearby) -> tuple[pd.DataFrame, list[str]]:
    """Find the candidates that just missed, and the price at which each would be chosen.

    Prices are fees: where creators may decline and what is expected to be spent counts, the fee behind it.

    Returns
    -------
    One row per candidate, with the price found and the lowest one tried that was too high; and what could not
    be found out.
    """
    notes, gains = _why_unpriced(case, problem), nearby.gains
    guess = np.full(gains.size, -1) if notes else _guessed(problem, nearby)
    closeness = gains / max(int(gains.max(initial=1)), 1)
    if not notes:
        # Who would come in at some price, the nearest to the cost first; then who adds most.
        prices = nearby.exchange_prices() / np.maximum(problem.costs, 1)
        closeness = np.where(prices > 0, 1 + prices + 1e-6 * closeness, closeness)
    closeness[nearby.seeds] = -np.inf
    closeness[(gains <= 0) | problem.program.forbidden[: gains.size]] = -np.inf
    order = np.argsort(-closeness, kind="stable")
    order = order[np.isfinite(closeness[order])][:MISSED]
    unit = nearby.samples.network.total_weight / nearby.samples.choosing.n_sets
    rows = []
    for row in order.tolist():
        low, high = (None, None) if notes else _entry(case, problem, nearby, row, int(guess[row]))
        cost, enters, too_high = (_fee(case.roster, row, one) for one in (int(problem.costs[row]), low, high))
        rows.append(
            {
                "candidate": plain([case.roster.candidates[row]])[0],
                "cost": cost,
                "adds": unit * int(gains[row]),
                "enters_at": enters,
                "not_at": too_high,
                "overpriced": cost / enters - 1 if enters > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS), notes


def _fee(roster: Roster, row: int, spend: int | None) -> float:
    """Return the fee behind what counts against the budget, in whole minor units; NaN for none."""
    return np.nan if spend is None else float(roster.amount_of_fees(_fee_units(roster, row, spend)))


def _fee_units(roster: Roster, row: int, spend: int) -> int:
    """Return the largest fee that counts so much at most."""
    per_unit = int(roster.factor[row]) if roster.factor.size else 1
    return spend // max(per_unit, 1)


def _why_unpriced(case: Case[Any], problem: Problem) -> list[str]:
    """Say why no price decides who is chosen; nothing where one does."""
    if problem.limits.budget is None:
        return ["Without a budget no price decides who is chosen; those who add most are named."]
    if not problem.offers.plain or case.roster.offer.size:
        return ["Entry prices are not sought where people are bought together or have several offers."]
    return []


def _guessed(problem: Problem, nearby: Nearby) -> np.ndarray:
    """Return the price at which each candidate is worth it by the bound, or by an exchange with one seed.

    By the bound that is where what it takes of the limits, at their prices, is what it is credited with.
    """
    by_exchange = nearby.exchange_prices()
    sample = nearby.samples.choosing
    cover = Cover(nearby.seeds, sample.count(nearby.seeds), sample.n_sets)
    proof = lagrangian_bound(sample, problem.program, cover, 0, patient=False)
    costs, tags = problem.costs.astype(np.float64), np.asarray(proof.tags, dtype=np.float64)
    if not problem.program.is_plain or np.unique(costs).size < 2:
        return by_exchange
    price, head = np.polyfit(costs, tags, 1)
    if price <= 0:
        return by_exchange
    by_bound = (np.asarray(proof.credit, dtype=np.float64) - head) / price
    found: np.ndarray = np.maximum(by_exchange, np.minimum(by_bound, costs).astype(np.int64))
    return found


def _entry(
    case: Case[Any], problem: Problem, nearby: Nearby, row: int, guess: int
) -> tuple[int | None, int | None]:
    """Return the highest price found at which somebody is chosen, and the lowest that is too high."""
    low, high = 0, int(problem.costs[row])
    tries = [int(guess * (1 + _NEAR)), int(guess * (1 - _NEAR))]
    for step in range(_STEPS):
        price = tries[step] if step < len(tries) else (high + low) // 2
        if step == len(tries) and low:
            price = int(low * _FURTHER)
        if not low < price < high:
            continue
        if _is_chosen(case, problem, nearby, row, price):
            low = price
        else:
            high = price
        if low and high - low <= max(1, 2 * _NEAR * low):
            break
    return low or None, high


def _is_chosen(case: Case[Any], problem: Problem, nearby: Nearby, row: int, price: int) -> bool:
    """Tell whether planning again at another price chooses somebody."""
    if not has_rules(problem):
        changed = repriced(problem, np.array([row]), price)
        return bool(row in nearby.improved(changed, nearby.seeds))
    fee = case.roster.amount_of_fees(_fee_units(case.roster, row, price))
    label = plain([case.roster.candidates[row]])[0]
    try:
        with changed_case(case, Change(cost={label: fee})).work() as changed:
            settled = nearby.samples.problem(changed).within(problem.limits)
            return bool(row in settled.seeded(best_on(settled, nearby.samples, nearby.seeds).order))
    except InfeasibleError:
        # A rule asks for more money than is left to spend then.
        return False
