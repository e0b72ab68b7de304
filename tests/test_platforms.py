"""Several platforms: persons counted once, crossing between own accounts, totals per platform."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from problems import make_problem

import seeding as sd
from seeding.errors import AssumptionWarning, InputError
from seeding.simulation.propagation import forward_task

SIGMAS = 5.2
X = sd.Network.from_edges(["anna", "bo", "bo"], ["bo", "cy", "di"], 0.5)
T = sd.Network.from_edges(["bobo", "cleo"], ["cleo", "eve"], 0.4)
PERSONS = pd.DataFrame(
    {"platform": ["x", "t", "t", "x"], "account": ["bo", "bobo", "eve", "di"], "person": ["B", "B", "E", "E"]}
)


def coupled(**options):
    """Join both: bo and bobo are one, di and eve are one."""
    return sd.Network.couple({"x": X, "t": T}, person=PERSONS, **options)


def by_enumeration(network: sd.Network, seeds: list[str]) -> float:
    """Weigh every world by its probability; each person counts once."""
    start = network.index(seeds).tolist()
    source, out = network.out.rows().tolist(), network.out
    total = 0.0
    for live in itertools.product([False, True], repeat=network.n_arcs):
        chance = math.prod(p if on else 1 - p for p, on in zip(out.probability, live, strict=True))
        reached = set(start)
        for _ in range(network.n_nodes):
            for u, v, on in zip(source, out.indices.tolist(), live, strict=True):
                if on and u in reached:
                    reached.add(v)
        people = {int(network.person[v]): network.weights[v] for v in reached if network.weights[v] > 0}
        total += chance * sum(people.values())
    return total


def test_accounts_become_nodes_and_persons_count_once():
    """Names, persons, what is known of them, and the largest reach there is."""
    network = coupled()
    assert network.labels.tolist() == ["x/anna", "x/bo", "x/cy", "x/di", "t/bobo", "t/cleo", "t/eve"]
    assert network.people["platform"].tolist() == ["x"] * 4 + ["t"] * 3
    assert network.people["person"].tolist() == ["anna", "B", "cy", "E", "B", "cleo", "E"]
    assert network.total_weight == 5
    assert network.n_arcs == 5
    assert coupled(crossing=0.3).n_arcs == 9
    assert coupled(crossing={("x", "t"): 0.3}).n_arcs == 7


@pytest.mark.parametrize("crossing", [0.0, 0.3, {("x", "t"): 0.5}])
@pytest.mark.parametrize("seeds", [["x/anna"], ["x/bo", "t/bobo"], ["t/cleo", "x/anna"]])
def test_reach_is_that_of_persons(crossing, seeds):
    """Forwards and backwards, against every world."""
    network = coupled(crossing=crossing)
    expected = by_enumeration(network, seeds)
    forward = sd.estimate_reach(network, seeds, worlds=40_000, rng=3)
    assert abs(forward.mean - expected) <= SIGMAS * forward.stderr + 1e-12
    backward = sd.sample_rr_sets(network, 60_000, rng=4).reach(seeds)
    assert abs(backward.mean - expected) <= SIGMAS * backward.stderr + 1e-12


def test_one_platform_without_persons_is_the_plain_network():
    """The same worlds: nobody shares an account, so nothing changes."""
    plain = sd.Network.from_edges([0, 1, 1, 2], [1, 2, 3, 0], 0.5)
    one = sd.Network.couple({"x": plain})
    labels = [f"x/{label}" for label in plain.labels]
    np.testing.assert_array_equal(
        sd.simulate(one, labels[:1], worlds=400, rng=6), sd.simulate(plain, [0], worlds=400, rng=6)
    )
    mine, theirs = (sd.sample_rr_sets(each, 300, rng=2) for each in (one, plain))
    for number in range(300):
        sets = [
            set(sample.members[sample.set_indptr[number] : sample.set_indptr[number + 1]].tolist())
            for sample in (mine, theirs)
        ]
        assert sets[0] == sets[1]


def test_the_plan_tells_platforms_apart_and_counts_persons_once():
    """Per platform and in all, each against a literal count in the same worlds."""
    network = coupled(crossing=0.3)
    plan = sd.optimize(network, k=2, rng=5)
    table = plan.platforms.set_index("platform")
    assert table.loc["all, each person once", "reach"] == pytest.approx(plan.reach.mean)
    seeds = network.index(plan.seeds["candidate"])
    worlds = plan.reach.worlds
    for name in ("x", "t"):
        weights = np.where(network.people["platform"] == name, 1.0, 0.0)
        task = forward_task(replace(network, weights=weights), seeds, 9)
        found = task(0, 20_032).reach
        error = found.std() * math.sqrt(1 / found.size + 1 / worlds)
        assert abs(table.loc[name, "reach"] - found.mean()) <= SIGMAS * error + 1e-9
    assert table["reach"].iloc[:-1].sum() >= plan.reach.mean
    assert "when each person counts once" in plan.summary()
    assert plan.to_dict()["platforms"][0]["platform"] == "x"


def test_an_audience_may_be_a_platform():
    """Only who is reached there counts; others carry it."""
    network = coupled(crossing=1.0).with_audience("platform == 't'")
    assert network.total_weight == 3
    assert sd.estimate_reach(network, ["x/bo"], worlds=20_000, rng=1).mean == pytest.approx(
        by_enumeration(network, ["x/bo"]), abs=0.05
    )


def test_two_accounts_prove_one_person():
    """Who is seeded in both accounts counts once in what is certain, too: the bound from below holds."""
    accounts = sd.Network.from_edges(["bo", "cy"], ["cy", "bo"], 0.0)
    who = pd.DataFrame({"platform": ["x", "t"], "account": ["bo", "bo"], "person": ["B", "B"]})
    network = sd.Network.couple({"x": accounts, "t": accounts}, person=who)
    plan = sd.optimize(network, {"x/bo": 1, "t/bo": 1}, k=2, rng=1, precision=0.1)
    assert plan.reach.mean == 1
    assert 0.9 < plan.certificate.lower <= 1 <= plan.certificate.upper
    problem = make_problem(network)
    assert problem.own_weight(np.arange(network.n_nodes)) == 0
    assert make_problem(accounts).own_weight(np.arange(2)) == 2


def test_weights_of_a_person():
    """All accounts that count get the largest weight of their person."""
    heavy = sd.Network.from_edges(["bo"], ["cy"], 1.0, weights={"bo": 5.0, "cy": 1.0})
    light = sd.Network.from_edges(["bo"], ["al"], 1.0, weights={"bo": 2.0, "al": 0.0})
    network = sd.Network.couple({"x": heavy, "t": light}, person="label")
    assert network.weights.tolist() == [5.0, 1.0, 0.0, 5.0]
    assert network.total_weight == 6
    assert sd.estimate_reach(network, ["t/bo"], rng=1).mean == 5
    assert sd.estimate_reach(network, ["t/bo", "x/bo"], rng=1).mean == 6


def test_scale_multiplies_and_says_what_it_clipped():
    """Above 1 counts as 1, with a warning that says how many."""
    scaled = coupled(scale={"x": 0.5})
    assert sorted(scaled.out.probability.tolist()) == [0.25, 0.25, 0.25, 0.4, 0.4]
    with pytest.warns(AssumptionWarning, match="3 of 3 probabilities of 'x' above 1"):
        clipped = coupled(scale={"x": 2.5})
    assert clipped.out.probability.max() == 1


def test_rosters_are_coupled_likewise():
    """Costs stay exact, and rules find the platform."""
    roster = sd.Roster.couple({"x": {"anna": "10.50", "bo": 7}, "t": {"bobo": 3}})
    assert roster.candidates.tolist() == ["x/anna", "x/bo", "t/bobo"]
    plan = sd.optimize(coupled(), roster, budget=20, constraints=[sd.AtMost(1, platform="x")], rng=1)
    assert str(plan.cost) in ("13.50", "10.00")
    with pytest.raises(InputError, match="the roster of 't'"):
        sd.Roster.couple({"x": {"anna": 1}, "t": {"bobo": -1}})


def test_persons_are_kept_in_files(tmp_path):
    """Written and read again: the same persons."""
    network = coupled(crossing=0.2)
    sd.write_network(network, tmp_path / "n.npz")
    again = sd.read_network(tmp_path / "n.npz")
    np.testing.assert_array_equal(again.person, network.person)
    assert again.total_weight == network.total_weight


def test_new_people_are_persons_of_their_own():
    """Somebody added to a coupled network shares an account with nobody."""
    network = coupled().with_nodes(["x/new"])
    assert network.total_weight == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"person": 5}, "person=5"),
        ({"person": PERSONS.drop(columns="person")}, "no column 'person'"),
        ({"person": PERSONS.assign(platform="y")}, "platform 'y'"),
        ({"person": PERSONS.assign(account="zoe")}, "'zoe' \\(row 0\\)"),
        ({"person": PERSONS.assign(account=["bo", "bobo", "bobo", "di"])}, "twice"),
        ({"person": PERSONS.assign(person=None)}, "row 0"),
        ({"crossing": 1.5}, "crossing is 1.5"),
        ({"crossing": {("x", "y"): 0.1}}, "crossing names"),
        ({"crossing": {("x", "t"): -0.1}}, "-0.1"),
        ({"scale": {"y": 0.1}}, "platform 'y'"),
        ({"scale": {"x": -1}}, "-1"),
    ],
)
def test_bad_input(options, said):
    """One sentence: the value and the rule."""
    with pytest.raises(InputError, match=said):
        sd.Network.couple({"x": X, "t": T}, **options)


def test_bad_networks():
    """Not a mapping, no network, or one that has more already."""
    for networks in ({}, [X], {"x": 5}, {"": X}, {"x": X.with_organic(["bo"])}):
        with pytest.raises(InputError):
            sd.Network.couple(networks)


def test_accounts_of_a_person_count_alike():
    """Different weights of one person are refused where they would matter."""
    network = replace(coupled(), weights=np.array([1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    with pytest.raises(InputError, match="different weights"):
        sd.optimize(network, k=1, rng=1)
