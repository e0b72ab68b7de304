"""Tests of reading networks from files: labels out as they went in, bad input refused with its line."""

from __future__ import annotations

import gzip
import warnings

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from seeding.errors import AssumptionWarning, InputError
from seeding.io import parquet
from seeding.io.networks import read_network


@pytest.fixture
def network_of(tmp_path):
    """Read a text as a network."""

    def read(text: str, name: str = "arcs.csv", **options):
        path = tmp_path / name
        data = text.encode("utf-8")
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read_network(path, **options)

    return read


def arcs(network) -> dict[tuple[object, object], float]:
    """Return a network's arcs by label."""
    labels = network.labels
    rows = zip(network.out.rows(), network.out.indices, network.out.probability, strict=True)
    return {(labels[u], labels[v]): float(p) for u, v, p in rows}


EXPECTED = {("@anna", "@bo"): 0.25, ("@bo", "@cy"): 0.5}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "source,target,probability\n@anna,@bo,0.25\n@bo,@cy,0.5\n"),
        ("a.csv.gz", "source,target,p\n@anna,@bo,0.25\n@bo,@cy,.5\n"),
        ("a.csv", "source;target;p\n@anna;@bo;0,25\n@bo;@cy;0,5\n"),
        ("a.csv", 'source,target,p\n@anna,@bo,"0,25"\n@bo,@cy,"0,5"\n'),
        ("a.tsv", "p\tto\tfrom\n0.25\t@bo\t@anna\n0.5\t@cy\t@bo\n"),
        ("a.txt", "@anna @bo 0.25\n@bo @cy 5e-1\n"),
        ("a.edges.gz", "# c\n@anna  @bo  0.25\n@bo  @cy  0.5\n"),
        ("a", "@anna,@bo,0.25\n@bo,@cy,0.5\n"),
        ("a.csv", "x,U,v,P\n9,@anna,@bo,0.25\n8,@bo,@cy,0.5\n"),
    ],
)
def test_text_formats(network_of, name, text):
    """All text layouts give the same network."""
    network = network_of(text, name)
    assert arcs(network) == EXPECTED
    assert network.labels.tolist() == ["@anna", "@bo", "@cy"]
    assert network.report.probability_source.startswith("column")
    assert network.report.origin.endswith(name)


def test_labels_come_out_as_they_went_in(network_of):
    """Long ids, leading zeros, words for missing values and hashes stay what they are."""
    network = network_of("source,target\n007,NA\nnan,12345678901234567\n#x,null\n", probability=0.1)
    assert set(network.labels) == {"007", "NA", "nan", "12345678901234567", "#x", "null"}
    network = network_of("source,target\n12345678901234567,12345678901234568\n", probability=0.1)
    assert network.labels.dtype == np.int64
    assert network.labels.tolist() == [12345678901234567, 12345678901234568]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source,target,p\na,b,0.5\nc,d,x\n", "line 3 .*'x'; it must be a number from 0 to 1"),
        ("source,target,p\na,b,0.5\nc,d,nan\n", "line 3 .*'nan'"),
        ("source,target,p\n\na,b,0.5\nc,d,-0.1\n", "line 4 .*'-0.1'"),
        ("source,target,p\na,b,1.01\n", "line 2 .*'1.01'"),
        ("source,target,p\na,b,\n", "line 2 .*no probability"),
        ("source,target,p\na,b,inf\n", "line 2 .*'inf'"),
        ("source,target,p\na,b,1_0\n", "line 2 .*'1_0'"),
        ("source,target,p\na,b,0.1\nc,,0.1\n", "line 3 .*empty source or target"),
        ("source,target,p\n ,b,0.1\n", "line 2 .*empty"),
        ("source;target;p\na;b;0,5\nc;d;0.5\n", "line 3 .*decimal sign of the rows before"),
        ("source;target;p\na;b;0,5,1\n", "line 2 .*the part '0,5,1'"),
        ("a,b,0.5\nb,c,3\n", "line 2 .*third column '3'.*pass probability="),
        ("1,2,0,5\n2,3,1,0\n", "line 1 .*decimal comma between columns"),
        ("source\na\n", "only one column, 'source'"),
        ("source,other\na,b\n", "no two columns.*'source', 'other'"),
        ("candidate,cost\na,5\n", "looks like a roster.*'candidate', 'cost'.*pass it as roster="),
        ("source,target,target\na,b,c\n", "2 columns called 'target'"),
        ("source,target\n", "only a header"),
        ("", "is empty"),
    ],
)
def test_bad_files(network_of, text, words):
    """Every unusable file is refused with its line or with the columns it has."""
    with pytest.raises(InputError, match=f"(?s){words}"):
        network_of(text)


