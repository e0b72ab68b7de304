"""Clopper–Pearson bounds: equal to scipy's, monotone, and never wrong more often than they say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from seeding.plan.estimate import binomial_lower, binomial_upper

CASES = [
    (0, 1),
    (1, 1),
    (0, 10),
    (10, 10),
    (3, 10),
    (50, 1_000),
    (999, 1_000),
    (0, 10_000_000),
    (1, 10_000_000),
    (17, 10_000_000),
    (4_000_000, 10_000_000),
    (9_999_999, 10_000_000),
    (10_000_000, 10_000_000),
]
ALPHAS = [0.5, 0.025, 1e-3, 1e-6, 1e-12]
levels = st.sampled_from(ALPHAS)


@st.composite
def counts(draw):
    """Draw a number of trials up to 10 million, and of successes among them."""
    trials = draw(st.integers(1, 10_000_000))
    return draw(st.integers(0, trials)), trials


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize(("x", "n"), CASES)
def test_equal_to_beta_quantiles(x, n, alpha):
    """The bounds are the quantiles of the beta distribution; 0 and 1 at the ends."""
    lower = 0.0 if x == 0 else stats.beta.ppf(alpha, x, n - x + 1)
    upper = 1.0 if x == n else stats.beta.isf(alpha, x + 1, n - x)
    assert binomial_lower(x, n, alpha) == pytest.approx(lower, rel=1e-9)
    assert binomial_upper(x, n, alpha) == pytest.approx(upper, rel=1e-9)


@pytest.mark.parametrize(("x", "n"), CASES)
def test_equal_to_scipys_exact_interval(x, n):
    """Both at 2.5 % make scipy's exact 95 % interval."""
    interval = stats.binomtest(x, n).proportion_ci(0.95, method="exact")
    assert binomial_lower(x, n, 0.025) == pytest.approx(interval.low, rel=1e-7, abs=1e-15)
    assert binomial_upper(x, n, 0.025) == pytest.approx(interval.high, rel=1e-7)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize(("x", "n"), [(1_000, 60_000_999), (1_000, 10_000_999), (60_000_000, 60_000_999)])
def test_exact_where_scipys_inverse_is_not(x, n, alpha):
    """With very many trials scipy's inverse is up to 80 % off; the probabilities of the bounds are right."""
    low, high = binomial_lower(x, n, alpha), binomial_upper(x, n, alpha)
    # The digits of a bound near 1 limit how exactly its probability can be computed from it.
    assert special.betainc(x, n - x + 1, low) == pytest.approx(alpha, rel=1e-7)
    assert special.betaincc(x + 1, n - x, high) == pytest.approx(alpha, rel=1e-7)


def test_closed_forms_at_the_ends():
    """No success: 1 − α^(1/n) above. Only successes: α^(1/n) below."""
    for n in (1, 7, 1_000, 10_000_000):
        assert binomial_upper(0, n, 1e-3) == pytest.approx(-np.expm1(np.log(1e-3) / n), rel=1e-9)
        assert binomial_lower(n, n, 1e-3) == pytest.approx(1e-3 ** (1 / n), rel=1e-12)


def test_no_trials_say_nothing():
    """Without trials the bounds are 0 and 1."""
    assert (binomial_lower(0, 0, 0.01), binomial_upper(0, 0, 0.01)) == (0.0, 1.0)


@given(counts(), levels)
def test_they_enclose_the_share(case, alpha):
    """For α ≤ 1/2 the observed share is on the sure side of both, which stay within [0, 1]."""
    x, n = case
    assert 0.0 <= binomial_lower(x, n, alpha) <= x / n <= binomial_upper(x, n, alpha) <= 1.0


@given(counts(), levels)
def test_monotone_in_successes(case, alpha):
    """One more success raises both bounds."""
    x, n = case
    if x < n:
        assert binomial_lower(x, n, alpha) < binomial_lower(x + 1, n, alpha)
        assert binomial_upper(x, n, alpha) < binomial_upper(x + 1, n, alpha) or x + 1 == n


@given(counts(), st.sampled_from(list(pairwise(ALPHAS))))
def test_monotone_in_alpha(case, pair):
    """Asking for more certainty widens both."""
    x, n = case
    loose, strict = pair
    assert binomial_lower(x, n, strict) <= binomial_lower(x, n, loose)
    assert binomial_upper(x, n, strict) >= binomial_upper(x, n, loose)


@given(counts(), levels)
def test_mirror_image(case, alpha):
    """The upper bound on success is one minus the lower bound on failure."""
    x, n = case
    assert binomial_upper(x, n, alpha) == pytest.approx(1 - binomial_lower(n - x, n, alpha), abs=1e-12)


@pytest.mark.parametrize("alpha", [0.2, 0.05, 0.01])
@pytest.mark.parametrize("n", [1, 5, 20, 60])
def test_coverage_is_guaranteed(n, alpha):
    """Summed over the binomial distribution, each bound is wrong with probability at most α, for any p."""
    lower = np.array([binomial_lower(x, n, alpha) for x in range(n + 1)])
    upper = np.array([binomial_upper(x, n, alpha) for x in range(n + 1)])
    truths = np.concatenate([np.linspace(0.0, 1.0, 201), lower + 1e-9, upper - 1e-9])
    for p in truths:
        mass = stats.binom.pmf(np.arange(n + 1), n, p)
        assert mass[lower > p].sum() <= alpha * (1 + 1e-6)
        assert mass[upper < p].sum() <= alpha * (1 + 1e-6)


@pytest.mark.parametrize("n", [5, 20, 60])
def test_coverage_is_not_wasted(n):
    """Just above a lower bound it is wrong with probability α: no tighter bound of this kind exists."""
    for x in range(1, n + 1):
        p = binomial_lower(x, n, 0.05)
        assert stats.binom.sf(x - 1, n, p) == pytest.approx(0.05, rel=1e-9)
