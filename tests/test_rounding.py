"""Tests of the digits of numbers in a CSV: those that their standard errors leave, and no fewer."""

from __future__ import annotations

import csv
import json
import math
from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from golden_cases import market
from hypothesis import given
from hypothesis import strategies as st

import seeding as sd
from seeding.plan import rounding

QUICK = {"rng": 7, "gap": 0.3, "precision": 0.05, "threads": 1}
Z = 1.959963984540054


@pytest.mark.parametrize(
    ("error", "decimals"),
    [(12.3, 0), (1.0, 1), (0.99, 2), (0.0234, 3), (123.0, -1), (9_999.0, -2), (0.0, None), (math.inf, None),
     (math.nan, None), (1e-30, None)],
)  # fmt: skip
def test_the_second_significant_digit(error, decimals):
    """The last decimal is where the second significant digit of the error stands."""
    assert rounding.decimals_of(error) == decimals


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_rounding_costs_a_twentieth_of_an_error(value, error):
    """What rounding takes away is at most a twentieth of the standard error."""
    frame = pd.DataFrame({"x": [value]})
    rounding.round_columns(frame, ["x"], [rounding.decimals_of(error)])
    assert abs(float(frame["x"][0]) - value) <= error / 20 * (1 + 1e-9) + abs(value) * 1e-15


def test_how_numbers_are_written():
    """Zeros that mean something stay, those of tens are no decimals, and there is no negative nothing."""
    frame = pd.DataFrame({"x": [12.0, 1234.5, -0.004, np.nan, np.inf, 5.0]})
    with localcontext(prec=2):
        rounding.round_columns(frame, ["x"], [2, -2, 1, 1, 1, None])
    said = [f"{value:f}" if isinstance(value, Decimal) else value for value in frame["x"]]
    assert said[:3] == ["12.00", "1200", "0.0"]
    assert math.isnan(said[3])
    assert said[4:] == [math.inf, 5.0]


def rows_of(path):
    """Read a CSV as texts."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def plan() -> sd.Plan:
    """Make a plan."""
    return sd.optimize(*market(), budget=9_000, **QUICK)


def digits_after(text: str) -> int:
    """Count decimals."""
    return len(text.partition(".")[2])


def test_a_plan(plan, tmp_path):
    """Each row ends where its interval says; money is exact; JSON has all digits."""
    plan.to_csv(tmp_path / "s.csv")
    rows = rows_of(tmp_path / "s.csv")
    for row, known in zip(rows, plan.seeds.to_dict("records"), strict=True):
        error = (known["reach_high"] - known["reach_low"]) / 2 / Z
        decimals = rounding.decimals_of(error)
        for name in ("cumulative_reach", "reach_low", "reach_high"):
            if decimals is None:  # the first step may be known exactly
                assert float(row[name]) == known[name]
            else:
                assert digits_after(row[name]) == max(decimals, 0)
                assert abs(float(row[name]) - known[name]) <= error / 19
        assert float(row["marginal_reach"]) == pytest.approx(known["marginal_reach"], rel=0.05)
        assert float(row["marginal_cost"]) == pytest.approx(known["marginal_cost"], rel=0.05)
        assert len(row["marginal_cost"].replace(".", "").lstrip("0")) <= 7
    assert [Decimal(row["cost"]) for row in rows] == list(plan.exact_costs)
    for said, known in zip(json.loads(plan.to_json())["seeds"], plan.seeds.to_dict("records"), strict=True):
        assert said["cumulative_reach"] == known["cumulative_reach"]
    assert sd.read_seeds(tmp_path / "s.csv") == plan.seeds["candidate"].tolist()


def test_writing_changes_no_table(plan, tmp_path):
    """The plan in memory and the workbook keep all digits."""
    before = plan.seeds.copy()
    plan.to_csv(tmp_path / "s.csv")
    pd.testing.assert_frame_equal(plan.seeds, before)


def test_small_gains_keep_two_digits():
    """A gain far below the error of the sum is not rounded away, nor is its price."""
    decimals = rounding.at_least_two([0.01234, 25.678, 0.0], [0, 0, 0])
    assert decimals == [3, 0, 0]
    assert rounding.of_quotients([81.0373, 3.8943], [0.01234, 25.678], decimals[:2]) == [0, 1]
    assert rounding.of_quotients([np.nan, 5.0, 5.0], [0.0, np.nan, 1.0], [0, 1, None])[1:] == [None, None]


def test_frontier_and_comparison(plan, tmp_path):
    """Reach and prices are rounded by their own intervals; bounds that are proven keep all digits."""
    curve = sd.frontier(*market(), budgets=[6_000, 9_000], **QUICK)
    curve.to_csv(tmp_path / "c.csv")
    for row, known in zip(rows_of(tmp_path / "c.csv"), curve.frame.to_dict("records"), strict=True):
        for name, low, high in (("reach", "reach_low", "reach_high"),
                                ("cost_per_person", "person_low", "person_high")):  # fmt: skip
            error = (known[high] - known[low]) / 2 / Z
            for one in (name, low, high):
                assert digits_after(row[one]) == max(rounding.decimals_of(error), 0)
                assert abs(float(row[one]) - known[one]) <= error / 19
        assert [float(row[name]) for name in ("ratio", "lower", "upper")] == [
            known[name] for name in ("ratio", "lower", "upper")
        ]
        assert float(row["marginal_cost"]) == pytest.approx(known["marginal_cost"], rel=0.05)
    seeds = plan.seeds["candidate"].tolist()
    pairs = sd.compare(market()[0], {"A": seeds, "B": seeds[:1]}, worlds=200, rng=1, threads=1)
    pairs.to_csv(tmp_path / "p.csv")
    (row,) = rows_of(tmp_path / "p.csv")
    assert len(row["stderr"].replace(".", "").strip("0")) <= 2
    assert digits_after(row["stderr"]) == digits_after(row["difference"]) == digits_after(row["high"])
    assert abs(float(row["difference"]) - pairs.pairs[0].difference) <= pairs.pairs[0].stderr / 19
