"""Compressed sparse rows by counting sort: linear time, and order inside a row is kept."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel


@kernel
def bucket(rows, columns, values, indptr, out_columns, out_values):
    """Group entries by row, keeping their order; fills `indptr` (zeros on entry) and the `out_` arrays."""
    n = indptr.size - 1
    for i in range(rows.size):
        indptr[rows[i] + 1] += 1
    for row in range(n):
        indptr[row + 1] += indptr[row]
    for i in range(rows.size):
        row = rows[i]
        slot = indptr[row]
        out_columns[slot] = columns[i]
        out_values[slot] = values[i]
        indptr[row] = slot + 1
    for row in range(n, 0, -1):
        indptr[row] = indptr[row - 1]
    indptr[0] = 0


@kernel
def transpose(indptr, indices, values, t_indptr, t_indices, t_values):
    """Turn rows into columns; fills `t_indptr` (zeros on entry), `t_indices` (sorted) and `t_values`."""
    n = t_indptr.size - 1
    for i in range(indices.size):
        t_indptr[indices[i] + 1] += 1
    for row in range(n):
        t_indptr[row + 1] += t_indptr[row]
    for row in range(indptr.size - 1):
        for i in range(indptr[row], indptr[row + 1]):
            column = indices[i]
            slot = t_indptr[column]
            t_indices[slot] = row
            t_values[slot] = values[i]
            t_indptr[column] = slot + 1
    for row in range(n, 0, -1):
        t_indptr[row] = t_indptr[row - 1]
    t_indptr[0] = 0


@kernel
def merge_parallel(indptr, indices, values, take_max):
    """Merge equal neighbours of each (sorted) row in place; returns the number of entries kept.

    Values are combined by noisy-or, 1 − Π(1 − p), or by their maximum. `indptr`, `indices` and
    `values` are modified in place.
    """
    kept = np.int64(0)
    start = indptr[0]
    for row in range(indptr.size - 1):
        stop = indptr[row + 1]
        first = kept
        for i in range(start, stop):
            if kept > first and indices[kept - 1] == indices[i]:
                if take_max:
                    values[kept - 1] = max(values[kept - 1], values[i])
                else:
                    values[kept - 1] = 1.0 - (1.0 - values[kept - 1]) * (1.0 - values[i])
            else:
                indices[kept] = indices[i]
                values[kept] = values[i]
                kept += 1
        start = stop
        indptr[row + 1] = kept
    return kept
