"""Plans against each other in the same worlds: differences, chances, costs and overlaps."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from laws import assert_mean, assert_proportion
from oracle import Enumeration
from scipy import stats
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.rng import to_key
from seeding._runtime.work import open_work
from seeding.errors import InputError
from seeding.plan.contrast import Paired, Range
from seeding.plan.interval import Level
from seeding.questions.compare import SameWorlds
from seeding.questions.seed_lists import place, read_lists
from seeding.simulation.competition import Duel
from seeding.simulation.propagation import propagation_of

IC = sd.IndependentCascade
LISTS = {"A": [0, 1], "B": [1, 2], "C": [3]}
PAIRS = list(itertools.combinations(LISTS, 2))


def exactly(number: int, first: list[int], second: list[int]) -> dict[str, float]:
    """Enumerate all worlds of a small graph: difference, wins, ties, and how many both reach."""
    graph = random_graph(number)
    worlds = Enumeration(graph)
    weights = np.array(graph.w)
    a, b = (worlds.reached(seeds) for seeds in (first, second))
    gains = weights @ b - weights @ a
    gains[np.abs(gains) < 1e-9] = 0.0
    return {
        "difference": float(gains @ worlds.chance),
        "wins": float((gains > 0) @ worlds.chance),
        "ties": float((gains == 0) @ worlds.chance),
        "both": float((weights @ (a & b)) @ worlds.chance),
    }


def friends(n: int = 300, p: float = 0.1) -> sd.Network:
    """Make a network in which a few people reach most."""
    return sd.Network.from_networkx(nx.barabasi_albert_graph(n, 3, seed=4), p)


@pytest.mark.parametrize("number", range(6))
def test_everything_is_that_of_the_enumeration(number):
    """Difference, chance, ties and overlap of every pair, against all live-edge graphs of a small network."""
    network, worlds = random_graph(number).network(), 40_000
    found = sd.compare(network, LISTS, worlds=worlds, rng=number)
    reach = {name: sd.simulate(network, seeds, worlds=worlds, rng=number) for name, seeds in LISTS.items()}
    for pair, (first, second) in zip(found.pairs, PAIRS, strict=True):
        truth = exactly(number, LISTS[first], LISTS[second])
        gains = reach[second] - reach[first]
        assert (pair.first, pair.second) == (first, second)
        assert pair.difference == pytest.approx(gains.mean(), abs=1e-12)
        assert_mean(gains, truth["difference"], "difference")
        assert_proportion(round(pair.wins * worlds), worlds, truth["wins"], "wins")
        assert_proportion(round(pair.ties * worlds), worlds, truth["ties"], "ties")
        assert pair.chance.value == pytest.approx(pair.wins + pair.ties / 2)
        union = sd.simulate(network, {*LISTS[first], *LISTS[second]}, worlds=worlds, rng=number)
        both = reach[first] + reach[second] - union
        assert pair.overlap.reach.mean == pytest.approx(both.mean(), abs=1e-9)
        assert_mean(both, truth["both"], "overlap")


def test_each_plan_is_measured_as_by_itself():
    """World r of every plan is world r of `estimate_reach` with the same key: so differences are paired."""
    network = friends()
    found = sd.compare(network, LISTS, worlds=2_000, rng=9)
    for plan in found.plans:
        assert plan.reach == sd.estimate_reach(network, LISTS[plan.name], worlds=2_000, rng=9)
    assert found.worlds == 2_000


def test_pairing_takes_the_luck_of_the_world_out():
    """Two lists that share all seeds but one: the variance of the difference is a tenth of unpaired."""
    network = friends(p=0.15)
    found = sd.compare(network, {"A": [0, 1, 2, 250], "B": [0, 1, 2, 251]}, worlds=4_000, rng=2)
    first, second = (plan.reach.stderr for plan in found.plans)
    assert found.pairs[0].stderr ** 2 < 0.1 * (first**2 + second**2)


@pytest.mark.parametrize("asked", [{}, {"rivals": [4], "tie": "rival"}, {"accept": 0.5}], ids=str)
def test_equal_lists_differ_by_exactly_nothing(asked):
    """The same seeds in another order, or twice: no difference in any world, and that is said."""
    found = sd.compare(friends(), {"A": [3, 1, 2], "B": [2, 3, 1, 1]}, rng=1, **asked)
    pair = found.pairs[0]
    assert (pair.difference, pair.stderr, pair.low, pair.high) == (0.0, 0.0, 0.0, 0.0)
    assert (pair.verdict, pair.same, pair.ties) == ("same", True, 1.0)
    assert str(pair) == "B and A name the same seeds, so that they reach the same"
    assert found.worlds == 1_024


def test_the_same_seeds_who_may_decline_are_not_the_same():
    """Who accepts less often reaches less, never more in any world: the coins are those of the person."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 0.5)
    lists = {
        "A": pd.DataFrame({"candidate": ["a", "b"], "accept": [0.5, 1.0]}),
        "B": pd.DataFrame({"candidate": ["a", "b"], "accept": [0.9, 1.0]}),
    }
    pair = sd.compare(network, lists, worlds=20_000, rng=1).pairs[0]
    assert not pair.same
    assert pair.low < 0.4 * 1.5 < pair.high
    assert pair.wins + pair.ties == 1.0
    assert_proportion(round(pair.wins * 20_000), 20_000, 0.4, "one more accepts")
    assert pair.overlap.reach.mean == pytest.approx(0.5 * 1.5 + 1.5, abs=0.05)


