"""What a caller gives to make a network: parallel arcs, probabilities and weights by stated rules."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from seeding.errors import AssumptionWarning, InputError
from seeding.network import Network

PARALLEL = {"source": ["a", "a", "a", "b"], "target": ["b", "b", "b", "a"], "p": [0.5, 0.2, 0.5, 0.1]}


def make(probability: object, **options: object) -> Network:
    """Make the network of three parallel arcs a→b and one arc b→a."""
    return Network.from_edges(PARALLEL["source"], PARALLEL["target"], probability, **options)


def test_parallel_arcs_merge_by_noisy_or():
    """By default each parallel arc is a further chance: 1 − Π(1 − p)."""
    network = make(PARALLEL["p"])
    assert network.out.probability.tolist() == [pytest.approx(1 - 0.5 * 0.8 * 0.5, abs=1e-15), 0.1]
    assert (network.report.parallel_merged, network.report.parallel_rule) == (2, "noisy_or")


def test_parallel_arcs_merge_by_maximum():
    """On demand only the likeliest counts."""
    network = make(PARALLEL["p"], parallel="max")
    assert network.out.probability.tolist() == [0.5, 0.1]
    assert (network.report.parallel_merged, network.report.parallel_rule) == (2, "max")


def test_parallel_arcs_can_be_refused():
    """On demand they are an error that names the first; distinct arcs pass."""
    with pytest.raises(InputError, match=r"^2 arcs are repeated, first 'a' → 'b'; remove them or choose"):
        make(PARALLEL["p"], parallel="refuse")
    with pytest.raises(InputError, match=r"^1 arcs are repeated, first 2 → 9;"):
        Network.from_edges([1, 2, 1, 2], [2, 9, 9, 9], 0.1, parallel="refuse")
    assert Network.from_edges([1, 2], [2, 1], 0.1, parallel="refuse").n_arcs == 2


@pytest.mark.parametrize("kind", [sp.coo_array, sp.coo_matrix])
def test_a_matrix_never_sums_parallel_arcs(kind):
    """Entries stored twice in a COO or CSR matrix are parallel arcs, not summed probabilities."""
    matrix = kind((np.array([0.5, 0.5, 0.6]), ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    assert Network.from_scipy(matrix).out.probability.tolist() == [0.75, 0.6]
    assert Network.from_scipy(matrix, parallel="max").out.probability.tolist() == [0.5, 0.6]
    rows = sp.csr_array((np.array([0.9, 0.9]), np.array([1, 1]), np.array([0, 2, 2])), shape=(2, 2))
    assert Network.from_scipy(rows).out.probability.tolist() == [pytest.approx(0.99)]


@pytest.mark.parametrize("parallel", ["noisy_or", "max"])
def test_a_number_is_given_to_distinct_arcs(parallel):
    """A number or a rule is given after merging: parallel rows do not raise it."""
    assert make(0.3, parallel=parallel).out.probability.tolist() == [0.3, 0.3]
    assert make("wc", parallel=parallel).out.probability.tolist() == [1.0, 1.0]
    levels = make("tv", parallel=parallel, rng=3).out.probability
    assert levels.tolist() == Network.from_edges(["a", "b"], ["b", "a"], "tv", rng=3).out.probability.tolist()
    assert make(0.3).report.parallel_merged == 2


def test_an_undirected_edge_listed_both_ways_is_parallel():
    """An undirected file that lists each edge twice has its rows merged, and says so."""
    with pytest.warns(AssumptionWarning, match="listed both ways"):
        network = Network.from_edges([0, 1], [1, 0], [0.5, 0.5], directed=False)
    assert network.out.probability.tolist() == [0.75, 0.75]
    assert network.report.parallel_merged == 2
    assert Network.from_edges([0, 1], [1, 0], 0.5, directed=False).out.probability.tolist() == [0.5, 0.5]


def test_no_probabilities_is_an_assumption_said_aloud():
    """Without probabilities the weighted cascade is assumed with a warning; saying it stops the warning."""
    with pytest.warns(
        AssumptionWarning, match='no probabilities were given, so the weighted cascade .* "trival'
    ):
        assumed = make(None)
    assert "assumed" in assumed.report.probability_source
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make("wc").out.probability.tolist() == assumed.out.probability.tolist()


@pytest.mark.parametrize("p", [0.25, np.float32(0.25), 0, 1, np.int64(1)])
def test_a_number_of_any_kind(p):
    """Python and NumPy numbers are one probability for all arcs; 0 and 1 are allowed."""
    assert make(p).out.probability.tolist() == [float(p)] * 2


@pytest.mark.parametrize("boxed", [list, tuple, np.array, pd.Series, pd.array])
def test_values_per_row_of_any_kind(boxed):
    """One value per row may be a list, tuple, array or Series."""
    assert make(boxed([0.1, 0.0, 0.0, 1.0])).out.probability.tolist() == [pytest.approx(0.1), 1.0]


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.5, r"probability=1\.5 is not a probability"),
        (-0.1, r"probability=-0\.1 is not a probability"),
        (float("nan"), r"probability=nan is not a probability"),
        (True, r"probability=True is not a number, a rule or one value per row"),
        ({"a": 1}, r"is not a number, a rule or one value per row"),
        (
            "weighted",
            r"probability='weighted' is no rule and no column here; the rules are 'trivalency', 'weigh",
        ),
        ([0.1, 0.2], r"probability has 2 values for 4 rows"),
        ([[0.1]] * 4, r"probability is not one value per row; give a flat list"),
        ([0.1, [0.1], 0.1, 0.1], r"probability is not one value per row"),
        ([0.1, 2.0, 0.1, 3.0], r"probability 2\.0 in row 1 is not .*\(2 are not\)"),
        ([0.1, 0.1, float("nan"), 0.1], r"probability nan in row 2 is not"),
        ([0.1, 0.1, None, 0.1], r"probability nan in row 2 is not"),
        (["0.1", "lots", "0.1", "0.1"], r"values that are not numbers, such as 'lots'"),
    ],
)
def test_bad_probabilities(probability, said):
    """Out of range, missing, the wrong number or kind of values: one sentence, with the row."""
    with pytest.raises(InputError, match=said) as caught:
        make(probability)
    assert "\n" not in str(caught.value)


def test_weights_default_to_one():
    """Everyone counts as 1 unless weights are given."""
    network = make(0.1)
    assert network.weights.tolist() == [1.0, 1.0]
    assert network.weights.dtype == np.float64
    assert network.report.weight_source == "1 for everyone"


@pytest.mark.parametrize(
    "weights",
    [{"b": 2, "a": 0.5}, {"a": 0.5, "b": 2, "stranger": 9}, pd.Series([2, 0.5], index=["b", "a"])],
    ids=["mapping", "more than needed", "series"],
)
def test_weights_by_label(weights):
    """A mapping or Series is matched by label, not by position."""
    assert make(0.1, weights=weights).weights.tolist() == [0.5, 2.0]


def test_weights_by_label_match_as_labels_do():
    """Weights of a file's text ids find integer nodes, and tuples of any length are labels."""
    assert Network.from_edges([1], [2], 0.1, weights={"2": 5, "1": 4}).weights.tolist() == [4.0, 5.0]
    weights = {("a", 1): 1.0, ("b",): 2.0}
    assert Network.from_edges([("a", 1)], [("b",)], 0.1, weights=weights).weights.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("boxed", [list, np.array, tuple])
