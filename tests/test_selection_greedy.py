"""Greedy on a sample: the plain greedy's choice, exact limits, and a bound that no choice exceeds."""

from __future__ import annotations

import math

import numpy as np
import oracle
import pytest
from problems import Instance, random_instance, sample_of

from seeding._kernels.coverage import greedy as kernels
from seeding.rules.limits import UNLIMITED, Limits
from seeding.selection import greedy
from seeding.selection.greedy import _find_few, best_addition, order_by_gain, select

INSTANCES = range(400)
# Gain-per-cost greedy or the best single: (1 − 1/e)/2. Greedy under a head count alone: 1 − 1/e.
BUDGET_SHARE = (1 - 1 / math.e) / 2
COUNT_SHARE = 1 - 1 / math.e


def plain_greedy(instance: Instance, by_ratio: bool) -> list[int]:
    """Choose greedily without laziness: recount every gain, take the best that fits, lowest index first."""
    order: list[int] = []
    left, most = instance.limits.money, instance.limits.count(instance.costs.size)
    while len(order) < most:
        before = oracle.coverage(instance.sets, order)
        best = None
        for c in range(instance.costs.size):
            gain = oracle.coverage(instance.sets, [*order, c]) - before
            if c in order or gain <= 0 or instance.costs[c] > left:
                continue
            worth = plain_worth(gain, int(instance.costs[c])) if by_ratio else gain
            if best is None or worth > best[0]:
                best = (worth, c)
        if best is None:
            return order
        order.append(best[1])
        left -= int(instance.costs[best[1]])
    return order


def plain_worth(gain: float, cost: int) -> float:
    """Gain per cost; free candidates come first."""
    return gain / cost if cost else math.inf


def run_kernel(instance: Instance, by_ratio: bool, step: int) -> tuple[list[int], list[np.ndarray]]:
    """Run the greedy kernel `step` choices at a time; returns the order and the gains after each call."""
    n = instance.costs.size
    sample = sample_of(instance.sets, n)
    gains = np.diff(sample.incidence.indptr).astype(np.int64)
    covered = np.zeros(sample.n_sets, dtype=np.bool_)
    worth, heap, order = np.empty(n), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    size = kernels.start_heap(gains, instance.costs, by_ratio, instance.limits.money, worth, heap)
    state = np.array([size, 0, instance.limits.money, 0], dtype=np.int64)
    listed = np.empty(0, dtype=np.bool_)
    most, seen = instance.limits.count(n), []
    while kernels.greedy_steps(
        sample.incidence,
        listed,
        instance.costs,
        by_ratio,
        (step, most),
        worth,
        heap,
        state,
        gains,
        covered,
        order,
    ):
        seen.append(gains.copy())
    return order[: state[1]].tolist(), seen


def instance_with_long_sets(number: int) -> Instance:
    """Add sets that hold nearly everybody, as where a message that catches on reaches half of the network."""
    short = random_instance(number)
    generator, n = np.random.default_rng([20261128, number]), 12
    long = [
        tuple(generator.choice(n, size=n - int(generator.integers(0, 3)), replace=False)) for _ in range(9)
    ]
    costs = np.resize(short.costs, n)
    return Instance([*short.sets, *long], costs, short.limits)


def test_long_sets_are_mostly_in_the_first_choice():
    """Gains are counted anew after the first choice in most instances with long sets, and in few others."""
    anew = {random_instance: 0, instance_with_long_sets: 0}
    for make in anew:
        for number in range(100):
            instance = make(number)
            sample = sample_of(instance.sets, instance.costs.size)
            best = int(np.argmax(sample.alone))
            anew[make] += bool(kernels._holds_most(sample.incidence, best))
    assert anew[random_instance] < 40
    assert anew[instance_with_long_sets] > 80


@pytest.mark.parametrize("make", [random_instance, instance_with_long_sets])
@pytest.mark.parametrize("by_ratio", [False, True])
@pytest.mark.parametrize("step", [1, 3])
def test_kernel_is_the_plain_greedy(by_ratio, step, make):
    """The lazy heap chooses whom plain greedy chooses, with the same tie-breaks, however it is cut."""
    for number in INSTANCES:
        instance = make(number)
        order, _ = run_kernel(instance, by_ratio, step)
        assert order == plain_greedy(instance, by_ratio), f"instance {number}"


@pytest.mark.parametrize("make", [random_instance, instance_with_long_sets])
@pytest.mark.parametrize("by_ratio", [False, True])
def test_kernel_keeps_gains_exact(by_ratio, make):
    """After every choice each candidate's gain is what it would add now."""
    for number in range(100):
        instance = make(number)
        order, seen = run_kernel(instance, by_ratio, 1)
        for t, gains in enumerate(seen, start=1):
            before = oracle.coverage(instance.sets, order[:t])
            added = [
                oracle.coverage(instance.sets, [*order[:t], c]) - before for c in range(instance.costs.size)
            ]
            assert gains.tolist() == added, f"instance {number} after {t} choices"


