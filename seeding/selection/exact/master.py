"""The integer programme over candidates only, solved by OR-Tools CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seeding.rules.cp_sat import Verdict, maximize
from seeding.rules.limits import UNLIMITED
from seeding.selection.bounds.relaxation import SCALE, Allowance, Share


@dataclass(frozen=True, eq=False)
class Answer:
    """What one run of the solver said.

    Attributes
    ----------
    verdict
        ``"solved"`` to optimality, stopped at a ``"limit"``, or it is ``"impossible"`` to cover that much.
    bound
        No choice within the cuts covers more; None if the solver does not say.
    choices
        Every choice it met, marked, the best last.
    work
        Deterministic time spent, in CP-SAT's units.
    """

    verdict: Verdict
    bound: int | None
    choices: list[np.ndarray]
    work: float


class Master:
    """Maximise η, where cuts bound what η may be for a choice x within the limits.

    One worker, a fixed seed and deterministic limits: the same cuts give the same answer on any machine with
    the same OR-Tools, however many threads it has.
    """

    def __init__(self, purse: Allowance, upper: int) -> None:
        from ortools.sat.python import cp_model

        self._model = cp_model.CpModel()
        self._choice = [self._model.new_bool_var("") for _ in range(purse.n)]
        self._eta = self._model.new_int_var(0, upper, "")
        for factors, low, high in purse.rows:
            if low > -UNLIMITED or high < UNLIMITED:
                self._model.add_linear_constraint(self._weighted(factors), low, high)
        if purse.share is not None:
            self._share(purse.share)
        self._model.maximize(self._eta)

    def _share(self, share: Share) -> None:
        """Demand that nobody takes more than their part of the money; that gets a variable of its own."""
        spent = self._model.new_int_var(share.spent, share.spent + int(share.costs.sum()), "")
        self._model.add(self._weighted(share.costs) - spent == -share.spent)
        self._model.add(share.part * spent >= share.whole * share.dearest)
        for x, price in zip(self._choice, share.prices.tolist(), strict=True):
            if price:
                self._model.add(share.whole * price * x <= share.part * spent)

    def add_cut(self, rest: int, scores: np.ndarray) -> None:
        """Demand SCALE·η ≤ rest + Σ_v scores_v·x_v."""
        self._model.add(SCALE * self._eta - self._weighted(scores) <= rest)

    def decide(self, needless: np.ndarray, needed: np.ndarray) -> None:
        """Take the marked candidates out, or in, for good."""
        for v in np.flatnonzero(needless).tolist():
            self._model.add(self._choice[v] == 0)
        for v in np.flatnonzero(needed).tolist():
            self._model.add(self._choice[v] == 1)

    def solve(self, above: int, work: float, seconds: float | None) -> Answer:
        """Look for the best choice with η > `above`, within `work` and, if given, `seconds`.

        Raises
        ------
        SolverError
            If the solver refuses the model, or does not stop when told to.
        """
        self._model.add(self._eta >= above + 1)
        collector = _collector(self._choice)
        outcome = maximize(self._model, collector, work, seconds)
        return Answer(outcome.verdict, outcome.bound, collector.choices, outcome.work)

    def _weighted(self, numbers: np.ndarray) -> Any:
        from ortools.sat.python import cp_model

        return cp_model.LinearExpr.weighted_sum(self._choice, numbers.tolist())


def _collector(choice: list[Any]) -> Any:
    """Make the callback that keeps every choice the solver meets."""
    from ortools.sat.python import cp_model

    class Collector(cp_model.CpSolverSolutionCallback):
        """Keeps every choice."""

        def __init__(self) -> None:
            super().__init__()
            self.choices: list[np.ndarray] = []

        def on_solution_callback(self) -> None:
            """Keep one."""
            self.choices.append(np.array([bool(self.value(x)) for x in choice], dtype=np.bool_))

    return Collector()
