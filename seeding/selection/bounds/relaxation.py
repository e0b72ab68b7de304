"""What a choice may use: limits and rules, their relaxation, and its exact dual bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program

# Worths and prices are integers, in this part of a set: what is proven with them is proven without rounding.
SCALE = 16
_BISECTIONS = 24
# What a row of the rules is worth is rounded to this part of a set before it proves anything.
_FINE = 1 << 40
# Nothing is free for greedy under rules: each offer takes at least this part of what the dearest one takes.
_LEAST_TAG = 1e-6


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best fractional choice for some worths: its value, and the part of each candidate."""

    value: float
    parts: np.ndarray


class Allowance(Protocol):
    """What the search for prices and the integer programme need to know of limits and rules."""

    @property
    def n(self) -> int:
        """Number of candidates or offers."""

    def relax(self, scores: np.ndarray) -> Relaxed:
        """Maximise Σ scores·x over fractional choices within the limits and rules."""

    def dual(self, rest: int, scores: np.ndarray) -> tuple[int, int, list[int]]:
        """Bound rest + Σ scores·x over all allowed x in integers of any size.

        Returns
        -------
        The bound in parts of a set, how many parts a set has, and each one's reduced worth in these parts.
        """

    def tags(self, scores: np.ndarray) -> np.ndarray:
        """Return what each one takes of limits and rules, by what these are worth in the relaxation."""

    def allows(self, chosen: np.ndarray) -> bool:
        """Tell whether a marked choice is allowed; exact."""

    def cannot_hold(self, chosen: np.ndarray) -> bool:
        """Tell whether no allowed choice holds all of the marked ones."""

    def after(self, bought: np.ndarray, free: np.ndarray) -> Allowance:
        """Return what is left, for the candidates `free` (indices), once the marked ones are `bought`."""

    def useful(self, worth: np.ndarray) -> np.ndarray:
        """Return the indices of those that a best choice may need, where each alone is worth `worth`."""

    @property
    def rows(self) -> list[Row]:
        """Limits and rules as rows on the free ones; money first, then heads."""

    @property
    def share(self) -> Share | None:
        """The rule on the largest part of the money, if there is one."""


class Row(NamedTuple):
    """A demand: low ≤ Σ factors·x ≤ high; ∓UNLIMITED where there is no such end."""

    factors: np.ndarray
    low: int
    high: int


class Share(NamedTuple):
    """A demand: whole·price ≤ part·(spent + Σ costs·x) for each price chosen or bought."""

    part: int
    whole: int
    prices: np.ndarray
    costs: np.ndarray
    spent: int
    dearest: int