# --- intervals ------------------------------------------------------------------------------------------


def held(network, lists, truth, runs, **asked) -> int:
    """Count the keys with which all intervals hold the true differences at once."""
    count = 0
    for key in range(runs):
        pairs = sd.compare(network, lists, rng=key, threads=1, precision=0.5, **asked).pairs
        count += all(pair.low <= truth[pair.first, pair.second] <= pair.high for pair in pairs)
    return count


def ten_and_truth(lists):
    """Make a network of seven with mixed probabilities, and the exact differences of lists of seeds."""
    truth = {
        (first, second): exactly(3, lists[first], lists[second])["difference"]
        for first, second in itertools.combinations(lists, 2)
    }
    return random_graph(3).network(), truth


def test_intervals_hold_as_often_as_they_say():
    """200 keys of two plans; the chance of a false alarm is that of one check of `laws`."""
    lists = {"A": [0, 1], "B": [1, 2]}
    network, truth = ten_and_truth(lists)
    assert_proportion(held(network, lists, truth, 200), 200, 0.95, "coverage of the difference")


@pytest.mark.slow
def test_intervals_of_two_plans_hold_in_95_of_100_runs():
    """1,000 keys: between 93.5 and 96.5 %."""
    lists = {"A": [0, 1], "B": [1, 2]}
    network, truth = ten_and_truth(lists)
    assert 935 <= held(network, lists, truth, 1_000) <= 965


@pytest.mark.slow
def test_intervals_of_several_plans_hold_together():
    """1,000 keys of four plans with six differences: all six at once in at least 93.5 %."""
    lists = {"A": [0, 1], "B": [1, 2], "C": [3], "D": [4, 5]}
    network, truth = ten_and_truth(lists)
    assert held(network, lists, truth, 1_000) >= 935


@pytest.mark.slow
@pytest.mark.parametrize("precision", [0.5, 0.02])
def test_intervals_of_rare_differences_hold(precision):
    """400 keys of two plans that share a seed, one of which may reach a weight of 100: 92 % or more."""
    fans = [f"u{number}" for number in range(10)]
    network = sd.Network.from_edges(
        ["h"] * 10 + ["a", "b"], [*fans, "x", "whale"], [0.5] * 11 + [0.003],
        nodes=["h", "a", "b", "x", "whale", *fans], weights=np.array([1.0, 1, 1, 1, 100] + [1] * 10),
    )  # fmt: skip
    lists, count = {"A": ["h", "a"], "B": ["h", "b"]}, 0
    for key in range(400):
        pair = sd.compare(network, lists, rng=key, threads=1, precision=precision).pairs[0]
        count += pair.low <= 0.003 * 100 - 0.5 <= pair.high
    assert count >= 0.92 * 400


def test_intervals_of_several_plans_share_the_5_percent():
    """Each of m differences is at level 1 − 0.05 / m; a pair that cannot differ takes no part."""
    network = friends()
    plans = {"A": [0, 1], "B": [1, 2], "C": [3, 9], "again": [1, 0]}
    alone = sd.compare(network, {"A": [0, 1], "B": [1, 2]}, worlds=4_096, rng=3).pairs[0]
    together = {(p.first, p.second): p for p in sd.compare(network, plans, worlds=4_096, rng=3).pairs}
    pair = together["A", "B"]
    assert len(together) == 6
    assert (pair.high - pair.low) / (alone.high - alone.low) == pytest.approx(
        stats.norm.isf(0.025 / 5) / stats.norm.isf(0.025)
    )
    assert together["A", "again"].same


