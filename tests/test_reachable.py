"""Nobody to reach, or hardly anybody: answered from what is known, and sampled where somebody is."""

from __future__ import annotations

import invited as truth
import numpy as np
import oracle
import pandas as pd
import pytest
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.diffusion import IndependentCascade
from seeding.errors import InfeasibleError
from seeding.sampling.acceptance import chance_of_any
from seeding.sampling.cascade_reverse import marks_of
from seeding.simulation.propagation import rr_sampler

QUICK = {"rng": 1, "threads": 1, "precision": 0.1}
METHODS = ["auto", "ris", "exact", "celf", "random", "top_audience"]


def islands(weight: float = 0.0, p: float = 0.5) -> sd.Network:
    """Make two pairs: a → b, who weigh `weight`, and x → y, who weigh 1."""
    weights = {"a": weight, "b": weight, "x": 1, "y": 1}
    return sd.Network.from_edges(["a", "x"], ["b", "y"], p, nodes=list(weights), weights=weights)


def asking(accept: float) -> pd.DataFrame:
    """Make a roster of a and b who accept with this probability."""
    return pd.DataFrame({"candidate": ["a", "b"], "cost": 1, "accept": accept})


@pytest.mark.parametrize("method", METHODS)
def test_candidates_who_reach_nobody_are_refused(method):
    """By every method, before any sampling; a budget or a head count alike."""
    for limits in ({"k": 1}, {"budget": 2}):
        with pytest.raises(InfeasibleError, match="nobody can be reached: who can be chosen weighs 0"):
            sd.optimize(islands(), {"a": 1, "b": 1}, method=method, **limits, **QUICK)


@pytest.mark.parametrize("accept", [0.0, -0.0, 1e-7])
def test_nobody_ever_accepts(accept):
    """Probabilities of 0, with whatever sign, or that are 0 to six decimals."""
    with pytest.raises(InfeasibleError, match="'accept' is 0 for all who can be chosen"):
        sd.optimize(islands(1), asking(accept), k=1, **QUICK)


def test_other_questions_where_nobody_can_be_reached():
    """Nothing pays, no target is reached, and there is no curve; each at once."""
    plan = sd.optimize(islands(), {"a": 1, "b": 1}, value_per_reach=5, **QUICK)
    assert (len(plan.seeds), plan.profit.upper, plan.stopped) == (0, 0, "proven")
    for ask in (
        lambda: sd.frontier(islands(), {"a": 1, "b": 1}, **QUICK),
        lambda: sd.minimize_cost(islands(), {"a": 1, "b": 1}, target_reach=0.5, **QUICK),
        lambda: sd.optimize(islands(p=-0.0), {"a": 1}, k=1, **QUICK),
        audience_of_nobody_near,
    ):
        with pytest.raises(InfeasibleError, match="nobody can be reached"):
            ask()


def audience_of_nobody_near() -> sd.Plan:
    """Plan where those who count are reached only by somebody who is excluded."""
    people = pd.DataFrame({"node": ["a", "b", "x", "y"], "country": ["NO", "NO", "SE", "SE"]})
    network = sd.Network.from_edges(["a", "x"], ["b", "y"], 0.5, nodes=people)
    return sd.optimize(network, {"a": 1, "x": 1}, k=1, constraints=[sd.Exclude("x")],
                       audience="country == 'SE'", **QUICK)  # fmt: skip


def test_an_organic_start_that_reaches_all_anyway():
    """Who is active, or reached for certain, adds nothing; who may add something is planned for."""
    with pytest.raises(InfeasibleError, match="organic start"):
        sd.optimize(islands(1).with_organic(["a"]), {"a": 1}, k=1, **QUICK)
    with pytest.raises(InfeasibleError, match="organic start"):
        sd.optimize(islands(1, p=1.0).with_organic(["a"]), {"b": 1}, k=1, **QUICK)
    plan = sd.optimize(islands(1).with_organic(["a"]), {"b": 1}, k=1, **QUICK)
    assert 0.4 < plan.reach.mean < 0.6


@pytest.mark.parametrize("chance", [1e-6, 1e-4])
def test_tiny_acceptances_are_certified(chance):
    """One reaches 1.5 if it accepts, the other 1: the bounds hold that times the probability."""
    for limits, reach in (({"k": 1}, 1.5), ({"budget": 2}, 2.5)):
        plan = sd.optimize(islands(1), asking(chance), **limits, **QUICK)
        certificate = plan.certificate
        assert certificate.lower <= reach * chance * (1 + 1e-9)
        assert certificate.upper >= reach * chance * (1 - chance)
        assert certificate.ratio >= 0.95
        assert certificate.samples < 1 << 20
    assert plan.seeds["candidate"].tolist() == ["a", "b"]
    earned = sd.optimize(islands(1), asking(chance), value_per_reach=2, **QUICK).profit
    assert earned.lower <= (2 * 2.5 - 2) * chance * (1 + 1e-9)
    assert earned.upper >= (2 * 2.5 - 2) * chance * (1 - 2 * chance)


