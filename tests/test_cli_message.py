"""What the message is and who counts, from the command line; every command that simulates takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import seeding as sd
from seeding import cli

ARCS = "source,target,probability,p_sport,p_food\na,b,0.5,0.2,0.6\nb,c,0.5,0.4,0.8\na,c,0.25,1e-3,0.5\n"
PEOPLE = """\
node,topic_sport,topic_food,trust,platform,followers,view_rate,vip
a,,,0.8,tiktok,1000,0.1,yes
b,0.5,1,0.5,x,200,0.5,no
c,0.25,0.75,,,40,1,yes
"""
MESSAGE = {
    "topics": {"sport": 0.75, "food": 0.25},
    "quality": 0.5,
    "shareability": 2.5,
    "affinity": "topic_{}",
    "credibility": "trust",
    "factors": {"platform": {"tiktok": 2, "x": 1}},
}


@pytest.fixture
def market(tmp_path: Path) -> list[str]:
    """Write the files; returns the words that name them."""
    (tmp_path / "arcs.csv").write_text(ARCS, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "seeds.csv").write_text("candidate\na\n", encoding="utf-8")
    return [str(tmp_path / "arcs.csv"), "--nodes", str(tmp_path / "people.csv")]


def write(tmp_path: Path, **changes) -> str:
    """Write a message; a value of None leaves a key out."""
    path = tmp_path / "message.json"
    values = {key: value for key, value in (MESSAGE | changes).items() if value is not None}
    path.write_text(json.dumps(values), encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """Run a command with --json; returns what it printed."""
    assert cli.main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_command_carries_the_message(market, tmp_path, capsys):
    """The same reach as in Python, quality included, and the clipped arcs are on record."""
    words = [*market, "--message", write(tmp_path), "--rng", "1"]
    message, how = sd.read_message(tmp_path / "message.json")
    network = sd.read_network(market[0], nodes=market[2]).carrying(message, **how)
    assert network.report.clipped_arcs == 1
    options = {"model": message.model(deadline=1), "rng": 1}
    expected = sd.estimate_reach(network, ["a"], **options).to_dict()
    deadline = ["--deadline", "1"]
    found = run(capsys, "reach", *words, *deadline, "--seeds", str(tmp_path / "seeds.csv"))
    assert found["reach"] == expected
    plan = run(capsys, "optimize", *words, *deadline, "-k", "1")
    assert plan["reach"] == sd.optimize(network, k=1, **options).reach.to_dict()
    assert (
        plan["provenance"]["parameters"]["message"] == "0.75 sport + 0.25 food, quality 0.5, shareability 2.5"
    )
    assert plan["provenance"]["parameters"]["clipped_arcs"] == 1
    cheapest = run(capsys, "minimize", *words, *deadline, "--target-reach", "0.6")
    assert cheapest["reach"] == sd.minimize_cost(network, target_reach=0.6, **options).reach.to_dict()
    points = run(capsys, "frontier", *words, *deadline, "--budgets", "1,2")["points"]
    # A frontier proves less of each plan than a plan by itself; intervals are cut at what is proven.
    alone = sd.frontier(network, budgets=[1, 2], **options).points[0].plan
    assert points[0]["plan"]["reach"] == alone.reach.to_dict()
    assert points[0]["plan"]["reach"]["mean"] == plan["reach"]["mean"]


def test_clipping_is_told(market, tmp_path, capsys):
    """In a note, and by inspect."""
    words = [*market, "--message", write(tmp_path)]
    assert cli.main(["optimize", *words, "-k", "1", "--rng", "1"]) == 0
    assert "1 arcs (33.33%) had a product above 1" in capsys.readouterr().err
    facts = run(capsys, "inspect", *words)
    assert facts["clipped_arcs"] == 1
    assert facts["clipped_largest"] == pytest.approx(0.5 * 0.625 * 0.8 * 2 * 2.5)
    assert cli.main(["inspect", *words]) == 0
    assert "message       0.75 sport + 0.25 food, quality 0.5, shareability 2.5" in capsys.readouterr().out


def test_topics_of_arcs(market, tmp_path, capsys):
    """Columns of arcs are kept by name or all, and mixed."""
    path = write(tmp_path, affinity=None, by_topic="p_{}", quality=None, shareability=None, factors=None,
                 credibility=None)  # fmt: skip
    for names in ("p_sport,p_food", "all"):
        facts = run(capsys, "inspect", *market, "--message", path, "--arc-columns", names)
        assert facts["arc_columns"] == ["p_sport", "p_food"]
        assert facts["probability_max"] == pytest.approx(0.75 * 0.4 + 0.25 * 0.8)
        assert facts["probability_min"] == pytest.approx(0.75 * 0.001 + 0.25 * 0.5)
    assert cli.main(["inspect", *market, "--message", path]) == 2
    assert "--arc-columns p_sport" in capsys.readouterr().err


def test_followers(market, tmp_path, capsys):
    """Accounts weigh what their followers see of them; --audience counts some of them."""
    seeds = ["--seeds", str(tmp_path / "seeds.csv"), "--rng", "1"]
    words = [*market, "--followers", "followers", "--view-rate", "view_rate", "--real-share", "0.5"]
    network = sd.read_network(market[0], nodes=market[2])
    network = network.with_audience_size("followers", view_rate="view_rate", real_share=0.5)
    assert network.weights.tolist() == [50.0, 50.0, 20.0]
    found = run(capsys, "reach", *words, *seeds)
    assert found["reach"] == sd.estimate_reach(network, ["a"], rng=1).to_dict()
    found = run(capsys, "reach", *words, *seeds, "--audience", "vip")
    assert found["reach"] == sd.estimate_reach(network, ["a"], rng=1, audience="vip").to_dict()
    assert cli.main(["optimize", *words, "-k", "1", "--rng", "1"]) == 0
    assert "views by real followers on average" in " ".join(capsys.readouterr().out.split())
    facts = run(capsys, "inspect", *words, "--others-weigh", "1")
    assert facts["total_weight"] == 120.0


BAD = [
    (["--quality", "0.9"], {}, "--quality 0.9 is given, but the message in"),
    (["--fidelity", "0.9"], {"fidelity": 0.5}, "--fidelity 0.9 is given"),
    ([], {"topics": {"sport": 0.5, "food": 0.25}}, "add up to 0.75; they must add up to 1"),
    ([], {"topics": {"sport": 0.75, "art": 0.25}}, "no column 'topic_art'"),
    (
        [],
        {"factors": {"platform": {"x": 1}}},
        "'a' has the platform 'tiktok', for which factors has no value",
    ),
    ([], {"speed": 3}, "keys 'speed'"),
    (["--view-rate", "0.5"], {}, "--view-rate is given without --followers"),
    (["--others-weigh", "1"], {}, "--others-weigh is given without --followers"),
    (["--followers", "fans"], {}, "no column 'fans' for followers"),
    (["--followers", "followers", "--weights", "followers"], {}, "--weights and --followers are both given"),
    (["--followers", "followers", "--view-rate", "1.5"], {}, "'1.5' is not a number from 0 to 1"),
    (["--followers", "followers", "--view-rate", "vip"], {}, "'a' has the vip 'yes'"),
    (["--followers", "followers", "--others-weigh", "-1"], {}, "'-1' is not a number of 0 or more"),
    (["--arc-columns", "p_sport,"], {}, "names a column without a name"),
    (["--arc-columns", "speed"], {}, "names 'speed', but"),
    (["--audience", "platform"], {}, "neither yes nor no"),
]


@pytest.mark.parametrize(("words", "changes", "said"), BAD)
def test_what_does_not_fit_is_refused(market, tmp_path, capsys, words, changes, said):
    """One sentence with the option or the key, and exit code 2."""
    message = ["--message", write(tmp_path, **changes)]
    try:
        code = cli.main(["optimize", *market, *message, "-k", "1", *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert said in capsys.readouterr().err


def test_the_message_is_not_overwritten(market, tmp_path, capsys):
    """A plan is not written over the message."""
    path = write(tmp_path)
    assert cli.main(["optimize", *market, "--message", path, "-k", "1", "--out", path]) == 2
    assert "also read or written" in capsys.readouterr().err


def test_quality_of_the_command_line_goes_with_a_message_without(market, tmp_path, capsys):
    """What the message leaves open, the command line may say."""
    path = write(tmp_path, quality=None)
    plan = run(capsys, "optimize", *market, "--message", path, "-k", "1", "--quality", "0.5", "--rng", "1")
    other = run(capsys, "optimize", *market, "--message", write(tmp_path), "-k", "1", "--rng", "1")
    assert plan["reach"] == other["reach"]
