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
    from seeding._kernels import csr as kernels

    by_target = _empty(n_nodes, source.size)
    kernels.bucket(target, source, probability, *by_target)
    return flip(by_target, n_nodes)


def flip(rows: Csr, n_nodes: int) -> Csr:
    """Turn rows into columns; the entries of each new row come out sorted."""
    from seeding._kernels import csr as kernels

    flipped = _empty(n_nodes, rows.indices.size)
    kernels.transpose(*rows, *flipped)
    return flipped


def merge_parallel(rows: Csr, take_max: bool) -> Csr:
    """Merge equal entries of a row by noisy-or or maximum; `rows` must not be used afterwards."""
    from seeding._kernels import csr as kernels

    kept = kernels.merge_parallel(*rows, take_max)
    return Csr(rows.indptr, rows.indices[:kept].copy(), rows.probability[:kept].copy())


def count_parallel(rows: Csr) -> int:
    """Count the entries that repeat the one before them in the same row."""
    if rows.indices.size < 2:
        return 0
    same = rows.indices[1:] == rows.indices[:-1]
    starts = rows.indptr[1:-1]
    same[starts[(starts > 0) & (starts < rows.indices.size)] - 1] = False
    return int(same.sum())


def _empty(n_nodes: int, n_arcs: int) -> Csr:
    return Csr(
        np.zeros(n_nodes + 1, dtype=np.int64),
        np.empty(n_arcs, dtype=np.int32),
        np.empty(n_arcs, dtype=np.float64),
    )
