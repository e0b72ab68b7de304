"""Amounts of memory, as numbers or text."""

from __future__ import annotations

import numpy as np
import pytest

from seeding.errors import InputError
from seeding.memory import DEFAULT_LIMIT, read_memory_limit


@pytest.mark.parametrize(
    ("limit", "size"),
    [
        (None, 4 * 2**30),
        (1, 1),
        (2_000_000, 2_000_000),
        (np.int64(7), 7),
        (1.5e9, 1_500_000_000),
        ("123", 123),
        ("123 b", 123),
        ("2GB", 2_000_000_000),
        ("2 gb", 2_000_000_000),
        (" 512 MiB ", 512 * 2**20),
        ("1.5KiB", 1536),
        ("3kB", 3000),
        ("4MB", 4_000_000),
        ("2GiB", 2 * 2**30),
    ],
)
def test_amounts(limit, size):
    """Bytes, or a number with a decimal or binary unit in any case; 4 GiB where nothing is said."""
    assert read_memory_limit(limit) == size


def test_default():
    """The limit for callers who name none is 4 GiB."""
    assert DEFAULT_LIMIT == 4 * 2**30


@pytest.mark.parametrize(
    "limit", [0, -1, "0GB", "", "much", "2TB!", "5 parsecs", True, float("nan"), float("inf"), "-3MB", [2]]
)
def test_what_is_no_amount(limit):
    """Anything else is refused in a sentence that shows it."""
    with pytest.raises(InputError, match=r"memory_limit=.* is not an amount of memory"):
        read_memory_limit(limit)
