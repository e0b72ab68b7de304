"""Creators who may decline: closed forms, every world and answer tried, both ways, money to the last cent."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import oracle
import pandas as pd
import pytest
from invited import Truth, accept_coin, accepts, best_invitation, chances
from oracle import Graph
from small_graphs import path, random_graph, star

import seeding as sd
from seeding._kernels.randomness.coins import accept_coin as kernel_coin
from seeding._kernels.randomness.coins import world_key
from seeding._runtime.executors import Workers
from seeding.diffusion import IndependentCascade
from seeding.errors import InfeasibleError, InputError
from seeding.network import packed_rows
from seeding.simulation.common_worlds import Answering, Arcs, Evaluation, Kept, unreached, values_of
from seeding.simulation.measuring import Spread
from seeding.simulation.propagation import forward_task, rr_sampler
from seeding.simulation.simulation import ForwardTask

SIGMAS = 5.2
PLAIN = IndependentCascade()
MIXED = IndependentCascade(deadline=2, quality=0.8, discount=0.9)
QUICK = {"precision": 0.05, "threads": 1}


def small(number: int) -> Graph:
    """Draw a graph small enough to try all its worlds and answers."""
    return random_graph(number, n=6, m=9)


def rows(graph: Graph, accept, costs=None, **more) -> pd.DataFrame:
    """Make the roster of everybody in a graph."""
    cost = np.ones(graph.n, dtype=np.int64) if costs is None else costs
    return pd.DataFrame({"candidate": np.arange(graph.n), "cost": cost, "accept": accept, **more})


def test_coins_are_those_of_the_oracle():
    """A creator's coin in a world is the number the oracle computes, and each creator has another."""
    seen = set()
    for world in (0, 1, 77):
        for node in (0, 1, 5, 1_000_000):
            coin = kernel_coin(np.uint64(world_key(np.uint64(9), world)), node)
            assert coin == accept_coin(oracle.world_key(9, world), node)
            seen.add(coin)
    assert len(seen) == 12


@pytest.mark.parametrize("packed", [False, True], ids=["arc by arc", "packed"])
def test_accounts_of_one_person_give_one_answer(monkeypatch, packed):
    """Two accounts toss the coin of one node: whoever accepts the less likely offer accepts the other."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    network, key, worlds = small(3).network(), 31, 400
    nodes, creators, accept = np.array([1, 4, 5]), np.array([1, 1, 5]), np.array([0.3, 0.6, 0.5])
    plain = rr_sampler(network, PLAIN, key, nodes)
    asking = rr_sampler(network, PLAIN, key, nodes, accept, creators)
    whole, found = (one.grow(one.empty(), worlds, Workers(1)) for one in (plain, asking))
    for world in range(worlds):
        held, kept = (
            set(one.members[one.set_indptr[world] : one.set_indptr[world + 1]].tolist())
            for one in (whole, found)
        )
        coins = [accept_coin(oracle.world_key(key, world), node) for node in creators]
        assert kept == {c for c in held if coins[c] < accept[c]}


@pytest.mark.parametrize("model", [PLAIN, MIXED], ids=str)
def test_star_and_path_in_closed_form(model):
    """A hub that accepts with a counts a·(1 + n·p), the head of a path a·Σ p^d; each weighed by f(d)."""
    f = model.values(6)
    step = [float(f[d]) if d < f.size else 0.0 for d in range(5)]
    for graph, expected in (
        (star(8, 0.3), 0.4 * (step[0] + 8 * 0.3 * step[1])),
        (path(5, 0.7), 0.4 * sum(0.7**d * step[d] for d in range(5))),
    ):
        task = forward_task(graph.network(), np.array([0]), 5, model=model, accept=np.array([0.4]))
        found = Spread.join([task(0, 65_536)])
        assert abs(found.reach.mean() - expected) <= SIGMAS * found.cumulative_stderr[0]
        sampler = rr_sampler(graph.network(), model, 3, np.array([0]), np.array([0.4]))
        sample = sampler.grow(sampler.empty(), 65_536, Workers(1))
        share = expected / graph.n
        error = math.sqrt(share * (1 - share) / sample.n_sets)
        assert abs(sample.count(np.array([0])) / sample.n_sets - share) <= SIGMAS * error


@pytest.mark.parametrize("packed", [False, True], ids=["arc by arc", "packed"])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("model", [PLAIN, MIXED], ids=str)
def test_backwards_equals_enumeration(monkeypatch, model, number, packed):
    """RR sets in which creators answer cover what trying every world and answer says."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    graph, accept = small(number), chances(number, 6)
    truth = Truth(graph, model)
    sampler = rr_sampler(graph.network(), model, 11, np.arange(6), accept)
    sample = sampler.grow(sampler.empty(), 60_000, Workers(1))
    for seeds in ([0], [1, 4], [0, 2, 3, 5]):
        expected = truth.of_offers([(v, accept[v]) for v in seeds]) / sum(graph.w)
        share = sample.count(np.array(seeds)) / sample.n_sets
        assert abs(share - expected) <= SIGMAS * math.sqrt(expected * (1 - expected) / sample.n_sets) + 1e-9


