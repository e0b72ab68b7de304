"""Where all parts come together: every world and every answer, and how often certificates hold."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import seeding as sd
from benchmarks.certificates import campaign_certificates as experiment
from seeding._runtime.executors import Workers
from seeding.roster.roster import Roster
from seeding.sampling import cascade_reverse
from seeding.simulation.measuring import Spread
from seeding.simulation.propagation import forward_task, rr_sampler

SIGMAS = 5.2
RUNS = 100


@pytest.mark.parametrize("number", range(6))
def test_all_parts_together_against_every_world(monkeypatch, number):
    """Deadline, quality, acceptance, weights, platforms, exposure, organic start: both ways, every pair."""
    case = list(experiment.cases())[number]
    monkeypatch.setattr(
        cascade_reverse, "PACKED_FROM_ARCS", 0 if case.packed else cascade_reverse.PACKED_FROM_ARCS
    )
    network, campaign = case.to_network(), case.network
    model = sd.IndependentCascade(deadline=campaign.deadline, quality=campaign.quality)
    roster = Roster.from_any(case.roster())
    nodes = network.index(roster.candidates)
    creators = network.one_of(nodes)
    sampler = rr_sampler(network, model, 3, nodes, roster.accept, creators)
    sample = sampler.grow(sampler.empty(), 60_000, Workers(1))
    for pair in itertools.combinations(range(nodes.size), 2):
        chosen = np.array(pair)
        expected = campaign.reach([int(v) for v in nodes[chosen]])
        share = sample.count(chosen) / sample.n_sets
        error = sample.total_weight * math.sqrt(share * (1 - share) / sample.n_sets)
        assert abs(sample.total_weight * share - expected) <= SIGMAS * error + 1e-9
        asked = roster.accept[chosen], creators[chosen]
        found = Spread.join([forward_task(network, nodes[chosen], 4, model, *asked)(0, 20_032)])
        assert abs(found.cumulative[-1] - expected) <= SIGMAS * found.cumulative_stderr[-1] + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6))
def test_certificates_and_intervals_hold(number):
    """Over 100 keys a method: no more false certificates than allowed, and intervals as often as promised."""
    case = list(experiment.cases())[number]
    rows = [experiment.run(case, method, 0.1, 5_000, RUNS) for method in experiment.METHODS]
    assert all(row["false_certificates"] <= 0.1 * RUNS for row in rows), rows
    covered = np.mean([row["interval_coverage"] for row in rows])
    assert covered >= 0.90, rows
