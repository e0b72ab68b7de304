"""Seeing, time, thresholds, an organic start and platforms on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import seeding as sd
from seeding import cli

CHAIN = "source,target,probability,days\na,b,1,2\nb,c,1,0.5\nc,d,1,3\n"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Write a chain in which everybody tells the next one, after some days."""
    path = tmp_path / "chain.csv"
    path.write_text(CHAIN, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """Run a command with --json; returns what it printed."""
    assert cli.main([*words, "--rng", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def reach(capsys, chain: Path, *words: str) -> float:
    """Measure what a reaches."""
    seeds = chain.with_name("seeds.csv")
    seeds.write_text("candidate\na\n", encoding="utf-8")
    return run(capsys, "reach", str(chain), "--seeds", str(seeds), *words)["reach"]["mean"]


def test_days_are_columns_of_arcs(chain, capsys):
    """A column that is kept is a delay, and the deadline is in its unit."""
    days = ["--arc-columns", "days", "--delay", "days"]
    assert reach(capsys, chain, *days, "--deadline", "2") == 2
    assert reach(capsys, chain, *days, "--deadline", "3") == 3
    assert reach(capsys, chain, *days, "--deadline", "6") == 4
    assert reach(capsys, chain, "--delay", "2", "--deadline", "4") == 3


def test_meeting_takes_its_time(chain, capsys):
    """With a chance of a half in each step, b is reached in one step half of the time."""
    found = reach(capsys, chain, "--meeting", "0.5", "--deadline", "1", "--worlds", "20000")
    assert found == pytest.approx(1.5, abs=0.02)


def test_who_sees_counts(chain, capsys):
    """All see it who are shown it; half pass it on."""
    assert reach(capsys, chain, "--share", "0.5", "--worlds", "20000") == pytest.approx(2.75, abs=0.05)
    plan = run(capsys, "optimize", str(chain), "-k", "1", "--share", "0.5")
    assert plan["engaged"]["mean"] == pytest.approx(1.875, abs=0.06)
    assert plan["reach"]["mean"] > plan["engaged"]["mean"]


def test_rates_by_value(chain, tmp_path, capsys):
    """A rate for each value of a column of the people."""
    people = tmp_path / "people.csv"
    people.write_text("node,platform\na,x\nb,x\nc,t\nd,t\n", encoding="utf-8")
    words = ["--nodes", str(people), "--view", "platform:x=1,t=0"]
    assert reach(capsys, chain, *words) == 3


def test_who_is_active_anyway(chain, tmp_path, capsys):
    """Labels, or a file of them; what they reach does not count."""
    assert reach(capsys, chain, "--organic", "c") == 2
    organic = tmp_path / "organic.csv"
    organic.write_text("candidate\nb\n", encoding="utf-8")
    assert reach(capsys, chain, "--organic", str(organic)) == 1


def test_thresholds(chain, capsys):
    """The weights of the chain are 1, so all join."""
    assert reach(capsys, chain, "--model", "threshold") == 4
    plan = run(capsys, "optimize", str(chain), "-k", "1", "--model", "threshold", "--deadline", "1")
    assert plan["reach"]["mean"] == 2
    assert plan["provenance"]["parameters"]["model"] == "linear threshold, deadline 1 step"


def test_couple_writes_one_network(tmp_path, capsys):
    """Two platforms become one file that other commands read."""
    for name, rows in (("x", "anna,bo"), ("t", "bobo,cleo")):
        (tmp_path / f"{name}.csv").write_text(f"source,target\n{rows}\n", encoding="utf-8")
    persons = tmp_path / "persons.csv"
    persons.write_text("platform,account,person\nx,bo,B\nt,bobo,B\n", encoding="utf-8")
    out = tmp_path / "market.npz"
    words = ["couple", "--platform", f"x={tmp_path / 'x.csv'}", "--platform", f"t={tmp_path / 't.csv'}"]
    words += ["-p", "1", "--persons", str(persons), "--crossing", "1", "--out", str(out)]
    assert cli.main(words) == 0
    assert "persons       3 with 4 accounts" in capsys.readouterr().out
    assert sd.read_network(out).total_weight == 3
    plan = run(capsys, "optimize", str(out), "-k", "1")
    assert plan["reach"]["mean"] == 3
    assert [row["reach"] for row in plan["platforms"]] == [2, 2, 3]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--delay", "1", "--meeting", "0.5"], "--delay and --meeting are both given"),
        (["--delay", "-1"], "'-1' is not a time of 0 or more"),
        (["--delay", "days"], "'days' is no column"),
        (["--meeting", "1.5"], "'1.5' is not a number from 0 to 1"),
        (["--share", "platform:x=much"], "'much' is not a rate from 0 to 1"),
        (["--share", "2"], "'2' is not a number from 0 to 1"),
        (["--organic", "zoe"], "'zoe' is not in the network"),
        (["--model", "threshold", "--quality", "0.5"], "leave it out with --model threshold"),
        (["--delay", "1", "--quality", "0.5"], "leave out the delays"),
        (["--model", "threshold", "--share", "0.5"], "linear threshold model"),
    ],
)
def test_bad_options_are_refused(chain, capsys, words, said):
    """One sentence and exit code 2."""
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(cli.main(["optimize", str(chain), "-k", "1", *words]))
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--platform", "x"], "write it as NAME=VALUE"),
        (["--platform", "x=a.csv", "--platform", "x=b.csv"], "given twice"),
        (["--platform", "x=a.csv", "--scale", "x=much"], "is not a number"),
        (["--platform", "x=a.csv", "--same-names", "--persons", "p.csv"], "both given"),
        (["--platform", "x=a.csv", "--persons", "p.csv"], "no column 'person'"),
        (["--platform", "x=a.csv", "--crossing", "2"], "'2' is not a number from 0 to 1"),
    ],
)
def test_bad_platforms_are_refused(tmp_path, monkeypatch, capsys, words, said):
    """One sentence and exit code 2; no file is written."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text("source,target,probability\na,b,1\n", encoding="utf-8")
    Path("p.csv").write_text("platform,account\nx,a\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(cli.main(["couple", *words, "--out", "market.npz"]))
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not Path("market.npz").exists()
