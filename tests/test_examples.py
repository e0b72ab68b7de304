"""Every example script runs by itself, and says something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_example_runs(script: Path, tmp_path: Path) -> None:
    """Start it as its first lines say, from another folder; it must end well and print without warnings."""
    ran = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.split()) > 10
    assert "Warning" not in ran.stderr
    assert f"python examples/{script.name}" in script.read_text(encoding="utf-8")


def test_there_are_examples() -> None:
    """A moved folder would leave nothing to run."""
    assert len(list(FOLDER.glob("*.py"))) >= 5
