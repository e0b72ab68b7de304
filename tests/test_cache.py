"""Compiled kernels are kept on disk wherever possible, and are never those of another version or process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import seeding
from seeding._kernels._cache import stamp_of

PACKAGE = Path(seeding.__file__).parent
# Calls one kernel; prints its result, how often it was compiled, and the warnings.
CALL = """
import json, warnings
import numpy as np
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from seeding._kernels.rows.csr import transpose
    indptr, indices = np.array([0, 2, 3]), np.array([0, 1, 1], dtype=np.int32)
    out = np.zeros(3, dtype=np.int64), np.empty(3, dtype=np.int32), np.empty(3)
    transpose(indptr, indices, np.array([0.1, 0.2, 0.3]), *out)
said = sorted({str(one.message) for one in told})
print(json.dumps([out[2].tolist(), sum(transpose.stats.cache_misses.values()), said]))
"""


# Calls the same kernel, and one that is compiled in this process after the other was loaded.
BOTH = (
    CALL
    + """
from seeding._kernels.rows.csr import breadth_first
order, place = np.empty(2, dtype=np.int64), np.empty(2, dtype=np.int64)
breadth_first(indptr, indices, order, place)
misses = [sum(kernel.stats.cache_misses.values()) for kernel in (transpose, breadth_first)]
print(json.dumps([order.tolist(), misses]))
"""
)

# Calls a kernel with parts; prints what it filed, and how often one part, of two signatures, was loaded and
# compiled.
FILED = """
import json
import numpy as np
from seeding._kernels.coverage import greedy as cover
gains, costs = np.array([1, 2]), np.array([1, 1])
worth, heap = np.empty(2), np.empty(2, dtype=np.int64)
size = cover.start_heap(gains, costs, False, np.int64(9), worth, heap)
stats = cover._sift_down.stats
counts = [sum(one.values()) for one in (stats.cache_hits, stats.cache_misses)]
print(json.dumps([int(size), heap.tolist(), counts]))
"""

# Prints whether Numba compiled its run time, and how much code for callers of the kernel was parsed.
PREPARED = """
from numba.core.runtime.nrt import rtsys
asked = [one.library._get_module_for_linking for one in transpose.overloads.values()]
print(json.dumps([rtsys._init, [one.cache_info().currsize for one in asked if hasattr(one, "cache_info")]]))
"""


def environment(**settings):
    """Return the environment without what names a cache folder, and with the settings given."""
    gone = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in gone}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | {name: str(value) for name, value in settings.items()}


def call(folder, code=CALL, **settings):
    """Run code in a new process; returns what it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=environment(**settings),
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def locked(tmp_path):
    """Copy the package to a folder beside whose kernels nothing can be written; returns its parent.

    A file in the place of the folder stops even a user who may write everywhere.
    """
    shutil.copytree(PACKAGE, tmp_path / "place" / "seeding", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "place" / "seeding" / "_kernels" / "rows" / "__pycache__").write_text("")
    return tmp_path / "place"


def test_code_is_kept_where_the_variable_says(tmp_path):
    """The first process compiles, the second does not; nothing is written anywhere else."""
    settings = {"NUMBA_CACHE_DIR": tmp_path / "kept", "HOME": tmp_path / "home"}
    assert call(tmp_path, **settings) == [[0.1, 0.2, 0.3], 1, []]
    assert call(tmp_path, **settings) == [[0.1, 0.2, 0.3], 0, []]
    assert not (tmp_path / "home").exists()


def test_one_is_compiled_where_another_was_loaded(tmp_path):
    """Loading does not prepare to compile; a process that compiles after it has loaded still can."""
    settings = {"NUMBA_CACHE_DIR": tmp_path / "kept", "HOME": tmp_path / "home"}
    call(tmp_path, **settings)
    assert call(tmp_path, BOTH, **settings) == [[0, 1], [0, 1]]


def test_a_part_that_was_loaded_is_linked_into_a_caller_that_is_compiled(tmp_path):
    """The code of a part waits on disk until a kernel that calls it is compiled, and is found there then."""
    settings = {"NUMBA_CACHE_DIR": tmp_path / "kept", "HOME": tmp_path / "home"}
    assert call(tmp_path, FILED, **settings) == [2, [1, 0], [0, 2]]
    gone = [path for path in tmp_path.rglob("*.nb?") if "start_heap" in path.name]
    assert gone
    for path in gone:
        path.unlink()
    assert call(tmp_path, FILED, **settings) == [2, [1, 0], [2, 0]]


def test_loading_does_not_prepare_to_compile(tmp_path):
    """What Numba knows of texts, which no kernel uses, is there only where a kernel was compiled."""
    settings = {"NUMBA_CACHE_DIR": tmp_path / "kept", "HOME": tmp_path / "home"}
    code = CALL + "\nimport sys\nprint(json.dumps('numba.cpython.unicode' in sys.modules))"
    assert call(tmp_path, code, **settings) is True
    assert call(tmp_path, code, **settings) is False


def test_loading_leaves_the_code_for_callers_on_disk(tmp_path):
    """The counting of references is not compiled, and code to be linked not parsed, to load a kernel."""
    settings = {"NUMBA_CACHE_DIR": tmp_path / "kept", "HOME": tmp_path / "home"}
    code = CALL + PREPARED
    assert call(tmp_path, code, **settings)[0] is True
    assert call(tmp_path, code, **settings) == [False, [0]]


