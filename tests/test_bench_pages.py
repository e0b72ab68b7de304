"""The benchmark pages show what the committed results say, and all of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.common import results
from benchmarks.pages import bench_tables, figures
from seeding.bench import COLUMNS, METHODS, SUITES


@pytest.mark.parametrize("name", bench_tables.TABLES)
def test_tables_are_those_of_the_committed_results(name: str) -> None:
    """Each table on the page is exactly what the committed CSVs give."""
    table = bench_tables.TABLES[name]()

    assert f"<!-- {name} -->\n{table}\n<!-- end -->" in bench_tables.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("suite", bench_tables.SUITES)
def test_committed_results_are_of_frozen_cases(suite: str) -> None:
    """Committed rows have today's columns, known cases and methods, and a score wherever they are done."""
    table = results.read(suite)
    if table.empty:
        pytest.skip(f"no results of the suite {suite!r} are committed")
    cases = {case.name for known in SUITES[suite] for case in (known, known.stand_in) if case}

    assert tuple(table.columns) == COLUMNS
    assert set(table["case"]) <= cases
    assert set(table["method"]) <= set(METHODS)
    assert not table.duplicated(["case", "method"]).any()
    done = table[table["outcome"] == "done"]
    assert done[["reach", "choosing_seconds", "share_of_best", "seeds"]].notna().all(axis=None)
    assert table.loc[table["outcome"] != "done", "reason"].notna().all()


def test_every_method_has_a_name_in_words() -> None:
    """No two methods of the registry read alike."""
    said = [bench_tables.label(method) for method in METHODS]

    assert len(set(said)) == len(said)
    assert bench_tables.label("ris_gap_0.05") == "ris, gap 0.05"
    assert bench_tables.label("pynetim_imm_0.5") == "pynetim IMM, ε = 0.5"
    assert bench_tables.label("degree_discount") == "degree discount"


def test_families() -> None:
    """Every method belongs to a package, to us, or to the rankings."""
    families = {bench_tables.family(method) for method in METHODS}

    assert families == set(figures.STYLE)
    assert bench_tables.family("celf") == "ours"
    assert bench_tables.family("networkx_celf_100") == "networkx"


def test_slope_of_a_power() -> None:
    """The fitted slope of c · x^1.5 is 1.5."""
    x = np.array([1.0, 10.0, 1_000.0])

    slope, intercept = bench_tables.fit_slope(x, 3 * x**1.5)

    assert slope == pytest.approx(1.5)
    assert np.exp(intercept) == pytest.approx(3.0)


def test_failures_are_shown() -> None:
    """A run without a result stands in the table with its reason."""
    row = dict.fromkeys(COLUMNS) | {"method": "ndlib_greedy_5", "threads": 1.0}
    row |= {"outcome": "timeout", "reason": "ended after 60 s", "known_problem": "something"}

    shown = bench_tables.case_table(pd.DataFrame([row]))

    assert "| ndlib greedy, 5 worlds † | *timeout*: ended after 60 s |" in shown


def test_markers_must_be_there_once() -> None:
    """A page that lost its markers is an error, and text around them stays."""
    assert results.fill("a\n<!-- t -->\nold\n<!-- end -->\nb", "t", "new") == (
        "a\n<!-- t -->\nnew\n<!-- end -->\nb"
    )
    with pytest.raises(ValueError, match="0 times"):
        results.fill("nothing", "t", "new")
