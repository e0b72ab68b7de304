"""Finding out how a text table is laid out: comments, separator, header or counts line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from seeding.errors import InputError, shown
from seeding.io import preamble
from seeding.network.column_names import normal_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Header = bool | Literal["counts"] | None

# How a run of blanks is named as a separator.
BLANKS = " "
_SEPARATORS = ("\t", ";", ",", "|")
_SEPARATOR_WORDS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "whitespace": BLANKS,
    "space": BLANKS,
    "blank": BLANKS,
    r"\s+": BLANKS,
}
# Names, as `normal_name` makes them: a row that begins so, and they in no other row, names columns.
PAIRS_OF_NAMES = frozenset(
    {
        ("source", "target"),
        ("target", "source"),
        ("from", "to"),
        ("src", "dst"),
        ("sender", "receiver"),
        ("sourceid", "targetid"),
        ("fromnodeid", "tonodeid"),
        ("follower", "followed"),
        ("follower", "followee"),
        ("follower", "following"),
        ("followerid", "followedid"),
        ("followerid", "followeeid"),
        ("influencer", "follower"),
        ("creator", "follower"),
    }
)
_SAMPLE_CHARACTERS = 1 << 16
_SAMPLE_RECORDS = 100
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_BLANK_TOKEN = re.compile(r'"((?:[^"]|"")*)"|([^ \t]+)')
# It never looks back, so that a long row of digits takes no time.
_NUMBER = re.compile(r"[-+]?(?:[0-9]++(?:[.,][0-9]++)?|[.,][0-9]++)([eE][-+]?[0-9]++)?").fullmatch
_DIGITS = re.compile(r"[0-9]+")
_DECIMAL_COMMA = re.compile(r"[0-9],[0-9]")

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Body:
    """Where the rows of a text begin, and how they are cut.

    Attributes
    ----------
    text
        The text from the first line that is no leading comment.
    first_line
        The number, from 1, that this line has in the file.
    separator
        One character; a blank stands for any run of blanks and tabs.
    header_comment
        The header, where a leading comment such as ``#source,target`` holds it.
    """

    text: str
    first_line: int
    separator: str
    header_comment: list[str] | None = None


def check_separator(separator: str | None) -> str | None:
    """Return a separator as one character, from the character itself or from its name.

    Raises
    ------
    InputError
        If it is neither.
    """
    if separator is None:
        return None
    character = _SEPARATOR_WORDS.get(separator, separator) if isinstance(separator, str) else ""
    if len(character) != 1 or character in '"\r\n':
        raise InputError(
            f"separator={shown(separator)} is not understood; pass one character, or 'tab' or 'whitespace'."
        )
    return character


def csv_reader(text: str, separator: str) -> Any:
    """Cut a text into rows as `csv.reader` does, however long a cell is; its own limit is 131,072."""
    if len(text) > csv.field_size_limit():
        csv.field_size_limit(len(text))
    # A quotation mark after a separator and a blank opens a quoted cell too.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)


def records(text: str, separator: str, first_line: int = 1) -> Iterator[Record]:
    """Cut a text into records, blank lines left out; yields each with the number of its first line."""
    if separator == BLANKS:
        for number, line in enumerate(io.StringIO(text, newline=None), start=first_line):
            fields = cut_blanks(line.rstrip("\n"))
            if fields:
                yield number, fields
        return
    reader = csv_reader(text, separator)
    while True:
        number = first_line + reader.line_num
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"line {number} cannot be cut into columns: {error}.") from None
        if fields and not (len(fields) == 1 and not fields[0].strip()):
            yield number, fields


def cut_blanks(line: str) -> list[str]:
    """Cut a line at runs of blanks and tabs; a quoted field may hold blanks."""
    if '"' not in line:
        return [field for field in line.replace("\t", " ").split(" ") if field]
    return [
        match[1].replace('""', '"') if match[1] is not None else match[2]
        for match in _BLANK_TOKEN.finditer(line)
    ]


def is_comment(line: str, header: Header) -> bool:
    """Tell whether a line is a comment as a whole.

    ``#`` or ``%`` opens a comment where a blank, another such sign or the end of the line follows, as
    in ``# Nodes: 7115``. Where a letter follows, it could be a label such as ``#anna``: such a line
    counts as a comment only as long as `header` is left to be found out.
    """
    stripped = line.lstrip()
    if not stripped.startswith(("#", "%")):
        return False
    return header is None or not is_doubtful(line)


def is_doubtful(line: str) -> bool:
    """Tell whether a line that begins with ``#`` or ``%`` could also be a row with such a label."""
    stripped = line.strip()
    return stripped.startswith(("#", "%")) and len(stripped) > 1 and stripped[1] not in " \t#%!"


