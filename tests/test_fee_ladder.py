"""Several offers to one creator: at most one is chosen, and one coin answers for all of them."""

from __future__ import annotations

import itertools
import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from invited import Truth, accept_coin, best_invitation
from oracle import Graph, world_key
from small_graphs import random_graph, star

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.diffusion import IndependentCascade
from seeding.errors import AssumptionWarning, InfeasibleError, InputError
from seeding.network import packed_rows
from seeding.roster.roster import Roster
from seeding.rules.compiling import compile_rules
from seeding.rules.limits import Limits
from seeding.selection.methods import METHODS
from seeding.simulation.propagation import rr_sampler

SIGMAS = 5.2
QUICK = {"precision": 0.05, "threads": 1}
PLAIN = IndependentCascade()
MIXED = IndependentCascade(deadline=2, quality=0.8)


def ladder(number: int, people: int = 4) -> pd.DataFrame:
    """Draw a roster in which creators have one to three offers: more money, more often accepted."""
    generator = np.random.default_rng([20261127, number])
    rows = []
    for person in range(people):
        rungs = int(generator.integers(1, 4))
        costs = np.sort(generator.choice([0, 1, 2.5, 4, 7.25, 10], size=rungs, replace=False))
        chances = np.sort(generator.choice([0.1, 0.3, 0.55, 0.8, 1.0], size=rungs, replace=False))
        for cost, accept, offer in zip(costs, chances, ("gift", "fee", "higher fee"), strict=False):
            rows.append({"candidate": person, "cost": cost, "accept": accept, "offer": offer})
    return pd.DataFrame(rows).sample(frac=1, random_state=number).reset_index(drop=True)


def small(number: int) -> Graph:
    """Draw a graph of four creators and two more people, small enough to try all its worlds."""
    return random_graph(number, n=6, m=9)


@pytest.mark.parametrize("packed", [False, True], ids=["arc by arc", "packed"])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("model", [PLAIN, MIXED], ids=str)
def test_sets_of_offers_equal_enumeration(monkeypatch, model, number, packed):
    """Any offers, several to one creator among them, cover what every world and answer tried says."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    graph, table = small(number), ladder(number)
    nodes, accept = table["candidate"].to_numpy(), table["accept"].to_numpy()
    truth = Truth(graph, model)
    sampler = rr_sampler(graph.network(), model, 11, nodes, accept)
    sample = sampler.grow(sampler.empty(), 60_000, Workers(1))
    for chosen in ([0], [1, 2], list(range(len(table)))):
        expected = truth.of_offers([(nodes[c], accept[c]) for c in chosen]) / sum(graph.w)
        share = sample.count(np.array(chosen)) / sample.n_sets
        assert abs(share - expected) <= SIGMAS * math.sqrt(expected * (1 - expected) / sample.n_sets) + 1e-9


def test_a_likelier_offer_is_accepted_whenever_a_less_likely_one_is():
    """In every set the offers to a creator are those above the creator's coin in that world."""
    graph, table = small(1), ladder(1)
    nodes, accept = table["candidate"].to_numpy(), table["accept"].to_numpy()
    sampler = rr_sampler(graph.network(), PLAIN, 17, nodes, accept)
    plain = rr_sampler(graph.network(), PLAIN, 17, np.arange(6))
    offers, people = (s.grow(s.empty(), 500, Workers(1)) for s in (sampler, plain))
    for r in range(500):
        world = world_key(17, r)
        there = people.members[people.set_indptr[r] : people.set_indptr[r + 1]].tolist()
        expected = {
            c for c in range(len(table)) if nodes[c] in there and accept_coin(world, nodes[c]) < accept[c]
        }
        found = offers.members[offers.set_indptr[r] : offers.set_indptr[r + 1]].tolist()
        assert len(found) == len(set(found))
        assert set(found) == expected, f"world {r}"


