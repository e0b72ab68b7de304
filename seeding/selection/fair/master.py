"""The integer programme over offers that bounds the coverage of every audience, solved by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seeding.rules.cp_sat import Verdict, maximize
from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.selection.bounds.relaxation import SCALE


@dataclass(frozen=True, eq=False)
class Targets:
    """What a choice is to cover, sample by sample.

    Attributes
    ----------
    floors
        How much of each sample must be covered at least; int64.
    counted
        The samples of which the least covered one counts: its coverage is what is maximised.
    """

    floors: np.ndarray
    counted: np.ndarray

    @property
    def watched(self) -> list[int]:
        """The samples that matter."""
        return np.flatnonzero(self.counted | (self.floors > 0)).tolist()

    def met(self, counts: np.ndarray) -> bool:
        """Tell whether all floors are reached."""
        return bool((counts >= self.floors).all())

    def value(self, counts: np.ndarray) -> int:
        """Return what is maximised."""
        return int(counts[self.counted].min())


@dataclass(frozen=True, eq=False)
class FairAnswer:
    """What one run of the solver said, and what it believes each choice to cover of each sample.

    Attributes
    ----------
    verdict
        ``"solved"`` to optimality, stopped at a ``"limit"``, or it is ``"impossible"`` to do better.
    bound
        No choice within the cuts does better; None if the solver does not say.
    choices
        Every choice it met, marked, with the η of each sample.
    work
        Deterministic time spent.
    """

    verdict: Verdict
    bound: int | None
    choices: list[tuple[np.ndarray, np.ndarray]]
    work: float


class FairMaster:
    """Maximise t ≤ η_g over the counted samples g, with η_g at least its floor, where cuts bound each η_g.

    One worker, a fixed seed and deterministic limits, as `master.Master`.
    """

    def __init__(self, program: Program, targets: Targets, tops: Sequence[int]) -> None:
        from ortools.sat.python import cp_model

        self._model = cp_model.CpModel()
        self._choice = [self._model.new_bool_var("") for _ in range(program.n_offers)]
        self._eta = [self._model.new_int_var(0, max(top, 0), "") for top in tops]
        self._add_program(program)
        self._value = self._model.new_int_var(0, max(0, max(tops)), "")
        for g in targets.watched:
            self._model.add(self._eta[g] >= int(targets.floors[g]))
            if targets.counted[g]:
                self._model.add(self._value <= self._eta[g])
        self._model.maximize(self._value)

    def _add_program(self, program: Program) -> None:
        limits, n = program.limits, program.n_offers
        money = self._weighted(program.costs)
        if limits.budget is not None:
            self._model.add(money <= limits.budget)
        if limits.k is not None:
            self._model.add(self._weighted(program.heads) <= limits.k)
        for row in range(program.n_rows):
            entries = slice(program.indptr[row], program.indptr[row + 1])
            # Column n stands for the money spent.
            factors = np.zeros(n + 1, dtype=np.int64)
            np.add.at(factors, program.columns[entries], program.factors[entries])
            low, high = int(program.low[row]), int(program.high[row])
            total = self._weighted(factors[:n] + factors[n] * program.costs)
            if low > -UNLIMITED:
                self._model.add(total >= low)
            if high < UNLIMITED:
                self._model.add(total <= high)
        if program.share is not None:
            spent = self._model.new_int_var(0, int(program.costs.sum()), "")
            self._model.add(spent == money)
            part, whole = program.share
            for x, price in zip(self._choice, program.share_of.tolist(), strict=True):
                self._model.add(price * whole * x <= part * spent)

    def add_cut(self, g: int, rest: int, scores: np.ndarray) -> None:
        """Demand SCALE·η_g ≤ rest + Σ_v scores_v·x_v."""
        self._model.add(SCALE * self._eta[g] - self._weighted(scores) <= rest)

    def leave_out(self, offers: np.ndarray) -> None:
        """Take the marked offers out for good."""
        for v in np.flatnonzero(offers).tolist():
            self._model.add(self._choice[v] == 0)

    def solve(self, above: int, work: float, seconds: float | None) -> FairAnswer:
        """Look for the best choice with a value above `above`, within `work` and, if given, `seconds`.

        Raises
        ------
        SolverError
            If the solver refuses the model, or does not stop when told to.
        """
        self._model.add(self._value >= above + 1)
        collector = _collector(self._choice, self._eta)
        outcome = maximize(self._model, collector, work, seconds)
        return FairAnswer(outcome.verdict, outcome.bound, collector.choices, outcome.work)

    def _weighted(self, numbers: np.ndarray) -> Any:
        from ortools.sat.python import cp_model

        used = np.flatnonzero(numbers).tolist()
        return cp_model.LinearExpr.weighted_sum([self._choice[v] for v in used], numbers[used].tolist())


def _collector(choice: list[Any], eta: list[Any]) -> Any:
    """Make the callback that keeps every choice the solver meets, and what it believes they cover."""
    from ortools.sat.python import cp_model

    class Collector(cp_model.CpSolverSolutionCallback):
        """Keeps every choice."""

        def __init__(self) -> None:
            super().__init__()
            self.choices: list[tuple[np.ndarray, np.ndarray]] = []

        def on_solution_callback(self) -> None:
            """Keep one."""
            marks = np.array([bool(self.value(x)) for x in choice], dtype=np.bool_)
            self.choices.append((marks, np.array([self.value(e) for e in eta], dtype=np.int64)))

    return Collector()