@pytest.mark.parametrize("packed", [False, True], ids=["arc by arc", "packed"])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("model", [PLAIN, MIXED], ids=str)
def test_forwards_equals_enumeration(monkeypatch, model, number, packed):
    """Simulation gives the enumerated value, also of what the first seeds reach before the others."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    graph, accept, seeds = small(number), chances(number, 6), [3, 0, 5]
    truth = Truth(graph, model)
    task = forward_task(graph.network(), np.array(seeds), 7, model=model, accept=accept[seeds])
    found = Spread.join([task(0, 32_768)])
    for j in range(3):
        expected = truth.of_offers([(v, accept[v]) for v in seeds[: j + 1]])
        assert abs(found.cumulative[j] - expected) <= SIGMAS * found.cumulative_stderr[j] + 1e-9
    assert found.reach.mean() == pytest.approx(found.cumulative[-1])


@pytest.mark.parametrize("number", range(3))
def test_forwards_is_backwards_world_by_world(number):
    """With one key, an invited creator reaches v in world r exactly if it is in v's RR set in world r."""
    drawn = random_graph(number, n=6, m=9)
    graph, accept, key, worlds = Graph.of(6, drawn.arcs, drawn.p), chances(number + 10, 6), 21, 512
    network = graph.network()
    sampler = rr_sampler(network, PLAIN, key, np.arange(6), accept)
    sample = sampler.grow(sampler.empty(), worlds, Workers(1))
    bits = 2.0 ** np.arange(6)
    reached = []
    for c in range(6):
        task = forward_task(network, np.array([c]), key, accept=accept[[c]])
        task = ForwardTask(task.out, bits, task.seeds, key, accept=task.accept, creator=task.creator)
        reached.append(task(0, worlds).reach.astype(np.int64))
    declined = 0
    for r in range(worlds):
        world = oracle.world_key(key, r)
        root = int(oracle.draw(world, 0) * 6)
        members = set(sample.members[sample.set_indptr[r] : sample.set_indptr[r + 1]].tolist())
        assert members == {c for c in range(6) if reached[c][r] >> root & 1}, f"world {r}"
        literal = oracle.world_rr_set(graph, root, key, r)
        assert members == {c for c in literal if accepts(key, r, (c, accept[c]))}
        declined += len(literal) - len(members)
    assert declined > 50


@pytest.mark.parametrize("all_at_once", [False, True])
@pytest.mark.parametrize("model", [PLAIN, MIXED], ids=str)
@pytest.mark.parametrize("number", range(3))
def test_celf_gains_count_only_where_creators_accept(number, model, all_at_once):
    """A gain on kept worlds is what forward simulation with the same key adds, seed after seed."""
    graph, accept, worlds, key = small(number), chances(number + 20, 6), 192, 5
    network, everybody = graph.network(), np.arange(6)
    arcs, values = Arcs.of(network), values_of(model, 6)
    live = arcs.draw(key, 0, worlds)
    kept = Kept(arcs, network.weights, key, 64, live, unreached(6, worlds, values), Workers(1), values)
    order: list[int] = []
    for following in (2, 4, 0):
        gains = kept.gains(everybody, all_at_once and values is None, accept=accept, creators=everybody)
        for c in range(6):
            tried = np.array([*order, c])
            task = forward_task(network, tried, key, model=model, accept=accept[tried])
            block = task(0, worlds)
            assert gains[c] == pytest.approx(block.gain[:, -1].sum(), abs=1e-9)
        kept.mark(following, accept[[following]], np.array([following]))
        order.append(following)


