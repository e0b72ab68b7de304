"""List all experiments, or run one: ``python -m benchmarks [NAME [ARGUMENTS]]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.common import registry


def main(words: Sequence[str] | None = None) -> int:
    """Run the experiment named first with the other words; without any, print the table of all."""
    name, *rest = (sys.argv[1:] if words is None else words) or [""]
    if name in ("", "-h", "--help"):
        print(registry.table())
        return 0
    try:
        experiment = registry.named(name)
    except KeyError as unknown:
        print(unknown.args[0], file=sys.stderr)
        return 2
    return experiment.run(rest)


if __name__ == "__main__":
    sys.exit(main())
