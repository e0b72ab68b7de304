"""Measure the rates of the engine, and compare them with lean C loops and with what was asked for.

    python -m benchmarks.engine_rates [--only NAME] [--peers PYTHON] [--out CSV]

writes ``benchmarks/results/engine_rates.csv``, one row per figure; nothing else should run meanwhile. Every
group of measurements runs in a process of its own; within it candidates take turns, and a figure is a median
of five rounds or more. PYTHON is an interpreter that has the rivals of ``benchmarks/requirements.txt``.
Without a C compiler, or a rival, the rows say so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.rates import engine, whole
from benchmarks.rates.networks import KEPT_IN
from benchmarks.rates.rows import Row
from seeding.bench.facts import machine
from seeding.io.files import atomic_write

RESULTS = Path(__file__).parent / "results" / "engine_rates.csv"
_RESULT = "engine-rates: "


def groups(peers: Path | None) -> dict[str, Callable[[], Iterator[Row]]]:
    """Name all groups of measurements."""
    found: dict[str, Callable[[], Iterator[Row]]] = {}
    for name in engine.SAMPLING:
        found[f"sampling {name}"] = partial(engine.sampling, name)
    for name in engine.SIMULATION:
        found[f"simulation {name}"] = partial(engine.simulation, name, peers)
    for name in ("NetHEPT wc", "Epinions wc"):
        found[f"index {name}"] = partial(whole.index, name)
        found[f"share {name}"] = partial(whole.share, name)
    for name in whole.QUALITY:
        found[f"quality {name}"] = partial(whole.quality, name)
    found["celf NetHEPT wc"] = partial(whole.celf, "NetHEPT wc")
    found["startup"] = partial(whole.start, "")
    return found


def run_apart(group: str, peers: Path | None) -> list[dict[str, object]]:
    """Run a group in a process of its own; what goes wrong there is shown."""
    words = [sys.executable, "-m", "benchmarks.engine_rates", "--group", group]
    words += ["--peers", str(peers)] if peers else []
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in ended.stdout.splitlines() if line.startswith(_RESULT)]
    return [json.loads(line.removeprefix(_RESULT)) for line in lines]


def measure(only: str, peers: Path | None) -> pd.DataFrame:
    """Run all groups whose name contains `only`; returns the table."""
    rows = []
    with tempfile.TemporaryDirectory() as kept:
        os.environ[KEPT_IN] = kept
        for group in groups(peers):
            if only not in group:
                continue
            start = time.perf_counter()
            rows += run_apart(group, peers)
            print(f"{group}: {time.perf_counter() - start:.0f} s", flush=True)
    facts = {name: value for name, value in machine().items() if name != "ortools"}
    return pd.DataFrame(rows).assign(key=engine.KEY, **facts)


def main() -> None:
    """Measure, print the table and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only groups whose name contains this; writes no CSV")
    parser.add_argument("--peers", type=Path, help="a Python interpreter that has cynetdiff and pynetim")
    parser.add_argument("--out", type=Path, help="where the table goes")
    parser.add_argument("--group", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.group:
        for row in groups(given.peers)[given.group]():
            print(_RESULT + json.dumps(row.written()), flush=True)
        return
    table = measure(given.only, given.peers)
    shown = ["what", "network", "threads", "unit", "ours", "yardstick", "ratio", "target", "met", "note"]
    with pd.option_context("display.width", 250, "display.max_colwidth", 60):
        print(table[shown].to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    path = given.out or (None if given.only else RESULTS)
    if path is not None:
        path.parent.mkdir(exist_ok=True)
        with atomic_write(path) as file:
            table.to_csv(file, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
