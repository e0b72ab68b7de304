"""A time limit that can be asked about, and that interrupts work between blocks."""

from __future__ import annotations

import math
import time

from seeding._runtime.checks import as_number
from seeding.errors import InputError, shown


class OutOfTime(Exception):  # noqa: N818 — a signal between our own functions, not an error
    """The time limit was reached in the middle of a piece of work."""


def _seconds(limit: object) -> float:
    """Read a limit in seconds; infinity is none at all."""
    if isinstance(limit, float) and limit == math.inf:
        return math.inf
    seconds = as_number(limit)
    if seconds is None or not seconds > 0:
        raise InputError(f"time_limit={shown(limit)} is not a number of seconds above 0.")
    return seconds


class Clock:
    """Measures the time since it was made against a limit in seconds; None is no limit."""

    def __init__(self, limit: float | None = None) -> None:
        self.limit = None if limit is None else _seconds(limit)
        self._start = time.monotonic()

    @classmethod
    def within(cls, seconds: float | None) -> Clock:
        """Make a clock for what is left of another's time, which may be nothing."""
        clock = cls()
        clock.limit = seconds
        return clock

    def end(self) -> None:
        """Let the limit be reached now."""
        self.limit = 0.0

    def elapsed(self) -> float:
        """Seconds since the clock was made."""
        return time.monotonic() - self._start

    def remaining(self) -> float | None:
        """Seconds left; None without a limit."""
        return None if self.limit is None else max(0.0, self.limit - self.elapsed())

    def expired(self) -> bool:
        """Whether the limit was reached."""
        return self.limit is not None and self.elapsed() >= self.limit

    def time_left(self) -> bool:
        """Whether the limit is still ahead."""
        return not self.expired()

    def allows(self, seconds: float) -> bool:
        """Whether so many seconds are left."""
        return self.limit is None or self.elapsed() + seconds < self.limit

    def check(self) -> None:
        """Raise `OutOfTime` if the limit was reached."""
        if self.expired():
            raise OutOfTime