def test_columns_by_name_and_position(network_of):
    """Columns can be chosen by name or position, and wrong ones are named with those present."""
    text = "x,y,z\na,b,0.5\n"
    assert list(arcs(network_of(text, source="y", target="x", probability="z"))) == [("b", "a")]
    assert list(arcs(network_of(text, source=1, target=0, probability=0.1))) == [("b", "a")]
    assert list(arcs(network_of("a,b,9,0.5\nb,c,8,1\n", probability="3"))) == [("a", "b"), ("b", "c")]
    for options, words in (
        ({"source": "q", "target": "x"}, "no column 'q' for source; its columns are 'x', 'y', 'z'"),
        ({"source": "x", "target": "x"}, "both column 'x'"),
        ({"source": "x"}, "both source= and target="),
        ({"source": 0, "target": 7}, "positions go from 0 to 2"),
        ({"source": "x", "target": "y", "probability": "q"}, "'q' is neither a column .* nor a rule"),
    ):
        with pytest.raises(InputError, match=words):
            network_of(text, **options)


def test_one_end_is_enough_of_two_columns(network_of):
    """Of two columns, or beside a usual name, one end tells the other."""
    assert list(arcs(network_of("x,y\na,b\n", source="y", probability=0.1))) == [("b", "a")]
    assert list(arcs(network_of("x,y\na,b\n", target="y", probability=0.1))) == [("a", "b")]
    assert list(arcs(network_of("x,target,w\na,b,1\n", source="x", probability=0.1))) == [("a", "b")]


def test_unknown_names_are_assumed_aloud(network_of):
    """Columns with unusual names are read in order, with a warning."""
    with pytest.warns(AssumptionWarning, match="'moon' and 'star', are taken as source and target"):
        network = network_of("moon,star,w\na,b,7\nb,c,8\n", probability=0.1)
    assert list(arcs(network)) == [("a", "b"), ("b", "c")]


def test_no_probability_is_said(network_of):
    """Without any probability the weighted cascade is assumed, with a warning."""
    with pytest.warns(AssumptionWarning, match="weighted cascade"):
        network = network_of("source,target,weight\na,c,7\nb,c,9\n")
    assert set(arcs(network).values()) == {0.5}


def test_third_column_of_flags_is_said(network_of):
    """A third column of only 0 and 1 may be a flag: it is read, with a warning."""
    with pytest.warns(AssumptionWarning, match="only 0 and 1"):
        network = network_of("a b 1\nb c 0\n")
    assert arcs(network) == {("a", "b"): 1.0, ("b", "c"): 0.0}
    assert arcs(network_of("a b 1\nb c 0\n", probability=0.2)) == {("a", "b"): 0.2, ("b", "c"): 0.2}


