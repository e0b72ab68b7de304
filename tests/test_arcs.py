"""What is known of arcs: in the order of the arcs, however a network is made, and to file and back."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

import seeding as sd
from seeding.errors import InputError

ROWS = pd.DataFrame(
    {
        "source": ["c", "a", "b", "a", "c", "b"],
        "target": ["a", "c", "b", "b", "b", "a"],
        "p": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        "delay": [1, 2, 3, 4, 5, 6],
        "kind": ["x", "y", "x", None, "y", "x"],
        "p_sport": [0.25, 1e-7, 0.5, 0.30000000000000004, 0.0, 1.0],
    }
)
# The rows by source and target, without the self-loop.
EXPECTED = {("a", "b"): 4, ("a", "c"): 2, ("b", "a"): 6, ("c", "a"): 1, ("c", "b"): 5}


def delays(network: sd.Network) -> dict:
    """Read the delay of each arc."""
    sources = np.asarray(network.labels)[network.out.rows()]
    targets = np.asarray(network.labels)[network.out.indices]
    values = [int(value) for value in network.arcs["delay"]]
    return dict(zip(zip(sources.tolist(), targets.tolist(), strict=True), values, strict=True))


def check(network: sd.Network) -> None:
    """Check all that is known of the arcs of the rows above."""
    assert delays(network) == EXPECTED
    assert network.arcs["kind"].isna().tolist() == [True, False, False, False, False]
    assert network.arcs["kind"].iloc[1:].tolist() == ["y", "x", "x", "y"]
    assert network.arcs["p_sport"].tolist() == [0.30000000000000004, 1e-7, 1.0, 0.25, 0.0]
    assert network.out.probability.tolist() == [0.4, 0.2, 0.6, 0.1, 0.5]


def test_from_edges_and_pandas():
    """One row per arc in the order of `out`: a mapping, a DataFrame, names or all; nothing unasked."""
    kept = ["delay", "kind", "p_sport"]
    columns = {name: ROWS[name].tolist() for name in kept}
    check(sd.Network.from_edges(ROWS["source"], ROWS["target"], ROWS["p"], columns=columns))
    check(sd.Network.from_edges(ROWS["source"], ROWS["target"], ROWS["p"], columns=ROWS[kept]))
    check(sd.Network.from_pandas(ROWS, columns=kept))
    every = sd.Network.from_pandas(ROWS, columns=True)
    check(every)
    assert every.arcs.columns.tolist() == kept
    assert sd.Network.from_pandas(ROWS, columns="delay").arcs.columns.tolist() == ["delay"]
    assert sd.Network.from_pandas(ROWS).arcs is None
    assert sd.Network.from_edges(ROWS["source"], ROWS["target"], ROWS["p"], columns={}).arcs is None


@pytest.mark.parametrize("number", range(5))
def test_random_rows_keep_their_values(number):
    """Turned round, both ways, shuffled: each arc has the value of its row."""
    random = np.random.default_rng(number)
    n = 12
    pairs = [(u, v) for u in range(n) for v in range(u)]
    chosen = random.permutation(len(pairs))[:30]
    u, v = np.array([pairs[at] for at in chosen]).T
    value = random.integers(0, 1000, 30)
    given = {(int(a), int(b)): int(x) for a, b, x in zip(u, v, value, strict=True)}
    back = {(b, a): x for (a, b), x in given.items()}
    options = {"columns": {"delay": value}}
    assert delays(sd.Network.from_edges(u, v, 0.5, **options)) == given
    turned = sd.Network.from_edges(u, v, 0.5, direction="follower_to_followed", **options)
    assert delays(turned) == back
    assert delays(sd.Network.from_edges(u, v, value / 1000, directed=False, **options)) == given | back
    network = sd.Network.from_edges(u, v, 0.5, **options)
    in_order = {
        (int(a), int(b)): int(network.arcs["delay"].iloc[at])
        for at, (a, b) in enumerate(zip(network.out.rows(), network.out.indices, strict=True))
    }
    assert in_order == given


def test_the_network_is_the_same_with_and_without():
    """Columns change neither arcs nor probabilities, bit for bit."""
    plain, known = sd.Network.from_pandas(ROWS), sd.Network.from_pandas(ROWS, columns=True)
    for ours, theirs in zip((*plain.out, *plain.into), (*known.out, *known.into), strict=True):
        assert ours.tobytes() == theirs.tobytes()
    assert plain.report == known.report


def test_other_networks_of_it_keep_them():
    """Further people, columns of people and an audience leave the arcs as they are."""
    network = sd.Network.from_pandas(ROWS, columns=True)
    check(network.with_nodes(["z"]))
    people = network.with_people(pd.DataFrame({"age": [1, 2]}, index=["a", "b"]))
    check(people)
    check(people.with_audience("age < 2"))
    scipy_rows = scipy.sparse.coo_matrix(([0.1, 0.2], ([1, 0], [0, 1])))
    assert sd.Network.from_scipy(scipy_rows, columns={"delay": [7, 8]}).arcs["delay"].tolist() == [8, 7]


def test_attributes_of_a_graph(tmp_path):
    """Edge attributes by name, missing where an edge has none; GraphML too."""
    graph = nx.DiGraph()
    for row in ROWS.to_dict("records"):
        known = {name: row[name] for name in ("p", "delay", "p_sport")} | (
            {} if row["kind"] is None else {"kind": row["kind"]}
        )
        graph.add_edge(row["source"], row["target"], **known)
    network = sd.Network.from_networkx(graph, columns=["delay", "kind", "p_sport"])
    check(network)
    check(sd.Network.from_networkx(graph, columns=True))
    assert sorted(sd.Network.from_networkx(graph, columns=True).arcs) == ["delay", "kind", "p_sport"]
    nx.write_graphml(graph, tmp_path / "graph.graphml")
    check(sd.read_network(tmp_path / "graph.graphml", columns=["delay", "kind", "p_sport"]))
    undirected = nx.Graph()
    undirected.add_edge("a", "b", delay=3)
    assert delays(sd.Network.from_networkx(undirected, 0.5, columns="delay")) == {
        ("a", "b"): 3,
        ("b", "a"): 3,
    }


@pytest.mark.parametrize("kind", ["csv", "semicolon", "parquet", "npz"])
def test_files(tmp_path, kind):
    """Every format keeps them; texts become numbers whatever their digits; a .npz keeps them unasked."""
    kept = ["delay", "kind", "p_sport"]
    path = tmp_path / f"arcs.{'csv' if kind == 'semicolon' else kind}"
    if kind == "csv":
        ROWS.to_csv(path, index=False)
    elif kind == "semicolon":
        ROWS.to_csv(path, index=False, sep=";", decimal=",")
    elif kind == "parquet":
        ROWS.to_parquet(path, index=False)
    else:
        sd.write_network(sd.Network.from_pandas(ROWS, columns=kept), path)
    decimal = {"decimal": ","} if kind == "semicolon" else {}
    network = sd.read_network(path, columns=kept, **decimal)
    check(network)
    every = sd.read_network(path, columns=True, **decimal)
    assert every.arcs.equals(network.arcs)
    assert sd.read_network(path, columns=["delay"], **decimal).arcs.columns.tolist() == ["delay"]
    assert (sd.read_network(path, **decimal).arcs is None) == (kind != "npz")
    sd.write_network(network, tmp_path / "again.npz")
    again = sd.read_network(tmp_path / "again.npz")
    check(again)
    assert str(again.arcs["delay"].dtype) == "int64"


def test_parallel_arcs_are_refused_by_name():
    """Nobody knows which of two values an arc has."""
    options = {"columns": {"delay": [1, 2, 3]}}
    with pytest.raises(InputError, match=r"1 arcs are repeated .'a' → 'b'., so that the columns 'delay'"):
        sd.Network.from_edges(["a", "a", "b"], ["b", "b", "c"], 0.5, **options)
    with pytest.raises(InputError, match=r"repeated .'a' → 'b', 'b' → 'a'."):
        sd.Network.from_edges(["a", "b", "b"], ["b", "a", "c"], 0.5, directed=False, **options)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"delay": [1, 2]}, "column 'delay' has 2 values for 3 rows"),
        ({"delay": 3}, "column 'delay' is not one value per row"),
        ({"delay": "abc"}, "column 'delay' is not one value per row"),
        ([1, 2, 3], "columns is a list"),
        (pd.DataFrame([[1, 2]] * 3, columns=["x", "x"]), "columns has 'x' twice"),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns, said):
    """One sentence with the column and the rule."""
    with pytest.raises(InputError, match=said):
        sd.Network.from_edges(["a", "b", "c"], ["b", "c", "a"], 0.5, columns=columns)


def test_unknown_columns_are_refused(tmp_path):
    """The columns there are stand in the message."""
    path = tmp_path / "arcs.csv"
    ROWS.to_csv(path, index=False)
    with pytest.raises(InputError, match=r"columns names 'speed', but .* its columns are .*'delay'"):
        sd.read_network(path, columns=["speed"])
    with pytest.raises(InputError, match="columns names 'speed', but the DataFrame"):
        sd.Network.from_pandas(ROWS, columns="speed")
    sd.write_network(sd.Network.from_pandas(ROWS, columns=True), tmp_path / "n.npz")
    with pytest.raises(InputError, match="columns names 'speed'"):
        sd.read_network(tmp_path / "n.npz", columns=["speed"])
    with pytest.raises(InputError, match="columns names 'speed', but the graph"):
        sd.Network.from_networkx(nx.DiGraph([(0, 1)]), 0.5, columns=["speed"])


def test_npz_refuses_objects_in_them(tmp_path):
    """As of people, columns of anything but numbers, truth values and texts are refused by name."""
    network = sd.Network.from_edges(["a"], ["b"], 0.5, columns={"tags": pd.Series([{1, 2}])})
    with pytest.raises(InputError, match="column 'tags' of the arcs holds"):
        sd.write_network(network, tmp_path / "network.npz")


def test_a_column_as_numbers():
    """Texts that are numbers count as such; what is none is refused with the arc's name."""
    network = sd.Network.from_edges(
        ["a", "b", "c"],
        ["b", "c", "a"],
        0.5,
        columns={"good": ["1e-2", "0.5", "1"], "bad": [0.5, np.nan, 2.0], "high": [0.1, 1.5, 0.2]},
    )
    assert network.arc_numbers("good").tolist() == [0.01, 0.5, 1.0]
    assert network.arc_numbers("high").tolist() == [0.1, 1.5, 0.2]
    with pytest.raises(InputError, match=r"arc 'b' → 'c' has the high 1.5; it must be a number from 0 to 1"):
        network.arc_numbers("high", most=1.0)
    with pytest.raises(InputError, match="arc 'b' → 'c' has no bad"):
        network.arc_numbers("bad")
    with pytest.raises(InputError, match=r"no column 'none' .they have 'good'"):
        network.arc_numbers("none")
    with pytest.raises(InputError, match="nothing is known of the arcs"):
        sd.Network.from_edges(["a"], ["b"], 0.5).arc_numbers("delay")


def test_other_probabilities():
    """A column or an array in the order of `out` takes the place of the probabilities, both ways."""
    network = sd.Network.from_pandas(ROWS, columns=True)
    other = network.with_probability("p_sport")
    assert other.out.probability.tolist() == network.arcs["p_sport"].tolist()
    expected = sd.Network.from_pandas(ROWS, probability="p_sport")
    assert other.into.probability.tolist() == expected.into.probability.tolist()
    assert other.report.probability_source == "arc column 'p_sport'"
    assert network.with_probability(np.zeros(5)).out.probability.tolist() == [0.0] * 5
    with pytest.raises(InputError, match="4 values for 5 arcs"):
        network.with_probability(np.zeros(4))
    with pytest.raises(InputError, match="delay"):
        network.with_probability("delay")
