"""Networks packed for the samplers: rows of arcs whose live ones are drawn at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seeding._runtime.parts import even_parts, run_together
from seeding.network.csr import Csr

RECORD = np.dtype([("place", np.int64), ("none", np.uint32), ("hazard", np.float32)], align=True)
# Fewer arcs are packed by one thread.
_ARCS_A_THREAD = 1 << 17


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


def pack(csr: Csr, threads: int = 1) -> Packed:
    """Pack rows of arcs: in-arcs for reverse sampling, out-arcs for simulation.

    Rows of equal probabilities (weighted cascade backwards, a constant both ways) share the entries of
    `csr`; any others get an alias table of 12 bytes an arc. The result is the same for any number of threads.
    """
    from seeding._kernels.rows import packing as kernels

    indptr, indices, probability = csr
    records = np.empty(indptr.size, dtype=RECORD)
    kernels.pack_end(indptr, records)
    useful = max(1, min(threads, indices.size // _ARCS_A_THREAD))
    parts = [(indptr[a : b + 1], records[a:b]) for a, b in even_parts(indptr, useful)]
    if kernels.rows_are_equal(indptr, probability):
        most = run_together(kernels.pack_equal, [(*part, probability) for part in parts])
        return Packed(Rows(records, indices), int(max(most)))
    arcs = np.empty((indices.size, 3), dtype=np.uint32)
    longest = int(np.diff(indptr).max(initial=0))
    calls = [(*part, indices, probability, arcs, *_scratch(longest)) for part in parts]
    return Packed(Rows(records, arcs), int(max(run_together(kernels.pack_mixed, calls))))


def _scratch(longest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make what one thread needs for rows of at most so many arcs."""
    return np.empty(longest), np.empty(longest, dtype=np.int64), np.empty(longest, dtype=np.int64)


def alias_table(weights: np.ndarray) -> np.ndarray:
    """Build the table that roots are drawn from in proportion to weight; empty when all weights are equal."""
    from seeding._kernels.rows import packing as kernels

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


# Networks of fewer arcs are sampled arc by arc.
PACKED_FROM_ARCS = 1 << 14


def pack_if_large(rows: Csr, threads: int = 1) -> Csr | Packed:
    """Pack the rows of a network, unless it is small and they are sampled as they are."""
    return pack(rows, threads) if rows.indices.size >= PACKED_FROM_ARCS else rows
