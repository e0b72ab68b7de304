"""The three streams of the process of the command, whatever state the shell hands them over in.

A stream may be closed, full, or know few characters. What cannot be said on standard error is not worth
losing a plan for; what cannot be written to standard output is an error, after the files are written.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any

DONE, NOT_SHOWN, READER_GONE = 0, 2, 141


def prepare() -> None:
    """Make all three streams usable, and let those that know few characters show `?` for the others."""
    _occupy()
    if sys.stdout is None:
        sys.stdout = Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — for the whole run
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    sys.stderr = Forgiving(sys.stderr)


def flush() -> int:
    """Write what is left of the output; returns the exit code."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        discard()
        return READER_GONE
    except OSError:
        discard()
        return NOT_SHOWN
    return DONE


def discard() -> None:
    """Point an output that takes nothing nowhere, so that Python does not complain of it when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            if not isinstance(stream, Closed):
                os.dup2(nowhere, stream.fileno())


def _occupy() -> None:
    """Open what is closed of descriptors 0 to 2, which the next file that is written would get otherwise."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


class Closed(io.TextIOBase):
    """Standard output that was closed before the command began."""

    def write(self, _text: str) -> int:
        """Refuse, as the system would."""
        raise OSError(errno.EBADF, "it is closed")


class Forgiving:
    """A stream for notes and progress, which go lost where it takes none."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all else."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write what can be written."""
        try:
            return int(self._stream.write(text))
        except OSError:
            return len(text)

    def writelines(self, lines: Any) -> None:
        """Write what can be written."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand on what can be handed on."""
        try:
            self._stream.flush()
        except OSError:
            return
