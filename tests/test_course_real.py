"""Both directions agree on real networks, part by part: coverage of RR sets against simulation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import seeding as sd
from seeding._runtime.executors import Workers
from seeding.simulation.measuring import Spread, run_worlds
from seeding.simulation.propagation import forward_task, rr_sampler

SIGMAS = 5.2
IC, LT = sd.IndependentCascade, sd.LinearThreshold


@pytest.fixture(scope="module")
def nethept(shared_data) -> sd.Network:
    """Read NetHEPT with weighted cascade."""
    return sd.read_network(shared_data / "nethept" / "hep.txt.gz", probability="wc", directed=False)


def persons(network: sd.Network) -> sd.Network:
    """Let pairs of nodes be one person each."""
    pairs = np.random.default_rng(1).permutation(network.n_nodes) // 2
    return replace(network, person=pairs.astype(np.int32))


PARTS = {
    "deadline": (lambda n: n, IC(deadline=3)),
    "quality": (lambda n: n, IC(quality=0.8)),
    "fidelity and discount": (lambda n: n, IC(fidelity=0.9, discount=0.9)),
    "exposure": (lambda n: n.with_exposure(view=0.1, share=0.5), IC()),
    "delays": (lambda n: n.with_delays(np.random.default_rng(2).uniform(0, 3, n.n_arcs)), IC(deadline=4)),
    "meeting": (lambda n: n.with_delays(meeting=0.4), IC(deadline=4, discount=0.95)),
    "persons": (persons, IC()),
    "organic start": (lambda n: n.with_organic(n.labels[:200]), IC()),
    "linear threshold": (lambda n: n, LT()),
    "threshold, deadline": (lambda n: n, LT(deadline=2)),
    "together": (
        lambda n: persons(n).with_exposure(share=0.6).with_organic(n.labels[:50]),
        IC(deadline=3, quality=0.9),
    ),
}


@pytest.mark.parametrize("accepts", [False, True], ids=["all accept", "some decline"])
@pytest.mark.parametrize("name", PARTS)
def test_both_ways_agree(nethept, name, accepts):
    """For the fifty of highest degree, with independent worlds each way."""
    make, model = PARTS[name]
    network = make(nethept)
    seeds = np.argsort(-np.diff(network.out.indptr), kind="stable")[:50]
    accept = np.random.default_rng(3).uniform(0.3, 1.0, 50) if accepts else np.empty(0)
    everybody = np.arange(network.n_nodes)
    chances = np.ones(network.n_nodes)
    if accepts:
        chances[seeds] = accept
    creators = network.one_of(everybody)
    sampler = rr_sampler(network, model, 5, everybody, chances if accepts else np.empty(0), creators)
    sample = sampler.grow(sampler.empty(), 100_000, Workers(1))
    share = sample.count(seeds) / sample.n_sets
    task = forward_task(network, seeds, 6, model, accept, creators[seeds])
    found = Spread.join(run_worlds(task, 0, 1_024, Workers(1)))
    weight = network.total_weight
    error = math.hypot(weight * math.sqrt(share * (1 - share) / sample.n_sets), found.cumulative_stderr[-1])
    assert abs(weight * share - found.cumulative[-1]) <= SIGMAS * error
