"""What a process took is read off right, and one that fails is told."""

from __future__ import annotations

import sys

import pytest

from benchmarks.common.processes import machine, measure, second_processor

pytest.importorskip("resource")


def test_measure_reads_time_memory_and_output():
    """Computing takes processor time, filling memory has a peak, waiting has neither."""
    busy = measure([sys.executable, "-c", "print(sum(range(10_000_000)))"])
    full = measure([sys.executable, "-c", "held = bytearray(b'x') * 300_000_000"])
    idle = measure([sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert busy.output.strip() == "49999995000000"
    assert busy.cpu > idle.cpu
    assert idle.wall >= 0.2
    assert 300e6 < full.peak < 400e6
    assert idle.peak < 30e6


def test_failure_is_told():
    """The message of a process that fails is passed on."""
    with pytest.raises(RuntimeError, match=r"ended with 3: (?s:.*)no luck"):
        measure([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


@pytest.mark.parametrize(("alone", "together", "worth"), [(1.0, 1.0, 2.0), (1.0, 2.0, 1.0), (1.0, 1.25, 1.6)])
def test_a_second_processor_is_worth_what_it_adds(monkeypatch, alone, together, worth):
    """Two pieces of work in the time of one are a whole second processor, in twice the time none."""
    times = iter([alone, together] * 3)
    monkeypatch.setattr("benchmarks.common.processes.seconds_of", lambda work: (work(), next(times))[1])
    assert second_processor(rounds=3) == pytest.approx(worth)


def test_machine_is_described():
    """The machine and all versions are named."""
    assert {"machine", "cores", "python", "seeding", "numba"} <= machine().keys()
