"""One run of one method: what happens in a process of its own.

The folder holds ``job.json``; the process writes ``started`` when the work begins, and ``answer.json`` when
it is done. What is timed is the method's own work: not the start of the process, nor imports, nor compiling.
"""

from __future__ import annotations

import gc
import json
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from seeding.bench.peers.base import Answer, Arrays, Peer, Task

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Job:
    """What a process is told: which class with which settings, on which network, how often, how long."""

    adapter: str
    settings: dict[str, Any]
    network: str
    task: Task
    repeats: int
    repeat_seconds: float
    wall_limit: float

    def write(self, folder: Path) -> None:
        """Leave the job in a folder."""
        (folder / "job.json").write_text(json.dumps(self.__dict__), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Job:
        """Find the job in a folder."""
        told = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        return cls(**told | {"task": Task(*told["task"])})

    def make_peer(self) -> Peer:
        """Make the adapter."""
        module, _, name = self.adapter.partition(":")
        peer: Peer = getattr(import_module(module), name)(**self.settings)
        return peer


def main(place: str) -> None:
    """Do the job in a folder."""
    folder = Path(place)
    job = Job.read(folder)
    arrays = Arrays.load(job.network)
    peer = job.make_peer()
    peer.load()
    peer.warm_up(arrays, job.task)
    gc.collect()
    base = resident_mb()
    (folder / "started").touch()
    runs = repeat(peer, arrays, job)
    told = {
        "answer": runs[0].answer._asdict(),
        "build": [run.build for run in runs],
        "seconds": [run.seconds for run in runs],
        "choosing": [run.choosing for run in runs],
        "repeatable": all(set(run.answer.seeds) == set(runs[0].answer.seeds) for run in runs),
        "threads": job.task.threads if peer.threaded else 1,
        "base_mb": base,
        "peak_mb": resident_mb("VmHWM"),
    }
    draft = folder / "answer.tmp"
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(folder / "answer.json")


@dataclass(frozen=True)
class Run:
    """One repetition: the answer, and seconds to build the network, to do everything, and to choose."""

    answer: Answer
    build: float
    seconds: float
    choosing: float


def repeat(peer: Peer, arrays: Arrays, job: Job) -> list[Run]:
    """Run the job at least once, and again with the same key while it is short and time is left."""
    began = time.perf_counter()
    runs: list[Run] = []
    while True:
        runs.append(run_once(peer, arrays, job.task))
        spent = time.perf_counter() - began
        next_end = spent + spent / len(runs)
        if len(runs) == job.repeats or next_end > min(job.repeat_seconds, job.wall_limit / 2):
            return runs


def run_once(peer: Peer, arrays: Arrays, task: Task) -> Run:
    """Build and choose, from nothing, so that no repetition profits from the one before."""
    start = time.perf_counter()
    built = peer.build(arrays)
    ready = time.perf_counter()
    answer = peer.choose(built, arrays, task)
    seconds = time.perf_counter() - ready
    return Run(answer, ready - start, seconds, answer.choosing_seconds)


def resident_mb(which: str = "VmRSS") -> float | None:
    """Read the memory of this process that is in RAM (or its peak, ``VmHWM``); None where Linux is not.

    `getrusage` would do too, but its peak includes the process that started this one.
    """
    if not _STATUS.exists():
        return None
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024
    return None