def test_direction(network_of):
    """A follows file is read in its own direction when told so, and its names tell it with a warning."""
    plain = network_of("source,target\nfan,star\n", probability=0.1, direction="follower_to_followed")
    assert list(arcs(plain)) == [("star", "fan")]
    for text in (
        "follower,followed\nfan,star\n",
        "Followed,Follower\nstar,fan\n",
        "user,follows\nfan,star\n",
    ):
        with pytest.warns(AssumptionWarning, match="from the followed to the follower; pass direction="):
            network = network_of(text, probability=0.1)
        assert list(arcs(network)) == [("star", "fan")]
        assert network.report.direction == "follower_to_followed"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = network_of("follower,followed\nfan,star\n", probability=0.1, direction="source_to_target")
    assert list(arcs(told)) == [("fan", "star")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert network_of("follower,followed\na,b\n", probability=0.1, directed=False).n_arcs == 2
    with pytest.raises(InputError, match="direction='back'"):
        network_of("source,target\na,b\n", probability=0.1, direction="back")


def test_undirected_loops_and_parallel_rows(network_of):
    """Undirected rows make two arcs; loops are dropped and repeated rows merged, both reported."""
    text = "source,target,p\na,b,0.5\na,b,0.5\nc,c,1\n"
    network = network_of(text, directed=False)
    assert arcs(network) == {("a", "b"): 0.75, ("b", "a"): 0.75}
    assert network.labels.tolist() == ["a", "b", "c"]
    assert (network.report.self_loops_dropped, network.report.rows) == (1, 3)
    with pytest.raises(InputError, match="repeated"):
        network_of(text, parallel="refuse")


def test_counts_line_keeps_isolated_people(network_of):
    """A counts line promises people 0 … n − 1 (or 1 … n), with or without arcs."""
    network = network_of("5 2\n0 1 0.5\n1 2 0.5\n", "a.inf")
    assert network.labels.tolist() == [0, 1, 2, 3, 4]
    network = network_of("5 2\n1 2\n2 5\n", "a.txt", probability=0.1, header="counts")
    assert network.labels.tolist() == [1, 2, 3, 4, 5]
    assert network_of("4 2\n0 1\n0 3\n", "a.txt", header=False, probability=0.1).n_arcs == 3


def test_counts_line_that_does_not_fit(network_of):
    """A counts line that contradicts the rows is said, and never invents people."""
    with pytest.warns(AssumptionWarning, match=r"line 1 .* counts 9 arcs where 2 rows follow"):
        assert network_of("3 9\n0 1 0.5\n1 2 0.5\n", "a.txt").n_nodes == 3
    with pytest.warns(AssumptionWarning, match=r"line 1 .* counts 2 nodes"):
        assert network_of("2 2\n0 1 0.5\n1 7 0.5\n", "a.txt").labels.tolist() == [0, 1, 7]
    with pytest.warns(AssumptionWarning, match=r"line 1 .*\(5 4\) is read as an arc; pass header='counts'"):
        assert network_of("5 4\n0 1\n1 2\n2 3\n", "a.txt", probability=0.1).n_arcs == 4


def test_instance_files_with_costs_are_refused(network_of):
    """The format 'n m budget directed' is refused with its line, not read as something else."""
    with pytest.raises(InputError, match=r"line 2 .*line 1 .*'n m budget directed'.*not supported"):
        network_of("3\t2\t100\t1\n0\t1\n1\t2\n50\n60\n70\n80\n", "a.txt")
    with pytest.raises(InputError, match=r"line 3 .*1 column"):
        network_of("0\t1\n1\t2\n50\n60\n", "a.txt", probability=0.1)


def test_node_table(network_of, tmp_path):
    """A node table adds people without arcs and gives weights; either side may hold ids as texts."""
    table = tmp_path / "people.csv"
    table.write_text("name;id;worth\nAnna;1;1,5\nBo;2;2\nCy;3;0\n")
    network = network_of("1,2\n", probability=0.1, nodes=table, node="id", weights="worth")
    assert network.labels.tolist() == [1, 2, 3]
    assert network.weights.tolist() == [1.5, 2.0, 0.0]
    frame = pd.DataFrame({"label": ["1", "2", "x"], "worth": [1, 2, 3]})
    network = network_of("1,2\n", probability=0.1, nodes=frame, node="label", weights="worth")
    assert dict(zip(network.labels, network.weights, strict=True)) == {"1": 1.0, "2": 2.0, "x": 3.0}
    assert network_of("1,2\n", probability=0.1, nodes=[2, 9]).labels.tolist() == [1, 2, 9]
    mapped = network_of("1,2\n", probability=0.1, weights={1: 3, 2: 4})
    assert mapped.weights.tolist() == [3.0, 4.0]


def test_node_table_from_parquet_and_counts(network_of, tmp_path):
    """A Parquet node table joins the people that a counts line promises."""
    path = tmp_path / "people.parquet"
    pd.DataFrame({"node": [7, 1]}).to_parquet(path)
    network = network_of("3 1\n0 1 0.5\n", "a.txt", nodes=path, node="node")
    assert network.labels.tolist() == [0, 1, 2, 7]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,worth\na,1\nb,-1\n", "line 3 .*weight '-1'.*0 or more"),
        ("id,worth\na,1\nb,nan\n", "line 3 .*'nan'"),
        ("id,worth\na,1\nb,\n", "line 3 .*no weight"),
        ("id,worth\na,1\na,2\n", "node 'a' stands more than once .*lines 2, 3"),
        ("id,worth\na,1\n,2\n", "line 3 .*empty label"),
        ("id,value\na,1\n", "no column 'worth' for weights; its columns are 'id', 'value'"),
        ("id,worth\na,1\n", "no value for 'b'"),
        ("id;worth\na;1,250\nb;2,000\n", "line 2 .*'worth'.*could mean 1250 or 1.250"),
        ("id;worth\na;1.250\nb;2000\n", "line 2 .*'worth'.*could mean 1.250 or 1250"),
    ],
)
def test_bad_node_tables(network_of, tmp_path, text, words):
    """A node table with an unusable weight or label is refused with its line."""
    table = tmp_path / "people.csv"
    table.write_text(text)
    with pytest.raises(InputError, match=words):
        network_of("source,target\na,b\n", probability=0.1, nodes=table, weights="worth")


