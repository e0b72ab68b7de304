"""Tests of the benchmark suite: its cases, its rows and its CSV; what it measures is asserted nowhere."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seeding import cli, datasets
from seeding.bench import (
    COLUMNS,
    METHODS,
    SUITES,
    Case,
    Instance,
    Method,
    data_folder,
    networks,
    pick_cases,
    run_suite,
    update_rows,
    write_rows,
)
from seeding.bench.runner import Bench, ranked
from seeding.cli import options
from seeding.errors import InputError

CASES = [case for suite in SUITES.values() for case in suite]
TINY = (
    Case("karate", "a club", networks.karate, ("ris", "random"), k=2),
    Case(
        "market",
        "a market",
        lambda folder: Instance(*datasets.creator_market(200, 5)),
        ("cheapest", "absent", "liar"),
        budget=Decimal(100_000),
    ),
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the small suite by two cases of a moment each, with an absent rival and one that lies."""
    monkeypatch.setitem(SUITES, "small", TINY)
    absent = Method("absent", "fake_peers:Fixed", {"seeds": "1"}, "no-such-package", "1.0", ("six",))
    monkeypatch.setitem(METHODS, "absent", absent)
    liar = Method("liar", "fake_peers:Fixed", {"seeds": "1000000", "claimed": 1e9})
    monkeypatch.setitem(METHODS, "liar", liar)


def market_candidate() -> int:
    """Return the index of somebody who is for sale in the tiny market."""
    market = datasets.creator_market(200, 5)
    return int(market.network.index(market.roster.candidates)[0])


# --- the registry -------------------------------------------------------------------------------------


