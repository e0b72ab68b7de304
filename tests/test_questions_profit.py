"""The profit objective: choices and bounds against brute force, the certificate repeated, empty plans."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import oracle
import pytest
from problems import random_instance, sample_of
from small_graphs import random_graph

import seeding as sd
from seeding.errors import InputError
from seeding.rules.limits import Limits
from seeding.selection.bounds.relaxation import Purse
from seeding.selection.cost.bounds import most_earned, price_sets
from seeding.selection.cost.changing_choice import Working
from seeding.selection.cost.profit import Holds, choose, tangent
from seeding.selection.greedy import select

QUICK = {"precision": 0.05, "threads": 1}
COSTS = [3, 1, 2, 5, 1, 2, 4]


def best_earned(instance, per_set):
    """Find the largest per_set · covered − cost by trying every allowed choice."""
    costs = instance.costs.tolist()
    allowed = oracle.feasible_sets(costs, instance.limits.budget, instance.limits.k)
    return max(
        per_set * oracle.coverage(instance.sets, chosen) - sum(costs[c] for c in chosen) for chosen in allowed
    )


def test_of_two_offers_to_one_person_one_is_bought():
    """Also where the two are worth different things, as posts of different effect are, and both would pay."""
    both = 0
    for number in range(60):
        generator = np.random.default_rng(number)
        sets = [tuple(np.flatnonzero(generator.random(8) < 0.3).tolist()) for _ in range(25)]
        costs, person = generator.integers(0, 4, 8), np.repeat(np.arange(4), 2)
        limits = Limits(int(generator.integers(4, 12)) if number % 2 else None, 1 + number % 4)
        sample = sample_of(sets, 8)
        chosen = np.flatnonzero(choose(sample, costs, limits, 1.0, Holds(costs, person)))
        assert np.unique(person[chosen]).size == chosen.size
        free = np.flatnonzero(choose(sample, costs, limits, 1.0))
        both += np.unique(person[free]).size < free.size
    assert both > 10


def value_of(number):
    """Draw what a set is worth in an instance: too little, about enough, and plenty."""
    return float(np.random.default_rng(number).choice([0.3, 1.0, 2.5, 8.0]))


def test_toggling_keeps_everybodys_worth():
    """After any sequence of changes, worth and coverage are what counting from scratch gives."""
    for number in range(120):
        instance = random_instance(number)
        n = instance.costs.size
        sample = sample_of(instance.sets, n)
        work, generator = Working(sample), np.random.default_rng(number)
        for candidate in generator.integers(0, n, 12):
            work.toggle(int(candidate))
            chosen = set(work.members.tolist())
            assert work.covered == oracle.coverage(instance.sets, chosen)
            for c in range(n):
                with_c, without = chosen | {c}, chosen - {c}
                difference = oracle.coverage(instance.sets, with_c) - oracle.coverage(instance.sets, without)
                assert work.worth[c] == difference, f"instance {number}"


def test_choice_and_bound_against_brute_force():
    """No choice beats the bound, every choice is allowed, and what the bound proves best is best."""
    optimal = 0
    for number in range(200):
        instance, per_set = random_instance(number), value_of(number)
        costs, limits = instance.costs, instance.limits
        sample = sample_of(instance.sets, costs.size)
        best = best_earned(instance, per_set)
        limited = limits.budget is not None or limits.k is not None
        begin = select(sample, costs, limits).order if limited else None
        marks = choose(sample, costs, limits, per_set, begin=begin)
        chosen = np.flatnonzero(marks)
        earned = per_set * oracle.coverage(instance.sets, chosen) - costs[chosen].sum()
        assert chosen.size == 0 or limits.allow(chosen, costs)
        assert 0 <= earned <= best + 1e-9
        bound = most_earned(price_sets(sample, costs, limits, per_set, marks, 300), costs, limits, per_set)
        assert bound >= best - 1e-9, f"instance {number}"
        if bound <= earned + 1e-6:
            assert earned == pytest.approx(best)
        optimal += abs(earned - best) < 1e-9
    assert optimal >= 198


def test_the_bound_is_that_of_the_fractional_knapsack():
    """At the prices found, what is left is linear: its bound is the optimum of the relaxation, by duality."""
    limited = 0
    for number in range(120):
        instance, per_set = random_instance(number), value_of(number)
        costs, limits = instance.costs, instance.limits
        marks = np.random.default_rng(number).random(costs.size) < 0.3
        cut = price_sets(sample_of(instance.sets, costs.size), costs, limits, per_set, marks, 5)
        able = np.flatnonzero((costs <= limits.money) & (cut.scores > 0))
        worth = per_set * cut.parts[able] - costs[able]
        filled = Purse.of(costs[able], limits.budget, limits.k).relax(worth).value if able.size else 0.0
        expected = per_set * cut.uncovered + filled
        assert most_earned(cut, costs, limits, per_set) == pytest.approx(expected, rel=1e-6, abs=1e-6)
        limited += filled < np.maximum(worth, 0.0).sum() - 1e-6
    assert limited > 20


@pytest.mark.parametrize("steps", [0, 1, 5])
def test_the_bound_holds_wherever_the_search_is_broken_off(steps):
    """Prices need not be good for the bound to hold, nor the choice they start from."""
    for number in range(120):
        instance, per_set = random_instance(number), value_of(number)
        costs, limits = instance.costs, instance.limits
        sample = sample_of(instance.sets, costs.size)
        marks = np.random.default_rng(number).random(costs.size) < 0.3
        bound = most_earned(price_sets(sample, costs, limits, per_set, marks, steps), costs, limits, per_set)
        assert bound >= best_earned(instance, per_set) - 1e-9, f"instance {number}"


def test_tangents_lie_above_the_curve():
    """The tangent of a concave curve is nowhere below it."""
    x = np.linspace(0, 1e4, 2_001)
    for alpha in (0.1, 1e-4):
        t = np.sqrt(np.log(1 / alpha) / 2)
        g = (np.sqrt(x + t * t) + t) ** 2
        for x0 in (0.5, 3.0, 100.0, 9e3):
            level, slope = tangent(x0, alpha)
            assert (level + slope * x >= g * (1 - 1e-12)).all()


def truth_of(graph, value, budget=None, k=None):
    """Give the exact profit of every allowed choice."""
    worlds = oracle.Enumeration(graph)
    return {
        chosen: value * worlds.reach(chosen) - sum(COSTS[c] for c in chosen)
        for chosen in oracle.feasible_sets(COSTS, budget, k)
    }


CASES = [(3, 0.6, {}), (7, 1.2, {"budget": 6}), (11, 3.0, {"k": 2})]


@pytest.mark.parametrize(("number", "value", "limits"), CASES)
def test_the_certificate_is_false_at_most_as_often_as_allowed(number, value, limits):
    """Over 300 keys and δ = 0.1, profit is below `lower`, or the best above `upper`, in at most 30 plans."""
    graph = random_graph(number)
    network, truth = graph.network(), truth_of(graph, value, **limits)
    best = max(truth.values())
    false, held = 0, 0
    for key in range(300):
        plan = sd.optimize(
            network,
            dict(enumerate(COSTS)),
            value_per_reach=value,
            gap=0.3,
            delta=0.1,
            rng=key,
            **limits,
            **QUICK,
        )
        real = truth[tuple(sorted(plan.seeds["candidate"].tolist()))]
        false += real < plan.profit.lower - 1e-9 or best > plan.profit.upper + 1e-9
        held += plan.profit.low - 1e-9 <= real <= plan.profit.high + 1e-9
    assert false <= 30
    assert held >= 270


def test_near_the_best_profit():
    """On a hundred random graphs the plan earns the best possible but for the tolerance it was asked for."""
    for number in range(100):
        graph = random_graph(number)
        value = [0.3, 0.9, 2.0, 6.0][number % 4]
        limits = [{}, {"budget": 5}, {"k": 2}, {"budget": 8, "k": 3}][number // 4 % 4]
        truth = truth_of(graph, value, **limits)
        plan = sd.optimize(
            graph.network(),
            dict(enumerate(COSTS)),
            value_per_reach=value,
            gap=0.1,
            rng=number,
            **limits,
            **QUICK,
        )
        chosen = tuple(sorted(plan.seeds["candidate"].tolist()))
        worth = max(value * oracle.exact_reach(graph, [c]) for c in range(7))
        at_stake = max(truth[chosen] + sum(COSTS[c] for c in chosen), worth)
        assert truth[chosen] >= max(truth.values()) - 0.11 * at_stake - 1e-9
        assert plan.profit.lower <= truth[chosen] + 1e-9 <= max(truth.values()) + 1e-8
        assert plan.profit.upper >= max(truth.values()) - 1e-9


def test_an_empty_plan_works_everywhere(tmp_path, capsys):
    """Where nobody is worth the cost there is a plan without seeds, in every form a plan has."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    plan = sd.optimize(star, {"hub": 900, "a": 100}, value_per_reach="0.01", rng=1, **QUICK)
    assert len(plan.seeds) == 0
    assert plan.cost == 0
    assert (plan.reach.mean, plan.profit.mean, plan.profit.lower) == (0.0, 0.0, 0.0)
    assert plan.profit.upper < 5
    assert "0 seeds" in plan.summary()
    assert "Expected profit" in plan.summary()
    assert json.loads(plan.to_json())["seeds"] == []
    assert repr(plan).startswith("Plan(0 seeds")
    for spreadsheet in (False, True):
        plan.to_csv(tmp_path / "seeds.csv", spreadsheet=spreadsheet)
        assert sd.read_seeds(tmp_path / "seeds.csv") == []
    assert sd.estimate_reach(star, [], rng=1).mean == 0.0


