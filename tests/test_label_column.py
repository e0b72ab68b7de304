"""Which column, or attribute, holds what people are called: the one that the arcs and the roster name."""

from __future__ import annotations

import warnings

import networkx as nx
import pandas as pd
import pytest
from test_io_networks import arcs

import seeding as sd
from seeding.errors import AssumptionWarning, InputError
from seeding.io.networks import read_network

EDGES = "source,target\nu-1,u-2\nu-2,u-3\nsolo,u-1\n"
NUMBERS = "0,1\n1,2\n2,3\n"


@pytest.fixture
def read(tmp_path):
    """Read a network with a table of people, both from texts."""

    def from_texts(edges: str, people: str, **options):
        (tmp_path / "edges.csv").write_text(edges)
        (tmp_path / "people.csv").write_text(people)
        return read_network(tmp_path / "edges.csv", probability=1.0, nodes=tmp_path / "people.csv", **options)

    return from_texts


@pytest.mark.parametrize(
    ("edges", "table", "words"),
    [
        (
            EDGES,
            "Id,Label,country\nu-1,Ann,NO\nu-2,Bob,NO\nu-3,Cy,NO\nsolo,solo,NO\n",
            "'Id' .*since 4 of its 4 values are in the arcs, and 1 of 'Label'; pass node= to decide",
        ),
        (EDGES, "Label,Id\nAnn,u-1\nBob,u-2\nCy,u-3\nsolo,solo\n", "column 'Id'"),
        (EDGES, "node,acct\n7,u-1\n8,u-2\n9,u-3\n10,solo\n", "column 'acct'"),
        (EDGES, "label,id\ng,u-1\ng,u-2\nh,u-3\nh,solo\n", "column 'id'"),
        (EDGES, "Id,Label\nu-1,u-1\nu-2,u-2\nu-3,u-3\nsolo,Dan\n", "column 'Id'"),
        (NUMBERS, "id,new_id\n1,0\n2,1\n3,2\n4,3\n", "column 'new_id'"),
    ],
)
def test_the_column_that_the_arcs_name(read, edges, table, words):
    """Labels are in the column whose values the arcs name, whatever it is called: nobody is there twice."""
    with pytest.warns(AssumptionWarning, match=words):
        network = read(edges, table)
    assert network.n_nodes == 4


