"""Adapter of cynetdiff 0.1.18: its forward model, with lazy greedy on top."""

from __future__ import annotations

import array
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from seeding.bench.peers.base import Answer, Arrays, Task
from seeding.bench.peers.lazy import lazy_greedy

# Its sums are 32-bit floating point, which stop counting at 2²⁴.
_EXACT = 1 << 24


@dataclass(frozen=True)
class Celf:
    """CELF by `compute_marginal_gains`, which simulates seeds and newcomer in the same worlds."""

    trials: int
    threaded: ClassVar[bool] = False

    def load(self) -> None:
        """Import the package."""
        import cynetdiff.models  # noqa: F401

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Do nothing: it is compiled ahead of time."""

    def build(self, arrays: Arrays) -> Any:
        """Make the model from arrays, as its documentation offers for large networks."""
        from cynetdiff.models import IndependentCascadeModel

        return IndependentCascadeModel(
            array.array("I", arrays.indptr[:-1].tolist()),
            array.array("I", arrays.target.tolist()),
            activation_probs=array.array("f", arrays.probability.tolist()),
        )

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Run lazy greedy; the trials are split so that no 32-bit sum overflows."""
        built.set_rng(task.key)
        most = max(_EXACT // arrays.n, 1)
        parts = [min(most, self.trials - done) for done in range(0, self.trials, most)]

        def average(seeds: list[int], more: list[int]) -> float:
            sums = [part * float(built.compute_marginal_gains(seeds, more, part)[-1]) for part in parts]
            return sum(sums) / self.trials

        began = time.perf_counter()
        seeds = lazy_greedy(range(arrays.n), task.head_count(), lambda seeds, v: average(seeds, [v]))
        spent = time.perf_counter() - began
        return Answer(seeds, spent, average(seeds, []), claimed_from=self.trials)