def test_weights_in_the_order_of_nodes(boxed):
    """An array goes with `nodes`, whatever order the network keeps."""
    network = make(0.1, nodes=["c", "b", "a"], weights=boxed([3.0, 2.0, 1.0]))
    assert dict(zip(network.labels, network.weights.tolist(), strict=True)) == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert network.total_weight == 6.0


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"a": 1}, r"weights has no value for 'b'; it must name every node"),
        ({}, r"weights has no value for 'a', 'b'"),
        ({"a": 1, "b": -2}, r"the weight of 'b' is -2\.0; weights must be numbers of 0 or more"),
        ({"a": float("nan"), "b": 1}, r"the weight of 'a' is nan"),
        ({"a": None, "b": 1}, r"the weight of 'a' is nan"),
        ({"a": float("inf"), "b": 1}, r"the weight of 'a' is inf"),
        ({"a": "much", "b": 1}, r"weights holds values that are not numbers"),
        ({"a": 0, "b": 0}, r"all node weights are 0, so nobody counts"),
        ({"a": 1e308, "b": 1e308}, r"the weight of 'a' is 1e\+308; weights must be 0, or numbers"),
        (pd.Series([1, 2, 3], index=["a", "a", "b"]), r"weights names 'a' twice; give each label one weight"),
        ([1.0, 2.0], r"weights has 2 values; give one for each label in nodes="),
        (5, r"weights has 1 values"),
    ],
)
def test_bad_weights(weights, said):
    """Missing, negative, NaN, infinite, wordy or ambiguous weights are refused by label."""
    with pytest.raises(InputError, match=said) as caught:
        make(0.1, weights=weights)
    assert "\n" not in str(caught.value)


def test_weights_need_every_node_named():
    """An array whose `nodes` leave out someone in the arcs is refused."""
    with pytest.raises(InputError, match=r"weights has 1 values; .* must then name every node"):
        make(0.1, nodes=["a"], weights=[1.0])
    with pytest.raises(InputError, match=r"the weight of 2 is -1\.0;"):
        Network.from_edges([1], [2], 0.1, nodes=[1, 2], weights=[1, -1])


@pytest.mark.parametrize(
    ("source", "target", "nodes", "said"),
    [
        ([1, 2], [3], None, r"source has 2 rows and target 1; they must match"),
        ([], [], None, r"the network has no nodes; give at least one arc or one label in nodes"),
        ([], [], [], r"the network has no nodes"),
        ([1], [2], [1, 2, 1], r"nodes names 1 twice; give each label once"),
        (["a", None], ["b", "c"], None, r"source has no label in row 1"),
        ([1], [2.5], None, r"target holds floating-point labels"),
        ([1], [2], 7, r"nodes=7 is not a list of labels"),
        ("ab", "cd", None, r"source is one text, 'ab'"),
    ],
)
def test_bad_rows(source, target, nodes, said):
    """Lists of different length, empty ones, duplicates and missing labels are refused in one sentence."""
    with pytest.raises(InputError, match=said) as caught:
        Network.from_edges(source, target, 0.1, nodes=nodes)
    assert "np." not in str(caught.value)
