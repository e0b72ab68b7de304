"""Run the command line with ``python -m seeding``."""

from __future__ import annotations

import sys

from seeding.cli import main

if __name__ == "__main__":
    sys.exit(main())
