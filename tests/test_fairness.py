"""Fairness between audience groups: rules kept, certificates true, and what is reported adds up."""

from __future__ import annotations

import json
from dataclasses import replace

import networkx as nx
import numpy as np
import oracle
import pandas as pd
import pytest
from laws import assert_mean
from oracle import Graph
from problems import make_problem
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.errors import InfeasibleError, InputError
from seeding.plan import estimate
from seeding.plan.answers import PriceOfFairness
from seeding.rules.fairness import MOST_GROUPS, read_fairness
from seeding.rules.program import Program
from seeding.rules.rules import AtLeastReach
from seeding.selection.fair.group_samples import Panel, floor_for_any, floor_for_sure
from seeding.selection.fair.method import choose_fairly
from seeding.simulation.measuring import measure, measure_parts
from seeding.simulation.propagation import forward_task, rr_sampler

# Groups of the seven people of a random graph; the last one belongs to none.
GROUPS = ["a", "a", "b", "b", "a", "b", None]
KEYS = 100
DELTA = 0.1


def fair_network(graph: Graph, groups=GROUPS) -> sd.Network:
    """Make a network whose people have a group."""
    network = graph.network()
    return network.with_people(pd.DataFrame({"group": groups}, index=network.labels))


def group_reach(graph: Graph, seeds, group: str) -> float:
    """Enumerate the exact expected reach of one group."""
    weights = np.array([w if g == group else 0.0 for w, g in zip(graph.w, GROUPS, strict=True)])
    return oracle.exact_reach(Graph.of(graph.n, graph.arcs, graph.p, weights), seeds)


class Truth:
    """Every choice within a head count, with its exact reach and shares."""

    def __init__(self, graph: Graph, k: int) -> None:
        weights = {g: sum(w for w, x in zip(graph.w, GROUPS, strict=True) if x == g) for g in ("a", "b")}
        self.reach, self.shares = {}, {}
        for seeds in oracle.feasible_sets([1] * graph.n, None, k):
            self.reach[frozenset(seeds)] = oracle.exact_reach(graph, seeds)
            self.shares[frozenset(seeds)] = {
                g: group_reach(graph, seeds, g) / weight for g, weight in weights.items() if weight > 0
            }

    def best_least(self) -> float:
        """Return the best smallest share."""
        return max(min(shares.values()) for shares in self.shares.values())

    def best_reach(self, share: float) -> float | None:
        """Return the best total reach of a choice that gives every group a share; None if none does."""
        fair = [s for s, shares in self.shares.items() if min(shares.values()) >= share]
        return max((self.reach[s] for s in fair), default=None)


def weighty_graph() -> Graph:
    """Return a graph in which both groups have weight and share something."""
    graph = random_graph(4)
    return Graph.of(graph.n, graph.arcs, graph.p, np.array([1.0, 2.0, 1.0, 0.0, 1.0, 3.0, 2.0]))


@pytest.fixture(scope="module")
def truth() -> tuple[Graph, Truth]:
    """Enumerate one graph."""
    graph = weighty_graph()
    return graph, Truth(graph, 2)


def certify(graph: Graph, key: int, constraints, objective="reach"):
    """Choose on the small graph with one key; returns the choice."""
    network = fair_network(graph)
    problem = make_problem(network, k=2, key=key, delta=DELTA, gap=0.2)
    group = "group" if objective == "maximin" else None
    _, fairness = read_fairness(constraints, objective, group, network)
    return choose_fairly(problem, fairness, Program.plain(problem.costs, problem.limits))


def test_certificates_of_the_smallest_share_are_true(truth):
    """Over many keys, lower, upper and every group's share are false no more often than δ allows."""
    graph, known = truth
    best, wrong = known.best_least(), 0
    for key in range(KEYS):
        choice = certify(graph, key, [], "maximin")
        shares = known.shares[frozenset(choice.order.tolist())]
        proof = choice.certificate
        least = [shares[name[-2]] < share for name, share in proof.least_shares.items()]
        wrong += proof.lower > min(shares.values()) or proof.upper < best or any(least)
        assert min(shares.values()) >= 0.8 * best * (1 - 1e-9) or proof.ratio < 0.8
    assert wrong <= DELTA * KEYS


