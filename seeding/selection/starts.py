"""Allowed choices to grow from, where rules demand something before anybody may be added."""

from __future__ import annotations

import numpy as np

from seeding.clock import Clock
from seeding.errors import SeedingError
from seeding.program import Program

# CP-SAT's deterministic time for a good start, and for any start at all where that found none.
_WORK, _MORE_WORK = 0.5, 30.0
# Worths are cut down to this many steps, which leaves room for their sum.
_STEPS = 1 << 30


def find_start(
    program: Program, worth: np.ndarray, clock: Clock | None = None, known: np.ndarray | None = None
) -> np.ndarray | None:
    """Find an allowed choice whose members are worth much together, each taken by itself.

    Parameters
    ----------
    program
        What is allowed.
    worth
        What each offer is worth; whole numbers, possibly negative.
    clock
        When to stop looking for a good choice; looking for any choice at all goes on, unless one is known.
    known
        An allowed choice, to be returned where time is up.

    Returns
    -------
    The empty choice where every part of an allowed choice is allowed, or where it is allowed and everybody
    is worth less than nothing; else the best that OR-Tools finds. None if it is proven that no choice is
    allowed.

    Raises
    ------
    SeedingError
        If OR-Tools neither finds an allowed choice nor proves that there is none.
    """
    nobody = np.empty(0, dtype=np.int64)
    empty = program.allows(nobody)
    if empty and (program.is_closed or bool((worth < 0).all())):
        return nobody
    known = nobody if known is None and empty else known
    clock = Clock() if clock is None else clock
    if known is not None and clock.expired():
        return known
    from seeding.selection.allowed import find_allowed
    from seeding.selection.master import SolverError

    coarse = -(-int(np.abs(worth).max(initial=0)) // _STEPS) or 1
    try:
        if clock.time_left():
            return find_allowed(program, worth // coarse, work=_WORK, time_limit=clock.remaining())
    except SolverError:
        pass  # looking for a good one took all the time; any one will do
    if known is not None and clock.expired():
        return known
    try:
        return find_allowed(program, work=_MORE_WORK)
    except SolverError as error:
        raise SeedingError(
            f"OR-Tools neither found a choice that keeps all rules nor proved that there is none ({error}); "
            "relax some rules."
        ) from None
