"""Two independent samples that double, for questions that are not answered by one choice within one limit."""

from __future__ import annotations

from seeding.clock import OutOfTime
from seeding.coverage import Coverage
from seeding.plan import Stopped
from seeding.selection.problem import Problem
from seeding.selection.sources import Sources

FIRST_SETS = 1 << 10
MOST_SETS = 1 << 26
# One look at each size from FIRST_SETS to MOST_SETS.
LOOKS = 17
# Where so many sets hold no candidate, the largest sample would hold too few to prove anything.
_SETS_OF_NOBODY = 1 << 20


class Pair:
    """A choosing and a judging sample of the same size.

    Attributes
    ----------
    choosing, judging
        The samples so far.
    looks
        Sizes so far, this one included; never more than LOOKS.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._sources = Sources.open(problem)
        self.choosing, self.judging = self._kept(self._sources.draw(FIRST_SETS))
        self.looks = 1

    @property
    def size(self) -> int:
        """Sets in each sample."""
        return self.choosing.n_sets

    @property
    def samples(self) -> int:
        """Sets in both samples together."""
        return self.choosing.n_sets + self.judging.n_sets

    def grow(self, wanted: float = 0.0) -> Stopped | None:
        """Double both samples; where that is not possible, leave them and say why.

        They are doubled more than once while they stay within `wanted` sets, the size from which on a look
        may be of use. With a time limit every size is looked at, so that there is an answer from each.
        """
        problem, size, bytes_now = self._problem, 2 * self.size, self._bytes()
        if self.size >= MOST_SETS:
            return "sample_cap"
        if self.size >= _SETS_OF_NOBODY and not self.choosing.total_size:
            return "settled"
        if 2 * bytes_now > problem.memory_limit:
            return "memory_limit"
        most = 0.0 if problem.clock.limit is not None else min(wanted, MOST_SETS)
        while 2 * size <= most and 2 * size / self.size * bytes_now <= problem.memory_limit:
            size *= 2
        try:
            problem.clock.check()
            grown = self._sources.grow(self.choosing, self.judging, size)
        except OutOfTime:
            return "time_limit"
        self.choosing, self.judging = self._kept(grown)
        self.looks += 1
        return None

    def _bytes(self) -> int:
        """Count what both samples take, with the index of one and the passes over it."""
        choosing, judging = self.choosing, self.judging
        return 10 * choosing.total_size + 4 * judging.total_size + 29 * choosing.n_sets + 8 * judging.n_sets

    @staticmethod
    def _kept(pair: tuple[Coverage, object]) -> tuple[Coverage, Coverage]:
        choosing, judging = pair
        if not isinstance(judging, Coverage):
            raise TypeError("without sentinels both samples are kept.")
        return choosing, judging
