"""Count how often the 95 % interval of an estimated reach holds the truth, rare events and all.

    python -m benchmarks interval_coverage

writes ``benchmarks/results/interval_coverage.csv``. Each case is a small network whose expected reach is a
closed form. Each run has a key of its own, and stops by its own rule. "normal" is the rule that looks at the
standard deviation of the sample alone: worlds until the normal interval is as narrow as asked.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

import seeding as sd
from benchmarks.common import results
from seeding.plan.interval import Z95
from seeding.simulation.simulation import FIRST_WORLDS, MOST_WORLDS

FIRST_KEY = 10_000


class Case(NamedTuple):
    """A network, the seeds and what else is asked, the expected reach; and whether nothing in it is rare."""

    network: sd.Network
    seeds: list[Any]
    truth: float
    asked: Mapping[str, Any] = MappingProxyType({})
    ordinary: bool = False


def star(p: float, leaf: float, leaves: int = 1, hub: float = 1.0) -> Case:
    """Make a hub and leaves of one weight."""
    return weighted_star(np.full(leaves, leaf), p, hub)


def weighted_star(leaves: np.ndarray, p: float | np.ndarray, hub: float = 1.0) -> Case:
    """Make a hub and leaves of any weights."""
    names = [f"leaf {i}" for i in range(leaves.size)]
    weights = np.append(hub, leaves)
    network = sd.Network.from_edges(["hub"] * leaves.size, names, p, nodes=["hub", *names], weights=weights)
    return Case(network, ["hub"], hub + float((leaves * p).sum()))


def path(**asked: Any) -> Case:
    """Nine people in a row, each arc with 0.7."""
    network = sd.Network.from_edges(list(range(8)), list(range(1, 9)), 0.7)
    return Case(network, [0], sum(0.7**i for i in range(9)), asked)


def chain(chances: list[float], last: float) -> Case:
    """Hops of different chances to somebody who counts `last`."""
    n = len(chances)
    weights = np.append(np.ones(n), last)
    ends, nodes = (list(range(n)), list(range(1, n + 1))), list(range(n + 1))
    network = sd.Network.from_edges(*ends, np.array(chances), nodes=nodes, weights=weights)
    return Case(network, [0], float((np.append(1.0, np.cumprod(chances)) * weights).sum()))


def behind(p: float, q: float, people: int) -> Case:
    """Lay an arc of chance p to somebody who convinces each of many people with q."""
    source, target = ["hub"] + ["gate"] * people, ["gate"] + [f"fan {i}" for i in range(people)]
    network = sd.Network.from_edges(source, target, np.append(p, np.full(people, q)))
    return Case(network, ["hub"], 1 + p * (1 + q * people))


def organic() -> Case:
    """Make a whale whom a rare arc reaches, and whom others who are active anyway reach half the time."""
    network = sd.Network.from_edges(
        ["hub", "fan"], ["whale", "whale"], np.array([0.001, 0.5]), nodes=["hub", "fan", "whale"],
        weights=np.array([1.0, 1.0, 1_000.0]),
    )  # fmt: skip
    return Case(network.with_organic(["fan"]), ["hub"], 1 + 1_000 * 0.001 * 0.5)


def persons() -> Case:
    """Make a whale of two accounts, each reached by a rare arc."""
    parts = {
        name: sd.Network.from_edges(["hub"], ["whale"], 0.001, nodes=["hub", "whale"], weights=np.array(w))
        for name, w in (("x", [1.0, 1_000.0]), ("tiktok", [1.0, 1_000.0]))
    }
    both = sd.Network.couple(parts, person="label", crossing=0.0)
    return Case(both, ["x/hub", "tiktok/hub"], 1 + 1_000 * (1 - 0.999**2))


def cases() -> dict[str, Callable[[], Case]]:
    """All cases by name."""
    lognormal = np.exp(np.random.default_rng(0).normal(0, 2.5, 60))
    slow, frank = sd.IndependentCascade(deadline=1), sd.IndependentCascade(deadline=3, quality=0.8)
    mixed = np.append(np.ones(40), 1e4), np.append(np.full(40, 0.3), 1e-4)
    tree = sd.LinearThreshold()
    exposed = star(0.01, 10).network.with_exposure(view=0.02, share=0.05)
    return {
        "a weight of 100 with 0.01": lambda: star(0.01, 100),
        "a weight of 1,000 with 0.001": lambda: star(0.001, 1_000),
        "a weight of 10,000 with 0.0001": lambda: star(0.0001, 1e4),
        "nobody, or one with 0.01": lambda: star(0.01, 1, hub=0.0),
        "nobody, or one with 0.001": lambda: star(0.001, 1, hub=0.0),
        "60 lognormal weights with 0.02": lambda: weighted_star(lognormal, 0.02),
        "acceptance 0.01": lambda: path(accept=0.01)._replace(truth=0.01 * path().truth),
        "acceptance 0.001": lambda: path(accept=0.001)._replace(truth=0.001 * path().truth),
        "deadline and quality": lambda: path(model=frank)._replace(
            truth=sum(0.7**i * 0.8 ** (i + 1) for i in range(4)), ordinary=True
        ),
        "40 people, and 10,000 with 0.0001": lambda: weighted_star(*mixed),
        "three hops to 1,000": lambda: chain([0.1, 0.1, 0.1], 1_000),
        "ten hops of one half to 2,000": lambda: chain([0.5] * 10, 2_000),
        "1,000 people behind an arc of 0.001": lambda: behind(0.001, 0.9, 1_000),
        "a seed that declines with 0.001": lambda: star(1.0, 1_000)._replace(
            asked={"accept": 0.999}, truth=0.999 * 1_001
        ),
        "rare arc before the deadline": lambda: chain([0.002, 1.0], 500)._replace(
            asked={"model": slow}, truth=1.002
        ),
        "linear threshold": lambda: star(0.001, 1_000)._replace(asked={"model": tree}),
        "seen with 0.02": lambda: Case(exposed, ["hub"], 1.2),
        "organic start": organic,
        "two accounts of one person": persons,
        "against bad news": lambda: star(0.001, 1_000)._replace(
            asked={"model": sd.IndependentCascade(quality=0.9, negativity_bias=2.0)}, truth=0.9 + 0.81
        ),
        "a path": lambda: path()._replace(ordinary=True),
        "200 people with 0.3": lambda: star(0.3, 1, 200)._replace(ordinary=True),
        "200 people with 0.01": lambda: star(0.01, 1, 200)._replace(ordinary=True),
    }


def normal(case: Case, precision: float, key: int) -> tuple[float, float, int]:
    """Return the interval, and the worlds, of the rule that only looks at the standard deviation."""
    worlds = FIRST_WORLDS
    while True:
        reach = sd.simulate(case.network, case.seeds, worlds=worlds, rng=key, threads=1, **case.asked)
        mean, half = reach.mean(), Z95 * reach.std(ddof=1) / np.sqrt(worlds)
        wanted = worlds * (half / (precision * mean)) ** 2 if mean > 0 else 0.0
        if wanted <= worlds or worlds >= MOST_WORLDS:
            return mean - half, mean + half, worlds
        worlds = int(min(64 * -(-1.05 * wanted // 64), MOST_WORLDS))


def ours(case: Case, precision: float, key: int) -> tuple[float, float, int]:
    """Return the interval, and the worlds, of `estimate_reach`."""
    found = sd.estimate_reach(case.network, case.seeds, precision=precision, rng=key, threads=1, **case.asked)
    return found.low, found.high, found.worlds


def measure(name: str, case: Case, precision: float, runs: int) -> Iterator[dict[str, object]]:
    """Run a case by both rules."""
    for rule, run in (("normal", normal), ("now", ours)):
        found = np.array([run(case, precision, FIRST_KEY + i) for i in range(runs)])
        slack = 1e-9 * max(case.truth, 1.0)
        above, below = found[:, 0] > case.truth + slack, found[:, 1] < case.truth - slack
        yield {
            "case": name,
            "ordinary": case.ordinary,
            "precision": precision,
            "rule": rule,
            "runs": runs,
            "holds": 1 - (above | below).mean(),
            "too_low": below.mean(),
            "too_high": above.mean(),
            "half_width": ((found[:, 1] - found[:, 0]) / 2 / case.truth).mean(),
            "worlds": int(np.median(found[:, 2])),
        }


def main(given: Namespace) -> None:
    """Run all cases and write the table."""
    rows = []
    for name, make in cases().items():
        if given.only not in name:
            continue
        for precision in (0.01, 0.05):
            for row in measure(name, make(), precision, given.runs):
                rows.append(row)
                print(*row.values(), sep=" | ", flush=True)
    results.write(rows, given.out, form="%.6g")
