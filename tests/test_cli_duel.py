"""Rivals, bad news and the command ``virality`` from the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seeding import cli
from seeding.cli import options
from seeding.simulation.competition import TIES

CHAIN = "source,target,probability\na,b,1\nb,c,1\nc,d,1\nx,d,1\n"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Write a chain in which everybody tells the next one, and an x who tells the last."""
    path = tmp_path / "chain.csv"
    path.write_text(CHAIN, encoding="utf-8")
    (tmp_path / "seeds.csv").write_text("candidate\na\n", encoding="utf-8")
    (tmp_path / "rivals.csv").write_text("candidate\nx\n", encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """Run a command with --json; returns what it printed."""
    assert cli.main([*words, "--rng", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_tie_rules_are_those_of_the_package():
    """They are written out in the options, because importing them would load the whole package."""
    assert options.TIES == TIES


def test_reach_against_rivals(chain, capsys):
    """A file and a written list mean the same."""
    seeds = str(chain.with_name("seeds.csv"))
    for rivals in ("x", str(chain.with_name("rivals.csv")), "x, x"):
        found = run(capsys, "reach", str(chain), "--seeds", seeds, "--rivals", rivals)
        assert (found["reach"]["mean"], found["rival"]["mean"]) == (3.0, 2.0)
        assert [row["rival"] for row in found["curve"]] == [1.0, 2.0, 2.0, 2.0, 2.0]
    assert cli.main(["reach", str(chain), "--seeds", seeds, "--rivals", "x", "--rng", "1"]) == 0
    assert "Rival: the rival reaches 2.0" in capsys.readouterr().out


@pytest.mark.parametrize(("tie", "expected"), [("ours", 3.0), ("rival", 2.0)])
def test_optimize_against_rivals(chain, capsys, tie, expected):
    """Seeds b and c meet x at d in the same step."""
    words = ["optimize", str(chain), "-k", "1", "--require", "c", "--rivals", "x", "--tie", tie]
    plan = run(capsys, *words, "--deadline", "1")
    assert plan["reach"]["mean"] == expected - 1
    assert plan["rival"]["mean"] == 4.0 - expected
    assert plan["certificate"] is None
    assert "Exclude('x')" in plan["rules"]


def test_the_terminal_says_that_nothing_is_proven(chain, capsys):
    """The rival, the certificate that is none, and why."""
    assert cli.main(["optimize", str(chain), "-k", "1", "--rivals", "x", "--rng", "1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Rival: the rival reaches" in said
    assert "Certificate: none" in said
    assert "no guarantee is claimed" in said


def test_bad_news_from_the_shell(chain, capsys):
    """The bias goes with the quality, and questions that need proof refuse it in the shell's words."""
    words = ["--quality", "0.5", "--negativity-bias", "2"]
    plan = run(capsys, "optimize", str(chain), "-k", "1", *words)
    assert plan["provenance"]["parameters"]["model"] == "independent cascade, quality 0.5, negativity bias 2"
    assert cli.main(["frontier", str(chain), *words]) == 2
    assert "--negativity-bias 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--negativity-bias", "0.5"], "'0.5' is not a number of 1 or more"),
        (["--negativity-bias", "inf"], "'inf' is not a number of 1 or more"),
        (["--rivals", "y"], "rival 'y' is not in the network"),
        (["--rivals", "nothere.csv"], "nothere.csv"),
        (["--rivals", "x", "--tie", "me"], "invalid choice"),
        (["--tie", "ours"], "--rivals"),
        (["--rivals", "x", "--method", "ris"], "use 'auto' or 'celf'"),
    ],
)
def test_bad_options_are_refused(chain, capsys, words, said):
    """One sentence, and exit code 2."""
    try:
        code = cli.main(["optimize", str(chain), "-k", "1", *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert said in capsys.readouterr().err


def test_virality(chain, capsys):
    """A chain brings one for one; the JSON has everything, the screen a table and a verdict."""
    seeds = str(chain.with_name("seeds.csv"))
    found = run(capsys, "virality", str(chain), "--seeds", seeds, "--worlds", "50", "--over", "3")["virality"]
    assert found["branching"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert found["structural_virality"]["value"] == pytest.approx(5 / 3)
    assert found["chance_over"]["value"] == 1.0
    assert [row["people"] for row in found["generations"]] == [1.0] * 4
    assert cli.main(["virality", str(chain), "--seeds", seeds, "--rng", "1", "--deadline", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "for each of the hop before" in said
    assert "brings R = 1" in said
    assert "Verdict" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--over", "-1"], "'-1' is not a number of 0 or more"),
        (["--worlds", "1"], "--worlds 1 is not a whole number of 2 or more"),
    ],
)
def test_bad_virality_options_are_refused(chain, capsys, words, said):
    """One sentence, and exit code 2."""
    seeds = str(chain.with_name("seeds.csv"))
    try:
        code = cli.main(["virality", str(chain), "--seeds", seeds, *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert said in " ".join(capsys.readouterr().err.split())
