"""Very many broken files and odd arguments; prints how many were refused, read, and anything else."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from broken_files import contradictions, mutated, readers, samples
from odd_values import ODD, doors

import seeding as sd

pytestmark = [pytest.mark.attack, pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")]

# Of each format and reader; together more than 10,000.
MUTATIONS = 330
# Seconds that no reader of a small file takes.
HANGS = 20


class Hang(BaseException):
    """Something takes for ever."""


def _ring(*_: object) -> None:
    raise Hang


def _outcome(call: Any) -> str:
    """Call it; say how it ended."""
    signal.signal(signal.SIGALRM, _ring)
    signal.alarm(HANGS)
    try:
        call()
    except sd.SeedingError as error:
        return "refused" if "\n" not in str(error) else f"several lines: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    except Hang:
        return "no end"
    finally:
        signal.alarm(0)
    return "read"


def test_mutations_of_every_format(tmp_path):
    """No exception but ours, and no hang."""
    counts: Counter[str] = Counter()
    wrong = []
    for name, data in samples(tmp_path).items():
        random, place = Random(f"attack {name}"), tmp_path / name
        broken = contradictions(data, random) if name.endswith(".npz") else None
        for read in readers(name):
            for turn in range(MUTATIONS * (1 if broken is None else 3)):
                place.write_bytes(next(broken) if broken and turn % 3 else mutated(data, random))
                outcome = _outcome(lambda read=read, place=place: read(place))
                counts[outcome if outcome in ("read", "refused") else "wrong"] += 1
                if outcome not in ("read", "refused"):
                    wrong.append((name, read.__name__, turn, outcome))
    print(f"\n{counts.total():,} broken files: {dict(counts)}")
    assert not wrong, wrong[:10]
    assert counts.total() >= 10_000


def test_every_odd_value_for_every_argument(tmp_path, monkeypatch):
    """An answer, or one sentence."""
    monkeypatch.chdir(tmp_path)
    counts: Counter[str] = Counter()
    wrong = []
    for door in doors(Path(tmp_path)):
        for argument in door.odd:
            for name, value in ODD.items():
                given = {**door.usual, argument: value}
                outcome = _outcome(lambda door=door, given=given: door.call(**given))
                counts[outcome if outcome in ("read", "refused") else "wrong"] += 1
                if outcome not in ("read", "refused"):
                    wrong.append((door.name, argument, name, outcome))
    print(f"\n{counts.total():,} calls: {dict(counts)}")
    assert not wrong, wrong[:10]
