"""Reading text tables: every cell as the text it is, every row with its line number.

The rules, in one place:

- The separator is sniffed (tab, semicolon, comma, bar; else runs of blanks) or given.
- Whole lines that begin with ``#`` or ``%`` are comments before the first row, and anywhere in
  blank-separated text. Later in other tables such a line is a row, so that ``#anna`` is never lost; a
  line that could be either is refused.
- Blank lines, and rows at the end whose cells are all empty (as Excel leaves them), are left out.
- A row with more or fewer cells than the first is refused with its line number.

A table in which every cell is an integer as Python writes it is read as integers, from which its texts are
made again where they are asked for.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_one_of
from seeding._runtime.files import PathLike
from seeding.errors import InputError, assume, listing, shown
from seeding.io import formats
from seeding.io.choose import Columns
from seeding.io.edge_data import spread_edge_data
from seeding.io.integers import read_integers
from seeding.io.sniff import (
    BLANKS,
    PAIRS_OF_NAMES,
    Body,
    Header,
    check_separator,
    comment_or_label,
    detect_header,
    find_body,
    is_comment,
    is_doubtful,
    records,
)
from seeding.io.workbooks import Given, read_given
from seeding.network.column_names import normal_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SAMPLE_ROWS = 100
# Blank lines and comments that a matrix may have besides its rows.
_LINES_ASIDE = 10
# Texts of so many characters are cut by Python itself.
_SHORT = 1 << 22
# pandas takes long for every column of so many.
_WIDE = 1000
# What makes a closer look at text between blanks necessary: comments and quotations.
_SIGNS = '#%"'
_WHOLE = re.compile(r"[0-9]{1,18}").fullmatch


@dataclass(frozen=True, eq=False)
class Table:
    """A table of texts.

    Attributes
    ----------
    path
        Where it came from, for messages.
    names
        The header's names, or the positions ``"0"``, ``"1"``, … where there is no header.
    has_header
        Whether the file names its columns.
    content
        One object array of texts per column; or int64[rows, columns] where every cell is an integer as Python
        writes it.
    counts
        The two numbers of a first line ``n m``, if there is one.
    separator
        One character; a blank stands for any run of blanks and tabs.
    """

    path: str
    names: list[str]
    has_header: bool
    content: list[np.ndarray] | np.ndarray
    counts: tuple[int, int] | None
    separator: str
    _body: Body
    _skipped: int
    _header_option: Header
    _given: Given

    def refuse_odd(self, column: int, what: str) -> None:
        """Refuse a column of labels in which a workbook has dates or truth values; names the row."""
        self._given.refuse_odd(column, what, self.path)

    def __len__(self) -> int:
        return len(self.content) if isinstance(self.content, np.ndarray) else int(self.content[0].size)

    @property
    def integers(self) -> np.ndarray | None:
        """All cells as int64[rows, columns], where each is an integer as Python writes it."""
        return self.content if isinstance(self.content, np.ndarray) else None

    @cached_property
    def cells(self) -> list[np.ndarray]:
        """One object array of texts per column."""
        if isinstance(self.content, np.ndarray):
            return [np.array(list(map(str, column)), dtype=object) for column in self.content.T.tolist()]
        return self.content

    def column(self, place: int) -> np.ndarray:
        """Return a column as integers, where the table holds nothing else, or as texts."""
        return self.cells[place] if self.integers is None else self.integers[:, place]

    def line(self, row: int) -> int:
        """Return the line of the file, from 1, in which row `row` begins."""
        rows = _rows(self._body, self._header_option, self.path)
        number, _ = next(islice(rows, row + self._skipped, None))
        return number

    def may_hold_lists(self) -> bool:
        """Whether any cell could hold several values: signs of lists, or of separation, occur somewhere."""
        signs = '[({"' + ",;|".replace(self.separator, "")
        return any(sign in self._body.text for sign in signs)

    def lines(self) -> list[int]:
        """Return the line of every row, as `line` does of one."""
        rows = _rows(self._body, self._header_option, self.path)
        return [number for number, _ in islice(rows, self._skipped, self._skipped + len(self))]

    @property
    def columns(self) -> Columns:
        """The names of the columns, to choose from."""
        return Columns(self.path, self.names, self.has_header)


def read_table(
    path: PathLike,
    *,
    separator: str | None = None,
    header: Header = None,
    known: frozenset[str] = frozenset(),
    counts_allowed: bool = False,
    names_columns: Callable[[list[str]], bool] | None = None,
    titled: Callable[[list[str]], bool] | None = None,
) -> Table:
    """Read a text table, plain or gzipped, or the one sheet of a workbook.

    Parameters
    ----------
    path
        The file.
    separator
        One character or ``"tab"``, ``"whitespace"``; None to find out.
    header
        Whether the first line names the columns; ``"counts"`` if it is ``n m``; None to find out.
    known
        Names, as `sniff.normal_name` makes them, by which a header is recognised.
    counts_allowed
        Whether a counts line may be recognised without being asked for.
    names_columns
        Tells further names by which a header is recognised.
    titled
        Tells a row that surely is the header, even if lines stand above it; by default one with two names of
        `known`, not too short.

    Raises
    ------
    InputError
        If the file cannot be read, holds no rows, or a row has a wrong number of cells (names the line).
    """
    if not (header is None or isinstance(header, bool) or is_one_of(header, ("counts",))):
        raise InputError(f"header={shown(header)} is not understood; pass True, False, 'counts' or None.")
    where = str(path)
    given = read_given(path, separator)
    text, separator = given.text, given.separator
    if '"' not in text and "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    formats.refuse_other_formats(text, where)
    spread = None
    if counts_allowed:
        formats.refuse_tuples(text, where)
        spread = spread_edge_data(text, where) if header in (None, False) else None
    if spread is not None:
        text, header, separator = spread, True, ","
    titled = titled or partial(_is_titled, known)
    body = find_body(text, where, check_separator(separator), header, known, titled)
    if spread is not None:
        # The line of names is ours.
        body = replace(body, first_line=body.first_line - 1)
    _refuse_matrix(body, header, known if counts_allowed else None, where)
    sample = list(islice(_rows(body, header, where), _SAMPLE_ROWS + 1))
    counts, integers = _counts(body, sample, header, counts_allowed, where)
    skipped = int(counts is not None)
    if body.header_comment is not None:
        has_header, names = True, body.header_comment
    else:
        has_header = counts is None and _has_header(body, sample, header, known, names_columns, where)
        names = (
            sample[0][1] if has_header else [str(i) for i in range(len(sample[int(counts is not None)][1]))]
        )
        skipped += int(has_header)
    content = _content(body, skipped, has_header, len(names), header, where) if integers is None else integers
    names = [name.strip() for name in names]
    if has_header and header is True and is_doubtful(names[0]):
        names[0] = names[0].lstrip("#%")
    table = Table(where, names, has_header, content, counts, body.separator, body, skipped, header, given)
    _refuse_inner_header(table)
    if not len(table):
        raise InputError(f"{where!r} has only a header, {listing(names, 12)}; give at least one row.")
    return table


def _refuse_matrix(body: Body, header: Header, of_arcs: frozenset[str] | None, path: str) -> None:
    """Refuse an adjacency matrix, which has about as many rows as columns."""
    first = next(iter(_rows(body, header, path)))[1]
    if len(first) >= 2 and body.text.count("\n") <= len(first) + _LINES_ASIDE:
        formats.refuse_matrix([fields for _, fields in _rows(body, header, path)], path, of_arcs)


def _refuse_inner_header(table: Table) -> None:
    """Refuse a row that names the columns again, as in files set one after another.

    That is a row of the header's own names in any order; or, whatever the header, of names that only the two
    ends of an arc have, if they stand in no other row.
    """
    if table.integers is not None or table._header_option is False:
        return
    own = sorted(map(normal_name, table.names)) if table.has_header else []
    first = table.cells[0]
    for row in np.flatnonzero(np.isin(first, _candidates(table, own))):
        names = [normal_name(column[row]) for column in table.cells]
        if sorted(names) == own or _is_pair_of_names(table, names):
            cells = listing([column[row].strip() for column in table.cells])
            raise InputError(
                f"line {table.line(int(row))} of {table.path!r} names the columns again ({cells}), as in "
                "files set one after another; remove that line (and what is above it, if that is no data)."
            )


def _candidates(table: Table, own: list[str]) -> list[str]:
    """Return the texts of the first column that are names of columns."""
    wanted = {*own, *(name for pair in PAIRS_OF_NAMES for name in pair)}
    # Two letters tell most labels from names, in much less time.
    begins = {name[:2] for name in wanted}
    texts = (text for text in dict.fromkeys(table.cells[0]) if text.lstrip(" _-")[:2].casefold() in begins)
    return [text for text in texts if normal_name(text) in wanted]


def _is_pair_of_names(table: Table, names: list[str]) -> bool:
    """Tell whether a row begins with the names of two ends, which are nobody's labels in other rows."""
    if len(names) < 2 or tuple(names[:2]) not in PAIRS_OF_NAMES:
        return False
    ends = [normal_name(text) for column in table.cells[:2] for text in dict.fromkeys(column)]
    return all(ends.count(name) == 1 for name in names[:2])


