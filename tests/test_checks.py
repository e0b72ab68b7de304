"""Checks of numbers, and messages that repeat little of what they are given."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from odd_values import ODD, Door, doors

import seeding as sd
from seeding._runtime import checks, memory
from seeding.errors import InputError, OutOfMemoryError, in_one_sentence, shown

NO_NUMBERS = [
    True, np.bool_(False), "0.5", None, pd.NA, pd.NaT, 1j, np.complex128(1), datetime.date(2026, 1, 1),
    np.timedelta64(1, "D"), np.datetime64("2026-01-01"), np.array(0.5), [0.5], 10**400, -(10**400),
    Decimal("sNaN"), Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf"), Fraction(10**400, 3),
]  # fmt: skip
# Those of the edge of what floats hold, and one of each kind that is no number.
FEW = (
    "tiny",
    "big int",
    "huge float",
    "snan",
    "decimal big",
    "date",
    "complex",
    "na",
    "0-d",
    "matrix",
    "nul",
)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number(value):
    """Truth values, texts, dates, missing, complex and too large values are no numbers."""
    assert checks.as_number(value) is None
    with pytest.raises(InputError, match=r"^gap=.* is out of range; give a number above 0 and below 1"):
        checks.share("gap", value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (np.int8(3), 3.0), (np.float32(0.5), 0.5), (Decimal("0.25"), 0.25), (Fraction(1, 4), 0.25)],
)
def test_numbers_of_all_kinds(value, number):
    """Numbers of Python, NumPy, decimal and fractions are read as floats."""
    assert checks.as_number(value) == number


@pytest.mark.parametrize("name", ["gap", "delta", "precision"])
@pytest.mark.parametrize("value", [5e-324, 1e-320, 1e-101, Decimal("1e-200")])
def test_shares_too_small_to_reckon_with(name, value):
    """A share so small that halves of it vanish is refused by name; 1e-100 is not."""
    with pytest.raises(InputError, match=rf"^{name}=.* is too small to reckon with; give 1e-100 or more"):
        sd.optimize(sd.Network.from_edges(["a"], ["b"], 0.5), k=1, **{name: value})
    assert checks.share(name, 1e-100) == 1e-100


def test_whole_numbers():
    """Whole numbers are counted up to what 64 bits hold; durations of NumPy pass for integers elsewhere."""
    assert checks.whole("k", np.int64(3), 1) == 3
    for value in (0, 2.0, True, np.timedelta64(5, "D"), "3", 10**400):
        with pytest.raises(InputError, match=r"^k="):
            checks.whole("k", value, 1)


def test_weights_that_can_be_multiplied():
    """Weights at the edge of what floats hold are refused by label; the largest allowed are added up."""
    for weight in (1e308, 5e-324, 1e-101, 1e101):
        with pytest.raises(InputError, match=r"the weight of 'b' is"):
            sd.Network.from_edges(["a"], ["b"], 0.5, weights={"a": 1, "b": weight})
    for weight in (1e-100, 1e100):
        network = sd.Network.from_edges(["a"], ["b"], 0.5, weights={"a": weight, "b": weight})
        plan = sd.optimize(network, k=1, rng=1, threads=1)
        assert plan.reach.low <= 1.5 * weight <= plan.reach.high
        assert plan.seeds["candidate"].tolist() == ["a"]


@pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")
def test_every_argument_refuses_odd_values(tmp_path, monkeypatch):
    """Whatever is given for whatever argument: an answer, or one sentence of ours."""
    monkeypatch.chdir(tmp_path)
    calls = [(door, argument, name) for door in doors(tmp_path) for argument in door.odd for name in FEW]
    answered = sum(_is_answered(*call) for call in calls)
    assert 0 < answered < len(calls) / 4


def _is_answered(door: Door, argument: str, name: str) -> bool:
    try:
        door.call(**{**door.usual, argument: ODD[name]})
    except sd.SeedingError as error:
        if "\n" in str(error):
            raise AssertionError(f"{door.name}({argument}={name}) says {error}") from error
        return False
    except Exception as error:
        raise AssertionError(f"{door.name}({argument}={name}): {type(error).__name__}: {error}") from error
    return True


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("a" * 81, "'" + "a" * 40 + "…" + "a" * 39 + "'"),
        ("it's " * 20, None),
        ("a" * 80, "'" + "a" * 80 + "'"),
        (b"b" * 500, None),
        (10**500, None),
        ("a\n" * 500, None),
        ("ab cd " * 100, None),
    ],
)
def test_messages_repeat_at_most_80_characters(given, said):
    """The middle of what is longer is left out; nothing of the sentence around it is."""
    message = str(InputError(f"the argument's value={given!r} is wrong, and so is label {given!r}; mend it."))
    assert message.startswith("the argument's value=")
    assert message.endswith("; mend it.")
    assert " is wrong, and so is label " in message
    assert len(message) < 2 * 84 + 70
    if said is not None:
        assert message.count(said) == 2


@pytest.mark.parametrize("given", [["x" * 30] * 30, {"x" * 30: 1, "y" * 60: 2}, [[1, 2]] * 50])
def test_messages_repeat_little_of_lists(given):
    """A list or a mapping is shortened as a whole."""
    message = str(InputError(f"the argument's value={given!r} is wrong; mend it."))
    assert message.startswith("the argument's value=")
    assert message.endswith(" is wrong; mend it.")
    assert len(message) < 84 + 45


def test_messages_are_one_line():
    """A value that is shown on several lines does not make several of a message."""
    frame = pd.DataFrame({"a": range(50)})
    assert "\n" not in in_one_sentence(f"frame={frame!r} is wrong.")
    assert "\n" not in shown(frame)
    assert len(shown(frame)) <= 80
    assert shown(10**5000) == "a int"


@pytest.mark.parametrize(
    "limit",
    [10**400, 10**5000, "1" * 400, float("1e300"), "٣GB", 0.5],
    ids=["int", "long", "text", "float", "script", "half"],
)
def test_memory_limits_beyond_what_there_can_be(limit):
    """Limits that 64 bits cannot count, digits of other scripts, and less than a byte are refused by name."""
    with pytest.raises(InputError, match=r"^memory_limit=.* is not an amount of memory; write bytes"):
        memory.read_memory_limit(limit)


def test_memory_that_is_not_there(monkeypatch):
    """What needs more than is free is refused before; what fails says what was asked and what there is."""
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    memory.demand(10**9, "this")
    with pytest.raises(
        OutOfMemoryError, match=r"^this takes 2\.0 GB of memory where 1\.0 GB are free; give less"
    ):
        memory.demand(2 * 10**9, "this")
    with (
        pytest.raises(MemoryError, match=r"^that takes 8\.0 EB|^that takes .* more of memory, where 1\.0 GB"),
        memory.told("that"),
    ):
        np.empty(1 << 58)
    with (
        pytest.raises(InputError, match=r"^that takes more than the 1\.0 GB that are free"),
        memory.told("that"),
    ):
        raise MemoryError
    monkeypatch.setattr(memory, "available", lambda: None)
    memory.demand(1 << 60, "this")
    assert memory.fits(1 << 60)


def _ask_for_too_much() -> None:
    with memory.told("that"):
        np.empty(1 << 58)


def test_what_is_free_counts_a_limit_on_addresses(tmp_path):
    """`ulimit -v` leaves less than the machine has."""
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text("MemAvailable:  8000000 kB\n")
    assert memory.available(tmp_path) == 8_192_000_000
    (tmp_path / "proc" / "self" / "limits").write_text(
        "Max address space         2000000000           unlimited            bytes\n"
    )
    (tmp_path / "proc" / "self" / "statm").write_text("1000 1 1 1 0 1 0\n")
    page = memory.os.sysconf("SC_PAGE_SIZE")
    assert memory.available(tmp_path) == 2_000_000_000 - 1000 * page
