"""Count the instructions of a kernel's work, which are steadier than its time.

    python -m benchmarks instructions

Each case runs in two processes, of which one does the work more often; the difference is the work, without
the start of the program. ``perf`` counts on the processor, where the system lets it; ``callgrind`` simulates
a plain x86-64 one, for which the kernels are compiled anew, and takes minutes a case.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from benchmarks.micro.cases import CASES

ONCE = 3
_COUNTED = re.compile(r"^(\d+),+[^,]*,?instructions", re.MULTILINE)
_SIMULATED = re.compile(r"Collected : (\d+)")


def by_perf(words: list[str], environment: dict[str, str]) -> int:
    """Run a program; returns the instructions it took in user mode, as the processor counts them."""
    with tempfile.NamedTemporaryFile("r") as said:
        counter = ["perf", "stat", "-x", ",", "-e", "instructions:u", "-o", said.name, "--", *words]
        subprocess.run(counter, check=True, env=environment)
        found = _COUNTED.search(Path(said.name).read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit("perf cannot count instructions on this machine; try --with callgrind.")
    return int(found[1])


def by_callgrind(words: list[str], environment: dict[str, str]) -> int:
    """Run a program on a simulated processor; returns the instructions it took."""
    plain = environment | {
        "NUMBA_CPU_NAME": "x86-64",
        "NUMBA_CPU_FEATURES": "",
        "OPENBLAS_CORETYPE": "Haswell",
    }
    simulator = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *words]
    subprocess.run(words, check=True, env=plain)
    ended = subprocess.run(simulator, check=True, env=plain, capture_output=True, text=True)
    found = _SIMULATED.search(ended.stderr)
    if found is None:
        raise SystemExit(f"callgrind said nothing of instructions: {ended.stderr[-500:]}")
    return int(found[1])


COUNTERS: dict[str, Callable[[list[str], dict[str, str]], int]] = {"perf": by_perf, "callgrind": by_callgrind}
PROGRAMS = {"perf": "perf", "callgrind": "valgrind"}


def count(name: str, counter: Callable[[list[str], dict[str, str]], int], environment: dict[str, str]) -> int:
    """Count the instructions of one case's work, done once."""
    words = [sys.executable, "-m", "benchmarks", "instructions", "--run", name]
    more, less = (counter([*words, "--times", str(times)], environment) for times in (2 * ONCE, ONCE))
    return (more - less) // ONCE


def main(given: Namespace) -> None:
    """Count and print, or do the work of one case as often as told."""
    if given.run:
        work = CASES[given.run]()
        for _ in range(1 + given.times):
            work()
        return
    if shutil.which(PROGRAMS[given.counter]) is None:
        raise SystemExit(f"{PROGRAMS[given.counter]} is not installed.")
    with tempfile.TemporaryDirectory() as kept:
        environment = {**os.environ, "NUMBA_CACHE_DIR": kept, "PYTHONHASHSEED": "0"}
        for name in CASES:
            if given.only in name:
                done = count(name, COUNTERS[given.counter], environment)
                print(f"{name}: {done:,} instructions", flush=True)
