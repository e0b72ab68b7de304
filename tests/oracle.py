"""The truth to test against: slow, plain and obviously right.

Nothing here imports a kernel. Graphs are small, nodes are 0 … n − 1, and everything is enumerated or
simulated in the most literal way. The coins of `seeding._kernels.randomness.coins` are written here a second
time, in Python integers, so that the live-edge graph of any world can be built for any key.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seeding.network.network import Network

Arc = tuple[int, int]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_ARC = 0xD1342543DE82EF95


# --- graphs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Graph:
    """A small directed graph: nodes 0 … n − 1, arcs (u, v), a probability per arc, a weight per node."""

    n: int
    arcs: tuple[Arc, ...]
    p: tuple[float, ...]
    w: tuple[float, ...]

    @classmethod
    def of(
        cls, n: int, arcs: Iterable[Arc], p: float | Iterable[float], w: Iterable[float] | None = None
    ) -> Graph:
        """Make a graph; one number `p` goes to every arc, and weights are 1 unless given."""
        arcs = tuple((int(u), int(v)) for u, v in arcs)
        p = (float(p),) * len(arcs) if isinstance(p, (int, float)) else tuple(float(x) for x in p)
        return cls(n, arcs, p, (1.0,) * n if w is None else tuple(float(x) for x in w))

    @classmethod
    def from_network(cls, network: Network) -> Graph:
        """Read the arcs that a `Network` really holds, by index."""
        arcs = []
        for u in range(network.n_nodes):
            for at in range(network.out.indptr[u], network.out.indptr[u + 1]):
                arcs.append((u, int(network.out.indices[at])))
        return cls.of(network.n_nodes, arcs, network.out.probability.tolist(), network.weights.tolist())

    def network(self) -> Network:
        """Make the `Network` whose labels are our node numbers, so that label = index."""
        source, target = np.array(self.arcs, dtype=np.int64).reshape(-1, 2).T
        nodes = np.arange(self.n)
        return Network.from_edges(source, target, np.array(self.p), nodes=nodes, weights=np.array(self.w))

    def reversed(self) -> Graph:
        """Turn every arc round."""
        return replace(self, arcs=tuple((v, u) for u, v in self.arcs))


def reachable(arcs: Iterable[Arc], start: Iterable[int]) -> set[int]:
    """Find all nodes with a path from `start` along `arcs`, the start included."""
    following: dict[int, list[int]] = {}
    for u, v in arcs:
        following.setdefault(u, []).append(v)
    found, waiting = set(start), list(start)
    while waiting:
        for v in following.get(waiting.pop(), []):
            if v not in found:
                found.add(v)
                waiting.append(v)
    return found


def reaching(arcs: Iterable[Arc], root: int) -> set[int]:
    """Find all nodes with a path to `root` along `arcs`, the root included."""
    return reachable([(v, u) for u, v in arcs], [root])


# --- enumeration --------------------------------------------------------------------------------------


def live_graphs(graph: Graph) -> Iterator[tuple[float, list[Arc]]]:
    """List all 2^m live-edge graphs, each with its probability."""
    for kept in itertools.product((False, True), repeat=len(graph.arcs)):
        chance = 1.0
        for keep, p in zip(kept, graph.p, strict=True):
            chance *= p if keep else 1.0 - p
        yield chance, [arc for arc, keep in zip(graph.arcs, kept, strict=True) if keep]


def exact_reach_literally(graph: Graph, seeds: Iterable[int]) -> float:
    """Sum probability × weight reached over all live-edge graphs, one at a time."""
    seeds = list(seeds)
    return sum(
        chance * sum(graph.w[v] for v in reachable(live, seeds)) for chance, live in live_graphs(graph)
    )


def exact_reach_in_reverse(graph: Graph, seeds: Iterable[int]) -> float:
    """σ(S) = Σ_v w_v · Pr[S meets the RR set of v], over all live-edge graphs."""
    seeds = set(seeds)
    return sum(
        chance * sum(graph.w[v] for v in range(graph.n) if seeds & reaching(live, v))
        for chance, live in live_graphs(graph)
    )


class Enumeration:
    """All live-edge graphs of a graph side by side, as bits: exact reach of many seed sets (m ≤ 18)."""

    def __init__(self, graph: Graph) -> None:
        m = len(graph.arcs)
        if m > 18:
            raise ValueError(f"{m} arcs give 2^{m} live-edge graphs; at most 18 arcs are enumerated")
        self.graph = graph
        worlds = np.arange(1 << m)
        self.live = [(worlds >> e) & 1 == 1 for e in range(m)]
        self.chance = np.ones(worlds.size)
        for live, p in zip(self.live, graph.p, strict=True):
            self.chance *= np.where(live, p, 1.0 - p)
        self._alone = [self._reached([v]) for v in range(graph.n)]

    def reached(self, seeds: Iterable[int]) -> np.ndarray:
        """Tell which nodes (rows) `seeds` reach in which world (columns)."""
        reached = np.zeros((self.graph.n, self.chance.size), dtype=bool)
        for seed in seeds:
            reached |= self._alone[seed]
        return reached

    def reach(self, seeds: Iterable[int]) -> float:
        """Exact expected reach of `seeds`."""
        return float(np.array(self.graph.w) @ (self.reached(seeds) @ self.chance))

    def _reached(self, seeds: Iterable[int]) -> np.ndarray:
        reached = np.zeros((self.graph.n, self.chance.size), dtype=bool)
        reached[list(seeds)] = True
        for _ in range(self.graph.n):
            for (u, v), live in zip(self.graph.arcs, self.live, strict=True):
                reached[v] |= reached[u] & live
        return reached


def exact_reach(graph: Graph, seeds: Iterable[int]) -> float:
    """Exact expected reach of one seed set (m ≤ 18)."""
    return Enumeration(graph).reach(seeds)


# --- best seed sets -----------------------------------------------------------------------------------


def feasible_sets(costs: Sequence[int], budget: int | None, k: int | None) -> Iterator[tuple[int, ...]]:
    """List every set of positions whose total cost is within `budget` and whose size is within `k`."""
    most = len(costs) if k is None else min(k, len(costs))
    for size in range(most + 1):
        for chosen in itertools.combinations(range(len(costs)), size):
            if budget is None or sum(costs[c] for c in chosen) <= budget:
                yield chosen


def best_seeds(
    graph: Graph,
    candidates: Sequence[int],
    costs: Sequence[int],
    budget: int | None = None,
    k: int | None = None,
) -> tuple[float, tuple[int, ...]]:
    """Find the feasible seed set of largest exact reach by trying them all (≤ 12 candidates)."""
    worlds = Enumeration(graph)
    tried = (tuple(candidates[c] for c in chosen) for chosen in feasible_sets(costs, budget, k))
    return max((worlds.reach(seeds), seeds) for seeds in tried)


def coverage(
    sets: Sequence[Iterable[int]], chosen: Iterable[int], weights: Sequence[float] | None = None
) -> float:
    """Sum the weight (1 each unless given) of the sets that contain a chosen candidate."""
    chosen = set(chosen)
    met = [i for i, members in enumerate(sets) if chosen & set(members)]
    return float(len(met)) if weights is None else float(sum(weights[i] for i in met))


def best_coverage(
    sets: Sequence[Iterable[int]],
    costs: Sequence[int],
    budget: int | None = None,
    k: int | None = None,
    weights: Sequence[float] | None = None,
) -> tuple[float, tuple[int, ...]]:
    """Solve budgeted maximum coverage by trying every feasible choice of candidates 0, 1, …."""
    covers = [{i for i, members in enumerate(sets) if c in set(members)} for c in range(len(costs))]
    worth = [1.0] * len(sets) if weights is None else list(weights)
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for chosen in feasible_sets(costs, budget, k):
        covered = set().union(*(covers[c] for c in chosen)) if chosen else set()
        best = max(best, (float(sum(worth[i] for i in covered)), chosen))
    return best


# --- literal cascades ---------------------------------------------------------------------------------


def cascade(graph: Graph, seeds: Iterable[int], generator: np.random.Generator) -> set[int]:
    """Run one independent cascade step by step: each newly reached u tries each follower v once."""
    reached = set(seeds)
    newly = sorted(reached)
    while newly:
        following = []
        for u in newly:
            for (a, v), p in zip(graph.arcs, graph.p, strict=True):
                if a == u and v not in reached and generator.random() < p:
                    reached.add(v)
                    following.append(v)
        newly = following
    return reached


def cascades(graph: Graph, seeds: Iterable[int], runs: int, generator: np.random.Generator) -> np.ndarray:
    """Run many literal cascades; returns the weight reached in each."""
    seeds = list(seeds)
    return np.array([sum(graph.w[v] for v in cascade(graph, seeds, generator)) for _ in range(runs)])


# --- the coins, a second time -------------------------------------------------------------------------


def mix64(value: int) -> int:
    """Scramble 64 bits with the splitmix64 finaliser."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def world_key(key: int, world: int) -> int:
    """Make the key of one world."""
    return mix64((key + _GOLDEN * (world + 1)) & _MASK)


