"""Running programs as a user does, each in a process of its own, and reading off what they took."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import IO

from seeding._runtime.provenance import versions

# The peak of a process counts from the memory of the one that started it, so a small one does.
_STARTER = """
import json, os, sys, time
begin = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)
took = time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss
with open(int(sys.argv[1]), "w") as report:
    json.dump([os.waitstatus_to_exitcode(status), *took], report)
"""


@dataclass(frozen=True)
class Took:
    """What a process took: seconds by the clock, seconds of its processors, most bytes of memory at once."""

    wall: float
    cpu: float
    peak: int
    output: str


def measure(words: Sequence[str | Path], environment: dict[str, str] | None = None) -> Took:
    """Run a program to its end.

    Raises
    ------
    RuntimeError
        If it fails; shows what it said.
    """
    texts = [str(word) for word in words]
    with TemporaryFile() as output, TemporaryFile() as errors, TemporaryFile() as report:
        place = report.fileno()
        starter = [sys.executable, "-I", "-S", "-c", _STARTER, str(place), *texts]
        subprocess.run(starter, stdout=output, stderr=errors, env=environment, pass_fds=[place], check=True)
        code, wall, cpu, peak = json.loads(_content(report))
        if code:
            raise RuntimeError(f"{texts} ended with {code}: {_content(errors)}")
        return Took(wall, cpu, peak * (1 if platform.system() == "Darwin" else 1024), _content(output))


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class Others:
    """How many processors other programs keep busy, from the making of this on.

    Where it is much more than nothing, times by the clock are not to be trusted, least of all with threads.
    """

    def __init__(self) -> None:
        self._start = self._look()

    def busy(self) -> float:
        """Count them, on average; not a number where the system does not tell."""
        since, others = (now - then for now, then in zip(self._look(), self._start, strict=True))
        return max(others / since, 0.0)

    @staticmethod
    def _look() -> tuple[float, float]:
        """Read the clock, and what all processors did less what this program and its ended children did."""
        now, stat = time.perf_counter(), Path("/proc/stat")
        if not stat.exists():
            return now, float("nan")
        user, nice, system, _, _, *interrupts = map(int, stat.read_text().split()[1:9])
        total = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
        return now, total - sum(os.times()[:4])


def second_processor(rounds: int = 5) -> float:
    """Find out what a second processor is worth just now: how many times the rate of one thread two have.

    They only compute, and hardly use memory. A virtual machine shares its processors with others that it
    cannot see: at some moments a second one is worth nearly a whole one, at others a fifth. BLAKE2 fills a
    processor; SHA-256 leaves half of it to a neighbour on the same one, and notices nothing.
    """
    block = bytes(1 << 16)

    def compute() -> None:
        for _ in range(200):
            hashlib.blake2b(block).digest()

    alone, together = [], []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            alone.append(seconds_of(lambda: pool.submit(compute).result()))
            together.append(seconds_of(lambda: wait([pool.submit(compute), pool.submit(compute)])))
    return 2 * median(alone) / median(together)


def seconds_of(work: Callable[[], object]) -> float:
    """Time some work by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def machine() -> dict[str, object]:
    """Describe the machine and the versions that a measurement is of."""
    named = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        named = lines[0].partition(":")[2].strip() if lines else named
    return {"machine": named, "cores": os.cpu_count(), **versions()}