def test_celf_answers_by_world():
    """The answers of a run of worlds are those of the oracle, wherever the run begins."""
    accept, nodes = chances(3, 5), np.array([4, 0, 9, 2, 7])
    yes = Answering(accept, nodes, 13).in_worlds(100, 40)
    for r in range(40):
        assert yes[r].tolist() == [accepts(13, 100 + r, (v, a)) for v, a in zip(nodes, accept, strict=True)]
    network = small(0).network()
    evaluation = Evaluation(Arcs.of(network), network.weights, np.arange(6), False)
    assert evaluation.answering.in_worlds(0, 9).size == 0


def test_a_block_does_not_depend_on_how_worlds_are_split():
    """Sets of worlds 0 … 999 are the same from one block and from many."""
    network = random_graph(5, n=40, m=120).network()
    accept = np.linspace(0, 1, 40)
    whole = rr_sampler(network, MIXED, 4, np.arange(40), accept)
    once = whole.grow(whole.empty(), 1_000, Workers(1))
    grown = whole.empty()
    for size in (1, 13, 500, 1_000):
        grown = whole.grow(grown, size, Workers(2))
    assert grown.members.tolist() == once.members.tolist()
    assert grown.set_indptr.tolist() == once.set_indptr.tolist()


def test_nobody_declines_is_the_plain_sample():
    """With certain acceptance nothing is filtered, drawn or changed; sentinels stay possible."""
    network = random_graph(5, n=40, m=120).network()
    plain = rr_sampler(network, PLAIN, 4)
    certain = rr_sampler(network, PLAIN, 4, np.arange(40), np.ones(40))
    assert certain.invited is None
    samples = [s.grow(s.empty(), 2_000, Workers(1)) for s in (plain, certain)]
    assert samples[0].members.tolist() == samples[1].members.tolist()
    task = forward_task(network, np.array([3, 8]), 6, accept=np.ones(2))
    assert task(0, 640).reach.tolist() == forward_task(network, np.array([3, 8]), 6)(0, 640).reach.tolist()


def test_sentinels_are_off_where_creators_decline(monkeypatch):
    """A set may not end at somebody who might decline."""
    monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    network = random_graph(5, n=40, m=120).network()
    assert rr_sampler(network, PLAIN, 4).can_stop
    invited = rr_sampler(network, PLAIN, 4, np.arange(40), np.full(40, 0.5))
    assert not invited.can_stop
    with pytest.raises(ValueError, match="nobody declines"):
        invited.stop_at(np.array([3]))


@pytest.mark.parametrize("method", ["ris", "exact", "celf", "degree", "degree_discount", "random"])
def test_accept_of_one_changes_nothing(method):
    """Every method makes the same plan, to the last bit, with a column of ones as without."""
    graph = random_graph(2, n=30, m=60, weighted=False)
    network, costs = graph.network(), np.arange(1, 31)
    with_ones = rows(graph, 1.0, costs)
    plans = [
        sd.optimize(network, roster, budget=60, method=method, rng=3, **QUICK)
        for roster in (with_ones.drop(columns="accept"), with_ones)
    ]
    assert plans[0].seeds["candidate"].tolist() == plans[1].seeds["candidate"].tolist()
    assert plans[0].reach == plans[1].reach
    assert plans[0].certificate == plans[1].certificate
    assert plans[0].cost == plans[1].cost
    assert plans[0].invitations is None
    assert plans[1].invitations.acceptances == len(plans[1].seeds)


def exact_money(costs: list[str], accept: np.ndarray, basis: str, pay_on: str = "acceptance"):
    """Give what each candidate counts against the budget as an exact fraction."""
    if basis == "worst_case" or pay_on == "invitation":
        return [Fraction(cost) for cost in costs]
    return [Fraction(cost) * Fraction(f"{a:.6f}") for cost, a in zip(costs, accept.tolist(), strict=True)]


