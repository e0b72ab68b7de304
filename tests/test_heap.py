"""The heap of nodes by time: the earliest first, also after times fell, and nobody twice."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from seeding._kernels.forward.heap import NOWHERE, put, take


@numba.njit
def run(heap, places, times, steps, taken):
    """Put nodes in at times that may fall, or take one out (steps of −1); returns how many were taken."""
    size, count = np.int64(0), 0
    for i in range(steps.shape[0]):
        node = np.int64(steps[i, 0])
        if node >= 0:
            times[node] = min(times[node], steps[i, 1])
            size = put(heap, places, times, size, node)
        elif size > 0:
            v, size = take(heap, places, times, size)
            taken[count] = v
            count += 1
    return count


@pytest.mark.parametrize("number", range(20))
def test_the_earliest_comes_first(number):
    """As with a plain dictionary of times, however often somebody moves up."""
    generator = np.random.default_rng(number)
    n, length = 12, 200
    steps = np.column_stack([generator.integers(-6, n, length), generator.random(length)])
    steps[:, 0] = np.where(generator.random(length) < 0.3, -1, np.abs(steps[:, 0]))
    heap, places = np.zeros(n, dtype=np.int32), np.full(n, NOWHERE, dtype=np.int32)
    times, taken = np.full(n, np.inf), np.zeros(length, dtype=np.int64)
    count = run(heap, places, times, steps, taken)
    waiting: dict[int, float] = {}
    known, expected = dict.fromkeys(range(n), np.inf), []
    for node, time in steps.tolist():
        if node >= 0:
            known[int(node)] = min(known[int(node)], time)
            waiting[int(node)] = known[int(node)]
        elif waiting:
            first = min(waiting, key=waiting.__getitem__)
            expected.append(first)
            del waiting[first]
    assert taken[:count].tolist() == expected
    assert sorted(np.flatnonzero(places != NOWHERE).tolist()) == sorted(waiting)
