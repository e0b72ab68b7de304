"""Which sets of a sample the members of a choice cover, alone and together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seeding.sampling.coverage import Coverage


@dataclass(frozen=True, eq=False)
class SeedSets:
    """The sets of a sample that hold members of a choice.

    Attributes
    ----------
    sample, chosen
        The sample, and the chosen candidates (indices).
    rows, places
        Set, and place in the choice, of every entry of the sample that is a chosen candidate; by set.
    hits
        How many of the chosen each set holds.
    """

    sample: Coverage
    chosen: np.ndarray
    rows: np.ndarray
    places: np.ndarray
    hits: np.ndarray

    @classmethod
    def of(cls, sample: Coverage, chosen: np.ndarray) -> SeedSets:
        """Find the entries of a choice in a sample whose sets are whole."""
        place_of = np.full(len(sample.names), -1, dtype=np.int32)
        place_of[chosen] = np.arange(chosen.size)
        places = place_of[sample.members]
        entries = np.flatnonzero(places >= 0)
        rows = np.searchsorted(sample.set_indptr, entries, side="right") - 1
        return cls(sample, chosen, rows, places[entries], np.bincount(rows, minlength=sample.n_sets))

    @property
    def covered(self) -> int:
        """Number of sets that hold one of the chosen at least."""
        return int(np.count_nonzero(self.hits))

    @cached_property
    def alone(self) -> np.ndarray:
        """Number of sets that each of the chosen is in."""
        return np.bincount(self.places, minlength=self.chosen.size)

    @cached_property
    def only(self) -> np.ndarray:
        """Number of sets that each of the chosen is in without any other of them."""
        return np.bincount(self.places[self.hits[self.rows] == 1], minlength=self.chosen.size)

    def both(self) -> np.ndarray:
        """Return for every pair of the chosen in how many sets both are; a square array."""
        from scipy.sparse import csr_array

        shape = (self.sample.n_sets, self.chosen.size)
        held = csr_array((np.ones(self.rows.size, dtype=np.int64), (self.rows, self.places)), shape=shape)
        found: np.ndarray = (held.T @ held).toarray()
        return found

    def gains(self) -> np.ndarray:
        """Return for every candidate how many sets it is in that hold none of the chosen."""
        return self._count_members(self.hits == 0)

    def gains_without(self, place: int) -> np.ndarray:
        """Return for every candidate how many sets it is in that hold this one of the chosen and no other."""
        marked = np.zeros(self.sample.n_sets, dtype=np.bool_)
        marked[self.rows[(self.places == place) & (self.hits[self.rows] == 1)]] = True
        return self._count_members(marked)

    def _count_members(self, marked: np.ndarray) -> np.ndarray:
        from seeding._kernels.coverage import greedy

        gains = np.zeros(len(self.sample.names), dtype=np.int64)
        greedy.count_gains(self.sample.set_indptr, self.sample.members, ~marked, gains)
        return gains
