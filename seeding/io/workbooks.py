"""Tables from text files and Excel workbooks alike: a workbook is read as the text of the table it shows.

A text cell gives its text, a number its digits, a formula the value that was saved with it. What has no such
text, or lost a part of it, is refused with its row: errors, formulas without a value, and numbers of more
than 15 digits. Dates and truth values are written out, and refused where labels are wanted. python-calamine,
which reads the cells, puts a whole sheet into memory and shows errors as empty cells; so the archive is
looked through first.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime import memory
from seeding._runtime.files import PathLike, read_bytes, read_text, suffix_of
from seeding.errors import InputError, listing
from seeding.io.archive import BROKEN
from seeding.plan.seed_csv import quote

XLSX = ".xlsx"
# Real workbooks shrink to a tenth; what shrank more and is large was made to fill memory.
_MOST_SHRUNK, _LARGE = 300, 1 << 27
# Bytes of a cell while it is read, and of a character of its text.
_CELL, _CHARACTER = 100, 4
# Of larger whole numbers a spreadsheet has dropped digits.
_TOO_LONG = 10**15
_OLD = b"\xd0\xcf\x11\xe0"
_TAG = rb"<(?:\w+:)?"
_ROW = re.compile(_TAG + rb"row\b")
_ROW_NUMBER = re.compile(_TAG + rb"row\b[^>]*?\sr=[\"']([0-9]{1,7})[\"']")
_CELLS = re.compile(_TAG + rb"c[\s>/]")
_PLACE = re.compile(_TAG + rb"c\s[^>]*?\br=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_ERROR = re.compile(_TAG + rb"c\s[^>]*?\bt=[\"']e[\"'][^>]*>")
_UNVALUED = re.compile(
    _TAG + rb"c\b([^>]*)>\s*" + _TAG + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:" + _TAG + rb"v\s*/>\s*)?</(?:\w+:)?c>"
)  # fmt: skip
_SHARED = re.compile(_TAG + rb"c\s[^>]*?\bt=[\"']s[\"'][^>]*>\s*" + _TAG + rb"v>([0-9]{1,9})<")
_STRINGS, _STRING = re.compile(_TAG + rb"sst\b"), re.compile(_TAG + rb"si\b")
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")


class Given(NamedTuple):
    """The text of a table.

    Attributes
    ----------
    text
        The text, one line per row.
    marked
        Whether a spreadsheet may have written it.
    separator
        What separates its columns, where that is known.
    odd
        Of a workbook, the columns that have something else than text and numbers: the first row, and what.
    """

    text: str
    marked: bool
    separator: str | None = None
    odd: Mapping[int, tuple[int, str]] = {}

    def refuse_odd(self, column: int, what: str, path: str) -> None:
        """Refuse a column of labels that has dates or truth values: as what text they were meant is lost."""
        if column in self.odd:
            row, kind = self.odd[column]
            raise InputError(
                f"row {row} of {path!r} has a {kind} as {what}; format the column as text and write the "
                "labels again, as they were before the spreadsheet changed them."
            )


def is_workbook(path: object) -> bool:
    """Tell a workbook by its name."""
    return suffix_of(path) == XLSX  # type: ignore[arg-type]


def refuse_layout(path: PathLike, **given: object) -> None:
    """Refuse what says how a text is laid out, for a workbook."""
    name = next((name for name, value in given.items() if value is not None), None)
    if name is not None and is_workbook(path):
        raise InputError(
            f"{str(path)!r} is a workbook, which needs no signs between cells or decimals, so {name}= has no "
            "effect on it; leave it out."
        )


def read_given(path: PathLike, separator: str | None = None) -> Given:
    """Read the text of a table, from a text file or a workbook.

    Raises
    ------
    InputError
        As `read_text`; of a workbook, if it is broken, protected or made to fill memory, if not exactly one
        sheet has cells, or a cell cannot be read (names its row).
    """
    if not is_workbook(path):
        return Given(*read_text(path), separator)
    refuse_layout(path, separator=separator)
    data = read_bytes(path)
    _look_through(data, str(path))
    if find_spec("python_calamine") is None:
        raise InputError(
            f'{str(path)!r} needs python-calamine to be read; install it with pip install "seeding[excel]".'
        )
    rows = _only_sheet(data, str(path))
    return _as_text(rows, str(path))


def _look_through(data: bytes, path: str) -> None:
    """Refuse an archive that is no workbook, is damaged, or would fill memory."""
    if data.startswith(_OLD):
        raise InputError(
            f"{path!r} is an old Excel workbook or has a password; save it as .xlsx without one, or as CSV."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if size > max(_LARGE, _MOST_SHRUNK * len(data)):
                raise InputError(
                    f"{path!r} unpacks to more than {_MOST_SHRUNK} times its {memory.in_words(len(data))}, "
                    "as no real workbook does; save it as CSV if it is meant."
                )
            memory.demand(3 * size, f"reading {path!r}")
            if "[Content_Types].xml" not in packed.namelist():
                raise InputError(
                    f"{path!r} is a zip archive, but no workbook; save the table as .xlsx or CSV."
                )
            # Each part is read to its end, which compares its size and checksum with what is said of them.
            texts = [content for part in parts if b"<" in (content := packed.read(part))]
    except InputError:
        raise
    except BROKEN as error:
        reason = (str(error) or type(error).__name__).rstrip(".")
        raise InputError(
            f"{path!r} is not a readable workbook ({reason}); save it again as .xlsx or CSV."
        ) from None
    strings = next((text for text in texts if _STRINGS.search(text)), b"")
    starts = [found.start() for found in _STRING.finditer(strings)]
    lengths = np.diff(np.array([*starts, len(strings)], dtype=np.int64))
    for text in texts:
        if b"sheetData" in text:
            # The reader takes a sheet that is cut off for a short one.
            if not text.rstrip().endswith(b"worksheet>"):
                raise InputError(f"{path!r} has a sheet that is cut off; save it again as .xlsx or CSV.")
            _look_at_sheet(text, lengths, path)


def _look_at_sheet(text: bytes, lengths: np.ndarray, path: str) -> None:
    """Refuse a sheet that is larger than memory, or has a cell without a value."""
    places = _PLACE.findall(text)
    n_rows = max((int(row) for row in (*_ROW_NUMBER.findall(text), *(row for _, row in places))), default=0)
    n_columns = max((_column(letters) for letters, _ in set(places)), default=0)
    if len(_CELLS.findall(text)) > len(places):
        counted = [len(_CELLS.findall(row)) for row in _ROW.split(text)]
        n_rows, n_columns = max(n_rows, len(counted)), max(n_columns, *counted)
    shared = np.array(_SHARED.findall(text), dtype=np.int64)
    characters = int(lengths[shared[shared < lengths.size]].sum())
    memory.demand(
        _CELL * n_rows * n_columns + _CHARACTER * characters,
        f"reading the {n_rows:,} rows and {n_columns:,} columns of {path!r}",
    )
    wrong = _ERROR.search(text)
    if wrong is not None:
        raise InputError(
            f"{_where(wrong[0])} of {path!r} has an error such as #REF! or #N/A instead of a value; mend its "
            "formula."
        )
    wrong = _UNVALUED.search(text)
    if wrong is not None:
        raise InputError(
            f"{_where(wrong[1])} of {path!r} has a formula whose value was not saved; open the workbook in a "
            "spreadsheet and save it."
        )


def _where(tag: bytes) -> str:
    """Say where a cell is: its row, and its name."""
    found = _REFERENCE.search(tag)
    if found is None:
        return "a cell"
    name = found[1].decode()
    return f"row {name.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')} (cell {name})"


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _only_sheet(data: bytes, path: str) -> list[list[Any]]:
    """Return the rows of the one sheet that has cells, from the first row of the sheet on."""
    with _told(path):
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found: dict[str, list[list[Any]]] = {}
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(_is_there(cell) for row in rows for cell in row):
                found[name] = rows
    if not book.sheet_names:
        raise InputError(f"{path!r} has no sheets, so it is no workbook; save the table as .xlsx or CSV.")
    if not found:
        raise InputError(f"{path!r} has no cells with anything in them; give a table with at least one row.")
    if len(found) > 1:
        raise InputError(
            f"{path!r} has {len(found)} sheets that are not empty, {listing(found)}; keep one sheet, or save "
            "the one that is meant as a file of its own."
        )
    return next(iter(found.values()))


class _told:  # noqa: N801 — it is used as a function
    """Say in one sentence why a workbook cannot be read, panics of the reader included."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Turn whatever the reader raises into one sentence; a panic is no `Exception`."""
        if error is None or isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError, ImportError)):
            return
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise InputError(
            f"{self._path!r} is not a readable workbook ({reason}); save it again as .xlsx or CSV."
        ) from None


