"""Estimates carry an uncertainty that is what it says."""

from __future__ import annotations

import json

import numpy as np
import pytest
from laws import assert_proportion
from scipy import stats

from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.interval import Z95


def test_from_sample_by_definition():
    """Mean, standard error, normal interval and quantiles of the sample."""
    sample = np.random.default_rng(1).gamma(2.0, 3.0, 3_999)
    estimate = Estimate.from_sample(sample)
    assert estimate.mean == pytest.approx(sample.mean())
    assert estimate.stderr == pytest.approx(stats.sem(sample))
    assert (estimate.low, estimate.high) == pytest.approx(
        stats.norm.interval(0.95, sample.mean(), stats.sem(sample))
    )
    assert (estimate.p10, estimate.p50, estimate.p90) == pytest.approx(
        tuple(np.quantile(sample, [0.1, 0.5, 0.9], method="inverted_cdf"))
    )
    assert estimate.worlds == 3_999
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-15) == Z95


def test_a_certain_reach_has_no_error():
    """Where every world gives the same, the interval is a point."""
    estimate = Estimate.from_sample(np.full(10, 7.0))
    assert (estimate.mean, estimate.stderr, estimate.low, estimate.high) == (7.0, 0.0, 7.0, 7.0)


def test_from_count_by_definition():
    """W·Λ/θ with the exact binomial interval."""
    estimate = Estimate.from_count(30, 200, 50.0)
    interval = stats.binomtest(30, 200).proportion_ci(0.95, method="exact")
    assert estimate.mean == pytest.approx(7.5)
    assert estimate.stderr == pytest.approx(50 * np.sqrt(0.15 * 0.85 / 200))
    assert (estimate.low, estimate.high) == pytest.approx((50 * interval.low, 50 * interval.high))
    assert (estimate.p10, estimate.p50, estimate.p90, estimate.worlds) == (None, None, None, 200)


@pytest.mark.parametrize(("covered", "low", "high"), [(0, 0.0, None), (80, None, 9.0)])
def test_from_count_at_the_ends(covered, low, high):
    """Nothing covered is bounded below by 0, everything above by W, and the interval is never a point."""
    estimate = Estimate.from_count(covered, 80, 9.0)
    assert estimate.low < estimate.high
    assert estimate.low == (low if low is not None else estimate.low)
    assert estimate.high == (high if high is not None else estimate.high)
    assert 0.0 <= estimate.low <= estimate.mean <= estimate.high <= 9.0


def test_intervals_cover_as_often_as_they_say():
    """Normal intervals of 400 draws cover in 95 % of 4,000 repetitions; binomial ones in at least that."""
    generator = np.random.default_rng(8)
    normal = [Estimate.from_sample(row) for row in generator.normal(10, 3, (4_000, 400))]
    assert_proportion(sum(e.low <= 10 <= e.high for e in normal), 4_000, 0.95, "normal intervals")
    counts = [Estimate.from_count(int(x), 300, 2.0) for x in generator.binomial(300, 0.1, 4_000)]
    assert sum(e.low <= 0.2 <= e.high for e in counts) >= 0.95 * 4_000


def test_values_are_plain():
    """Both go to JSON and back unchanged."""
    estimate = Estimate.from_sample(np.arange(10.0))
    certificate = Certificate(9.0, 10.0, 0.9, 0.01, 0.02, 1_000)
    for value in (estimate, certificate):
        assert type(value)(**json.loads(json.dumps(value.to_dict()))) == value


def test_words_carry_the_uncertainty():
    """As text, an estimate names its interval and a certificate its probability."""
    assert str(Estimate.from_sample(np.full(10, 1234.5))) == "1,234 (95 % interval 1,234 to 1,234)"
    words = str(Certificate(9.0, 10.0, 0.9, 0.01, 0.02, 1_000))
    assert words.startswith(
        "with probability 0.99 this plan reaches at least 9.0, and at least 90.0% of the best"
    )
