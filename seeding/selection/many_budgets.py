"""Many budgets on one pair of samples: choices and certificates behind a curve of reach against budget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seeding.plan.estimate import Certificate
from seeding.plan.plan import Stopped
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage
from seeding.selection.doubling import Pair
from seeding.selection.error_budget import BEST_PLAN, CHOICE, FRONTIER, Spent
from seeding.selection.greedy import Cover
from seeding.selection.offers_on_sample import offered
from seeding.selection.problem import Problem
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import Counted, bounded, choose_on, chooser, judge

# Of what sampling error leaves of the asked gap, the part that the bound may take.
_SHARE_FOR_BOUND = 0.9
# Sampling for one budget ends at this many times the size at which it became precise enough.
_MOST_AFTER = 8


@dataclass(frozen=True, eq=False)
class Rung:
    """The choice for one budget.

    Attributes
    ----------
    limits
        What it may use.
    order
        Chosen candidates (indices), in order of choice.
    certificate
        How good it is; the statements of all rungs hold together with probability 1 − δ.
    stopped
        Why work on it ended; None while it goes on.
    precise_at
        The sample size from which on a perfect bound would certify it; 0 before.
    wanted
        About that size, as far as can be told.
    """

    limits: Limits
    order: np.ndarray
    certificate: Certificate
    stopped: Stopped | None = None
    precise_at: int = 0
    wanted: float = 0.0


def climb(problem: Problem, steps: list[Limits]) -> list[Rung]:
    """Choose within each of several rising limits, on one pair of samples.

    The samples double until every rung is certified, or more of them no longer help it, or a limit is hit.
    δ is shared evenly over the rungs, and each share over looks, so that by the union bound everything said
    about all of them holds together with probability 1 − δ. At a look each rung has one choice of its own,
    made on the choosing sample alone, and one bound.

    A choice is allowed at every larger budget, and a bound for a larger budget holds for every smaller one.
    So on the choosing sample each rung takes the choice below where that covers more, and the least of the
    bounds above; the curve rises, and its upper bound does too. That adds no way to fail: what is said of a
    choice is the same event whichever rung takes it.
    """
    spent = FRONTIER.spend(BEST_PLAN, CHOICE, problem.delta, len(steps))
    shared = [problem.within(limits) for limits in steps]
    rungs: list[Rung | None] = [None] * len(steps)
    with problem.phase("sample, choose and certify for all budgets") as words:
        pair = Pair(problem)
        while True:
            rungs = _look(shared, spent, pair, rungs, thorough=False)
            open_ = [rung for rung in rungs if rung is not None and rung.stopped is None]
            certified = len(rungs) - len(open_)
            problem.progress.update("certifying the budgets", certified, len(rungs), f"{pair.size:,} sets")
            ended = pair.grow(min(rung.wanted for rung in open_)) if open_ else None
            if ended is not None:
                rungs = rungs if ended == "time_limit" else _look(shared, spent, pair, rungs, thorough=True)
            if ended is not None or not open_:
                break
        words.append(f"2 × {pair.size:,} RR sets for {len(steps):,} budgets")
    made = [
        rung if rung.stopped else replace(rung, stopped=ended or "best_effort")
        for rung in rungs
        if rung is not None
    ]
    sample = offered(pair.choosing, problem.offers)
    return [replace(rung, order=rank_by_gain(problem, sample, rung.order)) for rung in _rising(sample, made)]


def _look(
    shared: list[Problem], spent: Spent, pair: Pair, rungs: list[Rung | None], thorough: bool
) -> list[Rung | None]:
    """Look at each rung that is still open: choose, from the lowest; then judge, from the highest."""
    new, covers, below = list(rungs), {}, None
    sample = offered(pair.choosing, shared[0].offers)
    for at, problem in enumerate(shared):
        rung = rungs[at]
        if rung is not None and rung.stopped is not None:
            continue
        cover = choose_on(problem, chooser(problem), sample, None, spent).cover
        if below is not None and below.covered > cover.covered:
            cover = Cover(below.order, below.covered, cover.bound)
        covers[at] = below = cover
    ceiling = np.inf
    for at in range(len(shared) - 1, -1, -1):
        rung = rungs[at]
        if at in covers:
            samples = sample, pair.judging
            new[at] = rung = _judge(shared[at], spent, samples, covers[at], rung, ceiling, thorough)
        if rung is not None:
            ceiling = min(ceiling, rung.certificate.upper)
    return new


def _judge(
    problem: Problem,
    spent: Spent,
    samples: tuple[Coverage, Coverage],
    cover: Cover,
    last: Rung | None,
    ceiling: float,
    thorough: bool,
) -> Rung:
    """Judge a choice; where it pays, with the tight bound."""
    choosing, judging = samples
    size = choosing.n_sets
    # Counted once: the second sample has no index, so each count goes over all of it.
    fresh = Counted(judging.count(problem.seeded(cover.order)), size)
    known = min(ceiling, last.certificate.upper if last else np.inf)
    perfect = Cover(cover.order, cover.covered, cover.covered)
    within_reach = judge(problem, perfect, choosing, fresh, np.inf, spent).ratio / (1 - problem.gap)
    precise_at = last.precise_at if last and last.precise_at else size * (within_reach >= 1)
    certificate = judge(problem, cover, choosing, fresh, known, spent)
    patient = thorough or bool(precise_at and size >= _MOST_AFTER * precise_at)
    if certificate.ratio < 1 - problem.gap and (thorough or within_reach >= 1) and cover.covered:
        enough = 0 if patient else int(cover.covered * (1 + _SHARE_FOR_BOUND * (within_reach - 1)))
        cover, _ = bounded(problem, choosing, cover, enough, patient)
        certificate = judge(problem, cover, choosing, fresh, known, spent)
    stopped: Stopped | None = "best_effort" if patient and not thorough else None
    if certificate.ratio >= 1 - problem.gap:
        stopped = "certified"
    # As in `ris`: then either bound is within half the gap of what it bounds.
    covered = 8 * np.log(1 / spent.upper) / problem.gap**2
    wanted = covered * size / cover.covered if cover.covered else 0.0
    return Rung(problem.limits, cover.order, certificate, stopped, precise_at, wanted)


def _rising(sample: Coverage, rungs: list[Rung]) -> list[Rung]:
    """Let each rung take the choice below where that covers more, and the least upper bound from above."""
    rising: list[Rung] = []
    most = -1
    for rung in rungs:
        covered = sample.count(rung.order)
        rising.append(take(rung, rising[-1]) if covered < most else rung)
        most = max(most, covered)
    ceiling = np.inf
    for at in range(len(rising) - 1, -1, -1):
        ceiling = min(ceiling, rising[at].certificate.upper)
        rising[at] = replace(rising[at], certificate=_between(rising[at].certificate, upper=ceiling))
    return rising


def take(rung: Rung, cheaper: Rung) -> Rung:
    """Give a rung the choice of a cheaper one, with what was proven of it."""
    certificate = _between(rung.certificate, lower=cheaper.certificate.lower)
    return replace(rung, order=cheaper.order, certificate=certificate)


def _between(certificate: Certificate, lower: float | None = None, upper: float | None = None) -> Certificate:
    low = certificate.lower if lower is None else lower
    high = max(certificate.upper if upper is None else upper, low)
    return replace(certificate, lower=low, upper=high, ratio=low / high if high > 0 else 1.0)
