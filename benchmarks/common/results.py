"""Tables of results: reading those that are committed, writing new ones whole, and showing them on pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from benchmarks.common.registry import RESULTS
from seeding._runtime.files import atomic_write

MISSING = "Not measured yet."


def read(name: str) -> pd.DataFrame:
    """Read a committed table; an empty one where there is none."""
    path = RESULTS / f"{name}.csv"
    return pd.read_csv(path) if path.exists() else pd.DataFrame()


def write(
    rows: pd.DataFrame | Iterable[Mapping[str, object]],
    path: Path,
    facts: Mapping[str, object] | None = None,
    *,
    form: str | None = None,
) -> pd.DataFrame:
    """Write rows whole, with the facts that hold for all of them; returns the table.

    `form` is the format of floating-point numbers; ``None`` keeps every digit.
    """
    made = pd.DataFrame(rows if isinstance(rows, pd.DataFrame) else list(rows)).assign(**(facts or {}))
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        made.to_csv(file, index=False, float_format=form)
    return made


def markdown(table: pd.DataFrame) -> str:
    """Write a table of texts and numbers as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def fill(text: str, name: str, table: str) -> str:
    """Put a table between its markers; a page without them is an error."""
    markers = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", flags=re.DOTALL)
    text, found = markers.subn(lambda match: f"{match[1]}{table}\n{match[2]}", text)
    if found != 1:
        raise ValueError(f"the markers of {name!r} are {found} times on the page, not once")
    return text
