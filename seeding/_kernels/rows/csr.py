"""Compressed sparse rows by counting sort: linear time, and order inside a row is kept."""

from __future__ import annotations

import numpy as np

from seeding._kernels._jit import kernel


@kernel
def bucket(rows, columns, values, indptr, out_columns, out_values):
    """Group entries by row, keeping their order; fills `indptr` (zeros on entry) and the `out_` arrays.

    Here and below, `values` and what is made of them may be empty: then only the places are sorted.
    """
    with_values = values.size > 0
    n = indptr.size - 1
    for i in range(rows.size):
        indptr[rows[i] + 1] += 1
    for row in range(n):
        indptr[row + 1] += indptr[row]
    for i in range(rows.size):
        row = rows[i]
        slot = indptr[row]
        out_columns[slot] = columns[i]
        if with_values:
            out_values[slot] = values[i]
        indptr[row] = slot + 1
    for row in range(n, 0, -1):
        indptr[row] = indptr[row - 1]
    indptr[0] = 0


@kernel
def transpose(indptr, indices, values, t_indptr, t_indices, t_values):
    """Turn rows into columns; fills `t_indptr` (zeros on entry), `t_indices` (sorted) and `t_values`."""
    with_values = values.size > 0
    n = t_indptr.size - 1
    for i in range(indptr[0], indptr[indptr.size - 1]):
        t_indptr[indices[i] + 1] += 1
    for row in range(n):
        t_indptr[row + 1] += t_indptr[row]
    for row in range(indptr.size - 1):
        for i in range(indptr[row], indptr[row + 1]):
            column = indices[i]
            slot = t_indptr[column]
            t_indices[slot] = row
            if with_values:
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
    with_values = values.size > 0
    kept = np.int64(0)
    start = indptr[0]
    for row in range(indptr.size - 1):
        stop = indptr[row + 1]
        first = kept
        for i in range(start, stop):
            if kept > first and indices[kept - 1] == indices[i]:
                if with_values and take_max:
                    values[kept - 1] = max(values[kept - 1], values[i])
                elif with_values:
                    values[kept - 1] = 1.0 - (1.0 - values[kept - 1]) * (1.0 - values[i])
            else:
                indices[kept] = indices[i]
                if with_values:
                    values[kept] = values[i]
                kept += 1
        start = stop
        indptr[row + 1] = kept
    return kept


@kernel
def rows_are_sound(indptr, indices, n_columns):
    """Tell whether rows begin where others end, and each holds growing numbers from 0 to n_columns − 1."""
    for row in range(indptr.size - 1):
        if not 0 <= indptr[row] <= indptr[row + 1] <= indices.size:
            return False
        last = np.int64(-1)
        for i in range(indptr[row], indptr[row + 1]):
            if not last < indices[i] < n_columns:
                return False
            last = np.int64(indices[i])
    return True


@kernel
def breadth_first(indptr, indices, order, place):
    """List all nodes so that those near each other come close; fills `order` and `place`, its inverse.

    One breadth-first search after the other, each from the first node that none before has met.
    """
    place[:] = -1
    head = 0
    tail = 0
    for root in range(place.size):
        if place[root] < 0:
            place[root] = tail
            order[tail] = root
            tail += 1
        while head < tail:
            v = order[head]
            head += 1
            for e in range(indptr[v], indptr[v + 1]):
                u = indices[e]
                if place[u] < 0:
                    place[u] = tail
                    order[tail] = u
                    tail += 1
