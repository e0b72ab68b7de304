"""The same key gives the same plan, bit for bit, however work is split and people are written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_graphs import random_graph

import seeding as sd
from seeding.plan.plan import Plan
from seeding.sampling import rr_sets
from seeding.selection.celf import celf
from seeding.simulation import simulation

METHODS = ["ris", "celf", "exact"]
# Rankings depend on how people are numbered, and not on how work is split.
RANKED = ["degree_discount", "random"]
GRAPH = random_graph(5, n=60, m=150)
COSTS = [f"{3 + 1.35 * (v % 7):.2f}" for v in range(GRAPH.n)]
KEY = 17


def make_network(names: list[Any] | None = None, order: np.ndarray | None = None) -> sd.Network:
    """Build the network with the given names for 0, 1, … and the arcs in the given order."""
    names = list(range(GRAPH.n)) if names is None else names
    order = np.arange(len(GRAPH.arcs)) if order is None else order
    source, target = ([names[GRAPH.arcs[i][end]] for i in order] for end in (0, 1))
    probability = np.array(GRAPH.p)[order] * 0.6
    weights = dict(zip(names, GRAPH.w, strict=True))
    return sd.Network.from_edges(source, target, probability, nodes=names, weights=weights)


def make_plan(method: str, network: sd.Network | None = None, names: list | None = None, **how: Any) -> Plan:
    """Make the plan that all others must equal."""
    names = list(range(GRAPH.n)) if names is None else names
    roster = dict(zip(names, COSTS, strict=True))
    network = make_network(names) if network is None else network
    how = {"threads": 1} | how
    return sd.optimize(
        network, roster, budget="31.40", k=6, method=method, gap=0.4, precision=0.03, rng=KEY, **how
    )


@cache
def reference(method: str) -> Plan:
    """Make each method's plan once, on one thread."""
    return make_plan(method)


def assert_same(plan: Plan, expected: Plan) -> None:
    """Check that two plans are the same to the last bit, but for the times their phases took."""
    pd.testing.assert_frame_equal(plan.seeds, expected.seeds, check_exact=True)
    assert plan.reach == expected.reach
    assert plan.certificate == expected.certificate
    assert (plan.cost, plan.stopped, plan.method) == (expected.cost, expected.stopped, expected.method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads(method, threads):
    """The number of threads does not matter."""
    assert_same(make_plan(method, threads=threads), reference(method))


@pytest.mark.parametrize("method", METHODS)
def test_executor_of_threads(method):
    """Nor does it matter that somebody else's threads do the work."""
    with ThreadPoolExecutor(3) as pool:
        assert_same(make_plan(method, executor=pool, threads=None), reference(method))


@pytest.mark.parametrize("method", METHODS)
def test_executor_of_processes(method, processes):
    """Nor that other processes do."""
    assert_same(make_plan(method, executor=processes, threads=2), reference(method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("nodes_per_block", "most_per_block", "pilot"), [(1, 64, 1), (3_000, 97, 33)])
def test_block_size(monkeypatch, method, nodes_per_block, most_per_block, pilot):
    """Worlds may be cut into blocks of any size, for sampling, simulating and CELF."""
    monkeypatch.setattr(rr_sets, "_NODES_PER_BLOCK", nodes_per_block)
    monkeypatch.setattr(rr_sets, "_MOST_PER_BLOCK", most_per_block)
    monkeypatch.setattr(rr_sets, "_PILOT", pilot)
    monkeypatch.setattr(simulation, "_NODES_PER_BLOCK", nodes_per_block)
    monkeypatch.setattr(celf, "_TOGETHER", pilot)
    monkeypatch.setattr(celf, "_ALL_FROM", pilot)
    assert_same(make_plan(method, threads=2), reference(method))


@pytest.mark.parametrize("method", [*METHODS, *RANKED])
def test_row_order(method):
    """The rows of the edge list may come in any order."""
    order = np.random.default_rng(1).permutation(len(GRAPH.arcs))
    assert_same(make_plan(method, make_network(order=order)), reference(method))


@pytest.mark.parametrize("rule", ["weighted_cascade", "trivalency", 0.2])
def test_row_order_with_a_rule(rule):
    """Probabilities given by rule do not depend on the order of the rows either."""
    source, target = (np.array([arc[end] for arc in GRAPH.arcs]) for end in (0, 1))
    order = np.random.default_rng(4).permutation(source.size)
    made = [
        sd.optimize(
            sd.Network.from_edges(source[rows], target[rows], rule, rng=3),
            k=5,
            method="ris",
            rng=KEY,
            gap=0.4,
            threads=1,
        )
        for rows in (slice(None), order)
    ]
    assert_same(*made)


@pytest.mark.parametrize("method", [*METHODS, *RANKED])
@pytest.mark.parametrize(("kind", "style"), [(str, "@{:03d}"), (str, "1{:016d}"), (int, "1{:016d}")])
def test_label_type(method, style, kind):
    """Whether people are numbers, long ids or handles: the same people are chosen, with the same figures."""
    names = [kind(style.format(v)) for v in range(GRAPH.n)]
    plan, expected = make_plan(method, names=names), reference(method)
    assert plan.seeds["candidate"].tolist() == [names[v] for v in expected.seeds["candidate"]]
    pd.testing.assert_frame_equal(
        plan.seeds.drop(columns="candidate"), expected.seeds.drop(columns="candidate"), check_exact=True
    )
    assert (plan.reach, plan.certificate) == (expected.reach, expected.certificate)


@pytest.mark.parametrize("method", METHODS)
def test_text_ids_for_integer_nodes(method):
    """A roster that has the ids as text means the same people as the network's integers."""
    roster = dict(zip(map(str, range(GRAPH.n)), COSTS, strict=True))
    plan = sd.optimize(
        make_network(),
        roster,
        budget="31.40",
        k=6,
        method=method,
        gap=0.4,
        precision=0.03,
        rng=KEY,
        threads=1,
    )
    assert plan.seeds["candidate"].tolist() == [str(v) for v in reference(method).seeds["candidate"]]
    assert plan.reach == reference(method).reach


@pytest.mark.parametrize("method", [*METHODS, *RANKED])
def test_repeated(method):
    """Asked again, the same process gives the same plan; another key gives other figures."""
    assert_same(make_plan(method), reference(method))
    other = sd.optimize(
        make_network(),
        dict(enumerate(COSTS)),
        budget="31.40",
        k=6,
        method=method,
        gap=0.4,
        precision=0.03,
        rng=KEY + 1,
        threads=1,
    )
    assert other.reach != reference(method).reach


def test_money_in_another_unit():
    """Costs and budget in cents instead of whole units change the money, and nothing else."""
    network = make_network()
    cents = {v: int(cost.replace(".", "")) for v, cost in enumerate(COSTS)}
    how = {"method": "ris", "gap": 0.4, "precision": 0.03, "rng": KEY, "threads": 1}
    whole = sd.optimize(network, dict(enumerate(COSTS)), budget="31.40", **how)
    small = sd.optimize(network, cents, budget=3_140, **how)
    assert small.seeds["candidate"].tolist() == whole.seeds["candidate"].tolist()
    assert small.cost == 100 * whole.cost
    assert (small.reach, small.certificate) == (whole.reach, whole.certificate)
