"""Growing a sample of RR sets in place: what is kept stays where it is, each block is copied there once."""

from __future__ import annotations

import numpy as np

from seeding.sampling.coverage import Coverage, Room

# Room for more entries than the sets so far predict, and for further growth of the sample. Memory that is
# never written to is reserved, but not taken.
_SPARE = 1.1
_GROWTH = 16


class Filling:
    """Room for a sample of a given size, filled block by block in the order of worlds.

    Parameters
    ----------
    sample
        The sets so far; it stays as it is, and shares its memory with the larger sample where there is room.
    n_sets
        How many sets there will be.
    most_entries
        Entries beyond which no room is reserved for further growth.
    """

    def __init__(self, sample: Coverage, n_sets: int, most_entries: int = 0) -> None:
        self._sample = sample
        self._most = most_entries
        self._indptr = np.empty(n_sets + 1, dtype=np.int64)
        self._indptr[: sample.n_sets + 1] = sample.set_indptr
        self._room = sample.room if sample.room.filled == sample.total_size else None
        self._sets = sample.n_sets
        self._entries = sample.total_size
        self._given = sample.given

    @property
    def n_sets(self) -> int:
        """Number of sets so far."""
        return self._sets

    def add(self, ends: np.ndarray, members: np.ndarray, given: int = 0) -> None:
        """Append sets by where they end (int64) among `members`, which lie one after another.

        `given` of them met a sentinel.
        """
        self._given += given
        stop, end = self._sets + ends.size, self._entries + members.size
        room = self._room
        if room is None or end > room.entries.size:
            room = self._room = self._make_room(end, stop)
        room.entries[self._entries : end] = members
        room.filled = end
        np.add(ends, self._entries, out=self._indptr[self._sets + 1 : stop + 1])
        self._sets, self._entries = stop, end

    def finish(self, threads: int) -> Coverage:
        """Return the sample of all sets added; the buffers are handed over, so this is done once."""
        room = self._room or self._make_room(self._entries, max(self._sets, 1))
        return self._sample.grown(self._indptr[: self._sets + 1], room, threads, self._given)

    def _make_room(self, end: int, stop: int) -> Room:
        """Reserve room for the whole sample and its growth; for the sample alone if the system refuses."""
        predicted = max(end, int(_SPARE * end / stop * (self._indptr.size - 1)))
        try:
            entries = np.empty(max(predicted, min(_GROWTH * predicted, self._most)), dtype=np.int32)
        except MemoryError:
            entries = np.empty(predicted, dtype=np.int32)
        so_far = self._room.entries if self._room else self._sample.members
        entries[: self._entries] = so_far[: self._entries]
        return Room(entries, self._entries)
