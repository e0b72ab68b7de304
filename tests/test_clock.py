"""The clock: a limit that can be asked about, on a time of our own making."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from seeding._runtime.clock import Clock, OutOfTime
from seeding.errors import InputError


@pytest.fixture
def now(monkeypatch) -> list[float]:
    """Replace the time by a number that the test moves."""
    moment = [100.0]
    monkeypatch.setattr("seeding._runtime.clock.time", SimpleNamespace(monotonic=lambda: moment[0]))
    return moment


def test_without_a_limit_time_never_runs_out(now):
    """No limit: nothing expires, nothing remains to be counted."""
    clock = Clock()
    now[0] += 1e9
    clock.check()
    assert clock.elapsed() == 1e9
    assert clock.remaining() is None
    assert not clock.expired()


def test_time_runs_down_to_the_limit(now):
    """Before the limit there is time left; at the limit there is none."""
    clock = Clock(2.5)
    now[0] += 2.0
    clock.check()
    assert (clock.elapsed(), clock.remaining(), clock.expired()) == (2.0, 0.5, False)

    now[0] += 0.5
    assert (clock.remaining(), clock.expired()) == (0.0, True)
    with pytest.raises(OutOfTime):
        clock.check()

    now[0] += 5.0
    assert clock.remaining() == 0.0


@pytest.mark.parametrize("limit", [1, 0.001, 3600])
def test_good_limits(limit):
    """Whole and broken numbers of seconds above 0 are limits."""
    assert Clock(limit).limit == limit


@pytest.mark.parametrize("limit", [0, -1, float("nan"), True, "5", [1]])
def test_bad_limits(limit):
    """Anything else is refused in a sentence that shows it."""
    with pytest.raises(InputError, match=r"time_limit=.* is not a number of seconds above 0"):
        Clock(limit)
