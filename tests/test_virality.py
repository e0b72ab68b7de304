"""How cascades live on: closed forms, every world a second time as trees, exactly; words that hold."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from duel_twin import Rules, play
from oracle import Graph, live_graphs
from small_graphs import path, random_graph, star, tree

import seeding as sd
from seeding.errors import InputError
from seeding.questions.virality import Ratio
from seeding.simulation.trees import TreeTask

# 5.2 standard errors: wrong once in 5 million checks of a normal estimate.
SIGMAS = 5.2
PLAIN = sd.IndependentCascade()


def sigmas(ratio: Ratio) -> float:
    """Give 5.2 standard errors of a ratio."""
    return SIGMAS * (ratio.high - ratio.value) / 1.96 + 1e-9


def distance(parent: dict[int, int], a: int, b: int) -> int:
    """Count the steps between two people of the same tree."""
    above = [a]
    while parent[above[-1]] >= 0:
        above.append(parent[above[-1]])
    steps = 0
    while b not in above:
        b, steps = parent[b], steps + 1
    return steps + above.index(b)


def root_of(parent: dict[int, int], v: int) -> int:
    """Find the seed at the root of somebody's tree."""
    while parent[v] >= 0:
        v = parent[v]
    return v


def described(graph: Graph, played) -> tuple[dict[int, int], float, float, int, float, int]:
    """Describe one world: people per hop, reach, reach beyond, depths, mean distances of trees, trees."""
    hops: dict[int, int] = {}
    for d in played.step.values():
        hops[d] = hops.get(d, 0) + 1
    reach = sum(graph.w[v] for v in played.step)
    beyond = sum(graph.w[v] for v, d in played.step.items() if d > 1)
    trees: dict[int, list[int]] = {}
    for v in played.parent:
        trees.setdefault(root_of(played.parent, v), []).append(v)
    shapes = [
        np.mean([distance(played.parent, a, b) for a, b in itertools.combinations(members, 2)])
        for members in trees.values()
        if len(members) > 1
    ]
    return hops, reach, beyond, sum(played.step.values()), float(sum(shapes)), len(shapes)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("rules", [Rules(), Rules(deadline=2), Rules(quality=0.6, bias=3.0)])
def test_each_world_is_as_in_plain_python(number, rules):
    """The trees of every world are those of the same numbers, step by step and pair by pair."""
    graph = random_graph(number, n=9, m=22)
    model = sd.IndependentCascade(deadline=rules.deadline, quality=rules.quality, negativity_bias=rules.bias)
    trees = TreeTask.make(graph.network(), np.array([4, 0, 4]), 11, model)(64, 150)
    for i in range(150):
        hops, reach, beyond, depths, shapes, count = described(
            graph, play(graph, [0, 4], [], rules, 11, 64 + i)
        )
        assert {h: n for h, n in enumerate(trees.hops[i].tolist()) if n} == hops
        assert trees.reach[i].tolist() == pytest.approx([reach, beyond])
        assert trees.shape[i].tolist() == pytest.approx([depths, shapes, count])


def test_a_star_is_a_broadcast():
    """All at the first hop: R is 0, two leaves are 2 apart, and it is called what it is."""
    found = sd.virality(star(20, 1.0).network(), PLAIN, [0], rng=1, worlds=500)
    assert found.branching.value == 0
    assert 0 < found.branching.high < 0.001
    assert found.generations["people"].tolist() == [1.0, 20.0]
    assert found.generations["ratio"].iloc[1] == 20.0
    assert found.depth.value == pytest.approx(20 / 21)
    pairs = 20 * 1 + 190 * 2
    assert found.structural_virality.value == pytest.approx(pairs / 210)
    assert found.beyond_first_hop.value == 0
    assert found.chance_over.value == 0
    assert found.over == 42
    assert "this is media buying, not word of mouth" in found.summary()


@pytest.mark.parametrize("n", [2, 3, 10, 50])
def test_a_full_path(n):
    """Two people of a path of n are (n + 1) / 3 apart on average, and (n − 1) / 2 deep."""
    found = sd.virality(path(n, 1.0).network(), PLAIN, [0], rng=1, worlds=10)
    assert found.structural_virality.value == pytest.approx((n + 1) / 3)
    assert found.depth.value == pytest.approx((n - 1) / 2)
    assert found.beyond_first_hop.value == pytest.approx(max(n - 2, 0) / n)
    assert found.generations["hop"].tolist() == list(range(min(n, 33)))
    if n == 50:
        assert found.generations["people"].iloc[-1] == 18.0
        assert math.isnan(found.generations["ratio"].iloc[-1])


