"""What the command line says of a network beside its arcs: seeing, time, and who is active anyway."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seeding.errors import InputError

if TYPE_CHECKING:
    from seeding.network.network import Network

# What ends like this is the name of a file, whether it exists or not.
_TABLES = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".parquet", ".pq")


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
    return network if organic is None else network.with_organic(labels_of(organic))


def labels_of(given: str) -> list[Any]:
    """Read labels that are written out, apart by commas, or stand in a file of seeds, a pipe included.

    What exists as a file, or is called like one, is a file.

    Raises
    ------
    InputError
        If it is a file that cannot be read, or nobody is named.
    """
    from seeding.io import read_seeds

    if Path(given).suffix.lower() in _TABLES or is_file(given):
        return list(read_seeds(given))
    labels: list[Any] = [label.strip() for label in given.split(",") if label.strip()]
    if not labels:
        raise InputError(f"{given!r} names nobody; give a file, or labels apart by commas.")
    return labels


def is_file(text: str) -> bool:
    """Tell whether a text names a file or a pipe; a long list of labels, an error to systems, does not."""
    try:
        return Path(text).exists() and not Path(text).is_dir()
    except (OSError, ValueError):
        return False
