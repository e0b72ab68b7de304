"""Count how often a certificate is false, and how often the 95 % interval holds the truth.

    python -m benchmarks certificate_experiment

makes plans for small networks, whose best choice and exact reach are known by listing every world, with a new
key each time, and writes ``benchmarks/results/certificate_experiment.csv``. A certificate counts as false if
the plan's exact reach is below `lower`, the best possible is above `upper`, or the plan reaches less than
`ratio` of the best possible.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from unittest import mock

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.certificates.enumeration import SmallNetwork
from benchmarks.common import results
from seeding.network import packed_rows
from seeding.network.packed_rows import PACKED_FROM_ARCS

METHODS = ("ris", "exact", "celf", "top_audience")
RUNS = 600
# Larger than the default of 0.01, so that a bound that is wrong too often would be seen.
DELTA = 0.1
# Differences below this are rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Case:
    """A network, costs by person, and limits; sampled like a large network if `packed`."""

    name: str
    network: SmallNetwork
    costs: tuple[int, ...]
    budget: int | None
    k: int | None
    gap: float
    packed: bool = False

    @cached_property
    def best(self) -> float:
        """Exact expected reach of the best choice."""
        return self.network.best(self.costs, self.budget, self.k)

    def to_network(self) -> sd.Network:
        """Make the network that is to be planned for; labels are 0, 1, …."""
        source, target, probability = zip(*self.network.arcs, strict=True)
        people = np.arange(len(self.network.weights))
        return sd.Network.from_edges(
            source, target, list(probability), nodes=people, weights=np.array(self.network.weights)
        )


def cases() -> Iterator[Case]:
    """List the networks: even and skewed weights, rare and common cascades, budgets and head counts."""
    followers = {0: (5, 2, 6, 7, 8), 1: (2,), 3: (4, 2), 2: (5, 9, 6, 4), 6: (7,), 9: (0,)}
    arcs = tuple((u, v, 0.1) for u, row in followers.items() for v in row)
    yield Case("ten people", SmallNetwork((1.0,) * 10, arcs), (1,) * 10, None, 2, 0.1)
    yield Case("ten people", SmallNetwork((1.0,) * 10, arcs), (4, 1, 3, 2, 1, 1, 2, 1, 1, 2), 7, None, 0.1)
    # One rare cascade carries half of the reach: the hardest case for an interval.
    rare = ((0, 1, 0.2), (1, 2, 0.2), (0, 3, 0.5), (3, 4, 0.5), (5, 6, 0.9))
    yield Case(
        "rare jackpot", SmallNetwork((1, 1, 40, 1, 1, 1, 1), rare), (3, 2, 9, 1, 1, 2, 1), 5, None, 0.1
    )
    for number, (budget, k, gap) in enumerate([(None, 3, 0.2), (9, None, 0.05), (8, 3, 0.2)]):
        generator = np.random.default_rng([777, number])
        pairs = [(u, v) for u in range(9) for v in range(9) if u != v]
        chosen = generator.choice(len(pairs), size=14, replace=False)
        p = generator.choice([0.05, 0.1, 0.3, 0.6], size=14)
        drawn = tuple((*pairs[i], float(x)) for i, x in zip(chosen, p, strict=True))
        weights = tuple(generator.choice([0.5, 1.0, 2.0, 8.0], size=9).tolist())
        costs = tuple(generator.integers(1, 6, size=9).tolist())
        yield Case(f"random {number}", SmallNetwork(weights, drawn), costs, budget, k, gap)
    # Nearly all large sets hold the hub, so searches stop there; and nobody is worth a sixth place.
    spokes = tuple(arc for v in range(1, 6) for arc in ((0, v, 0.8), (v, 0, 0.8)))
    hub = SmallNetwork((1.0,) * 6 + (0.2,) * 8, (*spokes, (6, 7, 0.3), (8, 9, 0.3)))
    yield Case("hub", hub, (1,) * 14, None, 5, 0.2, packed=True)


def run(case: Case, method: str, delta: float, first_key: int, runs: int) -> dict[str, object]:
    """Plan `runs` times with new keys and count what was false; one row of the result."""
    network, roster = case.to_network(), dict(enumerate(case.costs))
    asked = {"budget": case.budget, "k": case.k, "method": method, "gap": case.gap, "delta": delta}
    made = []
    with mock.patch.object(packed_rows, "PACKED_FROM_ARCS", 0 if case.packed else PACKED_FROM_ARCS):
        for key in range(first_key, first_key + runs):
            made.append(check(case, sd.optimize(network, roster, **asked, rng=key, threads=1)))
    table = pd.DataFrame(made)
    false = table[["false_lower", "false_upper", "false_ratio"]]
    limits = {"budget": case.budget, "k": case.k, "gap": case.gap, "delta": delta}
    counts = {"runs": runs, "false_certificates": int(false.any(axis=1).sum())} | false.sum().to_dict()
    means = {
        name: round(float(table[name].mean()), 4) for name in ("certified_ratio", "true_ratio", "sentinel")
    }
    coverage = {"interval_coverage": round(float(table["covered"].mean()), 4)}
    return {"network": case.name, **limits, "method": method, **counts, **coverage, **means}


def check(case: Case, plan: sd.Plan) -> dict[str, float]:
    """Compare what a plan says with the truth."""
    truth = case.network.reach(plan.seeds["candidate"].tolist())
    certificate, reach = plan.certificate, plan.reach
    return {
        "false_lower": certificate.lower > truth + _ROUNDING,
        "false_upper": certificate.upper < case.best - _ROUNDING,
        "false_ratio": truth < certificate.ratio * case.best - _ROUNDING,
        "covered": reach.low - _ROUNDING <= truth <= reach.high + _ROUNDING,
        "certified_ratio": certificate.ratio,
        "true_ratio": truth / case.best,
        "sentinel": any("stop at the first seed" in phase.detail for phase in plan.phases),
    }


def experiment(runs: int = RUNS, delta: float = DELTA, methods: tuple[str, ...] = METHODS) -> pd.DataFrame:
    """Run every case with every method, each run with a key of its own; one row per combination."""
    rows = []
    for number, (case, method) in enumerate((c, m) for c in cases() for m in methods):
        rows.append(run(case, method, delta, 1_000_000 * (number + 1), runs))
        print(pd.DataFrame(rows[-1:]).to_string(index=False, header=number == 0), flush=True)
    return pd.DataFrame(rows)


def main(given: Namespace) -> None:
    """Run the experiment, write its table and say how it came out."""
    table = results.write(experiment(given.runs, given.delta), given.out)
    total = int(table["runs"].sum())
    print(
        f"\n{total:,} plans: {int(table['false_certificates'].sum()):,} false certificates "
        f"({given.delta:.0%} were allowed); the 95 % interval held the truth in "
        f"{float((table['interval_coverage'] * table['runs']).sum()) / total:.2%}."
    )
