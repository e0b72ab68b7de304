"""The roster: exact costs, every candidate once, and each in the network or accounted for."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.network.network import Network
from seeding.roster import money
from seeding.roster.roster import Roster

NETWORK = Network.from_edges(["@a", "@b"], ["@b", "@c"], 0.5, nodes=["@a", "@b", "@c"], weights=[1, 2, 3])
NUMBERED = Network.from_edges([1, 2], [2, 1780000000000000001], 0.5)


def exact(roster: Roster) -> dict[object, Decimal]:
    """Read the costs back as exact amounts by label."""
    costs = (money.from_minor(units, roster.decimals) for units in roster.costs)
    return dict(zip(roster.candidates, costs, strict=True))


def test_all_forms_agree():
    """A table, a mapping and a Series of costs give the same candidates in their order."""
    forms = [
        pd.DataFrame({"candidate": ["@b", "@a"], "cost": [2, 10]}),
        {"@b": 2, "@a": 10},
        pd.Series([2, 10], index=["@b", "@a"]),
    ]
    for form in forms:
        roster = Roster.from_any(form)
        assert roster.candidates.tolist() == ["@b", "@a"]
        assert (roster.costs.tolist(), roster.costs.dtype, roster.decimals) == ([2, 10], np.int64, 0)
        assert len(roster) == 2
    assert Roster.from_any(roster) is roster


@pytest.mark.parametrize(
    ("costs", "decimals", "minor"),
    [
        (["10", "2"], 0, [10, 2]),
        (["10.5", "2"], 2, [1050, 200]),
        (["0.10", "0.20"], 2, [10, 20]),
        ([0.1, 0.2], 2, [10, 20]),
        ([Decimal("1.005"), 1], 3, [1005, 1000]),
        (["0.000001", "4"], 6, [1, 4_000_000]),
        (["5.0000", "1e2"], 0, [5, 100]),
        (np.array([19.99, 5], dtype=np.float32), 2, [1999, 500]),
        ([0, "0.00"], 0, [0, 0]),
    ],
)
def test_costs_are_exact_minor_units(costs, decimals, minor):
    """Costs become whole minor units with as many decimals as needed (cents, once there are any)."""
    roster = Roster.from_any(pd.DataFrame({"candidate": ["x", "y"], "cost": costs}))
    assert (roster.decimals, roster.costs.tolist()) == (decimals, minor)


@given(st.lists(st.decimals(0, 10**6, places=4, allow_nan=False), min_size=1, max_size=20))
def test_costs_survive_unchanged(costs):
    """Whatever the amounts, the exact costs come back."""
    roster = Roster.from_any({f"c{i}": cost for i, cost in enumerate(costs)})
    assert list(exact(roster).values()) == costs


@pytest.mark.parametrize("name", ["candidate", "node", "label", "handle", "creator", "id"])
@pytest.mark.parametrize("price", ["cost", "price", "fee"])
def test_usual_column_names_are_found(name, price):
    """The usual names of both columns are found, and other columns pass through in order."""
    frame = pd.DataFrame(
        {"tier": ["nano", "mega"], name: ["x", "y"], price: [1, 2], "note": [None, "!"]}, index=[8, 8]
    )
    roster = Roster.from_any(frame)
    assert roster.candidates.tolist() == ["x", "y"]
    assert list(roster.frame.columns) == ["tier", "note"]
    assert roster.frame["tier"].tolist() == ["nano", "mega"]
    assert roster.frame.index.tolist() == [0, 1]


def test_named_columns_come_first():
    """Columns named by the caller are used, and the usual ones then pass through."""
    frame = pd.DataFrame({"id": [1, 2], "cost": [5, 6], "who": ["x", "y"], "rate": [7, 8]})
    roster = Roster.from_any(frame, candidate="who", cost="rate")
    assert exact(roster) == {"x": 7, "y": 8}
    assert list(roster.frame.columns) == ["id", "cost"]
    assert Roster.from_any(pd.DataFrame({"id": [1], "candidate": ["x"], "fee": [5]})).candidates.tolist() == [
        "x"
    ]


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ([("a", 1)], r"roster is a list; pass a DataFrame, a dict or a Series of costs"),
        ({}, r"the roster is empty"),
        (pd.DataFrame({"candidate": [], "cost": []}, dtype=object), r"the roster is empty"),
        (
            pd.DataFrame({"cost": [1]}),
            r"no candidate column; its columns are 'cost': call one of them 'candidate'",
        ),
        (pd.DataFrame({"node": ["a"], "views": [1]}), r"no cost column; .* or pass cost="),
        ({"a": 1, "b": -0.5}, r"'b' \(row 1\) has a negative cost, -0\.5; .* cost of 0 or more \(rows 1\)"),
        ({"a": None, "b": 1, "c": float("nan")}, r"'a' \(row 0\) has no cost; .* \(rows 0, 2\)"),
        (pd.DataFrame({"id": ["a", "b"], "fee": ["", "1"]}), r"'a' \(row 0\) has no cost"),
        (pd.DataFrame({"id": ["a"], "fee": pd.array([pd.NA], dtype="Int64")}), r"'a' \(row 0\) has no cost"),
        ({"a": "free"}, r"cost of 'a' \(row 0\) 'free' is not an amount of money"),
        ({7: "1,250"}, r"cost of 7 \(row 0\) '1,250' could mean 1250 or 1.250"),
        ({"a": float("inf")}, r"cost of 'a' \(row 0\) inf is not a finite amount"),
        ({"a": "1.0000001"}, r"cost 1\.0000001 of 'a' \(row 0\) has more than 6 decimals"),
        ({"a": "1e25"}, r"the costs add up to more than"),
        (
            pd.DataFrame({"id": [3, 4, 3, 3], "fee": [1, 1, 1, 1]}),
            r"lists 3 more than once \(rows 0, 2, 3\); give each candidate one row",
        ),
        (pd.Series([1, 2], index=["a", "a"]), r"lists 'a' more than once \(rows 0, 1\)"),
        (pd.DataFrame({"id": ["a"], "fee": [1], "rank": [1]}), r"columns named 'rank', which a plan uses"),
        (pd.DataFrame({"id": ["a", None], "fee": [1, 1]}), r"roster has no label in row 1"),
        (pd.DataFrame({"id": [1, None], "fee": [1, 1]}), r"roster has no label in row 1"),
        (pd.DataFrame({"id": [["a"]], "fee": [1]}), r"\['a'\] in row 0, which can change"),
    ],
)
def test_bad_rosters(roster, said):
    """Missing columns, costs and labels, duplicates, negatives: one sentence with value and row."""
    with pytest.raises(InputError, match=said) as caught:
        Roster.from_any(roster)
    assert "\n" not in str(caught.value)
    assert "np." not in str(caught.value)
    assert caught.value.exit_code == 2


def test_named_columns_must_exist():
    """A column named by the caller that is not there is refused."""
    frame = pd.DataFrame({"id": ["a"], "fee": [1]})
    with pytest.raises(InputError, match=r"the roster has no column 'who'; its columns are 'id', 'fee'"):
        Roster.from_any(frame, candidate="who")
    with pytest.raises(InputError, match=r"the roster has no column 'rate'"):
        Roster.from_any(frame, cost="rate")
    with pytest.raises(InputError, match=r"missing='ignore' is not understood"):
        Roster.from_any(frame, missing="ignore")


def test_the_callers_table_is_not_changed():
    """The table stays as it was, and later changes to it do not reach the roster."""
    frame = pd.DataFrame({"id": ["a", "b"], "fee": [1, 2], "tier": ["x", "y"]})
    before = frame.copy(deep=True)
    roster = Roster.from_any(frame)
    pd.testing.assert_frame_equal(frame, before)
    frame.loc[0, "tier"] = "changed"
    assert roster.frame["tier"].tolist() == ["x", "y"]


def test_everyone_is_a_candidate_at_cost_one():
    """Without a roster every node costs 1, so a budget is a head count."""
    roster = Roster.everyone(NETWORK)
    assert exact(roster) == {"@a": 1, "@b": 1, "@c": 1}
    placed, network, nodes = roster.place(NETWORK)
    assert placed is roster
    assert network is NETWORK
    assert nodes.tolist() == [0, 1, 2]


def test_place_finds_each_candidate():
    """Candidates come with their node, in the roster's order."""
    roster = Roster.from_any({"@c": 1, "@a": 2})
    assert roster.place(NETWORK)[2].tolist() == [2, 0]


