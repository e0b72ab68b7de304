"""Allowed choices to grow from, where rules demand something before anybody may be added."""

from __future__ import annotations

import numpy as np

from seeding.errors import SeedingError
from seeding.program import Program
from seeding.selection.purse import SCALE, RuledPurse

# CP-SAT's deterministic time for one search, and for the last attempt where that decided nothing.
_WORK, _MORE_WORK = 0.5, 30.0
# Worths are cut down to this many steps, which leaves room for their sum.
_STEPS = 1 << 30


def find_start(program: Program, worth: np.ndarray) -> np.ndarray | None:
    """Find an allowed choice whose members are worth much together, each taken by itself.

    Parameters
    ----------
    program
        What is allowed.
    worth
        What each offer is worth; whole numbers, possibly negative.

    Returns
    -------
    The empty choice where every part of an allowed choice is allowed; else the best that OR-Tools finds. None
    if it is proven that no choice is allowed.

    Raises
    ------
    SeedingError
        If OR-Tools neither finds an allowed choice nor proves that there is none.
    """
    nobody = np.empty(0, dtype=np.int64)
    if program.is_closed and program.allows(nobody):
        return nobody
    from seeding.selection.master import Master, SolverError

    coarse = -(-int(np.abs(worth).max(initial=0)) // _STEPS) or 1
    steps = worth // coarse
    below = -int(steps[steps < 0].sum())
    master = Master(RuledPurse.of(program), below + int(steps[steps > 0].sum()))
    master.add_cut(below * SCALE, steps * SCALE)
    try:
        for work in (_WORK, _MORE_WORK):
            answer = master.solve(-1, work, None)
            if answer.choices:
                return _checked(program, np.flatnonzero(answer.choices[-1]))
            if answer.verdict == "impossible":
                return None
    except SolverError as error:
        raise SeedingError(f"no choice that keeps all rules was found ({error}).") from None
    raise SeedingError(
        "no choice that keeps all rules was found in reasonable time, nor was it proven that there is none; "
        "relax some rules."
    )


def _checked(program: Program, chosen: np.ndarray) -> np.ndarray:
    if not program.allows(chosen):
        raise SeedingError("OR-Tools returned a choice outside the rules; please report this.")
    return chosen
