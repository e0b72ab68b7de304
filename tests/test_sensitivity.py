"""What a plan hangs on: changed inputs, their exact reach, plans chosen anew, and the rule of the verdict."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache

import numpy as np
import oracle
import pandas as pd
import pytest
from laws import assert_mean
from small_graphs import random_graph
from test_fairness import fair_network, weighty_graph

import seeding as sd
from seeding._runtime.wording import tenths
from seeding.cli import main
from seeding.errors import InputError
from seeding.plan.sensitivity import Scenario, Sensitivity
from seeding.questions import scenarios, sensitivity

COSTS = [3, 1, 2, 5, 1, 2, 4]
GRAPH = random_graph(3)
QUICK = {"rng": 1, "threads": 1, "gap": 0.3, "precision": 0.05}


def network(graph: oracle.Graph = GRAPH) -> sd.Network:
    """Make a network of seven people."""
    return graph.network()


@cache
def plan() -> sd.Plan:
    """Make the plan of seven people that most tests ask about."""
    return sd.optimize(network(), dict(enumerate(COSTS)), budget=6, **QUICK)


@cache
def asked() -> Sensitivity:
    """Ask what that plan hangs on."""
    return plan().sensitivity()


def named(found: Sensitivity, name: str) -> Scenario:
    """Return one of the changes."""
    return next(one for one in found.scenarios if one.name == name)


def changed(made: sd.Plan, name: str, **options):
    """Return the inputs after a change, how many values were cut, and the case that is planned for."""
    case = made.follow_up.case
    change = next(one for one in scenarios.changes_of(case, **options)[0] if one.name == name)
    inputs, clipped = change.apply(sensitivity._asked_coarsely(case, 1, False))
    return inputs, clipped, sensitivity.prepare(*inputs, case.given.objective_of)


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_the_reach_after_a_change_is_that_of_the_changed_network(factor):
    """Probabilities are multiplied and cut at 1, and the reach is the exact one but for the worlds."""
    name = f"probabilities × {factor:g}"
    inputs, clipped, case = changed(plan(), name)
    p = np.array(network().out.probability)
    assert inputs.network.out.probability == pytest.approx(np.minimum(1, factor * p))
    assert clipped == np.count_nonzero(factor * p > 1) == named(asked(), name).clipped
    seeds = plan().seeds["candidate"].tolist()
    with case.work() as problem:
        sample = sensitivity._reaches(problem, np.array(seeds), asked().worlds)
    exact = oracle.Enumeration(oracle.Graph.from_network(inputs.network)).reach(seeds)
    assert_mean(sample, exact, name)
    assert named(asked(), name).reach[0] == sample.mean()
    now = asked().reach[0]
    assert named(asked(), name).moved[0] == pytest.approx(sample.mean() - now)


def test_probabilities_that_are_cut_are_counted():
    """Twice 0.8, and twice 1, are cut; twice 0.5 is not."""
    assert named(asked(), "probabilities × 2").clipped == sum(p > 0.5 for p in GRAPH.p) > 0
    assert named(asked(), "probabilities × 0.5").clipped == 0


@pytest.mark.parametrize("name", ["probabilities × 0.5", "probabilities × 2", "costs × 0.8", "costs × 1.2"])
def test_the_best_plan_is_what_optimize_gives_on_the_changed_inputs(name):
    """A cold plan with the same key has the same seeds and cost, and its reach is in the interval."""
    factor, found = float(name.split()[-1]), named(asked(), name)
    rows = network()
    if name.startswith("prob"):
        rows = rows.with_probability(np.minimum(1, factor * rows.out.probability))
    roster = {
        who: cost * (Decimal(str(factor)) if name.startswith("costs") else 1)
        for who, cost in enumerate(COSTS)
    }
    cold = sd.optimize(rows, roster, budget=6, **QUICK)
    assert found.best_cost == cold.cost
    assert found.seeds == len(cold.seeds)
    ours = set(plan().seeds["candidate"])
    assert found.shared == len(ours & set(cold.seeds["candidate"]))
    assert found.certified == cold.certificate.ratio
    exact = oracle.Enumeration(oracle.Graph.from_network(rows)).reach(cold.seeds["candidate"].tolist())
    assert found.best[0] == pytest.approx(exact, rel=0.1)


def test_dearer_seeds_are_above_the_budget_by_exactly_so_much():
    """Reach does not move; the plan of 6 costs 7.2 for a budget of 6."""
    found = named(asked(), "costs × 1.2")
    assert plan().cost == 6
    assert (found.cost, found.over_budget) == (Decimal("7.2"), Decimal("1.2"))
    assert found.moved == (0, 0, 0)
    assert found.decision == "beyond the limits"
    assert found.best_cost <= 6
    assert "with costs × 1.2 it is 1.20 above its budget" in asked().verdict


def test_what_does_not_apply_is_listed():
    """No exposure, no acceptance, quality 1; and costs where only heads are counted."""
    assert [one.split(":")[0] for one in asked().left_out] == ["chance of seeing", "acceptance", "quality"]
    counted = sd.optimize(network(), k=2, **QUICK).sensitivity()
    assert [one.what for one in counted.scenarios] == ["probabilities"] * 4
    assert counted.left_out[-1] == "costs: only the number of seeds is limited"


def test_the_chance_of_seeing_and_passing_on_keep_their_order():
    """Nobody passes on who does not see: what is passed on is cut at that, and goes along with it."""
    seeing = network().with_exposure(view=0.7, share=0.6)
    made = sd.optimize(seeing, k=2, **QUICK)
    for name, exposure, probability, cut in (
        ("probabilities × 2", 0.7, 0.7, 12),
        ("probabilities × 1.25", 0.7, 0.525, 0),
        ("chance of seeing × 1.2", 0.84, 0.504, 0),
        ("chance of seeing × 0.8", 0.56, 0.336, 0),
    ):
        inputs, clipped, _ = changed(made, name)
        assert inputs.network.exposure == pytest.approx(exposure)
        assert inputs.network.out.probability == pytest.approx(probability)
        assert inputs.network.into.probability == pytest.approx(probability)
        assert clipped == cut
    sure, clipped, _ = changed(
        sd.optimize(network().with_exposure(0.9, 0.5), k=2, **QUICK), "chance of seeing × 1.2"
    )
    assert clipped == 12
    assert sure.network.exposure == pytest.approx(1)
    assert sure.network.out.probability == pytest.approx(0.5)


def test_weights_of_thresholds_never_add_up_to_more_than_one():
    """Weights into one person are cut together, and keep their proportions."""
    weighed = sd.Network.from_edges([0, 1, 2, 3], [4, 4, 4, 5], [0.2, 0.3, 0.1, 0.4])
    made = sd.optimize(weighed, k=1, model=sd.LinearThreshold(), **QUICK)
    inputs, clipped, _ = changed(made, "probabilities × 2")
    assert clipped == 3
    assert inputs.network.out.probability == pytest.approx([1 / 3, 1 / 2, 1 / 6, 0.8])
    assert len(made.sensitivity().scenarios) == 4


def test_acceptance_and_quality_are_cut_at_one():
    """Each is counted where it is, also where a message says the quality."""
    roster = pd.DataFrame(
        {"candidate": range(7), "cost": COSTS, "accept": [0.9, 0.5, 1, 0.8, 0.7, 0.6, 0.95]}
    )
    carried = network().carrying(sd.Message(quality=0.9))
    made = sd.optimize(carried, roster, budget=6, model=sd.IndependentCascade(quality=0.9), **QUICK)
    inputs, clipped, _ = changed(made, "acceptance × 1.2")
    assert inputs.roster.accept.tolist() == [1, 0.6, 1, 0.96, 0.84, 0.72, 1]
    assert clipped == 3
    inputs, clipped, _ = changed(made, "quality × 1.2")
    assert (inputs.question.model.quality, inputs.network.message.quality, clipped) == (1, 1, 1)
    found = made.sensitivity()
    assert found.left_out == (found.left_out[0],)
    less = named(found, "acceptance × 0.8")
    # Who accepts less often costs less on average, so that the budget is kept.
    assert less.cost == made.invitations.expected_spend * Decimal("0.8")
    assert less.moved[2] < 0


def test_a_group_of_candidates_is_left_out():
    """The plan goes on without its seeds there; the best one is that of a roster without them."""
    roster = pd.DataFrame({"candidate": range(7), "cost": COSTS, "platform": list("xxyyxyx")})
    made = sd.optimize(network(), roster, budget=6, **QUICK)
    found = made.sensitivity(leave_out={"platform": ["x", "y"]})
    for value in "xy":
        one = named(found, f"without platform={value}")
        rest = [who for who in made.seeds["candidate"] if roster["platform"][who] != value]
        exact = oracle.Enumeration(GRAPH).reach(rest)
        assert one.reach[0] == pytest.approx(exact, rel=0.1)
        cold = sd.optimize(network(), roster[roster["platform"] != value], budget=6, **QUICK)
        assert one.best_cost == cold.cost
        assert one.shared == len(set(rest) & set(cold.seeds["candidate"]))
        assert one.decision in ("hangs", "does not hang", "not shown")


def test_a_group_of_people_is_neither_reached_nor_passes_on():
    """On a sure path a → b → c, leaving b out leaves a with nobody else."""
    people = pd.DataFrame({"node": list("abcd"), "land": ["n", "s", "n", "n"]})
    path = sd.Network.from_edges(["a", "b", "a"], ["b", "c", "d"], 1.0, nodes=people)
    made = sd.optimize(path, k=1, **QUICK)
    assert made.seeds["candidate"].tolist() == ["a"]
    found = named(made.sensitivity(leave_out={"land": "s"}), "without land=s")
    assert (found.reach[0], found.best[0], found.decision) == (2, 2, "does not hang")
    assert (found.shared, found.seeds) == (1, 1)
    nobody = named(made.sensitivity(leave_out={"land": "n"}), "without land=n")
    assert (nobody.reach[0], nobody.best[0], nobody.decision) == (0, 1, "hangs")


@pytest.mark.parametrize(
    ("leave_out", "message"),
    [
        ("x", "is not understood"),
        ({"platform": "z"}, "nobody to leave out has platform='z'; there is 'x', 'y'"),
        ({"tier": "x"}, "the column 'tier', which neither roster nor people have; there is 'platform'"),
    ],
)
def test_a_group_that_is_not_there_is_refused_before_any_work(leave_out, message):
    """In one sentence that names what there is."""
    roster = pd.DataFrame({"candidate": range(7), "cost": COSTS, "platform": list("xxyyxyx")})
    made = sd.optimize(network(), roster, budget=6, **QUICK)
    told: list[str] = []
    with pytest.raises(InputError, match=message):
        made.sensitivity(leave_out=leave_out, tell=told.append)
    assert told == []


def test_rules_hold_in_every_change():
    """A required creator who is left out makes a plan impossible; one rule that this plan breaks is said."""
    roster = pd.DataFrame({"candidate": range(7), "cost": COSTS, "platform": list("xxyyxyx")})
    rules = [sd.Require(2), sd.AtLeast(1, platform="x")]
    made = sd.optimize(network(), roster, budget=6, constraints=rules, **QUICK)
    found = made.sensitivity(leave_out={"platform": ["x", "y"]})
    assert [named(found, f"without platform={v}").decision for v in "xy"] == ["no plan", "no plan"]
    assert "no plan is possible for without platform=x and without platform=y" in found.verdict
    rules = [sd.SpendAtMost(3, platform="x")]
    made = sd.optimize(network(), roster, budget=6, constraints=rules, **QUICK)
    dearer = named(made.sensitivity(), "costs × 1.2")
    assert dearer.decision == "beyond the limits"


def test_bundles_cost_more_with_everything_else():
    """The price of a bundle is a cost; this plan then costs what it did times the factor."""
    rules = [sd.Bundle([0, 4], 3)]
    made = sd.optimize(network(), dict(enumerate(COSTS)), budget=6, constraints=rules, **QUICK)
    found = made.sensitivity()
    dearer = named(found, "costs × 1.2")
    assert dearer.cost == made.cost * Decimal("1.2")
    inputs, _, _ = changed(made, "costs × 1.2")
    assert inputs.question.constraints[0].price == Decimal("3.6")


def test_profit_is_compared_for_plans_made_for_profit():
    """The ratio is that of profits, worked out from both reaches and costs."""
    made = sd.optimize(network(), dict(enumerate(COSTS)), value_per_reach=2, **QUICK)
    found = made.sensitivity()
    assert found.wanted == "profit"
    one = named(found, "probabilities × 2")
    ours, best = 2 * one.reach[0] - float(one.cost), 2 * one.best[0] - float(one.best_cost)
    assert one.ratio[0] == pytest.approx(ours / best)
    # A plan that no longer pays: all are ten times as dear as what they bring.
    poor = sd.optimize(network(), {0: "4.6", 3: "0.1"}, value_per_reach=1, **QUICK)
    assert len(poor.seeds)
    assert all(one.decision for one in poor.sensitivity().scenarios)


def test_a_plan_that_loses_money_where_buying_nobody_is_best_hangs_on_that():
    """One hub that brings 2.0 and costs 1.9 brings 1.5 at half the probability."""
    star = sd.Network.from_edges(["hub"], ["fan"], 1.0)
    made = sd.optimize(star, {"hub": "1.9"}, value_per_reach=1, **QUICK)
    assert made.seeds["candidate"].tolist() == ["hub"]
    found = made.sensitivity()
    half = named(found, "probabilities × 0.5")
    assert (half.ratio[0], half.decision, half.seeds) == (-np.inf, "hangs", 0)
    assert named(found, "probabilities × 2").ratio == (1, 1, 1)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["scenarios"][0]["ratio"] is None
    assert "no part of the best then" in found.verdict


def test_plans_of_least_cost_are_compared_by_cost_too():
    """Where probabilities double, a cheaper plan would do; where they halve, the target is missed."""
    graph = random_graph(8)
    target = sum(graph.w) / 2
    made = sd.minimize_cost(network(graph), dict(enumerate(COSTS)), target_reach=target, **QUICK)
    found = made.sensitivity()
    double, half = named(found, "probabilities × 2"), named(found, "probabilities × 0.5")
    assert (made.cost, double.cost, double.best_cost, half.best_cost) == (4, 4, 3, 6)
    assert double.ratio[0] > 1
    assert double.decision == "hangs"
    exact = oracle.Enumeration(oracle.Graph.of(graph.n, graph.arcs, [p / 2 for p in graph.p], graph.w)).reach(
        made.seeds["candidate"]
    )
    assert half.note == f"it is {tenths(target - half.reach[0])} below the target of {tenths(target)}"
    assert half.reach[0] == pytest.approx(exact, rel=0.05)
    assert half.decision == "beyond the limits"


def test_a_fair_plan_says_whom_it_leaves_short():
    """At half the probabilities one group gets less than what is asked."""
    made = sd.optimize(
        fair_network(weighty_graph()), k=2, constraints=[sd.AtLeastReach(0.3, group="group")], **QUICK
    )
    found = made.sensitivity()
    half, more = named(found, "probabilities × 0.5"), named(found, "probabilities × 1.25")
    assert half.note == "21% of group='a' are reached and 30% are asked"
    assert half.decision == "beyond the limits"
    assert (more.note, more.decision) == ("", "hangs")
    maximin = sd.optimize(fair_network(weighty_graph()), k=2, objective="maximin", group="group", **QUICK)
    with pytest.raises(InputError, match="objective='maximin' wants another"):
        maximin.sensitivity()


def test_rivals_and_bad_news_are_played():
    """Plans made by simulation have answers as well, without a certificate of the best."""
    for how in ({"rivals": [6]}, {"model": sd.IndependentCascade(quality=0.8, negativity_bias=2)}):
        made = sd.optimize(network(), dict(enumerate(COSTS)), budget=6, **how, **QUICK)
        found = made.sensitivity()
        same = named(found, "probabilities × 0.8")
        assert 0 < same.ratio[0] <= 1.1
        assert np.isnan(same.certified)


def test_a_point_of_a_frontier_is_asked_within_its_budget():
    """The best plan of each change keeps to the budget of the point."""
    curve = sd.frontier(network(), dict(enumerate(COSTS)), budgets=[3, 6], **QUICK)
    found = curve.points[0].plan.sensitivity()
    assert all(one.best_cost <= 3 for one in found.scenarios)
    assert named(found, "costs × 1.2").over_budget == curve.points[0].plan.cost * Decimal("1.2") - 3


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_do_not_matter(threads):
    """The same figures, to the last bit."""
    assert plan().sensitivity(threads=threads).to_dict() == asked().to_dict()


def test_a_stored_plan_answers_likewise(tmp_path):
    """From its files alone, with the same figures."""
    edges, costs, saved = (tmp_path / name for name in ("e.csv", "r.csv", "x.plan"))
    arcs = pd.DataFrame(GRAPH.arcs, columns=["source", "target"]).assign(probability=GRAPH.p)
    arcs.to_csv(edges, index=False)
    pd.DataFrame({"candidate": range(7), "cost": COSTS, "tier": list("aabbabb")}).to_csv(costs, index=False)
    made = sd.optimize(sd.read_network(edges), sd.read_roster(costs), budget=6, **QUICK)
    made.save(saved)
    again = sd.read_plan(saved).sensitivity(leave_out={"tier": "a"})
    assert again.to_dict() == made.sensitivity(leave_out={"tier": "a"}).to_dict()
    edges.write_text("source,target,probability\n0,1,0.5\n")
    with pytest.raises(InputError, match="was changed since"):
        sd.read_plan(saved).sensitivity()


def test_the_time_is_said_before():
    """One sentence, made of the times of the plan's own phases."""
    told: list[str] = []
    plan().sensitivity(tell=told.append)
    assert told == [sensitivity.said_before(plan(), 6)]
    slow = type("Slow", (), {"phases": [type("P", (), {"seconds": 30.0})] * 2})
    assert "6 changes, each planned anew: about 6 min" in sensitivity.said_before(slow, 6)


