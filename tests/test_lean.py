"""Kernels that run on many threads allocate nothing and count no references, which would lock."""

from __future__ import annotations

import pytest

import seeding as sd
from seeding._kernels._loading import _names
from seeding._kernels.coverage import partial_index, reduction
from seeding._kernels.forward import packed
from seeding._kernels.reverse import many_worlds, one_world
from seeding._kernels.rows import csr
from seeding.selection.coverage_reduction import project


def called(kernel) -> set[str]:
    """Return what the compiled code of a kernel calls of Numba's memory and reference counting."""
    assert kernel.overloads, f"{kernel.py_func.__name__} was not used"
    modules = [one.library._get_module_for_linking() for one in kernel.overloads.values()]
    names = {name for module in modules for name in _names(module, defined=False)}
    return {name for name in names if name.startswith("NRT_")}


@pytest.fixture(scope="module")
def used() -> sd.Network:
    """Sample, list, reduce and simulate, so that the kernels of all of that are there."""
    network = sd.datasets.power_law(20_000, 200_000, rng=1)
    few = sd.datasets.power_law(2_000, 20_000, rng=1)
    for some in (network, few):
        sample = sd.sample_rr_sets(some, 4_096, rng=1, threads=2)
        everybody = sample.alone >= 0
        assert sample.incidence.sets.size == sample.total_size
        project(sample.set_indptr, sample.members, len(sample.names), everybody, threads=2)
        sd.simulate(some, some.labels[:5], worlds=64, rng=1, threads=2)
    sd.optimize(network, k=2, gap=0.5, rng=1, threads=2)
    return network


@pytest.mark.parametrize(
    "kernel",
    [
        one_world.sample,
        many_worlds.sample,
        packed.packed_spread,
        packed.packed_steps,
        reduction.keep_members,
        reduction.sort_rows,
        reduction.merge_rows,
        partial_index.count_members,
    ],
    ids=lambda kernel: f"{kernel.py_func.__module__.rpartition('.')[2]}.{kernel.py_func.__name__}",
)
def test_nothing_is_allocated_in_threads(used, kernel):
    """No call of Numba's memory is left in the code."""
    assert called(kernel) == set()


def test_what_allocates_is_seen(used):
    """The check can fail: building rows, which is not done in parallel, does count references."""
    assert called(csr.bucket)
