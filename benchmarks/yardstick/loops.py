"""Lean C loops that our rates are measured against, compiled where a C compiler is at hand."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from seeding.network.csr import Csr

SOURCE = Path(__file__).parent / "yardstick.c"
FLAGS = ["-O3", "-march=native", "-std=c11", "-shared", "-fPIC"]


class Yardstick:
    """The compiled loops. What can be prepared once is, and is not part of the work that is timed."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        library.reverse_sets.restype = ctypes.c_int64
        library.forward_worlds.restype = ctypes.c_int64
        library.random_loads.restype = ctypes.c_uint32

    def reverse(self, into: Csr, room: int) -> Callable[[int, int], int]:
        """Prepare sampling where all in-arcs of a node have one probability.

        Returns a function of (sets, key) that gives the number of members; there must be `room` for them.
        """
        n = into.indptr.size - 1
        first = np.minimum(into.indptr[:-1], into.indices.size - 1)
        p = np.where(np.diff(into.indptr) > 0, into.probability[first], 0.5)
        with np.errstate(divide="ignore"):
            per_log = np.where(p < 1, 1 / np.log1p(-p), -0.0)
        members = np.empty(room, dtype=np.int32)

        def sample(sets: int, key: int) -> int:
            seen = np.zeros(n, dtype=np.int32)
            places = ctypes.c_int32(n), *map(_pointer, (into.indptr, into.indices, per_log))
            asked = ctypes.c_uint64(key), ctypes.c_int64(sets)
            room_left = _pointer(seen), _pointer(members), ctypes.c_int64(room)
            written = int(self._library.reverse_sets(*places, *asked, *room_left))
            if written < 0:
                raise ValueError(f"{sets:,} sets need more than {room:,} places")
            return written

        return sample

    def forward(self, out: Csr, seeds: np.ndarray) -> Callable[[int, int], int]:
        """Prepare simulation; returns a function of (worlds, key) that sums the nodes reached."""
        n = out.indptr.size - 1
        limit = np.floor(out.probability * (2**32 - 1)).astype(np.uint32)
        starts, queue = seeds.astype(np.int32), np.empty(n, dtype=np.int32)

        def simulate(worlds: int, key: int) -> int:
            seen = np.zeros(n, dtype=np.int32)
            arcs = map(_pointer, (out.indptr, out.indices, limit))
            asked = (
                ctypes.c_int32(starts.size),
                _pointer(starts),
                ctypes.c_uint64(key),
                ctypes.c_int64(worlds),
            )
            return int(self._library.forward_worlds(*arcs, *asked, _pointer(seen), _pointer(queue)))

        return simulate

    def loads(self, places: int = 1 << 24) -> Callable[[int, int], int]:
        """Prepare loads of 4 bytes at random `places` (64 MiB); returns a function of (loads, key)."""
        table = np.arange(places, dtype=np.uint32)

        def load(loads: int, key: int) -> int:
            size, count = ctypes.c_uint64(table.size), ctypes.c_int64(loads)
            return int(self._library.random_loads(_pointer(table), size, ctypes.c_uint64(key), count))

        return load


def compile_yardstick() -> Yardstick | None:
    """Compile the loops into a temporary folder; None where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(prefix="yardstick") as folder:
        library = Path(folder) / "yardstick.so"
        subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
        return Yardstick(ctypes.CDLL(str(library)))


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    if not array.flags.c_contiguous:
        raise ValueError("the loops read flat arrays")
    return ctypes.c_void_p(array.ctypes.data)
