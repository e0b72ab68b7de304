"""Which offers can still be added to a growing choice; for methods that add one at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seeding.rules.program import Program


class Tracker:
    """An allowed choice that grows, with the sums of all rows kept up to date."""

    def __init__(self, program: Program, start: Iterable[int] = ()) -> None:
        self.program = program
        self.order: list[int] = []
        self.left = program.limits.money
        self.heads = int(program.heads.sum()) if program.limits.k is None else program.limits.k
        self.spent, self.dearest = 0, 0
        self.sums = np.zeros(program.n_rows, dtype=np.int64)
        for offer in start:
            self.take(int(offer))

    @property
    def full(self) -> bool:
        """Whether the head count leaves room for nobody."""
        return self.heads <= 0

    def fits(self, offer: int) -> bool:
        """Tell whether an offer can be added and the choice stay allowed."""
        program = self.program
        if program.costs[offer] > self.left or program.heads[offer] > self.heads:
            return False
        if program.is_plain:
            return True
        if program.share is not None:
            part, whole = program.share
            dearest = max(self.dearest, int(program.share_of[offer]))
            if dearest * whole > part * (self.spent + int(program.costs[offer])):
                return False
        rows, changes = self._changes(offer)
        after = self.sums[rows] + changes
        return bool((after >= program.low[rows]).all() and (after <= program.high[rows]).all())

    def take(self, offer: int) -> None:
        """Add an offer."""
        program = self.program
        rows, changes = self._changes(offer)
        self.sums[rows] += changes
        self.left -= int(program.costs[offer])
        self.heads -= int(program.heads[offer])
        self.spent += int(program.costs[offer])
        self.dearest = max(self.dearest, int(program.share_of[offer]))
        self.order.append(offer)

    def _changes(self, offer: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows that an offer touches, each once, and by how much it changes their sums."""
        program = self.program
        offsets, places, factors = program.by_offer
        own = slice(offsets[offer], offsets[offer + 1])
        spent = slice(offsets[program.n_offers], offsets[program.n_offers + 1])
        changes = np.concatenate([factors[own], factors[spent] * program.costs[offer]])
        rows, where = np.unique(np.concatenate([places[own], places[spent]]), return_inverse=True)
        sums = np.zeros(rows.size, dtype=np.int64)
        np.add.at(sums, where, changes)
        return rows, sums
