"""Packed rows: every arc keeps its probability, whatever its row looks like."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_independent, assert_mean, assert_proportion
from numba import njit
from packed_twin import KEY, arcs_of

from seeding._kernels.rows import live_arcs
from seeding._kernels.rows.packing import write_record
from seeding.network import csr
from seeding.network import packed_rows as packed_module
from seeding.network.packed_rows import RECORD, alias_table, pack
from seeding.simulation.simulation import ForwardTask


def star(p: np.ndarray) -> csr.Csr:
    """Make a hub, node 0, with an arc of each probability."""
    ends = np.zeros(p.size, np.int32), np.arange(1, p.size + 1, dtype=np.int32)
    return csr.build(*ends, p, p.size + 1)


@pytest.mark.parametrize("p", [1e-6, 1e-3, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("leaves", [1, 3, 3000])
def test_star(p, leaves):
    """A star's reach is binomial, also for tiny probabilities and huge hazards."""
    worlds = 4_000_000 // leaves
    out = pack(star(np.full(leaves, p)))
    reached = ForwardTask(out, np.ones(leaves + 1), np.zeros(1, np.int64), KEY)(0, worlds).reach - 1
    assert_proportion(int(reached.sum()), worlds * leaves, p, "leaves reached")
    if leaves > 1 and p > 1e-4:
        assert_mean((reached - leaves * p) ** 2, leaves * p * (1 - p), "variance of the reach")


def test_each_arc_keeps_its_probability():
    """In a mixed row each leaf is reached with its own probability, independently of the others."""
    p = np.array([1.0, 0.9, 0.4, 0.25, 0.01, 1e-4, 0.0])
    packed = pack(star(p))
    worlds = 400_000
    reached = ForwardTask(packed, 2.0 ** np.arange(8), np.zeros(1, np.int64), KEY)(0, worlds).reach
    live = (reached.astype(np.int64)[:, None] >> np.arange(1, 8)) & 1
    assert packed.rows.arcs.shape == (7, 3)
    for leaf in range(7):
        assert_proportion(int(live[:, leaf].sum()), worlds, p[leaf], f"leaf {leaf}")
    for one, other in pairwise([1, 2, 3, 4, 1]):
        assert_independent(live[:, one], live[:, other], f"leaves {one} and {other}")


@pytest.mark.parametrize("kind", ["constant", "any", "extreme"])
@pytest.mark.parametrize("threads", [2, 3, 50])
def test_threads_pack_alike(monkeypatch, kind, threads):
    """Rows packed on several threads, more than there are rows included, are those of one."""
    monkeypatch.setattr(packed_module, "_ARCS_A_THREAD", 1)
    out, _, _ = arcs_of(kind)
    alone, together = pack(out), pack(out, threads)
    assert together.most_picks == alone.most_picks
    for one, other in zip(alone.rows, together.rows, strict=True):
        assert one.tolist() == other.tolist()


def test_rows_too_long_for_their_field():
    """A row whose degree does not fit in its field reads it from the next record."""
    out, _, n = arcs_of("constant")
    packed = pack(out)
    task = ForwardTask(packed, np.ones(n), np.array([3, 17]), KEY)
    before = task(0, 20_000).reach
    packed.rows.records["none"][:-1] = 0
    packed.rows.records["place"][:-1] |= live_arcs.MANY
    after = task(0, 20_000).reach
    assert_mean(after - before, 0.0)
    assert not np.array_equal(after, before)


def test_offsets_beyond_32_bits():
    """The first arc of a row may lie beyond 2**32."""
    record = np.zeros(1, dtype=RECORD)
    njit(lambda record, start: write_record(record[0], start, 5, 1.0, 0.5))(record, 1 << 38)
    assert record["place"][0] >> live_arcs.DEGREE_BITS == 1 << 38
    assert record["place"][0] & live_arcs.MANY == 5


@given(st.lists(st.floats(0, 1e9) | st.sampled_from([0.0, 1.0, 1e-12]), min_size=1, max_size=40).filter(sum))
def test_alias_table(weights):
    """The table gives each node its share of the weight, up to 2⁻³², and nothing to a weight of 0."""
    weights = np.array(weights)
    table = alias_table(weights)
    if (weights == weights[0]).all():
        assert table.shape == (0, 3)
        return
    share = np.zeros(weights.size)
    for own, other, keep in table.tolist():
        share[own] += (keep + (keep == 0xFFFFFFFF)) / 2**32 / weights.size
        share[other] += 1 / weights.size - (keep + (keep == 0xFFFFFFFF)) / 2**32 / weights.size
    assert np.abs(share - weights / weights.sum()).max() < 1e-9
    assert (share[weights == 0.0] == 0.0).all()