def test_hops_have_intervals_of_95_percent():
    """On a star the first hop is binomial: its mean is known, and so is how far off it mostly is."""
    worlds, leaves, p = 4_000, 40, 0.3
    row = sd.virality(star(leaves, p).network(), PLAIN, [0], rng=1, worlds=worlds).generations.iloc[1]
    half = 1.96 * math.sqrt(leaves * p * (1 - p) / worlds)
    assert row["people"] == pytest.approx(leaves * p, abs=3 * half)
    assert (row["high"] - row["people"], row["people"] - row["low"]) == pytest.approx((half, half), rel=0.05)


def test_larger_than_a_size_is_not_as_large():
    """Every campaign reaches five: none exceeds 5, all exceed 4."""
    network = path(5, 1.0).network()
    chances = [sd.virality(network, PLAIN, [0], rng=1, worlds=10, over=over).chance_over for over in (5, 4)]
    assert [chance.value for chance in chances] == [0.0, 1.0]
    assert (chances[0].low, chances[1].high) == (0.0, 1.0)


@pytest.mark.parametrize(("branching", "p"), [(3, 0.2), (3, 0.5), (4, 0.25)])
def test_a_regular_tree_branches_with_its_mean(branching, p):
    """R = branching · p, and hop h has (branching · p)^h people, as in a Galton–Watson process."""
    found = sd.virality(tree(branching, 5, p).network(), PLAIN, [0], rng=2, worlds=20_000)
    r = branching * p
    assert abs(found.branching.value - r) <= sigmas(found.branching)
    for row in found.generations.to_dict("records"):
        error = (row["high"] - row["people"]) / 1.96
        assert abs(row["people"] - r ** row["hop"]) <= SIGMAS * error + 1e-9
    # Depth is a ratio of sums: Σ h·R^h / Σ R^h.
    powers = [r**h for h in range(6)]
    expected = sum(h * x for h, x in enumerate(powers)) / sum(powers)
    assert abs(found.depth.value - expected) <= sigmas(found.depth)


def test_intervals_hold_as_often_as_they_say():
    """Of 300 intervals of R about 95 in 100 hold the truth (fixed keys; at least 270 must)."""
    network = tree(3, 3, 0.4).network()
    found = [sd.virality(network, PLAIN, [0], rng=key, worlds=400, over=10).branching for key in range(300)]
    assert 270 <= sum(r.low <= 1.2 <= r.high for r in found) <= 297


@pytest.mark.parametrize("number", range(4))
def test_small_graphs_by_enumeration(number):
    """Hops and reach are those of all live-edge worlds, weighted; so is the chance of a large cascade."""
    graph = random_graph(number, n=6, m=9)
    hops, over = np.zeros(7), 0.0
    mean = beyond = 0.0
    for chance, live in live_graphs(graph):
        distances, level, depth = {0: 0, 3: 0}, {0, 3}, 0
        while level:
            depth += 1
            level = {v for u, v in live if u in level} - distances.keys()
            distances |= dict.fromkeys(level, depth)
        for d in distances.values():
            hops[d] += chance
        reach = sum(graph.w[v] for v in distances)
        mean += chance * reach
        beyond += chance * sum(graph.w[v] for v, d in distances.items() if d > 1)
        over += chance * (reach > 5)
    found = sd.virality(graph.network(), PLAIN, [0, 3], rng=6, worlds=30_000, over=5)
    assert abs(found.branching.value - hops[2] / hops[1]) <= sigmas(found.branching)
    assert abs(found.reach.mean - mean) <= SIGMAS * found.reach.stderr + 1e-9
    assert abs(found.beyond_first_hop.value - beyond / mean) <= sigmas(found.beyond_first_hop)
    error = math.sqrt(max(over * (1 - over), 1e-12) / 30_000)
    assert abs(found.chance_over.value - over) <= SIGMAS * error + 1e-6
    assert found.chance_over.low <= found.chance_over.value <= found.chance_over.high


def test_reach_is_that_of_the_plain_model_world_by_world():
    """The same coins: each world reaches what `simulate` says."""
    network = random_graph(2, n=30, m=90).network()
    found = sd.virality(network, PLAIN, [3, 8], rng=5, worlds=300)
    assert found.reach.mean == pytest.approx(sd.simulate(network, [3, 8], worlds=300, rng=5).mean())


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_change_nothing(threads):
    """The same key, the same answer."""
    network = random_graph(8, n=40, m=120).network()
    found, other = (
        sd.virality(network, PLAIN, [1, 2], rng=5, worlds=1_000, threads=n).to_dict() for n in (threads, 1)
    )
    assert found == other


