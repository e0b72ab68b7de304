"""The networks that are measured on, and prices of their people."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

import seeding as sd
from benchmarks.common.data import folder

EPINIONS = Path("soc-epinions1-sym", "soc-Epinions1_undirected.txt.gz")
# Set by the parent process: where generated networks are kept for its children.
KEPT_IN = "SEEDING_ENGINE_RATES"


def load(name: str) -> sd.Network:
    """Read or generate a network by its name in the table."""
    if name == "NetHEPT wc":
        return sd.read_network(folder() / "nethept" / "hep.txt.gz", probability="wc", directed=False)
    if name == "Epinions wc":
        return sd.read_network(folder() / EPINIONS, probability="wc", directed=False)
    if name == "Epinions p=0.01":
        return sd.read_network(folder() / EPINIONS, probability=0.01, directed=False)
    if name == "random 15k/62k wc":
        return random_network(15_000, 62_000)
    if name == "power law 1M/10M wc":
        kept = Path(os.environ.get(KEPT_IN, "."), "power_law.npz")
        if KEPT_IN not in os.environ:
            return sd.datasets.power_law(1_000_000, 10_000_000, rng=1)
        if not kept.exists():
            sd.write_network(sd.datasets.power_law(1_000_000, 10_000_000, rng=1), kept)
        return sd.read_network(kept)
    raise ValueError(f"there is no network {name!r}")


def random_network(n: int, m: int) -> sd.Network:
    """Draw distinct arcs uniformly, with weighted cascade."""
    generator = np.random.default_rng(1)
    codes = np.unique(generator.integers(0, n * n, 2 * m))
    codes = generator.permutation(codes[codes // n != codes % n])[:m]
    return sd.Network.from_edges(codes // n, codes % n, "wc", nodes=range(n))


def top_degree(network: sd.Network, k: int = 50) -> np.ndarray:
    """Give the nodes of highest out-degree, lowest index first among equals."""
    return np.argsort(-np.diff(network.out.indptr), kind="stable")[:k]


def made_up_prices(degree: np.ndarray, key: int) -> np.ndarray:
    """Make up prices in cents: 20 + degree^0.9 × log-normal noise (σ = 0.5), rounded to fives."""
    noise = np.random.default_rng(key).lognormal(0, 0.5, degree.size)
    return (np.round((20 + degree**0.9 * noise) / 5) * 500).astype(np.int64)
