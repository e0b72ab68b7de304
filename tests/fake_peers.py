"""Adapters that misbehave, for the tests of the benchmark suite's limits."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from seeding.bench.peers.base import Answer, Arrays, Task


class _Fake:
    threaded: ClassVar[bool] = False

    def load(self) -> None:
        """Import nothing."""

    def warm_up(self, arrays: Arrays, task: Task) -> None:
        """Compile nothing."""

    def build(self, arrays: Arrays) -> Any:
        """Build nothing."""
        return None


@dataclass(frozen=True)
class Fixed(_Fake):
    """Chooses what it is told to, and claims what it is told to."""

    seeds: str
    claimed: float | None = None

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Give the fixed answer."""
        return Answer([int(seed) for seed in self.seeds.split()], 0.0, self.claimed)


@dataclass(frozen=True)
class Moody(_Fake):
    """Chooses somebody else each time."""

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Give an answer of the moment."""
        return Answer([time.perf_counter_ns() % arrays.n], 0.0)


@dataclass(frozen=True)
class Sleeper(_Fake):
    """Sleeps, in a child of its own whose id it leaves in a file."""

    note: str

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Sleep for a minute."""
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        Path(self.note).write_text(str(child.pid), encoding="ascii")
        child.wait()
        return Answer([0], 0.0)


@dataclass(frozen=True)
class Glutton(_Fake):
    """Takes memory, 50 MB at a time, up to 3 GB."""

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Fill memory, and wait."""
        held = []
        for _ in range(60):
            held.append(np.ones(50 << 17))
            time.sleep(0.02)
        time.sleep(20)
        return Answer([len(held)], 0.0)


@dataclass(frozen=True)
class Crasher(_Fake):
    """Ends in one of several ways that are not an answer."""

    how: str

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """End."""
        if self.how == "abort":
            os.abort()
        if self.how == "exit":
            os._exit(0)
        if self.how == "memory":
            raise MemoryError("no more")
        raise RuntimeError("the peer is not well")


@dataclass(frozen=True)
class SlowStarter(_Fake):
    """Does not get through its imports."""

    def load(self) -> None:
        """Sleep for a minute."""
        time.sleep(60)

    def choose(self, built: Any, arrays: Arrays, task: Task) -> Answer:
        """Give an answer, too late."""
        return Answer([0], 0.0)
