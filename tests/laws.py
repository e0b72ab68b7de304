"""Statistical assertions that share one stated error budget.

All checks of the suite together raise a false alarm with probability at most `SUITE_ALARM`, were the
keys drawn afresh; each single check is made at level `ALPHA` = `SUITE_ALARM` / `CHECKS`, and a run that
makes more than `CHECKS` of them is an error. Keys are fixed everywhere, so a check that passes once
passes always. Each check names what it saw, what it expected and how unlikely that is.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy import special, stats

SUITE_ALARM = 1e-6
CHECKS = 2_000
ALPHA = SUITE_ALARM / CHECKS

_made = itertools.count(1)


def checks_made() -> int:
    """Return how many checks were made in this process."""
    return int(repr(_made)[len("count(") : -1]) - 1


def assert_mean(sample: np.ndarray, truth: float, what: str = "mean", alpha: float = ALPHA) -> None:
    """Check that the mean of independent draws is `truth`, by Student's t (needs 100 draws or more)."""
    sample = np.asarray(sample, dtype=np.float64)
    if sample.size < 100:
        raise ValueError(f"{sample.size} draws are too few for a law; give 100 or more")
    mean, stderr = sample.mean(), sample.std(ddof=1) / np.sqrt(sample.size)
    if stderr <= 1e-12 * abs(mean):
        _judge(what, 1.0 if np.isclose(mean, truth, rtol=1e-9) else 0.0, f"{mean} always", f"{truth}", alpha)
        return
    t = (mean - truth) / stderr
    chance = 2 * stats.t.sf(abs(t), sample.size - 1)
    _judge(what, chance, f"{mean:.6g} ± {stderr:.2g} over {sample.size:,} draws", f"{truth:.6g}", alpha)


def assert_proportion(
    successes: int, trials: int, truth: float, what: str = "proportion", alpha: float = ALPHA
) -> None:
    """Check that independent trials succeed with probability `truth`, by the exact binomial tails."""
    tail = min(stats.binom.cdf(successes, trials, truth), stats.binom.sf(successes - 1, trials, truth))
    seen = f"{successes:,} of {trials:,} ({successes / trials:.6g})"
    _judge(what, min(1.0, 2 * tail), seen, f"{truth:.6g}", alpha)


def assert_counts(counts: np.ndarray, shares: np.ndarray, what: str = "counts", alpha: float = ALPHA) -> None:
    """Check that draws fall into classes with these `shares`, by chi-square (5 or more expected in each)."""
    counts, shares = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    expected = counts.sum() * shares / shares.sum()
    if expected.min() < 5:
        raise ValueError(f"a class expects {expected.min():.2g} draws; chi-square needs 5 or more")
    distance = float(((counts - expected) ** 2 / expected).sum())
    chance = float(special.chdtrc(counts.size - 1, distance))
    worst = int(np.argmax(np.abs(counts - expected) / np.sqrt(expected)))
    seen = f"χ² = {distance:.6g} over {counts.size} classes, worst class {worst} with {counts[worst]:,.0f}"
    _judge(what, chance, seen, f"about {counts.size - 1}, and {expected[worst]:,.1f} in that class", alpha)


def assert_uniform(sample: np.ndarray, what: str = "sample", alpha: float = ALPHA) -> None:
    """Check that draws are uniform on [0, 1), by Kolmogorov–Smirnov; any draw outside fails."""
    sample = np.asarray(sample, dtype=np.float64)
    outside = sample[~((sample >= 0.0) & (sample < 1.0))]
    if outside.size:
        _judge(what, 0.0, f"{outside.size:,} draws outside, first {outside[0]}", "all in [0, 1)", alpha)
    result = stats.kstest(sample, "uniform")
    where = f"worst at {result.statistic_location:.4g}"
    seen = f"KS distance {result.statistic:.4g} over {sample.size:,} draws, {where}"
    _judge(what, float(result.pvalue), seen, "a uniform sample", alpha)


def assert_independent(
    first: np.ndarray, second: np.ndarray, what: str = "pair", bins: int = 8, alpha: float = ALPHA
) -> None:
    """Check that paired draws are independent, by chi-square on a table of their quantile bins.

    Draws with at most `bins` distinct values are tabulated by value.
    """
    rows, columns = _classes(first, bins), _classes(second, bins)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    if min(table.shape) < 2:
        raise ValueError("a constant is independent of everything; this check could not fail")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if expected.min() < 5:
        raise ValueError(f"a cell expects {expected.min():.2g} draws; chi-square needs 5 or more")
    distance = float(((table - expected) ** 2 / expected).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    chance = float(special.chdtrc(freedom, distance))
    _judge(what, chance, f"χ² = {distance:.6g} over {rows.size:,} pairs", f"about {freedom}", alpha)


def _classes(values: np.ndarray, bins: int) -> np.ndarray:
    values = np.asarray(values)
    distinct, codes = np.unique(values, return_inverse=True)
    if distinct.size <= bins:
        return codes
    inner = np.quantile(values, np.arange(1, bins) / bins)
    return np.searchsorted(inner, values, side="right")


def _judge(what: str, chance: float, seen: str, expected: str, alpha: float) -> None:
    if alpha == ALPHA and next(_made) > CHECKS:
        raise RuntimeError(f"more than the declared {CHECKS:,} statistical checks; raise CHECKS in laws.py")
    if not chance >= alpha:
        raise AssertionError(
            f"{what}: saw {seen}, expected {expected}; as far off or farther has probability {chance:.3g}, "
            f"and below {alpha:.3g} counts as wrong"
        )
