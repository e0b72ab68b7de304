"""The command ``compare``: output on 80 columns, JSON, the CSV, names, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import seeding as sd
from seeding import cli
from seeding.cli.compare import names_of

EDGES = """\
source,target,probability
anna,p1,0.9
anna,p2,0.8
anna,p3,0.7
bo,p3,0.9
bo,p4,0.5
p4,p5,1
"""
FILES = {
    "e.csv": EDGES,
    "ours.csv": "candidate,cost\nanna,1200.50\n",
    "agency.csv": "handle\nbo\np4\n",
    "prices.csv": "candidate,cost\nbo,300\np4,99.99\nanna,7\n",
    "odd.csv": "candidate\nbo\nstranger\n",
    "twice.csv": "candidate\nbo\nbo\n",
}


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
    """Run the command on a small network, on an 80-column screen."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def command(*words: object) -> Outcome:
        capsys.readouterr()
        code = cli.main(["compare", "e.csv", *(str(word) for word in words)])
        return Outcome(code, *capsys.readouterr())

    return command


def test_two_lists_in_words(run: Run) -> None:
    """The table, then verdict, chance, overlap and money, within 80 columns."""
    outcome = run("ours.csv", "agency.csv", "--roster", "prices.csv", "--rng", 1)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["plan", "seeds", "reach", *["95", "%", "interval"], "cost", "CPM",
                                *["95", "%", "interval"]]  # fmt: skip
    assert [line.split()[:2] for line in lines[1:3]] == [["ours", "1"], ["agency", "2"]]
    assert "1,200.50" in lines[1]
    assert "399.99" in lines[2]
    said = r"against ours: agency reaches 0\.\d\d more than ours \(95 % interval 0\.4\d to 0\.5\d\): better\."
    assert re.search(said, outcome.text)
    assert "One campaign: agency beats ours with probability" in outcome.text
    assert "Overlap: 0 seeds in common; both reach the same 0.62 (95 %" in outcome.text
    assert "Money: agency costs 800.51 less, and reaches more." in outcome.text
    assert "The same again: add --rng 1." in outcome.text
    assert run("ours.csv", "agency.csv", "--roster", "prices.csv", "--rng", 1).out == outcome.out


def test_without_costs_there_is_no_money(run: Run) -> None:
    """Where no list has costs, neither has the table; equal lists are said to be equal."""
    outcome = run("agency.csv", "agency.csv", "twice.csv", "--rng", 1)
    assert outcome.code == 0
    assert "CPM" not in outcome.out
    assert "Money" not in outcome.out
    assert "agency-2 against agency: agency-2 and agency name the same seeds" in outcome.text
    assert "the intervals of all 3 differences hold together with 95 % confidence" in outcome.text
    assert "bo' is listed more than once; each counts once" in outcome.err
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_json_and_csv_are_those_of_python(run: Run, tmp_path: Path) -> None:
    """``--json`` gives what `to_dict` gives, and ``--out`` the pairs with exact money."""
    outcome = run("ours.csv", "agency.csv", "--roster", "prices.csv", "--rng", 1, "--json", "--out", "d.csv")
    assert outcome.code == 0
    lists = {"ours": tmp_path / "ours.csv", "agency": tmp_path / "agency.csv"}
    roster = {"bo": 300, "p4": "99.99", "anna": 7}
    found = sd.compare(sd.read_network(tmp_path / "e.csv"), lists, roster=roster, rng=1)
    assert json.loads(outcome.out) == found.to_dict() | {"rng": 1}
    found.to_csv(tmp_path / "same.csv")
    assert (tmp_path / "d.csv").read_text() == (tmp_path / "same.csv").read_text()
    assert pd.read_csv(tmp_path / "d.csv", dtype=str).loc[0, "cost_second"] == "399.99"
    assert run("ours.csv", "agency.csv", "--quiet", "--rng", 1).out == ""


def test_a_file_that_cannot_be_written_does_not_cost_the_result(run: Run, tmp_path: Path) -> None:
    """A folder that is not there, or a file that is read, is refused before any work."""
    for out, words in (("no/d.csv", "no"), ("ours.csv", "is also read or written")):
        outcome = run("ours.csv", "agency.csv", "--out", out, "--rng", 1)
        assert (outcome.code, outcome.out) == (2, "")
        assert words in outcome.err
    assert (tmp_path / "ours.csv").read_text() == FILES["ours.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ours.csv"], "'ours.csv' is the only list of seeds; give two or more to compare"),
        (["ours.csv", "none.csv"], "none.csv"),
        (["ours.csv", "odd.csv"], "'odd': label 'stranger'"),
        (["ours.csv", "odd.csv", "--roster", "prices.csv", "--missing", "add"], "does not name 'stranger'"),
        (["ours.csv", "agency.csv", "--cost-column", "fee"], "--cost-column is given without --roster"),
        (["ours.csv", "agency.csv", "--tie", "ours"], "--tie is given without --rivals"),
        (["ours.csv", "agency.csv", "--worlds", 50, "--precision", 0.1], "--precision and --worlds are both"),
        (["ours.csv", "agency.csv", "--precision", 2], "--precision"),
    ],
)
def test_what_cannot_be_compared(run: Run, words: list[object], said: str) -> None:
    """One sentence that names the list or the option, and exit code 2."""
    outcome = run(*words, "--rng", 1)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1


def test_seeds_who_are_not_in_the_network(run: Run) -> None:
    """They are added as people who reach themselves only, or dropped; either is said of the right list."""
    added = json.loads(run("agency.csv", "odd.csv", "--missing", "add", "--rng", 1, "--json").out)
    assert added["plans"][1]["seeds"] == ["bo", "stranger"]
    dropped = run("agency.csv", "odd.csv", "--missing", "drop", "--rng", 1, "--json")
    assert json.loads(dropped.out)["plans"][1]["seeds"] == ["bo"]
    assert "1 of 2 seeds are not in the network and were dropped: 'stranger'" in dropped.err


def test_rivals_and_models_reach_the_simulation(run: Run, tmp_path: Path) -> None:
    """Options of spreading are those of ``reach``, and the overlap of reach is left out against a rival."""
    words = ["--rivals", "p4", "--tie", "rival", "--deadline", 1, "--rng", 1]
    outcome = run("ours.csv", "agency.csv", *words)
    assert outcome.code == 0
    assert "Left out: how many both reach, because with a rival's seeds two plans" in outcome.text
    found = json.loads(run("ours.csv", "agency.csv", *words, "--json").out)
    network, model = sd.read_network(tmp_path / "e.csv"), sd.IndependentCascade(deadline=1)
    expected = sd.compare(
        network, {"ours": tmp_path / "ours.csv", "agency": ["bo", "p4"]}, model=model, rivals=["p4"],
        tie="rival", rng=1,
    )  # fmt: skip
    assert found == expected.to_dict() | {"rng": 1}


def test_names_are_those_of_the_files() -> None:
    """The stem, without a second ending of a packed file; a further one of a name is numbered."""
    paths = ["a/plan.csv", "b/plan.csv", "plan-2.csv", "plan.csv.gz", ".csv", "x"]
    assert names_of(paths) == ["plan", "plan-2", "plan-2-2", "plan-3", ".csv", "x"]
