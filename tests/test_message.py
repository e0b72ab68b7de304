"""A message: its probabilities written out a second time, its limits, every method, and what is refused."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest
from oracle import Enumeration, Graph
from small_graphs import random_graph

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.errors import InputError
from seeding.network import packed_rows
from seeding.network.message import check_heeded
from seeding.simulation.measuring import Spread
from seeding.simulation.propagation import forward_task, rr_sampler

# 5.2 standard errors: wrong once in 5 million checks of a normal estimate.
SIGMAS = 5.2
MESSAGE = sd.Message({"sport": 0.7, "food": 0.3}, shareability=1.3)
FACTORS = {"platform": {"tiktok": 1.5, "x": 0.5, "": 0.9}, "kind": {"story": 0.8, "reel": 1.4}}


def market(number: int) -> sd.Network:
    """Draw a small network of which all is known: interests, credibility, platforms, topics of arcs."""
    graph = random_graph(number, n=6, m=9)
    random = np.random.default_rng(number)
    people = pd.DataFrame({"node": range(6), "trust": random.random(6)})
    people["topic_sport"], people["topic_food"] = random.random((2, 6))
    people["platform"] = random.choice(np.array(["tiktok", "x", None], dtype=object), 6)
    source, target = np.array(graph.arcs).T
    columns = {"p_sport": random.random(9), "p_food": random.random(9)}
    columns["kind"] = random.choice(np.array(["story", "reel"], dtype=object), 9)
    weights = pd.Series(graph.w, index=range(6))
    return sd.Network.from_edges(
        source, target, np.array(graph.p), nodes=people, weights=weights, columns=columns
    )


def written_out(network: sd.Network, mixed: bool) -> list[float]:
    """Multiply everything for each arc, one after the other, before clipping."""
    people = network.people.to_dict("records")
    products = []
    at = 0
    for u in range(network.n_nodes):
        for v in network.out.indices[network.out.indptr[u] : network.out.indptr[u + 1]]:
            arc = network.arcs.iloc[at]
            if mixed:
                p = 0.7 * arc["p_sport"] + 0.3 * arc["p_food"]
            else:
                p = network.out.probability[at]
                p *= 0.7 * people[v]["topic_sport"] + 0.3 * people[v]["topic_food"]
            p *= people[u]["trust"]
            p *= {"tiktok": 1.5, "x": 0.5}.get(people[u]["platform"], 0.9)
            p *= {"story": 0.8, "reel": 1.4}[arc["kind"]]
            products.append(p * 1.3)
            at += 1
    return products


def carried(network: sd.Network, mixed: bool, **more) -> sd.Network:
    """Let a network carry the message, with everything in use."""
    how = {"by_topic": "p_{}"} if mixed else {"affinity": "topic_{}"}
    return network.carrying(MESSAGE, credibility="trust", factors=FACTORS, **how, **more)


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("number", range(6))
def test_the_formula_written_out(number, mixed):
    """Base or mixture × affinity × credibility × factors × shareability, at most 1, both ways round."""
    network = market(number)
    other = carried(network, mixed)
    products = written_out(network, mixed)
    np.testing.assert_allclose(other.out.probability, np.minimum(products, 1), rtol=1e-13)
    again = sd.Network.from_edges(
        network.out.rows(), network.out.indices, other.out.probability, nodes=range(6)
    )
    assert again.into.probability.tolist() == other.into.probability.tolist()
    assert other.people is network.people
    assert other.arcs is network.arcs
    assert network.message is None


def test_clipping_is_counted():
    """How many products were above 1, by how much together, and the largest: as a value and in words."""
    network = market(0)
    loud = sd.Message({"sport": 0.7, "food": 0.3}, shareability=9.0)
    other = network.carrying(loud, affinity="topic_{}", credibility="trust")
    people = network.people
    products = [
        9.0
        * p
        * (0.7 * people["topic_sport"].iloc[v] + 0.3 * people["topic_food"].iloc[v])
        * people["trust"].iloc[u]
        for u, v, p in zip(network.out.rows(), network.out.indices, network.out.probability, strict=True)
    ]
    above = [p for p in products if p > 1]
    assert 0 < len(above) < 9
    report = other.report
    assert report.clipped_arcs == len(above)
    assert report.clipped_excess == pytest.approx(sum(above) - len(above))
    assert report.clipped_largest == pytest.approx(max(above))
    assert f"{len(above)} arcs ({len(above) / 9:.2%}) had a product above 1" in other.summary()
    quiet = network.carrying(sd.Message(shareability=0.5))
    assert quiet.report.clipped_arcs == 0
    assert "none; no product of probabilities was above 1" in quiet.summary()
    assert "clipped" not in network.summary()


@pytest.mark.parametrize("mixed", [False, True])
def test_nothing_said_is_the_plain_network_bit_for_bit(mixed):
    """One topic with affinity 1, or a message about nothing, changes no probability, world or plan."""
    network = market(1)
    network = network.with_people(pd.DataFrame({"topic_all": 1.0}, index=network.labels))
    network.arcs["p_all"] = network.out.probability
    how = {"by_topic": "p_{}"} if mixed else {"affinity": "topic_{}"}
    sames = [
        network.carrying(sd.Message({"all": 1.0}), **how),
        network.carrying(sd.Message()),
        network.carrying(sd.Message({"all": 1.0, "none": 0.0}), **how, credibility=1),
        network.carrying(sd.Message(), factors={"platform": {"tiktok": 1, "x": 1.0, None: 1}}),
    ]
    for same in sames:
        for ours, theirs in zip((*same.out, *same.into), (*network.out, *network.into), strict=True):
            assert ours.tobytes() == theirs.tobytes()
    plans = [sd.optimize(one, k=2, rng=3) for one in (network, sames[0])]
    assert plans[0].reach == plans[1].reach
    assert plans[0].certificate == plans[1].certificate


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("number", range(3))
def test_forwards_equals_backwards_equals_enumeration(monkeypatch, number, mixed, packed):
    """The network that carries a message is sampled both ways as all its worlds say."""
    if packed:
        monkeypatch.setattr(packed_rows, "PACKED_FROM_ARCS", 1)
    network = market(number)
    other = carried(network, mixed)
    p = np.minimum(written_out(network, mixed), 1)
    graph = Graph.of(6, Graph.from_network(network).arcs, p, network.weights)
    truth = Enumeration(graph)
    sampler = rr_sampler(other, sd.IndependentCascade(), 5)
    sample = sampler.grow(sampler.empty(), 40_000, Workers(1))
    for seeds in ([0], [1, 4]):
        expected = truth.reach(seeds)
        share = expected / sum(graph.w)
        error = math.sqrt(share * (1 - share) / sample.n_sets)
        assert abs(sample.count(np.array(seeds)) / sample.n_sets - share) <= SIGMAS * error + 1e-9
        found = Spread.join([forward_task(other, np.array(seeds), 7)(0, 32_768)]).reach
        assert abs(found.mean() - expected) <= SIGMAS * found.std() / math.sqrt(found.size) + 1e-9


@pytest.mark.parametrize("method", ["ris", "exact", "celf"])
def test_plans_keep_their_certificate(method):
    """With quality, deadline and an audience besides: within the bounds, and the message is on record."""
    message = sd.Message({"sport": 0.7, "food": 0.3}, quality=0.8, fidelity=0.9, shareability=1.3)
    network = market(2).carrying(message, affinity="topic_{}", factors=FACTORS)
    model = message.model(deadline=2)
    plan = sd.optimize(network, k=2, model=model, audience="trust > 0.3", method=method, rng=4, gap=0.1)
    counting = Graph.from_network(network.with_audience("trust > 0.3"))

    def value(seeds):
        return sum(
            chance * sum(counting.w[v] * f(d) for v, d in distances(live, seeds).items())
            for chance, live in worlds(counting)
        )

    def f(d):
        return 0.8 ** (d + 1) * 0.9**d if d <= 2 else 0.0

    best = max(value(pair) for pair in itertools.combinations(range(6), 2))
    mine = value([int(v) for v in plan.seeds["candidate"]])
    assert plan.certificate.lower - 1e-9 <= mine <= best + 1e-9 <= plan.certificate.upper + 2e-9
    assert abs(plan.reach.mean - mine) <= SIGMAS * plan.reach.stderr + 1e-9
    told = plan.provenance["parameters"]
    assert told["message"] == "0.7 sport + 0.3 food, quality 0.8, fidelity 0.9, shareability 1.3"
    assert told["clipped_arcs"] == network.report.clipped_arcs
    assert told["audience"] == "trust > 0.3"


def worlds(graph):
    """List all worlds with their probability."""
    for live in itertools.product([False, True], repeat=len(graph.arcs)):
        chance = math.prod(p if on else 1 - p for p, on in zip(graph.p, live, strict=True))
        if chance:
            yield chance, [arc for arc, on in zip(graph.arcs, live, strict=True) if on]


def distances(live, seeds):
    """Find how far everybody is from the seeds."""
    found, level, depth = dict.fromkeys(seeds, 0), set(seeds), 0
    while level:
        depth += 1
        level = {v for u, v in live if u in level} - found.keys()
        found |= dict.fromkeys(level, depth)
    return found


def test_a_mapping_names_columns():
    """Columns by any name; a topic of weight 0 needs none."""
    network = market(3)
    message = sd.Message({"sport": 1.0, "art": 0.0})
    named = network.carrying(message, affinity={"sport": "topic_sport"})
    pattern = network.carrying(message, affinity="topic_{}")
    assert named.out.probability.tolist() == pattern.out.probability.tolist()
    mixed = network.carrying(message, by_topic={"sport": "p_sport"})
    assert mixed.out.probability.tolist() == network.arcs["p_sport"].tolist()


def test_values_meet_however_they_are_written():
    """Numbers, truth values and texts are the values they look like; of arcs as of people."""
    people = pd.DataFrame({"node": ["a", "b"], "tier": [1, 2], "vip": [True, False], "share": [0.5, np.nan]})
    network = sd.Network.from_edges(["a", "b"], ["b", "a"], 0.5, nodes=people, columns={"hour": [8.0, 20.0]})
    factors = {"tier": {"1": 0.5, "2": 1}, "vip": {"true": 0.5, False: 1}, "hour": {8: 0.5, "20": 0.1}}
    other = network.carrying(sd.Message(), factors=factors)
    assert other.out.probability.tolist() == [0.5 * 0.5**3, 0.5 * 0.1]
    other = network.carrying(sd.Message(), factors={"share": {0.5: 0.5, "": 0.25}}, credibility=0.5)
    assert other.out.probability.tolist() == [0.125, 0.0625]


def test_only_those_who_matter_are_asked():
    """Who tells nobody needs no platform or credibility, who hears nobody no interests."""
    people = pd.DataFrame(
        {"node": ["a", "b"], "topic_x": [None, "0.5"], "trust": [0.5, None], "platform": ["tv", None]}
    )
    network = sd.Network.from_edges(["a"], ["b"], 0.8, nodes=people)
    other = network.carrying(
        sd.Message({"x": 1.0}), affinity="topic_{}", credibility="trust", factors={"platform": {"tv": 0.5}}
    )
    assert other.out.probability.tolist() == [0.8 * 0.5 * 0.5 * 0.5]


def test_the_message_stays_with_the_network(tmp_path):
    """In a file, with further people, with an audience; other probabilities are of no message."""
    network = carried(market(4), False)
    sd.write_network(network, tmp_path / "n.npz")
    back = sd.read_network(tmp_path / "n.npz")
    assert back.message == network.message == MESSAGE
    assert back.report == network.report
    assert network.with_nodes([77]).message == MESSAGE
    assert network.with_audience("trust > 0").message == MESSAGE
    assert network.with_probability(np.zeros(9)).message is None
    assert network.with_probability(np.zeros(9)).report.clipped_arcs == 0


def test_the_model_has_its_quality():
    """The message's quality and fidelity, and whatever else is asked; said twice it is refused."""
    message = sd.Message(quality=0.9, fidelity=0.8)
    assert message.model(deadline=3) == sd.IndependentCascade(deadline=3, quality=0.9, fidelity=0.8)
    assert sd.Message().model(quality=0.7) == sd.IndependentCascade(quality=0.7)
    with pytest.raises(InputError, match=r"quality=0.7 is given, but the message has quality 0.9"):
        message.model(quality=0.7)
    with pytest.raises(InputError, match="deadline=-1"):
        message.model(deadline=-1)
    check_heeded(None, sd.IndependentCascade(quality=0.5))
    check_heeded(message, message.model())


