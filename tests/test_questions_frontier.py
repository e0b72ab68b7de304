"""`frontier`: rising curves, certificates that hold together, the knee, CSV, picture and bad input."""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal

import numpy as np
import oracle
import pandas as pd
import pytest
from small_graphs import random_graph

import seeding as sd
from seeding.errors import InfeasibleError, InputError
from seeding.questions.frontier import knee_of

QUICK = {"precision": 0.05, "threads": 1}
COSTS = [3, 1, 2, 5, 1, 2, 4]
PRICES = ["cost_per_person", "person_low", "person_high"]
COLUMNS = ["budget", "cost", "seeds", "reach", "reach_low", "reach_high", *PRICES, "ratio", "lower", "upper"]
LAST = ["marginal_cost", "knee"]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def market():
    """Make a small market: network and roster."""
    return sd.datasets.creator_market(people=800, creators=40)


@pytest.fixture(scope="module")
def curve(market):
    """Make the curve of eight budgets on it."""
    return sd.frontier(*market, budgets=[1_000, 3_000, 9_000, 20_000], gap=0.1, rng=3, **QUICK)


def assert_rises(curve):
    """Check that a larger budget never reaches less, by measurement and by proof of what is possible."""
    frame = curve.frame
    assert (frame["budget"].diff().dropna() > 0).all()
    assert (frame["reach"].diff().dropna() >= 0).all()
    assert (frame["upper"].diff().dropna() >= 0).all()
    assert (frame["cost"] <= frame["budget"]).all()


def test_every_point_is_within_its_certificate():
    """On a hundred random graphs all points of a curve hold the truth, and the curve rises."""
    for number in range(100):
        graph = random_graph(number)
        worlds = oracle.Enumeration(graph)
        k = [None, 2, 3][number % 3]
        curve = sd.frontier(
            graph.network(), dict(enumerate(COSTS)), budgets=[1, 4, 7, 18], k=k, gap=0.2, rng=number, **QUICK
        )
        assert_rises(curve)
        for point in curve.points:
            best, _ = oracle.best_seeds(graph, range(7), COSTS, int(point.budget), k)
            chosen, certificate = point.plan.seeds["candidate"].tolist(), point.plan.certificate
            truth = worlds.reach(chosen)
            assert sum(COSTS[c] for c in chosen) == point.plan.cost <= point.budget
            assert k is None or len(chosen) <= k
            assert certificate.lower <= truth + 1e-9
            assert certificate.upper >= best - 1e-9
            assert certificate.delta == 0.01
            assert abs(point.plan.reach.mean - truth) <= 5 * point.plan.reach.stderr + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("number", [3, 7, 11])
def test_all_certificates_hold_together_as_often_as_promised(number):
    """Over 300 keys and δ = 0.1, some point of the curve is wrong in at most 30 curves."""
    graph = random_graph(number)
    network, budgets = graph.network(), [1, 3, 6, 10]
    worlds = oracle.Enumeration(graph)
    best = [oracle.best_seeds(graph, range(7), COSTS, budget)[0] for budget in budgets]
    false = 0
    for key in range(300):
        curve = sd.frontier(
            network, dict(enumerate(COSTS)), budgets=budgets, gap=0.3, delta=0.1, rng=key, **QUICK
        )
        truths = [worlds.reach(point.plan.seeds["candidate"].tolist()) for point in curve.points]
        false += any(
            truth < point.plan.certificate.lower - 1e-9 or most > point.plan.certificate.upper + 1e-9
            for truth, most, point in zip(truths, best, curve.points, strict=True)
        )
    assert false <= 30


def test_the_table(curve):
    """Columns, marginal costs and the knee are what the plans say."""
    frame = curve.frame
    assert frame.columns.tolist() == COLUMNS + LAST
    assert_rises(curve)
    for row, point in zip(frame.itertuples(), curve.points, strict=True):
        plan = point.plan
        assert (row.reach, row.reach_low, row.reach_high) == (
            plan.reach.mean,
            plan.reach.low,
            plan.reach.high,
        )
        assert (row.ratio, row.lower) == (plan.certificate.ratio, plan.certificate.lower)
        assert (row.cost, row.seeds) == (float(plan.cost), len(plan.seeds))
        assert plan.budget == point.budget
        assert plan.seeds["cumulative_reach"].iloc[-1] == pytest.approx(plan.reach.mean)
    step = (frame["cost"][2] - frame["cost"][1]) / (frame["reach"][2] - frame["reach"][1])
    assert frame["marginal_cost"][2] == pytest.approx(step)
    assert frame["marginal_cost"][0] == pytest.approx(frame["cost"][0] / frame["reach"][0])
    assert frame["knee"].sum() == 1
    assert curve.points[int(frame["knee"].argmax())] is curve.knee
    assert repr(curve) == "Frontier(4 budgets from 1,000 to 20,000)"
    assert (frame["ratio"] >= 0.9).all()


