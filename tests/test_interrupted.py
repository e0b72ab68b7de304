"""Ctrl-C in Python: the plan so far comes with the interruption, and the signals are given back."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

import seeding as sd
from seeding._runtime.clock import Clock
from seeding._runtime.interrupts import ending_early, searching
from seeding.errors import InputError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals to its own process")


class Presser:
    """Progress that presses Ctrl-C when a stage begins."""

    def __init__(self, stage: str) -> None:
        self.stage, self.pressed = stage, False

    def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Press once."""
        if stage == self.stage and not self.pressed:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """Have Python's own handler, which a shell in the background may have taken away."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def network() -> sd.Network:
    """Make a ring of chords, in which a precise reach takes long."""
    n = 4_000
    arcs = [(i, (i * step + 1) % n) for i in range(n) for step in (1, 7, 11)]
    return sd.Network.from_edges([a for a, _ in arcs], [b for _, b in arcs], 0.4)


@pytest.mark.parametrize(("stage", "gap"), [("sampling RR sets", 0.001), ("simulating cascades", 0.5)])
def test_the_plan_so_far_comes_with_the_interruption(stage, gap):
    """It is a valid plan, says that it was interrupted, and can be asked further questions."""
    with pytest.raises(KeyboardInterrupt) as stop:
        sd.optimize(network(), k=4, precision=1e-7, gap=gap, rng=1, threads=1, progress=Presser(stage))

    plan = stop.value.plan
    assert len(plan.seeds) == 4
    assert plan.stopped == "interrupted"
    assert plan.stopped_early
    assert "it was interrupted" in plan.summary()
    assert plan.reach.worlds >= 64
    assert plan.reach.low <= plan.reach.mean <= plan.reach.high
    assert len(plan.explain(measure=False).frame) == 4


def test_the_cheapest_plan_so_far_or_none():
    """A target that is not proven in so short a time has no plan; that is an interruption all the same."""
    with pytest.raises(KeyboardInterrupt):
        sd.minimize_cost(
            network(),
            target_reach=3_000,
            precision=1e-7,
            rng=1,
            threads=1,
            progress=Presser("sampling RR sets"),
        )


def test_ctrl_c_before_the_search_has_no_plan():
    """While the network is read, say."""
    with pytest.raises(KeyboardInterrupt) as stop:
        signal.raise_signal(signal.SIGINT)

    assert not hasattr(stop.value, "plan")


def test_the_second_time_ends_at_once():
    """Whoever presses again does not want to wait."""
    clock = Clock()

    def work() -> None:
        with ending_early(clock) as search:
            signal.raise_signal(signal.SIGINT)
            assert search.heard
            assert clock.expired()
            assert searching()
            signal.raise_signal(signal.SIGINT)
            pytest.fail("the second signal was not passed on")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not searching()


def test_an_error_is_an_interruption_only_after_one():
    """An error of its own stays what it is."""
    with pytest.raises(InputError), ending_early(Clock()):
        raise InputError("no.")

    def cut_short() -> None:
        with ending_early(Clock()):
            signal.raise_signal(signal.SIGINT)
            raise InputError("cut short.")

    with pytest.raises(KeyboardInterrupt):
        cut_short()


def test_signals_are_left_alone_in_another_thread():
    """Only the main thread may set handlers; a plan made elsewhere is made as always."""
    found: list[object] = []

    def work() -> None:
        with ending_early(Clock()) as search:
            found.append(signal.getsignal(signal.SIGINT))
            time.sleep(0.01)
            found.append(search.heard)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler, False]


def test_an_ignored_signal_stays_ignored():
    """Whoever starts a job in the background may have Ctrl-C ignored there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ending_early(Clock()) as search:
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.raise_signal(signal.SIGINT)
        assert not search.heard
    signal.signal(signal.SIGINT, signal.default_int_handler)
