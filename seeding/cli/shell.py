"""What one run of a command says, on which stream, and how far it has come."""

from __future__ import annotations

import json
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from seeding._runtime.progress import Bar, Progress, Silent
from seeding.cli.wording import in_shell_words
from seeding.errors import AssumptionWarning, SeedingError

# A terminal shows a text like "\x1b[2J" in a label as a command to it; nothing of that kind is printed.
_HARMLESS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")


def printable(text: object) -> str:
    """Write a label or a value on one line, without characters that would steer a terminal."""
    return str(text).translate(_HARMLESS)


class Lines:
    """Progress as one plain line per stage, for logs and pipes."""

    def __init__(self) -> None:
        self._stage = ""

    def update(
        self,
        stage: str,
        done: int,  # noqa: ARG002 — a line per stage needs no counts; so below
        total: int | None = None,  # noqa: ARG002
        note: str = "",  # noqa: ARG002
    ) -> None:
        """Name the stage when it begins."""
        if stage != self._stage:
            self._stage = stage
            print(f"… {stage}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Forget the stage, so that the next computation names its own."""
        self._stage = ""


class Tracker:
    """A progress display that is opened when first needed and remembers what was finished."""

    def __init__(self, kind: type[Bar] | type[Lines] | type[Silent]) -> None:
        self._kind = kind
        self._display: Progress | None = None
        self._current: tuple[str, int, int | None] | None = None
        self.finished: list[str] = []

    def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Show and remember the report."""
        if self._current is not None and self._current[0] != stage:
            self._end_stage()
        self._current = (stage, done, total)
        if self._display is None:
            self._display = self._kind()
        self._display.update(stage, done, total, note)

    def close(self) -> None:
        """End the display; whether its last stage was finished, only `finish` can tell."""
        if self._display is not None:
            self._display.close()
            self._display = None

    def finish(self) -> None:
        """End the display after all that it showed was finished."""
        self._end_stage()
        self.close()

    def current(self) -> str | None:
        """Say how far the running stage has come."""
        if self._current is None:
            return None
        stage, done, total = self._current
        return f"{stage} ({done:,} of {total:,})" if total else f"{stage} ({done:,})" if done else stage

    def _end_stage(self) -> None:
        if self._current is not None:
            self.finished.append(self._current[0])
            self._current = None


class Shell:
    """The two streams of one run: results on standard output, notes and progress on standard error."""

    def __init__(self, arguments: Namespace) -> None:
        self.command: str = arguments.command
        self.quiet: bool = getattr(arguments, "quiet", False)
        self.json: bool = getattr(arguments, "json", False)
        wanted: bool | None = getattr(arguments, "progress", None)
        terminal = sys.stderr is not None and sys.stderr.isatty()
        shown = terminal and not self.quiet if wanted is None else wanted
        self.progress = Tracker((Bar if terminal else Lines) if shown else Silent)
        self.written: list[str] = []
        self._told: set[str] = set()
        self._unwritten: list[SeedingError] = []

    def say(self, text: str = "") -> None:
        """Print a line of the result, for people."""
        if not (self.quiet or self.json):
            print(text)

    def give(self, value: Any) -> None:
        """Print the result for machines, where ``--json`` asked for it."""
        if self.json:
            unicode = (sys.stdout.encoding or "ascii").lower().startswith("utf")
            print(json.dumps(value, indent=2, ensure_ascii=not unicode, default=str))

    def note(self, text: str) -> None:
        """Tell something worth knowing, beside the result; once."""
        if not self.quiet and text not in self._told:
            self._told.add(text)
            print(f"note: {text}", file=sys.stderr)

    def write(self, path: str | None, writer: Callable[[str], object]) -> None:
        """Write a file, if one is asked for; what keeps it from being written is told at the end."""
        if path is None:
            return
        try:
            writer(path)
            self.written.append(path)
        except SeedingError as error:
            self._unwritten.append(error)

    def tell_unwritten(self) -> None:
        """End with the first file that could not be written, now that all the rest is done.

        Raises
        ------
        SeedingError
            As whoever wrote it said.
        """
        sys.stdout.flush()
        if self._unwritten:
            raise self._unwritten[0]

    def begin(self, stage: str) -> None:
        """Tell that a stage of unknown length has begun."""
        self.progress.update(stage, 0)

    def fail(self, message: str, code: int) -> int:
        """Say in one sentence why the command ended; returns its exit code."""
        self.progress.close()
        print(message, file=sys.stderr)
        return code

    def interruption(self) -> str:
        """Say what was finished when Ctrl-C came."""
        current, finished = self.progress.current(), list(dict.fromkeys(self.progress.finished))
        parts = ["finished " + ", ".join(finished) if finished else "nothing was finished yet"]
        if current is not None:
            parts.append(f"stopped during {current}")
        parts.append("wrote " + ", ".join(self.written) if self.written else "no file was written")
        return f"interrupted: {'; '.join(parts)}."

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Turn warnings about assumptions into notes while a command runs, and end its progress after it."""
        with warnings.catch_warnings():
            warnings.simplefilter("always", AssumptionWarning)
            usual = warnings.showwarning

            def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
                if issubclass(category, AssumptionWarning):
                    self.note(in_shell_words(str(message)))
                else:
                    usual(message, category, *where, **more)

            warnings.showwarning = show
            yield
            self.progress.close()