def test_select_keeps_the_best_of_three():
    """The result covers as much as the best of greedy by gain, by gain per cost, and the best single."""
    for number in INSTANCES:
        instance = random_instance(number)
        cover = select(sample_of(instance.sets, instance.costs.size), instance.costs, instance.limits)
        affordable = np.flatnonzero(instance.costs <= instance.limits.money).tolist()
        tried = [plain_greedy(instance, False), *([c] for c in affordable)]
        if instance.limits.budget is not None:
            tried.append(plain_greedy(instance, True))
        assert cover.covered == oracle.coverage(instance.sets, cover.order.tolist())
        assert cover.covered == max(oracle.coverage(instance.sets, choice) for choice in tried)


def test_select_is_within_limits_bound_and_guarantee():
    """On random instances: limits exact, covered ≤ optimum ≤ bound, and the proven share is reached."""
    tight = 0
    for number in INSTANCES:
        instance = random_instance(number)
        limits, costs = instance.limits, instance.costs
        cover = select(sample_of(instance.sets, costs.size), costs, limits)
        best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        assert limits.allow(cover.order, costs), f"instance {number}"
        assert cover.covered <= best <= cover.bound, f"instance {number}"
        share = COUNT_SHARE if limits.budget is None else BUDGET_SHARE
        # With both limits no share is proven for this greedy.
        if limits.budget is None or limits.k is None:
            assert cover.covered >= share * best - 1e-9, f"instance {number}"
        tight += cover.bound == best
    assert tight > len(INSTANCES) / 4


def test_the_least_bound_of_all_is_kept():
    """By gain or by gain per cost, where either ends bounds the optimum; the lower of the two is told."""
    differ = 0
    for number in INSTANCES:
        instance = random_instance(number)
        if instance.limits.budget is None or np.unique(instance.costs).size == 1:
            continue
        ends = []
        for by_ratio in (False, True):
            order = plain_greedy(instance, by_ratio)
            before = oracle.coverage(instance.sets, order)
            gains = [oracle.coverage(instance.sets, [*order, c]) - before for c in range(instance.costs.size)]
            ends.append(before + best_addition(np.array(gains), instance.costs, instance.limits))
        cover = select(sample_of(instance.sets, instance.costs.size), instance.costs, instance.limits)
        assert cover.bound <= min(ends), f"instance {number}"
        differ += ends[0] != ends[1]
    assert differ > 5


def test_bound_holds_from_any_prefix():
    """Coverage of any prefix plus the best addition bounds the optimum, whatever the prefix."""
    for number in range(150):
        instance = random_instance(number)
        limits, costs, n = instance.limits, instance.costs, instance.costs.size
        best, _ = oracle.best_coverage(instance.sets, costs.tolist(), limits.budget, limits.k)
        generator = np.random.default_rng(number)
        prefix = generator.choice(n, size=int(generator.integers(0, n + 1)), replace=False).tolist()
        before = int(oracle.coverage(instance.sets, prefix))
        gains = np.array([oracle.coverage(instance.sets, [*prefix, c]) - before for c in range(n)], dtype=int)
        assert before + best_addition(gains, costs, limits) >= best, f"instance {number}"


@pytest.mark.parametrize(
    ("gains", "costs", "limits", "bound"),
    [
        ([5, 4, 3], [1, 1, 1], Limits(k=2), 9),
        ([5, 4, 3], [2, 2, 2], Limits(budget=4), 9),
        ([5, 4, 3], [2, 2, 2], Limits(budget=5), 11),
        ([5, 4, 3], [2, 2, 2], Limits(budget=6), 12),
        ([5, 4, 3], [0, 9, 1], Limits(budget=0), 5),
        ([5, 4, 3], [0, 9, 1], Limits(budget=8), 8),
        ([5, 4, 3], [1, 1, 1], Limits(budget=3, k=1), 5),
        ([0, 0, 0], [1, 1, 1], Limits(k=2), 0),
        ([5, -4, 3], [1, 1, 1], Limits(k=3), 8),
        ([7, 3], [3, 3], Limits(budget=4), 8),
        ([7], [1 << 61], Limits(budget=1 << 60), 0),
        ([7, 9], [1, 1], Limits(), 16),
    ],
)
def test_best_addition_by_hand(gains, costs, limits, bound):
    """Small cases worked out on paper: parts are rounded up, what is too dear counts for nothing."""
    assert best_addition(np.array(gains), np.array(costs), limits) == bound


