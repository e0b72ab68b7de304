"""Passes over the sets of a reduced sample for subgradient steps, on several threads where it is large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from seeding._runtime.parts import even_parts
from seeding.selection.coverage_reduction import Reduced

# A sample with more entries is cut into so many pieces, whatever the threads: sums are made piece by piece,
# so that they do not depend on the threads.
_LARGE, _PIECES = 1 << 17, 4


class Passes:
    """The sets of a sample, and the prices and steps on them.

    Parameters
    ----------
    sample
        The sample.
    pool
        Threads to work on; None for this one.
    """

    def __init__(self, sample: Reduced, pool: ThreadPoolExecutor | None) -> None:
        self._sample = sample
        self._pool = pool
        self._pieces = even_parts(sample.set_indptr, _PIECES if sample.set_members.size > _LARGE else 1)
        self.weight = sample.weight.astype(np.float64)

    def scores(self, prices: np.ndarray) -> np.ndarray:
        """Return what each candidate is worth: its single sets, and the prices of the others it is in."""
        from seeding._kernels.coverage.subgradient import add_scores

        scores = self._sample.singleton_weight.astype(np.float64)
        add_scores(self._sample.set_indptr, self._sample.set_members, prices, scores)
        return scores

    def steer(self, parts: np.ndarray, prices: np.ndarray, momentum: float, direction: np.ndarray) -> float:
        """Turn `direction` to where prices should move, given each candidate's part; returns its length."""
        from seeding._kernels.coverage.subgradient import steer

        return sum(self._map(steer, [()] * len(self._pieces), parts, prices, momentum, direction))

    def move(self, direction: np.ndarray, step: float, prices: np.ndarray) -> tuple[float, np.ndarray]:
        """Move `prices` by a step; returns Σ_r (weight − price), and what each candidate is worth then."""
        from seeding._kernels.coverage.subgradient import move

        scores = np.zeros((len(self._pieces), self._sample.n_candidates))
        rest = sum(self._map(move, [(row,) for row in scores], direction, step, prices))
        return rest, self._sample.singleton_weight + scores.sum(axis=0)

    def _map(self, kernel: Callable[..., float], own: list[tuple[Any, ...]], *shared: Any) -> Iterator[float]:
        """Run a kernel on every piece; results come in the order of the pieces."""
        rows = self._sample.set_indptr, self._sample.set_members, self.weight
        calls = [(*rows, piece, *shared, *mine) for piece, mine in zip(self._pieces, own, strict=True)]
        if self._pool is None:
            return iter([kernel(*call) for call in calls])
        return iter([future.result() for future in [self._pool.submit(kernel, *call) for call in calls]])


@contextmanager
def open_passes(sample: Reduced, threads: int) -> Iterator[Passes]:
    """Prepare passes on so many threads, or on this one where the sample is small."""
    if threads == 1 or sample.set_members.size <= _LARGE:
        yield Passes(sample, None)
        return
    with ThreadPoolExecutor(min(threads, _PIECES)) as pool:
        yield Passes(sample, pool)
