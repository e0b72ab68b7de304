"""Our own methods, called as a user would call them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from seeding.bench.peers.base import Answer, Arrays, Task
from seeding.network.network import Network
from seeding.plan.plan import Plan
from seeding.questions.optimize import optimize
from seeding.roster.roster import Roster

# Phases of a plan that follow when its seeds are final: the measurement for everyone, and the certificate
# for those that do not sample until it is good enough.
MEASURE, CERTIFY = "measure the reach", "sample, choose, certify"
UNTIL_CERTIFIED = ("ris", "exact", "auto")
# Networks of many arcs are sampled by other kernels than small ones.
_MANY_ARCS = 10_000
_SMALL, _LARGE = (40, 200), (2_000, 20_000)
_START_SECONDS = 600.0


@dataclass(frozen=True)
class Ours:
    """`seeding.optimize` with a method's name, and defaults for all that is not said."""

    method: str
    gap: float = 0.05
    threaded: ClassVar[bool] = True

    def load(self) -> None:
        """Do nothing: this module has imported the package."""

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Run the method on a toy (two, for a large network), and both samplers on this network."""
        self._play(_SMALL, task)
        if arrays.target.size >= _MANY_ARCS:
            replace(self, gap=0.3)._play(_LARGE, task)
        from seeding.questions.reach import simulate
        from seeding.questions.samples import sample_rr_sets

        network, _ = self.build(arrays)
        sample_rr_sets(network, 64, rng=task.key, threads=task.threads)
        simulate(network, [int(arrays.candidates[0])], worlds=2, rng=task.key, threads=task.threads)

    def _play(self, size: tuple[int, int], task: Task) -> None:
        toy = random_arrays(*size)
        # No limit of time: where compiling took it all, the rest would be compiled when it counts.
        self.choose(self.build(toy), toy, task._replace(k=2, budget=None, time_limit=_START_SECONDS))

    def build(self, arrays: Arrays) -> tuple[Network, Roster]:
        """Make the network, labelled by index, and the roster, priced in minor units."""
        network = Network.from_edges(
            arrays.source,
            arrays.target,
            arrays.probability,
            nodes=np.arange(arrays.n),
            weights=arrays.weights,
        )
        table = pd.DataFrame({"candidate": arrays.candidates, "cost": arrays.costs})
        return network, Roster.from_any(table)

    def choose(self, built: tuple[Network, Roster], arrays: Arrays, task: Task) -> Answer:  # noqa: ARG002
        """Make a plan."""
        network, roster = built
        plan = optimize(
            network,
            roster,
            budget=task.budget,
            k=task.k,
            method=self.method,
            gap=self.gap,
            time_limit=task.time_limit,
            memory_limit=task.memory_limit,
            rng=task.key,
            threads=task.threads,
        )
        return Answer(
            [int(label) for label in plan.seeds["candidate"]],
            choosing_seconds(plan, self.method),
            plan.reach.mean,
            None if plan.certificate is None else plan.certificate.ratio,
            plan.reach.worlds,
            plan.stopped,
        )


def choosing_seconds(plan: Plan, method: str) -> float:
    """Add up the time until the seeds of a plan were final."""
    after = {MEASURE} if method in UNTIL_CERTIFIED else {MEASURE, CERTIFY}
    return sum(phase.seconds for phase in plan.phases if phase.name not in after)


def random_arrays(n: int, m: int) -> Arrays:
    """Make a small network for warming up: arcs drawn uniformly, unequal probabilities."""
    random = np.random.Generator(np.random.PCG64(n))
    codes = np.unique(random.integers(0, n * n, m))
    source, target = np.divmod(codes, n)
    source, target = source[source != target], target[source != target]
    indptr = np.searchsorted(source, np.arange(n + 1))
    probability = 1.0 / np.bincount(target, minlength=n)[target]
    ones = np.ones(n, dtype=np.int64)
    return Arrays(indptr, target.astype(np.int32), probability, np.ones(n), np.arange(n), ones)
