"""Offsets beyond 2³² are read and written right, in arrays that exist but are hardly touched.

Each array is a sparse file of more than 2³² entries of which only the last few are ever used, so that a
kernel that computed a place in 32 bits would miss them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seeding._kernels.coverage import greedy, inverse_index
from seeding._kernels.rows import csr as csr_kernels
from seeding._kernels.rows import packing
from seeding._runtime.rng import to_key
from seeding.errors import InputError
from seeding.network import building, csr
from seeding.network.network import Network
from seeding.network.packed_rows import RECORD, Packed, Rows, pack
from seeding.sampling.packed_reverse import PackedReverse
from seeding.simulation.simulation import ForwardTask

# Beyond what 32 bits hold, with or without a sign, and no power of two.
BASE = (1 << 32) + 12_345


@pytest.fixture
def far(tmp_path):
    """Return a function that moves an array to the end of one that begins BASE entries before it."""
    count = 0

    def move(array):
        nonlocal count
        count += 1
        array = np.asarray(array)
        path = tmp_path / f"{count}.bin"
        shape = (BASE + len(array), *array.shape[1:])
        try:
            whole = np.memmap(path, dtype=array.dtype, mode="w+", shape=shape)
        except OSError as error:
            pytest.skip(
                f"no sparse file of {np.prod(shape) * array.itemsize:,} bytes can be made here: {error}"
            )
        whole[BASE:] = array
        return np.asarray(whole)

    return move


def random_rows(seed, probability=None):
    """Draw a small network with parallel arcs out; returns its rows."""
    random = np.random.default_rng(seed)
    source, target = random.integers(0, 40, (2, 400))
    p = random.random(400) if probability is None else np.full(400, probability)
    return csr.merge_parallel(csr.build(source, target, p, 40), take_max=True)


def test_rows_are_built_there(far):
    """Grouping, turning round and merging write and read entries beyond 2³²."""
    random = np.random.default_rng(1)
    source, target = random.integers(0, 9, (2, 60)).astype(np.int32)
    p = random.random(60)
    plain = csr.build(source, target, p, 9)
    by_target, by_source = (
        csr.Csr(np.zeros(10, dtype=np.int64), far(np.empty(60, np.int32)), far(np.empty(60)))
        for _ in range(2)
    )
    by_target.indptr[0] = by_source.indptr[0] = BASE
    csr_kernels.bucket(target, source, p, *by_target)
    by_target.indptr[0] = BASE
    csr_kernels.transpose(*by_target, *by_source)
    by_source.indptr[0] = BASE
    assert (by_source.indptr - BASE).tolist() == plain.indptr.tolist()
    assert by_source.indices[BASE:].tolist() == plain.indices.tolist()
    assert by_source.probability[BASE:].tolist() == plain.probability.tolist()
    assert not csr_kernels.rows_are_sound(by_source.indptr, by_source.indices, 9)
    kept = csr_kernels.merge_parallel(*by_source, False)
    merged = csr.merge_parallel(plain, take_max=False)
    assert by_source.indices[:kept].tolist() == merged.indices.tolist()
    assert by_source.probability[:kept].tolist() == merged.probability.tolist()


def test_sound_rows_are_told_there(far):
    """The check of a file's rows looks at the entries that the offsets name."""
    rows = random_rows(2)
    indices = far(rows.indices)
    assert csr_kernels.rows_are_sound(rows.indptr + BASE, indices, 40)
    indices[-1] = 40
    assert not csr_kernels.rows_are_sound(rows.indptr + BASE, indices, 40)


def moved(rows, far):
    """Pack rows whose entries stand beyond 2³²."""
    indptr, indices, probability = rows.indptr + BASE, far(rows.indices), far(rows.probability)
    records = np.empty(indptr.size, dtype=RECORD)
    packing.pack_end(indptr, records)
    if packing.rows_are_equal(indptr, probability):
        most = packing.pack_equal(indptr, records, probability)
        return Packed(Rows(records, indices), int(most))
    longest = int(np.diff(indptr).max())
    scratch = np.empty(longest), np.empty(longest, dtype=np.int64), np.empty(longest, dtype=np.int64)
    arcs = far(np.zeros((indices.size - BASE, 3), dtype=np.uint32))
    most = packing.pack_mixed(indptr, records, indices, probability, arcs, *scratch)
    return Packed(Rows(records, arcs), int(most))


KINDS = pytest.mark.parametrize("probability", [None, 0.05, 0.7], ids=["mixed", "equal", "heavy"])


@KINDS
@pytest.mark.parametrize("many", [False, True], ids=["single", "wave"])
def test_rr_sets_are_the_same_there(far, probability, many):
    """Sampling backwards over rows beyond 2³² gives the sets of the same rows at the beginning."""
    rows = random_rows(3, probability)
    near, there = pack(rows), moved(rows, far)
    everyone = np.arange(40, dtype=np.int32)
    task = replace(PackedReverse.make(near, np.ones(40), everyone, to_key(5)), many=many)
    expected, found = task(7, 500), replace(task, packed=there)(7, 500)
    assert found.sizes.tolist() == expected.sizes.tolist()
    assert found.members.tolist() == expected.members.tolist()
    assert expected.members.size > 500


