"""A choice on a coverage sample that changes one candidate at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seeding.sampling.coverage import Coverage

# Local search may visit each entry of a large sample about so many times, and so many entries in any case.
_PASSES, _FREE = 8, 1 << 20


class Working:
    """A choice being worked on, with what every candidate is worth to it.

    Attributes
    ----------
    chosen
        Which candidates are in.
    worth
        Sets that only this candidate covers (if it is in), or that it would add (if it is not); int64.
    covered
        Sets that the choice covers.
    moved
        Sets visited by all changes so far: how much work was done.
    """

    def __init__(self, sample: Coverage, chosen: Iterable[int] = ()) -> None:
        n = len(sample.names)
        self._incidence = sample.incidence
        self._times = np.zeros(sample.n_sets, dtype=np.int32)
        self.chosen = np.zeros(n, dtype=np.bool_)
        self.worth = sample.alone.astype(np.int64)
        self.covered = self.moved = 0
        self._sizes = sample.alone
        self._entries = sample.total_size
        for candidate in chosen:
            self.toggle(int(candidate))

    @property
    def tired(self) -> bool:
        """Whether so much was changed that local search should end; small samples never tire it."""
        return self.moved > max(_PASSES * self._entries, _FREE)

    @property
    def members(self) -> np.ndarray:
        """The chosen candidates, by index."""
        return np.flatnonzero(self.chosen)

    def toggle(self, candidate: int) -> None:
        """Take a candidate in, or out again."""
        from seeding._kernels.choice import toggle as kernels

        worth = int(self.worth[candidate])
        self.covered += -worth if self.chosen[candidate] else worth
        self.moved += int(self._sizes[candidate])
        kernels.toggle(self._incidence, candidate, self.chosen, self._times, self.worth)

    def become(self, wanted: np.ndarray) -> None:
        """Turn into another choice, given as marks."""
        for candidate in np.flatnonzero(self.chosen != wanted):
            self.toggle(int(candidate))
