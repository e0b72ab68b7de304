"""The kernels that are measured, each with a fixed input: the same work on any machine and at any time.

A case is prepared once, and its function then does the work, always the same, on one thread. The network is
the generated power law of 20,000 nodes and 100,000 arcs, weighted cascade.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

import seeding as sd
from seeding.diffusion import IndependentCascade
from seeding.network.packed_rows import pack
from seeding.rules.limits import Limits
from seeding.sampling import inverse_index
from seeding.sampling.coverage import Coverage
from seeding.selection.coverage_reduction import Reduced, reduce_sets
from seeding.selection.greedy import select
from seeding.simulation.common_worlds import Arcs, Evaluation, unreached
from seeding.simulation.propagation import rr_sampler
from seeding.simulation.simulation import ForwardTask

Work = Callable[[], object]
KEY = 1
SETS, WORLDS = 20_000, 64
K = 50


@cache
def network() -> sd.Network:
    """Generate the network."""
    return sd.datasets.power_law(20_000, 100_000, rng=KEY)


@cache
def sample() -> Coverage:
    """Sample the RR sets that are indexed, covered and priced."""
    return sd.sample_rr_sets(network(), SETS, rng=KEY, threads=1)


@cache
def reduced() -> Reduced:
    """Merge their equal sets."""
    return reduce_sets(sample().set_indptr, sample().members, network().n_nodes)


def reverse(many: bool) -> Work:
    """Sample RR sets, one world after the other or many at once."""
    task = replace(rr_sampler(network(), IndependentCascade(), KEY).task, many=many)
    return lambda: task(0, SETS)


def simulate() -> Work:
    """Simulate cascades of the 50 nodes of highest degree, seed after seed."""
    seeds = np.argsort(-np.diff(network().out.indptr), kind="stable")[:K]
    task = ForwardTask(pack(network().out), network().weights, seeds, KEY, np.empty(0), seeds)
    return lambda: task(0, WORLDS)


def draw_worlds() -> Work:
    """Draw worlds for CELF, a bit an arc."""
    arcs = Arcs.of(network())
    return lambda: arcs.draw(KEY, 0, WORLDS)


def gains(all_at_once: bool) -> Work:
    """Evaluate on kept worlds: all nodes at once, or 100 candidates one by one."""
    arcs, n = Arcs.of(network()), network().n_nodes
    nodes = np.arange(n) if all_at_once else np.arange(0, n, n // 100)
    live, reached = arcs.draw(KEY, 0, WORLDS), unreached(n, WORLDS)
    evaluation = Evaluation(arcs, network().weights, nodes, all_at_once)
    scratch = evaluation.scratch()
    return lambda: evaluation.add(live, reached, scratch, np.zeros(nodes.size))


def invert() -> Work:
    """Build the inverse index by one counting sort."""
    rows = sample().set_indptr, sample().members, network().n_nodes
    return lambda: inverse_index.build(*rows)


def greedy() -> Work:
    """Choose 50 candidates; the index is there."""
    _ = sample().incidence
    costs = np.ones(network().n_nodes, dtype=np.int64)
    return lambda: select(sample(), costs, Limits(None, K))


def reduction() -> Work:
    """Merge equal sets."""
    return lambda: reduce_sets(sample().set_indptr, sample().members, network().n_nodes)


def lagrangian_pass() -> Work:
    """Find the direction of all prices and move them, once."""
    from seeding._kernels.coverage.subgradient import move, steer

    rows = reduced().set_indptr, reduced().set_members
    weight = reduced().weight.astype(np.float64)
    chosen, everything = np.full(network().n_nodes, K / network().n_nodes), (0, weight.size)

    def work() -> float:
        price, direction = weight / 2, np.zeros(weight.size)
        steer(*rows, weight, everything, chosen, price, 0.5, direction)
        return float(move(*rows, weight, everything, direction, 0.01, price, np.zeros(chosen.size)))

    return work


CASES: dict[str, Callable[[], Work]] = {
    "reverse, one world after the other": lambda: reverse(False),
    "reverse, many worlds at once": lambda: reverse(True),
    "simulate, seed after seed": simulate,
    "celf, draw worlds": draw_worlds,
    "celf, all nodes at once": lambda: gains(True),
    "celf, 100 candidates": lambda: gains(False),
    "invert": invert,
    "greedy": greedy,
    "reduction": reduction,
    "lagrangian pass": lagrangian_pass,
}
