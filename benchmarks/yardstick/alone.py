"""Print what the C loops of the yardstick do on this machine, on one thread.

    python -m benchmarks yardstick

takes the median of seven rounds, in seconds of the processor. The network is generated: 15,000 people and
62,000 arcs, weighted cascade, the 50 people of highest degree as seeds.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from benchmarks.common.networks import random_network, top_degree
from benchmarks.common.timing import interleaved
from benchmarks.yardstick.loops import compile_yardstick

KEY = 1
SETS, WORLDS, LOADS = 100_000, 2_000, 1 << 24
# Members for which there is room, by RR set.
_ROOM = 100


def main(_given: Namespace) -> None:
    """Measure and print."""
    yardstick = compile_yardstick()
    if yardstick is None:
        raise SystemExit("There is no C compiler here; install gcc to measure the C loops.")
    network = random_network(15_000, 62_000)
    sample = yardstick.reverse(network.into, _ROOM * SETS)
    spread, load = yardstick.forward(network.out, top_degree(network)), yardstick.loads()
    works: dict[str, Callable[[], object]] = {
        "RR sets": lambda: sample(SETS, KEY),
        "cascades": lambda: spread(WORLDS, KEY),
        "random loads over 64 MiB": lambda: load(LOADS, KEY),
    }
    took = interleaved(works)
    for (name, times), count in zip(took.items(), (SETS, WORLDS, LOADS), strict=True):
        print(f"{name}: {count / times.processors:,.0f} a second")