@pytest.mark.parametrize("part", [0.6, 0.9])
def test_certificates_under_a_demand_are_true(truth, part):
    """The best plan that truly keeps the demand is never above `upper`, and a proven plan keeps it."""
    graph, known = truth
    share = part * known.best_least()
    best, wrong = known.best_reach(share), 0
    for key in range(KEYS):
        choice = certify(graph, key, [AtLeastReach(share, group="group")])
        chosen = frozenset(choice.order.tolist())
        proof = choice.certificate
        false = proof.lower > known.reach[chosen] or proof.upper < best
        wrong += false or (proof.proven and min(known.shares[chosen].values()) < share)
    assert wrong <= DELTA * KEYS


def test_a_demand_beyond_the_truth_is_refused(truth):
    """What no plan can keep is refused for every key tried, with the group, what is possible and asked."""
    graph, known = truth
    share = min(1.0, known.best_least() + 0.1)
    for key in range(10):
        with pytest.raises(InfeasibleError, match=rf"group='[ab]'.*{share:.1%}"):
            certify(graph, key, [AtLeastReach(share, group="group")])


def test_one_group_too_demanding_is_named():
    """Where one group alone cannot be reached enough, the sentence says how much is possible."""
    network = fair_network(weighty_graph(), ["a"] * 6 + ["b"])
    with pytest.raises(
        InfeasibleError, match=r"to reach 100.0% of group='a', but no plan .* reaches more than"
    ):
        sd.optimize(network, k=1, constraints=[AtLeastReach(1.0, group="group")], rng=1)
    assert InfeasibleError.exit_code == 3


def test_group_samples_estimate_group_reach(truth):
    """The covered part of a group's sample is the share of the group that is reached, by enumeration."""
    graph, known = truth
    network = fair_network(graph)
    problem = make_problem(network, k=2)
    _, fairness = read_fairness([], "maximin", "group", network)
    for panel in Panel.open(problem, fairness.judged):
        counts = panel.draw(20_000).counts(np.array([0, 2]))
        for count, group in zip(counts[1:].tolist(), ("a", "b"), strict=True):
            share = known.shares[frozenset({0, 2})][group]
            draws = np.concatenate([np.ones(count), np.zeros(20_000 - count)])
            assert_mean(draws, share, f"share of {group}")


def test_samples_of_stages_and_groups_differ():
    """No two samples of a run have the same key, and the first is the one of the plain method."""
    network = fair_network(weighty_graph())
    problem = make_problem(network, k=2)
    _, fairness = read_fairness([], "maximin", "group", network)
    panels = Panel.open(problem, fairness.judged)
    keys = [sampler.task.key for panel in panels for sampler in panel.samplers]
    assert len(set(keys)) == 6
    assert panels[0].samplers[0].task.key == problem.stage_key("select")


@pytest.mark.parametrize("arcs", [300, 20_000])
def test_samplers_with_other_weights(arcs):
    """A sampler given other weights draws what one made for them draws, packed or not, candidates or all."""
    generator = np.random.default_rng(arcs)
    ends = generator.integers(0, 900, size=(2, arcs))
    network = sd.Network.from_edges(*ends, 0.05, nodes=np.arange(900))
    weights = np.where(np.arange(900) % 3 == 0, generator.random(900), 0.0)
    for nodes in (None, np.arange(0, 900, 7)):
        given = rr_sampler(network, sd.IndependentCascade(), 5, nodes).with_weights(
            weights, float(weights.sum())
        )
        made = rr_sampler(replace(network, weights=weights), sd.IndependentCascade(), 5, nodes)
        first, second = (s.grow(s.empty(), 500, Workers(1)) for s in (given, made))
        assert np.array_equal(first.set_indptr, second.set_indptr)
        assert np.array_equal(first.members, second.members)
        assert first.total_weight == second.total_weight


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9, 1.0])
def test_floors_are_binomial(share):
    """The floor for any plan is the last count not refuted, and that for a sure one lies above."""
    floor = floor_for_any(share, 1000, 0.01)
    assert estimate.binomial_upper(floor, 1000, 0.01) >= share
    assert floor == 0 or estimate.binomial_upper(floor - 1, 1000, 0.01) < share
    assert floor <= share * 1000 <= floor_for_sure(share, 1000, 0.01, 2.0)


