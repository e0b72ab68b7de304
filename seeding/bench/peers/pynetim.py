"""Adapters of pynetim 0.5.5: IMM, OPIM-C and CELF."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from seeding.bench.peers.base import Answer, Arrays, Task

_KEY_BITS = 31
_SIMULATIONS = 1_000


class _Pynetim:
    """What the three adapters share: the graph, built from lists of Python numbers as the package asks."""

    threaded: ClassVar[bool] = False

    def load(self) -> None:
        """Import the package."""
        import pynetim  # noqa: F401

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Do nothing: it is compiled ahead of time."""

    def build(self, arrays: Arrays) -> Any:
        """Make the graph; without `renumber=False` seeds would come back under other numbers."""
        from pynetim import IMGraph

        arcs = list(zip(arrays.source.tolist(), arrays.target.tolist(), strict=True))
        return IMGraph(arcs, arrays.probability.tolist(), directed=True, renumber=False)


@dataclass(frozen=True)
class Imm(_Pynetim):
    """IMM, which gives a set and no estimate; its package then simulates what the set reaches."""

    epsilon: float

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:  # noqa: ARG002
        """Run IMM."""
        from pynetim import IMMAlgorithm

        began = time.perf_counter()
        algorithm = IMMAlgorithm(built, "IC", epsilon=self.epsilon, random_seed=_seed(task))
        seeds = sorted(algorithm.run(task.head_count()))
        return _simulated(built, seeds, task, time.perf_counter() - began)


@dataclass(frozen=True)
class OpimC(_Pynetim):
    """OPIM-C."""

    epsilon: float

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:  # noqa: ARG002
        """Run OPIM-C; an approximation of 0 means that it did not converge."""
        from pynetim import OPIMCAlgorithm

        began = time.perf_counter()
        algorithm = OPIMCAlgorithm(built, "IC", random_seed=_seed(task))
        seeds = sorted(algorithm.run(task.head_count(), self.epsilon))
        spent = time.perf_counter() - began
        return Answer(seeds, spent, algorithm.get_influence(), algorithm.get_approximation())


@dataclass(frozen=True)
class Celf(_Pynetim):
    """CELF; its package then simulates what the seeds reach."""

    mc_rounds: int
    threaded: ClassVar[bool] = True

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:  # noqa: ARG002
        """Run CELF."""
        from pynetim import CELFAlgorithm

        began = time.perf_counter()
        algorithm = CELFAlgorithm(built, "IC")
        algorithm.run(
            task.head_count(),
            mc_rounds=self.mc_rounds,
            use_multithread=task.threads > 1,
            num_threads=task.threads,
            show_progress=False,
            random_seed=_seed(task),
        )
        seeds = [int(seed) for seed in algorithm.get_seeds_ordered()]
        return _simulated(built, seeds, task, time.perf_counter() - began)


def _simulated(graph: Any, seeds: list[int], task: Task, spent: float) -> Answer:
    """Let the package's own simulator say what seeds reach."""
    from pynetim import IndependentCascadeModel

    model = IndependentCascadeModel(graph, set(seeds))
    reach = model.run_monte_carlo_diffusion(_SIMULATIONS, _seed(task))
    return Answer(seeds, spent, float(reach), claimed_from=_SIMULATIONS)


def _seed(task: Task) -> int:
    """Shorten the key to what the package takes."""
    return task.key & ((1 << _KEY_BITS) - 1)