def find_body(
    text: str,
    path: str,
    separator: str | None,
    header: Header,
    known: frozenset[str],
    titled: Callable[[list[str]], bool] | None = None,
) -> Body:
    """Skip leading comments, blank lines and lines above the header, and find the separator.

    Parameters
    ----------
    text, path
        The text, and the file it is from.
    separator
        One character; None to find out, also from a first line ``sep=;``.
    header
        Whether there is one.
    known
        Names, as `normal_name` makes them, by which a header in a comment is recognised.
    titled
        Tells a row that surely is the header, even if lines stand above it.

    Raises
    ------
    InputError
        If nothing but comments is there, a line could be a comment or a row, or a row stands above the header
        (names the line).
    """
    start, number, doubtful = 0, 1, []
    said = preamble.separator_line(text)
    if said is not None:
        start, number, separator = said.end, said.lines + 1, separator or said.separator
    for match in _LINE.finditer(text, start):
        line = match[1]
        if preamble.holds(line) and not is_comment(line, header):
            start = match.start()
            break
        if is_doubtful(line):
            doubtful.append((number, line))
        if match.end() == len(text):
            start = len(text)
            break
        number += 1
    body = text[start:]
    if not body.strip():
        if doubtful:
            raise comment_or_label(doubtful[0][0], path)
        raise InputError(f"{path!r} holds no rows, only blank lines or comments; give at least one row.")
    if titled is not None and header in (None, True):
        above = preamble.lines_above(body, number, separator, titled, path)
        body, number = body[above.end :], number + above.lines
    separator = separator or guess_separator(body, number, path)
    return Body(body, number, separator, _judge_doubtful(doubtful, body, separator, path, known))


def _judge_doubtful(
    doubtful: list[tuple[int, str]], body: str, separator: str, path: str, known: frozenset[str]
) -> list[str] | None:
    width = len(next(records(body, separator))[1])
    for number, line in doubtful:
        fields = next(records(line, separator))[1]
        names = [fields[0].strip().lstrip("#%"), *fields[1:]]
        if number == doubtful[-1][0] and sum(normal_name(name) in known for name in names) >= 2:
            return names
        if len(fields) == width and width > 1:
            raise comment_or_label(number, path)
    return None


def comment_or_label(number: int, path: str) -> InputError:
    """Make the error for a line that could be a comment or a row."""
    return InputError(
        f"line {number} of {path!r} begins with '#' or '%' and could be a comment or a row whose label "
        "begins so; put a blank after the sign of a comment, or pass header=False (or True) to read it as a "
        "row."
    )


def guess_separator(body: str, first_line: int, path: str) -> str:
    """Find the character that cuts the first rows into equally many columns.

    Tab, semicolon, comma and bar are tried in this order; where none occurs, runs of blanks separate.

    Raises
    ------
    InputError
        If two readings are possible (decimal commas, or semicolons inside labels).
    """
    sample = _sample(body)
    widths = {mark: _widths(sample, mark) for mark in _SEPARATORS if mark in sample}
    regular = [mark for mark, counts in widths.items() if _is_regular(counts)]
    if not regular:
        first = next(line for line in _lines(sample) if line.strip())
        present = [mark for mark in _SEPARATORS if mark in first]
        return max(present, key=first.count) if present else BLANKS
    chosen = regular[0]
    last = [line for line in _lines(sample) if line.strip()][-1]
    if chosen == ";" and "," in regular and not _DECIMAL_COMMA.search(last):
        raise InputError(
            f"line {first_line} of {path!r} can be cut at ';' and at ','; pass separator= to say which."
        )
    if chosen == "," and _is_blank_separated(sample):
        raise InputError(
            f"line {first_line} of {path!r} can be cut at blanks, with decimal commas, or at the commas; "
            "write decimal points, or pass separator=."
        )
    return chosen


