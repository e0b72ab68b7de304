"""Writing plans as CSV, exactly or for spreadsheets, and reading seed lists from anywhere.

A spreadsheet may run a cell that begins with ``=``, ``+``, ``-`` or ``@``, round an id of 17 digits, or
turn ``007`` and ``mar1`` into a number and a date. The variant for spreadsheets therefore sets a zero
width space before every such text, and before every text that begins with one or with an apostrophe
itself: so taking one away again restores all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding._runtime.files import PathLike
from seeding.errors import InputError, listing
from seeding.io import preamble
from seeding.io.columns import to_labels
from seeding.io.formats import refuse_other_formats
from seeding.io.sniff import BLANKS, csv_reader, guess_separator
from seeding.io.workbooks import is_workbook, read_given
from seeding.network.column_names import normal_name
from seeding.plan.seed_csv import _PLAN_COLUMNS, ESCAPES, unescape
from seeding.roster.reading import COST_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED_NAMES = (
    "candidate",
    "node",
    "label",
    "handle",
    "creator",
    "account",
    "username",
    "user",
    "seed",
    "seeds",
    "name",
    "id",
)
# The header of a list of seeds is sought in so many lines, if only to say where it is.
_HEADER_LINES = 20
_COMMENT = re.compile(r"(?:[ \t,;|]*+|[ \t]*+#(?:[ \t#][^\r\n]*)?)(\r\n|\n|\r)")


@dataclass(frozen=True)
class SeedList:
    """What a file of seeds holds.

    Attributes
    ----------
    labels
        The labels in the file's order: integers if every one is written as a plain integer, else texts.
    chances
        How likely each takes part, in the same order; None if the file has no column ``accept``.
    fees, expected
        What each costs, and what each is paid on average; None if the file has no such column, or nobody
        asked for it.
    """

    labels: list[int | str]
    chances: list[float] | None = None
    fees: list[Decimal] | None = None
    expected: list[Decimal] | None = None


def read_seeds(path: PathLike) -> list[int | str]:
    """Read a list of seeds: a file that `Plan.to_csv` wrote, in either variant, or one from elsewhere.

    That is a table with a column called candidate (or node, label, handle, creator, account, username,
    user, seed, name or id; the first of these found), or one label a line. Labels of a column called
    ``candidate`` are read exactly; elsewhere blanks around labels are removed, and lines at the top that
    begin with ``#`` and a blank are comments. Rows at the end whose cells are all empty are left out. The
    signs of the variant for spreadsheets (a zero width space, or an apostrophe) are taken away if the file
    has a byte-order mark, Windows line ends, or is not separated by commas: one of these is so when a
    spreadsheet has written it. The separator is found out; a table that two separators cut into columns, with
    a column of labels each, is refused.

    Returns
    -------
    The labels in the file's order: integers if every one is written as a plain integer, else texts. A plan
    without seeds, as made where nothing pays, gives an empty list.

    Raises
    ------
    InputError
        If the file cannot be read, has no such column, or a label is empty (names the line).
    """
    return read_seed_list(path).labels


def read_seed_list(path: PathLike, *, priced: bool = False) -> SeedList:
    """Read a list of seeds, as `read_seeds`, and how likely each takes part, in one reading: of a pipe too.

    Where it is to be `priced`, what each costs is read as well: the column cost, price or fee, and
    expected_cost.

    Raises
    ------
    InputError
        As `read_seeds`; also if a chance is not a number from 0 to 1, or a cost is missing or no amount of
        money (names the row).
    """
    given = read_given(path)
    text, marked = given.text, given.marked
    refuse_other_formats(text, str(path))
    text, skipped = _without_comments(text)
    if not text.strip():
        raise InputError(f"{str(path)!r} holds no labels; give at least one.")
    layout = _find_column(text, str(path))
    if layout is None:
        given.refuse_odd(0, "label", str(path))
        rows, labels, separator = None, list(_lines(text, skipped, str(path))), ","
    else:
        separator = layout.separator
        given.refuse_odd(layout.place, "label", str(path))
        rows = _rows(text, layout, skipped, str(path))
        labels = _labels(rows, layout, str(path))
    if not labels and layout is not None and _is_empty_plan(text, separator):
        return SeedList([])
    if not labels:
        raise InputError(f"{str(path)!r} has only a header; give at least one label.")
    if marked or separator != "," or "\r\n" in text[: text.find("\n") + 1]:
        # An apostrophe in a cell of a workbook belongs to its text; a spreadsheet keeps its own apart.
        kept = "'" if is_workbook(path) else ()
        labels = [label if label.startswith(kept) else unescape(label) for label in labels]
    found: list[int | str] = to_labels(np.array(labels, dtype=object), repr(str(path))).tolist()
    if rows is None or layout is None:
        return SeedList(found)
    read = SeedList(found, _chances(rows, layout, str(path)))
    if not priced:
        return read
    fees, expected = (_amounts(rows, layout, names, str(path)) for names in (COST_NAMES, ("expected_cost",)))
    return replace(read, fees=fees, expected=expected)


def _amounts(rows: list[_Row], layout: _Layout, names: tuple[str, ...], path: str) -> list[Decimal] | None:
    """Read the first column of money that is called so, if there is one."""
    name = next((name for name in names if normal_name(name) in layout.names), None)
    if name is None:
        return None
    cells = [trim(fields[layout.names.index(normal_name(name))]).lstrip(ESCAPES) for _, fields in rows]
    try:
        return numerals.read_column(cells, numerals.MONEY)
    except numerals.Misread as wrong:
        raise InputError(
            f"seed {wrong.row + 1} of {path!r} has {name} {cells[wrong.row]!r}; give an amount of money such "
            f"as 1250.50, or leave the column out ({wrong.words})."
        ) from None


def _chances(rows: list[_Row], layout: _Layout, path: str) -> list[float] | None:
    """Read the column ``accept``, if there is one."""
    if "accept" not in layout.names:
        return None
    cells = [trim(fields[layout.names.index("accept")]).lstrip(ESCAPES) for _, fields in rows]
    try:
        return [float(chance) for chance in numerals.read_column(cells, numerals.SHARE)]
    except numerals.Misread as wrong:
        raise InputError(
            f"seed {wrong.row + 1} of {path!r} has accept {cells[wrong.row]!r}; give a number from 0 to 1 "
            f"({wrong.words})."
        ) from None


def _is_empty_plan(text: str, separator: str) -> bool:
    """Tell whether a table begins with the columns of a plan, which may have no seeds: where nothing pays."""
    header: list[str] = next(csv_reader(text, separator))
    return header[: len(_PLAN_COLUMNS)] == list(_PLAN_COLUMNS)


def _without_comments(text: str) -> tuple[str, int]:
    """Cut comments and blank lines off the top; returns the rest and how many lines went."""
    said = preamble.separator_line(text)
    skipped = 0 if said is None else said.lines
    start = 0 if said is None else said.end
    while match := _COMMENT.match(text, start):
        start = match.end()
        skipped += 1
    return text[start:], skipped


_Row = tuple[int, list[str]]


class _Layout(NamedTuple):
    """How a table of seeds is laid out: its separator, its names, and which column holds the labels."""

    separator: str
    names: list[str]
    place: int
    exact: bool


def _find_column(text: str, path: str) -> _Layout | None:
    """Find the column of labels and what separates columns; None if there is no such column.

    Raises
    ------
    InputError
        If two separators cut the whole table into columns.
    """
    found = list(_layouts(text))
    several = [layout for layout in found if len(layout.names) > 1]
    fitting = several if len(several) < 2 else [layout for layout in several if _fits(text, layout)]
    if len(fitting) > 1:
        signs = " and ".join(repr(layout.separator) for layout in fitting)
        raise InputError(
            f"{path!r} is a table with either of {signs} between its columns, with a column of labels each; "
            "quote the cells that hold the other sign."
        )
    return next(iter(fitting or several or found), None)


def _fits(text: str, layout: _Layout) -> bool:
    """Tell whether every row has as many cells as the header."""
    width = len(layout.names)
    return all(len(fields) == width for fields in csv_reader(text, layout.separator) if fields)


def _layouts(text: str) -> Iterator[_Layout]:
    """Find the column of labels in the header, for each separator that shows one."""
    for separator in ",;\t|":
        first = next(csv_reader(text, separator))
        names = [normal_name(name.lstrip(ESCAPES)) for name in first]
        known = [name for name in SEED_NAMES if name in names]
        if known:
            place = names.index(known[0])
            yield _Layout(separator, names, place, first[place] == "candidate")


def _rows(text: str, layout: _Layout, skipped: int, path: str) -> list[_Row]:
    """Cut a table into rows, each with its line; empty ones at the end are left out."""
    reader = csv_reader(text, layout.separator)
    next(reader)
    line, rows = reader.line_num + 1 + skipped, []
    for fields in reader:
        if fields:
            rows.append((line, fields))
        line = reader.line_num + 1 + skipped
    while rows and not any(field.strip() for field in rows[-1][1]):
        rows.pop()
    for line, fields in rows:
        if len(fields) != len(layout.names):
            raise InputError(
                f"line {line} of {path!r} has {len(fields)} columns where the header has "
                f"{len(layout.names)}; quote labels that hold the separator."
            )
        if [normal_name(field.lstrip(ESCAPES)) for field in fields] == layout.names:
            raise InputError(
                f"line {line} of {path!r} names the columns again, as in files set one after another; remove "
                "that line."
            )
    return rows


def _labels(rows: list[_Row], layout: _Layout, path: str) -> list[str]:
    """Take the labels out of the rows of a table."""
    labels = []
    for line, fields in rows:
        label = fields[layout.place] if layout.exact else fields[layout.place].strip()
        if not (layout.exact or label):
            raise InputError(f"line {line} of {path!r} has an empty label; fill it in.")
        labels.append(label)
    return labels


def _header_below(text: str, skipped: int) -> str:
    """Say which of the next lines looks like the header; nothing where none does."""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text)[1:_HEADER_LINES], start=skipped + 2):
        if line.strip() and next(_layouts(line), None) is not None:
            return f"; line {number} looks like the header, so remove the lines above it"
    return ""


def _lines(text: str, skipped: int, path: str) -> Iterator[str]:
    """Read one label a line, if the file is not a table of several columns."""
    separator = guess_separator(text, skipped + 1, path)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if separator != BLANKS and not first.strip().startswith('"'):
        names = [name.strip() for name in first.split(separator)]
        below = _header_below(text, skipped)
        raise InputError(
            f"{path!r} has no column of labels among {listing(names, 12)}{below}; call it 'candidate', or "
            "give one label a line."
        )
    for line in re.split(r"\r\n|\n|\r", text):
        label = line.strip()
        if len(label) > 1 and label.startswith('"') and label.endswith('"'):
            label = label[1:-1].replace('""', '"')
        if label:
            yield label
