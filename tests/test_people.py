"""What is known of people: aligned with the indices, and kept by every reader and by our own file."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.errors import InputError
from seeding.io.packing import pack_columns, unpack_columns
from seeding.network import people


@pytest.fixture
def arcs(tmp_path):
    """Write a small file of arcs."""
    path = tmp_path / "arcs.csv"
    path.write_text("source,target,p\nb,a,0.5\na,c,0.5\n")
    return path


TABLE = (
    "node,region,age,share,id17\nc,north,31,0.5,12345678901234567\na,,40,,12345678901234568\nd,south,,0.25,\n"
)


def assert_people_of_the_table(network: sd.Network) -> None:
    """Check what is known of the people of the table."""
    known = network.people
    assert known.index.equals(network.labels)
    assert known.columns.tolist() == ["region", "age", "share", "id17"]
    assert known["region"].to_dict() == {"a": None, "b": None, "c": "north", "d": "south"}
    assert known["age"].isna().tolist() == [False, True, False, True]
    assert known.loc["c", "age"] == 31
    assert known.loc["d", "share"] == 0.25
    assert np.isnan(known.loc["a", "share"])
    assert int(known.loc["a", "id17"]) == 12345678901234568


def test_a_table_of_texts(arcs, tmp_path):
    """All further columns are kept with their types; empty cells and people without a row are missing."""
    path = tmp_path / "people.csv"
    path.write_text(TABLE)
    with pytest.warns(sd.AssumptionWarning, match="1 of the 3 people of .* have no arc, as 'd'"):
        network = sd.read_network(arcs, nodes=path)
    assert_people_of_the_table(network)
    sd.write_network(network, tmp_path / "network.npz")
    assert_people_of_the_table(sd.read_network(tmp_path / "network.npz"))


def test_the_weights_stay_a_column(arcs, tmp_path):
    """The column that serves as weights is known of the people too."""
    path = tmp_path / "people.csv"
    path.write_text("node,worth,region\na,1,x\nb,2,y\nc,3.5,z\n")
    network = sd.read_network(arcs, nodes=path, weights="worth")
    assert network.weights.tolist() == network.people["worth"].tolist() == [1, 2, 3.5]


@pytest.mark.parametrize("kind", ["frame", "parquet"])
def test_a_table_with_types(arcs, tmp_path, kind):
    """A DataFrame and a Parquet file keep their columns; whole numbers stay whole where some are missing."""
    table = pd.DataFrame({"label": ["c", "a"], "age": [31, 40], "vip": [True, False]})
    if kind == "parquet":
        table.to_parquet(tmp_path / "people.parquet")
    nodes = table if kind == "frame" else tmp_path / "people.parquet"
    network = sd.read_network(arcs, nodes=nodes)
    assert str(network.people["age"].dtype) == "Int64"
    assert network.people["vip"].isna().tolist() == [False, True, False]
    sd.write_network(network, tmp_path / "network.npz")
    assert sd.read_network(tmp_path / "network.npz").people.equals(network.people)


def test_from_edges_and_pandas():
    """A DataFrame as nodes= gives labels and columns, in any order."""
    table = pd.DataFrame({"age": [3, 1, 2], "node": ["c", "a", "b"]})
    network = sd.Network.from_edges(["a"], ["b"], 0.5, nodes=table, weights=[30, 10, 20])
    assert network.people["age"].tolist() == [1, 2, 3]
    assert network.weights.tolist() == [10, 20, 30]
    frame = pd.DataFrame({"source": ["a"], "target": ["b"], "p": [0.5]})
    assert sd.Network.from_pandas(frame, nodes=table).people.equals(network.people)
    assert sd.Network.from_edges(["a"], ["b"], 0.5, nodes=table[["node"]]).people is None


def test_from_networkx_takes_attributes(tmp_path):
    """Node attributes become columns; labels that are tuples stay whole."""
    graph = nx.DiGraph()
    graph.add_node((1, 2), region="x", age=3)
    graph.add_edge((1, 2), (3, 4), p=0.5)
    network = sd.Network.from_networkx(graph)
    assert network.people["region"].isna().tolist() == [False, True]
    assert network.people["age"].iloc[0] == 3
    assert sd.Network.from_networkx(nx.path_graph(2), 0.5).people is None
    graph = nx.DiGraph([("a", "b")])
    graph.nodes["a"]["region"] = "x"
    nx.write_graphml(graph, tmp_path / "graph.graphml")
    table = pd.DataFrame({"node": ["b"], "age": [4]})
    read = sd.read_network(tmp_path / "graph.graphml", probability=0.5, nodes=table)
    assert read.people["region"].iloc[0] == "x"
    assert read.people["age"].isna().tolist() == [True, False]


def test_integer_labels_meet_texts(tmp_path):
    """Labels that one file writes as numbers and the other as texts are the same people."""
    (tmp_path / "arcs.csv").write_text("source,target,p\n1,x2,0.5\n")
    (tmp_path / "people.csv").write_text("node,region\n1,north\n")
    network = sd.read_network(tmp_path / "arcs.csv", nodes=tmp_path / "people.csv")
    assert network.people.loc["1", "region"] == "north"


def test_further_people_have_missing_values():
    """Of people added later nothing is known; a roster that adds some does so."""
    network = sd.Network.from_edges(
        ["a"], ["b"], 0.5, nodes=pd.DataFrame({"node": ["a", "b"], "age": [1, 2]})
    )
    more = network.with_nodes(["z", "b"])
    assert more.people["age"].isna().tolist() == [False, False, True]
    assert more.people.index.equals(more.labels)
    assert network.people["age"].tolist() == [1, 2]
    assert sd.Network.from_edges(["a"], ["b"], 0.5).with_nodes(["z"]).people is None


def test_with_people():
    """Columns are added by label, those of the same name replaced; mistakes are one sentence."""
    network = sd.Network.from_edges(["a"], ["b"], 0.5)
    network = network.with_people(pd.DataFrame({"age": [2, 1]}, index=["b", "a"]))
    network = network.with_people(pd.DataFrame({"age": [5], "tall": [True]}, index=["b"]))
    assert network.people.columns.tolist() == ["age", "tall"]
    assert network.people["age"].isna().tolist() == [True, False]
    with pytest.raises(InputError, match="'q' is not in the network"):
        network.with_people(pd.DataFrame({"age": [1]}, index=["q"]))
    with pytest.raises(InputError, match="'a' twice"):
        network.with_people(pd.DataFrame({"age": [1, 2]}, index=["a", "a"]))
    with pytest.raises(InputError, match="pass a DataFrame indexed by label"):
        network.with_people({"a": 1})
    with pytest.raises(InputError, match="'x' twice"):
        network.with_people(pd.DataFrame([[1, 2]], columns=["x", "x"], index=["a"]))


def test_tables_that_cannot_be_used(arcs, tmp_path):
    """No columns, and columns of the same name, are refused."""
    with pytest.raises(InputError, match="without columns"):
        people.split_table(pd.DataFrame())
    with pytest.raises(InputError, match="'x' twice"):
        people.split_table(pd.DataFrame([["a", 1, 2]], columns=["node", "x", "x"]))
    (tmp_path / "people.csv").write_text("node,x,x\na,1,2\n")
    with pytest.raises(InputError, match="more than one column called 'x'"):
        sd.read_network(arcs, nodes=tmp_path / "people.csv")


def test_npz_refuses_objects(tmp_path):
    """Columns of anything but numbers, truth values and texts are refused by name."""
    network = sd.Network.from_edges(["a"], ["b"], 0.5)
    network = network.with_people(pd.DataFrame({"tags": [("x",), ("y",)]}, index=["a", "b"]))
    with pytest.raises(
        InputError, match=r"column 'tags' of the people holds \('x',\), a tuple; .npz holds only"
    ):
        sd.write_network(network, tmp_path / "network.npz")


def test_packed_columns_must_fit():
    """Arrays that contradict each other are noticed."""
    frame = pd.DataFrame({"age": [1, 2], "region": ["x", None]})
    arrays = pack_columns(frame)
    back = unpack_columns(arrays, 2)
    assert back["age"].tolist() == [1, 2]
    assert back["region"].tolist() == ["x", None]
    assert unpack_columns({}, 2) is None
    for wrong in ({"people_0_values": np.arange(3)}, {"people_1_codes": np.array([0, 1], dtype=np.int32)}):
        with pytest.raises(ValueError, match=r"values|codes"):
            unpack_columns(arrays | wrong, 2)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("county == 'NO'", "is not understood"),
        ("country ==", "is not understood"),
        ("age + 1", "does not say yes or no"),
        ("age > @limit", "is not a question about columns"),
        (3, "is not a question about columns"),
        ("age > 100", "is true of nobody who counts"),
    ],
)
def test_an_audience_that_cannot_be_found_is_refused(query, said):
    """One sentence with the query and the columns there are."""
    people = pd.DataFrame({"node": ["a", "b"], "country": ["NO", None], "age": [20, 30]})
    network = sd.Network.from_edges(["a"], ["b"], 0.5, nodes=people)
    with pytest.raises(InputError, match=said):
        network.with_audience(query)


def test_an_audience_keeps_its_weights():
    """Others weigh nothing; a missing value means no; without a table of people nobody can be asked for."""
    people = pd.DataFrame({"node": ["a", "b", "c"], "country": ["NO", None, "NO"]})
    network = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0, nodes=people, weights=[2.0, 5.0, 3.0])
    assert network.with_audience("country == 'NO'").weights.tolist() == [2.0, 0.0, 3.0]
    with pytest.raises(InputError, match="nothing is known"):
        sd.Network.from_edges(["a"], ["b"], 0.5).with_audience("country == 'NO'")
