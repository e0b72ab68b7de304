"""The network: every way to make one gives the same arcs, labels and weights, and says what it did."""

from __future__ import annotations

import numpy as np
import oracle
import pandas as pd
import pytest
import scipy.sparse as sp
from small_graphs import random_graph

from seeding.errors import AssumptionWarning, InputError
from seeding.network.network import Network

LONG = [98765432109876541, 98765432109876542, 98765432109876543]


def arcs(network: Network) -> dict[tuple[object, object], float]:
    """List the arcs by label; checks that both directions hold the same."""
    labels = network.labels.tolist()
    out = {
        (labels[u], labels[v]): p
        for u, v, p in zip(network.out.rows(), network.out.indices, network.out.probability, strict=True)
    }
    into = {
        (labels[u], labels[v]): p
        for v, u, p in zip(network.into.rows(), network.into.indices, network.into.probability, strict=True)
    }
    assert out == into
    assert len(out) == network.n_arcs
    return out


@pytest.mark.parametrize("number", range(4))
def test_all_constructors_agree(number):
    """Arrays, a table, a networkx graph and a sparse matrix of the same graph give the same network."""
    import networkx as nx

    graph = random_graph(number)
    (u, v), p, w, nodes = np.array(graph.arcs).T, np.array(graph.p), np.array(graph.w), np.arange(graph.n)
    frame = pd.DataFrame({"source": u, "target": v, "probability": p})
    nx_graph = nx.DiGraph()
    nx_graph.add_nodes_from((node, {"audience": weight}) for node, weight in enumerate(graph.w))
    nx_graph.add_weighted_edges_from(zip(u.tolist(), v.tolist(), p.tolist(), strict=True), weight="p")
    networks = [
        Network.from_edges(u, v, p, nodes=nodes, weights=w),
        Network.from_pandas(frame, nodes=nodes, weights=dict(enumerate(graph.w))),
        Network.from_networkx(nx_graph, "p", weights="audience"),
        Network.from_scipy(sp.coo_array((p, (u, v)), shape=(graph.n, graph.n)), weights=w),
    ]
    expected = dict(zip(graph.arcs, graph.p, strict=True))
    for network in networks:
        assert arcs(network) == expected
        assert network.labels.tolist() == nodes.tolist()
        assert network.weights.tolist() == list(graph.w)
        assert network.total_weight == sum(graph.w)
        assert oracle.Graph.from_network(network).w == graph.w


def test_from_any_takes_what_holds_a_network():
    """A network, a graph, a table or a matrix is taken; anything else is refused by its kind."""
    import networkx as nx

    network = Network.from_edges([0], [1], 0.5)
    assert Network.from_any(network) is network
    assert arcs(Network.from_any(nx.DiGraph([(0, 1)]), 0.5)) == {(0, 1): 0.5}
    assert arcs(Network.from_any(pd.DataFrame({"source": [0], "target": [1], "p": [0.5]}))) == {(0, 1): 0.5}
    assert arcs(Network.from_any(sp.csr_array(np.array([[0, 0.5], [0, 0]])))) == {(0, 1): 0.5}
    assert arcs(Network.from_any(sp.csr_array(np.array([[0, 7], [0, 0]])), 0.5)) == {(0, 1): 0.5}
    for wrong in ([(0, 1)], "edges.csv", np.zeros((2, 2)), None):
        with pytest.raises(InputError, match=f"network is a {type(wrong).__name__}; pass a seeding.Network"):
            Network.from_any(wrong)
    with pytest.raises(InputError, match="already has probabilities"):
        Network.from_any(network, 0.1)


@pytest.mark.parametrize(
    "labels",
    [LONG, ["@anna", "=1+1", "Zoë"], [("x", 1), ("x", 2), ("y", 1)], [1, "2", ("1",)], ["007", "7", "07"]],
    ids=repr,
)
def test_labels_are_safe(labels):
    """Every label, of any kind, finds its own node and comes out unchanged."""
    a, b, c = labels
    network = Network.from_edges([a, b], [b, c], [0.25, 0.75])
    assert arcs(network) == {(a, b): 0.25, (b, c): 0.75}
    found = network.labels[network.index([c, a, b])].tolist()
    assert found == [c, a, b]
    assert [type(label) for label in found] == [type(label) for label in (c, a, b)]


