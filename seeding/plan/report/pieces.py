"""Pieces of the page for a notebook: what an object says of itself in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from seeding.plan.report.tables import Cell, label, number, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from seeding.plan.plan import Plan

# A notebook shows so many rows; the frame has all.
_ROWS = 20
_STYLE = """
.seeding { font-family: system-ui, sans-serif; max-width: 60rem; }
.seeding table { border-collapse: collapse; }
.seeding th, .seeding td { padding: .2rem .6rem; text-align: left; }
.seeding .number { text-align: right; font-variant-numeric: tabular-nums; }
.seeding svg { max-width: 100%; height: auto; } .seeding svg text { fill: currentColor; font-size: 13px; }
.seeding .grid { stroke: #8884; } .seeding .line { fill: none; stroke: #2f81c7; stroke-width: 2.2; }
.seeding .band { fill: #2f81c7; fill-opacity: .2; } .seeding .dot { fill: #2f81c7; }
"""


def block(title: str, lines: Iterable[str] = (), *parts: Markup) -> str:
    """Return a title, sentences, and parts that are HTML already; labels are text."""
    from markupsafe import Markup, escape

    said = Markup("").join(Markup("<p>{}</p>").format(one) for one in lines)
    head = Markup("<p><b>{}</b></p>").format(title)
    return f'<div class="seeding"><style>{_STYLE}</style>{head}{said}{escape(Markup("").join(parts))}</div>'


def table(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Markup:
    """Return a table of the first rows, and how many more there are."""
    from markupsafe import Markup

    def row(cells: Sequence[Cell]) -> Markup:
        kinds = (' class="number"' if cell.kind == "number" else ' dir="auto"' for cell in cells)
        pairs = zip(kinds, cells, strict=True)
        each = (Markup("<td{}>{}</td>").format(Markup(kind), cell.words) for kind, cell in pairs)
        return Markup("<tr>{}</tr>").format(Markup("").join(each))

    head = Markup("").join(Markup("<th>{}</th>").format(one) for one in heads)
    body = Markup("").join(row(cells) for cells in rows[:_ROWS])
    more = len(rows) - _ROWS
    left = Markup("<p>… and {:,} more rows.</p>").format(more) if more > 0 else Markup("")
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}").format(head, body, left)


def of_frame(frame: pd.DataFrame) -> Markup:
    """Return a table of a frame: numbers with two decimals at most, all else as text."""
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return table([str(one) for one in frame.columns], rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return text(value)
    if isinstance(value, int):
        return number(value, 0)
    return number(value, 2) if isinstance(value, float) else label(value)


def of_plan(plan: Plan) -> str:
    """Return the answer of a plan, its seeds, and the reach by cost."""
    from seeding.plan.report.contents import Contents
    from seeding.plan.report.page import answer, how_sure
    from seeding.plan.report.sections import by_cost
    from seeding.plan.report.tables import columns_of, rows_of

    columns, contents = columns_of(plan), Contents(plan)
    parts = [table([one.words for one in columns], rows_of(plan.seeds, columns))] if len(plan.table) else []
    curve = by_cost(contents)
    parts += [] if curve is None else [curve.drawing]
    return block("Plan", (answer(contents), how_sure(plan)), *parts)
