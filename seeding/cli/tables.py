"""Printing plans and estimates: tables that fit the screen, and sentences that anyone can read."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import numpy as np

from seeding._runtime.wording import fixed, money_words, percent, tenths
from seeding.cli.shell import printable

if TYPE_CHECKING:
    import pandas as pd

    from seeding.plan.contrast import PlanComparison
    from seeding.plan.estimate import Estimate
    from seeding.plan.plan import Plan
    from seeding.plan.sections import After
    from seeding.questions.frontier import Frontier

MOST_ROWS = 20
_WIDEST_LABEL, _NARROWEST_LABEL = 30, 8
# Blanks between columns.
_GAP = 2
_OWN = (
    "rank",
    "candidate",
    "cost",
    "cumulative_cost",
    "marginal_reach",
    "cumulative_reach",
    "reach_low",
    "reach_high",
    "expected_cost",
    "marginal_cost",
)


# Columns of a roster that say what people are called stand beside the label.
_NAMES = ("name", "handle", "username", "user name", "display name", "display_name", "full name", "creator")
# Where the screen is narrow, these go in this order.
_LESS_TELLING = ("total cost", "per person", "reach", "95 % interval", "adds", "expected")


@dataclass(frozen=True)
class Column:
    """One column of a printed table."""

    title: str
    cells: list[str]
    justify: Literal["left", "right"] = "right"

    @property
    def width(self) -> int:
        """Width on the screen, counting wide characters as two."""
        from rich.cells import cell_len

        return max(cell_len(text) for text in (self.title, *self.cells))


def number(value: float) -> str:
    """Write a reach with the digits that matter."""
    return tenths(value)


def whole_number(value: float) -> str:
    """Write the reach of a single campaign, which is a whole number where everybody counts as 1."""
    return fixed(value, 0) if float(value).is_integer() else number(value)


def show_table(columns: list[Column]) -> None:
    """Print columns as a plain table; a label that is wider than its column goes on in the next line."""
    widths = _widths(columns)
    _show_header(_lines([column.title for column in columns], columns, widths))
    for row in zip(*(column.cells for column in columns), strict=True):
        for line in _lines(list(row), columns, widths):
            print(line)


def _widths(columns: list[Column]) -> list[int]:
    """Give each column its width, labels less where they would not all fit the screen."""
    left = [place for place, column in enumerate(columns) if column.justify == "left"]
    # A column of nothing, as where a curve has no knee, still needs room to be cut to.
    widths = [max(1, column.width) for column in columns]
    for place in left:
        widths[place] = min(widths[place], _WIDEST_LABEL)
    over = sum(widths) + _GAP * (len(widths) - 1) - screen_width()
    for place in sorted(left, key=widths.__getitem__, reverse=True):
        spared = max(0, min(over, widths[place] - _narrowest(columns[place])))
        widths[place] -= spared
        over -= spared
    return widths


def _narrowest(column: Column) -> int:
    """Return how narrow a column of labels may be: no word of it is broken, if it is not a very long one."""
    from rich.cells import cell_len

    words = [word for text in (column.title, *column.cells) for word in text.split()]
    return min(_WIDEST_LABEL, max([_NARROWEST_LABEL, *map(cell_len, words)]))


def _pieces(text: str, width: int) -> list[str]:
    """Break a label between words, and within one only where it is wider than its column."""
    from rich.cells import cell_len, chop_cells

    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(word, width)
    return lines[1:] if len(lines) > 1 and not lines[0] else lines


def _lines(row: list[str], columns: list[Column], widths: list[int]) -> list[str]:
    """Set one row: one line, or more where a label has to go on."""
    from rich.cells import cell_len, set_cell_size

    pieces = [_pieces(text, width) for text, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, pieces))):
        cells = []
        for parts, column, width in zip(pieces, columns, widths, strict=True):
            text = parts[number] if number < len(parts) else ""
            before = width - cell_len(text) if column.justify == "right" else 0
            cells.append(" " * before + set_cell_size(text, width - before))
        lines.append((" " * _GAP).join(cells).rstrip())
    return lines


def _show_header(lines: list[str]) -> None:
    """Print the names of the columns, bold where somebody watches a terminal."""
    if not sys.stdout.isatty():
        print("\n".join(lines))
        return
    from rich.console import Console

    Console(file=sys.stdout, highlight=False, markup=False).print(
        "\n".join(lines), style="bold", soft_wrap=True
    )


def screen_width() -> int:
    """Columns of the screen; 80 where there is none."""
    return max(shutil.get_terminal_size().columns, 60)


def seed_columns(plan: Plan, rows: int = MOST_ROWS) -> list[Column]:
    """Make the columns of a plan's first seeds: what it found, with the roster's own as far as they fit."""
    count = min(rows, len(plan.table))
    shown = {name: values[:rows].tolist() for name, values in plan.table.columns.items()}
    labels = plan.table.candidates.take(np.arange(count)).array().tolist()
    low, high = shown["reach_low"], shown["reach_high"]
    further = [name for name in plan.table.names if name not in _OWN]
    called = [name for name in further if str(name).strip().lower() in _NAMES][:1]
    columns = [
        Column("#", [f"{rank}" for rank in range(1, count + 1)]),
        Column("candidate", [printable(label) for label in labels], "left"),
        *(_passed_through(name, plan.seeds[name].head(rows)) for name in called),
        *_cost_columns(plan, count),
        Column("adds", [number(gain) for gain in shown["marginal_reach"]]),
        Column("reach", [number(reach) for reach in shown["cumulative_reach"]]),
        Column("95 % interval", [f"{number(a)}–{number(b)}" for a, b in zip(low, high, strict=True)]),
    ]
    if "marginal_cost" in shown and not plan.is_free:
        costs = ["" if np.isnan(cost) else money_words(cost) for cost in shown["marginal_cost"]]
        columns.append(Column("per person", costs))
    others = [_passed_through(name, plan.seeds[name].head(rows)) for name in further if name not in called]
    columns = _fitting(columns)
    with_all = _with_others(columns, others)
    if others and len(with_all) == len(columns):
        # A column of the roster says more than a running total.
        with_all = _with_others([column for column in columns if column.title != "total cost"], others)
    return with_all


def _with_others(columns: list[Column], others: list[Column]) -> list[Column]:
    """Add those columns of the roster for which there is room."""
    found = list(columns)
    room = screen_width() - sum(min(column.width, _WIDEST_LABEL) + _GAP for column in columns)
    for column in others:
        if min(column.width, _WIDEST_LABEL) + _GAP <= room:
            found.append(column)
            room -= min(column.width, _WIDEST_LABEL) + _GAP
    return found


def _fitting(columns: list[Column], less_telling: Sequence[str] = _LESS_TELLING) -> list[Column]:
    """Leave out columns of numbers, the least telling first, until names and the others fit the screen."""
    for title in less_telling:
        if sum(column.width for column in columns) + _GAP * (len(columns) - 1) <= screen_width():
            break
        columns = [column for column in columns if column.title != title]
    return columns


def curve_columns(curve: Frontier) -> list[Column]:
    """Make the columns of a curve: what each budget reaches, and what one more person costs there."""
    frame, points = curve.frame, curve.points
    low, high = frame["reach_low"], frame["reach_high"]
    each = ["" if missing else money_words(cost) for cost, missing in _with_missing(frame["cost_per_person"])]
    steps = ["" if missing else number(cost) for cost, missing in _with_missing(frame["marginal_cost"])]
    columns = [
        Column("budget", [f"{point.budget:,}" for point in points]),
        Column("cost", [f"{point.plan.cost:,}" for point in points]),
        Column("seeds", [f"{count:,}" for count in frame["seeds"]]),
        Column("reach", [number(reach) for reach in frame["reach"]]),
        Column("95 % interval", [f"{number(a)}–{number(b)}" for a, b in zip(low, high, strict=True)]),
        Column("per person", each),
        Column("one more costs", steps),
        Column("proven", [f"{ratio:.1%}" for ratio in frame["ratio"]]),
        Column("", ["knee" if knee else "" for knee in frame["knee"]], "left"),
    ]
    return _fitting(columns, ("cost", "95 % interval", "per person"))


def compared_columns(found: PlanComparison) -> list[Column]:
    """Make the columns of plans side by side."""
    plans = found.plans
    columns = [
        Column("plan", [printable(plan.name) for plan in plans], "left"),
        Column("seeds", [f"{len(plan.seeds):,}" for plan in plans]),
        Column("reach", [number(plan.reach.mean) for plan in plans]),
        Column("95 % interval", [f"{number(plan.reach.low)}–{number(plan.reach.high)}" for plan in plans]),
    ]
    if all(plan.cost is None for plan in plans):
        return columns
    cpm = [plan.cpm for plan in plans]
    return [
        *columns,
        Column("cost", ["" if plan.cost is None else f"{plan.cost:,}" for plan in plans]),
        Column("CPM", ["" if one is None else number(one.value) for one in cpm]),
        Column("95 % interval", ["" if one is None else _ends(one.low, one.high) for one in cpm]),
    ]


def _ends(low: float, high: float | None) -> str:
    return f"{number(low)} or more" if high is None else f"{number(low)}–{number(high)}"


def pair_columns(found: PlanComparison) -> list[Column]:
    """Make the columns of the differences between plans."""
    pairs = found.pairs
    columns = [
        Column("", [printable(pair.second) for pair in pairs], "left"),
        Column("against", [printable(pair.first) for pair in pairs], "left"),
        Column("reaches", [_signed(pair.difference) for pair in pairs]),
        Column("95 % interval", [f"{_signed(pair.low)} to {_signed(pair.high)}" for pair in pairs]),
        Column("beats it", [percent(pair.chance.value) for pair in pairs]),
        Column("in common", [f"{pair.overlap.seeds:,}" for pair in pairs]),
    ]
    shared = [pair.overlap.reach for pair in pairs]
    if any(one is not None for one in shared):
        columns.append(Column("both reach", ["" if one is None else number(one.mean) for one in shared]))
    return columns


def _signed(value: float) -> str:
    """Write a difference with its sign; nought has none."""
    text = number(value)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _with_missing(values: pd.Series) -> list[tuple[float, bool]]:
    return list(zip(values, values.isna(), strict=True))


def _cost_columns(plan: Plan, rows: int) -> list[Column]:
    """Make the columns of money; none where nobody is paid, so that a seed is just one of k."""
    if plan.is_free:
        return []
    costs = plan.exact_costs[:rows]
    if plan.invitations is not None and "accept" in plan.table.columns:
        return [
            Column("fee", [f"{fee:,}" for fee in costs]),
            Column("expected", [f"{cost:,}" for cost in plan.invitations.expected[:rows]]),
        ]
    return [
        Column("cost", [f"{cost:,}" for cost in costs]),
        Column("total cost", [f"{total:,}" for total in accumulate(costs)]),
    ]


def _passed_through(name: object, values: pd.Series) -> Column:
    numeric = values.dtype.kind in "iuf"
    cells = ["" if gone else printable(value) for value, gone in zip(values, values.isna(), strict=True)]
    return Column(printable(name), cells, "right" if numeric else "left")


def sentences(plan: Plan, unit: str) -> list[str]:
    """Say in plain words what a plan costs, reaches and is proven to be."""
    from seeding.plan.plan import STOPPED_IN_WORDS

    lines = [_spent(plan), *_told(plan, "cost"), *reach_sentences(plan.reach, unit), *_told(plan, "reach")]
    if plan.certificate is not None:
        lines.append(f"Certificate: {_as_sentence(str(plan.certificate))}.")
    elif not any(section.proves for section in plan.sections):
        lines.append("Certificate: none; this method does not bound what the best plan could reach.")
    if plan.rules:
        lines.append(f"Rules kept: {', '.join(plan.rules)}.")
    lines += _told(plan, "certificate")
    lines.append(f"Method: {plan.method} ({plan.reason}).")
    lines.append(f"Stopped because {STOPPED_IN_WORDS[plan.stopped]}.")
    return lines


def _told(plan: Plan, after: After) -> list[str]:
    """Return what the sections say after a part of the text."""
    from seeding.plan.sections import lines_of

    lines = lines_of(plan.sections, after)
    return [f"{title}: {_as_sentence(words) if title == 'Proven' else words}." for title, words in lines]


def _as_sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _spent(plan: Plan) -> str:
    count = len(plan.table)
    if count == 0:
        return "Seeds: none; nobody is worth the cost." if plan.profit is not None else "Seeds: none."
    seeds = f"{count:,} of at most {plan.k:,}" if plan.k is not None and plan.k > count else f"{count:,}"
    if plan.is_free:
        return f"Seeds: {seeds}, everybody at the same price."
    money = f"{plan.cost:,}" + ("" if plan.budget is None else f" of {plan.budget:,}")
    return f"Cost: {money} for {seeds} {'seed' if seeds == '1' else 'seeds'}."


def reach_sentences(reach: Estimate, unit: str) -> list[str]:
    """Say what is reached on average, and what one campaign may turn out to reach."""
    cut = " (cut at the proven bounds)" if reach.cut else ""
    lines = [
        f"Reach: {number(reach.mean)} {unit} on average; 95 % interval {number(reach.low)} to "
        f"{number(reach.high)}{cut}, from {reach.worlds:,} {reach.worlds_are}."
    ]
    if reach.p10 is not None and reach.p50 is not None and reach.p90 is not None:
        p10, p50, p90 = (whole_number(value) for value in (reach.p10, reach.p50, reach.p90))
        lines.append(f"One campaign: between {p10} and {p90} in 8 cases of 10; half reach {p50} or more.")
    return lines


def wrap(text: str) -> str:
    """Break a sentence that starts with ``Word:`` over lines that fit the screen, indented after it."""
    from textwrap import fill

    return fill(text, min(screen_width(), 100), subsequent_indent="  ", break_long_words=False)
