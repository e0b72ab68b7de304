"""The index of some candidates: their sets, whatever was listed before and however it is split."""

from __future__ import annotations

import numpy as np
import pytest

from seeding.network.labels import Labels
from seeding.sampling import partial_index
from seeding.sampling.coverage import Coverage, Room

N, SETS = 150, 900


@pytest.fixture
def sample():
    """Draw sets of candidates, empty ones among them, and long ones, up to all."""
    random = np.random.default_rng(5)
    most = random.choice([7, 40, N + 1], SETS, p=[0.8, 0.1, 0.1])
    sets = [random.permutation(N)[: random.integers(0, size)] for size in most]
    indptr = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    members = np.concatenate(sets).astype(np.int32)
    return Coverage(Labels(np.arange(N)), float(N), indptr, members, threads=1)


@pytest.fixture(autouse=True)
def _every_entry_is_worth_a_thread(monkeypatch):
    monkeypatch.setattr(partial_index, "_ENTRIES_A_THREAD", 1)


def marks(*chosen: int) -> np.ndarray:
    """Mark candidates."""
    marked = np.zeros(N, dtype=np.bool_)
    marked[list(chosen)] = True
    return marked


def first_sets(sample: Coverage, n_sets: int, threads: int) -> Coverage:
    """Return the sample of the first sets, with room for all."""
    room = Room(sample.members, int(sample.set_indptr[n_sets]))
    return Coverage(sample.names, float(N), np.zeros(1, np.int64), sample.members[:0]).grown(
        sample.set_indptr[: n_sets + 1], room, threads, 0
    )


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("sizes", [(SETS,), (0, SETS), (1, 500, SETS), (500, 501, SETS)])
def test_rows_of_the_wanted_are_complete(sample, sizes, threads):
    """While the sample grows and others are asked for, all who were asked for have their sets, in order."""
    wanted = [marks(3), marks(7, 8, 59), marks(0, 3)]
    asked = marks()
    part = first_sets(sample, 0, threads)
    for n_sets, new in zip(sizes, wanted, strict=False):
        room = Room(sample.members, int(sample.set_indptr[n_sets]))
        part = part.grown(sample.set_indptr[: n_sets + 1], room, threads, 0)
        found = part.listing(new)
        asked |= new
        np.testing.assert_array_equal(part.listed, asked)
        for candidate in range(N):
            row = found.sets[found.indptr[candidate] : found.indptr[candidate + 1]].tolist()
            expected = [
                r
                for r in range(n_sets)
                if candidate in sample.members[sample.set_indptr[r] : sample.set_indptr[r + 1]]
            ]
            assert row == (expected if asked[candidate] else [])


@pytest.mark.parametrize("threads", [1, 3])
def test_all_may_be_asked_for_after_some(sample, threads):
    """The whole index after part of it is the whole index; it serves whoever is asked for next."""
    part = first_sets(sample, 400, threads)
    part.listing(marks(1, 2))
    whole = first_sets(sample, SETS, 1).incidence
    room = Room(sample.members, sample.total_size)
    grown = part.grown(sample.set_indptr, room, threads, 0)
    assert all(map(np.array_equal, grown.incidence, whole))
    known = grown.known
    grown.listing(marks(5))
    assert grown.known is known


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_entries_are_counted(sample, threads):
    """Each candidate's sets are counted, those of an earlier size not again."""
    expected = np.bincount(sample.members, minlength=N)
    part = first_sets(sample, 300, threads)
    np.testing.assert_array_equal(part.alone, np.bincount(part.members, minlength=N))
    grown = part.grown(sample.set_indptr, Room(sample.members, sample.total_size), threads, 0)
    assert grown.counted is part.alone
    np.testing.assert_array_equal(grown.alone, expected)
    np.testing.assert_array_equal(sample.alone, expected)
