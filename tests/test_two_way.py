"""Rows that a column says are undirected: two arcs each, unless the way back is listed, too."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from test_io_networks import arcs

import seeding as sd
from seeding.errors import AssumptionWarning, InputError
from seeding.network import undirected_rows


@pytest.fixture(params=["csv", "parquet", "pandas"])
def read(request, tmp_path):
    """Read a table as a network: from a text, from Parquet, or as a DataFrame."""

    def from_frame(frame: pd.DataFrame, **options):
        options.setdefault("probability", 0.5)
        if request.param == "pandas":
            return sd.Network.from_pandas(frame, **options)
        path = tmp_path / f"a.{request.param}"
        frame.to_csv(path, index=False) if request.param == "csv" else frame.to_parquet(path)
        return sd.read_network(path, **options)

    return from_frame


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Type", ["Undirected", "Directed"]),
        ("Direction", ["mutual", "directed"]),
        ("direction", ["undirected", "one-way"]),
        ("edge type", ["UNDIRECTED ", "DIRECTED"]),
        ("mutual", [1, 0]),
        ("type", ["U", "D"]),
        ("type", ["undir", "directed"]),
        ("direction", ["<->", "->"]),
        ("mutual", [True, False]),
        ("directed", ["no", "yes"]),
        ("is_directed", [False, True]),
        ("Type", ["Bidirectional", "unidirectional"]),
    ],
)
def test_a_column_that_says_it(read, name, values):
    """Whatever the column is called and however it says so, its rows count both ways; the others one way."""
    frame = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], name: values})
    with pytest.warns(AssumptionWarning, match="says of 1 of 2 rows that they are undirected"):
        network = read(frame)
    assert sorted(arcs(network)) == [("a", "b"), ("b", "a"), ("b", "c")]
    assert (network.report.directed, network.report.two_way_rows, network.report.rows) == (True, 1, 2)
    assert "two arcs each of 1 rows (undirected), one of the others" in network.summary()


def test_all_rows(read):
    """Where every row is undirected the network is, as with directed=False: the hub reaches everybody."""
    frame = pd.DataFrame({"Source": list("bcd"), "Target": ["a"] * 3, "Type": ["Undirected"] * 3})
    with pytest.warns(AssumptionWarning, match="says of all rows"):
        network = read(frame, probability=1.0)
    told = read(frame, probability=1.0, directed=False)
    assert arcs(network) == arcs(told)
    assert not network.report.directed
    assert sd.optimize(network, k=1, rng=1).seeds["candidate"].tolist() == ["a"]


def test_an_edge_that_is_listed_both_ways(read):
    """An undirected edge given in both orders is one edge: its probability is not counted twice."""
    frame = pd.DataFrame(
        {
            "source": ["a", "b", "c"],
            "target": ["b", "a", "d"],
            "p": [0.5, 0.5, 0.25],
            "type": ["undirected"] * 3,
        }
    )
    with pytest.warns(AssumptionWarning, match="all rows"):
        network = read(frame, probability="p")
    assert arcs(network) == {("a", "b"): 0.5, ("b", "a"): 0.5, ("c", "d"): 0.25, ("d", "c"): 0.25}


def test_directed_files_stay(read):
    """A column that says Directed, or speaks of something else, changes nothing and is not mentioned."""
    ends = {"source": ["a", "b"], "target": ["b", "c"]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for values in (["Directed", "directed"], ["follows", "likes"], [None, "directed"]):
            assert read(pd.DataFrame({**ends, "type": values})).n_arcs == 2
        assert read(pd.DataFrame({**ends, "mutual": [0, 0]})).n_arcs == 2


@pytest.mark.parametrize("other", [None, "maybe"])
def test_a_cell_that_does_not_say(read, other):
    """Where some rows are undirected, every row has to say what it is; the row is named."""
    frame = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "type": ["Undirected", other]})
    with pytest.raises(
        InputError, match=r"(line 3|row 1) of .* in column 'type'.*write directed or undirected"
    ):
        read(frame)


def test_a_direction_that_is_not_understood(read):
    """A column called direction that says something else is not used, and that is said."""
    frame = pd.DataFrame({"source": ["a"], "target": ["b"], "direction": ["north"]})
    with pytest.warns(AssumptionWarning, match="'direction' .*holds 'north'.*it is not used"):
        assert read(frame).n_arcs == 1


def test_undirected_is_said_twice(tmp_path):
    """directed=False on rows that hold every edge both ways doubles probabilities: that is said."""
    rows = ["a", "b"], ["b", "a"], [0.5, 0.5]
    with pytest.warns(AssumptionWarning, match="every edge of 'arrays' is listed both ways"):
        network = sd.Network.from_edges(*rows, directed=False)
    assert arcs(network)["a", "b"] == 0.75
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sd.Network.from_edges(*rows[:2], 0.5, directed=False).n_arcs == 2


def test_cells_that_are_lists():
    """Cells of any type that say nothing are let be."""
    frame = pd.DataFrame({"source": ["a"], "target": ["b"], "type": [["x"]]})
    assert sd.Network.from_pandas(frame, probability=0.5).n_arcs == 1


def test_directed_by_row():
    """One truth value per row is taken; anything else is refused."""
    network = sd.Network.from_edges(
        ["a", "b", "c"], ["b", "c", "c"], 0.5, directed=np.array([False, True, False])
    )
    assert sorted(arcs(network)) == [("a", "b"), ("b", "a"), ("b", "c")]
    for wrong in (np.array([True]), np.array([1, 0, 1])):
        with pytest.raises(InputError, match="one of them per row"):
            sd.Network.from_edges(["a", "b", "c"], ["b", "c", "c"], 0.5, directed=wrong)


def test_against_plain_python():
    """The arcs of random rows are those that a plain loop makes."""
    random = np.random.default_rng(5)
    for _ in range(50):
        tails, heads = random.integers(0, 6, (2, 12))
        both = random.random(12) < 0.5
        listed = {(u, v) for u, v, mark in zip(tails, heads, both, strict=True) if mark}
        expected = list(zip(tails, heads, strict=True))
        for u, v, mark in zip(tails, heads, both, strict=True):
            if mark and (v, u) not in listed:
                expected.append((v, u))
        u, v, _ = undirected_rows.lay_out([tails, heads, np.empty(0), both], True, True, "x")
        assert list(zip(u, v, strict=True)) == expected