@pytest.mark.parametrize("basis", ["expected", "worst_case"])
@pytest.mark.parametrize("method", ["exact", "ris", "celf"])
@pytest.mark.parametrize("number", range(6))
def test_plans_against_every_choice(number, method, basis):
    """No plan overspends by even a fraction of a cent, its bound holds, and exact finds the best."""
    graph = small(number)
    if sum(graph.w) == 0:
        pytest.skip("nobody counts")
    generator = np.random.default_rng([5, number])
    accept = generator.choice([0.2, 0.333333, 0.5, 0.9, 1.0], size=6)
    costs = [f"{c:.2f}" for c in generator.choice([0.01, 3.33, 5.0, 7.77, 10.0], size=6)]
    spend = exact_money(costs, accept, basis)
    budget = Decimal(str(round(float(sum(spend)) * 0.5, 2))) + Decimal("0.01")
    truth = Truth(graph)
    offers = [(v, accept[v]) for v in range(6)]
    best = best_invitation(truth, offers, spend, Fraction(budget))
    plan = sd.optimize(
        graph.network(), rows(graph, accept, costs), budget=budget, budget_on=basis, method=method,
        rng=number, gap=0.02, **QUICK,
    )  # fmt: skip
    chosen = plan.seeds["candidate"].tolist()
    spent = sum((spend[c] for c in chosen), Fraction(0))
    assert spent == Fraction(plan.cost) <= Fraction(budget)
    assert plan.cost == getattr(plan.invitations, f"{basis}_spend")
    value = truth.of_offers([offers[c] for c in chosen])
    assert plan.certificate.lower <= value + 1e-9
    assert plan.certificate.upper >= best - 1e-9
    assert value >= (0.93 if method != "celf" else 0.8) * best
    assert abs(plan.reach.mean - value) <= SIGMAS * plan.reach.stderr + 1e-9


def test_expected_spend_never_exceeds_the_budget_by_a_fraction_of_a_cent():
    """Three fees of 0.01 with a = 0.333334 cost 0.01000002 together: one too many for a cent."""
    network = sd.Network.from_edges([0, 1, 2], [3, 4, 5], 1.0)
    roster = pd.DataFrame({"candidate": [0, 1, 2], "cost": "0.01", "accept": 0.333334})
    plan = sd.optimize(network, roster, budget="0.01", rng=1, **QUICK)
    assert len(plan.seeds) == 2
    assert plan.cost == Decimal("0.00666668")
    assert plan.invitations.worst_case_spend == Decimal("0.02")
    roster["accept"] = 0.333333
    assert len(sd.optimize(network, roster, budget="0.01", rng=1, **QUICK).seeds) == 3


def test_who_is_paid_on_invitation_costs_the_whole_fee():
    """Then the expected spend is the fee, whoever accepts; one column may mix both ways."""
    network = sd.Network.from_edges([0, 1], [2, 3], 1.0)
    table = pd.DataFrame({"candidate": [0, 1], "cost": 100, "accept": 0.5})
    for given, spent in ((None, 100), ("invitation", 200), ("acceptance", 100)):
        roster = sd.Roster.from_any(table, pay_on=given)
        plan = sd.optimize(network, roster, k=2, rng=1, **QUICK)
        assert (plan.cost, plan.invitations.expected_spend, plan.invitations.worst_case_spend) == (
            spent,
            spent,
            200,
        )
    table["pay_on"] = ["invitation", None]
    assert sd.optimize(network, table, k=2, rng=1, **QUICK).cost == 150


@pytest.mark.parametrize("basis", ["expected", "worst_case"])
def test_rules_about_money_follow_the_same_basis(basis):
    """SpendAtMost, SpendShare and MaxShare weigh what the budget weighs."""
    network = sd.Network.from_edges(list(range(4)), [4, 5, 6, 7], 1.0)
    table = pd.DataFrame(
        {"candidate": range(4), "cost": 100, "accept": [0.5, 0.5, 1, 1], "platform": ["x", "x", "y", "y"]}
    )
    rules = [
        (sd.SpendAtMost(100, platform="x"), {"expected": 2, "worst_case": 1}),
        (sd.SpendShare(0, 0.34, platform="x"), {"expected": 2, "worst_case": 1}),
    ]
    for rule, most in rules:
        plan = sd.optimize(
            network, table, k=4, constraints=[rule], budget_on=basis, method="exact", rng=2, **QUICK
        )
        assert (plan.seeds["platform"] == "x").sum() == most[basis], rule
    # Of 100 and 50 the larger part is 2/3, of 100 and 100 it is 1/2.
    sided = table.iloc[[0, 2]]
    for fraction, allowed in ((0.5, basis == "worst_case"), (0.67, True)):
        rules = [sd.MaxShare(fraction), sd.AtLeast(1)]
        ask = {"k": 2, "constraints": rules, "budget_on": basis, "rng": 2}
        if allowed:
            assert len(sd.optimize(network, sided, **ask, **QUICK).seeds) == 2
        else:
            with pytest.raises(InfeasibleError):
                sd.optimize(network, sided, **ask, **QUICK)


