"""Rules read literally: every choice of people, and every way to pay for them, tried one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from seeding.rules import rules as r

Prices = dict[str, int]


def allowed(
    rules: Sequence[Any], frame: pd.DataFrame, costs: Mapping[str, int], budget: int | None, k: int | None
) -> dict[frozenset[str], int]:
    """Map every set of people that may be chosen to the least money that pays for it within all rules."""
    found: dict[frozenset[str], int] = {}
    people = list(costs)
    for size in range(len(people) + 1):
        if k is not None and size > k:
            break
        for chosen in itertools.combinations(people, size):
            who = frozenset(chosen)
            for prices in ways_to_pay(rules, frame, costs, who):
                total = sum(prices.values())
                if (budget is None or total <= budget) and all(
                    holds(rule, frame, who, prices) for rule in rules
                ):
                    found[who] = min(found.get(who, total), total)
    return found


def ways_to_pay(
    rules: Sequence[Any], frame: pd.DataFrame, costs: Mapping[str, int], who: frozenset[str]
) -> Iterator[Prices]:
    """Try every set of bundles that do not overlap, and for the others their own price or a discount."""
    bundles = [rule for rule in rules if isinstance(rule, r.Bundle) and set(rule.members) <= who]
    discounts = [
        rule
        for rule in rules
        if isinstance(rule, r.VolumeDiscount) and len(group(rule, frame) & who) >= rule.n
    ]
    for count in range(len(bundles) + 1):
        for used in itertools.combinations(bundles, count):
            members = [person for bundle in used for person in bundle.members]
            if len(set(members)) < len(members):
                continue
            packaged = {}
            for bundle in used:
                packaged |= split(bundle, costs)
            rest = sorted(who - set(members))
            choices = [
                {costs[p]} | {costs[p] - int(costs[p] * d.rate) for d in discounts if p in group(d, frame)}
                for p in rest
            ]
            for prices in itertools.product(*choices):
                yield packaged | dict(zip(rest, prices, strict=True))


def split(bundle: Any, costs: Mapping[str, int]) -> Prices:
    """Share a bundle's price in proportion to own costs: whole units, largest remainders first."""
    price, total = int(bundle.price), sum(costs[p] for p in bundle.members)
    if total == 0:
        return dict.fromkeys(bundle.members, 0)
    exact = {p: Fraction(price * costs[p], total) for p in bundle.members}
    parts = {p: int(share) for p, share in exact.items()}
    order = list(costs)
    late = sorted(bundle.members, key=lambda p: (-(exact[p] - parts[p]), bundle.members.index(p)))
    assert set(late) <= set(order)
    for p in late[: price - sum(parts.values())]:
        parts[p] += 1
    return parts


def group(rule: Any, frame: pd.DataFrame) -> set[str]:
    """Name the people in a rule's group."""
    keep = np.ones(len(frame), dtype=bool)
    for column, values in rule.group:
        keep &= frame[column].isin(values).to_numpy()
    return set(frame["candidate"][keep])


def holds(  # noqa: C901 - one line for each rule
    rule: Any, frame: pd.DataFrame, who: frozenset[str], prices: Prices
) -> bool:
    """Tell whether one rule holds."""
    spent = sum(prices.values())
    match rule:
        case r.Require():
            return set(rule.candidates) <= who
        case r.Exclude():
            return not set(rule.candidates) & who
        case r.Conflict():
            return len(set(rule.candidates) & who) <= 1
        case r.Together():
            return len(set(rule.candidates) & who) in (0, len(rule.candidates))
        case r.AtMost():
            return len(group(rule, frame) & who) <= rule.n
        case r.AtLeast():
            return len(group(rule, frame) & who) >= rule.n
        case r.SpendAtMost():
            return sum(prices[p] for p in group(rule, frame) & who) <= rule.amount
        case r.SpendAtLeast():
            return sum(prices[p] for p in group(rule, frame) & who) >= rule.amount
        case r.SpendShare():
            part = sum(prices[p] for p in group(rule, frame) & who)
            return rule.low * spent <= part <= rule.high * spent
        case r.MaxShare():
            return all(price <= rule.fraction * spent for price in prices.values())
        case r.Bundle() | r.VolumeDiscount():
            return True
    raise AssertionError(f"unknown rule {rule}")
