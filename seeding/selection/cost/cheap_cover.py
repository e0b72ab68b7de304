"""Covering a number of sets for as little money as possible: greedy, pruning and local search."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.cost.changing_choice import Working
from seeding.selection.greedy import select

# Local search removes and refills so many times at most; pairs are taken among so many dearest seeds.
_MOST_REFILLS = 600
_PAIRS_AMONG = 24
# With more candidates, those with the most sets per cost and the most sets are tried first.
_BY_RATIO, _BY_SIZE = 8_192, 2_048
# Prices of a place, as multiples of the mean cost, that are tried where the head count is too small.
_PLACES = (0.25, 1.0, 4.0, 16.0, 256.0)


def cover_cheaply(
    sample: Coverage,
    costs: np.ndarray,
    limits: Limits,
    needed: int,
    time_left: Callable[[], bool] = lambda: True,
) -> np.ndarray | None:
    """Find a cheap choice that covers at least `needed` sets within the limits.

    Once there is no `time_left`, the first choice found is no longer improved.

    Returns
    -------
    The choice as marks; None where none was found.
    """
    for pool in _pools(sample, costs, limits):
        search = _Search(sample, costs, limits, needed, pool, time_left)
        found = search.run()
        if found is not None:
            return found
    return None


def _pools(sample: Coverage, costs: np.ndarray, limits: Limits) -> list[np.ndarray]:
    """List the candidates to choose from: the promising ones first where there are very many, then all."""
    alone = sample.alone
    able = np.flatnonzero((alone > 0) & (costs <= limits.money))
    if able.size <= _BY_RATIO + _BY_SIZE:
        return [able]
    by_ratio = able[np.argsort(-(alone[able] / np.maximum(costs[able], 0.5)), kind="stable")[:_BY_RATIO]]
    by_size = able[np.argsort(-alone[able], kind="stable")[:_BY_SIZE]]
    return [np.union1d(by_ratio, by_size), able]


class _Search:
    """The search on one sample; ties go to the lowest index."""

    def __init__(
        self,
        sample: Coverage,
        costs: np.ndarray,
        limits: Limits,
        needed: int,
        pool: np.ndarray,
        time_left: Callable[[], bool],
    ) -> None:
        self._sample, self._limits, self._needed, self._time_left = sample, limits, needed, time_left
        self._work = Working(sample)
        self._costs, self._pool = costs, pool
        self._pool_costs = costs[pool]

    def run(self) -> np.ndarray | None:
        """Build, prune and improve; None where no choice within the limits was found."""
        found = []
        for start in self._starts():
            self._work.become(start)
            self._prune()
            self._improve()
            found.append((self._spent(), self._work.chosen.copy()))
        return min(found, key=lambda one: one[0])[1] if found else None

    def _starts(self) -> list[np.ndarray]:
        """Build choices to improve; several where the head count is too small for the cheapest one."""
        limits, nobody = self._limits, np.zeros(self._costs.size, dtype=np.bool_)
        mean = float(self._pool_costs.mean()) if self._pool.size else 0.0
        starts = []
        for place in (0.0, *(part * mean for part in _PLACES)):
            self._work.become(nobody)
            if self._fill(limits.money, place) and self._is_allowed():
                starts.append(self._work.chosen.copy())
                if place == 0.0:
                    return starts
            if limits.k is None:
                break
        if limits.budget is not None or limits.k is not None:
            cover = select(self._sample, self._costs, limits)
            if cover.covered >= self._needed:
                nobody[cover.order] = True
                starts.append(nobody)
        return starts

    def _is_allowed(self) -> bool:
        return self._limits.allow(self._work.members, self._costs)

    def _spent(self) -> int:
        return int(self._costs[self._work.chosen].sum())

    def _fill(self, most: int, place: float = 0.0) -> bool:
        """Add who covers most per cost until enough is covered, the last one as cheap as possible.

        At each step one candidate may finish; the cheapest way to do so for at most `most` more money is
        kept. Without such a way the choice is left as it was.
        """
        work, spent = self._work, 0
        added: list[int] = []
        best: tuple[int, int, int | None] | None = None
        while work.covered < self._needed:
            worth, open_ = work.worth[self._pool], ~work.chosen[self._pool]
            limit = most if best is None else best[0] - 1
            open_ &= (worth > 0) & (self._pool_costs <= limit - spent)
            ends = np.flatnonzero(open_ & (worth >= self._needed - work.covered))
            if ends.size:
                end = ends[np.lexsort((-worth[ends], self._pool_costs[ends]))[0]]
                best = (spent + int(self._pool_costs[end]), len(added), int(self._pool[end]))
                open_ &= self._pool_costs <= best[0] - 1 - spent
            if not open_.any():
                break
            rank = np.where(open_, worth / np.maximum(self._pool_costs + place, 1e-9), -1.0)
            taken = int(self._pool[rank.argmax()])
            work.toggle(taken)
            added.append(taken)
            spent += int(self._costs[taken])
        if work.covered >= self._needed and (best is None or spent < best[0]):
            return True
        for candidate in reversed(added[best[1] if best else 0 :]):
            work.toggle(candidate)
        if best is not None and best[2] is not None:
            work.toggle(best[2])
        return best is not None

    def _prune(self) -> None:
        """Drop seeds without whom enough is covered, the dearest first."""
        members = self._work.members
        for member in members[np.argsort(-self._costs[members], kind="stable")]:
            if self._work.covered - self._work.worth[member] >= self._needed:
                self._work.toggle(int(member))

    def _improve(self) -> None:
        """Take out one or two seeds and fill up again, for as long as that saves money."""
        refills, better = 0, True
        while better:
            better = False
            for group in self._groups():
                if refills >= _MOST_REFILLS or self._work.tired or not self._time_left():
                    return
                if self._work.chosen[list(group)].all():
                    refills += 1
                    better |= self._refill(group)

    def _groups(self) -> list[tuple[int, ...]]:
        members = self._work.members
        dearest = members[np.argsort(-self._costs[members], kind="stable")].tolist()
        some = dearest[:_PAIRS_AMONG]
        pairs = [(a, b) for i, a in enumerate(some) for b in some[i + 1 :]]
        return [*((member,) for member in dearest), *pairs]

    def _refill(self, group: tuple[int, ...]) -> bool:
        before, spent = self._work.chosen.copy(), self._spent()
        for member in group:
            self._work.toggle(member)
        if self._fill(spent - self._spent() - 1):
            self._prune()
            if self._is_allowed() and self._spent() < spent:
                return True
        self._work.become(before)
        return False