def _rows(body: Body, header: Header, path: str) -> Iterator[tuple[int, list[str]]]:
    """Cut a body into rows, plainly: the reference for the fast way, and the source of line numbers."""
    commented = body.separator == BLANKS and ("#" in body.text or "%" in body.text)
    width = 0
    for number, fields in records(body.text, body.separator, body.first_line):
        if commented and fields[0].startswith(("#", "%")):
            line = " ".join(fields)
            if is_comment(line, header):
                if is_doubtful(line) and len(fields) == width:
                    raise comment_or_label(number, path)
                continue
        width = len(fields)
        yield number, fields


class _Counts(NamedTuple):
    """The numbers of a first line ``n m``, if there is one; and the rows after it, if read already."""

    counts: tuple[int, int] | None = None
    integers: np.ndarray | None = None


def _counts(
    body: Body, sample: list[tuple[int, list[str]]], header: Header, allowed: bool, path: str
) -> _Counts:
    """Read a first line ``n m`` that counts nodes and arcs.

    Without being told, it is one if it is two whole numbers, and either the next line has another number
    of columns, or exactly m rows follow whose labels go from 0 to n − 1 or from 1 to n.
    """
    number, first = sample[0]
    whole = len(first) == 2 and all(_WHOLE(field.strip()) for field in first)
    if header == "counts":
        if not whole:
            raise InputError(
                f"line {number} of {path!r} is not a counts line; header='counts' needs two integers, nodes "
                "and arcs."
            )
        if len(sample) < 2:
            raise InputError(f"{path!r} has only a counts line; give at least one row.")
        return _Counts((int(first[0]), int(first[1])))
    if header is not None or not allowed or not whole or body.header_comment is not None or len(sample) < 2:
        return _Counts()
    n, m = int(first[0]), int(first[1])
    if len(sample[1][1]) != 2:
        return _Counts((n, m))
    if _count_rows(body, header, path) - 1 != m:
        return _Counts()
    integers = _all_integers(body, 1, 2)
    if not _labels_fit(integers if integers is not None else _rows_after_first(body, header, path), n):
        return _Counts()
    if m <= n:
        assume(
            f"line {number} of {path!r} ({n} {m}) is taken as the numbers of nodes and arcs, which it fits; "
            "pass header=False if it is an arc, header='counts' if it is not."
        )
    return _Counts((n, m), integers)


