"""A bound on the smallest of several coverages, from bounds on their weighted sums.

For any whole numbers L_g ≥ 0 with sum L, min_g Λ_g(x) ≤ Σ_g L_g·Λ_g(x) / L, and the sum is the coverage of
one sample, in which the sets of sample g weigh L_g times as much; prices bound that. Groups that the relaxed
choice covers less get more weight (Freund and Schapire, Games and Economic Behavior 29, 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seeding.selection.bounds.relaxation import Purse
from seeding.selection.bounds.subgradient import price
from seeding.selection.coverage_reduction import Reduced

_PARTS = 64
_ROUNDS = 6


def bound_smallest(
    samples: Sequence[Reduced],
    purse: Purse,
    start: np.ndarray,
    aim: int,
    time_left: Callable[[], bool],
) -> tuple[int, list[np.ndarray]]:
    """Bound the smallest coverage of any choice within the purse.

    Parameters
    ----------
    samples
        The samples, over the same candidates.
    purse
        The limits.
    start, aim
        A good choice, marked, and the smallest coverage it has.
    time_left
        Asked before every step; the first weights are tried in any case.

    Returns
    -------
    The least bound met, and the prices behind it, sample by sample: those of a sample without weight are 0.
    """
    parts = np.full(len(samples), _PARTS // len(samples) + 1, dtype=np.int64)
    best = min(sample.total_weight for sample in samples)
    best_prices: list[np.ndarray] = []
    ends = np.cumsum([sample.n_merged for sample in samples])[:-1]
    logs = np.zeros(len(samples))
    for tried in range(_ROUNDS):
        whole = int(parts.sum())
        priced = price(_mixed(samples, parts), purse, start, aim * whole, time_left, patient=False)
        if priced.bound // whole < best or not best_prices:
            best = min(best, priced.bound // whole)
            shares = zip(np.split(priced.prices, ends), parts.tolist(), strict=True)
            best_prices = [prices // max(part, 1) for prices, part in shares]
        if best <= aim or not time_left():
            break
        relaxed = np.flatnonzero(priced.wanted)
        covered = np.array([sample.covered(relaxed) for sample in samples], dtype=np.float64)
        logs -= (covered / max(covered.mean(), 1.0) - 1) * 4 / (1 + tried)
        share = np.exp(logs - logs.max())
        parts = np.rint(_PARTS * share / share.sum()).astype(np.int64)
    return best, best_prices


def _mixed(samples: Sequence[Reduced], parts: np.ndarray) -> Reduced:
    """Put samples into one, the sets of each weighing so many times as much."""
    sizes = np.concatenate([np.diff(sample.set_indptr) for sample in samples])
    return Reduced(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        np.concatenate([sample.set_members for sample in samples]),
        np.concatenate([s.weight * part for s, part in zip(samples, parts.tolist(), strict=True)]),
        np.sum([s.singleton_weight * part for s, part in zip(samples, parts.tolist(), strict=True)], axis=0),
        sum(sample.n_sets for sample in samples),
    )