def unit(bits: int) -> float:
    """Read the top 53 of 64 bits as a number in [0, 1)."""
    return (bits >> 11) / 2.0**53


def arc_coin(world: int, u: int, v: int) -> float:
    """Toss the coin of arc u→v in the world with this key."""
    return unit(mix64((world + _ARC * ((u << 32) | v)) & _MASK))


def threshold(world: int, v: int) -> float:
    """Draw the number of node v that says which of its in-arcs is live (linear threshold)."""
    return unit(mix64(((world ^ 0x27D4EB2F165667C5) + _GOLDEN * (v + 1)) & _MASK))


def meeting_steps(world: int, u: int, v: int, meeting: float) -> float:
    """Count the steps until u meets v, with a chance of `meeting` in each."""
    if meeting >= 1:
        return 1.0
    uniform = unit(mix64(((world ^ 0x165667B19E3779F9) + _ARC * ((u << 32) | v)) & _MASK))
    return 1.0 + math.floor(math.log1p(-uniform) / math.log1p(-meeting))


def draw(world: int, number: int) -> float:
    """Draw number `number` of a world's own stream."""
    return unit(mix64(((world ^ _ARC) + _GOLDEN * (number + 1)) & _MASK))


def root(keep: Sequence[float], alias: Sequence[int], n: int, world: int) -> int:
    """Draw the root of a world from an alias table, or uniformly where the table is empty."""
    slot = int(draw(world, 0) * n)
    return slot if not len(keep) or draw(world, 1) < keep[slot] else int(alias[slot])


