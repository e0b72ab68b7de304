"""The command ``seeding warmup``."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from seeding.cli.shell import Shell

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Compile every kernel, and say how many and how long that took."""
    from seeding.bench.warming import warm_up

    warmed = warm_up(arguments.processes, shell.progress)
    shell.progress.finish()
    shell.say(str(warmed))
    shell.give(asdict(warmed))
    return DONE
