"""Is any choice allowed, and which is the best by a plain sum? Answered by CP-SAT, rechecked in integers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from seeding._runtime.clock import Clock
from seeding.errors import InputError, SeedingError
from seeding.rules.cp_sat import SolverError, new_solver, run_solver
from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program

# CP-SAT's deterministic time for one question.
WORK = 4.0
# Whom a row or a limit belongs to, besides the numbers of the rules: to nobody, so that it always holds;
# to the budget; to the head count.
ALWAYS, BUDGET, COUNT = -1, -2, -3

Sense = Literal["max", "min"]
Share = tuple[int, tuple[int, int]]
"""A rule and the part (numerator, denominator) of the money that it leaves to one candidate."""

# CP-SAT refuses sums that come near the end of its 64-bit integers.
_LARGEST_SUM = 1 << 60


class Answer(NamedTuple):
    """A choice, None where it is proven that there is none, and whether it is proven to be the best."""

    choice: np.ndarray | None
    proven: bool


def find_allowed(
    program: Program,
    objective: np.ndarray | None = None,
    *,
    sense: Sense = "max",
    work: float = WORK,
    time_limit: float | None = None,
) -> np.ndarray | None:
    """Find a choice that a programme allows; with an objective, the best one found within the limits.

    Deterministic: one worker, a fixed seed and a deterministic limit; only `time_limit` depends on machines.

    Parameters
    ----------
    program
        The rules and limits.
    objective
        What each offer adds, in integers; None: any allowed choice will do.
    sense
        Whether the sum of the objective should be large or small.
    work
        Deterministic time for CP-SAT, in its own units.
    time_limit
        Seconds.

    Returns
    -------
    The offers chosen (indices), rising; None if it is proven that no choice is allowed.

    Raises
    ------
    InputError
        If the amounts are too large to be added up exactly.
    SolverError
        If the solver decides nothing within the limits, fails, or gives a choice that is not allowed.
    """
    return seek(program, objective, sense, work, time_limit).choice


def seek(
    program: Program,
    objective: np.ndarray | None = None,
    sense: Sense = "max",
    work: float = WORK,
    time_limit: float | None = None,
) -> Answer:
    """Find the best allowed choice as `find_allowed` does, and tell whether it is proven to be the best."""
    from ortools.sat.python import cp_model

    clock = Clock.within(time_limit)
    model = RuleModel(program, time_left=clock.time_left)
    if objective is not None:
        model.aim(objective, sense)
    solver, status = model.solve(work, clock.remaining())
    if status == cp_model.INFEASIBLE:
        return Answer(None, True)
    choice = np.array([i for i, x in enumerate(model.choice) if solver.boolean_value(x)], dtype=np.int64)
    if not program.allows(choice):
        raise SolverError("CP-SAT's choice breaks a rule or a limit")
    return Answer(choice, status == cp_model.OPTIMAL or objective is None)


def find_blockers(
    program: Program, shares: Sequence[Share], members: Sequence[int], work: float, time_limit: float | None
) -> tuple[int, ...] | None:
    """Name members that cannot all hold, not always as few as possible; None if all can.

    Parameters
    ----------
    program
        The rules and limits.
    shares
        The rules about the part of one candidate, in the place of the programme's own.
    members
        The rules and limits that may be named: numbers of rules, `BUDGET`, `COUNT`.
    work, time_limit
        As for `find_allowed`.

    Raises
    ------
    InputError, SolverError
        As `find_allowed`.
    """
    from ortools.sat.python import cp_model

    clock = Clock.within(time_limit)
    model = RuleModel(program, shares, members, clock.time_left)
    solver, status = model.solve(work, clock.remaining())
    if status != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return tuple(member for member, switch in model.switches.items() if switch.index in named)


class RuleModel:
    """A programme as a model of CP-SAT, with a variable per offer and, where needed, one for the money spent.

    Parameters
    ----------
    program
        The rules and limits.
    shares
        The rules about the part of one candidate; None: the programme's own.
    members
        The rules and limits that hold by assumption only, so that the solver can name them.
    time_left
        Asked before each row, of which there may be as many as offers.

    Raises
    ------
    SolverError
        If time is up before the model is complete.
    """

    def __init__(
        self,
        program: Program,
        shares: Sequence[Share] | None = None,
        members: Iterable[int] = (),
        time_left: Callable[[], bool] = lambda: True,
    ) -> None:
        from ortools.sat.python import cp_model

        _check_sizes(program)
        self._weighted = cp_model.LinearExpr.weighted_sum
        self._program, self._time_left = program, time_left
        self._model = cp_model.CpModel()
        self.choice = [self._model.new_bool_var("") for _ in range(program.n_offers)]
        self._spent: Any = None
        self.switches = {member: self._model.new_bool_var("") for member in members}
        self._model.add_assumptions(list(self.switches.values()))
        self._add_limits()
        self._add_rows()
        own = () if program.share is None else ((program.share_rule, program.share),)
        self._add_shares(own if shares is None else shares)

    def aim(self, objective: np.ndarray, sense: Sense) -> None:
        """Ask for a large or a small sum of an objective."""
        _check_sum(objective, "the objective")
        total = self._weighted(self.choice, objective.tolist())
        if sense == "max":
            self._model.maximize(total)
        else:
            self._model.minimize(total)

    def solve(self, work: float, time_limit: float | None) -> tuple[Any, Any]:
        """Run CP-SAT; returns it with its status, which is optimal, feasible or infeasible.

        Raises
        ------
        SolverError
            If it decides nothing, refuses the model, or throws.
        """
        from ortools.sat.python import cp_model

        solver = new_solver(work, time_limit)
        # Looking for symmetry and probing every variable takes longer than all the rest with 5,000 offers.
        solver.parameters.symmetry_level, solver.parameters.cp_model_probing_level = 0, 0
        try:
            status = run_solver(solver, self._model, None, time_limit)
        except SolverError:
            raise
        except Exception as error:  # whatever OR-Tools throws
            raise SolverError(f"CP-SAT failed ({error!r})") from error
        if status == cp_model.UNKNOWN:
            raise SolverError("CP-SAT decided nothing within its limits")
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE):
            raise SolverError(f"CP-SAT refused the model ({solver.status_name(status)})")
        return solver, status

    def _demand(self, terms: Any, low: int, high: int, member: int) -> None:
        constraint = self._model.add_linear_constraint(terms, max(low, -UNLIMITED), min(high, UNLIMITED))
        if member in self.switches:
            constraint.only_enforce_if(self.switches[member])

    def _add_limits(self) -> None:
        program, limits = self._program, self._program.limits
        if limits.budget is not None:
            self._demand(self._weighted(self.choice, program.costs.tolist()), 0, limits.budget, BUDGET)
        if limits.k is not None:
            self._demand(self._weighted(self.choice, program.heads.tolist()), 0, limits.k, COUNT)

    def _add_rows(self) -> None:
        program = self._program
        columns, factors, ends = program.columns.tolist(), program.factors.tolist(), program.indptr.tolist()
        bounds = zip(program.low.tolist(), program.high.tolist(), program.rule.tolist(), strict=True)
        n_offers = program.n_offers
        for j, (low, high, member) in enumerate(bounds):
            if not self._time_left():
                raise SolverError("time was up before the rules were written down")
            held = slice(ends[j], ends[j + 1])
            variables = [self.choice[i] if i < n_offers else self.spent() for i in columns[held]]
            self._demand(self._weighted(variables, factors[held]), low, high, member)

    def _add_shares(self, shares: Sequence[Share]) -> None:
        """Let the dearest member of the chosen offers cost no more than their part of the money spent."""
        if not shares:
            return
        prices = self._program.share_of.tolist()
        dearest = self._model.new_int_var(0, max(prices, default=0), "")
        for x, price in zip(self.choice, prices, strict=True):
            if price:
                self._model.add(dearest - price * x >= 0)
        for member, (part, whole) in shares:
            _check_sum(np.append(self._program.costs, 1), "a share of the money", max(part, whole))
            self._demand(self._weighted([self.spent(), dearest], [part, -whole]), 0, UNLIMITED, member)

    def spent(self) -> Any:
        """Return the variable of the money spent."""
        if self._spent is None:
            costs = self._program.costs.tolist()
            self._spent = self._model.new_int_var(0, sum(costs), "")
            self._model.add(self._weighted([*self.choice, self._spent], [*costs, -1]) == 0)
        return self._spent


def _check_sizes(program: Program) -> None:
    """Make sure that no sum of the model can overflow; CP-SAT would only say that the model is invalid."""
    _check_sum(program.costs, "the costs")
    total = sum(program.costs.tolist())
    most = np.append(np.ones(program.n_offers, dtype=object), total)
    sizes = np.abs(program.factors.astype(object)) * most[program.columns]
    for j in range(program.n_rows):
        if sum(sizes[program.indptr[j] : program.indptr[j + 1]]) > _LARGEST_SUM:
            member = int(program.rule[j])
            what = f"the amounts in `{program.words[member]}`" if 0 <= member < len(program.words) else ""
            raise _too_large(what or "the amounts in a rule")


def _check_sum(numbers: np.ndarray, what: str, factor: int = 1) -> None:
    if sum(abs(number) for number in numbers.tolist()) * factor > _LARGEST_SUM:
        raise _too_large(what)


def _too_large(what: str) -> InputError:
    return InputError(f"{what} are too large to be added up exactly; use a larger unit of money.")


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
    from seeding.rules.cp_sat import SolverError

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
