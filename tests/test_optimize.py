"""`optimize` from end to end: every method, labels, money, honest numbers, limits of time and memory."""

from __future__ import annotations

import logging
import random
from decimal import Decimal
from itertools import pairwise

import networkx as nx
import numpy as np
import oracle
import pandas as pd
import pytest
from problems import make_problem
from small_graphs import TEN_PEOPLE, TEN_PEOPLE_REACH, random_graph

import seeding as sd
from seeding._kernels.forward.arc_by_arc import GRAIN
from seeding._runtime.rng import to_key
from seeding.plan.interval import Z95
from seeding.rules.limits import Limits
from seeding.selection.greedy import select
from seeding.selection.methods import METHODS, pick
from seeding.simulation.propagation import forward_task
from seeding.simulation.simulation import FIRST_WORLDS, MOST_WORLDS

COLUMNS = [
    "rank",
    "candidate",
    "cost",
    "cumulative_cost",
    "marginal_reach",
    "cumulative_reach",
    "reach_low",
    "reach_high",
]
COSTS = [3, 1, 2, 5, 0, 2, 4]
# Rough enough to be quick; every property below holds at any precision.
QUICK = {"gap": 0.2, "precision": 0.05, "threads": 1}


@pytest.fixture(scope="module")
def market() -> sd.Network:
    """Build a network of 60 handles with 240 arcs."""
    graph = random_graph(1, n=60, m=240)
    source, target = ([f"@{v:02d}" for v in end] for end in zip(*graph.arcs, strict=True))
    return sd.Network.from_edges(source, target, np.array(graph.p) * 0.5)