@pytest.mark.parametrize("basis", ["expected", "worst_case"])
@pytest.mark.parametrize("method", ["exact", "ris", "celf"])
@pytest.mark.parametrize("number", range(5))
def test_plans_against_every_choice(number, method, basis):
    """One offer to each creator, exact money on either basis, bounds that hold; exact finds the best."""
    graph, table = small(number), ladder(number)
    if sum(graph.w) == 0:
        pytest.skip("nobody counts")
    offers = list(zip(table["candidate"], table["accept"], strict=True))
    part = [Fraction(str(a)) if basis == "expected" else Fraction(1) for a in table["accept"]]
    spend = [Fraction(str(cost)) * a for cost, a in zip(table["cost"], part, strict=True)]
    budget = Fraction(round(float(sum(spend)) * 40), 100) + Fraction(1, 100)
    truth = Truth(graph)
    best = best_invitation(truth, offers, spend, budget)
    plan = sd.optimize(
        graph.network(), table, budget=f"{float(budget):.2f}", budget_on=basis, method=method, rng=number,
        gap=0.02, **QUICK,
    )  # fmt: skip
    rows = [
        int(np.flatnonzero((table["candidate"] == who) & (table["offer"] == offer))[0])
        for who, offer in zip(plan.seeds["candidate"], plan.seeds["offer"], strict=True)
    ]
    assert plan.seeds["candidate"].is_unique
    assert sum((spend[c] for c in rows), Fraction(0)) == Fraction(plan.cost) <= budget
    value = truth.of_offers([offers[c] for c in rows])
    assert plan.certificate.lower <= value + 1e-9
    assert plan.certificate.upper >= best - 1e-9
    assert value >= {"exact": 0.96, "ris": 0.93, "celf": 0.6}[method] * best
    assert abs(plan.reach.mean - value) <= SIGMAS * plan.reach.stderr + 1e-9


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_makes_one_offer_to_each(method, k):
    """Invitations are what k counts; every method makes one offer to each, whatever the limits."""
    network = random_graph(2, n=20, m=60, weighted=False).network()
    table = pd.concat([ladder(9, 8), ladder(10, 8).assign(candidate=lambda t: t["candidate"] + 8)])
    for limits in ({"k": k}, {"budget": 9.5}, {"budget": 20, "k": k}):
        plan = sd.optimize(network, table, method=method, rng=3, **limits, **QUICK)
        assert plan.seeds["candidate"].is_unique
        assert len(plan.seeds) <= limits.get("k", 16)
        assert plan.cost <= limits.get("budget", 1_000)
        if limits == {"k": k}:
            assert len(plan.seeds) == k


def market() -> tuple[sd.Network, pd.DataFrame]:
    """Make five creators with followers of their own; three of them have two offers."""
    network = sd.Network.from_edges(list("aaaabbbccde"), [f"f{i}" for i in range(11)], 1.0)
    rows = [
        ("a", "gift", 0, 0.3, "x"),
        ("a", "fee", 10, 0.9, "x"),
        ("b", "gift", 0, 0.2, "x"),
        ("b", "fee", 8, 0.9, "x"),
        ("c", "story", 3, 0.5, "x"),
        ("c", "reel", 5, 0.6, "y"),
        ("d", "fee", 2, 1.0, "y"),
        ("e", "fee", 1, 1.0, "y"),
    ]
    return network, pd.DataFrame(rows, columns=["candidate", "offer", "cost", "accept", "platform"])


def best_under(rule_holds, budget: float) -> float:
    """Find the best value under a rule by trying every choice of the market, money expected."""
    _, table = market()
    rows = list(table.itertuples(index=False))
    followers = dict(zip("abcde", (5, 4, 3, 2, 2), strict=True))
    best = -1.0
    for size in range(6):
        for chosen in itertools.combinations(rows, size):
            if len({row.candidate for row in chosen}) < size or not rule_holds(chosen):
                continue
            if sum(Fraction(row.cost) * Fraction(str(row.accept)) for row in chosen) <= budget:
                best = max(best, sum(row.accept * followers[row.candidate] for row in chosen))
    return best


def names(chosen) -> set[str]:
    """Name the people of a choice."""
    return {row.candidate for row in chosen}


