"""Fairness on the command line: what is asked, shown and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seeding import cli
from seeding.cli import options
from seeding.rules import fairness

EDGES = "source,target,p\n" + "".join(f"hub,x{i},0.5\nsecond,y{i},0.5\n" for i in range(9)) + "lone,z,0.5\n"
NODES = "node,side\nhub,big\nsecond,big\nlone,small\nz,small\nx1,\n"
OUT_OF_REACH = 3


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """Write both files; returns the words that all runs have in common."""
    (tmp_path / "edges.csv").write_text(EDGES)
    (tmp_path / "people.csv").write_text(NODES)
    words = ["optimize", str(tmp_path / "edges.csv"), "-k", "2", "--nodes", str(tmp_path / "people.csv")]
    return [*words, "--rng", "1"]


def test_objectives_are_those_of_the_library() -> None:
    """The command knows the objectives by heart, and rightly."""
    assert options.OBJECTIVES == fairness.OBJECTIVES


@pytest.mark.parametrize("asked", [("--at-least-reach", "0.4"), ("--objective", "maximin")])
def test_a_fair_plan_is_shown(command: list[str], asked: tuple[str, str], capsys) -> None:
    """Groups and price are printed; the small side gets its seed."""
    assert cli.main([*command, "--group", "side", *asked]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "lone" in shown
    assert "Group side='small': 1.5" in shown
    assert "Fairness costs:" in shown


def test_json_has_groups(command: list[str], capsys) -> None:
    """Programs get the groups and the price."""
    assert cli.main([*command, "--group", "side", "--at-least-reach", "0.4", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    plan = plan.get("plan", plan)
    assert [row["group"] for row in plan["groups"]] == ["side='big'", "side='small'"]
    assert plan["price_of_fairness"]["absolute"] > 0


def test_what_cannot_hold_has_its_own_exit_code(command: list[str], capsys) -> None:
    """A demand that cannot hold ends with exit code 3 and one sentence."""
    assert cli.main([*command, "--group", "side", "--at-least-reach", "0.95"]) == OUT_OF_REACH
    said = capsys.readouterr().err
    assert "AtLeastReach(0.95, group='side')" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--at-least-reach", "0.2"], "need --group"),
        (["--objective", "maximin"], "need --group"),
        (["--group", "side"], "--group is given without"),
        (["--group", "sid", "--objective", "maximin"], "no column 'sid'"),
        (["--group", "side", "--at-least-reach", "0.2", "--method", "ris"], "--method ris cannot honour"),
    ],
)
def test_mistakes_are_one_sentence(command: list[str], words: list[str], message: str, capsys) -> None:
    """Whatever is missing or wrong is said, with exit code 2."""
    assert cli.main([*command, *words]) == 2
    assert message in capsys.readouterr().err
