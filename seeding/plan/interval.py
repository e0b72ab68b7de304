"""Confidence intervals of a mean reach: normal, or skewed where few worlds carry the sum.

The reach of a world may be anything from a little to a jackpot, and a normal interval holds the mean only
where many worlds carry the sum. The skewness of the mean, γ/√n, says whether they do: k rare events of one
size give 1/√k. It is taken from the sample, and from what is known of the network before any world is
simulated, because a sample that has seen no jackpot knows of none.

Where it is large, the sum of the worlds' reaches is treated as a weighted sum of Poisson counts, and the mean
gets the gamma interval of Fay and Feuer (Statistics in Medicine, 1997), with the location taken from the
third moment. For jackpots of one size these are the exact Poisson limits, and for large sums of little
skewness they become the normal ones. The upper limit counts one event more: the largest there can be, or,
where many were seen, one of the usual size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seeding.plan import gamma

# Two-sided 95 % point of the normal distribution.
Z95 = 1.959963984540054
# Above this skewness of the mean the interval is skewed: 625 events of one size carry the sum.
_SKEWED = 0.04
# Above this one, 44 events, what the sample has not seen may matter, and more worlds are simulated.
_FEW = 0.15
# How many events are possible, with each tail at 0.025, where none was seen: −log(0.025).
_UNSEEN = 3.6888794541139363
# Differences of this part of the mean are rounding.
_ROUNDING = 1e-9


class Tail(NamedTuple):
    """One tail of a distribution.

    Attributes
    ----------
    share
        Its probability.
    z
        The normal distribution has so much above this point.
    """

    share: float
    z: float


_TAIL = Tail(0.025, Z95)
# Between the two, where the sample itself says how large jumps are, what the stopping rule and the estimated
# third moment take is given back: with 0.025, lognormal jumps were held in 93.3 % of 1,000 runs.
_TAIL_OF_SEEN = Tail(0.0235, 1.9863002041294273)


class Level(NamedTuple):
    """How sure an interval is.

    Attributes
    ----------
    tail
        Each of the two tails that it leaves out.
    seen
        The same where the sample itself says how large jumps are.
    unseen
        How many events are possible where none was seen: −log of the tail.
    """

    tail: Tail
    seen: Tail
    unseen: float

    @classmethod
    def of_each(cls, count: int) -> Level:
        """Return the level of each of `count` intervals that hold together with 95 % confidence.

        Each may be wrong with probability 0.05 / `count`: Bonferroni's inequality, whatever the dependence
        between them (Dunn, Journal of the American Statistical Association, 1961).
        """
        if count <= 1:
            return LEVEL95
        from statistics import NormalDist

        tails = (Tail(tail.share / count, 0.0) for tail in (_TAIL, _TAIL_OF_SEEN))
        tail, seen = (one._replace(z=-NormalDist().inv_cdf(one.share)) for one in tails)
        return cls(tail, seen, float(-np.log(tail.share)))


LEVEL95 = Level(_TAIL, _TAIL_OF_SEEN, _UNSEEN)


class Known(NamedTuple):
    """What is known of the reach of one world before any is simulated.

    Attributes
    ----------
    floor, ceiling
        No world reaches less, or more.
    variance, third
        Variance, and third moment of the jumps, of what is reached by the most probable path to each node.
        There may be more of both.
    """

    floor: float = -np.inf
    ceiling: float = np.inf
    variance: float = 0.0
    third: float = 0.0

    @property
    def certain(self) -> bool:
        """Whether all worlds reach the same."""
        return bool(np.isfinite(self.ceiling)) and self.ceiling - self.floor <= _ROUNDING * abs(self.ceiling)

    def less(self) -> Known:
        """Say what is known of the difference of two things of which this is known."""
        spread = 0.0 if self.certain else self.ceiling
        return Known(-spread, spread)


NOTHING_KNOWN = Known()


class Moments(NamedTuple):
    """A sample's size, mean and its standard error, sums of squared and cubed differences, and median."""

    size: int
    mean: float
    stderr: float
    square: float
    cube: float
    median: float

    @classmethod
    def of(cls, sample: np.ndarray) -> Moments:
        """Sum up a sample."""
        mean = float(sample.mean())
        apart = sample - mean
        squares = apart * apart
        square, cube = float(squares.sum()), float((squares * apart).sum())
        if square <= sample.size * (_ROUNDING * mean) ** 2:
            square = cube = 0.0
        stderr = float(sample.std(ddof=1) / np.sqrt(sample.size))
        return cls(int(sample.size), mean, stderr, square, cube, float(np.median(sample)))

    def skewness(self, known: Known) -> float:
        """Return the skewness of the mean, by the sample or the network; infinite without a variance."""
        square = max(self.square, self.size * known.variance)
        if square <= 0:
            return float(np.inf)
        seen = abs(self.cube) / self.square**1.5 if self.square > 0 else 0.0
        return float(max(seen, self.size * known.third / square**1.5))


def few_carry(moments: Moments, known: Known) -> bool:
    """Tell whether so few worlds carry the sum that what they have not shown may matter."""
    return not known.certain and moments.skewness(known) > _FEW


