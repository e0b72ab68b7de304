"""Measure the rates of the engine, and compare them with lean C loops and with what was asked for.

    python -m benchmarks engine_rates

writes ``benchmarks/results/engine_rates.csv``, one row per figure. Every group of measurements runs in a
process of its own; within it candidates take turns, and a figure is a median of five rounds or more. Nothing
else should run meanwhile: ``busy`` says how many processors did, on average, and ``second`` what two threads
that only compute do of what one does, before or after, whichever is less. With ``--again`` the groups of the
table during which others had more than TAKEN of two processors, seen (``busy``) or not (2 − ``second``), are
measured again (or for the first time, if it has them not), and the quieter measurement is kept.
PYTHON is an interpreter that has the rivals of ``benchmarks/requirements.txt``. Without a C compiler, or a
rival, the rows say so.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.common import registry, results
from benchmarks.common.networks import KEPT_IN
from benchmarks.common.processes import Others, second_processor
from benchmarks.rates import engine, whole
from benchmarks.rates.rows import Row
from seeding.bench.facts import machine

RESULTS = registry.RESULTS / "engine_rates.csv"
_RESULT = "engine-rates: "


def groups(peers: Path | None) -> dict[str, Callable[[], Iterator[Row]]]:
    """Name all groups of measurements."""
    found: dict[str, Callable[[], Iterator[Row]]] = {"machine": engine.machine_threads}
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
    return found


def run_apart(group: str, peers: Path | None) -> list[dict[str, object]]:
    """Run a group in a process of its own; what goes wrong there is shown."""
    words = [sys.executable, "-m", "benchmarks", "engine_rates", "--group", group]
    words += ["--peers", str(peers)] if peers else []
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in ended.stdout.splitlines() if line.startswith(_RESULT)]
    return [json.loads(line.removeprefix(_RESULT)) for line in lines]


def measure(names: Iterable[str], peers: Path | None) -> Iterator[pd.DataFrame]:
    """Run the groups of these names; gives the rows of each."""
    facts = {name: value for name, value in machine().items() if name != "ortools"}
    with tempfile.TemporaryDirectory() as kept:
        os.environ[KEPT_IN] = kept
        for group in names:
            second = second_processor()
            start, others = time.perf_counter(), Others()
            rows = run_apart(group, peers)
            took, busy = time.perf_counter() - start, others.busy()
            second = min(second, second_processor())
            print(f"{group}: {took:.0f} s, others {busy:.2f}, two threads {second:.2f}", flush=True)
            yield pd.DataFrame(rows).assign(group=group, busy=busy, second=second, key=engine.KEY, **facts)


def taken(rows: pd.DataFrame) -> float:
    """Say how many of two processors others had while a group was measured, seen and unseen."""
    if "second" not in rows or rows["second"].isna().any():
        return math.inf
    return float(rows["busy"].iloc[0] + 2 - rows["second"].iloc[0])


def quieter(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Take each group from the table in which others had less meanwhile, in the order of the groups."""
    both = [table for table in (first, second) if not table.empty]
    found: dict[str, pd.DataFrame] = {}
    for group, rows in (pair for table in both for pair in table.groupby("group", sort=False)):
        if group not in found or taken(rows) < taken(found[group]):
            found[str(group)] = rows
    order = [group for group in groups(None) if group in found]
    return pd.concat([found[group] for group in order], ignore_index=True)


def main(given: Namespace) -> None:
    """Measure and write the table, after each group, so that a run cut short keeps what it has; print it."""
    if given.group:
        for row in groups(given.peers)[given.group]():
            print(_RESULT + json.dumps(row.written()), flush=True)
        return
    names = [name for name in groups(None) if given.only in name]
    path = given.out or (None if given.only and given.again is None else RESULTS)
    table = pd.DataFrame()
    if given.again is not None and path is not None and path.exists():
        table = pd.read_csv(path)
        quiet = {group for group, rows in table.groupby("group") if taken(rows) <= given.again}
        names = [name for name in names if name not in quiet]
    for rows in measure(names, given.peers):
        table = quieter(table, rows)
        if path is not None:
            results.write(table, path, form="%.6g")
    shown = ["what", "network", "threads", "unit", "ours", "yardstick", "ratio", "target", "met", "note"]
    with pd.option_context("display.width", 250, "display.max_colwidth", 60):
        print(table[shown].to_string(index=False, float_format=lambda x: f"{x:.4g}"))
