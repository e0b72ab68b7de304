"""Work cut into even parts, and parts run together on threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np


def even_parts(indptr: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Cut rows into consecutive ranges of about equally many entries."""
    marks = indptr[0] + (indptr[-1] - indptr[0]) * np.arange(1, count) // count
    cuts = [0, *np.searchsorted(indptr, marks).tolist(), indptr.size - 1]
    return list(pairwise(cuts))


def run_together(kernel: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Call a kernel several times at once: the first time here, and each other time on a thread of its own.

    A thread that waited, as this one would for the others, often has to share its processor when it is woken.
    """
    if len(calls) < 2:
        return [kernel(*call) for call in calls]
    with ThreadPoolExecutor(len(calls) - 1) as pool:
        others = [pool.submit(kernel, *call) for call in calls[1:]]
        return [kernel(*calls[0]), *(other.result() for other in others)]
