"""What a second thread adds, measured while the machine has two processors."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from benchmarks.common.processes import second_processor, seconds_of
from benchmarks.common.timing import ROUNDS
from benchmarks.rates.rows import Row, at_least

SPEED_UP = 1.8
# Two processors are there while two threads that only compute do so many times what one does.
WHOLE = 1.9
# So many rounds are enough to take a median of.
FEWEST = 3


def two_threads(
    what: str,
    network: str,
    alone: Callable[[], object],
    together: Callable[[], object],
    note: str = "",
    *,
    asked: bool = True,
) -> Row:
    """Time some work on one thread and on two, and relate them.

    Neighbours of a virtual machine take its second processor away for seconds, which it cannot see. So each
    round begins and ends with a look at what that is worth (`second_processor`), whatever the work itself
    takes; the medians are of rounds in which it was `WHOLE` both times, if there are enough of them.
    """
    whole, rest = _rounds(alone, together)
    enough = len(whole) >= FEWEST
    one, two = (median(times) for times in zip(*(whole if enough else whole + rest), strict=True))
    said = f"{len(whole)} of {len(whole) + len(rest)} rounds had two whole processors"
    said += "" if enough else ", all counted"
    return Row(
        f"{what}, two threads",
        network,
        2,
        "s",
        two,
        "one thread",
        one,
        one / two,
        at_least(SPEED_UP, "ratio") if asked else None,
        f"{note}; {said}" if note else said,
    )


def _rounds(
    alone: Callable[[], object], together: Callable[[], object]
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Time both until enough rounds had two whole processors; gives those rounds and the others."""
    alone()
    together()
    whole: list[tuple[float, float]] = []
    rest: list[tuple[float, float]] = []
    worth = second_processor()
    while len(whole) < ROUNDS and len(whole) + len(rest) < 2 * ROUNDS:
        took = seconds_of(alone), seconds_of(together)
        before, worth = worth, second_processor()
        (whole if min(before, worth) >= WHOLE else rest).append(took)
    return whole, rest
