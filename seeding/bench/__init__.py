"""Benchmarks that anyone can run: fixed cases, every method, one independent scorer for all."""

from __future__ import annotations

from seeding.bench.cases import SUITES, Case
from seeding.bench.runner import COLUMNS, run_suite, write_rows

__all__ = ["COLUMNS", "SUITES", "Case", "run_suite", "write_rows"]
