"""What a question says beside the network: who counts, and what the message asks of the model."""

from __future__ import annotations

from typing import Any

from seeding.message import check_heeded
from seeding.network import Network


def settle(network: Network, audience: str | None, model: object) -> Network:
    """Let only the audience count, and make sure that the model heeds the message that the network carries.

    Parameters
    ----------
    network
        The network, with everybody in it.
    audience
        A query or a column, as `Network.with_audience` takes; None for all who have a weight.
    model
        How the message spreads.

    Raises
    ------
    InputError
        If nobody is left who counts, or model and message contradict each other.
    """
    check_heeded(network.message, model)
    return network if audience is None else network.with_audience(audience)


def told(network: Network) -> dict[str, Any]:
    """Say for a plan's provenance what was special: the message, who counted, and parts such as delays."""
    said: dict[str, Any] = {}
    if network.message is not None:
        said |= {"message": str(network.message), "clipped_arcs": network.report.clipped_arcs}
    if network.report.audience:
        said["audience"] = network.report.audience
    parts = {
        "exposure": network.exposure is not None,
        "delays": network.delays is not None,
        "persons": network.person is not None,
        "organic start": network.active.size > 0,
    }
    found = [name for name, there in parts.items() if there]
    return said | ({"parts": found} if found else {})
