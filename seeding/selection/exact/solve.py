"""Budgeted maximum coverage solved to proven optimality, or to a bound that says how far off it may be.

The textbook model has a variable for every set; on real samples its relaxation alone takes minutes. Here
sets live in cuts (Benders decomposition; Cordeau, Furini and Ljubić, EJOR 2019): CP-SAT sees candidates and a
few hundred linear bounds on coverage, first the best one found by pricing the sets. Prices also decide most
candidates before CP-SAT starts. docs/exact.md has the measurements behind this choice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from seeding.errors import InputError
from seeding.rules.cp_sat import SolverError
from seeding.rules.limits import Limits
from seeding.rules.program import Program
from seeding.selection.bounds.relaxation import Allowance, Purse, allowance
from seeding.selection.bounds.subgradient import cut, cut_at, price, times_covered
from seeding.selection.coverage_reduction import Reduced, reduce_sets, restrict
from seeding.selection.exact.branch_and_bound import branch_and_bound, work_worth
from seeding.selection.exact.master import Answer, Master

# CP-SAT's deterministic time for the whole search, and for its first round; see docs/exact.md.
WORK_LIMIT = 8.0
_FIRST_ROUND = 1.0
_MOST_ROUNDS = 400
# Entries that branch and bound touches in a second, on any machine of today.
_ENTRIES_A_SECOND = 1 << 26

_BY_PRICES = "Lagrangian bound"
_ENOUGH = "as good as asked"
_BY_BRANCHING = "Lagrangian bound and branch and bound"
_BY_CP_SAT = "Lagrangian bound and CP-SAT"


@dataclass(frozen=True, eq=False)
class ExactResult:
    """A choice, and a proof of how good it is on the sample.

    Attributes
    ----------
    chosen
        Chosen candidates (indices), rising; int64.
    covered
        Number of sets they cover, counted by us.
    upper_bound
        Proven: no feasible choice covers more.
    optimal
        Whether the two are equal.
    seconds
        Wall-clock time.
    work
        Deterministic time that CP-SAT took, in its own units.
    solver
        What proved the bound.
    status
        In words: optimal, or why it is not.
    """

    chosen: np.ndarray
    covered: int
    upper_bound: int
    optimal: bool
    seconds: float
    work: float
    solver: str
    status: str


def solve(
    set_indptr: np.ndarray,
    set_members: np.ndarray,
    costs: np.ndarray,
    *,
    budget: int | None = None,
    k: int | None = None,
    program: Program | None = None,
    hint: np.ndarray | None = None,
    time_limit: float | None = None,
    work_limit: float = WORK_LIMIT,
    enough: float = 0.0,
) -> ExactResult:
    """Choose the candidates that cover the most sets within the budget and the head count.

    The same input gives the same answer on any number of threads, unless `time_limit` is reached. Whatever
    happens to the solver, the answer is at least as good as `hint`, keeps the limits, and its bound holds.

    Parameters
    ----------
    set_indptr, set_members
        The sets as compressed rows of candidate indices, without repetition within a set.
    costs
        Cost of each candidate in minor units, int64, at least 0.
    budget, k
        Most minor units and most candidates; None is no limit, and at least one is given.
    program
        Limits and rules together, in place of `budget` and `k`; an allowed `hint` is needed then.
    hint
        A good feasible choice to start from, such as greedy's.
    time_limit
        Seconds; the search stops soon after. None: only `work_limit` ends it.
    work_limit
        Deterministic time for CP-SAT, in its own units; docs/exact.md says what one takes.
    enough
        Stop as soon as the choice is proven to cover all but this part of the most possible.

    Returns
    -------
    The best choice found, its coverage and the bound.

    Raises
    ------
    InputError
        If no limit is given, one is negative, or `hint` breaks one.
    """
    start = time.monotonic()
    costs = np.asarray(costs, dtype=np.int64)
    kept = np.unique(np.asarray([] if hint is None else hint, dtype=np.int64))
    if program is None:
        _check(costs, budget, k, kept)
    elif not program.allows(kept):
        raise InputError("hint breaks a limit or a rule.")
    sample = reduce_sets(set_indptr, set_members, costs.size)
    purse = Purse.of(costs, budget, k) if program is None else allowance(program)
    useful = purse.useful(sample.candidate_weight)
    search = _Search.over(sample, purse, useful, kept)
    search.deadline = None if time_limit is None else start + time_limit
    search.enough = enough
    search.run(work_limit)
    chosen = kept if search.chosen is None else useful[search.chosen]
    optimal = search.upper <= search.covered
    return ExactResult(
        chosen=chosen.astype(np.int64),
        covered=search.covered,
        upper_bound=max(search.upper, search.covered),
        optimal=optimal,
        seconds=time.monotonic() - start,
        solver=search.solver,
        work=search.work,
        status="optimal" if optimal else search.status,
    )


def _check(costs: np.ndarray, budget: int | None, k: int | None, hint: np.ndarray) -> None:
    if budget is None and k is None:
        raise InputError("neither budget nor k is given; say how much may be spent or how many to choose.")
    if (budget is not None and budget < 0) or (k is not None and k < 0):
        raise InputError(f"budget={budget} and k={k} must be at least 0.")
    if costs.size and costs.min() < 0:
        raise InputError(f"candidate {int(costs.argmin())} costs {costs.min()}; costs must be at least 0.")
    if hint.size and (hint[0] < 0 or hint[-1] >= costs.size):
        raise InputError(f"hint names candidates outside 0 to {costs.size - 1}.")
    over = budget is not None and sum(costs[hint].tolist()) > budget
    if over or (k is not None and hint.size > k):
        raise InputError(f"hint chooses {hint.size} candidates and breaks budget={budget} or k={k}.")


class _Search:
    """The best choice so far, the best bound so far, and the steps that bring them together.

    `chosen` marks the best choice found here; None while the hint is the best.
    """

    def __init__(self, sample: Reduced, purse: Allowance, covered: int, marked: np.ndarray) -> None:
        self.sample, self.purse, self.covered, self.marked = sample, purse, covered, marked
        self.chosen: np.ndarray | None = None
        self.upper = sample.total_weight
        self.deadline: float | None = None
        self.enough, self.work = 0.0, 0.0
        self.solver, self.status = _BY_PRICES, "stopped at the time limit"

    @classmethod
    def over(cls, sample: Reduced, purse: Allowance, useful: np.ndarray, hint: np.ndarray) -> _Search:
        """Start from a hint, on the sample that the useful candidates see."""
        nobody = np.zeros(purse.n, np.bool_)
        return cls(
            restrict(sample, useful), purse.after(nobody, useful), sample.covered(hint), np.isin(useful, hint)
        )

    def run(self, work_limit: float) -> None:
        """Take everybody if that is allowed; else price the sets, decide who is clear, and solve the rest."""
        everybody = np.ones(self.purse.n, np.bool_)
        if self.purse.allows(everybody):
            self.offer(everybody)
            return
        priced = price(self.sample, self.purse, self.marked, self.covered, self.time_left)
        self.upper = min(self.upper, priced.bound)
        if self.done():
            self.status = _ENOUGH
        needless, needed = priced.needless(self.covered), priced.needed(self.covered)
        if self.purse.cannot_hold(needed):
            # A better choice would have to hold more than anybody may choose.
            self.upper = self.covered
        if not self.done() and self.time_left():
            rest = _Rest(self, needed, np.flatnonzero(~needless & ~needed))
            try:
                rest.solve(work_limit)
            except (SolverError, ImportError) as error:
                self.status = f"the solver failed ({error}); the best choice known is kept"
            except Exception as error:  # whatever OR-Tools throws, the choice and the bound at hand stand
                self.status = f"the solver failed ({error!r}); the best choice known is kept"

    def done(self) -> bool:
        """Tell whether the choice is proven good enough."""
        return self.upper - self.covered <= self.enough * self.upper

    def time_left(self) -> bool:
        """Tell whether the deadline is still ahead."""
        return self.deadline is None or time.monotonic() < self.deadline

    def seconds_left(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def offer(self, marked: np.ndarray) -> bool:
        """Take a choice if it covers more, recounted; returns whether it keeps the limits."""
        if not self.purse.allows(marked):
            return False
        covered = self.sample.covered(np.flatnonzero(marked))
        if covered > self.covered or (covered == self.covered and covered == self.upper):
            self.covered, self.chosen = covered, marked
        return True


class _Rest:
    """What the prices left open: some candidates, the sets not yet covered, the money not yet spent.

    Deciding candidates is valid only for choices better than the one at hand. So a bound on the rest bounds
    all choices together with that one, and `_Search` keeps it.
    """

    def __init__(self, search: _Search, bought: np.ndarray, free: np.ndarray) -> None:
        self.search, self.bought, self.free = search, bought, free
        self.sample = _uncovered(search.sample, bought, free)
        self.purse = search.purse.after(bought, free)
        self.base = search.sample.covered(np.flatnonzero(bought))
        self.priced = price(self.sample, self.purse, search.marked[free], self.goal(), search.time_left)
        self.lower_to(self.priced.bound)

    def goal(self) -> int:
        """Return what the rest has to exceed, for the whole to be better than the best choice known."""
        return self.search.covered - self.base

    def lower_to(self, bound: int) -> None:
        """Use a bound on the rest."""
        self.search.upper = min(self.search.upper, max(self.search.covered, self.base + bound))

    def solve(self, work_limit: float) -> None:
        """Solve, count what the choices met really cover, add the cuts they break, and solve again."""
        search = self.search
        if search.done() or self.branch():
            return
        search.solver = _BY_CP_SAT
        master = Master(self.purse, search.upper - self.base)
        master.add_cut(*cut(self.sample, self.priced.prices))
        share = _FIRST_ROUND
        for _ in range(_MOST_ROUNDS):
            if not search.time_left() or work_limit <= 0:
                break
            master.decide(self.priced.needless(self.goal()), self.priced.needed(self.goal()))
            answer = master.solve(self.goal(), min(share, work_limit), search.seconds_left())
            work_limit -= max(answer.work, 1e-3)
            search.work += max(answer.work, 1e-3)
            self.learn(master, answer)
            if search.done():
                search.status = _ENOUGH
                return
            if not answer.choices:
                share *= 2
        search.status = "stopped at the work limit" if search.time_left() else "stopped at the time limit"

    def branch(self) -> bool:
        """Search all choices, for as long as that may finish; returns whether it settled everything."""
        search, purse = self.search, self.purse
        if not isinstance(purse, Purse):
            return False
        program = Program.plain(purse.costs, Limits(purse.budget, purse.k))
        work, nobody = work_worth(program), np.empty(0, dtype=np.int64)
        if self.search.deadline is not None:
            # The kernel does not look at the clock; so it gets what it surely has the time for.
            work = min(work, int(_ENTRIES_A_SECOND * (search.seconds_left() or 0.0)))
        if work == 0 or not search.time_left():
            return False
        found, covered, bound, _ = branch_and_bound(self.sample, program, nobody, self.goal(), work)
        if covered > self.goal():
            marked = self.bought.copy()
            marked[self.free[found]] = True
            search.offer(marked)
        self.lower_to(bound)
        search.solver = _BY_BRANCHING
        return search.done()

    def learn(self, master: Master, answer: Answer) -> None:
        """Take over what the solver found, after counting it again.

        Raises
        ------
        SolverError
            If a choice breaks a limit.
        """
        if answer.verdict == "impossible":
            self.search.upper = self.search.covered
        for marked in answer.choices:
            whole = self.bought.copy()
            whole[self.free[marked]] = True
            if not self.search.offer(whole):
                raise SolverError("CP-SAT's choice breaks a limit or a rule")
            master.add_cut(*cut_at(self.sample, marked, self.priced.prices))
        if answer.bound is not None:
            self.lower_to(answer.bound)


def _uncovered(sample: Reduced, bought: np.ndarray, free: np.ndarray) -> Reduced:
    """Drop the sets that the bought candidates cover, and everybody who is not free."""
    open_sets = times_covered(sample, bought.astype(np.int64)) == 0
    sizes = np.diff(sample.set_indptr)
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[open_sets])])
    members = sample.set_members[np.repeat(open_sets, sizes)]
    left = Reduced(indptr, members, sample.weight[open_sets], sample.singleton_weight, sample.n_sets)
    return restrict(left, free)