def test_bundles_and_discounts_are_weighed_by_acceptance():
    """A package of 90 for two who accept every other time costs 45 on average; a tenth off does likewise."""
    network = sd.Network.from_edges([0, 1], [2, 3], 1.0)
    table = pd.DataFrame({"candidate": [0, 1], "cost": [60, 40], "accept": 0.5, "platform": "x"})
    for rule, spent, fees in (
        (sd.Bundle([0, 1], 90), "45", ["54", "36"]),
        (sd.VolumeDiscount({"platform": "x"}, 2, 0.1), "45", ["54", "36"]),
    ):
        plan = sd.optimize(network, table, budget=46, constraints=[rule], rng=1, **QUICK)
        assert plan.cost == Decimal(spent)
        assert sorted(plan.exact_costs) == sorted(map(Decimal, fees))
        assert plan.invitations.worst_case_spend == 90


def test_the_plan_shows_invitations(tmp_path):
    """Fields, table, CSV, JSON and summary say who is asked and what it costs, exactly."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 1.0)
    table = pd.DataFrame({"candidate": ["a", "b"], "cost": ["10.10", 20], "accept": [0.123457, 0.5], "x": 1})
    plan = sd.optimize(network, table, budget=100, rng=1, **QUICK)
    said = plan.invitations
    assert (said.sent, said.acceptances, said.budget_on) == (2, Decimal("0.623457"), "expected")
    assert said.expected_spend == plan.cost == Decimal("11.2469157")
    assert said.worst_case_spend == Decimal("30.10")
    columns = plan.seeds.columns.tolist()
    assert columns[-4:] == ["accept", "expected_cost", "marginal_cost", "x"]
    plan.to_csv(tmp_path / "plan.csv")
    text = pd.read_csv(tmp_path / "plan.csv", dtype=str).set_index("candidate")
    assert text.loc["a", "cost"] == "10.10"
    assert text.loc["a", "expected_cost"] == "1.2469157"
    assert text.loc["b", "expected_cost"] == "10.00"
    made = json.loads(plan.to_json())
    assert made["invitations"] == 2
    assert made["expected_acceptances"] == pytest.approx(0.623457)
    assert (made["expected_spend"], made["worst_case_spend"]) == ("11.2469157", "30.10")
    assert {row["expected_cost"] for row in made["seeds"]} == {"1.2469157", "10.00"}
    summary = plan.summary()
    assert "2 sent, 0.623457 accepted on average; 11.2469157 spent on average, 30.10 at most" in summary
    assert "the budget holds for what is spent on average" in summary


def test_nothing_is_shown_where_nothing_was_asked():
    """A plan of a plain roster has no new field, column, word or key."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 1.0)
    plan = sd.optimize(network, {"a": 1, "b": 2}, budget=3, rng=1, **QUICK)
    assert plan.invitations is None
    assert not {"accept", "expected_cost", "offer"} & set(plan.seeds.columns)
    assert "Invitations" not in plan.summary()
    assert not {"invitations", "budget_on"} & plan.to_dict().keys()


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_change_nothing(threads):
    """One key gives one plan, whatever the number of threads; on packed networks as well."""
    network, creators = sd.datasets.creator_market(rng=1)
    table = creators.frame.assign(candidate=creators.candidates, cost=creators.costs)
    table["accept"] = np.linspace(0.1, 1.0, len(table)).round(3)
    for model in (PLAIN, MIXED):
        ask = {"budget": 2_000_000, "model": model, "method": "ris", "gap": 0.2, "precision": 0.05, "rng": 8}
        one, many = (sd.optimize(network, table, threads=t, **ask) for t in (1, threads))
        assert one.seeds.equals(many.seeds)
        assert one.certificate == many.certificate
        assert one.reach == many.reach


