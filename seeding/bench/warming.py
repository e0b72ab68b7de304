"""Compiling every kernel beforehand, on all cores: small questions that together call all of them.

A kernel is compiled when it is first called with arguments of some types, and kept on disk. Each job below
calls kernels that few others call, so that processes seldom compile the same one; where they do, either
result is kept.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np

from seeding._runtime.progress import Progress, Silent
from seeding.errors import AssumptionWarning
from seeding.network.network import Network

# Coarse and small: the types of the arguments decide what is compiled, not their sizes.
_QUICK: dict[str, Any] = {"rng": 1, "gap": 0.3, "precision": 0.3, "threads": 1}


@dataclass(frozen=True)
class Warmed:
    """What warming up compiled.

    Attributes
    ----------
    compiled, loaded
        Kernels that were compiled, and those that were on disk already.
    processes, seconds
        How many processes compiled, and how long it took.
    """

    compiled: int
    loaded: int
    processes: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.compiled:,} kernels compiled and {self.loaded:,} found on disk, in {self.seconds:,.0f} s "
            f"on {self.processes} {'core' if self.processes == 1 else 'cores'}."
        )


def warm_up(processes: int | None = None, progress: Progress | None = None) -> Warmed:
    """Compile every kernel that questions use, and keep them on disk.

    Parameters
    ----------
    processes
        How many processes compile; None: one for each core.
    progress
        Who is told of it.
    """
    began, shown = time.monotonic(), progress or Silent()
    count = min(processes or os.cpu_count() or 1, len(JOBS))
    shown.update("compiling kernels", 0, len(JOBS))
    compiled = loaded = 0
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(run_job, name) for name in JOBS]
        for done, job in enumerate(as_completed(waiting), 1):
            new, old = job.result()
            compiled, loaded = compiled + new, loaded + old
            shown.update("compiling kernels", done, len(JOBS))
    return Warmed(compiled, loaded, count, time.monotonic() - began)


def run_job(name: str) -> tuple[int, int]:
    """Run one job; returns how many kernels it compiled, and how many it loaded."""
    before = _counts()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        JOBS[name]()
    after = _counts()
    return after[0] - before[0], after[1] - before[1]


def _counts() -> tuple[int, int]:
    """Count what this process compiled and loaded so far."""
    compiled = loaded = 0
    modules = [module for name, module in sys.modules.items() if name.startswith("seeding._kernels.")]
    # A kernel that one module takes from another is counted once.
    for one in {id(held): held for module in modules for held in vars(module).values()}.values():
        stats = getattr(one, "stats", None)
        if stats is not None and hasattr(stats, "cache_misses"):
            compiled += sum(stats.cache_misses.values())
            loaded += sum(stats.cache_hits.values())
    return compiled, loaded


@cache
def _market() -> Any:
    from seeding.datasets import creator_market

    return creator_market(people=300, creators=20, rng=1)


@cache
def _large() -> Network:
    """Make a network whose rows are packed; all weigh the same."""
    from seeding.network.packed_rows import PACKED_FROM_ARCS

    random, n = np.random.default_rng(1), PACKED_FROM_ARCS // 4
    source, target = random.integers(0, n, (2, PACKED_FROM_ARCS * 5 // 4))
    return Network.from_edges(source, target, random.random(source.size) / 20)


def _optimize(network: Any = None, **asked: Any) -> Any:
    from seeding.questions.optimize import optimize

    made, roster = _market()
    limits = {} if {"k", "budget", "value_per_reach"} & set(asked) else {"budget": 3_000}
    return optimize(network or made, roster, **{**_QUICK, **limits, **asked})


def _of_large(network: Network | None = None, **asked: Any) -> None:
    from seeding.questions.optimize import optimize

    optimize(network or _large(), **{**_QUICK, "k": 3, **asked})


def _weighted() -> Network:
    """Make the large network with weights, so that roots are drawn from a table."""
    from dataclasses import replace

    network = _large()
    return replace(network, weights=1.0 + np.arange(network.n_nodes) % 3)


def _rules() -> None:
    from seeding.rules import rules

    made, roster = _market()
    label = roster.candidates[int(roster.costs.argmin())]
    _optimize(constraints=[rules.AtMost(3), rules.MaxShare(Fraction(9, 10))])
    _optimize(constraints=[rules.Require(label), rules.SpendAtLeast(1)], method="exact")
    _optimize(constraints=[rules.Bundle(tuple(roster.candidates[1:3]), Decimal(10)), rules.AtLeast(1)])
    _optimize(made, constraints=[rules.Conflict(*roster.candidates[1:3])], method="degree")


def _models() -> None:
    from seeding.diffusion import IndependentCascade, LinearThreshold

    network = _market().network
    _optimize(model=IndependentCascade(deadline=2, quality=0.9))
    _optimize(network.with_delays(meeting=0.5), model=IndependentCascade(deadline=3))
    _optimize(network.with_delays(1.5), model=IndependentCascade(deadline=3))
    entering = network.with_probability(1.0 / np.diff(network.into.indptr)[network.out.indices])
    _optimize(entering, model=LinearThreshold())
    _optimize(entering, model=LinearThreshold(deadline=2))


def _parts() -> None:
    from seeding.network.network import Network as Net
    from seeding.roster.roster import Roster

    network, roster = _market()
    _optimize(network.with_exposure(share=0.5))
    _optimize(network.with_organic(roster.candidates[:1]))
    both = Net.couple({"x": network, "y": network}, person="label", crossing=0.1)
    people = Roster.couple({"x": roster, "y": roster})
    from seeding.questions.optimize import optimize

    optimize(both, people, budget=3_000, **_QUICK)


def _acceptance() -> None:
    from dataclasses import replace

    network, roster = _market()
    asked = replace(roster, accept=np.linspace(0.3, 1.0, len(roster)))
    from seeding.questions.optimize import optimize

    optimize(network, asked, budget=3_000, **_QUICK)
    optimize(network, replace(asked, accept=np.full(len(roster), 1e-4)), budget=3_000, **_QUICK)
    optimize(network, asked, budget=3_000, method="celf", **_QUICK)


def _competition() -> None:
    from seeding.diffusion import IndependentCascade

    label = _market().roster.candidates[0]
    _optimize(rivals=[label])
    _optimize(model=IndependentCascade(quality=0.8, negativity_bias=2.0))


def _fairness() -> None:
    import pandas as pd

    network = _market().network
    sides = pd.DataFrame(
        {"side": np.where(np.arange(network.n_nodes) % 2 == 0, "a", "b")}, index=network.labels
    )
    divided = network.with_people(sides)
    _optimize(divided, objective="maximin", group="side")
    from seeding.rules.rules import AtLeastReach

    _optimize(divided, constraints=[AtLeastReach(0.001, group="side")])


def _curves() -> None:
    from seeding.questions.frontier import frontier
    from seeding.questions.minimize import minimize_cost

    frontier(*_market(), budgets=3, **_QUICK)
    minimize_cost(*_market(), target_reach=20, **_QUICK)
    _optimize(value_per_reach=50)


def _estimates() -> None:
    from seeding.diffusion import IndependentCascade
    from seeding.questions.reach import estimate_reach, simulate
    from seeding.questions.samples import sample_rr_sets
    from seeding.questions.sides import estimate_sides
    from seeding.questions.virality import virality

    network, roster = _market()
    labels = list(roster.candidates[:2])
    estimate_reach(network, labels, rng=1, precision=0.3)
    simulate(network, labels, rng=1, worlds=64)
    sample = sample_rr_sets(network, 64, rng=1)
    sample.marginal(labels[:1])
    estimate_sides(network, labels[:1], rivals=labels[1:], rng=1, precision=0.3)
    virality(network, IndependentCascade(), labels, worlds=200, rng=1)


def _answers() -> None:
    plan = _optimize(gap=0.1)
    label = plan.seeds["candidate"].iloc[0]
    plan.what_if(exclude=label)
    plan.explain()


def _large_weighted() -> None:
    from seeding.diffusion import IndependentCascade
    from seeding.questions.optimize import optimize

    optimize(_weighted(), k=3, **_QUICK)
    optimize(_weighted(), k=2, model=IndependentCascade(deadline=2), **_QUICK)


def _forward() -> None:
    _optimize(method="celf")
    _of_large(method="celf", k=2)


def _many_worlds() -> None:
    """Sample as networks that no cache holds are sampled, many worlds at once; and list a sample in parts."""
    from dataclasses import replace

    from seeding._runtime.executors import Workers
    from seeding.diffusion import IndependentCascade
    from seeding.sampling import inverse_index
    from seeding.simulation.propagation import rr_sampler

    for model in (IndependentCascade(), IndependentCascade(deadline=2)):
        for network in (_large(), _weighted()):
            sampler = rr_sampler(network, model, 1)
            together: Any = replace(sampler, task=replace(sampler.task, many=True))  # type: ignore[arg-type]
            sample = together.grow(together.empty(), 256, Workers(1))
    nothing = inverse_index.Inverse(np.zeros(len(sample.names) + 1, np.int64), np.empty(0, np.int32))
    for build in (inverse_index._build_in_two_passes, inverse_index._build_in_parts):
        result = inverse_index.Inverse(
            np.zeros(len(sample.names) + 1, np.int64), np.empty(sample.total_size, np.int32)
        )
        np.cumsum(sample.alone, out=result.indptr[1:])
        build(sample.set_indptr, sample.members, 0, nothing, 1, result)


def _large_parts() -> None:
    """Make a large network, and sample some in time, of equal probabilities, and with parts."""
    from seeding.datasets.chung_lu import power_law
    from seeding.diffusion import IndependentCascade

    power_law(200, 600)
    network = _large()
    pairs = network.out.rows()[: 1 << 15], network.out.indices[: 1 << 15]
    _of_large(network=Network.from_edges(*pairs, 0.02))
    _of_large(network=network.with_delays(meeting=0.5), model=IndependentCascade(deadline=2))
    _of_large(network=network.with_exposure(share=0.5).with_organic([0, 1]))


def _steps() -> None:
    """Choose by simulation where cascades run step by step, creators decline, and files are read."""
    from seeding.diffusion import IndependentCascade

    network = _market().network
    _optimize(network.with_exposure(share=0.5), method="celf")
    _optimize(method="celf", model=IndependentCascade(deadline=2))
    _ladder()
    _through_a_file(network)


def _ladder() -> None:
    import pandas as pd

    from seeding.questions.optimize import optimize

    network, roster = _market()
    rows = pd.DataFrame({"candidate": roster.candidates, "cost": 40, "offer": "gift", "accept": 0.2})
    both = pd.concat([rows, rows.assign(offer="fee", cost=90, accept=0.8)], ignore_index=True)
    for method in ("auto", "celf"):
        optimize(network, both, budget=400, method=method, **_QUICK)


def _through_a_file(network: Network) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from seeding.io import read_network, write_network

    with TemporaryDirectory() as folder:
        write_network(network, Path(folder, "network.npz"))
        read_network(Path(folder, "network.npz"))


def _exactly() -> None:
    _optimize(method="exact", gap=0.01)


def _thumbs() -> None:
    for name in ("pagerank", "degree_discount", "random"):
        _optimize(method=name)


# Longest first, and those that share much apart.
JOBS: dict[str, Callable[[], None]] = {
    "exact": _exactly,
    "large networks": _of_large,
    "parts of a network": _parts,
    "forward simulation": _forward,
    "models": _models,
    "rules": _rules,
    "competition": _competition,
    "large networks with weights": _large_weighted,
    "curves": _curves,
    "acceptance": _acceptance,
    "fairness": _fairness,
    "estimates": _estimates,
    "answers": _answers,
    "many worlds": _many_worlds,
    "parts of large networks": _large_parts,
    "steps": _steps,
    "rules of thumb": _thumbs,
}
