"""Randomness: every random choice is a function of one 64-bit key and a world index."""

from __future__ import annotations

import numpy as np

from seeding._runtime.checks import as_whole
from seeding.errors import InputError, shown

RandomSource = int | np.integer | np.random.Generator | np.random.SeedSequence | None

_MASK = (1 << 64) - 1


class Key(int):
    """A key that was made before, taken as it is."""


def to_key(rng: RandomSource = None) -> int:
    """Turn any accepted source of randomness into one 64-bit key.

    Parameters
    ----------
    rng
        A non-negative integer (``0`` is a key like any other), a `numpy.random.Generator` (which is
        advanced by one draw), a `numpy.random.SeedSequence`, or None for fresh entropy.

    Returns
    -------
    A key in ``[0, 2**64)``. The same integer or SeedSequence always gives the same key.

    Raises
    ------
    InputError
        If `rng` is of another type, or a negative integer.
    """
    if isinstance(rng, Key):
        return int(rng)
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 1 << 64, dtype=np.uint64))
    if rng is None:
        rng = np.random.SeedSequence()
    elif (number := as_whole(rng)) is not None:
        if number < 0:
            raise InputError(f"rng={shown(rng)} is negative; pass an integer of 0 or more.")
        rng = np.random.SeedSequence(number)
    if not isinstance(rng, np.random.SeedSequence):
        raise InputError(
            f"rng={shown(rng)} is not understood; pass an int, a numpy Generator, a SeedSequence or None."
        )
    return int(rng.generate_state(1, np.uint64)[0])


def mix64(value: int) -> int:
    """Scramble a 64-bit integer with the splitmix64 finaliser (Steele et al., OOPSLA 2014)."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def derive(key: int, *path: int) -> int:
    """Derive an independent key for a named part of a computation, such as one of its stages."""
    for step in path:
        key = mix64((key + 0x9E3779B97F4A7C15 * (2 * step + 1)) & _MASK)
    return key
