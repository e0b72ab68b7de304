"""`minimize_cost`: covers and cost bounds against brute force, targets reached, and what is out of reach."""

from __future__ import annotations

import itertools
import json
import math
from decimal import Decimal

import numpy as np
import oracle
import pandas as pd
import pytest
from problems import make_problem, random_instance, sample_of
from rule_oracle import allowed
from ruled_instances import KINDS, market
from small_graphs import random_graph

import seeding as sd
from seeding.errors import InfeasibleError, InputError
from seeding.selection.cost.bounds import least_cost, price_sets
from seeding.selection.cost.cheap_cover import cover_cheaply
from seeding.selection.cost.cheap_cover_under_rules import cover_within_rules
from seeding.selection.cost.least_cost import _least_count, least_by_heads
from seeding.selection.offers_on_sample import offered

QUICK = {"precision": 0.05, "threads": 1}
COSTS = [3, 1, 2, 5, 1, 2, 4]


def cheapest_cover(instance, needed):
    """Find what covering `needed` sets costs by trying every allowed choice; infinite if none does."""
    costs, (budget, k) = instance.costs.tolist(), (instance.limits.budget, instance.limits.k)
    covers = [
        sum(costs[c] for c in chosen)
        for chosen in oracle.feasible_sets(costs, budget, k)
        if oracle.coverage(instance.sets, chosen) >= needed
    ]
    return min(covers, default=math.inf)