def test_a_small_part_of_a_large_network():
    """Three pairs of a hundred thousand: roots elsewhere are left out, and what is reached is the same."""
    n = 20_000
    network = sd.Network.from_edges(range(0, n, 2), range(1, n, 2), 0.5)
    plan = sd.optimize(network, {0: 1, 2: 1, 4: 1}, k=2, **QUICK)
    assert plan.stopped == "certified"
    assert plan.certificate.lower <= 3.0 <= plan.certificate.upper
    assert plan.certificate.samples < 1 << 18


def test_a_sample_that_never_holds_anybody_ends():
    """An arc of probability 1e-12 to the only one who counts: no sample shows it, and none is worth it."""
    network = sd.Network.from_edges(["a"], ["b"], 1e-12, weights={"a": 0, "b": 1})
    plan = sd.optimize(network, {"a": 1}, k=1, **QUICK)
    assert plan.stopped == "settled"
    assert plan.certificate.upper >= 1e-12
    assert sd.optimize(network, {"a": 1}, value_per_reach=1, **QUICK).stopped in ("settled", "proven")


@pytest.mark.parametrize("number", range(4))
def test_whom_a_search_marks(number):
    """The kernel marks whom some nodes have a path to by arcs that may be live, as the oracle finds it."""
    from seeding._kernels.rows.reachable import BLOCKED, PASSES, SEES, mark_reachable

    graph = random_graph(number, n=12, m=20)
    p = np.where(np.arange(20) % 3, graph.network().out.probability[:20], 0.0)
    network = graph.network().with_probability(np.resize(p, graph.network().n_arcs))
    rng = np.random.default_rng(number)
    exposure = np.where(rng.random(network.n_arcs) < 0.5, np.minimum(network.out.probability + 0.2, 1.0), 0.0)
    start, blocked = [0, 5], [3]
    arcs = list(zip(network.out.rows().tolist(), network.out.indices.tolist(), strict=True))
    live = [arc for arc, chance in zip(arcs, network.out.probability, strict=True)
            if chance > 0 and not set(arc) & set(blocked)]  # fmt: skip
    passes = oracle.reachable(live, start)
    sees = {v for (u, v), chance in zip(arcs, exposure, strict=True) if u in passes and chance > 0}
    mark, queue = marks_of(np.array(start), 12).astype(np.int8), np.empty(12, dtype=np.int64)
    mark[blocked], queue[:2] = BLOCKED, start
    met = mark_reachable(
        (*network.out, exposure), network.weights, 0.0, network.n_nodes, np.inf, 2, queue, mark
    )
    assert set(np.flatnonzero(mark == PASSES).tolist()) == passes
    assert set(np.flatnonzero(mark == SEES).tolist()) == sees - passes - set(blocked)
    assert met == pytest.approx(network.weights[(mark == PASSES) | (mark == SEES)].sum())


def test_one_step_is_as_far_as_a_deadline_of_one():
    """Whom nobody reaches in time does not count: a path of three with a deadline of one step."""
    network = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0, weights={"a": 0, "b": 0, "c": 1})
    with pytest.raises(InfeasibleError, match="nobody can be reached"):
        sd.optimize(network, {"a": 1}, k=1, model=sd.IndependentCascade(deadline=1), **QUICK)
    assert sd.optimize(network, {"a": 1}, k=1, **QUICK).reach.mean == 1


@pytest.mark.parametrize("ladder", [False, True])
def test_sets_given_that_somebody_accepts(ladder):
    """World by world they hold whom the same coins in Python integers keep."""
    graph = random_graph(2, n=7, m=10)
    network, key, worlds = graph.network(), 77, 600
    nodes = np.array([0, 2, 2, 5] if ladder else [0, 2, 4, 5])
    accept = np.array([0.002, 0.004, 0.001, 0.003])
    plain = rr_sampler(network, IndependentCascade(), key, np.arange(7))
    whole = plain.grow(plain.empty(), worlds, Workers(1))
    sampler = rr_sampler(network, IndependentCascade(), key, nodes, accept, nodes, True)
    found = sampler.grow(sampler.empty(), worlds, Workers(1))
    creators = np.unique(nodes)
    most = np.array([accept[nodes == node].max() for node in creators])
    until = 1 - np.cumprod(1 - most)
    for world in range(worlds):
        name = oracle.world_key(key, world)
        first = int(np.searchsorted(until / until[-1], truth.accept_coin(name, -1), side="right"))
        held = set(whole.members[whole.set_indptr[world] : whole.set_indptr[world + 1]].tolist())
        expected = set()
        for candidate, node in enumerate(nodes.tolist()):
            rank = int(np.searchsorted(creators, node))
            coin = truth.accept_coin(name, node) * (most[rank] if rank == first else 1)
            if node in held and rank >= first and coin < accept[candidate]:
                expected.add(candidate)
        kept = found.members[found.set_indptr[world] : found.set_indptr[world + 1]]
        assert set(kept.tolist()) == expected


def test_the_chance_that_anybody_accepts():
    """Exact where it is tiny, and 1 where somebody is certain."""
    assert chance_of_any(np.array([1e-12, 2e-12]))[-1] == pytest.approx(3e-12, rel=1e-9)
    assert chance_of_any(np.array([0.5, 0.5])).tolist() == pytest.approx([0.5, 0.75])
    assert chance_of_any(np.array([0.5, 1.0]))[-1] == 1.0
