"""Coverage: which candidates cover which sampled elements. What selection sees instead of a graph."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from seeding.errors import InputError
from seeding.network import labels as label_tools
from seeding.network.labels import Labels
from seeding.plan.estimate import Estimate
from seeding.sampling.partial_index import Listing, count_alone, list_all, list_some


class Incidence(NamedTuple):
    """Membership both ways: the candidates of each set, and the sets of each candidate."""

    set_indptr: np.ndarray
    members: np.ndarray
    indptr: np.ndarray
    sets: np.ndarray


@dataclass(eq=False)
class Room:
    """Memory for the members of a growing sample; the largest sample so far uses `filled` entries."""

    entries: np.ndarray
    filled: int


@dataclass(frozen=True, eq=False, repr=False)
class Coverage:
    """A sample of RR sets, kept as the candidates in each.

    If S covers Λ of θ sets, its expected reach is estimated, without bias for an S fixed beforehand, by
    W·Λ/θ with W the total weight (Borgs et al., SODA 2014).

    Attributes
    ----------
    names
        Label of each candidate; `candidates` gives them as a pandas Index.
    total_weight
        W, the sum of all node weights.
    set_indptr, members
        Set r holds the candidates ``members[set_indptr[r]:set_indptr[r + 1]]``; a set without any
        candidate stays in the count.
    threads
        Threads that may be used to build the inverse index.
    sentinels
        Candidates that every choice to be counted contains.
    given
        Sets that hold a sentinel; they are counted, but their members are not kept.
    known
        The sets of some candidates, or of all, that were asked for so far; they are not sought again.
    counted
        What `alone` was when the sample had fewer sets.
    room
        The memory that the members lie at the start of.
    """

    names: Labels
    total_weight: float
    set_indptr: np.ndarray
    members: np.ndarray
    threads: int = 1
    sentinels: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    given: int = 0
    known: Listing | None = None
    counted: np.ndarray | None = None
    room: Room = field(default_factory=lambda: Room(np.empty(0, dtype=np.int32), -1))
    # A choice is counted more than once in a look at it: for what it could at best prove, then for the proof.
    _counts: dict[bytes, int] = field(default_factory=dict, init=False)

    @property
    def candidates(self) -> pd.Index:
        """Label of each candidate."""
        return self.names.index

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

    @property
    def incidence(self) -> Incidence:
        """Membership both ways, of everybody; built when it is first needed."""
        return self.listing()

    @cached_property
    def alone(self) -> np.ndarray:
        """Number of sets that each candidate is in; int64."""
        if self.known is not None and self.known.listed.size == 0 and self.known.n_sets == self.n_sets:
            return np.diff(self.known.rows.indptr)
        return count_alone(self.members, len(self.names), self.threads, self.counted)

    def listing(self, wanted: np.ndarray | None = None) -> Incidence:
        """Membership both ways, with the sets of the `wanted` candidates (marks) at least; of all if None."""
        known = self.known
        if known is None or not known.holds(wanted, self.n_sets):
            if wanted is None or (known is not None and known.listed.size == 0):
                n = len(self.names)
                known = list_all(self.set_indptr, self.members, n, self.threads, known)
            else:
                known = list_some(self.set_indptr, self.members, wanted, self.alone, self.threads, known)
            object.__setattr__(self, "known", known)
        return Incidence(self.set_indptr, self.members, *known.rows)

    @property
    def listed(self) -> np.ndarray:
        """Marks of those whose sets are listed so far; empty where everybody's are."""
        return np.empty(0, dtype=np.bool_) if self.known is None else self.known.listed

    def count(self, chosen: np.ndarray) -> int:
        """Count the sets that hold one of the chosen candidates (given by index; all sentinels among them).

        Raises
        ------
        ValueError
            If a sentinel was not chosen.
        """
        from seeding._kernels.coverage import greedy

        if not np.isin(self.sentinels, chosen).all():
            raise ValueError("a choice without all sentinels cannot be counted on this sample.")
        name = np.sort(np.asarray(chosen, dtype=np.int64)).tobytes()
        if name not in self._counts:
            wanted = np.zeros(len(self.names), dtype=np.bool_)
            wanted[chosen] = True
            self._counts[name] = int(greedy.count_covered(self.set_indptr, self.members, wanted))
        return self.given + self._counts[name]

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
        from seeding._kernels.coverage import greedy

        covered = np.zeros(self.n_sets, dtype=np.bool_)
        greedy.mark_covered(self.incidence.indptr, self.incidence.sets, self._find(seeds), covered)
        gains = np.zeros(len(self.names), dtype=np.int64)
        greedy.count_gains(self.set_indptr, self.members, covered, gains)
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
        same_weight = self.total_weight == more.total_weight
        same_sentinels = np.array_equal(self.sentinels, more.sentinels)
        if not (self.names.same_as(more.names) and same_weight and same_sentinels):
            raise InputError("the two samples are of different candidates; sample the same network again.")
        indptr = np.concatenate([self.set_indptr, more.set_indptr[1:] + self.set_indptr[-1]])
        members = np.concatenate([self.members, more.members])
        return self.grown(indptr, Room(members, members.size), more.threads, self.given + more.given)

    def grown(self, set_indptr: np.ndarray, room: Room, threads: int, given: int) -> Coverage:
        """Return a sample that begins with the sets of this one; its index is not built from scratch."""
        return replace(
            self,
            set_indptr=set_indptr,
            members=room.entries[: set_indptr[-1]],
            threads=threads,
            given=given,
            counted=self.__dict__.get("alone", self.counted),
            room=room,
        )

    def _find(self, seeds: object) -> np.ndarray:
        labels = label_tools.as_labels(seeds, "seeds")
        return label_tools.locate(self.candidates, labels, "seed", "the sample's candidates")
