"""Packing rows of arcs into the form that the samplers read: see `points`."""

from __future__ import annotations

import math

import numpy as np

from seeding._kernels._jit import inlined, lean
from seeding._kernels.rows.live_arcs import DEGREE_BITS, HEAVY, MANY

RANGE = 4294967296.0
FULL = 4294967295.0
HEAVY_FROM = 0.5
LONE_HAZARD = 64.0


@lean
def rows_are_equal(indptr, probability):
    """Tell whether, in every row, all arcs have the same probability."""
    for row in range(indptr.size - 1):
        for i in range(indptr[row] + 1, indptr[row + 1]):
            if probability[i] != probability[indptr[row]]:
                return False
    return True


@inlined
def write_record(record, start, degree, hazard, none):
    """Fill one record; rows too long for their field are left to the exact path. Returns nothing."""
    record.place = (start << DEGREE_BITS) | min(degree, MANY)
    record.hazard = hazard
    record.none = 0 if degree >= MANY else np.uint32(min(math.floor(none * RANGE), FULL))


@lean
def pack_equal(indptr, records, probability):
    """Pack rows of equal probabilities; fills `records`.

    Returns the largest number of picks that a row can give.
    """
    most = 1.0
    n = indptr.size - 1
    for row in range(n):
        start = indptr[row]
        degree = indptr[row + 1] - start
        p = probability[start] if degree > 0 else 0.0
        if degree <= 1:
            hazard = min(-math.log1p(-p), LONE_HAZARD) if p < 1.0 else LONE_HAZARD
            write_record(records[row], start, degree, hazard, 1.0 - p)
        elif p > HEAVY_FROM:
            write_record(records[row], start, degree, -p, 0.0)
            most = max(most, float(degree))
        else:
            hazard = np.float64(np.float32(-math.log1p(-p) * degree))
            write_record(records[row], start, degree, hazard, math.exp(-hazard))
            most = max(most, _most_points(hazard))
    return np.int64(most)


@lean
def pack_end(indptr, records):
    """Fill the record after all rows."""
    write_record(records[indptr.size - 1], indptr[indptr.size - 1], 0, 0.0, 1.0)


@lean
def pack_mixed(indptr, records, indices, probability, arcs, shares, small, large):
    """Pack rows of any probabilities: heavy arcs first, an alias table over the hazards of the others.

    Fills `records` and `arcs` (node, other node, threshold for the first); `shares`,
    `small` and `large` are scratch of the largest degree. Returns the largest pick count.
    """
    most = 1.0
    n = indptr.size - 1
    for row in range(n):
        start, stop = indptr[row], indptr[row + 1]
        degree = stop - start
        if degree <= 1:
            p = probability[start] if degree > 0 else 0.0
            if degree == 1:
                arcs[start, 0] = indices[start]
                arcs[start, 1] = indices[start]
                arcs[start, 2] = 0
            hazard = min(-math.log1p(-p), LONE_HAZARD) if p < 1.0 else LONE_HAZARD
            write_record(records[row], start, degree, hazard, 1.0 - p)
            continue
        light, hazard = _put_heavy_first(start, stop, indices, probability, shares, arcs)
        hazard = np.float64(np.float32(hazard))
        _build_alias(light, stop, shares, small, large, arcs)
        heavy = light - start
        if heavy > 0:
            write_record(records[row], start, degree, -max(hazard, 1e-30), 0.0)
        else:
            write_record(records[row], start, degree, hazard, math.exp(-hazard))
        most = max(most, heavy + _most_points(hazard))
    return np.int64(most)


@lean
def build_alias(weights, shares, small, large, table):
    """Build one alias table over `weights`; fills `table` (entry, other entry, threshold for the first)."""
    for i in range(weights.size):
        shares[i] = weights[i]
        table[i, 0] = i
    _build_alias(0, weights.size, shares, small, large, table)


@lean
def _most_points(hazard):
    """Bound a Poisson count: it is exceeded with a probability below 1e-30."""
    return math.ceil(hazard + 12.0 * math.sqrt(hazard) + 40.0)


@lean
def _put_heavy_first(start, stop, indices, probability, shares, arcs):
    """Write the arcs of one row, heavy ones first; fills `shares` with hazards of the light ones.

    Returns (first light arc, light hazard).
    """
    light = start
    for i in range(start, stop):
        p = probability[i]
        if p > HEAVY_FROM:
            arcs[light, 0] = indices[i]
            arcs[light, 1] = HEAVY
            arcs[light, 2] = np.uint32(min(math.ceil(p * RANGE) - 1.0, FULL))
            light += 1
    total = 0.0
    end = light
    for i in range(start, stop):
        p = probability[i]
        if p <= HEAVY_FROM:
            arcs[end, 0] = indices[i]
            shares[end - light] = -math.log1p(-p)
            total += shares[end - light]
            end += 1
    return light, total


@lean
def _build_alias(start, stop, shares, small, large, table):
    """Build an alias table over rows start..stop of `table` by Vose's method (IEEE TSE 17, 1991)."""
    degree = stop - start
    total = 0.0
    for i in range(degree):
        total += shares[i]
    n_small = 0
    n_large = 0
    for i in range(degree):
        shares[i] = shares[i] * degree / total if total > 0.0 else 1.0
        if shares[i] < 1.0:
            small[n_small] = i
            n_small += 1
        else:
            large[n_large] = i
            n_large += 1
    while n_small > 0 and n_large > 0:
        n_small -= 1
        poor = small[n_small]
        rich = large[n_large - 1]
        table[start + poor, 1] = table[start + rich, 0]
        table[start + poor, 2] = np.uint32(min(math.floor(shares[poor] * RANGE), FULL))
        shares[rich] -= 1.0 - shares[poor]
        if shares[rich] < 1.0:
            n_large -= 1
            small[n_small] = rich
            n_small += 1
    while n_large > 0:
        n_large -= 1
        _keep_whole(start + large[n_large], table)
    while n_small > 0:
        n_small -= 1
        _keep_whole(start + small[n_small], table)


@lean
def _keep_whole(i, table):
    """Give an entry of an alias table its whole column."""
    table[i, 1] = table[i, 0]
    table[i, 2] = np.uint32(FULL)
