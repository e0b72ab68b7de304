"""The C loops that rates are compared with do the same work as ours, and targets are judged."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from laws import assert_mean

import seeding as sd
from benchmarks.common.networks import random_network, top_degree
from benchmarks.common.timing import interleaved
from benchmarks.rates import rows, threads
from benchmarks.rates.rows import Row, at_least, at_most, skipped
from benchmarks.yardstick.loops import Yardstick, compile_yardstick


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    """Compile the loops."""
    compiled = compile_yardstick()
    if compiled is None:
        pytest.skip("no C compiler here")
    return compiled


@pytest.fixture(scope="module")
def network() -> sd.Network:
    """Draw a random network, weighted cascade."""
    return random_network(300, 1_200)


def test_reverse_sampling_is_the_same_work(yardstick, network):
    """Its RR sets are as large as ours, on average; they must fit."""
    sample = yardstick.reverse(network.into, 1 << 20)
    sizes = np.array([sample(20, key) / 20 for key in range(500)])
    ours = np.diff(sd.sample_rr_sets(network, 10_000, rng=1).set_indptr).reshape(500, 20).mean(axis=1)
    assert_mean(sizes - ours, 0.0)
    with pytest.raises(ValueError, match="need more than 310 places"):
        yardstick.reverse(network.into, 310)(500, 1)


def test_certain_arcs_are_certain(yardstick):
    """Where p = 1 its sets hold everybody who leads to the root."""
    circle = sd.Network.from_edges(range(9), [*range(1, 9), 0], 1.0)
    assert yardstick.reverse(circle.into, 10_000)(100, 3) == 900


def test_simulation_is_the_same_work(yardstick, network):
    """Its cascades reach as many as ours, on average."""
    seeds = top_degree(network, 5)
    spread = yardstick.forward(network.out, seeds)
    reach = np.array([spread(1, key) for key in range(3_000)])
    assert_mean(reach - sd.simulate(network, network.labels[seeds], worlds=3_000, rng=2), 0.0)


def test_loads_go_everywhere(yardstick):
    """The sum of what is loaded at random places is that of random places."""
    load = yardstick.loads(1 << 10)
    sums = np.array([load(100, key) for key in range(1_000)])
    assert_mean(sums, 100 * (2**10 - 1) / 2)


def test_targets_are_judged():
    """A target is met, or not, by our own figure or by the ratio; without a figure nothing is said."""
    row = Row("x", "n", 1, "s", 2.0, "C", 6.0, 3.0)
    cases = [
        (at_least(2), "ours >= 2", True),
        (at_least(2.1), "ours >= 2.1", False),
        (at_most(2), "ours <= 2", True),
        (at_least(3, "ratio"), "ratio >= 3", True),
        (at_most(2.9, "ratio"), "ratio <= 2.9", False),
    ]
    for target, text, met in cases:
        written = rows.Row(**{**row.__dict__, "target": target}).written()
        assert (written["target"], written["met"]) == (text, met)
    assert (row.written()["target"], row.written()["met"]) == ("", "")
    alone = Row("x", "n", 1, "s", 2.0, target=at_least(3, "ratio")).written()
    assert alone["met"] == ""
    left_out = skipped("x", "n", "s", "no C compiler")
    assert math.isnan(left_out.ours)
    assert left_out.note == "skipped: no C compiler"


def test_candidates_take_turns():
    """Every piece of work is done once to warm up and then in turns."""
    done: list[str] = []
    took = interleaved({name: lambda name=name: done.append(name) for name in "ab"}, rounds=3)
    assert done == list("ab" * 4)
    assert list(took) == ["a", "b"]
    assert all(times.clock >= 0 <= times.processors for times in took.values())


@pytest.mark.parametrize(
    ("worth", "rounds", "said", "one"),
    [
        ([1.95] * 8, 7, "7 of 7 rounds had two whole processors", 1.0),
        (
            [1.9, 1.2, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9],
            9,
            "7 of 9 rounds had two whole processors",
            1.0,
        ),
        ([1.95, 1.95, 1.95] + [1.2] * 12, 14, "2 of 14 rounds had two whole processors, all counted", 3.0),
    ],
)
def test_rounds_without_a_second_processor_do_not_count(monkeypatch, worth, rounds, said, one):
    """A round counts if there were two processors before and after it, if there are enough such rounds."""
    looks = iter(worth)
    counts = [before >= threads.WHOLE <= after for before, after in itertools.pairwise(worth)]
    # Where it counts, work takes a second alone and half of that together; else three times as long.
    times = iter(itertools.chain.from_iterable((1.0, 0.5) if good else (3.0, 2.5) for good in counts))
    monkeypatch.setattr(threads, "second_processor", lambda: next(looks))
    monkeypatch.setattr(threads, "seconds_of", lambda work: next(times))
    row = threads.two_threads("work", "net", lambda: None, lambda: None)
    assert (row.note, row.yardstick) == (said, one)
    assert row.ratio == row.yardstick / row.ours
    assert next(looks, None) is None
    assert len(counts) == rounds
