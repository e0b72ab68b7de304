"""Quantiles of the gamma distribution, without loading a library for them."""

from __future__ import annotations

import math

# Newton's steps end at this relative change, sums at this part of them.
_CLOSE, _PRECISE, _MOST_STEPS = 1e-13, 1e-16, 200
_TINY = 1e-300
# From this shape on the expansion below is as good, and series would be long.
_LARGE = 1e6


def quantile(shape: float, level: float, normal: float) -> float:
    """Return the quantile of the gamma distribution with scale 1.

    Parameters
    ----------
    shape
        Its shape, which is its mean and its variance.
    level
        From 0 to 1.
    normal
        The quantile of the standard normal distribution at this level.
    """
    if shape > _LARGE:
        return shape + math.sqrt(shape) * _cornish_fisher(2 / math.sqrt(shape), normal)
    x = _first(shape, level, normal)
    if x < _PRECISE:  # the first term of the series is all of it
        return x
    low, high = 0.0, math.inf
    for _ in range(_MOST_STEPS):
        away = _below(shape, x) - level
        low, high = (low, x) if away > 0 else (x, high)
        slope = math.exp(-x + (shape - 1) * math.log(x) - math.lgamma(shape))
        new = x - away / slope if slope > 0 else low
        if not low < new < high:
            new = (low + high) / 2 if high < math.inf else 2 * x + 1
        if abs(new - x) <= _CLOSE * x:
            return new
        x = new
    return x


def _first(shape: float, level: float, normal: float) -> float:
    """Guess: Wilson and Hilferty's cube, or the first term of the series where that is small."""
    small = math.exp((math.log(level) + math.lgamma(shape + 1)) / shape)
    cube = 1 - 1 / (9 * shape) + normal / (3 * math.sqrt(shape))
    return shape * cube**3 if cube > 0 and small > 0.2 * shape else small


def _cornish_fisher(skewness: float, z: float) -> float:
    """Expand the standardised quantile in the skewness (Cornish and Fisher, 1938)."""
    second = (z**3 - 3 * z) / 24 * 1.5 - (2 * z**3 - 5 * z) / 36
    return z + (z * z - 1) / 6 * skewness + second * skewness**2


def _below(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function P (DLMF 8.11.4, 8.9.2)."""
    front = math.exp(-x + shape * math.log(x) - math.lgamma(shape + 1))
    if x < shape + 1:
        term = total = 1.0
        part = shape
        while term > _PRECISE * total:
            part += 1
            term *= x / part
            total += term
        return front * total
    return 1 - front * shape / _fraction(shape, x)


def _fraction(shape: float, x: float) -> float:
    """Return xᵃe⁻ˣ / Γ(a, x) by its continued fraction, with Lentz's method."""
    below = x + 1 - shape
    c, d = 1 / _TINY, 1 / below
    value = d
    for i in range(1, 1_000_000):
        factor = -i * (i - shape)
        below += 2
        d = factor * d + below
        d = 1 / (d if abs(d) > _TINY else _TINY)
        c = below + factor / c
        c = c if abs(c) > _TINY else _TINY
        value *= c * d
        if abs(c * d - 1) <= 2 * _PRECISE:
            break
    return 1 / value
