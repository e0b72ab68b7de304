"""What selection is given, made small: coverage samples, random instances and ready problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from oracle import Graph

from seeding._runtime.clock import Clock
from seeding._runtime.executors import Workers
from seeding._runtime.progress import Silent
from seeding.diffusion import IndependentCascade
from seeding.network.labels import Labels
from seeding.network.network import Network
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.problem import Problem

DEFAULT_MEMORY = 1 << 30


class Instance(NamedTuple):
    """A budgeted maximum coverage problem small enough to try every choice."""

    sets: list[tuple[int, ...]]
    costs: np.ndarray
    limits: Limits


def sample_of(
    sets: Sequence[Iterable[int]], n_candidates: int, total_weight: float | None = None
) -> Coverage:
    """Make a sample that holds the given sets of candidates 0, 1, …."""
    rows = [sorted(members) for members in sets]
    indptr = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    members = np.array([c for row in rows for c in row], dtype=np.int32)
    weight = float(n_candidates) if total_weight is None else total_weight
    return Coverage(Labels(np.arange(n_candidates)), weight, indptr, members)


def random_instance(number: int, most: int = 9) -> Instance:
    """Draw sets, costs and limits: a budget, a head count or both; free and unaffordable candidates too.

    Sets are drawn from few candidates, so that ties abound, and some sets are empty.
    """
    generator = np.random.default_rng([20250311, number])
    n = int(generator.integers(1, most + 1))
    sizes = generator.integers(0, min(n, 4) + 1, size=int(generator.integers(1, 30)))
    sets = [tuple(generator.choice(n, size=size, replace=False).tolist()) for size in sizes]
    costs = generator.choice([0, 1, 2, 3, 5, 8, 13, 40], size=n).astype(np.int64)
    if number % 4 == 0:
        costs[:] = 7
    budget = int(generator.integers(costs.min(), max(costs.sum(), 1) + 1)) if number % 3 != 1 else None
    k = int(generator.integers(1, n + 1)) if number % 3 != 0 else None
    return Instance(sets, costs, Limits(budget, k))


def make_problem(
    network: Network | Graph,
    *,
    nodes: Sequence[int] | None = None,
    costs: Sequence[int] | None = None,
    budget: int | None = None,
    k: int | None = None,
    key: int = 1,
    **changes: Any,
) -> Problem:
    """Make the problem that `optimize` would hand to a method; everyone at cost 1 unless told otherwise."""
    network = network.network() if isinstance(network, Graph) else network
    chosen = np.arange(network.n_nodes) if nodes is None else np.array(nodes, dtype=np.int64)
    fields: dict[str, Any] = {
        "network": network,
        "model": IndependentCascade(),
        "nodes": chosen,
        "costs": np.ones(chosen.size, dtype=np.int64) if costs is None else np.array(costs, dtype=np.int64),
        "limits": Limits(budget, k),
        "key": key,
        "gap": 0.05,
        "delta": 0.01,
        "memory_limit": DEFAULT_MEMORY,
        "workers": Workers(1),
        "progress": Silent(),
        "clock": Clock(),
    }
    return Problem(**fields | changes)
