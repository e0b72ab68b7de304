"""Selection by integer programming: RR sets and greedy first, then OR-Tools on the sample that greedy had."""

from __future__ import annotations

from seeding.selection.exact.solve import WORK_LIMIT, solve
from seeding.selection.greedy import Cover, order_by_gain
from seeding.selection.keeping import keep
from seeding.selection.problem import Choice, Problem, fill_head_count
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import Samples, at_once, chooser, polished, sample_until_certified

_NOT_NEEDED = {
    "certified": "greedy on RR sets is certified as asked, so no integer programme was needed",
    "time_limit": "time was up before the integer programme could start",
}
# With `auto`, the programme is worked on until what is lost on the sample is less than this part of the gap.
_SHARE_OF_GAP = 0.15


class _Solver:
    """The integer programme on one sample after another, until an allowance of work is used up.

    Each is given the whole allowance, so that its choice does not depend on how much was spent before, which
    the judging sample has a part in. Once it is used up only the bound by prices is taken.
    """

    def __init__(self, only_if_needed: bool) -> None:
        self.only_if_needed = only_if_needed
        self.work, self.used = WORK_LIMIT, False

    def __call__(self, problem: Problem, samples: Samples) -> Cover:
        """Solve the budgeted maximum coverage on the choosing sample, starting from the choice at hand."""
        sample, cover = samples.offered, samples.cover
        self.used = True
        problem.progress.update("solving the integer programme", 0, None)
        with problem.phase("integer programme (OR-Tools)") as words:
            found = solve(
                sample.set_indptr,
                sample.members,
                problem.program.costs,
                program=problem.program,
                hint=cover.order,
                time_limit=problem.clock.remaining(),
                work_limit=WORK_LIMIT if self.work > 0 else 0.0,
                enough=_SHARE_OF_GAP * problem.gap if self.only_if_needed else 0.0,
            )
            used_up, self.work = self.work <= 0, self.work - found.work
            words.append(f"{found.solver}: {found.status}")
            words.append(
                f"covers {found.covered:,} sets, at most {min(found.upper_bound, cover.bound):,} possible"
            )
        bound = min(found.upper_bound, cover.bound)
        if used_up:
            return Cover(cover.order, cover.covered, bound)
        order = order_by_gain(sample, problem.program.costs, found.chosen)
        return keep(problem, sample, Cover(order, found.covered, bound))


def exact(problem: Problem, only_if_needed: bool = False) -> Choice:
    """Choose by solving the budgeted maximum coverage on the sample, to optimality or a reported gap.

    With `only_if_needed` the solver is left out where greedy's choice is certified already, and stops where
    the size of the sample is what keeps the ratio down; more is sampled then.
    """
    solver = _Solver(only_if_needed)
    samples, stopped = sample_until_certified(problem, chooser(problem), at_once, polish=solver)
    if not solver.used and stopped == "certified" and not only_if_needed:
        samples = polished(problem, samples, solver)
    order = rank_by_gain(problem, samples.offered, samples.cover.order)
    order = fill_head_count(order, problem)
    if not solver.used and stopped in _NOT_NEEDED:
        return Choice(order, stopped, samples.certificate, "ris", _NOT_NEEDED[stopped])
    return Choice(order, stopped, samples.certificate)