def test_deadline_quality_weights_and_acceptance_together():
    """The measured reach of the plan, each certificate bound, and the negative part fit the enumeration."""
    graph, model = small(3), IndependentCascade(deadline=2, quality=0.8)
    accept = np.array([0.3, 0.9, 0.5, 1.0, 0.7, 0.2])
    truth = Truth(graph, model)
    offers = [(v, accept[v]) for v in range(6)]
    for method in ("exact", "ris", "celf"):
        plan = sd.optimize(
            graph.network(), rows(graph, accept), k=2, model=model, method=method, rng=4, **QUICK
        )
        value = truth.of_offers([offers[c] for c in plan.seeds["candidate"]])
        best = best_invitation(truth, offers, [Fraction(1)] * 6, k=2)
        assert abs(plan.reach.mean - value) <= SIGMAS * plan.reach.stderr
        assert plan.certificate.lower <= value + 1e-9
        assert plan.certificate.upper >= best - 1e-9
        assert value >= 0.95 * best
        assert plan.curve["reach"].iloc[-1] == pytest.approx(plan.reach.mean)


def test_repeated_certificates_hold():
    """Of 200 keys at δ = 0.2, no more certificates are wrong than chance allows; mixed model, ladder-free."""
    graph, model = small(3), IndependentCascade(deadline=2, quality=0.8)
    accept = np.array([0.3, 0.9, 0.5, 1.0, 0.7, 0.2])
    truth, network = Truth(graph, model), graph.network()
    offers = [(v, accept[v]) for v in range(6)]
    spend = exact_money(["3", "5", "2", "4", "1", "2"], accept, "expected")
    best = best_invitation(truth, offers, spend, Fraction(5))
    table = rows(graph, accept, [3, 5, 2, 4, 1, 2])
    wrong = 0
    for key in range(200):
        plan = sd.optimize(
            network, table, budget=5, model=model, method="ris", gap=0.3, delta=0.2, precision=0.3, rng=key,
            threads=1,
        )  # fmt: skip
        value = truth.of_offers([offers[c] for c in plan.seeds["candidate"]])
        right = plan.certificate.lower <= value + 1e-9 and best <= plan.certificate.upper + 1e-9
        wrong += not right
    # 40 are expected at most; more than 70 has probability below 1e-7.
    assert wrong <= 70


def test_own_weight_is_at_most_what_is_reached():
    """What seeds count by themselves is weighed by acceptance, so that the bound from below holds."""
    network = sd.Network.from_edges([0, 1], [2, 2], 0.0)
    table = pd.DataFrame({"candidate": [0, 1], "cost": 1, "accept": [0.25, 0.5]})
    plan = sd.optimize(network, table, k=2, rng=1, **QUICK)
    assert plan.certificate.lower == pytest.approx(0.75)
    assert abs(plan.reach.mean - 0.75) <= SIGMAS * plan.reach.stderr


def test_frontier_and_minimize_follow_the_basis():
    """Budgets and least costs are in the money that was asked for."""
    graph = star(6, 0.5)
    table = rows(graph, 0.5, [8, *[2] * 6])
    network = graph.network()
    for basis, least in (("expected", 1), ("worst_case", 2)):
        curve = sd.frontier(network, table, budgets=[least, 4, 8], budget_on=basis, rng=2, **QUICK)
        for point in curve.points:
            assert point.plan.cost <= point.budget
            assert point.plan.invitations.budget_on == basis
        plan = sd.minimize_cost(network, table, target_reach=1.5, budget_on=basis, rng=2, gap=0.3, **QUICK)
        assert plan.cost == getattr(plan.invitations, f"{basis}_spend")
        value = Truth(graph).of_offers([(v, 0.5) for v in plan.seeds["candidate"]])
        assert value >= 1.5
        assert plan.target.cost_lower <= plan.cost


@pytest.mark.parametrize("basis", ["expected", "worst_case"])
def test_profit_is_what_is_earned_less_the_expected_spend(basis):
    """Profit counts fees by acceptance on either basis; only the budget looks at the worst case."""
    graph = star(10, 0.5)
    table = rows(graph, [0.5] + [0.5] * 10, [8] + [2] * 10)
    ask = {"value_per_reach": 2, "rng": 3, "gap": 0.2}
    plan = sd.optimize(graph.network(), table, budget_on=basis, **ask, **QUICK)
    truth = Truth(graph)
    value = truth.of_offers([(v, 0.5) for v in plan.seeds["candidate"]])
    earned = 2 * value - float(plan.invitations.expected_spend)
    best = max(2 * truth.of_offers([(v, 0.5) for v in chosen]) - 0.5 * sum(table["cost"][list(chosen)])
               for chosen in ([], [0], [1], [0, 1], range(11)))  # fmt: skip
    assert plan.profit.lower <= earned + 1e-9
    assert plan.profit.upper >= best - 1e-9
    assert plan.profit.mean == pytest.approx(2 * plan.reach.mean - float(plan.invitations.expected_spend))
    capped = sd.optimize(graph.network(), table, budget=7, budget_on=basis, **ask, **QUICK)
    assert capped.cost <= 7
    assert (0 in capped.seeds["candidate"].tolist()) == (basis == "expected")


