"""Reading text of nothing but integers, the usual list of arcs, at once."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from seeding.io.sniff import BLANKS

# How Python writes an integer, of few enough digits for 64 bits: no sign +, no leading zeros.
_INTEGER = "(?:0|-?[1-9][0-9]{0,17})"
_SEPARATORS = f",;|\t{BLANKS}"
# Lists of arcs have few columns; a pattern of hundreds would take longer to make than it saves.
_MOST_COLUMNS = 16


def read_integers(text: str, separator: str, width: int, start: int = 0) -> np.ndarray | None:
    """Read rows of integers, each written as Python writes it.

    Parameters
    ----------
    text
        The rows, one a line.
    separator
        One character between columns; a blank stands for any run of blanks and tabs.
    width
        How many columns each row must have.
    start
        Where in the text the rows begin.

    Returns
    -------
    int64, one row a line; None where a line holds anything else, or is empty, or there are many columns.
    """
    if separator not in _SEPARATORS or width > _MOST_COLUMNS:
        return None
    if not _rows_of(separator, width).fullmatch(text, start):
        return None
    rows = text[start:].replace(separator, " ")
    return np.fromstring(rows, dtype=np.int64, sep=" ").reshape(-1, width)


@cache
def _rows_of(separator: str, width: int) -> re.Pattern[str]:
    """Make the pattern of all rows; it never looks back, so that it takes no memory for each."""
    gap, edge = ("[ \t]+", "[ \t]*") if separator == BLANKS else (re.escape(separator), "")
    row = edge + gap.join([_INTEGER] * width) + edge
    return re.compile(rf"{row}(?:\n{row})*+\n*")
