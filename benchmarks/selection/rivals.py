"""Give a coverage sample to CP-SAT, SCIP or HiGHS as the textbook model, through OR-Tools' ModelBuilder."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import NamedTuple

import numpy as np
import pandas as pd

from seeding.selection.coverage_reduction import Reduced

# How long a solver may overrun its limit before its process is ended.
GRACE = 5.0


class Rival(NamedTuple):
    """A solver behind OR-Tools' ModelBuilder, its parameters, and whether greedy's choice is its start."""

    solver: str
    parameters: str
    integer_sets: bool
    started: bool


_CP_SAT = "linearization_level:2 num_workers:"
RIVALS = {
    "CP-SAT, 1 worker": Rival("CP_SAT", f"{_CP_SAT}1", True, True),
    "CP-SAT, 8 workers": Rival("CP_SAT", f"{_CP_SAT}8 interleave_search:true", True, True),
    "SCIP": Rival("SCIP", "", False, True),
    "HiGHS": Rival("HIGHS", "", False, False),
    "HiGHS, started": Rival("HIGHS", "", False, True),
}


class Task(NamedTuple):
    """What a rival is given: the reduced sample, costs, the budget, and a choice to start from."""

    rival: Rival
    sample: Reduced
    costs: np.ndarray
    budget: int
    start: np.ndarray


class Answer(NamedTuple):
    """What a solver said: its choice (indices), its bound, its seconds and how it ended."""

    chosen: np.ndarray | None
    bound: float | None
    seconds: float
    status: str


def ask(task: Task, limit: float) -> Answer:
    """Give the model to a solver in a process of its own, and end that process if it overruns."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(sender, task, limit))
    child.start()
    sender.close()
    began = time.monotonic()
    try:
        receiver.recv()  # imports are done
        began = time.monotonic()
        if receiver.poll(limit + GRACE):
            return receiver.recv()
        status = f"ended by us {GRACE:.0f} s after its limit"
    except EOFError:
        child.join()
        status = f"crashed, exit status {child.exitcode}"
    finally:
        child.kill()
        child.join()
    return Answer(None, None, time.monotonic() - began, status)


def _work(sender: Connection, task: Task, limit: float) -> None:
    from ortools.linear_solver.python import model_builder

    # HiGHS prints its banner whatever it is told.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sender.send("ready")
    began = time.monotonic()
    model = textbook(task.sample, task.costs, task.budget, task.rival.integer_sets)
    if task.rival.started:
        for variable, value in enumerate(_complete(task.sample, task.start).tolist()):
            model.helper.add_hint(variable, value)
    solver = model_builder.Solver(task.rival.solver)
    solver.set_solver_specific_parameters(task.rival.parameters)
    solver.set_time_limit_in_seconds(max(0.1, limit - (time.monotonic() - began)))
    status = solver.solve(model).name.lower().replace("_", " ")
    bound, chosen = solver.best_objective_bound, None
    if pd.isna(bound):
        bound = None
    else:
        chosen = np.flatnonzero(solver.values(model.get_variables()[: task.costs.size]) > 0.5)
    sender.send(Answer(chosen, bound, time.monotonic() - began, status))


def textbook(sample: Reduced, costs: np.ndarray, budget: int, integer_sets: bool) -> object:
    """Build max Σ w_r·z_r + Σ w_c·x_c subject to z_r ≤ Σ_{c ∈ r} x_c and Σ cost_c·x_c ≤ budget, in bulk.

    Variables are the candidates x, then the sets z; the z may be left continuous, as the optimum is integral.
    """
    from ortools.linear_solver.python import model_builder
    from scipy import sparse

    n, sets = sample.n_candidates, sample.n_merged
    members = sparse.csr_array(
        (np.ones(sample.set_members.size), sample.set_members, sample.set_indptr), shape=(sets, n)
    )
    rows = sparse.block_array([[-members, sparse.eye_array(sets)], [costs[None, :].astype(float), None]])
    model = model_builder.Model()
    model.helper.fill_model_from_sparse_data(
        np.zeros(n + sets),
        np.ones(n + sets),
        np.concatenate([sample.singleton_weight, sample.weight]).astype(float),
        np.full(sets + 1, -np.inf),
        np.append(np.zeros(sets), float(budget)),
        sparse.csr_matrix(rows),
    )
    model.helper.set_maximize(True)
    for variable in range(n + sets if integer_sets else n):
        model.helper.set_var_integrality(variable, True)
    return model


def _complete(sample: Reduced, chosen: np.ndarray) -> np.ndarray:
    """Give every variable of the model its value under a choice."""
    marked = np.zeros(sample.n_candidates)
    marked[chosen] = 1
    covered = np.maximum.reduceat(marked[sample.set_members], sample.set_indptr[:-1])
    return np.concatenate([marked, covered])