@pytest.mark.parametrize(
    ("network", "more", "model"),
    [
        (random_graph(1).network(), {}, IC()),
        (random_graph(2).network(), {}, IC(deadline=1, discount=0.5)),
        (random_graph(4).network(), {}, sd.LinearThreshold()),
        (random_graph(5).network(), {"rivals": [4]}, IC(quality=0.7)),
        (random_graph(2).network(), {}, IC(quality=0.7, negativity_bias=3.0)),
        (random_graph(2).network().with_organic([5]), {}, IC()),
        (random_graph(1).network().with_delays(2.0), {}, IC(deadline=3)),
    ],
    ids=["plain", "distance", "threshold", "rivals", "bad news", "organic", "delays"],
)
def test_what_is_known_of_a_difference_holds_in_every_world(network, more, model):
    """No world differs by more than was said before any was simulated."""
    if isinstance(model, sd.LinearThreshold):
        network = sd.Network.from_edges([0, 1, 2, 3, 3], [1, 2, 3, 4, 5], [0.5, 0.5, 0.9, 0.3, 0.6])
    duel = Duel.of(network, model, more.get("rivals"), "random")
    spreads = propagation_of(network, model, duel)
    placed = [place(name, listed, network) for name, listed in read_lists(LISTS).items()]
    with open_work(1, None, False, "testing") as work:
        same = SameWorlds(network, spreads, to_key(5), work)
        for first, second in itertools.combinations(placed, 2):
            known = same.known_of_difference(first, second)
            gains = same.reach(second, 4_096) - same.reach(first, 4_096)
            assert known.floor - 1e-9 <= gains.min()
            assert gains.max() <= known.ceiling + 1e-9


def test_a_rare_jackpot_of_one_plan_is_within_the_interval():
    """Somebody who weighs 1,000 and is reached with probability 1e-4 by one seed was not seen, and counts."""
    network = sd.Network.from_edges(
        ["a", "a", "b"], ["x", "y", "whale"], [0.5, 0.5, 1e-4],
        nodes=["a", "b", "x", "y", "whale"], weights=np.array([1.0, 1, 1, 1, 1_000]),
    )  # fmt: skip
    for key in range(6):
        pair = sd.compare(network, {"A": ["a"], "B": ["b"]}, worlds=2_000, rng=key).pairs[0]
        assert pair.low < 1 + 0.1 - 2 < pair.high
        assert pair.verdict == "not shown"
        assert "no difference was shown: B reaches" in str(pair)


def test_what_is_certain_is_a_point():
    """Where no coin can fall either way, the difference has no width."""
    network = sd.Network.from_edges(["a", "b", "b"], ["c", "d", "e"], 1.0)
    pair = sd.compare(network, {"A": ["a"], "B": ["b"]}, rng=1).pairs[0]
    assert (pair.low, pair.difference, pair.high) == (1.0, 1.0, 1.0)
    assert str(pair) == "B reaches 1.0 more than A (in every campaign): better"


