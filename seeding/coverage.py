"""Coverage: which candidates cover which sampled elements. What selection sees instead of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from seeding import inverse
from seeding import labels as label_tools
from seeding.errors import InputError
from seeding.estimate import Estimate


class Incidence(NamedTuple):
    """Membership both ways: the candidates of each set, and the sets of each candidate."""

    set_indptr: np.ndarray
    members: np.ndarray
    indptr: np.ndarray
    sets: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Coverage:
    """A sample of RR sets, kept as the candidates in each.

    If S covers Λ of θ sets, its expected reach is estimated, without bias for an S fixed beforehand, by
    W·Λ/θ with W the total weight (Borgs et al., SODA 2014).

    Attributes
    ----------
    candidates
        Label of each candidate.
    total_weight
        W, the sum of all node weights.
    set_indptr, members
        Set r holds the candidates ``members[set_indptr[r]:set_indptr[r + 1]]``; a set without any
        candidate stays in the count.
    threads
        Threads that may be used to build the inverse index.
    """

    candidates: pd.Index
    total_weight: float
    set_indptr: np.ndarray
    members: np.ndarray
    threads: int = 1

    @property
    def n_sets(self) -> int:
        """Number of sampled sets, empty ones included."""
        return int(self.set_indptr.size - 1)

    @property
    def total_size(self) -> int:
        """Number of stored entries: the sizes of all sets together."""
        return int(self.members.size)

    def __repr__(self) -> str:
        return f"Coverage({self.n_sets:,} RR sets, {self.total_size:,} entries)"

    @cached_property
    def incidence(self) -> Incidence:
        """Membership both ways; the inverse is built when it is first needed."""
        inverted = inverse.build(self.set_indptr, self.members, len(self.candidates), self.threads)
        return Incidence(self.set_indptr, self.members, *inverted)

    def count(self, chosen: np.ndarray) -> int:
        """Count the sets that hold at least one of the chosen candidates (given by index)."""
        from seeding._kernels import cover

        wanted = np.zeros(len(self.candidates), dtype=np.bool_)
        wanted[chosen] = True
        return int(cover.count_covered(self.set_indptr, self.members, wanted))

    def reach(self, seeds: object) -> Estimate:
        """Estimate the expected reach of seeds given by label, with the exact binomial interval.

        The estimate is honest only for seeds that were not chosen on this very sample.

        Raises
        ------
        InputError
            If a seed is not among the candidates.
        """
        return Estimate.from_count(self.count(self._find(seeds)), self.n_sets, self.total_weight)

    def marginal(self, seeds: object = ()) -> pd.DataFrame:
        """Estimate what each candidate would add to seeds given by label.

        Returns
        -------
        One row per candidate, indexed by label: ``mean`` and ``stderr`` of the added expected reach.

        Raises
        ------
        InputError
            If a seed is not among the candidates.
        """
        from seeding._kernels import cover

        covered = np.zeros(self.n_sets, dtype=np.bool_)
        cover.mark_covered(self.incidence.indptr, self.incidence.sets, self._find(seeds), covered)
        gains = np.zeros(len(self.candidates), dtype=np.int64)
        cover.count_gains(self.set_indptr, self.members, covered, gains)
        share = gains / self.n_sets
        return pd.DataFrame(
            {
                "mean": self.total_weight * share,
                "stderr": self.total_weight * np.sqrt(share * (1 - share) / self.n_sets),
            },
            index=self.candidates,
        )

    def extend(self, more: Coverage) -> Coverage:
        """Return this sample followed by another of the same candidates.

        Raises
        ------
        InputError
            If the two samples are not of the same candidates and weight.
        """
        if not self.candidates.equals(more.candidates) or self.total_weight != more.total_weight:
            raise InputError("the two samples are of different candidates; sample the same network again.")
        return Coverage(
            self.candidates,
            self.total_weight,
            np.concatenate([self.set_indptr, more.set_indptr[1:] + self.set_indptr[-1]]),
            np.concatenate([self.members, more.members]),
            more.threads,
        )

    def _find(self, seeds: object) -> np.ndarray:
        labels = label_tools.as_labels(seeds, "seeds")
        return label_tools.locate(self.candidates, labels, "seed", "the sample's candidates")
