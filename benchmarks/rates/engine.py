"""Rates of sampling and simulation, against lean C loops measured in turns with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import seeding as sd
from benchmarks.common.networks import load, top_degree
from benchmarks.common.timing import interleaved
from benchmarks.rates import peers
from benchmarks.rates.rows import Row, Target, at_least, at_most, skipped
from benchmarks.rates.threads import two_threads
from benchmarks.yardstick.loops import compile_yardstick
from seeding._runtime.parts import run_together
from seeding.diffusion import IndependentCascade
from seeding.sampling.rr_sets import RRSampler
from seeding.simulation.propagation import forward_task, rr_sampler

KEY = 1
LOADS = 1 << 24
# Tables to load from: first-level cache, second-level cache, shared cache, beyond.
LOAD_TABLES = {"32 KiB": 1 << 13, "512 KiB": 1 << 17, "4 MiB": 1 << 20, "64 MiB": 1 << 24}
NO_COMPILER = "no C compiler"
# 45 ns a visited node where a random load costs 6 ns.
MOST_LOADS_A_NODE = 7.5


class Sampling(NamedTuple):
    """Sets in one measurement, and the rate asked for, and what C makes on the machine for which it was."""

    sets: int
    target: float | None = None
    c_there: float | None = None


class Simulation(NamedTuple):
    """Worlds in one measurement; the rate and the ratio to C asked for."""

    worlds: int
    rate: float | None = None
    ratio: float | None = None


SAMPLING = {
    "NetHEPT wc": Sampling(1_000_000, 7.5e6, 8.5e6),
    "Epinions wc": Sampling(1_000_000),
    "Epinions p=0.01": Sampling(200_000),
    "power law 1M/10M wc": Sampling(1_000_000, 0.6e6, 0.234e6),
}
SIMULATION = {
    "random 15k/62k wc": Simulation(16_384),
    "NetHEPT wc": Simulation(8_192),
    "Epinions wc": Simulation(1_024),
    "Epinions p=0.01": Simulation(16_384, rate=10_000),
    "power law 1M/10M wc": Simulation(256, ratio=3),
}


def sampling(name: str) -> Iterator[Row]:
    """Measure RR sets a second, by the public function and by the kernel, and nanoseconds a visited node."""
    network, asked_for, yardstick = load(name), SAMPLING[name], compile_yardstick()
    sets, target = asked_for.sets, asked_for.target
    fewer = sets // 4
    sampler = rr_sampler(network, IndependentCascade(), KEY)
    nodes = sd.sample_rr_sets(network, sets, rng=KEY).total_size / sets
    works: dict[str, Callable[[], object]] = {
        "1": lambda: sd.sample_rr_sets(network, sets, rng=KEY, threads=1),
        "2": lambda: sd.sample_rr_sets(network, sets, rng=KEY, threads=2),
        "kernel": lambda: _in_blocks(sampler, sets),
    }
    if yardstick is not None:
        sample = yardstick.reverse(network.into, int(1.5 * nodes * fewer) + network.n_nodes)
        load_some = yardstick.loads()
        works |= {"C": lambda: sample(fewer, KEY), "loads": lambda: load_some(LOADS, KEY)}
    took = _seconds(works)
    against = (
        {"against": "C, geometric skips"} if yardstick else {"note": f"yardstick skipped: {NO_COMPILER}"}
    )
    c_rate = fewer / took["C"] if yardstick else None
    for work, threads, what in (("1", 1, ""), ("2", 2, ""), ("kernel", 1, ", kernel only")):
        rate = sets / took[work]
        asked = at_least(target) if target and threads == 1 else None
        ratio = rate / c_rate if c_rate else None
        yield Row(
            f"RR sets{what}",
            name,
            threads,
            "sets/s",
            rate,
            **against,
            yardstick=c_rate,
            ratio=ratio,
            target=asked,
        )
    yield from _against_c(name, asked_for, sets / took["1"], c_rate)
    yield two_threads("RR sets", name, works["1"], works["2"])
    per_node = took["kernel"] / sets / nodes * 1e9
    load_ns = took["loads"] / LOADS * 1e9 if yardstick else None
    yield _per_node(name, per_node, load_ns, target is not None and name.startswith("power law"))


def _against_c(name: str, asked: Sampling, rate: float, c_rate: float | None) -> Iterator[Row]:
    """Relate a rate that was asked for on another machine to what C makes there, and here."""
    if asked.target is None or asked.c_there is None or c_rate is None:
        return
    note = f"asked: {asked.target:,.0f} where C makes {asked.c_there:,.0f}"
    target = at_least(asked.target / asked.c_there, "ratio")
    yield Row(
        "RR sets against C",
        name,
        1,
        "sets/s",
        rate,
        "C, geometric skips",
        c_rate,
        rate / c_rate,
        target,
        note,
    )


def _seconds(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Time all works; gives seconds of processors, but by the clock on two threads."""
    times = interleaved(works)
    return {name: taken.processors for name, taken in times.items()} | {"2": times["2"].clock}


