"""The cases of the benchmark suites; frozen, so that results of different versions can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from seeding import datasets
from seeding.network import Network
from seeding.roster import Roster

# Without a roster top_audience is degree, and everybody is the cheapest.
_BASELINES = ("random", "degree", "degree_discount", "pagerank")


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
        Case(
            "power_law_20k_100k",
            lambda: (datasets.power_law(20_000, 100_000, rng=1), None),
            ("ris", *_BASELINES),
            k=50,
        ),
    ),
}
