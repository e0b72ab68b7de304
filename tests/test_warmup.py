"""`seeding warmup` compiles every kernel that commands use, so that nothing is compiled after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seeding.bench import warming

# Runs all jobs in one process; prints the kernels that can be called from Python and were not.
UNCALLED = r"""
import importlib, json, pathlib, pkgutil, re
import seeding._kernels as home
root = pathlib.Path(home.__file__).parent.parent
sources = [path.read_text() for path in root.rglob("*.py") if "_kernels" not in path.parts]
text = "\n".join(sources)
called = set(re.findall(r"(?:kernels?|many_worlds|one_world|greedy|acceptance|cover)\.(\w+)", text))
for names in re.findall(r"from seeding\._kernels[.\w]* import ([\w, ]+)", text):
    called |= set(names.split(", "))
from seeding.bench import warming
for name in warming.JOBS:
    warming.run_job(name)
missing = []
for found in pkgutil.walk_packages(home.__path__, "seeding._kernels."):
    module = importlib.import_module(found.name)
    for name, held in vars(module).items():
        options = getattr(held, "targetoptions", None)
        if options is None or options.get("no_cpython_wrapper") or held.py_func.__module__ != found.name:
            continue
        # Parts of other kernels are loaded with these.
        if name in called and not held.signatures:
            missing.append(f"{found.name}.{name}")
print(json.dumps(sorted(missing)))
"""


def _python(code: str, **environment: str) -> str:
    """Run code in a process of its own; returns the last line that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, check=True
    )
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.process
def test_every_kernel_is_called_by_a_job():
    """No kernel is left for a later command to compile."""
    assert json.loads(_python(UNCALLED)) == []


def test_jobs_count_what_they_compile():
    """A job that ran before compiles nothing; what is said counts kernels, processes and seconds."""
    warming.run_job("rules of thumb")
    assert warming.run_job("rules of thumb")[0] == 0
    assert str(warming.Warmed(3, 4, 2, 5.2)) == "3 kernels compiled and 4 found on disk, in 5 s on 2 cores."


@pytest.mark.slow
def test_after_warming_up_the_demo_compiles_nothing(tmp_path: Path):
    """From an empty cache: `seeding warmup`, then `seeding demo`; the second one files no code."""
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    command = [sys.executable, "-m", "seeding"]
    run = {"env": os.environ | environment, "cwd": tmp_path, "check": True, "capture_output": True}
    said = json.loads(subprocess.run([*command, "warmup", "--json"], **run).stdout)
    filed = sorted(path.name for path in (tmp_path / "kernels").rglob("*.nbc"))
    assert said["compiled"] > 50
    subprocess.run([*command, "demo", "--quiet"], **run)
    assert sorted(path.name for path in (tmp_path / "kernels").rglob("*.nbc")) == filed