@pytest.fixture(scope="module")
def creators() -> pd.DataFrame:
    """Build a roster of 20 of them, with fees in cents and two columns of their own."""
    handles = [f"@{v:02d}" for v in range(5, 45, 2)]
    return pd.DataFrame(
        {
            "tier": ["nano", "micro", None, "mega"] * 5,
            "candidate": handles,
            "cost": [f"{10 + 7.35 * (v % 6):.2f}" for v in range(20)],
            "followers": np.arange(20) * 1_000,
        }
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_makes_a_whole_plan(market, creators, method):
    """Columns, ranks, running sums, money, intervals and limits are right whatever the method."""
    plan = sd.optimize(market, creators, budget="95.50", k=5, method=method, rng=4, **QUICK)
    seeds, price = plan.seeds, dict(zip(creators["candidate"], map(Decimal, creators["cost"]), strict=True))
    exact = [price[handle] for handle in seeds["candidate"]]

    assert seeds.columns.tolist() == [*COLUMNS, "marginal_cost", "tier", "followers"]
    assert seeds["rank"].tolist() == list(range(1, len(seeds) + 1))
    assert 1 <= len(seeds) <= 5
    assert seeds["candidate"].is_unique
    assert plan.exact_costs == tuple(exact)
    assert plan.cost == sum(exact) <= Decimal("95.50")
    assert seeds["cost"].tolist() == [float(cost) for cost in exact]
    assert seeds["cumulative_cost"].tolist() == pytest.approx([float(c) for c in np.cumsum(exact)])
    np.testing.assert_allclose(seeds["cumulative_reach"], seeds["marginal_reach"].cumsum(), rtol=1e-12)
    assert seeds["cumulative_reach"].iloc[-1] == pytest.approx(plan.reach.mean)
    assert (seeds["marginal_reach"] >= 0).all()
    assert (seeds["reach_low"] <= seeds["cumulative_reach"]).all()
    assert (seeds["cumulative_reach"] <= seeds["reach_high"]).all()
    assert seeds[["reach_low", "reach_high"]].iloc[-1].tolist() == pytest.approx(
        [plan.reach.low, plan.reach.high]
    )
    own = creators.set_index("candidate").loc[seeds["candidate"], ["tier", "followers"]]
    pd.testing.assert_frame_equal(seeds[["tier", "followers"]], own.reset_index(drop=True))
    assert (plan.budget, plan.k) == (Decimal("95.50"), 5)
    assert plan.method == ("ris" if method == "auto" else method)
    compared = ["compare with simple choices"] if method in ("auto", "celf", "exact", "ris") else []
    names = [phase.name for phase in plan.phases]
    assert names[names.index("measure the reach") :] == ["measure the reach", "follow the steps", *compared]


@pytest.mark.parametrize("method", METHODS)
def test_certificate_and_interval_hold_the_truth(method):
    """On graphs that can be enumerated, truth and optimum lie where the plan says, whatever the method."""
    for number in range(6):
        graph = random_graph(number)
        for limits in ({"budget": 6}, {"k": 2}):
            roster = dict(enumerate(COSTS))
            plan = sd.optimize(graph.network(), roster, method=method, rng=number, **limits, **QUICK)
            chosen = plan.seeds["candidate"].tolist()
            truth = oracle.exact_reach(graph, chosen)
            best, _ = oracle.best_seeds(graph, range(graph.n), COSTS, **limits)
            certificate, reach = plan.certificate, plan.reach
            assert certificate.lower <= truth + 1e-9
            assert certificate.upper >= best - 1e-9
            assert truth >= certificate.ratio * best - 1e-9
            assert abs(reach.mean - truth) <= 5 * reach.stderr + 1e-9
            assert (certificate.delta, plan.provenance["parameters"]["gap"]) == (0.01, 0.2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["text", "padded", "long", "tuple", "mixed"])
def test_labels_in_are_labels_out(method, kind):
    """Seeds are the user's own labels, of the user's own type, whatever they look like."""
    names = {
        "text": ["@hub", "=a", "-b", "c d"],
        "padded": ["007", "07", "7", "70"],
        "long": [12345678901234567, 12345678901234569, 12345678901234568, 9223372036854775807],
        "tuple": [("x", 1), ("x", 2), ("y", 1), ("z", 0)],
        "mixed": ["@hub", 5, "5a", 12345678901234567],
    }[kind]
    if kind in ("tuple", "mixed"):
        graph = nx.DiGraph([(names[0], other) for other in names[1:]])
        plan = sd.optimize(graph, k=4, probability=0.5, method=method, rng=1, **QUICK)
    else:
        network = sd.Network.from_edges([names[0]] * 3, names[1:], 0.5)
        plan = sd.optimize(network, dict.fromkeys(names, 2), k=4, method=method, rng=1, **QUICK)
    out = plan.seeds["candidate"].tolist()
    assert len(out) == 4
    assert {(type(label), label) for label in out} == {(type(label), label) for label in names}


def test_the_shortest_useful_call():
    """A networkx graph, a head count and a probability are enough; everyone is a candidate at cost 1."""
    graph = nx.karate_club_graph()
    plan = sd.optimize(graph, k=10, probability=0.1, rng=1, threads=1)
    assert len(plan.seeds) == 10
    assert set(plan.seeds["candidate"]) <= set(graph.nodes)
    assert plan.cost == 10
    assert plan.seeds["cost"].tolist() == [1.0] * 10
    assert plan.seeds.columns.tolist() == COLUMNS
    assert 10 < plan.reach.mean < 34


def test_an_undirected_graph_spreads_both_ways():
    """Whoever stands at the end of an undirected path reaches all of it."""
    for seed in (0, 4):
        plan = sd.optimize(nx.path_graph(5), {seed: 1}, k=1, probability=1.0, method="ris", rng=1, **QUICK)
        assert plan.reach.mean == 5.0


def test_arguments_as_frames():
    """A DataFrame of arcs and a Series of costs are taken as they are."""
    arcs = pd.DataFrame({"source": ["a", "a"], "target": ["b", "c"], "p": [1.0, 1.0]})
    plan = sd.optimize(arcs, pd.Series([5, 5], index=["a", "b"]), budget=5, method="ris", rng=1, **QUICK)
    assert plan.seeds["candidate"].tolist() == ["a"]
    assert plan.reach.mean == 3.0


def test_decimal_budgets_are_exact():
    """0.1 + 0.2 is 0.3: both are bought for 0.3, and only one for 0.29."""
    network = sd.Network.from_edges(["a", "b"], ["x", "y"], 1.0)
    for method in METHODS:
        both = sd.optimize(network, {"a": 0.1, "b": 0.2}, budget=0.3, method=method, rng=1, **QUICK)
        one = sd.optimize(network, {"a": 0.1, "b": 0.2}, budget=0.29, method=method, rng=1, **QUICK)
        assert (len(both.seeds), both.cost) == (2, Decimal("0.30"))
        assert len(one.seeds) == 1


def test_ten_people_on_a_large_sample(ten_people):
    """On four million RR sets greedy finds the published best pair and triple."""
    sample = sd.sample_rr_sets(ten_people, 4_000_000, rng=1)
    for k, names in ((2, ("Alice", "Ethan")), (3, ("Alice", "Ethan", "Michael"))):
        cover = select(sample, np.ones(10, dtype=np.int64), Limits(k=k))
        assert set(ten_people.labels[cover.order]) == set(names)


@pytest.mark.parametrize("method", ["ris", "celf", "exact", "auto"])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_ten_people(ten_people, ten_people_graph, method, k):
    """Every method comes within its certified gap of the published best pair and triple."""
    plan = sd.optimize(ten_people, k=k, method=method, rng=1, threads=1)
    best, seeds = oracle.best_seeds(ten_people_graph, range(10), [1] * 10, k=k)
    published = {frozenset(names): reach for names, reach in TEN_PEOPLE_REACH.items()}
    truth = oracle.exact_reach(ten_people_graph, ten_people.index(plan.seeds["candidate"]))
    assert best == pytest.approx(published[frozenset(ten_people.labels[list(seeds)])], abs=5e-7)
    assert truth >= 0.97 * best
    assert plan.certificate.lower <= truth <= best <= plan.certificate.upper
    assert plan.reach.low - plan.reach.stderr <= truth <= plan.reach.high + plan.reach.stderr


@pytest.mark.parametrize("method", METHODS)
def test_without_arcs_reach_is_the_seeds(method):
    """Nobody influences anybody: the reach is the seeds' own weight, exactly, and so says the interval."""
    network = sd.Network.from_edges(np.array([]), [], "weighted_cascade", nodes=["a", "b", "c", "d"])
    plan = sd.optimize(network, k=3, method=method, rng=1, **QUICK)
    assert len(plan.seeds) == 3
    assert (plan.reach.mean, plan.reach.low, plan.reach.high) == (3.0, 3.0, 3.0)
    assert plan.seeds["cumulative_reach"].tolist() == [1.0, 2.0, 3.0]
    assert plan.certificate.lower >= 3.0


def test_weights_decide():
    """Reach is the value of whom one reaches, not their number."""
    arcs = (["many", "many", "many", "rich"], ["a", "b", "c", "x"])
    weights = {"many": 1, "rich": 1, "a": 1, "b": 1, "c": 1, "x": 50}
    for method in ("ris", "celf", "exact", "top_audience"):
        plan = sd.optimize(
            sd.Network.from_edges(*arcs, 1.0, weights=weights), k=1, method=method, rng=1, **QUICK
        )
        # The one who is worth most is worth nearly as much alone.
        assert plan.seeds["candidate"].tolist() == ["rich"]
        assert plan.reach.mean == 51.0


def test_strangers_can_be_taken_in(market):
    """With missing="add" a candidate outside the network can be bought, and reaches only itself."""
    roster = sd.Roster.from_any({"@new": 1}, missing="add")
    plan = sd.optimize(market, roster, k=1, rng=1, **QUICK)
    assert plan.seeds["candidate"].tolist() == ["@new"]
    assert plan.reach.mean == 1.0


def test_arguments_are_left_alone(market, creators):
    """Graph, roster and network are the same after the call as before."""
    graph = nx.DiGraph([("a", "b", {"w": 0.5}), ("b", "c", {"w": 0.2})], name="mine")
    before_graph = nx.to_dict_of_dicts(graph.copy())
    before_roster = creators.copy()
    before_arrays = [array.copy() for array in (*market.out, *market.into, market.weights)]
    sd.optimize(graph, {"a": 3}, k=1, probability="w", rng=1, **QUICK)
    for method in METHODS:
        sd.optimize(market, creators, budget=60, method=method, rng=1, **QUICK)
    assert nx.to_dict_of_dicts(graph) == before_graph
    assert graph.graph == {"name": "mine"}
    pd.testing.assert_frame_equal(creators, before_roster)
    for before, after in zip(before_arrays, (*market.out, *market.into, market.weights), strict=True):
        np.testing.assert_array_equal(before, after)


def test_global_state_is_left_alone(market, creators):
    """Neither NumPy's nor Python's random state, nor the root logger, is touched."""
    numpy_state = np.random.get_state()[1].copy()  # noqa: NPY002 — what is watched
    python_state = random.getstate()
    logger = logging.getLogger()
    logging_state = (logger.level, list(logger.handlers))
    for method in METHODS:
        sd.optimize(market, creators, budget=60, method=method, **QUICK)
    assert (np.random.get_state()[1] == numpy_state).all()  # noqa: NPY002 — what is watched
    assert random.getstate() == python_state
    assert (logger.level, list(logger.handlers)) == logging_state


def test_zero_is_a_key(market, creators):
    """rng=0 is a key like any other: it repeats, is recorded, and differs from no key."""
    plans = [sd.optimize(market, creators, budget=60, method="random", rng=0, **QUICK) for _ in range(2)]
    assert plans[0].provenance["key"] == to_key(0)
    pd.testing.assert_frame_equal(plans[0].seeds, plans[1].seeds)
    fresh = {sd.optimize(market, creators, k=1, method="random", **QUICK).provenance["key"] for _ in range(2)}
    assert len(fresh) == 2
    assert to_key(0) not in fresh


def test_a_generator_moves_on(market, creators):
    """A Generator gives a key by one draw, so that a second call differs; a SeedSequence repeats."""
    generator = np.random.default_rng(5)
    keys = [
        sd.optimize(market, creators, k=1, method="random", rng=source, **QUICK).provenance["key"]
        for source in (generator, generator, np.random.SeedSequence(9), np.random.SeedSequence(9))
    ]
    assert keys[0] != keys[1]
    assert keys[2] == keys[3]


def test_reach_is_measured_on_worlds_that_chose_nothing(market, creators):
    """The reported reach is that of fresh simulations with a key of their own."""
    plan = sd.optimize(market, creators, budget=60, method="celf", rng=8, **QUICK)
    key = make_problem(market, key=to_key(8)).stage_key("evaluate")
    task = forward_task(market, market.index(plan.seeds["candidate"]), key)
    assert task(0, FIRST_WORLDS).reach.mean() == pytest.approx(plan.reach.mean, rel=0.1)
    assert len({make_problem(market, key=1).stage_key(s) for s in ("select", "certify", "evaluate")}) == 3


@pytest.mark.parametrize("precision", [0.05, 0.01])
def test_precision_is_reached(market, creators, precision):
    """The half-width of the interval is within the asked share of the mean, or the cap is hit."""
    plan = sd.optimize(market, creators, budget=60, rng=1, gap=0.2, precision=precision, threads=1)
    assert Z95 * plan.reach.stderr <= 1.05 * precision * plan.reach.mean or plan.reach.worlds == MOST_WORLDS


def test_more_money_never_buys_less(market, creators):
    """On the same key a larger budget reaches at least as much, within the error of measurement."""
    plans = [sd.optimize(market, creators, budget=b, rng=1, **QUICK) for b in (15, 60, 200, 10_000)]
    for small, large in pairwise(plans):
        assert large.reach.high >= small.reach.low
    assert plans[0].reach.mean < plans[-1].reach.mean


def test_auto_says_what_it_picked(market):
    """Few candidates go to the integer programme, many to greedy on RR sets, and the reason has the count."""
    assert pick("auto", make_problem(market, k=1))[0] == "exact"
    method, reason = pick("auto", make_problem(oracle.Graph.of(501, [], 0.5), k=1))
    assert method == "ris"
    assert "501 candidates" in reason
    assert pick("celf", make_problem(market, k=1)) == ("celf", "as asked")
    plan = sd.optimize(market, k=1, rng=1, **QUICK)
    assert "picked by auto" in plan.reason
    assert "60 candidates" in plan.reason


def test_auto_solves_only_what_is_not_certified():
    """Where greedy is certified, auto leaves the integer programme out; asked for, it is always solved."""
    star = sd.Network.from_edges(["hub"] * 20, [f"fan {i}" for i in range(20)], 0.5)
    asked, left = (
        [phase.name for phase in sd.optimize(star, k=1, method=method, rng=1, **QUICK).phases]
        for method in ("exact", "auto")
    )
    assert "integer programme (OR-Tools)" in asked
    assert "integer programme (OR-Tools)" not in left


class Hurrying:
    """A time that passes by an hour whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Give the time."""
        self.now += 3600.0
        return self.now


@pytest.mark.parametrize("method", ["auto", "ris", "exact", "celf"])
def test_time_limit_gives_a_valid_plan(market, creators, monkeypatch, method):
    """When time is up there is a plan all the same, within the limits, and it says why it stopped."""
    monkeypatch.setattr("seeding._runtime.clock.time", Hurrying())
    plan = sd.optimize(market, creators, budget=60, method=method, rng=1, time_limit=5, threads=1)
    assert plan.stopped == "time_limit"
    assert plan.stopped_early
    assert "the time limit was reached" in plan.summary()
    assert 0 < plan.cost <= 60
    assert plan.reach.worlds == GRAIN
    assert plan.certificate.lower <= plan.certificate.upper
    assert "time was up before the asked precision" in plan.phases[-1].detail


def test_time_up_before_the_solver(market, creators, monkeypatch):
    """An integer programme that gets no time at all still gives a valid plan, as good as greedy's."""
    monkeypatch.setattr("seeding._runtime.clock.time", Hurrying())
    plan = sd.optimize(market, creators, budget=60, method="exact", gap=0.9, rng=1, time_limit=5, threads=1)
    assert plan.stopped == "certified"
    assert plan.certificate.ratio >= 0.1
    assert 0 < plan.cost <= 60


@pytest.mark.parametrize("method", ["ris", "exact"])
def test_memory_limit_gives_a_valid_plan(market, creators, method):
    """A sample that would not fit is not drawn; the plan is made of what there is, and says so."""
    plan = sd.optimize(
        market, creators, budget=60, method=method, gap=0.001, memory_limit="1kB", rng=1, threads=1
    )
    assert plan.stopped == "memory_limit"
    assert plan.stopped_early
    assert 0 < plan.cost <= 60
    assert plan.certificate.samples == 2 * 1_024


def test_progress_is_told(market, creators):
    """An object with `update` and `close` is told of every stage and closed once."""

    class Listener:
        def __init__(self) -> None:
            self.stages: list[str] = []
            self.closed = 0

        def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
            self.stages.append(stage)

        def close(self) -> None:
            self.closed += 1

    listener = Listener()
    sd.optimize(market, creators, budget=60, method="celf", rng=1, progress=listener, **QUICK)
    assert {"simulating every candidate", "choosing seeds (CELF)", "sampling RR sets"} <= set(listener.stages)
    assert listener.stages[-1] == "simulating cascades"
    assert listener.closed == 1


def test_who_adds_nothing_is_not_bought():
    """With a budget, money is not spent on people who add nothing to the sample; a head count is filled."""
    network = sd.Network.from_edges([name for name, _ in TEN_PEOPLE], [name for _, name in TEN_PEOPLE], 1.0)
    plan = sd.optimize(network, budget=10, method="ris", rng=1, **QUICK)
    assert set(plan.seeds["candidate"]) == {"Alice", "Ceri", "Michael"} or plan.reach.mean == 10.0
    assert plan.reach.mean == 10.0
    assert len(sd.optimize(network, k=10, method="ris", rng=1, **QUICK).seeds) == 10
