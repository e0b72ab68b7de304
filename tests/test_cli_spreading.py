"""The options that say how the message spreads, on every command that simulates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seeding import cli

CHAIN = "source,target,probability\na,b,1\nb,c,1\nc,d,1\n"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Write a chain in which everybody tells the next one."""
    path = tmp_path / "chain.csv"
    path.write_text(CHAIN, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """Run a command with --json; returns what it printed."""
    assert cli.main([*words, "--rng", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_optimize_counts_who_is_reached_in_time(chain, capsys):
    """Within one step a reaches two of four; the curve and the model are in the JSON."""
    plan = run(capsys, "optimize", str(chain), "-k", "1", "--deadline", "1")
    assert plan["reach"]["mean"] == 2.0
    assert [row["reach"] for row in plan["curve"]] == [1.0, 2.0]
    assert plan["provenance"]["parameters"]["model"] == "independent cascade, deadline 1 step"


def test_all_options_go_together(chain, tmp_path, capsys):
    """Every command takes the same options, and they mean the same."""
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("candidate\na\n", encoding="utf-8")
    options = ["--deadline", "2", "--quality", "0.5", "--fidelity", "0.8", "--discount", "0.5"]
    expected = 0.5 + 0.25 * 0.4 + 0.125 * 0.16
    found = [
        run(capsys, "reach", str(chain), "--seeds", str(seeds), *options)["reach"]["mean"],
        run(capsys, "optimize", str(chain), "-k", "1", *options)["reach"]["mean"],
        run(capsys, "minimize", str(chain), "--target-reach", "0.55", *options)["reach"]["mean"],
    ]
    assert found == pytest.approx([expected] * 3)
    points = run(capsys, "frontier", str(chain), "--budgets", "1,2", *options)["points"]
    assert points[0]["plan"]["reach"]["mean"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--deadline", "-1"], "-1"),
        (["--deadline", "soon"], "'soon' is not a whole number"),
        (["--quality", "0"], "'0' is not a number above 0 and at most 1"),
        (["--fidelity", "1.5"], "'1.5' is not a number above 0 and at most 1"),
        (["--discount", "half"], "'half' is not a number above 0 and at most 1"),
    ],
)
def test_bad_options_are_refused(chain, capsys, words, said):
    """One sentence with the value, and exit code 2."""
    try:
        code = cli.main(["optimize", str(chain), "-k", "1", *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert said in capsys.readouterr().err


def test_the_terminal_says_by_when_and_how_many_are_negative(chain, capsys):
    """The sentences of the plan are shown."""
    assert cli.main(["optimize", str(chain), "-k", "1", "--quality", "0.5", "--rng", "1"]) == 0
    said = capsys.readouterr().out
    assert "In time" in said
    assert "Negative" in said


def test_only_the_audience_counts(chain, tmp_path, capsys):
    """Who is not asked for carries the message on, and counts nothing."""
    people = tmp_path / "people.csv"
    people.write_text("node,country\na,SE\nb,NO\nc,\nd,NO\n", encoding="utf-8")
    words = ["optimize", str(chain), "--nodes", str(people), "-k", "1"]
    plan = run(capsys, *words, "--audience", "country == 'NO'")
    assert plan["reach"]["mean"] == 2.0
    assert cli.main([*words, "--audience", "country == 'NO'", "--rng", "1"]) == 0
    assert "people of the audience" in " ".join(capsys.readouterr().out.split())
    assert cli.main([*words, "--audience", "county == 'NO'"]) == 2
    assert "the columns are" in capsys.readouterr().err
