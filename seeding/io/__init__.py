"""Readers and writers: networks, rosters, rules and seed lists from and to files."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seeding.io.messages import read_message
    from seeding.io.networks import read_network
    from seeding.io.npz import read_npz, write_network
    from seeding.io.persons import read_persons
    from seeding.io.rosters import read_roster
    from seeding.io.rules import parse_rule, read_rules
    from seeding.io.seeds import read_seeds

_HOME = {
    "parse_rule": "rules",
    "read_message": "messages",
    "read_network": "networks",
    "read_npz": "npz",
    "read_persons": "persons",
    "read_roster": "rosters",
    "read_rules": "rules",
    "read_seeds": "seeds",
    "write_network": "npz",
}

__all__ = [
    "parse_rule",
    "read_message",
    "read_network",
    "read_npz",
    "read_persons",
    "read_roster",
    "read_rules",
    "read_seeds",
    "write_network",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and only that."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
