"""Exposure, delays, persons, thresholds, an organic start: every world literally, both ways, and in law."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import oracle
import pandas as pd
import pytest
from literal_course import World
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.executors import Workers, open_workers
from seeding.errors import InputError
from seeding.network.cascade import Course, people_of
from seeding.sampling import cascade_reverse
from seeding.sampling.roots import make_roots
from seeding.simulation import cascade_forward
from seeding.simulation.cascade_forward import CourseForward
from seeding.simulation.measuring import Spread
from seeding.simulation.propagation import forward_task, rr_sampler
from seeding.simulation.resimulated import Group, Recast

# 5.2 standard errors: wrong once in 5 million checks of a normal estimate.
SIGMAS = 5.2
WORLDS = 150
KEY = 12
IC, LT = sd.IndependentCascade, sd.LinearThreshold


def with_persons(network: sd.Network) -> sd.Network:
    """Let nodes 1 and 4, and 0 and 5, be one person each; all count alike."""
    person = np.array([0, 1, 2, 3, 1, 0], dtype=np.int32)
    return replace(network, person=person, weights=np.array([2.0, 3.0, 1.0, 0.0, 3.0, 2.0]))


def threshold_network(number: int) -> sd.Network:
    """Draw a network whose in-weights add up to at most 1, most to less."""
    network = random_graph(number, n=6, m=11).network()
    share = np.random.default_rng(number).uniform(0.5, 1.0, network.n_arcs)
    indegree = np.bincount(network.out.indices, minlength=6)
    return network.with_probability(share / indegree[network.out.indices])


def base(number: int) -> sd.Network:
    """Draw a network small enough to look at every arc of every world."""
    return random_graph(number, n=6, m=11).network()


def delays(number: int, network: sd.Network) -> sd.Network:
    """Give every arc a delay, some none."""
    taken = np.random.default_rng(number).choice([0.0, 0.5, 1.0, 2.25], network.n_arcs)
    return network.with_delays(taken)


CASES = {
    "exposure": (lambda i: base(i).with_exposure(share=0.6), IC()),
    "exposure, deadline": (lambda i: base(i).with_exposure(view=0.8, share=0.5), IC(deadline=2)),
    "exposure, quality": (lambda i: base(i).with_exposure(view=0.8, share=0.5), IC(quality=0.8)),
    "delays": (lambda i: delays(i, base(i)), IC(deadline=3)),
    "delays, discount": (lambda i: delays(i, base(i)), IC(discount=0.8)),
    "delays, both": (lambda i: delays(i, base(i)), IC(deadline=4, discount=0.9)),
    "meeting": (lambda i: base(i).with_delays(meeting=0.4), IC(deadline=4)),
    "meeting, discount": (lambda i: base(i).with_delays(meeting=0.7), IC(deadline=5, discount=0.9)),
    "persons": (lambda i: with_persons(base(i)), IC()),
    "persons, deadline": (lambda i: with_persons(base(i)), IC(deadline=1, quality=0.9)),
    "organic": (lambda i: base(i).with_organic([2]), IC()),
    "organic, deadline": (lambda i: base(i).with_organic([2, 3]), IC(deadline=2, fidelity=0.9)),
    "threshold": (threshold_network, LT()),
    "threshold, deadline": (threshold_network, LT(deadline=2, fidelity=0.8)),
    "threshold, persons": (lambda i: with_persons(threshold_network(i)).with_organic([2]), LT()),
    "threshold, delays": (lambda i: delays(i, threshold_network(i)), LT(deadline=3, discount=0.9)),
    "all": (
        lambda i: delays(i, with_persons(base(i)).with_exposure(share=0.7)).with_organic([3]),
        IC(deadline=4, discount=0.9),
    ),
    "all by steps": (
        lambda i: with_persons(base(i)).with_exposure(share=0.7).with_organic([3]),
        IC(deadline=3, quality=0.9, fidelity=0.8),
    ),
}


@pytest.fixture(params=list(itertools.product(CASES, range(3))), ids=lambda pair: f"{pair[0]}-{pair[1]}")
def case(request):
    """Give a network and a model."""
    name, number = request.param
    make, model = CASES[name]
    return make(number), model


def test_forwards_is_the_literal_world(case):
    """World by world: what seeds reach, who engages, and what the first seeds reach alone."""
    network, model = case
    seeds = [4, 1, 0]
    task = forward_task(network, np.array(seeds), KEY, model=model)
    block = task(0, WORLDS)
    gains = np.zeros((3, 3))
    for number in range(WORLDS):
        world = World.of(network, model, KEY, number)
        sees, engages = world.reach(seeds)
        assert block.reach[number] == pytest.approx(sees, abs=1e-9)
        if network.exposure is not None:
            assert block.engaged[number] == pytest.approx(engages, abs=1e-9)
        values = [0.0, *(world.reach(seeds[: j + 1])[0] for j in range(3))]
        gains[number // 64] += np.diff(values)
    np.testing.assert_allclose(block.gain, gains, atol=1e-9)
    found = Spread.join([block])
    assert found.cumulative[-1] == pytest.approx(block.reach.mean())
    assert found.curve[-1] == pytest.approx(block.reach.mean())


def test_backwards_is_the_literal_world(case):
    """World by world: an RR set holds exactly those who alone reach the root within the horizon drawn."""
    network, model = case
    sampler = rr_sampler(network, model, KEY)
    task = sampler.task
    block = task(0, WORLDS)
    limits = task.limits.draw(KEY, 0, WORLDS)
    people = people_of(network, network.weights)
    ends = np.cumsum(block.sizes)
    active = [int(v) for v in network.active]
    table = make_roots(people.weights)
    for number in range(WORLDS):
        coins = oracle.world_key(KEY, number)
        root = oracle.root(table.keep, table.alias, people.weights.size, coins)
        nodes = people.nodes[people.indptr[root] : people.indptr[root + 1]].tolist()
        world = World.of(network, model, KEY, number)

        def sees(seeds, nodes=nodes, world=world, limit=limits[number]):
            first = min(world.times(seeds)[1][v] for v in nodes) if seeds else math.inf
            return first < math.inf and first <= limit

        expected = set() if sees(active) else {v for v in range(6) if sees([v])}
        found = block.members[ends[number] - block.sizes[number] : ends[number]].tolist()
        assert set(found) == expected
        assert len(found) == len(expected)


def test_both_ways_agree_in_law(case):
    """Coverage of RR sets estimates what simulation finds, with other keys."""
    network, model = case
    sampler = rr_sampler(network, model, 5)
    sample = sampler.grow(sampler.empty(), 40_000, Workers(1))
    for seeds in ([0], [1, 4]):
        share = sample.count(np.array(seeds)) / sample.n_sets
        found = Spread.join([forward_task(network, np.array(seeds), 9, model=model)(0, 20_000)])
        error = math.hypot(
            network.total_weight * math.sqrt(share * (1 - share) / sample.n_sets), found.cumulative_stderr[-1]
        )
        assert abs(network.total_weight * share - found.cumulative[-1]) <= SIGMAS * error + 1e-9


def test_gains_are_differences(case):
    """What a candidate adds in the worlds of a key is the value with it less the value without."""
    network, model = case
    asked = Group(np.arange(6), np.empty(0), np.arange(6))
    task = CourseForward.make(Course.of(network, model), network.weights)
    judge = Recast(task, asked, KEY, WORLDS, Workers(1), [])
    worlds = [World.of(network, model, KEY, number) for number in range(WORLDS)]
    chosen: list[int] = []
    for following in (2, 4):
        expected = [sum(w.reach([*chosen, v])[0] - w.reach(chosen)[0] for w in worlds) for v in range(6)]
        np.testing.assert_allclose(judge.gains(np.arange(6)), expected, atol=1e-7)
        judge.mark(following)
        chosen.append(following)


@pytest.mark.parametrize("method", ["ris", "exact", "celf", "degree"])
def test_plans_are_within_their_certificates(case, method):
    """The mean over the literal worlds of a long run lies within; no pair is above the upper bound."""
    network, model = case
    if network.person is not None and method == "degree":
        pytest.skip("one way is enough for a ranking")
    plan = sd.optimize(network, k=2, model=model, method=method, rng=8, gap=0.1)
    values = {}
    for pair in itertools.combinations(range(6), 2):
        task = forward_task(network, np.array(pair), 31, model=model)
        values[pair] = Spread.join([task(0, 8_192)])
    mine = values[tuple(sorted(int(v) for v in plan.seeds["candidate"]))]
    best = max(spread.cumulative[-1] for spread in values.values())
    slack = SIGMAS * max(spread.cumulative_stderr[-1] for spread in values.values())
    assert plan.certificate.lower <= mine.cumulative[-1] + slack
    assert best <= plan.certificate.upper + slack
    assert abs(plan.reach.mean - mine.cumulative[-1]) <= 2 * slack
    assert (plan.engaged is not None) == (network.exposure is not None)
    if method != "degree":
        assert mine.cumulative[-1] >= 0.9 * best - 2 * slack


@pytest.mark.parametrize(
    "name",
    [
        "exposure",
        "exposure, quality",
        "persons, deadline",
        "organic, deadline",
        "all by steps",
        "delays",
        "delays, both",
        "meeting",
        "meeting, discount",
        "all",
    ],
)
def test_packed_rows_give_the_same_law(monkeypatch, name):
    """Over packed rows, sets have the law of those sampled arc by arc."""
    make, model = CASES[name]
    network = make(1)
    timed = network.delays is not None
    plain = rr_sampler(network, model, 5)
    monkeypatch.setattr(cascade_reverse, "PACKED_FROM_ARCS", 1)
    packed = rr_sampler(network, model, 5)
    assert isinstance(packed.task, cascade_reverse.TimedReverse if timed else cascade_reverse.PeopleReverse)
    samples = [one.grow(one.empty(), 60_000, Workers(1)) for one in (plain, packed)]
    for seeds in ([0], [1], [4], [1, 4], [0, 5], [2, 3, 5]):
        a, b = (sample.count(np.array(seeds)) / sample.n_sets for sample in samples)
        error = math.sqrt((a * (1 - a) + b * (1 - b)) / samples[0].n_sets)
        assert abs(a - b) <= SIGMAS * error + 1e-9


@pytest.mark.parametrize(
    "name",
    [
        "exposure",
        "exposure, quality",
        "persons, deadline",
        "organic, deadline",
        "delays, both",
        "meeting, discount",
    ],
)
@pytest.mark.parametrize("seeds", [[0], [4, 1], [2, 5, 0]])
def test_packed_simulation_is_the_literal_one(monkeypatch, name, seeds):
    """World by world, rows drawn at once give what their twin in plain Python gives, in any order."""
    make, model = CASES[name]
    network = make(1)
    monkeypatch.setattr(cascade_forward, "PACKED_FROM_ARCS", 1)
    task = forward_task(network, np.array(seeds), KEY, model=model)
    assert task.course.packed is not None
    block = task(0, 128)
    for number in range(128):
        sees, engages = World.drawn(network, model, KEY, number, task.course.packed).reach(seeds)
        assert block.reach[number] == pytest.approx(sees, abs=1e-9)
        if network.exposure is not None:
            assert block.engaged[number] == pytest.approx(engages, abs=1e-9)
    asked = Group(np.arange(6), np.empty(0), np.arange(6))
    judge = Recast(task.course, asked, KEY, 128, Workers(1), [])
    judge.mark(seeds[0])
    worlds = [World.drawn(network, model, KEY, number, task.course.packed) for number in range(128)]
    expected = [sum(w.reach([seeds[0], v])[0] - w.reach(seeds[:1])[0] for w in worlds) for v in range(6)]
    np.testing.assert_allclose(judge.gains(np.arange(6)), expected, atol=1e-7)


@pytest.mark.parametrize("name", ["exposure", "persons", "organic", "all by steps"])
@pytest.mark.parametrize("threads", [1, 2])
def test_sets_that_hold_a_sentinel_are_counted(monkeypatch, name, threads):
    """Sets with a sentinel are given, those with somebody active are empty, and all others are unchanged."""
    make, _ = CASES[name]
    network = make(3)
    monkeypatch.setattr(cascade_reverse, "PACKED_FROM_ARCS", 1)
    sampler = rr_sampler(network, IC(), 5)
    stopping = sampler.stop_at(np.array([1]))
    with open_workers(threads) as workers:
        whole = sampler.grow(sampler.empty(), 3_000, workers)
        cut = stopping.grow(stopping.empty(), 3_000, workers)
        hits = stopping.count_hits(3_000, workers)
    members = [part.tolist() for part in np.split(whole.members, whole.set_indptr[1:-1])]
    kept = [part.tolist() for part in np.split(cut.members, cut.set_indptr[1:-1])]
    given = sum(1 in one for one in members)
    assert 0 < given < 3_000
    assert (cut.given, hits) == (given, given)
    assert [sorted(one) for one in kept] == [sorted(one) if 1 not in one else [] for one in members]


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("method", ["ris", "celf"])
def test_threads_change_nothing(monkeypatch, threads, method):
    """The same key, the same plan."""
    monkeypatch.setattr(cascade_reverse, "PACKED_FROM_ARCS", 1)
    network = random_graph(8, n=40, m=120).network().with_exposure(share=0.5).with_organic([7])
    plans = [
        sd.optimize(network, k=3, model=IC(deadline=3), rng=5, threads=n, method=method) for n in (threads, 1)
    ]
    assert plans[0].reach == plans[1].reach
    assert plans[0].certificate == plans[1].certificate
    assert plans[0].engaged == plans[1].engaged
    assert plans[0].curve.equals(plans[1].curve)


NETWORK = sd.Network.from_edges(["a", "b", "a"], ["b", "c", "c"], [0.5, 0.5, 0.25])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: NETWORK.with_exposure(), "neither view nor share"),
        (lambda: NETWORK.with_exposure(share=1.5), "share is 1.5 on the arc 'a' → 'b'"),
        (lambda: NETWORK.with_exposure(view=[0.1, 0.2]), "2 values for 3 arcs"),
        (lambda: NETWORK.with_exposure(view="clicks"), "'clicks' is no column"),
        (lambda: NETWORK.with_exposure(share=0.5).with_exposure(share=0.5), "already"),
        (lambda: NETWORK.with_exposure(share=0.5).with_probability(np.ones(3)), "exposure already"),
        (lambda: NETWORK.with_delays(), "either delay or meeting"),
        (lambda: NETWORK.with_delays(1, meeting=0.5), "not both"),
        (lambda: NETWORK.with_delays([1, -2, 3]), "delay is -2.0 on the arc 'a' → 'c'"),
        (lambda: NETWORK.with_delays(float("inf")), "delay is inf"),
        (lambda: NETWORK.with_delays(meeting=0), "chances above 0"),
        (lambda: NETWORK.with_delays(meeting="often"), "'often' is no column"),
        (lambda: NETWORK.with_organic(["zoe"]), "'zoe' is not in the network"),
        (lambda: LT(deadline=-1), "deadline=-1"),
        (lambda: LT(fidelity=0), "fidelity=0"),
        (lambda: sd.optimize(NETWORK, k=1, model="threshold"), "LinearThreshold"),
        (lambda: sd.optimize(NETWORK.with_delays(1), k=1, model=IC(quality=0.5)), "leave out the delays"),
        (lambda: sd.optimize(NETWORK.with_delays(1), k=1, model=IC(fidelity=0.5)), "leave out the delays"),
        (lambda: sd.optimize(NETWORK.with_exposure(share=0.5), k=1, model=LT()), "leave out the exposure"),
        (
            lambda: sd.sample_rr_sets(NETWORK.with_probability(np.full(3, 0.7)), 10, model=LT()),
            "weights into 'c' add up to 1.4 \\(1 nodes are above 1\\)",
        ),
        (lambda: sd.estimate_reach(NETWORK.with_delays(1), ["a"], rivals=["b"]), "combined with delays"),
        (lambda: sd.virality(NETWORK.with_organic(["a"]), IC(), ["b"]), "an organic start"),
        (lambda: sd.virality(NETWORK, LT(), ["b"]), "who convinced whom"),
        (lambda: sd.estimate_reach(NETWORK, ["a"], rivals=["b"], model=LT()), "who convinced whom"),
    ],
)
def test_bad_input(call, said):
    """One sentence: the value, the rule, and what to do."""
    with pytest.raises(InputError, match=said):
        call()


def test_a_share_of_one_and_no_delay_are_the_plain_model():
    """World by world, both ways, on the arc-by-arc path."""
    network = base(2)
    seen = network.with_exposure(share=1.0)
    same = {"worlds": 300, "rng": 5}
    np.testing.assert_array_equal(sd.simulate(seen, [1, 4], **same), sd.simulate(network, [1, 4], **same))
    once = network.with_delays(1.0)
    late = IC(deadline=3)
    np.testing.assert_allclose(
        sd.simulate(once, [1, 4], model=late, **same), sd.simulate(network, [1, 4], model=late, **same)
    )
    for changed, model in ((seen, IC()), (once, late), (network.with_delays(meeting=1.0), late)):
        mine, plain = (sd.sample_rr_sets(each, 400, model=model, rng=6) for each in (changed, network))
        np.testing.assert_array_equal(mine.set_indptr, plain.set_indptr)
        for number in range(400):
            row = slice(mine.set_indptr[number], mine.set_indptr[number + 1])
            assert set(mine.members[row].tolist()) == set(plain.members[row].tolist())


def test_nobody_active_is_the_plain_network():
    """An organic start of nobody changes nothing."""
    network = base(0)
    assert not network.with_organic([]).extras


def test_threshold_is_the_literal_process():
    """Joining when the weights of those who joined pass a random threshold gives the same mean reach."""
    network = threshold_network(1)
    into, generator = network.into, np.random.default_rng(4)
    reach = np.zeros(30_000)
    for world in range(reach.size):
        thresholds, joined, fresh = generator.random(6), {1, 4}, True
        while fresh:
            fresh = {
                v
                for v in set(range(6)) - joined
                if sum(
                    into.probability[e]
                    for e in range(into.indptr[v], into.indptr[v + 1])
                    if int(into.indices[e]) in joined
                )
                > thresholds[v]
            }
            joined |= fresh
        reach[world] = sum(network.weights[v] for v in joined)
    found = sd.estimate_reach(network, [1, 4], model=LT(), worlds=40_000, rng=3)
    error = math.hypot(found.stderr, reach.std() / math.sqrt(reach.size))
    assert abs(found.mean - reach.mean()) <= SIGMAS * error


@pytest.mark.parametrize("number", range(2))
def test_meeting_is_the_literal_process(number):
    """Step by step, each pair meets with its probability, and the first meeting is the one chance."""
    network = base(number).with_delays(meeting=0.5)
    generator, arcs = np.random.default_rng(8), base(number).out
    rows = arcs.rows()
    reach = np.zeros(20_000)
    for world in range(reach.size):
        joined, tried = {0, 3}, set()
        for _ in range(4):
            fresh = set()
            for e in range(rows.size):
                u, v = int(rows[e]), int(arcs.indices[e])
                if u in joined and e not in tried and generator.random() < 0.5:
                    tried.add(e)
                    if generator.random() < arcs.probability[e]:
                        fresh.add(v)
            joined |= fresh
        reach[world] = sum(network.weights[v] for v in joined)
    found = sd.estimate_reach(network, [0, 3], model=IC(deadline=4), worlds=40_000, rng=3)
    error = math.hypot(found.stderr, reach.std() / math.sqrt(reach.size))
    assert abs(found.mean - reach.mean()) <= SIGMAS * error


def test_a_time_limit_cuts_the_first_pass_of_celf():
    """What was simulated by then decides; the plan says why it ended."""
    network = random_graph(8, n=40, m=120).network().with_exposure(share=0.5)
    plan = sd.optimize(network, k=3, method="celf", rng=5, threads=1, time_limit=1e-6)
    assert plan.stopped == "time_limit"
    assert len(plan.seeds) == 3


def test_rates_by_node_by_arc_and_by_platform():
    """Who shows decides on seeing, who sees on sharing; a column of arcs is taken as it is."""
    people = sd.Network.from_edges(
        ["a", "b", "a"],
        ["b", "c", "c"],
        0.5,
        nodes=pd.DataFrame({"node": ["a", "b", "c"], "platform": ["x", "t", "x"], "likes": [0.1, 0.2, 0.4]}),
        columns={"seen": [0.3, 0.6, 0.9], "days": [1.0, 2.0, 4.0]},
    )
    by_platform = people.with_exposure(view={"platform": {"x": 0.8, "t": 0.5}}, share="likes")
    assert by_platform.exposure.tolist() == [0.8, 0.8, 0.5]
    assert by_platform.out.probability.tolist() == pytest.approx([0.16, 0.32, 0.2])
    by_arc = people.with_exposure(view="seen", share=[1.0, 0.5, 0.5])
    assert by_arc.exposure.tolist() == [0.3, 0.9, 0.6]
    assert by_arc.out.probability.tolist() == pytest.approx([0.3, 0.45, 0.3])
    assert people.with_delays("days").delays[0].tolist() == [1.0, 4.0, 2.0]
    assert people.with_delays({"platform": {"x": 1, "t": 3}}).delays[0].tolist() == [1.0, 1.0, 3.0]