def test_suites_are_well_formed() -> None:
    """Cases have names of their own, known methods without repetition, a limit, and enough worlds."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    for case in CASES + [case.stand_in for case in CASES if case.stand_in]:
        assert set(case.methods) <= set(METHODS)
        assert len(set(case.methods)) == len(case.methods)
        assert case.budget is not None or case.k is not None
        assert case.effort.worlds >= 128
        assert case.effort.wall_limit >= case.effort.time_limit
    assert set(SUITES) == set(options.SUITES)


def test_small_suite_needs_nothing_from_elsewhere() -> None:
    """Its networks are generated, its methods need no package, and its sizes are what its names say."""
    by_name = {case.name: case.build(None) for case in SUITES["small"]}

    assert all(METHODS[m].package is None for case in SUITES["small"] for m in case.methods)
    assert by_name["karate"].network.n_nodes == 34
    assert by_name["power_law_20k_100k"].network.n_arcs == 100_000
    assert by_name["creator_market"].roster is not None


def test_generated_networks_fit_their_names() -> None:
    """Stand-ins and random networks have the sizes and probabilities that they are named for."""
    for name, case in {case.name: case for case in SUITES["networks"]}.items():
        assert case.data is not None
        stand_in = case.with_data(None)
        assert stand_in is case.stand_in
        assert stand_in.name.startswith(("power_law", "creator_market")), name
    rare = networks.power_law(500, 2_000, 0.01)(None).network
    assert (rare.n_nodes, rare.n_arcs) == (500, 2_000)
    assert set(rare.out.probability) == {0.01}
    drawn = networks.uniform_random(300, 1_500)(None).network
    assert (drawn.n_nodes, drawn.n_arcs) == (300, 1_500)


def test_scaling_varies_one_thing_at_a_time() -> None:
    """Each axis has at least five values, and its cases agree in everything else."""
    axes: dict[str, list[Case]] = {}
    for case in SUITES["scaling"]:
        axes.setdefault(str(case.axis), []).append(case)

    assert set(axes) == {"n", "m", "k", "gap", "threads"}
    for cases in axes.values():
        assert len({case.value for case in cases}) == len(cases) >= 5


@pytest.mark.parametrize("case", [case for case in CASES if case.data], ids=lambda case: case.name)
def test_public_networks_can_be_read(shared_data: Path, case: Case) -> None:
    """Each public network that is there makes a network of some size, priced where there is a budget."""
    if not (shared_data / str(case.data)).exists():
        pytest.skip(f"{case.data} is not in {shared_data}")
    network, roster = case.with_data(shared_data).build(shared_data)

    assert network.n_nodes > 5_000
    assert (roster is None) == (case.budget is None)


def test_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder named wins over the variable; a name that leads nowhere is an error, no name is none."""
    monkeypatch.setenv("SEEDING_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    with pytest.raises(InputError, match="no folder"):
        data_folder(tmp_path / "elsewhere")
    monkeypatch.delenv("SEEDING_DATA")
    assert data_folder() is None


# --- what is run --------------------------------------------------------------------------------------


def test_cases_and_methods_can_be_picked() -> None:
    """`only` takes cases, methods and pairs; the rest is left out."""
    picked = pick_cases("small", ["karate/ris", "creator_market/exact", "random"])

    assert {case.name: case.methods for case in picked} == {
        "karate": ("ris", "random"),
        "les_miserables": ("random",),
        "creator_market": ("exact", "random"),
        "power_law_20k_100k": ("random",),
    }


def test_unknown_names_are_refused() -> None:
    """A suite or a name that does not exist is refused with those that do."""
    with pytest.raises(InputError, match="'small'"):
        next(run_suite("huge"))
    with pytest.raises(InputError, match=r"only='karat' is no case.*karate"):
        pick_cases("small", ["karat"])


# --- rows ---------------------------------------------------------------------------------------------


def test_every_row_is_scored_or_says_why_not(tiny: None) -> None:
    """Methods with a result come first, best reach first; the others say why they have none."""
    club, market = list(run_suite("small", rng=7, repeats=2))

    assert [row["method"] for row in club] == ["ris", "random"]
    assert club[0]["share_of_best"] == 1.0 > club[1]["share_of_best"]
    for row in club:
        assert tuple(sorted(row)) == tuple(sorted(COLUMNS))
        assert (row["outcome"], row["scoring_worlds"], row["repeats"]) == ("done", 4_000, 2)
        assert row["low"] <= row["reach"] <= row["high"]
        assert 0 < row["choosing_seconds_min"] <= row["choosing_seconds"]
        assert row["choosing_seconds_min"] < row["seconds"]
        assert row["repeatable"] is True
        assert row["version"] == row["seeding"]
    outcomes = {row["method"]: (row["outcome"], row["reason"]) for row in market}
    assert outcomes["cheapest"] == ("done", None)
    install = "pip install no-such-package==1.0 six"
    assert outcomes["absent"] == ("skipped", f"no-such-package is not installed: {install}")
    assert outcomes["liar"] == ("invalid", "it chose 1000000, who is no candidate")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Prepare the tiny market for measuring."""
    case = TINY[1]
    return Bench("small", case, case.build(None), tmp_path, 7, 1)


def test_wrong_answers_are_objected_to(bench: Bench, tmp_path: Path) -> None:
    """Nobody, twice the same, somebody not for sale, too many or too much: each has its reason."""
    assert bench.objection([]) == "it chose nobody"
    assert bench.objection([market_candidate()] * 2) == "it chose somebody twice"
    assert bench.objection([10**6]) == "it chose 1000000, who is no candidate"
    assert bench.objection([market_candidate()]) is None
    poor = Case("poor", "", TINY[1].build, (), budget=Decimal("0.01"))
    assert Bench("small", poor, poor.build(None), tmp_path, 7, 1).objection([market_candidate()]) == (
        "it spent more than the budget"
    )
    club = Bench("small", TINY[0], TINY[0].build(None), tmp_path, 7, 1)
    assert club.objection([1, 2, 3]) == "it chose 3 seeds of at most 2"


def test_false_claims_are_marked(bench: Bench) -> None:
    """A claimed reach stands beside the score, and is marked where it is far off."""
    told = {"seeds": str(market_candidate()), "claimed": 1e9}

    row = bench.measure(Method("liar", "fake_peers:Fixed", told), 1)

    assert row["outcome"] == "done"
    assert row["claimed_reach"] == 1e9 > row["reach"]
    assert "claims a reach of 1,000,000,000.0" in row["known_problem"]


def test_too_many_threads_are_skipped(tmp_path: Path) -> None:
    """A case for more threads than there are is skipped, not run on fewer."""
    case = Case("threads", "", networks.karate, ("ris",), k=2, threads=100_000)

    row = Bench("small", case, case.build(None), tmp_path, 7, 1).measure(METHODS["ris"], 1)

    assert (row["outcome"], row["seconds"]) == ("skipped", None)
    assert "threads" in row["reason"]


def test_shares_are_of_the_best_known() -> None:
    """The best known reach counts where it is larger than any of the case."""
    rows: list[dict[str, Any]] = [{"reach": 50.0}, {"reach": None}, {"reach": 80.0}]

    assert [row.get("share_of_best") for row in ranked(rows, 100.0)] == [0.8, 0.5, None]
    assert [row.get("share_of_best") for row in ranked(rows, 10.0)] == [1.0, 0.625, None]


# --- the CSV and the command --------------------------------------------------------------------------


def a_row(**told: object) -> dict[str, Any]:
    """Make a row with every column."""
    return (
        dict.fromkeys(COLUMNS) | {"suite": "small", "case": "c", "method": "ris", "reach": 1.23456789} | told
    )


def test_rows_are_written_as_csv(tmp_path: Path) -> None:
    """The CSV has every column, empty where a figure does not apply."""
    path = tmp_path / "results.csv"

    write_rows([a_row(k=None)], str(path))

    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert tuple(row) == COLUMNS
    assert (row["k"], row["method"], row["reach"]) == ("", "ris", "1.23457")


def test_rows_take_the_place_of_earlier_ones(tmp_path: Path) -> None:
    """What is measured again replaces its row; other rows stay; another table is not touched."""
    path = tmp_path / "results.csv"
    update_rows([a_row(), a_row(method="celf")], str(path))

    update_rows([a_row(reach=2.0), a_row(case="d")], str(path))

    found = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["case"], row["method"], row["reach"]) for row in found] == [
        ("c", "ris", "2"),
        ("c", "celf", "1.23457"),
        ("d", "ris", "1.23457"),
    ]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="not a table of this version"):
        update_rows([a_row()], str(path))
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_bench_command(
    tiny: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints a table per case and writes the rows; ``--json`` prints rows."""
    path = tmp_path / "results.csv"
    monkeypatch.setenv("COLUMNS", "80")

    assert cli.main(["bench", "--only", "random,market", "--repeats", "1", "--out", str(path)]) == 0
    printed = capsys.readouterr().out
    assert cli.main(["bench", "--json", "--only", "random", "--repeats", "1"]) == 0
    (row,) = json.loads(capsys.readouterr().out)

    assert "karate: 34 nodes, 156 arcs, k = 2" in printed
    assert "market: 205 nodes" in printed
    assert "absent: skipped, no-such-package is not installed" in printed
    table = [line for line in printed.splitlines() if not line.startswith(("Wrote", "absent", "liar"))]
    assert max(map(len, table)) <= 80
    written = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert {(line["case"], line["method"]) for line in written} == {
        ("karate", "random"),
        ("market", "cheapest"),
        ("market", "absent"),
        ("market", "liar"),
    }
    (same,) = [line for line in written if line["method"] == "random"]
    assert same["reach"] == f"{row['reach']:.6g}"
    assert same["processor"]


def test_bench_list(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """``--list`` shows what would be run, and runs nothing."""
    monkeypatch.delenv("SEEDING_DATA", raising=False)

    assert cli.main(["bench", "--suite", "networks", "--list"]) == 0
    printed = capsys.readouterr().out

    assert "power_law_15k_62k: Chung–Lu power law, weighted cascade; k = 50" in printed
    assert "  ris_gap_0.3," in printed
    assert "nethept" not in printed
