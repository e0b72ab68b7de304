"""Selection by integer programming: RR sets and greedy first, then OR-Tools on the sample that greedy had."""

from __future__ import annotations

from seeding.selection.greedy import Cover, order_by_gain
from seeding.selection.problem import Choice, Problem, fill_head_count
from seeding.selection.ris import Samples, at_once, chooser, judge, sample_until_certified

_NOT_NEEDED = {
    "certified": "greedy on RR sets is certified as asked, so no integer programme was needed",
    "time_limit": "time was up before the integer programme could start",
}


def exact(problem: Problem, only_if_needed: bool = False) -> Choice:
    """Choose by solving the budgeted maximum coverage on the sample, to optimality or a reported gap.

    With `only_if_needed` the solver is left out where greedy's choice is certified already.
    """
    samples, stopped = sample_until_certified(problem, chooser(problem), at_once)
    if stopped == "time_limit" or (only_if_needed and stopped == "certified"):
        order = fill_head_count(samples.cover.order, problem)
        return Choice(order, stopped, samples.certificate, "ris", _NOT_NEEDED[stopped])
    cover = _solve(problem, samples)
    certificate = judge(problem, cover, samples.choosing, samples.judging, samples.certificate.upper)
    if certificate.ratio >= 1 - problem.gap:
        stopped = "certified"
    elif problem.clock.expired():
        stopped = "time_limit"
    return Choice(fill_head_count(cover.order, problem), stopped, certificate)


def _solve(problem: Problem, samples: Samples) -> Cover:
    from seeding.selection.exact import solve

    sample, cover, limits = samples.choosing, samples.cover, problem.limits
    problem.progress.update("solving the integer programme", 0, None)
    with problem.phase("integer programme (OR-Tools)") as words:
        found = solve(
            sample.set_indptr,
            sample.members,
            problem.costs,
            budget=limits.budget,
            k=limits.k,
            hint=cover.order,
            time_limit=problem.clock.remaining(),
        )
        words.append(f"{found.solver}: {found.status}")
        words.append(
            f"covers {found.covered:,} sets, at most {min(found.upper_bound, cover.bound):,} possible"
        )
    order = order_by_gain(sample, problem.costs, found.chosen)
    return Cover(order, found.covered, min(found.upper_bound, cover.bound))