def test_opinions_do_not_change_who_is_reached_but_deadlines_do():
    """Quality, fidelity and discount change nothing; a deadline of one step leaves no second hop."""
    network = random_graph(3, n=30, m=90).network()
    plain = sd.virality(network, PLAIN, [1], rng=2, worlds=500).to_dict()
    frank = sd.IndependentCascade(quality=0.5, fidelity=0.9, discount=0.9)
    assert sd.virality(network, frank, [1], rng=2, worlds=500).to_dict() == plain
    soon = sd.virality(network, sd.IndependentCascade(deadline=1), [1], rng=2, worlds=500)
    assert soon.branching == Ratio(None, None, None)
    assert soon.generations["hop"].tolist() == [0, 1]
    assert "cannot be told" in soon.summary()
    assert soon.to_dict()["branching"] == {"value": None, "low": None, "high": None}


FORBIDDEN = ("viral", "exponential")


@pytest.mark.parametrize(
    ("graph", "grows"),
    [
        (tree(3, 4, 0.5), True),
        (tree(3, 4, 0.2), False),
        (tree(2, 6, 0.5), False),
        (path(6, 1.0), False),
        (star(9, 0.3), False),
        (Graph.of(3, [(1, 2)], 0.5), False),
    ],
)
def test_large_words_only_where_the_interval_is_above_one(graph, grows):
    """No text about a campaign that does not grow holds the letters of either word."""
    found = sd.virality(graph.network(), PLAIN, [0], rng=3, worlds=2_000)
    said = (found.summary() + found.verdict).lower()
    assert found.grows == grows
    assert any(word in said for word in FORBIDDEN) == grows
    assert grows == (found.branching.low is not None and found.branching.low > 1)


@pytest.mark.parametrize("p", [0.02, 0.6])
def test_media_buying_is_called_so_above_ninety_percent_only(p):
    """Seeds and first hop together above 90 % of the reach: bought; below: not said."""
    found = sd.virality(tree(4, 2, p).network(), PLAIN, [0], rng=3, worlds=4_000)
    expected = 1 - (4 * p) ** 2 / (1 + 4 * p + (4 * p) ** 2)
    assert found.is_bought == (expected > 0.9)
    assert ("media buying" in found.summary()) == (expected > 0.9)


def test_nobody_reached_and_nothing_weighed():
    """A seed without followers: nothing is divided by nothing, and nothing is not a number in the JSON."""
    lone = Graph.of(2, [(0, 1)], 1.0, [1.0, 0.0]).network()
    found = sd.virality(lone, PLAIN, [1], rng=1, worlds=10)
    assert found.branching.value is None
    assert found.structural_virality.value is None
    assert found.beyond_first_hop.value is None
    said = json.loads(found.to_json())
    assert said["generations"] == [
        {
            "hop": 0,
            "people": 1.0,
            "low": 1.0,
            "high": 1.0,
            "ratio": None,
            "ratio_low": None,
            "ratio_high": None,
        }
    ]
    assert "NaN" not in found.to_json()
    assert "no seed convinces anybody" in found.summary()


def test_json_is_written(tmp_path):
    """The file holds what `to_dict` says."""
    found = sd.virality(tree(3, 3, 0.5).network(), PLAIN, [0], rng=3, worlds=100)
    found.to_json(tmp_path / "found.json")
    said = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert said == json.loads(json.dumps(found.to_dict()))
    assert said["branching"]["value"] == found.branching.value
    assert "R 1." in repr(found)


def test_weights_count_for_reach_and_people_for_trees():
    """R counts people, whatever they weigh; reach and its share beyond the first hop are of weight."""
    graph = Graph.of(4, [(0, 1), (1, 2), (1, 3)], 1.0, [1.0, 0.0, 3.0, 0.0])
    found = sd.virality(graph.network(), PLAIN, [0], rng=1, worlds=10, over=3.5)
    assert found.branching.value == 2.0
    assert found.reach.mean == 4.0
    assert found.beyond_first_hop.value == 0.75
    assert found.chance_over.value == 1.0


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"seeds": []}, "seeds is empty"),
        ({"seeds": ["x"]}, "'x' is not in the network"),
        ({"seeds": "0"}, "one text"),
        ({"worlds": 1}, "worlds=1 is not a whole number of 2 or more"),
        ({"worlds": 2.5}, "worlds=2.5"),
        ({"over": -1}, "over=-1"),
        ({"over": "many"}, "over='many'"),
        ({"over": float("nan")}, "over=nan"),
        ({"over": True}, "over=True"),
        ({"model": "ic"}, "not a diffusion model"),
    ],
)
def test_bad_input_is_refused(how, said):
    """One sentence: the value and the rule."""
    arguments = {"model": PLAIN, "seeds": [0]} | how
    with pytest.raises(InputError, match=said):
        sd.virality(star(3, 0.5).network(), rng=1, **arguments)
