"""A question as it was asked: its arguments, checked as far as that needs no network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from seeding._runtime import checks
from seeding._runtime.clock import Clock
from seeding._runtime.memory import read_memory_limit
from seeding._runtime.rng import Key, to_key
from seeding.diffusion import IndependentCascade, Model, check_model
from seeding.questions.starting import read_start
from seeding.roster.acceptance import BudgetOn, check_budget_on
from seeding.rules.compiling import as_rules, check_rules
from seeding.rules.rules import AtLeastReach, Rule
from seeding.selection.methods import check_method
from seeding.simulation.competition import Tie


@dataclass(frozen=True, kw_only=True)
class Question:
    """The arguments of `optimize`, `frontier` or `minimize_cost`; see there.

    Attributes
    ----------
    budgets
        The budgets of a frontier: amounts, or how many.
    target_reach, confidence
        The reach to have at the least cost, and how surely.
    start
        Labels of earlier seeds to keep where they can be; None: there is no earlier plan.
    clock
        Runs from the moment of asking.
    most_memory
        The memory limit in bytes.
    """

    budget: Any = None
    k: int | None = None
    budgets: Any = None
    target_reach: Any = None
    confidence: float = 0.9
    model: Model = IndependentCascade()
    audience: str | None = None
    constraints: Iterable[Rule | AtLeastReach] = ()
    objective: Any = "reach"
    group: str | None = None
    rivals: object = None
    tie: Tie = "random"
    method: str = "auto"
    value_per_reach: Any = None
    conversion: Any = None
    value: Any = None
    start: Any = None
    budget_on: BudgetOn = "expected"
    gap: float = 0.05
    delta: float = 0.01
    precision: float = 0.01
    time_limit: float | None = None
    memory_limit: int | str | None = None
    probability: Any = None
    rng: Any = None
    keep_sample: bool = False
    threads: int | None = None
    executor: Any = None
    progress: Any = False
    clock: Clock = field(init=False)
    most_memory: int = field(init=False)

    def __post_init__(self) -> None:
        """Check whatever needs no network."""
        self._settle("clock", Clock(self.time_limit))
        # Once: a generator would give another key every time it is asked.
        self._settle("rng", Key(to_key(self.rng)))
        check_model(self.model)
        # Rules may come from a generator, which can be read once.
        self._settle("constraints", as_rules(self.constraints))
        _ = self.rules
        self._settle("start", read_start(self.start))
        for name in ("gap", "delta", "precision", "confidence"):
            self._settle(name, checks.share(name, getattr(self, name)))
        check_method(self.method)
        check_budget_on(self.budget_on)
        self._settle("most_memory", read_memory_limit(self.memory_limit))

    def _settle(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that limit who is chosen; those on the reach of groups are the objective's."""
        return check_rules(rule for rule in self.constraints if not isinstance(rule, AtLeastReach))
