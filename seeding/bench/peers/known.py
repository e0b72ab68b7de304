"""What is known to be wrong with a method on an input, found by reading its code and by trying it.

Only what bears on a result of ours is listed; traps that clean input avoids are in benchmarks/README.md.
"""

from __future__ import annotations

import numpy as np

from seeding.bench.case import Case, Method
from seeding.bench.peers.base import Arrays
from seeding.plan.estimate import Estimate

# A claim further from the score than this share, and than this many standard errors, is pointed out.
_CLAIM_SHARE, _CLAIM_ERRORS = 0.02, 4.0

_ALWAYS = {
    "pynetim:Imm": (
        "its 1 − 1/e − ε is not proven: the lower bound on the optimum lacks the paper's factor 1 + ε′, and "
        "the sets that gave it are used again to choose"
    ),
    "pynetim:OpimC": (
        "its ratio is none: an additive error is used as a relative one, and greedy's own coverage as the "
        "bound on the optimum"
    ),
    "pynetim:Celf": "gains are differences of unpaired simulations: noise decides among small gains",
    "ndlib:Greedy": "gains are differences of unpaired simulations, and only a short list is tried (ours)",
    "plain:Celf": "gains are differences of unpaired simulations: noise decides among small gains",
}
_OVERFLOW = "its 32-bit sums stop at 2^24 (avoided here by splitting the trials)"


def known_problems(method: Method, case: Case, arrays: Arrays) -> list[str]:
    """List in words what is known to be wrong with a method on a case."""
    adapter = method.adapter.removeprefix("seeding.bench.peers.")
    found = [_ALWAYS[adapter]] if adapter in _ALWAYS else []
    if adapter.startswith("pynetim:"):
        left_out = arrays.n - 1 - _last_with_arc(arrays)
        if left_out:
            found.append(f"its network ends at the last node with an arc (left out: {left_out:,})")
    if adapter == "cynetdiff:Celf" and arrays.n * int(method.settings["trials"]) > 1 << 24:
        found.append(_OVERFLOW)
    if adapter != "ours:Ours" and case.budget is None and np.any(arrays.weights != 1):
        found.append("it counts heads, not weights")
    return found


def claim_problem(claimed: float | None, claimed_from: int | None, reach: Estimate) -> list[str]:
    """Say so where a claimed reach is further from the score than the noise of both allows."""
    if claimed is None:
        return []
    per_world = reach.stderr**2 * reach.worlds
    noise = (reach.stderr**2 + (per_world / claimed_from if claimed_from else 0.0)) ** 0.5
    if abs(claimed - reach.mean) <= max(_CLAIM_SHARE * reach.mean, _CLAIM_ERRORS * noise):
        return []
    return [f"claims a reach of {claimed:,.1f}, {claimed / reach.mean - 1:+.1%} from the score"]


def _last_with_arc(arrays: Arrays) -> int:
    if arrays.target.size == 0:
        return -1
    return int(max(arrays.target.max(), np.flatnonzero(np.diff(arrays.indptr))[-1]))
