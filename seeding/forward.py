"""Simulation where a cascade is more than independent arcs of one step each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seeding import scratch
from seeding.course import Course, Ways, people_of

# What is reached is told step by step; the last one stands for all that follow.
STEPS = 33


@dataclass(frozen=True, eq=False)
class CourseForward:
    """What the kernels need to simulate a course; a plain value.

    Attributes
    ----------
    course
        How the cascade runs.
    ways
        The out-arcs.
    weights
        What each node counts.
    worth
        What counts at each time; see `Course.worth`.
    """

    course: Course
    ways: Ways
    weights: np.ndarray
    worth: tuple[np.ndarray, np.ndarray, float, float] = field(repr=False)

    @classmethod
    def make(cls, course: Course, weights: np.ndarray) -> CourseForward:
        """Prepare the simulation; refuses weights by which one person counts in two ways."""
        people_of(course.network, weights)
        return cls(course, course.ways(backwards=False), weights, course.worth())

    @property
    def fixed(self) -> tuple[object, ...]:
        """The first arguments of the kernels."""
        network = self.course.network
        person = np.empty(0, dtype=np.int32) if network.person is None else network.person
        return tuple(self.ways), self.course.meeting, self.weights, person

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
        return *scratch.for_cascades(n, persons), np.zeros(3 + self.steps)
