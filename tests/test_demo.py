"""Tests of the demonstration: the plan, the obvious choice, and what is said about the two."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

import seeding
from seeding import cli, datasets
from seeding.cli.demo import Demo, Difference, compare, run_demo


@pytest.fixture(scope="module")
def demo() -> Demo:
    """Run the demonstration on a small market."""
    return run_demo(Decimal(20_000), market=datasets.creator_market(1_000, 60), precision=0.02)


def test_both_plans_keep_the_budget(demo: Demo) -> None:
    """Neither the plan nor the obvious choice spends more than the budget."""
    assert 0 < demo.plan.cost <= 20_000
    assert 0 < demo.obvious.cost <= 20_000
    assert demo.obvious.method == "top_audience"


def test_difference_adds_variances(demo: Demo) -> None:
    """The interval of the difference is that of two independent estimates."""
    plan, obvious, difference = demo.plan.reach, demo.obvious.reach, demo.difference

    half = 1.959963984540054 * (plan.stderr**2 + obvious.stderr**2) ** 0.5
    assert difference.mean == pytest.approx(plan.mean - obvious.mean)
    assert difference.high - difference.low == pytest.approx(2 * half)
    assert difference.share == pytest.approx(plan.mean / obvious.mean - 1)


def test_plan_beats_the_obvious_choice(demo: Demo) -> None:
    """On this market the plan reaches clearly more for the same money."""
    assert demo.difference.low > 0


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (
            Difference(100.0, 50.0, 150.0, 0.25),
            "the plan reaches 100 more people, 25% more, for the same money",
        ),
        (
            Difference(-100.0, -150.0, -50.0, -0.2),
            "the plan reaches 100 fewer people, 20% fewer, for the same",
        ),
        (Difference(1.0, -2.0, 4.0, 0.01), "the two reach the same within what was simulated"),
        (Difference(5.0, 4.0, 6.0, None), "the plan reaches 5.0 more people for the same money"),
    ],
)
def test_comparison_in_plain_words(difference: Difference, said: str) -> None:
    """More, fewer, or no difference that the simulations could tell."""
    assert said in compare(difference)


def test_demo_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``seeding demo`` tells of the market, both choices and the difference, and writes seeds.csv here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    small = datasets.creator_market(1_000, 60)
    monkeypatch.setattr("seeding.datasets.creator_market", lambda: small)

    code = cli.main(["demo", "--budget", "20000", "--precision", "0.02"])

    printed = capsys.readouterr().out
    words = " ".join(printed.split())
    assert code == 0
    assert "1,000 ordinary people" in words
    assert "60 creators" in words
    assert "of 20,000 for" in words
    assert "The obvious choice, the creators with the most followers for the same money" in words
    assert words.count("95 % interval") == 5
    assert "more people" in words
    assert "Wrote seeds.csv" in words
    assert max(map(len, printed.splitlines())) <= 80
    assert len(seeding.read_seeds("seeds.csv")) > 0


def test_demo_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--json`` gives both plans and their difference, and writes to ``--out``."""
    small = datasets.creator_market(1_000, 60)
    monkeypatch.setattr("seeding.datasets.creator_market", lambda: small)
    out = tmp_path / "mine.csv"

    assert cli.main(["demo", "--budget", "20000", "--precision", "0.02", "--json", "--out", str(out)]) == 0

    found = json.loads(capsys.readouterr().out)
    assert seeding.read_seeds(out) == [seed["candidate"] for seed in found["plan"]["seeds"]]
    assert found["difference"]["mean"] == pytest.approx(
        found["plan"]["reach"]["mean"] - found["obvious"]["reach"]["mean"]
    )