def test_a_small_difference_is_written_with_its_digits():
    """A difference known to ± 0.02 has two decimals; one known to less than a tenth is not called 0.0."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], [0.5, 0.6])
    pair = sd.compare(network, {"A": ["a"], "B": ["b"]}, worlds=10_048, rng=1).pairs[0]
    assert str(pair).startswith(
        f"B reaches {pair.difference:.2f} more than A (95 % interval {pair.low:.2f} to"
    )
    assert 0.07 < pair.difference < 0.13


@pytest.mark.parametrize("precision", [0.1, 0.005])
def test_worlds_are_simulated_until_the_difference_is_precise(precision):
    """The half-width of every difference from the first plan is within the precision of its reach."""
    found = sd.compare(friends(), {"A": [0, 1], "B": [40, 41], "C": [0, 41]}, precision=precision, rng=1)
    for pair in found.pairs[:2]:
        assert (pair.high - pair.low) / 2 <= precision * found.plans[0].reach.mean
    assert (found.worlds > 1_024) == (precision < 0.01)


def test_an_empty_list_reaches_nobody():
    """It is allowed, said, costs nothing, and is compared at the precision of the others."""
    found = sd.compare(friends(), {"nobody": [], "B": [0, 1]}, rng=1, roster={0: 5, 1: 6}, precision=0.02)
    nobody, other = found.plans
    assert (nobody.reach.mean, nobody.cost, nobody.cpm) == (0.0, Decimal(0), None)
    assert str(nobody) == "no seeds, so that it reaches nobody"
    pair = found.pairs[0]
    assert (pair.high - pair.low) / 2 <= 0.02 * other.reach.mean
    assert (pair.overlap.seeds, pair.overlap.share, pair.overlap.reach.mean) == (0, None, 0.0)
    both = sd.compare(friends(), {"A": [], "B": []}, rng=1)
    assert both.pairs[0].same
    assert both.plans[0].reach.high == 0.0


# --- the chance in one campaign -------------------------------------------------------------------------


@pytest.mark.parametrize(("wins", "ties"), [(0, 0), (600, 0), (310, 44), (0, 1_000), (1_000, 0)])
def test_the_interval_of_the_chance_is_made_of_exact_ones(wins, ties):
    """The mean of the Clopper–Pearson intervals of more, and of at least as much; by SciPy's beta."""
    gains = np.repeat([1.0, 0.0, -1.0], [wins, ties, 1_000 - wins - ties])
    level = Level.of_each(3)
    won, tied, chance = Paired(np.zeros(1_000), gains).chance(level)
    alpha, ends = 0.025 / 3 / 2, []
    for count in (wins, wins + ties):
        low = stats.beta.ppf(alpha, count, 1_001 - count) if count else 0.0
        high = stats.beta.isf(alpha, count + 1, 1_000 - count) if count < 1_000 else 1.0
        ends.append((low, high))
    assert (won, tied, chance.value) == (wins / 1_000, ties / 1_000, (wins + ties / 2) / 1_000)
    assert (chance.low, chance.high) == pytest.approx(tuple(np.mean(ends, axis=0)), rel=1e-9)


def test_sums_in_another_order_are_ties():
    """0.1 + 0.2 + 0.3 is 0.6 in any order; what differs by rounding only does not win."""
    first, second = np.array([0.1 + 0.2 + 0.3, 1.0]), np.array([0.3 + 0.2 + 0.1, 2.0])
    assert first[0] != second[0]
    assert Paired(first, second).chance()[:2] == (0.5, 0.5)


# --- money ----------------------------------------------------------------------------------------------


def test_costs_come_from_the_list_or_the_roster():
    """A plan's own cost, a table's, a file's, and a roster's, each exactly; without any there is none."""
    network, roster = friends(), {node: Decimal("10.10") * (node + 1) for node in range(6)}
    plan = sd.optimize(network, roster, budget=40, rng=1, gap=0.3)
    table = pd.DataFrame({"handle": [0, 1], "fee": ["1,200.50", 3]})
    found = sd.compare(network, {"plan": plan, "table": table, "list": [2]}, rng=1, worlds=64, roster=roster)
    assert [one.cost for one in found.plans] == [plan.cost, Decimal("1203.50"), Decimal("30.30")]
    assert found.pairs[0].extra_cost == Decimal("1203.50") - plan.cost
    alone = sd.compare(network, {"plan": plan, "list": [2]}, rng=1, worlds=64)
    assert alone.plans[1].cost is None
    assert alone.pairs[0].extra_cost is None
    assert alone.frame["cpm"].isna().tolist() == [False, True]
    free = sd.optimize(network, k=2, rng=1, gap=0.3)
    assert sd.compare(network, {"plan": free, "table": free.seeds}, rng=1, worlds=64).plans[0].cost is None


