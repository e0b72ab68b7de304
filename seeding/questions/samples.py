"""`sample_rr_sets`: the RR sets of a network as coverage."""

from __future__ import annotations

from typing import Any

import numpy as np

from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, to_key
from seeding._runtime.work import open_work
from seeding.diffusion import IndependentCascade, Model, check_model
from seeding.errors import InputError
from seeding.questions import preparing
from seeding.questions.inputs import network_of
from seeding.sampling.coverage import Coverage
from seeding.simulation.propagation import rr_sampler


def sample_rr_sets(
    network: Any,
    n_sets: int,
    *,
    model: Model = IndependentCascade(),
    audience: str | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Coverage:
    """Sample random reverse-reachable sets.

    A root is drawn in proportion to node weight and a world by tossing every arc's coin; the RR set is
    everyone with a live path to the root. The probability that S meets the set is σ(S)/W (Borgs et al.,
    SODA 2014).

    Parameters
    ----------
    network
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    n_sets
        How many sets.
    model
        How the message spreads.
    audience
        Who counts: a query or a column, as `Network.with_audience` takes it.
    probability
        For a graph or a file that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness (the same key gives the same sets whatever the threads), parallelism and display.

    Returns
    -------
    The sample, with every node as a candidate.

    Raises
    ------
    InputError
        If an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> network = sd.Network.from_edges([0, 1], [1, 2], 1.0)
    >>> sample = sd.sample_rr_sets(network, 1_000, rng=7)
    >>> sample.reach([0]).mean
    3.0
    """
    check_model(model)
    network = preparing.settle(network_of(network, probability), audience, model)
    if isinstance(n_sets, bool) or not isinstance(n_sets, (int, np.integer)) or n_sets < 1:
        raise InputError(f"n_sets={n_sets!r} is not a positive whole number.")
    with open_work(threads, executor, progress, "sampling RR sets") as (workers, shown):
        sampler = rr_sampler(network, model, to_key(rng), threads=workers.threads)
        return sampler.grow(sampler.empty(), int(n_sets), workers, shown)
