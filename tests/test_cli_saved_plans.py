"""The commands that start from a saved plan: explain, what-if and replay; and the files they start from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import seeding as sd
from seeding.cli import main


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    """Write a small market and a saved plan of it; returns the folder."""
    folder = tmp_path_factory.mktemp("market")
    network, roster = sd.datasets.creator_market(people=400, creators=12)
    sd.write_network(network, folder / "net.npz")
    table = roster.frame.assign(candidate=roster.candidates, cost=roster.costs / 100)
    table.to_csv(folder / "creators.csv", index=False)
    words = "optimize net.npz --roster creators.csv --budget 900 -k 4 --rng 3 --quiet --rule AtMost(3) "
    words += "--save a.plan --toml a.toml --keep-sample a.npz"
    files = ("net.npz", "creators.csv", "a.plan", "a.toml", "a.npz")
    code = main([str(folder / word) if word in files else word for word in words.split()])
    assert code == 0
    return folder


def test_optimize_saves_the_plan_the_sample_and_the_campaign(market):
    """The three files are there; the TOML is what was asked, with the names of the public arguments."""
    plan = sd.read_plan(market / "a.plan")
    assert 1 <= len(plan.seeds) <= 3
    asked = tomllib.loads((market / "a.toml").read_text())
    assert asked["limits"] == {"budget": "900", "k": 4}
    assert asked["rules"] == [{"type": "at_most", "n": 3, "where": {}}]
    assert asked["network"]["path"] == str(market / "net.npz")
    assert asked["model"] == {"type": "independent_cascade"}
    assert (market / "a.npz").stat().st_size > 1000


def test_what_if_in_the_shell_says_what_python_says(market, capsys):
    """The JSON is that of `Plan.what_if`, and the text names who goes."""
    plan = sd.read_plan(market / "a.plan")
    first = plan.seeds["candidate"].iloc[0]
    assert main(["what-if", str(market / "a.plan"), "--drop", first, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["changes"] == plan.what_if(drop=first).to_dict()["changes"]
    assert said["changes"]["gone"] == [first]
    assert (
        main(["what-if", str(market / "a.plan"), "--cost", f"{first}=0.5", "--out", str(market / "b.csv")])
        == 0
    )
    text = capsys.readouterr().out
    assert f"cost of {first!r} 0.5" in " ".join(text.split())
    assert "Not certified" in text
    assert sd.read_seeds(market / "b.csv") == plan.what_if(cost={first: "0.5"}).seeds["candidate"].tolist()


def test_explain_in_the_shell_says_what_python_says(market, capsys):
    """The JSON is that of `Plan.explain`; the CSV has a row per seed; nothing printed is infinite."""
    plan = sd.read_plan(market / "a.plan")
    table = str(market / "why.csv")
    assert main(["explain", str(market / "a.plan"), "--json", "--out", table]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == json.loads(json.dumps(plan.explain().to_dict(), default=str))
    assert len(Path(table).read_text().splitlines()) == 1 + len(plan.seeds)
    assert main(["explain", str(market / "a.plan"), "--no-measure"]) == 0
    text = capsys.readouterr().out
    assert "Without " in text
    assert not any(word in text for word in (" inf", "nan"))


def test_replay_is_the_same_plan_and_says_what_differs_otherwise(market, capsys):
    """The same bits end with 0; a plan file whose results were changed by hand ends with 1."""
    assert main(["replay", str(market / "a.plan")]) == 0
    assert "The same plan, bit for bit." in capsys.readouterr().out
    document = json.loads((market / "a.plan").read_text())
    document["plan"]["reach"]["fields"]["mean"] += 1
    (market / "c.plan").write_text(json.dumps(document))
    assert main(["replay", str(market / "c.plan"), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert not said["same"]
    assert said["differences"][0].startswith("reach.mean: ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["what-if", "a.plan"], "nothing is changed"),
        (["what-if", "a.plan", "--drop", "@nobody"], "'@nobody' is not in the roster"),
        (["what-if", "a.plan", "--cost", "@anna"], "write it as LABEL=VALUE"),
        (["explain", "creators.csv"], "is no plan file"),
        (["explain", "cut.plan"], "is cut off"),
        (["replay", "newer.plan"], "upgrade seeding"),
        (["explain", "a.plan", "--candidate", "@nobody"], "'@nobody' is not in the roster"),
        (["explain", "a.plan", "--out", "a.plan"], "also read or written"),
    ],
)
def test_bad_input_is_one_sentence(market, capsys, monkeypatch, words, expected):
    """Every wrong word ends with exit code 2 and one line that says what is wrong."""
    monkeypatch.chdir(market)
    text = Path("a.plan").read_text()
    Path("cut.plan").write_text(text[: len(text) // 2])
    Path("newer.plan").write_text(text.replace('"version": 1', '"version": 2', 1))
    assert main(words) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert expected in error[-1], error
    assert error[-1].startswith("error: ")


def test_a_changed_input_is_refused_by_name(market, capsys, tmp_path):
    """A roster that was edited after the plan is named; beside the plan file, moved inputs are found."""
    for name in ("net.npz", "creators.csv", "a.plan"):
        (tmp_path / name).write_bytes((market / name).read_bytes())
    text = (tmp_path / "a.plan").read_text().replace(str(market) + "/", "")
    (tmp_path / "a.plan").write_text(text)
    assert main(["replay", str(tmp_path / "a.plan")]) == 0
    with (tmp_path / "creators.csv").open("a") as file:
        file.write("\n")
    assert main(["replay", str(tmp_path / "a.plan")]) == 2
    assert "creators.csv' was changed since the plan" in capsys.readouterr().err


def test_saved_plans_are_compared_on_their_own_network(market, capsys):
    """`compare A.plan B.csv` takes network and model of the first plan; the difference is that of Python."""
    plan = sd.read_plan(market / "a.plan")
    other = plan.what_if(exclude=plan.seeds["candidate"].iloc[0])
    other.to_csv(market / "other.csv")
    words = ["compare", str(market / "a.plan"), str(market / "other.csv"), "--rng", "4", "--json"]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    network = sd.read_network(market / "net.npz")
    found = sd.compare(network, {"a": plan, "other": market / "other.csv"}, rng=4)
    assert said["pairs"] == json.loads(json.dumps(found.to_dict()["pairs"], default=str))
    assert main([*words, "--deadline", "3"]) == 2
    assert "says it already" in capsys.readouterr().err
