"""The page of a plan: its numbers are the plan's, labels are text, and the file needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from html_reader import Reader

import seeding as sd
from seeding.cli import main
from seeding.errors import InputError
from seeding.plan.report import figures, svg
from seeding.plan.report.contents import Contents
from seeding.plan.report.page import page

QUICK = {"precision": 0.1, "gap": 0.2}
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"'&amp;`",
    "{{ 7*7 }}{% raw %}",
    "😀 émoji",
    "\u202eright to left",
    "x" * 200,
    "http://example.org/\u2028",
]


def market(people: int = 400, creators: int = 30):
    """Make a small market."""
    return sd.datasets.creator_market(people=people, creators=creators)


def plan_of(**given) -> sd.Plan:
    """Plan on the small market."""
    network, roster = market()
    return sd.optimize(network, roster, **({"budget": 9_000, "rng": 5} | QUICK | given))


def data_of(text: str) -> dict:
    """Read the JSON of a page strictly."""
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0], parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def hostile_plan() -> sd.Plan:
    """Make a plan whose seeds, groups and roster columns are all text that a page could run."""
    labels = np.array(HOSTILE, dtype=object)
    fans = [f"fan {place}" for place in range(24)]
    arcs = [(one, fan) for place, one in enumerate(labels) for fan in fans[place * 3 : place * 3 + 4]]
    network = sd.Network.from_edges([a for a, _ in arcs], [b for _, b in arcs], 0.5)
    roster = pd.DataFrame({"candidate": labels, "cost": range(1, 9), "platform": labels[::-1]})
    roster["<b>note</b>"] = "<i>"
    return sd.optimize(network, roster, k=8, rng=1, **QUICK)


def test_the_numbers_of_the_page_are_those_of_the_plan(tmp_path):
    """The numbers of the page are those of the plan."""
    plan = plan_of()

    text = plan.to_html(tmp_path / "plan.html", title="Autumn")

    assert (tmp_path / "plan.html").read_text(encoding="utf-8") == text
    found = data_of(text)
    assert found["plan"] == json.loads(plan.to_json())
    assert found["figures"]["reach"]["reach"][1:] == plan.seeds["cumulative_reach"].tolist()
    assert found["figures"]["reach"]["cost"][1:] == plan.seeds["cumulative_cost"].tolist()
    words = " ".join(Reader(text).words)
    assert f"Pay {len(plan.table)} seeds {plan.cost:,} in total, of a budget of 9,000." in words
    assert "Autumn" in words
    shown = [row["candidate"] for row in found["table"]["rows"]]
    assert set(plan.seeds["candidate"]) <= set(shown)


def test_the_same_plan_gives_the_same_page():
    """But for how long each phase took, whatever the number of threads."""
    one, other = (
        re.sub(r'"seconds":[0-9.e-]+', "", plan_of(threads=threads).to_html()) for threads in (1, 2)
    )

    assert one == other


def test_labels_are_text_everywhere():
    """Labels are text everywhere."""
    plan = hostile_plan()

    text = plan.to_html(title="<script>boo</script>")

    read = Reader(text)
    scripts = [held for tag, held in read.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]
    assert {tag for tag, _ in read.tags}.isdisjoint({"img", "i", "iframe", "object", "link", "base", "form"})
    # The cards alone are bold: the label "<b>note</b>" is not.
    assert all("data-card" in held for tag, held in read.tags if tag == "b")
    assert not [held for _, held in read.tags if any(name.startswith("on") for name in held)]
    written = set(read.words)
    assert set(HOSTILE[:5]) <= written
    assert "49" not in written
    assert {one["candidate"] for one in data_of(text)["table"]["rows"]} >= set(plan.seeds["candidate"])


def test_nothing_is_loaded_and_only_the_own_script_may_run():
    """Nothing is loaded and only the own script may run."""
    text = plan_of().to_html()

    read = Reader(text)
    loading = {"src", "href", "srcset", "action", "data", "poster", "style"}
    assert not [(tag, name) for tag, held in read.tags for name in held if name in loading]
    assert not re.search(r"https?://|//[a-z]|url\(|@import", text)
    policy = next(held["content"] for tag, held in read.tags if held.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_a_page_of_two_hundred_seeds_is_small():
    """A page of two hundred seeds is small."""
    network, roster = market(people=2_000, creators=260)
    plan = sd.optimize(network, roster, k=200, rng=2, **QUICK)
    assert len(plan.table) == 200

    text = plan.to_html()

    assert len(text.encode()) < 1_000_000
    found = data_of(text)
    assert len(found["figures"]["overlap"]["label"]) == figures.MOST_OVERLAPS
    # All pairs are in the data.
    assert [len(row) for row in found["explanation"]["overlap"]["share"]] == list(range(200))


def test_the_slider_goes_over_plans_for_other_budgets():
    """The slider goes over plans for other budgets."""
    plan = plan_of()

    found = data_of(plan.to_html())

    curve = found["figures"]["frontier"]
    assert 15 <= len(curve["budget"]) <= 30
    assert curve["budget"] == sorted(curve["budget"])
    own = curve["budget"].index(9_000)
    assert curve["reach"][own] == plan.reach.mean
    labels = [one["candidate"] for one in found["table"]["rows"]]
    assert [labels[seed[0]] for seed in found["steps"][own]["seeds"]] == plan.seeds["candidate"].tolist()
    costs = market()[1].to_frame().set_index("candidate")["cost"]
    for budget, step in zip(curve["budget"], found["steps"], strict=True):
        assert sum(costs[labels[seed[0]]] for seed in step["seeds"]) <= budget + 1e-6


def test_other_budgets_only_where_they_are_asked_for():
    """Other budgets only where they are asked for."""
    text = plan_of().to_html(budgets=False)

    assert len(data_of(text)["steps"]) == 1
    assert 'id="slider"' not in text


def test_a_part_that_cannot_be_had_is_left_out_with_the_reason():
    """A part that cannot be had is left out with the reason."""
    network, roster = market()
    rivals = [str(roster.candidates[0])]
    plan = sd.optimize(network, roster, k=3, rivals=rivals, rng=1, **QUICK)

    text = plan.to_html()

    reasons = dict(data_of(text)["absent"])
    assert {"Other budgets", "Why these"} <= set(reasons)
    assert "rival" in reasons["Other budgets"]
    words = " ".join(Reader(text).words)
    assert all(reason in words for reason in reasons.values())


def test_a_plan_that_forgot_its_network_has_a_page_that_says_so():
    """A plan that forgot its network has a page that says so."""
    plan = pickle.loads(pickle.dumps(plan_of()))

    text = plan.to_html()

    assert [name for name, _ in data_of(text)["absent"]] == ["Further questions"]
    assert data_of(text)["plan"] == json.loads(plan.to_json())


def test_an_empty_plan_has_a_page():
    """An empty plan has a page."""
    network, roster = market()
    plan = sd.optimize(network, roster, value_per_reach=0.000001, rng=1, **QUICK)
    assert len(plan.table) == 0

    assert "Pay nobody" in plan.to_html()


def test_everybody_may_be_free():
    """Everybody may be free."""
    network, _ = market()

    text = sd.optimize(network, k=4, rng=1, **QUICK).to_html(unit="accounts")

    words = " ".join(Reader(text).words)
    assert "Choose 4 seeds." in words
    assert "accounts" in words
    assert "Cost per person" not in words


def test_what_a_rule_costs_is_what_is_gained_without_it():
    """The hub is forbidden; without that rule it is chosen, and reaches its ten fans more for certain."""
    sources = ["hub"] * 10 + ["other"]
    network = sd.Network.from_edges(sources, [f"f{place}" for place in range(10)] + ["g"], 1.0)
    plan = sd.optimize(network, {"hub": 1, "other": 1}, k=1, constraints=[sd.Exclude("hub")], rng=3, gap=0.05)

    (price,) = data_of(plan.to_html())["rule_prices"]

    assert price["low"] <= 9 <= price["high"]
    assert price["people"] == pytest.approx(9, rel=0.1)


def test_chances_of_targets_are_those_of_the_worlds():
    """Chances of targets are those of the worlds."""
    worlds = np.array([1.0, 2, 2, 3, 10])

    data = figures.outcomes(worlds)

    for target, chance in zip(data["target"], data["chance"], strict=True):
        assert chance == np.mean(worlds >= target)


def test_overlaps_are_those_of_the_explanation():
    """Overlaps are those of the explanation."""
    plan = plan_of()
    explanation = plan.explain(measure=False)

    data = figures.overlap(explanation, most=3)

    table = explanation.overlap
    assert len(data["label"]) == 3
    for row, one in enumerate(data["label"]):
        for column, other in enumerate(data["label"]):
            assert data["share"][row][column] == (0 if row == column else table.loc[one, other])


def test_a_saved_plan_and_the_command_give_the_same_page(tmp_path, capsys):
    """A saved plan and the command give the same page."""
    network, roster = market()
    ends = network.labels[network.out.rows()], network.labels[network.out.indices]
    arcs = pd.DataFrame({"source": ends[0], "target": ends[1], "probability": network.out.probability})
    arcs.to_csv(tmp_path / "follows.csv", index=False)
    roster.to_frame().to_csv(tmp_path / "creators.csv", index=False)
    files = sd.read_network(tmp_path / "follows.csv"), sd.read_roster(tmp_path / "creators.csv")
    plan = sd.optimize(*files, budget=9_000, rng=5, **QUICK)
    plan.save(tmp_path / "x.plan")

    assert main(["report", str(tmp_path / "x.plan"), "--out", str(tmp_path / "p.html"), "--title", "T"]) == 0

    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert text == plan.to_html(title="T")
    assert re.search(r"follows\.csv, SHA-256 [0-9a-f]{64}", text)
    assert "Wrote" in capsys.readouterr().out


def test_a_changed_input_is_refused_and_nothing_is_written(tmp_path, capsys):
    """A changed input is refused and nothing is written."""
    (tmp_path / "e.csv").write_text("a,b,0.5\na,c,0.5\nb,c,0.5\n")
    plan = sd.optimize(sd.read_network(tmp_path / "e.csv"), k=1, rng=1)
    plan.save(tmp_path / "x.plan")
    (tmp_path / "e.csv").write_text("a,b,0.6\na,c,0.5\nb,c,0.5\n")

    assert main(["report", str(tmp_path / "x.plan"), "--out", str(tmp_path / "p.html")]) == 2

    assert "e.csv" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


def test_a_frontier_has_a_page_of_its_points(tmp_path):
    """A frontier has a page of its points."""
    network, roster = market()
    curve = sd.frontier(network, roster, budgets=[3_000, 6_000, 9_000, 12_000], rng=2, **QUICK)

    found = data_of(curve.to_html(tmp_path / "f.html"))

    assert found["figures"]["frontier"]["budget"] == [3_000, 6_000, 9_000, 12_000]
    assert found["figures"]["frontier"]["reach"] == [point.plan.reach.mean for point in curve.points]


def test_where_it_cannot_be_written_is_said_first(tmp_path):
    """Where it cannot be written is said first."""
    with pytest.raises(InputError, match="folder"):
        plan_of().to_html(tmp_path / "nowhere" / "p.html")


def test_steps_are_planned_by_whoever_gives_them():
    """Steps are planned by whoever gives them."""
    plan = plan_of()
    smaller = plan_of(budget=3_000)
    contents = Contents(plan, steps=((Decimal(3_000), smaller), (Decimal(9_000), plan)))

    found = data_of(page(contents))

    assert found["figures"]["frontier"]["reach"] == [smaller.reach.mean, plan.reach.mean]
    assert found["steps"][0]["cards"]["seeds"] == str(len(smaller.table))


@pytest.mark.parametrize("most", [0.0, 1e-9, 0.3, 1, 7, 99, 1_234, 5e6, 3e12])
def test_ticks_are_round_and_within(most):
    """Ticks are round and within."""
    found = svg.ticks(most)

    assert found[0] == 0
    assert 1 <= len(found) <= 7
    assert all(value <= most * (1 + 1e-9) for value in found)


def test_a_scale_without_width_still_draws():
    """A scale without width still draws."""
    drawn = svg.line([5, 5], [0, 0], "x", "y", "t", least=5)

    assert "nan" not in drawn
    assert "inf" not in drawn
