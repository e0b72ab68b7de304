"""The command ``seeding``: the package from the shell, with exit codes that scripts can rely on.

0 done · 2 bad input · 3 no plan is possible · 4 stopped early by a limit, with a valid plan · 130 Ctrl-C or
SIGTERM · 141 the reader of our output went away.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from seeding.cli import startup, streams
from seeding.cli.interrupts import Guard
from seeding.cli.parser import build_parser
from seeding.cli.shell import Shell
from seeding.cli.wording import in_shell_words
from seeding.errors import SeedingError, in_one_sentence

DONE, BAD_INPUT, INTERRUPTED, READER_GONE = 0, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        The words after ``seeding``; those of the process if None.

    Returns
    -------
    The exit code.
    """
    if argv is not None:
        arguments = _parse(argv)
        return arguments if isinstance(arguments, int) else _run(arguments)
    guard = Guard(INTERRUPTED)
    try:
        guard.watch()
        code = _run_process(guard)
    except KeyboardInterrupt:
        guard.say(guard.last_words())
        return INTERRUPTED
    if code != INTERRUPTED:
        guard.end()
    return code


def _run_process(guard: Guard) -> int:
    """Run the command of this process's words."""
    streams.prepare()
    arguments = _parse(None)
    if isinstance(arguments, int):
        return arguments
    startup.prepare(arguments)
    code = _run(arguments, guard)
    startup.leave()
    return code


def _parse(argv: Sequence[str] | None) -> Namespace | int:
    """Read the words; returns an exit code where there is nothing to run."""
    try:
        return build_parser().parse_args(argv)
    except SystemExit as end:  # argparse ends --help, --version and wrong usage this way
        return int(end.code or DONE) or streams.flush()


def _run(arguments: Namespace, guard: Guard | None = None) -> int:
    """Run the command that the arguments name; every end has its exit code."""
    shell = Shell(arguments)
    if guard is not None:
        guard.last_words = shell.interruption
    try:
        with shell.listening():
            code: int = import_module(arguments.module).run(arguments, shell)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SeedingError as error:
        return shell.fail(f"error: {in_shell_words(str(error))}", error.exit_code)
    except KeyboardInterrupt:
        if guard is None:
            return shell.fail(shell.interruption(), INTERRUPTED)
        shell.progress.close()
        guard.say(shell.interruption())
        return INTERRUPTED
    except BrokenPipeError:
        streams.discard()
        return READER_GONE
    except MemoryError as error:
        from seeding._runtime.memory import refusal

        return shell.fail(f"error: {refusal(error, 'this')}", BAD_INPUT)
    except OSError as error:
        streams.discard()
        return shell.fail(f"error: {_what_failed(error, shell)}", BAD_INPUT)
    return code


def _what_failed(error: OSError, shell: Shell) -> str:
    """Say what could not be done: as files say so themselves, mostly that the output takes nothing."""
    reason = error.strerror or type(error).__name__
    if error.filename is not None:
        return in_one_sentence(f"{str(error.filename)!r}: {reason}.")
    saved = f"; wrote {' and '.join(shell.written)} before" if shell.written else ""
    return in_one_sentence(f"the result cannot be shown on standard output: {reason}{saved}.")
