"""What is printed is true: medians, shares by a step, late hops, plain numbers, organic starts."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding._runtime.wording import at_least, at_most, fixed, heads, percent, tenths
from seeding.cli import main
from seeding.cli.tables import number, reach_sentences, whole_number
from seeding.errors import AssumptionWarning, InputError, listing, readable
from seeding.plan.estimate import Certificate, Estimate

QUICK = {"rng": 1, "threads": 1, "precision": 0.1}


def line_of(text: str, name: str) -> str:
    """Find the line of a summary that begins with a name."""
    return next(line for line in text.split("\n") if line.startswith(name))


def test_half_reach_the_median_or_more():
    """Where every campaign reaches exactly 2, half do not reach more than 2."""
    still = sd.Network.from_edges([0, 1, 2], [1, 2, 3], 0.0)
    plan = sd.optimize(still, k=2, **QUICK)
    assert line_of(plan.summary(), "One campaign") == (
        "One campaign    2 to 2 in 8 cases of 10, half reach 2 or more"
    )
    assert "half reach 2 or more" in reach_sentences(plan.reach, "people")[1]


@pytest.mark.parametrize("size", [3, 10, 11, 1_024])
def test_campaigns_reach_whole_people(size):
    """Each quantile is what some world reached, and says no more than is so in the worlds seen."""
    reach = np.random.default_rng(size).integers(1, 40, size).astype(float)
    found = Estimate.from_sample(reach)
    assert {found.p10, found.p50, found.p90} <= set(reach.tolist())
    assert (reach >= found.p50).mean() >= 0.5
    assert ((reach >= found.p10) & (reach <= found.p90)).mean() >= 0.8
    text = " ".join(reach_sentences(found, "people")[1:])
    assert "." not in text.replace("more.", "").replace("10;", "")


def test_the_share_by_a_step_is_what_it_is():
    """All of a certain star is reached by the first step, not 90 %; a path reaches its tenth by the ninth."""
    star = sd.Network.from_edges(["hub"] * 5, list("abcde"), 1.0)
    model = sd.IndependentCascade(deadline=3)
    plan = sd.optimize(star, {"hub": 1}, k=1, model=model, **QUICK)
    assert line_of(plan.summary(), "In time") == "In time         17% of it at once, 100% by step 1"
    path = sd.Network.from_edges(range(50), range(1, 51), 1.0)
    late = sd.optimize(path, {0: 1}, k=1, model=sd.IndependentCascade(deadline=45), **QUICK)
    assert line_of(late.summary(), "In time").endswith("2% of it at once, 70% by step 31, the rest later")
    assert late.to_dict()["curve"][-1]["and_later"] is True
    assert "and_later" not in plan.to_dict()["curve"][-1]
    alone = sd.optimize(path, {50: 1}, k=1, model=model, **QUICK)
    assert line_of(alone.summary(), "In time").endswith("100% of it at once")


def test_the_last_hop_stands_for_all_that_follow():
    """A path of 40 hops: the last row is 32 and later, in the table and in JSON; 5 hops are just 5."""
    for n, last in ((40, "32 and later"), (5, "5")):
        path = sd.Network.from_edges(range(n), range(1, n + 1), 1.0)
        found = sd.virality(path, sd.IndependentCascade(), [0], rng=1, worlds=64)
        assert found.hop_names[-1] == last
        assert found.to_dict()["generations"][-1].get("and_later", False) == (n == 40)
        json.dumps(found.to_dict())


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0%"), (0.004, "less than 1%"), (0.9, "90%"), (0.996, "99%"), (1.0, "100%")]
)
def test_percentages_round_to_all_or_nothing_only_there(value, said):
    """0 % and 100 % are said only where it is exactly that."""
    assert percent(value) == said


def test_nought_has_no_sign():
    """Whatever is rounded to nought is written without a sign, and a minus nought that is given is nought."""
    assert (tenths(-0.004), fixed(-0.0, 2), heads(-0.0), number(-0.001), whole_number(-0.0)) == (
        "0.00", "0.00", "0", "0.00", "0",
    )  # fmt: skip
    assert tenths(-0.06) == "-0.06"
    assert "-0.0" not in str(Estimate(-0.0, 0.0, -0.001, 0.001, 0, 0, 0, 9))
    assert "-0.0" not in str(Certificate(-0.0, -0.0, 1.0, 0.01, 0.0, 2))
    weights = {"a": 1.0, "b": -0.0}
    network = sd.Network.from_edges(["a"], ["b"], np.array([-0.0]), weights=weights)
    assert not np.signbit(network.weights).any()
    assert not np.signbit(network.out.probability).any()
    assert "-0" not in network.summary()
    roster = pd.DataFrame({"candidate": ["a", "b"], "cost": ["-0", "1"], "accept": [0.5, -0.0]})
    plan = sd.optimize(network, roster, budget="-0", **QUICK)
    for text in (plan.to_json(), plan.summary(), repr(plan), plan.seeds.to_csv()):
        assert re.search(r"-0(\.0*)?(?![\d.])", text) is None, text


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda net: sd.optimize(net, k=np.int64(0)), "k=0 is not"),
        (lambda net: sd.optimize(net, k=1, gap=np.float64(2)), "gap=2.0 is"),
        (lambda net: sd.optimize(net, k=1, precision=np.float32(3)), "precision=3.0 is"),
        (lambda net: sd.optimize(net, k=1, delta=np.bool_(True)), "delta=True is"),
        (lambda net: sd.optimize(net, {np.int64(77): 1}, k=1), "not in the network: 77 "),
        (lambda net: sd.optimize(net, k=1, constraints=[sd.AtMost(np.int64(-1))]), "n=-1, which"),
        (lambda net: sd.estimate_reach(net, [np.int64(8)]), "8"),
        (lambda net: sd.estimate_reach(net, [0], worlds=np.int64(0)), "worlds=0 is"),
        (lambda net: sd.IndependentCascade(deadline=np.float64(1)), "deadline=1.0 is"),
        (lambda net: sd.frontier(net, budgets=np.int64(1)), "budgets=1 is"),
    ],
)
def test_messages_write_plain_numbers(call, said):
    """No message shows how NumPy writes its scalars."""
    network = sd.Network.from_edges([0, 1], [1, 2], 0.5)
    with pytest.raises(sd.SeedingError) as caught:
        call(network)
    assert said in str(caught.value)
    assert "np." not in str(caught.value)


def test_scalars_within_a_text_stay():
    """Lists of scalars are written plainly; a text of the user's that looks like one is not touched."""
    assert readable("got [np.int64(1), np.str_('a')] and np.True_") == "got [1, 'a'] and True"
    assert readable("label 'np.int64(1)'") == "label 'np.int64(1)'"
    assert listing([np.int64(3), np.float64(0.5)]) == "3, 0.5"
    assert str(AssumptionWarning(f"{[np.int64(3)]!r} is odd")) == "[3] is odd"
    assert InputError("a", 3).args == ("a", 3)


