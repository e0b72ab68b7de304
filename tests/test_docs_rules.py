"""The page about rules: the same rules in Python, TOML and on the command line; its message is ours."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from rule_programs import Market, make_program

import seeding as sd
from seeding.cli import inputs
from seeding.cli.parser import build_parser
from seeding.rules.conflicts import explain
from seeding.rules.limits import Limits
from seeding.rules.rules import KINDS

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"


def block(name: str) -> str:
    """Return the block of code under a mark."""
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def rules() -> tuple[Any, ...]:
    """Run the page's Python."""
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return tuple(names["rules"])


def test_every_rule_is_shown_and_listed(rules: tuple[Any, ...]) -> None:
    """No kind of rule is missing from the examples or from the table."""
    assert {type(rule).__name__ for rule in rules} == set(KINDS)
    assert set(re.findall(r"^\| `(\w+)\(", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == set(KINDS)


def test_the_file_holds_the_same_rules(rules: tuple[Any, ...], tmp_path: Path) -> None:
    """The TOML of the page reads as the rules in Python."""
    path = tmp_path / "rules.toml"
    path.write_text(block("toml"), encoding="utf-8")

    assert sd.read_rules(path) == rules


def test_the_command_line_holds_the_same_rules(rules: tuple[Any, ...]) -> None:
    """The command of the page reads as the rules in Python."""
    words = shlex.split(block("shell").replace("\\\n", " "))

    assert inputs.load_rules(build_parser().parse_args(words[1:])) == rules


def test_the_message_is_the_one_we_give() -> None:
    """The example of a clash is what `explain` says, but for the market's own names."""
    rules = [sd.Require(0), sd.SpendAtMost(30_000, group="a")]
    market = Market((40_000, 5_000), (1, 1), ("a", "b"))
    clash = explain(make_program(market, rules, Limits(k=2)), rules)
    quoted = re.findall(r"^> (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert clash is not None
    said = clash.message.replace("group='a'", "platform='tiktok'").replace("Require(0)", "Require('@anna')")
    assert said == " ".join(quoted)