def test_fairness_knows_who_declines():
    """A share of a group is reached on average over worlds and answers; each group's sample asks as well."""
    people = pd.DataFrame({"node": range(8), "side": ["l"] * 4 + ["r"] * 4})
    network = sd.Network.from_edges([0] * 3 + [4] * 3, [1, 2, 3, 5, 6, 7], 1.0).with_people(people)
    table = pd.DataFrame({"candidate": [0, 4], "cost": 1, "accept": [0.5, 0.8]})
    rule = sd.AtLeastReach(0.4, group="side")
    plan = sd.optimize(network, table, k=2, constraints=[rule], rng=1, **QUICK)
    assert plan.groups["share"].tolist() == pytest.approx([0.5, 0.8], abs=0.05)
    with pytest.raises(InfeasibleError, match=r"0\.6|60"):
        sd.optimize(network, table, k=2, constraints=[sd.AtLeastReach(0.6, group="side")], rng=1, **QUICK)


def test_reading_a_roster():
    """Columns are found by name or as told, rounded to six decimals, and no longer passed through."""
    table = pd.DataFrame({"handle": ["a", "b"], "fee": 1, "yes": [0.12345649, "0.5"], "city": ["x", "y"]})
    roster = sd.Roster.from_any(table, accept="yes")
    assert roster.accept.tolist() == [0.123456, 0.5]
    assert roster.frame.columns.tolist() == ["city"]
    assert sd.Roster.from_any(table.rename(columns={"yes": "accept"})).accept.tolist() == [0.123456, 0.5]
    assert sd.Roster.from_any({"a": 1}).accept.size == 0
    assert roster.held_on("expected").amount(int(roster.held_on("expected").spend[0])) == Decimal("0.123456")


def test_probabilities_are_rounded_to_the_nearest_millionth():
    """What is written with six decimals is what is held; the seventh rounds it, either way."""
    millionths = np.arange(0, 1_000_001, 997)
    table = pd.DataFrame(
        {"candidate": np.arange(millionths.size), "cost": 1, "accept": millionths / 1_000_000}
    )
    roster = sd.Roster.from_any(table)
    assert np.array_equal(roster.accept, millionths / 1_000_000)
    assert np.array_equal(roster.millionths, millionths)
    up = sd.Roster.from_any(
        pd.DataFrame({"candidate": ["a", "b"], "cost": 1, "accept": [0.1234567, 0.2999996]})
    )
    assert up.accept.tolist() == [0.123457, 0.3]


def test_one_who_is_certain_does_not_answer_for_the_others():
    """Somebody may decline where anybody may."""
    for accept, unsure in (([1.0, 0.5], True), ([0.5, 0.5], True), ([1.0, 1.0], False)):
        roster = sd.Roster.from_any(pd.DataFrame({"candidate": ["a", "b"], "cost": 2, "accept": accept}))
        assert roster.may_decline is unsure
        assert roster.chances.tolist() == (accept if unsure else [])


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("accept", [0.5, 1.5], r"accept 1.5 of 'b' \(row 1\) is not a probability from 0 to 1"),
        ("accept", [-0.1, 1], r"accept -0.1 of 'a' \(row 0\)"),
        ("accept", [0.5, None], r"'b' \(row 1\) has no accept; every candidate needs a probability"),
        ("accept", ["often", 1], r"accept 'often' of 'a' \(row 0\) is not a probability"),
        ("accept", [True, 1], r"accept True of 'a'"),
        ("effect", [0.0, 1], r"effect 0.0 of 'a' \(row 0\) is not a number above 0"),
        ("effect", [1, float("inf")], r"effect inf of 'b' \(row 1\)"),
        ("pay_on", ["acceptance", "delivery"], r"pay_on 'delivery' of 'b' \(row 1\) is neither 'acceptance'"),
    ],
)
def test_bad_columns_are_refused(column, values, said):
    """One sentence: the value, the rule, the row."""
    table = pd.DataFrame({"candidate": ["a", "b"], "cost": 1})
    table[column] = pd.Series(values, dtype=object)
    with pytest.raises(InputError, match=said):
        sd.Roster.from_any(table)


