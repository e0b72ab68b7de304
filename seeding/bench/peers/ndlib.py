"""Adapter of ndlib 6.0.1: its simulator, with lazy greedy over a short list of candidates on top."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from seeding.bench.peers.base import Answer, Arrays, Task
from seeding.bench.peers.lazy import by_difference, lazy_greedy

_INFECTED, _REMOVED = 1, 2


@dataclass(frozen=True)
class Greedy:
    """Lazy greedy over the `shortlist` · k nodes of highest degree; it chooses nobody else.

    One step of its simulation visits every node of the network, so that trying all nodes is out of reach.
    """

    simulations: int
    shortlist: int
    threaded: ClassVar[bool] = False

    def load(self) -> None:
        """Import the package."""
        import ndlib.models.epidemics
        import ndlib.models.ModelConfig  # noqa: F401

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Do nothing: nothing is compiled."""

    def build(self, arrays: Arrays) -> Any:
        """Make the model; it calls the probability of an arc its threshold."""
        import networkx as nx
        from ndlib.models.epidemics import IndependentCascadesModel
        from ndlib.models.ModelConfig import Configuration

        graph: Any = nx.DiGraph()
        graph.add_nodes_from(range(arrays.n))
        arcs = list(zip(arrays.source.tolist(), arrays.target.tolist(), strict=True))
        graph.add_edges_from(arcs)
        configuration = Configuration()
        configuration.add_model_initial_configuration("Infected", [0])
        for arc, probability in zip(arcs, arrays.probability.tolist(), strict=True):
            configuration.add_edge_configuration("threshold", arc, probability)
        model = IndependentCascadesModel(graph)
        model.set_initial_status(configuration)
        return model

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Run lazy greedy."""
        np.random.seed(task.key & 0xFFFFFFFF)  # noqa: NPY002 — the package draws from the global state
        k = task.head_count()
        by_degree = np.argsort(-np.diff(arrays.indptr), kind="stable")
        gain = by_difference(lambda seeds: self._reach(built, seeds))
        began = time.perf_counter()
        seeds = lazy_greedy(by_degree[: self.shortlist * k].tolist(), k, gain)
        spent = time.perf_counter() - began
        return Answer(seeds, spent, self._reach(built, seeds), claimed_from=self.simulations)

    def _reach(self, model: Any, seeds: list[int]) -> float:
        total = 0
        for _ in range(self.simulations):
            model.reset(seeds)
            counts = model.iteration(node_status=False)["node_count"]
            while counts[_INFECTED]:
                counts = model.iteration(node_status=False)["node_count"]
            total += counts[_REMOVED]
        return total / self.simulations
