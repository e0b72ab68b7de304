"""Confidence bounds as pure functions of counts."""

from __future__ import annotations


def binomial_lower(successes: int, trials: int, alpha: float) -> float:
    """Bound a success probability from below, wrong with probability at most `alpha` ≤ 1/2.

    The Clopper–Pearson bound: the `alpha` quantile of Beta(x, n − x + 1). Exact for a fixed number of
    independent trials (Clopper and Pearson, Biometrika 1934).
    """
    if successes <= 0:
        return 0.0
    from seeding._kernels.beta import lower_quantile

    return float(lower_quantile(float(successes), trials - successes + 1.0, float(alpha))[0])


def binomial_upper(successes: int, trials: int, alpha: float) -> float:
    """Bound a success probability from above, wrong with probability at most `alpha` ≤ 1/2.

    The Clopper–Pearson bound: the 1 − `alpha` quantile of Beta(x + 1, n − x).
    """
    if successes >= trials:
        return 1.0
    from seeding._kernels.beta import lower_quantile

    return float(lower_quantile(float(trials - successes), successes + 1.0, float(alpha))[1])
