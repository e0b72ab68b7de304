"""Saved plans: every kind comes back whole, and nothing but a plan file is taken for one."""

from __future__ import annotations

import json
import pickle
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from golden_cases import market
from hypothesis import given
from hypothesis import strategies as st

import seeding as sd
from seeding.errors import SeedingError
from seeding.plan.codec import decode, encode
from seeding.questions.campaign import rule_of, rule_table

QUICK = {"rng": 7, "gap": 0.2, "precision": 0.05, "threads": 1}


def through_a_file(plan: sd.Plan, folder: Path) -> sd.Plan:
    """Save a plan and read it."""
    plan.save(folder / "x.plan")
    return sd.read_plan(folder / "x.plan")


def grouped() -> sd.Network:
    """Make the market with two sides of people."""
    network = market()[0]
    side = np.where(np.arange(network.n_nodes) % 3 == 0, "a", "b")
    return network.with_people(pd.DataFrame({"side": side}, index=network.labels))


PLANS = {
    "plain": lambda: sd.optimize(*market(), budget=9_000, **QUICK),
    "k": lambda: sd.optimize(market()[0], k=3, **QUICK),
    "rules": lambda: sd.optimize(
        *market(), budget=9_000, constraints=[sd.AtMost(3), sd.MaxShare("2/3")], **QUICK
    ),
    "accept": lambda: sd.optimize(market()[0], market()[1].assign(accept=0.5), budget=9_000, **QUICK),
    "profit": lambda: sd.optimize(*market(), value_per_reach="4.50", conversion=0.1, value=2, **QUICK),
    "fair": lambda: sd.optimize(
        grouped(), market()[1], budget=9_000, objective="maximin", group="side", **QUICK
    ),
    "deadline": lambda: sd.optimize(
        *market(), budget=9_000, model=sd.IndependentCascade(deadline=2, quality=0.9), **QUICK
    ),
    "exposure": lambda: sd.optimize(market()[0].with_exposure(share=0.5), market()[1], budget=9_000, **QUICK),
    "rivals": lambda: sd.optimize(
        *market(), budget=4_000, rivals=[market()[1]["candidate"].iloc[0]], **QUICK
    ),
    "organic": lambda: sd.optimize(
        market()[0].with_organic([market()[1]["candidate"].iloc[0]]), market()[1], budget=9_000, **QUICK
    ),
    "least cost": lambda: sd.minimize_cost(*market(), target_reach=40, **QUICK),
    "frontier": lambda: sd.frontier(*market(), budgets=[3_000, 9_000], **QUICK).points[0].plan,
    "celf": lambda: sd.optimize(*market(), budget=4_000, method="celf", **QUICK),
}


@pytest.mark.parametrize("name", list(PLANS))
def test_every_kind_of_plan_comes_back_whole(name, tmp_path):
    """JSON, text, table with its types, and the plan that is made again from the file: all the same."""
    plan = PLANS[name]()
    back = through_a_file(plan, tmp_path)
    assert back.to_dict() == plan.to_dict()
    assert back.summary() == plan.summary()
    pd.testing.assert_frame_equal(back.seeds, plan.seeds)
    assert back.exact_costs == plan.exact_costs
    back.to_csv(tmp_path / "back.csv")
    plan.to_csv(tmp_path / "plan.csv")
    assert (tmp_path / "back.csv").read_bytes() == (tmp_path / "plan.csv").read_bytes()
    with pytest.raises(sd.InputError, match="in memory; give it"):
        back.replay()
    given = plan.question().given
    again = sd.read_plan(tmp_path / "x.plan", network=given.network, roster=given.roster).replay()
    lasting = [{**one.to_dict(), "phases": None} for one in (again, plan)]
    assert lasting[0] == lasting[1]


