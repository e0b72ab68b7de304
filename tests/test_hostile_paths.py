"""Paths that lead nowhere, outputs that take nothing, closed streams, and memory that gives out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import seeding as sd
from seeding._runtime.files import atomic_write, check_writable
from seeding.cli import main
from seeding.errors import InputError, OutOfMemoryError
from seeding.selection.fair.group_samples import Panel
from seeding.selection.sample_pair import Sources

EDGES = "source,target,probability\na,b,0.5\nb,c,0.5\nc,d,0.4\n"
READERS = (sd.read_network, sd.read_roster, sd.read_seeds, sd.read_rules, sd.read_message, sd.read_persons)


@pytest.fixture
def edges(tmp_path, monkeypatch) -> Path:
    """Write a small network and go where it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edges.csv").write_text(EDGES)
    return tmp_path / "edges.csv"


@pytest.fixture
def odd_places(tmp_path) -> dict[str, str]:
    """Make links that go round in a circle, a socket, and names that no system takes."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(tmp_path)
        made.bind("s.csv")
        os.chdir(here)
    long, deep = "x" * 300 + ".csv", "/".join(["y" * 100] * 60)
    return {
        "circle": "a",
        "behind": "a/x.csv",
        "socket": "s.csv",
        "long": long,
        "deep": deep,
        "NUL": "x\0.csv",
    }


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_odd_places_are_not_read(edges, odd_places, read):
    """Whatever the path: one sentence, which repeats no more than 80 characters of it."""
    for place in (
        *odd_places.values(),
        "",
        b"edges.csv",
        5,
        0,
        None,
        1.5,
        ["edges.csv"],
        Path("nowhere/x"),
        "/dev/zero",
    ):
        with pytest.raises(InputError) as caught:
            read(place)
        assert "x" * 81 not in str(caught.value)
        assert "y" * 81 not in str(caught.value)


def test_odd_places_are_not_written(edges, odd_places, tmp_path):
    """They are refused before any work, and nothing is left behind."""
    network = sd.read_network(edges)
    before = sorted(tmp_path.iterdir())
    for name, place in odd_places.items():
        with pytest.raises(InputError):
            sd.write_network(network, place)
        with pytest.raises(InputError):
            check_writable(place)
        if name != "NUL":
            assert main(["optimize", "edges.csv", "-k", "1", "--out", place]) == 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("place", ["./edges.csv", "x/../edges.csv", "./x/.././edges.csv", "link.csv"])
def test_no_command_writes_over_what_it_reads(edges, tmp_path, capsys, place):
    """However the path is written."""
    (tmp_path / "x").mkdir()
    (tmp_path / "link.csv").symlink_to("edges.csv")
    assert main(["optimize", "edges.csv", "-k", "1", "--out", place]) == 2
    assert main(["couple", "--platform", "x=edges.csv", "--out", place]) == 2
    assert capsys.readouterr().err.count("is also read") == 2
    assert edges.read_text() == EDGES


def test_left_over_files_of_killed_runs_are_removed(tmp_path):
    """Those with our name and older than a day; nothing else, and nothing of others."""
    old, new = tmp_path / ".seeding-0123456789abcdef.tmp", tmp_path / ".seeding-new.tmp"
    others = [
        tmp_path / name for name in ("seeding-old.tmp", ".seeding-old.csv", ".other.tmp", ".seeding-link.tmp")
    ]
    for place in (old, new, *others[:3]):
        place.write_text("x")
    others[3].symlink_to("seeding-old.tmp")
    (tmp_path / ".seeding-folder.tmp").mkdir()
    two_days_ago = time.time() - 2 * 86_400
    for place in (old, *others[:3], tmp_path / ".seeding-folder.tmp"):
        os.utime(place, (two_days_ago, two_days_ago))
    with atomic_write(tmp_path / "seeds.csv") as file:
        file.write("candidate\n")
    assert not old.exists()
    assert new.exists()
    assert (tmp_path / ".seeding-folder.tmp").is_dir()
    assert all(os.path.lexists(place) for place in others)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_outputs_that_take_nothing(edges, tmp_path, capsys):
    """The other files are written and the plan is shown before the command says what failed."""
    network = sd.read_network(edges)
    plan = sd.optimize(network, k=1, rng=1, threads=1)
    for write in (plan.to_csv, plan.to_json, lambda path: sd.write_network(network, path)):
        with pytest.raises(InputError, match=r"'/dev/full' cannot be written: No space left on device"):
            write("/dev/full")
    for command in (["optimize"], ["minimize", "--target-reach", "1.1"]):
        asked = [command[0], "edges.csv", *command[1:], *(["-k", "1"] if command[0] == "optimize" else [])]
        assert main([*asked, "--rng", "1", "--out", "/dev/full", "--plan-json", "plan.json"]) == 2
        told = capsys.readouterr()
        assert "Wrote plan.json." in told.out
        assert told.err.splitlines()[-1] == "error: '/dev/full' cannot be written: No space left on device."
        (tmp_path / "plan.json").unlink()


COMMAND = f"{sys.executable} -m seeding optimize edges.csv -k 1 --rng 1 --out s.csv"


@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ("<&- >&- 2>&-", 2),
        ("2>&-", 0),
        (">&- 2>said", 2),
        (">/dev/full 2>said", 2),
        ("2>/dev/full --progress", 0),
    ],
)
def test_streams_that_are_closed_or_full(edges, tmp_path, streams, code):
    """The plan is saved first and holds nothing but the plan; then what could not be shown is said."""
    words = f"{COMMAND} {streams}"
    done = subprocess.run(["bash", "-c", words], check=False, env=_with_package(), timeout=120)
    assert done.returncode == code
    assert (tmp_path / "s.csv").read_text().startswith("rank,candidate,cost")
    assert len((tmp_path / "s.csv").read_text().splitlines()) == 2
    if "said" in streams:
        said = (tmp_path / "said").read_text().splitlines()
        assert said[-1].startswith("error: the result cannot be shown on standard output: ")
        assert said[-1].endswith("; wrote s.csv before.")
        assert not any("Traceback" in line for line in said)


def _with_package() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(sd.__file__).parents[1])}


def _without_memory(*_: object) -> None:
    raise MemoryError


@pytest.mark.parametrize("question", ["optimize", "exact", "profit", "fair"])
def test_memory_gives_out_while_samples_grow(monkeypatch, edges, question):
    """The plan of the samples that there are is given, and that the limit on memory ended the search."""
    network = sd.read_network(edges)
    monkeypatch.setattr(Sources, "grow", _without_memory)
    monkeypatch.setattr(Panel, "grow", _without_memory)
    common = {"gap": 0.001, "rng": 1, "threads": 1}
    if question == "profit":
        plan = sd.optimize(network, {"a": 3, "b": 2, "c": 1}, value_per_reach=2.5, **common)
    elif question == "fair":
        people = network.labels.to_frame(name="node").assign(group=["x", "x", "y", "y"])
        grouped = network.with_people(people.set_index("node"))
        plan = sd.optimize(grouped, k=2, constraints=[sd.AtLeastReach(0.1, group="group")], **common)
    else:
        plan = sd.optimize(network, k=2, method="ris" if question == "optimize" else "exact", **common)
    assert plan.stopped == "memory_limit"
    assert plan.stopped_early
    assert plan.reach.mean > 0


def test_memory_gives_out_before_there_is_a_plan(monkeypatch, edges, capsys):
    """One sentence, exit code 2; from Python an error of ours that is a MemoryError too."""
    assert issubclass(OutOfMemoryError, MemoryError)
    monkeypatch.setattr(Sources, "draw", _without_memory)
    with pytest.raises(OutOfMemoryError, match=r"^choosing the seeds takes more"):
        sd.optimize(sd.read_network(edges), k=1, rng=1, threads=1)
    assert main(["optimize", "edges.csv", "-k", "1", "--rng", "1"]) == 2
    assert capsys.readouterr().err.startswith("error: choosing the seeds takes more")
