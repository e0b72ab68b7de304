"""Measure what each part of a campaign costs in reverse sampling, against the plain model.

    python -m benchmarks campaign_cost

writes ``benchmarks/results/campaign_cost.csv``. Each part is given values by which the sets stay what they
are (a deadline that nobody misses, a quality of nearly 1, everybody a person of their own, …), so that the
ratio is that of the same work with and without the part. Plain and part take turns in one process, on one
thread; a figure is the median of seven rounds, in seconds of the processor.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

import seeding as sd
from benchmarks.common import results
from benchmarks.common.networks import load
from benchmarks.common.processes import Others
from benchmarks.common.timing import interleaved
from seeding._runtime.executors import Workers
from seeding.bench.facts import machine
from seeding.diffusion import IndependentCascade, LinearThreshold, Model
from seeding.sampling.rr_sets import RRSampler
from seeding.simulation.propagation import rr_sampler

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


def main(given: Namespace) -> None:
    """Measure and write the table."""
    rows = [row for name in NETWORKS if given.only in name for row in measure(name, given.sets)]
    facts = {name: value for name, value in machine().items() if name != "ortools"}
    results.write(rows, given.out, {"key": KEY} | facts, form="%.6g")
