"""What is needed to make a result again: versions, machine and parameters."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_PACKAGES = ("seeding", "numpy", "numba", "pandas", "scipy", "ortools")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def record(key: int, parameters: dict[str, Any]) -> dict[str, Any]:
    """Collect the key, the parameters and the versions behind a result."""
    return {"key": key, "parameters": parameters, "versions": versions()}
