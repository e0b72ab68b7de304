"""Measure what a plan takes with each part of a campaign, against the plain plan of the same network.

    python -m benchmarks plan_times

writes ``benchmarks/results/plan_times.csv``: seconds of the processor of a whole `optimize` (k = 5, gap 0.1,
all else as usual, two threads), part by part in one process, and the ratio to the plain plan there. Each part
is planned once before with a wide gap, so that its kernels are compiled. What takes more than the bound is
ended, and its row says so. A ratio above 3 has its reason in the row.
"""

from __future__ import annotations

import gc
import resource
import signal
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.common import results
from benchmarks.common.networks import load, top_degree
from benchmarks.common.processes import Others
from seeding.bench.facts import machine

NETWORKS = ("NetHEPT wc", "Epinions wc", "made 22k/170k wc", "made 22k/170k p=0.05")
KEY, K, GAP = 1, 5, 0.1
MOST = 3.0
IC = sd.IndependentCascade

# Why a part costs more than `MOST` times the plain plan, where it does.
_WHOLE = "sets are kept whole: who declines cannot end a search, so there are no sentinels"
_FAIR = "two samples of all and of each group, an integer programme on them, and a plan without the demand"
_PLAYED = "not coverage: every choice is evaluated by playing it in common worlds"
_TIME = "sets are searched in the order of time, without sentinels"
_HOPS = "distance counts: cascades are simulated arc by arc, and more sets are needed"
REASONS = {
    "deadline": _HOPS,
    "quality": _HOPS,
    "fidelity": _HOPS,
    "discount": _HOPS,
    "delays": _TIME,
    "meeting": _TIME,
    "exposure": "fewer pass it on: a choice reaches a smaller share, so that more sets are needed",
    "persons": "sets begin at all accounts of a person; cascades are booked node by node",
    "organic start": "what is reached besides varies more; cascades are booked node by node",
    "linear threshold": "one arc into each node is live, and is sought arc by arc both ways",
    "message": "fewer pass it on: a choice reaches a smaller share, so that more sets are needed",
    "audience": "part of the people: what is reached of it varies more",
    "acceptance": _WHOLE,
    "offers with an effect": _WHOLE,
    "two groups, smallest share": _FAIR,
    "a share for each group": _FAIR,
    "rules": "the choice is improved and bounded at every look, and sets are kept whole",
    "rivals": _PLAYED,
    "bad news": _PLAYED,
    "profit": "the number of seeds is free: choices are larger, and bounded by the price of every set",
    "everything together": "the reasons of all parts at once",
}


def network_of(name: str) -> sd.Network:
    """Read or make a network, with two groups of people and an interest of everybody."""
    if not name.startswith("made"):
        network = load(name)
    else:
        directed = sd.datasets.power_law(22_470, 170_000, rng=KEY).out
        chance = 0.05 if name.endswith("p=0.05") else "wc"
        network = sd.Network.from_edges(
            directed.rows(), directed.indices, chance, directed=False, nodes=np.arange(22_470)
        )
    generator, n = np.random.default_rng(KEY), network.n_nodes
    people = {"node": network.labels, "group": generator.choice(["a", "b"], n)}
    return network.with_people(pd.DataFrame(people | {"sport": generator.uniform(0.5, 1.0, n)}))


