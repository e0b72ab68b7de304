"""Writing plans as CSV, exactly or for spreadsheets, and reading seed lists from anywhere.

A spreadsheet may run a cell that begins with ``=``, ``+``, ``-`` or ``@``, round an id of 17 digits, or
turn ``007`` and ``mar1`` into a number and a date. The variant for spreadsheets therefore sets an
apostrophe before every such text, and before every text that begins with an apostrophe itself: so
taking one away again restores all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from seeding import numerals
from seeding.blanks import trim
from seeding.errors import InputError, listing
from seeding.io import preamble
from seeding.io.columns import is_canonical_integer, to_labels
from seeding.io.files import PathLike, atomic_write, read_text
from seeding.io.formats import refuse_other_formats
from seeding.io.sniff import BLANKS, csv_reader, guess_separator, normal_name

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
_PLAN_COLUMNS = ("rank", "candidate", "cost", "cumulative_cost", "marginal_reach", "cumulative_reach")
_ESCAPE = "'"
# The header of a list of seeds is sought in so many lines, if only to say where it is.
_HEADER_LINES = 20
# The full-width forms run in some East Asian spreadsheets.
_RUNNING = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER_LIKE = re.compile(r"[\s$€£]*[0-9.,][0-9.,:/\s%eE+\-]*").fullmatch
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE_LIKE = re.compile(
    rf"(?=.*\d)(\d{{1,2}}[-/. ]?)?({_MONTHS})[a-z]*[-/. ,]*\d{{0,4}}", re.IGNORECASE
).fullmatch
_COMMENT = re.compile(r"(?:[ \t,;|]*+|[ \t]*+#(?:[ \t#][^\r\n]*)?)(\r\n|\n|\r)")
# A spreadsheet keeps this many digits of a number.
_SPREADSHEET_DIGITS = 15


def labels_that_would_run(labels: Iterable[object]) -> list[str]:
    """Return those labels that a spreadsheet would run as a formula, such as ``@anna`` or ``=1+1``.

    Numbers do not run, negative ones neither.
    """
    return [label for label in labels if isinstance(label, str) and _would_run(label)]


def _would_run(text: str) -> bool:
    return text.lstrip(" ").startswith(_RUNNING)


def _would_change(text: str) -> bool:
    """Tell whether a spreadsheet would run a text, or take it for a number, a date or a truth value."""
    if text.startswith(_ESCAPE) or _would_run(text):
        return True
    if _NUMBER_LIKE(text):
        return not (is_canonical_integer(text) and len(text) <= _SPREADSHEET_DIGITS)
    return bool(_DATE_LIKE(text)) or text.strip().upper() in ("TRUE", "FALSE")


def escape(text: str) -> str:
    """Make a text safe for spreadsheets; `unescape` takes it back."""
    return _ESCAPE + text if _would_change(text) else text


def unescape(text: str) -> str:
    """Take back what `escape` did."""
    return text[1:] if text.startswith(_ESCAPE) and _would_change(text[1:]) else text


def write_seeds(frame: pd.DataFrame, path: PathLike, *, spreadsheet: bool = False) -> None:
    """Write a table as CSV, whole or not at all.

    Parameters
    ----------
    frame
        The table; texts, integers and decimals are written exactly, floats with all digits they need,
        missing values as empty cells.
    path
        Where to write.
    spreadsheet
        Write the variant for spreadsheets (UTF-8 with byte-order mark; texts that would run or change
        begin with an apostrophe, as do integers of more than 15 digits). Otherwise labels are written as
        they are.

    Raises
    ------
    InputError
        If the file cannot be written, or a text holds what no CSV can (a NUL or half a character).
    """
    end = "\r\n" if spreadsheet else "\n"
    columns = [
        [_cell(str(name), spreadsheet)] + [_cell(v, spreadsheet) for v in _values(frame, i)]
        for i, name in enumerate(frame.columns)
    ]
    lines = [",".join(row) + end for row in zip(*columns, strict=True)]
    with atomic_write(path) as file:
        if spreadsheet:
            file.write("\ufeff")
        file.writelines(lines)


def _values(frame: pd.DataFrame, place: int) -> list[object]:
    column: list[object] = frame.iloc[:, place].tolist()
    return column


def _cell(value: object, spreadsheet: bool) -> str:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise InputError(f"{value!r} holds a character that no CSV file can hold; rename it.")
        return _quote(escape(value) if spreadsheet else value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    text = str(value)
    if isinstance(value, (int, np.integer)):
        return _ESCAPE + text if spreadsheet and len(text.lstrip("-")) > _SPREADSHEET_DIGITS else text
    return _quote(escape(text) if spreadsheet else text)


def _quote(text: str) -> str:
    if text and not any(sign in text for sign in ',;\t|"\r\n') and text[0] not in " #%" and text[-1] != " ":
        return text
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True)
class SeedList:
    """What a file of seeds holds.

    Attributes
    ----------
    labels
        The labels in the file's order: integers if every one is written as a plain integer, else texts.
    chances
        How likely each takes part, in the same order; None if the file has no column ``accept``.
    """

    labels: list[int | str]
    chances: list[float] | None = None


def read_seeds(path: PathLike) -> list[int | str]:
    """Read a list of seeds: a file that `Plan.to_csv` wrote, in either variant, or one from elsewhere.

    That is a table with a column called candidate (or node, label, handle, creator, account, username,
    user, seed, name or id; the first of these found), or one label a line. Labels of a column called
    ``candidate`` are read exactly; elsewhere blanks around labels are removed, and lines at the top that
    begin with ``#`` and a blank are comments. Rows at the end whose cells are all empty are left out. The
    apostrophes of the variant for spreadsheets are taken away if the file has a byte-order mark, Windows line
    ends, or is not separated by commas: one of these is so when a spreadsheet has written it.

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


