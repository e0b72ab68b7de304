"""Tests that a run is really ended at its limits, and that every way to fail gives a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seeding.bench.case import Instance
from seeding.bench.peers.base import Arrays, Task
from seeding.bench.processes import resident_bytes, run_job
from seeding.bench.worker import Job
from seeding.network.network import Network

MB = 1 << 20
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is watched only where there is /proc"
)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Give a job on a star of five, for adapters that live beside the tests."""
    star = Instance(Network.from_edges(["hub"] * 4, ["a", "b", "c", "d"], 0.5))
    file = tmp_path / "network.npz"
    Arrays.of(star).save(file)
    return Job(
        "fake_peers:Fixed", {"seeds": "2 0"}, str(file), Task(2, None, 1, 1, 1.0, 1 << 30), 3, 10.0, 30.0
    )


def test_an_answer_comes_back(job: Job) -> None:
    """Seeds keep their order, a short run is repeated as asked, and its times are its own."""
    ended = run_job(job, 4096 * MB)

    assert (ended.outcome, ended.reason) == ("done", "")
    assert ended.told is not None
    assert ended.told["answer"]["seeds"] == [2, 0]
    assert len(ended.told["seconds"]) == len(ended.told["build"]) == 3
    assert max(ended.told["seconds"]) < 1.0
    assert ended.told["repeatable"] is True


def test_changing_answers_are_noticed(job: Job) -> None:
    """A method that chooses otherwise when asked again is not called repeatable."""
    ended = run_job(replace(job, adapter="fake_peers:Moody", settings={}, repeats=20), 4096 * MB)

    assert ended.told is not None
    assert ended.told["repeatable"] is False


def test_a_run_is_ended_at_its_time_limit(job: Job, tmp_path: Path) -> None:
    """A run that takes too long is ended from outside, and with it what it started."""
    note = tmp_path / "child"
    sleeper = replace(job, adapter="fake_peers:Sleeper", settings={"note": str(note)}, wall_limit=1.5)

    ended = run_job(sleeper, 4096 * MB)

    assert (ended.outcome, ended.reason) == ("timeout", "ended after 1.5 s")
    assert not is_running(int(note.read_text(encoding="ascii")))


def test_a_run_that_does_not_start_is_ended(job: Job) -> None:
    """Imports and compiling have a limit of their own."""
    ended = run_job(replace(job, adapter="fake_peers:SlowStarter", settings={}), 4096 * MB, 2.0)

    assert (ended.outcome, ended.reason) == ("timeout", "did not start within 2 s")


@needs_proc
def test_a_run_is_ended_at_its_memory_limit(job: Job) -> None:
    """A run that takes too much memory is ended long before it has all it wants."""
    ended = run_job(replace(job, adapter="fake_peers:Glutton", settings={}), 500 * MB)

    assert (ended.outcome, ended.reason) == ("memory", "ended above 500 MB")


@pytest.mark.parametrize(
    ("how", "outcome", "said"),
    [
        ("raise", "crash", "RuntimeError: the peer is not well"),
        ("abort", "crash", "SIGABRT"),
        ("exit", "crash", "exit status 0: it said nothing"),
        ("memory", "memory", "MemoryError: no more"),
    ],
)
def test_crashes_have_reasons(job: Job, how: str, outcome: str, said: str) -> None:
    """An exception, a signal, and an end without an answer each say what happened."""
    ended = run_job(replace(job, adapter="fake_peers:Crasher", settings={"how": how}), 4096 * MB)

    assert ended.outcome == outcome
    assert said in ended.reason
    assert ended.told is None


@needs_proc
def test_memory_of_children_counts() -> None:
    """Resident memory is that of the process and its children; of nobody, it is nothing."""
    import os
    import subprocess
    import sys
    import time

    alone = resident_bytes(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", "b = bytearray(200 << 20); print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        together = resident_bytes(os.getpid())
        child.communicate(b"\n")
    time.sleep(0.01)

    assert together - alone > 200 * MB
    assert resident_bytes(child.pid) == 0


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be forgotten."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False
