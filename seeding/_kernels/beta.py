"""Quantiles of the beta distribution, which the exact bounds on a probability are."""

from __future__ import annotations

import math

from seeding._kernels._jit import inlined, kernel

_LOG_ROOT_TWO_PI = 0.9189385332046728
_TINY = 1e-300
_PRECISE = 1e-15
# Newton's method ends at this relative error of I, and does so in a few steps.
_CLOSE, _MOST_STEPS = 1e-12, 200


@inlined
def _stirling_error(n):
    """Return log Γ(n + 1) less Stirling's approximation of it (Loader, 2000, table and series)."""
    if n < 16:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _LOG_ROOT_TWO_PI
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n


@inlined
def _deviance(x, mean):
    """Return x·log(x / mean) + mean − x without losing digits where both are near (Loader, 2000)."""
    if abs(x - mean) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    ratio = (x - mean) / (x + mean)
    total = (x - mean) * ratio
    term = 2.0 * x * ratio
    for j in range(1, 1000):
        term *= ratio * ratio
        before = total
        total += term / (2 * j + 1)
        if total == before:
            break
    return total


@inlined
def _log_front(a, b, p, q):
    """Return log(pᵃ qᵇ / B(a, b))."""
    n = a + b
    errors = _stirling_error(n) - _stirling_error(a) - _stirling_error(b)
    distance = _deviance(a, n * p) + _deviance(b, n * q)
    return errors - distance + 0.5 * math.log(a * b / n) - _LOG_ROOT_TWO_PI


@inlined
def _fraction(a, b, p):
    """Evaluate the continued fraction of the incomplete beta function (DLMF 8.17.22, Lentz's method)."""
    c, d = 1.0, 1.0 - (a + b) * p / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for i in range(1, 1_000_000):
        even = i * (b - i) * p / ((a + 2.0 * i - 1.0) * (a + 2.0 * i))
        odd = -(a + i) * (a + b + i) * p / ((a + 2.0 * i) * (a + 2.0 * i + 1.0))
        step = 1.0
        for factor in (even, odd):
            d = 1.0 + factor * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + factor / c
            c = c if abs(c) > _TINY else _TINY
            step = c * d
            value *= step
        if abs(step - 1.0) < _PRECISE:
            break
    return value


@kernel
def lower_quantile(a, b, alpha):
    """Find p with I_p(a, b) = `alpha` ≤ 1/2, for floats a, b ≥ 1; returns p and 1 − p, both exactly.

    Newton steps on log I, which is concave and increasing, within a bracket: the median, the most that p can
    be, lies between the mean and the mode. Up to there the fraction converges well.
    """
    wanted = math.log(alpha)
    if b == 1.0:
        return math.exp(wanted / a), -math.expm1(wanted / a)
    p, q = a / (a + b), b / (a + b)
    low, low_q, high, high_q = 0.0, 1.0, p, q
    if a > b:
        high, high_q = (a - 1.0) / (a + b - 2.0), (b - 1.0) / (a + b - 2.0)
    for _ in range(_MOST_STEPS):
        front = _log_front(a, b, p, q)
        log_share = front + math.log(_fraction(a, b, p) / a)
        error = log_share - wanted
        if error > 0:
            high, high_q = p, q
        else:
            low, low_q = p, q
        # The density is pᵃ⁻¹ qᵇ⁻¹ / B(a, b), the slope of log I the density over I.
        move = error * p * q * math.exp(log_share - front)
        if low <= p - move <= high:
            p, q = p - move, q + move
        else:
            p, q = 0.5 * (low + high), 0.5 * (low_q + high_q)
        if abs(error) < _CLOSE:
            break
    return p, q
