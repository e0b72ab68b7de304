"""The fairest choice on a sample: equal to the best of all choices, whatever the limits, rules and floors."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from problems import sample_of

from seeding.rules import cp_sat
from seeding.rules.cp_sat import SolverError
from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Program
from seeding.selection.bounds.relaxation import SCALE, Purse
from seeding.selection.bounds.subgradient import cut
from seeding.selection.coverage_reduction import Reduced, reduce_sets
from seeding.selection.exact.solve import solve
from seeding.selection.fair import master
from seeding.selection.fair import solve as fair
from seeding.selection.fair.master import Targets
from seeding.selection.fair.saturate import Inverted, fair_greedy, fill_up
from seeding.selection.fair.smallest_bound import bound_smallest
from seeding.selection.fair.solve import solve_fairly

INSTANCES = 120


class Instance(NamedTuple):
    """A small question with several samples."""

    sets: list[list[tuple[int, ...]]]
    program: Program
    targets: Targets

    @property
    def reduced(self) -> list[Reduced]:
        """The samples as the solver takes them."""
        n = self.program.n_offers
        covers = [sample_of(sets, n) for sets in self.sets]
        return [reduce_sets(cover.set_indptr, cover.members, n) for cover in covers]

    def counts(self, chosen) -> np.ndarray:
        """Count, naively, what a choice covers of each sample."""
        chosen = set(chosen)
        return np.array([sum(bool(chosen & set(row)) for row in sets) for sets in self.sets])

    def best(self) -> int:
        """Try every choice; −1 if none attains the floors."""
        n, best = self.program.n_offers, -1
        for size in range(n + 1):
            for chosen in combinations(range(n), size):
                if self.program.allows(np.array(chosen, dtype=np.int64)):
                    counts = self.counts(chosen)
                    if self.targets.met(counts):
                        best = max(best, self.targets.value(counts))
        return best


def random_rules(generator, program: Program, n: int) -> Program:
    """Add a row or two, a floor on the number chosen among some, and a largest share."""
    indptr, columns, factors, low, high = [0], [], [], [], []
    for _ in range(int(generator.integers(0, 3))):
        some = np.flatnonzero(generator.random(n) < 0.5)
        columns += some.tolist()
        factors += [1] * some.size
        if generator.random() < 0.3:  # the spend of some is at most half of all
            factors[-some.size :] = (2 * program.costs[some]).tolist() if some.size else []
            columns.append(n)
            factors.append(-1)
            low.append(-UNLIMITED)
            high.append(0)
        else:
            low.append(int(generator.integers(0, 2)) or -UNLIMITED)
            high.append(int(generator.integers(1, 4)))
        indptr.append(len(columns))
    share = (int(generator.integers(5, 10)), 10) if generator.random() < 0.3 else None
    arrays = [np.array(values, dtype=np.int64) for values in (indptr, columns, factors, low, high)]
    rule = np.zeros(len(low), dtype=np.int64)
    return Program(program.costs, program.heads, program.limits, *arrays, rule, share, program.costs)


def random_instance(number: int) -> Instance:
    """Draw samples, costs, limits, rules (in every third) and targets of either kind."""
    generator = np.random.default_rng([20261125, number])
    n, groups = int(generator.integers(1, 10)), int(generator.integers(1, 5))
    n_sets = int(generator.integers(1, 25))
    sets = []
    for _ in range(groups + 1):
        sizes = generator.integers(0, min(n, 4) + 1, size=n_sets)
        sets.append([tuple(generator.choice(n, size=size, replace=False).tolist()) for size in sizes])
    costs = generator.choice([0, 1, 2, 3, 5, 8, 40], size=n).astype(np.int64)
    budget = int(generator.integers(costs.min(), max(costs.sum(), 1) + 1)) if number % 2 else None
    k = int(generator.integers(1, n + 1)) if number % 4 != 1 else None
    program = Program.plain(costs, Limits(budget, k))
    if number % 3 == 0:
        program = random_rules(generator, program, n)
    floors = np.where(
        generator.random(groups + 1) < 0.5, generator.integers(0, n_sets // 2 + 1, groups + 1), 0
    )
    counted = np.zeros(groups + 1, dtype=np.bool_)
    counted[0] = True
    if number % 5 < 3:
        counted = ~counted
    return Instance(sets, program, Targets(floors, counted))


@pytest.mark.parametrize("number", range(INSTANCES))
def test_the_solver_finds_the_best_of_all_choices(number):
    """Value, floors and limits are those of the enumeration; where nothing attains the floors, it says so."""
    instance = random_instance(number)
    samples = instance.reduced
    best = instance.best()
    greedy = fair_greedy([Inverted.of(sample) for sample in samples], instance.program, instance.targets)
    for hints in ((), greedy):
        found = solve_fairly(samples, instance.program, instance.targets, hints=hints)
        assert found.value == found.upper_bound == best
        assert found.impossible == (best < 0)
        if found.chosen is not None:
            assert found.optimal
            assert instance.program.allows(found.chosen)
            assert np.array_equal(found.counts, instance.counts(found.chosen))
            assert instance.targets.met(found.counts)
            assert instance.targets.value(found.counts) == best


@pytest.mark.parametrize("number", range(INSTANCES))
def test_greedy_keeps_the_limits_and_counts_right(number):
    """Every greedy choice is allowed, none beats the best, and its own count is the naive one."""
    instance = random_instance(number)
    best = instance.best()
    samples = [Inverted.of(sample) for sample in instance.reduced]
    choices = fair_greedy(samples, instance.program, instance.targets)
    for chosen in choices:
        assert instance.program.allows(chosen)
        counts = instance.counts(chosen.tolist())
        if instance.targets.met(counts):
            assert instance.targets.value(counts) <= best
        filled = fill_up(samples[0], instance.program, chosen)
        assert instance.program.allows(filled)
        assert set(chosen.tolist()) <= set(filled.tolist())
        assert (instance.counts(filled.tolist()) >= counts).all()
    if choices and instance.program.is_plain:
        values = [instance.targets.value(instance.counts(chosen.tolist())) for chosen in choices]
        met = [instance.targets.met(instance.counts(chosen.tolist())) for chosen in choices]
        assert met == sorted(met, reverse=True)
        assert not any(met) or values[0] == max(v for v, good in zip(values, met, strict=True) if good)


@pytest.mark.parametrize("number", range(40))
def test_one_group_without_a_floor_is_the_plain_question(number):
    """With a single sample both kinds of target are plain coverage, and agree with the plain solver."""
    instance = random_instance(number)
    program = Program.plain(instance.program.costs, instance.program.limits)
    sample = sample_of(instance.sets[0], program.n_offers)
    targets = Targets(np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.bool_))
    plain = solve(
        sample.set_indptr,
        sample.members,
        program.costs,
        budget=program.limits.budget,
        k=program.limits.k,
    )
    assert solve_fairly(instance.reduced[:1], program, targets).value == plain.covered


@pytest.mark.parametrize("number", range(60))
def test_the_mixed_bound_is_never_below_the_best(number):
    """The bound on the smallest coverage holds without any solver, and so do the cuts of its prices."""
    instance = random_instance(number)
    program = Program.plain(instance.program.costs, instance.program.limits)
    targets = Targets(np.zeros(len(instance.sets), np.int64), np.ones(len(instance.sets), np.bool_))
    purse = Purse.of(program.costs, program.limits.budget, program.limits.k)
    nobody = np.zeros(program.n_offers, dtype=np.bool_)
    bound, prices = bound_smallest(instance.reduced, purse, nobody, 0, lambda: True)
    assert bound >= Instance(instance.sets, program, targets).best()
    for sample, shared in zip(instance.reduced, prices, strict=True):
        rest, scores = cut(sample, shared)
        for v in range(program.n_offers):
            assert SCALE * sample.covered(np.array([v])) <= rest + scores[v]


def test_the_mixed_bound_sees_that_groups_compete():
    """Where each candidate serves one of two groups, the bound is half of what either could have alone."""
    sets = [[(v,) for v in range(10)], [(v,) for v in range(10, 20)]]
    samples = [reduce_sets(c.set_indptr, c.members, 20) for c in (sample_of(rows, 20) for rows in sets)]
    purse = Purse.of(np.ones(20, dtype=np.int64), None, 10)
    bound, _ = bound_smallest(samples, purse, np.zeros(20, dtype=np.bool_), 0, lambda: True)
    assert bound == 5


def larger_instance(seed: int = 0) -> tuple[list[Reduced], Program]:
    """Make three samples over 60 candidates that take the solver a while."""
    generator = np.random.default_rng(seed)
    samples = []
    for _ in range(3):
        sets = [generator.choice(60, size=generator.integers(1, 7), replace=False) for _ in range(1500)]
        cover = sample_of(sets, 60)
        samples.append(reduce_sets(cover.set_indptr, cover.members, 60))
    return samples, Program.plain(generator.integers(1, 30, 60).astype(np.int64), Limits(90))


MAXIMIN = Targets(np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.bool_))


def test_the_work_limit_ends_the_search_with_a_valid_bound():
    """Little work leaves a gap, which is reported; more work never worsens choice or bound."""
    samples, program = larger_instance()
    hints = fair_greedy([Inverted.of(sample) for sample in samples], program, MAXIMIN)
    little = solve_fairly(samples, program, MAXIMIN, hints=hints, work_limit=0.05)
    more = solve_fairly(samples, program, MAXIMIN, hints=hints, work_limit=2.0)
    assert little.value <= more.value <= more.upper_bound <= little.upper_bound
    assert little.status in ("stopped at the work limit", "optimal")
    again = solve_fairly(samples, program, MAXIMIN, hints=hints, work_limit=2.0)
    assert np.array_equal(more.chosen, again.chosen)
    assert more.upper_bound == again.upper_bound


def test_no_time_leaves_the_hint():
    """With no time at all the best hint and a bound come back."""
    samples, program = larger_instance()
    hints = fair_greedy([Inverted.of(sample) for sample in samples], program, MAXIMIN)
    found = solve_fairly(samples, program, MAXIMIN, hints=hints, time_limit=0.0)
    assert found.status == "stopped at the time limit"
    assert found.value == max(MAXIMIN.value(np.array([s.covered(h) for s in samples])) for h in hints)
    assert found.upper_bound >= found.value


@pytest.mark.parametrize("error", [SolverError("broken"), RuntimeError("odd"), ImportError("no ortools")])
def test_a_failing_solver_leaves_the_hint(monkeypatch, error):
    """Whatever the solver throws, the greedy choice stands with the bound of the prices."""
    samples, program = larger_instance()
    hints = fair_greedy([Inverted.of(sample) for sample in samples], program, MAXIMIN)

    def fail(*_):
        raise error

    monkeypatch.setattr(cp_sat, "run_solver", fail)
    found = solve_fairly(samples, program, MAXIMIN, hints=hints)
    assert "the solver failed" in found.status
    assert found.chosen is not None
    assert found.upper_bound >= found.value > 0


def test_a_choice_over_the_limits_is_refused(monkeypatch):
    """A solver that returns too much is caught by counting in integers."""
    samples, program = larger_instance()
    everybody = np.ones(60, dtype=np.bool_)
    answer = master.FairAnswer("solved", 1, [(everybody, np.zeros(3, dtype=np.int64))], 0.1)
    monkeypatch.setattr(fair.FairMaster, "solve", lambda *_: answer)
    found = solve_fairly(samples, program, MAXIMIN)
    assert found.chosen is None
    assert "breaks a limit" in found.status
    assert not found.impossible
