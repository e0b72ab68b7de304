"""The CP-SAT solver: settings, limits of time, and errors."""

from __future__ import annotations

import threading
from typing import Any

# Seconds a solver gets to notice its time limit, and then to obey the order to stop.
NOTICE, OBEY = 1.0, 5.0


class SolverError(Exception):
    """The solver gave no answer that can be used; the message says what it did."""


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
