"""Amounts of memory, as numbers or text."""

from __future__ import annotations

import re

from seeding.errors import InputError

DEFAULT_LIMIT = 4 << 30
_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}


def read_memory_limit(limit: int | str | None) -> int:
    """Turn a memory limit into bytes; None is 4 GiB.

    Raises
    ------
    InputError
        If it is not a positive number of bytes or text such as ``"2GB"`` or ``"512 MiB"``.
    """
    if limit is None:
        return DEFAULT_LIMIT
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(limit).strip().lower())
    if isinstance(limit, bool) or match is None or match[2] not in _UNITS or float(match[1]) <= 0:
        raise InputError(
            f"memory_limit={limit!r} is not an amount of memory; write bytes, or text such as '2GB'."
        )
    return int(float(match[1]) * _UNITS[match[2]])
