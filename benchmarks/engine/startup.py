"""Measure how long the command takes to start: the first time ever, and every time after.

    python -m benchmarks startup

writes ``benchmarks/results/startup.csv``: for each command, with nothing compiled ("first") and with compiled
code on disk ("later"), the median seconds by the clock and of processors; and what the import of each library
takes of a later run; and the ratio that a plan certified. Python's own compiled files are in place for all,
as after an installation. ``busy`` says how many processors were busy with something else meanwhile.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.common import results
from benchmarks.common.data import folder
from benchmarks.common.processes import Others, Took, machine, measure

NETHEPT = Path("nethept", "hep.txt.gz")
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
_LIBRARIES = ("numpy", "pandas", "numba", "llvmlite", "scipy", "rich", "seeding")


def commands(place: Path) -> dict[str, list[str]]:
    """Name what is measured; `place` is a folder to write in."""
    plan = ["-m", "seeding", "optimize", str(folder() / NETHEPT), "--undirected", "--probability", "wc"]
    return {
        "python -c pass": ["-c", "pass"],
        "import numpy": ["-c", "import numpy"],
        "import seeding": ["-c", "import seeding"],
        "seeding --version": ["-m", "seeding", "--version"],
        "seeding demo": ["-m", "seeding", "demo", "--out", str(place / "seeds.csv")],
        "seeding optimize (NetHEPT, k = 50)": [*plan, "-k", "50", "--rng", "1"],
    }


def environment(place: Path) -> dict[str, str]:
    """Return an environment in which everything compiled is kept in `place`."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"NUMBA_CACHE_DIR": str(place / "kernels"), "PYTHONPYCACHEPREFIX": str(place / "python")}


def rows(runs: int) -> Iterator[dict[str, object]]:
    """Measure every command, the first time and later, in turns so that a busy moment strikes all alike."""
    with tempfile.TemporaryDirectory() as folder_name:
        place = Path(folder_name)
        settings = environment(place)
        named = commands(place)
        for words in named.values():
            measure([sys.executable, *words], settings)
        for name in named:
            if name.startswith("seeding ") and name != "seeding --version":
                shutil.rmtree(place / "kernels", ignore_errors=True)
                took = measure([sys.executable, *named[name]], settings)
                yield _row(name, "first", [took.wall], [took.cpu])
        for words in named.values():
            measure([sys.executable, *words], settings)
        later: dict[str, list[Took]] = {name: [] for name in named}
        for _ in range(runs):
            for name, words in named.items():
                later[name].append(measure([sys.executable, *words], settings))
        for name, runs_of in later.items():
            row = _row(name, "later", [one.wall for one in runs_of], [one.cpu for one in runs_of])
            yield row | {"certified": certified(runs_of[0].output)}
        yield from _imports(list(named.values())[-1], settings)


def certified(said: str) -> float | None:
    """Read the certified ratio off what a command said, if it said one."""
    found = re.search(r"([\d.]+)% of\s+the\s+best\s+possible", said)
    return float(found[1]) / 100 if found else None


def _row(what: str, when: str, wall: list[float], cpu: list[float]) -> dict[str, object]:
    return {"what": what, "when": when, "runs": len(wall), "wall": median(wall), "cpu": median(cpu)}


def _imports(words: list[str], settings: dict[str, str]) -> Iterator[dict[str, object]]:
    """Sum up what importing the modules of each library takes, by Python's own count (itself not free)."""
    words = [sys.executable, "-X", "importtime", *words]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=settings).stderr
    seconds: Counter[str] = Counter()
    for micros, name in _IMPORT.findall(said):
        library = name.partition(".")[0]
        seconds[library if library in _LIBRARIES else "others"] += int(micros) / 1e6
    for library, total in seconds.most_common():
        yield {"what": f"import of {library}", "when": "later", "runs": 1, "cpu": total}


def main(given: Namespace) -> None:
    """Measure and write the table."""
    others = Others()
    found = pd.DataFrame(list(rows(given.runs))).assign(busy=others.busy()).round(4)
    table = results.write(found, given.out, machine())
    print(table[["what", "when", "runs", "wall", "cpu"]].to_string(index=False))