def test_labels_and_columns_of_every_kind_come_back(tmp_path):
    """Integers, emoji, quotes, right-to-left, 200 signs; numbers, dates, gaps and truth values in columns."""
    labels = ["anna", "🙂", 'say "hi"', "line\nbreak", "שלום", "x" * 200]
    network = sd.Network.from_edges(labels[:-1], labels[1:], 0.5)
    roster = pd.DataFrame(
        {
            "candidate": labels,
            "cost": ["1.50", 2, 3, 4, 5, 6],
            "score": [1.5, np.nan, np.inf, -0.0, 1e300, 2],
            "since": pd.to_datetime(["2020-01-01", None, "2021-05-05", None, None, "2022-02-02"]),
            "count": pd.array([1, None, 3, 4, 5, 6], dtype="Int64"),
            "vip": [True, False, True, False, True, True],
            "tier": pd.Categorical(["a", "b", "a", None, "b", "a"]),
            "note": [None, "", "=1+1", "ok", np.nan, "é"],
        }
    )
    plan = sd.optimize(network, roster, budget=30, rng=1)
    back = through_a_file(plan, tmp_path)
    assert back.seeds["candidate"].tolist() == plan.seeds["candidate"].tolist()
    for name in ("score", "since", "count", "vip", "cost"):
        pd.testing.assert_series_equal(back.seeds[name], plan.seeds[name])
    for name in ("tier", "note"):
        ours, theirs = (one.seeds[name].astype(object) for one in (plan, back))
        assert ours.where(ours.notna(), None).tolist() == theirs.where(theirs.notna(), None).tolist()
    numbers = sd.Network.from_edges([1, 2], [2, 3], 0.5)
    kept = through_a_file(sd.optimize(numbers, k=1, rng=1), tmp_path)
    assert kept.table.candidates.are_integers


def test_what_no_file_can_hold_is_refused_before_anything_is_written(tmp_path):
    """A column of somebody's objects is named; no file is left."""
    network = sd.Network.from_edges(["a"], ["b"], 0.5)
    roster = pd.DataFrame({"candidate": ["a"], "cost": [1], "thing": [object()]})
    plan = sd.optimize(network, roster, budget=1, rng=1)
    with pytest.raises(sd.InputError, match="which a plan file cannot hold"):
        plan.save(tmp_path / "x.plan")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> str:
    """Return the text of a small plan file."""
    folder = tmp_path_factory.mktemp("plan")
    network = sd.Network.from_edges(["a", "b"], ["b", "c"], 0.5)
    sd.optimize(network, {"a": 1, "b": 2}, budget=2, rng=1).save(folder / "x.plan")
    return (folder / "x.plan").read_text()


def test_broken_files_are_refused_in_one_sentence(text, tmp_path):
    """Cut anywhere, a sign changed anywhere, a part gone: an error of ours, or a plan; nothing else."""
    random, path = np.random.default_rng(1), tmp_path / "x.plan"
    broken = [text[:length] for length in random.integers(0, len(text) - 2, 60)]
    for _ in range(200):
        at = int(random.integers(len(text)))
        broken.append(text[:at] + chr(int(random.integers(32, 127))) + text[at + 1 :])
    document = json.loads(text)
    for name in document:
        broken.append(json.dumps({key: value for key, value in document.items() if key != name}))
    for name in document["plan"]:
        broken.append(json.dumps(document | {"plan": document["plan"] | {name: {"$": "nothing"}}}))
        broken.append(json.dumps(document | {"plan": document["plan"] | {name: [["x"]]}}))
    said: list[str] = []
    for one in broken:
        path.write_text(one)
        try:
            plan = sd.read_plan(path)
        except SeedingError as error:
            said.append(str(error))
        else:
            assert isinstance(plan.summary(), str)
    assert len(said) >= 100
    assert not any("\n" in one for one in said)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("", "is empty"),
        ("[1, 2]", "is no plan file"),
        ('{"format": "seeding plan", "version": 99}', "upgrade seeding"),
        ('{"format": "seeding plan", "version": 1}', "'campaign' is missing"),
        ("[" * 100_000, "is no plan file"),
        ('{"format": "seeding plan", "version": 1, "camp', "is cut off"),
    ],
)
def test_other_files_are_told_apart(tmp_path, held, said):
    """Foreign, newer, cut off or nested without end."""
    (tmp_path / "x.plan").write_text(held)
    with pytest.raises(sd.InputError, match=said):
        sd.read_plan(tmp_path / "x.plan")


