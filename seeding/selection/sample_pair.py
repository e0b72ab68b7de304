"""Where the two independent samples of a run come from: one that chooses, one that judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from seeding._runtime.clock import OutOfTime
from seeding.sampling.coverage import Coverage
from seeding.sampling.rr_sets import RRSampler
from seeding.selection.problem import Problem
from seeding.selection.sentinels import choose_sentinels

# An entry of the choosing sample and of its index, and half an index while that is extended.
_BYTES_PER_ENTRY = 10


@dataclass(frozen=True, eq=False)
class Jury:
    """A sample that judges choices without being kept: each search stops at the first chosen node it meets.

    Attributes
    ----------
    problem, sampler
        Whose workers and clock are used; where sets come from.
    n_sets
        How many sets judge; the worlds are the same for every choice.
    """

    problem: Problem
    sampler: RRSampler
    n_sets: int
    total_size: int = 0
    _counts: dict[bytes, int] = field(default_factory=dict)

    def count(self, chosen: np.ndarray) -> int:
        """Count the sets that hold at least one of the chosen candidates (given by index)."""
        name = np.sort(chosen).tobytes()
        if name not in self._counts:
            problem = self.problem
            stopping = self.sampler.stop_at(chosen)
            self._counts[name] = stopping.count_hits(self.n_sets, problem.workers, problem.clock.check)
        return self._counts[name]


@dataclass(frozen=True, eq=False)
class Sources:
    """The samplers of both samples."""

    problem: Problem
    chooser: RRSampler
    judge: RRSampler

    @classmethod
    def open(cls, problem: Problem) -> Sources:
        """Prepare both samplers; what they share is made once."""
        prepared = RRSampler.make(
            problem.network,
            problem.propagation.reverse,
            0,
            *problem.candidates,
            threads=problem.workers.threads,
        )
        return cls(problem, *(prepared.with_key(problem.stage_key(stage)) for stage in ("select", "certify")))

    def with_sentinels(self, n_sets: int) -> Sources:
        """Let sets end at sentinels where that saves much, after a look at `n_sets` of them."""
        first = self._grow(self.chooser, self.chooser.empty(), n_sets)
        try:
            found = choose_sentinels(self.problem, self.chooser, first)
        except OutOfTime:
            return self
        return replace(self, chooser=self.chooser.stop_at(found)) if found.size else self

    def draw(self, n_sets: int) -> tuple[Coverage, Coverage | Jury]:
        """Draw the first sets of both samples, whatever the time."""
        choosing = self._grow(self.chooser, self.chooser.empty(), n_sets)
        if self.chooser.sentinels.size:
            return choosing, Jury(self.problem, self.judge, n_sets)
        return choosing, self._grow(self.judge, self.judge.empty(), n_sets)

    def grow(
        self, choosing: Coverage, judging: Coverage | Jury, n_sets: int
    ) -> tuple[Coverage, Coverage | Jury]:
        """Grow both samples; raises `OutOfTime` when time is up."""
        check = self.problem.clock.check
        choosing = self._grow(self.chooser, choosing, n_sets, check)
        if isinstance(judging, Jury):
            return choosing, Jury(self.problem, self.judge, n_sets)
        return choosing, self._grow(self.judge, judging, n_sets, check)

    def _grow(
        self, sampler: RRSampler, sample: Coverage, n_sets: int, check: Callable[[], None] = lambda: None
    ) -> Coverage:
        problem = self.problem
        most = problem.memory_limit // _BYTES_PER_ENTRY
        return sampler.grow(sample, n_sets, problem.workers, problem.progress, check, most)
