"""Acceptance and fee ladders on the command line: rosters from files, and what is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from seeding import cli

EDGES = "source,target,probability\n" + "".join(f"{c},f{i},1\n" for i, c in enumerate("aaaabbbcc"))
ROSTER = """handle;fee;Accept;Offer;city
a;0;0,3;gift;Oslo
a;10,50;0,9;fee;Oslo
b;8;0,5;fee;Bergen
c;2;1;story;Oslo
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write a network and a roster with a ladder."""
    (tmp_path / "edges.csv").write_text(EDGES, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], folder: Path, command: str, *words: str) -> dict:
    """Run a command with --json; returns what it printed."""
    given = [command, str(folder / "edges.csv"), "--roster", str(folder / "roster.csv"), *words]
    assert cli.main([*given, "--rng", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_columns_are_read_automatically(files, capsys):
    """The plan makes one offer to each, holds the expected spend, and shows what may be spent at most."""
    plan = run(capsys, files, "optimize", "--budget", "15.45")
    offers = {row["candidate"]: row["offer"] for row in plan["seeds"]}
    assert offers == {"a": "fee", "b": "fee", "c": "story"}
    assert plan["cost"] == plan["expected_spend"] == "15.45"
    assert (plan["worst_case_spend"], plan["invitations"]) == ("20.50", 3)
    assert plan["expected_acceptances"] == pytest.approx(2.4)
    assert plan["budget_on"] == "expected"


def test_budget_on_the_worst_case_and_pay_on_invitation(files, capsys):
    """Then fees count in full, on every command that has a budget."""
    words = ["--budget", "15.45", "--budget-on", "worst_case"]
    plan = run(capsys, files, "optimize", *words)
    assert float(plan["worst_case_spend"]) <= 15.45
    assert plan["cost"] == plan["worst_case_spend"]
    paid = run(capsys, files, "optimize", "--budget", "15.45", "--pay-on", "invitation")
    assert float(paid["expected_spend"]) <= 15.45
    assert paid["expected_spend"] == paid["worst_case_spend"]
    curve = run(capsys, files, "frontier", "--budgets", "5,12", "--budget-on", "worst_case")
    assert all(float(point["plan"]["worst_case_spend"]) <= 12 for point in curve["points"])
    cheap = run(capsys, files, "minimize", "--target-reach", "5", "--budget-on", "worst_case")
    assert cheap["cost"] == cheap["worst_case_spend"]


def test_columns_by_other_names(files, capsys):
    """Options name the columns, and one without --roster is refused."""
    text = ROSTER.replace("Accept", "yes").replace("Offer", "deal kind")
    (files / "roster.csv").write_text(text, encoding="utf-8")
    plan = run(capsys, files, "optimize", "-k", "3", "--accept-column", "yes", "--offer-column", "deal kind")
    assert plan["expected_acceptances"] == pytest.approx(2.4)
    assert cli.main(["optimize", str(files / "edges.csv"), "-k", "1", "--pay-on", "invitation"]) == 2
    assert "--pay-on is given without --roster" in capsys.readouterr().err


def test_the_terminal_and_the_csv_show_what_is_spent(files, capsys):
    """Sentences name invitations and both spends; the CSV has the fee and what is expected, exactly."""
    out = files / "plan.csv"
    given = ["optimize", str(files / "edges.csv"), "--roster", str(files / "roster.csv"), "--budget", "15.45"]
    assert cli.main([*given, "--rng", "1", "--out", str(out)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Invitations: 3 sent, 2.4 accepted on average; 15.45 spent on average, 20.50 at most" in said
    table = pd.read_csv(out, dtype=str).set_index("candidate")
    assert table.loc["a", ["cost", "offer", "accept", "expected_cost"]].tolist() == [
        "10.50",
        "fee",
        "0.9",
        "9.45",
    ]


def test_inspect_counts_people_and_offers(files, capsys):
    """Three candidates with four offers."""
    facts = run_inspect(capsys, files)
    assert facts["roster"]["candidates"] == 3
    assert facts["roster"]["offers"] == 4


def run_inspect(capsys: pytest.CaptureFixture[str], folder: Path) -> dict:
    """Run ``seeding inspect`` with --json."""
    given = ["inspect", str(folder / "edges.csv"), "--roster", str(folder / "roster.csv"), "--json"]
    assert cli.main(given) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (ROSTER.replace("0,9", "1,9"), [], "has accept '1,9'; it must be a number from 0 to 1"),
        (ROSTER.replace("10,50;0,9", "10,50;"), [], "has no accept"),
        (ROSTER.replace("fee;Oslo", "gift;Oslo"), [], "'a' has the offer 'gift' more than once"),
        (ROSTER.replace("Offer", "kind"), [], "stands more than once"),
        (ROSTER, ["--accept-column", "chance"], "no column 'chance' for accept"),
        (ROSTER, ["--budget-on", "hope"], "--budget-on"),
        (ROSTER, ["--pay-on", "delivery"], "no column 'delivery' for pay_on"),
    ],
)
def test_bad_rosters_are_refused(files, capsys, text, words, said):
    """One sentence and exit code 2, before any work."""
    (files / "roster.csv").write_text(text, encoding="utf-8")
    given = ["optimize", str(files / "edges.csv"), "--roster", str(files / "roster.csv"), "-k", "1", *words]
    try:
        code = cli.main(given)
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert said in capsys.readouterr().err


def test_the_reach_of_a_plan_counts_who_declines(files, capsys):
    """`seeding reach` on the CSV of a plan reads its column accept, so that both agree."""
    out = files / "plan.csv"
    plan = run(capsys, files, "optimize", "--budget", "15.45", "--out", str(out))
    words = ["reach", str(files / "edges.csv"), "--seeds", str(out), "--rng", "3", "--json"]
    assert cli.main(words) == 0
    reach = json.loads(capsys.readouterr().out)["reach"]
    expected = 0.9 * 5 + 0.5 * 4 + 3
    assert abs(reach["mean"] - expected) <= 5.2 * reach["stderr"]
    assert abs(plan["reach"]["mean"] - expected) <= 5.2 * plan["reach"]["stderr"]
    out.write_text(out.read_text(encoding="utf-8").replace(",0.5,", ",often,"), encoding="utf-8")
    assert cli.main(words) == 2
    assert "has accept 'often'; give a number from 0 to 1" in capsys.readouterr().err
