"""Make each wrong change of `mutations.toml` in a copy of the tree, and run the tests that should notice it.

``python -m benchmarks mutations`` runs all, or those named (a name, or an area), prints a line for each, and
writes ``benchmarks/results/mutations.csv``. It fails if any was not noticed.

A copy brings the compiled kernels along that lie beside the sources. Each of these knows the sources that it
was made of, so that only what a change concerns is compiled anew.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import results
from benchmarks.common.registry import ROOT

LIST = Path(__file__).with_name("mutations.toml")
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", ".benchmarks", "build", "dist", "*.pyc", "shared"
)
# Seconds for the tests of one mutation.
MOST_SECONDS = 300
_FAILED = re.compile(r"^FAILED (\S+)", re.M)


@dataclass(frozen=True)
class Mutation:
    """One wrong change.

    Attributes
    ----------
    name, area
        What it is called, and the part of the code that it concerns.
    file, old, new
        The source, a text that stands in it once, and what takes its place.
    why
        What is wrong then.
    tests
        Files of tests, or single tests, of which one must fail.
    """

    name: str
    area: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]

    def apply(self, root: Path) -> None:
        """Change the source of a copy of the tree.

        Raises
        ------
        ValueError
            If the text does not stand there exactly once: the list is stale.
        """
        source = root / self.file
        text = source.read_text(encoding="utf-8")
        times = text.count(self.old)
        if times != 1:
            raise ValueError(f"{self.name}: the old text stands {times} times in {self.file}; mend the list")
        source.write_text(text.replace(self.old, self.new), encoding="utf-8")


class Outcome(NamedTuple):
    """What became of a mutation: ``noticed``, ``survived`` or ``error``, by which test, in which time."""

    status: str
    test: str
    seconds: float


def read_list(path: Path = LIST) -> list[Mutation]:
    """Read the mutations."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["mutation"]
    found = [Mutation(**{**row, "tests": tuple(row["tests"])}) for row in rows]
    if len({mutation.name for mutation in found}) < len(found):
        raise ValueError("two mutations have one name; give each its own")
    return found


def run_tests(root: Path, tests: Sequence[str]) -> Outcome:
    """Run tests in a tree until the first fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=line", *tests]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    environment.setdefault("SEEDING_DATA", str(ROOT.parent / "shared" / "data"))
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Outcome("error", f"no end after {MOST_SECONDS} s", time.monotonic() - began)
    seconds, failed = time.monotonic() - began, _FAILED.search(said)
    if process.returncode == 0:
        return Outcome("survived", "", seconds)
    if process.returncode == 1 and failed:
        return Outcome("noticed", failed[1], seconds)
    return Outcome("error", " ".join(said.split())[-200:], seconds)


def check(mutation: Mutation) -> Outcome:
    """Tell whether the tests notice a mutation, in a copy of the tree."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        mutation.apply(root)
        outcome = run_tests(root, mutation.tests)
    print(f"{outcome.status:9}{outcome.seconds:6.1f} s  {mutation.name}  {outcome.test}", flush=True)
    return outcome


def check_unchanged(mutations: Sequence[Mutation]) -> None:
    """Run all tests of the list once on the tree as it is: what fails there proves nothing.

    Raises
    ------
    SystemExit
        If one fails.
    """
    tests = sorted({test for mutation in mutations for test in mutation.tests})
    outcome = run_tests(ROOT, tests)
    print(f"without any change: {outcome.status}, {len(tests)} files or tests, {outcome.seconds:.0f} s")
    if outcome.status != "survived":
        raise SystemExit(f"the tests fail without any change: {outcome.test}")


def merged(mutations: Sequence[Mutation], found: dict[str, Outcome], path: Path) -> Iterator[dict[str, str]]:
    """Give the rows of what was found, and of what an earlier run found of the others."""
    before: dict[str, dict[str, str]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            before = {row["mutation"]: row for row in csv.DictReader(file)}
    for mutation in mutations:
        row = before.get(mutation.name, {})
        if mutation.name in found:
            status, test, seconds = found[mutation.name]
            row = {"status": status, "test": test, "seconds": f"{seconds:.1f}"}
        if row:
            yield {"mutation": mutation.name, "area": mutation.area, "file": mutation.file} | {
                name: row[name] for name in ("status", "test", "seconds")
            }


def main(given: Namespace) -> int:
    """Run the mutations asked for."""
    every = read_list()
    wanted = [one for one in every if not given.names or {one.name, one.area} & set(given.names)]
    unknown = set(given.names) - {name for one in every for name in (one.name, one.area)}
    if unknown:
        raise SystemExit(f"no such mutation or area: {', '.join(sorted(unknown))}")
    if not given.unchecked:
        check_unchanged(wanted)
    found: dict[str, Outcome] = {}
    with ThreadPoolExecutor(given.jobs) as pool:
        for mutation, outcome in zip(wanted, pool.map(check, wanted), strict=True):
            found[mutation.name] = outcome
            results.write(merged(every, found, given.out), given.out)
    counts = Counter(outcome.status for outcome in found.values())
    print(", ".join(f"{count} {status}" for status, count in counts.most_common()))
    return 0 if counts["noticed"] == len(found) else 1
