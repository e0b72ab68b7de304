"""Scratch memory of the packed samplers, kept per thread: nothing is allocated for a block of worlds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from seeding.network.packed_rows import Packed

# Worlds that one call may search together; entries of their common log; slots of their hash tables.
LARGEST_BLOCK = 1 << 16
LOG_ENTRIES = 1 << 22
TABLE_SLOTS = 1 << 22
# Room for the picks of several rows, beyond the most that one row can give.
_SPARE_PICKS = 512

Arrays = tuple[np.ndarray, ...]
Kept = TypeVar("Kept")
_of_thread = threading.local()
# Buffers of blocks that were copied to where they belong; new memory would have to be cleared page by page.
_spare: deque[np.ndarray] = deque(maxlen=8)


def for_search(packed: Packed) -> Arrays:
    """Provide this thread's scratch of the search of one world: marks, queue and picks."""

    def make() -> Arrays:
        n = packed.n_rows
        return np.zeros(n + 1, dtype=np.uint8), np.empty(n + 1, dtype=np.int32), _picks(packed)

    return _keep("search", (packed.n_rows, packed.most_picks), make)


def new_ledger(size: int) -> tuple[np.ndarray, ...]:
    """Make an empty ledger; see `seeding._kernels.forward.ledger`."""
    return (
        np.full(size, np.inf),
        np.zeros(size, dtype=np.int64),
        np.empty(2 * size, dtype=np.int32),
        np.empty(2 * size),
        np.array([0, 1], dtype=np.int64),
    )


def for_course(size: int) -> tuple[Arrays, Arrays]:
    """Provide this thread's scratch of a search in the order of time: a ledger of nodes, and a heap."""

    def make() -> tuple[Arrays, Arrays]:
        return new_ledger(size), _new_heap(size)

    return _keep("course", (size,), make)


def for_cascades(size: int, persons: int) -> tuple[tuple[Arrays, ...], Arrays]:
    """Provide this thread's scratch of cascades: ledgers of nodes and twice of persons, and a heap."""

    def make() -> tuple[tuple[Arrays, ...], Arrays]:
        return (new_ledger(size), new_ledger(persons), new_ledger(persons)), _new_heap(size)

    return _keep("cascades", (size, persons), make)


def _new_heap(size: int) -> Arrays:
    return np.empty(size, dtype=np.int32), np.full(size, -1, dtype=np.int32)


def for_wave(packed: Packed) -> Arrays:
    """Provide this thread's scratch of the search of many worlds: hash tables, flights, log and picks."""

    def make() -> Arrays:
        from seeding._kernels.reverse.many_worlds import CLASSES, FLIGHT, WIDTH

        return (
            np.zeros(TABLE_SLOTS, dtype=np.uint64),
            np.zeros((CLASSES, WIDTH + 1), dtype=np.int64),
            np.zeros(1, dtype=np.uint64),
            np.empty(LARGEST_BLOCK, dtype=FLIGHT),
            np.empty(LOG_ENTRIES, dtype=np.uint64),
            _picks(packed),
        )

    return _keep("wave", (packed.most_picks, TABLE_SLOTS, LOG_ENTRIES), make)


def take_members(size: int) -> np.ndarray:
    """Provide room for the members of a block: a buffer that was given back, if one is large enough."""
    while True:
        try:
            buffer = _spare.pop()
        except IndexError:
            return np.empty(size, dtype=np.int32)
        if buffer.size >= size:
            return buffer


def give_back(members: np.ndarray) -> None:
    """Let the room of a block be used again; its members are not looked at any more.

    What an executor hands over may be no such room, and is left alone.
    """
    room = members.base
    if not isinstance(room, np.ndarray) or room.dtype != np.int32 or room.ndim != 1:
        return
    if room.flags.owndata and room.flags.writeable:
        _spare.append(room)


def forget_spare() -> None:
    """Free what was given back."""
    _spare.clear()


def _picks(packed: Packed) -> np.ndarray:
    """Make room for the picks of a round; the kernels need twice the most of one row."""
    return np.empty((2 * (packed.most_picks + _SPARE_PICKS), 3), dtype=np.int64)


def _keep(kind: str, shape: tuple[int, ...], make: Callable[[], Kept]) -> Kept:
    """Return this thread's scratch of a kind and shape; another shape replaces it."""
    held = getattr(_of_thread, kind, None)
    if held is None or held[0] != shape:
        held = shape, make()
        setattr(_of_thread, kind, held)
    scratch: Kept = held[1]
    return scratch
