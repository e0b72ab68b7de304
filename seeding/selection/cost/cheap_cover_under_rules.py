"""Covering a number of sets for little money under rules: the least budget with which greedy covers enough.

Rules may demand spending, so a cheap choice cannot be made by leaving parts out of a dear one. Instead the
budget is halved in on: for each, greedy under the rules and local search choose as they do for reach. What a
choice holds beyond need is dropped where the rules let it go.
"""

from __future__ import annotations

import numpy as np

from seeding.errors import InfeasibleError
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection import local_search
from seeding.selection.cost.changing_choice import Working
from seeding.selection.greedy import Cover
from seeding.selection.problem import Problem
from seeding.selection.ris import greedy_on

# Budgets are told apart to this part of the least that suffices.
_FINE = 1 / 512
# Local search is worth its time where greedy covers this part of the need; it may touch so many entries.
_NEAR, _WORK = 0.95, 1 << 22


def cover_within_rules(problem: Problem, sample: Coverage, needed: int) -> np.ndarray | None:
    """Find a cheap allowed choice that covers at least `needed` sets.

    Parameters
    ----------
    problem
        Offers, rules and limits.
    sample
        The sample, whose candidates are the offers.
    needed
        Sets to cover at least.

    Returns
    -------
    The choice of offers as marks; None where none was found.
    """
    costs, limits = problem.program.costs, problem.program.limits
    top = min(limits.money, int(costs.sum()))
    best = _try(problem, sample, needed, top)
    if best is None:
        return None
    low, top = -1, int(costs[best].sum())
    while top - low > max(1, int(_FINE * top)) and problem.clock.time_left():
        middle = (low + top) // 2
        found = _try(problem, sample, needed, middle)
        if found is None:
            low = middle
        else:
            best, top = found, int(costs[found].sum())
    marks = np.zeros(costs.size, dtype=np.bool_)
    marks[best] = True
    return marks


def _try(problem: Problem, sample: Coverage, needed: int, budget: int) -> np.ndarray | None:
    """Choose within a budget; None if that covers too little, or nothing is allowed."""
    within = problem.within(Limits(budget, problem.limits.k))
    try:
        cover = greedy_on(within, sample)
    except InfeasibleError:
        return None
    if _NEAR * needed <= cover.covered < needed:
        cover = local_search.polish(sample, within.program, cover, _WORK, problem.clock.time_left).cover
    return _without_needless(within, sample, cover, needed) if cover.covered >= needed else None


def _without_needless(problem: Problem, sample: Coverage, cover: Cover, needed: int) -> np.ndarray:
    """Drop what is not needed, the dearest first, where the rest is allowed."""
    program, work = problem.program, Working(sample, cover.order)
    for offer in cover.order[np.argsort(-program.costs[cover.order], kind="stable")].tolist():
        if work.covered - work.worth[offer] < needed:
            continue
        work.toggle(offer)
        if not program.allows(work.members):
            work.toggle(offer)
    return work.members
