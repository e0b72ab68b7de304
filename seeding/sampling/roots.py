"""Roots of RR sets: nodes drawn in proportion to their weight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Block(NamedTuple):
    """RR sets of a range of worlds: their sizes, and their members one after another.

    ``given`` counts the sets that met a sentinel; they have no members.
    """

    sizes: np.ndarray
    members: np.ndarray
    visited: int
    given: int = 0


class Roots(NamedTuple):
    """Walker's alias table of weights; empty where all are equal."""

    keep: np.ndarray
    alias: np.ndarray


def make_roots(weights: np.ndarray) -> Roots:
    """Prepare the drawing of roots in proportion to weight (Walker, ACM TOMS 1977)."""
    if (weights == weights[0]).all():
        return Roots(np.empty(0), np.empty(0, dtype=np.int32))
    from seeding._kernels.reverse.arc_by_arc import fill_alias

    roots = Roots(np.empty(weights.size), np.empty(weights.size, dtype=np.int32))
    stacks = np.empty(weights.size, dtype=np.int32), np.empty(weights.size, dtype=np.int32)
    fill_alias(weights, *roots, *stacks)
    return roots
