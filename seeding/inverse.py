"""Building the inverse index of a sample: for each candidate, the sets it is in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

# Entries times threads from which two passes are faster than one that writes all over memory.
TWO_PASSES_FROM = 1 << 24
_BLOCK_ENTRIES = 1 << 16
_MOST_BLOCKS = 512
_MOST_SHIFT = 16


class Inverse(NamedTuple):
    """Rows of sets: candidate ``v`` is in ``sets[indptr[v]:indptr[v + 1]]``, in increasing order."""

    indptr: np.ndarray
    sets: np.ndarray


def build(set_indptr: np.ndarray, members: np.ndarray, n_candidates: int, threads: int = 1) -> Inverse:
    """Turn sets of candidates into candidates of sets, in linear time.

    Few entries take one plain counting sort; many are first dealt out to blocks of candidates that fit in
    cache, for which 2 bytes an entry are needed besides the result.

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
    """
    result = Inverse(np.zeros(n_candidates + 1, dtype=np.int64), np.empty(members.size, dtype=np.int32))
    if members.size * threads < TWO_PASSES_FROM:
        from seeding._kernels.cover import invert

        invert(set_indptr, members, *result)
    else:
        _build_in_two_passes(set_indptr, members, threads, result)
    return result


def _build_in_two_passes(set_indptr: np.ndarray, members: np.ndarray, threads: int, result: Inverse) -> None:
    """Deal entries out to blocks of candidates, then sort each block; fills `result`."""
    from seeding._kernels import inverse as kernels

    n_candidates = result.indptr.size - 1
    shift = _shift(n_candidates, members.size)
    n_blocks = (max(0, n_candidates - 1) >> shift) + 1
    parts = _even_parts(set_indptr, threads)
    counts = np.zeros((threads, n_blocks), dtype=np.int64)
    places = np.empty(members.size, dtype=np.uint16)
    with ThreadPoolExecutor(threads) as pool:

        def run(kernel: Callable[..., None], calls: list[tuple[object, ...]]) -> None:
            for future in [pool.submit(kernel, *arguments) for arguments in calls]:
                future.result()

        sets = [(set_indptr, members, part, shift) for part in parts]
        run(kernels.count_blocks, [(*part, count) for part, count in zip(sets, counts, strict=True)])
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts.sum(axis=0))])
        cursors = starts[:-1] + np.cumsum(counts, axis=0) - counts
        outputs = places, result.sets
        run(kernels.deal, [(*part, cursor, *outputs) for part, cursor in zip(sets, cursors, strict=True)])
        blocks = _even_parts(starts, threads)
        run(kernels.sort_blocks, [(starts, part, shift, places, *result) for part in blocks])


def _shift(n_candidates: int, total: int) -> int:
    """Choose blocks of 2**shift candidates: few enough to write to at once, small enough for the cache."""
    wanted = max(1, min(_MOST_BLOCKS, total // _BLOCK_ENTRIES))
    return min(_MOST_SHIFT, (max(0, n_candidates - 1) // wanted).bit_length())


def _even_parts(indptr: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Cut rows into consecutive ranges of about equally many entries."""
    marks = indptr[0] + (indptr[-1] - indptr[0]) * np.arange(1, count) // count
    cuts = [0, *np.searchsorted(indptr, marks).tolist(), indptr.size - 1]
    return list(pairwise(cuts))
