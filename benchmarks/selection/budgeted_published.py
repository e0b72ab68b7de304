"""Compare budgeted plans with every published value of the Twitter instances, in reach and in time.

    python -m benchmarks budgeted_published

writes ``benchmarks/results/budgeted_published.csv``: for each rule of probabilities and budget the better of
the two published algorithms (GRASP and ComBIM) with its seconds, the reach of our plan as the plain scorer of
the benchmark suite measures it under the instance's own model, and our seconds until they were certified.
The published seconds are of other machines.
"""

from __future__ import annotations

import csv
import time
from argparse import Namespace
from collections.abc import Iterator
from typing import NamedTuple

import seeding as sd
from benchmarks.common import results
from benchmarks.common.data import folder
from benchmarks.common.processes import machine
from seeding.bench.networks import read_bimp
from seeding.bench.peers.base import Arrays
from seeding.bench.scoring import score

KEY = 5
WORLDS = 10_000
# The published tables' names for their rules of probabilities. Trivalency is left out: it was drawn by node,
# at random, and the draw was not kept.
RULES: dict[str, float | str] = {"Twitter 0.1": 0.1, "Twitter 0.2": 0.2, "WC": "weighted_cascade"}


class Published(NamedTuple):
    """The better of two published results."""

    rule: str
    budget: int
    algorithm: str
    reach: float
    seconds: float


def published() -> Iterator[Published]:
    """Read the published tables; those of a rule follow a line that begins with its name."""
    rule = None
    with (folder() / "bimp-twitter" / "published_results.csv").open(newline="") as file:
        for row in csv.reader(file):
            if row[0] in RULES:
                rule = row[0]
            elif row[0].startswith("Twitter ") and rule in RULES:
                found = {"ComBIM": (float(row[2]), float(row[1])), "GRASP": (float(row[6]), float(row[5]))}
                best = max(found, key=lambda name: found[name][0])
                yield Published(rule, int(row[0].split()[1]), best, *found[best])
            elif not row[0].startswith(("Instance", "Twitter ")):
                rule = None


def run(network: sd.Network, costs: dict[int, int], case: Published) -> dict[str, object]:
    """Plan for one budget and score the seeds."""
    start = time.perf_counter()
    plan = sd.optimize(network, costs, budget=case.budget, rng=KEY)
    whole = time.perf_counter() - start
    choosing = sum(phase.seconds for phase in plan.phases if not phase.name.startswith("measure"))
    seeds = network.index(plan.seeds["candidate"]).tolist()
    scored = score(Arrays.of((network, None)), seeds, WORLDS)
    return {
        "probability": case.rule,
        "budget": case.budget,
        "algorithm": case.algorithm,
        "published": case.reach,
        "ours": round(scored.mean, 2),
        "stderr": round(scored.stderr, 3),
        "more": round(scored.mean / case.reach - 1, 5),
        "certified_ratio": round(plan.certificate.ratio, 4),
        "seeds": len(plan.seeds),
        "cost": str(plan.cost),
        "published_seconds": round(case.seconds, 1),
        "seconds_to_choose": round(choosing, 2),
        "seconds": round(whole, 2),
        "stopped": plan.stopped,
        "key": KEY,
    }


def main(given: Namespace) -> None:
    """Plan for every published budget and write the table."""
    rows = []
    path = folder() / "bimp-twitter" / "twitter_2000_cost.txt.gz"
    networks = {name: read_bimp(path, rule) for name, rule in RULES.items()}
    for network, costs in networks.values():  # compiles everything that the runs below use
        sd.optimize(network, costs, budget=1_000, gap=0.3, rng=KEY)
    for case in published():
        rows.append(run(*networks[case.rule], case))
        print(rows[-1], flush=True)
        results.write(rows, given.out, machine())
