"""Keeping compiled kernels on disk, where other processes find them.

Numba's own cache knows a kernel by its source file alone, and numbers its files in order of arrival. Here a
kernel also counts as changed when a part that it imports has changed (as after an upgrade), every signature
has a file of its own name (so that processes that compile at once cannot mix theirs up), and a folder that
cannot be written costs time but never a result.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import warnings
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile, NullCache

from seeding._kernels._loading import Code

# ``from seeding._kernels.rows.csr import flip`` or ``from seeding._kernels.rows import csr``.
_IMPORTED = re.compile(r"^from seeding\._kernels((?:\.\w+)*) import (\([^)]*\)|.*)$", re.M)
# What reading half a file, or a file of another version, can raise.
_UNREADABLE = (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, ValueError, TypeError)


def keep(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """Make a compiled function look for its code on disk before compiling, and leave it there after.

    Its folder is the one that ``NUMBA_CACHE_DIR`` names, or ``__pycache__`` beside the source, or the user's
    cache folder: the first that can be written.
    """
    if hasattr(compiled, "_cache"):  # not where compilation is switched off
        compiled._cache = _WhenUsed(compiled.py_func)  # type: ignore[attr-defined]
    return compiled


class _WhenUsed:
    """A cache that is opened when something is first asked of it: parts of other kernels mostly never are."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __getattr__(self, name: str) -> Any:
        """Pass on to the cache whatever is asked."""
        return getattr(self._opened, name)

    @cached_property
    def _opened(self) -> _Cache | NullCache:
        try:
            return _Cache(self._function)
        except RuntimeError:
            _tell("no folder for it can be written")
            return NullCache()


def _tell(reason: str) -> None:
    warnings.warn(
        f"compiled code cannot be kept for next time: {reason}; set NUMBA_CACHE_DIR to a folder that can be "
        "written.",
        RuntimeWarning,
        stacklevel=2,
    )


class _Files(IndexDataCacheFile):
    """The files of one kernel: an index, and one file for each signature and kind of processor."""

    def save(self, key: Any, data: Any) -> None:
        """Write the code, then name it in the index; an entry another process adds meanwhile may be lost."""
        digest = hashlib.sha256(repr(key).encode()).hexdigest()
        name = self._data_name(int(digest[:12], 16))
        self._save_data(name, data)
        entries = self._load_index()
        entries[key] = name
        self._save_index(entries)

    def load(self, key: Any) -> Any:
        """Read the code of a signature; None where it is not there or cannot be read."""
        try:
            return super().load(key)
        except _UNREADABLE:
            return None

    def _load_index(self) -> Any:
        try:
            return super()._load_index()
        except _UNREADABLE:
            return {}


class _Cache(FunctionCache):
    """Numba's cache of one function, over `_Files` and `Code`."""

    _impl_class = Code

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = stamp_of(function.__code__.co_filename)
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Load what was compiled, or None if there is nothing.

        Numba first prepares to compile, with all that it knows of Python and NumPy, which takes longer than
        all the rest; who compiles prepares for that in any case.
        """
        with self._guard_against_spurious_io_errors():
            return self._load_overload(signature, target)

    def save_overload(self, signature: Any, data: Any) -> None:
        """Save what was compiled; a full or vanished folder costs only the next process time."""
        try:
            super().save_overload(signature, data)
        except OSError as error:
            _tell(str(error))


@cache
def stamp_of(path: str) -> str:
    """Digest the source of a kernel and of all kernels that it imports, however indirectly."""
    texts: dict[str, bytes] = {}
    waiting = [Path(path)]
    home = next((folder for folder in waiting[0].parents if folder.name == "_kernels"), waiting[0].parent)
    while waiting:
        source = waiting.pop()
        known = source.relative_to(home).as_posix()
        if known in texts or not source.is_file():
            continue
        texts[known] = source.read_bytes()
        for parts, names in _IMPORTED.findall(texts[known].decode()):
            place = home.joinpath(*parts.split(".")[1:])
            waiting += [place.with_suffix(".py")] if parts else []
            waiting += [place / f"{name}.py" for name in re.findall(r"\w+", names)]
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(name.encode() + b"\0" + texts[name] + b"\0")
    return digest.hexdigest()
