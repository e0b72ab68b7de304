"""Offers that change how well a creator's post works: each a node of its own, which counts as the creator.

Nobody reaches such a node. Its arcs go to the creator's followers, with the creator's probabilities times the
factor of the offer, at most 1. It is the same person as the creator, so that seeding it reaches the creator,
once.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seeding.diffusion import LinearThreshold, Model
from seeding.errors import InputError, assume
from seeding.network.csr import Csr, flip
from seeding.network.labels import Labels
from seeding.network.network import Network


def with_effects(
    network: Network, nodes: np.ndarray, effect: np.ndarray, model: Model
) -> tuple[Network, np.ndarray]:
    """Add a node for each offer whose factor is not 1.

    Parameters
    ----------
    network, nodes
        The network, and the node of the creator of each offer.
    effect
        The factor of each offer; empty: 1 for all.
    model
        How the message spreads.

    Returns
    -------
    The network to plan for, and the node that each offer seeds.

    Raises
    ------
    InputError
        If the model is one of thresholds, in which a factor has no meaning.
    """
    changed = np.flatnonzero(effect != 1)
    if changed.size == 0:
        return network, nodes
    if isinstance(model, LinearThreshold):
        row = int(changed[0])
        raise InputError(
            f"effect {effect[row]:g} (row {row}) is not 1, but the linear threshold model adds weights, so "
            "that a factor on some of them has no meaning; leave the column 'effect' out."
        )
    creators, n = nodes[changed], network.n_nodes
    starts, stops = network.out.indptr[creators], network.out.indptr[creators + 1]
    arcs = np.concatenate([np.arange(*ends) for ends in zip(starts, stops, strict=True)])
    factors = np.repeat(effect[changed], stops - starts)
    placed = nodes.copy()
    placed[changed] = n + np.arange(changed.size)
    return _grown(network, creators, arcs, factors), placed


def _grown(network: Network, creators: np.ndarray, arcs: np.ndarray, factors: np.ndarray) -> Network:
    """Add copies of some nodes with their out-arcs, whose probabilities are multiplied."""
    out, extra = network.out, creators.size
    raised = out.probability[arcs] * factors
    _tell_clipped(raised)
    sizes = out.indptr[creators + 1] - out.indptr[creators]
    grown = Csr(
        np.concatenate([out.indptr, out.indptr[-1] + np.cumsum(sizes)]),
        np.concatenate([out.indices, out.indices[arcs]]),
        np.concatenate([out.probability, np.minimum(raised, 1.0)]),
    )
    exposure, delays = network.exposure, network.delays
    if exposure is not None:
        exposure = np.concatenate([exposure, np.minimum(exposure[arcs] * factors, 1.0)])
    if delays is not None:
        taken = delays.values
        delays = delays._replace(values=np.concatenate([taken, taken[arcs]]))
    person = np.arange(network.n_nodes, dtype=np.int32) if network.person is None else network.person
    labels = network.names.array().astype(object)
    named = [f"offer {number} to {labels[node]}" for number, node in enumerate(creators.tolist(), start=1)]
    names = Labels.of(np.concatenate([labels, np.array(named, dtype=object)]))
    people = network.people
    if people is not None:
        rows = np.concatenate([np.arange(network.n_nodes), creators])
        people = people.iloc[rows].set_axis(names.index, axis=0)
    return replace(
        network,
        names=names,
        weights=np.concatenate([network.weights, network.weights[creators]]),
        out=grown,
        into=flip(grown, network.n_nodes + extra),
        people=people,
        arcs=None,
        exposure=exposure,
        delays=delays,
        person=np.concatenate([person, person[creators]]).astype(np.int32),
    )


def _tell_clipped(raised: np.ndarray) -> None:
    over = int((raised > 1).sum())
    if over:
        assume(
            f"the column 'effect' puts {over:,} of {raised.size:,} probabilities of offers above 1 (up to "
            f"{raised.max():.4g}); they count as 1."
        )
