"""Times of whole steps: index and greedy, seeds of a given quality, and CELF."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import mean, median
from typing import NamedTuple

import numpy as np

import seeding as sd
from benchmarks.common.networks import load
from benchmarks.common.timing import ROUNDS, interleaved
from benchmarks.rates.rows import Row, at_most
from benchmarks.rates.threads import two_threads
from seeding._runtime.clock import Clock
from seeding._runtime.executors import Workers, open_workers
from seeding._runtime.memory import read_memory_limit
from seeding._runtime.progress import Silent
from seeding.bench.peers.base import Arrays
from seeding.bench.scoring import score
from seeding.diffusion import IndependentCascade
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.sampling.rr_sets import RRSampler
from seeding.selection.error_budget import FIRST_SETS
from seeding.selection.greedy import select
from seeding.selection.problem import Problem
from seeding.selection.sample_pair import Sources
from seeding.simulation.propagation import rr_sampler

KEY = 1
K = 50
SETS = 1_000_000
SHARE = 0.25
# Seeds count as good when their score is this share of the best known.
GOOD = 0.995
STEP, MOST_SETS = 2**0.5, 1 << 22


class Quality(NamedTuple):
    """Best known reach for 50 seeds, worlds that score, sample sizes to try, seconds asked for and why."""

    best: float
    worlds: int
    first: int
    seconds: float
    why: str


QUALITY = {
    "NetHEPT wc": Quality(967, 8_192, 1 << 17, 0.39 / 4, "a quarter of 0.39 s (a C++ OPIM run of 1M sets)"),
    "Epinions wc": Quality(16_747, 1_024, 1 << 15, 0.64, "a tenth of 6.4 s (a C++ OPIM run of 1M sets)"),
    "Epinions p=0.01": Quality(2_213, 1_024, 1 << 18, 1.33, "a C++ sketch system's 1.33 s"),
}


def index(name: str) -> Iterator[Row]:
    """Measure the inverse index on one thread and on two."""
    sample = sd.sample_rr_sets(load(name), SETS, rng=KEY)

    def build(threads: int) -> Callable[[], object]:
        return lambda: replace(sample, threads=threads, known=None).incidence

    took = interleaved({"1": build(1), "2": build(2)})
    for threads, seconds in ((1, took["1"].processors), (2, took["2"].clock)):
        yield Row("inverse index", name, threads, "ns an entry", seconds / sample.total_size * 1e9)
    yield two_threads("inverse index", name, build(1), build(2), f"{sample.total_size:,} entries")


def share(name: str) -> Iterator[Row]:
    """Measure which share of sampling and choosing is index and greedy, at a million RR sets."""
    network = load(name)
    for threads in (1, 2):
        parts: dict[str, list[float]] = {"sampling": [], "index and greedy": []}
        for _ in range(1 + 2 * ROUNDS):
            timed, _ = _choose(network, SETS, KEY, threads=threads)
            for part, seconds in timed.items():
                parts[part].append(seconds)
        took = {part: median(seconds[1:]) for part, seconds in parts.items()}
        share_of = took["index and greedy"] / sum(took.values())
        note = ", ".join(f"{part} {seconds:.3f} s" for part, seconds in took.items())
        what = "index and greedy of the total, 1M sets"
        yield Row(what, name, threads, "share", share_of, target=at_most(SHARE), note=note)


# Makes the sampler whose sets choose, from a network, a key and the threads.
Open = Callable[[sd.Network, int, Workers], RRSampler]


def _plain(network: sd.Network, key: int, _workers: Workers) -> RRSampler:
    """Open the sampler of whole RR sets."""
    return rr_sampler(network, IndependentCascade(), key)


def _as_optimize(network: sd.Network, key: int, workers: Workers) -> RRSampler:
    """Open the sampler that `optimize` opens: searches may stop at a first seed, if that saves much."""
    nodes = np.arange(network.n_nodes)
    asked = Limits(None, K), key, 0.05, 0.01, read_memory_limit(None), workers, Silent(), Clock()
    problem = Problem(network, IndependentCascade(), nodes, np.ones_like(nodes), *asked)
    return Sources.open(problem).with_sentinels(FIRST_SETS).chooser


def _choose(
    network: sd.Network, sets: int, key: int, opened: Open = _plain, threads: int = 2
) -> tuple[dict[str, float], np.ndarray]:
    """Sample and choose; returns seconds of each part and the seeds."""
    times = [time.perf_counter()]
    with open_workers(threads) as workers:
        sampler = opened(network, key, workers)
        sample: Coverage = sampler.grow(sampler.empty(), sets, workers)
    times.append(time.perf_counter())
    costs = np.ones(network.n_nodes, dtype=np.int64)
    seeds = select(sample, costs, Limits(None, K)).order
    times.append(time.perf_counter())
    return dict(zip(("sampling", "index and greedy"), np.diff(times).tolist(), strict=True)), seeds


def quality(name: str) -> Iterator[Row]:
    """Find the time to seeds of good quality: the sample grows until the mean score of 5 keys is good.

    The time is that of the last, sufficient size alone, median of its keys. Sets are drawn as `optimize`
    draws them; finding out whether searches may stop early is part of the time.
    """
    network, asked = load(name), QUALITY[name]
    arrays = Arrays.of((network, None))
    _choose(network, asked.first, 0, _as_optimize)
    sets, reached, seconds = asked.first, 0.0, float("nan")
    while reached < GOOD * asked.best and sets <= MOST_SETS:
        runs = [_choose(network, sets, key, _as_optimize) for key in range(1, 6)]
        reached = mean(score(arrays, seeds.tolist(), asked.worlds).mean for _, seeds in runs)
        seconds = median(sum(timed.values()) for timed, _ in runs)
        yield Row(f"seeds from {sets:,} sets", name, 2, "s", seconds, note=_scored(reached, asked))
        note = f"{sets:,} sets; {_scored(reached, asked)}; asked for: {asked.why}"
        sets = int(sets * STEP)
    if reached < GOOD * asked.best:
        seconds, note = float("nan"), "not reached"
    target = at_most(asked.seconds)
    yield Row(f"time to {GOOD:.1%} of the best", name, 2, "s", seconds, target=target, note=note)


def _scored(reached: float, asked: Quality) -> str:
    return f"mean score {reached:,.1f}, {reached / asked.best:.4f} of the best known {asked.best:,.0f}"


def celf(name: str) -> Iterator[Row]:
    """Measure forward CELF on 10,000 kept worlds, on two threads."""
    sd.optimize(sd.datasets.karate(), k=2, method="celf", rng=KEY, threads=2)
    network = load(name)
    seconds = []
    for _ in range(5):
        plan = sd.optimize(network, k=K, method="celf", rng=KEY, threads=2, precision=0.05)
        phase = next(phase for phase in plan.phases if phase.name.startswith("CELF"))
        seconds.append(phase.seconds)
    reach = score(Arrays.of((network, None)), network.index(plan.seeds["candidate"]).tolist(), 8_192)
    note = f"{phase.detail}; scored reach {reach.mean:,.1f}"
    yield Row("CELF, k = 50", name, 2, "s", median(seconds), target=at_most(10), note=note)
