"""The package as a whole: light to import, and every public name is what it should be."""

from __future__ import annotations

import subprocess
import sys

import pytest

import seeding

HEAVY = ("numba", "pandas", "ortools", "networkx", "matplotlib", "scipy", "rich", "pyarrow", "dask")


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_import_is_light() -> None:
    """Importing the package loads none of the heavy libraries."""
    loaded = run(f"import seeding, sys; print([name for name in {HEAVY!r} if name in sys.modules])")

    assert loaded == "[]"


def test_import_compiles_nothing_and_leaves_logging_and_random_state_alone() -> None:
    """Using a public class compiles no kernel; neither NumPy's global state nor the root logger change."""
    code = (
        "import logging, numpy as np; np.random.seed(3); before = np.random.get_state()[1].tolist();"
        "level = logging.getLogger().level; import seeding; seeding.Network; seeding.optimize;"
        "import sys; kernels = [name for name in sys.modules if name.startswith('seeding._kernels.')];"
        "print(kernels, before == np.random.get_state()[1].tolist(), level == logging.getLogger().level)"
    )

    assert run(code) == "[] True True"


@pytest.mark.parametrize("name", seeding.__all__)
def test_every_public_name_loads(name: str) -> None:
    """Every name in __all__ can be had, and is listed by dir()."""
    assert getattr(seeding, name) is not None
    assert name in dir(seeding)


def test_functions_stay_functions_whatever_is_imported_first() -> None:
    """Importing submodules first does not put a module where a function should be."""
    code = (
        "import pkgutil, importlib, seeding;"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(seeding.__path__, 'seeding.')"
        " if not m.name.endswith('__main__')];"
        "print([n for n in seeding.__all__ if n not in ('datasets', 'plot', '__version__') and not callable("
        "getattr(seeding, n))])"
    )

    assert run(code) == "[]"


def test_unknown_names_are_refused() -> None:
    """A name that is not public raises the usual error."""
    with pytest.raises(AttributeError, match="no_such_thing"):
        seeding.no_such_thing  # noqa: B018
