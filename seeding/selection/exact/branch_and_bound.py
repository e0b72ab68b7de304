"""Branch and bound on a reduced sample: exact, and fast where choices hold few offers or few are free."""

from __future__ import annotations

import numpy as np

from seeding.rules.program import Program
from seeding.selection.coverage_reduction import Reduced
from seeding.selection.local_arrays import rules_of, sets_of, start

# Entries that may be touched before another solver is a better use of the time. Where choices hold few
# offers, or few are in question, it often finishes; elsewhere it still finds better choices in a moment.
WORK, _GLANCE = 1 << 26, 1 << 22
_FEW = 32
# Room for the offers that nodes on the way down have listed.
_MOST_QUEUED = 1 << 22


def work_worth(program: Program) -> int:
    """Tell how much work branch and bound deserves before another solver is tried."""
    return WORK if min(program.n_offers, _most_offers(program)) <= _FEW else _GLANCE


def branch_and_bound(
    reduced: Reduced, program: Program, incumbent: np.ndarray, covered: int, work: int = WORK
) -> tuple[np.ndarray, int, int, bool]:
    """Search for a choice that covers more than the one at hand, depth first.

    A node is a choice and the offers that may still join it, ranked by what each adds (per cost where money
    is limited). What they can add together is at most the fractional knapsack of what each adds alone, by
    submodularity; where that does not lead beyond the best choice known the node is closed. Rows that only
    forbid too much are kept on the way down; other rows close a node once they are out of reach, and are
    checked at every choice.

    Parameters
    ----------
    reduced
        The sample; its candidates are the programme's offers.
    program
        What a choice must keep.
    incumbent, covered
        The choice at hand (indices) and the weight it covers; −1 if there is none.
    work
        Entries that may be touched; a little more may be.

    Returns
    -------
    The best choice (indices, rising), the weight it covers, a bound that no allowed choice exceeds (`covered`
    if there is nothing better), and whether that bound is reached.
    """
    from seeding._kernels.choice.branch_and_bound import branch

    rules = rules_of(program)
    sets = sets_of(reduced)
    state = start(reduced, sets, rules, np.empty(0, np.int64))
    n, depth = program.n_offers, _most_offers(program)
    queue = np.zeros(min(n + n * (depth + 1), max(_MOST_QUEUED, 2 * n)), dtype=np.int64)
    queue[:n] = np.arange(n)
    levels = np.zeros((depth + 1, 5), dtype=np.int64)
    levels[0, 4] = covered
    best = np.full(depth + 2, -1, dtype=np.int64)
    rows = np.zeros((2, program.n_rows))
    found, bound, finished = branch(sets, rules, state, queue, levels, rows, best, work)
    chosen = np.sort(best[1 : best[0] + 1]) if best[0] >= 0 else np.sort(np.asarray(incumbent, np.int64))
    return chosen, int(found), int(bound), bool(finished)


def _most_offers(program: Program) -> int:
    """Return the most offers that fit within the limits at once."""
    costs, heads = np.sort(program.costs), np.sort(program.heads)
    affordable = np.searchsorted(np.cumsum(costs), program.limits.money, side="right")
    places = np.searchsorted(np.cumsum(heads), program.limits.count(1 << 40), side="right")
    return int(min(affordable, places))
