"""Exact reduction of a coverage sample: fewer sets, the same covered weight for every choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seeding._kernels.coverage.reduction import (
    covered_weight,
    keep_members,
    merge_rows,
    share_of,
    sort_rows,
    take_rows,
)
from seeding._runtime.parts import even_parts, run_together
from seeding.errors import InputError

# Fewer entries are handled by one thread.
_ENTRIES_A_THREAD = 1 << 19


@dataclass(frozen=True)
class Reduced:
    """A coverage sample in which no two sets are alike and every set has two members or more.

    Attributes
    ----------
    set_indptr, set_members
        The merged sets: members of set r are ``set_members[set_indptr[r]:set_indptr[r + 1]]``,
        candidate indices in rising order; int64 and int32.
    weight
        Weight of each merged set; int64.
    singleton_weight
        Weight of the sets that held one candidate only, per candidate; int64.
    n_sets
        How many sets there were before the reduction, empty ones included.
    """

    set_indptr: np.ndarray
    set_members: np.ndarray
    weight: np.ndarray
    singleton_weight: np.ndarray
    n_sets: int

    @property
    def n_merged(self) -> int:
        """Number of sets left, each with at least two members."""
        return self.weight.size

    @property
    def n_candidates(self) -> int:
        """Number of candidates, those in no set included."""
        return self.singleton_weight.size

    @property
    def total_weight(self) -> int:
        """Weight that all candidates together cover."""
        return int(self.weight.sum()) + int(self.singleton_weight.sum())

    @property
    def candidate_weight(self) -> np.ndarray:
        """Weight that each candidate covers alone; int64."""
        alone = self.singleton_weight.copy()
        np.add.at(alone, self.set_members, np.repeat(self.weight, np.diff(self.set_indptr)))
        return alone

    def covered(self, chosen: np.ndarray) -> int:
        """Weight that the `chosen` candidates (indices, in any order) cover together."""
        mark = np.zeros(self.n_candidates, np.bool_)
        mark[np.asarray(chosen, dtype=np.int64)] = True
        in_sets = covered_weight(self.set_indptr, self.set_members, self.weight, mark)
        return int(in_sets) + int(self.singleton_weight[mark].sum())


def reduce_sets(
    set_indptr: np.ndarray,
    set_members: np.ndarray,
    n_candidates: int,
    *,
    weight: np.ndarray | None = None,
) -> Reduced:
    """Merge identical sets, drop empty ones and fold sets of one member into candidate weights.

    The covered weight Σ_r w_r·1[S ∩ R_r ≠ ∅] of every set S of candidates is unchanged: equal sets are
    covered together, empty ones never, and {c} exactly when c is chosen. Linear in the number of members
    but for sorting inside the sets.

    Parameters
    ----------
    set_indptr, set_members
        The sets as compressed rows: int64 offsets and int32 candidate indices, in any order within a set
        and without repetition. Neither array is changed.
    n_candidates
        Number of candidates; members lie in ``[0, n_candidates)``.
    weight
        Weight of each set, int64; 1 each when None.

    Returns
    -------
    The reduced sample; shorter sets come first, equally long ones in the order in which they were first seen.

    Raises
    ------
    InputError
        If a member is not a candidate index, or `weight` does not have one entry per set.
    """
    indptr = np.ascontiguousarray(set_indptr, dtype=np.int64)
    members = np.array(set_members, dtype=np.int32)
    n_sets = indptr.size - 1
    weight = np.ones(n_sets, np.int64) if weight is None else np.asarray(weight, dtype=np.int64)
    _check(members, n_candidates, weight, n_sets)
    return _merge(indptr, members, n_candidates, weight, 1)


def _merge(
    indptr: np.ndarray, members: np.ndarray, n_candidates: int, weight: np.ndarray, threads: int
) -> Reduced:
    """Reduce sets, whose members are sorted in place; the result is the same for any number of threads."""
    n_sets = indptr.size - 1
    marks = np.empty(n_sets, np.uint64)
    parts = even_parts(indptr, threads)
    run_together(sort_rows, [(indptr, members, part, marks) for part in parts])
    found = [
        (np.empty(n_sets, np.int64), np.empty(n_sets, np.int64), np.zeros(n_candidates, np.int64))
        for _ in parts
    ]
    shared = indptr, members, weight, marks
    calls = [
        (*shared, (t, len(parts)), _table(size), *each)
        for t, (size, each) in enumerate(zip(_sizes(marks, len(parts)), found, strict=True))
    ]
    counts = run_together(merge_rows, calls)
    first = np.concatenate([rows[:count] for (rows, _, _), count in zip(found, counts, strict=True)])
    merged = np.concatenate([heavy[:count] for (_, heavy, _), count in zip(found, counts, strict=True)])
    # Loops over rows of equal length are predicted; over mixed ones, each end is a surprise to the processor.
    order = np.lexsort((first, indptr[first + 1] - indptr[first]))
    rows = first[order]
    out_indptr = np.empty(rows.size + 1, np.int64)
    out_members = np.empty(int((indptr[rows + 1] - indptr[rows]).sum()), np.int32)
    take_rows(indptr, members, rows, out_indptr, out_members)
    single = np.sum([alone for _, _, alone in found], axis=0)
    return Reduced(out_indptr, out_members, merged[order], single, n_sets)


def _sizes(marks: np.ndarray, shares: int) -> list[int]:
    """Count the rows of each share."""
    if shares == 1:
        return [marks.size]
    counts: list[int] = np.bincount(share_of(marks, shares).astype(np.int64), minlength=shares).tolist()
    return counts


def _table(rows: int) -> np.ndarray:
    """Make a table of a power of two, no more than half of which so many rows fill."""
    return np.full(1 << max(4, (2 * rows - 1).bit_length()), -1, np.int64)


def restrict(reduced: Reduced, candidates: np.ndarray) -> Reduced:
    """Reduce further to the sample seen by some candidates only, renumbered 0, 1, … in the order given.

    The covered weight of every subset of `candidates` is unchanged.

    Parameters
    ----------
    reduced
        The reduced sample.
    candidates
        Distinct candidate indices to keep.

    Returns
    -------
    The sample over ``len(candidates)`` candidates.
    """
    smaller = project(
        reduced.set_indptr, reduced.set_members, reduced.n_candidates, candidates, reduced.weight
    )
    single = smaller.singleton_weight + reduced.singleton_weight[candidates]
    return Reduced(smaller.set_indptr, smaller.set_members, smaller.weight, single, reduced.n_sets)


def project(
    set_indptr: np.ndarray,
    set_members: np.ndarray,
    n_candidates: int,
    candidates: np.ndarray,
    weight: np.ndarray | None = None,
    threads: int = 1,
) -> Reduced:
    """Reduce a sample to what some candidates see of it, renumbered 0, 1, … in the order given.

    Parameters
    ----------
    set_indptr, set_members, n_candidates, weight
        The sample, as in `reduce_sets`.
    candidates
        Distinct candidate indices to keep.
    threads
        Threads to use; the result is the same for any number.

    Returns
    -------
    The reduced sample over ``len(candidates)`` candidates.
    """
    n_sets, n_kept = set_indptr.size - 1, len(candidates)
    threads = max(1, min(threads, set_members.size // _ENTRIES_A_THREAD))
    position = np.full(n_candidates, -1, np.int32)
    position[candidates] = np.arange(n_kept, dtype=np.int32)
    parts = even_parts(set_indptr, threads)
    found = [_room(int(set_indptr[stop] - set_indptr[start]), stop - start, n_kept) for start, stop in parts]
    shared = set_indptr, set_members, weight, position
    calls = [(*shared, part, *room) for part, room in zip(parts, found, strict=True)]
    counts = run_together(keep_members, calls)
    offset, ends, members, heavy = 0, [np.zeros(1, np.int64)], [], []
    for (indptr, kept, weights, _), count in zip(found, counts, strict=True):
        ends.append(indptr[1 : count + 1] + offset)
        members.append(kept[: indptr[count]])
        heavy.append(weights[:count])
        offset += int(indptr[count])
    reduced = _merge(np.concatenate(ends), np.concatenate(members), n_kept, np.concatenate(heavy), threads)
    single = np.sum([reduced.singleton_weight, *(alone for *_, alone in found)], axis=0)
    return replace(reduced, singleton_weight=single, n_sets=n_sets)


def _room(entries: int, n_sets: int, n_kept: int) -> tuple[np.ndarray, ...]:
    """Make room for what is kept of some sets: offsets, members, weights, and weights of single members."""
    return (
        np.empty(n_sets + 1, np.int64),
        np.empty(entries + 1, np.int32),
        np.empty(n_sets, np.int64),
        np.zeros(n_kept, np.int64),
    )


def _check(members: np.ndarray, n_candidates: int, weight: np.ndarray, n_sets: int) -> None:
    """Refuse members outside the candidates, which a kernel would read from foreign memory."""
    if members.size and (members.min() < 0 or members.max() >= n_candidates):
        bad = members.min() if members.min() < 0 else members.max()
        raise InputError(f"A set holds candidate {bad}, but candidates are numbered 0 to {n_candidates - 1}.")
    if weight.shape != (n_sets,):
        raise InputError(f"{weight.size} weights were given for {n_sets} sets; give one per set.")
