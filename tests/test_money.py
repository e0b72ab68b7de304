"""Money is exact, whatever it was written as and whatever the caller's decimal context."""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.roster import money

amounts = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (5, "5"),
        (0.1, "0.1"),
        (19.99, "19.99"),
        (np.float64(0.07), "0.07"),
        (np.float32(19.99), "19.99"),
        (np.int64(7), "7"),
        ("1250.50", "1250.50"),
        (" 12 ", "12"),
        ("1e3", "1000"),
        (Decimal("3.3"), "3.3"),
        ("-4.5", "-4.5"),
        ("12 EUR", "12"),
        ("1,250.50", "1250.50"),
        ("25,000", "25000"),
        ("1.2M", "1200000"),
    ],
)
def test_amounts_are_read_as_written(written, exact):
    """A float is read by its shortest text, never by its binary expansion."""
    assert money.to_decimal(written) == Decimal(exact)


@pytest.mark.parametrize(
    "written", ["", "12 XYZW", "12,50.5", "٥", "abc", None, [1], True, np.False_, object()]
)
def test_other_things_are_not_money(written):
    """What is not a number is refused with its value."""
    with pytest.raises(InputError, match="is not an amount of money"):
        money.to_decimal(written)


@pytest.mark.parametrize(
    "written", [float("nan"), float("inf"), "-inf", Decimal("NaN"), "nan", np.float32("nan")]
)
def test_amounts_are_finite(written):
    """NaN and infinity are refused."""
    with pytest.raises(InputError, match=r"budget .* is not a finite amount"):
        money.to_decimal(written, "budget")


@pytest.mark.parametrize(
    "written", [Decimal("1e100"), Decimal("-1e100"), Decimal("1e-100"), Decimal("1" * 100)]
)
def test_amounts_that_nobody_pays(written):
    """A hundred digits before the point, behind it, or in all are a mistake."""
    with pytest.raises(InputError, match="is no amount that anybody pays"):
        money.to_decimal(written)
    assert money.to_decimal(Decimal("1e99")) == 10**99


@pytest.mark.parametrize(
    ("written", "places"),
    [("5", 0), ("5.00", 0), ("5.10", 1), ("0.000001", 6), ("1e3", 0), ("1.5e-7", 8), ("0.00", 0), ("100", 0)],
)
def test_decimals_that_are_needed(written, places):
    """Trailing zeros need no decimals."""
    assert money.decimals_of(Decimal(written)) == places


def test_a_tiny_digit_is_never_overlooked():
    """A digit far behind the point counts, however long the number."""
    assert money.decimals_of(Decimal("1." + "0" * 79 + "1")) == 80


@given(st.lists(amounts, max_size=20))
def test_minor_units_are_exact(costs):
    """Sums of minor units are the exact sums of the amounts."""
    minor = money.to_minor(costs, 6)
    assert minor.dtype == np.int64
    assert Fraction(int(minor.sum()), 10**6) == sum((Fraction(cost) for cost in costs), Fraction(0))
    assert [money.from_minor(units, 6) for units in minor] == costs


@given(amounts, st.integers(0, 6))
def test_limits_are_rounded_down(limit, decimals):
    """A limit becomes the largest number of whole units within it."""
    units = money.floor_to_minor(limit, decimals)
    assert Fraction(units, 10**decimals) <= Fraction(limit) < Fraction(units + 1, 10**decimals)


@pytest.mark.parametrize("least", [None, 0, 2])
def test_minor_units_go_back_to_the_amount(least):
    """Zeros at the end may be left out, down to as many decimals as asked; the amount stays the same."""
    for units, written in ((0, "0"), (1_200, "12"), (1_250, "12.5"), (1_205, "12.05"), (120_000, "1200")):
        amount = money.from_minor(units, 2, least)
        assert amount == Decimal(written)
        assert str(amount) == (written if least == 0 else f"{Decimal(written):.2f}")


def test_the_classic_cents():
    """0.1 + 0.2 is 0.3, and ten dimes make one."""
    minor = money.to_minor([money.to_decimal(x) for x in (0.1, 0.2)], 2)
    assert money.from_minor(minor.sum(), 2) == Decimal("0.3")
    assert money.to_minor([money.to_decimal(0.1)] * 10, 1).sum() == 10


def test_the_callers_context_cannot_round_money():
    """A caller's decimal precision of three digits changes nothing, and is left as it was."""
    with localcontext() as context:
        context.prec = 3
        assert money.to_minor([Decimal("12345.67")], 2).tolist() == [1234567]
        assert money.floor_to_minor(Decimal("12345.679"), 2) == 1234567
        assert str(money.from_minor(1234567, 2)) == "12345.67"
        assert money.decimals_of(Decimal("12345.67")) == 2
        assert getcontext().prec == 3


@pytest.mark.parametrize("cost", ["5e18", "1e30", "1e999999999"])
def test_totals_must_fit(cost):
    """Costs beyond 64 bits are refused, however they are written, without computing them."""
    with pytest.raises(InputError, match="add up to more than 4,611,686,018,427,387,903"):
        money.to_minor([Decimal(cost)], 0)
    with pytest.raises(InputError, match="use a larger unit"):
        money.to_minor([Decimal(1 << 61)] * 2, 0)


def test_largest_total_fits():
    """The largest total that is allowed is exact."""
    assert money.to_minor([Decimal((1 << 62) - 1)], 0).tolist() == [(1 << 62) - 1]


def test_zero_always_fits():
    """Zero is zero, whatever exponent it carries."""
    assert money.to_minor([Decimal("0e40"), Decimal("-0")], 2).tolist() == [0, 0]
    assert money.floor_to_minor(Decimal("0e40"), 2) == 0


@pytest.mark.parametrize("limit", ["1e30", "1e999999999", str(1 << 63)])
def test_a_huge_budget_is_no_limit(limit):
    """A budget beyond 64 bits is more than all costs can add up to."""
    assert money.floor_to_minor(Decimal(limit), 2) == (1 << 62) - 1


def test_a_negative_limit_buys_nothing():
    """A negative limit stays below zero and is rounded away from it."""
    assert money.floor_to_minor(Decimal("-0.001"), 2) == -1
    assert money.floor_to_minor(Decimal("-1e999999999"), 2) < 0
