"""Executors: blocks in order, nothing lost, nothing left running."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding._runtime.executors import Workers, available_threads, open_workers
from seeding._runtime.parts import run_together
from seeding.errors import InputError


def worlds(first: int, count: int) -> list[int]:
    """List the worlds of a block: what every task of ours does, in the least form."""
    return list(range(first, first + count))


class Recorder:
    """An executor that runs nothing until a result is asked for, and notes what was submitted."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.submitted: list[Future] = []
        self.fail_at = fail_at

    def submit(self, task, first, count):
        """Note a block as a future: done, unless it is the one that fails."""
        future: Future = Future()
        self.submitted.append(future)
        if self.fail_at is None or first < self.fail_at:
            future.set_result(task(first, count))
        elif first == self.fail_at:
            future.set_exception(ZeroDivisionError("block failed"))
        return future


@given(st.integers(0, 1_000), st.integers(0, 300), st.integers(1, 400))
def test_blocks_cover_the_range_once_and_in_order(first, count, block):
    """Any split gives every world once, in order, in blocks of the asked size but the last."""
    expected = list(range(first, first + count))
    for workers in (Workers(1), Workers(3, Recorder())):
        blocks = list(workers.map(worlds, first, count, block))
        assert [world for part in blocks for world in part] == expected
        assert all(len(part) == block for part in blocks[:-1])


def test_all_threads_start_together(monkeypatch):
    """Every thread is there before work comes in; where one cannot start, the others do not wait for it."""
    with open_workers(threads=3) as workers:
        assert sum(thread.name.startswith("seeding") for thread in threading.enumerate()) == workers.threads
    start, left = threading.Thread.start, iter([True, False])

    def start_one(self):
        if not next(left):
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    with pytest.raises(InputError, match="threads=2 cannot be started"), open_workers(threads=2):
        pass
    assert not any(thread.name.startswith("seeding") for thread in threading.enumerate())


@pytest.mark.parametrize(("grain", "threads"), [(1, 2), (64, 2), (64, 3), (7, 8)])
@pytest.mark.parametrize("count", [1, 63, 1_000, 100_000])
def test_blocks_get_shorter_towards_the_end(grain, threads, count):
    """With a grain blocks cover the range in order, are multiples of it but for the last, and only shrink."""
    block = 64 * grain
    with open_workers(threads) as workers:
        blocks = list(workers.map(lambda first, length: (first, length), 5, count, block, grain))
    firsts, lengths = zip(*blocks, strict=True)
    assert list(firsts) == [5 + sum(lengths[:i]) for i in range(len(lengths))]
    assert sum(lengths) == count
    assert max(lengths) <= block
    assert all(length % grain == 0 for length in lengths[:-1])
    assert list(lengths) == sorted(lengths, reverse=True)
    if count > 4 * threads * block:
        assert lengths[-2] < block


def test_results_come_in_order_from_threads():
    """Blocks that finish late are still given in their place."""

    def slow_first(first: int, count: int) -> list[int]:
        time.sleep(0.02 if first == 0 else 0.0)
        return worlds(first, count)

    with open_workers(threads=4) as workers:
        parts = list(workers.map(slow_first, 0, 12, 1))
    assert parts == [[i] for i in range(12)]


def test_one_thread_runs_in_the_caller():
    """With one thread no pool is made."""
    with open_workers(threads=1) as workers:
        idents = list(workers.map(lambda first, count: threading.get_ident(), 0, 3, 1))
    assert idents == [threading.get_ident()] * 3


def test_several_threads_run_elsewhere():
    """With more, blocks run on the pool's threads, which are gone afterwards."""
    with open_workers(threads=2) as workers:
        names = set(workers.map(lambda first, count: threading.current_thread().name, 0, 8, 1))
    assert all(name.startswith("seeding") for name in names)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("seeding")]


def test_calls_together_keep_their_order_and_use_this_thread():
    """The first call is made here, each other one on a thread of its own, and all have a result."""

    def call(number: int) -> tuple[int, int]:
        return number, threading.get_ident()

    for count in range(4):
        done = run_together(call, [(number,) for number in range(count)])
        assert [number for number, _ in done] == list(range(count))
        assert [place == threading.get_ident() for _, place in done] == [n == 0 for n in range(count)]


