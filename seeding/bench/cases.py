"""The cases of the benchmark suites; frozen, so that results of different versions can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from seeding import datasets
from seeding.network import Network
from seeding.rng import RandomSource, to_key
from seeding.roster import Roster

# Without a roster top_audience is degree, and everybody is the cheapest.
_BASELINES = ("random", "degree", "degree_discount", "pagerank")
# Chung–Lu weights (rank + shift) ** −exponent: a heavy tail without a single all-powerful node.
_SHIFT, _EXPONENT = 10, 1 / 1.3


@dataclass(frozen=True)
class Case:
    """One problem, and the methods that are run on it.

    Attributes
    ----------
    name
        How results call it; a changed case gets a new name.
    build
        Makes the network, and the roster if not everybody is a candidate at cost 1.
    methods
        Names of the methods, as `seeding.optimize` knows them.
    budget, k
        The limits; None for none.
    time_limit
        Seconds that a method may search; it then gives its best plan so far, which is scored like any other.
    """

    name: str
    build: Callable[[], tuple[Network, Roster | None]]
    methods: tuple[str, ...]
    budget: Decimal | None = None
    k: int | None = None
    time_limit: float = 10.0


def power_law(n_nodes: int, n_arcs: int, *, rng: RandomSource = 1) -> Network:
    r"""Generate a directed network with heavy-tailed degrees, weighted cascade.

    A Chung–Lu network: both ends of an arc are drawn by rank with probability proportional to
    :math:`(i + 10)^{-1/1.3}` (Chung and Lu, PNAS 2002). Out- and in-ranks agree on half of the nodes, labels
    are shuffled, arcs are distinct and none leads back to its own source.

    Parameters
    ----------
    n_nodes, n_arcs
        Exact numbers of nodes (isolated ones included) and arcs.
    rng
        The key; the same key gives the same network.
    """
    random = np.random.Generator(np.random.PCG64(to_key(rng)))
    share = np.cumsum((np.arange(n_nodes) + _SHIFT) ** -_EXPONENT)
    share /= share[-1]
    giver = random.permutation(n_nodes)
    taker = giver.copy()
    apart = random.permutation(n_nodes)[: n_nodes // 2]
    taker[np.sort(apart)] = giver[apart]
    codes = np.zeros(0, dtype=np.int64)
    while codes.size < n_arcs:
        draws = np.searchsorted(share, random.random((2, 2 * (n_arcs - codes.size))), side="right")
        source, target = giver[draws[0]], taker[draws[1]]
        new = (source * n_nodes + target)[source != target]
        joined = np.concatenate([codes, new])
        codes = joined[np.sort(np.unique(joined, return_index=True)[1])]
    codes = codes[:n_arcs]
    return Network.from_edges(
        codes // n_nodes,
        codes % n_nodes,
        "weighted_cascade",
        nodes=np.arange(n_nodes),
        origin=f"power law with {n_nodes:,} nodes and {n_arcs:,} arcs",
    )


SUITES: dict[str, tuple[Case, ...]] = {
    "small": (
        Case("karate", lambda: (datasets.karate(), None), ("ris", "celf", "exact", *_BASELINES), k=4),
        Case(
            "les_miserables",
            lambda: (datasets.les_miserables(), None),
            ("ris", "celf", "exact", *_BASELINES),
            k=5,
        ),
        Case(
            "creator_market",
            datasets.creator_market,
            ("ris", "exact", *_BASELINES, "top_audience", "cheapest"),
            budget=Decimal(250_000),
        ),
        Case("power_law_20k_100k", lambda: (power_law(20_000, 100_000), None), ("ris", *_BASELINES), k=50),
    ),
}