def test_bad_node_frames(network_of):
    """A DataFrame of people is held to the same rules, rows counted from 0."""
    good = pd.DataFrame({"node": ["a", "b"], "worth": [1.0, 2.0]})
    for frame, words in (
        (good.assign(worth=[1.0, -2.0]), "row 1 of the node table has the weight -2.0"),
        (good.assign(worth=[np.nan, 1.0]), "row 0 .*nan"),
        (good.assign(node=["a", None]), "no label in row 1"),
        (good.assign(node=["a", "a"]), "'a' twice"),
        (pd.DataFrame(index=[0]), "no columns"),
    ):
        with pytest.raises(InputError, match=words):
            network_of("source,target\na,b\n", probability=0.1, nodes=frame, weights="worth")
    with pytest.raises(InputError, match="pass a table"):
        network_of("source,target\na,b\n", probability=0.1, nodes=["a"], weights="worth")
    with pytest.raises(InputError, match="pass that table as nodes="):
        network_of("source,target\na,b\n", probability=0.1, weights="worth")


def test_node_table_of_other_labels_is_said(network_of):
    """A node table that shares no label with the arcs is probably read by the wrong column."""
    frame = pd.DataFrame({"id": [901, 902], "new_id": [0, 1]})
    with pytest.warns(AssumptionWarning, match="pass node= to choose the column"):
        assert network_of("0,1\n", probability=0.1, nodes=frame, node="id").n_nodes == 4
    with pytest.warns(AssumptionWarning, match="none of the 2 people of the node table has an arc"):
        assert network_of("0,1\n", probability=0.1, nodes=frame[["id"]]).n_nodes == 4
    with pytest.warns(AssumptionWarning, match="'new_id' of the node table is taken as the labels"):
        assert network_of("0,1\n", probability=0.1, nodes=frame).n_nodes == 2
    assert network_of("0,1\n", probability=0.1, nodes=frame, node="new_id").n_nodes == 2


@pytest.mark.parametrize("ids", [["n1", "n2"], ["1", "2"], [1, 2]])
def test_parquet(tmp_path, ids):
    """A Parquet file keeps the types of its labels."""
    path = tmp_path / "a.parquet"
    pd.DataFrame({"target": [ids[1]], "p": [0.25], "source": [ids[0]]}).to_parquet(path)
    network = read_network(path)
    assert arcs(network) == {(ids[0], ids[1]): 0.25}
    assert network.report.probability_source == "column 'p'"


def test_bad_parquet(tmp_path, monkeypatch):
    """Broken or empty Parquet, bad values in it, and a missing pyarrow are one sentence each."""
    path = tmp_path / "a.parquet"
    for frame, words in (
        (pd.DataFrame({"source": ["a"], "target": ["b"], "p": [1.5]}), "1.5 in row 0"),
        (pd.DataFrame({"source": ["a"], "target": [None], "p": [0.5]}), "no label in row 0"),
        (pd.DataFrame({"source": [1.5], "target": [2.0], "p": [0.5]}), "floating-point labels"),
        (pd.DataFrame({"source": ["a"], "p": [0.5]}), "no two columns"),
        (pd.DataFrame({"source": [], "target": []}), "no rows"),
    ):
        frame.to_parquet(path)
        with pytest.raises(InputError, match=words):
            read_network(path)
    path.write_bytes(b"PAR1 and nothing good")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read_network(path)
    monkeypatch.setattr(parquet, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'pip install "seeding\[parquet\]"'):
        read_network(path)


