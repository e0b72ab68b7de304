"""Lazy greedy (CELF) over any way to estimate a gain, for packages that simulate but do not choose."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

# Given the seeds so far and one more node: the estimated gain.
Gain = Callable[[list[int], int], float]


def by_difference(reach: Callable[[list[int]], float]) -> Gain:
    """Make a gain of a reach: what seeds and newcomer reach, less what the seeds were once found to reach."""
    known: dict[int, float] = {0: 0.0}

    def gain(seeds: list[int], v: int) -> float:
        if len(seeds) not in known:
            known[len(seeds)] = reach(seeds)
        return reach([*seeds, v]) - known[len(seeds)]

    return gain


def lazy_greedy(candidates: Iterable[int], k: int, gain: Gain) -> list[int]:
    """Choose k candidates; returns them in order of choice.

    A gain found for fewer seeds bounds the gain now, up to the noise of the estimates (Leskovec et al.,
    KDD 2007).
    """
    waiting = [(-gain([], v), v, 0) for v in candidates]
    heapq.heapify(waiting)
    seeds: list[int] = []
    while waiting and len(seeds) < k:
        _, v, known_at = heapq.heappop(waiting)
        if known_at == len(seeds):
            seeds.append(v)
        else:
            heapq.heappush(waiting, (-gain(seeds, v), v, len(seeds)))
    return seeds
