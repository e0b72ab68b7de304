"""A statistical check must pass on what is right, fail on what is wrong, and say why."""

from __future__ import annotations

import laws
import numpy as np
import pytest
from laws import assert_counts, assert_independent, assert_mean, assert_proportion, assert_uniform


@pytest.fixture
def generator():
    """Make a generator with a fixed key."""
    return np.random.default_rng(2024)


def test_budget_is_split_evenly():
    """The level of one check times their number is the budget of the suite."""
    assert pytest.approx(laws.SUITE_ALARM) == laws.ALPHA * laws.CHECKS


def test_more_checks_than_declared_are_an_error(monkeypatch):
    """The budget cannot be overspent silently."""
    monkeypatch.setattr(laws, "_made", iter([laws.CHECKS, laws.CHECKS + 1]))
    assert_proportion(50, 100, 0.5)
    with pytest.raises(RuntimeError, match="declared"):
        assert_proportion(50, 100, 0.5)


def test_mean(generator):
    """A mean off by eight standard errors fails; the right one passes; a constant must be exact."""
    sample = generator.exponential(2.0, 10_000)
    assert_mean(sample, 2.0)
    with pytest.raises(AssertionError, match=r"reach: saw .* expected 2\.16"):
        assert_mean(sample, 2.16, "reach")
    assert_mean(np.full(200, 3.0), 3.0)
    with pytest.raises(AssertionError, match="always"):
        assert_mean(np.full(200, 3.0), 3.001)
    with pytest.raises(AssertionError):
        assert_mean(np.full(200, np.nan), 3.0)
    with pytest.raises(ValueError, match="too few"):
        assert_mean(np.ones(99), 1.0)


def test_proportion(generator):
    """Exact tails: right passes; ten percent off fails; certainty allows no exception."""
    successes = int(generator.binomial(20_000, 0.3))
    assert_proportion(successes, 20_000, 0.3)
    with pytest.raises(AssertionError, match="of 20,000"):
        assert_proportion(successes, 20_000, 0.33)
    assert_proportion(0, 500, 0.0)
    with pytest.raises(AssertionError):
        assert_proportion(1, 500, 0.0)
    with pytest.raises(AssertionError):
        assert_proportion(499, 500, 1.0)


def test_counts(generator):
    """A loaded die fails, a fair one passes, and too few draws are refused."""
    assert_counts(np.bincount(generator.integers(6, size=12_000)), np.ones(6))
    loaded = generator.choice(6, size=12_000, p=[0.2, 0.16, 0.16, 0.16, 0.16, 0.16])
    with pytest.raises(AssertionError, match="worst class 0"):
        assert_counts(np.bincount(loaded), np.ones(6))
    with pytest.raises(ValueError, match="5 or more"):
        assert_counts(np.array([2, 3]), np.ones(2))


def test_uniform(generator):
    """A slightly bent sample fails, and so does a single draw of 1."""
    sample = generator.random(50_000)
    assert_uniform(sample)
    with pytest.raises(AssertionError, match="KS distance"):
        assert_uniform(sample**1.08)
    with pytest.raises(AssertionError, match="outside"):
        assert_uniform(np.append(sample, 1.0))
    with pytest.raises(AssertionError, match="outside"):
        assert_uniform(np.append(sample, np.nan))


def test_independent(generator):
    """Weak dependence fails, also between binary draws, and a constant is refused."""
    first, noise = generator.random((2, 50_000))
    assert_independent(first, noise)
    with pytest.raises(AssertionError, match="χ²"):
        assert_independent(first, 0.06 * first + 0.94 * noise)
    assert_independent(first < 0.5, noise < 0.1)
    with pytest.raises(AssertionError):
        assert_independent(first < 0.5, 0.1 * first + 0.9 * noise < 0.1)
    with pytest.raises(ValueError, match="could not fail"):
        assert_independent(first, np.zeros(50_000))
    with pytest.raises(ValueError, match="5 or more"):
        assert_independent(first[:100], noise[:100])


def _alarms(check, draws, alpha=0.01):
    wrong = 0
    for draw in draws:
        try:
            check(draw, alpha)
        except AssertionError:
            wrong += 1
    return wrong


@pytest.mark.parametrize(
    "check",
    [
        lambda x, a: assert_mean(x, 0.5, alpha=a),
        lambda x, a: assert_uniform(x, alpha=a),
        lambda x, a: assert_counts(np.bincount((x * 10).astype(int), minlength=10), np.ones(10), alpha=a),
        lambda x, a: assert_independent(x[:300], x[300:], bins=4, alpha=a),
    ],
    ids=["mean", "uniform", "counts", "independent"],
)
def test_false_alarms_are_as_rare_as_stated(generator, check):
    """At level 1 %, about 1 % of right samples are refused: neither too strict nor blind."""
    runs = 1_500
    assert_proportion(_alarms(check, generator.random((runs, 600))), runs, 0.01)


def test_false_alarms_of_proportions(generator):
    """The exact binomial check never refuses more often than stated, and not never."""
    alarms = _alarms(
        lambda x, a: assert_proportion(x, 1_000, 0.2, alpha=a), generator.binomial(1_000, 0.2, 3_000)
    )
    assert 0 < alarms <= 3_000 * 0.01 * 1.5