@pytest.mark.parametrize("pay_on", ["acceptance", "invitation"])
def test_who_may_decline_is_paid_as_often_as_accepting(tmp_path, pay_on):
    """Plan, its table, its file and the bare labels with the roster come to the same plan, also in money."""
    network = friends()
    roster = pd.DataFrame(
        {"candidate": range(8), "cost": [3.5] * 8, "accept": np.linspace(0.2, 0.9, 8), "pay_on": pay_on}
    )
    plan = sd.optimize(network, roster, budget=12, rng=1, gap=0.3)
    plan.to_csv(tmp_path / "plan.csv")
    lists = {"plan": plan, "file": tmp_path / "plan.csv", "table": plan.seeds}
    labels = plan.seeds["candidate"].tolist()
    found = sd.compare(network, lists | {"labels": labels}, roster=roster, worlds=64, rng=1)
    assert all(pair.same for pair in found.pairs)
    assert {one.cost for one in found.plans} == {plan.invitations.expected_spend}
    sure = sd.compare(network, {"A": labels, "B": plan}, accept=1.0, worlds=64, rng=1, roster=roster)
    assert sure.plans[0].cost == Decimal("3.5") * len(labels)
    assert not sure.pairs[0].same


def test_the_cost_of_1000():
    """CPM is 1,000 · cost / reach, its interval that of the reach turned over; it may have no end."""
    found = sd.compare(friends(), {"A": [0], "B": [1]}, roster={0: 50, 1: 70}, rng=1)
    for one in found.plans:
        cost = float(one.cost)
        assert one.cpm.value == pytest.approx(1_000 * cost / one.reach.mean)
        assert one.cpm.low == pytest.approx(1_000 * cost / one.reach.high)
        assert one.cpm.high == pytest.approx(1_000 * cost / one.reach.low)
    open_ended = Range.of_ratio(10.0, 0.0, 2.0, 4.0)
    assert open_ended == (5.0, 2.5, None)
    assert str(open_ended) == "5.00 (95 % interval 2.50 or more)"
    assert Range.of_ratio(10.0, 0.0, 0.0, 4.0) is None


@pytest.mark.parametrize(
    ("costs", "words", "extra"),
    [
        (
            (10, 16),
            "B costs 6 more: 3.00 (95 % interval 3.00 to 3.00) for each person whom the dearer one",
            3.0,
        ),
        ((16, 10), "B costs 6 less, and reaches more", None),
        ((10, 10), "both cost the same", None),
        ((10, 0.5), "B costs 9.50 less, and reaches more", None),
    ],
)
def test_what_an_extra_person_costs(costs, words, extra):
    """Where the one who reaches more costs more; here exactly two more for certain."""
    network = sd.Network.from_edges(["a", "b", "b", "b"], ["c", "d", "e", "f"], 1.0)
    roster = dict(zip("ab", costs, strict=True))
    pair = sd.compare(network, {"A": ["a"], "B": ["b"]}, roster=roster, rng=1).pairs[0]
    assert dict(pair.lines())["Money"].startswith(words)
    assert (None if pair.extra_per_person is None else pair.extra_per_person.value) == extra
    turned = sd.compare(network, {"B": ["b"], "A": ["a"]}, roster=roster, rng=1).pairs[0]
    assert turned.verdict == "worse"
    assert turned.extra_per_person == pair.extra_per_person
    assert str(turned) == "A reaches 2.0 less than B (in every campaign): worse"


# --- what is given --------------------------------------------------------------------------------------


def test_models_audiences_and_rivals_are_those_of_estimate_reach():
    """Every argument means there what it means here; against a rival and bad news there is no overlap."""
    network = friends()
    cases = [
        {"model": IC(deadline=2)},
        {"model": IC(quality=0.7, negativity_bias=3.0)},
        {"rivals": [5, 6], "tie": "ours"},
        {"accept": 0.4},
        {"accept": {0: 0.5, 1: 0.5, 2: 0.25, 3: 1.0}},
    ]
    for asked in cases:
        found = sd.compare(network, LISTS, worlds=512, rng=4, **asked)
        for plan in found.plans:
            more = dict(asked)
            if isinstance(asked.get("accept"), dict):
                more["accept"] = {seed: asked["accept"][seed] for seed in LISTS[plan.name]}
            assert plan.reach == sd.estimate_reach(network, LISTS[plan.name], worlds=512, rng=4, **more)
        one_sided = "rivals" in asked or asked.get("model", IC()).forward_only
        assert (found.without_overlap is not None) == one_sided
        assert all((pair.overlap.reach is None) == one_sided for pair in found.pairs)
        assert ("Left out" in found.summary()) == one_sided


