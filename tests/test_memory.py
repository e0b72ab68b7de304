"""Amounts of memory, as numbers or text."""

from __future__ import annotations

import numpy as np
import pytest

from seeding._runtime import memory
from seeding._runtime.memory import DEFAULT_LIMIT, Need, read_memory_limit
from seeding.errors import InputError
from seeding.network.network import Network


@pytest.mark.parametrize(
    ("limit", "size"),
    [
        (None, 4 * 2**30),
        (1, 1),
        (2_000_000, 2_000_000),
        (np.int64(7), 7),
        (1.5e9, 1_500_000_000),
        ("123", 123),
        ("123 b", 123),
        ("2GB", 2_000_000_000),
        ("2 gb", 2_000_000_000),
        (" 512 MiB ", 512 * 2**20),
        ("1.5KiB", 1536),
        ("3kB", 3000),
        ("4MB", 4_000_000),
        ("2GiB", 2 * 2**30),
    ],
)
def test_amounts(limit, size):
    """Bytes, or a number with a decimal or binary unit in any case; 4 GiB where nothing is said."""
    assert read_memory_limit(limit) == size


def test_default():
    """The limit for callers who name none is 4 GiB."""
    assert DEFAULT_LIMIT == 4 * 2**30


@pytest.mark.parametrize(
    "limit", [0, -1, "0GB", "", "much", "2TB!", "5 parsecs", True, float("nan"), float("inf"), "-3MB", [2]]
)
def test_what_is_no_amount(limit):
    """Anything else is refused in a sentence that shows it."""
    with pytest.raises(InputError, match=r"memory_limit=.* is not an amount of memory"):
        read_memory_limit(limit)


def test_blocks_cover_a_range():
    """Slices follow one another, are of the length asked for, and end where the range does."""
    assert [(part.start, part.stop) for part in memory.blocks(7, 3)] == [(0, 3), (3, 6), (6, 7)]
    assert list(memory.blocks(0)) == []


@pytest.mark.parametrize("rule", ["weighted_cascade", 0.1])
def test_a_network_is_counted_exactly(rule):
    """The bytes of a network are those of its arrays."""
    random = np.random.default_rng(1)
    network = Network.from_edges(*random.integers(0, 500, (2, 3_000)), rule, nodes=np.arange(500))
    parts = [np.asarray(network.labels), network.weights, *network.out, *network.into]
    # A last offset in either direction stands behind those of the nodes.
    assert memory.network_need(network.n_nodes, network.n_arcs) + 16 == sum(part.nbytes for part in parts)


def test_the_most_is_that_of_the_worst_moment():
    """Reading, choosing and measuring follow one another, so only the largest of them counts."""
    assert Need(10, reading=50, choosing=3, samples=4, measuring=5, program=1).most == 51
    assert Need(10, reading=5, choosing=3, samples=4, measuring=5, program=1).most == 18
    assert Need(10, reading=5, choosing=3, samples=4, measuring=50, program=1).most == 61


def test_each_part_grows_as_its_arrays_do():
    """Alias tables are counted where probabilities are mixed, scratch for every thread."""
    plain = memory.choosing_need(1_000, 9_000, 10, mixed=False, threads=1)
    assert memory.choosing_need(1_000, 9_000, 10, mixed=True, threads=1) - plain == 12 * 9_000
    alone = memory.measuring_need(1_000, 9_000, 10, mixed=True, threads=1)
    assert memory.measuring_need(1_000, 9_000, 10, mixed=True, threads=3) - alone == 2 * 5_000
    assert memory.sample_need(2_000, 5.0) == 2 * memory.sample_need(1_000, 5.0)
    by_row = memory.reading_need(10, 100, labels=8, by_row=True)
    assert by_row == memory.network_need(10, 100) + 100 * (16 + 8)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 kB"),
        (512_000, "512 kB"),
        (1_500_000, "1.5 MB"),
        (752_400_000, "752 MB"),
        (46 * 10**8, "4.6 GB"),
    ],
)
def test_sizes_in_words(size, words):
    """Two or three digits say enough."""
    assert memory.in_words(size) == words


def test_sentence():
    """One line names the whole and the parts that a user can do something about."""
    need = Need(2_720_000_000, choosing=10**9, samples=136_000_000, measuring=1_680_000_000)
    assert need.sentence() == "memory: about 4.6 GB at most, of which network 2.7 GB, samples 136 MB"


def system(root, free, limit=None):
    """Write the files in which a system tells of its memory."""
    (root / "proc").mkdir()
    (root / "proc" / "meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable:   {free} kB\n")
    if limit is not None:
        group = root / "sys" / "fs" / "cgroup"
        group.mkdir(parents=True)
        (group / "memory.max").write_text(f"{limit}\n")
        (group / "memory.current").write_text("1000\n")


@pytest.mark.parametrize(
    ("limit", "free"),
    [(None, 50 * 1024), ("max", 50 * 1024), (31_000, 30_000), (1 << 40, 50 * 1024), (10, 0)],
)
def test_available_memory(tmp_path, limit, free):
    """What the system has left, or the control group if that is less."""
    system(tmp_path, 50, limit)
    assert memory.available(tmp_path) == free


def test_systems_that_do_not_tell(tmp_path):
    """Without such files nothing is known."""
    assert memory.available(tmp_path) is None


def test_resident_memory_grows_with_what_is_held():
    """An array that is filled counts."""
    before = memory.resident()
    if not before:
        pytest.skip("this system does not tell what a process holds")
    held = np.ones(20_000_000)
    assert held.nbytes * 0.9 < memory.resident() - before < held.nbytes * 1.5
