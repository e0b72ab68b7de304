"""Does it matter whom one chooses? Simple choices in the same worlds, paired."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import stats

import seeding as sd
from seeding.plan.answers import Comparison, student95
from seeding.simulation.propagation import forward_task

QUICK = {"threads": 1, "precision": 0.05, "gap": 0.1}


def test_where_all_are_alike_the_plan_says_so():
    """In a 4-regular network at p = 0.05 anybody is as good: 5 seeds reach 6.2, chosen at random or not."""
    network = sd.Network.from_networkx(nx.random_regular_graph(4, 300, seed=1), 0.05)
    plan = sd.optimize(network, k=5, rng=1, **QUICK)
    line = next(line for line in plan.summary().split("\n") if line.startswith("Simple choice"))
    assert "a choice at random within the same limits reaches 6." in line
    assert line.endswith("it hardly matters whom one chooses")
    random = plan.to_dict()["comparisons"][0]
    assert (random["choice"], random["hardly_helps"]) == ("random", True)
    assert random["low"] <= random["gain"] <= random["high"]
    asked = sd.optimize(network, k=5, rng=2, method="random", **QUICK)
    assert abs(random["reach"] - asked.reach.mean) < 0.5


def test_where_choosing_helps_nothing_is_said():
    """One hub among many: a choice at random reaches little, and the hub has the largest audience anyway."""
    network = sd.Network.from_edges(["hub"] * 200, [f"u{i}" for i in range(200)], 0.5)
    plan = sd.optimize(network, k=1, rng=1, **QUICK)
    random, audience = plan.comparisons
    assert not random.hardly_helps
    assert random.low > 50
    assert (audience.gain, audience.low, audience.high) == (0.0, 0.0, 0.0)
    assert audience.reach == pytest.approx(plan.reach.mean, rel=0.02)
    assert "choosing the most direct followers within the same limits" in plan.summary()
    # Hubs with the same followers, and one with fewer of its own: followers alone mislead.
    edges = [(hub, f"u{i}") for hub in "abdefghi" for i in range(100)] + [("c", f"v{i}") for i in range(80)]
    both = sd.Network.from_edges(*zip(*edges, strict=True), 0.9)
    plan = sd.optimize(both, dict.fromkeys("abcdefghi", 1), k=2, rng=1, **QUICK)
    assert not any(one.hardly_helps for one in plan.comparisons)
    assert "Simple choice" not in plan.summary()


def test_the_worlds_are_the_same():
    """The gain over the largest audience is the difference of both, world by world."""
    network = sd.Network.from_networkx(nx.barabasi_albert_graph(200, 2, seed=4), 0.2)
    plan = sd.optimize(network, k=4, rng=5, **QUICK)
    followers = np.diff(network.out.indptr)
    top = network.labels[np.argsort(-followers, kind="stable")[:4]].tolist()
    from seeding._runtime.rng import derive, to_key
    from seeding.selection.problem import STAGES

    key = derive(to_key(5), STAGES["evaluate"])
    ours, theirs = (
        forward_task(network, network.index(seeds), key)(0, 512).reach
        for seeds in (plan.seeds["candidate"], top)
    )
    found = plan.comparisons[1]
    assert found.worlds == 512
    assert found.gain == pytest.approx((ours - theirs).mean(), abs=1e-12)
    half = stats.t.ppf(0.975, 511) * (ours - theirs).std(ddof=1) / np.sqrt(512)
    assert found.high - found.gain == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize(
    "asked",
    [
        {"constraints": [sd.Require(7), sd.Exclude(0)]},
        {"constraints": [sd.Bundle([0, 1], 1.5), sd.AtMost(3)]},
        {"constraints": [sd.Together(3, 4), sd.SpendAtLeast(2)]},
        {"rivals": [0]},
        {"method": "celf"},
        {"method": "exact"},
        {"model": sd.IndependentCascade(deadline=2)},
    ],
    ids=str,
)
def test_simple_choices_keep_limits_and_rules(asked, monkeypatch):
    """Whatever a plan has to keep, those whom it is compared with keep too."""
    from seeding.questions import comparison

    seen = []

    def buy(problem, rank, most_asked, honest=comparison.buy):
        chosen = honest(problem, rank, most_asked)
        seen.append(chosen)
        if problem.offers.plain:
            assert problem.program.allows(chosen)
        return chosen

    monkeypatch.setattr(comparison, "buy", buy)
    network = sd.Network.from_networkx(nx.barabasi_albert_graph(60, 2, seed=4), 0.2)
    roster = {node: 1 + node % 3 for node in range(30)}
    plan = sd.optimize(network, roster, budget=7, k=4, rng=5, **QUICK | asked)
    assert len(plan.comparisons) == 2
    assert len(seen) > 4
    assert len({chosen.tobytes() for chosen in seen}) > 2


def test_where_there_is_nothing_to_compare():
    """Everybody chosen, a rule of thumb, a profit, or nobody who may be bought alone: nothing is said."""
    network = sd.Network.from_networkx(nx.barabasi_albert_graph(60, 2, seed=4), 0.2)
    for asked in (
        {"k": 3, "roster": dict.fromkeys(range(3), 1)},
        {"k": 3, "method": "degree"},
        {"value_per_reach": 2},
        {"k": 3, "constraints": [sd.MaxShare(0.4)]},
    ):
        plan = sd.optimize(network, **asked, rng=5, **QUICK)
        assert plan.comparisons == ()
        assert "comparisons" not in plan.to_dict()


def test_buying_by_a_ranking():
    """Money and heads: the ranking is gone through once, passing over whoever does not fit, as one by one."""
    from types import SimpleNamespace

    from seeding.questions.comparison import _buy_plainly
    from seeding.rules.limits import Limits

    rng = np.random.default_rng(2)
    for _ in range(200):
        costs = rng.integers(0, 9, int(rng.integers(1, 12)))
        limits = Limits(
            int(rng.integers(0, 30)) or None, int(rng.integers(1, 9)) if rng.random() < 0.7 else None
        )
        rank = rng.permutation(costs.size)
        left, expected = limits.money, []
        for candidate in rank.tolist():
            if len(expected) < limits.count(costs.size) and costs[candidate] <= left:
                expected.append(candidate)
                left -= int(costs[candidate])
        assert _buy_plainly(SimpleNamespace(costs=costs, limits=limits), rank).tolist() == expected


def test_the_interval_counts_runs():
    """Worlds that had one choice are one draw; the point of Student's distribution is near the true one."""
    ours, theirs = np.arange(8.0), np.array([0, 0, 0, 0, 4, 4, 4, 4.0])
    found = Comparison.of("random", ours, theirs, 4)
    assert (found.gain, found.reach) == (1.5, 2.0)
    assert (found.low, found.high) == (1.5, 1.5)
    for freedom in (3, 7, 15, 1_023):
        assert student95(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.01)


def test_words_say_how_sure_it_is():
    """Level for sure, perhaps level, and ahead; nought has no sign."""
    words = str(Comparison("random", 100.0, -0.01, -1.0, 1.0, 512))
    assert "the plan gains -0.01 (95 % interval -1.0 to 1.0): it hardly matters" in words
    assert "it may be that" in str(Comparison("random", 100.0, 4.0, 1.0, 9.0, 512))
    assert not Comparison("random", 100.0, 5.0, 2.1, 9.0, 512).hardly_helps
