"""How a message spreads on one network: each kind of cascade owns whatever depends on its kind.

A question asks `propagation_of` once network, message, audience and rivals are settled. From there on forward
simulation, RR sets, what is known of the reach beforehand, refusals, and what a plan says of it are asked of
the propagation: nobody else looks at the model or at the parts of a network to decide how to simulate. A new
kind of cascade is a class here, its description in `seeding.diffusion`, and its kernel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from seeding._runtime.executors import Workers
from seeding.diffusion import Horizon, IndependentCascade, Model, check_coverable
from seeding.network.cascade import Course
from seeding.network.network import Network
from seeding.network.packed_rows import Packed, pack_if_large
from seeding.plan.sections import Curve, Engaged, Negative, RivalReach, Section
from seeding.sampling.acceptance import EVERYBODY, NONE
from seeding.sampling.cascade_reverse import reverse_task
from seeding.sampling.packed_reverse import PackedReverse
from seeding.sampling.reverse_task import ReverseTask
from seeding.sampling.reverse_task import Task as Reverse
from seeding.sampling.roots import make_roots
from seeding.sampling.rr_sets import RRSampler
from seeding.simulation.cascade_forward import STEPS, CourseForward, tells_steps
from seeding.simulation.competition import Duel, refuse_where_not_played
from seeding.simulation.competition_simulation import DuelTask
from seeding.simulation.measuring import Spread
from seeding.simulation.prefixes import with_prefixes
from seeding.simulation.reachability import Reachability
from seeding.simulation.simulation import ForwardTask, Task


class Seeds(NamedTuple):
    """Seeds in order: nodes, how likely each takes part (empty: all do), and the nodes whose coins say so."""

    nodes: np.ndarray
    accept: np.ndarray
    creators: np.ndarray


class Propagation(Protocol):
    """One kind of cascade on one network."""

    @property
    def cause(self) -> str:
        """What RR sets cannot weigh, in the words of the arguments; "" where they tell what is reached."""

    @property
    def no_guarantee(self) -> str:
        """Why no choice has a guarantee; "" where RR sets tell what is reached."""

    def excluded(self, nodes: np.ndarray) -> np.ndarray:
        """Return which candidates, given by node, may not be chosen."""

    def forward(self, seeds: Seeds, key: int, threads: int = 1) -> Task:
        """Prepare the simulation of seeds, in their order."""

    def by_step(self, seeds: Seeds, key: int, threads: int = 1) -> Task | None:
        """Prepare a simulation that tells what is reached by each step; None where `forward` tells it."""

    def without_plan(self) -> SteppedCascade | None:
        """Return the same cascade in which nobody is active anyway; None where nobody is."""

    def complete(self, spread: Spread, task: Task, workers: Workers) -> Spread:
        """Add what the first 1, 2, … seeds reach, where the simulation of all of them does not tell."""

    def reverse(self, candidate_of: np.ndarray, key: int, threads: int = 1) -> Reverse:
        """Prepare the sampling of RR sets.

        Raises
        ------
        InputError
            If RR sets cannot tell what is reached.
        """

    def reachability(self, seeds: Seeds) -> Reachability:
        """Say whom seeds may reach, and how likely at least."""

    def sections(self, spread: Spread) -> list[Section]:
        """Make the sections of a plan that this kind of cascade gives rise to."""

    def provenance(self) -> dict[str, Any]:
        """Return what a plan records of it beside the model."""


@dataclass(frozen=True, eq=False)
class _Coverable:
    """Reach is coverage: RR sets tell it, one simulation tells every prefix, and everybody may be chosen."""

    network: Network
    model: Model
    cause = ""
    no_guarantee = ""

    def excluded(self, _nodes: np.ndarray) -> np.ndarray:
        """Return nobody."""
        return np.empty(0, dtype=np.int64)

    def without_plan(self) -> SteppedCascade | None:
        """Return nothing."""
        return None

    def complete(self, spread: Spread, _task: Task, _workers: Workers) -> Spread:
        """Return the spread as it is."""
        return spread

    def reachability(self, seeds: Seeds) -> Reachability:
        """Say whom seeds may reach, and how likely at least."""
        return Reachability(self.network, self.model, seeds.nodes, seeds.accept)

    def sections(self, spread: Spread) -> list[Section]:
        """Say what is reached by each step, and who ends up negative, where steps matter."""
        if not self.model.counts_distance:
            return []
        return [Curve.of(spread), *Negative.of(spread, self.model.quality)]

    def provenance(self) -> dict[str, Any]:
        """Return nothing: the model says it all."""
        return {}


@dataclass(frozen=True, eq=False)
class PlainCascade(_Coverable):
    """Independent arcs of one step each; what somebody counts may fall with the distance from the seeds."""

    def forward(self, seeds: Seeds, key: int, threads: int = 1) -> ForwardTask:
        """Prepare the simulation: over packed rows on large networks, unless distance counts."""
        network, model = self.network, self.model
        plain = ForwardTask(network.out, network.weights, seeds.nodes, key, seeds.accept, seeds.creators)
        if model.counts_distance:
            n = network.n_nodes
            return replace(plain, values=model.values(n), against=model.against(n))
        return replace(plain, out=pack_if_large(network.out, threads))

    def by_step(self, seeds: Seeds, key: int, threads: int = 1) -> Task | None:
        """Prepare it where distance does not count; on small networks in the worlds of `forward`."""
        if self.model.counts_distance:
            return None
        n, task = self.network.n_nodes, self.forward(seeds, key, threads)
        if isinstance(task.out, Packed):
            return replace(task, steps=min(n, STEPS))
        return replace(task, values=self.model.values(n), against=self.model.against(n))

    def reverse(self, candidate_of: np.ndarray, key: int, threads: int = 1) -> Reverse:
        """Prepare the sampling: over packed rows on large networks."""
        check_coverable(self.model, "a sample of RR sets")
        into, weights = pack_if_large(self.network.into, threads), self.network.weights
        task = (
            PackedReverse.make(into, weights, candidate_of, key)
            if isinstance(into, Packed)
            else ReverseTask(into, make_roots(weights), candidate_of, key)
        )
        return replace(task, horizon=Horizon.of(self.model, self.network.n_nodes))


@dataclass(frozen=True, eq=False)
class SteppedCascade(_Coverable):
    """A cascade with delays, exposure, persons, an organic start or thresholds."""

    course: Course

    def forward(self, seeds: Seeds, key: int, threads: int = 1) -> Task:  # noqa: ARG002 — packing is the course's
        """Prepare the simulation, step by step."""
        return self._forward(seeds, key)

    def by_step(self, seeds: Seeds, key: int, threads: int = 1) -> Task | None:  # noqa: ARG002
        """Prepare it in the worlds of `forward`, where that one passes over steps."""
        return None if tells_steps(self.course) else self._forward(seeds, key, stepwise=True)

    def without_plan(self) -> SteppedCascade | None:
        """Return it with a course of its own, so that its worlds are the same."""
        if not self.network.active.size:
            return None
        network = replace(self.network, active=self.network.active[:0])
        return SteppedCascade(network, self.model, replace(self.course, network=network))

    def _forward(self, seeds: Seeds, key: int, stepwise: bool = False) -> ForwardTask:
        network = self.network
        plain = ForwardTask(network.out, network.weights, seeds.nodes, key, seeds.accept, seeds.creators)
        course = CourseForward.make(self.course, network.weights)
        return replace(plain, course=replace(course, stepwise=stepwise))

    def reverse(self, candidate_of: np.ndarray, key: int, threads: int = 1) -> Reverse:  # noqa: ARG002
        """Prepare the sampling."""
        return reverse_task(self.course, self.network.weights, candidate_of, key)

    def sections(self, spread: Spread) -> list[Section]:
        """Say likewise wherever the simulation tells steps; and how many pass the message on."""
        network = self.network
        found: list[Section] = super().sections(spread)
        if not found and tells_steps(self.course):
            found = [Curve.of(spread, trimmed=network.delays is None)]
        organic = network.active.size > 0
        return [*found, *([Engaged.of(spread, organic)] if network.exposure is not None else [])]


@dataclass(frozen=True, eq=False)
class Competition:
    """Bad news that travels further, or a rival's seeds: played step by step, without RR sets."""

    network: Network
    model: Model
    duel: Duel

    @property
    def cause(self) -> str:
        """What the campaign is up against, in the words of the arguments."""
        return self.duel.cause

    @property
    def no_guarantee(self) -> str:
        """Why no choice has a guarantee."""
        return self.duel.no_guarantee

    def excluded(self, nodes: np.ndarray) -> np.ndarray:
        """Return the candidates who are the rival's seeds: who posts for them does not post for us."""
        return self.duel.taken(nodes)

    def forward(self, seeds: Seeds, key: int, threads: int = 1) -> Task:  # noqa: ARG002 — nothing is packed
        """Prepare the simulation of all sides."""
        return DuelTask.make(self.network, seeds.nodes, key, self.model, self.duel, seeds.accept)

    def by_step(self, _seeds: Seeds, _key: int, _threads: int = 1) -> Task | None:
        """Return nothing: campaigns are played step by step."""
        return None

    def without_plan(self) -> SteppedCascade | None:
        """Return nothing: an organic start is not played."""
        return None

    def complete(self, spread: Spread, task: Task, workers: Workers) -> Spread:
        """Play every prefix of the seeds in the first worlds."""
        return with_prefixes(spread, task, workers) if isinstance(task, DuelTask) else spread

    def reverse(self, candidate_of: np.ndarray, key: int, threads: int = 1) -> Reverse:  # noqa: ARG002
        """Refuse: RR sets do not know who comes first."""
        check_coverable(self.model, "a sample of RR sets")
        raise TypeError(f"RR sets cannot weigh {self.cause}")

    def reachability(self, seeds: Seeds) -> Reachability:
        """Say whom seeds may reach, and how likely at least; a rival's seeds are never ours."""
        return Reachability(
            self.network, self.model, seeds.nodes, seeds.accept, self.duel.rivals, literal=True
        )

    def sections(self, spread: Spread) -> list[Section]:
        """Say what each side has by each step, who ends up negative, and what the rival reaches."""
        rival = [RivalReach.of(spread)] if self.duel.rivals.size else []
        curve = Curve.of(spread, negative=self.model.quality < 1, rival=bool(rival))
        return [curve, *Negative.of(spread, self.model.quality), *rival]

    def provenance(self) -> dict[str, Any]:
        """Return the rival's seeds and the tie rule."""
        return self.duel.asked()