@pytest.mark.parametrize("kind", [int, str, lambda x: (x, "a")], ids=["int", "str", "tuple"])
def test_row_order_does_not_matter(kind):
    """Any order of the rows (and of nodes) gives identical arrays."""
    generator = np.random.default_rng(0)
    graph = random_graph(5, n=9, m=40)
    rows = [(kind(u), kind(v), p) for (u, v), p in zip(graph.arcs, graph.p, strict=True)]
    weights = {kind(v): w for v, w in enumerate(graph.w)}

    def make(order: np.ndarray) -> Network:
        u, v, p = zip(*(rows[i] for i in order), strict=True)
        nodes = [kind(x) for x in generator.permutation(9).tolist()]
        return Network.from_edges(u, v, p, nodes=nodes, weights=weights)

    first = make(np.arange(40))
    for _ in range(5):
        other = make(generator.permutation(40))
        assert first.labels.equals(other.labels)
        assert np.array_equal(first.weights, other.weights)
        for one, two in ((first.out, other.out), (first.into, other.into)):
            assert all(np.array_equal(x, y) for x, y in zip(one, two, strict=True))


def test_direction_turns_influence_round():
    """In a file of "a follows b", influence flows from b to a."""
    network = Network.from_edges(
        ["fan", "fan"], ["star", "idol"], [0.1, 0.2], direction="follower_to_followed"
    )
    assert arcs(network) == {("star", "fan"): 0.1, ("idol", "fan"): 0.2}
    assert network.report.direction == "follower_to_followed"


def test_direction_decides_weighted_cascade():
    """In-degrees are counted along influence, not along the file's rows."""
    followers = Network.from_edges(
        ["f1", "f1", "f2"], ["a", "b", "a"], "wc", direction="follower_to_followed"
    )
    assert arcs(followers) == {("a", "f1"): 0.5, ("b", "f1"): 0.5, ("a", "f2"): 1.0}


def test_undirected_is_two_arcs():
    """Every row makes an arc each way with the row's probability, and the direction no longer matters."""
    for direction in ("source_to_target", "follower_to_followed"):
        network = Network.from_edges([0, 1], [1, 2], [0.1, 0.2], directed=False, direction=direction)
        assert arcs(network) == {(0, 1): 0.1, (1, 0): 0.1, (1, 2): 0.2, (2, 1): 0.2}
        assert network.report.rows == 2


def test_isolated_nodes_stay():
    """People named in nodes are there without any row, and people may all be without arcs."""
    network = Network.from_edges(["b"], ["a"], 0.1, nodes=["z", "a", "c"])
    assert network.labels.tolist() == ["a", "b", "c", "z"]
    assert np.diff(network.out.indptr).tolist() == [0, 1, 0, 0]
    alone = Network.from_edges([], [], 0.1, nodes=[3, 1])
    assert (alone.labels.tolist(), alone.n_arcs, alone.total_weight) == ([1, 3], 0, 2.0)
    assert alone.labels.dtype == np.int64
    assert "no arcs" in alone.summary()


def test_a_matrix_keeps_empty_rows_and_stored_zeros():
    """Rows without entries are people; a stored 0 is an arc of probability 0; labels name the rows."""
    matrix = sp.csr_array((np.array([0.0, 0.5]), np.array([1, 2]), np.array([0, 2, 2, 2, 2])), shape=(4, 4))
    network = Network.from_scipy(matrix, nodes=["d", "c", "b", "a"])
    assert arcs(network) == {("d", "c"): 0.0, ("d", "b"): 0.5}
    assert network.n_nodes == 4


@pytest.mark.parametrize(
    "kind", [sp.coo_array, sp.csr_array, sp.csc_array, sp.lil_array, sp.coo_matrix, sp.csr_matrix]
)
def test_any_sparse_matrix(kind):
    """Every sparse format, array or matrix, says the same: row u, column v."""
    network = Network.from_scipy(kind(np.array([[0, 0.1, 0.2], [0, 0, 0], [0.3, 0, 0]])))
    assert arcs(network) == {(0, 1): 0.1, (0, 2): 0.2, (2, 0): 0.3}


def test_self_loops_are_dropped_and_reported():
    """Self-loops go, with their probability, and the report counts them; or they are refused by row."""
    network = Network.from_edges([1, 2, 2, 3], [1, 3, 2, 3], [0.9, 0.5, 0.9, 0.9])
    assert arcs(network) == {(2, 3): 0.5}
    assert network.labels.tolist() == [1, 2, 3]
    assert network.report.self_loops_dropped == 3
    with pytest.raises(InputError, match=r"^row 1 is a self-loop of 3; remove it\.$"):
        Network.from_edges([1, 3], [2, 3], 0.1, self_loops="refuse")


def test_with_nodes_adds_people_without_arcs():
    """New people come after the others, without arcs and with weight 1; the network itself is unchanged."""
    network = Network.from_edges([1], [2], 0.5, nodes=[1, 2], weights=[3.0, 4.0])
    larger = network.with_nodes([2, 9, 8, 9])
    assert larger.labels.tolist() == [1, 2, 9, 8]
    assert larger.labels.dtype == np.int64
    assert larger.weights.tolist() == [3.0, 4.0, 1.0, 1.0]
    assert arcs(larger) == arcs(network) == {(1, 2): 0.5}
    assert network.n_nodes == 2
    assert network.with_nodes(["2"]) is network
    mixed = network.with_nodes(["@new"])
    assert mixed.index([1, "2", "@new"]).tolist() == [0, 1, 2]


