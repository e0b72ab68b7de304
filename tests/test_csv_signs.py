"""Tests of the decimal sign and the separator of what is written as CSV, and of reading all variants."""

from __future__ import annotations

import csv
from decimal import Decimal

import pandas as pd
import pytest
from golden_cases import market
from hypothesis import example, given
from hypothesis import strategies as st
from test_io_seeds import TRICKY, risky, table, texts

import seeding as sd
from seeding.cli import main
from seeding.errors import InputError
from seeding.io.seeds import read_seed_list, read_seeds
from seeding.plan.seed_csv import write_seeds

SIGNS = [(d, s) for d in ".," for s in (",", ";", "|", "tab") if d != s]
QUICK = {"rng": 7, "gap": 0.3, "precision": 0.05, "threads": 1}


@pytest.fixture(scope="module")
def plan() -> sd.Plan:
    """Make a plan."""
    return sd.optimize(*market(), budget=9_000, **QUICK)


def rows_of(path, decimal, separator):
    """Read a CSV with Python's own reader, and its numbers with a point."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t" if separator == "tab" else separator))
    return [[cell.replace(decimal, ".") for cell in row] for row in rows]


@pytest.mark.parametrize("spreadsheet", [False, True])
@pytest.mark.parametrize(("decimal", "separator"), SIGNS)
@given(labels=st.lists(texts | risky, min_size=1))
@example(labels=TRICKY)
def test_labels_and_costs_come_back(tmp_path_factory, labels, spreadsheet, decimal, separator):
    """Any texts and the exact costs come back from every variant."""
    path = tmp_path_factory.mktemp("s") / "s.csv"
    labels = [*labels, "a"]
    write_seeds(table(labels), path, spreadsheet=spreadsheet, decimal=decimal, separator=separator)
    read = read_seed_list(path, priced=True)
    assert read.labels == labels
    assert read.fees == [Decimal("1250.50")] * len(labels)


def test_numbers_have_the_sign_and_texts_do_not(tmp_path):
    """Money and floats are written with the comma; what is text keeps its points."""
    frame = pd.DataFrame({"candidate": ["a.b"], "cost": [Decimal("1250.50")], "x": [-1.5e-7], "n": [3]})
    write_seeds(frame, tmp_path / "s.csv", decimal=",", separator=";")
    assert (tmp_path / "s.csv").read_text() == "candidate;cost;x;n\na.b;1250,50;-1,5e-07;3\n"


@pytest.mark.parametrize(("decimal", "separator"), SIGNS)
def test_everything_that_writes_a_csv(plan, tmp_path, decimal, separator):
    """Plan, frontier and comparison say the same with any signs as with the usual ones."""
    curve = sd.frontier(*market(), budgets=[9_000], **QUICK)
    seeds = plan.seeds["candidate"].tolist()
    pairs = sd.compare(market()[0], {"A": seeds, "B": seeds[:1]}, worlds=20, rng=1, threads=1)
    for made in (plan, curve, pairs):
        made.to_csv(tmp_path / "usual.csv")
        made.to_csv(tmp_path / "asked.csv", decimal=decimal, separator=separator)
        usual, asked = (
            rows_of(tmp_path / "usual.csv", ".", ","),
            rows_of(tmp_path / "asked.csv", decimal, separator),
        )
        assert len(usual[0]) > 3
        if decimal == ".":
            assert asked == usual
        else:  # texts may hold commas of their own
            assert asked == [[cell.replace(",", ".") for cell in row] for row in usual]
    plan.to_csv(tmp_path / "plan.csv", decimal=decimal, separator=separator)
    assert read_seeds(tmp_path / "plan.csv") == seeds


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ({"decimal": ","}, r"^decimal=',' and separator=',' are the same sign, [^.]*\.$"),
        ({"decimal": ";"}, "^decimal=';' is not understood; give"),
        ({"separator": "."}, "^separator='.' is not understood; give"),
        ({"separator": "whitespace"}, "is not understood"),
        ({"separator": None}, "is not understood"),
        ({"decimal": ["."]}, "is not understood"),
    ],
)
def test_signs_that_do_not_do(plan, tmp_path, signs, said):
    """They are refused in one sentence, and nothing is written."""
    with pytest.raises(InputError, match=said):
        plan.to_csv(tmp_path / "s.csv", **signs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('rank;candidate;"x,candidate,y"\n1;a;b\n2;c;d\n', ["a", "c"]),
        ("candidate;a,handle\n1;x,y\n", None),
        ("candidate\na,b\n", None),
        ("handle;fee\nann;1,5\nbo;2\n", ["ann", "bo"]),
    ],
)
def test_which_separator(tmp_path, text, labels):
    """The separator that cuts every row is taken; with two, or none, the table is refused."""
    (tmp_path / "s.csv").write_text(text)
    if labels is None:
        with pytest.raises(InputError, match=r"either of ',' and ';'|line 2 .* has 2 columns"):
            read_seeds(tmp_path / "s.csv")
    else:
        assert read_seeds(tmp_path / "s.csv") == labels


def test_two_separators_are_refused(tmp_path):
    """A table that two separators cut into equal rows, with a column of labels each, has two readings."""
    (tmp_path / "s.csv").write_text("handle;x,user;y\na;1,b;2\nc;3,d;4\n")
    assert read_seeds(tmp_path / "s.csv") == ["a", "c"]  # 'x,user' is no column of labels
    (tmp_path / "s.csv").write_text("id;handle;x,user,y\na;b;1,c,2\n")
    with pytest.raises(
        InputError, match=r"with either of ',' and ';' between its columns, .* the other sign\.$"
    ):
        read_seeds(tmp_path / "s.csv")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write a network and a roster, and go there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_text("source,target,p\na,b,0.5\nb,c,0.5\na,c,0.25\n")
    (tmp_path / "r.csv").write_text("candidate,cost\na,2.50\nb,1\n")
    return tmp_path


ASKED = {
    "optimize": ("optimize", "e.csv", "--roster", "r.csv", "--budget", "3"),
    "minimize": ("minimize", "e.csv", "--roster", "r.csv", "--target-reach", "1.2"),
    "frontier": ("frontier", "e.csv", "--roster", "r.csv", "--budgets", "1,3"),
    "compare": ("compare", "e.csv", "s1.csv", "s2.csv"),
    "explain": ("explain", "x.plan"),
    "what-if": ("what-if", "x.plan", "--budget", "1"),
    "sensitivity": ("sensitivity", "x.plan"),
}


@pytest.mark.parametrize("command", ASKED)
def test_the_command(files, capsys, command):
    """Every command that writes a CSV takes both signs, and refuses wrong ones before it works."""
    (files / "s1.csv").write_text("candidate\na\n")
    (files / "s2.csv").write_text("candidate\nb\n")
    words = ASKED[command]
    keyed = () if command in ("explain", "what-if", "sensitivity") else ("--rng", "1")
    if not keyed:
        saved = ("optimize", "e.csv", "--roster", "r.csv", "--budget", "3", "--rng", "1", "--save", "x.plan")
        assert main(saved) == 0
    for signs, said in (
        (
            ("--csv-decimal", ",", "--out", "o.csv"),
            "--csv-decimal ',' and --csv-separator ',' are the same sign",
        ),
        (("--csv-separator", "x", "--out", "o.csv"), "--csv-separator 'x' is not understood"),
        (("--csv-separator", ";"), "--csv-separator is given without --out"),
    ):
        capsys.readouterr()
        assert main((*words, *keyed, *signs)) == 2
        assert said in capsys.readouterr().err
        assert not (files / "o.csv").exists()
    assert main((*words, *keyed, "--out", "o.csv", "--csv-decimal", ",", "--csv-separator", ";")) == 0
    assert main((*words, *keyed, "--out", "usual.csv")) == 0
    asked, usual = (rows_of(files / name, ",", sign) for name, sign in (("o.csv", ";"), ("usual.csv", ",")))
    assert asked == usual
    assert len(usual[0]) > 3