def read_seed_list(path: PathLike) -> SeedList:
    """Read a list of seeds, as `read_seeds`, and how likely each takes part, in one reading: of a pipe too.

    Raises
    ------
    InputError
        As `read_seeds`; also if a chance is not a number from 0 to 1 (names the row).
    """
    text, marked = read_text(path)
    refuse_other_formats(text, str(path))
    text, skipped = _without_comments(text)
    if not text.strip():
        raise InputError(f"{str(path)!r} holds no labels; give at least one.")
    layout = _find_column(text)
    if layout is None:
        rows, labels, separator = None, list(_lines(text, skipped, str(path))), ","
    else:
        separator = layout.separator
        rows = _rows(text, layout, skipped, str(path))
        labels = _labels(rows, layout, str(path))
    if not labels and layout is not None and _is_empty_plan(text, separator):
        return SeedList([])
    if not labels:
        raise InputError(f"{str(path)!r} has only a header; give at least one label.")
    if marked or separator != "," or "\r\n" in text[: text.find("\n") + 1]:
        labels = [unescape(label) for label in labels]
    found: list[int | str] = to_labels(np.array(labels, dtype=object), repr(str(path))).tolist()
    return SeedList(found, None if rows is None or layout is None else _chances(rows, layout, str(path)))


def _chances(rows: list[_Row], layout: _Layout, path: str) -> list[float] | None:
    """Read the column ``accept``, if there is one."""
    if "accept" not in layout.names:
        return None
    cells = [trim(fields[layout.names.index("accept")]).lstrip(_ESCAPE) for _, fields in rows]
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


def _find_column(text: str) -> _Layout | None:
    """Find the column of labels; None if there is none."""
    for separator in ",;\t|":
        first = next(csv_reader(text, separator))
        names = [normal_name(name.lstrip(_ESCAPE)) for name in first]
        known = [name for name in SEED_NAMES if name in names]
        if known:
            place = names.index(known[0])
            return _Layout(separator, names, place, first[place] == "candidate")
    return None


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
        if [normal_name(field.lstrip(_ESCAPE)) for field in fields] == layout.names:
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
        if line.strip() and _find_column(line) is not None:
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
