"""The exceptions and warnings of `seeding`: one clear sentence each, with the exit code of the command."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable

# So much of what somebody gave is repeated in a message; the middle of what is longer is left out.
MOST_SHOWN = 80
_MOST_MESSAGE, _MOST_LOOKED_AT = 2_000, 10_000
# What a message repeats: texts in quotation marks (an apostrophe within a word opens none), and long words.
_QUOTED = r"(?<!\w)b?'(?:[^'\\]|\\.)*'(?!\w)|(?<!\w)b?\"(?:[^\"\\]|\\.)*\"(?!\w)"
_REPEATED = re.compile(_QUOTED + rf"|[^\s'\"]{{{MOST_SHOWN + 1},}}", re.S)
_LISTED = re.compile(r"(?<![^\s=(])" + rf"(?:\[.{{{MOST_SHOWN - 1},}}\]|\{{.{{{MOST_SHOWN - 1},}}\}})", re.S)


def shortened(text: str, most: int = MOST_SHOWN) -> str:
    """Leave out the middle of a text of more than `most` characters."""
    head = most // 2
    return text if len(text) <= most else f"{text[:head]}…{text[head + 1 - most :]}"


def shown(value: object) -> str:
    """Write a value as Python does, on one line of at most 80 characters."""
    try:
        written = repr(value)
    except Exception:  # any class may have a broken repr, and int refuses thousands of digits
        written = f"a {type(value).__name__}"
    return shortened(" ".join(written.split("\n")))


def in_one_sentence(message: str) -> str:
    """Keep a message on one line, and what it repeats of anybody's input short."""
    # Cut first, so that looking for what is repeated takes no time even where it is very long.
    text = " ".join(line.strip() for line in shortened(message, _MOST_LOOKED_AT).splitlines())
    text = _REPEATED.sub(lambda found: _within(found[0]), text)
    return shortened(_LISTED.sub(lambda found: _within(found[0]), text), _MOST_MESSAGE)


def _within(text: str) -> str:
    """Shorten what stands between two signs."""
    return text[0] + shortened(text[1:-1]) + text[-1] if len(text) > MOST_SHOWN + 2 else text


# A NumPy scalar as Python shows it, but not within the user's own text.
_SCALAR = re.compile(
    r"(?<!['\"\w.])np\.(?:(?:u?int|float|longdouble|str|bytes|bool)\d*_?\(([^()]*)\)|(True|False)_)"
)


class SeedingError(Exception):
    """Base of every error raised on purpose by `seeding`."""

    exit_code = 1

    def __init__(self, message: object = "", *others: object) -> None:
        super().__init__(in_one_sentence(readable(str(message))), *others)


class InputError(SeedingError, ValueError):
    """Something the caller gave cannot be used; the message says the value, the rule and the fix."""

    exit_code = 2


class OutOfMemoryError(InputError, MemoryError):
    """What was asked needs more memory than there is; the message says how much, and how much there is."""


class InfeasibleError(SeedingError):
    """The request is well formed, but no plan can satisfy it."""

    exit_code = 3


class AssumptionWarning(UserWarning):
    """`seeding` had to assume something the caller did not say; pass the argument named to decide it."""

    def __init__(self, message: object = "") -> None:
        super().__init__(in_one_sentence(readable(str(message))))


def assume(message: str) -> None:
    """Warn of something that had to be assumed, at the caller's own line: the first outside this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, AssumptionWarning, stacklevel=level + 1)


def readable(text: str) -> str:
    """Write the NumPy scalars of a message as plain values: ``np.int64(1)`` is 1."""
    return _SCALAR.sub(lambda found: found[2] or found[1], text)


def listing(values: Iterable[object], most: int = 5) -> str:
    """Name the first few of `values` in a sentence, and count the rest."""
    named = list(values)
    head = ", ".join(readable(shown(value)) for value in named[:most])
    return head if len(named) <= most else f"{head} and {len(named) - most:,} more"
