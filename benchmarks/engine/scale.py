"""Measure what networks of a given size take, stage by stage, and whether that was told right before.

    python -m benchmarks scale

Every stage runs in a process of its own: generating a power-law network and writing it, reading it from
``.npz`` and from Parquet, and planning for 50 seeds. Rows go to ``benchmarks/results/scale.csv``, where those
of the same size are replaced: seconds, the peak of resident memory, the estimate made before, and their
ratio, as totals and beyond what the program itself takes. The largest size needs 6 GB of memory and 3 GB of
disk. ``busy`` says how many processors were busy with something else meanwhile.
"""

from __future__ import annotations

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.common import results
from benchmarks.common.processes import Others, machine, measure
from seeding._runtime import memory
from seeding.datasets import power_law
from seeding.io.sizes import size_of
from seeding.questions.memory_forecast import forecast

KEY = 1
STAGES = ("start", "generate", "read npz", "read parquet", "plan npz", "plan parquet")
_ROWS = 1 << 20


def write_parquet(network: sd.Network, path: Path) -> None:
    """Write the ends of all arcs as two columns of int64 labels, a row group at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    labels, rows = np.asarray(network.labels), network.out.rows()
    schema = pa.schema([("source", pa.int64()), ("target", pa.int64())])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, network.n_arcs, _ROWS):
            part = slice(start, start + _ROWS)
            ends = {"source": labels[rows[part]], "target": labels[network.out.indices[part]]}
            writer.write_table(pa.table(ends))


def run_stage(stage: str, place: Path, nodes: int, arcs: int) -> dict[str, object]:
    """Do one stage in this process; returns what it tells."""
    verb, _, kind = stage.partition(" ")
    if verb == "start":
        return {}
    if verb == "generate":
        network = power_law(nodes, arcs, rng=KEY)
        sd.write_network(network, place / "network.npz")
        write_parquet(network, place / "network.parquet")
        return {}
    path = place / f"network.{kind}"
    size = size_of(path)
    if size is None:
        raise ValueError(f"{path} does not tell its size.")
    estimate = memory.PROGRAM + memory.reading_need(
        size.n_nodes, size.n_arcs, labels=size.labels, by_row=False
    )
    network = sd.read_network(path, probability=None if kind == "npz" else "weighted_cascade")
    if verb == "read":
        return {"estimate": estimate}
    estimate = max(estimate, forecast(network, k=50).most)
    plan = sd.optimize(network, k=50, rng=KEY)
    told = {"estimate": estimate, "reach": plan.reach.mean, "ratio_certified": plan.certificate.ratio}
    return told | {phase.name: phase.seconds for phase in plan.phases}


def rows(place: Path, nodes: int, arcs: int) -> Iterator[dict[str, object]]:
    """Run every stage in a process of its own; one row each."""
    base = 0
    for stage in STAGES:
        words = [sys.executable, "-m", "benchmarks", "scale", "--stage", stage, "--folder", place]
        others = Others()
        took = measure([*words, "--nodes", str(nodes), "--arcs", str(arcs)])
        told = json.loads(took.output.splitlines()[-1])
        base = took.peak if stage == "start" else base
        estimate = told.pop("estimate", None)
        row = {"stage": stage, "nodes": nodes, "arcs": arcs, "busy": others.busy()}
        row |= {"seconds": took.wall, "cpu": took.cpu}
        row |= {"peak": took.peak, "estimate": estimate}
        if estimate is not None:
            row |= {"estimate_to_peak": estimate / took.peak}
            row |= {"beyond_program": (estimate - base) / (took.peak - base)}
        print(row, flush=True)
        yield row | told


def main(given: Namespace) -> None:
    """Measure one size and put it into the table, or do one stage of it."""
    if given.stage:
        print(json.dumps(run_stage(given.stage, given.folder, given.nodes, given.arcs)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        table = pd.DataFrame(list(rows(Path(place), given.nodes, given.arcs))).round(4).assign(**machine())
    if given.out.exists():
        known = pd.read_csv(given.out)
        others = known[(known["nodes"] != given.nodes) | (known["arcs"] != given.arcs)]
        table = pd.concat([others, table], ignore_index=True)
    results.write(table.sort_values(["arcs", "nodes"], kind="stable"), given.out)
