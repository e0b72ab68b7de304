"""What the command line says of a network beside its arcs: seeing, time, and who is active anyway."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.network import Network


def add_special(network: Network, arguments: Namespace) -> Network:
    """Add the chance of seeing, what arcs take, and who is active anyway, where that is asked for."""
    view, share = (getattr(arguments, name, None) for name in ("view", "share"))
    if view is not None or share is not None:
        network = network.with_exposure(view, share)
    delay, meeting = (getattr(arguments, name, None) for name in ("delay", "meeting"))
    if delay is not None or meeting is not None:
        if delay is not None and meeting is not None:
            raise InputError("--delay and --meeting are both given; leave one of them out.")
        network = network.with_delays(delay, meeting=meeting)
    organic = getattr(arguments, "organic", None)
    return network if organic is None else network.with_organic(labels_of(organic, network))


def labels_of(given: str, network: Network) -> list[Any]:
    """Read labels that are written out, apart by commas, or stand in a file of seeds."""
    from seeding.cli.inputs import is_file
    from seeding.io import read_seeds

    if is_file(given):
        return list(read_seeds(given))
    labels = [label.strip() for label in given.split(",") if label.strip()]
    if network.names.are_integers:
        wrong = next((label for label in labels if not label.removeprefix("-").isdigit()), None)
        if wrong is not None:
            raise InputError(f"label {wrong!r} is neither a file nor a whole number, as labels are here.")
        return [int(label) for label in labels]
    return labels
