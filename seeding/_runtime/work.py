"""Threads and the display of progress: what every question opens while it works, and closes in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from seeding._runtime.executors import Workers, open_workers
from seeding._runtime.memory import refusal
from seeding._runtime.progress import Progress, open_progress


class Work(NamedTuple):
    """Where blocks of worlds run, and who is told of it."""

    workers: Workers
    progress: Progress


@contextmanager
def open_work(threads: int | None, executor: Any, progress: bool | Progress, doing: str) -> Iterator[Work]:
    """Open workers and the display of progress.

    Parameters
    ----------
    threads, executor
        As for `open_workers`.
    progress
        As for `open_progress`.
    doing
        What is done, for the message where memory gives out.

    Raises
    ------
    OutOfMemoryError
        If memory gives out meanwhile.
    """
    display = open_progress(progress)
    try:
        with open_workers(threads, executor) as workers:
            yield Work(workers, display)
    except MemoryError as error:
        raise refusal(error, doing) from None
    finally:
        display.close()
