"""Compare plans with published results on public networks.

    python -m benchmarks reference_values

writes ``benchmarks/results/reference_values.csv``. Each of our plans is scored by fresh forward simulation
under the instance's own model; a published value counts as reached when it is not above the upper end of our
99.9 % interval.
"""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import dataclass

import pandas as pd

import seeding as sd
from benchmarks.common import registry, results
from benchmarks.common.data import folder
from seeding.bench.networks import read_bimp

KEY = 20_260_101
# Where sampling is cheap, narrower than the default: more samples, and a choice that owes less to chance.
GAPS = {"nethept_wc_file": 0.03, "nethept_01_file": 0.03, "nethept_001": 0.03}
DEFAULT_GAP = 0.05
SCORING_KEY = 7
SCORING_WORLDS = 20_000
Z999 = 3.29


@dataclass(frozen=True)
class Case:
    """One published value: a network, limits, and the reach that was published for them."""

    network: str
    source: str
    k: int | None
    budget: int | None
    published: float


CELF = "CELF log, 10,000 simulations"
CASES = [
    *(
        Case("nethept_wc_file", CELF, k, None, reach)
        for k, reach in {1: 42.2, 10: 296.1, 50: 915.2, 100: 1439.7, 200: 2195.4}.items()
    ),
    *(
        Case("nethept_01_file", CELF, k, None, reach)
        for k, reach in {1: 644.8, 10: 780.9, 50: 955.5, 100: 1095.6}.items()
    ),
    *(
        Case("nethept_001", "design measurement", k, None, reach)
        for k, reach in {1: 1.80, 10: 16.2, 50: 72.8}.items()
    ),
    *(
        Case("twitter_01", "GRASP (BIMP)", None, budget, reach)
        for budget, reach in {2_000: 6_421.54, 26_000: 6_883.08}.items()
    ),
    *(
        Case("twitter_wc", "GRASP (BIMP)", None, budget, reach)
        for budget, reach in {2_000: 21_725.04, 26_000: 35_414.12}.items()
    ),
]


def load(name: str) -> tuple[sd.Network, dict[int, int] | None]:
    """Read a network by its name in CASES, with costs where it has them."""
    data = folder()
    if name == "nethept_wc_file":
        return sd.read_network(data / "nethept" / "hep_WC.inf.gz"), None
    if name == "nethept_01_file":
        return sd.read_network(data / "nethept" / "hep_IC_0.1.inf.gz"), None
    if name == "nethept_001":
        return sd.read_network(data / "nethept" / "hep.txt.gz", probability=0.01, directed=False), None
    rule = {"twitter_01": 0.1, "twitter_wc": "weighted_cascade"}[name]
    return read_bimp(data / "bimp-twitter" / "twitter_2000_cost.txt.gz", rule)


def run(case: Case, network: sd.Network, costs: dict[int, int] | None) -> dict[str, object]:
    """Plan one case and score it."""
    gap = GAPS.get(case.network, DEFAULT_GAP)
    start = time.perf_counter()
    plan = sd.optimize(network, costs, k=case.k, budget=case.budget, method="ris", gap=gap, rng=KEY)
    seconds = time.perf_counter() - start
    score = sd.estimate_reach(network, plan.seeds["candidate"], worlds=SCORING_WORLDS, rng=SCORING_KEY)
    return {
        "network": case.network,
        "source": case.source,
        "k": case.k,
        "budget": case.budget,
        "published": case.published,
        "ours": round(score.mean, 2),
        "stderr": round(score.stderr, 3),
        "ratio": round(score.mean / case.published, 4),
        "reached": bool(score.mean + Z999 * score.stderr >= case.published),
        "gap": gap,
        "certified_ratio": round(plan.certificate.ratio, 4),
        "seconds": round(seconds, 2),
        "key": KEY,
        "version": sd.__version__,
    }


def main(given: Namespace) -> None:
    """Run every case, print the table and write the CSV."""
    rows = []
    for name in dict.fromkeys(case.network for case in CASES if case.network.startswith(given.only)):
        network, costs = load(name)
        for case in (case for case in CASES if case.network == name):
            rows.append(run(case, network, costs))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows).astype({"k": "Int64", "budget": "Int64"})
    print(table.to_string(index=False))
    path = given.out or (None if given.only else registry.RESULTS / "reference_values.csv")
    if path is not None:
        results.write(table, path)