RULES = [
    (sd.Require("c"), lambda chosen: "c" in names(chosen)),
    (sd.Require("a", "b"), lambda chosen: {"a", "b"} <= names(chosen)),
    (sd.Exclude("a"), lambda chosen: "a" not in names(chosen)),
    (sd.Conflict("a", "b"), lambda chosen: not {"a", "b"} <= names(chosen)),
    (sd.Together("a", "c"), lambda chosen: len({"a", "c"} & names(chosen)) != 1),
    (sd.AtMost(1, platform="x"), lambda chosen: sum(row.platform == "x" for row in chosen) <= 1),
    (sd.AtLeast(2, platform="y"), lambda chosen: sum(row.platform == "y" for row in chosen) >= 2),
    (sd.AtMost(0, offer="fee"), lambda chosen: sum(row.offer == "fee" for row in chosen) == 0),
    (
        sd.SpendAtMost(9, platform="x"),
        lambda chosen: sum(row.cost * row.accept for row in chosen if row.platform == "x") <= 9 + 1e-9,
    ),
]


@pytest.mark.parametrize("method", ["exact", "ris"])
@pytest.mark.parametrize(("rule", "holds"), RULES, ids=[str(rule) for rule, _ in RULES])
def test_rules_speak_of_people(rule, holds, method):
    """A rule that names a creator is about all of her offers; counts count people, money is expected."""
    network, table = market()
    plan = sd.optimize(network, table, budget=14, constraints=[rule], method=method, rng=1, gap=0.02, **QUICK)
    chosen = list(plan.seeds.itertuples(index=False))
    assert plan.seeds["candidate"].is_unique
    assert holds(chosen)
    followers = dict(zip("abcde", (5, 4, 3, 2, 2), strict=True))
    value = sum(row.accept * followers[row.candidate] for row in chosen)
    best = best_under(holds, 14)
    assert value >= (1 if method == "exact" else 0.9) * best - 1e-9
    assert plan.certificate.upper >= best - 1e-9


def test_other_methods_keep_rules_on_people():
    """CELF and a baseline honour Require and AtMost with ladders as well."""
    network, table = market()
    rules = [sd.Require("b"), sd.AtMost(1, platform="x")]
    for method in ("celf", "degree", "degree_discount", "top_audience"):
        plan = sd.optimize(network, table, budget=14, constraints=rules, method=method, rng=1, **QUICK)
        assert plan.seeds["candidate"].is_unique
        assert "b" in plan.seeds["candidate"].tolist()
        assert (plan.seeds["platform"] == "x").sum() == 1


def test_a_discount_applies_to_the_chosen_offer():
    """Half off for two of platform x: the row that is chosen is at half its fee, times its acceptance."""
    network, table = market()
    rule = sd.VolumeDiscount({"platform": "x"}, 2, 0.5)
    plan = sd.optimize(network, table, budget=12, constraints=[rule], method="exact", rng=1, **QUICK)
    seeds = plan.seeds.set_index("candidate")
    assert seeds["offer"][["a", "b"]].tolist() == ["fee", "fee"]
    assert seeds["cost"][["a", "b"]].tolist() == [5, 4]
    assert seeds["expected_cost"][["a", "b"]].tolist() == pytest.approx([4.5, 3.6])


def test_ladder_rows_and_rules_that_name_people():
    """The programme has one row for each creator with several offers, and is closed."""
    _, table = market()
    roster = Roster.from_any(table).held_on("expected")
    program = compile_rules((), roster, Limits(k=3)).program
    rows = [set(program.columns[program.indptr[j] : program.indptr[j + 1]].tolist()) for j in range(3)]
    assert rows == [{0, 1}, {2, 3}, {4, 5}]
    assert program.is_closed
    assert not program.is_plain
    assert program.allows(np.array([1, 3, 5]))
    assert not program.allows(np.array([0, 1]))