WRITERS = {".graphml": nx.write_graphml, ".gexf": nx.write_gexf}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("directed", [True, False])
def test_graph_files(tmp_path, suffix, directed):
    """Graph files keep direction, labels, isolated nodes, edge and node attributes."""
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_edge("@anna", "007", probability=0.25)
    graph.add_node("alone")
    nx.set_node_attributes(graph, {"@anna": 1.0, "007": 2.0, "alone": 3.0}, "worth")
    path = tmp_path / f"g{suffix}"
    WRITERS[suffix](graph, path)
    zipped = tmp_path / f"g{suffix}.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    expected = {("@anna", "007"): 0.25} | ({} if directed else {("007", "@anna"): 0.25})
    for place in (path, zipped):
        network = read_network(place, weights="worth")
        assert arcs(network) == expected
        assert dict(zip(network.labels, network.weights, strict=True)) == {"@anna": 1, "007": 2, "alone": 3}
    both = read_network(path, directed=False)
    assert arcs(both) == {("@anna", "007"): 0.25, ("007", "@anna"): 0.25}


@pytest.mark.parametrize("suffix", WRITERS)
def test_graph_files_with_integer_ids(tmp_path, suffix):
    """Ids that are all plain integers come out as integers, and join a node table of texts."""
    path = tmp_path / f"g{suffix}"
    WRITERS[suffix](nx.path_graph(3), path)
    network = read_network(path, probability=0.1)
    assert network.labels.tolist() == [0, 1, 2]
    people = pd.DataFrame({"node": ["0", "1", "2", "x"], "worth": [1, 2, 3, 4]})
    network = read_network(path, probability=0.1, nodes=people, node="node", weights="worth")
    assert dict(zip(network.labels, network.weights, strict=True)) == {"0": 1, "1": 2, "2": 3, "x": 4}
    with pytest.raises(InputError, match="no attribute 'worth'"):
        read_network(path, probability=0.1, weights="worth")


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("text", ["<graphml", "<other/>", "not xml at all"])
def test_broken_graph_files(network_of, suffix, text):
    """Broken XML, and XML of another kind, are refused in one sentence."""
    with pytest.raises(InputError, match=r"broken XML|not a readable"):
        network_of(text, f"g{suffix}")


def test_paths_that_are_no_files(tmp_path):
    """A missing file and a folder are named, whatever the format."""
    for suffix in (".csv", ".graphml", ".parquet", ".npz"):
        with pytest.raises(InputError, match="there is no file"):
            read_network(tmp_path / f"none{suffix}")
    with pytest.raises(InputError, match="is a folder"):
        read_network(tmp_path)
    with pytest.raises(InputError, match="decimal='x'"):
        read_network(tmp_path / "none.csv", decimal="x")


@pytest.mark.parametrize(
    ("name", "options", "n_nodes", "n_arcs"),
    [
        ("nethept/hep_WC.inf.gz", {}, 15233, 62752),
        ("nethept/hep_IC_0.1.inf.gz", {}, 15233, 62752),
        ("nethept/hep.txt.gz", {"directed": False, "probability": 0.01}, 15233, 62752),
        ("wiki-Vote/wiki-Vote.txt.gz", {"probability": "wc"}, 7115, 103689),
        ("twitch/ENGB_edges.csv", {"probability": "wc", "directed": False}, 7126, 70648),
    ],
)
def test_shared_data(shared_data, name, options, n_nodes, n_arcs):
    """Public data sets are read with the sizes their sources state."""
    network = read_network(shared_data / name, **options)
    assert (network.n_nodes, network.n_arcs) == (n_nodes, n_arcs)


def test_shared_instance_with_costs_is_refused(shared_data):
    """The published instance with costs behind its arcs is refused with its line."""
    with pytest.raises(InputError, match=r"line 2 .*not supported"):
        read_network(shared_data / "bimp-twitter" / "twitter_2000_cost.txt.gz")
