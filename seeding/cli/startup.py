"""Starting and ending the process of the command quickly: only what the command uses is loaded.

None of this happens where the package is used as a library.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

# Libraries that others load only to see whether they are there: who loads them, and what is loaded.
_PARQUET = ("pandas.compat.pyarrow", "pyarrow")
_UNUSED = (("numba.np.arraymath", "scipy.linalg"),)
# Loading a library makes many objects that last; looking among them for garbage takes a tenth of the start.
_OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
_THREADS = "OPENBLAS_NUM_THREADS"


def prepare(arguments: Namespace) -> None:
    """Keep libraries from loading what `arguments` do not ask for."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    # Numba asks for scipy.linalg to offer matrix products to kernels; ours have none.
    # pandas loads pyarrow wherever it is installed; only Parquet files need it.
    pairs = _UNUSED if _names_parquet(arguments) else (*_UNUSED, _PARQUET)
    # Python asks a finder for `find_spec` and nothing else; the module of its base class is slow to load.
    sys.meta_path.insert(0, _Withhold(pairs))
    _load_later("pandas")
    _load_numpy_without_threads()


def leave() -> None:
    """Let Python end without a last look through a few hundred thousand objects."""
    gc.freeze()


class _Withhold:
    """Makes a library look absent to one module while that module is being loaded, and to no other."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs

    def find_spec(self, name: str, *_where: object) -> None:
        """Refuse a library to the module that only looks for it; leave all others to the usual finders."""
        for asker, library in self._pairs:
            if name == library and _is_loading(asker):
                raise ModuleNotFoundError(f"{library} is not needed here", name=library)


class _Later(ModuleType):
    """A package that is loaded when something of it is first used, not when it is imported."""

    def __getattr__(self, name: str) -> Any:
        """Load the package, of which nothing is here yet; then it is a package like any other."""
        spec = self.__spec__
        if spec is None or spec.loader is None:
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        self.__path__ = spec.submodule_search_locations or []
        spec.loader.exec_module(self)
        return getattr(self, name)


def _load_later(name: str) -> None:
    """Put off loading a package, which a plan for everybody on a list of arcs gets by without."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is not None:
        later = _Later(name)
        later.__spec__, later.__file__ = spec, spec.origin
        sys.modules[name] = later


def _is_loading(name: str) -> bool:
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))


def _names_parquet(arguments: Namespace) -> bool:
    values: list[Any] = list(vars(arguments).values())
    return any(isinstance(value, str) and value.lower().endswith((".parquet", ".pq")) for value in values)


def _load_numpy_without_threads() -> None:
    """Load NumPy without its threads for matrix products, unless the environment says how many to have."""
    if _THREADS in os.environ:
        return
    os.environ[_THREADS] = "1"
    import numpy as np  # noqa: F401 — for its effect

    # Programs that this one starts shall not inherit the setting.
    del os.environ[_THREADS]