def _count_rows(body: Body, header: Header, path: str) -> int:
    if any(sign in body.text for sign in ('"', "#", "%", "\n\n")):
        return sum(1 for _ in _rows(body, header, path))
    return body.text.strip().count("\n") + 1


def _labels_fit(labels: np.ndarray | None, n: int) -> bool:
    """Tell whether the labels of some rows go from 0 to n − 1, or from 1 to n."""
    if labels is None:
        return False
    least, most = labels.min(), labels.max()
    return bool(least >= 0 and (most < n or (most == n and least > 0)))


def _rows_after_first(body: Body, header: Header, path: str) -> np.ndarray | None:
    """Read the labels after the first row as whole numbers, however they are written; None if one is none."""
    texts = {field.strip() for _, fields in islice(_rows(body, header, path), 1, None) for field in fields}
    return np.fromiter(map(int, texts), np.int64, len(texts)) if all(map(_WHOLE, texts)) else None


def _is_titled(known: frozenset[str], fields: list[str]) -> bool:
    """Tell whether a row has two known names at least, so that it can hardly be anything but a header."""
    return sum(len(name) > 1 and normal_name(name) in known for name in fields) > 1


def _has_header(
    body: Body,
    sample: list[tuple[int, list[str]]],
    header: Header,
    known: frozenset[str],
    names_columns: Callable[[list[str]], bool] | None,
    path: str,
) -> bool:
    if header is not None:
        return bool(header)
    number, first = sample[0]
    found = detect_header(first, [fields for _, fields in sample[1:]], known, names_columns)
    if found is not None:
        return found
    assumed = body.separator != BLANKS
    reading, other = ("names of the columns", "a row") if assumed else ("a row", "names of the columns")
    assume(
        f"line {number} of {path!r} ({listing(first)}) is taken as {reading}; pass header={not assumed} if "
        f"it is {other}."
    )
    return assumed


def _content(
    body: Body, skipped: int, has_header: bool, width: int, header: Header, path: str
) -> list[np.ndarray] | np.ndarray:
    """Cut all rows after the first `skipped` into columns of texts, or read them as integers."""
    integers = _all_integers(body, skipped, width)
    if integers is not None:
        return integers
    cells = _cut_at_once(body, skipped, width)
    if cells is None and (body.separator != BLANKS or not any(sign in body.text for sign in _SIGNS)):
        cells = _parse_fast(body, skipped, has_header, width)
    if cells is None:
        rows = _checked_rows(body, skipped, has_header, width, header, path)
        cells = list(np.array(rows, dtype=object).reshape(-1, width).T)
    last = cells[0].size
    while last and not any(column[last - 1].strip() for column in cells):
        last -= 1
    return [column[:last] for column in cells]


