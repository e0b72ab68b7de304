"""The cheapest choice that reaches a target, doubling the samples until its cost is proven near the least.

A choice made on one sample counts once the other sample proves that it reaches the target: with
probability `confidence` over all tries of all looks (each wrong with probability at most its share of
1 − `confidence`, Clopper and Pearson). What is tried at a look is fixed by the choosing sample: a choice for
each of `TRIES` numbers of sets. The judging sample only tells which of these are worth a try.

The least cost: the cheapest plan P that reaches the target is fixed before sampling, so with probability
1 − α its reach is at most W·U(Λ₁(P), θ), hence Λ₁(P) is at least the least count n with W·U(n, θ) ≥ target;
and what covering n sets of the sample costs at least is bounded by prices (`paying.least_cost`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.plan import estimate
from seeding.plan.plan import Stopped
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.cost.bounds import MOST_STEPS, least_cost, price_sets
from seeding.selection.cost.cheap_cover import cover_cheaply
from seeding.selection.cost.cheap_cover_under_rules import cover_within_rules
from seeding.selection.doubling import Pair
from seeding.selection.error_budget import BEST_PLAN, CHEAPEST_PLAN, LEAST_COST, TARGET, TRY
from seeding.selection.offers_on_sample import offered
from seeding.selection.problem import Problem
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import greedy_on

_REPRICE = 3
# What is tried asks for more than the proof needs by these multiples of how much a choice looks too good.
_MARGINS = (0.0, 1.0, 1.5, 3.0)
# That is foreseen as so many standard deviations at the first look; from then on, as so many times what the
# first choice of the last look lacked on the sets that are new in the choosing sample.
_FIRST_OPTIMISM, _GROWTH = 4.0, 1.2
# More is asked for than a choice lacked, as a part of it is lost again.
_ASK_FOR_MORE = 1.2
_MOST_AFTER = 8
# Where the target lies within this part of the most that can be reached, samples cannot tell.
_INDISTINCT = 5e-3


@dataclass(frozen=True, eq=False)
class Cheapest:
    """The cheapest choice found, and what was proven; money in minor units.

    Attributes
    ----------
    order
        Chosen offers (indices), in order of choice; None where no choice was proven to reach the target.
    stopped
        Why the search ended.
    lower
        The expected reach of the choice is at least this, with the confidence asked for.
    cost_lower
        Every choice that reaches the target costs at least this.
    most
        No choice within the limits reaches more than this.
    samples
        RR sets behind all of it.
    """

    order: np.ndarray | None
    stopped: Stopped
    lower: float
    cost_lower: int
    most: float
    samples: int


def cheapest(problem: Problem, target: float, confidence: float) -> Cheapest:
    """Choose the cheapest seeds that are proven to reach `target` with probability `confidence`."""
    with problem.phase("sample, choose the cheapest, certify") as words:
        run = _Run(problem, target, confidence)
        stopped: Stopped | None = None
        while stopped is None:
            run.look()
            problem.progress.update(
                "certifying the target", run.pair.looks, TARGET.looks, f"{run.pair.size:,} sets"
            )
            stopped = run.why_stop() or run.pair.grow()
        if stopped in ("memory_limit", "sample_cap") and not run.priced:
            run.bound_cost()
        words.append(f"2 × {run.pair.size:,} RR sets")
    return run.result(stopped)


class _Run:
    """What is known so far; every look may make it better."""

    def __init__(self, problem: Problem, target: float, confidence: float) -> None:
        self._problem, self._target = problem, target
        self._try_alpha = TARGET.alpha(TRY, 1 - confidence)
        self._alpha = LEAST_COST.alpha(CHEAPEST_PLAN, problem.delta)
        self._weight = problem.network.total_weight
        self.pair = Pair(problem)
        self._sample, self._costs = self.pair.choosing, problem.program.costs
        self._marks: np.ndarray | None = None
        self._cost: int | None = None
        self._lower, self._cost_lower, self._most = 0.0, 0, self._weight
        self._precise_at = 0
        # The first choice tried at the last look, how many sets it covered, and of how many.
        self._first: tuple[np.ndarray, int, int] | None = None
        # What the candidates themselves weigh, together: beyond it nothing is certain without a sample.
        self._most_own = problem.own_weight(np.arange(problem.nodes.size))
        self.priced = False

    def look(self) -> None:
        """Try to find a cheaper choice, and to prove more, on the samples as they are."""
        size = self.pair.size
        self._sample = offered(self.pair.choosing, self._problem.offers)
        self._needed = _least_count(
            size, lambda n: self._weight * estimate.binomial_lower(n, size, self._try_alpha) >= self._target
        )
        self._implied = _least_count(
            size, lambda n: self._weight * estimate.binomial_upper(n, size, self._alpha) >= self._target
        )
        self._bound_reach()
        self._try()
        precise = self._needed <= (1 + self._problem.gap) * self._implied
        self._precise_at = self._precise_at or size * precise
        self.priced = False
        heads = least_by_heads(self._sample, self._costs, self._problem.limits, self._implied)
        self._cost_lower = max(self._cost_lower, heads)
        if precise and self._cost is not None:
            self.bound_cost()

    def _cover(self, needed: int) -> np.ndarray | None:
        """Find a cheap allowed choice of offers that covers so many sets; None where none was found."""
        problem = self._problem
        if problem.program.is_plain:
            left = problem.clock.time_left
            return cover_cheaply(self._sample, self._costs, problem.limits, needed, left)
        return cover_within_rules(problem, self._sample, needed)

    def _try(self) -> None:
        """Choose on one sample and judge by the other, asking for more where the first is too hopeful."""
        judging, problem = self.pair.judging, self._problem
        if self._target <= self._most_own:
            self._take_if_certain()
        asked, at = self._asked(), 0
        self._first = None
        while True:
            marks = self._cover(asked[at])
            if marks is None:
                return
            if at == 0:
                self._first = marks, self._sample.count(np.flatnonzero(marks)), self.pair.size
            chosen = problem.seeded(np.flatnonzero(marks))
            fresh = judging.count(chosen)
            lower = self._weight * estimate.binomial_lower(fresh, judging.n_sets, self._try_alpha)
            lower = max(lower, problem.own_weight(chosen))
            cost = int(self._costs[marks].sum())
            if lower >= self._target:
                if self._cost is None or cost < self._cost:
                    self._marks, self._cost, self._lower = marks, cost, lower
                return
            if at == len(asked) - 1 or problem.clock.expired():
                return
            aim = asked[at] + _ASK_FOR_MORE * (self._needed - fresh)
            at = next((i for i in range(at + 1, len(asked)) if asked[i] >= aim), len(asked) - 1)

    def _asked(self) -> list[int]:
        """List how many sets the choices of this look may be asked to cover, rising, `TRIES` at most.

        The judging sample has no part in it. How much too good a choice looks is told by the one that was
        made when the choosing sample was smaller: the sets drawn since then are new to it.
        """
        total = int((np.diff(self._sample.set_indptr) > 0).sum())
        share = min(self._needed / self.pair.size, 1.0)
        noise = float(np.sqrt(self._needed * (1 - share)))
        unit = _FIRST_OPTIMISM * noise
        if self._first is not None:
            marks, old, size = self._first
            new = (self._sample.count(np.flatnonzero(marks)) - old) * size / (self.pair.size - size)
            unit = max(noise, _GROWTH * (old - new))
        return sorted({min(total, self._needed + int(np.ceil(margin * unit))) for margin in _MARGINS})

    def _take_if_certain(self) -> None:
        """Take the cheapest choice that the sample allows where its own people alone are the target."""
        problem = self._problem
        marks = self._cover(min(self._implied, self._sample.n_sets))
        if marks is None:
            return
        own = problem.own_weight(problem.seeded(np.flatnonzero(marks)))
        cost = int(self._costs[marks].sum())
        if own >= self._target and (self._cost is None or cost < self._cost):
            self._marks, self._cost, self._lower = marks, cost, own

    def _bound_reach(self) -> None:
        """Bound what any choice within the limits reaches, as long as none reached the target."""
        if self._cost is not None:
            return
        problem, sample = self._problem, self._sample
        most = int((np.diff(sample.set_indptr) > 0).sum())
        if problem.limits.budget is not None or problem.limits.k is not None or not problem.program.is_plain:
            greedy = greedy_on(problem, sample)
            most = min(most, greedy.bound)
            if greedy.covered < self._implied <= most:
                proof = lagrangian_bound(
                    sample, problem.program, greedy, self._implied - 1, time_left=problem.clock.time_left
                )
                most = min(most, proof.bound)
        alpha = LEAST_COST.alpha(BEST_PLAN, problem.delta)
        reach = self._weight * estimate.binomial_upper(most, sample.n_sets, alpha)
        self._most = min(self._most, reach)

    def bound_cost(self) -> None:
        """Prove what reaching the target costs at least; rules can only make it dearer, and are left out."""
        problem, sample = self._problem, self._sample
        costs, limits = self._costs, problem.limits
        self.priced = True
        marks = self._marks
        if marks is None:
            marks = self._cover(self._implied)
        if marks is None:
            return
        covered = max(sample.count(np.flatnonzero(marks)), 1)
        rate = float(costs[marks].sum()) / covered
        bound = price_sets(sample, costs, limits, 1 / covered if rate == 0 else rate, marks, 0)
        for _ in range(_REPRICE):
            value, marginal = least_cost(bound, costs, limits, self._implied)
            if np.isfinite(value):
                self._cost_lower = max(self._cost_lower, int(np.ceil(value - 1e-6)))
            enough = self._cost is not None and self._cost - self._cost_lower <= problem.gap * self._cost
            if enough or not 0 < marginal < np.inf or problem.clock.expired():
                return
            bound = price_sets(sample, costs, limits, marginal, marks, MOST_STEPS, problem.clock.time_left)
        value, _ = least_cost(bound, costs, limits, self._implied)
        if np.isfinite(value):
            self._cost_lower = max(self._cost_lower, int(np.ceil(value - 1e-6)))

    def why_stop(self) -> Stopped | None:
        """Say whether the question is answered, or can hardly be answered better."""
        size = self.pair.size
        if self._cost is not None:
            if self._cost - self._cost_lower <= self._problem.gap * self._cost:
                return "proven"
            return "settled" if self._precise_at and size >= _MOST_AFTER * self._precise_at else None
        if self._most < self._target:
            return "complete"
        if self._needed <= (1 + _INDISTINCT) * self._implied:
            return "settled"
        return None

    def result(self, stopped: Stopped) -> Cheapest:
        """Put together what is known."""
        order = None
        if self._marks is not None:
            order = rank_by_gain(self._problem, self._sample, np.flatnonzero(self._marks))
        cost_lower = self._cost_lower if self._cost is None else min(self._cost_lower, self._cost)
        return Cheapest(order, stopped, self._lower, cost_lower, self._most, self.pair.samples)


def least_by_heads(sample: Coverage, costs: np.ndarray, limits: Limits, needed: int) -> int:
    """Bound the cost of covering `needed` sets by how many candidates that takes at least, the cheapest ones.

    A choice covers at most the sum of what its members cover alone. Where few seeds suffice this says more
    than the price bound, in which half a seed costs half.
    """
    able = costs <= limits.money
    alone = np.sort(sample.alone[able])[::-1]
    heads = int(np.searchsorted(np.cumsum(alone), needed)) + 1
    return int(np.sort(costs[able])[:heads].sum())


def _least_count(size: int, enough: Callable[[int], bool]) -> int:
    """Return the least count from 0 to `size` that is enough (it is monotone); size + 1 if none is."""
    low, high = 0, size + 1
    while low < high:
        middle = (low + high) // 2
        if middle > size or enough(middle):
            high = middle
        else:
            low = middle + 1
    return low
