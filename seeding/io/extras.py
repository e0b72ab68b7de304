"""What a network has beside arcs and people, as arrays: exposure, delays, persons, an organic start."""

from __future__ import annotations

from typing import Any

import numpy as np

from seeding.network.core import Delays
from seeding.network.network import Network


def pack_extras(network: Network) -> dict[str, np.ndarray]:
    """Give what there is as named arrays."""
    arrays: dict[str, np.ndarray] = {}
    if network.exposure is not None:
        arrays["exposure"] = network.exposure
    if network.delays is not None:
        arrays["meeting" if network.delays.meeting else "delay"] = network.delays.values
    if network.person is not None:
        arrays["person"] = network.person
    if network.active.size:
        arrays["active"] = network.active
    return arrays


def unpack_extras(arrays: dict[str, np.ndarray], probability: np.ndarray, n_nodes: int) -> dict[str, Any]:
    """Read them back as fields of a network.

    Raises
    ------
    ValueError
        If an array is not what `pack_extras` writes.
    """
    found: dict[str, Any] = {}
    if "exposure" in arrays:
        exposure = _floats(arrays["exposure"], probability.size, 1.0)
        _demand(bool((exposure >= probability).all()))
        found["exposure"] = exposure
    for name in ("delay", "meeting"):
        if name in arrays:
            most = np.inf if name == "delay" else 1.0
            values = _floats(arrays[name], probability.size, most)
            _demand(name == "delay" or bool((values > 0).all()))
            found["delays"] = Delays(values, name == "meeting")
    if "person" in arrays:
        person = arrays["person"]
        _demand(person.dtype == np.int32 and person.shape == (n_nodes,) and bool((person >= 0).all()))
        # Everybody has an account, so that their numbers need no more room than the accounts do.
        _demand(bool((person < n_nodes).all()))
        found["person"] = person
    if "active" in arrays:
        active = arrays["active"]
        _demand(active.dtype == np.int64 and active.ndim == 1)
        _demand(bool(((active >= 0) & (active < n_nodes)).all()) and np.unique(active).size == active.size)
        found["active"] = active
    return found


def _floats(values: np.ndarray, size: int, most: float) -> np.ndarray:
    _demand(values.dtype == np.float64 and values.shape == (size,))
    _demand(bool(((values >= 0) & (values <= most) & np.isfinite(values)).all()))
    return values


def _demand(sound: bool) -> None:
    if not sound:
        raise ValueError("arrays contradict each other")
