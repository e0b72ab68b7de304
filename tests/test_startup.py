"""The command starts with what it uses and nothing else, and leaves no trace of that."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from seeding.cli import startup

# Prints which libraries a command loaded, and what is left of the ways in which it loads less.
REPORT = """
import json, os, sys
from seeding.cli import main
sys.argv[1:] = {words!r}
code = main()
heavy = [name for name in {heavy!r} if name in sys.modules]
import scipy.linalg
print(json.dumps([code, heavy, os.environ.get("OPENBLAS_NUM_THREADS"), bool(scipy.linalg.inv)]))
"""
HEAVY = [
    "ortools",
    "networkx",
    "matplotlib",
    "pandas.core",
    "pyarrow",
    "dask",
    "scipy.linalg",
    "scipy.special",
    "numpy.f2py",
]


@pytest.fixture
def edges(tmp_path):
    """Write a small network as text and as Parquet; returns both paths."""
    frame = pd.DataFrame({"source": [1, 1, 2, 3], "target": [2, 3, 4, 4]})
    frame.to_csv(tmp_path / "edges.csv", index=False)
    frame.to_parquet(tmp_path / "edges.parquet")
    return str(tmp_path / "edges.csv"), str(tmp_path / "edges.parquet")


def run(words, heavy=HEAVY):
    """Run a command in a process of its own; returns exit code, what it loaded, and what it left behind."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", REPORT.format(words=words, heavy=heavy)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_optimize_loads_only_what_it_uses(edges):
    """A plan from a text file needs no other optional or heavy library, and all of them still load later."""
    words = ["optimize", edges[0], "-k", "1", "--probability", "wc", "--quiet", "--rng", "1"]
    code, heavy, threads, whole = run(words)
    assert (code, heavy, threads, whole) == (0, [], None, True)


def test_pandas_is_there_once_it_is_used(edges, tmp_path):
    """A roster is a table: it brings pandas, and the whole of it."""
    (tmp_path / "roster.csv").write_text("candidate,cost,tier\n1,2.50,nano\n2,1,mega\n")
    words = [
        "optimize",
        edges[0],
        "--roster",
        str(tmp_path / "roster.csv"),
        "-k",
        "1",
        "--budget",
        "3",
        "--quiet",
    ]
    code, heavy, _, whole = run([*words, "--probability", "wc", "--rng", "1"], ["pandas.core", "pandas.io"])
    assert (code, heavy, whole) == (0, ["pandas.core", "pandas.io"], True)


@pytest.mark.parametrize(
    "use",
    [
        "import pandas; pandas.DataFrame",
        "from pandas import DataFrame",
        "import pandas.api.types",
        "from pandas.api.types import is_object_dtype",
    ],
)
def test_a_package_put_off_is_loaded_by_any_use(use):
    """Whatever is asked of it first, the package is whole afterwards, and put off no longer."""
    code = f"""
import sys
from seeding.cli import startup
startup._load_later("pandas")
import pandas
assert "pandas.core" not in sys.modules
{use}
assert type(pandas) is type(sys) and sys.modules["pandas"] is pandas
print(pandas.DataFrame({{"a": [1]}}).shape)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("(1, 1)")


def test_what_is_not_installed_is_not_put_off():
    """A package that is not there fails when it is imported, as ever."""
    startup._load_later("no_such_package")
    assert "no_such_package" not in sys.modules


def test_parquet_is_still_read(edges):
    """Where a Parquet file is named, pyarrow is there."""
    code, heavy, _, _ = run(["inspect", edges[1], "--probability", "wc", "--quiet"], ["pyarrow"])
    assert (code, heavy) == (0, ["pyarrow"])


def test_help_loads_no_library():
    """Showing the help needs neither NumPy nor anything built on it."""
    code = "import sys; from seeding.cli import main; main(['--help']); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
