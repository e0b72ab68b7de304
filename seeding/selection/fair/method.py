"""Choose fairly between audience groups: sample, solve, judge each group on fresh samples, double.

Two samples of everybody and of every group, as in `ris`. What is proven, with probability 1 − δ:

- each group's reach is at least W_g·L(Λ_g), judged on the second samples;
- a plan that truly satisfies every demand covers at least `floor_for_any` of each group's first sample, so
  the best such plan is feasible where these are the floors, and the solver's bound there bounds it;
- a plan that reaches the best smallest share t covers a part of each group's first sample that falls short of
  t by no more than the binomial bound allows, so t ≤ U(bound).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from seeding._runtime.clock import OutOfTime
from seeding._runtime.memory import fits
from seeding.errors import InfeasibleError
from seeding.plan import estimate
from seeding.plan.answers import FairCertificate
from seeding.plan.plan import Stopped
from seeding.rules.fairness import Fairness
from seeding.rules.program import Program
from seeding.selection.coverage_reduction import Reduced, reduce_sets
from seeding.selection.error_budget import (
    BEST_PLAN,
    CHOICE,
    FAIR,
    FAIR_FIRST_SETS,
    FAIR_MOST_SETS,
    GROUP,
    IMPROVED,
)
from seeding.selection.fair.group_samples import Panel, Samples, floor_for_any, floor_for_sure
from seeding.selection.fair.master import Targets
from seeding.selection.fair.saturate import Inverted, fair_greedy, fill_up
from seeding.selection.fair.solve import WORK_LIMIT, FairResult, solve_fairly
from seeding.selection.greedy import order_by_gain, select
from seeding.selection.problem import Choice, Problem, fill_head_count
from seeding.selection.ranking import rank_by_gain

# Standard deviations that a choice aims above a demanded share.
_MARGIN = 2.0
# From this size on the solver runs even where greedy attains too little, or proves too little.
_ENOUGH_TO_SOLVE = 1 << 14
# Sampling ends at this many times the size at which the solver first ran.
_MOST_AFTER = 4


@dataclass(frozen=True, eq=False)
class Look:
    """What one size of the samples led to.

    Attributes
    ----------
    choosing, judging
        The samples.
    order
        The choice; None where none that attains the demands on the sample is known.
    certificate
        What is proven of it.
    status
        What the solver said; empty where it did not run.
    solved_at
        The size at which the solver first ran; 0 before.
    upper
        The least upper bound of all looks.
    """

    choosing: Samples
    judging: Samples
    order: np.ndarray | None = None
    certificate: FairCertificate | None = None
    status: str = ""
    solved_at: int = 0
    upper: float = np.inf


def choose_fairly(problem: Problem, fairness: Fairness, program: Program) -> Choice:
    """Choose the plan that is best among those that are fair, and certify it.

    Raises
    ------
    InfeasibleError
        If no allowed plan satisfies the demands, or none was found that does so on the samples.
    """
    search = _Fair(problem, fairness, program)
    with problem.phase("sample, choose fairly (OR-Tools), certify each group") as words:
        look, stopped = search.run()
        n = look.choosing.n_sets
        words.append(f"2 × {n:,} RR sets of everybody and of each of {search.n_groups:,} groups")
        words.append(f"CP-SAT: {look.status or 'not run'}")
        if look.order is None or look.certificate is None:
            search.refuse(look.choosing)
        words.append(f"certified ratio {look.certificate.ratio:.3f}")
    order = rank_by_gain(problem, look.choosing.covers[0], look.order)
    return Choice(
        fill_head_count(order, problem) if program.is_plain else order,
        stopped,
        look.certificate,
        "exact",
        f"{fairness.rules} is solved by OR-Tools on samples of every group",
    )


class _Fair:
    """The loop over sizes, and the steps of one look."""

    def __init__(self, problem: Problem, fairness: Fairness, program: Program) -> None:
        self.problem, self.fairness, self.program = problem, fairness, program
        self.groups = fairness.judged
        self.n_groups = len(self.groups)
        self.counted = np.array([not fairness.maximin, *(g.counted for g in self.groups)], dtype=np.bool_)
        self.required = np.array([0.0, *(group.required for group in self.groups)])

    def alpha(self, event: str) -> float:
        """Return the share of δ of one event."""
        return FAIR.alpha(event, self.problem.delta, self.n_groups + 1)

    def run(self) -> tuple[Look, Stopped]:
        """Double the samples until the choice is certified, more samples do not help, or a limit is hit."""
        choosers, judges = Panel.open(self.problem, self.groups)
        look = self.look(Look(choosers.draw(FAIR_FIRST_SETS), judges.draw(FAIR_FIRST_SETS)))
        while True:
            stopped = self.why_stop(look)
            if stopped is not None:
                return look, stopped
            size = 2 * look.choosing.n_sets
            self.problem.progress.update("certifying", size, None)
            try:
                grown = choosers.grow(look.choosing, size), judges.grow(look.judging, size)
            except OutOfTime:
                # Now that time is up, a look takes what it can get.
                return self.look(look) if look.order is None else look, "time_limit"
            except MemoryError:
                return look, "memory_limit"
            look = self.look(replace(look, choosing=grown[0], judging=grown[1]))

    def why_stop(self, look: Look) -> Stopped | None:
        """Say why the search ends here; None if it goes on."""
        problem, size = self.problem, look.choosing.n_sets
        if self.certified(look):
            return "certified"
        if look.solved_at and size >= _MOST_AFTER * look.solved_at and size >= _ENOUGH_TO_SOLVE:
            return "best_effort"
        if size >= FAIR_MOST_SETS:
            return "sample_cap"
        held = look.choosing.n_bytes + look.judging.n_bytes
        if 2 * held > problem.memory_limit or not fits(held):
            return "memory_limit"
        return "time_limit" if problem.clock.expired() else None

    def certified(self, look: Look) -> bool:
        """Tell whether the asked ratio and all demands are proven."""
        proof = look.certificate
        return proof is not None and proof.proven and proof.ratio >= 1 - self.problem.gap

    def look(self, last: Look) -> Look:
        """Choose on the first samples, by greedy and, where it can matter, the solver; then judge."""
        choosing, size = last.choosing, last.choosing.n_sets
        samples = self.reduce(choosing)
        inverted = [Inverted.of(sample) for sample in samples]
        targets = self.targets(size, sure=True)
        hints = fair_greedy(inverted, self.program, targets)
        if not hints or not targets.met(choosing.counts(hints[0])):
            self.refuse_unreachable(choosing)
            targets = self.targets(size, sure=False)
            hints = [*fair_greedy(inverted, self.program, targets), *hints]
        order = next((hint for hint in hints if targets.met(choosing.counts(hint))), None)
        order = None if order is None else self.filled(inverted, order)
        look = replace(last, order=None, certificate=None, status="")
        precise = False
        if order is not None:
            value = targets.value(choosing.counts(order))
            perfect = self.judge(look, order, value, value).certificate
            precise = perfect is not None and perfect.ratio >= 1 - self.problem.gap
        look = self.bound(look, samples, hints, order)
        if self.certified(look):
            return look
        capped = self.why_stop(replace(look, solved_at=0)) is not None
        if precise or capped or (order is None and size >= _ENOUGH_TO_SOLVE):
            look = self.solve(look, samples, inverted, hints)
        return look

    def filled(self, inverted: list[Inverted], order: np.ndarray) -> np.ndarray:
        """Spend on the total reach what the smallest share cannot use."""
        return fill_up(inverted[0], self.program, order) if self.fairness.maximin else order

    def bound(
        self, look: Look, samples: list[Reduced], hints: list[np.ndarray], order: np.ndarray | None
    ) -> Look:
        """Bound every fair plan by prices alone, and judge greedy's choice, if there is one, against that."""
        bounding = self._solve(samples, self.relaxed(look.choosing.n_sets), hints, work=0.0)
        if bounding.impossible:
            self.refuse(look.choosing, proven=True)
        if order is None:
            return look
        value = self.relaxed(look.choosing.n_sets).value(look.choosing.counts(order))
        look = self.judge(look, order, value, max(bounding.upper_bound, value))
        return replace(look, status="not needed") if self.certified(look) else look

    def reduce(self, choosing: Samples) -> list[Reduced]:
        """Merge alike sets of each sample."""
        n = self.program.n_offers
        return [reduce_sets(cover.set_indptr, cover.members, n) for cover in choosing.covers]

    def targets(self, size: int, *, sure: bool) -> Targets:
        """Return what a choice should cover: demands with a margin, or as they are on the sample."""
        alpha = self.alpha(CHOICE)
        floors = [
            0
            if share == 0
            else floor_for_sure(share, size, alpha, _MARGIN)
            if sure
            else min(size, int(np.ceil(share * size - 1e-9)))
            for share in self.required.tolist()
        ]
        return Targets(np.array(floors, dtype=np.int64), self.counted)

    def relaxed(self, size: int) -> Targets:
        """Return what every plan that truly satisfies the demands covers."""
        alpha = self.alpha(BEST_PLAN)
        floors = [0 if share == 0 else floor_for_any(share, size, alpha) for share in self.required.tolist()]
        return Targets(np.array(floors, dtype=np.int64), self.counted)

    def solve(
        self, look: Look, samples: list[Reduced], inverted: list[Inverted], hints: list[np.ndarray]
    ) -> Look:
        """Bound every fair plan, then find the best that is surely fair, or at least fair on the sample."""
        size = look.choosing.n_sets
        bounding = self._solve(samples, self.relaxed(size), hints)
        if bounding.impossible:
            self.refuse(look.choosing, proven=True)
        found, said = bounding, bounding.status
        if (self.required > 0).any():
            for sure in (True, False):
                found = self._solve(samples, self.targets(size, sure=sure), hints)
                if found.chosen is not None:
                    break
            said = f"choice {found.status}, bound {bounding.status}"
        look = replace(look, status=said, solved_at=look.solved_at or size)
        if found.chosen is None:
            return look
        order = order_by_gain(look.choosing.covers[0], self.program.costs, found.chosen)
        return self.judge(look, self.filled(inverted, order), found.value, bounding.upper_bound, IMPROVED)

    def _solve(
        self, samples: list[Reduced], targets: Targets, hints: list[np.ndarray], work: float = WORK_LIMIT
    ) -> FairResult:
        self.problem.progress.update("solving the integer programme", 0, None)
        left = self.problem.clock.remaining()
        return solve_fairly(samples, self.program, targets, hints=hints, time_limit=left, work_limit=work)

    def judge(self, look: Look, order: np.ndarray, value: int, bound: int, event: str = CHOICE) -> Look:
        """Judge a choice on the second samples; `bound` is what no fair choice exceeds on the first.

        Greedy's choice and the solver's are events of their own, in every group.
        """
        size, groups = look.judging.n_sets, self.groups
        counts = look.judging.counts(order).tolist()
        least = [estimate.binomial_lower(count, size, self.alpha(event)) for count in counts]
        upper = estimate.binomial_upper(bound, size, self.alpha(BEST_PLAN))
        if self.fairness.maximin:
            lower = min(share for share, counted in zip(least, self.counted, strict=True) if counted)
        else:
            weight = self.problem.network.total_weight
            lower, upper = weight * least[0], weight * upper
            lower = max(lower, self.problem.own_weight(order))
        upper = max(min(look.upper, upper), lower)
        certificate = FairCertificate(
            lower=lower,
            upper=upper,
            ratio=lower / upper if upper > 0 else 1.0,
            delta=self.problem.delta,
            optimisation_gap=1.0 - value / bound if bound else 0.0,
            samples=2 * size * len(counts),
            rule=self.fairness.rules,
            maximin=self.fairness.maximin,
            least_shares={group.name: share for group, share in zip(groups, least[1:], strict=True)},
            proven=bool((np.array(least) >= self.required).all()),
        )
        return replace(look, order=order, certificate=certificate, upper=upper)

    def refuse_unreachable(self, choosing: Samples) -> None:
        """Refuse demands that even a plan for one group alone cannot meet, with probability 1 − δ."""
        for group, cover in zip(self.groups, choosing.covers[1:], strict=True):
            bound = select(cover, self.program.costs, self.program.limits).bound
            most = estimate.binomial_upper(bound, cover.n_sets, self.alpha(GROUP))
            if most < group.required:
                raise InfeasibleError(
                    f"{self.fairness.rules} asks to reach {group.required:.1%} of {group.name}, but no plan "
                    f"within the limits reaches more than {most:.1%} of that group "
                    f"({most * group.weight:,.1f} of {group.weight:,.1f}), even for that group alone; lower "
                    "the share or raise the limits."
                )

    def refuse(self, choosing: Samples, *, proven: bool = False) -> NoReturn:
        """Refuse demands that cannot hold together; name the group that the fairest plan serves worst."""
        demanded = self.required > 0
        targets = Targets(np.zeros(demanded.size, dtype=np.int64), demanded)
        samples = self.reduce(choosing)
        hints = fair_greedy([Inverted.of(sample) for sample in samples], self.program, targets)
        counts = self._solve(samples, targets, hints).counts[1:]
        wanted = [place for place, group in enumerate(self.groups) if group.required > 0]
        worst = min(wanted, key=lambda place: counts[place] / self.groups[place].required)
        group, share = self.groups[worst], counts[worst] / choosing.n_sets
        how = "no plan within the limits reaches that of every group" if proven else "no such plan was found"
        raise InfeasibleError(
            f"{self.fairness.rules}: {how}; the fairest plan reaches about {share:.1%} of {group.name} "
            f"({share * group.weight:,.1f} of {group.weight:,.1f}), asked is {group.required:.1%}; lower the "
            "share or raise the limits."
        )
