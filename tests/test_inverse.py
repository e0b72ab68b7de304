"""The inverse index: for each candidate, the sets it is in, whichever way it is built."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.sampling import inverse_index


def listed(result: inverse_index.Inverse) -> list[list[int]]:
    """List the sets of each candidate."""
    return [part.tolist() for part in np.split(result.sets, result.indptr[1:-1])]


@pytest.mark.parametrize("threads", [2, 3, 8])
@pytest.mark.parametrize("known_sets", [0, 1, 900, 2_000])
def test_threads_sort_parts_of_their_own(monkeypatch, known_sets, threads):
    """Each thread its own sets, behind what is known: the same index."""
    random = np.random.default_rng(7)
    sizes = random.integers(0, 6, 2_000)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    members = random.integers(0, 90, indptr[-1]).astype(np.int32)
    whole = inverse_index.build(indptr, members, 100, 1)
    known = inverse_index.build(indptr[: known_sets + 1], members[: indptr[known_sets]], 100, 1)
    monkeypatch.setattr(inverse_index, "PARTS_FROM", 1)
    monkeypatch.setattr(inverse_index, "TWO_PASSES_FROM", -1)
    found = inverse_index.build(indptr, members, 100, threads, known)
    np.testing.assert_array_equal(found.indptr, whole.indptr)
    np.testing.assert_array_equal(found.sets, whole.sets)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("block_entries", [50, 1 << 20])
@pytest.mark.parametrize("two_passes_from", [0, 1 << 40])
def test_each_candidate_has_its_sets(monkeypatch, two_passes_from, block_entries, threads):
    """In one pass or two, for any blocks and threads: the sets of each candidate, in order."""
    monkeypatch.setattr(inverse_index, "TWO_PASSES_FROM", two_passes_from)
    monkeypatch.setattr(inverse_index, "_BLOCK_ENTRIES", block_entries)
    random = np.random.default_rng(1)
    sizes = random.integers(0, 9, 2_000)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    members = random.integers(0, 777, indptr[-1]).astype(np.int32)
    result = inverse_index.build(indptr, members, 800, threads)
    numbers = np.repeat(np.arange(2_000), sizes)
    assert listed(result) == [numbers[members == candidate].tolist() for candidate in range(800)]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("two_passes_from", [0, 1 << 40])
@pytest.mark.parametrize("known_sets", [0, 1, 900, 1_999, 2_000])
def test_a_known_index_is_extended(monkeypatch, known_sets, two_passes_from, threads):
    """The index of the first sets, extended by the rest, is the index of all, wherever the split is."""
    monkeypatch.setattr(inverse_index, "TWO_PASSES_FROM", two_passes_from)
    monkeypatch.setattr(inverse_index, "_BLOCK_ENTRIES", 50)
    random = np.random.default_rng(2)
    sizes = random.integers(0, 4, 2_000)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    members = random.integers(0, 300, indptr[-1]).astype(np.int32)
    known = inverse_index.build(indptr[: known_sets + 1], members[: indptr[known_sets]], 300, threads)
    whole = inverse_index.build(indptr, members, 300, threads)
    extended = inverse_index.build(indptr, members, 300, threads, known)
    np.testing.assert_array_equal(extended.indptr, whole.indptr)
    np.testing.assert_array_equal(extended.sets, whole.sets)


@given(
    st.lists(st.sets(st.integers(0, 6)), max_size=20),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([0, 1 << 24]),
)
def test_any_sets(sets, threads, two_passes_from):
    """Empty sets, no sets and candidates in no set are fine."""
    indptr = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    members = np.array([c for chosen in sets for c in sorted(chosen)], dtype=np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverse_index, "TWO_PASSES_FROM", two_passes_from)
        result = inverse_index.build(indptr, members, 7, threads)
    assert listed(result) == [[r for r, chosen in enumerate(sets) if c in chosen] for c in range(7)]
