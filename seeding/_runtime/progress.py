"""Progress of long work: a small protocol, silent by default."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from seeding.errors import InputError


class Progress(Protocol):
    """Anything that can be told how far a named stage has come."""

    def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Report `done` of `total` units of a stage; a new stage name ends the one before."""
        ...

    def close(self) -> None:
        """End the display."""
        ...


class Silent:
    """Shows nothing."""

    def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Ignore the report."""

    def close(self) -> None:
        """Do nothing."""


class Bar:
    """A live progress bar on the standard error stream, drawn by rich."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._bars.start()
        self._stage: str | None = None
        self._task: Any = None

    def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Show the report."""
        if stage != self._stage:
            if self._task is not None:
                self._bars.remove_task(self._task)
            self._task = self._bars.add_task(stage, total=total, note=note)
            self._stage = stage
        self._bars.update(self._task, completed=done, total=total, note=note)

    def close(self) -> None:
        """Remove the bar."""
        self._bars.stop()


def open_progress(progress: bool | Progress) -> Progress:
    """Turn the `progress=` argument into something that can be told of progress.

    Raises
    ------
    InputError
        If it is neither True, False nor an object with `update` and `close`.
    """
    if progress is True:
        return Bar()
    if progress is False or progress is None:
        return Silent()
    if not (hasattr(progress, "update") and hasattr(progress, "close")):
        raise InputError(f"progress={progress!r} is not understood; pass True or False.")
    return progress
