"""What every selection method is given, and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime.clock import Clock
from seeding._runtime.executors import Workers
from seeding._runtime.progress import Progress
from seeding._runtime.rng import derive
from seeding.diffusion import Model
from seeding.errors import InfeasibleError
from seeding.network.network import Network
from seeding.plan.estimate import Certificate
from seeding.plan.plan import Phase, Stopped
from seeding.rules.compiling import Terms
from seeding.rules.feasible import find_start
from seeding.rules.limits import Limits
from seeding.rules.program import Offers, Program
from seeding.sampling.acceptance import EVERYBODY
from seeding.simulation.competition import Duel
from seeding.simulation.propagation import Propagation, Seeds, propagation_of
from seeding.simulation.reachability import Reachability
from seeding.simulation.simulation import Task

# Stages of a plan never share randomness: each draws from a key of its own.
STAGES = {"select": 1, "certify": 2, "evaluate": 3, "simulate": 4, "shuffle": 5}


class Earlier(NamedTuple):
    """Seeds of an earlier plan, who are kept where that costs hardly any reach.

    Attributes
    ----------
    rows, persons
        All offers to them, and the number of the person behind each.
    precision
        The part of the coverage that may be given up for them.
    salt
        Which earlier seeds they are: the judging sample is another one for others.
    absent
        Labels of those who cannot be had any more.
    """

    rows: np.ndarray
    persons: np.ndarray
    precision: float
    salt: int
    absent: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Problem:
    """Whom one may choose, within which limits, and how sure one wants to be.

    Attributes
    ----------
    network, model
        Where and how the message spreads.
    nodes, costs
        Node index and cost (minor units) of each candidate, int64.
    limits
        Budget and head count.
    key
        The key of the whole run; see `stage_key`.
    gap, delta
        Stop when the certified ratio is at least 1 − `gap`, wrong with probability at most `delta`.
    memory_limit
        Bytes that samples may take.
    workers, progress, clock
        Where work runs, who is told of it, and how long it may take.
    phases
        Record of the work; methods append to it.
    terms
        Offers and rules; None where candidates are offers and there are no rules.
    accept
        How likely each candidate accepts; empty where all do.
    duel
        Bad news that travels further, or a rival's seeds: only forward simulation tells what is reached.
    decimals
        A cost of 1 is ``10**decimals`` minor units.
    chance
        Where it is below 1, RR sets are drawn from worlds only in which some candidate accepts, whose
        probability this is; the network's weights are multiplied by it (`reachable.within_reach`).
    earlier
        Seeds to keep where they can be; None: there is no earlier plan.
    """

    network: Network
    model: Model
    nodes: np.ndarray
    costs: np.ndarray
    limits: Limits
    key: int
    gap: float
    delta: float
    memory_limit: int
    workers: Workers
    progress: Progress
    clock: Clock
    phases: list[Phase] = field(default_factory=list)
    terms: Terms | None = None
    accept: np.ndarray = field(default_factory=lambda: EVERYBODY)
    duel: Duel | None = None
    chance: float = 1.0
    decimals: int = 0
    earlier: Earlier | None = None

    @cached_property
    def offers(self) -> Offers:
        """What can be bought; the candidates alone where no rule says otherwise."""
        return Offers.alone(self.costs) if self.terms is None else self.terms.offers

    @cached_property
    def program(self) -> Program:
        """Which choices of offers are allowed."""
        return Program.plain(self.costs, self.limits) if self.terms is None else self.terms.program

    @cached_property
    def cheapest(self) -> np.ndarray:
        """The cheapest allowed choice that was found; nobody, where every part of an allowed choice is."""
        start = find_start(self.program, -self.program.costs, self.clock)
        if start is None:
            raise InfeasibleError("no choice keeps all the rules.")
        return start

    def within(self, limits: Limits) -> Problem:
        """Return the same problem with other limits on money and heads."""
        terms = self.terms
        if terms is not None:
            terms = terms._replace(program=replace(terms.program, limits=limits))
        return replace(self, limits=limits, terms=terms)

    def seeded(self, order: np.ndarray) -> np.ndarray:
        """Return the candidates that some offers seed, in their order."""
        return order if self.offers.plain else self.offers.seeded(order)

    def stage_key(self, stage: str) -> int:
        """Return the key of one stage.

        Earlier seeds may have been chosen with the same key, so that the judging sample of that key had a
        part in which they are. They are judged by another one.
        """
        own = () if self.earlier is None or stage != "certify" else (self.earlier.salt,)
        return derive(self.key, STAGES[stage], *own)

    def accept_of(self, candidates: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return how likely some candidates accept; empty where all do."""
        return self.accept[np.asarray(candidates, dtype=np.int64)] if self.accept.size else self.accept

    @property
    def candidates(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
        """What a sampler must know: nodes, who accepts, whose coin answers, and if somebody surely does."""
        return self.nodes, self.accept, self.creators, self.chance < 1

    @cached_property
    def creators(self) -> np.ndarray:
        """The node whose coin answers for each candidate: one for all nodes of a person."""
        return self.network.one_of(self.nodes)

    @cached_property
    def propagation(self) -> Propagation:
        """How the message spreads: what simulates it, and what RR sets can tell of it."""
        return propagation_of(self.network, self.model, self.duel)

    def seeds(self, candidates: np.ndarray) -> Seeds:
        """Return some candidates as seeds: their nodes, who accepts, and whose coins say so."""
        return Seeds(self.nodes[candidates], self.accept_of(candidates), self.creators[candidates])

    def fresh_worlds(self, candidates: np.ndarray) -> Task:
        """Prepare the simulation that measures what some candidates reach, whom nobody chose by it."""
        return self.propagation.forward(
            self.seeds(candidates), self.stage_key("evaluate"), self.workers.threads
        )

    def reachability(self, candidates: np.ndarray) -> Reachability:
        """Say whom some candidates may reach, and how likely at least."""
        return self.propagation.reachability(self.seeds(candidates))

    @cached_property
    def node_weights(self) -> np.ndarray:
        """What each candidate counts for certain for being seeded, nobody else reached; sums are certain too.

        Nothing, where two candidates may be one person, or somebody active anyway reaches them.
        """
        if self.network.person is not None or self.network.active.size:
            return np.zeros(self.nodes.size)
        weights: np.ndarray = self.network.weights[self.nodes] * (self.model.at_seed / self.chance)
        return weights * self.accept if self.accept.size else weights

    def own_weight(self, candidates: np.ndarray) -> float:
        """Return what some candidates count on average, nobody else reached; each creator's best offer once.

        All offers to a creator are answered by one coin, so the likeliest one says whether anybody is seeded.
        """
        creators, weights = self.creators[candidates], self.node_weights[candidates]
        order = np.lexsort((-weights, creators))
        first = np.diff(creators[order], prepend=-1) != 0
        return float(weights[np.sort(order[first])].sum())

    @contextmanager
    def phase(self, name: str) -> Iterator[list[str]]:
        """Time a phase and record it; the caller appends words to the list it gets.

        A phase within a phase is recorded after it, and its time is its own only, so that times add up.
        """
        words: list[str] = []
        before, start = len(self.phases), time.monotonic()
        try:
            yield words
        finally:
            within = sum(phase.seconds for phase in self.phases[before:])
            own = time.monotonic() - start - within
            self.phases.insert(before, Phase(name, "; ".join(words), own))


@dataclass(frozen=True, eq=False)
class Choice:
    """What a method chose.

    Attributes
    ----------
    order
        Chosen candidates (indices), in order of choice.
    stopped
        Why the search ended.
    certificate
        How good the choice is; None where the method did not say.
    method, reason
        What was run and why, where that was decided on the way; None where it is as `pick` said.
    found
        What the objective needs again to say what was proven; None where the certificate says it.
    """

    order: np.ndarray
    stopped: Stopped
    certificate: Certificate | None = None
    method: str | None = None
    reason: str | None = None
    found: Any = None


def start_of(problem: Problem, worth: np.ndarray) -> np.ndarray:
    """Find an allowed choice to grow from; see `find_start`.

    Raises
    ------
    InfeasibleError
        If there is none. `optimize` explains that before it begins.
    """
    start = find_start(problem.program, worth, problem.clock, problem.cheapest)
    if start is None:
        raise InfeasibleError("no choice keeps all the rules.")
    return start


def fill_head_count(order: np.ndarray, problem: Problem) -> np.ndarray:
    """Add candidates that gain nothing on the sample until k are chosen, where no budget says stop.

    Someone who asks for k seeds gets k: the sample missed only how little these add. The heaviest nodes
    come first, then who comes first in the network.
    """
    limits = problem.limits
    if limits.budget is not None or limits.k is None or order.size >= limits.k:
        return order
    rank = np.lexsort((problem.nodes, -problem.node_weights))
    rest = rank[~np.isin(rank, problem.seeded(order))]
    if problem.program.is_plain:
        return np.concatenate([order, rest[: limits.k - order.size]])
    for offer in rest:
        if order.size >= limits.k:
            break
        longer = np.append(order, offer)
        if problem.program.allows(longer):
            order = longer
    return order
