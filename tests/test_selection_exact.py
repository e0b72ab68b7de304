"""Tests of exact budgeted maximum coverage: against brute force, and when the solver fails."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest
from oracle import best_coverage, coverage

from seeding.errors import InputError
from seeding.rules import cp_sat
from seeding.selection.bounds.relaxation import SCALE, Purse
from seeding.selection.bounds.subgradient import cut_at, price
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.exact import master
from seeding.selection.exact import solve as exact
from seeding.selection.exact.solve import ExactResult, solve

Instance = tuple[list[list[int]], list[int], int | None, int | None]


@pytest.fixture(autouse=True)
def _without_branching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave everything to prices and CP-SAT, which branch and bound would keep from being needed here."""
    monkeypatch.setattr("seeding.selection.exact.solve.work_worth", lambda _: 0)


def compressed(sets: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Write sets as compressed rows."""
    indptr = np.concatenate([[0], np.cumsum([len(s) for s in sets])]).astype(np.int64)
    return indptr, np.array([v for s in sets for v in s], dtype=np.int32)


def run(instance: Instance, hint: list[int] | None = None, **options: Any) -> ExactResult:
    """Solve an instance."""
    sets, costs, budget, k = instance
    return solve(*compressed(sets), np.array(costs, dtype=np.int64), budget=budget, k=k,
                 hint=None if hint is None else np.array(hint), **options)  # fmt: skip


def random_instance(number: int) -> Instance:
    """Draw a small instance: duplicates, empty sets, free or unaffordable candidates, one limit or both."""
    generator = np.random.default_rng([7, number])
    n = int(generator.integers(1, 13))
    sizes = generator.integers(0, min(n, 5) + 1, size=generator.integers(0, 41))
    sets = [generator.choice(n, size, replace=False).tolist() for size in sizes]
    costs = generator.integers(0, 20, n) if number % 4 else np.full(n, 3)
    budget = int(generator.integers(0, max(int(costs.sum()), 1)))
    k = int(generator.integers(0, n + 2))
    limits = [(budget, None), (None, k), (budget, k)][number % 3]
    return sets, costs.tolist(), *limits


def hard_instance(seed: int = 0, n: int = 14, n_sets: int = 150) -> Instance:
    """Draw an instance that prices alone do not settle."""
    generator = np.random.default_rng(seed)
    sets = [generator.choice(n, generator.integers(1, 7), replace=False).tolist() for _ in range(n_sets)]
    costs = generator.integers(50, 150, n)
    return sets, costs.tolist(), int(costs.sum()) // 4, None


def check(instance: Instance, result: ExactResult) -> None:
    """Assert that a result keeps the limits, counts right and is consistent."""
    sets, costs, budget, k = instance
    chosen = result.chosen.tolist()
    assert result.chosen.dtype == np.int64
    assert chosen == sorted(set(chosen))
    assert budget is None or sum(costs[c] for c in chosen) <= budget
    assert k is None or len(chosen) <= k
    assert result.covered == coverage(sets, chosen)
    assert result.upper_bound >= result.covered
    assert result.optimal == (result.upper_bound == result.covered) == (result.status == "optimal")


@pytest.mark.parametrize("block", range(10))
def test_equals_brute_force(block: int) -> None:
    """On 400 random instances the coverage is the optimum by enumeration, and is proven to be."""
    for number in range(40 * block, 40 * block + 40):
        instance = random_instance(number)
        result = run(instance)

        check(instance, result)
        assert result.covered == best_coverage(*instance)[0], f"instance {number}"
        assert result.optimal


@pytest.mark.parametrize("block", range(4))
def test_cuts_alone_reach_the_optimum(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With prices that decide nobody and prove little, the rounds with CP-SAT still end at the optimum."""
    monkeypatch.setattr("seeding.selection.bounds.subgradient.MOST_STEPS", 1)
    for number in range(1000 + 25 * block, 1025 + 25 * block):
        instance = random_instance(number)
        result = run(instance)

        check(instance, result)
        assert result.covered == best_coverage(*instance)[0], f"instance {number}"
        assert result.optimal


@pytest.mark.parametrize("block", range(2))
def test_bounds_hold_when_nothing_is_solved(block: int) -> None:
    """Without any work for the solver the bound is still at least the optimum, and the hint is kept."""
    for number in range(2000 + 50 * block, 2050 + 50 * block):
        instance = random_instance(number)
        result = run(instance, work_limit=0.0)

        check(instance, result)
        assert result.upper_bound >= best_coverage(*instance)[0], f"instance {number}"


@pytest.mark.parametrize("number", range(60))
def test_prices_never_decide_against_every_optimum(number: int) -> None:
    """If the optimum beats the choice at hand, some best choice has all needed and no needless candidates."""
    instance = random_instance(3000 + number)
    sets, costs, budget, k = instance
    sample = reduce_sets(*compressed(sets), len(costs))
    purse = Purse.of(np.array(costs), budget, k)
    best, choice = best_coverage(*instance)
    marked = np.isin(np.arange(len(costs)), choice)
    priced = price(sample, purse, np.zeros(len(costs), np.bool_), int(best) - 1, lambda: True)

    assert priced.bound >= best
    assert not (priced.needless(int(best) - 1) & marked).any()
    assert not (priced.needed(int(best) - 1) & ~marked).any()


def test_cuts_are_valid_everywhere_and_tight_where_made() -> None:
    """Every cut is at least the coverage of each of 500 choices, and equal to it at its own."""
    sets, costs, *_ = hard_instance(n=12, n_sets=60)
    sample = reduce_sets(*compressed(sets), len(costs))
    generator = np.random.default_rng(5)
    prices = generator.integers(0, sample.weight * SCALE + 1)
    choices = generator.random((500, 12)) < generator.random((500, 1))
    for own in choices[:20]:
        rest, scores = cut_at(sample, own, prices)

        assert rest + scores[own].sum() == SCALE * sample.covered(np.flatnonzero(own))
        for other in choices:
            assert rest + scores[other].sum() >= SCALE * sample.covered(np.flatnonzero(other))


def test_solver_is_needed_and_proves_the_optimum() -> None:
    """An instance that prices leave open is solved by CP-SAT to what enumeration finds."""
    instance = hard_instance(n=12, n_sets=150)
    result = run(instance)

    assert "CP-SAT" in result.solver
    assert result.optimal
    assert result.covered == best_coverage(*instance)[0]


def test_same_input_same_answer() -> None:
    """Repeated runs give the same choice and bound, also when the work limit ends the search."""
    for instance, work in ((hard_instance(), 8.0), (hard_instance(n=40, n_sets=1500), 0.1)):
        results = [run(instance, work_limit=work) for _ in range(3)]

        assert len({(r.chosen.tobytes(), r.upper_bound, r.status) for r in results}) == 1


def test_order_inside_sets_does_not_matter() -> None:
    """Members in another order inside their sets give the same answer."""
    sets, *rest = hard_instance()
    result, mirrored = (run((each, *rest)) for each in (sets, [members[::-1] for members in sets]))

    assert result.chosen.tolist() == mirrored.chosen.tolist()


@pytest.mark.parametrize(
    ("instance", "covered", "chosen"),
    [
        (([], [3, 4], 5, None), 0, []),
        (([[], []], [3, 4], 5, None), 0, []),
        (([[0], [1]], [3, 4], 0, None), 0, []),
        (([[0], [1]], [0, 4], 0, None), 1, [0]),
        (([[0], [1]], [3, 4], None, 0), 0, []),
        (([[0], [1]], [9, 9], 8, None), 0, []),
        (([[0], [1], [0, 1]], [3, 4], 100, 5), 3, [0, 1]),
        (([[0, 1], [0, 1]], [3, 4], 3, None), 2, [0]),
        (([], [], 5, None), 0, []),
    ],
    ids=["no sets", "only empty sets", "budget 0", "budget 0 with a free candidate", "k 0",
         "nobody affordable", "everybody affordable", "duplicates", "no candidates"],
)  # fmt: skip
def test_corners(instance: Instance, covered: int, chosen: list[int]) -> None:
    """Corner cases have the answer one sees."""
    result = run(instance)

    assert (result.covered, result.chosen.tolist()) == (covered, chosen)
    assert result.optimal


def test_costs_beyond_any_float_are_exact() -> None:
    """A choice one unit over a budget of 10^17 is not taken, though floats cannot tell the difference."""
    big = 10**17
    sets = [[0], [0], [1], [2]]
    result = run((sets, [big // 2 + 1, big // 2, big // 2], big, None))

    assert result.covered == 2
    assert sum([big // 2 + 1, big // 2, big // 2][c] for c in result.chosen) <= big
    assert result.upper_bound >= result.covered


def test_hint_that_cannot_be_beaten_is_returned_as_given() -> None:
    """An optimal hint is kept member by member, also where it holds somebody who adds nothing."""
    result = run(([[0], [1], [0, 1]], [1, 1, 1], None, 2), hint=[1, 0])

    assert result.chosen.tolist() == [0, 1]
    assert result.optimal


@pytest.mark.parametrize(
    ("instance", "hint", "match"),
    [
        (([[0]], [1], None, None), None, "neither budget nor k"),
        (([[0]], [1], -1, None), None, "must be at least 0"),
        (([[0]], [-1], 1, None), None, "candidate 0 costs -1"),
        (([[0]], [2], 1, None), [0], "hint chooses 1 candidates and breaks budget=1"),
        (([[0], [1]], [2, 2], None, 1), [0, 1], "breaks budget=None or k=1"),
        (([[0]], [2], 5, None), [1], "outside 0 to 0"),
    ],
)
def test_bad_input(instance: Instance, hint: list[int] | None, match: str) -> None:
    """Limits, costs and hints that make no sense are named."""
    with pytest.raises(InputError, match=match):
        run(instance, hint=hint)


def test_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """Solving prints nothing, neither to stdout nor to stderr."""
    result = run(hard_instance())
    printed = capfd.readouterr()

    assert "CP-SAT" in result.solver
    assert (printed.out, printed.err) == ("", "")


def test_ortools_is_loaded_only_when_needed() -> None:
    """Importing the module, and an instance that prices settle, load no OR-Tools."""
    code = (
        "import sys, numpy as np; from seeding.selection.exact.solve import solve;"
        "solve(np.array([0, 1, 2]), np.array([0, 1]), np.array([1, 1]), k=1, hint=np.array([0]));"
        "assert not any(name.startswith('ortools') for name in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- failures, made to happen --------------------------------------------------------------------------


def settled_by_hint(result: ExactResult, instance: Instance, hint: list[int]) -> None:
    """Assert that the hint is returned with a bound that holds and is not called optimal."""
    check(instance, result)
    assert result.chosen.tolist() == hint
    assert not result.optimal
    assert result.upper_bound >= run(instance).covered


def test_no_ortools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without OR-Tools the hint and the bound by prices are returned, and the status says why."""
    instance = hard_instance()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "ortools.sat.python", None)
        result = run(instance, hint=[0, 1])

    settled_by_hint(result, instance, [0, 1])
    assert "the solver failed" in result.status
    assert "ortools" in result.status


@pytest.mark.parametrize("error", [RuntimeError("boom"), ValueError("boom"), MemoryError("boom")])
def test_solver_throws(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whatever the solver throws, the hint is kept and the status repeats it."""
    from ortools.sat.python.cp_model import CpSolver

    def throw(*_: object) -> None:
        raise error

    instance = hard_instance()
    with monkeypatch.context() as patch:
        patch.setattr(CpSolver, "solve", throw)
        result = run(instance, hint=[0, 1])

    settled_by_hint(result, instance, [0, 1])
    assert "boom" in result.status


def test_invalid_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that CP-SAT refuses is a status of CP-SAT, not an exception; ours says so."""
    instance = hard_instance()

    def overflow(self: master.Master, rest: int, scores: np.ndarray) -> None:
        self._model.add(sum((2**62) * x for x in self._choice) <= 2**62)

    with monkeypatch.context() as patch:
        patch.setattr(master.Master, "add_cut", overflow)
        result = run(instance, hint=[0, 1])

    settled_by_hint(result, instance, [0, 1])
    assert "MODEL_INVALID" in result.status


def test_time_out_without_any_answer() -> None:
    """A limit so short that CP-SAT finds nothing proves nothing: its bound of 0 is not believed."""
    instance = hard_instance(n=200, n_sets=3000)
    hint = [0, 1]
    result = run(instance, hint=hint, work_limit=1e-9)

    check(instance, result)
    assert not result.optimal
    assert result.upper_bound > coverage(instance[0], hint)
    assert result.status == "stopped at the work limit"


def test_no_time_at_all() -> None:
    """With no time the hint comes back with a valid bound and an honest status."""
    instance = hard_instance()
    result = run(instance, hint=[0, 1], time_limit=0.0)

    settled_by_hint(result, instance, [0, 1])
    assert result.status == "stopped at the time limit"


def test_choice_over_budget_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that returns a choice over the budget is not believed."""
    instance = hard_instance()

    def everybody(self: master.Master, above: int, work: float, seconds: float | None) -> master.Answer:
        return master.Answer("solved", 10**6, [np.ones(len(self._choice), np.bool_)], 0.1)

    with monkeypatch.context() as patch:
        patch.setattr(master.Master, "solve", everybody)
        result = run(instance, hint=[0, 1])

    settled_by_hint(result, instance, [0, 1])
    assert "breaks a limit" in result.status


def test_choice_worse_than_the_hint_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that returns nobody at all leaves the hint in place."""
    instance = hard_instance()

    def nobody(self: master.Master, above: int, work: float, seconds: float | None) -> master.Answer:
        return master.Answer("limit", None, [np.zeros(len(self._choice), np.bool_)], 10.0)

    with monkeypatch.context() as patch:
        patch.setattr(master.Master, "solve", nobody)
        result = run(instance, hint=[0, 1])

    settled_by_hint(result, instance, [0, 1])
    assert result.status == "stopped at the work limit"


def test_solver_that_ignores_its_time_limit_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that runs on is told to stop from outside, and obeys."""
    from ortools.sat.python.cp_model import CpSolver

    told = threading.Event()

    def wait(self: CpSolver, *_: object) -> None:
        told.wait(30)
        raise RuntimeError("stopped from outside" if told.is_set() else "never told")

    monkeypatch.setattr(cp_sat, "NOTICE", 0.01)
    monkeypatch.setattr(CpSolver, "solve", wait)
    monkeypatch.setattr(CpSolver, "stop_search", lambda self: told.set())
    result = run(hard_instance(), hint=[0, 1], time_limit=1.0)

    assert result.chosen.tolist() == [0, 1]
    assert "stopped from outside" in result.status


def test_solver_that_never_stops_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver deaf to everything does not keep the answer back."""
    from ortools.sat.python.cp_model import CpSolver

    release = threading.Event()
    monkeypatch.setattr(cp_sat, "NOTICE", 0.01)
    monkeypatch.setattr(cp_sat, "OBEY", 0.01)
    monkeypatch.setattr(CpSolver, "solve", lambda self, *_: release.wait(60))
    monkeypatch.setattr(CpSolver, "stop_search", lambda self: None)
    result = run(hard_instance(), hint=[0, 1], time_limit=1.0)
    release.set()

    assert result.chosen.tolist() == [0, 1]
    assert "did not stop when told to" in result.status


def test_interrupt_stops_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the solver runs stops it and goes on to the caller."""
    from ortools.sat.python.cp_model import CpSolver

    told = threading.Event()
    join = threading.Thread.join

    def interrupted(self: threading.Thread, timeout: float | None = None) -> None:
        if self.name == "seeding-cp-sat" and not told.is_set():
            raise KeyboardInterrupt
        join(self, timeout)

    monkeypatch.setattr(CpSolver, "solve", lambda self, *_: told.wait(30))
    monkeypatch.setattr(CpSolver, "stop_search", lambda self: told.set())
    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(hard_instance())

    assert told.is_set()


def test_time_limit_ends_a_long_search() -> None:
    """A search that would go on for minutes comes back at its limit, not called optimal."""
    instance = hard_instance(n=300, n_sets=20_000)
    result = run(instance, time_limit=2.0, work_limit=1e6)

    check(instance, result)
    assert not result.optimal
    assert result.status == "stopped at the time limit"


def test_default_work_is_limited() -> None:
    """There is a deterministic limit when no time limit is given."""
    assert 0 < exact.WORK_LIMIT < 100
