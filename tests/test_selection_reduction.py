"""Tests of the exact reduction of a coverage sample."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import coverage

from seeding._kernels.coverage.reduction import merge_rows
from seeding.errors import InputError
from seeding.selection import coverage_reduction
from seeding.selection.coverage_reduction import Reduced, project, reduce_sets, restrict


def compressed(sets: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Write sets as compressed rows."""
    indptr = np.concatenate([[0], np.cumsum([len(s) for s in sets])]).astype(np.int64)
    return indptr, np.array([v for s in sets for v in s], dtype=np.int32)


def rows(reduced: Reduced) -> list[list[int]]:
    """Write compressed rows as sets."""
    return [part.tolist() for part in np.split(reduced.set_members, reduced.set_indptr[1:-1])][
        : reduced.n_merged
    ]


@st.composite
def samples(draw: st.DrawFn) -> tuple[int, list[list[int]]]:
    """Draw up to 30 sets over up to 7 candidates, in any order inside a set."""
    n = draw(st.integers(1, 7))
    member_sets = st.lists(st.integers(0, n - 1), unique=True, max_size=n)
    return n, draw(st.lists(member_sets, max_size=30))


@given(samples())
def test_every_choice_covers_the_same_weight(drawn: tuple[int, list[list[int]]]) -> None:
    """The covered weight of all 2^c choices is that of a plain count over the original sets."""
    n, sets = drawn
    reduced = reduce_sets(*compressed(sets), n)

    for size in range(n + 1):
        for chosen in itertools.combinations(range(n), size):
            assert reduced.covered(np.array(chosen, dtype=np.int64)) == coverage(sets, chosen)


@given(samples())
def test_reduced_sets_are_distinct_sorted_and_not_single(drawn: tuple[int, list[list[int]]]) -> None:
    """No set is left twice, unsorted or with fewer than two members; weights count all but empty sets."""
    n, sets = drawn
    reduced = reduce_sets(*compressed(sets), n)
    left = rows(reduced)

    assert len({tuple(members) for members in left}) == len(left)
    assert all(len(members) > 1 and members == sorted(members) for members in left)
    assert reduced.total_weight == sum(1 for members in sets if members)
    assert reduced.n_sets == len(sets)


@given(samples(), st.data())
def test_restriction_keeps_the_weight_of_choices_inside(
    drawn: tuple[int, list[list[int]]], data: st.DataObject
) -> None:
    """A choice among the candidates kept covers the same weight before and after the restriction."""
    n, sets = drawn
    kept = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    smaller = restrict(reduce_sets(*compressed(sets), n), np.array(kept, dtype=np.int64))

    for size in range(len(kept) + 1):
        for chosen in itertools.combinations(range(len(kept)), size):
            inside = smaller.covered(np.array(chosen, dtype=np.int64))
            assert inside == coverage(sets, [kept[c] for c in chosen])


def test_example_by_hand() -> None:
    """Two equal sets in different order merge, singletons fold, an empty set goes."""
    reduced = reduce_sets(*compressed([[2, 0], [1], [], [0, 2], [1], [0, 1, 2]]), 4)

    assert rows(reduced) == [[0, 2], [0, 1, 2]]
    assert reduced.weight.tolist() == [2, 1]
    assert reduced.singleton_weight.tolist() == [0, 2, 0, 0]
    assert reduced.candidate_weight.tolist() == [3, 3, 3, 0]
    assert (reduced.n_sets, reduced.n_merged, reduced.n_candidates) == (6, 2, 4)


def test_weights_are_added() -> None:
    """Given weights are summed over equal sets and over singletons."""
    reduced = reduce_sets(*compressed([[1, 0], [0], [0, 1]]), 2, weight=np.array([5, 7, 11]))

    assert reduced.weight.tolist() == [16]
    assert reduced.singleton_weight.tolist() == [7, 0]


def test_rows_of_one_hash_stay_apart() -> None:
    """Equality is decided member by member, whatever the hashes say."""
    indptr, members = compressed([[0, 1], [0, 2], [0, 1], [1, 2], [0, 1, 2]])
    n_sets = indptr.size - 1
    table, first = np.full(16, -1, dtype=np.int64), np.zeros(n_sets, dtype=np.int64)
    merged, single = np.zeros(n_sets, dtype=np.int64), np.zeros(3, dtype=np.int64)
    weight, marks = np.arange(1, 6, dtype=np.int64), np.full(n_sets, 77, dtype=np.uint64)
    kept = merge_rows(indptr, members, weight, marks, (0, 1), table, first, merged, single)
    assert first[:kept].tolist() == [0, 1, 3, 4]
    assert merged[:kept].tolist() == [1 + 3, 2, 4, 5]


def test_no_sets_at_all() -> None:
    """An empty sample reduces to an empty one."""
    reduced = reduce_sets(np.zeros(1, np.int64), np.empty(0, np.int32), 3)

    assert reduced.n_merged == 0
    assert reduced.total_weight == 0
    assert reduced.covered(np.array([0, 1])) == 0


def test_input_is_not_changed() -> None:
    """Sorting inside the sets happens on a copy."""
    indptr, members = compressed([[3, 1, 2], [2, 1]])
    reduce_sets(indptr, members, 4)

    assert members.tolist() == [3, 1, 2, 2, 1]


def test_long_sets_are_sorted_too() -> None:
    """Sets beyond the insertion sort's length merge whatever their order."""
    generator = np.random.default_rng(0)
    reduced = reduce_sets(*compressed([generator.permutation(200).tolist() for _ in range(5)]), 200)

    assert rows(reduced) == [list(range(200))]
    assert reduced.weight.tolist() == [5]


def test_order_of_sets_does_not_change_what_is_left() -> None:
    """The same sets in another order give the same merged sets and weights."""
    generator = np.random.default_rng(1)
    sets = [generator.choice(6, generator.integers(0, 5), replace=False).tolist() for _ in range(300)]
    shuffled = [sets[i] for i in generator.permutation(300)]
    one, other = (reduce_sets(*compressed(s), 6) for s in (sets, shuffled))

    def weights(reduced: Reduced) -> dict[tuple[int, ...], int]:
        return {tuple(m): int(w) for m, w in zip(rows(reduced), reduced.weight, strict=True)}

    assert weights(one) == weights(other)


@pytest.mark.parametrize("member", [-1, 3])
def test_a_foreign_member_is_refused(member: int) -> None:
    """A member outside the candidates is named instead of read from foreign memory."""
    with pytest.raises(InputError, match=f"holds candidate {member}"):
        reduce_sets(*compressed([[0, member]]), 3)


def test_too_few_weights_are_refused() -> None:
    """One weight per set is needed."""
    with pytest.raises(InputError, match="1 weights were given for 2 sets"):
        reduce_sets(*compressed([[0, 1], [1]]), 2, weight=np.array([1]))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_do_not_change_the_reduction(monkeypatch, threads):
    """The same merged sets in the same order, also where tables of one share must grow."""
    monkeypatch.setattr(coverage_reduction, "_ENTRIES_A_THREAD", 1)
    random = np.random.default_rng(6)
    for _ in range(30):
        sizes = random.integers(0, 6, random.integers(0, 400))
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        members = np.concatenate([random.permutation(12)[:size] for size in [*sizes, 0]]).astype(np.int32)
        kept = np.flatnonzero(random.random(12) < 0.7)
        one = project(indptr, members, 12, kept)
        several = project(indptr, members, 12, kept, threads=threads)
        for field in ("set_indptr", "set_members", "weight", "singleton_weight"):
            np.testing.assert_array_equal(getattr(several, field), getattr(one, field))
