"""Building the inverse index of a sample: for each candidate, the sets it is in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from seeding._runtime.parts import even_parts, run_together

# Entries times threads from which two passes are faster than one that writes all over memory.
TWO_PASSES_FROM = 1 << 24
# Entries from which threads sort parts of their own, where candidates are not too many for that.
PARTS_FROM = 1 << 20
_BLOCK_ENTRIES = 1 << 16
_MOST_BLOCKS = 512
_MOST_SHIFT = 16


class Inverse(NamedTuple):
    """Rows of sets: candidate ``v`` is in ``sets[indptr[v]:indptr[v + 1]]``, in increasing order."""

    indptr: np.ndarray
    sets: np.ndarray


def build(
    set_indptr: np.ndarray,
    members: np.ndarray,
    n_candidates: int,
    threads: int = 1,
    known: Inverse | None = None,
) -> Inverse:
    """Turn sets of candidates into candidates of sets, in linear time.

    Few entries take one plain counting sort, or one for each thread's part of the sets where candidates are
    few; many are first dealt out to blocks of candidates that fit in cache, for which 2 bytes an entry are
    needed besides the result. Only new entries are sorted: the rows of
    a known index are copied in front of them.

    Parameters
    ----------
    set_indptr
        int64[n_sets + 1]: set ``r`` is ``members[set_indptr[r]:set_indptr[r + 1]]``.
    members
        int32 candidates.
    n_candidates
        Number of candidates.
    threads
        Threads to use; the result is the same for any number.
    known
        The index of the first sets, if there is one: of as many as have its entries.
    """
    if known is None:
        known = Inverse(np.zeros(n_candidates + 1, dtype=np.int64), np.empty(0, dtype=np.int32))
    result = Inverse(np.zeros(n_candidates + 1, dtype=np.int64), np.empty(members.size, dtype=np.int32))
    first = int(np.searchsorted(set_indptr, known.sets.size, side="right")) - 1 if known.sets.size else 0
    new = members.size - known.sets.size
    if threads > 1 and new >= PARTS_FROM and n_candidates * threads <= new:
        _build_in_parts(set_indptr, members, first, known, threads, result)
    elif new * threads < TWO_PASSES_FROM:
        from seeding._kernels.coverage.greedy import invert

        invert(set_indptr, members, first, *known, *result)
    else:
        _build_in_two_passes(set_indptr, members, first, known, threads, result)
    return result


def _build_in_parts(
    set_indptr: np.ndarray, members: np.ndarray, first: int, known: Inverse, threads: int, result: Inverse
) -> None:
    """Sort the entries from set `first` on, each thread those of its own sets; fills `result`."""
    from seeding._kernels.coverage import partial_index as kernels

    n = result.indptr.size - 1
    parts = [(first + start, first + stop) for start, stop in even_parts(set_indptr[first:], threads)]
    counts = [np.zeros(n, dtype=np.int64) for _ in parts]
    entries = [(set_indptr[start], set_indptr[stop]) for start, stop in parts]
    run_together(
        kernels.count_members, [(members, part, count) for part, count in zip(entries, counts, strict=True)]
    )
    cursors = known.indptr[1:] - known.indptr[:-1]
    np.cumsum(cursors + sum(counts), out=result.indptr[1:])
    if known.sets.size:
        rows = np.array_split(np.arange(n), threads)
        run_together(kernels.copy_rows, [(*known, some, *result) for some in rows])
    cursors += result.indptr[:-1]
    calls = []
    for part, count in zip(parts, counts, strict=True):
        calls.append((set_indptr, members, part, cursors.copy(), result.sets))
        cursors += count
    run_together(kernels.scatter, calls)


def _build_in_two_passes(
    set_indptr: np.ndarray,
    members: np.ndarray,
    first: int,
    known: Inverse,
    threads: int,
    result: Inverse,
) -> None:
    """Deal the entries from set `first` on out to blocks of candidates, then sort each; fills `result`."""
    from seeding._kernels.coverage import inverse_index as kernels

    n_candidates = result.indptr.size - 1
    shift = _shift(n_candidates, members.size)
    n_blocks = (max(0, n_candidates - 1) >> shift) + 1
    parts = [(first + start, first + stop) for start, stop in even_parts(set_indptr[first:], threads)]
    counts = np.zeros((threads, n_blocks), dtype=np.int64)
    places = np.empty(members.size - known.sets.size, dtype=np.uint16)
    with ThreadPoolExecutor(threads) as pool:

        def run(kernel: Callable[..., None], calls: list[tuple[object, ...]]) -> None:
            for future in [pool.submit(kernel, *arguments) for arguments in calls]:
                future.result()

        sets = [(set_indptr, members, part, shift) for part in parts]
        run(kernels.count_blocks, [(*part, count) for part, count in zip(sets, counts, strict=True)])
        # A block's part of the result holds its known entries, then the new ones.
        edges = np.minimum(np.arange(n_blocks + 1) << shift, n_candidates)
        new_starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts.sum(axis=0))])
        cursors = new_starts[:-1] + np.cumsum(counts, axis=0) - counts
        known_ends = known.indptr[edges[1:]]
        outputs = known_ends, places, result.sets
        run(kernels.deal, [(*part, cursor, *outputs) for part, cursor in zip(sets, cursors, strict=True)])
        blocks = even_parts(new_starts, threads)
        most = int(np.diff(new_starts).max())
        scratch = [
            (np.empty(most, dtype=np.int32), np.empty((1 << shift) + 1, dtype=np.int64)) for _ in blocks
        ]
        run(
            kernels.sort_blocks,
            [
                (new_starts, part, shift, places, known, arrays, result)
                for part, arrays in zip(blocks, scratch, strict=True)
            ],
        )


def _shift(n_candidates: int, total: int) -> int:
    """Choose blocks of 2**shift candidates: few enough to write to at once, small enough for the cache."""
    wanted = max(1, min(_MOST_BLOCKS, total // _BLOCK_ENTRIES))
    return min(_MOST_SHIFT, (max(0, n_candidates - 1) // wanted).bit_length())
