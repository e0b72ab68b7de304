"""Time every kernel with pytest-benchmark; see the README beside."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.micro.cases import CASES, Work


@pytest.fixture(params=CASES, ids=list(CASES))
def work(request: pytest.FixtureRequest) -> Work:
    """Prepare a case and do its work once, which compiles it."""
    prepared = CASES[request.param]()
    first, second = _summary(prepared()), _summary(prepared())
    assert first == second
    return prepared


def _summary(result: object) -> object:
    """Sum a result up, so that two of them can be compared."""
    if isinstance(result, np.ndarray):
        return result.shape, float(result.astype(np.float64).sum())
    if isinstance(result, tuple):
        return tuple(_summary(part) for part in result)
    fields = getattr(result, "__dict__", None)
    return {name: _summary(value) for name, value in fields.items()} if fields else result


def test_kernel(benchmark, work):
    """Measure one case."""
    benchmark(work)
