"""The fairest choice on a sample, proven: cuts for every audience, and CP-SAT over the offers.

As in `exact`, sets live in cuts (Benders decomposition), here one family per audience. Each round either
proves that no choice is better, finds a better one, or meets a choice whose coverage some η overstates; then
the cut that is tight there is added, so that no choice deceives twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seeding.rules.cp_sat import SolverError
from seeding.rules.program import Program
from seeding.selection.bounds.relaxation import Purse
from seeding.selection.bounds.subgradient import cut, cut_at, price
from seeding.selection.coverage_reduction import Reduced
from seeding.selection.fair.master import FairAnswer, FairMaster, Targets
from seeding.selection.fair.smallest_bound import bound_smallest

# CP-SAT's deterministic time for one search, and for its first round.
WORK_LIMIT = 1.0
_FIRST_ROUND = 0.5
_MOST_ROUNDS = 400


@dataclass(frozen=True, eq=False)
class FairResult:
    """The best choice found, and what is proven of all others.

    Attributes
    ----------
    chosen
        Chosen offers (indices), rising; None where no choice is known that attains the floors.
    counts
        What they cover of each sample, counted by us.
    value
        What is maximised; −1 without a choice.
    upper_bound
        Proven: no allowed choice that attains the floors is worth more; −1: there is none.
    status
        In words: optimal, impossible, or why neither is known.
    """

    chosen: np.ndarray | None
    counts: np.ndarray
    value: int
    upper_bound: int
    status: str

    @property
    def impossible(self) -> bool:
        """Whether it is proven that no choice attains the floors."""
        return self.upper_bound < 0

    @property
    def optimal(self) -> bool:
        """Whether no choice is better."""
        return self.chosen is not None and self.value >= self.upper_bound


def solve_fairly(
    samples: Sequence[Reduced],
    program: Program,
    targets: Targets,
    *,
    hints: Sequence[np.ndarray] = (),
    time_limit: float | None = None,
    work_limit: float = WORK_LIMIT,
) -> FairResult:
    """Maximise the least covered of the counted samples, with a floor on each sample.

    The same input gives the same answer on any number of threads, unless `time_limit` is reached. Whatever
    happens to the solver, the answer is at least as good as the best hint, keeps limits and rules, and its
    bound holds.

    Parameters
    ----------
    samples
        One reduced sample per audience, all over the offers of `program`.
    program
        Which choices are allowed.
    targets
        What must be covered, and what is maximised.
    hints
        Choices to start from; those that are not allowed or miss a floor are left aside.
    time_limit
        Seconds; None: only `work_limit` ends the search.
    work_limit
        Deterministic time for CP-SAT.
    """
    search = _Search(samples, program, targets, time_limit)
    for hint in hints:
        if program.allows(hint):
            search.offer(np.asarray(hint, dtype=np.int64))
    try:
        search.run(hints, work_limit)
    except (SolverError, ImportError) as error:
        search.status = f"the solver failed ({error}); the best choice known is kept"
    except Exception as error:  # whatever OR-Tools throws, the choice and the bound at hand stand
        search.status = f"the solver failed ({error!r}); the best choice known is kept"
    return search.result()


class _Search:
    """The best choice so far, the best bound so far, and the rounds that bring them together."""

    def __init__(
        self, samples: Sequence[Reduced], program: Program, targets: Targets, time_limit: float | None
    ) -> None:
        self.samples, self.program, self.targets = samples, program, targets
        self.deadline = None if time_limit is None else time.monotonic() + time_limit
        self.chosen: np.ndarray | None = None
        self.value = -1
        self.upper = min(samples[g].total_weight for g in np.flatnonzero(targets.counted).tolist())
        self.status = "stopped at the time limit"
        self.prices: dict[int, np.ndarray] = {}

    def time_left(self) -> bool:
        """Tell whether the deadline is still ahead."""
        return self.deadline is None or time.monotonic() < self.deadline

    def counts(self, chosen: np.ndarray) -> np.ndarray:
        """Count what a choice (indices) covers of each sample."""
        return np.array([sample.covered(chosen) for sample in self.samples], dtype=np.int64)

    def offer(self, chosen: np.ndarray) -> np.ndarray:
        """Take an allowed choice if it attains the floors and is better; returns what it covers."""
        counts = self.counts(chosen)
        if self.targets.met(counts) and self.targets.value(counts) > self.value:
            self.chosen, self.value = np.sort(chosen), self.targets.value(counts)
        return counts

    def run(self, hints: Sequence[np.ndarray], work_limit: float) -> None:
        """Bound by prices, then solve, recount and cut until nothing better can exist."""
        master = self._open(hints)
        share = _FIRST_ROUND
        for _ in range(_MOST_ROUNDS):
            if self.value >= self.upper or work_limit <= 0 or not self.time_left():
                break
            seconds = None if self.deadline is None else max(0.0, self.deadline - time.monotonic())
            answer = master.solve(self.value, min(share, work_limit), seconds)
            work_limit -= max(answer.work, 1e-3)
            self._learn(master, answer)
            if not answer.choices:
                share *= 2
        if self.time_left():
            self.status = "stopped at the work limit"

    def _open(self, hints: Sequence[np.ndarray]) -> FairMaster:
        """Make the model with the cuts that prices and hints suggest."""
        program, targets, limits = self.program, self.targets, self.program.limits
        # Whoever chooses h heads chooses at most h offers, so the purse without the rules is a relaxation.
        purse = Purse.of(program.costs, limits.budget, limits.k)
        start = np.zeros(program.n_offers, dtype=np.bool_)
        if hints:
            start[hints[0]] = True
        cuts = []
        for g in targets.watched:
            sample = self.samples[g]
            aim = max(int(targets.floors[g]), sample.covered(np.flatnonzero(start)))
            priced = price(sample, purse, start, aim, self.time_left, patient=False)
            self.prices[g] = priced.prices
            cuts.append((g, *cut(sample, priced.prices)))
            if priced.bound < targets.floors[g]:
                self.upper = -1
            if targets.counted[g]:
                self.upper = min(self.upper, max(priced.bound, self.value))
        together = np.flatnonzero(targets.counted).tolist()
        if len(together) > 1 and self.upper > self.value:
            aim = min(self.samples[g].covered(np.flatnonzero(start)) for g in together)
            mixed = [self.samples[g] for g in together]
            bound, prices = bound_smallest(mixed, purse, start, aim, self.time_left)
            self.upper = min(self.upper, max(bound, self.value))
            cuts += [(g, *cut(self.samples[g], shared)) for g, shared in zip(together, prices, strict=True)]
        master = FairMaster(program, targets, [sample.total_weight for sample in self.samples])
        master.leave_out(self._needless())
        for one in cuts:
            master.add_cut(*one)
        for hint in hints[:3]:
            self._cut_at(master, hint, targets.watched)
        return master

    def _needless(self) -> np.ndarray:
        """Mark the offers that are never needed: not allowed, or idle where no rule can want them."""
        idle = np.ones(self.program.n_offers, dtype=np.bool_)
        for g in self.targets.watched:
            idle &= self.samples[g].candidate_weight == 0
        return self.program.forbidden | idle if self.program.is_closed else self.program.forbidden

    def _cut_at(self, master: FairMaster, chosen: np.ndarray, where: Sequence[int]) -> None:
        marked = np.zeros(self.program.n_offers, dtype=np.bool_)
        marked[chosen] = True
        for g in where:
            master.add_cut(g, *cut_at(self.samples[g], marked, self.prices[g]))

    def _learn(self, master: FairMaster, answer: FairAnswer) -> None:
        """Take over what the solver found, after counting it again.

        Raises
        ------
        SolverError
            If a choice breaks a limit or a rule.
        """
        if answer.verdict == "impossible":
            self.upper = self.value
        for marked, believed in answer.choices:
            chosen = np.flatnonzero(marked)
            if not self.program.allows(chosen):
                raise SolverError("CP-SAT's choice breaks a limit or a rule")
            counts = self.offer(chosen)
            overstated = [g for g in self.targets.watched if believed[g] > counts[g]]
            self._cut_at(master, chosen, overstated)
        if answer.bound is not None:
            self.upper = min(self.upper, max(answer.bound, self.value))

    def result(self) -> FairResult:
        """Say what was found."""
        counts = np.zeros(len(self.samples), dtype=np.int64)
        counts = counts if self.chosen is None else self.counts(self.chosen)
        if self.value >= self.upper:
            self.status = "impossible" if self.chosen is None else "optimal"
        return FairResult(self.chosen, counts, self.value, max(self.upper, self.value), self.status)
