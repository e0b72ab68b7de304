"""Time every kernel with pytest-benchmark, whose arguments are passed on; see the README beside.

python -m benchmarks micro --benchmark-save=before
"""

from __future__ import annotations

import importlib.util
from argparse import Namespace
from pathlib import Path

import pytest


def main(given: Namespace) -> int:
    """Run the microbenchmarks; returns the exit status of pytest."""
    if importlib.util.find_spec("pytest_benchmark") is None:
        raise SystemExit('pytest-benchmark is not installed; install it with: pip install -e ".[bench]"')
    return int(pytest.main([str(Path(__file__).parent), *given.rest]))
