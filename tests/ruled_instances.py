"""Random markets with random rules, small enough to try every choice."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from problems import sample_of
from rule_oracle import allowed

from seeding.roster.roster import Roster
from seeding.rules import rules as r
from seeding.rules.compiling import Terms, compile_rules, finest
from seeding.rules.limits import Limits
from seeding.sampling.coverage import Coverage

KINDS = (
    "Require",
    "Exclude",
    "AtMost",
    "AtLeast",
    "SpendAtMost",
    "SpendAtLeast",
    "SpendShare",
    "Conflict",
    "Together",
    "Bundle",
    "VolumeDiscount",
    "MaxShare",
)


class Market(NamedTuple):
    """People with costs and a platform each, sets to cover, limits and rules."""

    frame: pd.DataFrame
    sets: list[tuple[int, ...]]
    limits: Limits
    rules: tuple[Any, ...]

    @property
    def roster(self) -> Roster:
        """The roster, in units fine enough for the rules."""
        return finest(self.rules, Roster.from_any(self.frame))

    @property
    def unit(self) -> int:
        """Minor units in one unit of cost."""
        return 10**self.roster.decimals

    @property
    def minor(self) -> Limits:
        """The limits in minor units."""
        budget = None if self.limits.budget is None else self.limits.budget * self.unit
        return Limits(budget, self.limits.k)

    @property
    def terms(self) -> Terms:
        """Offers and programme."""
        return compile_rules(self.rules, self.roster, self.minor)

    @property
    def sample(self) -> Coverage:
        """The sample of candidates."""
        return sample_of(self.sets, len(self.frame))

    @property
    def rules_in_minor(self) -> list[Any]:
        """The rules, with amounts in minor units."""
        return [_in_minor(rule, self.unit) for rule in self.rules]

    def best(self) -> int | None:
        """Cover as many sets as any allowed choice does; None if no choice is allowed."""
        roster = self.roster
        people = self.frame["candidate"].tolist()
        costs = dict(zip(people, roster.costs.tolist(), strict=True))
        choices = allowed(self.rules_in_minor, self.frame, costs, self.minor.budget, self.limits.k)
        return max((self.covered({people.index(p) for p in who}) for who in choices), default=None)

    def covered(self, chosen: set[int]) -> int:
        """Count the sets that hold one of the chosen."""
        return sum(bool(chosen & set(members)) for members in self.sets)


def _in_minor(rule: Any, unit: int) -> Any:
    """Express the amounts of a rule in minor units."""
    if isinstance(rule, (r.SpendAtMost, r.SpendAtLeast)):
        return type(rule)(rule.amount * unit, where=dict(rule.group))
    if isinstance(rule, r.Bundle):
        return r.Bundle(rule.members, rule.price * unit, rule.name)
    return rule


def market(number: int, kinds: tuple[str, ...], most: int = 7) -> Market:
    """Draw a market with one rule of each kind named."""
    generator = np.random.default_rng([20261125, number, len(kinds), *(KINDS.index(kind) for kind in kinds)])
    n = int(generator.integers(3, most + 1))
    people = [f"@{letter}" for letter in "abcdefghijkl"[:n]]
    costs = generator.choice([0, 1, 2, 3, 5, 8, 13], size=n)
    frame = pd.DataFrame(
        {
            "candidate": people,
            "cost": costs,
            "platform": ["x", "y", *generator.choice(["x", "y"], size=n - 2)],
        }
    )
    sizes = generator.integers(1, min(n, 4) + 1, size=int(generator.integers(4, 24)))
    sets = [tuple(generator.choice(n, size=size, replace=False).tolist()) for size in sizes]
    budget = int(generator.integers(costs.min(), costs.sum() + 1)) if number % 3 != 1 else None
    k = int(generator.integers(1, n + 1)) if number % 3 != 0 else None
    rules = tuple(_draw(kind, generator, people, costs) for kind in kinds)
    return Market(frame, sets, Limits(budget, k), rules)


def _draw(kind: str, generator: np.random.Generator, people: list[str], costs: np.ndarray) -> Any:
    some = generator.permutation(len(people))[: int(generator.integers(2, 4))]
    named = [people[i] for i in some]
    platform = str(generator.choice(["x", "y"]))
    total = int(costs.sum())
    match kind:
        case "Require" | "Exclude":
            return getattr(r, kind)(*named[: int(generator.integers(1, 3))])
        case "Conflict" | "Together":
            return getattr(r, kind)(*named)
        case "AtMost" | "AtLeast":
            return getattr(r, kind)(int(generator.integers(0, 3)), platform=platform)
        case "SpendAtMost" | "SpendAtLeast":
            return getattr(r, kind)(int(generator.integers(0, total // 2 + 1)), platform=platform)
        case "SpendShare":
            low, high = sorted(generator.integers(0, 11, size=2) / 10)
            return r.SpendShare(low, high, platform=platform)
        case "Bundle":
            own = int(costs[some].sum())
            return r.Bundle(named, int(generator.integers(own // 2, own + 1)))
        case "VolumeDiscount":
            rate = float(generator.choice([0.1, 0.25, 0.5]))
            return r.VolumeDiscount({"platform": platform}, int(generator.integers(1, 4)), rate)
        case "MaxShare":
            return r.MaxShare(float(generator.choice([0.3, 0.4, 0.5, 0.75])))
    raise AssertionError(kind)
