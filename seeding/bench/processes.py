"""Running a job in a process of its own, and ending it from outside when it takes too long or too much."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from seeding.bench.worker import Job

Outcome = Literal["done", "timeout", "memory", "crash", "skipped", "invalid"]

# Imports, and compiling on the very first use, may take this long before the clock of the job starts.
START_SECONDS = 180.0
_POLL_SECONDS = 0.02
# `-m seeding.bench.worker` would import the module twice.
_COMMAND = "import sys; from seeding.bench.worker import main; main(sys.argv[1])"
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Ended:
    """How a job ended: what it told, or why it told nothing."""

    outcome: Outcome
    reason: str = ""
    told: dict[str, Any] | None = None


def run_job(job: Job, memory_limit: int, start_seconds: float = START_SECONDS) -> Ended:
    """Run a job and wait for it.

    Parameters
    ----------
    job
        What to do; its `wall_limit` counts from when the process has imported and compiled everything.
    memory_limit
        Bytes of resident memory that the process and its children may hold together, looked at every
        50th of a second where the system tells (Linux); elsewhere memory is not limited. Address
        space is not limited, as libraries reserve far more than they use.
    start_seconds
        How long imports and compiling may take.

    Returns
    -------
    ``done`` with what the process told, or ``timeout``, ``memory`` or ``crash`` with the reason.
    """
    with tempfile.TemporaryDirectory(prefix="seeding-bench-") as name:
        folder = Path(name)
        job.write(folder)
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _COMMAND, name],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=_environment(job.task.threads),
                # A group of its own, so that its children end with it.
                start_new_session=True,
            )
            try:
                ended = _watch(process, folder, job.wall_limit, memory_limit, start_seconds)
            finally:
                _end(process)
        return ended or _read(process, folder)


def _environment(threads: int) -> dict[str, str]:
    """Make the process import from where this one does, and hold libraries to the threads of the job."""
    path = {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}
    return os.environ | path | dict.fromkeys(_THREAD_VARIABLES, str(threads))


def _watch(
    process: subprocess.Popen[bytes], folder: Path, limit: float, memory_limit: int, start_seconds: float
) -> Ended | None:
    """Wait until the process ends (None), or must be ended."""
    launched, began = time.monotonic(), None
    while process.poll() is None:
        now = time.monotonic()
        if began is None and (folder / "started").exists():
            began = now
        if began is None and now - launched > start_seconds:
            return Ended("timeout", f"did not start within {start_seconds:g} s")
        if began is not None and now - began > limit:
            return Ended("timeout", f"ended after {limit:g} s")
        if resident_bytes(process.pid) > memory_limit:
            return Ended("memory", f"ended above {memory_limit / (1 << 20):,.0f} MB")
        time.sleep(_POLL_SECONDS)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    # The group may outlive its first process, and may be gone already.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _read(process: subprocess.Popen[bytes], folder: Path) -> Ended:
    """Read what a process that ended by itself has left."""
    answer = folder / "answer.json"
    if process.returncode == 0 and answer.exists():
        return Ended("done", told=json.loads(answer.read_text(encoding="utf-8")))
    said = (folder / "said").read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        return Ended("crash", f"ended by signal {name}")
    kind: Outcome = "memory" if last.startswith(("MemoryError", "numpy._core._exceptions")) else "crash"
    return Ended(kind, f"exit status {process.returncode}: {last[:200]}")


def resident_bytes(pid: int) -> int:
    """Sum the resident memory of a process and its children; 0 where it is gone or the system tells not."""
    total, waiting = 0, [pid]
    while waiting:
        place = Path(f"/proc/{waiting.pop()}")
        try:
            total += int((place / "statm").read_text(encoding="ascii").split()[1]) * _PAGE
            for thread in (place / "task").iterdir():
                waiting += map(int, (thread / "children").read_text(encoding="ascii").split())
        except (OSError, IndexError):
            continue
    return total


_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
