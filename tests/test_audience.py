"""Who counts, and for how much: followers × view rate × real share, queries and columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import Enumeration, Graph

import seeding as sd
from seeding.errors import InputError

PEOPLE = pd.DataFrame(
    {
        "node": ["a", "b", "c", "d"],
        "followers": [1000, 200, 50, 0],
        "view_rate": [0.1, 0.5, 1.0, 0.2],
        "real_share": [0.5, 1.0, 0.9, 1.0],
        "country": ["NO", "SE", None, "NO"],
        "in_target": ["yes", "no", None, "Yes"],
    }
)


def network(people: pd.DataFrame = PEOPLE, **options) -> sd.Network:
    """Make a small chain with a shortcut."""
    source, target = ["a", "b", "c", "a"], ["b", "c", "d", "c"]
    return sd.Network.from_edges(source, target, [0.5, 0.4, 0.8, 0.3], nodes=people, **options)


def test_the_formula_written_out():
    """Followers × view rate × real share, of columns and numbers; the summary shows the formula."""
    rows = PEOPLE.to_dict("records")
    made = network().with_audience_size("followers", view_rate="view_rate", real_share="real_share")
    expected = [row["followers"] * row["view_rate"] * row["real_share"] for row in rows]
    assert made.weights.tolist() == pytest.approx(expected)
    said = (
        "followers (column 'followers') × view rate (column 'view_rate') × real share (column 'real_share')"
    )
    assert said in made.summary()
    made = network().with_audience_size(view_rate=0.4, real_share="real_share")
    assert made.weights.tolist() == pytest.approx(
        [row["followers"] * 0.4 * row["real_share"] for row in rows]
    )
    assert network().with_audience_size(300, real_share=0.5).weights.tolist() == [150.0] * 4
    assert network().weights.tolist() == [1.0] * 4


@pytest.mark.parametrize("number", range(4))
def test_random_columns(number):
    """The same on random numbers, and the reach is that of these weights in all worlds."""
    random = np.random.default_rng(number)
    people = PEOPLE.assign(
        followers=random.integers(0, 10_000, 4), view_rate=random.random(4), real_share=random.random(4)
    )
    made = network(people).with_audience_size(view_rate="view_rate", real_share="real_share")
    for row, weight in zip(people.to_dict("records"), made.weights, strict=True):
        assert weight == pytest.approx(row["followers"] * row["view_rate"] * row["real_share"])
    truth = Enumeration(Graph.from_network(made)).reach([0])
    found = sd.estimate_reach(made, ["a"], worlds=20_000, rng=1)
    assert abs(found.mean - truth) <= 5.2 * found.stderr + 1e-9
    covered = sd.sample_rr_sets(made, 40_000, rng=2).reach(["a"])
    assert abs(covered.mean - truth) <= 5.2 * covered.stderr + 1e-9


def test_all_ones_are_the_plain_network_bit_for_bit():
    """One follower each, everybody sees it and is real: the same worlds, the same plan."""
    plain, made = network(), network().with_audience_size(1)
    assert made.weights.tobytes() == plain.weights.tobytes()
    plans = [sd.optimize(one, k=2, rng=3) for one in (plain, made)]
    assert plans[0].reach == plans[1].reach
    assert plans[0].certificate == plans[1].certificate


def test_others():
    """Whose followers are unknown weighs what is said, also who is added later; else it is refused."""
    people = PEOPLE.assign(followers=[1000, None, 50, None], view_rate=[0.1, None, 1.0, 0.2])
    made = network(people).with_audience_size(view_rate="view_rate", others=1)
    assert made.weights.tolist() == [100.0, 1.0, 50.0, 1.0]
    assert "2 whose followers are unknown weigh 1" in made.summary()
    assert made.with_nodes(["z"]).weights.tolist()[-1] == 1.0
    strict = network().with_audience_size()
    with pytest.raises(InputError, match="nothing says what reaching 'z' is worth"):
        strict.with_nodes(["z"])
    with pytest.raises(
        InputError, match=r"'b' has no followers; it must be a number of 0 or more .2 are not"
    ):
        network(people).with_audience_size()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"followers": "fans"}, "no column 'fans' for followers"),
        ({"view_rate": "rate"}, "no column 'rate' for view_rate"),
        ({"view_rate": 1.5}, "view_rate=1.5 is out of range"),
        ({"view_rate": -0.1}, "view_rate=-0.1"),
        ({"view_rate": True}, "view_rate=True"),
        ({"real_share": float("nan")}, "real_share=nan"),
        ({"real_share": None}, "real_share=None"),
        ({"real_share": "followers"}, "'a' has the followers 1000; it must be a number from 0 to 1"),
        ({"real_share": "country"}, "'a' has the country 'NO'; it must be a number from 0 to 1"),
        ({"followers": -5}, "followers=-5"),
        ({"followers": "negative"}, "'b' has the negative -1; it must be a number of 0 or more"),
        ({"others": -1}, "others=-1"),
        ({"view_rate": 0}, "add up to 0"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, said):
    """One sentence with the value, the rule and the person."""
    made = network(PEOPLE.assign(negative=[1, -1, 0, 0]))
    with pytest.raises(InputError, match=said):
        made.with_audience_size(**{"followers": "followers", **arguments})


def test_weights_are_made_once():
    """Given weights, an audience before, a second time, nobody known: refused; an audience comes after."""
    weighed = network(weights=pd.Series([1.0, 2, 3, 4], index=list("abcd")))
    for before in (weighed, network().with_audience("country == 'NO'"), network().with_audience_size()):
        with pytest.raises(InputError, match="already has weights"):
            before.with_audience_size()
    with pytest.raises(InputError, match="nothing is known of them"):
        sd.Network.from_edges(["a"], ["b"], 0.5).with_audience_size()
    made = network().with_audience_size(view_rate=0.5).with_audience("country == 'NO'")
    assert made.weights.tolist() == [500.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "values",
    [
        ["yes", "no", None, "Yes"],
        [1, 0, 0, 1],
        [1.0, 0.0, np.nan, 1.0],
        [True, False, False, True],
        pd.array([True, None, False, True], dtype="boolean"),
        pd.array([1, None, 0, 1], dtype="Int64"),
        ["true", "", "FALSE", " 1 "],
    ],
    ids=str,
)
def test_an_audience_by_column(values):
    """The name of a column means who has a yes there, however it is written."""
    made = network(PEOPLE.assign(**{"in target": values})).with_audience("in target")
    assert made.weights.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert made.report.audience == "in target"
    assert "who counts    in target; all others weigh 0" in made.summary()


def test_a_column_that_says_neither_is_refused():
    """A column of countries is no audience; its message shows how to ask."""
    with pytest.raises(InputError, match=r"holds 'SE', neither yes nor no; .*\"country == 'SE'\""):
        network().with_audience("country")
    with pytest.raises(InputError, match=r"holds 1000, .* as .followers == 1000."):
        network().with_audience("followers")


def test_two_audiences_and_people_added_later():
    """Who is in both counts; of whom nothing is known does not."""
    both = network().with_audience("country == 'NO'").with_audience("followers > 0")
    assert both.weights.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert both.report.audience == "country == 'NO' and followers > 0"
    assert both.with_nodes(["z"]).weights.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


QUESTIONS = {
    "optimize": lambda made, **more: sd.optimize(made, k=1, rng=1, **more).reach,
    "frontier": lambda made, **more: sd.frontier(made, budgets=[1, 2], rng=1, **more).points[0].plan.reach,
    "minimize_cost": lambda made, **more: sd.minimize_cost(made, target_reach=0.5, rng=1, **more).reach,
    "estimate_reach": lambda made, **more: sd.estimate_reach(made, ["a"], rng=1, **more),
    "simulate": lambda made, **more: sd.simulate(made, ["a"], rng=1, **more).tolist(),
    "sample_rr_sets": lambda made, **more: sd.sample_rr_sets(made, 1_000, rng=1, **more).reach(["a"]),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_takes_an_audience(name):
    """The argument is what the network with that audience gives, bit for bit; unknown columns are refused."""
    ask = QUESTIONS[name]
    for audience in ("country == 'NO'", "in_target"):
        assert ask(network(), audience=audience) == ask(network().with_audience(audience))
    with pytest.raises(InputError, match="county"):
        ask(network(), audience="county == 'NO'")


def test_a_plan_says_who_counted():
    """On record, also where candidates are added who are not in the network: they count nothing."""
    roster = sd.Roster.from_any(pd.DataFrame({"candidate": ["a", "z"], "cost": [1, 1]}), missing="add")
    plan = sd.optimize(network(), roster, k=2, audience="country == 'NO'", rng=1)
    assert plan.provenance["parameters"]["audience"] == "country == 'NO'"
    truth = Enumeration(Graph.from_network(network().with_audience("country == 'NO'"))).reach([0])
    assert abs(plan.reach.mean - truth) <= 5.2 * plan.reach.stderr