def scenario(ratio: tuple[float, float, float], **more) -> Scenario:
    """Make a change with a ratio."""
    return Scenario("a × 2", "a", 2.0, reach=(1, 1, 1), best=(1, 1, 1), ratio=ratio, **more)


@pytest.mark.parametrize(
    ("made", "decision"),
    [
        (scenario((0.9, 0.88, 0.949)), "hangs"),
        (scenario((0.9, 0.85, 0.951)), "not shown"),
        (scenario((0.99, 0.98, 1.0)), "does not hang"),
        (scenario((0.99, 0.979, 1.0)), "not shown"),
        (scenario((0.96, 0.955, 0.965)), "not shown"),
        (scenario((1.2, 1.1, 1.3), over_budget=Decimal(1)), "beyond the limits"),
        (scenario((1.2, 1.1, 1.3), breaks_rules=True), "beyond the limits"),
        (scenario((np.nan,) * 3), "no plan"),
        (scenario((1.2, 1.1, 1.3), by_cost=True, cost=Decimal(10), best_cost=Decimal(9)), "hangs"),
        (scenario((1.2, 1.1, 1.3), by_cost=True, cost=Decimal(10), best_cost=Decimal("9.7")), "not shown"),
        (scenario((1.2, 1.1, 1.3), by_cost=True, cost=Decimal(10), best_cost=Decimal(11)), "does not hang"),
    ],
)
def test_the_rule_of_the_verdict(made, decision):
    """Below 95 % with the whole interval it hangs, from 98 % on it does not, and else nothing is shown."""
    assert made.decision == decision
    said = Sensitivity((made,), (), (1, 1, 1), 64, 0.1).verdict
    assert said.startswith("The choice hangs on a × 2 (") == (decision == "hangs")
    assert ("it does not hang on a × 2" in said) == (decision == "does not hang")
    assert ("nothing is shown for a × 2" in said) == (decision == "not shown")


