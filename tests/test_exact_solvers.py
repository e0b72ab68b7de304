"""The comparison of exact solvers is fair, and docs/exact.md shows what it measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.selection import exact_solvers
from benchmarks.selection.rivals import RIVALS, Task, ask
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.exact.solve import solve

PAGE = Path(__file__).resolve().parents[1] / "docs" / "exact.md"


@pytest.mark.parametrize("name", ["instances", "answers"])
def test_tables_are_those_of_the_committed_results(name: str) -> None:
    """Each table of docs/exact.md is exactly what the committed CSV gives."""
    text = PAGE.read_text(encoding="utf-8")

    assert f"<!-- {name} -->\n{exact_solvers.tables()[name]}\n<!-- end -->" in text


@pytest.mark.parametrize("name", ["CP-SAT, 1 worker", "SCIP", "HiGHS"])
def test_rivals_solve_the_same_problem(name: str) -> None:
    """On a small sample a rival proves the optimum that the exact method proves."""
    random = np.random.default_rng(5)
    sets = [np.flatnonzero(random.random(12) < 0.2) for _ in range(200)]
    indptr = np.concatenate([[0], np.cumsum([row.size for row in sets])])
    members, costs = np.concatenate(sets).astype(np.int32), random.integers(1, 9, 12)
    found = solve(indptr, members, costs, budget=12)
    sample = reduce_sets(indptr, members, 12)

    answer = ask(Task(RIVALS[name], sample, costs, 12, np.zeros(0, dtype=np.int64)), 30.0)

    assert found.optimal
    assert answer.status == "optimal"
    assert sample.covered(answer.chosen) == found.covered
    assert costs[answer.chosen].sum() <= 12