def test_reading_makes_known_classes_only():
    """A kind that is no part of a plan is refused, whatever it is called."""
    for kind in ("os.system", "Plan", "eval", "Network", "__class__"):
        with pytest.raises(sd.InputError, match="cannot be read"):
            decode({"$": kind, "fields": {"value": "1"}, "value": "1"})
    values = [None, 1, 1.5, "x", Decimal("1.50"), (1, (2, "x")), {"a": [1]}, float("inf"), np.array([1, 2])]
    for value in values:
        back = decode(json.loads(json.dumps(encode(value), allow_nan=False)))
        assert np.array_equal(back, value) if isinstance(value, np.ndarray) else back == value


labels = st.one_of(st.text(min_size=1, max_size=8).filter(str.strip), st.integers(0, 10**12))
groups = st.dictionaries(
    st.sampled_from(["platform", "n", "tier x"]), st.sampled_from(["a", "b"]), max_size=2
)
parts = st.fractions(min_value="1/100", max_value="99/100", max_denominator=100)
RULES = st.one_of(
    st.lists(labels, min_size=2, max_size=3, unique_by=str).map(lambda names: sd.Conflict(*names)),
    st.builds(lambda n, group: sd.AtMost(n, where=group), st.integers(0, 99), groups),
    st.builds(lambda n, group: sd.AtLeast(n, where=group), st.integers(0, 99), groups),
    st.builds(lambda n, group: sd.SpendAtMost(f"{n}.25", where=group), st.integers(0, 10**9), groups),
    st.builds(lambda low, group: sd.SpendShare(low, 1, where=group), parts, groups),
    st.builds(sd.MaxShare, parts),
    st.builds(lambda n, rate: sd.VolumeDiscount({"agency": "north"}, n, rate), st.integers(1, 9), parts),
    st.builds(lambda price: sd.Bundle(("a", "b"), price, name="twins"), st.integers(0, 10**6)),
    st.builds(lambda share: sd.AtLeastReach(share, group="side"), st.floats(0.01, 1)),
)


@given(RULES)
def test_every_rule_comes_back(rule):
    """From its table, through JSON, exactly."""
    assert rule_of(json.loads(json.dumps(rule_table(rule)))) == rule


