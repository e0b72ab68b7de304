"""Times of works that take turns, so that a busy moment strikes all alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

ROUNDS = 7


class Times(NamedTuple):
    """Median seconds of some work, by the clock and of processors."""

    clock: float
    processors: float


def interleaved(works: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, Times]:
    """Take the median seconds of each piece of work, in turns, so that a busy moment strikes all alike.

    Each is done once before, which compiles it and touches its memory.
    """
    for work in works.values():
        work()
    taken: dict[str, list[Times]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start, spent = time.perf_counter(), time.process_time()
            work()
            taken[name].append(Times(time.perf_counter() - start, time.process_time() - spent))
    return {
        name: Times(*(median(column) for column in zip(*seconds, strict=True)))
        for name, seconds in taken.items()
    }
