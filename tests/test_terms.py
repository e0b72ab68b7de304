"""Rules as rows of integers: rounding, ends that are just met, and which of several rules counts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.roster.roster import Roster
from seeding.rules.compiling import Terms, compile_rules, finest
from seeding.rules.limits import UNLIMITED, Limits

COSTS = ("10.00", "10.01", "5.05", "0.30")
FRAME = pd.DataFrame({"candidate": list("abcd"), "cost": COSTS, "group": ["x", "x", "y", "y"]})


def terms_of(*rules: sd.Rule, frame: pd.DataFrame = FRAME, budget: int | None = None) -> Terms:
    """Compile rules on the roster, without limits unless told otherwise."""
    return compile_rules(rules, finest(rules, Roster.from_any(frame)), Limits(budget, None))


def allowed(terms: Terms, n: int) -> set[str]:
    """Try every choice of the first `n` offers; returns those that are allowed, as letters."""
    choices = itertools.chain.from_iterable(itertools.combinations(range(n), size) for size in range(n + 1))
    return {
        "".join("abcdefgh"[i] for i in chosen) for chosen in choices if terms.program.allows(np.array(chosen))
    }


def test_limits_on_money_are_rounded_to_the_safe_side():
    """At least 10.005 is 10.01, at most 10.005 is 10.00: a fraction of a cent cannot be paid."""
    least, most = terms_of(sd.SpendAtLeast("10.0050")), terms_of(sd.SpendAtMost("10.0050"))
    assert (least.program.low.tolist(), least.program.high.tolist()) == ([1001], [UNLIMITED])
    assert (most.program.low.tolist(), most.program.high.tolist()) == ([-UNLIMITED], [1000])
    assert allowed(least, 2) == {"b", "ab"}
    assert allowed(most, 2) == {"", "a"}


@pytest.mark.parametrize("shares", [("0.5", "0.25"), ("0.25", "0.5")])
def test_the_tighter_of_two_largest_shares_counts(shares):
    """Both hold where the tighter one does, in whatever order they are given."""
    terms = terms_of(*map(sd.MaxShare, shares))
    assert terms.program.share == (1, 4)
    assert terms.program.share_rule == shares.index("0.25")


def test_exactly_the_largest_share_is_allowed():
    """Half of the money may go to one, and not a cent more."""
    frame = FRAME.assign(cost=["2.00", "2.00", "1.99", "4.00"])
    assert allowed(terms_of(sd.MaxShare("1/2"), frame=frame), 4) == {
        *("", "ab", "abc", "abd", "abcd"),
    }


def test_shares_of_the_money_at_both_ends():
    """A group takes from a quarter to half of the money, both ends included."""
    frame = pd.DataFrame({"candidate": list("abcd"), "cost": [1, 1, 2, 3], "group": list("xyyy")})
    assert allowed(terms_of(sd.SpendShare("1/4", "1/2", group="x"), frame=frame), 4) == {
        *("", "ab", "ac", "abc", "ad"),
    }


def test_a_discount_is_rounded_down_and_holds_from_its_number_on():
    """A tenth of 5.05 is 50 cents; two are needed, and one of them alone may not have it."""
    rule = sd.VolumeDiscount({"group": "y"}, 2, "0.1")
    terms = terms_of(rule)
    assert terms.offers.prices.tolist() == [1000, 1001, 505, 30, 455, 27]
    assert allowed(terms, 6) == {
        first + second for first in ("", "a", "b", "ab") for second in ("", "c", "d", "cd", "ef", "de", "cf")
    }


def test_the_parts_of_a_bundle_add_up_to_its_price():
    """However it is shared out, to the last cent; in proportion, the largest remainders first."""
    for price in ("25.00", "24.99", "20.01", "0.01", "0.00"):
        terms = terms_of(sd.Bundle(["a", "b", "c"], price))
        parts = terms.offers.prices[4:].tolist()
        assert sum(parts) == int(Decimal(price) * 100)
        exact = [Decimal(price) * 100 * cost / 2506 for cost in (1000, 1001, 505)]
        assert all(abs(part - one) < 1 for part, one in zip(parts, exact, strict=True))


def test_names():
    """Required, excluded, conflicting and inseparable people, each by all choices."""
    every = allowed(terms_of(sd.AtMost(4)), 4)
    assert len(every) == 16
    assert allowed(terms_of(sd.Require("a", "c")), 4) == {who for who in every if {"a", "c"} <= set(who)}
    assert allowed(terms_of(sd.Exclude("a", "c")), 4) == {"", "b", "d", "bd"}
    assert allowed(terms_of(sd.Conflict("a", "b", "c")), 4) == {
        who for who in every if len(set(who) & set("abc")) < 2
    }
    together = terms_of(sd.Together("a", "b"))
    alone = {who for who in every if ("a" in who) == ("b" in who)}
    # The fifth offer is both of them at once.
    assert allowed(together, 5) == alone | {who + "e" for who in every if not set(who) & set("ab")}


def test_counts_at_both_ends():
    """Exactly as many as asked are enough, and not too many."""
    assert allowed(terms_of(sd.AtMost(1, group="x"), sd.AtLeast(2, group="y")), 4) == {"cd", "acd", "bcd"}


def test_what_is_forbidden_and_what_is_closed():
    """An offer that just fits is not forbidden; a rule with a demand, or with signs, is not closed."""
    assert terms_of(sd.SpendAtMost("10.00")).program.forbidden.tolist() == [False, True, False, False]
    assert terms_of(sd.AtMost(1), budget=1000).program.forbidden.tolist() == [False, True, False, False]
    closed = {
        rule: terms_of(rule).program.is_closed
        for rule in (
            sd.AtMost(1),
            sd.Conflict("a", "b"),
            sd.AtLeast(1),
            sd.Together("a", "b"),
            sd.SpendShare(0, "1/2", group="x"),
            sd.VolumeDiscount({"group": "y"}, 2, "0.1"),
            sd.MaxShare("1/2"),
        )
    }
    assert list(closed.values()) == [True, True, False, False, False, False, False]
    assert not any(terms_of(rule).program.is_plain for rule in closed)
    assert terms_of().program.is_plain
    plain = terms_of().program
    assert not replace(plain, heads=np.array([2, 1, 1, 1])).is_plain


def test_nobody_is_bought_twice():
    """Of several offers to one person at most one is chosen, whatever the rules."""
    frame = pd.DataFrame(
        {"candidate": ["a", "a", "b"], "cost": [1, 2, 3], "offer": ["post", "story", "post"]}
    )
    assert allowed(terms_of(frame=frame), 3) == {"", "a", "b", "c", "ac", "bc"}
