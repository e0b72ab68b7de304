"""The Lagrangian bound: never below the best choice, and tighter than greedy's own."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from problems import random_instance, sample_of

from seeding.rules.limits import Limits
from seeding.rules.program import Program
from seeding.selection.bounds import lagrangian as module
from seeding.selection.bounds import passes, subgradient
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.bounds.relaxation import SCALE, Purse
from seeding.selection.bounds.subgradient import price
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.greedy import Cover, best_addition, select


def bound_of(number: int, enough: int = 0) -> tuple[int, int, int]:
    """Give the Lagrangian bound of a random instance, greedy's own, and the best coverage."""
    instance = random_instance(number)
    limits, costs = instance.limits, instance.costs
    sample = sample_of(instance.sets, costs.size)
    cover = select(sample, costs, limits)
    best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
    if cover.covered == 0:
        return 0, cover.bound, int(best)
    return lagrangian_bound(sample, Program.plain(costs, limits), cover, enough).bound, cover.bound, int(best)


def test_never_below_the_best():
    """On hundreds of random instances, budgets and head counts and both, nothing feasible exceeds it."""
    tighter = 0
    for number in range(400):
        bound, prefix_bound, best = bound_of(number)
        assert bound >= best, f"instance {number}"
        tighter += min(bound, prefix_bound) < prefix_bound
    assert tighter > 20


def test_mostly_exact_on_small_instances():
    """With the better of the two bounds most small instances are closed to within one set."""
    gaps = np.array([min(lagrange, prefix) - best for lagrange, prefix, best in map(bound_of, range(200))])
    assert (gaps >= 0).all()
    assert (gaps <= 1).mean() > 0.8


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_valid_at_any_prices(monkeypatch, steps):
    """The bound holds wherever the search for prices is broken off."""
    monkeypatch.setattr(subgradient, "MOST_STEPS", steps)
    for number in range(150):
        bound, _, best = bound_of(number)
        assert bound >= best, f"instance {number}"


@pytest.mark.parametrize("core", [5.0, 1.0, 0.1])
def test_valid_for_any_core(monkeypatch, core):
    """Whoever is left out of the core at first still counts in the bound."""
    monkeypatch.setattr(module, "_CORE", core)
    for number in range(150):
        bound, _, best = bound_of(number)
        assert bound >= best, f"instance {number}"


def test_valid_from_a_poor_choice():
    """The bound needs no good choice to hold: any feasible one that covers something will do."""
    for number in range(150):
        instance = random_instance(number)
        limits, costs = instance.limits, instance.costs
        sample = sample_of(instance.sets, costs.size)
        alone = np.diff(sample.incidence.indptr)
        useful = np.flatnonzero((costs <= limits.money) & (alone > 0))
        if useful.size == 0:
            continue
        worst = useful[np.argmin(alone[useful])]
        cover = Cover(np.array([worst]), int(alone[worst]), sample.n_sets)
        best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        assert lagrangian_bound(sample, Program.plain(costs, limits), cover, 0).bound >= best, (
            f"instance {number}"
        )


def test_who_is_too_dear_is_not_waited_for():
    """Somebody nobody can pay for never joins the core; the bound comes back all the same."""
    sets = [(0, 8), (2, 5, 6, 8), (1, 2, 6, 8), (1, 5, 6), (1, 3, 6, 7), (0, 2, 5, 6)]
    costs, limits = np.array([13, 3, 0, 2, 13, 8, 40, 1, 5]), Limits(budget=18, k=3)
    sample = sample_of(sets, 9)
    cover = select(sample, costs, limits)
    assert cover.covered == 6
    assert lagrangian_bound(sample, Program.plain(costs, limits), cover, 0).bound >= 6


def test_enough_is_enough():
    """Any bound asked for is a bound: stopping early gives one at least as large as going on."""
    for number in range(60):
        full, prefix_bound, best = bound_of(number)
        early, _, _ = bound_of(number, enough=prefix_bound)
        assert early >= best
        assert early >= min(full, prefix_bound)


def test_overlap_is_seen_through():
    """Two who share most of their sets: greedy's bound counts the overlap twice, prices do not."""
    sets = [(0, 1)] * 90 + [(0,)] * 5 + [(1,)] * 5 + [(2,)] * 8
    sample = sample_of(sets, 3)
    cover = select(sample, np.ones(3, dtype=np.int64), Limits(k=2))
    assert cover.covered == 103
    assert (
        lagrangian_bound(sample, Program.plain(np.ones(3, dtype=np.int64), Limits(k=2)), cover, 0).bound
        == 103
    )


def test_both_limits_count_together():
    """The bound of scores under a budget and a head count is no lower than the best choice, and uses both."""
    tighter = 0
    for number in range(200):
        generator = np.random.default_rng([3, number])
        n = int(generator.integers(1, 10))
        scores, costs = generator.integers(0, 20_000, n), generator.integers(0, 9, n)
        budget, k, rest = int(costs.sum()) // 3, int(generator.integers(1, n // 2 + 2)), 48
        best = max(
            rest + sum(scores[list(chosen)]) for chosen in oracle.feasible_sets(costs.tolist(), budget, k)
        )
        affordable = costs <= budget
        if not affordable.any():
            continue
        limits_of = Purse.of(costs[affordable], budget, k)
        bound = subgradient.bound_at(rest, scores[affordable], limits_of)
        apart = (rest + best_addition(scores, costs, Limits(budget, k))) // SCALE
        assert best // SCALE <= bound <= apart + 1
        tighter += bound < apart
    assert tighter > 10


@pytest.mark.parametrize("begin", [None, "anything"])
def test_prices_do_not_depend_on_threads(monkeypatch, begin):
    """Cut into pieces, on one thread or several: the same prices, whatever the search begins with."""
    monkeypatch.setattr(passes, "_LARGE", 0)
    random = np.random.default_rng(4)
    for number in range(40):
        instance = random_instance(number)
        n = instance.costs.size
        sample = sample_of(instance.sets, n)
        reduced = reduce_sets(sample.set_indptr, sample.members, n)
        chosen = random.random(n) < 0.3
        parts = None if begin is None else random.random(n)
        covered = reduced.covered(np.flatnonzero(chosen))
        purse = Purse.of(instance.costs, instance.limits.budget, instance.limits.k)
        found = [
            price(reduced, purse, chosen, covered, threads=threads, begin=parts) for threads in (1, 2, 8)
        ]
        for other in found[1:]:
            np.testing.assert_array_equal(other.prices, found[0].prices)
            np.testing.assert_array_equal(other.parts, found[0].parts)
        limits = instance.limits
        best, _ = oracle.best_coverage(instance.sets, instance.costs.tolist(), limits.budget, limits.k)
        assert found[0].bound >= best