def test_profit_adds_up():
    """The profit is value · reach − cost to the cent, and says what it is in every form."""
    star = sd.Network.from_edges(["hub"] * 30, [f"fan {i}" for i in range(30)], 0.5)
    plan = sd.optimize(star, {"hub": "20.25", "fan 1": 3}, value_per_reach="1.5", rng=1, **QUICK)
    assert plan.seeds["candidate"].tolist() == ["hub"]
    assert plan.profit.mean == pytest.approx(1.5 * plan.reach.mean - 20.25)
    assert plan.profit.low == pytest.approx(1.5 * plan.reach.low - 20.25)
    assert plan.profit.value_per_reach == Decimal("1.5")
    assert plan.to_dict()["profit"]["value_per_reach"] == "1.5"
    assert plan.certificate is None
    assert plan.provenance["parameters"]["value_per_reach"] == "1.5"


def test_same_key_same_plan_on_any_number_of_threads():
    """Threads change nothing."""
    network, roster = sd.datasets.creator_market(people=600, creators=30)
    plans = [
        sd.optimize(network, roster, value_per_reach=150, rng=5, threads=threads, precision=0.05)
        for threads in (1, 3)
    ]
    assert plans[0].seeds.equals(plans[1].seeds)
    assert plans[0].profit == plans[1].profit