@dataclass(frozen=True, eq=False)
class Purse:
    """Limits only: the sum of `costs` at most `budget`, and at most `k` candidates; integers."""

    costs: np.ndarray
    budget: int
    k: int

    @classmethod
    def of(cls, costs: np.ndarray, budget: int | None, k: int | None) -> Purse:
        """Express one or both limits; a head count alone is a budget at which everybody costs 1."""
        n = costs.size
        if budget is None:
            return cls(np.ones(n, np.int64), n if k is None else min(k, n), n)
        return cls(costs, budget, n if k is None else min(k, n))

    @property
    def n(self) -> int:
        """Number of candidates."""
        return self.costs.size

    def allows(self, chosen: np.ndarray) -> bool:
        """Tell whether a marked choice stays within both limits; exact for any size of number."""
        return sum(self.costs[chosen].tolist()) <= self.budget and int(chosen.sum()) <= self.k

    def cannot_hold(self, chosen: np.ndarray) -> bool:
        """Tell whether the marked ones break a limit."""
        return not self.allows(chosen)

    def after(self, bought: np.ndarray, free: np.ndarray) -> Purse:
        """Return what is left, for the candidates `free`, once the marked ones are `bought`."""
        left = self.budget - sum(self.costs[bought].tolist())
        return Purse(self.costs[free], left, self.k - int(bought.sum()))

    def useful(self, worth: np.ndarray) -> np.ndarray:
        """Whoever costs more than the budget, or is worth nothing, is in no best choice that we need."""
        found: np.ndarray = np.flatnonzero((self.costs <= self.budget) & (worth > 0))
        return found

    @property
    def rows(self) -> list[Row]:
        """Both limits as rows."""
        heads = np.ones(self.n, dtype=np.int64)
        return [Row(self.costs, -UNLIMITED, self.budget), Row(heads, -UNLIMITED, self.k)]

    @property
    def share(self) -> None:
        """There is no rule."""
        return

    def relax(self, scores: np.ndarray) -> Relaxed:
        """Solve the fractional knapsack under both limits."""
        filled, _ = self.relax_priced(scores)
        return filled

    def dual(self, rest: int, scores: np.ndarray) -> tuple[int, int, list[int]]:
        """Bound by the worth of money λ and of a place μ; λ is taken as the exact fraction its float is."""
        _, (money, worth) = self.relax_priced(scores.astype(np.float64))
        up, down = money.as_integer_ratio()
        place = round(worth)
        reduced = [
            (score - place) * down - up * cost
            for score, cost in zip(scores.tolist(), self.costs.tolist(), strict=True)
        ]
        total = (rest + place * self.k) * down + up * self.budget + sum(r for r in reduced if r > 0)
        return total, SCALE * down, reduced

    def tags(self, scores: np.ndarray) -> np.ndarray:
        """Return the worth of the money and of the place that each one takes."""
        _, (money, place) = self.relax_priced(scores.astype(np.float64))
        tags: np.ndarray = money * self.costs + place
        return tags

    def relax_priced(self, scores: np.ndarray) -> tuple[Relaxed, tuple[float, float]]:
        """Solve the knapsack, and say what money and a place are worth; for the place, bisect if it binds."""
        few, money = many, _ = self._fill(scores, 0.0)
        if few.parts.sum() <= self.k:
            return few, (money, 0.0)
        low, high = 0.0, float(scores.max())
        few, money = self._fill(scores, high)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            tried, worth = self._fill(scores, middle)
            if tried.parts.sum() <= self.k:
                high, few, money = middle, tried, worth
            else:
                low, many = middle, tried
        least, most = few.parts.sum(), many.parts.sum()
        share = (self.k - least) / (most - least)
        return Relaxed(few.value, (1 - share) * few.parts + share * many.parts), (money, high)

    def _fill(self, scores: np.ndarray, place: float) -> tuple[Relaxed, float]:
        """Fill the budget best worth per cost first, when each candidate also pays `place`."""
        worth = scores - place
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(worth > 0, worth / self.costs, 0.0)
        order = np.argsort(-ratio, kind="stable")
        order = order[: int(np.count_nonzero(worth > 0))]
        spent = np.cumsum(self.costs[order], dtype=np.float64)
        whole = int(np.searchsorted(spent, self.budget, side="right"))
        parts, money = np.zeros(scores.size), 0.0
        parts[order[:whole]] = 1.0
        if whole < order.size:
            left = self.budget - (float(spent[whole - 1]) if whole else 0.0)
            parts[order[whole]] = left / float(self.costs[order[whole]])
            money = float(ratio[order[whole]])
        return Relaxed(float((worth * parts).sum()) + place * self.k, parts), money


