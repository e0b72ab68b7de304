"""Reach over time without a deadline: against enumeration and closed forms, apart from all other numbers."""

from __future__ import annotations

import json

import numpy as np
import oracle
import pytest
from laws import assert_mean
from small_graphs import random_graph

import seeding as sd
from seeding._kernels.forward.arc_by_arc import GRAIN
from seeding.diffusion import IndependentCascade
from seeding.network import packed_rows
from seeding.plan.sections import LAST_STEP
from seeding.questions import by_step
from seeding.simulation import cascade_forward
from seeding.simulation.propagation import Seeds, propagation_of

QUICK = {"rng": 1, "gap": 0.5, "precision": 0.2}
RUNS = 256
PATH = sd.Network.from_edges(range(50), range(1, 51), 1.0)


def within(graph: oracle.Graph, seeds: list[int], steps: int) -> float:
    """Return what is reached within so many steps, over all live-edge graphs."""
    total = 0.0
    for chance, arcs in oracle.live_graphs(graph):
        found = set(seeds)
        for _ in range(steps):
            found |= {v for u, v in arcs if u in found}
        total += chance * sum(graph.w[v] for v in found)
    return total


def steps_of(network, seeds, accept=(), runs=RUNS):
    """Simulate step by step; returns the block."""
    nodes = np.array(seeds)
    asked = Seeds(nodes, np.array(accept, dtype=float), nodes)
    return propagation_of(network, IndependentCascade()).by_step(asked, 9)(0, runs * GRAIN)


@pytest.fixture(params=[False, True], ids=["arc by arc", "packed"])
def packed(request, monkeypatch) -> bool:
    """Run on rows as they are, and on packed ones."""
    if request.param:
        for module in (packed_rows, cascade_forward):
            monkeypatch.setattr(module, "PACKED_FROM_ARCS", 0)
    return request.param


@pytest.mark.parametrize("number", range(3))
def test_every_step_is_the_enumerated_one(packed, number):
    """In the mean, by every step, with weights; the sum of squares is that of the last step."""
    graph = random_graph(number, n=6, m=9)
    block = steps_of(graph.network(), [3, 0, 3])
    for step in range(block.curve.shape[1]):
        assert_mean(block.curve[:, step] / GRAIN, within(graph, [3, 0], step), f"by step {step}")
    assert block.curve[:, -1].sum() == pytest.approx(block.reach.sum())
    assert block.bends[:, -1].sum() == pytest.approx((block.reach**2).sum())
    spread = block.bends.sum(axis=0) / block.reach.size - (block.curve.sum(axis=0) / block.reach.size) ** 2
    assert spread[0] == pytest.approx(0.0, abs=1e-9)


def test_who_declines_starts_nothing(packed):
    """A seed that accepts with 0.3 at the head of a path, and one for certain in its middle."""
    path = sd.Network.from_edges(range(4), range(1, 5), 0.5)
    block = steps_of(path, [0, 3], accept=[0.3, 1.0])
    expected = [1.3, 1.3 + 0.5 + 0.15, 1.95 + 0.3 * 0.25]
    for step, truth in enumerate(expected):
        assert_mean(block.curve[:, step] / GRAIN, truth, f"by step {step}")


def test_seen_step_by_step(packed):
    """On a path each sees it with 0.8 of whom engages, and engages with 0.5: 1 + Σ 0.8·0.4^(t − 1)."""
    network = sd.Network.from_edges(range(5), range(1, 6), 0.8).with_exposure(share=0.5)
    plan = sd.optimize(network, {0: 1}, k=1, rng=2, precision=0.001)
    assert (plan.curve_worlds < plan.reach.worlds) == packed
    if packed:
        block = steps_of(network, [0])
        for step in range(4):
            truth = 1 + sum(0.8 * 0.4**t for t in range(step))
            assert_mean(block.curve[:, step] / GRAIN, truth, f"by step {step}")


