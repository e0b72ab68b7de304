"""What stands above the rows of a text table: a line ``sep=;``, empty rows, a title, names of groups."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import NamedTuple

from seeding.errors import InputError, assume

# As Excel writes it; saved again by another program, it may be quoted or filled up with separators.
_SEPARATOR_LINE = re.compile(
    r"(?:[ \t]*(?:\r\n|\n|\r))*\"?sep=([^\r\n\"])\"?[,;|\t ]*(?:\r\n|\n|\r|\Z)", re.IGNORECASE
)
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
# A name of a column where blanks separate: whatever has punctuation is a sentence.
_PLAIN_NAME = re.compile(r"[\w:()\-]+").fullmatch
_MARKS = ("\t", ";", ",", "|", " ")
# The header is sought in so many lines.
_MOST_LINES = 20


class Skipped(NamedTuple):
    """How much of a text stands above: characters and lines; and the separator that it names, if it does."""

    end: int
    lines: int
    separator: str | None = None


def separator_line(text: str) -> Skipped | None:
    """Read a first line ``sep=;``; None without one."""
    match = _SEPARATOR_LINE.match(text)
    if match is None:
        return None
    # A separator may fill the line up, but the line must end somewhere before the rows.
    lines = len(re.findall(r"\r\n|\n|\r", match[0]))
    return Skipped(match.end(), lines, match[1])


def holds(line: str) -> bool:
    """Tell whether a line holds anything but blanks and separators."""
    return bool(line.strip(" \t,;|"))


def lines_above(
    body: str, first_line: int, separator: str | None, titled: Callable[[list[str]], bool], path: str
) -> Skipped:
    """Find the header where lines such as a title stand above it; says what is left out.

    Parameters
    ----------
    body, first_line
        The text, and the number of its first line in the file.
    separator
        One character; None if it is not known yet.
    titled
        Tells a row that surely is the header.
    path
        The file, for messages.

    Raises
    ------
    InputError
        If a line above the header could be a row.
    """
    above: list[str] = []
    for match in _LINE.finditer(body):
        if len(above) == _MOST_LINES or match.start() == len(body):
            break
        fields = _header_of(match[1], separator, titled)
        if fields is None:
            above.append(match[1])
            continue
        if any(map(holds, above)):
            _judge(above, fields, first_line, path)
        return Skipped(match.start(), len(above))
    return Skipped(0, 0)


def _header_of(
    line: str, separator: str | None, titled: Callable[[list[str]], bool]
) -> tuple[list[str], str] | None:
    """Cut a line into names of columns; None if it holds none."""
    for mark in [separator] if separator else _MARKS:
        if mark in line:
            fields = _cut(line, mark)
            prose = mark == " " and not all(map(_PLAIN_NAME, fields))
            if len(fields) > 1 and not prose and titled(fields):
                return fields, mark
    return None


def _cut(line: str, mark: str) -> list[str]:
    if mark == " ":
        return line.split()
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _judge(above: list[str], header: tuple[list[str], str], first_line: int, path: str) -> None:
    """Say that lines above the header are left out, or refuse one that could be a row."""
    names, mark = header
    number = first_line + len(above)
    for place, line in enumerate(above):
        filled = [field for field in _cut(line, mark) if field.strip()]
        if len(filled) >= len(names) and not line.lstrip().startswith(("#", "%")):
            raise InputError(
                f"line {number} of {path!r} looks like the header, but line {first_line + place} stands "
                f"above it and could be a row; remove line {number} if it is, else the lines above."
            )
    lines = f"line {first_line}" if len(above) == 1 else f"lines {first_line} to {number - 1}"
    assume(
        f"line {number} of {path!r} is taken as the header, so {lines} above it "
        f"{'is' if len(above) == 1 else 'are'} left out; remove such lines to be sure."
    )
