"""The decorators every kernel is compiled with."""

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


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a part of kernels: as `kernel`, always copied into its callers, and not callable from Python.

    A call that is not copied passes seven words for each array, which costs more than most such parts do.
    """
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True, forceinline=True, **options)(function)
    return compiled
