"""Numbers that carry their uncertainty."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from seeding._runtime.wording import at_least, at_most, tenths
from seeding.plan.interval import NOTHING_KNOWN, Known, Moments, mean_interval


@dataclass(frozen=True)
class Estimate:
    """An expected reach measured on sampled worlds.

    Attributes
    ----------
    mean
        Estimated expected reach, in units of node weight (people, where every weight is 1).
    stderr
        Standard error of `mean`.
    low, high
        95 % confidence interval of the expected reach.
    p10, p50, p90
        Quantiles of the reach of a single world: what one campaign may turn out to reach. None where
        worlds were not simulated one by one.
    worlds
        Number of independent worlds (or RR sets) behind the estimate.
    cut
        Whether the interval ended outside the bounds that a certificate proves, and was cut there.
    """

    mean: float
    stderr: float
    low: float
    high: float
    p10: float | None
    p50: float | None
    p90: float | None
    worlds: int
    cut: bool = False

    @classmethod
    def from_sample(cls, reach: np.ndarray, known: Known = NOTHING_KNOWN) -> Estimate:
        """Summarise the reach of each of at least two independent worlds.

        `known` is what is known of one world's reach beforehand; see `seeding.plan.interval`. The interval is
        normal unless so few worlds carry the sum that it would not hold the mean.
        """
        moments = Moments.of(reach)
        low, high = mean_interval(moments, known)
        # Each is what some world reached, so that people are whole numbers.
        p10, p50, p90 = (float(q) for q in np.quantile(reach, (0.1, 0.5, 0.9), method="inverted_cdf"))
        return cls(moments.mean, moments.stderr, low, high, p10, p50, p90, int(reach.size))

    def within(self, lower: float, upper: float) -> Estimate:
        """Cut the interval at proven bounds of the same reach; where all of it is outside, these are it."""
        low, high = max(self.low, lower), min(self.high, upper)
        if (low, high) == (self.low, self.high):
            return self
        if low > high:
            low, high = lower, upper
        return replace(self, mean=min(max(self.mean, low), high), low=low, high=high, cut=True)

    @classmethod
    def from_count(cls, covered: int, n_sets: int, total_weight: float) -> Estimate:
        """Turn covered RR sets into reach, W·Λ/θ, with the exact binomial interval."""
        share = covered / n_sets
        stderr = total_weight * float(np.sqrt(share * (1 - share) / n_sets))
        low = total_weight * binomial_lower(covered, n_sets, 0.025)
        high = total_weight * binomial_upper(covered, n_sets, 0.025)
        return cls(total_weight * share, stderr, low, high, None, None, None, n_sets)

    def _repr_html_(self) -> str:
        from seeding.plan.report.pieces import block

        return block("Expected reach", (str(self),))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return asdict(self)

    @property
    def worlds_are(self) -> str:
        """What the worlds behind the estimate are, in words: RR sets tell nothing of a single world."""
        return "RR sets of the certifying sample" if self.p50 is None else "fresh simulations"

    def __str__(self) -> str:
        return f"{tenths(self.mean)} (95 % interval {self.interval})"

    @property
    def interval(self) -> str:
        """The interval in words."""
        cut = ", cut at the proven bounds" if self.cut else ""
        return f"{tenths(self.low)} to {tenths(self.high)}{cut}"


@dataclass(frozen=True)
class Certificate:
    """Proof of how good a plan is against the best possible one.

    With probability at least 1 − `delta` over the sampling, all of this holds at once: the plan's
    expected reach is at least `lower`, no feasible plan reaches more than `upper` in expectation, and so
    the plan reaches at least `ratio` = `lower` / `upper` of the best possible.

    Attributes
    ----------
    lower
        Lower bound on the expected reach of this plan.
    upper
        Upper bound on the expected reach of every feasible plan.
    ratio
        `lower` / `upper`.
    delta
        Probability that the statement is wrong.
    optimisation_gap
        How far the plan may be from the best plan *on the selection sample*: 1 − covered / bound. The rest
        of 1 − `ratio` is sampling error, which more samples reduce.
    samples
        RR sets behind the two bounds together.
    """

    lower: float
    upper: float
    ratio: float
    delta: float
    optimisation_gap: float
    samples: int

    def _repr_html_(self) -> str:
        from seeding.plan.report.pieces import block

        return block("Certificate", (str(self),))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"with probability {1 - self.delta:.4g} this plan reaches at least {at_least(self.lower)}, and "
            f"at least {self.ratio:.1%} of the best possible (no plan reaches more than "
            f"{at_most(self.upper)})"
        )


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