def test_only_the_audience_counts():
    """`audience` is taken as by `estimate_reach`."""
    people = pd.DataFrame({"node": ["a", "b", "c", "d"], "vip": [False, True, True, False]})
    network = sd.Network.from_edges(["a", "d"], ["b", "c"], [0.5, 0.2], nodes=people)
    lists = {"A": ["a"], "D": ["d"]}
    found = sd.compare(network, lists, audience="vip", rng=1, worlds=5_000)
    for plan in found.plans:
        alone = sd.estimate_reach(network, lists[plan.name], audience="vip", rng=1, worlds=5_000)
        assert plan.reach == alone
    assert found.pairs[0].low < -0.3 < found.pairs[0].high


def test_many_plans_are_held_against_the_first():
    """Of more than ten plans there is one difference each, and no overlap of reach; that is said."""
    lists = {f"plan {number}": [number] for number in range(12)}
    found = sd.compare(friends(), lists, worlds=64, rng=1)
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        ("plan 0", f"plan {number}") for number in range(1, 12)
    ]
    assert found.without_overlap == "there are more than 10 plans"
    assert (
        "Left out               how many both reach, because there are more than 10 plans" in found.summary()
    )
    assert "all 11 differences hold together" in found.summary()
    few = sd.compare(friends(), {name: lists[name] for name in list(lists)[:10]}, worlds=64, rng=1)
    assert len(few.pairs) == 45
    assert few.without_overlap is None


def test_any_threads_and_executors_give_the_same(processes):
    """The same key, the same answer to the last bit."""
    asked = {"rng": 6, "precision": 0.01, "accept": 0.8}
    found = [
        sd.compare(friends(), LISTS, threads=1, **asked),
        sd.compare(friends(), LISTS, threads=5, **asked),
        sd.compare(friends(), LISTS, threads=2, executor=processes, **asked),
    ]
    assert found[0].worlds > 1_024
    assert found[0].to_dict() == found[1].to_dict() == found[2].to_dict()
    assert found[0].to_dict() != sd.compare(friends(), LISTS, **asked | {"rng": 7}).to_dict()