def _all_integers(body: Body, skipped: int, width: int) -> np.ndarray | None:
    """Read the rows after the first `skipped` as integers; None where they hold anything else."""
    start = 0
    for _ in range(skipped):
        start = body.text.find("\n", start) + 1
        if start == 0:
            return None
    head = body.text[:start].split("\n")[:-1]
    if any(not line.strip() or any(sign in line for sign in _SIGNS) for line in head):
        return None
    return read_integers(body.text, body.separator, width, start)


def _cut_at_once(body: Body, skipped: int, width: int) -> list[np.ndarray] | None:
    """Cut a short body in which every line is a row; None where a line may need a closer look.

    Loading pandas takes longer than this; for a long body its parser needs less memory.
    """
    text, blanks = body.text.rstrip("\n"), body.separator == BLANKS
    if len(text) > _SHORT or '"' in text or "\r" in text or (blanks and not _is_simple(text)):
        return None
    lines = text.split("\n")
    if any(not line or line.isspace() for line in lines):
        return None
    rows = [line.split(None if blanks else body.separator) for line in lines[skipped:]]
    if set(map(len, rows)) != {width}:
        return None
    flat = np.array(list(chain.from_iterable(rows)), dtype=object)
    return list(flat.reshape(-1, width).T.copy())


def _is_simple(text: str) -> bool:
    """Tell whether a text has no comments, and no other blanks than those which separate columns."""
    printable = text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()
    return printable and not any(sign in text for sign in _SIGNS)


def _parse_fast(body: Body, skipped: int, has_header: bool, width: int) -> list[np.ndarray] | None:
    """Let the C parser of pandas cut the body; None where rows differ in width or are very wide."""
    if width > _WIDE:
        return None
    counts_line = skipped and not has_header
    text = body.text.partition("\n")[2] if counts_line else body.text
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=r"\s+" if body.separator == BLANKS else body.separator,
            header=None,
            dtype=object,
            na_filter=False,
            low_memory=False,
            skipinitialspace='"' in text,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return None
    frame = frame if counts_line else frame.iloc[skipped:]
    if frame.shape[1] != width:
        return None
    cells = [frame[name].to_numpy(dtype=object) for name in frame.columns]
    # The C parser fills short rows up without a word, and takes a line of odd blanks as a row of one cell.
    doubtful = any(cell == "" or (width == 1 and cell.isspace()) for cell in cells[-1])
    return None if doubtful else cells


def _checked_rows(
    body: Body, skipped: int, has_header: bool, width: int, header: Header, path: str
) -> list[list[str]]:
    rows = list(_rows(body, header, path))
    while rows and not any(field.strip() for field in rows[-1][1]):
        rows.pop()
    for number, fields in rows[skipped:]:
        if len(fields) != width:
            raise _ragged(
                number, fields, width, rows[0] if has_header or not skipped else rows[1], body, path
            )
    if '"' in body.text and rows[skipped:]:
        _check_quotes(rows[-1], body, path)
    return [fields for _, fields in rows[skipped:]]


def _ragged(
    number: int, fields: list[str], width: int, first: tuple[int, list[str]], body: Body, path: str
) -> InputError:
    hint = "give every row the same columns"
    if len(first[1]) > 2 and all(field.strip().isdecimal() for field in first[1]):
        hint = (
            f"if line {first[0]} is a header of counts such as 'n m budget directed', remove it and all that "
            "follows the arcs, since that format is not supported"
        )
    elif body.separator == "," and len(fields) > width:
        hint = "quote labels that hold a comma, and write decimal points, or separate columns by ';'"
    elif any("\n" in field or "\r" in field for field in fields):
        hint = "a quotation mark may not be closed there"
    plural = "" if len(fields) == 1 else "s"
    return InputError(
        f"line {number} of {path!r} has {len(fields)} column{plural} where line {first[0]} has {width}; "
        f"{hint}."
    )


def _check_quotes(last: tuple[int, list[str]], body: Body, path: str) -> None:
    """Refuse a last row that swallowed the rest of the file because a quotation mark is not closed."""
    if body.separator != BLANKS and body.text.rstrip("\r\n").count('"') % 2 and "\n" in "".join(last[1]):
        raise InputError(f"line {last[0]} of {path!r} opens a quotation mark that is never closed; close it.")
