"""Other formats than tables are refused by name, whatever the file is called and wherever it is given."""

from __future__ import annotations

import gzip

import networkx as nx
import pandas as pd
import pytest

from seeding import AssumptionWarning, InputError
from seeding.io import read_network, read_persons, read_roster, read_seeds

OTHERS = {
    "json": ('{"directed": true,\n "nodes": [{"id": "ann"}], "links": []}', "is JSON"),
    "json array": ("[[0, 1], [1, 0]]", "is JSON"),
    "broken json": ('{\n  "nodes": [ {', "is JSON"),
    "json lines": (
        '{"source": "ann", "target": "bob"}\n{"source": "bob", "target": "cy"}\n',
        "is JSON lines",
    ),
    "gdf": (
        "nodedef>name VARCHAR,label VARCHAR\nann,Ann\nedgedef>node1 VARCHAR,node2 VARCHAR\n",
        "a GDF file",
    ),
    "gml": ('Creator "x"\nVersion 1\ngraph\n[\n node [ id 0 ]\n]\n', "a GML file"),
    "gml windows": ("graph [\r\n node [ id 0 ]\r\n]\r\n", "a GML file"),
    "pajek": ("% made\n*Vertices 2\n1 ann\n2 bob\n*Arcs\n1 2\n", "a Pajek file"),
    "dot": ("// made\nstrict digraph G {\n a -> b;\n}\n", "a DOT file"),
    "dl": ("dl n=2 format=edgelist1\ndata:\n1 2\n", "a UCINET DL file"),
    "matrix market": (
        "%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n",
        "a Matrix Market file",
    ),
    "xml": ('<?xml version="1.0"?>\n<data><a/></data>', "is XML .with the root <data>"),
    "gexf": ('<?xml version="1.0"?>\n<gexf version="1.2"><graph/></gexf>', "is XML .GEXF.*ends in .gexf"),
    "graphml": ("<graphml><graph/></graphml>", "is XML .GraphML.*ends in .graphml"),
    "html": ("<!DOCTYPE html>\n<html><body>Log in</body></html>", "an HTML page"),
    "triples": ("<http://a> <http://knows> <http://b> .\n", "N-Triples"),
}
EDGES = "source,target\nann,bob\nbob,cy\n"


@pytest.mark.parametrize("name", ["f.csv", "f.csv.gz", "f", "f.dat"])
@pytest.mark.parametrize(("text", "what"), OTHERS.values(), ids=OTHERS)
def test_other_formats_are_refused(tmp_path, name, text, what):
    """A network, a roster, people, persons and seeds: each says what the file is."""
    path, net = tmp_path / name, tmp_path / "net.csv"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    net.write_text(EDGES)
    reads = (
        lambda: read_network(path, probability=0.1),
        lambda: read_network(net, probability=0.1, nodes=path),
        lambda: read_roster(path),
        lambda: read_persons(path),
        lambda: read_seeds(path),
    )
    for read in reads:
        with pytest.raises(InputError, match=what):
            read()


MATRICES = {
    "labelled": "name,ann,bob,cy\nann,0,1,0\nbob,0,0,1\ncy,1,0,0\n",
    "corner": ",1,2,3\n1,0,1,0\n2,0,0,1\n3,1,0,0\n",
    "two": "name,ann,bob\nann,0,1\nbob,1,0\n",
    "upper": ",a,b,c\na,,0.5,1\nb,,,1\nc,,,\n",
    "as R": "a b c\na 0 1 0\nb 0 0 1\nc 1 0 0\n",
    "plain": "0,1,0\n0,0,1\n1,0,0\n",
    "blanks": "0 1 0 0\n0 0 1 0\n1 0 0 1\n0 0 0 0\n",
    "weights": "0;2.5;0\n1;0;3\n0;4;0\n",
    "no names of rows": "ann,bob,cy\n0,1,0\n0,0,1\n1,0,0\n",
}


@pytest.mark.parametrize("text", MATRICES.values(), ids=MATRICES)
def test_matrices_are_refused(tmp_path, text):
    """An adjacency matrix is no list of connections, with or without names."""
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(InputError, match="adjacency matrix"):
        read_network(tmp_path / "m.csv", probability=0.1)


ORDINARY = {
    "1,2,0.5\n2,3,0.5\n3,1,0.25\n": [(1, 2), (2, 3), (3, 1)],
    "source,target,weight\n0,1,1\n1,0,1\n0,2,0\n": [(0, 1), (1, 0), (0, 2)],
    "0 1\n1 0\n": [(0, 1), (1, 0)],
    "<anna> <bob>\n": [("<anna>", "<bob>")],
    'source,target\nann,[deleted]\n[deleted],"Smith, John"\n': [
        ("ann", "[deleted]"),
        ("[deleted]", "Smith, John"),
    ],
    'source,target\n"Oslo, NO","Bergen, NO"\n': [("Oslo, NO", "Bergen, NO")],
    "graph,node\nnode,edge\n": [("graph", "node"), ("node", "edge")],
    "{a} {b}\n": [("{a}", "{b}")],
}


@pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")
@pytest.mark.parametrize(("text", "arcs"), ORDINARY.items())
def test_ordinary_tables_stay_what_they_are(tmp_path, text, arcs):
    """Small tables, and labels with brackets, braces and commas, are read as before."""
    (tmp_path / "e.csv").write_text(text)
    header = None if text[0] == "s" else False
    network = read_network(tmp_path / "e.csv", probability=0.1, header=header)
    labels = network.labels
    found = {(labels[u], labels[v]) for u, v in zip(network.out.rows(), network.out.indices, strict=True)}
    assert found == set(arcs)


LISTS = (
    'user,followers\nann,"[2, 3, 4]"\nbob,"[3]"\n',
    "user,followers\nann,\"['bob', 'cy']\"\nbob,[]\n",
    'user,followers\n1,"{2, 3}"\n2,"(3,)"\n',
    'user,followers\nann,"bob,cy"\nbob,"ann,cy"\ncy,ann\n',
    "user;followers\n1;2,3\n2;3,1\n3;1\n",
    "user,followers\n1,2|3\n2,3|1\n3,1\n",
    "user,followers\nann,[bob|cy]\nbob,[ann]\n",
)


@pytest.mark.parametrize("text", LISTS)
def test_lists_in_cells_are_refused(tmp_path, text):
    """A cell of several labels is no label."""
    (tmp_path / "e.csv").write_text(text)
    with pytest.raises(InputError, match="lists in the column 'followers'"):
        read_network(tmp_path / "e.csv", probability=0.1, source="user", target="followers")


def test_lists_in_parquet_are_refused(tmp_path):
    """The same holds for Parquet."""
    pytest.importorskip("pyarrow")
    table = pd.DataFrame({"source": ["1", "2"], "target": ["[2, 3]", "[3]"]})
    table.to_parquet(tmp_path / "e.parquet")
    with pytest.raises(InputError, match="lists in the column 'target'"):
        read_network(tmp_path / "e.parquet", probability=0.1)


@pytest.mark.parametrize("delimiter", [" ", ",", "\t"])
def test_edge_lists_of_networkx(tmp_path, delimiter):
    """What write_edgelist writes by default is read with its probabilities and further data."""
    graph = nx.DiGraph()
    graph.add_edge("ann", "bob", probability=0.5, kind="a, b")
    graph.add_edge("bob", "cy", probability=0.25, kind="{c}")
    nx.write_edgelist(graph, tmp_path / "g.edgelist", delimiter=delimiter)
    network = read_network(tmp_path / "g.edgelist", columns=["kind"])
    assert network.report.probability_source == "column 'probability'"
    assert network.out.probability.tolist() == [0.5, 0.25]
    assert network.arcs["kind"].tolist() == ["a, b", "{c}"]
    assert read_network(tmp_path / "g.edgelist", probability=0.1).out.probability.tolist() == [0.1, 0.1]


def test_edge_lists_without_data(tmp_path):
    """Empty mappings say nothing, as where no probabilities are given."""
    nx.write_edgelist(nx.path_graph(3, create_using=nx.DiGraph), tmp_path / "g.edgelist")
    with pytest.warns(AssumptionWarning, match="no probabilities were given"):
        network = read_network(tmp_path / "g.edgelist")
    assert network.labels.tolist() == [0, 1, 2]
    assert network.n_arcs == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2 {'p': 0.5}\n2 3 {}\n", "line 2 .*no probability"),
        ("1 2 {'p': 0.5}\n2 3 {'p': 7}\n", "line 2 .*'7'; it must be a number from 0 to 1"),
        ("1 2 {'p': 0.5}\n\nNew York 3 {'p': 0.5}\n", "line 3 .*3 fields.*write_edgelist.*data="),
        ("1 2 {'p': 0.5}\n2 3 {'p': nan}\n", "line 2 .*data that cannot be read.*write_edgelist"),
        ("1 2 {'p': 0.5}\n2 3\n", "line 2 .*no edge with its data"),
        ("(0, 0) (0, 1) {}\n(0, 1) (1, 1) {}\n", "tuples for nodes"),
        ("# made\n(0, 0) (0, 1)\n", "tuples for nodes"),
        ("1 2\n2 {}\n3 {}\n", "lists in the column"),
    ],
)
def test_bad_edge_lists(tmp_path, text, words):
    """What cannot be read of such a list is refused by line, with the call that writes a better one."""
    (tmp_path / "g.edgelist").write_text(text)
    probability = 0.1 if "p'" not in text else None
    with pytest.raises(InputError, match=words):
        read_network(tmp_path / "g.edgelist", probability=probability)


def test_data_with_numbers_of_numpy(tmp_path):
    """NumPy writes its numbers as calls."""
    (tmp_path / "g.edgelist").write_text("1 2 {'probability': np.float64(0.5)}\n")
    assert read_network(tmp_path / "g.edgelist").out.probability.tolist() == [0.5]
