"""Blanks that nobody sees at the ends of a text: white space of any kind, and signs without a width."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Signs that show nothing: joiners, marks of direction, soft hyphens, fillers, variation selectors.
_UNSEEN = "".join(
    map(
        chr,
        (
            *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
            *range(0x180B, 0x180F),
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
        ),
    )
)
_SPACES = "".join(map(chr, [code for code in range(0x3001) if chr(code).isspace()]))
BLANK = _SPACES + _UNSEEN
_WITHOUT_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))


def trim(text: str) -> str:
    """Take blanks off both ends of a text, those that nobody sees too."""
    return text.strip(BLANK)


def fold(text: str) -> str:
    """Bring a text to a form in which texts that look alike are equal: in small letters, blanks made one."""
    shown = unicodedata.normalize("NFKC", text).translate(_WITHOUT_UNSEEN)
    return " ".join(shown.split()).casefold()


def variants(values: Iterable[object], one: object) -> list[str]:
    """Return those texts among some values that look like `one` but are not it, sorted."""
    if not isinstance(one, str):
        return []
    folded = fold(one)
    return sorted({v for v in values if isinstance(v, str) and v != one and fold(v) == folded})


def families(values: Iterable[object]) -> list[list[str]]:
    """Return the texts among some distinct values that look like each other, two or more in each list."""
    alike: dict[str, list[str]] = {}
    for value in values:
        if isinstance(value, str):
            alike.setdefault(fold(value), []).append(value)
    return [sorted(family) for family in alike.values() if len(family) > 1]
