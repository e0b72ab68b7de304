"""What is needed to make a result again: versions, machine and parameters."""

from __future__ import annotations

import platform
import sys
from typing import Any

_PACKAGES = ("seeding", "numpy", "numba", "pandas", "scipy", "ortools")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        # Whatever is loaded says its version; for the others their files have to be read, which takes longer,
        # but not as long as loading what waits until it is used.
        said = vars(sys.modules[package]).get("__version__") if package in sys.modules else None
        found[package] = said if isinstance(said, str) else _installed(package)
    return found


def _installed(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def record(key: int, parameters: dict[str, Any]) -> dict[str, Any]:
    """Collect the key, the parameters and the versions behind a result."""
    return {"key": key, "parameters": parameters, "versions": versions()}
