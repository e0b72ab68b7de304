"""Small graphs with known answers, and random ones small enough to enumerate."""

from __future__ import annotations

import numpy as np
from oracle import Graph

# A published example with ten people; every arc has probability 0.1.
TEN_PEOPLE = (
    ("Jack", "Alice"),
    ("Alice", "Jimmy"),
    ("Alice", "Ethan"),
    ("Alice", "Lara"),
    ("Alice", "Amir"),
    ("Alice", "Willie"),
    ("Ceri", "Ethan"),
    ("Michael", "Mohammed"),
    ("Michael", "Ethan"),
    ("Ethan", "Jimmy"),
    ("Ethan", "Jack"),
    ("Ethan", "Lara"),
    ("Ethan", "Mohammed"),
    ("Lara", "Amir"),
)
# Exact expected reach of some seed sets, as published with the example.
TEN_PEOPLE_REACH = {
    ("Alice",): 1.547810,
    ("Alice", "Ethan"): 2.797100,
    ("Alice", "Ethan", "Michael"): 3.887100,
    ("Alice", "Ceri", "Michael"): 3.882465,
}


def star(leaves: int, p: float) -> Graph:
    """Hub 0 with an arc to each of `leaves` followers."""
    return Graph.of(leaves + 1, [(0, v) for v in range(1, leaves + 1)], p)


def path(n: int, p: float) -> Graph:
    """Path 0 → 1 → … → n − 1."""
    return Graph.of(n, [(v, v + 1) for v in range(n - 1)], p)


def tree(branching: int, depth: int, p: float) -> Graph:
    """Regular tree with root 0."""
    inner = sum(branching**i for i in range(depth))
    arcs = [(v, branching * v + child) for v in range(inner) for child in range(1, branching + 1)]
    return Graph.of(inner * branching + 1, arcs, p)


def random_graph(number: int, n: int = 7, m: int = 12, *, weighted: bool = True) -> Graph:
    """Draw a graph with `m` distinct arcs, mixed probabilities (0 and 1 among them) and weights.

    Some weights are 0, so that "reached" and "counts" are not the same thing.
    """
    generator = np.random.default_rng([20240607, number])
    pairs = [(u, v) for u in range(n) for v in range(n) if u != v]
    chosen = generator.choice(len(pairs), size=m, replace=False)
    p = generator.choice(
        [0.0, 0.05, 0.1, 0.3, 0.5, 0.8, 1.0], size=m, p=[0.05, 0.15, 0.2, 0.2, 0.2, 0.15, 0.05]
    )
    w = generator.choice([0.0, 0.5, 1.0, 2.0, 7.25], size=n) if weighted else np.ones(n)
    if w.sum() == 0:
        w[0] = 1.0
    return Graph.of(n, [pairs[i] for i in chosen], p, w)
