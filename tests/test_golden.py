"""Results under fixed keys stay what they were, to the last digit.

`python tests/golden/write.py` writes tests/golden/plans.json anew; a commit that does so
says why a number changed.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from golden_cases import CASES

HERE = Path(__file__).parent
# Whose versions may change a digit.
LIBRARIES = ("networkx", "numba", "numpy", "ortools", "pandas", "scipy")


def golden(name: str) -> Any:
    """Run one case; returns its result as JSON values, without times and versions."""
    return json.loads(json.dumps(_lasting(CASES[name]()), default=str))


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _lasting(part) for key, part in value.items() if key not in ("seconds", "versions")}
    return [_lasting(part) for part in value] if isinstance(value, (list, tuple)) else value


def _other_versions() -> str:
    """Name libraries that are not of the versions in constraints.txt; "" where all are."""
    text = (HERE.parent / "constraints.txt").read_text()
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)$", text, re.M))
    others = []
    for name in LIBRARIES:
        try:
            here = version(name)
        except PackageNotFoundError:
            here = "none"
        if here != pinned[name]:
            others.append(f"{name} {here} instead of {pinned[name]}")
    return ", ".join(others)


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """Read what is kept of every case."""
    if others := _other_versions():
        pytest.skip(f"digits are those of the versions in constraints.txt; here {others}")
    return json.loads((HERE / "golden" / "plans.json").read_text())


def test_every_case_is_kept(kept: dict[str, Any]) -> None:
    """No case is left without a result, and no result without its case."""
    assert set(kept) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_results_stay_what_they_were(name: str, kept: dict[str, Any]) -> None:
    """The whole result of a case is the one that is kept."""
    assert golden(name) == kept[name]
