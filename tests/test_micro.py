"""The cases of the microbenchmarks still fit the kernels that they measure."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.micro.cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_every_case_does_the_same_work_each_time(name):
    """A case can be run, and run again with the same outcome where it has one."""
    work = CASES[name]()
    first, second = work(), work()
    assert type(first) is type(second)
    if isinstance(first, (int, float, np.ndarray)):
        np.testing.assert_array_equal(first, second)
