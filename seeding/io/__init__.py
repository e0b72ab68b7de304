"""Readers and writers: networks, rosters and seed lists from and to files."""

from __future__ import annotations

from seeding.io.files import atomic_write, check_writable
from seeding.io.networks import read_network
from seeding.io.npz import read_npz, write_network
from seeding.io.rosters import read_roster
from seeding.io.seeds import labels_that_would_run, read_seeds, write_seeds

__all__ = [
    "atomic_write",
    "check_writable",
    "labels_that_would_run",
    "read_network",
    "read_npz",
    "read_roster",
    "read_seeds",
    "write_network",
    "write_seeds",
]