def test_limits_of_memory_and_time_end_it(monkeypatch):
    """Ended early, a plan for profit is valid, and its bounds are honest if loose."""
    graph = random_graph(3)
    truth = truth_of(graph, 2.0)
    for limit in ({"memory_limit": "1kB"}, {"time_limit": 1e-6}):
        plan = sd.optimize(
            graph.network(), dict(enumerate(COSTS)), value_per_reach=2, gap=0.001, rng=1, **limit, **QUICK
        )
        assert plan.stopped_early
        assert plan.profit.upper >= max(truth.values())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"value_per_reach": 0}, "not above 0"),
        ({"value_per_reach": -2}, "not above 0"),
        ({"value_per_reach": "much"}, "not an amount of money"),
        ({"value_per_reach": float("nan")}, "finite"),
        ({"value_per_reach": True}, "not an amount"),
        ({"value_per_reach": 1, "method": "celf"}, "cannot choose for profit"),
        ({"value_per_reach": 1, "budget": -1}, "negative"),
        ({"value_per_reach": 1, "k": 0}, "k=0"),
        ({"value_per_reach": 1, "k": 99}, "more than the 4 candidates"),
    ],
)
def test_bad_input(arguments, said):
    """One sentence, before any long work."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    with pytest.raises(InputError, match=said):
        sd.optimize(star, **arguments)


def test_a_budget_for_nobody_is_an_empty_plan():
    """With a value per reach, a budget below the cheapest candidate leaves nothing to choose, and says so."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    plan = sd.optimize(star, {"hub": 10}, value_per_reach=100, budget=5, rng=1, **QUICK)
    assert len(plan.seeds) == 0
    assert plan.budget == 5
