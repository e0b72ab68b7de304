"""Asking the Python packages with a C++ core how fast they simulate, in an interpreter that has them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import seeding as sd

PEERS = ("cynetdiff", "pynetim")
WORLDS = 2_000
_SCRIPT = Path(__file__).with_name("peer_script.py")


def simulate(network: sd.Network, seeds: np.ndarray, python: Path | None = None) -> dict[str, float | str]:
    """Measure each peer's worlds a second on one thread, or say in words why it was not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "arcs.npz"
        out = network.out
        np.savez(
            path, indptr=out.indptr, source=out.rows(), target=out.indices, p=out.probability, seeds=seeds
        )
        return {peer: _ask(peer, path, python or Path(sys.executable)) for peer in PEERS}


def _ask(peer: str, path: Path, python: Path) -> float | str:
    words = [str(python), str(_SCRIPT), peer, str(path), str(WORLDS)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode:
        return ended.stderr.strip().rpartition("\n")[2] or f"ended with {ended.returncode}"
    return float(json.loads(ended.stdout)["rate"])