def test_later_steps_stand_in_one_row(packed):
    """A certain path of 51: everybody of step 32 and later is in its row; the interval has no width."""
    plan = sd.optimize(PATH, {0: 1}, k=1, **QUICK)
    assert plan.curve["step"].tolist() == list(range(LAST_STEP + 1))
    assert plan.curve["reach"].tolist() == [*range(1, LAST_STEP + 1), 51.0]
    assert plan.to_dict()["curve"][-1]["and_later"] is True
    assert "2% of it at once, 63% by step 31, the rest later" in plan.summary()


def test_a_curve_ends_with_the_last_step_that_reaches_anybody(packed):
    """A star has two rows, a seed without arcs one; the summary says how many simulations."""
    star = sd.Network.from_edges(["hub"] * 5, list("abcde"), 1.0)
    plan = sd.optimize(star, {"hub": 1, "a": 1}, k=1, **QUICK)
    assert plan.curve.to_dict("list") == {
        "step": [0, 1], "reach": [1.0, 6.0], "low": [1.0, 6.0], "high": [1.0, 6.0],
    }  # fmt: skip
    assert plan.curve_worlds == plan.to_dict()["curve_worlds"] == 1_024
    assert "In time         17% of it at once, 100% by step 1 (1,024 simulations)" in plan.summary()
    alone = sd.optimize(star, {"a": 1}, k=1, **QUICK)
    assert alone.curve["reach"].tolist() == [1.0]
    assert json.loads(alone.to_json())["curve"] == [{"step": 0, "reach": 1.0, "low": 1.0, "high": 1.0}]


def test_nothing_else_of_the_plan_changes(monkeypatch):
    """With and without the curve all seeds, intervals and certificates are the same bits."""
    market = sd.datasets.creator_market(people=2_000, creators=40, rng=1)
    with_it = sd.optimize(*market, budget=5_000, **QUICK)
    monkeypatch.setattr("seeding.questions.assembling.sections_by_step", lambda *_: [])
    without = sd.optimize(*market, budget=5_000, **QUICK)
    said, other = with_it.to_dict(), without.to_dict()
    assert set(said) - set(other) == {"curve", "curve_worlds"}
    assert {key: said[key] for key in other if key != "phases"} == {
        key: other[key] for key in other if key != "phases"
    }
    added = [phase.name for phase in with_it.phases if phase.name not in {p.name for p in without.phases}]
    assert added == ["follow the steps"]


def test_large_cascades_are_followed_in_fewer_worlds(packed, monkeypatch):
    """About as many visits as allowed, whatever a node weighs; one run at least, and whole runs."""
    monkeypatch.setattr(by_step, "_VISITS", 51 * 200)
    assert sd.optimize(PATH, {0: 1}, k=1, **QUICK).curve_worlds == 192
    heavy = sd.Network.from_edges(range(50), range(1, 51), 1.0, weights=np.full(51, 1e6), nodes=range(51))
    assert sd.optimize(heavy, {0: 1}, k=1, **QUICK).curve_worlds == 192
    monkeypatch.setattr(by_step, "_VISITS", 1)
    assert sd.optimize(PATH, {0: 1}, k=1, **QUICK).curve_worlds == GRAIN


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(packed, threads):
    """The same rows for any number of threads."""
    network = random_graph(1, n=6, m=9).network()
    one, many = (sd.optimize(network, k=2, threads=n, **QUICK) for n in (1, threads))
    assert one.curve.equals(many.curve)


def test_no_time_and_no_seeds_have_no_curve():
    """Where time is up nothing more is simulated; a plan without seeds has nothing to follow."""
    late = sd.optimize(PATH, {0: 1}, k=1, time_limit=1e-9, **QUICK)
    assert late.curve is None
    assert late.curve_worlds is None
    nobody = sd.optimize(PATH, {0: 1_000}, value_per_reach=0.001, **QUICK)
    assert len(nobody.seeds) == 0
    assert nobody.curve is None


def test_least_cost_and_frontier_have_it_too():
    """Every plan of a further question says when people are reached."""
    market = sd.datasets.creator_market(people=900, creators=20, rng=1)
    least = sd.minimize_cost(*market, target_reach=40, rng=1, gap=0.5)
    assert least.curve["reach"].is_monotonic_increasing
    points = sd.frontier(*market, budgets=[3_000, 9_000], **QUICK).points
    assert all(point.plan.curve is not None for point in points)
