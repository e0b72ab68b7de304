"""The exceptions and warnings of `seeding`: one clear sentence each, with the exit code of the command."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A NumPy scalar as Python shows it, but not within the user's own text.
_SCALAR = re.compile(
    r"(?<!['\"\w.])np\.(?:(?:u?int|float|longdouble|str|bytes|bool)\d*_?\(([^()]*)\)|(True|False)_)"
)


class SeedingError(Exception):
    """Base of every error raised on purpose by `seeding`."""

    exit_code = 1

    def __init__(self, *said: object) -> None:
        super().__init__(*(readable(one) if isinstance(one, str) else one for one in said))


class InputError(SeedingError, ValueError):
    """Something the caller gave cannot be used; the message says the value, the rule and the fix."""

    exit_code = 2


class InfeasibleError(SeedingError):
    """The request is well formed, but no plan can satisfy it."""

    exit_code = 3


class AssumptionWarning(UserWarning):
    """`seeding` had to assume something the caller did not say; pass the argument named to decide it."""

    def __init__(self, *said: object) -> None:
        super().__init__(*(readable(one) if isinstance(one, str) else one for one in said))


def readable(text: str) -> str:
    """Write the NumPy scalars of a message as plain values: ``np.int64(1)`` is 1."""
    return _SCALAR.sub(lambda found: found[2] or found[1], text)


def listing(values: Iterable[object], most: int = 5) -> str:
    """Name the first few of `values` in a sentence, and count the rest."""
    named = list(values)
    head = readable(", ".join(repr(value) for value in named[:most]))
    return head if len(named) <= most else f"{head} and {len(named) - most:,} more"
