"""The exceptions and warnings of `seeding`: one clear sentence each, with the exit code of the command."""

from __future__ import annotations

from collections.abc import Iterable


class SeedingError(Exception):
    """Base of every error raised on purpose by `seeding`."""

    exit_code = 1


class InputError(SeedingError, ValueError):
    """Something the caller gave cannot be used; the message says the value, the rule and the fix."""

    exit_code = 2


class InfeasibleError(SeedingError):
    """The request is well formed, but no plan can satisfy it."""

    exit_code = 3


class AssumptionWarning(UserWarning):
    """`seeding` had to assume something the caller did not say; pass the argument named to decide it."""


def listing(values: Iterable[object], most: int = 5) -> str:
    """Name the first few of `values` in a sentence, and count the rest."""
    named = list(values)
    head = ", ".join(repr(value) for value in named[:most])
    return head if len(named) <= most else f"{head} and {len(named) - most:,} more"
