"""Limits of the system: memory, descriptors, file sizes, full disks, kills, and long runs of one process."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import seeding as sd
from seeding._runtime.memory import resident

pytestmark = pytest.mark.attack

HERE = Path(sd.__file__).parents[1]
EDGES = "source,target,probability\na,b,0.5\nb,c,0.5\nc,d,0.4\n"
DOCUMENTED = (0, 2, 3, 4, 130, 141)


def seeding(
    *words: str, cwd: Path, before: str = "", cache: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell, after `before`."""
    env = {**os.environ, "PYTHONPATH": str(HERE)} | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    command = f"ulimit -c 0; {before} exec {sys.executable} -m seeding {' '.join(words)}"
    return subprocess.run(
        ["bash", "-c", command], cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
    )


def check_ended_well(done: subprocess.CompletedProcess[str]) -> None:
    """Demand a documented exit code, and no traceback."""
    assert done.returncode in DOCUMENTED, (done.returncode, done.stderr[-2000:])
    assert "Traceback" not in done.stderr, done.stderr[-2000:]


@pytest.fixture
def folder(tmp_path) -> Path:
    """Write a small network."""
    (tmp_path / "edges.csv").write_text(EDGES)
    return tmp_path


def random_network(nodes: int, arcs: int, key: int, p: float | str = 0.05) -> sd.Network:
    """Make a network of random arcs."""
    random = np.random.default_rng(key)
    source, target = random.integers(nodes, size=(2, arcs))
    return sd.Network.from_edges(source, target, p, nodes=np.arange(nodes), parallel="max")


def descriptors() -> int:
    """Count the open files of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_soak(tmp_path):
    """Thousands of plans in one process: memory, descriptors and threads stay what they were."""
    small, middle = random_network(60, 200, 1, 0.1), random_network(20_000, 100_000, 2, "weighted_cascade")
    levels = []
    for turn in range(3_000):
        sd.optimize(small, k=3, rng=turn, gap=0.2, precision=0.05, threads=2)
        if turn % 60 == 59:
            plan = sd.optimize(middle, k=20, rng=turn, gap=0.1, threads=2)
            plan.to_csv(tmp_path / "seeds.csv")
        if turn % 300 == 299:
            gc.collect()
            levels.append((resident() >> 20, descriptors(), threading.active_count()))
            print(f"\nafter {turn + 1:,} plans: {levels[-1]} (MB, files, threads)")
    assert len({files for _, files, _ in levels}) == 1
    assert len({threads for _, _, threads in levels}) == 1
    assert levels[-1][0] <= levels[1][0] + 40


MEASURE = """
import resource, sys
import numpy as np
sys.path.insert(0, {here!r})
import seeding as sd
from seeding._runtime.memory import resident
random = np.random.default_rng(1)
source, target = random.integers(60_000, size=(2, 600_000))
network = sd.Network.from_edges(source, target, 0.08, parallel="max")
sd.optimize(network, k=2, rng=1, threads=2, gap=0.5, memory_limit="50MB")
before = resident()
plan = sd.optimize(network, k=50, rng=1, threads=2, gap=1e-6, precision=0.05, memory_limit={limit})
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(plan.stopped, before, peak)
"""


@pytest.mark.parametrize("limit", [200_000_000, 500_000_000, 1_000_000_000])
def test_memory_limit_is_kept(limit):
    """The most that a plan takes above what there was before is at most 1.2 times its limit."""
    script = MEASURE.format(here=str(HERE), limit=limit)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=900
    )
    stopped, before, peak = done.stdout.split()
    taken = int(peak) - int(before)
    print(f"\nlimit {limit / 1e6:,.0f} MB: {taken / 1e6:,.0f} MB taken ({taken / limit:.2f}), {stopped}")
    assert stopped == "memory_limit"
    assert taken <= 1.2 * limit


@pytest.mark.parametrize("megabytes", [400, 700, 1_000, 1_500, 2_500, 4_000])
def test_limited_addresses(folder, megabytes):
    """Where the interpreter itself starts, memory that gives out is said in a sentence."""
    (folder / "counts.txt").write_text("300000000 2\n0 1\n1 2\n")
    for words in (
        ["optimize", "edges.csv", "-k", "1", "--threads", "2"],
        ["inspect", "counts.txt", "--header", "counts"],
    ):
        done = seeding(*words, cwd=folder, before=f"ulimit -v {megabytes * 1000};")
        print(f"\n{megabytes} MB of addresses, {words[0]}: {done.returncode} {done.stderr.strip()[-150:]}")
        if "import" not in done.stderr and "OpenBLAS" not in done.stderr:
            check_ended_well(done)


@pytest.mark.parametrize(
    "before", ["ulimit -n 8;", "ulimit -n 16;", "ulimit -n 64;", "ulimit -f 0;", "ulimit -f 1;"]
)
def test_few_descriptors_and_short_files(folder, before):
    """An output that cannot be written whole is not there at all."""
    words = ["optimize", "edges.csv", "-k", "1", "--rng", "1", "--out", "s.csv", "--plan-json", "p.json"]
    done = seeding(*words, cwd=folder, before=before)
    print(f"\n{before} {done.returncode} {done.stderr.strip()[-150:]}")
    if "import" not in done.stderr:
        check_ended_well(done)
    for place in (folder / "s.csv", folder / "p.json"):
        assert not place.exists() or place.read_text().endswith("\n")
    assert not list(folder.glob(".seeding-*"))


def test_full_disk(folder):
    """On a disk that is full nothing is left, and the other output is written."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "x", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (disk / "filler").write_bytes(bytes(60_000))
        (disk / "s.csv").write_text("before\n")
        done = seeding(
            "optimize", "edges.csv", "-k", "1", "--rng", "1", "--out", "s.csv", "--plan-json", "disk/p.json",
            cwd=folder, before=f"head -c 9999 /dev/zero > {disk}/more 2>/dev/null;",
        )  # fmt: skip
        check_ended_well(done)
        assert (folder / "s.csv").exists()
        print(f"\nfull disk: {done.returncode} {done.stderr.strip()[-100:]}; left {sorted(os.listdir(disk))}")  # noqa: PTH208
        assert not list(disk.glob(".seeding-*"))
        assert (disk / "s.csv").read_text() == "before\n"
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is read-only for the administrator")
def test_read_only_folder(folder):
    """It is refused before any work."""
    (folder / "closed").mkdir(mode=0o555)
    done = seeding("optimize", "edges.csv", "-k", "1", "--out", "closed/s.csv", cwd=folder)
    assert done.returncode == 2
    check_ended_well(done)


