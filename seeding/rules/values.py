"""The values within a rule: read exactly, checked, and shown as they were written."""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from seeding._runtime import numerals
from seeding._runtime.blanks import trim
from seeding._runtime.checks import MOST_WHOLE, as_whole
from seeding.errors import InputError
from seeding.errors import shown as shown_value
from seeding.roster import money

Group = tuple[tuple[str, tuple[Any, ...]], ...]
"""Columns, and for each the values of which one must be there."""


def part_text(part: Fraction) -> str:
    """Write a part as a decimal if it has a short one, else as a fraction: 0.25, 1/3."""
    decimal = Decimal(part.numerator) / Decimal(part.denominator)
    return f"{decimal:f}" if Fraction(decimal) == part else str(part)


def fix(rule: object, **fields: Any) -> None:
    """Set the checked fields of a frozen rule."""
    for name, value in fields.items():
        object.__setattr__(rule, name, value)


class Plain:
    """A number that is shown as it reads best, not as Python would write it."""

    def __init__(self, value: int | Decimal | Fraction) -> None:
        self.value = value

    def __repr__(self) -> str:
        return shown(self.value)


def shown(value: int | Decimal | Fraction) -> str:
    """Show a number as it reads best: 30,000, 0.25, 1/3."""
    return part_text(value) if isinstance(value, Fraction) else f"{value:,}"


def call(rule: object, *values: Any, group: Group = ()) -> str:
    """Write a rule as the call that makes it."""
    names = {"self", "where", *type(rule).__dataclass_fields__} - {"group"}  # type: ignore[attr-defined]
    words = [repr(value) for value in values]
    inside = [item for item in group if _is_word(item[0]) and item[0] not in names]
    outside = tuple(item for item in group if item not in inside)
    words += [f"{column}={_value(held)!r}" for column, held in inside]
    words += [f"where={as_mapping(outside)!r}"] if outside else []
    return f"{type(rule).__name__}({', '.join(words)})"


def _is_word(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def as_mapping(group: Group) -> dict[str, Any]:
    """Show a group as a mapping from column to value or list of values."""
    return {column: _value(held) for column, held in group}


def _value(held: tuple[Any, ...]) -> Any:
    return held[0] if len(held) == 1 else list(held)


def read_candidates(rule: object, candidates: tuple[Any, ...], least: int) -> tuple[Any, ...]:
    """Check that candidates are given one by one, each once, and at least so many."""
    kind = type(rule).__name__
    read = []
    for candidate in candidates:
        if isinstance(candidate, (list, tuple, set, frozenset, dict)):
            raise InputError(
                f"{kind} is given {candidate!r}; name the candidates one by one, as in {kind}(a, b)."
            )
        read.append(_read_scalar(candidate, f"{kind} names the candidate {candidate!r}"))
    double = next((candidate for i, candidate in enumerate(read) if candidate in read[:i]), None)
    if double is not None:
        raise InputError(f"{kind} names {double!r} more than once; name each candidate once.")
    if len(read) < least:
        raise InputError(
            f"{kind} names {len(read) or 'no'} candidate{'s' if not read else ''}; name {least} or more."
        )
    return tuple(read)


def _read_scalar(value: Any, what: str) -> Any:
    """Take a label or the value of a cell, as plain Python; texts, numbers and truths are taken."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    unfit = value is None or isinstance(value, bytes) or not isinstance(value, Hashable)
    unfit = unfit or (isinstance(value, Decimal) and value.is_nan())
    if unfit or type(value).__name__ in ("NAType", "NaTType") or value != value:
        raise InputError(f"{what}, which is not a text or a number; write what stands in the roster.")
    return value


def read_group(rule: object, where: Mapping[str, Any] | None, group: Mapping[str, Any]) -> Group:
    """Check the columns of a group and make them hashable."""
    kind = type(rule).__name__
    if where is not None and not isinstance(where, Mapping):
        raise InputError(
            f"{kind} is given {where!r} for its group; write roster columns as column=value "
            "(and numbers without commas, as 30_000)."
        )
    both = sorted(set(where or ()) & set(group))
    if both:
        raise InputError(f"{kind} gives the column {both[0]!r} twice; give it once.")
    read = []
    for column, held in (dict(where or ()) | dict(group)).items():
        if not isinstance(column, str) or not column:
            raise InputError(f"{kind} names the column {column!r}; write the name of a roster column.")
        held = sorted(held, key=repr) if isinstance(held, (set, frozenset)) else held
        values = tuple(held) if isinstance(held, (list, tuple)) else (held,)
        # Cells of a roster have no blanks at their ends either.
        values = tuple(trim(value) if isinstance(value, str) else value for value in values)
        if not values:
            raise InputError(f"{kind} has no value for {column!r}; give one, or a list of them.")
        scalars = [_read_scalar(value, f"{kind} has {value!r} for {column!r}") for value in values]
        read.append((column, tuple(dict.fromkeys(scalars))))
    return tuple(read)


def read_count(rule: object, n: Any) -> int:
    """Check a whole number of 0 or more."""
    number = as_whole(n)
    if number is None or not 0 <= number <= MOST_WHOLE:
        raise InputError(
            f"{type(rule).__name__} has n={shown_value(n)}, which is not a whole number of 0 or more."
        )
    return number


def read_amount(rule: object, field: str, amount: Any) -> Decimal:
    """Check an amount of money of 0 or more."""
    kind = type(rule).__name__
    read = money.to_decimal(amount, f"{field} of {kind}")
    if read < 0:
        raise InputError(f"{kind} has {field}={read}, which is negative; give 0 or more.")
    return read


def read_part(rule: object, field: str, part: Any) -> Fraction:
    """Read a part of a whole exactly as it was written: 0.1 is one tenth."""
    kind = type(rule).__name__
    try:
        if isinstance(part, str) and "/" not in part:
            part = numerals.read_one(part, numerals.SHARE)
        # An exponent of many digits would make a number that no memory holds.
        if isinstance(part, bool) or re.search(r"[eE][-+]?\d{3}", str(part)):
            raise ValueError
        read = part if isinstance(part, Fraction) else Fraction(str(part))
    except numerals.Misread as wrong:
        raise InputError(
            f"{kind} has {field}={part!r}, which is not a number from 0 to 1 ({wrong.words}); write it as in "
            "0.25 or 25 %."
        ) from None
    except (ValueError, ZeroDivisionError):
        raise InputError(
            f"{kind} has {field}={part!r}, which is not a number; write it as in 0.25."
        ) from None
    if not 0 <= read <= 1:
        raise InputError(f"{kind} has {field}={part_text(read)}; give a part from 0 to 1, as 0.25 for 25 %.")
    return read
