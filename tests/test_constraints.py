"""Limits: budget and head count are read exactly and held exactly."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import oracle
import pandas as pd
import pytest

from seeding.errors import InputError
from seeding.roster.roster import Roster
from seeding.rules.limits import UNLIMITED, Limits, read_limits


@pytest.fixture
def roster() -> Roster:
    """Three candidates at 250.50, 100 and 900."""
    return Roster.from_any({"@ann": 250.5, "@bo": 100, "@cy": "900.00"})


def test_no_limits():
    """Without limits all money and every candidate may be used."""
    assert Limits().money == UNLIMITED
    assert Limits().count(7) == 7
    assert Limits().allow(np.arange(7), np.full(7, 10**15))


@pytest.mark.parametrize(("k", "n", "count"), [(3, 7, 3), (7, 7, 7), (9, 7, 7)])
def test_count_is_never_more_than_the_candidates(k, n, count):
    """A head count is cut to the number of candidates."""
    assert Limits(k=k).count(n) == count


@pytest.mark.parametrize("limits", [Limits(6), Limits(k=2), Limits(6, 2), Limits(0), Limits()])
def test_allow_is_the_definition(limits):
    """A choice is allowed exactly if plain Python lists it as feasible."""
    costs = [0, 1, 2, 4, 6]
    feasible = set(oracle.feasible_sets(costs, limits.budget, limits.k))
    for chosen in oracle.feasible_sets(costs, None, None):
        assert limits.allow(np.array(chosen, dtype=int), np.array(costs)) is (chosen in feasible)


def test_nobody_is_bought_twice():
    """A choice that names someone twice is not allowed, even if it is cheap enough."""
    assert not Limits(budget=100).allow(np.array([1, 1]), np.array([1, 1]))


@pytest.mark.parametrize(
    "budget", [1000, 1000.0, "1000", Decimal("1000.00"), np.int64(1000), np.float64(1000)]
)
def test_budget_of_any_kind_of_number(roster, budget):
    """Integers, floats, text and decimals mean the same amount of money."""
    limits, amount = read_limits(budget, None, roster)
    assert limits == Limits(budget=100_000)
    assert amount == Decimal(1000)


def test_budget_is_rounded_down_to_what_can_be_paid(roster):
    """A fraction of the smallest unit of the roster can never be spent; the amount stays as it was meant."""
    limits, amount = read_limits(Decimal("350.509"), None, roster)
    assert limits.budget == 35_050
    assert amount == Decimal("350.509")


def test_decimal_money_is_exact():
    """0.1 + 0.2 fits 0.3, and 0.29 does not pay for it."""
    roster = Roster.from_any({"a": 0.1, "b": 0.2})
    limits, _ = read_limits(0.3, None, roster)
    assert limits.allow(np.array([0, 1]), roster.costs)
    limits, _ = read_limits(0.29, None, roster)
    assert not limits.allow(np.array([0, 1]), roster.costs)


def test_both_limits(roster):
    """Budget and head count hold together; NumPy integers count as integers."""
    limits, amount = read_limits(400, np.int64(2), roster)
    assert (limits, amount) == (Limits(40_000, 2), Decimal(400))
    assert type(limits.k) is int


def test_head_count_alone(roster):
    """Without a budget there is no amount of money."""
    assert read_limits(None, 3, roster) == (Limits(k=3), None)


def test_enormous_budget_is_no_overflow(roster):
    """A budget beyond 64 bits pays for everyone."""
    limits, _ = read_limits("1e40", None, roster)
    assert limits.allow(np.arange(3), roster.costs)


def test_free_candidates_need_no_money():
    """A budget of 0 buys those who cost nothing."""
    roster = Roster.from_any(pd.Series([0, 5], index=[11, 12]))
    assert read_limits(0, None, roster)[0] == Limits(budget=0)


@pytest.mark.parametrize("budget", [float("nan"), float("inf"), "much", True, -1, "-0.01", [3]])
def test_bad_budgets(roster, budget):
    """What is no amount of money of 0 or more is refused in a sentence that shows it."""
    with pytest.raises(InputError, match="budget") as caught:
        read_limits(budget, None, roster)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("k", [0, -3, 2.0, "2", True, float("nan"), np.float64(1)])
def test_bad_head_counts(roster, k):
    """What is no whole number of 1 or more is refused in a sentence that shows it."""
    with pytest.raises(InputError, match=r"k=.* is not a whole number of 1 or more"):
        read_limits(None, k, roster)


def test_more_than_the_candidates(roster):
    """Asking for more people than there are says how many there are."""
    with pytest.raises(InputError, match="k=4 is more than the 3 candidates"):
        read_limits(None, 4, roster)


def test_no_limit_at_all(roster):
    """One of the two must be given."""
    with pytest.raises(InputError, match="neither budget nor k"):
        read_limits(None, None, roster)
