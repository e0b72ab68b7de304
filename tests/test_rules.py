"""The rules as the user writes them: read exactly, shown as written, refused in one sentence."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.errors import InputError
from seeding.rules import rules

SHOWN = (
    (sd.Require("@anna"), "Require('@anna')"),
    (sd.Exclude("@bo", 17), "Exclude('@bo', 17)"),
    (sd.AtMost(3), "AtMost(3)"),
    (sd.AtMost(3, platform="tiktok"), "AtMost(3, platform='tiktok')"),
    (sd.AtMost(3, where={"n": 1, "home town": "Oslo"}), "AtMost(3, where={'n': 1, 'home town': 'Oslo'})"),
    (sd.AtMost(3, {"class": "a"}, group="b"), "AtMost(3, group='b', where={'class': 'a'})"),
    (sd.AtLeast(1_000, country=("NO", "SE")), "AtLeast(1,000, country=['NO', 'SE'])"),
    (sd.SpendAtMost(30_000, platform="tiktok"), "SpendAtMost(30,000, platform='tiktok')"),
    (sd.SpendAtMost(0.1, {"amount": "x"}, n="y"), "SpendAtMost(0.1, n='y', where={'amount': 'x'})"),
    (sd.SpendAtLeast("1500.50"), "SpendAtLeast(1,500.50)"),
    (sd.SpendShare(0.1, 1, a=True), "SpendShare(0.1, 1, a=True)"),
    (sd.SpendShare("1/3", Fraction(1, 2)), "SpendShare(1/3, 0.5)"),
    (sd.Conflict("a", "b"), "Conflict('a', 'b')"),
    (sd.Together("a", "b", "c"), "Together('a', 'b', 'c')"),
    (sd.Bundle(["a", "b"], 900), "Bundle(['a', 'b'], 900)"),
    (sd.Bundle(("a", "b"), 9_000, "twins"), "Bundle(['a', 'b'], 9,000, name='twins')"),
    (sd.VolumeDiscount({"agency": "north"}, 3, 0.1), "VolumeDiscount({'agency': 'north'}, 3, 0.1)"),
    (sd.MaxShare(0.25), "MaxShare(0.25)"),
)


@pytest.mark.parametrize(("rule", "words"), SHOWN, ids=[words for _, words in SHOWN])
def test_a_rule_reads_as_it_was_written(rule: rules.Rule, words: str) -> None:
    """`str` gives the rule back; rules are values: hashable, equal to their like, safe to pickle."""
    assert str(rule) == words
    assert {rule: 1}[pickle.loads(pickle.dumps(rule))] == 1


def test_every_kind_is_public() -> None:
    """Every rule is a name of the package, and shown above."""
    assert {getattr(sd, name) for name in rules.KINDS} == set(rules.KINDS.values())
    assert {type(rule) for rule, _ in SHOWN} == set(rules.KINDS.values())


def test_numbers_are_exact() -> None:
    """Floats are read by their shortest text; NumPy's numbers count as Python's."""
    assert sd.SpendAtMost(0.1).amount == Decimal("0.1")
    assert sd.SpendAtMost(np.float64(0.1)).amount == Decimal("0.1")
    assert sd.SpendAtLeast("12345678901234567.89").amount == Decimal("12345678901234567.89")
    assert sd.SpendShare(0.1, 0.7).low == Fraction(1, 10)
    assert sd.MaxShare(np.float64(0.2)).fraction == Fraction(1, 5)
    assert sd.VolumeDiscount({"a": 1}, np.int64(3), Decimal("0.05")).rate == Fraction(1, 20)
    n = sd.AtMost(np.int32(3), size=np.int64(4))
    assert (type(n.n), type(n.group[0][1][0])) == (int, int)


def test_groups_are_columns_with_values() -> None:
    """A group is a tuple of columns and the values that count; repeated values once."""
    rule = sd.AtMost(1, {"n": 2}, platform=["a", "b", "a"])

    assert rule.group == (("n", (2,)), ("platform", ("a", "b")))
    assert sd.AtMost(1, platform={"b", "a"}).group == (("platform", ("a", "b")),)
    assert sd.AtMost(1).group == ()
    assert sd.VolumeDiscount({"agency": ["x", "y"]}, 2, 0.5).group == (("agency", ("x", "y")),)


WRONG: tuple[tuple[Any, str], ...] = (
    (lambda: sd.Require(), "Require names no candidates; name 1 or more"),
    (lambda: sd.Require(["a", "b"]), r"Require is given \['a', 'b'\]; name the candidates one by one"),
    (lambda: sd.Require(None), "candidate None, which is not a text"),
    (lambda: sd.Require(float("nan")), "candidate nan, which is not a text"),
    (lambda: sd.Require(pd.NA), "candidate <NA>, which is not a text"),
    (lambda: sd.Exclude("a", "a"), "Exclude names 'a' more than once"),
    (lambda: sd.Conflict("a"), "Conflict names 1 candidate; name 2 or more"),
    (lambda: sd.Together("a", "a"), "Together names 'a' more than once"),
    (lambda: sd.AtMost(-1), "AtMost has n=-1, which is not a whole number of 0 or more"),
    (lambda: sd.AtMost(1.5), "AtMost has n=1.5"),
    (lambda: sd.AtLeast(True), "AtLeast has n=True"),
    (lambda: sd.AtLeast("3"), "AtLeast has n='3'"),
    (lambda: sd.AtMost(1, "tiktok"), "given 'tiktok' for its group; write roster columns as column=value"),
    (lambda: sd.AtMost(1, {"a": 1}, a=1), "AtMost gives the column 'a' twice"),
    (lambda: sd.AtMost(1, {3: 1}), "AtMost names the column 3"),
    (lambda: sd.AtMost(1, a=[]), "AtMost has no value for 'a'"),
    (lambda: sd.AtMost(1, a=None), "AtMost has None for 'a', which is not a text"),
    (lambda: sd.AtMost(1, a=[{}]), r"AtMost has \{\} for 'a', which is not a text"),
    (lambda: sd.AtMost(1, a=np.arange(2)), r"AtMost has array\(.* for 'a', which is not a text"),
    (lambda: sd.SpendAtMost(-1), "SpendAtMost has amount=-1, which is negative"),
    (lambda: sd.SpendAtMost("many"), "amount of SpendAtMost 'many' is not an amount of money"),
    (lambda: sd.SpendAtLeast(float("inf")), "amount of SpendAtLeast inf is not a finite amount"),
    (lambda: sd.SpendAtMost(30, 0), "given 0 for its group; .*numbers without commas"),
    (lambda: sd.SpendShare(0.5, 0.2), "SpendShare has low=0.5 above high=0.2"),
    (lambda: sd.SpendShare(0, 1.2), "SpendShare has high=1.2; give a part from 0 to 1"),
    (lambda: sd.SpendShare("x", 1), "SpendShare has low='x', which is not a number"),
    (lambda: sd.SpendShare("1/0", 1), "SpendShare has low='1/0', which is not a number"),
    (lambda: sd.MaxShare(True), "MaxShare has fraction=True"),
    (lambda: sd.MaxShare("1e999999"), "MaxShare has fraction='1e999999', which is not a number"),
    (lambda: sd.MaxShare(0), "MaxShare has fraction=0, which leaves nobody"),
    (lambda: sd.Bundle("ab", 3), "Bundle has members='ab'; give the list"),
    (lambda: sd.Bundle(["a"], 3), "Bundle names 1 candidate; name 2 or more"),
    (lambda: sd.Bundle(["a", "a"], 3), "Bundle names 'a' more than once"),
    (lambda: sd.Bundle(["a", "b"], -3), "Bundle has price=-3, which is negative"),
    (lambda: sd.Bundle(["a", "b"], 3, 4), "Bundle has name=4, which is not a text"),
    (lambda: sd.VolumeDiscount("north", 3, 0.1), "VolumeDiscount has group='north'; write it as"),
    (lambda: sd.VolumeDiscount({"a": 1}, 0, 0.1), "VolumeDiscount has n=0"),
    (lambda: sd.VolumeDiscount({"a": 1}, 3, 1), "VolumeDiscount has rate=1"),
)


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[message for _, message in WRONG])
def test_wrong_rules_are_refused(make: Any, message: str) -> None:
    """Each mistake is one sentence that names the rule, what was given and the fix."""
    with pytest.raises(InputError, match=message) as caught:
        make()
    assert str(caught.value).endswith(".")
