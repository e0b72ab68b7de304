"""The random network with power-law degrees."""

from __future__ import annotations

import numpy as np
import pytest

from seeding.datasets import power_law
from seeding.errors import InputError


def test_power_law_is_what_it_says():
    """Exact numbers of nodes and arcs, no loops, a heavy tail, ranks that agree on half of the nodes."""
    network = power_law(2_000, 10_000, rng=3)

    out, into = np.diff(network.out.indptr), np.diff(network.into.indptr)
    assert (network.n_nodes, network.n_arcs) == (2_000, 10_000)
    assert network.report.self_loops_dropped == network.report.parallel_merged == 0
    assert out.max() > 10 * out.mean()
    top = np.argsort(-out, kind="stable")[:50]
    assert 0.2 < (into[top] > 5 * into.mean()).mean() < 0.8
    np.testing.assert_allclose(network.into.probability, np.repeat(1 / into[into > 0], into[into > 0]))


def test_power_law_depends_on_its_key_only():
    """The same key gives the same network, another key another one."""
    arcs = [power_law(300, 900, rng=key).out.indices for key in (1, 1, 2)]

    assert np.array_equal(arcs[0], arcs[1])
    assert not np.array_equal(arcs[0], arcs[2])


def test_power_law_keeps_its_bits():
    """The network of a key never changes: benchmark cases are frozen."""
    network = power_law(20_000, 100_000, rng=1)

    assert network.out.indices[:5].tolist() == [416, 1813, 6685, 9698, 10358]
    assert int(network.out.indices.astype(np.int64).sum()) == 1007193078


def test_power_law_follows_its_degrees():
    """The degrees of the first ranks are those that their weights promise, less what doubles lost."""
    out = np.sort(np.diff(power_law(50_000, 100_000, rng=5).out.indptr))[::-1]
    weight = (np.arange(50_000) + 10.0) ** (-1 / 1.3)
    expected = 100_000 * weight / weight.sum()

    assert 0.8 < out[:20].sum() / expected[:20].sum() < 1.05
    assert 0.9 < out[:5_000].sum() / expected[:5_000].sum() < 1.1


@pytest.mark.parametrize("n", [2, 3, 7])
def test_power_law_can_be_half_full(n):
    """Even where half of all arcs are asked for, they are found."""
    assert power_law(n, n * (n - 1) // 2, rng=1).n_arcs == n * (n - 1) // 2


@pytest.mark.parametrize(
    ("n", "m", "said"),
    [
        (1, 1, r"n=1 is not a whole number from 2 to"),
        (2.0, 1, r"n=2\.0 is not"),
        (True, 1, r"n=True is not"),
        (10, 0, r"m=0 is not a whole number from 1 to 45"),
        (10, 46, r"m=46 is not a whole number from 1 to 45"),
    ],
)
def test_power_law_refuses(n, m, said):
    """Sizes out of range are refused in one sentence."""
    with pytest.raises(InputError, match=said):
        power_law(n, m)