def bad_inputs(folder: Path):
    """List what is refused, and a part of the sentence."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 0.5)
    (folder / "cost.csv").write_text("candidate,cost\na,cheap\n")
    (folder / "empty.csv").write_text("candidate,cost\na,5\nb,\n")
    two = {"A": ["a"], "B": ["b"]}
    ladder = pd.DataFrame({"candidate": ["a", "a", "b"], "cost": [1, 2, 3], "offer": ["post", "film", None]})
    effects = pd.DataFrame({"candidate": ["a", "b"], "cost": [1, 2], "effect": [1.5, 1.0]})
    made = sd.optimize(network, effects, budget=2, rng=1, gap=0.5)
    reach = sd.estimate_reach(network, ["a"], worlds=64, rng=1)
    return [
        ([["a"], ["b"]], {}, "is not a dict from a name"),
        ({"A": ["a"]}, {}, "plans has 1 lists of seeds; give from 2 to 100"),
        ({str(i): ["a"] for i in range(101)}, {}, "plans has 101 lists"),
        ({1: ["a"], "B": ["b"]}, {}, "plans has the name 1"),
        ({None: ["a"], "B": ["b"]}, {}, "plans has the name None"),
        ({" ": ["a"], "B": ["b"]}, {}, "plans has the name ' '"),
        ({"A": ["a"], "B": ["nobody"]}, {}, "'B': .*nobody"),
        ({"A": ["a"], "B": reach}, {}, "'B': Estimate.*names no seeds; give a plan, a list"),
        ({"A": ["a"], "B": {"b": 3}}, {}, "'B': .* names no seeds"),
        ({"A": ["a"], "B": 5}, {}, "'B': 5 names no seeds"),
        ({"A": ["a"], "B": folder / "none.csv"}, {}, "'B': .*none.csv"),
        ({"A": ["a"], "B": folder / "cost.csv"}, {}, "'B': seed 1 of .* has cost 'cheap'; give an amount"),
        ({"A": ["a"], "B": folder / "empty.csv"}, {}, "'B': seed 2 of .* has cost ''; give an amount"),
        ({"A": ["a"], "B": pd.DataFrame({"who": ["b"]})}, {}, "'B': the table has no column 'candidate'"),
        ({"A": ["a"], "B": pd.DataFrame({"id": ["b"], "cost": [-1]})}, {}, "'B': cost -1 is negative"),
        ({"A": ["a"], "B": pd.DataFrame({"id": ["b"], "cost": ["x"]})}, {}, "'B': cost 'x' is not an amount"),
        (
            {"A": ["a"], "B": pd.DataFrame({"id": ["b", "b"], "cost": [2, 3]})},
            {},
            "'B': a seed is listed twice",
        ),
        ({"A": ["a"], "B": pd.DataFrame({"id": ["b"], "accept": [2]})}, {}, "'B': .*accept"),
        (two, {"accept": [0.5, 0.5]}, "'A': accept has 2 values for 1 seeds"),
        (two, {"roster": {"a": 1}}, "'B': the roster does not name 'b'"),
        (two, {"roster": ladder}, "'A': the roster makes several offers to 'a'"),
        (two, {"roster": effects}, "'A': the roster's offer to 'a' has effect 1.5"),
        ({"A": ["a"], "B": made}, {}, "'B': the plan was made for offers with an effect"),
        (two, {"worlds": 1}, "worlds=1 is not a whole number of 2 or more"),
        (two, {"precision": 0}, "precision=0 is out of range"),
        (two, {"tie": "ours"}, "tie='ours' says who wins against a rival"),
        (two, {"model": "ic"}, "model"),
    ]


def test_bad_input_is_one_sentence_that_names_the_plan(tmp_path):
    """What is wrong, of which list, and how to mend it; before any world is simulated."""
    network = sd.Network.from_edges(["a", "b"], ["c", "d"], 0.5)
    for plans, asked, words in bad_inputs(tmp_path):
        with pytest.raises(InputError, match=words) as error:
            sd.compare(network, plans, rng=1, **asked)
        assert "\n" not in str(error.value)
        assert str(error.value).endswith((".", ")"))


# --- what comes back ------------------------------------------------------------------------------------


def test_tables_and_files(tmp_path):
    """A row for each plan and pair, plain JSON, and a CSV with exact money; missing figures are missing."""
    network = friends()
    lists = {"A": [0, 1], "B": pd.DataFrame({"candidate": [1, 2], "cost": ["10.10", "0.20"]}), "C": []}
    found = sd.compare(network, lists, worlds=256, rng=1)
    assert found.frame["name"].tolist() == ["A", "B", "C"]
    assert found.frame["cost"].tolist()[1:] == [10.3, 0.0]
    assert np.isnan(found.frame["cost"][0])
    assert len(found.pairs_frame) == 3
    found.to_csv(tmp_path / "pairs.csv")
    read = pd.read_csv(tmp_path / "pairs.csv", dtype={"cost_second": str, "extra_cost": str})
    assert read["cost_second"].fillna("").tolist() == ["10.30", "0", "0"]
    assert read["extra_cost"].fillna("").tolist() == ["", "", "-10.30"]
    # The second digit of the standard error is at most a tenth of it.
    apart = (read["difference"] - found.pairs_frame["difference"]).abs()
    assert (apart <= found.pairs_frame["stderr"] / 20 + 1e-12).all()
    assert "inf" not in (tmp_path / "pairs.csv").read_text()
    assert json.loads(found.to_json(tmp_path / "all.json")) == found.to_dict()
    assert json.loads((tmp_path / "all.json").read_text()) == found.to_dict()
    assert found.to_dict()["plans"][1]["seeds"] == [1, 2]
    assert repr(found).startswith("PlanComparison(A ")
    with pytest.raises(InputError, match="nowhere"):
        found.to_csv(tmp_path / "nowhere" / "pairs.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.json", "pairs.csv"]


def test_the_summary_says_who_wins_and_how_surely():
    """A plan a line, then verdict, chance, overlap and money of one pair."""
    star = sd.Network.from_edges(["hub"] * 40 + ["end"] * 4, [f"u{i}" for i in range(44)], 0.5)
    found = sd.compare(star, {"A": ["end"], "B": ["hub", "end"]}, roster={"hub": 100, "end": 10}, rng=1)
    text = found.summary()
    pair = found.pairs[0]
    assert pair.low < 21 < pair.high
    assert "B against A     B reaches 21" in text
    assert text.split("\n")[2].endswith("): better")
    assert "B beats A with probability 100% (95 % interval 99% to 100%)" in text
    assert "1 seed in common (100% of the smaller list); both reach the same 3" in text
    assert "B costs 100 more: 4." in text
    assert f"the same {found.worlds:,} worlds" in text
