"""Limits on a plan: money and head count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding.errors import InputError
from seeding.roster import money
from seeding.roster.roster import Roster

# Larger than any sum of costs a roster can hold.
UNLIMITED = (1 << 62) - 1


@dataclass(frozen=True)
class Limits:
    """What a plan may use, in integers.

    Attributes
    ----------
    budget
        Most minor units that may be spent; None for no limit.
    k
        Most candidates that may be chosen; None for no limit.
    """

    budget: int | None = None
    k: int | None = None

    @property
    def money(self) -> int:
        """The budget as a plain number, enormous if there is none."""
        return UNLIMITED if self.budget is None else self.budget

    def count(self, n_candidates: int) -> int:
        """Return the head count as a plain number."""
        return n_candidates if self.k is None else min(self.k, n_candidates)

    def after(self, costs: np.ndarray) -> Limits:
        """Return what is left once candidates of these costs are bought."""
        budget = None if self.budget is None else self.budget - int(costs.sum())
        return Limits(budget, None if self.k is None else self.k - costs.size)

    def raised(self, costs: np.ndarray) -> Limits:
        """Return the limits with room for candidates of these costs besides."""
        budget = None if self.budget is None else self.budget + int(costs.sum())
        return Limits(budget, None if self.k is None else self.k + costs.size)

    def allow(self, chosen: np.ndarray, costs: np.ndarray) -> bool:
        """Tell whether a choice respects both limits and names nobody twice; exact."""
        distinct = np.unique(chosen).size == chosen.size
        return bool(
            distinct
            and (self.budget is None or int(costs[chosen].sum()) <= self.budget)
            and (self.k is None or chosen.size <= self.k)
        )


def read_limits(budget: Any, k: Any, roster: Roster) -> tuple[Limits, Decimal | None]:
    """Check `budget` and `k`, of which at least one must be given; see `read_caps`.

    Raises
    ------
    InputError
        If neither is given, one is out of range, or `k` exceeds the number of candidates.
    """
    if budget is None and k is None:
        raise InputError(
            "neither budget nor k is given; say how much may be spent or how many seeds to choose."
        )
    return read_caps(budget, k, roster)


def read_caps(budget: Any, k: Any, roster: Roster) -> tuple[Limits, Decimal | None]:
    """Check limits that may both be absent.

    Whether a budget pays for anybody is another question: rules may add offers cheaper than the roster's own
    (`seeding.rules.affordable`).

    Returns
    -------
    The limits in minor units, and the budget as it was meant.

    Raises
    ------
    InputError
        If one is out of range, or `k` exceeds the number of candidates.
    """
    if k is not None:
        k = _check_k(k, roster.n_people)
    if budget is None:
        return Limits(k=k), None
    amount = money.to_decimal(budget, "budget")
    if amount < 0:
        raise InputError(f"budget {amount} is negative; give 0 or more.")
    return Limits(money.floor_to_minor(amount, roster.spend_decimals), k), amount


def _check_k(k: Any, n_candidates: int) -> int:
    count = checks.whole("k", k, 1)
    if count > n_candidates:
        raise InputError(f"k={count:,} is more than the {n_candidates:,} candidates; lower it.")
    return count