def _as_text(rows: list[list[Any]], path: str) -> Given:
    """Write the rows as lines, so that row and line are the same; columns without any cell are left out."""
    width = max(map(len, rows))
    used = [
        place
        for place in range(width)
        if any(_is_there(cell) for row in rows for cell in row[place : place + 1])
    ]
    odd: dict[int, tuple[int, str]] = {}

    def lines() -> Iterator[str]:
        for number, row in enumerate(rows, start=1):
            cells = []
            for column, place in enumerate(used):
                cell = row[place] if place < len(row) else ""
                kind = _kind_of(cell)
                if kind is not None:
                    odd.setdefault(column, (number, kind))
                cells.append(_text_of(cell, number, path))
            yield ",".join(cells) if any(cells) else ""

    return Given("\n".join(lines()) + "\n", True, ",", odd)


def _is_there(cell: object) -> bool:
    return not (isinstance(cell, str) and not cell.strip())


def _kind_of(cell: object) -> str | None:
    """Name what is neither text nor number."""
    if isinstance(cell, bool):
        return "truth value"
    return "date or time" if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)) else None


def _text_of(cell: Any, row: int, path: str) -> str:
    """Write a cell as a table of texts holds it."""
    if isinstance(cell, str):
        if "\0" in cell:
            raise InputError(f"row {row} of {path!r} has a NUL character; remove it.")
        return quote(cell) if cell else ""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _number(cell, row, path)
    return str(cell)


def _number(value: float, row: int, path: str) -> str:
    """Write a number with the 15 digits that a spreadsheet keeps, so that it can be read in one way only."""
    if abs(value) >= _TOO_LONG and value == int(value):
        raise InputError(
            f"row {row} of {path!r} has the number {value:.0f}, of which a spreadsheet keeps 15 digits; "
            "if it is an id, format the column as text and write it again."
        )
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    # Three digits after a point could be thousands; a further zero says that they are not.
    return f"{text}0" if re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", text) else text
