"""Reverse sampling where a cascade is more than independent arcs of one step each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from seeding.diffusion import Horizon
from seeding.network.cascade import Course, People, Ways, people_of
from seeding.network.packed_rows import PACKED_FROM_ARCS, Packed, alias_table, pack
from seeding.sampling import workspace
from seeding.sampling.roots import Block, Roots, make_roots

_FAR = 1 << 62
_FIRST_ROOM = 1 << 12


@dataclass(frozen=True, eq=False)
class Limits:
    """Draws how far each world's RR set goes, in steps or in time; a plain value.

    Attributes
    ----------
    horizon
        Where distance counts in steps; None otherwise.
    deadline, discount
        Where it counts in time: Pr[H ≥ t] = discount^t up to the deadline.
    """

    horizon: Horizon | None
    deadline: float = np.inf
    discount: float = 1.0

    @classmethod
    def of(cls, course: Course) -> Limits:
        """Prepare the drawing."""
        if course.timed:
            _, _, deadline, discount = course.worth()
            return cls(None, deadline, discount)
        return cls(Horizon.of(course.model, course.network.n_nodes))

    @property
    def unlimited(self) -> bool:
        """Whether sets always go as far as they can."""
        return self.horizon is None and self.deadline == np.inf and self.discount == 1.0

    def draw(self, key: int, first: int, count: int) -> np.ndarray:
        """Draw the limits of worlds ``first … first + count − 1``: float64, below 0 for an empty set."""
        if self.horizon is not None:
            return self.horizon.draw(key, first, count).astype(np.float64)
        limits = np.full(count, self.deadline)
        if self.discount < 1.0:
            from seeding._kernels.randomness.coins import draw_each

            draw_each(np.uint64(key), first, limits)
            with np.errstate(divide="ignore"):
                limits = np.minimum(np.log(limits) / np.log(self.discount), self.deadline)
        return limits


@dataclass(frozen=True, eq=False)
class CourseReverse:
    """Samples the RR sets of a range of worlds arc by arc; a plain value for any executor."""

    course: Course
    ways: Ways
    people: People
    roots: Roots
    candidate_of: np.ndarray
    key: int
    limits: Limits

    @classmethod
    def make(cls, course: Course, weights: np.ndarray, candidate_of: np.ndarray, key: int) -> CourseReverse:
        """Prepare sampling."""
        limits = Limits.of(course)
        timed = course.timed and not limits.unlimited
        ways = course.ways(backwards=True, timed=timed)
        people = people_of(course.network, weights)
        return cls(course, ways, people, make_roots(people.weights), candidate_of, key, limits)

    def weighted(self, weights: np.ndarray) -> CourseReverse:
        """Return the task whose roots are drawn by other node weights."""
        people = people_of(self.course.network, weights)
        return replace(self, people=people, roots=make_roots(people.weights))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse.cascade import course_rr_sets

        n = self.course.network.n_nodes
        limits = self.limits.draw(self.key, first, count)
        arrays = workspace.for_course(n)
        active = marks_of(self.course.network.active, n)
        sizes, parts = np.empty(count, dtype=np.int32), []
        done, visited, room = 0, 0, max(4 * count, _FIRST_ROOM)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used, nodes = course_rr_sets(
                tuple(self.ways),
                self.course.meeting and self.ways.delay.size > 0,
                tuple(self.roots),
                (self.people.indptr, self.people.nodes),
                active,
                self.candidate_of,
                limits[done:],
                (np.uint64(self.key), first + done),
                arrays,
                sizes[done:],
                members,
            )
            done, visited, room = done + now, visited + nodes, 2 * room
            parts.append(members[:used].copy())
        return Block(sizes, parts[0] if len(parts) == 1 else np.concatenate(parts), visited)


@dataclass(frozen=True, eq=False)
class PeopleReverse:
    """Samples RR sets of persons, exposure and an organic start over packed rows; a plain value.

    A set that meets a node that `sentinels` (uint8[n]; empty: none) marks, and nobody who is active anyway,
    is only counted.
    """

    course: Course
    packed: Packed
    last: Packed | None
    people: People
    roots: np.ndarray
    candidate_of: np.ndarray
    key: int
    limits: Limits
    sentinels: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.uint8))

    @classmethod
    def make(cls, course: Course, weights: np.ndarray, candidate_of: np.ndarray, key: int) -> PeopleReverse:
        """Prepare sampling; where nobody sees without engaging the last step is like all others."""
        into = course.network.into
        packed = pack(into)
        exposure = course.ways(backwards=True, timed=False).exposure
        last = pack(into._replace(probability=exposure)) if exposure.size else None
        people = people_of(course.network, weights)
        roots = alias_table(people.weights)
        return cls(course, packed, last, people, roots, candidate_of, key, Limits.of(course))

    def weighted(self, weights: np.ndarray) -> PeopleReverse:
        """Return the task whose roots are drawn by other node weights."""
        people = people_of(self.course.network, weights)
        return replace(self, people=people, roots=alias_table(people.weights))

    def stop_at(self, nodes: np.ndarray) -> PeopleReverse:
        """Return the task of the same worlds in which sets with one of the given nodes are only counted."""
        return replace(self, sentinels=marks_of(nodes, self.course.network.n_nodes))

    def forgetful(self) -> PeopleReverse:
        """Return the task of the same worlds that keeps no members; sets that meet a sentinel still count."""
        return replace(self, candidate_of=np.full(self.course.network.n_nodes, -1, dtype=np.int32))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse.persons import sample_people

        limits = None
        if not self.limits.unlimited:
            drawn = self.limits.draw(self.key, first, count)
            limits = np.where(np.isfinite(drawn), drawn, _FAR).astype(np.int64)
        network = self.course.network
        last = self.last
        arrays = workspace.for_search(max(self.packed, last or self.packed, key=lambda one: one.most_picks))
        stops = marks_of(network.active, network.n_nodes) if network.active.size else None
        sizes, parts = np.empty(count, dtype=np.int32), []
        sentinels = self.sentinels if self.sentinels.size else None
        done, visited, room = 0, 0, max(8 * count, network.n_nodes, _FIRST_ROOM)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used, nodes = sample_people(
                self.packed.rows,
                None if last is None else last.rows,
                self.roots,
                (self.people.indptr, self.people.nodes),
                self.candidate_of,
                None if limits is None else limits[done:],
                (np.uint64(self.key), first + done, count - done),
                arrays,
                sizes[done:],
                members,
                stops,
                sentinels,
            )
            done, visited, room = done + now, visited + nodes, 2 * room
            parts.append(members[:used].copy())
        members = parts[0] if len(parts) == 1 else np.concatenate(parts)
        given = np.flatnonzero(sizes < 0)
        sizes[given] = 0
        return Block(sizes, members, visited, given.size)


@dataclass(frozen=True, eq=False)
class TimedReverse:
    """Samples RR sets in the order of time over packed rows; a plain value."""

    course: Course
    packed: Packed
    last: Packed
    delay: np.ndarray
    people: People
    roots: np.ndarray
    candidate_of: np.ndarray
    key: int
    limits: Limits

    @classmethod
    def make(cls, course: Course, weights: np.ndarray, candidate_of: np.ndarray, key: int) -> TimedReverse:
        """Prepare sampling: rows of numbers of arcs."""
        ways = course.ways(backwards=True)
        numbered = course.network.into._replace(indices=np.arange(ways.indices.size, dtype=np.int32))
        packed = pack(numbered)
        last = pack(numbered._replace(probability=ways.exposure)) if ways.exposure.size else packed
        people = people_of(course.network, weights)
        roots, limits = alias_table(people.weights), Limits.of(course)
        return cls(course, packed, last, ways.delay, people, roots, candidate_of, key, limits)

    def weighted(self, weights: np.ndarray) -> TimedReverse:
        """Return the task whose roots are drawn by other node weights."""
        people = people_of(self.course.network, weights)
        return replace(self, people=people, roots=alias_table(people.weights))

    def __call__(self, first: int, count: int) -> Block:
        """Sample worlds ``first … first + count − 1``."""
        from seeding._kernels.reverse.in_time import sample_timed

        network, course = self.course.network, self.course
        limits = self.limits.draw(self.key, first, count)
        largest = max(self.packed, self.last, key=lambda one: one.most_picks)
        search, (_, _, picks) = workspace.for_course(network.n_nodes), workspace.for_search(largest)
        sizes, parts = np.empty(count, dtype=np.int32), []
        done, total, room = 0, 0, max(8 * count, network.n_nodes, _FIRST_ROOM)
        while done < count:
            members = np.empty(room, dtype=np.int32)
            now, used = sample_timed(
                self.packed.rows,
                self.last.rows,
                (network.into.indices, self.delay, course.meeting),
                self.roots,
                (self.people.indptr, self.people.nodes),
                self.candidate_of,
                limits[done:],
                (np.uint64(self.key), first + done, count - done),
                search,
                picks,
                sizes[done:],
                members,
                marks_of(network.active, network.n_nodes),
            )
            done, total, room = done + now, total + used, 2 * room
            parts.append(members[:used].copy())
        members = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return Block(sizes, members, total + count)


def reverse_task(
    course: Course, weights: np.ndarray, candidate_of: np.ndarray, key: int
) -> CourseReverse | PeopleReverse | TimedReverse:
    """Choose how to sample: over packed rows on large networks, unless thresholds forbid it."""
    network = course.network
    waits = course.timed and not Limits.of(course).unlimited
    if course.low_in.size > 0 or network.n_arcs < PACKED_FROM_ARCS:
        return CourseReverse.make(course, weights, candidate_of, key)
    return (TimedReverse if waits else PeopleReverse).make(course, weights, candidate_of, key)


def marks_of(nodes: np.ndarray, n_nodes: int) -> np.ndarray:
    """Mark nodes; an empty array where there are none."""
    marks = np.zeros(n_nodes if nodes.size else 0, dtype=np.uint8)
    marks[nodes] = 1
    return marks
