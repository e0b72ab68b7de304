"""The repeated experiment: certificates are false in at most δ of the runs, and intervals hold the truth."""

from __future__ import annotations

import dataclasses

import oracle
import pandas as pd
import pytest
from small_graphs import random_graph

import seeding as sd
from benchmarks.certificates import certificate_experiment as experiment
from benchmarks.common import results

# The slow test makes this many plans per network and method.
RUNS = 300


def assert_honest(table: pd.DataFrame) -> None:
    """Check false certificates row by row, and coverage for each network over all its methods."""
    assert (table["runs"] >= RUNS).all()
    assert (table["false_certificates"] <= table["delta"] * table["runs"]).all(), table.to_string()
    held = table["interval_coverage"] * table["runs"]
    cases = [table["network"], table["budget"].fillna(0), table["k"].fillna(0)]
    coverage = held.groupby(cases).sum() / table["runs"].groupby(cases).sum()
    assert coverage.between(0.92, 0.98).all(), coverage.to_string()


@pytest.mark.parametrize("number", range(5))
def test_the_experiments_truth_is_the_oracles(number):
    """The experiment's own enumeration, written apart, agrees with the oracle's on reach and optimum."""
    graph = random_graph(number)
    arcs = tuple((u, v, p) for (u, v), p in zip(graph.arcs, graph.p, strict=True))
    network = experiment.SmallNetwork(graph.w, arcs)
    costs = [3, 1, 2, 5, 1, 2, 4]
    for seeds in [(), (0,), (2, 5), (1, 3, 6)]:
        assert network.reach(seeds) == pytest.approx(oracle.exact_reach(graph, seeds), abs=1e-12)
    for limits in ({"budget": 6, "k": None}, {"budget": None, "k": 2}, {"budget": 7, "k": 2}):
        best, _ = oracle.best_seeds(graph, range(graph.n), costs, **limits)
        assert network.best(costs, **limits) == pytest.approx(best, abs=1e-12)


def test_the_experiment_sees_what_is_false():
    """A certificate or interval that is wrong is counted as wrong, each in its own column."""
    case = next(experiment.cases())
    plan = sd.optimize(case.to_network(), k=case.k, method="ris", gap=case.gap, rng=1, threads=1)
    truth = case.network.reach(plan.seeds["candidate"].tolist())
    right = experiment.check(case, plan)
    assert not any(right[name] for name in ("false_lower", "false_upper", "false_ratio"))

    def change(**fields: float) -> dict:
        wrong = dataclasses.replace(plan.certificate, **fields)
        return experiment.check(case, dataclasses.replace(plan, certificate=wrong))

    assert change(lower=truth + 0.01)["false_lower"]
    assert change(upper=case.best - 0.01)["false_upper"]
    assert change(ratio=truth / case.best + 0.01)["false_ratio"]
    far = dataclasses.replace(plan.reach, low=truth + 0.01, high=truth + 1)
    assert not experiment.check(case, dataclasses.replace(plan, reach=far))["covered"]


def test_the_committed_outcome_is_honest():
    """The table in the repository holds every case and method, and keeps what certificates promise."""
    table = results.read("certificate_experiment")
    assert len(table) == len(list(experiment.cases())) * len(experiment.METHODS)
    assert set(table["method"]) == set(experiment.METHODS)
    assert (table.query("network == 'hub' and method == 'ris'")["sentinel"] == 1).all()
    assert_honest(table)


@pytest.mark.slow
def test_certificates_and_intervals_are_honest():
    """Over 300 keys per network and method, what is promised holds as often as promised."""
    assert_honest(experiment.experiment(runs=RUNS))
