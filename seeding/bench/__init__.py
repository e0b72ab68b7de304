"""Benchmarks that anyone can run: frozen cases, rivals in processes of their own, one scorer for all."""

from __future__ import annotations

from seeding.bench.case import Case, Instance, Method
from seeding.bench.networks import data_folder
from seeding.bench.registry import METHODS, SUITES
from seeding.bench.results import COLUMNS, update_rows, write_rows
from seeding.bench.runner import REPEATS, pick_cases, run_suite

__all__ = [
    "COLUMNS",
    "METHODS",
    "REPEATS",
    "SUITES",
    "Case",
    "Instance",
    "Method",
    "data_folder",
    "pick_cases",
    "run_suite",
    "update_rows",
    "write_rows",
]
