"""Deadline, quality, fidelity, discount: closed forms, every world tried, a literal simulation, both ways."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from oracle import Graph
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.diffusion import Horizon, IndependentCascade
from seeding.errors import InputError
from seeding.network import packed_rows
from seeding.simulation.measuring import Spread
from seeding.simulation.propagation import forward_task, rr_sampler

PATH = Graph.of(5, [(v, v + 1) for v in range(4)], 0.7)
MODELS = [
    IndependentCascade(deadline=0),
    IndependentCascade(deadline=2),
    IndependentCascade(quality=0.8),
    IndependentCascade(fidelity=0.7),
    IndependentCascade(discount=0.9),
    IndependentCascade(deadline=3, quality=0.9, fidelity=0.8, discount=0.95),
]
# 5.2 standard errors: wrong once in 5 million checks of a normal estimate.
SIGMAS = 5.2


def counts(model: IndependentCascade, distance: int) -> float:
    """Write out what somebody at this distance counts."""
    if model.deadline is not None and distance > model.deadline:
        return 0.0
    return model.quality ** (distance + 1) * (model.fidelity * model.discount) ** distance


def by_enumeration(graph: Graph, seeds: list[int], model: IndependentCascade) -> float:
    """Weigh every world by its probability, and everybody in it by the distance from the seeds."""
    total = 0.0
    for live in itertools.product([False, True], repeat=len(graph.arcs)):
        chance = math.prod(p if on else 1 - p for p, on in zip(graph.p, live, strict=True))
        distance = dict.fromkeys(seeds, 0)
        level, depth = list(seeds), 0
        while level:
            depth += 1
            level = sorted(
                {v for (u, v), on in zip(graph.arcs, live, strict=True) if on and u in level}
                - distance.keys()
            )
            distance |= dict.fromkeys(level, depth)
        total += chance * sum(graph.w[v] * counts(model, d) for v, d in distance.items())
    return total


def small(number: int) -> Graph:
    """Draw a graph small enough to try all its worlds."""
    return random_graph(number, n=6, m=9)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_path_in_closed_form(model):
    """On a path somebody d steps away is reached with p^d, and counts f(d)."""
    expected = sum(0.7**d * counts(model, d) for d in range(5))
    assert by_enumeration(PATH, [0], model) == pytest.approx(expected)
    found = sd.estimate_reach(PATH.network(), [0], model=model, worlds=40_000, rng=5)
    assert abs(found.mean - expected) <= SIGMAS * found.stderr + 1e-12


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_backwards_equals_enumeration(monkeypatch, model, number, packed):
    """RR sets with a horizon cover what the enumeration says, arc by arc and packed."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    graph = small(number)
    sampler = rr_sampler(graph.network(), model, 11)
    sample = sampler.grow(sampler.empty(), 60_000, Workers(1))
    for seeds in ([0], [1, 4]):
        expected = by_enumeration(graph, seeds, model) / sum(graph.w)
        share = sample.count(np.array(seeds)) / sample.n_sets
        assert abs(share - expected) <= SIGMAS * math.sqrt(expected * (1 - expected) / sample.n_sets) + 1e-9


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_forwards_equals_enumeration(model, number):
    """Simulation gives the enumerated value, and what the first seeds reach before the others are added."""
    graph = small(number)
    seeds = [3, 0, 5]
    task = forward_task(graph.network(), np.array(seeds), 7, model=model)
    found = Spread.join([task(0, 32_768)])
    for j in range(3):
        expected = by_enumeration(graph, seeds[: j + 1], model)
        assert abs(found.cumulative[j] - expected) <= SIGMAS * found.cumulative_stderr[j] + 1e-9
    assert found.reach.mean() == pytest.approx(found.cumulative[-1])
    assert found.curve[-1] == pytest.approx(found.cumulative[-1])


