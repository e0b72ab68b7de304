"""Running a kernel over a range of worlds, in order, on threads or on any executor."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any, TypeVar

from seeding._runtime.checks import as_whole, whole
from seeding.errors import InputError, shown

Result = TypeVar("Result")
Task = Callable[[int, int], Result]


# A thread has so many blocks, if they are of one size. Each costs a tenth of a millisecond; where they may
# shrink towards the end, down to this part, few are enough for no thread to wait long for the others.
_BLOCKS_A_THREAD = 4
_LEAST_PART = 8
# More than the processors of any machine; a mistake for something else.
_MOST_THREADS = 4096
# Nothing stops a block that runs, neither Ctrl-C nor a time limit: it should not take longer than this.
LONGEST_BLOCK = 0.1


@dataclass(frozen=True)
class _Timed:
    """Runs a task, and tells what processor time that took; a plain value for any executor."""

    task: Task[Any]

    def __call__(self, first: int, count: int) -> tuple[Any, float]:
        """Run the task over a range of worlds."""
        start = time.thread_time()
        return self.task(first, count), time.thread_time() - start


@dataclass
class Pace:
    """The length of blocks, by how long those before took; what a block gives does not depend on it.

    Attributes
    ----------
    most, grain
        The longest block, and what its length is a multiple of.
    length
        How long the next one should be.
    """

    most: int
    grain: int
    length: int = 0

    def __post_init__(self) -> None:
        self.length = self.length or self.most

    def learn(self, count: int, seconds: float) -> None:
        """Adapt the length after a block of so many worlds."""
        if seconds > LONGEST_BLOCK:
            self.length = min(self.length, self._round(count * LONGEST_BLOCK / seconds))
        elif 2 * seconds < LONGEST_BLOCK and count >= self.length:
            self.length = min(2 * self.length, self.most)

    def _round(self, length: float) -> int:
        return max(1, int(length / self.grain)) * self.grain


@dataclass(frozen=True)
class Workers:
    """Where blocks of worlds are run.

    Attributes
    ----------
    threads
        Number of blocks in flight at once.
    executor
        Anything with `submit` that returns futures; None runs blocks in the calling thread.
    """

    threads: int
    executor: Any = None

    def fair_share(self, count: int) -> int:
        """Return how many worlds make a block, at most, so that all threads have work until near the end."""
        return count if self.executor is None else max(1, -(-count // (_BLOCKS_A_THREAD * self.threads)))

    def map(self, task: Task[Result], first: int, count: int, block: int, grain: int = 0) -> Iterator[Result]:
        """Run ``task(first_world, n_worlds)`` over a range of worlds in blocks; results come in order.

        All blocks have the same length, or, with a `grain`, get shorter towards the end, in multiples of it,
        where there are several threads. A few blocks beyond those running are queued, so that memory stays
        bounded and an interrupt ends the work as soon as the blocks in flight are done. With a grain, blocks
        also get shorter where one takes longer than `LONGEST_BLOCK`.
        """
        pace, timed = Pace(block, max(grain, 1)), _Timed(task)
        lengths = self._lengths(count, grain, pace)
        if self.executor is None:
            for length in lengths:
                result, seconds = timed(first, length)
                pace.learn(length, seconds)
                yield result
                first += length
            return
        waiting: deque[tuple[int, Any]] = deque()

        def earliest() -> Result:
            length, future = waiting.popleft()
            result: Result
            result, seconds = future.result()
            pace.learn(length, seconds)
            return result

        try:
            for length in lengths:
                if len(waiting) >= 2 * self.threads:
                    yield earliest()
                waiting.append((length, self.executor.submit(timed, first, length)))
                first += length
            while waiting:
                yield earliest()
        finally:
            for _, future in waiting:
                future.cancel()

    def _lengths(self, count: int, grain: int, pace: Pace) -> Iterator[int]:
        """Cut a range into blocks."""
        block, shrinking = pace.most, grain > 0 and self.executor is not None
        while count > 0:
            length = pace.length if grain > 0 else block
            if shrinking:
                share = max(-(-count // (2 * self.threads)), block // _LEAST_PART)
                length = min(length, grain * -(-share // grain))
            yield min(length, count)
            count -= length


def available_threads() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_workers(threads: Any = None, executor: Executor | Any = None) -> Iterator[Workers]:
    """Provide workers for one computation; a thread pool made here is closed here.

    Raises
    ------
    InputError
        If `threads` is not a positive integer, or `executor` has no `submit`.
    """
    if threads is not None:
        if (as_whole(threads) or 0) < 1:
            raise InputError(f"threads={shown(threads)} is not a positive whole number.")
        threads = whole("threads", threads, 1, _MOST_THREADS)
    if executor is not None:
        if not hasattr(executor, "submit"):
            raise InputError(
                f"executor={shown(executor)} has no submit(); pass a concurrent.futures executor."
            )
        yield Workers(int(threads or available_threads()), executor)
        return
    threads = int(threads) if threads else available_threads()
    if threads == 1:
        yield Workers(1)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="seeding")
    try:
        _start_all(pool, threads)
        yield Workers(threads, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_all(pool: ThreadPoolExecutor, threads: int) -> None:
    """Start all threads of a pool together.

    Started one by one as work comes in, two of them often share a processor, with another idle, until the
    system notices some milliseconds later.
    """
    together = Barrier(threads + 1)
    try:
        for _ in range(threads):
            pool.submit(together.wait)
        together.wait()
    except RuntimeError as error:
        together.abort()
        raise InputError(f"threads={threads:,} cannot be started ({error}); give fewer.") from None
    except BaseException:
        together.abort()
        raise
