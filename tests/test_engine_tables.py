"""The tables on the engine say what its measurements say, and whether a target is met."""

from __future__ import annotations

import math
import time

import pandas as pd
import pytest

from benchmarks.common import results
from benchmarks.common.processes import Others
from benchmarks.engine.startup import certified
from benchmarks.pages import engine_tables
from benchmarks.rates import engine_rates
from benchmarks.rates.rows import Row, at_least, at_most


@pytest.fixture
def committed(tmp_path, monkeypatch):
    """Return a function that commits a table of a name, in the place of the real ones."""
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    return lambda name, rows: pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)


def test_without_results(committed):
    """Where nothing is committed, that is said."""
    shown = [engine_tables.targets, engine_tables.rates, engine_tables.startup, engine_tables.scale]
    assert {table() for table in [*shown, engine_tables.machines]} == {engine_tables.MISSING}


def test_rates_and_their_targets(committed):
    """Targets on a figure of ours and on a ratio, met and missed; rows without one are no targets."""
    rows = [
        Row("RR sets", "net", 1, "sets/s", 7.6e6, "C", 4e6, 1.9, at_least(7.5e6)),
        Row("RR sets, two threads", "net", 2, "s", 1.0, "one thread", 1.7, 1.7, at_least(1.8, "ratio")),
        Row("visited node", "net", 1, "ns", 42.0, "random load", 6.0, 7.0, at_most(7.5, "ratio")),
        Row("inverse index", "net", 2, "ns an entry", 11.0),
        Row("CELF", "net", 2, "s", 11.0, target=at_most(10)),
    ]
    busy = [0.25, 0.25, 0.25, 0.25, 1.5]
    committed("engine_rates", [row.written() | {"busy": part} for row, part in zip(rows, busy, strict=True)])
    lines = engine_tables.targets().splitlines()[2:]
    assert lines == [
        "| RR sets; net, one thread | ≥ 7,500,000 sets/s | 7,600,000 sets/s | yes | 0.2 |",
        "| RR sets, two threads; net | ≥ 1.8 × one thread | 1.70 × | **no** | 0.2 |",
        "| visited node; net, one thread | ≤ 7.5 × a random load | 7.00 × | yes | 0.2 |",
        "| CELF; net, 2 threads | ≤ 10 s | 11 s | **no** (busy) | 1.5 |",
    ]
    assert "| inverse index | net | 2 | 11 ns an entry |  |  |  | 0.2 |  |" in engine_tables.rates()


def test_startup_and_its_targets(committed):
    """Only later starts are asked for; the certified ratio is that of the plan."""
    plan = "seeding optimize (NetHEPT, k = 50)"
    rows = [
        {"what": plan, "when": "first", "runs": 1, "wall": 20.0, "cpu": 19.0},
        {"what": "import seeding", "when": "later", "runs": 7, "wall": 0.25, "cpu": 0.2},
        {"what": plan, "when": "later", "runs": 7, "wall": 1.6, "cpu": 2.0, "certified": 0.952},
        {"what": "import of numpy", "when": "later", "runs": 1, "cpu": 0.1},
    ]
    committed("startup", [row | {"busy": 0.0} for row in rows])
    assert engine_tables.targets().splitlines()[2:] == [
        "| `import seeding` | ≤ 0.3 s | 0.25 s; 0.2 s of processors | yes | 0.0 |",
        f"| `{plan}` | ≤ 1.5 s | 1.6 s; 2 s of processors | **no** | 0.0 |",
        "| certified there | ≥ 95% | 95.2% | yes | 0.0 |",
    ]
    assert "| import of numpy | later | 1 |  | 0.1 |" in engine_tables.startup()


def test_scale_and_its_targets(committed):
    """Of the largest size, the memory of planning and how right the estimate of it was."""
    row = {"nodes": 10_000_000, "arcs": 100_000_000, "seconds": 50.0, "cpu": 90.0, "peak": 5e9, "busy": 1.5}
    told = {"estimate": 6.5e9, "estimate_to_peak": 1.3, "ratio_certified": 0.95, "reach": 9}
    committed("scale", [row | {"stage": "start"}, row | {"stage": "plan npz"} | told])
    assert engine_tables.targets().splitlines()[2:] == [
        "| 10M / 100M, plan from npz: memory | ≤ 24 GB | 5 GB | yes | 1.5 |",
        "| 10M / 100M, plan from npz: estimate | ± 20% | 1.30 × the peak | **no** | 1.5 |",
    ]
    assert "| 10M / 100M | plan npz | 50 | 90 | 5 GB | 6.5 GB | 1.30 | 95.0% | 9 | 1.5 |" in (
        engine_tables.scale()
    )


def test_the_quieter_measurement_is_kept():
    """Of a group measured twice the one with less beside it stays, whole; groups keep their order."""
    first, second, *_ = engine_rates.groups(None)
    known = pd.DataFrame({"group": [second, second, first], "busy": [0.5, 0.5, 0.1], "ours": [1, 2, 3]})
    again = pd.DataFrame({"group": [second, first], "busy": [0.2, 0.3], "ours": [4, 5]})
    known, again = known.assign(second=1.9), again.assign(second=1.9)
    assert engine_rates.quieter(known, again)["ours"].tolist() == [3, 4]
    assert engine_rates.quieter(pd.DataFrame(), again)["ours"].tolist() == [5, 4]
    assert engine_rates.quieter(known.assign(second=1.5), again)["ours"].tolist() == [5, 4]
    assert engine_rates.quieter(known, again.assign(second=1.5))["ours"].tolist() == [3, 1, 2]


def test_what_is_not_known_to_be_quiet_is_not():
    """A table without the yardstick of two threads gives way to any that has it."""
    first, *_ = engine_rates.groups(None)
    old = pd.DataFrame({"group": [first], "busy": [0.0], "ours": [1]})
    new = pd.DataFrame({"group": [first], "busy": [0.9], "second": [1.1], "ours": [2]})
    assert engine_rates.quieter(old, new)["ours"].tolist() == [2]
    assert engine_rates.quieter(new, old)["ours"].tolist() == [2]
    assert engine_rates.taken(new) == pytest.approx(1.8)


def test_others_are_what_all_did_less_what_we_did():
    """The mean is of the time between two looks, and never less than nothing."""
    looks = iter([(0.0, 5.0), (2.0, 8.0)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Others, "_look", lambda self: next(looks))
        assert Others().busy() == 1.5
    others, start = Others(), time.process_time()
    while time.process_time() < start + 0.2:
        pass
    busy = others.busy()
    assert busy >= 0 or math.isnan(busy)


def test_the_certified_ratio_is_read_off():
    """The sentence may be broken anywhere; without one there is no ratio."""
    assert certified("at\n  least 95.2% of the\n  best possible (no") == pytest.approx(0.952)
    assert certified("nothing") is None


def test_a_size_that_was_not_measured_is_told(committed):
    """Memory of a smaller size is no verdict on the size that was asked for."""
    row = {"nodes": 1_000_000, "arcs": 10_000_000, "peak": 8e8, "busy": 0.0, "stage": "plan npz"}
    committed("scale", [row | {"estimate_to_peak": 0.9}])
    assert engine_tables.targets().splitlines()[2:] == [
        "| 10M / 100M: memory | ≤ 24 GB | not measured |  |  |",
        "| 1M / 10M, plan from npz: estimate | ± 20% | 0.90 × the peak | yes | 0.0 |",
    ]
