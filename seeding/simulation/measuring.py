"""The mean reach measured on fresh worlds, to a precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from seeding._runtime.executors import Workers
from seeding._runtime.progress import Progress, Silent
from seeding.plan.interval import NOTHING_KNOWN, Known, Moments, worlds_wanted
from seeding.simulation.simulation import (
    _NOBODY,
    _NODES_PER_BLOCK,
    FIRST_WORLDS,
    MOST_WORLDS,
    Block,
    SpreadBlock,
    Task,
    _stderr,
)


class Spread(NamedTuple):
    """The simulated spread of a list of seeds: per world, and per seed in order.

    `known` is what is known of the reach of one world beforehand, `others` of anything else that is counted,
    and `still` of the reach of the first seeds, as many of them as reached the same in all worlds.
    `starts_alike` says whether the same is reached at once in all worlds.
    """

    reach: np.ndarray
    marginal: np.ndarray
    cumulative: np.ndarray
    cumulative_stderr: np.ndarray
    negative: np.ndarray = _NOBODY
    curve: np.ndarray = _NOBODY
    curve_stderr: np.ndarray = _NOBODY
    engaged: np.ndarray = _NOBODY
    rival: np.ndarray = _NOBODY
    sides: np.ndarray = np.empty((0, 2))
    known: Known = NOTHING_KNOWN
    others: Known = NOTHING_KNOWN
    still: Known = NOTHING_KNOWN
    starts_alike: bool = False

    @classmethod
    def join(cls, blocks: Sequence[Block]) -> Spread:
        """Put blocks of consecutive worlds together; sums do not depend on how they were split."""
        reach = np.concatenate([block.reach for block in blocks])
        marginal = np.concatenate([block.gain for block in blocks]).sum(axis=0) / reach.size
        square = np.concatenate([block.square for block in blocks]).sum(axis=0) / reach.size
        cumulative = np.cumsum(marginal)
        negative = np.concatenate([block.negative for block in blocks])
        curve = np.concatenate([block.curve for block in blocks]).sum(axis=0) / reach.size
        bends = np.concatenate([block.bends for block in blocks]).sum(axis=0) / reach.size
        errors = [_stderr(square, cumulative, reach.size), _stderr(bends, curve, reach.size)]
        engaged = [block.engaged for block in blocks if isinstance(block, SpreadBlock)]
        rival = np.concatenate([block.rival for block in blocks])
        sides = np.concatenate([block.sides for block in blocks]).sum(axis=0) / reach.size
        told = np.concatenate([_NOBODY, *engaged])
        return cls(reach, marginal, cumulative, errors[0], negative, curve, errors[1], told, rival, sides)


def run_worlds(
    task: Task,
    first: int,
    count: int,
    workers: Workers,
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    kept: list[Block] | None = None,
) -> list[Block]:
    """Simulate worlds ``first … first + count − 1`` in blocks; `check` is called after each, may raise.

    Each block is also put into `kept`, where it stays if `check` ends the work.
    """
    from seeding._kernels.forward.arc_by_arc import GRAIN

    progress = progress or Silent()
    progress.update("simulating cascades", 0, count)
    blocks: list[Block] = []
    done = 0
    size = GRAIN
    simulate_range: Callable[[int, int], Block] = task
    while done < count:
        todo = count - done if blocks else min(GRAIN * workers.threads, count)
        size = min(size, GRAIN * -(-workers.fair_share(todo) // GRAIN))
        for block in workers.map(simulate_range, first + done, todo, size, grain=GRAIN):
            blocks.append(block)
            if kept is not None:
                kept.append(block)
            progress.update("simulating cascades", sum(b.reach.size for b in blocks), count)
            check()
        done += todo
        reached = float(sum(part.sum() for part in (blocks[0].reach, blocks[0].negative, blocks[0].rival)))
        visited = max(reached / max(task.weights.max(), 1e-300), 1.0)
        size = GRAIN * int(min(max(_NODES_PER_BLOCK // visited, 1), 256))
    return blocks


def measure(
    task: Task,
    precision: float,
    workers: Workers,
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    kept: list[Block] | None = None,
    known: Known = NOTHING_KNOWN,
) -> Spread:
    """Simulate until the 95 % interval of the mean reach is within ± `precision` of it, or a cap is hit.

    The number of worlds is decided from the worlds so far (at least FIRST_WORLDS) and from what is `known` of
    one world's reach, and is at most MOST_WORLDS. `check` and `kept` are as for `run_worlds`.
    """
    blocks: list[Block] = [] if kept is None else kept
    done, wanted = 0, FIRST_WORLDS
    while done < wanted:
        run_worlds(task, done, wanted - done, workers, progress, check, blocks)
        done = wanted
        reach = np.concatenate([block.reach for block in blocks])
        wanted = worlds_needed(reach, precision, known)
    return Spread.join(blocks)._replace(known=known)


def measure_parts(task: Task, parts: Sequence[np.ndarray], worlds: int, workers: Workers) -> list[np.ndarray]:
    """Measure what is reached of parts of the people, in the first worlds of a task.

    Parameters
    ----------
    task
        The seeds and the key; its worlds are the same for every part.
    parts
        For each part the weight of every node; 0 for those outside it.
    worlds
        How many worlds; whole runs.

    Returns
    -------
    The reach in each world, part by part: where parts add up to the task's weights, so do their reaches.
    """
    reaches = []
    for weights in parts:
        blocks = run_worlds(replace(task, weights=weights), 0, worlds, workers)
        reaches.append(np.concatenate([block.reach for block in blocks]))
    return reaches


def worlds_needed(reach: np.ndarray, precision: float, known: Known = NOTHING_KNOWN) -> int:
    """Predict how many worlds give a relative half-width of `precision`, from those seen; whole runs."""
    return whole_runs(worlds_wanted(Moments.of(reach), known, precision), reach.size)


def whole_runs(wanted: float, done: int) -> int:
    """Say up to which world to simulate where so many are wanted and so many are done: a little further."""
    from seeding._kernels.forward.arc_by_arc import GRAIN

    needed = min(wanted, float(MOST_WORLDS))
    if needed <= done:
        return done
    return int(min(GRAIN * -(-1.05 * needed // GRAIN), max(MOST_WORLDS, done)))
