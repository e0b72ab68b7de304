"""Simulation where a cascade is more than independent arcs of one step each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seeding.network.cascade import Course, Ways, people_of
from seeding.network.packed_rows import PACKED_FROM_ARCS, RECORD, Packed, Rows, pack
from seeding.sampling import workspace

# What is reached is told step by step; the last one stands for all that follow.
STEPS = 33
_NO_ROWS = Rows(np.empty(0, dtype=RECORD), np.empty(0, dtype=np.int32))


@dataclass(frozen=True, eq=False)
class CourseForward:
    """What the kernels need to simulate a course; a plain value.

    Attributes
    ----------
    course
        How the cascade runs.
    ways
        The out-arcs.
    packed
        Rows from which the live arcs of a node are drawn at once; None on small networks, and for thresholds,
        which belong to whom an arc leads to.
    weights
        What each node counts.
    worth
        What counts at each time; see `Course.worth`.
    stepwise
        Whether steps are told also where nothing else depends on them.
    """

    course: Course
    ways: Ways
    packed: Packed | None
    weights: np.ndarray
    worth: tuple[np.ndarray, np.ndarray, float, float] = field(repr=False)
    stepwise: bool = False

    @classmethod
    def make(cls, course: Course, weights: np.ndarray) -> CourseForward:
        """Prepare the simulation; refuses weights by which one person counts in two ways."""
        people_of(course.network, weights)
        ways = course.ways(backwards=False)
        return cls(course, ways, _pack_large(course, ways), weights, course.worth())

    @property
    def fixed(self) -> tuple[object, ...]:
        """The first arguments of the kernels."""
        network = self.course.network
        person = np.empty(0, dtype=np.int32) if network.person is None else network.person
        return tuple(self.ways), self._drawn, self.course.meeting, self.weights, person

    @property
    def _drawn(self) -> tuple[object, ...]:
        """What live arcs are drawn from, on this thread; see `seeding._kernels.forward.cascade`."""
        still = not (self.stepwise or self.course.timed or self.course.model.counts_distance)
        if self.packed is None:
            return *_NO_ROWS, np.empty((0, 3), dtype=np.int64), False
        return *self.packed.rows, workspace.for_search(self.packed)[2], still

    @property
    def steps(self) -> int:
        """How many steps are told one by one; the last stands for all that follow."""
        values, _, last, _ = self.worth
        if values.size:
            return min(values.size, STEPS)
        return int(min(last + 1, STEPS))

    def scratch(self) -> tuple[object, ...]:
        """Provide what one thread writes on."""
        network = self.course.network
        n = network.n_nodes
        persons = n if network.person is None else int(network.person.max()) + 1
        return *workspace.for_cascades(n, persons), np.zeros(3 + self.steps)


def tells_steps(course: Course) -> bool:
    """Tell whether a simulation says what is reached by each step without being asked to."""
    return course.timed or course.model.counts_distance or not _draws_rows(course)


def _draws_rows(course: Course) -> bool:
    """Tell whether the live arcs of a node are drawn at once."""
    return course.low_in.size == 0 and course.network.out.indices.size >= PACKED_FROM_ARCS


def _pack_large(course: Course, ways: Ways) -> Packed | None:
    """Pack the numbers of a large network's arcs, by the chance that somebody sees the message by them."""
    if not _draws_rows(course):
        return None
    out = course.network.out
    chance = ways.exposure if ways.exposure.size else ways.probability
    return pack(out._replace(indices=np.arange(out.indices.size, dtype=np.int32), probability=chance))
