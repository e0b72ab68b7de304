"""Ctrl-C during a search: the search ends with what it has, and nothing that was found is thrown away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from seeding._runtime.clock import Clock

SIGNALS = (signal.SIGINT, signal.SIGTERM)

_searches: list[Search] = []


class Search:
    """A search that Ctrl-C ends early.

    Attributes
    ----------
    heard
        Whether it was interrupted.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before: dict[int, Any] = {}
        self.heard = False

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """End the search as its time limit would; the second time, do what was done before."""
        if not self.heard:
            self.heard = True
            self._clock.end()
            return
        self._before[number](number, frame)

    def listen(self) -> None:
        """Take over the signals that somebody handles; those that are ignored or end the process stay so."""
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self.interrupt)

    def leave(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


@contextmanager
def ending_early(clock: Clock) -> Iterator[Search]:
    """Let Ctrl-C end what is within the clock; only in the main thread, where Python tells of signals.

    An error that comes of ending early is an interruption.
    """
    search = Search(clock)
    if threading.current_thread() is not threading.main_thread():
        yield search
        return
    search.listen()
    _searches.append(search)
    try:
        yield search
    except Exception as error:
        if search.heard:
            raise KeyboardInterrupt from error
        raise
    finally:
        _searches.remove(search)
        search.leave()


def searching() -> bool:
    """Whether a search runs that the next signal ends early, or has been told to end."""
    return bool(_searches)