def _per_node(name: str, ours: float, load: float | None, asked: bool) -> Row:
    """Relate the time a visited node to independent random loads; here the ratio is nodes' to loads' time."""
    if load is None:
        return Row("visited node", name, 1, "ns", ours, note=f"loads skipped: {NO_COMPILER}")
    target = at_most(MOST_LOADS_A_NODE, "ratio") if asked else None
    return Row(
        "visited node",
        name,
        1,
        "ns",
        ours,
        "random 4-byte load over 64 MiB",
        load,
        ours / load,
        target,
        "ratio: loads that a node costs",
    )


def machine_threads() -> Iterator[Row]:
    """Measure what a second thread adds to random loads alone, from tables that both threads read."""
    yardstick = compile_yardstick()
    if yardstick is None:
        yield skipped("random 4-byte loads, two threads", "", "s", NO_COMPILER)
        return
    for size, words in LOAD_TABLES.items():
        load_some = yardstick.loads(words)

        def load(threads: int, load_some: Callable[[int, int], int] = load_some) -> Callable[[], object]:
            shares = [(4 * LOADS // threads, KEY + thread) for thread in range(threads)]
            return lambda: run_together(load_some, shares)

        yield two_threads("random 4-byte loads", size, load(1), load(2), asked=False)


def _in_blocks(sampler: RRSampler, sets: int, block: int = 1 << 15) -> None:
    for first in range(0, sets, block):
        sampler.task(first, min(block, sets - first))


def simulation(name: str, peers_python: Path | None = None) -> Iterator[Row]:
    """Measure worlds a second with 50 seeds of highest degree, on one thread and on two."""
    network, (worlds, rate, ratio), yardstick = load(name), SIMULATION[name], compile_yardstick()
    seeds = top_degree(network)
    labels = network.labels[seeds]
    task = forward_task(network, seeds, KEY)
    fewer = max(16, worlds // 8)
    works: dict[str, Callable[[], object]] = {
        "1": lambda: sd.simulate(network, labels, worlds=worlds, rng=KEY, threads=1),
        "2": lambda: sd.simulate(network, labels, worlds=worlds, rng=KEY, threads=2),
        "kernel": lambda: task(0, worlds),
    }
    if yardstick is not None:
        spread = yardstick.forward(network.out, seeds)
        works["C"] = lambda: spread(fewer, KEY)
    took = _seconds(works)
    c_rate = fewer / took["C"] if yardstick else None
    for work, threads, what in (("1", 1, ""), ("2", 2, ""), ("kernel", 1, ", kernel only")):
        ours = worlds / took[work]
        target = _simulation_target(work, rate, ratio)
        yield Row(
            f"cascades{what}",
            name,
            threads,
            "worlds/s",
            ours,
            "C, one coin an arc" if c_rate else "",
            c_rate,
            ours / c_rate if c_rate else None,
            target,
            "" if c_rate else f"yardstick skipped: {NO_COMPILER}",
        )
    yield two_threads("cascades", name, works["1"], works["2"])
    if name.startswith("random"):
        rates = {1: worlds / took["1"], 2: worlds / took["2"]}
        yield from _against_peers(name, network, seeds, rates, peers_python)


def _simulation_target(work: str, rate: float | None, ratio: float | None) -> Target | None:
    if work == "2":
        return None
    if rate is not None:
        return at_least(rate)
    return None if ratio is None else at_least(ratio, "ratio")


def _against_peers(
    name: str, network: sd.Network, seeds: np.ndarray, ours: dict[int, float], python: Path | None
) -> Iterator[Row]:
    """Compare with the Python packages that simulate in C++, each in a process of its own, one thread."""
    found = peers.simulate(network, seeds, python)
    for peer, said in found.items():
        if isinstance(said, str):
            yield skipped("cascades", name, "worlds/s", f"{peer}: {said}")
    rates = {peer: said for peer, said in found.items() if not isinstance(said, str)}
    fastest = max(rates.values(), default=0.0)
    for peer, rate in rates.items():
        for threads, least in ((1, 2.0), (2, 4.0)):
            target = at_least(least, "ratio") if rate == fastest else None
            yield Row(
                "cascades",
                name,
                threads,
                "worlds/s",
                ours[threads],
                f"{peer}, one thread",
                rate,
                ours[threads] / rate,
                target,
            )
