"""The CP-SAT solver: settings, limits of time, outcome, and errors."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["solved", "limit", "impossible"]

# Seconds a solver gets to notice its time limit, and then to obey the order to stop.
NOTICE, OBEY = 1.0, 5.0


class SolverError(Exception):
    """The solver gave no answer that can be used; the message says what it did."""


@dataclass(frozen=True)
class Outcome:
    """How one run of the solver to maximise ended.

    Attributes
    ----------
    verdict
        ``"solved"`` to optimality, stopped at a ``"limit"``, or the model is ``"impossible"``.
    bound
        No choice of the model has a larger objective; None if the solver does not say.
    work
        Deterministic time spent, in CP-SAT's units.
    """

    verdict: Verdict
    bound: int | None
    work: float


def new_solver(work: float, seconds: float | None) -> Any:
    """Make a solver with one worker, a fixed seed and limits: the same model gives the same answer."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.num_workers, settings.random_seed, settings.linearization_level = 1, 1, 2
    settings.max_deterministic_time = work
    # Its own handler would swallow Ctrl-C; `run_solver` stops it instead.
    settings.catch_sigint_signal = False
    if seconds is not None:
        settings.max_time_in_seconds = seconds
    return solver


def maximize(model: Any, collector: Any, work: float, seconds: float | None) -> Outcome:
    """Solve a model that has an objective to maximise, within `work` and, if given, `seconds`.

    Raises
    ------
    SolverError
        If the solver refuses the model, or does not stop when told to.
    """
    from ortools.sat.python import cp_model

    solver = new_solver(work, seconds)
    status = run_solver(solver, model, collector, seconds)
    spent = float(solver.response_proto.deterministic_time)
    if status == cp_model.INFEASIBLE:
        return Outcome("impossible", None, spent)
    if status == cp_model.UNKNOWN:
        # Its best bound is 0 then, which proves nothing.
        return Outcome("limit", None, spent)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise SolverError(f"CP-SAT refused the model ({solver.status_name(status)})")
    verdict: Verdict = "solved" if status == cp_model.OPTIMAL else "limit"
    return Outcome(verdict, round(solver.best_objective_bound), spent)


def run_solver(solver: Any, model: Any, collector: Any, seconds: float | None) -> Any:
    """Solve in a thread of its own, so that Ctrl-C and an overrun time limit can stop it from outside."""
    outcome: list[Any] = []

    def work() -> None:
        try:
            outcome.append(solver.solve(model, collector))
        except Exception as error:  # handed over to the waiting thread, which raises it
            outcome.append(error)

    thread = threading.Thread(target=work, name="seeding-cp-sat", daemon=True)
    thread.start()
    try:
        thread.join(None if seconds is None else seconds + NOTICE)
    except BaseException:
        solver.stop_search()
        thread.join(OBEY)
        raise
    if thread.is_alive():
        solver.stop_search()
        thread.join(OBEY)
    if not outcome:
        raise SolverError("CP-SAT did not stop when told to")
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]
