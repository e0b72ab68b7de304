"""Coverage: counts, gains and the inverse, against sets of Python."""

from __future__ import annotations

import numpy as np
import oracle
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.network.labels import Labels
from seeding.plan.estimate import Estimate
from seeding.sampling.coverage import Coverage

N = 6
LABELS = ["@a", "@b", "@c", "@d", "@e", "@f"]
samples = st.lists(st.sets(st.integers(0, N - 1)), min_size=1, max_size=30)
choices = st.lists(st.integers(0, N - 1), max_size=5)


def cover(sets: list[set[int]], weight: float = 10.0) -> Coverage:
    """Make a coverage from Python sets of candidate numbers."""
    indptr = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    members = np.array([c for members in sets for c in sorted(members)], dtype=np.int32)
    return Coverage(Labels(pd.Index(LABELS)), weight, indptr, members)


@given(samples, choices)
def test_count_and_reach(sets, chosen):
    """A set counts once if any of its members is chosen; reach is W·Λ/θ with its interval."""
    covered = oracle.coverage(sets, chosen)
    sample = cover(sets)
    assert sample.count(np.array(chosen, dtype=np.int64)) == covered
    assert sample.reach([LABELS[c] for c in chosen]) == Estimate.from_count(int(covered), len(sets), 10.0)


@given(samples, choices)
def test_marginal(sets, chosen):
    """What each candidate would add to those chosen, in one pass for all."""
    table = cover(sets).marginal([LABELS[c] for c in chosen])
    before = oracle.coverage(sets, chosen)
    for c, label in enumerate(LABELS):
        share = (oracle.coverage(sets, [*chosen, c]) - before) / len(sets)
        assert table.loc[label, "mean"] == pytest.approx(10.0 * share)
        assert table.loc[label, "stderr"] == pytest.approx(10.0 * np.sqrt(share * (1 - share) / len(sets)))
    assert table.index.tolist() == LABELS


@given(samples)
def test_incidence_is_the_same_both_ways(sets):
    """The inverse lists, for each candidate, exactly its sets in order."""
    incidence = cover(sets).incidence
    for c in range(N):
        expected = [r for r, members in enumerate(sets) if c in members]
        assert incidence.sets[incidence.indptr[c] : incidence.indptr[c + 1]].tolist() == expected


@given(samples, samples)
def test_extend_appends(first, second):
    """A sample extended by another counts like both together; the parts are unchanged."""
    one, two = cover(first), cover(second)
    assert one.count(np.array([0])) == one.count(np.array([0])) == oracle.coverage(first, [0])
    both = one.extend(two)
    assert both.n_sets == len(first) + len(second)
    assert both.total_size == one.total_size + two.total_size
    for c in range(N):
        assert both.count(np.array([c])) == oracle.coverage(first + second, [c])
    assert (one.n_sets, two.n_sets) == (len(first), len(second))


@given(samples, samples, samples)
def test_the_index_of_an_extended_sample_is_that_of_all_its_sets(first, second, third):
    """Whether or not the index of an earlier part was built, and of which, the rows are the same."""
    expected = cover(first + second + third).incidence
    for built in (0, 1, 2):
        sample = cover(first)
        for number, more in enumerate((second, third)):
            if built >= number:
                assert sample.incidence.indptr[-1] == sample.total_size
            sample = sample.extend(cover(more))
        assert all(map(np.array_equal, sample.incidence, expected))
        assert sample.known is not None
        assert sample.known.rows.sets is sample.incidence.sets, "the index is kept once"


def test_extend_needs_the_same_candidates():
    """Samples of other candidates or another weight are refused."""
    sample = cover([{0}])
    others = Coverage(Labels(pd.Index(LABELS[::-1])), 10.0, sample.set_indptr, sample.members)
    for other in (others, cover([{0}], weight=11.0)):
        with pytest.raises(InputError, match="different candidates; sample the same network again"):
            sample.extend(other)


def test_unknown_seeds_are_named():
    """A seed that is no candidate is refused by name."""
    with pytest.raises(InputError, match=r"seed '@z' is not in the sample's candidates"):
        cover([{0}]).reach(["@z"])
    with pytest.raises(InputError, match=r"seed '@z'"):
        cover([{0}]).marginal(["@a", "@z"])


def test_no_seeds_cover_nothing():
    """Nothing chosen covers nothing, and everyone's gain is then their own coverage."""
    sample = cover([{0, 1}, {1}, set()])
    assert sample.reach([]).mean == 0.0
    assert sample.marginal()["mean"].tolist() == pytest.approx([10 / 3, 20 / 3, 0, 0, 0, 0])


def test_repr_counts():
    """The repr counts sets and entries."""
    assert repr(cover([{0, 1}, set()])) == "Coverage(2 RR sets, 2 entries)"


@given(samples)
def test_sizes_count_empty_sets(sets):
    """A set without any candidate has no entries, but stays in the count."""
    sample = cover(sets)
    assert sample.n_sets == len(sets)
    assert sample.total_size == sum(map(len, sets))


def test_labels_not_positions():
    """Integer labels that are also positions of others are labels, in and out."""
    sample = Coverage(
        Labels(np.array([2, 0, 1])), 3.0, np.array([0, 1, 2, 4]), np.array([0, 0, 1, 2], dtype=np.int32)
    )
    assert sample.reach([2]).mean == pytest.approx(2.0)
    assert sample.reach([0]).mean == pytest.approx(1.0)
    assert sample.marginal([2])["mean"].to_dict() == pytest.approx({2: 0.0, 0: 1.0, 1: 1.0})
