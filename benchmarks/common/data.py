"""Where the public networks are, which are not part of this project."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def folder() -> Path:
    """Return the folder of public data: `SEEDING_DATA`, or ``../shared/data`` beside the project."""
    named = os.environ.get("SEEDING_DATA")
    path = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"
    if not path.is_dir():
        sys.exit("The public networks are not here; set SEEDING_DATA to the folder that holds them.")
    return path