def test_a_locked_install_keeps_code_in_the_users_folder(locked, tmp_path):
    """Where the package cannot be written, the user's own cache folder serves."""
    settings = {"PYTHONPATH": locked, "XDG_CACHE_HOME": tmp_path / "cache", "HOME": tmp_path}
    assert call(locked, **settings) == [[0.1, 0.2, 0.3], 1, []]
    assert list((tmp_path / "cache").rglob("*.nbc"))
    assert call(locked, **settings) == [[0.1, 0.2, 0.3], 0, []]


def test_without_any_folder_the_result_is_the_same(locked, tmp_path):
    """Where nothing can be written at all, a warning says so and what to do."""
    (tmp_path / "file").write_text("")
    settings = {"PYTHONPATH": locked, "XDG_CACHE_HOME": tmp_path / "file", "HOME": tmp_path / "file"}
    for _ in range(2):
        values, compiled, said = call(locked, **settings)
        assert (values, compiled) == ([0.1, 0.2, 0.3], 1)
    assert len(said) == 1
    assert "set NUMBA_CACHE_DIR to a folder that can be written" in said[0]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_broken_file_is_written_again(tmp_path, ending):
    """Half a file, as a full disk leaves it, is not read."""
    settings = {"NUMBA_CACHE_DIR": tmp_path, "HOME": tmp_path}
    call(tmp_path, **settings)
    for path in tmp_path.rglob(f"*.{ending}"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert call(tmp_path, **settings) == [[0.1, 0.2, 0.3], 1, []]
    assert call(tmp_path, **settings) == [[0.1, 0.2, 0.3], 0, []]


def test_a_change_in_an_imported_kernel_counts(tmp_path):
    """The stamp of a kernel changes with every kernel it imports, and with no other."""
    texts = {
        "top": "from seeding._kernels.middle import (\n    part,\n)\n",
        "middle": "from seeding._kernels import unknown, low\nfrom seeding._kernels.top import again\n",
        "low": "constant = 1\n",
        "other": "constant = 1\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)

    def stamp():
        stamp_of.cache_clear()
        return stamp_of(str(tmp_path / "top.py"))

    first = stamp()
    (tmp_path / "other.py").write_text("constant = 2\n")
    assert stamp() == first
    (tmp_path / "low.py").write_text("constant = 2\n")
    assert stamp() != first


def test_the_stamp_covers_every_import_of_the_real_kernels():
    """No kernel imports another in a way that the stamp does not see."""
    for path in (PACKAGE / "_kernels").glob("*/[!_]*.py"):
        for line in path.read_text().splitlines():
            if "seeding._kernels" in line and "import" in line:
                assert line.startswith(("from seeding._kernels.", "from seeding._kernels import ")), line
                assert "," not in line.partition("import")[0]


# Plans on a network large enough to be packed, with equal (wc) or unequal in-probabilities.
PLAN = """
import sys
import numpy as np
import seeding as sd
random = np.random.default_rng(3)
ends = random.integers(0, 3_000, (2, 20_000))
probability = "weighted_cascade" if sys.argv[1] == "equal" else random.random(20_000) / 10
network = sd.Network.from_edges(*ends, probability)
plan = sd.optimize(network, k=3, rng=1, gap=0.3, precision=0.1)
print(plan.seeds["candidate"].tolist(), plan.reach.mean)
"""


# Prints how often each kernel was compiled: equal in-probabilities and mixed, numbers and texts as labels.
COUNT = """
import json, sys
import numpy as np
import seeding as sd
random = np.random.default_rng(3)
ends = random.integers(0, 3_000, (2, 20_000))
for probability in ("weighted_cascade", random.random(20_000) / 10):
    for names in (np.arange(3_000), np.array([f"n{i}" for i in range(3_000)])):
        network = sd.Network.from_edges(*names[ends], probability)
        for method in ("ris", "celf"):
            sd.optimize(network, k=3, rng=1, gap=0.3, precision=0.1, method=method, threads=2)
counts = {
    name: len(kernel.signatures)
    for module in [module for name, module in sys.modules.items() if name.startswith("seeding._kernels.")]
    for name, kernel in vars(module).items()
    if hasattr(kernel, "signatures")
}
print(json.dumps(counts))
"""


@pytest.mark.slow
def test_kernels_are_compiled_for_few_types():
    """Whatever the labels, a kernel is compiled for at most two kinds of arguments (one for mixed rows)."""
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    counts = json.loads(done.stdout)
    assert 0 < max(counts.values()) <= 2


@pytest.mark.slow
def test_processes_that_compile_at_once(tmp_path):
    """Four processes meet an empty cache with two kinds of network; all plan as one alone does."""
    settings = environment(NUMBA_CACHE_DIR=tmp_path, HOME=tmp_path)

    def start(kind):
        words = [sys.executable, "-c", PLAN, kind]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=settings)

    processes = [start(kind) for kind in ("equal", "mixed", "equal", "mixed")]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert said[0] == said[2] != said[1] == said[3]
    # What they left on disk serves those who come later.
    later = [start(kind).communicate()[0] for kind in ("equal", "mixed")]
    assert later == said[:2]