def test_what_cannot_be_meant_is_refused():
    """Bundles do not say which offer; too many invitations; rules that cannot hold name the rule."""
    network, table = market()
    with pytest.raises(
        InputError, match="'a' has several offers in the roster, and a bundle does not say which"
    ):
        sd.optimize(network, table, k=2, constraints=[sd.Bundle(["d", "a"], 5)])
    with pytest.raises(InputError, match="k=6 is more than the 5 candidates"):
        sd.optimize(network, table, k=6)
    with pytest.raises(InputError, match="'z' is not in the roster"):
        sd.optimize(network, table, k=2, constraints=[sd.Require("z")])
    with pytest.raises(InfeasibleError, match="Exclude"):
        sd.optimize(network, table, k=2, constraints=[sd.Require("a"), sd.Exclude("a")])


def test_ladders_of_people_without_acceptance():
    """Offers alone, without probabilities, work: the cheaper of two equal offers is never needed twice."""
    network, table = market()
    plan = sd.optimize(network, table.drop(columns="accept"), k=5, method="exact", rng=1, **QUICK)
    assert sorted(plan.seeds["candidate"]) == list("abcde")
    assert plan.invitations.acceptances == 5
    assert plan.invitations.expected_spend == plan.invitations.worst_case_spend == plan.cost
    assert "accept" not in plan.seeds


def test_certificates_count_a_creator_once():
    """What offers count by themselves is at most the best one of each creator."""
    from problems import make_problem

    graph = star(2, 0.0)
    problem = make_problem(graph, nodes=[0, 0, 1], k=2, accept=np.array([0.3, 0.9, 0.5]))
    assert problem.own_weight(np.array([0, 1, 2])) == pytest.approx(1.4)
    assert problem.own_weight(np.array([0, 2])) == pytest.approx(0.8)


@pytest.mark.parametrize("basis", ["expected", "worst_case"])
def test_profit_makes_one_offer_to_each(basis):
    """The most profitable plan, too, makes one offer to each, and its bounds hold for every such choice."""
    network, table = market()
    followers = dict(zip("abcde", (5, 4, 3, 2, 2), strict=True))
    rows = list(table.itertuples(index=False))
    for budget in (None, 6):
        ask = {"value_per_reach": 3, "budget": budget, "budget_on": basis, "rng": 1, "gap": 0.1}
        plan = sd.optimize(network, table, **ask, **QUICK)
        best = 0.0
        for size in range(6):
            for chosen in itertools.combinations(rows, size):
                held = sum(row.cost * (row.accept if basis == "expected" else 1) for row in chosen)
                if len(names(chosen)) == size and (budget is None or held <= budget):
                    best = max(
                        best, sum(row.accept * (3 * followers[row.candidate] - row.cost) for row in chosen)
                    )
        chosen = list(plan.seeds.itertuples(index=False))
        assert plan.seeds["candidate"].is_unique
        earned = sum(row.accept * (3 * followers[row.candidate] - row.cost) for row in chosen)
        assert earned >= 0.95 * best
        assert plan.profit.lower <= earned + 1e-9
        assert plan.profit.upper >= best - 1e-9


def test_frontier_and_minimize_make_one_offer_to_each():
    """Curves and least costs keep to one offer for each creator, and a dearer budget reaches no less."""
    network, table = market()
    curve = sd.frontier(network, table, budgets=4, rng=1, **QUICK)
    reach = [point.plan.reach.mean for point in curve.points]
    assert reach == sorted(reach)
    # 9 + 7.2 + 3 + 2 + 1: the dearest offer to each, on average.
    assert curve.points[-1].budget == Decimal("22.2")
    for point in curve.points:
        assert point.plan.seeds["candidate"].is_unique
        assert point.plan.cost <= point.budget
    plan = sd.minimize_cost(network, table, target_reach=8, rng=1, gap=0.2, **QUICK)
    assert plan.seeds["candidate"].is_unique
    followers = dict(zip("abcde", (5, 4, 3, 2, 2), strict=True))
    assert sum(row.accept * followers[row.candidate] for row in plan.seeds.itertuples()) >= 8
    with pytest.raises(InfeasibleError, match=r"reached by all 5 candidates|can be reached"):
        sd.minimize_cost(network, table, target_reach=15, rng=1, **QUICK)


