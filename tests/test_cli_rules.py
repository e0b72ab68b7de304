"""Rules on the command line: from a file, written out, and as shortcuts, checked before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import seeding as sd
from seeding import cli
from seeding.cli import inputs
from seeding.cli.parser import build_parser
from seeding.errors import InfeasibleError
from seeding.questions import optimize as planner
from seeding.rules.rules import Rule


def read(*words: str) -> tuple[Rule, ...]:
    """Read the rules of a command line."""
    return inputs.load_rules(build_parser().parse_args(["optimize", "edges.csv", "-k", "1", *words]))


def test_no_rules() -> None:
    """Without an option there is no rule."""
    assert read() == ()


def test_rules_of_all_options_are_kept_in_order(tmp_path: Path) -> None:
    """Those of the file come first, then those written out, then the shortcuts; each may be repeated."""
    path = tmp_path / "rules.toml"
    path.write_text("[[rule]]\ntype = 'max_share'\nfraction = 0.5\n")
    words = ("--require", "@anna", "--require", "17", "--exclude=@bo", "--rules", str(path))

    rules = read(*words, "--rule", "AtMost(3, platform='tiktok')", "--rule", "conflict(@a, @b)")

    assert rules == (
        sd.MaxShare(0.5),
        sd.AtMost(3, platform="tiktok"),
        sd.Conflict("@a", "@b"),
        sd.Require("@anna"),
        sd.Require("17"),
        sd.Exclude("@bo"),
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rule", "AtMost(3"), "the rule 'AtMost(3': this cannot be read"),
        (("--rule", "AtMost(3, k='x', k='y')"), "the rule \"AtMost(3, k='x', k='y')\": it has 'k' more than"),
        (("--rules", "none.toml"), "there is no file 'none.toml'"),
        (("--rules", "same.toml", "--out", "same.toml"), "'same.toml' is also read or written"),
    ],
)
def test_a_wrong_rule_is_said_before_anything_is_read(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """The network does not even exist; the rule is what is wrong, with exit code 2."""
    assert cli.main(["optimize", "no_such_file.csv", "-k", "1", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """Write a network of three people."""
    path = tmp_path / "edges.csv"
    path.write_text("source,target,p\na,b,0.5\nb,c,0.5\n")
    return path


def test_rules_reach_the_library(edges: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`optimize` gets the rules as constraints, and rules that cannot all hold end with exit code 3."""
    given: list[Any] = []

    def optimize(*_: Any, constraints: Any, **__: Any) -> None:
        given.append(constraints)
        raise InfeasibleError("`Require('a')` and `Exclude('a')` cannot both hold.")

    monkeypatch.setattr(planner, "optimize", optimize)

    assert cli.main(["optimize", str(edges), "-k", "1", "--require", "a", "--exclude", "a"]) == 3
    assert given == [(sd.Require("a"), sd.Exclude("a"))]
