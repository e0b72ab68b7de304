"""The profit objective: value · reach − cost, with as much money spent as pays.

Choice: on the sample, a covered set is worth value·W/θ. Greedy by what a candidate adds less its cost, greedy
by worth per cost, and the best plan for reach are each improved by adding, dropping and swapping.

Bound: the most profitable plan P is fixed before sampling, so with probability 1 − α its reach is at most
(W/θ)·g(Λ₁(P)) with g(x) = (√(x + a/2) + √(a/2))², a = ln 1/α (Tang, Tang, Xiao and Yuan, SIGMOD 2018, their
bound on the optimum). g is concave, so it lies below its tangent at any x₀, and

    profit(P) ≤ value·(W/θ)·(g(x₀) − g′(x₀)·x₀) + max_S [value·(W/θ)·g′(x₀)·Λ₁(S) − cost(S)].

The maximum is bounded by prices on the sets (`paying`). x₀ may be anything, so the best of several is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seeding._runtime.clock import Clock
from seeding.plan import estimate
from seeding.plan.plan import Stopped
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.cost.bounds import MOST_STEPS, Cut, most_earned, price_sets
from seeding.selection.cost.changing_choice import Working
from seeding.selection.doubling import Pair
from seeding.selection.error_budget import BEST_PLAN, CHOICE, PROFIT
from seeding.selection.problem import Problem
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import greedy_on

# Tangents are tried at these multiples of what the choice covers (or of `a`, for the empty plan).
_TANGENTS = (0.25, 0.5, 1.0, 2.0, 4.0, 16.0, 64.0)
_MOST_SWAPS = 400
_ROUNDS = 20
# Sampling ends at this many times the size at which it became precise enough for a perfect bound.
_MOST_AFTER = 8


@dataclass(frozen=True, eq=False)
class Earning:
    """The most profitable choice found, and what was proven; money in minor units.

    Attributes
    ----------
    order
        Chosen candidates (indices), in order of choice; nobody where nothing pays.
    stopped
        Why the search ended.
    lower, upper
        The expected profit of this choice is at least `lower`, of every choice at most `upper`.
    samples
        RR sets behind both bounds.
    """

    order: np.ndarray
    stopped: Stopped
    lower: float
    upper: float
    samples: int


def most_profitable(problem: Problem, value: float, costs: np.ndarray | None = None) -> Earning:
    """Choose for profit, doubling the samples until it is proven to be near the best possible.

    Near means within `gap` times the value of what the choice reaches (for an empty plan: of what the best
    single candidate reaches), so that as little is left to chance as for a plan for reach. Up to eight times
    the samples that takes are drawn where this is still a large part of the profit itself.

    Parameters
    ----------
    problem
        Whom one may choose, within which limits.
    value
        Minor units of money per unit of reach.
    costs
        What each candidate takes off the profit; what the limits hold for if None. Never more than that: so
        whatever is within the limits is also within them at these costs, which the bound uses.
    """
    costs = problem.costs if costs is None else costs
    if problem.network.total_weight == 0:
        return Earning(np.empty(0, dtype=np.int64), "proven", 0.0, 0.0, 0)
    with problem.phase("sample, choose for profit, certify") as words:
        pair, upper, precise_at, near_at = Pair(problem), np.inf, 0, 0
        stopped: Stopped | None = None
        while stopped is None:
            look = _Look(problem, value, costs, pair)
            precise_at = precise_at or pair.size * look.precise
            upper = min(upper, look.upper(MOST_STEPS if look.precise else 0))
            problem.progress.update("certifying the profit", pair.looks, PROFIT.looks, f"{pair.size:,} sets")
            near_at = near_at or pair.size * (upper - look.lower <= look.tolerance)
            if upper - look.lower <= problem.gap * upper or 0 < _MOST_AFTER * near_at <= pair.size:
                stopped = "proven"
            elif precise_at and not near_at and pair.size >= _MOST_AFTER * precise_at:
                stopped = "settled"
            else:
                stopped = pair.grow()
        if not look.precise and stopped in ("memory_limit", "sample_cap"):
            upper = min(upper, look.upper(MOST_STEPS))
        upper = max(float(upper), look.lower, 0.0)
        words.append(f"2 × {pair.size:,} RR sets")
        words.append(f"{look.order.size:,} seeds pay")
    return Earning(look.order, stopped, look.lower, upper, pair.samples)


class _Look:
    """One look at a pair of samples: the choice, what it earns at least, and what any choice can earn."""

    def __init__(self, problem: Problem, value: float, costs: np.ndarray, pair: Pair) -> None:
        self._problem, self._value, self._costs = problem, value, costs
        self._sample = sample = pair.choosing
        self._alpha = PROFIT.alpha(BEST_PLAN, problem.delta)
        weight = problem.network.total_weight
        self._per_set = value * weight / sample.n_sets
        limited = problem.limits.budget is not None or problem.limits.k is not None
        begin = greedy_on(problem, sample).order if limited else None
        holds = Holds(problem.costs, problem.creators)
        # The first look always takes place.
        left = problem.clock.time_left if pair.looks > 1 else Clock().time_left
        marks = choose(sample, costs, problem.limits, self._per_set, holds, begin, left)
        self._marks, chosen = marks, np.flatnonzero(marks)
        self.order = rank_by_gain(problem, sample, chosen)
        self._covered = sample.count(chosen) if chosen.size else 0
        self._cost = float(costs[chosen].sum())
        fresh = pair.judging.count(chosen) if chosen.size else 0
        reach = weight * estimate.binomial_lower(
            fresh, pair.judging.n_sets, PROFIT.alpha(CHOICE, problem.delta)
        )
        reach = max(reach, problem.own_weight(chosen))
        self.lower = value * reach - self._cost
        alone = int(sample.alone.max(initial=0))
        self.tolerance = problem.gap * max(value * reach, self._per_set * alone)

    @property
    def precise(self) -> bool:
        """Whether a perfect choice and a perfect bound on the sample would be enough."""
        level, _ = tangent(max(self._covered, 1.0), self._alpha)
        earned = self._per_set * (level + slope_at(max(self._covered, 1.0), self._alpha) * self._covered)
        return earned - self._cost - self.lower <= self.tolerance

    def upper(self, steps: int) -> float:
        """Bound the profit of every choice; certain but for the one event that the sample misleads."""
        problem, middle = self._problem, max(float(self._covered), np.log(1 / self._alpha))
        costs, limits = self._costs, problem.limits
        slope = self._per_set * slope_at(middle, self._alpha)
        left = problem.clock.time_left
        bound = price_sets(self._sample, costs, limits, slope, self._marks, steps, left)
        earned = min(self._at(bound, part * middle) for part in _TANGENTS)
        return min(earned, self._value * problem.network.total_weight)

    def _at(self, bound: Cut, x0: float) -> float:
        level, slope = tangent(x0, self._alpha)
        most = most_earned(bound, self._costs, self._problem.limits, self._per_set * slope)
        return self._per_set * level + most


def tangent(x0: float, alpha: float) -> tuple[float, float]:
    """Return the level at 0 and the slope of the tangent of g at x₀ > 0."""
    t = float(np.sqrt(np.log(1 / alpha) / 2))
    s = float(np.sqrt(x0 + t * t))
    slope = 1 + t / s
    return (s + t) ** 2 - slope * x0, slope


def slope_at(x0: float, alpha: float) -> float:
    """Return g′(x₀)."""
    return tangent(x0, alpha)[1]


class Holds(NamedTuple):
    """What the limits hold for besides the head count: the money of each candidate, and who is one person."""

    costs: np.ndarray
    person: np.ndarray


def choose(
    sample: Coverage,
    costs: np.ndarray,
    limits: Limits,
    per_set: float,
    holds: Holds | None = None,
    begin: np.ndarray | None = None,
    time_left: Callable[[], bool] = lambda: True,
) -> np.ndarray:
    """Choose candidates (returned as marks) with a large per_set · covered − cost within the limits.

    Of several offers to one person at most one is chosen. `begin` is the best choice for reach within limits,
    if there are any; it is improved as well. Once there is no `time_left`, choices stay as they are.
    """
    holds = Holds(costs, np.arange(costs.size)) if holds is None else holds
    search = _Search(sample, costs, limits, per_set, holds, time_left)
    starts = [search.grow(by_ratio=False), search.grow(by_ratio=True)]
    if begin is not None:
        starts.append(search.marks_of(begin))
    improved = [search.improve(start) for start in starts]
    nobody = np.zeros(costs.size, dtype=np.bool_)
    return max([(0.0, nobody), *improved], key=lambda found: found[0])[1]


class _Search:
    """Greedy and local search for profit on one sample; ties go to the lowest index."""

    def __init__(
        self,
        sample: Coverage,
        costs: np.ndarray,
        limits: Limits,
        per_set: float,
        holds: Holds,
        time_left: Callable[[], bool],
    ) -> None:
        self._work, self._time_left = Working(sample), time_left
        self._per_set, self._limits, self._holds = per_set, limits, holds
        # By submodularity, who does not pay alone never does.
        pays = (per_set * self._work.worth > costs) & (holds.costs <= limits.money)
        self._pool = np.flatnonzero(pays)
        self._pool_costs, self._costs = costs[self._pool].astype(np.float64), costs
        self._ladder = np.unique(holds.person).size < costs.size

    def marks_of(self, chosen: np.ndarray) -> np.ndarray:
        """Mark the given candidates."""
        marks = np.zeros(self._costs.size, dtype=np.bool_)
        marks[chosen] = True
        return marks

    def grow(self, by_ratio: bool) -> np.ndarray:
        """Add the best candidate, by profit or by worth per cost, for as long as one pays."""
        self._work.become(self.marks_of(np.empty(0, dtype=np.int64)))
        while self._time_left() and (best := self._best_addition(by_ratio)) is not None:
            self._work.toggle(best)
        return self._work.chosen.copy()

    def improve(self, start: np.ndarray) -> tuple[float, np.ndarray]:
        """Drop, add and swap until nothing helps; returns the profit and the marks."""
        self._work.become(start)
        swaps = 0
        for _ in range(_ROUNDS):
            before = self._profit()
            if not self._time_left():
                break
            self._drop_what_does_not_pay()
            while self._time_left() and (best := self._best_addition(False)) is not None:
                self._work.toggle(best)
            for member in self._work.members:
                if swaps < _MOST_SWAPS and not self._work.tired and self._time_left():
                    swaps += 1
                    self._swap(int(member))
            if self._profit() <= before:
                break
        return self._profit(), self._work.chosen.copy()

    def _profit(self) -> float:
        return self._per_set * self._work.covered - float(self._costs[self._work.chosen].sum())

    def _drop_what_does_not_pay(self) -> None:
        while True:
            members = self._work.members
            loss = self._costs[members] - self._per_set * self._work.worth[members]
            if members.size == 0 or loss.max() <= 0:
                return
            self._work.toggle(int(members[loss.argmax()]))

    def _swap(self, member: int) -> None:
        before = self._profit()
        self._work.toggle(member)
        added: list[int] = []
        while (best := self._best_addition(False)) is not None and len(added) < 3:
            self._work.toggle(best)
            added.append(best)
        if self._profit() <= before:
            for candidate in reversed(added):
                self._work.toggle(candidate)
            self._work.toggle(member)

    def _best_addition(self, by_ratio: bool) -> int | None:
        work, limits = self._work, self._limits
        full = limits.k is not None and int(work.chosen.sum()) >= limits.k
        if full or self._pool.size == 0:
            return None
        held, person = self._holds
        left = limits.money - int(held[work.chosen].sum())
        gain = self._per_set * work.worth[self._pool] - self._pool_costs
        open_ = ~work.chosen[self._pool] & (held[self._pool] <= left) & (gain > 0)
        if self._ladder:
            open_ &= ~np.isin(person[self._pool], person[work.chosen])
        if not open_.any():
            return None
        rank = gain / np.maximum(self._pool_costs, 1e-9) if by_ratio else gain
        return int(self._pool[np.where(open_, rank, -np.inf).argmax()])