def test_the_knee_of_known_curves():
    """On y = √x over 0 … 1 the knee is at x = 1/4; a corner is its own knee; lines and bowls have none."""
    x = np.linspace(0, 1, 101)
    assert x[knee_of(x.tolist(), np.sqrt(x).tolist())] == pytest.approx(0.25)
    assert knee_of([0, 10, 20, 100], [0, 500, 900, 1_000]) == 2
    assert knee_of([7, 70, 700], [50, 150, 160]) == 1
    assert knee_of([0, 1, 2, 3], [0, 1, 2, 3]) is None
    assert knee_of([0, 1, 2, 3], [0, 1, 4, 9]) is None
    assert knee_of([0, 1], [0, 1]) is None
    assert knee_of([0, 1, 2], [5, 5, 5]) is None


def test_a_point_that_buys_nothing_more_has_no_marginal_cost():
    """Where more money reaches nobody more, the same plan stays and the marginal cost is missing."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 1.0)
    curve = sd.frontier(star, {"hub": 2}, budgets=[2, 5, 9], rng=1, **QUICK)
    assert curve.frame["reach"].tolist() == [4.0, 4.0, 4.0]
    assert curve.frame["marginal_cost"].isna().tolist() == [False, True, True]
    assert curve.knee is None
    assert not curve.frame["knee"].any()


@pytest.mark.parametrize("budgets", [None, 5])
def test_budgets_can_be_a_number(market, budgets):
    """So many budgets go from the cheapest candidate to the whole roster."""
    network, roster = market
    curve = sd.frontier(network, roster, budgets=budgets, gap=0.4, rng=1, **QUICK)
    assert len(curve.points) == (budgets or 12)
    scale = 10**roster.decimals
    assert curve.points[0].budget * scale == int(roster.costs.min())
    assert curve.points[-1].budget * scale == int(roster.costs.sum())
    assert len(curve.points[-1].plan.seeds) == 40
    assert_rises(curve)
    few = sd.frontier(network, roster, budgets=3, k=2, gap=0.4, rng=1, **QUICK)
    assert few.points[-1].budget * scale == int(np.sort(roster.costs)[-2:].sum())
    assert max(len(point.plan.seeds) for point in few.points) <= 2


def test_amounts_are_exact_sorted_and_distinct(market):
    """Text, floats and decimals are read exactly; the order given does not matter, and twice counts once."""
    curve = sd.frontier(
        *market, budgets=["3000.10", 1_000, Decimal("3000.1"), 2_000.5], gap=0.4, rng=1, **QUICK
    )
    assert [point.budget for point in curve.points] == [1_000, Decimal("2000.5"), Decimal("3000.10")]


def test_the_csv_comes_back(curve, tmp_path):
    """Money is exact, numbers are whole, and nothing is left beside the file."""
    curve.to_csv(tmp_path / "curve.csv")
    with (tmp_path / "curve.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS + LAST
    for row, point, known in zip(rows, curve.points, curve.frame.itertuples(), strict=True):
        assert Decimal(row["budget"]) == point.budget
        assert Decimal(row["cost"]) == point.plan.cost
        half = (known.reach_high - known.reach_low) / 2
        assert abs(float(row["reach"]) - known.reach) <= 0.03 * half
        assert len(row["reach"]) <= 7
        assert float(row["upper"]) == known.upper
        assert row["knee"] == str(known.knee)
    assert [path.name for path in tmp_path.iterdir()] == ["curve.csv"]
    with pytest.raises(InputError, match="nowhere"):
        curve.to_csv(tmp_path / "nowhere" / "curve.csv")


def test_json_has_every_plan(curve):
    """The whole curve as plain values, with each plan."""
    said = json.loads(json.dumps(curve.to_dict()))
    assert [row["budget"] for row in said["points"]] == ["1000", "3000", "9000", "20000"]
    assert [row["plan"]["cost"] for row in said["points"]] == [row["cost"] for row in said["points"]]


def test_the_picture(curve, tmp_path):
    """A path gives a picture, axes are drawn on, and the user's own figures stay as they were."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = pyplot.get_fignums()
    axes = curve.plot(tmp_path / "curve.png")
    picture = (tmp_path / "curve.png").read_bytes()
    assert picture.startswith(PNG)
    assert len(picture) > 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["curve.png"]
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert any(text.startswith("knee: ") for text in texts)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("budget", "expected reach")
    assert pyplot.get_fignums() == before
    figure, mine = pyplot.subplots()
    assert curve.plot(mine) is mine
    assert curve.plot() is not mine
    pyplot.close(figure)
    curve.plot(str(tmp_path / "curve.svg"))
    assert b"<svg" in (tmp_path / "curve.svg").read_bytes()[:2_000]


