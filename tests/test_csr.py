"""Compressed rows against the plainest way to group, sort and merge."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.network import csr

N = 6
arcs = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.floats(0, 1)), max_size=40)


def build(rows):
    """Build compressed rows from a list of (u, v, p)."""
    u, v = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    return csr.build(u, v, np.array([row[2] for row in rows], dtype=np.float64), N)


def entries(rows):
    """List the entries of compressed rows as (u, v, p)."""
    return list(zip(rows.rows().tolist(), rows.indices.tolist(), rows.probability.tolist(), strict=True))


@given(arcs)
def test_build_sorts_and_keeps_order(rows):
    """Entries are sorted by row, then column; parallel ones keep their given order."""
    built = build(rows)
    assert entries(built) == sorted(rows, key=lambda row: row[:2])
    assert (built.indptr[0], built.indptr[-1], built.indptr.size) == (0, len(rows), N + 1)
    assert [part.dtype for part in built] == [np.int64, np.int32, np.float64]


@given(arcs)
def test_flip_turns_arcs_round(rows):
    """Rows become columns, sorted; flipping twice gives the rows back."""
    built = build(rows)
    flipped = csr.flip(built, N)
    assert entries(flipped) == sorted(((v, u, p) for u, v, p in entries(built)), key=lambda row: row[:2])
    assert entries(csr.flip(flipped, N)) == entries(built)


@given(arcs, st.booleans())
def test_merge_parallel(rows, take_max):
    """Equal entries become one, by 1 − Π(1 − p) or the maximum."""
    groups = defaultdict(list)
    for u, v, p in rows:
        groups[u, v].append(p)
    repeated = csr.count_parallel(build(rows))
    merged = csr.merge_parallel(build(rows), take_max)
    assert repeated == len(rows) - len(groups)
    assert list(zip(merged.rows().tolist(), merged.indices.tolist(), strict=True)) == sorted(groups)
    for u, v, p in entries(merged):
        expected = max(groups[u, v]) if take_max else 1.0 - np.prod(1.0 - np.array(groups[u, v]))
        assert p == pytest.approx(expected, abs=1e-15)
        assert 0.0 <= p <= 1.0


@given(arcs)
def test_merging_what_is_single_changes_nothing(rows):
    """Distinct arcs keep their exact probabilities."""
    distinct = list({row[:2]: row for row in rows}.values())
    assert entries(csr.merge_parallel(build(distinct), take_max=False)) == sorted(distinct)


def test_no_arcs():
    """No arcs give empty rows."""
    built = build([])
    assert entries(csr.flip(built, N)) == []
    assert csr.count_parallel(built) == 0
    assert entries(csr.merge_parallel(built, take_max=True)) == []


def test_same_target_in_neighbouring_rows_is_not_parallel():
    """The last entry of one row and the first of the next are different arcs, also over empty rows."""
    built = build([(0, 3, 0.1), (1, 3, 0.2), (4, 3, 0.3)])
    assert csr.count_parallel(built) == 0
    assert len(entries(csr.merge_parallel(built, take_max=False))) == 3


@given(arcs)
def test_places_alone_are_sorted_the_same(rows):
    """Without probabilities the same places come out, and merging keeps one of each."""
    full = build(rows)
    u, v = (np.array([row[i] for row in rows], dtype=np.int32) for i in (0, 1))
    given_up = [u, v, np.empty(0)]
    bare = csr.build_from(given_up, N)
    assert given_up == []
    assert bare.probability.size == 0
    assert (bare.indptr.tolist(), bare.indices.tolist()) == (full.indptr.tolist(), full.indices.tolist())
    merged, expected = csr.merge_parallel(bare, take_max=True), csr.merge_parallel(full, take_max=True)
    assert (merged.indptr.tolist(), merged.indices.tolist()) == (
        expected.indptr.tolist(),
        expected.indices.tolist(),
    )


@pytest.mark.parametrize(
    ("indptr", "indices", "sound"),
    [
        ([0, 2, 3], [0, 1, 1], True),
        ([0, 0, 0], [], True),
        ([0, 2, 3], [1, 0, 1], False),
        ([0, 2, 3], [1, 1, 1], False),
        ([0, 2, 3], [0, 2, 1], False),
        ([0, 2, 3], [-1, 0, 1], False),
        ([1, 2, 3], [0, 1, 1], False),
        ([0, 2, 2], [0, 1, 1], False),
        ([0, 4, 3], [0, 1, 1], False),
        ([0, -1, 3], [0, 1, 1], False),
        ([], [], False),
    ],
)
def test_soundness(indptr, indices, sound):
    """Rows that a kernel could read beyond, or that are not sorted and distinct, are told."""
    rows = csr.Csr(np.array(indptr, dtype=np.int64), np.array(indices, dtype=np.int32), np.empty(0))
    assert csr.is_sound(rows, 2) is sound
