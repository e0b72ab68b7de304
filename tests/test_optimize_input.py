"""Bad input to `optimize`: one clear sentence of ours, before any long work."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.errors import InfeasibleError, InputError

NAN = float("nan")


@pytest.fixture(autouse=True)
def no_work(monkeypatch) -> None:
    """Make any sampling or simulation a failure: bad input must be found before it."""

    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("long work began before the input was checked")

    monkeypatch.setattr(Workers, "map", refuse)


@pytest.fixture
def network() -> sd.Network:
    """Build two creators with two followers."""
    return sd.Network.from_edges(["@ann", "@ann", "@bo"], ["x", "y", "y"], 0.5)


def assert_one_sentence(error: Exception) -> None:
    """Check that a message is a single line that ends like a sentence, without a traceback's words."""
    message = str(error)
    assert "\n" not in message
    assert message.endswith((".", "?"))
    assert 20 < len(message) < 400
    assert "Error" not in message


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({}, "neither budget nor k"),
        ({"k": 0}, "k=0 is not a whole number of 1 or more"),
        ({"k": -2}, "k=-2"),
        ({"k": 1.5}, r"k=1\.5"),
        ({"k": True}, "k=True"),
        ({"k": 5}, "k=5 is more than the 4 candidates"),
        ({"budget": NAN}, "budget nan is not a finite amount"),
        ({"budget": -1}, "budget -1 is negative"),
        ({"budget": "lots"}, "budget 'lots' is not an amount of money"),
        ({"budget": True}, "budget True"),
        ({"k": 1, "gap": 0}, "gap=0 is out of range"),
        ({"k": 1, "gap": 1}, "gap=1"),
        ({"k": 1, "gap": NAN}, "gap=nan"),
        ({"k": 1, "gap": "5%"}, "gap='5%'"),
        ({"k": 1, "delta": 0}, "delta=0"),
        ({"k": 1, "delta": 1.0}, r"delta=1\.0"),
        ({"k": 1, "delta": None}, "delta=None"),
        ({"k": 1, "precision": 0}, "precision=0"),
        ({"k": 1, "precision": -0.1}, r"precision=-0\.1"),
        ({"k": 1, "precision": True}, "precision=True"),
        ({"k": 1, "time_limit": 0}, "time_limit=0"),
        ({"k": 1, "time_limit": "1h"}, "time_limit='1h'"),
        ({"k": 1, "memory_limit": "lots"}, "memory_limit='lots'"),
        ({"k": 1, "memory_limit": 0}, "memory_limit=0"),
        ({"k": 1, "method": "best"}, "method='best' is not understood.*'auto', 'celf', 'ris', 'exact'"),
        ({"k": 1, "method": None}, "method=None"),
        ({"k": 1, "model": "ic"}, "model='ic' is not a diffusion model"),
        ({"k": 1, "constraints": ["at most 3 nano"]}, "is not a rule"),
        ({"k": 1, "constraints": None}, "constraints=None"),
        ({"k": 1, "rng": -1}, "rng=-1 is negative"),
        ({"k": 1, "rng": "seed"}, "rng='seed'"),
        ({"k": 1, "rng": np.random.RandomState(1)}, "rng=.*is not understood"),
        ({"k": 1, "threads": 0}, "threads=0"),
        ({"k": 1, "threads": 2.0}, r"threads=2\.0"),
        ({"k": 1, "executor": 4}, "executor=4 has no submit"),
        ({"k": 1, "progress": "yes"}, "progress='yes'"),
        ({"k": 1, "probability": 0.5}, "the network already has probabilities"),
    ],
)
def test_arguments_out_of_range(network, keywords, said):
    """Each is refused with its value and the rule."""
    with pytest.raises(InputError, match=said) as caught:
        sd.optimize(network, **keywords)
    assert_one_sentence(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ({"@ann": 1, "@cleo": 2}, r"1 of 2 candidates are not in the network: '@cleo' \(rows 1\)"),
        ({"@ann": -5}, "'@ann' .*negative cost"),
        ({"@ann": None}, "'@ann' .*no cost"),
        ({"@ann": NAN}, "'@ann' .*no cost"),
        ({"@ann": "free"}, "cost of '@ann' .*'free'"),
        ({}, "the roster is empty"),
        ("nowhere.csv", "roster='nowhere.csv' names no file"),
        (["@ann"], "roster is a list"),
        (pd.DataFrame({"candidate": ["@ann", "@bo", "@ann"], "cost": [1, 2, 3]}), "'@ann' more than once"),
        (pd.DataFrame({"who": ["@ann"], "cost": [1]}), "no candidate column"),
        (pd.DataFrame({"candidate": ["@ann"], "rate": [1]}), "no cost column"),
    ],
)
def test_bad_rosters(network, roster, said):
    """Rows that cannot be used are named."""
    with pytest.raises(InputError, match=said) as caught:
        sd.optimize(network, roster, budget=100)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("nowhere.csv", "network='nowhere.csv' names no file"),
        ("", "network='' is empty"),
        (None, "network is a NoneType"),
        ([("a", "b")], "network is a list"),
        (np.eye(3), "network is a ndarray"),
        (nx.DiGraph(), "no nodes"),
        (pd.DataFrame({"source": [], "target": []}), "no nodes"),
        (pd.DataFrame({"name": ["a"], "age": [3]}), "a list of influencers"),
    ],
)
@pytest.mark.filterwarnings("ignore:no probabilities were given")
def test_what_is_no_network(graph, said):
    """Something else than a network, and a network of nobody, are refused."""
    with pytest.raises(InputError, match=said) as caught:
        sd.optimize(graph, k=1)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("probability", [-0.1, 1.5, NAN, "no_such_attribute", "text"])
def test_bad_probabilities(probability):
    """A probability outside 0 … 1, or that is not there, never quietly becomes another."""
    graph = nx.DiGraph()
    graph.add_edge("a", "b", text="high")
    with pytest.raises(InputError) as caught:
        sd.optimize(graph, k=1, probability=probability)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("values", [[0.5, -0.1], [0.5, 1.01], [0.5, NAN]])
def test_bad_probabilities_in_a_column(values):
    """The row with the wrong probability is named."""
    arcs = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "p": values})
    with pytest.raises(InputError, match="row 1") as caught:
        sd.optimize(arcs, k=1)
    assert_one_sentence(caught.value)


def test_budget_below_the_cheapest(network):
    """The error says the cheapest price, and the command ends with code 3."""
    with pytest.raises(InfeasibleError, match=r"'@bo' at 99\.50") as caught:
        sd.optimize(network, {"@ann": 100, "@bo": 99.5}, budget=99)
    assert_one_sentence(caught.value)
    assert caught.value.exit_code == 3


def test_nothing_is_left_open_after_bad_input(network):
    """A listener is closed even when a later argument turns out wrong."""

    class Listener:
        closed = False

        def update(self, *args: Any) -> None:
            """Take any report."""

        def close(self) -> None:
            """Note the end."""
            self.closed = True

    listener = Listener()
    with pytest.raises(InputError, match="threads=0"):
        sd.optimize(network, k=1, threads=0, progress=listener)
    assert listener.closed