def test_pictures_that_cannot_be(curve, tmp_path, monkeypatch):
    """Endings, folders and things that are no axes are refused; without matplotlib the extra is named."""
    pytest.importorskip("matplotlib")
    for where, said in (("curve.txt", "end it in .png"), ("no/curve.png", "no"), (3, "neither a path nor")):
        with pytest.raises(InputError, match=said):
            curve.plot(tmp_path / where if isinstance(where, str) else where)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"seeding\[plot\]"):
        curve.plot(tmp_path / "curve.png")
    assert list(tmp_path.iterdir()) == []


def test_same_key_same_curve_on_any_number_of_threads(market):
    """Threads change nothing."""
    curves = [
        sd.frontier(*market, budgets=[2_000, 8_000], gap=0.2, precision=0.05, rng=5, threads=threads)
        for threads in (1, 3)
    ]
    assert curves[0].frame.equals(curves[1].frame)


@pytest.mark.parametrize("limit", [{"memory_limit": "1kB"}, {"time_limit": 1e-6}])
def test_limits_of_memory_and_time_end_it(market, limit):
    """Ended early, every point still has a plan within its budget and an honest certificate."""
    curve = sd.frontier(*market, budgets=[2_000, 8_000], gap=0.001, rng=1, **limit, **QUICK)
    assert all(point.plan.stopped_early for point in curve.points)
    assert_rises(curve)


def test_every_point_keeps_the_rules_and_its_certificate():
    """Under rules the curve rises, plans keep them, and certificates hold against all allowed choices."""
    rules = [sd.AtMost(1, side="a"), sd.Conflict(2, 3), sd.MaxShare(0.75)]
    side = ["a" if v % 2 else "b" for v in range(7)]
    roster = pd.DataFrame({"candidate": range(7), "cost": COSTS, "side": side})

    def is_allowed(chosen):
        spent = sum(COSTS[v] for v in chosen)
        ours = sum(side[v] == "a" for v in chosen) <= 1 and not {2, 3} <= set(chosen)
        return ours and all(4 * COSTS[v] <= 3 * spent for v in chosen)

    for number in range(25):
        graph = random_graph(number)
        worlds = oracle.Enumeration(graph)
        curve = sd.frontier(
            graph.network(), roster, budgets=[5, 8, 18], constraints=rules, gap=0.2, rng=number, **QUICK
        )
        assert_rises(curve)
        for point in curve.points:
            feasible = [c for c in oracle.feasible_sets(COSTS, int(point.budget), None) if is_allowed(c)]
            best = max(worlds.reach(list(c)) for c in feasible)
            chosen, certificate = point.plan.seeds["candidate"].tolist(), point.plan.certificate
            assert is_allowed(chosen)
            assert point.plan.rules == tuple(str(rule) for rule in rules)
            assert certificate.lower <= worlds.reach(chosen) + 1e-9
            assert certificate.upper >= best - 1e-9


def test_a_budget_too_small_for_the_rules_is_refused():
    """What the rules demand costs more than the smallest budget: said before any sampling."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    costs = {"hub": 9, "a": 1, "b": 1, "c": 1}
    with pytest.raises(InfeasibleError, match=r"Require\('hub'\)"):
        sd.frontier(star, costs, budgets=[2, 20], constraints=[sd.Require("hub")])


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"budgets": 1}, InputError, "from 2 to 200"),
        ({"budgets": 201}, InputError, "from 2 to 200"),
        ({"budgets": True}, InputError, "not understood"),
        ({"budgets": "1000"}, InputError, "not understood"),
        ({"budgets": 3.5}, InputError, "not understood"),
        ({"budgets": []}, InputError, "0 budgets"),
        ({"budgets": [1, "much"]}, InputError, "not an amount"),
        ({"budgets": [1, -1]}, InputError, "negative"),
        ({"budgets": [0.5, 3]}, InfeasibleError, "below the cheapest"),
        ({"budgets": [1, 2], "k": 0}, InputError, "k=0"),
        ({"k": 9}, InputError, "more than the 4 candidates"),
        ({"gap": 1}, InputError, "gap=1"),
        ({"delta": 0}, InputError, "delta=0"),
        ({"constraints": ["x"]}, InputError, "is not a rule"),
        ({"model": "ic"}, InputError, "model='ic'"),
    ],
)
def test_bad_input(arguments, error, said):
    """One sentence, before any long work."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 0.5)
    with pytest.raises(error, match=said):
        sd.frontier(star, **arguments)