def cases():
    """List instances with a few numbers of sets to cover."""
    for number in range(150):
        instance = random_instance(number)
        total = sum(bool(members) for members in instance.sets)
        for needed in sorted({1, total // 2, total} - {0}):
            yield number, instance, needed


def test_covers_are_cheap_and_bounds_below_them():
    """Covers are allowed, cover enough and mostly cost the least; no bound exceeds the least cost."""
    found = optimal = possible = 0
    for number, instance, needed in cases():
        costs, limits = instance.costs, instance.limits
        sample = sample_of(instance.sets, costs.size)
        least = cheapest_cover(instance, needed)
        marks = cover_cheaply(sample, costs, limits, needed)
        possible += least < math.inf
        if marks is not None:
            chosen = np.flatnonzero(marks)
            cost = int(costs[chosen].sum())
            assert limits.allow(chosen, costs)
            assert oracle.coverage(instance.sets, chosen) >= needed
            assert cost >= least
            found, optimal = found + 1, optimal + (cost == least)
        start = np.zeros(costs.size, dtype=np.bool_) if marks is None else marks
        assert least_by_heads(sample, costs, limits, needed) <= least
        for slope in (0.2, 1.0, 6.0):
            for steps in (0, 100):
                bound = price_sets(sample, costs, limits, slope, start, steps)
                assert least_cost(bound, costs, limits, needed)[0] <= least + 1e-9, f"instance {number}"
    assert found >= 0.98 * possible
    assert optimal >= 0.98 * found


def test_the_bound_is_mostly_near():
    """Priced at its own rate, the bound is close to the least cost on small instances."""
    ratios = []
    for _, instance, needed in cases():
        costs, limits = instance.costs, instance.limits
        least = cheapest_cover(instance, needed)
        if not 0 < least < math.inf:
            continue
        sample = sample_of(instance.sets, costs.size)
        marks = cover_cheaply(sample, costs, limits, needed)
        start = np.zeros(costs.size, dtype=np.bool_) if marks is None else marks
        bound = price_sets(sample, costs, limits, least / needed, start, 0)
        value, rate = least_cost(bound, costs, limits, needed)
        for _ in range(3):
            if 0 < rate < math.inf:
                bound = price_sets(sample, costs, limits, rate, start, 300)
                again, rate = least_cost(bound, costs, limits, needed)
                value = max(value, again)
        value = max(value, least_by_heads(sample, costs, limits, needed))
        ratios.append(min(value, least) / least)
    assert np.mean(ratios) > 0.8


def truth_of(graph, target, budget=None, k=None):
    """Give the exact reach of every allowed choice, and the least cost of reaching the target."""
    worlds = oracle.Enumeration(graph)
    reach = {chosen: worlds.reach(chosen) for chosen in oracle.feasible_sets(COSTS, budget, k)}
    costs = [sum(COSTS[c] for c in chosen) for chosen, value in reach.items() if value >= target - 1e-9]
    return reach, min(costs, default=math.inf)


@pytest.mark.parametrize(
    ("number", "share", "limits"), [(3, 0.5, {}), (7, 0.35, {"budget": 9}), (11, 0.4, {"k": 3})]
)
def test_the_target_is_reached_as_often_as_promised(number, share, limits):
    """Over 300 keys at most a tenth miss the target, and at most a tenth claim too large a least cost."""
    graph = random_graph(number)
    target = share * sum(graph.w)
    reach, least = truth_of(graph, target, **limits)
    assert least < math.inf
    missed = false = 0
    for key in range(300):
        plan = sd.minimize_cost(
            graph.network(), dict(enumerate(COSTS)), target_reach=target, confidence=0.9, delta=0.1, gap=0.3,
            rng=key, **limits, **QUICK,
        )  # fmt: skip
        chosen = tuple(sorted(plan.seeds["candidate"].tolist()))
        missed += reach[chosen] < target - 1e-9
        false += plan.target.cost_lower > least
        assert plan.target.lower >= target
        assert plan.cost >= plan.target.cost_lower
    assert missed <= 30
    assert false <= 30


def test_near_the_least_cost():
    """On a hundred random graphs the target is reached, for little more than the least possible cost."""
    paid, least_paid = 0, 0
    for number in range(100):
        graph = random_graph(number)
        target = [0.2, 0.4, 0.6][number % 3] * sum(graph.w)
        limits = [{}, {"budget": 12}, {"k": 4}][number // 3 % 3]
        reach, least = truth_of(graph, target, **limits)
        ask = {"target_reach": target, "gap": 0.2, "memory_limit": "20MB", "rng": number}
        if max(reach.values()) < 1.05 * target:
            continue  # out of reach, or too close to tell
        plan = sd.minimize_cost(graph.network(), dict(enumerate(COSTS)), **ask, **limits, **QUICK)
        chosen = tuple(sorted(plan.seeds["candidate"].tolist()))
        assert reach[chosen] >= target - 1e-9
        assert plan.target.cost_lower <= least <= plan.cost
        paid, least_paid = paid + plan.cost, least_paid + least
    assert paid <= Decimal("1.15") * least_paid


def test_out_of_reach_says_by_how_much():
    """A target beyond everybody, a budget or a head count names what can be reached, and the difference."""
    network, roster = sd.datasets.creator_market(people=1_000, creators=40)
    everyone = sd.estimate_reach(network, roster.candidates.tolist(), rng=1)
    for limits, words in (
        ({}, "all 40 candidates"),
        ({"budget": 5_000}, "a budget of 5,000"),
        ({"k": 2}, "2 seeds"),
    ):
        with pytest.raises(InfeasibleError, match=words) as caught:
            sd.minimize_cost(network, roster, target_reach=everyone.high * 1.3, rng=1, **limits, **QUICK)
        assert "more" in str(caught.value)
        assert "with probability 0.99" in str(caught.value)
    assert caught.value.exit_code == 3
    with pytest.raises(InfeasibleError, match="more than all 1,040 people"):
        sd.minimize_cost(network, roster, target_reach=1_041, rng=1)


def test_too_close_to_call_is_said_so():
    """Exactly what everybody reaches can neither be proven nor refuted; the error says so."""
    star = sd.Network.from_edges(["hub"] * 4, ["a", "b", "c", "d"], 0.5)
    with pytest.raises(InfeasibleError, match="too close to call"):
        sd.minimize_cost(star, {"hub": 1}, target_reach=3.0, gap=0.5, rng=1, **QUICK)
    with pytest.raises(InfeasibleError, match="limit ended the search"):
        sd.minimize_cost(star, {"hub": 1}, target_reach=3.0, memory_limit="1kB", rng=1, **QUICK)


def test_what_needs_no_sample_is_certain():
    """Seeds count as reached: a target of so many people is met by as many, without arcs exactly."""
    lonely = sd.Network.from_edges(np.array([]), [], 0.5, nodes=["a", "b", "c", "d"])
    plan = sd.minimize_cost(lonely, {"a": 5, "b": 1, "c": 2, "d": 9}, target_reach=1, rng=1, **QUICK)
    assert plan.seeds["candidate"].tolist() == ["b"]
    assert plan.target.cost_lower == 1
    assert plan.stopped == "proven"


def test_the_plan_says_what_was_asked(tmp_path):
    """The target is in the summary, in JSON and in the provenance; the CSV comes back as the same seeds."""
    network, roster = sd.datasets.creator_market(people=600, creators=30)
    plan = sd.minimize_cost(network, roster, target_reach=40, confidence=0.95, gap=0.2, rng=2, **QUICK)
    assert plan.certificate is None
    assert plan.target.lower >= 40
    assert "as the target of 40.0 asks" in plan.summary()
    said = json.loads(plan.to_json())
    assert said["target"]["confidence"] == 0.95
    assert Decimal(said["target"]["cost_lower"]) <= plan.cost
    assert said["provenance"]["parameters"]["target_reach"] == 40
    plan.to_csv(tmp_path / "seeds.csv")
    assert sd.read_seeds(tmp_path / "seeds.csv") == plan.seeds["candidate"].tolist()
    assert plan.cost == sum(plan.exact_costs)


def test_same_key_same_plan_on_any_number_of_threads():
    """Threads change nothing."""
    network, roster = sd.datasets.creator_market(people=600, creators=30)
    ask = {"target_reach": 30, "gap": 0.2, "precision": 0.05, "rng": 5}
    plans = [sd.minimize_cost(network, roster, threads=threads, **ask) for threads in (1, 3)]
    assert plans[0].seeds.equals(plans[1].seeds)
    assert plans[0].target == plans[1].target


def test_counts():
    """The least count that is enough is found by halving, also where none or nought is."""
    for least in range(12):
        assert _least_count(10, lambda n, least=least: n >= least) == min(least, 11)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"target_reach": 0}, "not a number above 0"),
        ({"target_reach": -1}, "not a number above 0"),
        ({"target_reach": float("nan")}, "not a number above 0"),
        ({"target_reach": float("inf")}, "not a number above 0"),
        ({"target_reach": "3"}, "not a number above 0"),
        ({"target_reach": True}, "not a number above 0"),
        ({"target_reach": 1, "confidence": 1}, "confidence=1"),
        ({"target_reach": 1, "confidence": 0}, "confidence=0"),
        ({"target_reach": 1, "gap": 0}, "gap=0"),
        ({"target_reach": 1, "delta": 2}, "delta=2"),
        ({"target_reach": 1, "budget": -3}, "negative"),
        ({"target_reach": 1, "k": 0}, "k=0"),
        ({"target_reach": 1, "constraints": ["x"]}, "is not a rule"),
        ({"target_reach": 1, "threads": 0}, "threads=0"),
        ({"target_reach": 1, "time_limit": 0}, "time_limit=0"),
    ],
)
def test_bad_input(arguments, said):
    """One sentence, before any long work."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    with pytest.raises(InputError, match=said):
        sd.minimize_cost(star, **arguments)


def least_under_rules(one, needed):
    """Find what covering `needed` sets costs under rules, in minor units, by trying every way to pay."""
    people, costs = one.frame["candidate"].tolist(), one.roster.costs.tolist()
    choices = allowed(
        one.rules_in_minor, one.frame, dict(zip(people, costs, strict=True)), one.minor.budget, one.limits.k
    )
    covers = [
        cost
        for who, cost in choices.items()
        if one.covered({people.index(person) for person in who}) >= needed
    ]
    return min(covers, default=math.inf)


@pytest.mark.parametrize("kind", KINDS)
def test_covers_under_a_rule_are_allowed_and_cheap(kind):
    """Under each rule, alone and with a second one: allowed, enough, never below the least, mostly at it."""
    found = optimal = possible = 0
    for number in range(40):
        kinds = (kind,) if number % 2 else (kind, KINDS[(KINDS.index(kind) + number) % len(KINDS)])
        one = market(number, tuple(dict.fromkeys(kinds)), most=6)
        terms, needed = one.terms, 1 + number % max(len(one.sets), 1)
        least = least_under_rules(one, needed)
        problem = make_problem(
            sd.Network.from_edges([0], [1], 0.5),
            nodes=[0] * len(one.frame),
            costs=one.roster.costs.tolist(),
            budget=one.minor.budget,
            k=one.minor.k,
            terms=terms,
        )
        sample = offered(one.sample, terms.offers)
        marks = cover_within_rules(problem, sample, needed)
        possible += least < math.inf
        start = np.zeros(terms.program.n_offers, dtype=np.bool_) if marks is None else marks
        if marks is not None:
            chosen = np.flatnonzero(marks)
            cost = int(terms.program.costs[chosen].sum())
            assert terms.program.allows(chosen)
            assert one.covered(set(problem.seeded(chosen).tolist())) >= needed
            assert cost >= least
            found, optimal = found + 1, optimal + (cost == least)
        for slope in (0.2, 1.0, 6.0):
            bound = price_sets(sample, terms.program.costs, one.minor, slope, start, 50)
            assert least_cost(bound, terms.program.costs, one.minor, needed)[0] <= least + 1e-9
    assert possible > 5
    assert found >= 0.9 * possible
    assert optimal >= 0.8 * found


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (sd.Exclude("a"), lambda who: "a" not in who),
        (sd.Require("d"), lambda who: "d" in who),
        (sd.AtMost(1, platform="x"), lambda who: len(who & {"a", "b"}) <= 1),
        (sd.Together("c", "d"), lambda who: len(who & {"c", "d"}) != 1),
        (sd.Bundle(("b", "c"), 3, "duo"), lambda who: True),
    ],
)
def test_the_cheapest_plan_keeps_rules(rule, holds):
    """On a network without chance the plan is the cheapest that keeps the rule; the bound is below it."""
    arcs = [("a", i) for i in range(6)] + [("b", i) for i in range(4)] + [("c", i) for i in range(3, 8)]
    arcs += [("d", i) for i in range(7, 9)]
    network = sd.Network.from_edges(*map(list, zip(*[(s, str(t)) for s, t in arcs], strict=True)), 1.0)
    frame = {"candidate": list("abcd"), "cost": [5, 3, 4, 2], "platform": ["x", "x", "y", "y"]}
    reach = {name: {str(t) for s, t in arcs if s == name} | {name} for name in "abcd"}
    choices = [set(who) for size in range(1, 5) for who in itertools.combinations("abcd", size)]
    prices = dict(zip("abcd", [5, 3, 4, 2], strict=True))

    def cost(who):
        packed = isinstance(rule, sd.Bundle) and {"b", "c"} <= who
        return sum(prices[p] for p in who) - 4 * packed

    target = 6.5
    least = min(
        cost(who) for who in choices if holds(who) and len(set().union(*map(reach.get, who))) >= target
    )
    plan = sd.minimize_cost(
        network, pd.DataFrame(frame), target_reach=target, constraints=[rule], rng=3, **QUICK
    )
    who = set(plan.seeds["candidate"])
    assert holds(who)
    assert len(set().union(*map(reach.get, who))) >= target
    assert float(plan.cost) == least
    assert plan.target.cost_lower <= plan.cost
    assert plan.rules == (str(rule),)


def test_rules_that_cannot_hold_are_explained():
    """Before any sampling: the rule, what it costs, and the way out."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    with pytest.raises(InfeasibleError, match="Require"):
        sd.minimize_cost(star, {"hub": 9, "a": 1}, target_reach=1, budget=5, constraints=[sd.Require("hub")])