def organic() -> sd.Network:
    """Make an active person whose follower sees it late; the candidate makes that follower engage, sooner."""
    network = sd.Network.from_edges(["o", "m", "c"], ["m", "f", "f"], [1.0, 0.0, 1.0])
    return network.with_exposure(1.0, network.out.probability).with_organic(["o"])


def test_what_an_organic_start_adds_is_said():
    """Who sees it anyway and engages by the plan is no part of its reach; the curve may fall."""
    plan = sd.optimize(organic(), {"c": 1}, k=1, model=sd.IndependentCascade(deadline=4), **QUICK)
    assert (plan.reach.mean, plan.engaged.mean) == (1.0, 2.0)
    assert plan.curve["reach"].tolist() == [1.0, 2.0, 1.0, 1.0]
    text = plan.summary()
    assert "would not without the plan; some of them see it anyway" in line_of(text, "Engaged")
    assert "of those who see it" not in text
    assert "what the plan adds to what the organic start reaches" in line_of(text, "Organic start")
    assert "at most 2.0 by step 1, 1.0 in the end" in line_of(text, "In time")
    assert set(plan.to_dict()["counts"]) == {"reach", "engaged", "curve"}
    plain = sd.Network.from_edges(["c"], ["f"], 0.5).with_exposure(np.array([1.0]))
    said = sd.optimize(plain, {"c": 1}, k=1, **QUICK)
    assert "of those who see it pass it on" in said.summary()
    assert "counts" not in said.to_dict()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (12_345.6, "12,346"), (-12_345.6, "-12,346"), (100.0, "100"), (99.96, "100"), (99.94, "99.9"),
        (12.34, "12.3"), (1.0, "1.0"), (0.996, "1.0"), (0.994, "0.99"), (0.034, "0.03"), (0.0, "0.0"),
    ],
)  # fmt: skip
def test_heads_have_no_tenths_where_there_are_many(value, said):
    """None from 100 on, one below, two below 1; in Python and at the command."""
    assert tenths(value) == number(value) == said


@pytest.mark.parametrize("value", [12_345.4, 12_345.6, 99.97, 12.34, 0.999, 0.0341, 9.0, 1_000.0, 0.3, 0.0])
def test_bounds_are_rounded_to_the_safe_side(value):
    """A lower bound is never written above itself, an upper one never below; whole numbers are themselves."""
    low, high = (float(told(value).replace(",", "")) for told in (at_least, at_most))
    assert low <= value <= high
    assert high - low <= 1.0
    assert (low == high) == (value in (9.0, 1_000.0, 0.3, 0.0))
    words = str(Certificate(value, 2 * value + 1, 0.5, 0.01, 0.0, 2))
    assert f"at least {at_least(value)}, and" in words
    assert f"more than {at_most(2 * value + 1)})" in words


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ((), "nodes"), (("--nodes", "people.csv"), "people"), (("--roster", "costs.csv"), "people"),
        (("--unit", "pages"), "pages"), (("--nodes", "people.csv", "--unit", "accounts"), "accounts"),
    ],
)  # fmt: skip
def test_what_is_reached_has_a_name(words, unit, tmp_path, monkeypatch, capsys):
    """People only where people were read; otherwise nodes, or what is said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arcs.csv").write_text("source,target\n1,2\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("node,age\n1,5\n2,6\n", encoding="utf-8")
    (tmp_path / "costs.csv").write_text("candidate,cost\n1,5\n", encoding="utf-8")
    assert main(["optimize", "arcs.csv", "-k", "1", "--rng", "1", *words]) == 0
    assert f" {unit} on average" in " ".join(capsys.readouterr().out.split())


def test_a_name_of_nothing_is_refused(capsys):
    """A unit has words in it."""
    assert main(["optimize", "arcs.csv", "-k", "1", "--unit", " "]) == 2
    assert "names nothing" in capsys.readouterr().err