def test_two_processes_compile_into_one_cache(folder):
    """Both give the same plan; so does a third that finds what they left."""
    cache = folder / "cache"
    env = {**os.environ, "PYTHONPATH": str(HERE), "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-m", "seeding", "optimize", "edges.csv", "-k", "2", "--rng", "1", "--json"]
    both = [
        subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    plans = [process.communicate(timeout=900) for process in both]
    third = seeding("optimize", "edges.csv", "-k", "2", "--rng", "1", "--json", cwd=folder, cache=cache)
    assert [process.returncode for process in both] == [0, 0], plans
    seeds = [text.split('"certificate"')[0] for text in (*(out for out, _ in plans), third.stdout)]
    assert len(set(seeds)) == 1


def test_kill_while_compiling(folder):
    """What a killed process left in the cache does not harm the next one."""
    cache = folder / "cache"
    env = {**os.environ, "PYTHONPATH": str(HERE), "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-m", "seeding", "optimize", "edges.csv", "-k", "2", "--rng", "1"]
    for seconds in (1, 2, 3, 5, 8):
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        process.kill()
        process.wait()
    for place in list(cache.rglob("*.nbi"))[:3]:
        place.write_bytes(place.read_bytes()[:50])
    done = seeding("optimize", "edges.csv", "-k", "2", "--rng", "1", cwd=folder, cache=cache)
    assert done.returncode == 0, done.stderr[-2000:]
    check_ended_well(done)
    shutil.rmtree(cache)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_signals_while_writing(folder, sent):
    """A file that is being written when the signal comes is whole, or what it was before."""
    network = random_network(200_000, 800_000, 3)
    sd.write_network(network, folder / "n.npz")
    whole = (folder / "n.npz").stat().st_size
    script = (
        f"import sys; sys.path.insert(0, {str(HERE)!r})\nimport seeding as sd\n"
        "network = sd.read_network('n.npz')\nprint('ready', flush=True)\n"
        "while True: sd.write_network(network, 'out.npz')\n"
    )
    for wait in (0.05, 0.1, 0.2, 0.4, 0.8):
        with subprocess.Popen(
            [sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            process.send_signal(sent)
            process.wait(timeout=60)
        out = folder / "out.npz"
        assert not out.exists() or (
            out.stat().st_size == whole and sd.read_network(out).n_arcs == network.n_arcs
        )
        if sent == signal.SIGINT:
            assert not list(folder.glob(".seeding-*"))
        for left in folder.glob(".seeding-*"):
            left.unlink()
