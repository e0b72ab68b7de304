"""What given seeds reach: simulated cascade by cascade, or estimated with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding._runtime.memory import demand
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, to_key
from seeding._runtime.work import open_work
from seeding.diffusion import IndependentCascade, Model, check_model
from seeding.errors import InputError, shown
from seeding.network.network import Network
from seeding.plan.estimate import Estimate
from seeding.questions import preparing
from seeding.questions.inputs import network_of
from seeding.roster.acceptance import read_accept
from seeding.simulation.competition import Duel, Tie
from seeding.simulation.measuring import measure, run_worlds
from seeding.simulation.propagation import Seeds, propagation_of
from seeding.simulation.reachability import Reachability
from seeding.simulation.simulation import Task

# Bytes that are kept of a world while all are put together.
_WORLD = 16


def simulate(
    network: Any,
    seeds: object,
    *,
    model: Model = IndependentCascade(),
    audience: str | None = None,
    accept: Any = None,
    rivals: object = None,
    tie: Tie = "random",
    worlds: int = 1_000,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> np.ndarray:
    """Simulate cascades and return the reach of each.

    Parameters
    ----------
    network
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    seeds
        Labels of the seeds; a label given twice counts once.
    model
        How the message spreads.
    audience
        Who counts: a query or a column, as `Network.with_audience` takes it.
    accept
        How likely each seed takes part: one number for all, one for each in order, or a dict by label. None:
        all do.
    rivals, tie
        Labels of the seeds of a rival campaign, whom our message does not reach once the rival's has; and who
        wins where both come in the same step: ``"random"``, ``"ours"`` or ``"rival"``.
    worlds
        How many cascades.
    probability
        For a graph or a file that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness (world r is the same for the same key, whatever the threads), parallelism and display.

    Returns
    -------
    float64 array: the weight reached in worlds 0, 1, ….

    Raises
    ------
    InputError
        If a seed is unknown or an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> network = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0)
    >>> sd.simulate(network, ["b"], worlds=3, rng=1)
    array([2., 2., 2.])
    """
    with open_work(threads, executor, progress, "simulating") as (workers, display):
        asked = model, audience, probability, rng, accept, rivals, tie
        task, _ = _prepare(network, seeds, *asked, workers.threads)
        blocks = run_worlds(task, 0, check_worlds(worlds, 1), workers, display)
    return np.concatenate([block.reach for block in blocks])


def estimate_reach(
    network: Any,
    seeds: object,
    *,
    model: Model = IndependentCascade(),
    audience: str | None = None,
    accept: Any = None,
    rivals: object = None,
    tie: Tie = "random",
    worlds: int | None = None,
    precision: float = 0.01,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Estimate:
    """Estimate the expected reach of any seed list by fresh forward simulation.

    Parameters
    ----------
    network
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    seeds
        Labels of the seeds; a label given twice counts once.
    model
        How the message spreads.
    audience
        Who counts: a query or a column, as `Network.with_audience` takes it.
    accept
        How likely each seed takes part: one number for all, one for each in order, or a dict by label. None:
        all do.
    rivals, tie
        Labels of the seeds of a rival campaign, whom our message does not reach once the rival's has; and who
        wins where both come in the same step: ``"random"``, ``"ours"`` or ``"rival"``.
    worlds
        How many cascades to simulate. None: until `precision` is met, at most 200,000.
    precision
        Relative half-width of the 95 % interval to aim at.
    probability
        For a graph or a file that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness, parallelism and display.

    Returns
    -------
    Mean, standard error, 95 % interval and quantiles.

    Raises
    ------
    InputError
        If a seed is unknown or an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 4, ["a", "b", "c", "d"], 0.5)
    >>> reach = sd.estimate_reach(star, ["hub"], rng=1)
    >>> reach.low < 3.0 < reach.high
    True
    """
    precision = checks.share("precision", precision)
    with open_work(threads, executor, progress, "simulating") as (workers, display):
        asked = model, audience, probability, rng, accept, rivals, tie
        task, reachable = _prepare(network, seeds, *asked, workers.threads)
        known = reachable.known()
        if worlds is None:
            reach = measure(task, precision, workers, display, known=known).reach
            return Estimate.from_sample(reach, known)
        blocks = run_worlds(task, 0, check_worlds(worlds, 2), workers, display)
    return Estimate.from_sample(np.concatenate([block.reach for block in blocks]), known)


def _prepare(
    network: Any,
    seeds: object,
    model: Model,
    audience: str | None,
    probability: Any,
    rng: RandomSource,
    accept: Any,
    rivals: object,
    tie: Tie,
    threads: int,
) -> tuple[Task, Reachability]:
    check_model(model)
    network = preparing.settle(network_of(network, probability), audience, model)
    nodes = network.index(seeds)
    chances = seeds_accept(accept, network, nodes)
    propagation = propagation_of(network, model, Duel.of(network, model, rivals, tie))
    asked = Seeds(nodes, chances, network.one_of(nodes))
    return propagation.forward(asked, to_key(rng), threads), propagation.reachability(asked)


def seeds_accept(accept: Any, network: Network, nodes: np.ndarray) -> np.ndarray:
    """Give each seed the probability of taking part; empty where all do."""
    if accept is None:
        return np.empty(0)
    labels = network.labels[nodes].tolist()
    if isinstance(accept, Mapping):
        by_node: dict[int, Any] = {}
        for label, node, chance in zip(
            accept, network.index(list(accept)).tolist(), accept.values(), strict=True
        ):
            if by_node.setdefault(node, chance) != chance:
                raise InputError(
                    f"accept names {label!r} twice, with {by_node[node]!r} and {chance!r}; name each seed "
                    "once."
                )
        values = [by_node.get(node) for node in nodes.tolist()]
    elif checks.is_listed(accept):
        values = list(accept)
    else:
        values = [accept] * len(labels)
    if len(values) != len(labels):
        raise InputError(f"accept has {len(values):,} values for {len(labels):,} seeds; give one for each.")
    chances = read_accept(values, labels)
    first = dict(zip(nodes[::-1].tolist(), chances[::-1].tolist(), strict=True))
    wrong = [place for place, node in enumerate(nodes.tolist()) if first[node] != chances[place]]
    if wrong:
        raise InputError(
            f"seed {labels[wrong[0]]!r} is given twice, with different values of accept; give it once."
        )
    return chances


def check_worlds(worlds: int, least: int) -> int:
    """Return `worlds` if it is a number of worlds, `least` or more.

    Raises
    ------
    InputError
        If it is not.
    """
    count = checks.whole("worlds", worlds, least)
    demand(_WORLD * count, f"worlds={shown(count)}")
    return count