def _sample(body: str) -> str:
    # A first row that is longer than the sample is taken as a whole.
    first = re.search(r"\S[^\r\n]*(?:\r\n|[\r\n])?", body)
    length = max(_SAMPLE_CHARACTERS, 0 if first is None else first.end())
    if len(body) <= length:
        return body
    head = body[:length]
    return head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\n|\r", text)


def _widths(sample: str, separator: str) -> list[int]:
    return [len(fields) for _, fields in islice(records(sample, separator), _SAMPLE_RECORDS)]


def _is_regular(widths: list[int]) -> bool:
    """Tell whether all rows have the same number of columns; the first may be a counts line."""
    rest = widths[1:] or widths
    return min(rest) == max(rest) >= 2 and (widths[0] == rest[0] or widths[0] == 2)


def _is_blank_separated(sample: str) -> bool:
    rows = list(islice(records(sample, BLANKS), _SAMPLE_RECORDS))
    width = len(rows[0][1])
    return width >= 3 and all(
        len(fields) == width and all("," not in field or _NUMBER(field) for field in fields)
        for _, fields in rows
    )


def detect_header(
    first: list[str],
    sample: list[list[str]],
    known: frozenset[str],
    names_columns: Callable[[list[str]], bool] | None = None,
) -> bool | None:
    """Tell whether the first line names the columns; None where nothing tells.

    Parameters
    ----------
    first
        Its fields.
    sample
        The fields of some rows after it.
    known
        Names, as `normal_name` makes them, that columns of such a table usually have.
    names_columns
        Tells other names that mean such columns.
    """
    names = [field.strip() for field in first]
    if any(len(name) > 1 and normal_name(name) in known for name in names):
        # Files set one after another have their header again in the middle, which tells of no label.
        own = sorted(map(normal_name, names))
        sample = [row for row in sample if sorted(map(normal_name, row)) != own]
    labels = {cell.strip() for row in sample for cell in row[:2]}
    like_rows = _is_like_rows(names, sample)
    named = names_columns is not None and names_columns(names) and not like_rows
    if any(name in labels for name in names[:2]):
        return None if named and not all(name in labels for name in names[:2]) else False
    if any(normal_name(name) in known for name in names):
        return True
    if like_rows and len({_DIGITS.sub("", name) for name in names[:2]}) > 1:
        return False
    if named or _has_row_numbers(names, sample):
        return True
    if any(not name or _NUMBER(name) or name.startswith("@") for name in names[:2]):
        return False
    if any(_NUMBER(name) for name in names):
        return False
    if not sample:
        return False
    columns = zip(*sample, strict=False)
    return True if any(all(_NUMBER(cell.strip()) for cell in column) for column in columns) else None


def _has_row_numbers(names: list[str], sample: list[list[str]]) -> bool:
    """Tell a header whose first column has no name and numbers the rows, as programs write tables."""
    if names[0] or len(names) < 3 or not all(names[1:]) or any(map(_NUMBER, names[1:])) or not sample:
        return False
    first = [row[0].strip() for row in sample]
    return first in ([str(number + start) for number in range(len(first))] for start in (0, 1))


def _is_like_rows(names: list[str], sample: list[list[str]]) -> bool:
    """Tell names that are numbered as the cells below them are: fan1 above fan2."""
    stems = [_DIGITS.sub("", name) for name in names[:2]]
    return any(
        stem != name
        and any(_DIGITS.sub("", row[place].strip()) == stem for row in sample if place < len(row))
        for place, (name, stem) in enumerate(zip(names, stems, strict=False))
    )
