"""What objects show in a notebook: their numbers, with labels as text."""

from __future__ import annotations

import pytest
from html_reader import Reader

import seeding as sd

HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "plain"]


@pytest.fixture(scope="module")
def shown() -> dict[str, tuple[object, Reader]]:
    """Make one object of each kind from labels that a page could run."""
    fans = [f"fan {place}" for place in range(9)]
    arcs = [(one, fan) for place, one in enumerate(HOSTILE) for fan in fans[place * 3 : place * 3 + 3]]
    network = sd.Network.from_edges([a for a, _ in arcs], [b for _, b in arcs], 0.5)
    roster = sd.Roster.from_any({one: place + 1 for place, one in enumerate(HOSTILE)})
    plan = sd.optimize(network, roster, k=3, rng=1, precision=0.1)
    curve = sd.frontier(network, roster, budgets=[3, 6], rng=1, precision=0.1)
    made = {
        "network": network, "roster": roster, "plan": plan, "estimate": plan.reach,
        "certificate": plan.certificate, "frontier": curve, "explanation": plan.explain(measure=False),
    }  # fmt: skip
    return {name: (one, Reader(one._repr_html_())) for name, one in made.items()}


KINDS = ("network", "roster", "plan", "estimate", "certificate", "frontier", "explanation")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_can_run(shown, kind):
    """Whatever the labels are."""
    _, read = shown[kind]

    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "img", "iframe", "link"})
    assert not [held for _, held in read.tags if any(name.startswith("on") for name in held)]


def test_each_says_its_numbers(shown):
    """As their texts do."""
    words = {kind: " ".join(read.words) for kind, (_, read) in shown.items()}
    plan = shown["plan"][0]

    assert shown["network"][0].summary() in words["network"]
    assert all(one in words[kind] for kind in ("roster", "plan", "explanation") for one in HOSTILE)
    assert str(plan.reach) in words["estimate"]
    assert str(plan.certificate) in words["certificate"]
    assert f"Pay 3 seeds {plan.cost.to_integral_value()} in total." in words["plan"]
    assert all(f"{point.plan.reach.mean:,.2f}" in words["frontier"] for point in shown["frontier"][0].points)


@pytest.mark.parametrize("kind", ["plan", "frontier"])
def test_curves_are_drawn(shown, kind):
    """As one drawing."""
    assert [tag for tag, _ in shown[kind][1].tags].count("svg") == 1


def test_a_long_table_is_cut_and_says_so():
    """The frame has all rows."""
    network, roster = sd.datasets.creator_market(people=400, creators=40)
    plan = sd.optimize(network, roster, k=25, rng=1, precision=0.1, gap=0.3)

    read = Reader(plan._repr_html_())

    assert [tag for tag, _ in read.tags].count("tr") == 1 + 20
    assert "… and 5 more rows." in read.words
