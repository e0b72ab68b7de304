"""The decorators every kernel is compiled with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from seeding._kernels._cache import keep

# Without Numba's run time a kernel cannot allocate, and does not count references. Where arrays are passed on
# to inlined parts, that counting (two locked instructions each time) costs more than all the rest.
_NO_COUNTING: dict[str, Any] = {"_nrt": False}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel: cached on disk, without the interpreter lock, and with IEEE arithmetic.

    No ``fastmath``: it breaks NaN and reorders sums, and sums must not depend on how work is split.
    """
    compiled: Callable[..., Any] = numba.njit(nogil=True)(function)
    return keep(compiled)


def lean(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that allocates nothing: as `kernel`, without reference counting."""
    compiled: Callable[..., Any] = numba.njit(nogil=True, **_NO_COUNTING)(function)
    return keep(compiled)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a part of kernels: as `lean`, always copied into its callers, and not callable from Python.

    A call that is not copied passes seven words for each array, which costs more than most such parts do.
    """
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **_NO_COUNTING}
    compiled: Callable[..., Any] = numba.njit(nogil=True, forceinline=True, **options)(function)
    return keep(compiled)


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a part of kernels that is called, not copied: as `lean`, and not callable from Python.

    Without the wrapper that unpacks arguments from Python, which for many arrays takes longest to compile.
    """
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **_NO_COUNTING}
    compiled: Callable[..., Any] = numba.njit(nogil=True, **options)(function)
    return keep(compiled)
