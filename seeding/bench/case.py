"""What a benchmark case is: a network, limits, and the methods that are run on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from seeding.network.network import Network
from seeding.roster.roster import Roster

GIB = 1 << 30


class Instance(NamedTuple):
    """The network of a case, and who can be bought; no roster: everybody, at cost 1."""

    network: Network
    roster: Roster | None = None


# Makes the instance; it is given the folder of public networks, or None where there is none.
Build = Callable[[Path | None], Instance]


@dataclass(frozen=True)
class Method:
    """Something that chooses seeds: an adapter with its settings.

    Attributes
    ----------
    name
        How results call it.
    adapter
        ``"module:Class"``; the class follows `seeding.bench.peers.base.Peer`.
    settings
        Passed to the class; recorded with every result.
    package, pin
        The distribution that must be installed, and the version that adapters are written for; None where
        nothing beyond this package is needed.
    needs
        Modules that the package imports without saying so.
    """

    name: str
    adapter: str
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    package: str | None = None
    pin: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def install(self) -> str:
        """The command that installs what the method needs."""
        return " ".join(["pip install", f"{self.package}=={self.pin}", *self.needs])


@dataclass(frozen=True)
class Effort:
    """How long, how large, how often and how exactly a case is run.

    Attributes
    ----------
    time_limit
        Seconds after which our own methods give their best plan so far, which is scored like any other.
    wall_limit
        Seconds after which any method is ended from outside.
    repeat_seconds
        A short run is repeated as long as its repetitions together take no more than this.
    memory_limit
        Bytes of resident memory above which any method is ended from outside.
    worlds
        How many fresh worlds score each choice.
    """

    time_limit: float = 10.0
    wall_limit: float = 60.0
    repeat_seconds: float = 10.0
    memory_limit: int = 4 * GIB
    worlds: int = 4_000


@dataclass(frozen=True)
class Case:
    """One problem, and the methods that are run on it.

    Attributes
    ----------
    name
        How results call it; a changed case gets a new name.
    about
        The network in a few words, with its probabilities.
    build
        Makes the network, and the roster if not everybody is a candidate at cost 1.
    methods
        Names of the methods, as `registry.METHODS` knows them.
    budget, k
        The limits; None for none.
    data
        The file that is needed, within the folder of public networks; None for a generated network.
    stand_in
        The case that is run instead where the file is missing.
    effort
        How long, how large, how often and how exactly.
    best_known
        The largest expected reach known from elsewhere; None where nothing is.
    threads
        Threads of our own methods; None: as asked for the suite.
    axis, value
        What is varied, and its value here, in a study of how cost grows.
    """

    name: str
    about: str
    build: Build
    methods: tuple[str, ...]
    budget: Decimal | None = None
    k: int | None = None
    data: str | None = None
    stand_in: Case | None = None
    effort: Effort = Effort()
    best_known: float | None = None
    threads: int | None = None
    axis: str | None = None
    value: float | None = None

    def with_data(self, folder: Path | None) -> Case:
        """Return the case that can be run with this folder of public networks: itself or its stand-in."""
        if self.data is None or (folder is not None and (folder / self.data).exists()):
            return self
        if self.stand_in is None:
            raise ValueError(f"case {self.name!r} needs a file but has no stand-in")
        return self.stand_in

    def limits(self) -> str:
        """Say the limits in words."""
        said = [f"budget {self.budget:,}"] if self.budget is not None else []
        return ", ".join(said + ([f"k = {self.k}"] if self.k is not None else []))