def mean_interval(
    moments: Moments, known: Known = NOTHING_KNOWN, level: Level = LEVEL95
) -> tuple[float, float]:
    """Return the confidence interval of the mean of a sample."""
    if known.certain:
        return moments.mean, moments.mean
    if moments.skewness(known) <= _SKEWED:
        half = level.tail.z * moments.stderr
        low, high = moments.mean - half, moments.mean + half
    else:
        low, high = _skewed(moments, known, level)
    return max(low, min(known.floor, moments.mean)), min(high, max(known.ceiling, moments.mean))


def _skewed(moments: Moments, known: Known, level: Level) -> tuple[float, float]:
    """Return the skewed interval; where the rare worlds are the small ones, mirrored."""
    n, mean, _, square, cube, median = moments
    tail = level.tail
    up, down = known.ceiling - median, median - known.floor
    up, down = (max(jump, 0.0) if np.isfinite(jump) else 0.0 for jump in (up, down))
    if square > 0 and not few_carry(moments, known):
        # Jumps of every size that matters have been seen: one more of the usual size, and no others.
        tail = level.seen
        up, down = abs(cube) / square, 0.0
        up, down = (up, down) if cube >= 0 else (down, up)
    if cube < 0:
        low, high = _rare_above(n, -mean, square, -cube, down, up, tail, level.unseen)
        return -high, -low
    return _rare_above(n, mean, square, cube, up, down, tail, level.unseen)


def _rare_above(
    n: int,
    mean: float,
    square: float,
    cube: float,
    up: float,
    down: float,
    tail: Tail = _TAIL,
    unseen: float = _UNSEEN,
) -> tuple[float, float]:
    low = _quantile(n * mean, square, cube, tail, upper=False) - unseen * down
    high = _quantile(n * mean + up, square + up**2, cube + up**3, tail, upper=True)
    return low / n, high / n


def _quantile(mean: float, square: float, cube: float, tail: Tail, *, upper: bool) -> float:
    """Return the end of one tail of the shifted gamma distribution with this mean and variance.

    Its third central moment is 2·`cube`: that of the gamma distribution that bounds a Poisson count.
    """
    if square <= 0:
        return mean
    skewness, normal = cube / square**1.5, tail.z if upper else -tail.z
    if skewness < 1e-6:
        return mean + float(np.sqrt(square)) * normal
    shape, level = float(skewness) ** -2, 1 - tail.share if upper else tail.share
    return mean + float(np.sqrt(square) * skewness) * (gamma.quantile(shape, level, normal) - shape)


def worlds_wanted(moments: Moments, known: Known, precision: float) -> float:
    """Predict how many worlds give a relative half-width of `precision`; at most those seen: enough."""
    return moments.size if known.ceiling <= 0 else worlds_for(moments, known, precision * moments.mean)


def worlds_for(moments: Moments, known: Known, half: float, level: Level = LEVEL95) -> float:
    """Predict how many worlds give an interval of this half-width; at most those seen: enough.

    Where it is 0 or less only rare events that were not seen ask for more: for all there may be.
    """
    n, stderr = moments.size, level.tail.z * moments.stderr
    if known.certain:
        return n
    if not few_carry(moments, known):
        return (stderr / half) ** 2 * n if half > 0 else n
    low, high = mean_interval(moments, known, level)
    if half <= 0:
        return np.inf
    missing = (high - low) / (2 * half)
    if missing <= 1:
        return n
    if moments.square <= 0:
        return n * missing
    # A sample so large that many worlds carry its sum has a normal interval, which may be precise enough.
    spread = (max(stderr / half, moments.skewness(known) / _FEW)) ** 2
    return n * max(min(missing**2, spread), 1.125)


def intervals_of_sums(
    mean: np.ndarray, stderr: np.ndarray, total: Moments, known: Known, still: Known
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % intervals of parts of a reach of which only means and standard errors were kept.

    Parameters
    ----------
    mean, stderr
        Of each part: what is reached by the first seeds, or by each step.
    total, known
        The whole, whose jumps say how large those of the parts are.
    still
        What is known of the parts that were the same in all worlds.
    """
    low, high = mean - Z95 * stderr, mean + Z95 * stderr
    few = few_carry(total, known)
    tail = _TAIL if few else _TAIL_OF_SEEN
    jump = max(total.cube, 0.0) / total.square if total.square > 0 else 0.0
    skewed = not known.certain and total.skewness(known) > _SKEWED
    for row in range(mean.size):
        same = stderr[row] <= _ROUNDING * abs(mean[row])
        if not (skewed or same) or (same and still.certain):
            continue
        size, square = total.size, total.size * (total.size - 1) * float(stderr[row]) ** 2
        most = (still if same else known).ceiling - mean[row]
        up = max(most, 0.0) if (few or same) and np.isfinite(most) else jump
        of = size, mean[row], 0.0 if same else square, jump * square
        low[row], high[row] = _rare_above(*of, up, 0.0, _TAIL if same else tail)
    return np.maximum(low, np.minimum(0.0, mean)), np.minimum(high, np.maximum(known.ceiling, mean))