def propagation_of(
    network: Network, model: Model, duel: Duel | None = None
) -> PlainCascade | SteppedCascade | Competition:
    """Choose how cascades are simulated; here and nowhere else.

    Parameters
    ----------
    network, model
        Where and how the message spreads.
    duel
        What the campaign is up against; None: nothing.

    Raises
    ------
    InputError
        If the parts of the network, the model and the rival do not go together.
    """
    if duel is not None:
        refuse_where_not_played(duel.cause or "counting the sides", network)
        return Competition(network, model, duel)
    course = Course.of(network, model)
    return PlainCascade(network, model) if course is None else SteppedCascade(network, model, course)


def forward_task(
    network: Network,
    nodes: np.ndarray,
    key: int,
    model: Model = IndependentCascade(),
    accept: np.ndarray = EVERYBODY,
    creators: np.ndarray | None = None,
    *,
    threads: int = 1,
) -> ForwardTask:
    """Prepare the simulation of seeds given by node, where there is no rival.

    `accept` says how likely each takes part (empty: all do), by the coin of the node in `creators` (None: the
    seed's own).
    """
    creators = np.asarray(nodes if creators is None else creators, dtype=np.int64)
    task = propagation_of(network, model).forward(Seeds(nodes, accept, creators), key, threads)
    assert isinstance(task, ForwardTask)  # without a rival it is
    return task


def rr_sampler(
    network: Network,
    model: Model,
    key: int,
    nodes: np.ndarray | None = None,
    accept: np.ndarray = EVERYBODY,
    creators: np.ndarray = NONE,
    given: bool = False,
    *,
    threads: int = 1,
) -> RRSampler:
    """Prepare the sampling of RR sets where there is no rival; see `RRSampler.make`."""
    check_coverable(model, "a sample of RR sets")
    spreads = propagation_of(network, model)
    return RRSampler.make(network, spreads.reverse, key, nodes, accept, creators, given, threads=threads)
