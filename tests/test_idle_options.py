"""Options that can have no effect are refused, in Python and at the command."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from seeding.cli import main
from seeding.errors import InputError
from seeding.io.networks import read_network
from seeding.io.npz import write_network
from seeding.network.network import Network


@pytest.fixture
def files(tmp_path):
    """Write a small network in every format."""
    graph = nx.DiGraph([("ann", "bob")])
    nx.write_graphml(graph, tmp_path / "a.graphml")
    nx.write_gexf(graph, tmp_path / "a.gexf")
    nx.write_graphml(graph.to_undirected(), tmp_path / "u.graphml")
    pd.DataFrame({"source": ["ann"], "target": ["bob"]}).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("source,target\nann,bob\n")
    (tmp_path / "people.csv").write_text("node;age\nann;1,5\nbob;2\n")
    (tmp_path / "seeds.csv").write_text("candidate\nann\n")
    write_network(Network.from_edges(["ann"], ["bob"], 0.5), tmp_path / "a.npz")
    return tmp_path


NPZ = {
    "node": "x", "separator": ",", "header": True, "decimal": ".", "direction": "source_to_target",
    "directed": False, "parallel": "max", "self_loops": "refuse", "source": "a",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.csv", {"node": "x"}),
        ("a.csv", {"directed": False, "direction": "source_to_target"}),
        ("u.graphml", {"direction": "follower_to_followed"}),
        *(("a.npz", {name: value}) for name, value in NPZ.items()),
        *((f"a.{kind}", {name: "a"}) for kind in ("graphml", "gexf") for name in ("source", "target")),
        *((f"a.{kind}", {"separator": ";"}) for kind in ("graphml", "gexf", "parquet")),
        *((f"a.{kind}", {"header": False}) for kind in ("graphml", "gexf", "parquet")),
        *((f"a.{kind}", {"decimal": ","}) for kind in ("graphml", "gexf", "parquet")),
    ],
)
def test_arguments_without_effect(files, name, options):
    """The argument is named in one sentence, before anything is read."""
    extra = {} if name == "a.npz" else {"probability": 0.5}
    with pytest.raises(InputError, match=f"{next(iter(options))}=|directed=False"):
        read_network(files / name, **extra, **options)


def test_a_plain_list_has_no_columns(files):
    """A list of labels has no column to choose."""
    with pytest.raises(InputError, match="node='x' names a column, but nodes= is a plain list"):
        read_network(files / "a.csv", probability=0.5, nodes=["ann"], node="x")


@pytest.mark.parametrize("name", ["a.graphml", "a.parquet"])
def test_what_the_node_table_needs(files, name):
    """Where the table of people is a text, what says how it is written has an effect."""
    network = read_network(
        files / name, probability=0.5, nodes=files / "people.csv", separator=";", decimal=","
    )
    assert network.people["age"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inspect", "a.csv", "--node-column", "x"), "--node-column is given without --nodes"),
        (("inspect", "a.graphml", "--source", "a"), "so --source has no effect"),
        (("inspect", "a.graphml", "--separator", ";"), "so --separator has no effect"),
        (("inspect", "a.graphml", "--header", "no"), "so --header has no effect"),
        (("inspect", "a.graphml", "--decimal", ","), "so --decimal has no effect"),
        (("inspect", "a.graphml", "--node-column", "x"), "no node attribute 'x' for --node-column"),
        (("inspect", "a.npz", "--undirected"), "so --undirected has no say"),
        (
            ("inspect", "a.csv", "--undirected", "--direction", "source_to_target"),
            "--direction and --undirected",
        ),
        (("inspect", "a.csv", "--missing", "add"), "--missing is given without --roster"),
        (
            ("optimize", "a.csv", "-k", "1", "--budget-on", "expected"),
            "--budget-on is given without --roster",
        ),
        (("optimize", "a.csv", "-k", "1", "--tie", "ours"), "--tie is given without --rivals"),
        (("optimize", "a.csv", "-k", "1", "--spreadsheet"), "--spreadsheet is given without --out"),
        (
            ("reach", "a.csv", "--seeds", "seeds.csv", "--worlds", "9", "--precision", "0.1"),
            "--precision and --worlds are both given",
        ),
    ],
)
def test_options_without_effect(files, monkeypatch, capsys, words, said):
    """The command refuses them in its own words, with exit code 2."""
    monkeypatch.chdir(files)
    assert main(words if "npz" in words[1] else (*words, "-p", "0.5")) == 2
    assert said in capsys.readouterr().err
