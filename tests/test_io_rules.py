"""Rules from text and from TOML files: read exactly, never evaluated, refused with the place and the fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import seeding as sd
from seeding.errors import InputError
from seeding.io import parse_rule, read_rules
from seeding.rules.rules import Rule

TEXTS = (
    ("AtMost(3, platform='tiktok')", sd.AtMost(3, platform="tiktok")),
    (" at_most(3, platform=tiktok) ", sd.AtMost(3, platform="tiktok")),
    ("at_most(n=3)", sd.AtMost(3)),
    ("at_least(1_000, {'home town': [Oslo, 'Mo i Rana'], n: 2})", None),
    (
        "require(@anna, @bo-b.x, 'c d', \"@e's\", 17, -4)",
        sd.Require("@anna", "@bo-b.x", "c d", "@e's", 17, -4),
    ),
    ("Exclude(101,102)", sd.Exclude(101, 102)),
    ("conflict(a, b)", sd.Conflict("a", "b")),
    ("together(@a.b, 'b')", sd.Together("@a.b", "b")),
    ("spend_at_most(30_000.10, platform=[tiktok, 'you tube'])", None),
    ("SpendAtLeast(12345678901234567.89)", sd.SpendAtLeast("12345678901234567.89")),
    ("spend_share(1/3, .5, score=1.5)", sd.SpendShare(Fraction(1, 3), 0.5, score=1.5)),
    ("SpendShare(low=0, high=0.123456789012345678901)", None),
    ("bundle([@anna, @bo], 900.5, twins)", sd.Bundle(["@anna", "@bo"], "900.5", "twins")),
    ("Bundle([101,102], 900)", sd.Bundle([101, 102], 900)),
    ("volume_discount({agency: north}, 3, 0.1)", sd.VolumeDiscount({"agency": "north"}, 3, 0.1)),
    ("VolumeDiscount(n=3, rate=0.1, group={'agency': 'north'})", None),
    ("MaxShare(0.25)", sd.MaxShare(0.25)),
    ("AtMost(1, paid=True, tier=2.5)", sd.AtMost(1, paid=True, tier=2.5)),
)


@pytest.mark.parametrize(("text", "rule"), TEXTS, ids=[text for text, _ in TEXTS])
def test_text_is_read(text: str, rule: Rule | None) -> None:
    """Python's way and a plainer way are read; what is shown is read back once its commas are gone."""
    read = parse_rule(text)

    assert rule is None or read == rule
    assert parse_rule(re.sub(r"(?<=\d),(?=\d)", "_", str(read))) == read


def test_numbers_in_text_are_exact() -> None:
    """No digit of an amount or a share is lost, and cells are what a table holds."""
    assert parse_rule("SpendAtMost(0.1)").amount == Decimal("0.1")  # type: ignore[union-attr]
    share = parse_rule("SpendShare(0, 0.123456789012345678901)")
    assert share.high == Fraction("0.123456789012345678901")  # type: ignore[union-attr]
    cell = parse_rule("AtMost(1, tier=0.1)").group[0][1][0]  # type: ignore[union-attr]
    assert cell == 0.1
    assert isinstance(cell, float)


WRONG_TEXTS = (
    ("", "this cannot be read; write it as AtMost"),
    ("at_most(3", "this cannot be read"),
    ("at_most", "this cannot be read"),
    ("AtMost(1)(2)", "this cannot be read"),
    ("(" * 5_000, "this cannot be read"),
    ("AtMost(3)\0", "this cannot be read"),
    ("nothing(3)", "there is no rule 'nothing'; the rules are require, exclude, at_most"),
    ("AtMost()", r"AtMost does not fit \(missing a required argument: 'n'\); write it as AtMost\(3"),
    ("AtMost(1, 2, 3)", r"AtMost does not fit \(too many positional arguments\)"),
    ("Require(candidates=[a])", r"Require does not fit .*write it as Require\('@anna', …\)"),
    ("AtMost(1, platform=north-west)", "north-west is no text or number; put texts in quotes"),
    ("AtMost(__import__('os').getcwd())", "is no text or number"),
    ("AtMost(f(x))", r"f\(x\) is no text or number"),
    ("AtMost(1 + 2)", r"1 \+ 2 is no text or number"),
    ("AtMost(1, a=None)", "None is no text or number"),
    ("AtMost(1, {**x})", "is no text or number"),
    ("require(b'x')", "is no text or number"),
    ("SpendShare(1/0, 1)", "1/0 is no text or number"),
    ("AtMost(-True)", "-True is no text or number"),
    ("AtMost(1, **{'a': 1})", r"it has \*\* in it"),
    ("AtMost(1, a=1, a=2)", "it has 'a' more than once; for several values write a list"),
    ("SpendAtMost(350.000)", "could mean 350.000 or 350000; write 350000, or 350.0000"),
    ("MaxShare(250%)", "the number 250% is not understood"),
    ("SpendAtMost('5 or 7')", "the part 'or 7' is not understood"),
    ("AtMost(-1)", "AtMost has n=-1"),
)