def plans(network: sd.Network) -> Iterator[tuple[str, Callable[..., Any]]]:
    """List the parts, each as what makes the plan; it takes the gap and the precision."""

    def plan(changed: sd.Network = network, roster: Any = None, **asked: Any) -> Callable[..., Any]:
        return lambda **how: sd.optimize(changed, roster, **({"k": K, "rng": KEY} | asked | how))

    n, labels = network.n_nodes, network.labels
    generator = np.random.default_rng(KEY)
    known = list(labels[top_degree(network, 24)])
    pairs = replace(network, person=(generator.permutation(n) // 2).astype(np.int32))
    message = sd.Message({"sport": 1.0})
    fee = generator.integers(1, 6, n)
    asked = pd.DataFrame({"candidate": labels, "cost": fee, "accept": generator.uniform(0.3, 1.0, n)})
    posts = pd.DataFrame({"candidate": labels[:2_000], "cost": fee[:2_000], "effect": 1.5})
    some = pd.DataFrame({"candidate": labels, "cost": fee, "region": generator.choice(["n", "s"], n)})
    rules = [sd.AtMost(3, region="n"), sd.SpendAtMost(8, region="s"), sd.Conflict(*known[:2])]
    yield "plain", plan()
    yield "deadline", plan(model=IC(deadline=4))
    yield "quality", plan(model=IC(quality=0.9))
    yield "fidelity", plan(model=IC(fidelity=0.9))
    yield "discount", plan(model=IC(discount=0.9))
    yield "delays", plan(network.with_delays(generator.uniform(0, 2, network.n_arcs)), model=IC(deadline=4))
    yield "meeting", plan(network.with_delays(meeting=0.5), model=IC(deadline=6))
    yield "exposure", plan(network.with_exposure(share=0.7))
    yield "persons", plan(pairs)
    yield "organic start", plan(network.with_organic(known[20:]))
    if np.ptp(network.out.probability) > 0:
        yield "linear threshold", plan(model=sd.LinearThreshold())
    yield "message", plan(network.carrying(message, affinity="{}"), model=message.model())
    yield "audience", plan(audience="group == 'a'")
    yield "acceptance", plan(roster=asked, budget=15)
    yield "offers with an effect", plan(roster=sd.Roster.from_any(posts, effect="effect"), budget=15)
    yield "rules", plan(roster=some, budget=15, constraints=rules)
    yield "rivals", plan(rivals=known[5:10])
    yield "bad news", plan(model=IC(quality=0.9, negativity_bias=2.0))
    yield "profit", plan(roster=some, value_per_reach=0.2, k=None)
    together = pairs.with_exposure(share=0.7).with_organic(known[20:])
    everything = {"budget": 15, "constraints": [sd.AtMost(3, region="n")], "audience": "group == 'a'"}
    both = some.assign(accept=asked["accept"])
    yield "everything together", plan(together, both, model=IC(deadline=6, quality=0.9), **everything)
    yield "two groups, smallest share", plan(objective="maximin", group="group")
    yield "a share for each group", plan(constraints=[sd.AtLeastReach(0.005, group="group")])


class OutOfBound(BaseException):
    """A plan took more than its bound; like Ctrl-C, no fallback may catch it as an error."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise `OutOfBound` here once the process has worked for so many seconds."""

    def stop(_number: int, _frame: object) -> None:
        raise OutOfBound

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@dataclass(frozen=True)
class Took:
    """What a plan took: seconds of the processor, and how it ended."""

    seconds: float
    stopped: str
    worlds: int
    samples: int


def timed(make: Callable[..., Any], bound: float, **how: Any) -> Took:
    """Make a plan; tells the seconds, also where it is ended at the bound."""
    gc.collect()
    began = time.process_time()
    try:
        with bounded(bound):
            plan = make(**how)
    except OutOfBound:
        return Took(time.process_time() - began, "bound", 0, 0)
    proof = plan.profit or plan.certificate
    return Took(
        time.process_time() - began, plan.stopped, plan.reach.worlds, 0 if proof is None else proof.samples
    )


def measure(name: str, part: str, bound: float) -> Iterator[dict[str, object]]:
    """Measure all parts on a network."""
    plain = 0.0
    for what, make in plans(network_of(name)):
        if what != "plain" and part not in what:
            continue
        others = Others()
        timed(make, bound, gap=0.9, precision=0.5, threads=2)
        took = timed(make, bound, gap=GAP, threads=2)
        plain = plain or took.seconds
        ratio = took.seconds / plain
        yield {
            "network": name,
            "part": what,
            "cpu_seconds": took.seconds,
            "ratio": ratio,
            "stopped": took.stopped,
            "samples": took.samples,
            "worlds": took.worlds,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "target": f"ratio <= {MOST:g}",
            "met": ratio <= MOST,
            "reason": "" if ratio <= MOST else REASONS.get(what, ""),
            "bound": bound,
            "busy": others.busy(),
        }
        print(f"{name}, {what}: {took.seconds:.2f} s, {ratio:.2f}, {took.stopped}", flush=True)


def main(given: Namespace) -> None:
    """Measure and write the table."""
    rows: list[dict[str, object]] = []
    for name in (name for name in NETWORKS if given.only in name):
        for row in measure(name, given.part, given.bound):
            rows.append(row)
            # Whole after every row: a run takes long, and may be ended.
            results.write(rows, given.out, {"key": KEY} | machine(), form="%.6g")
