"""Fingerprints of networks and rosters: whether what is given is what a plan was made on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from seeding.network.network import Network
from seeding.roster.roster import Roster


def of_network(network: Network) -> str:
    """Return a digest of everything about a network that a plan may depend on."""
    delays = [] if network.delays is None else [np.atleast_1d(part) for part in network.delays]
    optional = [array for array in (network.exposure, network.person) if array is not None]
    arrays = [*network.out, network.weights, network.active, *delays, *optional, network.names.array()]
    return _digest([*arrays, *_of_table(network.people), *_of_table(network.arcs)])


def of_roster(roster: Roster | None) -> str:
    """Return a digest of a roster; "" where everybody can be chosen at a cost of 1."""
    if roster is None:
        return ""
    asking = (roster.accept, roster.offer, roster.pay_on, roster.effect)
    arrays = [roster.names.array(), roster.costs, np.array([roster.decimals]), *asking]
    return _digest([*arrays, *_of_table(roster.further)])


def _of_table(table: pd.DataFrame | None) -> list[np.ndarray]:
    if table is None:
        return []
    names = np.array([str(name) for name in table.columns], dtype=object)
    return [names, *(table.iloc[:, place].to_numpy() for place in range(table.shape[1]))]


def _digest(arrays: Iterable[np.ndarray]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        held = np.ascontiguousarray(array)
        digest.update(f"{held.dtype.kind}{held.shape}".encode())
        if held.dtype.kind in "biufM":
            digest.update(held.view(np.uint8).data if held.size else b"")
        else:
            digest.update("\0".join(map(str, held.tolist())).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
