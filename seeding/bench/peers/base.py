"""What every adapter is given, and what it gives back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from seeding.bench.case import Case, Instance


class Arrays(NamedTuple):
    """A network and its prices as plain arrays; nodes are 0 … n − 1.

    Attributes
    ----------
    indptr, target, probability
        The out-arcs by node: those of u are entries ``indptr[u]:indptr[u + 1]``; distinct, no loops.
    weights
        What reaching each node is worth.
    candidates, costs
        Who can be bought, for how much (minor units).
    """

    indptr: np.ndarray
    target: np.ndarray
    probability: np.ndarray
    weights: np.ndarray
    candidates: np.ndarray
    costs: np.ndarray

    @property
    def n(self) -> int:
        """Number of nodes."""
        return int(self.weights.size)

    @property
    def source(self) -> np.ndarray:
        """Source of each arc."""
        return np.repeat(np.arange(self.n), np.diff(self.indptr))

    @classmethod
    def of(cls, instance: Instance) -> Arrays:
        """Take the arrays of an instance; everybody is a candidate at cost 1 where it has no roster."""
        network, roster = instance
        if roster is None:
            nodes, costs = np.arange(network.n_nodes), np.ones(network.n_nodes, dtype=np.int64)
        else:
            nodes, costs = network.index(roster.candidates), roster.costs
        return cls(*network.out, network.weights, nodes, costs)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the arrays to an .npz file."""
        with Path(path).open("wb") as file:
            np.savez(file, **self._asdict())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Arrays:
        """Read the arrays from an .npz file."""
        with np.load(path) as file:
            return cls(**{name: file[name] for name in cls._fields})


class Task(NamedTuple):
    """What is asked: limits in minor units, the key, and threads.

    Seconds and bytes (of samples) are for methods that can stop by themselves, before they are ended.
    """

    k: int | None
    budget: int | None
    key: int
    threads: int
    time_limit: float
    memory_limit: int

    @classmethod
    def of(cls, case: Case, instance: Instance, key: int, threads: int) -> Task:
        """State the limits of a case; everybody costs 1 where there is no roster."""
        decimals = 0 if instance.roster is None else instance.roster.decimals
        budget = None if case.budget is None else int(case.budget.scaleb(decimals))
        return cls(case.k, budget, key, threads, case.effort.time_limit, case.effort.memory_limit // 2)

    def head_count(self) -> int:
        """Return k, for methods that know no budget."""
        if self.k is None or self.budget is not None:
            raise ValueError("this method chooses k seeds and knows no budget")
        return self.k


class Answer(NamedTuple):
    """What a method chose: node indices, what it claims of them, and when they were final.

    Attributes
    ----------
    seeds
        Chosen nodes; in order of choice where the method tells it.
    choosing_seconds
        Time until the seeds were final; certifying or measuring them may follow.
    claimed_reach, claimed_ratio
        Expected reach, and share of the best possible, as the method or its package reports them.
    claimed_from
        Simulations behind `claimed_reach`, where it comes from simulations.
    stopped
        Why our own methods ended.
    """

    seeds: list[int]
    choosing_seconds: float
    claimed_reach: float | None = None
    claimed_ratio: float | None = None
    claimed_from: int | None = None
    stopped: str | None = None


class Peer(Protocol):
    """An adapter; made with the settings of its method, in a process of its own."""

    threaded: ClassVar[bool]

    def load(self) -> None:
        """Import the package; not timed."""
        ...

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Compile or load what the task will run, on this very input; not timed."""
        ...

    def build(self, arrays: Arrays) -> Any:
        """Make the package's own network."""
        ...

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Choose seeds."""
        ...