def test_nothing_of_the_callers_is_changed():
    """Arrays, tables, graphs, matrices and mappings are left exactly as they were, and not kept."""
    source, target = np.array([2, 1, 1, 1]), np.array([3, 2, 2, 1])
    p, w = np.array([0.1, 0.2, 0.3, 0.4]), np.array([1.0, 2.0, 3.0])
    kept = [x.copy() for x in (source, target, p, w)]
    network = Network.from_edges(source, target, p, nodes=[1, 2, 3], weights=w)
    assert all(np.array_equal(x, y) for x, y in zip((source, target, p, w), kept, strict=True))
    p[:], w[:] = 0.9, 9.0
    assert network.weights.tolist() == [1.0, 2.0, 3.0]
    assert network.out.probability.max() < 0.5
    frame = pd.DataFrame({"source": source, "target": target, "p": kept[2]}, index=[5, 5, 7, 7])
    before = frame.copy(deep=True)
    Network.from_pandas(frame)
    pd.testing.assert_frame_equal(frame, before)
    matrix = sp.coo_array((kept[2].copy(), (source, target)), shape=(4, 4))
    Network.from_scipy(matrix)
    assert matrix.nnz == 4
    assert np.array_equal(matrix.data, kept[2])


def test_from_pandas_reads_the_columns_it_is_told():
    """Columns are found by name; `probability`, then `p`, is used unless told otherwise."""
    frame = pd.DataFrame({"a": ["x"], "b": ["y"], "p": [0.5], "probability": [0.25], "wc": [0.75]})
    read = {"source": "a", "target": "b"}
    assert arcs(Network.from_pandas(frame, **read)) == {("x", "y"): 0.25}
    assert arcs(Network.from_pandas(frame.drop(columns="probability"), **read)) == {("x", "y"): 0.5}
    assert arcs(Network.from_pandas(frame, **read, probability="wc")) == {("x", "y"): 0.75}
    assert arcs(Network.from_pandas(frame, **read, probability=0.125)) == {("x", "y"): 0.125}
    with pytest.warns(AssumptionWarning, match="weighted cascade"):
        assumed = Network.from_pandas(frame[["a", "b"]], **read)
    assert arcs(assumed) == {("x", "y"): 1.0}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Network.from_pandas([(1, 2)]), r"frame is a list; pass a pandas DataFrame"),
        (lambda: Network.from_pandas(pd.DataFrame({"x": [1]})), r"no column 'source'; the columns are 'x'"),
        (
            lambda: Network.from_pandas(pd.DataFrame({"source": [1], "target": [2]}), probability="weight"),
            r"probability='weight' is neither a column \('source', 'target'\) nor a rule \('trivalency'",
        ),
        (lambda: Network.from_scipy(np.eye(3)), r"matrix is a ndarray; pass a scipy sparse matrix"),
        (lambda: Network.from_scipy(sp.coo_array((2, 3))), r"matrix is 2×3; it must be square"),
        (lambda: Network.from_scipy(sp.eye_array(3), nodes=["a"]), r"1 labels for 3 rows"),
        (lambda: Network.from_scipy(sp.csr_array(np.array([[0, -1.0], [0, 0]]))), r"-1\.0 in row 0 is not"),
        (
            lambda: Network.from_edges([1], [2], 0.1, direction="up"),
            r"direction='up' is not understood; choose",
        ),
        (
            lambda: Network.from_edges([1], [2], 0.1, parallel="sum"),
            r"parallel='sum' is not .*'noisy_or', 'max'",
        ),
        (
            lambda: Network.from_edges([1], [2], 0.1, self_loops="keep"),
            r"self_loops='keep' is not understood",
        ),
        (lambda: Network.from_edges([1], [2], "tv", rng=-1), r"rng=-1 is negative"),
        (lambda: Network.from_edges([1], [2], 0.1).index([3]), r"label 3 is not in the network"),
        (lambda: Network.from_edges([1], [2], 0.1).index("1"), r"labels is one text, '1'"),
    ],
)
def test_bad_input_gets_one_sentence(call, said):
    """Wrong kinds, columns, shapes, words and labels are refused with the value and the fix."""
    with pytest.raises(InputError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert "np." not in str(caught.value)
    assert caught.value.exit_code == 2


def test_repr_is_short():
    """The repr counts nodes and arcs."""
    assert repr(Network.from_edges([1], [2], 0.1)) == "Network(2 nodes, 1 arcs)"
