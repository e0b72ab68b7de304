"""Plain Python over networkx, as tutorials write it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from seeding.bench.peers.base import Answer, Arrays, Task
from seeding.bench.peers.lazy import by_difference, lazy_greedy


@dataclass(frozen=True)
class Celf:
    """CELF with a breadth-first simulation over a networkx graph."""

    simulations: int
    threaded: ClassVar[bool] = False

    def load(self) -> None:
        """Import the package."""
        import networkx  # noqa: F401

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Do nothing: nothing is compiled."""

    def build(self, arrays: Arrays) -> Any:
        """Make the graph."""
        import networkx as nx

        graph: Any = nx.DiGraph()
        graph.add_nodes_from(range(arrays.n))
        columns = arrays.source.tolist(), arrays.target.tolist(), arrays.probability.tolist()
        graph.add_weighted_edges_from(zip(*columns, strict=True), weight="p")
        return graph

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Run lazy greedy."""
        draws = random.Random(task.key)
        gain = by_difference(lambda seeds: self._reach(built, seeds, draws))
        began = time.perf_counter()
        seeds = lazy_greedy(range(arrays.n), task.head_count(), gain)
        spent = time.perf_counter() - began
        return Answer(seeds, spent, self._reach(built, seeds, draws), claimed_from=self.simulations)

    def _reach(self, graph: Any, seeds: list[int], draws: random.Random) -> float:
        total = 0
        for _ in range(self.simulations):
            reached, frontier = set(seeds), list(seeds)
            while frontier:
                u = frontier.pop()
                for v, attributes in graph.adj[u].items():
                    if v not in reached and draws.random() < attributes["p"]:
                        reached.add(v)
                        frontier.append(v)
            total += len(reached)
        return total / self.simulations
