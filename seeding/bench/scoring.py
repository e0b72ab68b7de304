"""The one scorer of everybody's seeds: forward simulation, arc by arc, in worlds that nobody chose on.

It tosses the coin of every arc it meets, with the plainest kernel of the package (`_kernels/forward.py`)
whatever the size of the network, so that it shares none of the fast searches that it judges: no packed rows,
no skips, no prefetching, no RR sets. (On networks of fewer than 16,384 arcs `optimize` measures its own plans
with the same kernel, in other worlds.) A coin is a function of world and arc, so all methods of a case are
scored in the same worlds, and their differences are clearer than single intervals suggest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seeding._runtime.executors import open_workers
from seeding.bench.peers.base import Arrays
from seeding.network.csr import Csr
from seeding.plan.estimate import Estimate

# A fixed key of its own: whatever key a method is given, it is not this one.
SCORING_KEY = 7_301_973
_MOST_BLOCKS = 64


@dataclass(frozen=True, eq=False)
class Score:
    """Simulates a range of worlds; a plain value, so that it can travel to any executor."""

    arrays: Arrays
    seeds: np.ndarray

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Return the reach in worlds ``first … first + count − 1``; `first` must begin a run of worlds."""
        from seeding._kernels.forward.arc_by_arc import GRAIN, ic_spread

        reach = np.empty(count)
        sums = np.zeros((-(-count // GRAIN), self.seeds.size))
        out = Csr(self.arrays.indptr, self.arrays.target, self.arrays.probability)
        key = np.uint64(SCORING_KEY)
        worlds, asked = (out, self.arrays.weights), (self.seeds, np.empty(0), self.seeds)
        ic_spread(*worlds, *asked, key, first, reach, sums, np.zeros_like(sums))
        return reach


def score(arrays: Arrays, seeds: list[int], worlds: int, threads: int | None = None) -> Estimate:
    """Estimate the expected reach of seeds.

    Parameters
    ----------
    arrays
        The network.
    seeds
        Node indices.
    worlds
        How many cascades are simulated; their coins depend on nothing else.
    threads
        As in `seeding.optimize`; the score does not depend on it.
    """
    from seeding._kernels.forward.arc_by_arc import GRAIN

    task = Score(arrays, np.array(seeds, dtype=np.int64))
    block = GRAIN * max(1, -(-worlds // (_MOST_BLOCKS * GRAIN)))
    with open_workers(threads) as workers:
        return Estimate.from_sample(np.concatenate(list(workers.map(task, 0, worlds, block))))
