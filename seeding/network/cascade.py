"""From a network and a model to the arrays that kernels read, where a plain cascade does not do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seeding.diffusion import LinearThreshold, Model
from seeding.errors import InputError
from seeding.network.csr import Csr, flip
from seeding.network.network import Network

# In-weights of a node may exceed 1 by so much: sums of rounded numbers.
_ROUNDING = 1e-9
_NONE = np.empty(0)


class Ways(NamedTuple):
    """The arcs in one direction, with all that kernels may ask of them; unused arrays are empty.

    Attributes
    ----------
    indptr, indices, probability
        Compressed rows.
    low
        Linear threshold: the arc is live where its target's number lies in [low, low + probability).
    exposure
        The chance that the target sees the message at all; `probability` is that it engages.
    delay
        What the arc takes, or the chance of passing it in one step.
    """

    indptr: np.ndarray
    indices: np.ndarray
    probability: np.ndarray
    low: np.ndarray
    exposure: np.ndarray
    delay: np.ndarray


@dataclass(frozen=True, eq=False)
class Course:
    """How a cascade runs where it is more than independent arcs of one step each; a plain value.

    Attributes
    ----------
    network, model
        Where and how the message spreads.
    low_in
        Windows of the in-arcs for the linear threshold model; empty for independent cascades.
    """

    network: Network
    model: Model
    low_in: np.ndarray

    @classmethod
    def of(cls, network: Network, model: Model) -> Course | None:
        """Prepare what is special about it; None where the plain kernels do.

        Raises
        ------
        InputError
            If the model and the network do not go together.
        """
        check_fit(network, model)
        linear = isinstance(model, LinearThreshold)
        if not (linear or network.extras):
            return None
        return cls(network, model, _windows(network) if linear else _NONE)

    @property
    def timed(self) -> bool:
        """Whether arcs take times of their own."""
        return self.network.delays is not None

    @property
    def meeting(self) -> bool:
        """Whether delays are chances of meeting."""
        return self.network.delays is not None and self.network.delays.meeting

    def ways(self, backwards: bool, timed: bool = True) -> Ways:
        """Return the arcs in one direction; without their delays if these do not matter."""
        network = self.network
        rows = network.into if backwards else network.out
        exposure = _NONE if network.exposure is None else network.exposure
        delay = network.delays.values if timed and network.delays is not None else _NONE
        if backwards:
            exposure, delay = _turned(network.out, exposure), _turned(network.out, delay)
            return Ways(*rows, self.low_in, exposure, delay)
        return Ways(*rows, _turned(network.into, self.low_in), exposure, delay)

    def worth(self) -> tuple[np.ndarray, np.ndarray, float, float]:
        """Return what counts at each step and against, the last time that counts, and the discount a step.

        With delays there is no table: the discount to the power of the time counts.
        """
        model, n = self.model, self.network.n_nodes
        if self.timed:
            last = np.inf if model.deadline is None else float(model.deadline)
            return _NONE, _NONE, last, float(model.discount)
        values = model.values(n)
        against = model.against(n) if model.quality < 1 else _NONE
        return values, against, float(values.size - 1), 1.0


def _turned(rows: Csr, values: np.ndarray) -> np.ndarray:
    """Bring values of arcs from the order of their rows into that of their columns."""
    if not values.size:
        return values
    turned: np.ndarray = flip(rows._replace(probability=values), rows.indptr.size - 1).probability
    return turned


def _windows(network: Network) -> np.ndarray:
    """Give every in-arc of a node its own part of [0, 1): where it begins."""
    into = network.into
    total = np.cumsum(into.probability)
    before = np.concatenate([[0.0], total])[into.indptr[:-1]]
    low: np.ndarray = total - into.probability - np.repeat(before, np.diff(into.indptr))
    np.maximum(low, 0.0, out=low)
    return low


def check_fit(network: Network, model: Model) -> None:
    """Refuse a model that the network does not allow.

    Raises
    ------
    InputError
        If delays meet values of hops, in-weights exceed 1, or exposure meets the linear threshold model.
    """
    delays = network.delays is not None
    if delays and (model.quality < 1 or model.fidelity < 1):
        raise InputError(
            "quality and fidelity go by hops, but this network has delays, so the first message to come may "
            "have made more hops than another; leave out the delays, or quality and fidelity."
        )
    if not isinstance(model, LinearThreshold):
        return
    if network.exposure is not None:
        raise InputError(
            "the linear threshold model has no chance of seeing without joining; leave out the exposure, or "
            "use IndependentCascade."
        )
    into = network.into
    sums = np.bincount(into.rows(), into.probability, minlength=network.n_nodes)
    over = np.flatnonzero(sums > 1 + _ROUNDING)
    if over.size:
        worst = int(over[np.argmax(sums[over])])
        raise InputError(
            f"the weights into {network.names.quoted(worst)} add up to {sums[worst]:.4g} "
            f"({over.size:,} nodes are above 1); for the linear threshold model make them at most 1, for "
            'example with probability="weighted_cascade".'
        )


class People(NamedTuple):
    """Persons whom reaching counts: (indptr, nodes) of each, in which that is so, and what each counts."""

    indptr: np.ndarray
    nodes: np.ndarray
    weights: np.ndarray


def people_of(network: Network, weights: np.ndarray) -> People:
    """Collect the nodes with a weight by the person they are; a person counts once.

    Raises
    ------
    InputError
        If two nodes of a person count differently.
    """
    person = network.person
    if person is None:
        n = network.n_nodes
        return People(np.arange(n + 1, dtype=np.int64), np.arange(n, dtype=np.int32), weights)
    counted = np.flatnonzero(weights > 0)
    order = counted[np.argsort(person[counted], kind="stable")]
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    indptr = np.append(starts, order.size).astype(np.int64)
    own = weights[order][starts]
    differs = np.flatnonzero(weights[order] != np.repeat(own, np.diff(indptr)))
    if differs.size:
        node = int(order[differs[0]])
        raise InputError(
            f"{network.names.quoted(node)} is one of several accounts of a person, and they "
            "have different weights; give each of them the weight of the person, or 0."
        )
    return People(indptr, order.astype(np.int32), own)