def live_arcs(graph: Graph, key: int, world: int) -> list[Arc]:
    """List the arcs of `graph` that are live in world `world` of `key`."""
    coins = world_key(key, world)
    return [(u, v) for (u, v), p in zip(graph.arcs, graph.p, strict=True) if arc_coin(coins, u, v) < p]


def world_reach(graph: Graph, seeds: Iterable[int], key: int, world: int) -> float:
    """Sum the weight that `seeds` reach in one world."""
    return sum(graph.w[v] for v in reachable(live_arcs(graph, key, world), seeds))


def world_rr_set(graph: Graph, root: int, key: int, world: int) -> set[int]:
    """Build the RR set of `root` in one world."""
    return reaching(live_arcs(graph, key, world), root)


# --- closed forms -------------------------------------------------------------------------------------


def star_reach(leaves: int, p: float) -> float:
    """Give the reach of the hub of a star: 1 + n p."""
    return 1.0 + leaves * p


def path_reach(n: int, p: float) -> float:
    """Give the reach of the first node of a directed path of n nodes: Σ_{i<n} p^i."""
    return sum(p**i for i in range(n))


def tree_reach(branching: int, depth: int, p: float) -> float:
    """Give the reach of the root of a regular tree: Σ_{i≤depth} R^i with R = branching · p."""
    return sum((branching * p) ** i for i in range(depth + 1))


def galton_watson_total(r: float) -> float:
    """Give the expected total of a branching process with R < 1 offspring on average: 1 / (1 − R)."""
    return 1.0 / (1.0 - r)