@pytest.mark.parametrize(
    ("edges", "table"),
    [
        (EDGES, "node,age\nu-1,1\nu-2,2\nu-3,3\nsolo,4\n"),
        (EDGES, "age,acct\n1,u-1\n2,u-2\n3,u-3\n4,solo\n".replace("acct", "id")),
        (NUMBERS, "id,rank\n0,3\n1,2\n2,1\n3,0\n"),
        (NUMBERS, "Id,Label\n0,0\n1,1\n2,2\n3,3\n"),
    ],
)
def test_ordinary_tables_are_read_without_a_word(read, edges, table):
    """A usual name whose values the arcs name needs no word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(edges, table).n_nodes == 4


@pytest.mark.parametrize(
    ("edges", "table"),
    [
        (NUMBERS, "Id,Label\n0,3\n1,2\n2,1\n3,0\n"),
        (NUMBERS, "line,acct\n1,0\n2,1\n3,2\n4,9\n"),
        (EDGES, "Id,Label\nu-1,u-2\nu-2,u-3\nx,u-1\ny,z\n"),
    ],
)
def test_two_columns_that_could_be_it(read, edges, table):
    """Where two columns are as likely, or nearly, the caller has to choose."""
    with pytest.raises(InputError, match="could both be the labels; pass node="):
        read(edges, table)
    assert read(edges, table, node=table.partition(",")[0]).n_nodes >= 4


def test_people_without_arcs_are_said(read):
    """How many of a table the arcs do not name is said, unless the caller chose the column."""
    table = "node,age\nu-1,1\nzoe,2\n"
    with pytest.warns(AssumptionWarning, match=r"1 of the 2 people of .* have no arc, as 'zoe'"):
        network = read(EDGES, table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(EDGES, table, node="node").n_nodes == network.n_nodes == 5


def test_tables_in_memory(tmp_path):
    """DataFrames and Parquet are held to the same rule."""
    frame = pd.DataFrame({"Id": ["u-1", "u-2", "u-3", "solo"], "Label": ["Ann", "Bob", "Cy", "solo"]})
    ends = ["u-1", "u-2", "solo"], ["u-2", "u-3", "u-1"]
    with pytest.warns(AssumptionWarning, match="'Id' of the node table is taken as the labels"):
        network = sd.Network.from_edges(*ends, 1.0, nodes=frame)
    assert network.people["Label"].to_dict()["u-1"] == "Ann"
    table = pd.DataFrame({"source": ends[0], "target": ends[1]})
    with pytest.warns(AssumptionWarning, match="'Id' of the node table"):
        assert sd.Network.from_pandas(table, probability=1.0, nodes=frame).n_nodes == 4
    (tmp_path / "edges.csv").write_text(EDGES)
    frame.to_parquet(tmp_path / "people.parquet")
    for nodes in (frame, tmp_path / "people.parquet"):
        with pytest.warns(AssumptionWarning, match=r"'Id' of .* is taken as the labels"):
            assert read_network(tmp_path / "edges.csv", probability=1.0, nodes=nodes).n_nodes == 4


@pytest.fixture(params=[".graphml", ".gexf"])
def graph_file(request, tmp_path):
    """Write a graph whose nodes are called n0, n1, n2 and have names."""
    graph = nx.DiGraph([("n0", "n1"), ("n1", "n2")])
    for node, name in zip(graph, ("ann", "bob", "cy"), strict=True):
        graph.nodes[node].update(name=name, group="x")
    path = tmp_path / f"graph{request.param}"
    (nx.write_graphml if request.param == ".graphml" else nx.write_gexf)(graph, path)
    return path


def test_people_called_by_an_attribute(graph_file):
    """node= names the attribute that people of a graph file are called by."""
    with pytest.warns(AssumptionWarning, match=r"called by their ids, as 'n0'; pass node='name' .* as 'ann'"):
        network = read_network(graph_file, probability=1.0)
    assert sorted(arcs(network)) == [("n0", "n1"), ("n1", "n2")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_network(graph_file, probability=1.0, node="id").labels.tolist() == ["n0", "n1", "n2"]
        named = read_network(graph_file, probability=1.0, node="name")
    assert sorted(arcs(named)) == [("ann", "bob"), ("bob", "cy")]
    assert sd.optimize(named, roster={"ann": 10, "bob": 5}, budget=10, rng=1).seeds["candidate"][0] == "ann"


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ("nosuch", "no node attribute 'nosuch' for node=; its nodes have 'name'"),
        ("group", "the same 'group', 'x'"),
    ],
)
def test_attributes_that_cannot_be_labels(graph_file, node, words):
    """An attribute that is not there, or that two nodes share, is refused."""
    with pytest.raises(InputError, match=words):
        read_network(graph_file, probability=1.0, node=node)


def test_an_attribute_that_some_lack(tmp_path):
    """Every node needs a label; who has none is named."""
    graph = nx.DiGraph([("n0", "n1")])
    graph.nodes["n0"]["name"] = "ann"
    nx.write_graphml(graph, tmp_path / "graph.graphml")
    with pytest.raises(InputError, match=r"1 of 2 nodes of .* have no 'name', as 'n1'"):
        read_network(tmp_path / "graph.graphml", probability=1.0, node="name")


def test_errors_say_which_attribute_holds_them(graph_file):
    """Candidates and seeds that are called by an attribute are refused with its name."""
    network = read_network(graph_file, probability=1.0, node="id")
    with pytest.raises(InputError, match=r"'name' .* holds 2 of them: pass node='name' to call them so"):
        sd.optimize(network, roster={"ann": 10, "bob": 5}, budget=10, rng=1)
    with pytest.raises(InputError, match=r"'ann' is not in the network; 'name' of the people .* holds 1"):
        sd.estimate_reach(network, ["ann"], rng=1)


def test_errors_say_which_column_holds_them(read):
    """Of a table, the column that holds them is named, and how people are called; likewise of a roster."""
    network = read(EDGES, "id,name\nu-1,Ann\nu-2,Bob\nu-3,Cy\nsolo,Dan\n", node="id")
    with pytest.raises(
        InputError, match=r"'name' of the people .* holds 1 of them, but they are called as 'solo'"
    ):
        sd.optimize(network, roster={"Ann": 1}, budget=1, rng=1)
    roster = pd.DataFrame({"candidate": ["Ann", "Bob"], "cost": [1, 2], "account": ["u-1", "u-2"]})
    with pytest.raises(InputError, match="column 'account' holds 2 who are: pass candidate='account'"):
        sd.optimize(network, roster=roster, budget=1, rng=1)
