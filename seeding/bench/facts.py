"""What a figure was measured on: machine, versions, and the commit of a checkout."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from seeding._runtime import provenance

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def machine() -> dict[str, Any]:
    """Describe the machine and what is installed on it."""
    versions = provenance.versions()
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        **{name: versions[name] for name in ("python", "seeding", "numpy", "numba", "ortools")},
        "commit": _commit(),
    }


def installed(package: str) -> str | None:
    """Return the version of an installed distribution; None if it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Name the processor as the system does; Linux tells it in a file only."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _commit() -> str | None:
    """Name the commit of the package's own checkout, with a + if the package was changed since.

    None where the package is installed without one, or git is not there.
    """
    if not (_PACKAGE.parent / ".git").exists():
        return None
    try:
        commit = _git("rev-parse", "--short", "HEAD").strip()
        changed = _git("status", "--porcelain", "--", str(_PACKAGE))
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + ("+" if changed else "")


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(_PACKAGE.parent), *words], check=True, capture_output=True, text=True
    ).stdout