def test_other_bad_input_is_refused():
    """Unknown columns, words and clashes are refused before any work."""
    table = pd.DataFrame({"candidate": ["a", "b"], "cost": 1, "pay_on": "acceptance", "accept": 0.5})
    network = sd.Network.from_edges(["a"], ["b"], 1.0)
    with pytest.raises(InputError, match="leave one out"):
        sd.Roster.from_any(table, pay_on="invitation")
    with pytest.raises(InputError, match="no column 'chance'"):
        sd.Roster.from_any(table, accept="chance")
    with pytest.raises(InputError, match="expected_cost"):
        sd.Roster.from_any(table.assign(expected_cost=1))
    for call in (sd.optimize, sd.frontier):
        with pytest.raises(InputError, match="budget_on='hoped' is not understood; choose 'expected'"):
            call(network, table, k=1, budget_on="hoped")
    with pytest.raises(InputError, match="budget_on='hoped'"):
        sd.minimize_cost(network, table, target_reach=1, budget_on="hoped")
    with pytest.raises(InfeasibleError, match=r"below the cheapest candidate, 'a' at 0.5 on average"):
        sd.optimize(network, table, budget="0.4")
    with pytest.raises(InfeasibleError, match=r"'a' at 1; raise"):
        sd.optimize(network, table, budget="0.6", budget_on="worst_case")
    huge = table.assign(cost=10**13, accept=0.123456)
    with pytest.raises(InputError, match="too fine to add up exactly"):
        sd.optimize(network, huge, k=1)


def test_any_seed_list_may_decline():
    """`estimate_reach` and `simulate` take one number, one for each, or a dict; anything else is refused."""
    network = sd.Network.from_edges(["a"] * 3 + ["b"], ["c", "d", "e", "f"], 1.0)
    for accept in ([0.5, 0.25], {"b": 0.25, "a": 0.5}):
        found = sd.estimate_reach(network, ["a", "b"], accept=accept, worlds=20_000, rng=1)
        assert abs(found.mean - 2.5) <= SIGMAS * found.stderr
    assert set(sd.simulate(network, ["a"], accept=0.5, worlds=64, rng=1)) == {0.0, 4.0}
    assert sd.simulate(network, ["a"], accept=1, worlds=64, rng=1).min() == 4.0
    for accept, said in (
        ([0.5], "1 values for 2 seeds"),
        ([0.5, 2], r"accept 2 of 'b' \(row 1\)"),
        ({"a": 1}, "'b'.*has no accept"),
        ({"a": 1, "z": 1}, "'z'"),
    ):
        with pytest.raises(InputError, match=said):
            sd.estimate_reach(network, ["a", "b"], accept=accept)


def test_the_forecast_holds_the_same_money():
    """The memory of planning is told for a budget that pays the average, but not the fee."""
    from seeding.questions.memory_forecast import forecast

    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 1.0)
    roster = sd.Roster.from_any(pd.DataFrame({"candidate": ["a", "b"], "cost": 10, "accept": 0.5}))
    assert forecast(network, roster, budget=Decimal(6)).most > 0
    with pytest.raises(InfeasibleError, match="below the cheapest"):
        forecast(network, roster, budget=Decimal(6), budget_on="worst_case")


def test_other_processes_let_creators_answer_alike():
    """Samples are the same from processes, which get everything by value, as from this one."""
    from concurrent.futures import ProcessPoolExecutor

    network = random_graph(5, n=40, m=120, weighted=False).network()
    table = pd.DataFrame({"candidate": range(40), "cost": 1, "accept": np.linspace(0, 1, 40).round(2)})
    ask = {"k": 3, "method": "ris", "gap": 0.2, "precision": 0.1, "rng": 8}
    here = sd.optimize(network, table, threads=1, **ask)
    with ProcessPoolExecutor(1) as executor:
        there = sd.optimize(network, table, executor=executor, **ask)
    assert here.seeds.equals(there.seeds)
    assert here.reach == there.reach
