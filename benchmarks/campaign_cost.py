"""Measure what each part of a campaign costs in reverse sampling, against the plain model.

    python -m benchmarks.campaign_cost [--sets 200000] [--only NETWORK] [--out CSV]

writes ``benchmarks/results/campaign_cost.csv``. Each part is given values by which the sets stay what they
are (a deadline that nobody misses, a quality of nearly 1, everybody a person of their own, …), so that the
ratio is that of the same work with and without the part. Plain and part take turns in one process, on one
thread; a figure is the median of seven rounds, in seconds of the processor.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.processes import Others
from benchmarks.rates.networks import load
from benchmarks.rates.rows import interleaved
from seeding._runtime.executors import Workers
from seeding._runtime.files import atomic_write
from seeding.bench.facts import machine
from seeding.diffusion import IndependentCascade, LinearThreshold, Model
from seeding.sampling.rr_sets import RRSampler
from seeding.simulation.propagation import rr_sampler

RESULTS = Path(__file__).parent / "results" / "campaign_cost.csv"
NETWORKS = ("NetHEPT wc", "Epinions wc", "power law 1M/10M wc")
KEY = 1
# What a part may cost where it adds a draw for each world or each member.
MOST = 1.3
_NEARLY = 1 - 1e-12


def parts(network: sd.Network) -> Iterator[tuple[str, str, sd.Network, Model, np.ndarray | None]]:
    """List the parts: name, what it adds, network, model, and the chances of acceptance if it has any."""
    n, plain = network.n_nodes, IndependentCascade()
    weights = np.random.default_rng(1).uniform(0.999, 1.001, n)
    yield "deadline", "a limit for each world", network, IndependentCascade(deadline=10_000), None
    yield "quality", "a draw for each world", network, IndependentCascade(quality=_NEARLY), None
    yield "fidelity", "a draw for each world", network, IndependentCascade(fidelity=_NEARLY), None
    yield "discount", "a draw for each world", network, IndependentCascade(discount=_NEARLY), None
    yield "audience weights", "a weighted root for each world", replace(network, weights=weights), plain, None
    yield "acceptance", "a draw for each member", network, plain, np.full(n, 0.999999)
    person = np.arange(n, dtype=np.int32)
    yield "persons", "the accounts of the root", replace(network, person=person), plain, None
    seen = network.with_exposure(share=_NEARLY)
    yield "exposure", "a first step of its own", seen, plain, None
    alone = network.with_nodes(["nobody else"] if network.labels.dtype.kind != "i" else [-1])
    yield "organic start", "a mark for each node", alone.with_organic(alone.labels[-1:]), plain, None
    yield "linear threshold", "another model: a draw for each node", network, LinearThreshold(), None
    day = network.with_delays(1.0)
    yield "delays", "a time for each arc, and their order", day, IndependentCascade(deadline=10_000), None
    meet = network.with_delays(meeting=1.0)
    yield "meeting", "a time for each arc, and their order", meet, IndependentCascade(deadline=10_000), None


def sample(sampler: RRSampler, sets: int) -> object:
    """Draw sets on this thread."""
    return sampler.grow(sampler.empty(), sets, Workers(1))


def prepared(network: sd.Network, model: Model, accept: np.ndarray | None) -> RRSampler:
    """Make the sampler of a part."""
    if accept is None:
        return rr_sampler(network, model, KEY)
    nodes = np.arange(network.n_nodes)
    return rr_sampler(network, model, KEY, nodes, accept=accept)


def measure(name: str, sets: int) -> Iterator[dict[str, object]]:
    """Measure all parts on a network."""
    network = load(name)
    plain = rr_sampler(network, IndependentCascade(), KEY)
    for part, adds, changed, model, accept in parts(network):
        few = sets // 10 if adds.startswith(("a time", "another")) else sets
        works: dict[str, Callable[[], object]] = {
            "plain": partial(sample, plain, few),
            "part": partial(sample, prepared(changed, model, accept), few),
        }
        others = Others()
        took = interleaved(works)
        ratio = took["part"].processors / took["plain"].processors
        asked = not adds.startswith(("a time", "another"))
        yield {
            "network": name,
            "part": part,
            "adds": adds,
            "sets": few,
            "plain_ns": took["plain"].processors / few * 1e9,
            "part_ns": took["part"].processors / few * 1e9,
            "ratio": ratio,
            "target": f"ratio <= {MOST:g}" if asked else "",
            "met": ratio <= MOST if asked else "",
            "busy": others.busy(),
        }
        print(f"{name}, {part}: {ratio:.2f}", flush=True)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=int, default=200_000)
    parser.add_argument("--only", default="", help="only networks whose name contains this")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    rows = [row for name in NETWORKS if given.only in name for row in measure(name, given.sets)]
    facts = {name: value for name, value in machine().items() if name != "ortools"}
    with atomic_write(given.out) as file:
        pd.DataFrame(rows).assign(key=KEY, **facts).to_csv(file, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
