"""Reading the words of the command line as numbers, with errors that say how to write them."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from decimal import Decimal

from seeding.errors import InputError
from seeding.memory import read_memory_limit

_AMOUNT = re.compile(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?")
_WHOLE = re.compile(r"[0-9]+(_[0-9]+)*")
_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(s|sec|m|min|h)?", re.IGNORECASE)
_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_HEADER = {"auto": None, "yes": True, "no": False, "counts": "counts"}


def amount(text: str) -> Decimal:
    """Read an amount of money: 250000, 250_000 or 1250.50.

    A comma is refused, because 1,250 is one thousand in one country and one and a quarter in another.
    """
    if _AMOUNT.fullmatch(text.strip()) is None:
        raise ArgumentTypeError(
            f"{text!r} is not an amount; write it with digits only, as in 250000, 250_000 or 1250.50"
        )
    return Decimal(text.strip())


def amounts(text: str) -> list[Decimal]:
    """Read several amounts of money, apart by commas: 1000,2500,10000."""
    return [amount(part) for part in text.split(",")]


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
    if _AMOUNT.fullmatch(text.strip()) is None or float(text) <= 0:
        raise ArgumentTypeError(f"{text!r} is not a number above 0; write it with digits only, as in 2000")
    return float(text)


def whole(text: str) -> int:
    """Read a whole number of 0 or more."""
    if _WHOLE.fullmatch(text.strip()) is None:
        raise ArgumentTypeError(
            f"{text!r} is not a whole number of 0 or more; write it with digits only, as in 50"
        )
    return int(text)


def positive(text: str) -> int:
    """Read a whole number of 1 or more."""
    number = whole(text)
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is too small; give a whole number of 1 or more")
    return number


def share(text: str) -> float:
    """Read a number strictly between 0 and 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 < number < 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number between 0 and 1; write it as in 0.05")
    return number


def part(text: str) -> float:
    """Read a number above 0 and at most 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 < number <= 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number above 0 and at most 1; write it as in 0.9")
    return number


def factor(text: str) -> float:
    """Read a number of 1 or more."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1.0 <= number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of 1 or more; write it as in 2.5")
    return number


def threshold(text: str) -> float:
    """Read a number of 0 or more."""
    if _AMOUNT.fullmatch(text.strip()) is None:
        raise ArgumentTypeError(
            f"{text!r} is not a number of 0 or more; write it with digits only, as in 500"
        )
    return float(text)


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
    try:
        number = float(text)
    except ValueError:
        return text
    if not 0.0 <= number <= 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1, nor the name of a column")
    return number


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
        try:
            found[value.strip()] = float(number)
        except ValueError:
            raise ArgumentTypeError(f"{part!r} is not a value and its rate; write it as x=0.2") from None
    return {column: found}


def times(text: str) -> float | str:
    """Read a time of 0 or more, or the name of a column."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not 0.0 <= number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a time of 0 or more, nor the name of a column")
    return number


def weight(text: str) -> float:
    """Read a number of 0 or more."""
    if _AMOUNT.fullmatch(text.strip()) is None:
        raise ArgumentTypeError(f"{text!r} is not a number of 0 or more; write it with digits only, as in 1")
    return float(text)


def header(text: str) -> bool | str | None:
    """Read whether the first line of a file names its columns, or counts nodes and arcs."""
    if text not in _HEADER:
        raise ArgumentTypeError(f"{text!r} is not understood; choose auto, yes, no or counts")
    return _HEADER[text]


def probability(text: str) -> float | str:
    """Read a probability: a number, or the name of a rule or of a column."""
    try:
        return float(text)
    except ValueError:
        return text
