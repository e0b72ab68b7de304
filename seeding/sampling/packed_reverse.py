"""How worlds are sampled: arc by arc on small networks, over packed rows on all others.

On a small network a plain loop that tosses every arc's coin is fast enough and compiles quickly, and both
directions see the same arcs live. Larger networks are packed, so that the live arcs of a row are drawn
without a look at each. Which way is taken follows from the network alone: the same key gives the same worlds
on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from seeding.diffusion import Horizon
from seeding.network.packed_rows import Packed, alias_table
from seeding.sampling import workspace
from seeding.sampling.roots import Block

# Many worlds are searched at once where rows exceed a core's cache and sets are not large.
_CACHE_BYTES = 1 << 20
_LARGE_SET = 1000.0
# Together, worlds reach about so many nodes that their log stays in cache; there are at least so many.
_NODES_TOGETHER = 1 << 17
_FEWEST_TOGETHER = 256
_PILOT_WORLDS = 1024
_PILOT_MEMBERS = 1 << 20


class Pilot(NamedTuple):
    """What a few worlds tell: mean nodes in a set, mean candidates in it, and the set of a mean member."""

    nodes: float
    candidates: float
    set_of_member: float


@dataclass(frozen=True, eq=False)
class PackedReverse:
    """Samples the RR sets of a range of worlds over packed rows; a plain value for any executor.

    Attributes
    ----------
    packed
        The in-arcs of the network.
    roots
        Alias table that roots are drawn from; empty for equal weights.
    candidate_of
        int32[n]: the candidate each node is, −1 for none; empty where candidate v is node v.
    key
        64-bit key of the sample.
    pilot
        Sizes of the sets of a few worlds.
    many
        Whether many worlds are searched at once; the sets are the same either way.
    stops
        uint8[n], marks of sentinels: the search of a set ends where it meets one. Empty: no sentinels.
    horizon
        Draws how far the search of each world goes; None where distance does not matter.
    """

    packed: Packed
    roots: np.ndarray
    candidate_of: np.ndarray
    key: int
    pilot: Pilot
    many: bool
    stops: np.ndarray
    horizon: Horizon | None = None

    @classmethod
    def make(cls, packed: Packed, weights: np.ndarray, candidate_of: np.ndarray, key: int) -> PackedReverse:
        """Look at a few worlds and decide how to search."""
        roots = alias_table(weights)
        pilot = _look(packed, roots, candidate_of, key)
        beyond_cache = packed.rows.records.nbytes + packed.rows.arcs.nbytes > _CACHE_BYTES
        many = beyond_cache and pilot.set_of_member < _LARGE_SET
        if (candidate_of == np.arange(candidate_of.size)).all():
            candidate_of = candidate_of[:0]
        return cls(packed, roots, candidate_of, key, pilot, many, np.empty(0, dtype=np.uint8))

    def weighted(self, weights: np.ndarray) -> PackedReverse:
        """Return the task whose roots are drawn by other node weights; it looks at a few worlds anew."""
        candidate_of = (
            self.candidate_of if self.candidate_of.size else np.arange(weights.size, dtype=np.int32)
        )
        fresh = PackedReverse.make(self.packed, weights, candidate_of, self.key)
        return replace(fresh, horizon=self.horizon)

    def stop_at(self, nodes: np.ndarray) -> PackedReverse:
        """Return the task of the same worlds in which no search goes on from one of the given nodes."""
        stops = np.zeros(self.packed.n_rows, dtype=np.uint8)
        stops[nodes] = 1
        return replace(self, stops=stops, many=False)

    def forgetful(self) -> PackedReverse:
        """Return the task of the same worlds that keeps no members; sets that meet a sentinel still count."""
        nobody = np.full(self.packed.n_rows, -1, dtype=np.int32)
        return replace(self, candidate_of=nobody, pilot=self.pilot._replace(candidates=0.0))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        sizes = np.empty(count, dtype=np.int32)
        members = workspace.take_members(int(1.25 * self.pilot.candidates * count) + 1024)
        limits = None if self.horizon is None else self.horizon.draw(self.key, first, count)
        done = used = 0
        while done < count:
            left = None if limits is None else limits[done:]
            worlds, new = self._run(first + done, count - done, left, sizes[done:], members[used:])
            if worlds == 0:
                larger = np.empty(2 * members.size, dtype=np.int32)
                larger[:used] = members[:used]
                members = larger
            done += worlds
            used += new
        if self.stops.size == 0:
            return Block(sizes, members[:used], int(self.pilot.nodes * count))
        hit = sizes < 0
        sizes[hit] = 0
        return Block(sizes, members[:used], used + count, int(hit.sum()))

    def _run(
        self, first: int, count: int, limits: np.ndarray | None, sizes: np.ndarray, members: np.ndarray
    ) -> tuple[int, int]:
        """Run the chosen kernel; a world that many at once cannot finish is searched alone."""
        from seeding._kernels.reverse import many_worlds, one_world

        fixed = self.packed.rows, self.roots, self.candidate_of, limits
        key = np.uint64(self.key)
        if self.many:
            count = min(count, max(_FEWEST_TOGETHER, int(_NODES_TOGETHER / self.pilot.nodes)))
            arrays = workspace.for_wave(self.packed)
            worlds, used = many_worlds.sample(*fixed, (key, first, count), arrays, sizes, members)
            if worlds:
                return worlds, used
            count = 1
        arrays = workspace.for_search(self.packed)
        stops = (self.stops,) if self.stops.size else ()
        worlds, used = one_world.sample(*fixed, (key, first, count), arrays, sizes, members, *stops)
        return worlds, used


def _look(packed: Packed, roots: np.ndarray, candidate_of: np.ndarray, key: int) -> Pilot:
    """Measure the sets of the first worlds, as far as they fit; at least one does."""
    from seeding._kernels.reverse import one_world

    sizes = np.empty(_PILOT_WORLDS, dtype=np.int32)
    members = np.empty(max(_PILOT_MEMBERS, packed.n_rows), dtype=np.int32)
    everyone = np.empty(0, dtype=np.int32)
    arrays = workspace.for_search(packed)
    first_worlds = np.uint64(key), 0, _PILOT_WORLDS
    worlds, used = one_world.sample(packed.rows, roots, everyone, None, first_worlds, arrays, sizes, members)
    kept = int((candidate_of[members[:used]] >= 0).sum())
    squares = float(np.square(sizes[:worlds].astype(np.float64)).sum())
    return Pilot(used / worlds, kept / worlds, squares / used)
