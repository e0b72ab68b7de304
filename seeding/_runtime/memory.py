"""Amounts of memory: limits as numbers or text, what is free, and what a plan needs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from seeding.errors import InputError, OutOfMemoryError, shown

DEFAULT_LIMIT = 4 << 30
_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}
_BLOCK = 1 << 20
# What 64 bits can count.
_MOST_BYTES = (1 << 63) - 1
# Looking how much memory is free costs more than taking so few bytes.
_WORTH_LOOKING = 1 << 26


def blocks(size: int, length: int = _BLOCK) -> Iterator[slice]:
    """Cut a range of entries into slices, so that what is computed from a long array stays small."""
    for start in range(0, size, length):
        yield slice(start, min(start + length, size))


def read_memory_limit(limit: int | str | None) -> int:
    """Turn a memory limit into bytes; None is 4 GiB.

    Raises
    ------
    InputError
        If it is not a positive number of bytes or text such as ``"2GB"`` or ``"512 MiB"``.
    """
    if limit is None:
        return DEFAULT_LIMIT
    text = "" if isinstance(limit, bool) else _written(limit).strip().lower()
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", text)
    size = Decimal(match[1]) * _UNITS.get(match[2], 0) if match is not None else Decimal(0)
    if not 1 <= size <= _MOST_BYTES:
        raise InputError(
            f"memory_limit={shown(limit)} is not an amount of memory; write bytes, or text such as '2GB'"
            f"{f', at most {_MOST_BYTES >> 60} EiB' if size > _MOST_BYTES else ''}."
        )
    return int(size)


def _written(value: object) -> str:
    """Write a value as text; nothing where that fails, as for an integer of thousands of digits."""
    try:
        return str(value)
    except ValueError:
        return ""


# The interpreter with all libraries that a plan loads, and what lies about after reading.
PROGRAM = 230_000_000
# Long-lived bytes of the log and the hash tables that a thread of the samplers really touches.
_PER_THREAD = 20_000_000


@dataclass(frozen=True)
class Need:
    """The memory that reading a network and planning on it take, in bytes by part.

    Attributes
    ----------
    network
        Labels, weights and the arcs both ways.
    reading
        All there is at once while the network is read; 0 if it is there already.
    choosing
        What sampling and greedy need besides the samples.
    samples
        Both samples, the inverse index and the working copy of the bound.
    measuring
        The packed out-arcs and the marks of the simulation, after the samples have gone.
    program
        Everything else.
    """

    network: int
    reading: int = 0
    choosing: int = 0
    samples: int = 0
    measuring: int = 0
    program: int = PROGRAM

    @property
    def most(self) -> int:
        """The most at any time: while reading, while choosing, or while measuring."""
        planning = max(self.choosing + self.samples, self.measuring)
        return self.program + max(self.reading, self.network + planning)

    def sentence(self) -> str:
        """Say it in one line."""
        parts = f"network {in_words(self.network)}, samples {in_words(self.samples)}"
        return f"memory: about {in_words(self.most)} at most, of which {parts}"


def network_need(n_nodes: int, n_arcs: int, label_bytes: int = 8) -> int:
    """Count the bytes of a network.

    Per node a label, a weight and two offsets; per arc, both ways, an int32 index and a float64 probability.
    """
    return n_nodes * (label_bytes + 8 + 2 * 8) + n_arcs * 2 * (4 + 8)


def reading_need(n_nodes: int, n_arcs: int, *, labels: int, by_row: bool, columns: int = 0) -> int:
    """Count the bytes while arcs are turned both ways, and the columns of their file are still held.

    Parameters
    ----------
    n_nodes, n_arcs
        Size of the network.
    labels
        Bytes of one label in a column: 4 or 8 for integers, 4 for coded texts, 0 where the file holds
        indices already.
    by_row
        Whether every row has its own probability.
    columns
        How many further columns are kept: each is there twice while it is sorted, beside the order.
    """
    sorting = 16 * columns + 24 * (columns > 0)
    return network_need(n_nodes, n_arcs) + n_arcs * (2 * labels + 8 * by_row + sorting)


def choosing_need(n_nodes: int, n_arcs: int, n_candidates: int, *, mixed: bool, threads: int) -> int:
    """Count the bytes that sampling and greedy take besides the samples.

    Per node a packed record (16), its candidate (4), and marks and queue of one search (6); per arc an entry
    of an alias table (12) if probabilities within rows of in-arcs are `mixed`. Per candidate its node, cost
    and label (24), and the offsets, gains, ranks and bounds of greedy (40).
    """
    per_arc = 12 * mixed
    return n_nodes * 26 + n_arcs * per_arc + n_candidates * 64 + threads * _PER_THREAD


def sample_need(n_sets: int, set_size: float, listed: float = 1.0) -> int:
    """Count the bytes of two samples of `n_sets` sets with `set_size` candidates each.

    Per set an offset in each sample and some marks; per entry 4 bytes in each sample, once the inverse index
    of the part `listed` (4, and 2 while it is sorted), and the merged copy for the tight bound (11).
    """
    return int(n_sets * (2 * 8 + 8) + n_sets * set_size * (2 * 4 + 6 * listed + 11))


def measuring_need(n_nodes: int, n_arcs: int, n_candidates: int, *, mixed: bool, threads: int) -> int:
    """Count the bytes of the simulation: packed out-arcs, and marks and a queue for each thread."""
    per_arc = 12 * mixed
    return n_nodes * (16 + 5 * threads + 6) + n_arcs * per_arc + n_candidates * 16


def in_words(size: int) -> str:
    """Write a number of bytes with two digits that matter."""
    for unit, name in ((10**15, "PB"), (10**12, "TB"), (10**9, "GB"), (10**6, "MB")):
        if size >= unit:
            value = size / unit
            return f"{value:,.0f} {name}" if value >= 10 else f"{value:.1f} {name}"
    return f"{size / 1000:.0f} kB"


def resident() -> int:
    """Return the bytes that this process holds now; 0 where the system does not tell."""
    info = Path("/proc/self/status")
    found = re.search(r"^VmRSS:\s+(\d+) kB", info.read_text(), re.M) if info.exists() else None
    return int(found[1]) * 1024 if found else 0


def available(root: Path = Path("/")) -> int | None:
    """Return the bytes that this process may still take; None where the system does not tell.

    What Linux has available, or what a control group (version 2) or a limit of the process leaves if that is
    less.
    """
    info = root / "proc" / "meminfo"
    if not info.exists():
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB", info.read_text(), re.M)
    free = [int(found[1]) * 1024] if found else []
    group = root / "sys" / "fs" / "cgroup"
    limit, used = group / "memory.max", group / "memory.current"
    if limit.exists() and used.exists() and limit.read_text().strip().isdigit():
        free.append(max(int(limit.read_text()) - int(used.read_text()), 0))
    return min(free + _left_of_addresses(root), default=None)


def _left_of_addresses(root: Path) -> list[int]:
    """Return what a limit on the addresses of this process (``ulimit -v``) leaves; nothing without one."""
    limits, used = root / "proc" / "self" / "limits", root / "proc" / "self" / "statm"
    if not (limits.exists() and used.exists()):
        return []
    found = re.search(r"^Max address space\s+(\d+)", limits.read_text(), re.M)
    if found is None:
        return []
    taken = int(used.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return [max(int(found[1]) - taken, 0)]


def demand(size: int, what: str) -> None:
    """Refuse what needs more memory than there is, before any of it is taken.

    Raises
    ------
    OutOfMemoryError
        If `size` bytes are more than are free; `what` is the beginning of the sentence.
    """
    free = available() if size >= _WORTH_LOOKING else None
    if free is not None and size > free:
        raise OutOfMemoryError(
            f"{what} takes {in_words(size)} of memory where {in_words(free)} are free; give less, or use a "
            "machine with more."
        )


def fits(size: int) -> bool:
    """Tell whether so many bytes more are free, as far as the system tells."""
    free = available() if size >= _WORTH_LOOKING else None
    return free is None or size <= free


def refusal(error: MemoryError, what: str) -> OutOfMemoryError:
    """Make a sentence of a failed allocation: what was asked, as far as that is known, and what there is."""
    if isinstance(error, OutOfMemoryError):
        return error
    asked, free = getattr(error, "_total_size", None), available()
    if not isinstance(asked, int):
        amount = (
            "more memory than there is" if free is None else f"more than the {in_words(free)} that are free"
        )
    else:
        amount = f"{in_words(asked)} more of memory"
        amount += " than there is" if free is None else f", where {in_words(free)} are free"
    return OutOfMemoryError(f"{what} takes {amount}; give less, or use a machine with more.")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say in one sentence that memory gave out; `what` is its beginning.

    Raises
    ------
    OutOfMemoryError
        In place of `MemoryError`.
    """
    try:
        yield
    except MemoryError as error:
        raise refusal(error, what) from None