@pytest.mark.parametrize("shares", [(0.1, 0.3), (0.3, 0.1)])
def test_of_two_demands_on_a_column_the_larger_counts(shares):
    """Both hold where the larger does, in whatever order they are given."""
    rules = [sd.AtLeastReach(share, group="group") for share in shares]
    _, asked = read_fairness(rules, "reach", None, fair_network(weighty_graph()))
    assert asked is not None
    assert {group.required for group in asked.judged} == {0.3}


def test_groups_add_up_to_the_total():
    """The reach of the groups and of those without one is the total, world by world."""
    network = fair_network(random_graph(3))
    task = forward_task(network, np.array([0, 3]), 5)
    whole = measure(task, 0.05, Workers(1))
    masks = [np.array([g == name for g in GROUPS]) for name in ("a", "b", None)]
    parts = measure_parts(task, [network.weights * m for m in masks], whole.reach.size, Workers(1))
    assert np.allclose(np.sum(parts, axis=0), whole.reach, rtol=1e-12)


def test_the_plan_reports_groups_and_price():
    """Groups, their intervals, what was required and the price are in the plan, its text and its JSON."""
    network = fair_network(weighty_graph())
    plan = sd.optimize(network, k=2, constraints=[AtLeastReach(0.2, group="group")], rng=3, threads=2)
    assert plan.groups.columns.tolist() == ["group", "weight", "reach", "low", "high", "share", "required"]
    assert plan.groups["group"].tolist() == ["group='a'", "group='b'"]
    assert (plan.groups["required"] == 0.2).all()
    assert (plan.groups["share"] >= 0.2).all()
    assert plan.groups["reach"].sum() <= plan.reach.mean
    price = plan.price_of_fairness
    assert price.reach_with == pytest.approx(plan.reach.mean)
    assert price.absolute == pytest.approx(price.reach_without - price.reach_with)
    assert "at least 20.0% asked" in plan.summary()
    assert "Fairness costs" in plan.summary()
    parsed = json.loads(plan.to_json())
    assert parsed["groups"][0]["group"] == "group='a'"
    assert parsed["price_of_fairness"] == price.to_dict()
    again = sd.optimize(network, k=2, constraints=[AtLeastReach(0.2, group="group")], rng=3, threads=1)
    assert again.seeds.equals(plan.seeds)
    assert again.groups.equals(plan.groups)


def test_fairness_changes_the_plan_where_it_must():
    """Two stars of unlike size in two groups: one seed each under maximin, and the price is what is lost."""
    big = [("hub", f"x{i}") for i in range(20)] + [("second", f"y{i}") for i in range(12)]
    small = [("lone", f"z{i}") for i in range(4)]
    people = pd.DataFrame({"node": sorted({v for arc in big + small for v in arc})})
    people["side"] = ["small" if name[0] in "lz" else "big" for name in people["node"]]
    source, target = zip(*big, *small, strict=True)
    network = sd.Network.from_edges(source, target, 0.5, nodes=people)
    plain = sd.optimize(network, k=2, rng=1)
    fair = sd.optimize(network, k=2, objective="maximin", group="side", rng=1)
    assert set(plain.seeds["candidate"]) == {"hub", "second"}
    assert set(fair.seeds["candidate"]) == {"hub", "lone"}
    assert fair.price_of_fairness.absolute == pytest.approx(7 - 3, abs=0.3)
    assert fair.certificate.ratio >= 0.95
    assert plain.groups is None
    assert plain.price_of_fairness is None


