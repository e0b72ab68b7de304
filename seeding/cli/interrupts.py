"""Ending the command soon after Ctrl-C or SIGTERM, whatever it is doing.

Python tells the main thread of a signal once it is back from a library: from a kernel that runs for seconds,
from the reader of a large file, or from waiting for blocks in flight. The system's own handler writes to a
pipe at once, and a thread that waits there ends the process if the main thread has not done so in time.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from seeding._runtime.interrupts import SIGNALS, searching

# Seconds that the main thread gets to end by itself, so that its files are closed and its words are said.
PATIENCE = 0.6
ENDING = "interrupted: ending with the plan so far; once more ends at once."
NOTHING_DONE = "interrupted: nothing was finished yet; no file was written."
_SHOW_CURSOR = "\x1b[?25h\r"


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """End whatever runs as Ctrl-C does."""
    raise KeyboardInterrupt


class Guard:
    """Watches for Ctrl-C and SIGTERM in the process of a command.

    Parameters
    ----------
    code
        The exit code of an interrupted command.

    Attributes
    ----------
    last_words
        Says what was done so far.
    """

    def __init__(self, code: int) -> None:
        self.last_words: Callable[[], str] = lambda: NOTHING_DONE
        self._code = code
        self._heard = b""
        self._ended = threading.Event()
        self._said = threading.Lock()

    def watch(self) -> None:
        """Begin to watch; only in the main thread of a process that is the command's own."""
        # Whoever starts a command in the background may have Ctrl-C ignored there; that stays so.
        self._heard = bytes(number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN)
        for number in self._heard:
            signal.signal(number, interrupt)
        if os.name != "posix":
            return
        listening, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        threading.Thread(target=self._wait, args=(listening,), name="seeding-interrupts", daemon=True).start()

    def say(self, message: str) -> bool:
        """Print what an interrupted command says last, unless that was printed already."""
        if not self._said.acquire(blocking=False):
            return False
        print(message, file=sys.stderr, flush=True)
        return True

    def end(self) -> None:
        """Stop watching: the command is over, and there is nothing left to interrupt."""
        self._ended.set()
        for number in self._heard:
            signal.signal(number, signal.SIG_IGN)

    def _wait(self, listening: int) -> None:
        """Wait for a signal, and then for the process to end; not for long."""
        warned = False
        while True:
            signals = [number for number in os.read(listening, 64) if number in self._heard]
            if signals and (warned or len(signals) > 1 or not searching()):
                break
            if signals:
                # The search ends by itself; who cannot wait for that presses once more.
                warned = True
                print(ENDING, file=sys.stderr, flush=True)
        if self._ended.wait(PATIENCE):
            return
        _remove_unfinished()
        if sys.stderr.isatty():
            # A progress bar that nobody ends leaves the cursor hidden.
            print(_SHOW_CURSOR, end="", file=sys.stderr)
        self.say(self.last_words())
        os._exit(self._code)


def _remove_unfinished() -> None:
    """Remove the files that are being written, which nobody else will do."""
    files = sys.modules.get("seeding._runtime.files")
    if files is not None:
        files.remove_unfinished()
