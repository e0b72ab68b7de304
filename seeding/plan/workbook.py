"""Plans as Excel workbooks: text stays text, numbers are numbers, nothing runs; XlsxWriter is loaded here."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeding._runtime.files import atomic_write, check_writable, suffix_of
from seeding.errors import InputError, shown

if TYPE_CHECKING:
    from seeding.plan.plan import Plan

# What a sheet and a cell hold at most (Microsoft, "Excel specifications and limits").
_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS = 1_048_576, 16_384, 32_767
# A number of a spreadsheet keeps this many digits. The file holds one more, so that amounts stay exact.
_DIGITS = 15
_NARROWEST, _WIDEST = 8, 60
_COUNT, _REACH, _CHANCE, _NUMBER = "#,##0", "#,##0.0", "0.0%", "General"
_MONEY_COLUMNS = ("cost", "cumulative_cost", "expected_cost", "marginal_cost", "cost_per_person")
_FORMATS = {"rank": _COUNT, "accept": _CHANCE} | dict.fromkeys(
    ("marginal_reach", "cumulative_reach", "reach_low", "reach_high", "reach", "gain", "low", "high"), _REACH
)
_NO_COMPARISON = "No simple choices were measured for this plan."

Table = tuple[list[str], list[list[object]]]


def check_workbook(path: str | PathLike[str]) -> None:
    """Make sure before any work that a workbook can be written there.

    Raises
    ------
    InputError
        If XlsxWriter is not installed, the path does not end in .xlsx, or its folder is not writable.
    """
    _xlsxwriter()
    if suffix_of(path) != ".xlsx":
        raise InputError(f"{str(path)!r} does not end in .xlsx, as a workbook must; rename it.")
    check_writable(path)


def write_plan(plan: Plan, seeds: pd.DataFrame, path: str | PathLike[str]) -> None:
    """Write a plan, with its seeds at exact costs, whole or not at all.

    Raises
    ------
    InputError
        As `check_workbook`; also if a text is longer than a cell holds, or there are more rows than a sheet
        holds.
    """
    check_workbook(path)
    packed = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = _xlsxwriter()(packed, options)
    money = _money_format([*plan.exact_costs, plan.cost])
    names = [str(name) for name in seeds.columns]
    columns = [seeds.iloc[:, place].tolist() for place in range(len(names))]
    rows = [list(row) for row in zip(*columns, strict=True)]
    _Sheet(workbook, "Seeds", money).fill((names, rows), texts=("candidate", "offer"))
    _Sheet(workbook, "Comparison", money).fill(_comparison(plan))
    _Sheet(workbook, "Rules", money).fill(_rules(plan))
    workbook.close()
    with atomic_write(path, "wb") as file:
        file.write(packed.getvalue())


def _comparison(plan: Plan) -> Table:
    """Make the table of what simple choices reach; the plan itself comes first."""
    if not plan.comparisons:
        return ["comparison"], [[_NO_COMPARISON]]
    names = ["choice", "reach", "cost", "cost_per_person", "gain", "low", "high", "worlds"]
    own = plan.cost_per_person
    priced = None if own is None else own.person.mean
    rows: list[list[object]] = [["this plan", plan.reach.mean, plan.cost, priced, None, None, None, None]]
    for one in plan.comparisons:
        costs = (one.cost, one.cost_per_person)
        rows.append([one.words, one.reach, *costs, one.gain, one.low, one.high, one.worlds])
    return names, rows


def _rules(plan: Plan) -> Table:
    """Make the table of the limits and rules that the plan keeps."""
    limits: list[list[object]] = [["budget", plan.budget]] if plan.budget is not None else []
    limits += [["at most so many seeds", plan.k]] if plan.k is not None else []
    rules: list[list[object]] = [["rule", rule] for rule in plan.rules]
    return ["kind", "limit or rule"], limits + rules


def _money_format(amounts: Iterable[Decimal]) -> str:
    """Return the format that shows all decimals of the amounts: none, or two and more."""
    decimals = max((-min(int(amount.as_tuple().exponent), 0) for amount in amounts), default=0)
    return "#,##0" if decimals == 0 else "#,##0." + "0" * max(decimals, 2)


class _Sheet:
    """One sheet of a workbook, with its formats."""

    def __init__(self, workbook: Any, name: str, money: str) -> None:
        self._sheet = workbook.add_worksheet(name)
        self._name, self._money, self._workbook = name, money, workbook
        self._header = workbook.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        self._formats: dict[str, Any] = {}

    def fill(self, table: Table, texts: Sequence[str] = ()) -> None:
        """Write a table under a header that stays in view and filters; columns of `texts` hold only text."""
        names, rows = table
        self._refuse_large(len(rows) + 1, len(names))
        for column, name in enumerate(names):
            _checked(name, f"the name of column {column + 1}")
            self._sheet.write_string(0, column, name, self._header)
            width = len(name) + 3  # beside the arrow of the filter
            for row, cells in enumerate(rows, start=1):
                width = max(width, self._write(row, column, name, cells[column], name in texts))
            self._sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, len(rows), len(names) - 1)
        # Ids are text on purpose; no green corners.
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})

    def _refuse_large(self, n_rows: int, n_columns: int) -> None:
        if n_rows > _MOST_ROWS or n_columns > _MOST_COLUMNS:
            raise InputError(
                f"the sheet {self._name!r} would have {n_rows:,} rows and {n_columns:,} columns, more than "
                f"the {_MOST_ROWS:,} and {_MOST_COLUMNS:,} that a workbook holds; write a CSV instead."
            )

    def _write(self, row: int, column: int, name: str, value: object, as_text: bool) -> int:
        """Write one value by its kind; returns how wide it is."""
        if _is_missing(value):
            return 0
        if isinstance(value, (bool, np.bool_)) and not as_text:
            self._sheet.write_boolean(row, column, bool(value))
            return 5
        number = None if as_text else _as_number(value)
        if number is None:
            text = f"{value:f}" if isinstance(value, Decimal) else str(value)
            _checked(text, f"row {row} of {name!r}")
            self._sheet.write_string(row, column, text, self._format("@"))
            return max(map(len, text.splitlines() or [""]))
        shape = self._shape_of(name, value)
        self._sheet.write_number(row, column, number, self._format(shape))
        return len(f"{number:,.2f}") if shape != _NUMBER else len(f"{number:g}")

    def _shape_of(self, name: str, value: object) -> str:
        if isinstance(value, Decimal) or (self._name != "Rules" and name in _MONEY_COLUMNS):
            return self._money if isinstance(value, Decimal) or "." in self._money else self._money + ".00"
        return _FORMATS.get(name, _COUNT if name == "worlds" else _NUMBER)

    def _format(self, shape: str) -> Any:
        if shape not in self._formats:
            self._formats[shape] = self._workbook.add_format({"num_format": shape})
        return self._formats[shape]


def _is_missing(value: object) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))
    )


def _as_number(value: object) -> float | int | None:
    """Return a number that a cell holds without losing a digit; None for all else, which becomes text."""
    if isinstance(value, Decimal):
        return float(value) if len(value.as_tuple().digits) <= _DIGITS else None
    if isinstance(value, (int, np.integer)):
        return int(value) if len(str(abs(int(value)))) <= _DIGITS else None
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return None


def _checked(text: str, where: str) -> None:
    """Refuse a text that no cell can hold, rather than cut it."""
    if len(text) > _MOST_CHARACTERS:
        raise InputError(
            f"{where} has {len(text):,} characters, and a cell of a workbook holds {_MOST_CHARACTERS:,}; "
            "shorten it or write a CSV."
        )
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(f"{shown(text)} holds a character that no workbook can hold; rename it.")


def _xlsxwriter() -> Any:
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise InputError(
            "a workbook needs XlsxWriter to be written; install it with: pip install 'seeding[excel]'."
        ) from None
    return Workbook
