"""How much better a choice looks on the sample that made it than it is, as the sample grows.

    python -m benchmarks optimism

writes ``benchmarks/results/optimism.csv``: for NetHEPT under two models, the reach of greedy's choice
(k = 50, scored by fresh simulation), and its optimism: covered on its own sample / covered on another − 1.
"""

from __future__ import annotations

from argparse import Namespace

import numpy as np

import seeding as sd
from benchmarks.common import results
from benchmarks.common.data import folder
from seeding.rules.limits import Limits
from seeding.selection.greedy import select

K = 50
SIZES = {"weighted_cascade": (16, 18, 20, 22), 0.01: (16, 18, 20, 22, 24)}


def main(given: Namespace) -> None:
    """Measure and write the CSV."""
    rows = []
    for probability, exponents in SIZES.items():
        network = sd.read_network(
            folder() / "nethept" / "hep.txt.gz", probability=probability, directed=False
        )
        costs = np.ones(network.n_nodes, dtype=np.int64)
        for exponent in exponents:
            own = sd.sample_rr_sets(network, 1 << exponent, rng=5)
            other = sd.sample_rr_sets(network, 1 << exponent, rng=6)
            cover = select(own, costs, Limits(k=K))
            score = sd.estimate_reach(network, network.labels[cover.order], worlds=20_000, rng=7)
            rows.append(
                {
                    "probability": probability,
                    "k": K,
                    "rr_sets": own.n_sets,
                    "reach": round(score.mean, 2),
                    "stderr": round(score.stderr, 2),
                    "optimism": round(cover.covered / other.count(cover.order) - 1, 4),
                }
            )
    print(results.write(rows, given.out).to_string(index=False))
