"""Networks packed for the samplers: rows of arcs whose live ones are drawn at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seeding.csr import Csr

RECORD = np.dtype([("place", np.int64), ("none", np.uint32), ("hazard", np.float32)], align=True)


class Rows(NamedTuple):
    """What a kernel reads of a network: a record per row, and the arcs (or alias entries) of all rows."""

    records: np.ndarray
    arcs: np.ndarray


class Packed(NamedTuple):
    """Packed rows and the largest number of picks that one row can give."""

    rows: Rows
    most_picks: int

    @property
    def n_rows(self) -> int:
        """Number of rows: the nodes of the network."""
        return int(self.rows.records.size - 1)


def pack(csr: Csr) -> Packed:
    """Pack rows of arcs: in-arcs for reverse sampling, out-arcs for simulation.

    Rows of equal probabilities (weighted cascade backwards, a constant both ways) share the entries of
    `csr`; any others get an alias table of 12 bytes an arc.
    """
    from seeding._kernels import packing as kernels

    n = csr.indptr.size - 1
    records = np.empty(n + 1, dtype=RECORD)
    if kernels.rows_are_equal(csr.indptr, csr.probability):
        most = kernels.pack_equal(csr.indptr, csr.probability, records)
        return Packed(Rows(records, csr.indices), int(most))
    longest = int(np.diff(csr.indptr).max(initial=0))
    scratch = np.empty(longest), np.empty(longest, dtype=np.int64), np.empty(longest, dtype=np.int64)
    arcs = np.empty((csr.indices.size, 3), dtype=np.uint32)
    most = kernels.pack_mixed(csr.indptr, csr.indices, csr.probability, *scratch, records, arcs)
    return Packed(Rows(records, arcs), int(most))


def alias_table(weights: np.ndarray) -> np.ndarray:
    """Build the table that roots are drawn from in proportion to weight; empty when all weights are equal."""
    from seeding._kernels import packing as kernels

    if (weights == weights[0]).all():
        return np.empty((0, 3), dtype=np.uint32)
    n = weights.size
    table = np.empty((n, 3), dtype=np.uint32)
    kernels.build_alias(
        np.asarray(weights, dtype=np.float64),
        np.empty(n),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        table,
    )
    return table
