"""The repeated experiment under rules: its committed outcome is honest, and a run of it is."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.certificates import ruled_certificates as experiment
from benchmarks.common import results

# The slow test makes this many plans per case and method.
RUNS = 100


def assert_honest(table: pd.DataFrame) -> None:
    """Check that nothing is broken, and that certificates are false as seldom as promised."""
    assert (table["broken_rules"] == 0).all()
    assert (table["false_certificates"] <= table["delta"] * table["runs"]).all(), table.to_string()
    held = (table["interval_coverage"] * table["runs"]).groupby(table["rules"]).sum()
    coverage = held / table["runs"].groupby(table["rules"]).sum()
    assert coverage.between(0.92, 0.98).all(), coverage.to_string()


def test_the_committed_outcome_is_honest():
    """The table in the repository holds every case and method, and keeps what is promised."""
    table = results.read("ruled_certificates")
    wanted = [(case.name, method) for case in experiment.cases() for method in case.methods]
    assert list(zip(table["rules"], table["method"], strict=True)) == wanted
    assert (table["runs"] >= RUNS).all()
    assert_honest(table)


def test_rules_cost_reach_in_every_case_but_packages():
    """Without the rules more could be reached for the same money, so breaking them would show."""
    for case in experiment.cases():
        free = case.network.best(case.costs, case.budget, None)
        assert case.best > 0
        assert case.best < free or case.name == "package prices"


def test_a_broken_rule_is_seen():
    """A choice outside the rules has no price, so a plan that made it would be counted."""
    counts, shares, packages = experiment.cases()
    assert counts.price(frozenset({5, 0, 2})) is None
    assert shares.price(frozenset({1})) is None
    assert packages.price(frozenset({2})) is None
    assert packages.price(frozenset({0, 4})) == 6


@pytest.mark.slow
def test_certificates_under_rules_are_honest():
    """Over a hundred keys per case and method, what is promised holds."""
    assert_honest(experiment.experiment(runs=RUNS))
