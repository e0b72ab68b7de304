"""Which labels are the same: one rule for every reader, every lookup and every list of people.

1. **Labels are compared as text.** An integer equals the text that Python writes for it: 17 is ``"17"``, and
   not ``"017"``. Blanks at the ends of a cell of a file belong to no label; nor does a byte-order mark.
2. **Whole numbers with idle decimals are integers** where every label beside them is one: ``2.0`` (text,
   float or `Decimal`) is what programs make of a column of integers in which one was missing. That is said,
   as a note. A float too large to hold every integer has lost digits already and is refused.
3. **Nothing else is merged.** Labels that differ in case, ``@``, the URL around a handle, invisible signs or
   the form of accents are people of their own; they are counted (`seeding.network.label_spellings`).
4. **What would split one person in two is refused**: a number written in two ways (``1,234`` beside ``1234``,
   ``2.0`` beside ``2`` among names, ``1e3`` beside ``1000``, ``+5`` beside ``5``), a label with and without
   blanks at its ends, text beside the same bytes, and a column of numbers padded with zeros (``007``) that
   meets the same numbers without (``7``). Apart from that, ``007`` and ``7`` are two labels. Truth values are
   no labels, as Python holds `True` to be 1; nor is a text of nothing but blanks.

The functions here judge lists of distinct labels; `seeding.network.labels` applies them to columns and
lookups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

# Digits (and sign) of the longest integer that is still taken for an id.
LONGEST_ID = 40
# Integers from here on are not all floats: a whole float this large may stand for another id.
FIRST_LOST = 1 << 53
# Three zeros after the sign could as well be thousands, so they are left to the search for collisions.
_IDLE_DECIMALS = re.compile(r"(0|-?[1-9][0-9]{0,17})[.,](?:0{1,2}|0{4,})").fullmatch
_THOUSANDS = re.compile(
    r"[+-]?[1-9][0-9]{0,2}([.,'’ \u00a0\u2007\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*"
).fullmatch
_WHOLE = re.compile(r"([+-]?[0-9]+)[.,]0+").fullmatch
_SIGNED = re.compile(r"\+[0-9]+").fullmatch
_EXPONENT = re.compile(r"([+-]?[0-9]+)(?:[.,]([0-9]+))?[eE]([+-]?[0-9]{1,3})").fullmatch
# How spreadsheets and pandas show a long id whose last digits they dropped.
_LOST = re.compile(r"[0-9][.,][0-9]+[eE]\+?[1-9][0-9]").fullmatch
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)+").fullmatch
_DIGITS = re.compile(r"[0-9]+").fullmatch
# In labels between line ends, two of them between each two labels.
_NUMBER_OR_BLANK = re.compile(
    r"\n(?:[0-9+-][0-9.,'’ \u00a0\u2007\u2009\u202f]*(?:[eE][+-]?[0-9]+)?\n|[^\S\n])"
).search
_BLANK_AT_END = re.compile(r"[^\S\n]\n").search
_FIRST = tuple("+-0123456789")
_IDLE, _THOUSAND_SIGNS, _PLUS = "decimals that are 0", "signs between thousands", "the sign +"
_EXPONENT_LOST = "an exponent, whose id has lost its last digits"
_FLOAT_LOST = "decimals and more digits than a float keeps"


def integer_of(label: object) -> int | None:
    """Return the integer that a label is, or is the usual writing of; None for any other label."""
    if isinstance(label, (int, np.integer)) and not isinstance(label, bool):
        return int(label)
    if not isinstance(label, str) or len(label) > LONGEST_ID or not label.isascii():
        return None
    number = int(label) if label.removeprefix("-").isdigit() else None
    return number if str(number) == label else None


def has_idle_decimals(label: object) -> bool:
    """Tell whether a text is an integer followed by decimals that are all 0, as ``2.0``."""
    return isinstance(label, str) and _IDLE_DECIMALS(label) is not None


def whole_numbers(labels: Iterable[Any]) -> list[int] | None:
    """Read labels as integers by the second part of the rule.

    Returns
    -------
    The integers; None if a label is none, or if all are integers as they stand.
    """
    numbers, idle = [], False
    for label in labels:
        number = integer_of(label)
        if number is None:
            found = _IDLE_DECIMALS(label) if isinstance(label, str) else None
            if found is None or abs(int(found[1])) >= FIRST_LOST:
                return None
            number, idle = int(found[1]), True
        numbers.append(number)
    return numbers if idle else None


def describe_whole(example: object, where: str) -> str:
    """Say that labels with idle decimals are read as integers."""
    number = int(float(str(example).replace(",", ".")))
    return (
        f"{where} holds whole numbers with idle decimals, as {str(example)!r}; they are taken as the "
        f"integers they stand for ({number}), as programs write decimals where an integer was missing."
    )


def first_with_idle_decimals(labels: Iterable[Any]) -> object:
    """Return the first label with idle decimals, for a message."""
    return next(label for label in labels if has_idle_decimals(label))


def are_names(labels: Iterable[Any]) -> bool:
    """Tell in one quick look that all labels are texts, none empty, a number or with blanks at its ends.

    Then the rule has nothing to do: the usual case, which should cost little.
    """
    try:
        lines = "\n{}\n".format("\n\n".join(labels))
    except TypeError:
        return False
    empty = "\n\n\n" in lines or lines == "\n\n"
    return not (empty or _NUMBER_OR_BLANK(lines) or _BLANK_AT_END(lines))


def split_person(labels: Sequence[Any]) -> tuple[Any, Any, str] | None:
    """Find two labels that are surely one person written in two ways (the fourth part of the rule).

    Parameters
    ----------
    labels
        Distinct labels, integers among them as integers or as texts.

    Returns
    -------
    The two labels and what they differ in; None if there are none such. Where one label alone shows that
    digits were lost, it stands twice.
    """
    texts = {label for label in labels if isinstance(label, str)}
    for label in labels:
        if isinstance(label, bytes):
            text = label.decode("utf-8", "replace")
            if text in texts:
                return label, text, "being bytes or text"
    blank = next((text for text in texts if text != text.strip() and text.strip() in texts), None)
    if blank is not None:
        return blank, blank.strip(), "blanks at the ends"
    return _split_number(texts, len(texts) == len(labels))


def _split_number(texts: set[str], only_texts: bool) -> tuple[str, str, str] | None:
    """Find a number that stands among texts in two writings."""
    odd = sorted(text for text in texts if text[:1] in _FIRST and not text.isdigit())
    lost = next((text for text in odd if _LOST(text)), None)
    if lost is not None:
        return lost, lost, _EXPONENT_LOST
    large = next((text for text in odd if (found := _WHOLE(text)) and abs(int(found[1])) >= FIRST_LOST), None)
    if large is not None:
        return large, large, _FLOAT_LOST
    only_numbers = only_texts and all(map(_is_number_like, texts))
    dotted = any(_DECIMAL(text) and not (_WHOLE(text) or _THOUSANDS(text)) for text in odd)
    seen: dict[int, str] = {}
    for text in odd:
        for what, number in _readings(text):
            if what in (_IDLE, _THOUSAND_SIGNS) and dotted and "." in text:
                continue  # among numbers such as 1.5, or versions, 1.0 is no integer
            if what == _PLUS and not only_numbers:
                continue
            other = str(number) if str(number) in texts else seen.setdefault(number, text)
            if other != text:
                return text, other, what
        if only_numbers and _EXPONENT(text):
            return text, text, _EXPONENT_LOST
    return None


def _is_number_like(text: str) -> bool:
    return bool(text.removeprefix("-").isdigit() or next(_readings(text), None))


def _readings(text: str) -> Iterator[tuple[str, int]]:
    """Yield the integers that a text which is not the usual writing of one may stand for."""
    if _THOUSANDS(text):
        yield _THOUSAND_SIGNS, int(re.sub(r"[^0-9+-]", "", text))
    whole = _WHOLE(text)
    if whole:
        yield _IDLE, int(whole[1])
    if _SIGNED(text):
        yield _PLUS, int(text)
    found = _EXPONENT(text)
    if found:
        digits, places = found[1] + (found[2] or ""), int(found[3]) - len(found[2] or "")
        if 0 <= places <= LONGEST_ID:
            yield "an exponent", int(digits) * 10**places


def is_padded(column: Iterable[Any]) -> int:
    """Return the common width of a column of numbers padded with zeros; 0 if it is none."""
    column = list(column)
    widths = {len(label) if isinstance(label, str) and _DIGITS(label) else 0 for label in column}
    width = widths.pop() if len(widths) == 1 else 0
    return width if width > 1 and any(label.startswith("0") for label in column) else 0


def padded_twin(padded: Iterable[Any], width: int, other: Iterable[Any]) -> tuple[str, str] | None:
    """Find a number that one column pads with zeros and another does not; both columns are distinct labels.

    None unless all labels of the other column are numbers, and none of them is padded.
    """
    texts = [str(label) for label in other]
    if not all(map(_DIGITS, texts)) or any(text.startswith("0") and len(text) > 1 for text in texts):
        return None
    known = set(padded)
    return next(
        ((text.zfill(width), text) for text in texts if len(text) < width and text.zfill(width) in known),
        None,
    )


def refusal(first: object, second: object, what: str, where: str, line: Callable[[Any], str]) -> str:
    """Say that two labels are one person written in two ways."""
    if first == second and type(first) is type(second):
        return (
            f"{where} has the label {first!r}{line(first)}, a number with {what}; export the column as text."
        )
    return (
        f"{where} has the labels {first!r}{line(first)} and {second!r}{line(second)}, which differ only in "
        f"{what} and would be two people; write each person's label in one way."
    )