@pytest.mark.parametrize("model", [sd.IndependentCascade(), sd.IndependentCascade(quality=0.8, fidelity=0.8)])
def test_a_model_that_contradicts_the_message_is_refused(model):
    """Every question refuses it, before any work."""
    network = market(5).carrying(sd.Message(quality=0.9, fidelity=0.8))
    said = "which the model leaves out" if model.quality == 1 else "the model has quality 0.8"
    questions = [
        lambda: sd.optimize(network, k=1, model=model),
        lambda: sd.frontier(network, budgets=[1, 2], model=model),
        lambda: sd.minimize_cost(network, target_reach=1.0, model=model),
        lambda: sd.estimate_reach(network, [0], model=model),
        lambda: sd.simulate(network, [0], model=model),
        lambda: sd.sample_rr_sets(network, 10, model=model),
    ]
    for question in questions:
        with pytest.raises(InputError, match=said):
            question()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"topics": {"a": 0.5, "b": 0.4}}, "topics 'a', 'b' add up to 0.9; they must add up to 1"),
        ({"topics": {"a": 1.5, "b": -0.5}}, "weight -0.5 for 'b'"),
        ({"topics": {"a": float("nan")}}, "weight nan for 'a'"),
        ({"topics": {"a": True}}, "weight True for 'a'"),
        ({"topics": {"a": "1"}}, "weight '1' for 'a'"),
        ({"topics": {1: 1.0}}, "topic 1; name each"),
        ({"topics": ["a"]}, "is not understood"),
        ({"quality": 0}, "quality=0"),
        ({"quality": 1.5}, "quality=1.5"),
        ({"fidelity": "x"}, "fidelity='x'"),
        ({"shareability": 0}, "shareability=0"),
        ({"shareability": math.inf}, "shareability=inf"),
        ({"shareability": None}, "shareability=None"),
    ],
)
def test_bad_messages_are_refused(arguments, said):
    """One sentence: the value and the rule."""
    with pytest.raises(InputError, match=said):
        sd.Message(**arguments)


