"""Tests of reading numbers from the command line, and of the words in which errors are said."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from decimal import Decimal

import pytest

from seeding.cli import values
from seeding.cli.wording import in_shell_words


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("250000", "250000"),
        ("250_000", "250000"),
        ("1250.50", "1250.50"),
        (" 7 ", "7"),
        ("0", "0"),
        # As this package prints amounts, and as people write them.
        ("250,000", "250000"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("€250", "250"),
        ("500 eur", "500"),
        ("250k", "250000"),
        ("1.2M", "1200000"),
        ("₹1,20,000", "120000"),
        ("1e5", "100000"),
        ("5.", "5"),
    ],
)
def test_amount_is_read_exactly(text: str, amount: str) -> None:
    """Plain and underscored digits are one amount, to the last decimal."""
    assert values.amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["-5", "nan", "inf", "", "5%", "5-7", "٥٠٠", "５００", "2 5", "1,25,0", "5 xyz"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """What is no amount is refused with an example of how to write it."""
    with pytest.raises(ArgumentTypeError, match="as in 250000, 250_000"):
        values.amount(text)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [("350.000", "350.000", "350000"), ("1.234", "1.234", "1234"), ("1.250k", "1250", "1250000")],
)
def test_amount_of_two_readings_is_refused(text: str, one: str, other: str) -> None:
    """A point before exactly three digits may set off thousands: both readings are named."""
    with pytest.raises(ArgumentTypeError, match=f"could mean {one} or {other}; write"):
        values.amount(text)


def test_amounts_apart_by_commas() -> None:
    """A list of amounts is refused where its commas could set off thousands."""
    assert values.amounts("1000,2500, 10k") == [1000, 2500, 10000]
    assert values.amounts("100,200,300") == [100, 200, 300]
    for text in ("10,000,20,000", "1,000", "10,500,20,750"):
        with pytest.raises(ArgumentTypeError, match="apart by commas or the thousands"):
            values.amounts(text)


@pytest.mark.parametrize(
    ("read", "text", "number"),
    [
        (values.share, "5%", 0.05),
        (values.share, "0,05", 0.05),
        (values.part, "100 %", 1.0),
        (values.rate, "40%", 0.4),
        (values.rate, "rate_2020", "rate_2020"),
        (values.rate, "2fast", "2fast"),
        (values.chance, "1.000", 1.0),
        (values.factor, "1.125", 1.125),
        (values.times, "1.500", 1.5),
        (values.times, "delay", "delay"),
        (values.rates, "platform:x=20%,tiktok=0.4", {"platform": {"x": 0.2, "tiktok": 0.4}}),
        (values.probability, "12.5%", 0.125),
        (values.whole, "1,000", 1000),
        (values.positive, "25k", 25000),
        (values.reach, "1.5k", 1500.0),
        (values.weight, "0.125", 0.125),
    ],
)
def test_numbers_are_read_by_one_rule(read: Callable[[str], object], text: str, number: object) -> None:
    """Shares may be in percent, counts abbreviated, and names stay names."""
    assert read(text) == number


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.positive, "0"),
        (values.positive, "-1"),
        (values.whole, "1.5"),
        (values.whole, "x"),
        (values.share, "0"),
        (values.share, "1"),
        (values.share, "nan"),
        (values.share, "500%"),
        (values.whole, "1.000"),
        (values.whole, "٣"),
        (values.probability, "1.5"),
        (values.times, "-1"),
        (values.seconds, "0"),
        (values.seconds, "soon"),
        (values.memory, "0"),
        (values.memory, "lots"),
        (values.header, "maybe"),
    ],
)
def test_value_out_of_range_is_refused(read: Callable[[str], object], text: str) -> None:
    """Every value that is refused is named in the message."""
    with pytest.raises(ArgumentTypeError, match=repr(text)):
        read(text)


def test_time_and_memory_have_units() -> None:
    """Seconds, minutes and hours; bytes and their usual multiples."""
    assert [values.seconds(text) for text in ("90", "1.5s", "10m", "2h")] == [90.0, 1.5, 600.0, 7200.0]
    assert [values.memory(text) for text in ("1000", "500MB", "2 GiB")] == [1000, 500 * 10**6, 2 << 30]


def test_probability_is_a_number_or_a_name() -> None:
    """A text that is no number is left for the reader to understand."""
    assert values.probability("0.1") == 0.1
    assert values.probability("wc") == "wc"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pass missing='add' to take", "pass --missing add to take"),
        ("or choose parallel='noisy_or'.", "or choose --parallel noisy_or."),
        ("pass probability= a number", "pass --probability a number"),
        ("call it 'cost' or pass cost=.", "call it 'cost' or pass --cost-column."),
        ("k=5 is more than", "-k 5 is more than"),
        ("rng=-1 is negative", "--rng -1 is negative"),
        ("probability='x' is neither", "--probability x is neither"),
        ("column 'k=5' is odd", "column 'k=5' is odd"),
        ("the rule \"AtMost(3, k='x')\" and k=5", "the rule \"AtMost(3, k='x')\" and -k 5"),
        ("the network has no nodes", "the network has no nodes"),
    ],
)
def test_python_arguments_become_options(said: str, meant: str) -> None:
    """Messages name options, and a user's own text in quotes stays as it is."""
    assert in_shell_words(said) == meant