def test_the_interval_of_a_ratio_holds_it():
    """Of 400 samples of two paired reaches the interval holds the true ratio about 95 times in 100."""
    generator, held = np.random.default_rng(5), 0
    for _ in range(400):
        shared = generator.poisson(40, 300)
        ours, best = shared + generator.poisson(10, 300), shared + generator.poisson(20, 300)
        ratio, low, high = sensitivity._ratio(ours * 1.0, best * 1.0, 1.0, sensitivity.Known(0.0, 200.0))
        assert low <= ratio <= high
        held += low <= 50 / 60 <= high
    # Binomial(400, 0.95) is outside this once in a million times.
    assert 358 <= held <= 397


def test_the_table_the_text_and_the_file(tmp_path):
    """All scenarios are in each; money is exact in the file."""
    found = asked()
    assert list(found.frame["scenario"]) == [one.name for one in found.scenarios]
    assert found.summary().splitlines()[-1] == found.verdict
    assert "sensitivity" not in repr(found)
    found.to_csv(tmp_path / "s.csv")
    read = pd.read_csv(tmp_path / "s.csv", dtype=str)
    assert read["over_budget"].tolist()[-1] == "1.20"
    assert read["scenario"].tolist() == list(found.frame["scenario"])


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """Store a plan beside its files, and stand there."""
    monkeypatch.chdir(tmp_path)
    arcs = pd.DataFrame(GRAPH.arcs, columns=["source", "target"]).assign(probability=GRAPH.p)
    arcs.to_csv("e.csv", index=False)
    pd.DataFrame({"candidate": range(7), "cost": COSTS, "tier": list("aabbabb")}).to_csv("r.csv", index=False)
    made = sd.optimize(sd.read_network("e.csv"), sd.read_roster("r.csv"), budget=6, **QUICK)
    made.save("x.plan")
    return made


