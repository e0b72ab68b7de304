"""Building compressed sparse rows from lists of arcs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Csr(NamedTuple):
    """Rows of arcs: row ``v`` holds entries ``indptr[v]:indptr[v + 1]``, sorted by index."""

    indptr: np.ndarray
    indices: np.ndarray
    probability: np.ndarray

    def rows(self) -> np.ndarray:
        """Return the row of every entry (int32)."""
        counts = np.diff(self.indptr)
        return np.repeat(np.arange(counts.size, dtype=np.int32), counts)


def build(source: np.ndarray, target: np.ndarray, probability: np.ndarray, n_nodes: int) -> Csr:
    """Sort arcs by source, then target; parallel arcs stay side by side in their given order."""
    return build_from([source, target, probability], n_nodes)


def build_from(rows: list[np.ndarray], n_nodes: int) -> Csr:
    """Build as `build` does from a list of sources, targets and probabilities, which is emptied.

    Whoever keeps no other name for the three gets their memory back half-way. An empty array of
    probabilities leaves those of the result empty too, to be assigned later.
    """
    from seeding._kernels.rows import csr as kernels

    source, target, probability = rows
    rows.clear()
    by_target = _empty(n_nodes, source.size, probability.size > 0)
    kernels.bucket(target, source, probability, *by_target)
    del source, target, probability
    return flip(by_target, n_nodes)


def flip(rows: Csr, n_nodes: int) -> Csr:
    """Turn rows into columns; the entries of each new row come out sorted."""
    from seeding._kernels.rows import csr as kernels

    flipped = _empty(n_nodes, rows.indices.size, rows.probability.size > 0)
    kernels.transpose(*rows, *flipped)
    return flipped


def merge_parallel(rows: Csr, take_max: bool) -> Csr:
    """Merge equal entries of a row by noisy-or or maximum; `rows` must not be used afterwards."""
    from seeding._kernels.rows import csr as kernels

    kept = kernels.merge_parallel(*rows, take_max)
    for part in rows[1:]:
        if part.size:
            # Gives the rest of the memory back where it is; a copy would need twice as much.
            part.resize(kept, refcheck=False)
    return rows


def is_sound(rows: Csr, n_columns: int) -> bool:
    """Tell whether rows are laid out as they must be: entries sorted, distinct, and below `n_columns`."""
    from seeding._kernels.rows import csr as kernels

    if rows.indptr.size == 0 or rows.indptr[0] != 0 or rows.indptr[-1] != rows.indices.size:
        return False
    return bool(kernels.rows_are_sound(rows.indptr, rows.indices, n_columns))


def count_parallel(rows: Csr) -> int:
    """Count the entries that repeat the one before them in the same row."""
    if rows.indices.size < 2:
        return 0
    same = rows.indices[1:] == rows.indices[:-1]
    starts = rows.indptr[1:-1]
    same[starts[(starts > 0) & (starts < rows.indices.size)] - 1] = False
    return int(same.sum())


def _empty(n_nodes: int, n_arcs: int, with_values: bool) -> Csr:
    return Csr(
        np.zeros(n_nodes + 1, dtype=np.int64),
        np.empty(n_arcs, dtype=np.int32),
        np.empty(n_arcs if with_values else 0, dtype=np.float64),
    )
