"""Reverse sampling arc by arc, and the kinds of reverse task there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seeding.diffusion import Horizon
from seeding.network.csr import Csr
from seeding.sampling.cascade_reverse import CourseReverse, PeopleReverse, TimedReverse
from seeding.sampling.packed_reverse import PackedReverse
from seeding.sampling.roots import Block, Roots, make_roots


@dataclass(frozen=True, eq=False)
class ReverseTask:
    """Samples the RR sets of a range of worlds arc by arc; a plain value for any executor."""

    into: Csr
    roots: Roots
    candidate_of: np.ndarray
    key: int
    horizon: Horizon | None = None

    def weighted(self, weights: np.ndarray) -> ReverseTask:
        """Return the task whose roots are drawn by other node weights."""
        return replace(self, roots=make_roots(weights))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse.arc_by_arc import ic_rr_sets

        done, visited = 0, 0
        sizes = np.empty(count, dtype=np.int32)
        parts = []
        room = max(4 * count, 1 << 12)
        limits = None if self.horizon is None else self.horizon.draw(self.key, first, count)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used, nodes = ic_rr_sets(
                self.into,
                self.roots,
                self.candidate_of,
                None if limits is None else limits[done:],
                np.uint64(self.key),
                first + done,
                sizes[done:],
                members,
            )
            done, visited, room = done + now, visited + nodes, 2 * room
            parts.append(members[:used].copy())
        return Block(sizes, parts[0] if len(parts) == 1 else np.concatenate(parts), visited)


Task = ReverseTask | PackedReverse | CourseReverse | PeopleReverse | TimedReverse
