"""Reading the words of the command line as numbers, with errors that say how to write them."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from decimal import Decimal
from math import inf

from seeding._runtime import numerals
from seeding._runtime.memory import read_memory_limit
from seeding.errors import InputError

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|m|min|h)?", re.IGNORECASE | re.ASCII)
_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_HEADER = {"auto": None, "yes": True, "no": False, "counts": "counts"}


def _read(text: str, kind: numerals.Kind, what: str, example: str, decimal: str | None = None) -> Decimal:
    """Read one number as `seeding._runtime.numerals` says; a negative one is refused.

    Raises
    ------
    ArgumentTypeError
        If it is none, or could mean two; says how to write it.
    """
    try:
        read = numerals.read_one(text, kind, decimal)
    except numerals.Misread as wrong:
        if wrong.reason == "ambiguous":
            raise ArgumentTypeError(f"{text!r} {wrong.words}; {wrong.advice}") from None
        raise ArgumentTypeError(f"{text!r} is not {what} ({wrong.words}); write it {example}") from None
    if read < 0:
        raise ArgumentTypeError(f"{text!r} is not {what} (it is negative); write it {example}")
    return read


def _read_float(text: str, what: str, example: str, most: float = inf) -> float:
    """Read a number near 1, whose point never sets off thousands, or a share, which may be in percent."""
    kind = numerals.SHARE if most == 1 else numerals.COUNT
    decimal = "." if "." in text and "," not in text else None
    return float(_read(text, kind, what, example, decimal))


def amount(text: str) -> Decimal:
    """Read an amount of money: 250000, 250_000, 250,000 or 1250.50.

    What could mean two amounts is refused: 350.000 is 350 in one country and 350 thousand in another.
    """
    return _read(text, numerals.MONEY, "an amount", "as in 250000, 250_000 or 1250.50")


def amounts(text: str) -> list[Decimal]:
    """Read several amounts of money, apart by commas: 1000,2500,10000."""
    parts = [part.strip() for part in text.split(",")]
    read = [amount(part) for part in parts]
    short = all(re.fullmatch(r"\d{1,3}", part, re.ASCII) for part in parts)
    grouped = short and len(parts) > 1 and any(len(part) == 3 for part in parts[1:])
    if grouped and (read != sorted(read) or any(part.startswith("0") for part in parts[1:])):
        raise ArgumentTypeError(
            f"{text!r} could be amounts apart by commas or the thousands of larger ones; write amounts "
            "without commas of their own, as in 1000,2500"
        )
    return read


def names(text: str) -> list[str] | bool:
    """Read names of columns, apart by commas; all of them is True."""
    if text.strip() == "all":
        return True
    found = [part.strip() for part in text.split(",")]
    if "" in found:
        raise ArgumentTypeError(f"{text!r} names a column without a name; write them as in delay,p_sport")
    return found


def reach(text: str) -> float:
    """Read a reach above 0: 2000, 2_000 or 12.5."""
    number = _read(text, numerals.COUNT, "a number above 0", "as in 2000")
    if not number:
        raise ArgumentTypeError(f"{text!r} is not a number above 0; write it as in 2000")
    return float(number)


def whole(text: str) -> int:
    """Read a whole number of 0 or more."""
    number = _read(text, numerals.COUNT, "a whole number of 0 or more", "as in 50")
    if number != number.to_integral_value():
        raise ArgumentTypeError(f"{text!r} is not a whole number of 0 or more; write it as in 50")
    return int(number)


def positive(text: str) -> int:
    """Read a whole number of 1 or more."""
    number = whole(text)
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is too small; give a whole number of 1 or more")
    return number


def share(text: str) -> float:
    """Read a number strictly between 0 and 1."""
    number = _read_float(text, "a number between 0 and 1", "as in 0.05", 1.0)
    if not 0.0 < number < 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number between 0 and 1; write it as in 0.05")
    return number


def part(text: str) -> float:
    """Read a number above 0 and at most 1."""
    number = _read_float(text, "a number above 0 and at most 1", "as in 0.9", 1.0)
    if not 0.0 < number <= 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number above 0 and at most 1; write it as in 0.9")
    return number


def factor(text: str) -> float:
    """Read a number of 1 or more."""
    number = _read_float(text, "a number of 1 or more", "as in 2.5")
    if not 1.0 <= number < inf:
        raise ArgumentTypeError(f"{text!r} is not a number of 1 or more; write it as in 2.5")
    return number


def threshold(text: str) -> float:
    """Read a number of 0 or more."""
    return float(_read(text, numerals.COUNT, "a number of 0 or more", "as in 500"))


def seconds(text: str) -> float:
    """Read a length of time: 90, 90s, 10m or 2h."""
    found = _TIME.fullmatch(text.strip())
    if found is None or float(found[1]) <= 0:
        raise ArgumentTypeError(f"{text!r} is not a length of time above 0; write it as in 90s, 10m or 2h")
    return float(found[1]) * _SECONDS[(found[2] or "").lower()]


def memory(text: str) -> int:
    """Read an amount of memory in bytes, as in 500MB or 4GB."""
    try:
        return read_memory_limit(text)
    except InputError:
        raise ArgumentTypeError(f"{text!r} is not an amount of memory; write it as in 500MB or 4GB") from None


def rate(text: str) -> float | str:
    """Read a share from 0 to 1, or the name of a column that holds it."""
    if not _begins_a_number(text):
        return text
    return _read_float(text, "a number from 0 to 1, nor the name of a column", "as in 0.1", 1.0)


def _begins_a_number(text: str) -> bool:
    """Tell what is meant as a number from the name of a column or rule."""
    return re.match(r"\s*[-+]?[.,]?[0-9]", text) is not None and not re.search(r"[^\W\d_]{2}|_", text)


def chance(text: str) -> float:
    """Read a number from 0 to 1."""
    found = rate(text)
    if isinstance(found, str):
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1; write it as in 0.1")
    return found


def rates(text: str) -> float | str | dict[str, dict[str, float]]:
    """Read a rate from 0 to 1, the name of a column, or rates by its values: platform:x=0.2,tiktok=0.4."""
    column, colon, rest = text.partition(":")
    if not colon or "=" not in rest:
        return rate(text)
    found = {}
    for part in rest.split(","):
        value, _, number = part.partition("=")
        found[value.strip()] = _read_float(number, "a rate from 0 to 1", "as in platform:x=0.2", 1.0)
    return {column: found}


def times(text: str) -> float | str:
    """Read a time of 0 or more, or the name of a column."""
    if not _begins_a_number(text):
        return text
    number = _read_float(text, "a time of 0 or more, nor the name of a column", "as in 1.5")
    if number == inf:
        raise ArgumentTypeError(f"{text!r} is not a time of 0 or more, nor the name of a column")
    return number


def weight(text: str) -> float:
    """Read a number of 0 or more."""
    return threshold(text)


def header(text: str) -> bool | str | None:
    """Read whether the first line of a file names its columns, or counts nodes and arcs."""
    if text not in _HEADER:
        raise ArgumentTypeError(f"{text!r} is not understood; choose auto, yes, no or counts")
    return _HEADER[text]


def probability(text: str) -> float | str:
    """Read a probability: a number, or the name of a rule or of a column."""
    if not _begins_a_number(text):
        return text
    return _read_float(text, "a number from 0 to 1, nor the name of a rule or column", "as in 0.1", 1.0)


def part_or_column(text: str) -> float | str:
    """Read a share from 0 to 1, or the name of a column."""
    return part(text) if _begins_a_number(text) else text


def amount_or_column(text: str) -> Decimal | str:
    """Read an amount of money, or the name of a column."""
    return amount(text) if _begins_a_number(text) else text


def word(text: str) -> str:
    """Read a few words for the output."""
    said = text.strip()
    if not said or not said.isprintable():
        raise ArgumentTypeError(f"{text!r} names nothing; write a word or a few, as pages or accounts")
    return said
