"""Branch and bound: the optimum when it finishes, a bound that holds when it does not."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from problems import random_instance, sample_of
from programs import random_ruled

from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Program
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.exact import solve
from seeding.selection.exact.branch_and_bound import branch_and_bound, work_worth

NOBODY = np.empty(0, dtype=np.int64)


def reduced_of(sets, n):
    """Reduce the sets of n candidates."""
    sample = sample_of(sets, n)
    return reduce_sets(sample.set_indptr, sample.members, n)


@pytest.mark.parametrize("block", range(10))
def test_finds_the_optimum_under_any_rules(block):
    """On 400 random programmes it finishes at the optimum by enumeration, or says that nothing is allowed."""
    for number in range(40 * block, 40 * block + 40):
        ruled = random_ruled(number)
        reduced = reduced_of(ruled.sets, ruled.program.n_offers)
        chosen, covered, bound, finished = branch_and_bound(reduced, ruled.program, NOBODY, -1)

        assert finished
        assert covered == bound == ruled.best(), f"instance {number}"
        if covered >= 0:
            assert covered == oracle.coverage(ruled.sets, chosen.tolist())
            assert ruled.program.allows(chosen)


@pytest.mark.parametrize("block", range(5))
def test_bound_holds_wherever_it_stops(block):
    """Stopped after any amount of work, no bound is below the optimum, and what is found is allowed."""
    unfinished = 0
    for number in range(500 + 40 * block, 540 + 40 * block):
        ruled = random_ruled(number)
        reduced, best = reduced_of(ruled.sets, ruled.program.n_offers), ruled.best()
        for work in (0, 30, 60, 100, 200, 400):
            chosen, covered, bound, finished = branch_and_bound(reduced, ruled.program, NOBODY, -1, work)
            unfinished += not finished
            assert covered <= best <= bound or covered == best == bound, f"instance {number}, {work}"
            assert not finished or covered == best
            if covered >= 0:
                assert covered == oracle.coverage(ruled.sets, chosen.tolist())
                assert ruled.program.allows(chosen)
    assert unfinished


def test_the_choice_at_hand_is_kept_or_beaten():
    """Given a choice, it returns that one unless another covers more; what cannot be beaten is proven so."""
    for number in range(200):
        instance = random_instance(number)
        costs, limits = instance.costs, instance.limits
        best, choice = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        reduced, program = reduced_of(instance.sets, costs.size), Program.plain(costs, limits)
        known = np.array(choice, dtype=np.int64)
        kept, covered, bound, finished = branch_and_bound(reduced, program, known, int(best))
        assert finished
        assert covered == bound == best
        assert kept.tolist() == sorted(known.tolist())


def test_fewer_sets_than_the_goal():
    """A goal beyond everything is proven out of reach."""
    reduced = reduced_of([(0,), (1,), (0, 1)], 2)
    program = Program.plain(np.ones(2, dtype=np.int64), Limits(k=1))
    _, covered, bound, finished = branch_and_bound(reduced, program, NOBODY, 3)
    assert (covered, bound, finished) == (3, 3, True)


def test_huge_costs_and_weights_do_not_overflow():
    """Costs near the largest sum, and weights of 2⁵⁸, are added up exactly."""
    costs = np.array([UNLIMITED // 2, UNLIMITED // 2, 3], dtype=np.int64)
    indptr, members = np.array([0, 1, 2, 3, 5]), np.array([0, 1, 2, 0, 1], dtype=np.int32)
    weight = np.array([5, 4, 3, 2], dtype=np.int64) << 58
    reduced = reduce_sets(indptr, members, 3, weight=weight)
    program = Program.plain(costs, Limits(budget=UNLIMITED // 2 + 2))
    chosen, covered, bound, finished = branch_and_bound(reduced, program, NOBODY, -1)
    assert chosen.tolist() == [0]
    assert (covered, bound, finished) == (7 << 58, 7 << 58, True)
    program = Program.plain(costs, Limits(budget=UNLIMITED // 2 + 3))
    assert branch_and_bound(reduced, program, NOBODY, -1)[0].tolist() == [0, 2]


def test_nothing_to_choose():
    """Without offers, or without room for any, the empty choice is the best."""
    none = Program.plain(NOBODY, Limits(k=1))
    assert branch_and_bound(reduced_of([()], 0), none, NOBODY, -1)[1:] == (0, 0, True)
    dear = Program.plain(np.array([9]), Limits(budget=8))
    assert branch_and_bound(reduced_of([(0,)], 1), dear, NOBODY, -1)[1:] == (0, 0, True)


def test_it_gets_work_where_it_can_finish():
    """Few offers in a choice, or few in question, deserve more of it."""
    costs = np.full(1_000, 10, dtype=np.int64)
    much = work_worth(Program.plain(costs, Limits(budget=60)))
    assert 0 < work_worth(Program.plain(costs, Limits(budget=5_000))) < much
    assert work_worth(Program.plain(costs[:20], Limits(budget=5_000))) == much


def test_exact_with_branching_is_the_optimum(monkeypatch):
    """Whatever it finishes or leaves open, the exact method ends at the optimum, proven."""
    monkeypatch.setattr("seeding.selection.bounds.subgradient.MOST_STEPS", 1)
    for number in range(100):
        monkeypatch.setattr(
            "seeding.selection.exact.solve.work_worth", lambda _, n=number: (20, 100, 10_000)[n % 3]
        )
        instance = random_instance(number)
        costs, limits = instance.costs, instance.limits
        sample = sample_of(instance.sets, costs.size)
        found = solve.solve(sample.set_indptr, sample.members, costs, budget=limits.budget, k=limits.k)
        best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        assert found.optimal
        assert found.covered == best == oracle.coverage(instance.sets, found.chosen.tolist())


def test_exact_settles_few_seeds_by_branching(monkeypatch):
    """Where a budget affords few, the exact method needs no other solver."""
    monkeypatch.setattr("seeding.selection.bounds.subgradient.MOST_STEPS", 2)
    monkeypatch.setattr("seeding.selection.exact.solve.Master", None)
    generator = np.random.default_rng(3)
    sets = [generator.choice(16, generator.integers(1, 7), replace=False).tolist() for _ in range(300)]
    costs = generator.integers(50, 150, 16)
    sample = sample_of(sets, 16)
    found = solve.solve(sample.set_indptr, sample.members, costs, budget=350)
    assert found.optimal
    assert found.solver == "Lagrangian bound and branch and bound"
    assert found.covered == oracle.best_coverage(sets, costs.tolist(), 350, None)[0]