def test_quality_equals_the_literal_process():
    """Step by step as Chen et al. (2011) describe it: as many positive and negative as the plan says."""
    graph, q = small(2), 0.7
    network, random = graph.network(), np.random.default_rng(9)
    positive, negative = np.zeros(20_000), np.zeros(20_000)
    into = {v: [(u, p) for (u, w), p in zip(graph.arcs, graph.p, strict=True) if w == v] for v in range(6)}
    for world in range(positive.size):
        state = {s: random.random() < q for s in (0, 3)}
        fresh = list(state)
        while fresh:
            turned = {}
            for v in set(range(6)) - state.keys():
                tries = [(u, p) for u, p in into[v] if u in fresh]
                random.shuffle(tries)
                for u, p in tries:
                    if random.random() < p:
                        turned[v] = state[u] and random.random() < q
                        break
            state |= turned
            fresh = list(turned)
        positive[world] = sum(graph.w[v] for v, good in state.items() if good)
        negative[world] = sum(graph.w[v] for v, good in state.items() if not good)
    task = forward_task(network, np.array([0, 3]), 4, model=IndependentCascade(quality=q))
    found = Spread.join([task(0, 32_768)])
    for ours, literal in ((found.reach, positive), (found.negative, negative)):
        error = math.hypot(ours.std() / math.sqrt(ours.size), literal.std() / math.sqrt(literal.size))
        assert abs(ours.mean() - literal.mean()) <= SIGMAS * error


def test_nothing_said_is_the_plain_model_bit_for_bit():
    """Values of 1 and no deadline are the plain model: the same worlds, the same plan."""
    same = IndependentCascade(deadline=None, quality=1, fidelity=1.0, discount=1)
    assert same == IndependentCascade()
    assert not same.counts_distance
    network = small(1).network()
    plans = [sd.optimize(network, k=2, rng=3, model=model) for model in (same, IndependentCascade())]
    assert plans[0].reach == plans[1].reach
    assert plans[0].curve.equals(plans[1].curve)
    assert plans[0].negative is None


def test_a_far_deadline_reaches_what_the_plain_model_does():
    """The same coins are tossed arc by arc, so a deadline that nobody meets changes no world."""
    network = small(3).network()
    far = sd.simulate(network, [0, 2], model=IndependentCascade(deadline=50), worlds=500, rng=2)
    np.testing.assert_allclose(far, sd.simulate(network, [0, 2], worlds=500, rng=2))


def test_horizons_have_the_law_of_the_values():
    """Pr[H ≥ d] = f(d); a deadline alone is never missed, and it does not depend on how worlds are split."""
    model = IndependentCascade(deadline=4, quality=0.9, fidelity=0.8)
    horizon = Horizon.of(model, 100)
    drawn = horizon.draw(3, 0, 200_000)
    for d in range(7):
        expected = counts(model, d)
        error = math.sqrt(expected * (1 - expected) / drawn.size)
        assert abs((drawn >= d).mean() - expected) <= SIGMAS * error + 1e-12
    np.testing.assert_array_equal(drawn[500:900], horizon.draw(3, 500, 400))
    assert set(Horizon.of(IndependentCascade(deadline=3), 100).draw(3, 0, 50)) == {3}
    assert Horizon.of(IndependentCascade(), 100) is None


@pytest.mark.parametrize("method", ["ris", "exact", "auto", "celf", "degree", "cheapest"])
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_plans_are_the_best_within_the_certificate(model, method):
    """No choice is above the upper bound, the choice is above the lower one, its reach is as simulated."""
    graph = small(0)
    plan = sd.optimize(graph.network(), k=2, model=model, method=method, rng=8, gap=0.1)
    best = max(by_enumeration(graph, list(pair), model) for pair in itertools.combinations(range(6), 2))
    mine = by_enumeration(graph, [int(v) for v in plan.seeds["candidate"]], model)
    assert plan.certificate.lower - 1e-9 <= mine <= best + 1e-9 <= plan.certificate.upper + 2e-9
    assert abs(plan.reach.mean - mine) <= SIGMAS * plan.reach.stderr + 1e-9
    assert plan.curve["reach"].is_monotonic_increasing
    assert plan.curve["reach"].iloc[-1] == pytest.approx(plan.reach.mean)
    assert plan.provenance["parameters"]["model"] == str(model)
    assert (plan.net is not None) == (model.quality < 1)


