"""Network and roster of a question, as whatever the user gives: objects in memory, or paths of files."""

from __future__ import annotations

import os
from typing import Any

from seeding._runtime.files import as_path, look_at
from seeding.errors import InputError, shown
from seeding.network.network import Network
from seeding.roster.roster import Roster


def read_inputs(network: Any, roster: Any, probability: Any = None) -> tuple[Network, Roster | None]:
    """Read network and roster; a path that names no file is refused before either is read.

    Parameters
    ----------
    network
        The path of a file that `seeding.read_network` reads, or anything `Network.from_any` takes. A text is
        always a path.
    roster
        The path of a file that `seeding.read_roster` reads, anything `Roster.from_any` takes, or None.
    probability
        For a network that is not a `Network` yet.

    Raises
    ------
    InputError
        If a path names no file, or what is given is not understood.
    """
    for name, given in (("network", network), ("roster", roster)):
        _refuse_nowhere(name, given)
    # The network first: whoever gives two wrong files hears of the one that all else hangs on.
    found = network_of(network, probability)
    return found, None if roster is None else roster_of(roster)


def network_of(network: Any, probability: Any = None) -> Network:
    """Make a network of what is given; a path is read as `seeding.read_network` does, and recorded alike.

    Raises
    ------
    InputError
        As `read_inputs`.
    """
    if not _is_path(network):
        return Network.from_any(network, probability)
    from seeding.io import read_network

    _refuse_nowhere("network", network)
    return read_network(network) if probability is None else read_network(network, probability=probability)


def roster_of(roster: Any) -> Roster:
    """Make a roster of what is given; a path is read as `seeding.read_roster` does, and recorded alike.

    Raises
    ------
    InputError
        As `read_inputs`.
    """
    if not _is_path(roster):
        return Roster.from_any(roster)
    from seeding.io import read_roster

    _refuse_nowhere("roster", roster)
    return read_roster(roster)


def _is_path(given: object) -> bool:
    return isinstance(given, (str, os.PathLike))


def _refuse_nowhere(name: str, given: object) -> None:
    if isinstance(given, (str, os.PathLike)) and look_at(as_path(given, name)) is None:
        kinds = {"network": "a Network", "roster": "a Roster, a DataFrame or a dict of costs"}
        raise InputError(
            f"{name}={shown(os.fspath(given))} names no file; check the path, or give {kinds[name]}."
        )