@KINDS
def test_simulations_are_the_same_there(far, probability):
    """Simulating over rows beyond 2³² reaches what the same rows at the beginning do."""
    rows = random_rows(4, probability)
    seeds = np.array([3, 17])
    reach = [
        ForwardTask(packed, np.ones(40), seeds, to_key(6))(0, 300).reach.tolist()
        for packed in (pack(rows), moved(rows, far))
    ]
    assert reach[0] == reach[1]
    assert max(reach[0]) > 2


@pytest.fixture
def sample():
    """Draw sets of candidates; returns their offsets and members."""
    random = np.random.default_rng(8)
    sets = [random.permutation(12)[: random.integers(0, 6)] for _ in range(200)]
    indptr = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    return indptr, np.concatenate(sets).astype(np.int32)


def test_the_inverse_index_is_built_from_there(far, sample):
    """The plain counting sort reads members beyond 2³², and known rows too."""
    indptr, members = sample
    plain = np.zeros(13, dtype=np.int64), np.empty(members.size, dtype=np.int32)
    nothing = np.zeros(13, dtype=np.int64), np.empty(0, dtype=np.int32)
    greedy.invert(indptr, members, 0, *nothing, *plain)
    result = np.zeros(13, dtype=np.int64), np.empty(members.size, dtype=np.int32)
    half = np.zeros(13, dtype=np.int64), np.empty(indptr[100], dtype=np.int32)
    greedy.invert(indptr[:101], members[: indptr[100]], 0, *nothing, *half)
    greedy.invert(indptr + BASE, far(members), 100, half[0] + BASE, far(half[1]), *result)
    assert [part.tolist() for part in result] == [part.tolist() for part in plain]


def test_two_passes_write_there(far, sample):
    """The two passes deal and sort entries beyond 2³²."""
    indptr, members = sample
    plain = np.zeros(13, dtype=np.int64), np.empty(members.size, dtype=np.int32)
    nothing = np.zeros(13, dtype=np.int64), np.empty(0, dtype=np.int32)
    greedy.invert(indptr, members, 0, *nothing, *plain)
    counts = np.zeros(3, dtype=np.int64)
    there, far_indptr = far(members), indptr + BASE
    inverse_index.count_blocks(far_indptr, there, (0, 200), 2, counts)
    starts = BASE + np.concatenate([[0], np.cumsum(counts)])
    places, sets = far(np.empty(members.size, np.uint16)), far(np.empty(members.size, np.int32))
    no_ends = np.zeros(3, dtype=np.int64)
    inverse_index.deal(far_indptr, there, (0, 200), 2, starts[:-1].copy(), no_ends, places, sets)
    scratch = np.empty(int(counts.max()), dtype=np.int32), np.empty(5, dtype=np.int64)
    result = np.full(13, BASE, dtype=np.int64), sets
    inverse_index.sort_blocks(starts, (0, 3), 2, places, nothing, scratch, result)
    assert (result[0] - BASE).tolist() == plain[0].tolist()
    assert sets[BASE:].tolist() == plain[1].tolist()


def test_greedy_works_there(far, sample):
    """Gains, marks, counts and steps are the same with both sides of the incidence beyond 2³²."""
    indptr, members = sample
    rows = np.zeros(13, dtype=np.int64), np.empty(members.size, dtype=np.int32)
    greedy.invert(indptr, members, 0, np.zeros(13, dtype=np.int64), np.empty(0, dtype=np.int32), *rows)
    near = indptr, members, *rows
    there = indptr + BASE, far(members), rows[0] + BASE, far(rows[1])
    found = [_run_greedy(incidence) for incidence in (near, there)]
    assert found[0] == found[1]
    assert found[0][0] > 100


def _run_greedy(incidence):
    covered, gains = np.zeros(200, dtype=np.bool_), np.zeros(12, dtype=np.int64)
    greedy.count_gains(*incidence[:2], covered, gains)
    first = gains.tolist()
    costs, worth = np.ones(12, dtype=np.int64), np.empty(12)
    heap, order = np.empty(12, dtype=np.int64), np.empty(4, dtype=np.int64)
    state = np.array([greedy.start_heap(gains, costs, False, 4, worth, heap), 0, 4, 0])
    new = greedy.greedy_steps(
        incidence,
        np.empty(0, np.bool_),
        costs,
        False,
        (np.int64(4), np.int64(4)),
        worth,
        heap,
        state,
        gains,
        covered,
        order,
    )
    wanted = np.zeros(12, dtype=np.bool_)
    wanted[order] = True
    marked = np.zeros(200, dtype=np.bool_)
    counted = greedy.count_covered(*incidence[:2], wanted)
    assert greedy.mark_covered(*incidence[2:], order, marked) == counted == new
    return new, order.tolist(), first, gains.tolist(), covered.tolist()


def test_more_nodes_than_can_be_numbered_are_refused(monkeypatch):
    """An int32 numbers 2³¹ − 1 nodes; one more is refused in one sentence (the limit is faked)."""
    monkeypatch.setattr(building, "_MOST_NODES", 3)
    assert Network.from_edges([1, 2], [2, 3], 0.1).n_nodes == 3
    with pytest.raises(InputError, match="4 nodes are more than the 3 an int32 index can number"):
        Network.from_edges([1, 2], [2, 3], 0.1, nodes=[9])
