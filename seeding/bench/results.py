"""The table of results: its columns, and its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seeding._runtime.files import atomic_write
from seeding.errors import InputError

COLUMNS = (
    "suite",
    "case",
    "network",
    "axis",
    "value",
    "nodes",
    "arcs",
    "candidates",
    "budget",
    "k",
    "method",
    "settings",
    "package",
    "version",
    "outcome",
    "reason",
    "known_problem",
    "seeds",
    "cost",
    "build_seconds",
    "choosing_seconds",
    "choosing_seconds_min",
    "seconds",
    "seconds_min",
    "repeats",
    "repeatable",
    "base_mb",
    "peak_mb",
    "reach",
    "stderr",
    "low",
    "high",
    "share_of_best",
    "best_known",
    "claimed_reach",
    "claimed_from",
    "claimed_ratio",
    "stopped",
    "scoring_worlds",
    "time_limit",
    "wall_limit",
    "memory_limit_mb",
    "key",
    "threads",
    "processor",
    "cores",
    "system",
    "python",
    "seeding",
    "commit",
    "numpy",
    "numba",
    "ortools",
)
# What tells one row from another.
_IDENTITY = ("suite", "case", "method")

Row = dict[str, Any]


def write_rows(rows: Iterable[Row], path: str) -> None:
    """Write rows as CSV in one atomic step; empty where a figure does not apply."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _written(row[name]) for name in COLUMNS} for row in rows)
    with atomic_write(path) as file:
        file.write(text.getvalue())


def update_rows(rows: Iterable[Row], path: str) -> None:
    """Write rows into a CSV that may be there already, in the place of those of the same case and method.

    Raises
    ------
    InputError
        If the file is there and has other columns.
    """
    kept: dict[tuple[Any, ...], Row] = {}
    if Path(path).exists():
        with Path(path).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise InputError(f"{path!r} is not a table of this version's results; write to another file.")
            kept = {_identity(row): row for row in reader}
    write_rows((kept | {_identity(row): row for row in rows}).values(), path)


def _identity(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _IDENTITY)


def _written(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
