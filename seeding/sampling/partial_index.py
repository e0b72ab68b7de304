"""An index of some candidates of a sample, or of all: it grows with the sample and with who is asked for.

Greedy looks up the sets of those it picks, and of nobody else. Where it picks few, listing the most promising
takes a fraction of the time and memory of the whole inverse index.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from seeding._runtime.parts import even_parts, run_together
from seeding.sampling import inverse_index
from seeding.sampling.inverse_index import Inverse

# Fewer entries are handled by one thread.
_ENTRIES_A_THREAD = 1 << 19


class Listing(NamedTuple):
    """The sets of some candidates among the first `n_sets` sets.

    Attributes
    ----------
    rows
        Rows of sets; those of candidates that are not listed are empty.
    n_sets
        How many sets were looked at.
    listed
        bool[n], whose rows are there; empty where everybody's are.
    """

    rows: Inverse
    n_sets: int
    listed: np.ndarray

    def holds(self, wanted: np.ndarray | None, n_sets: int) -> bool:
        """Tell whether the rows of the wanted (marks; all if None) of so many sets are there."""
        if self.n_sets != n_sets:
            return False
        return self.listed.size == 0 or (wanted is not None and bool(self.listed[wanted].all()))


def count_alone(
    members: np.ndarray, n_candidates: int, threads: int, counted: np.ndarray | None = None
) -> np.ndarray:
    """Count the entries of each candidate; those of the first sets may be counted already."""
    from seeding._kernels.coverage.partial_index import count_members

    total = np.zeros(n_candidates, dtype=np.int64) if counted is None else counted.copy()
    first = int(total.sum())
    parts = _cut(first, members.size, threads)
    counts = [total, *(np.zeros(n_candidates, dtype=np.int64) for _ in parts[1:])]
    run_together(count_members, [(members, part, count) for part, count in zip(parts, counts, strict=True)])
    for count in counts[1:]:
        total += count
    return total


def list_all(
    set_indptr: np.ndarray, members: np.ndarray, n_candidates: int, threads: int, known: Listing | None
) -> Listing:
    """List everybody; what is known of everybody is not sorted again."""
    whole = known.rows if known is not None and known.listed.size == 0 else None
    rows = inverse_index.build(set_indptr, members, n_candidates, threads, whole)
    return Listing(rows, set_indptr.size - 1, np.empty(0, dtype=np.bool_))


def list_some(
    set_indptr: np.ndarray,
    members: np.ndarray,
    wanted: np.ndarray,
    alone: np.ndarray,
    threads: int,
    known: Listing | None,
) -> Listing:
    """List the wanted and whoever is listed already; known rows are copied, only new entries are sought.

    Parameters
    ----------
    set_indptr, members
        The sample.
    wanted
        bool[n]: whose sets to list.
    alone
        int64[n]: how many sets each candidate is in.
    threads
        Threads to use; the result is the same for any number.
    known
        What is listed already, of the first sets.
    """
    from seeding._kernels.coverage.partial_index import collect, copy_rows, count_members, spread

    n_sets, n = set_indptr.size - 1, wanted.size
    seen = known.n_sets if known else 0
    old = known.listed if known else np.zeros(n, dtype=np.bool_)
    wanted, fresh = wanted | old, wanted & ~old
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.where(wanted, alone, 0))])
    result = Inverse(starts, np.empty(starts[-1], dtype=np.int32))
    cursors = starts[:-1].copy()
    if known is not None:
        copy_rows(*known.rows, np.flatnonzero(old), starts, result.sets)
        cursors += np.diff(known.rows.indptr)
    jobs = [(part, fresh) for part in _cut_sets(set_indptr, 0, seen, threads) if fresh.any()]
    jobs += [(part, wanted) for part in _cut_sets(set_indptr, seen, n_sets, threads)]
    found = [_room(set_indptr, part, int(starts[-1])) for part, _ in jobs]
    sought = [(set_indptr, members, *job, *room) for job, room in zip(jobs, found, strict=True)]
    sizes = [int(size) for size in run_together(collect, sought)]
    counts = [np.zeros(n, dtype=np.int64) for _ in jobs]
    parts = [(picked, (0, size)) for (picked, _), size in zip(found, sizes, strict=True)]
    run_together(count_members, [(*part, count) for part, count in zip(parts, counts, strict=True)][:-1])
    moves = []
    for (picked, sets), size, count in zip(found, sizes, counts, strict=True):
        moves.append((picked, sets, size, cursors.copy(), result.sets))
        cursors += count
    run_together(spread, moves)
    return Listing(result, n_sets, wanted)


def _room(set_indptr: np.ndarray, part: tuple[int, int], most: int) -> tuple[np.ndarray, np.ndarray]:
    """Make room for what is found in a part; pages that are not written to are not taken."""
    size = 1 + min(most, int(set_indptr[part[1]] - set_indptr[part[0]]))
    return np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)


def _cut_sets(set_indptr: np.ndarray, first: int, stop: int, threads: int) -> list[tuple[int, int]]:
    entries = int(set_indptr[stop] - set_indptr[first])
    parts = even_parts(set_indptr[first : stop + 1], _useful(entries, threads)) if stop > first else []
    return [(first + start, first + end) for start, end in parts]


def _cut(first: int, stop: int, threads: int) -> list[tuple[int, int]]:
    useful = _useful(stop - first, threads)
    marks = [first + (stop - first) * part // useful for part in range(useful + 1)]
    return list(pairwise(marks))


def _useful(entries: int, threads: int) -> int:
    """Return how many threads so many entries are worth."""
    return max(1, min(threads, entries // _ENTRIES_A_THREAD))
