"""Tests of the benchmark suite: its cases, its scorer and its CSV; what it measures is asserted nowhere."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from seeding import Network, cli, datasets
from seeding.bench import COLUMNS, SUITES, Case, run_suite, write_rows
from seeding.errors import InputError
from seeding.selection.methods import METHODS

TINY = (
    Case("karate", lambda: (datasets.karate(), None), ("ris", "random"), k=2),
    Case(
        "market",
        lambda: datasets.creator_market(200, 5),
        ("cheapest", "top_audience"),
        budget=Decimal(100_000),
    ),
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the small suite by two cases of a moment each."""
    monkeypatch.setitem(SUITES, "small", TINY)


def test_small_suite_is_well_formed() -> None:
    """Cases have distinct names, known methods, a limit, and a network that fits its name."""
    suite = SUITES["small"]

    assert len({case.name for case in suite}) == len(suite)
    for case in suite:
        assert set(case.methods) <= set(METHODS)
        assert len(set(case.methods)) == len(case.methods)
        assert case.budget is not None or case.k is not None
    by_name = {case.name: case.build() for case in suite}
    assert by_name["karate"][0].n_nodes == 34
    assert by_name["power_law_20k_100k"][0].n_arcs == 100_000
    assert by_name["creator_market"][1] is not None


def test_every_row_is_scored(tiny: None) -> None:
    """Each method of each case has a score by as many fresh worlds, the best first."""
    found = list(run_suite("small", rng=7))

    assert [sorted(row["method"] for row in rows) for rows in found] == [
        ["random", "ris"],
        ["cheapest", "top_audience"],
    ]
    for rows in found:
        assert rows[0]["share_of_best"] == 1.0
        for row in rows:
            assert tuple(sorted(row)) == tuple(sorted(COLUMNS))
            assert row["scoring_worlds"] == 4_000
            assert row["low"] <= row["reach"] <= row["high"]
            assert 0 < row["choosing_seconds"] < row["seconds"]


def test_scores_repeat(tiny: None) -> None:
    """The same key gives the same choices and scores again, whatever the threads."""
    scores = [
        [
            (row["method"], row["reach"], row["cost"])
            for rows in run_suite(rng=7, threads=threads)
            for row in rows
        ]
        for threads in (1, 2)
    ]

    assert scores[0] == scores[1]


def test_scorer_knows_a_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """The score of the hub of a star is 1 + n·p within its interval."""
    star = Network.from_edges(["hub"] * 20, [f"leaf{i}" for i in range(20)], 0.3)
    monkeypatch.setitem(SUITES, "small", (Case("star", lambda: (star, None), ("degree",), k=1),))

    ((row,),) = run_suite("small", rng=5)

    assert row["low"] < 1 + 20 * 0.3 < row["high"]


def test_unknown_suite() -> None:
    """A suite that does not exist is refused with the names of those that do."""
    with pytest.raises(InputError, match="'small'"):
        next(run_suite("huge"))


def test_rows_are_written_as_csv(tmp_path: Path) -> None:
    """The CSV has every column, empty where a figure does not apply."""
    path = tmp_path / "results.csv"

    write_rows([dict.fromkeys(COLUMNS, 1.23456789) | {"k": None, "method": "ris"}], str(path))

    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert tuple(row) == COLUMNS
    assert (row["k"], row["method"], row["reach"]) == ("", "ris", "1.23457")


def test_bench_command(
    tiny: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints a table per case and writes the rows; ``--json`` prints the same rows."""
    path = tmp_path / "results.csv"
    monkeypatch.setenv("COLUMNS", "80")

    assert cli.main(["bench", "--out", str(path)]) == 0
    printed = capsys.readouterr().out
    assert cli.main(["bench", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)

    assert "karate: 34 nodes, 156 arcs, k = 2" in printed
    assert "market: 205 nodes" in printed
    assert max(len(line) for line in printed.splitlines() if not line.startswith("Wrote")) <= 80
    written = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["method"] for row in written] == [row["method"] for row in rows]
    assert [row["reach"] for row in written] == [f"{row['reach']:.6g}" for row in rows]