def test_one_group_is_the_plain_question():
    """With everybody in one group the demand is one on the total, and the smallest share is the total's."""
    network = fair_network(weighty_graph(), ["a"] * 7)
    plain = sd.optimize(network, k=2, rng=1)
    for asked in (
        {"constraints": [AtLeastReach(0.1, group="group")]},
        {"objective": "maximin", "group": "group"},
    ):
        fair = sd.optimize(network, k=2, rng=1, **asked)
        assert set(fair.seeds["candidate"]) == set(plain.seeds["candidate"])
        assert fair.groups["reach"][0] == pytest.approx(fair.reach.mean)


def test_groups_without_weight_or_people():
    """A group of weight 0 asks for nothing and is told; a category nobody has is no group."""
    graph = weighty_graph()
    network = graph.network()
    kinds = pd.Categorical(["a", "a", "b", "c", "a", "b", None], categories=["a", "b", "c", "nobody"])
    network = network.with_people(pd.DataFrame({"group": kinds}, index=network.labels))
    plan = sd.optimize(network, k=2, constraints=[AtLeastReach(0.1, group="group")], rng=1)
    assert plan.groups["group"].tolist() == ["group='a'", "group='b'", "group='c'"]
    assert plan.groups["weight"][2] == 0
    assert np.isnan(plan.groups["share"][2])
    assert "nobody there has any weight" in plan.summary()
    assert json.loads(plan.to_json())["groups"][2]["share"] is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"constraints": [AtLeastReach(0.1, group="nation")]},
            "no column 'nation'; their columns are 'group'",
        ),
        ({"objective": "maximin"}, "needs group="),
        ({"objective": "fair"}, "objective='fair' is not understood"),
        ({"group": "group"}, "used only with objective"),
        ({"constraints": [AtLeastReach(0.1, group="empty")]}, "nobody has a value in the column 'empty'"),
        (
            {"constraints": [AtLeastReach(0.1, group="group")], "method": "celf"},
            "method='celf' cannot honour",
        ),
        ({"constraints": [AtLeastReach(0.1, group="light")]}, "have weight 0, so no group counts"),
    ],
)
def test_what_cannot_be_asked(asked, message):
    """Each mistake is one sentence, before any work."""
    network = fair_network(weighty_graph())
    light = [None, None, None, "x", None, None, None]
    known = pd.DataFrame({"empty": [None] * 7, "light": light}, index=network.labels)
    with pytest.raises(InputError, match=message):
        sd.optimize(network.with_people(known), k=1, **({"rng": 1} | asked))


@pytest.mark.parametrize("share", [0, -0.1, 1.01, float("nan"), True, "0.2", None])
def test_shares_out_of_range(share):
    """A share is a number above 0 and at most 1."""
    with pytest.raises(InputError, match=r"share=.*out of range"):
        AtLeastReach(share, group="group")


def test_groups_must_be_a_name():
    """The column of groups is given by name."""
    with pytest.raises(InputError, match="not the name of a column"):
        AtLeastReach(0.1, group=3)


def test_unknown_people_and_too_many_groups():
    """Without people there are no groups, and groups have a largest number."""
    with pytest.raises(InputError, match="nothing is known of them"):
        sd.optimize(weighty_graph().network(), k=1, objective="maximin", group="group", rng=1)
    n = MOST_GROUPS + 1
    graph = nx.path_graph(n)
    nx.set_node_attributes(graph, {v: f"g{v}" for v in graph}, "group")
    with pytest.raises(InputError, match=f"{n} different values"):
        sd.optimize(graph, k=1, probability=0.1, objective="maximin", group="group", rng=1)


def test_the_price_is_paired():
    """The price is the mean of the differences, with the interval of differences."""
    price = PriceOfFairness.of(np.array([3.0, 5.0, 4.0]), np.array([2.0, 4.0, 3.0]))
    assert (price.absolute, price.low, price.high, price.relative) == (1.0, 1.0, 1.0, 0.25)


def test_no_time_still_gives_a_plan():
    """With hardly any time the first look's plan comes back, certified for what it is."""
    network = fair_network(weighty_graph())
    plan = sd.optimize(network, k=2, objective="maximin", group="group", rng=1, time_limit=1e-9, gap=0.001)
    assert plan.stopped == "time_limit"
    assert 0 < plan.certificate.ratio <= 1