def test_the_command_shows_the_table_and_the_verdict(stored, capsys):
    """The same figures as in Python, in the table, the JSON and the file; the time is said before."""
    found = stored.sensitivity(leave_out={"tier": "b"})
    words = ("sensitivity", "x.plan", "--leave-out", "tier=b", "--threads", "1")
    assert main([*words, "--out", "s.csv"]) == 0
    shown = capsys.readouterr()
    assert f"note: {sensitivity.said_before(stored, 7)}" in shown.err
    text = " ".join(shown.out.split())
    assert " ".join(found.verdict.split()) in text
    assert all(one.name in text for one in found.scenarios)
    assert pd.read_csv("s.csv")["scenario"].tolist() == list(found.frame["scenario"])
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(found.to_dict()))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("x.plan", "--leave-out", "tier"), "--leave-out 'tier' is no group; write a column"),
        (("x.plan", "--leave-out", "tier=z"), "nobody to leave out has tier='z'; there is 'a', 'b'"),
        (("e.csv",), "is no plan file"),
        (("x.plan", "--out", "x.plan"), "is also read or written"),
    ],
)
def test_the_command_refuses_in_one_sentence(stored, capsys, words, message):
    """Bad input ends with code 2, a sentence and no work."""
    assert main(["sensitivity", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