def test_the_summary_says_when_and_how_many_are_negative():
    """In words: by which step, how many negative, the net reach; the JSON has the curve."""
    plan = sd.optimize(PATH.network(), k=1, model=MODELS[-1], rng=1)
    said = plan.summary()
    assert "In time" in said
    assert "end up negative" in said
    row = plan.to_dict()["curve"][0]
    assert row["step"] == 0
    assert row["reach"] == pytest.approx(0.9)
    assert plan.net.mean == pytest.approx(plan.reach.mean - plan.negative.mean)


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_change_nothing(monkeypatch, threads):
    """The same key, the same plan."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    network = random_graph(8, n=40, m=120).network()
    plan = sd.optimize(network, k=3, model=MODELS[-1], rng=5, threads=threads)
    other = sd.optimize(network, k=3, model=MODELS[-1], rng=5, threads=1)
    assert plan.reach == other.reach
    assert plan.certificate == other.certificate
    assert plan.curve.equals(other.curve)


def test_limits_of_a_task_stay():
    """Sentinels and horizons go together: a set that ends at its horizon does not meet them."""
    graph = small(1)
    model = IndependentCascade(deadline=1)
    sampler = rr_sampler(graph.network(), model, 3)
    sample = sampler.grow(sampler.empty(), 4_000, Workers(1))
    assert (
        sample.total_size
        < rr_sampler(graph.network(), IndependentCascade(), 3)
        .grow(sampler.empty(), 4_000, Workers(1))
        .total_size
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"deadline": -1}, "deadline=-1"),
        ({"deadline": 1.5}, "deadline=1.5"),
        ({"deadline": True}, "deadline=True"),
        ({"quality": 0}, "quality=0"),
        ({"quality": 1.2}, "quality=1.2"),
        ({"fidelity": float("nan")}, "fidelity=nan"),
        ({"discount": "0.5"}, "discount='0.5'"),
    ],
)
def test_bad_models_are_refused(arguments, said):
    """One sentence: the value and the rule."""
    with pytest.raises(InputError, match=said):
        IndependentCascade(**arguments)


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize("number", range(3))
def test_celf_gains_are_differences_of_values(number, model):
    """In each kept world a gain is the value with the candidate less the value without, written out."""
    from seeding.simulation.common_worlds import Arcs, Evaluation, Kept, unreached, values_of

    graph = small(number)
    network = graph.network()
    arcs, values = Arcs.of(network), values_of(model, 6)
    live = arcs.draw(5, 0, 40)
    kept = Kept(arcs, network.weights, 5, 16, live, unreached(6, 40, values), Workers(1), values)
    seeds: list[int] = []
    for following in (2, 4, 0):
        gains = kept.gains(np.arange(6), False)
        expected = np.zeros(6)
        for world in range(40):
            on = [
                bool(live[world, e // 64] >> np.uint64(e % 64) & np.uint64(1)) for e in range(len(graph.arcs))
            ]
            pairs = list(zip(arcs.sources.tolist(), arcs.indices.tolist(), strict=True))
            now = value_in(graph, pairs, on, seeds, model)
            expected += [value_in(graph, pairs, on, [*seeds, v], model) - now for v in range(6)]
        np.testing.assert_allclose(gains, expected, atol=1e-9)
        again = np.zeros(6)
        evaluation = Evaluation(arcs, network.weights, np.arange(6), False, values)
        evaluation.add(live, kept.reached, evaluation.scratch(), again)
        np.testing.assert_allclose(again, expected, atol=1e-9)
        kept.mark(following)
        seeds.append(following)


def value_in(graph, pairs, on, seeds, model):
    """Weigh everybody in one world by the distance from the seeds."""
    distance, level, depth = dict.fromkeys(seeds, 0), set(seeds), 0
    while level:
        depth += 1
        level = {v for (u, v), live in zip(pairs, on, strict=True) if live and u in level} - distance.keys()
        distance |= dict.fromkeys(level, depth)
    return sum(graph.w[v] * counts(model, d) for v, d in distance.items())
