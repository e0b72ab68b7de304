"""Earlier seeds stay in a new choice where that costs hardly any coverage.

A choice is made as always. Then, on the same sample, earlier seeds are put back one by one: where there is
room, in the place of the new seed that is missed least, or in the place of several. The choice must stay
allowed, and cover at least the part 1 − precision of what the new choice covers. What comes of it is a
function of the choosing sample and of the earlier seeds alone, as the choice itself is, so that it takes the
place of the choice in δ's accounting (`error_budget`), and adds no event to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage
from seeding.selection.greedy import Cover
from seeding.selection.problem import Earlier, Problem

# A count below the floor by less than this is rounding of the floor.
_ROUNDING = 1e-9


def keep(problem: Problem, sample: Coverage, cover: Cover) -> Cover:
    """Put earlier seeds back into a choice, where there are any.

    Parameters
    ----------
    problem
        The limits and rules, and the earlier seeds.
    sample
        The sample that the choice was made on, whole.
    cover
        The choice.

    Returns
    -------
    An allowed choice that covers at least the part 1 − precision of what the given one covers, with the same
    bound.
    """
    earlier = problem.earlier
    if earlier is None or earlier.rows.size == 0 or cover.order.size == 0:
        return cover
    floor = ceil((1 - earlier.precision) * cover.covered - _ROUNDING)
    mixed = _Mixed.of(sample, problem.program, cover, earlier)
    changed = True
    while changed:
        changed = sum(mixed.put_back(person, floor) for person in mixed.missing(floor)) > 0
    mixed.refill(cover.order)
    return Cover(np.array(mixed.order, dtype=np.int64), mixed.covered, cover.bound)


@dataclass(eq=False)
class _Mixed:
    """A choice that changes, with how often each set is covered, and by whom where that is one only.

    Attributes
    ----------
    starts, sets
        The sets of each candidate.
    program, earlier
        What is allowed, and who was chosen before.
    order
        The choice.
    hits, owner
        How many of the choice each set holds, and the sum of their numbers: the number of the one where it is
        one.
    """

    starts: np.ndarray
    sets: np.ndarray
    program: Program
    earlier: Earlier
    hits: np.ndarray
    owner: np.ndarray
    order: list[int] = field(default_factory=list)
    covered: int = 0

    @classmethod
    def of(cls, sample: Coverage, program: Program, cover: Cover, earlier: Earlier) -> _Mixed:
        """Begin with a choice."""
        marks = np.zeros(len(sample.names), dtype=np.bool_)
        marks[cover.order] = marks[earlier.rows] = True
        listed = sample.listing(marks)
        hits, owner = np.zeros(sample.n_sets, dtype=np.int32), np.zeros(sample.n_sets, dtype=np.int64)
        mixed = cls(listed.indptr, listed.sets, program, earlier, hits, owner)
        for row in cover.order.tolist():
            mixed.add(row)
        return mixed

    def sets_of(self, row: int) -> np.ndarray:
        """Return the sets that somebody is in."""
        return self.sets[self.starts[row] : self.starts[row + 1]]

    def add(self, row: int) -> None:
        """Take somebody in."""
        held = self.sets_of(row)
        self.covered += int(np.count_nonzero(self.hits[held] == 0))
        self.hits[held] += 1
        self.owner[held] += row
        self.order.append(row)

    def drop(self, row: int) -> None:
        """Leave somebody out."""
        held = self.sets_of(row)
        self.hits[held] -= 1
        self.owner[held] -= row
        self.covered -= int(np.count_nonzero(self.hits[held] == 0))
        self.order.remove(row)

    def only(self, row: int) -> int:
        """Count the sets that somebody of the choice alone covers."""
        return int(np.count_nonzero(self.hits[self.sets_of(row)] == 1))

    def brings(self, row: int) -> int:
        """Count the sets that somebody else would add."""
        return int(np.count_nonzero(self.hits[self.sets_of(row)] == 0))

    def new(self) -> list[int]:
        """Return who is no earlier seed, as they stand in the choice."""
        before = set(self.earlier.rows.tolist())
        return [row for row in self.order if row not in before]

    def exchanged(self, row: int, new: Iterable[int]) -> list[tuple[int, int]]:
        """Return who may leave for somebody, with what is covered then: the most first."""
        held = self.sets_of(row)
        alone = self.owner[held[self.hits[held] == 1]]
        shared = dict(zip(*(part.tolist() for part in np.unique(alone, return_counts=True)), strict=True))
        gained = self.covered + self.brings(row)
        found = [(gained - self.only(one) + shared.get(one, 0), one) for one in new]
        return sorted(found, key=lambda pair: -pair[0])

    def missing(self, floor: int) -> list[list[int]]:
        """Return the offers of each earlier seed who is not chosen: who costs least coverage first."""
        persons, chosen = self.earlier.persons, set(self.order)
        offers: dict[int, list[int]] = {}
        for person, row in zip(persons.tolist(), self.earlier.rows.tolist(), strict=True):
            offers.setdefault(person, []).append(row)
        out = [rows for rows in offers.values() if not chosen.intersection(rows)]
        new = self.new()

        def most(rows: list[int]) -> int:
            return max((pair[0] for row in rows for pair in self.exchanged(row, new)[:1]), default=floor)

        return sorted(out, key=lambda rows: -most(rows))

    def put_back(self, rows: list[int], floor: int) -> bool:
        """Take an earlier seed in by one of the offers, if that can be; returns whether it was."""
        limited = self.program.limits.budget is not None
        for row in rows:
            if not limited or self.sets_of(row).size:
                if self._add_in_room(row, limited) or self._exchange(row, floor):
                    return True
                if self._exchange_several(row, floor):
                    return True
        return False

    def _add_in_room(self, row: int, limited: bool) -> bool:
        # Money is not spent on somebody who adds nothing.
        if (limited and self.brings(row) == 0) or not self._allows([*self.order, row]):
            return False
        self.add(row)
        return True

    def _exchange(self, row: int, floor: int) -> bool:
        for covered, one in self.exchanged(row, self.new()):
            if covered < floor:
                return False
            if self._allows([*(held for held in self.order if held != one), row]):
                self.drop(one)
                self.add(row)
                return True
        return False

    def _exchange_several(self, row: int, floor: int) -> bool:
        """Leave new seeds out, who is missed least first, until an earlier one fits; or nobody."""
        before, gone = list(self.order), []
        while new := self.new():
            # Among those who are missed alike, the newest: who was chosen last.
            least = min(reversed(new), key=self.only)
            gone.append(least)
            self.drop(least)
            if self.covered + self.brings(row) < floor:
                break
            if self._allows([*self.order, row]):
                self.add(row)
                self.refill(np.array(gone))
                return True
        for one in gone:
            self.add(one)
        self.order = before
        return False

    def refill(self, candidates: np.ndarray) -> None:
        """Take back who fits beside the others and adds anything, who adds most first."""
        out = [row for row in candidates.tolist() if row not in set(self.order)]
        for row in sorted(out, key=lambda row: -self.brings(row)):
            if self.brings(row) and self._allows([*self.order, row]):
                self.add(row)

    def _allows(self, order: list[int]) -> bool:
        return self.program.allows(np.array(order, dtype=np.int64))