def test_weights_may_miss_one_by_rounding():
    """Ten tenths and three thirds are 1."""
    assert len(sd.Message({str(i): 0.1 for i in range(10)}).topics) == 10
    assert len(sd.Message({str(i): 1 / 3 for i in range(3)}).topics) == 3


BAD_CARRYING = [
    ({}, "about 'sport', 'food', but nothing says whom that interests"),
    ({"affinity": "topic_{}", "by_topic": "p_{}"}, "both given"),
    ({"affinity": "topic"}, "has no {} where the topic goes"),
    ({"affinity": "interest_{}"}, "no column 'interest_sport' for the interest in 'sport'"),
    ({"affinity": {"sport": "topic_sport"}}, "no column for the topics 'food'"),
    ({"affinity": {"sport": "topic_sport", "food": "topic_food", "art": "x"}}, "names the topics 'art'"),
    ({"affinity": 3}, "affinity=3 is not understood"),
    ({"by_topic": "q_{}"}, "arcs have no column 'q_sport'"),
    ({"by_topic": {"sport": "p_sport", "food": "kind"}}, "has the kind '"),
    ({"affinity": {"sport": "topic_sport", "food": "high"}}, r"has the high 1.5; it must be a number from 0"),
    ({"credibility": 1.5}, "credibility=1.5"),
    ({"credibility": "nobody"}, "no column 'nobody' for the credibility"),
    ({"credibility": "gap"}, "has no gap; it must be a number from 0 to 1"),
    ({"factors": {"platform": {"tiktok": 1.0, "": 1}}}, "the platform 'x', for which factors has no value"),
    ({"factors": {"gap": {"tiktok": 1.0, "x": 1}}}, "has no gap, for which .* add '' for those"),
    ({"factors": {"format": {"reel": 1.0}}}, "no column 'format' for factors"),
    ({"factors": {"platform": {}}}, "is not a mapping from value to factor"),
    ({"factors": {"platform": {"x": -1}}}, "has -1 for 'x'"),
    ({"factors": {"platform": {1: 1, "1": 2}}}, "'1' twice"),
    ({"factors": [1]}, "is not understood"),
    ({"factors": {"both": {"1": 1}}}, "both the arcs and the people have a column 'both'"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD_CARRYING)
def test_what_does_not_fit_is_refused(arguments, said):
    """One sentence with whose value it is, or which column is missing."""
    network = market(0)
    more = pd.DataFrame({"high": 1.5, "gap": None, "both": 1}, index=network.labels)
    network = network.with_people(more)
    network.arcs["both"] = 1
    if arguments and not arguments.keys() & {"affinity", "by_topic"}:
        arguments = {**arguments, "affinity": "topic_{}"}
    with pytest.raises(InputError, match=said):
        network.carrying(MESSAGE, **arguments)


def test_what_goes_wrong_without_topics_or_twice():
    """Topics without a message about them, a second message, and no message at all."""
    network = market(0)
    with pytest.raises(InputError, match="affinity= is given, but the message has no topics"):
        network.carrying(sd.Message(), affinity="topic_{}")
    with pytest.raises(InputError, match=r"already carries a message .0.7 sport"):
        carried(carried(network, False), False)
    with pytest.raises(InputError, match="is not a message"):
        network.carrying("sport")
    with pytest.raises(InputError, match="nothing is known of them"):
        sd.Network.from_edges([0], [1], 0.5).carrying(MESSAGE, affinity="topic_{}")


def test_files(tmp_path):
    """JSON and TOML say the same."""
    values = {
        "topics": {"sport": 0.7, "food": 0.3},
        "quality": 0.9,
        "affinity": "topic_{}",
        "factors": {"platform": {"x": 0.5, "": 1}},
    }
    (tmp_path / "m.json").write_text(json.dumps(values))
    (tmp_path / "m.toml").write_text(
        'quality = 0.9\naffinity = "topic_{}"\n[topics]\nsport = 0.7\nfood = 0.3\n'
        '[factors.platform]\nx = 0.5\n"" = 1\n'
    )
    message, how = sd.read_message(tmp_path / "m.json")
    assert (message, how) == sd.read_message(tmp_path / "m.toml")
    assert message == sd.Message({"sport": 0.7, "food": 0.3}, quality=0.9)
    assert how == {"affinity": "topic_{}", "factors": {"platform": {"x": 0.5, "": 1}}}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("m.json", '{"topic": {}}', "keys 'topic', which mean nothing in a message"),
        ("m.json", '{"quality": 0.9,}', "is not JSON"),
        ("m.json", '{"quality": 0.9, "quality": 0.8}', "the key 'quality' twice"),
        ("m.json", "[1]", "holds no message"),
        ("m.json", '{"topics": {"a": 0.5}}', "the message .*m.json': the weights of the topics"),
        ("m.json", '{"quality": 2}', "quality=2"),
        ("m.toml", "quality = ", "is not TOML"),
    ],
)
def test_bad_files_are_refused(tmp_path, name, text, said):
    """One sentence with the file."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        sd.read_message(tmp_path / name)