@dataclass(frozen=True, eq=False)
class RuledPurse:
    """Limits and rules, for some `free` offers of a programme once others are `bought` (indices)."""

    program: Program
    free: np.ndarray
    bought: np.ndarray

    @classmethod
    def of(cls, program: Program) -> RuledPurse:
        """Leave every offer free."""
        return cls(program, np.arange(program.n_offers), np.empty(0, dtype=np.int64))

    @property
    def n(self) -> int:
        """Number of free offers."""
        return self.free.size

    def allows(self, chosen: np.ndarray) -> bool:
        """Tell whether a marked choice, with what is bought, is allowed; exact."""
        return self.program.allows(np.concatenate([self.bought, self.free[chosen]]))

    def cannot_hold(self, chosen: np.ndarray) -> bool:
        """Tell whether the marked ones break a rule that every part of a choice must keep."""
        return self.program.is_closed and not self.allows(chosen)

    def after(self, bought: np.ndarray, free: np.ndarray) -> RuledPurse:
        """Return what is left, for the offers `free`, once the marked ones are `bought`."""
        return RuledPurse(self.program, self.free[free], np.concatenate([self.bought, self.free[bought]]))

    def useful(self, worth: np.ndarray) -> np.ndarray:
        """Under rules even somebody worth nothing may be needed."""
        closed = self.program.is_closed
        unwanted = self.program.forbidden[self.free] | (closed & (worth == 0))
        found: np.ndarray = np.flatnonzero(~unwanted)
        return found

    @cached_property
    def rows(self) -> list[Row]:
        """All rows on the free offers: money and heads first, then the rules."""
        program = self.program
        spent, heads = int(program.costs[self.bought].sum()), int(program.heads[self.bought].sum())
        money = program.limits.money if program.limits.budget is not None else UNLIMITED
        most = UNLIMITED if program.limits.k is None else program.limits.k - heads
        rows = [
            Row(program.costs[self.free], -UNLIMITED, UNLIMITED if money == UNLIMITED else money - spent),
            Row(program.heads[self.free], -UNLIMITED, most),
        ]
        done = program.activity(self.bought)
        for j in range(program.n_rows):
            place = slice(program.indptr[j], program.indptr[j + 1])
            whole = np.zeros(program.n_offers + 1, dtype=np.int64)
            whole[program.columns[place]] = program.factors[place]
            factors = whole[self.free] + whole[-1] * program.costs[self.free]
            low, high = int(program.low[j]), int(program.high[j])
            low = low if low <= -UNLIMITED else low - int(done[j])
            high = high if high >= UNLIMITED else high - int(done[j])
            rows.append(Row(factors, low, high))
        return rows

    @property
    def share(self) -> Share | None:
        """The rule on the largest part of the money, if there is one."""
        program = self.program
        if program.share is None:
            return None
        spent, prices = int(program.costs[self.bought].sum()), program.share_of
        dearest = int(prices[self.bought].max(initial=0))
        return Share(*program.share, prices[self.free], program.costs[self.free], spent, dearest)

    @cached_property
    def blocked(self) -> np.ndarray:
        """Mark free offers that no allowed choice holds, also because they take too large a part of all."""
        program = self.program
        marked: np.ndarray = program.forbidden[self.free]
        if program.share is not None:
            part, whole = program.share
            most = min(program.limits.money, int(program.costs.sum()))
            prices = program.share_of[self.free].tolist()
            marked = marked | np.array([price * whole > part * most for price in prices], dtype=np.bool_)
        return marked

    @cached_property
    def _linear(self) -> _Linear:
        return _Linear(self.rows, self.blocked)

    def relax(self, scores: np.ndarray) -> Relaxed:
        """Solve the linear relaxation of limits and rules."""
        return self._linear.solve(scores)[0]

    def tags(self, scores: np.ndarray) -> np.ndarray:
        """Return the worth of what each offer takes in all rows; at least a little of it."""
        _, worths = self._linear.solve(scores.astype(np.float64))
        tags = np.zeros(self.n)
        for row, worth in zip(self.rows, worths, strict=True):
            tags += worth * row.factors
        return np.maximum(tags, _LEAST_TAG * max(float(tags.max(initial=0.0)), 1.0))

    def dual(self, rest: int, scores: np.ndarray) -> tuple[int, int, list[int]]:
        """Bound by the worth of each row, as the linear programme says it, rounded and held to its sign."""
        _, worths = self._linear.solve(scores.astype(np.float64))
        reduced = [score * _FINE for score in scores.tolist()]
        total = rest * _FINE
        for (factors, low, high), worth in zip(self.rows, worths, strict=True):
            price = round(worth * _FINE)
            if price > 0 and high < UNLIMITED:
                total += price * high
            elif price < 0 and low > -UNLIMITED:
                total += price * low
            else:
                continue
            for v in np.flatnonzero(factors).tolist():
                reduced[v] -= price * int(factors[v])
        for v in np.flatnonzero(self.blocked).tolist():
            reduced[v] = min(reduced[v], 0)
        total += sum(r for r in reduced if r > 0)
        return total, SCALE * _FINE, reduced


class _Linear:
    """The linear relaxation, kept between solves so that each starts from the last answer."""

    def __init__(self, rows: list[Row], blocked: np.ndarray) -> None:
        from ortools.linear_solver import pywraplp

        self._solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        self._x = [self._solver.NumVar(0.0, 0.0 if out else 1.0, "") for out in blocked.tolist()]
        self._rows, self._scale = [], []
        infinity = self._solver.infinity()
        for factors, low, high in rows:
            # Rows in money and rows in heads are brought to one size, which the solver's tolerances suit.
            scale = float(max(1, int(np.abs(factors).max(initial=0))))
            least = -infinity if low <= -UNLIMITED else low / scale
            most = infinity if high >= UNLIMITED else high / scale
            row = self._solver.Constraint(least, most)
            for v in np.flatnonzero(factors).tolist():
                row.SetCoefficient(self._x[v], float(factors[v]) / scale)
            self._rows.append(row)
            self._scale.append(scale)
        self._solver.Objective().SetMaximization()

    def solve(self, scores: np.ndarray) -> tuple[Relaxed, list[float]]:
        """Maximise; returns the answer, and what one more unit in each row is worth.

        Where the solver fails, everybody is taken in whole and rows are worth nothing, which bounds as well.
        """
        from ortools.linear_solver import pywraplp

        objective = self._solver.Objective()
        for x, score in zip(self._x, scores.tolist(), strict=True):
            objective.SetCoefficient(x, float(score))
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            return Relaxed(float(scores.sum()), np.ones(len(self._x))), [0.0] * len(self._rows)
        parts = np.array([x.solution_value() for x in self._x])
        worths = [row.dual_value() / scale for row, scale in zip(self._rows, self._scale, strict=True)]
        return Relaxed(float(objective.Value()), np.clip(parts, 0.0, 1.0)), worths


def allowance(program: Program) -> Purse | RuledPurse:
    """Return the limits of a programme, with its rules if it has any."""
    if program.is_plain:
        return Purse.of(program.costs, program.limits.budget, program.limits.k)
    return RuledPurse.of(program)