def test_plans_from_files_find_their_inputs_again(tmp_path, monkeypatch):
    """Nodes, message, exposure, organic start, audience and roster are read again: the same plan."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(2)
    names = [f"p{place}" for place in range(40)]
    people = pd.DataFrame(
        {"node": names, "country": ["NO", "SE"] * 20, "topic_a": random.uniform(0.2, 1, 40)}
    )
    people.to_csv("people.csv", index=False)
    ends = random.integers(0, 40, (2, 150))
    arcs = pd.DataFrame({"from": [names[a] for a in ends[0]], "to": [names[b] for b in ends[1]], "p": 0.3})
    arcs[arcs["from"] != arcs["to"]].to_csv("follows.csv", index=False)
    pd.DataFrame({"who": names[:9], "fee": range(3, 12), "tier": list("abcabcabc")}).to_csv(
        "roster.csv", index=False
    )
    network = sd.read_network("follows.csv", nodes="people.csv", direction="source_to_target")
    network = network.carrying(sd.Message({"a": 1.0}, shareability=1.2), affinity="topic_{}")
    network = network.with_exposure(share=0.8).with_organic(["p30"]).with_audience("country == 'NO'")
    roster = sd.read_roster("roster.csv", candidate="who", cost="fee")
    plan = sd.optimize(network, roster, budget=20, constraints=[sd.AtMost(2, tier="a")], **QUICK)
    back = through_a_file(plan, tmp_path)
    assert {**back.replay().to_dict(), "phases": 0} == {**plan.to_dict(), "phases": 0}
    (tmp_path / "moved").mkdir()
    for name in ("people.csv", "follows.csv", "roster.csv", "x.plan"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    first = plan.seeds["candidate"].iloc[0]
    assert first not in set(sd.read_plan("moved/x.plan").what_if(exclude=first).seeds["candidate"])
    (tmp_path / "moved" / "people.csv").write_text("node\np1\n")
    with pytest.raises(sd.InputError, match=r"people\.csv' was changed"):
        sd.read_plan("moved/x.plan").explain()
    (tmp_path / "moved" / "people.csv").unlink()
    with pytest.raises(sd.InputError, match=r"people\.csv', on which the plan"):
        sd.read_plan("moved/x.plan").explain()


def test_another_network_is_refused(tmp_path):
    """One probability, one weight, one price or one label that differs is another input."""
    network = sd.Network.from_edges(["a", "b"], ["b", "c"], 0.5)
    sd.optimize(network, {"a": 1, "b": 2}, budget=2, rng=1).save(tmp_path / "x.plan")
    others = [
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 0.6), {"a": 1, "b": 2}),
        (sd.Network.from_edges(["a", "b"], ["b", "d"], 0.5), {"a": 1, "b": 2}),
        (
            sd.Network.from_edges(["a", "b"], ["b", "c"], 0.5, weights={"a": 1, "b": 1, "c": 2}),
            {"a": 1, "b": 2},
        ),
        (network, {"a": 1, "b": 2.5}),
        (network, {"a": 1, "c": 2}),
    ]
    for other, roster in others:
        with pytest.raises(sd.InputError, match="is not what the plan"):
            sd.read_plan(tmp_path / "x.plan", network=other, roster=roster).replay()


def test_kept_samples_come_back_and_others_are_refused(tmp_path):
    """The answers are the same with the samples of a file; those of another plan, or none, are told."""
    network, roster = market()
    plan = sd.optimize(network, roster, budget=9_000, **QUICK)
    plan.save(tmp_path / "x.plan", keep_sample=tmp_path / "x.npz")
    first = plan.seeds["candidate"].iloc[0]
    back = sd.read_plan(tmp_path / "x.plan", network=network, roster=roster)
    assert (
        back.what_if(exclude=first).to_dict()["changes"] == plan.what_if(exclude=first).to_dict()["changes"]
    )
    other = sd.optimize(network, roster, budget=9_000, **(QUICK | {"rng": 8}))
    other.save(tmp_path / "y.plan", keep_sample=tmp_path / "y.npz")
    for held, said in [
        ((tmp_path / "y.npz").read_bytes(), "of another plan"),
        (b"PK nothing", "holds no samples"),
    ]:
        (tmp_path / "x.npz").write_bytes(held)
        with pytest.raises(sd.InputError, match=said):
            sd.read_plan(tmp_path / "x.plan", network=network, roster=roster).explain()


def test_a_plan_can_be_pickled_without_its_network():
    """The copy is the same plan; it says that it cannot answer further questions."""
    plan = sd.optimize(*market(), budget=9_000, **QUICK)
    copy = pickle.loads(pickle.dumps(plan))
    assert copy.to_dict() == plan.to_dict()
    with pytest.raises(sd.InputError, match="cannot be explained"):
        copy.explain()


def test_what_was_assumed_is_told_at_the_callers_line():
    """A warning names this file, not one of the package."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        sd.Network.from_pandas(pd.DataFrame({"follower": ["a"], "followed": ["b"]}))
    assert told
    assert {Path(one.filename).name for one in told} == {"test_plan_files.py"}
