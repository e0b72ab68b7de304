"""Two independent samples that double, for questions that are not answered by one choice within one limit."""

from __future__ import annotations

from seeding._runtime.clock import OutOfTime
from seeding._runtime.memory import fits
from seeding.plan.plan import Stopped
from seeding.sampling.coverage import Coverage
from seeding.selection.error_budget import FIRST_SETS, MOST_SETS
from seeding.selection.problem import Problem
from seeding.selection.sample_pair import Sources

# Where so many sets hold no candidate, the largest sample would hold too few to prove anything.
_SETS_OF_NOBODY = 1 << 20


class Pair:
    """A choosing and a judging sample of the same size.

    Attributes
    ----------
    choosing, judging
        The samples so far.
    looks
        Sizes so far, this one included; never more than the error budget counts.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._sources = Sources.open(problem)
        self.choosing, self.judging = self._kept(self._sources.draw(FIRST_SETS))
        self.looks, self._began = 1, problem.clock.elapsed()

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
        took = problem.clock.elapsed() - self._began
        if self.size >= MOST_SETS:
            return "sample_cap"
        if self.size >= _SETS_OF_NOBODY and not self.choosing.total_size:
            return "settled"
        if 2 * bytes_now > problem.memory_limit or not fits(bytes_now):
            return "memory_limit"
        most = 0.0 if problem.clock.limit is not None else min(wanted, MOST_SETS)
        while 2 * size <= most and 2 * size / self.size * bytes_now <= problem.memory_limit:
            size *= 2
        try:
            problem.clock.check()
            # A look at twice the sets takes about twice as long; the first one also compiles.
            if self.looks > 1 and not problem.clock.allows(2 * took):
                return "time_limit"
            grown = self._sources.grow(self.choosing, self.judging, size)
        except OutOfTime:
            return "time_limit"
        except MemoryError:
            return "memory_limit"
        self.choosing, self.judging = self._kept(grown)
        self.looks, self._began = self.looks + 1, problem.clock.elapsed()
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
