"""The one decorator every kernel is compiled with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel: cached on disk, without the interpreter lock, and with IEEE arithmetic.

    No ``fastmath``: it breaks NaN and reorders sums, and sums must not depend on how work is split.
    """
    compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    return compiled
