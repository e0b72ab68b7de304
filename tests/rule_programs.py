"""Small programmes made straight from rules, and the truth about them by trying every choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

import seeding as sd
from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Program
from seeding.rules.rules import Rule

Row = tuple[dict[int, int], int, int, int]


@dataclass(frozen=True)
class Market:
    """Offers with groups: candidate i costs `costs[i]`, is `heads[i]` people, and is in group `groups[i]`."""

    costs: tuple[int, ...]
    heads: tuple[int, ...]
    groups: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of offers."""
        return len(self.costs)

    def of(self, rule: Any) -> list[int]:
        """List the offers of a rule's group."""
        wanted = dict(rule.group).get("group", ("a", "b", "c"))
        return [i for i, group in enumerate(self.groups) if group in wanted]


def make_program(
    market: Market, rules: Sequence[Rule], limits: Limits, always: Sequence[Row] = ()
) -> Program:
    """Write rules as rows, one by one and as plainly as can be."""
    rows = [*always, *(row for number, rule in enumerate(rules) for row in _rows(market, number, rule))]
    parts = [(rule.fraction, i) for i, rule in enumerate(rules) if isinstance(rule, sd.MaxShare)]
    share, share_rule = min(parts, default=(None, -1))
    costs, heads = (np.array(numbers, dtype=np.int64) for numbers in (market.costs, market.heads))
    return Program(
        costs=costs,
        heads=heads,
        limits=limits,
        indptr=np.cumsum([0, *(len(row[0]) for row in rows)], dtype=np.int64),
        columns=np.array([i for row in rows for i in row[0]], dtype=np.int64),
        factors=np.array([factor for row in rows for factor in row[0].values()], dtype=np.int64),
        low=np.array([row[1] for row in rows], dtype=np.int64),
        high=np.array([row[2] for row in rows], dtype=np.int64),
        rule=np.array([row[3] for row in rows], dtype=np.int64),
        share=None if share is None else (share.numerator, share.denominator),
        share_of=(costs + heads - 1) // heads,
        words=tuple(str(rule) for rule in rules),
        share_rule=share_rule,
    )


def _rows(market: Market, number: int, rule: Any) -> list[Row]:  # noqa: C901 — one line per kind of rule
    most = UNLIMITED
    if isinstance(rule, sd.Require):
        return [({i: 1}, 1, most, number) for i in rule.candidates]
    if isinstance(rule, (sd.Exclude, sd.Conflict)):
        return [(dict.fromkeys(rule.candidates, 1), -most, int(isinstance(rule, sd.Conflict)), number)]
    if isinstance(rule, sd.Together):
        return [({rule.candidates[0]: 1, i: -1}, 0, 0, number) for i in rule.candidates[1:]]
    if isinstance(rule, (sd.Bundle, sd.MaxShare)):
        return []
    counts = {i: market.heads[i] for i in market.of(rule)}
    prices = {i: market.costs[i] for i in market.of(rule)}
    if isinstance(rule, sd.AtMost):
        return [(counts, -most, rule.n, number)]
    if isinstance(rule, sd.AtLeast):
        return [(counts, rule.n, most, number)]
    if isinstance(rule, sd.SpendAtMost):
        return [(prices, -most, int(rule.amount), number)]
    if isinstance(rule, sd.SpendAtLeast):
        return [(prices, int(rule.amount), most, number)]
    if isinstance(rule, sd.VolumeDiscount):
        first = market.of(rule)[0]
        return [({i: -count + rule.n * (i == first) for i, count in counts.items()}, -most, 0, number)]
    rows: list[Row] = []
    for part, low, high in ((rule.low, 0, most), (rule.high, -most, 0)):
        if 0 < part < 1 or (part == 0 and low < 0) or (part == 1 and high == most):
            factors = {i: part.denominator * price for i, price in prices.items()}
            rows.append((factors | {market.n: -part.numerator}, low, high, number))
    return rows


def choices(n: int) -> list[np.ndarray]:
    """List every choice of `n` offers."""
    return [
        np.array(chosen, dtype=np.int64) for size in range(n + 1) for chosen in combinations(range(n), size)
    ]


def allowed_choices(program: Program) -> list[np.ndarray]:
    """List every choice that a programme allows."""
    return [chosen for chosen in choices(program.n_offers) if program.allows(chosen)]


def random_market(generator: np.random.Generator, most: int = 7) -> Market:
    """Draw a few offers of one or two people, some of them free."""
    n = int(generator.integers(3, most + 1))
    costs = generator.choice([0, 2, 3, 5, 8, 13], size=n)
    heads = generator.choice([1, 1, 1, 2], size=n)
    groups = generator.choice(["a", "b", "c"], size=n)
    groups[:3] = ["a", "b", "c"]
    return Market(tuple(costs.tolist()), tuple(heads.tolist()), tuple(groups.tolist()))


def random_rules(generator: np.random.Generator, market: Market, count: int) -> list[Rule]:
    """Draw rules of all kinds, tight enough to clash often."""
    return [_random_rule(generator, market) for _ in range(count)]


def _random_rule(generator: np.random.Generator, market: Market) -> Rule:
    group = {"group": str(generator.choice(["a", "b", "c"]))} if generator.random() < 0.7 else {}
    pair = generator.choice(market.n, size=2, replace=False).tolist()
    total = sum(market.costs)
    low, high = sorted(int(part) for part in generator.integers(0, 11, size=2))
    number = int(generator.integers(0, 4))
    kind = int(generator.integers(0, 13))
    if kind >= 11:
        return sd.Require(pair[0])
    return (
        sd.Require(*pair),
        sd.Exclude(*pair),
        sd.Conflict(*pair),
        sd.Together(*pair),
        sd.AtMost(number, group),
        sd.AtLeast(number, group),
        sd.SpendAtMost(int(generator.integers(0, total // 2 + 1)), group),
        sd.SpendAtLeast(int(generator.integers(0, total // 2 + 1)), group),
        sd.SpendShare(low / 10, high / 10, group),
        sd.MaxShare(max(low, 1) / 10),
        sd.VolumeDiscount({"group": "a"}, max(number, 1), 0.5),
    )[kind]


def random_limits(generator: np.random.Generator, market: Market) -> Limits:
    """Draw limits that leave little."""
    budget = int(generator.integers(0, sum(market.costs) // 2 + 1)) if generator.random() < 0.6 else None
    return Limits(budget, int(generator.integers(1, 4)) if generator.random() < 0.4 else None)