def test_place_refuses_strangers_by_default():
    """Someone on the roster who is not in the network is an error naming the rows and the way out."""
    said = r"^2 of 3 candidates are not in the network: .@x., .@y. \(rows 0, 2\); .* or pass missing=.add."
    with pytest.raises(InputError, match=said):
        Roster.from_any({"@x": 1, "@a": 2, "@y": 3}).place(NETWORK)


def test_place_can_add_strangers():
    """missing="add" takes them in as people without arcs and weight 1; the given network is unchanged."""
    roster = Roster.from_any({"@x": 1, "@a": 2}, missing="add")
    placed, network, nodes = roster.place(NETWORK)
    assert placed is roster
    assert network.labels[nodes].tolist() == ["@x", "@a"]
    assert network.weights[nodes].tolist() == [1.0, 1.0]
    assert network.weights.tolist() == [1.0, 2.0, 3.0, 1.0]
    assert NETWORK.n_nodes == 3


def test_place_can_drop_strangers():
    """missing="drop" leaves them out with their rows; nobody left is an error."""
    frame = pd.DataFrame({"id": ["@x", "@b", "@a"], "fee": ["1.50", 2, 3], "tier": ["p", "q", "r"]})
    placed, network, nodes = Roster.from_any(frame, missing="drop").place(NETWORK)
    assert network is NETWORK
    assert nodes.tolist() == [1, 0]
    assert exact(placed) == {"@b": 2, "@a": 3}
    assert placed.frame["tier"].tolist() == ["q", "r"]
    with pytest.raises(InputError, match="none of the candidates is in the network"):
        Roster.from_any({"@x": 1}, missing="drop").place(NETWORK)


@pytest.mark.parametrize("missing", ["error", "add", "drop"])
def test_text_ids_find_integer_nodes(missing):
    """A roster read as text finds integer nodes, of 19 digits too, whatever is done about strangers."""
    known = {"1": 5, "1780000000000000001": 6}
    roster = Roster.from_any(known, missing=missing)
    assert roster.place(NUMBERED)[2].tolist() == [0, 2]
    if missing != "error":
        placed, network, nodes = Roster.from_any(known | {"@new": 7}, missing=missing).place(NUMBERED)
        assert nodes.tolist() == ([0, 2, 3] if missing == "add" else [0, 2])
        assert network.n_nodes == (4 if missing == "add" else 3)
        assert len(placed) == nodes.size


def test_one_person_twice_is_refused():
    """1 and "1" are one label: paying them twice is refused."""
    said = r"lists '1' more than once \(rows 0, 2\); give each candidate one row"
    with pytest.raises(InputError, match=said):
        Roster.from_any({1: 5, 2: 5, "1": 6}).place(NUMBERED)


def test_repr_tells_size_and_prices():
    """The repr counts candidates and shows the range of exact costs."""
    assert repr(Roster.from_any({"a": "10.50", "b": 1250})) == "Roster(2 candidates, cost 10.50 to 1,250.00)"