def test_huge_costs_do_not_overflow():
    """Costs near the largest sum that fits are still spent exactly."""
    costs = np.array([UNLIMITED // 2, UNLIMITED // 2, 1], dtype=np.int64)
    sets = [(0,), (0,), (0,), (1,), (1,), (2,)]
    cover = select(sample_of(sets, 3), costs, Limits(budget=UNLIMITED // 2 * 2))
    assert sorted(cover.order.tolist()) == [0, 1]
    assert cover.covered == 5
    cover = select(sample_of(sets, 3), costs, Limits(budget=UNLIMITED // 2 + 1))
    assert sorted(cover.order.tolist()) == [0, 2]


def test_nothing_to_cover():
    """A sample without entries gives a choice that covers nothing, and a bound that says so."""
    cover = select(sample_of([(), ()], 3), np.ones(3, dtype=np.int64), Limits(budget=2))
    assert (cover.covered, cover.bound) == (0, 0)
    assert Limits(budget=2).allow(cover.order, np.ones(3, dtype=np.int64))


def test_a_dear_star_does_not_crowd_out_many_cheap_ones():
    """Where greedy by gain is far from the best, gain per cost saves the choice, and the other way round."""
    sets = [(0,)] * 10 + [(c,) for c in range(1, 10) for _ in range(9)]
    costs = np.array([90, *[10] * 9], dtype=np.int64)
    cheap = select(sample_of(sets, 10), costs, Limits(budget=90))
    assert cheap.covered == 81
    sets = [(0,)] * 2 + [(1,)] * 50
    dear = select(sample_of(sets, 2), np.array([1, 90]), Limits(budget=90))
    assert dear.order.tolist() == [1]


@pytest.mark.parametrize("number", range(40))
def test_order_by_gain_reorders_and_loses_nobody(number):
    """A given choice comes back whole: best first by gain, then those who add nothing."""
    instance = random_instance(number)
    n = instance.costs.size
    generator = np.random.default_rng(number)
    chosen = generator.choice(n, size=int(generator.integers(0, n + 1)), replace=False)
    order = order_by_gain(sample_of(instance.sets, n), instance.costs, chosen)
    assert sorted(order.tolist()) == sorted(chosen.tolist())

    left, expected = sorted(chosen.tolist()), []
    while left:
        before = oracle.coverage(instance.sets, expected)
        gain, best = max((oracle.coverage(instance.sets, [*expected, c]) - before, -c) for c in left)
        if gain == 0:
            break
        expected.append(-best)
        left.remove(-best)
    assert order.tolist() == expected + left


@pytest.mark.parametrize("few", [1, 2])
def test_listing_few_candidates_chooses_the_same(monkeypatch, few):
    """However few candidates' sets are listed at first, greedy picks whom it picks with all listed."""
    listings = 0
    for number in range(200):
        instance = random_instance(number)
        limits, costs = Limits(None, 1 + number % 4), np.ones(instance.costs.size, dtype=np.int64)
        expected = select(sample_of(instance.sets, costs.size), costs, limits)
        with monkeypatch.context() as patch:
            patch.setattr(greedy, "_LISTED", few)
            patch.setattr(greedy, "_ALL_FROM", 1)
            sample = sample_of(instance.sets, costs.size)
            found = select(sample, costs, limits)
            listings += sample.listed.size > 0
        assert found.order.tolist() == expected.order.tolist()
        assert (found.covered, found.bound) == (expected.covered, expected.bound)
    assert listings > 20, "otherwise nothing was tested"


def test_largest_gains_are_added_up():
    """`top_sum` is the sum of the k largest gains of those who are not too dear."""
    random = np.random.default_rng(3)
    for _ in range(300):
        n = int(random.integers(1, 40))
        gains, costs = random.integers(-2, 9, n), random.integers(0, 5, n)
        k, money = int(random.integers(1, n + 1)), int(random.integers(0, 5))
        useful = np.sort(np.maximum(gains[costs <= money], 0))[::-1]
        assert kernels.top_sum(gains, costs, money, np.empty(k, dtype=np.int64)) == useful[:k].sum()


def test_the_largest_gains_are_found_among_a_few():
    """Where those who cover most alone are looked at first, the bound is the same as from all."""
    random = np.random.default_rng(11)
    among_few = 0
    for _ in range(300):
        n = int(random.integers(8, 60))
        alone, costs = random.integers(0, 12, n), random.integers(1, 4, n)
        gains = alone - random.integers(0, 5, n).clip(max=alone)
        limits = Limits(k=int(random.integers(1, 4)))
        few = _find_few(alone, int(random.integers(1, n)))
        assert best_addition(gains, costs, limits, few) == best_addition(gains, costs, limits)
        if few is not None:
            assert alone[np.setdiff1d(np.arange(n), few.candidates)].max(initial=-1) <= few.others
            among_few += np.sort(gains[few.candidates])[-limits.k :].min() >= few.others
    assert among_few > 20, "otherwise nothing was tested"
