"""The commands ``frontier`` and ``minimize``, and ``optimize --value-per-reach``: output, files, codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import seeding
from seeding import cli

EDGES = """\
source,target,probability
@anna,p1,0.9
@anna,p2,0.8
@anna,p3,0.7
=bo,p3,0.9
=bo,p4,0.5
p4,p5,1
"""
ROSTER = """\
candidate,cost,platform
@anna,1200.50,tiktok
=bo,300,x
p4,99.99,x
"""


class Outcome(NamedTuple):
    """What one run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """The output on one line."""
        return " ".join(self.out.split())


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on a network of two creators and five people, on an 80-column screen."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_text(EDGES, encoding="utf-8")
    (tmp_path / "r.csv").write_text(ROSTER, encoding="utf-8")

    def command(name: str, *words: object) -> Outcome:
        capsys.readouterr()
        code = cli.main([name, "e.csv", "--roster", "r.csv", "--rng", "1", *(str(word) for word in words)])
        return Outcome(code, *capsys.readouterr())

    return command


def test_frontier_prints_and_writes_the_curve(run: Run, tmp_path: Path) -> None:
    """The table, the knee and the files tell of the budgets asked for."""
    outcome = run("frontier", "--budgets", "100,400,1_600.49", "--out", "curve.csv", "--plot", "curve.png")

    assert outcome.code == 0
    assert "one more costs" in outcome.out
    assert "Knee: 400" in outcome.text
    assert "with probability 0.99 every plan" in outcome.text
    assert "Wrote curve.csv and curve.png." in outcome.text
    assert max(map(len, outcome.out.splitlines())) <= 80
    lines = (tmp_path / "curve.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["100", "99.99"],
        ["400", "399.99"],
        ["1600.49", "1600.49"],
    ]
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_frontier_as_json(run: Run) -> None:
    """``--json`` gives nothing but the curve with its plans; ``--points`` says how many."""
    outcome = run("frontier", "--points", 3, "--json")

    points = json.loads(outcome.out)["points"]
    assert outcome.code == 0
    assert points[0]["budget"] == "99.99"
    assert len(points) == 3
    assert points[-1]["plan"]["cost"] == "1600.49"


def test_minimize_prints_and_writes_the_plan(run: Run, tmp_path: Path) -> None:
    """The seeds that reach the target, what they cost, and what was proven of it."""
    outcome = run("minimize", "--target-reach", 3, "--confidence", 0.95, "--out", "seeds.csv", "--gap", 0.3)

    assert outcome.code == 0
    assert seeding.read_seeds(tmp_path / "seeds.csv") == ["=bo", "p4"]
    assert "Cost: 399.99 for 2 seeds." in outcome.out
    assert "With probability 0.95 this plan reaches at least" in outcome.text
    assert "no plan that reaches the target costs less than" in outcome.text
    assert "'=bo'" in outcome.err


def test_out_of_reach_has_its_own_exit_code(run: Run) -> None:
    """What nobody can reach is one sentence with the difference, and exit code 3."""
    for words, said in (
        (("--target-reach", 6.9), "by all 3 candidates; the target of 6.9 is"),
        (("--target-reach", 30), "--target-reach 30 is more than all 7 people"),
        (("--target-reach", 5, "--budget", 400), "within a budget of 400.00; the target of 5 is"),
    ):
        outcome = run("minimize", *words)

        assert outcome.code == 3
        assert outcome.out == ""
        assert said in outcome.err


def test_profit_chooses_its_own_budget(run: Run) -> None:
    """With ``--value-per-reach`` no other limit is needed, and the profit is told."""
    outcome = run("optimize", "--value-per-reach", 200)

    assert outcome.code == 0
    assert "Expected profit: 3" in outcome.text
    assert "no plan earns more than" in outcome.text
    assert "Stopped because what was asked is proven." in outcome.text


def test_a_plan_without_seeds_prints_and_comes_back(run: Run, tmp_path: Path) -> None:
    """Where nothing pays, the plan says so in words, JSON and CSV, and its file can be read again."""
    outcome = run("optimize", "--value-per-reach", 2, "--out", "seeds.csv", "--plan-json", "plan.json")

    assert outcome.code == 0
    assert "Seeds: none; nobody is worth the cost." in outcome.text
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["seeds"] == []
    assert seeding.read_seeds(tmp_path / "seeds.csv") == []
    assert json.loads(run("optimize", "--value-per-reach", 2, "--json").out)["profit"]["mean"] == 0.0
    assert cli.main(["reach", "e.csv", "--seeds", "seeds.csv"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("frontier", "--budgets", "100,,200"), "'' is not an amount"),
        (("frontier", "--budgets", "100,high"), "'high' is not an amount"),
        (("frontier", "--budgets", "100", "--points", "3"), "not allowed with"),
        (("frontier", "--points", "0"), "'0' is too small"),
        (("frontier", "--points", "1"), "--budgets 1 is not a number of budgets"),
        (("frontier", "--plot", "curve.txt"), "end it in .png"),
        (("frontier", "--plot", "no/curve.png"), "no"),
        (("frontier", "--out", "e.csv"), "also read or written"),
        (("frontier", "--method", "celf"), "unrecognized arguments"),
        (("minimize",), "--target-reach"),
        (("minimize", "--target-reach", "0"), "'0' is not a number above 0"),
        (("minimize", "--target-reach", "many"), "'many' is not a number above 0"),
        (("minimize", "--target-reach", "3", "--confidence", "1"), "--confidence: '1'"),
        (("optimize", "--value-per-reach", "-1"), "'-1' is not an amount"),
        (("optimize", "--value-per-reach", "0"), "--value-per-reach 0 is not above 0"),
        (
            ("optimize", "--value-per-reach", "1", "--method", "celf"),
            "--method celf cannot choose for profit",
        ),
        (("optimize",), "neither --budget nor -k"),
    ],
)
def test_wrong_words(run: Run, words: tuple[str, ...], said: str) -> None:
    """Everything that cannot be understood is named in one sentence, with exit code 2."""
    outcome = run(*words)

    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.err