@pytest.mark.parametrize("bad", [0, 1])
def test_a_failure_of_one_call_comes_out_after_the_others(bad):
    """An exception here or elsewhere is raised once the other call has ended."""
    ended = []

    def call(number: int) -> None:
        if number == bad:
            raise ZeroDivisionError(f"call {number}")
        time.sleep(0.02)
        ended.append(number)

    with pytest.raises(ZeroDivisionError, match=f"call {bad}"):
        run_together(call, [(0,), (1,)])
    assert ended == [1 - bad]


@pytest.mark.parametrize("threads", [1, 3])
def test_exceptions_come_out(threads):
    """The exception of a block is raised to the caller, after the results before it."""

    def fails(first: int, count: int) -> int:
        if first == 5:
            raise ZeroDivisionError("block 5")
        return first

    seen: list[int] = []
    with open_workers(threads=threads) as workers, pytest.raises(ZeroDivisionError, match="block 5"):
        seen.extend(workers.map(fails, 0, 50, 1))
    assert seen == [0, 1, 2, 3, 4]


def test_a_failure_cancels_what_waits():
    """After a failure nothing more is submitted, and what waits is cancelled."""
    executor = Recorder(fail_at=3)
    with pytest.raises(ZeroDivisionError):
        list(Workers(2, executor).map(worlds, 0, 100, 1))
    waiting = [future for future in executor.submitted if not future.done() or future.cancelled()]
    assert waiting
    assert all(future.cancelled() for future in waiting)
    assert len(executor.submitted) <= 3 + 2 * 2 + 1


def test_leaving_early_cancels_what_waits():
    """A caller that stops asking (as on Ctrl-C) leaves nothing waiting."""
    executor = Recorder(fail_at=1_000)
    executor.submit = lambda task, first, count: executor.submitted.append(Future()) or executor.submitted[-1]
    blocks = Workers(2, executor).map(worlds, 0, 100, 1)
    threading.Timer(0.05, lambda: executor.submitted[0].set_result(([0], 0.0))).start()
    assert next(blocks) == [0]
    blocks.close()
    assert all(future.cancelled() for future in executor.submitted[1:])


def test_few_blocks_wait_at_once():
    """A long range does not fill memory: at most two blocks a thread are in flight."""
    executor = Recorder()
    blocks = Workers(3, executor).map(worlds, 0, 10_000, 1)
    for taken in range(1, 50):
        next(blocks)
        assert len(executor.submitted) <= taken + 2 * 3


def test_an_outside_thread_pool_is_used_and_left_open():
    """A pool of the caller's runs the blocks and is not shut down."""
    with ThreadPoolExecutor(2, thread_name_prefix="mine") as pool:
        with open_workers(executor=pool) as workers:
            names = set(workers.map(lambda first, count: threading.current_thread().name, 0, 8, 1))
        assert all(name.startswith("mine") for name in names)
        assert pool.submit(int, "7").result() == 7


def test_an_outside_process_pool():
    """Blocks run in other processes, and come back in order."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool, open_workers(2, pool) as workers:
        parts = list(workers.map(worlds, 10, 7, 3))
    assert parts == [[10, 11, 12], [13, 14, 15], [16]]


@pytest.mark.parametrize("threads", [0, -1, True, False, 2.0, "2", float("nan")])
def test_threads_must_be_a_positive_whole_number(threads):
    """Anything but a positive whole number is refused with its value."""
    with pytest.raises(InputError, match=r"threads=.* is not a positive whole number"), open_workers(threads):
        pass


@pytest.mark.parametrize("threads", [1, 2, np.int64(2)])
def test_threads_that_are_accepted(threads):
    """NumPy's integers count as whole numbers."""
    with open_workers(threads) as workers:
        assert workers.threads == threads


def test_an_executor_must_submit():
    """An object without submit() is refused."""
    with pytest.raises(InputError, match=r"has no submit\(\)"), open_workers(executor=object()):
        pass


def test_default_uses_what_is_available():
    """Without a number, all processors this process may use."""
    assert available_threads() >= 1
    with open_workers() as workers:
        assert workers.threads == available_threads()
