"""Readers and writers: networks, rosters, rules and seed lists from and to files."""

from __future__ import annotations

from seeding.io.files import atomic_write, check_writable
from seeding.io.messages import read_message
from seeding.io.networks import read_network
from seeding.io.npz import read_npz, write_network
from seeding.io.persons import read_persons
from seeding.io.rosters import read_roster
from seeding.io.rules import parse_rule, read_rules
from seeding.io.seeds import labels_that_would_run, read_seeds, write_seeds

__all__ = [
    "atomic_write",
    "check_writable",
    "labels_that_would_run",
    "parse_rule",
    "read_message",
    "read_network",
    "read_npz",
    "read_persons",
    "read_roster",
    "read_rules",
    "read_seeds",
    "write_network",
    "write_seeds",
]