def test_missing_candidates_of_a_ladder():
    """Who is not in the network is added once, or dropped with all offers."""
    network, table = market()
    more = pd.concat([table, pd.DataFrame({"candidate": "z", "offer": ["gift", "fee"], "cost": [0, 1],
                                           "accept": [0.1, 1.0], "platform": "x"})])  # fmt: skip
    with pytest.raises(InputError, match="1 of 6 candidates are not in the network: 'z'"):
        sd.optimize(network, more, k=1)
    added = sd.optimize(network, sd.Roster.from_any(more, missing="add"), k=6, rng=1, **QUICK)
    assert len(added.seeds) == 6
    dropped = sd.optimize(network, sd.Roster.from_any(more, missing="drop"), k=5, rng=1, **QUICK)
    assert "z" not in dropped.seeds["candidate"].tolist()


def test_falling_acceptance_is_warned_of():
    """A higher fee that is accepted less often is likely a mistake; equal or rising acceptance is not."""
    table = pd.DataFrame({"candidate": ["a", "a", "b"], "cost": [1, 5, 2], "offer": ["fee", "more", "fee"]})
    with pytest.warns(AssumptionWarning, match=r"'a' would accept a higher fee less often.*rows 0 and 1"):
        sd.Roster.from_any(table.assign(accept=[0.9, 0.5, 0.1]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sd.Roster.from_any(table.assign(accept=[0.5, 0.5, 0.1]))
        sd.Roster.from_any(table.assign(accept=[0.5, 0.9, 0.1]))
        sd.Roster.from_any(table)


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        (None, r"lists 'a' more than once \(rows 0, 1\); give each candidate one row, or a column 'offer'"),
        (["gift", "gift", "fee"], r"'a' has the offer 'gift' more than once \(rows 0, 1\)"),
        (["gift", " Gift ", "fee"], r"'a' has the offer 'gift' more than once"),
        (["gift", None, "fee"], r"'a' has several rows, but row 1 names no offer"),
    ],
)
def test_bad_ladders_are_refused(offers, said):
    """One sentence with the rows and what to do."""
    table = pd.DataFrame({"candidate": ["a", "a", "b"], "cost": 1})
    if offers is not None:
        table["offer"] = offers
    with pytest.raises(InputError, match=said):
        sd.Roster.from_any(table)
    table.loc[1, "candidate"] = "c"
    assert len(sd.Roster.from_any(table)) == 3


def test_offers_to_an_integer_and_its_text_are_offers_to_one():
    """An integer and its text are one label, so their offers are one candidate's."""
    network = sd.Network.from_edges([1, 2], [3, 4], 1.0)
    table = pd.DataFrame(
        {"candidate": pd.Series([1, "1"], dtype=object), "cost": 1, "offer": ["gift", "fee"]}
    )
    assert Roster.from_any(table).n_people == 1
    assert sd.optimize(network, table, k=1, rng=1).reach.mean == 2
    with pytest.raises(InputError, match="more than once"):
        Roster.from_any(table.drop(columns="offer"))


def test_fairness_makes_one_offer_to_each():
    """The smallest share of any group is as large as one offer to each allows."""
    people = pd.DataFrame({"node": range(8), "side": ["l"] * 4 + ["r"] * 4})
    network = sd.Network.from_edges([0] * 3 + [4] * 3, [1, 2, 3, 5, 6, 7], 1.0).with_people(people)
    table = pd.DataFrame(
        {
            "candidate": [0, 0, 4, 4],
            "cost": [1, 4, 1, 4],
            "accept": [0.3, 0.8, 0.4, 0.9],
            "offer": list("abab"),
        }
    )
    # 0.8 · 4 + 0.4 · 1 = 3.6 gives shares of 0.8 and 0.4; the dearer offer to both is 6.8.
    plan = sd.optimize(network, table, budget=4, objective="maximin", group="side", rng=1, **QUICK)
    assert plan.seeds["candidate"].is_unique
    assert plan.cost <= 4
    assert plan.groups["share"].min() == pytest.approx(0.4, abs=0.05)
    assert plan.seeds.set_index("candidate")["offer"].to_dict() == {0: "b", 4: "a"}