@pytest.mark.parametrize(("text", "message"), WRONG_TEXTS, ids=[text[:40] for text, _ in WRONG_TEXTS])
def test_wrong_text_is_refused(text: str, message: str) -> None:
    """Each mistake is one sentence that begins with the rule."""
    with pytest.raises(InputError, match=message) as caught:
        parse_rule(text)
    assert str(caught.value).startswith("the rule ")


FILE = """\
# What the client asked for.
[[rule]]
type = "require"
candidates = ["@anna", 17]

[[rule]]
type = "AtMost"
n = 3
platform = "tiktok"
"home town" = ["Oslo", "Bergen"]

[[rule]]
type = "spend_at_most"
amount = 12345678901234567.89
[rule.where]
type = "paid"
tier = 0.1

[[rule]]
type = "spend_share"
low = 0.1
high = 1
country = "NO"

[[rule]]
type = "conflict"
candidates = ["a", "b"]

[[rule]]
type = "exclude"
candidates = "@bo"

[[rule]]
type = "bundle"
members = ["a", "b"]
price = 99.5
name = "twins"

[[rule]]
type = "volume_discount"
group = { agency = "north" }
n = 3
rate = 0.1

[[rule]]
type = "max_share"
fraction = 0.25
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a file of rules."""

    def file(text: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_file_is_read(write: Callable[[str], Path]) -> None:
    """Every kind of rule is read from a file, in its order, with exact numbers."""
    assert read_rules(write(FILE)) == (
        sd.Require("@anna", 17),
        sd.AtMost(3, {"platform": "tiktok", "home town": ["Oslo", "Bergen"]}),
        sd.SpendAtMost("12345678901234567.89", {"type": "paid", "tier": 0.1}),
        sd.SpendShare(0.1, 1, country="NO"),
        sd.Conflict("a", "b"),
        sd.Exclude("@bo"),
        sd.Bundle(["a", "b"], "99.5", "twins"),
        sd.VolumeDiscount({"agency": "north"}, 3, 0.1),
        sd.MaxShare(0.25),
    )


WRONG_FILES = (
    ("[[rule]\n", r"'.*rules\.toml' is not TOML: expected .* \(at line 1, column 7\)"),
    ("# nothing", r"'.*rules\.toml' has no rules; begin each rule with \[\[rule\]\]"),
    ("rule = []", "has no rules"),
    ("rule = 3", "has a rule that is no table of a list"),
    ("[rule]\ntype = 'require'", "has a rule that is no table of a list"),
    ("[[rules]]\ntype = 'require'", r"has 'rules' outside a rule; begin each rule with \[\[rule\]\]"),
    ("n = 3\n[[rule]]\ntype = 'require'", "has 'n' outside a rule"),
    ("[[rule]]\nn = 3", r"rule 1 of '.*rules\.toml' has no type; add one"),
    ("[[rule]]\ntype = 3", r"rule 1 of '.*': there is no rule '3'; the rules are"),
    ("[[rule]]\ntype = 'at_mots'", "there is no rule 'at_mots'"),
    ("[[rule]]\ntype = 'require'", r"require names nobody; give it candidates = \['@anna', …\]"),
    ("[[rule]]\ntype = 'require'\ncandidate = 'a'", "require has 'candidate'; give it candidates"),
    ("[[rule]]\ntype = 'at_most'\nn = 1.5", r"rule 1 of '.*': AtMost has n=Decimal\('1\.5'\)"),
    ("[[rule]]\ntype = 'at_most'\nplatform = 'x'", "AtMost does not fit .*'n'"),
    ("[[rule]]\ntype = 'max_share'\nfraction = nan", "MaxShare has fraction="),
    ("[[rule]]\ntype = 'max_share'\nfraction = 1\nx = 2", "MaxShare does not fit .*'x'"),
    ("[[rule]]\ntype = 'at_most'\nn = 1\na = {b = 1}", "AtMost has {'b': 1} for 'a', which is not a text"),
    ("[[rule]]\ntype = 'spend_at_most'\namount = inf", "not a finite amount of money"),
)


@pytest.mark.parametrize(("text", "message"), WRONG_FILES, ids=[text for text, _ in WRONG_FILES])
def test_wrong_file_is_refused(write: Callable[[str], Path], text: str, message: str) -> None:
    """Each mistake names the file, the rule's number and the fix."""
    with pytest.raises(InputError, match=message):
        read_rules(write(text))


def test_the_wrong_rule_is_counted(write: Callable[[str], Path]) -> None:
    """The second rule is rule 2."""
    with pytest.raises(InputError, match=r"rule 2 of '.*rules\.toml': AtMost has n=-1"):
        read_rules(write("[[rule]]\ntype = 'exclude'\ncandidates = 'a'\n[[rule]]\ntype = 'at_most'\nn = -1"))


def test_missing_file_is_said(tmp_path: Path) -> None:
    """A file that is not there is said as everywhere."""
    with pytest.raises(InputError, match="there is no file"):
        read_rules(tmp_path / "none.toml")
