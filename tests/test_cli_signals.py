"""Tests of being interrupted: by Ctrl-C, and by a reader that goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import seeding as sd
from seeding import cli

# Generous: only a hang reaches it.
PATIENCE = 120


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """Write a network in which every simulation reaches many thousands."""
    n = 20_000
    rows = [f"{i}\t{(i * step + 1) % n}\n" for i in range(n) for step in (1, 7, 11, 13, 17)]
    path = tmp_path / "edges.tsv"
    path.write_text("".join(rows), encoding="utf-8")
    return path


def _default_interrupt() -> None:
    """Undo what a test run in the background inherits: a shell may have SIGINT ignored there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_writes_the_plan_so_far(edges: Path, tmp_path: Path, number: int) -> None:
    """Ctrl-C or SIGTERM once there is a plan: exit code 4, and the plan so far is written."""
    out = tmp_path / "seeds.csv"
    words = ["optimize", edges, "-k", "3", "--method", "degree", "--probability", "0.5", "--threads", "1"]
    # Hundreds of thousands of simulations of a millisecond each: there is time to interrupt them.
    words += ["--gap", "0.5", "--precision", "0.000001", "--progress", "--out", out, "--rng", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "seeding", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_default_interrupt,
    )
    try:
        assert process.stderr is not None
        seen = []
        while "… simulating cascades" not in seen:
            line = process.stderr.readline()
            assert line, f"ended too early: {seen}"
            seen.append(line.strip())
        process.send_signal(number)
        printed, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 4
    assert "Stopped because it was interrupted." in printed
    assert "interrupted: ending with the plan so far; once more ends at once." in said.splitlines()
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edges.tsv", "seeds.csv"]
    assert len(sd.read_seeds(out)) == 3


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_what_does_not_listen(tmp_path: Path, number: int) -> None:
    """Where the main thread does not come back, the process is ended; a file that it writes is removed."""
    script = (
        "import sys, time\n"
        "from seeding.cli.interrupts import Guard\n"
        "from seeding._runtime.files import atomic_write\n"
        "guard = Guard(130)\n"
        "guard.watch()\n"
        "guard.last_words = lambda: 'interrupted: in the midst.'\n"
        "with atomic_write(sys.argv[1]) as file:\n"
        "    file.write('half')\n"
        "    file.flush()\n"
        "    while True:\n"
        "        try:\n"
        "            print('begun', flush=True)\n"
        "            time.sleep(100)\n"
        "        except KeyboardInterrupt:\n"
        "            pass\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "out.csv")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_default_interrupt,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert said == "interrupted: in the midst.\n"
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_libraries_are_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C before the command itself runs is no traceback either."""

    def interrupted(_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seeding.cli.startup.prepare", interrupted)
    monkeypatch.setattr("seeding.cli.Guard.watch", lambda guard: None)
    monkeypatch.setattr(sys, "argv", ["seeding", "inspect", "edges.csv"])
    assert cli.main() == 130
    assert capsys.readouterr().err == "interrupted: nothing was finished yet; no file was written.\n"


def test_a_stage_is_named_when_it_begins() -> None:
    """Whoever is interrupted in the first block of worlds is told that these were being simulated."""
    told: list[tuple[str, int]] = []

    class Recorder:
        def update(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
            told.append((stage, done))

        def close(self) -> None:
            pass

    network = sd.Network.from_edges(["a", "b"], ["b", "c"], 0.5)
    sd.estimate_reach(network, ["a"], rng=1, progress=Recorder())
    assert told[0] == ("simulating cascades", 0)
    told.clear()
    sd.sample_rr_sets(network, 100, rng=1, progress=Recorder())
    assert told[0] == ("sampling RR sets", 0)


def test_ctrl_c_while_writing_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C between two files says which one was written; of the other nothing is left."""
    edges, out, plan = tmp_path / "edges.csv", tmp_path / "seeds.csv", tmp_path / "plan.json"
    edges.write_text("source,target,p\na,b,1\n", encoding="utf-8")

    def interrupted(*arguments: object, **options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("seeding.plan.plan.json.dumps", interrupted)
    code = cli.main(["optimize", str(edges), "-k", "1", "--out", str(out), "--plan-json", str(plan)])

    assert code == 130
    assert capsys.readouterr().err.rstrip().endswith(f"wrote {out}.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edges.csv", "seeds.csv"]


def test_ctrl_c_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C at once says that nothing was finished."""

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seeding.cli.inputs.check_outputs", interrupted)

    assert cli.main(["optimize", "edges.csv", "-k", "1"]) == 130
    assert capsys.readouterr().err == "interrupted: nothing was finished yet; no file was written.\n"


@pytest.mark.skipif(os.name != "posix", reason="a broken pipe is reported differently elsewhere")
def test_reader_that_goes_away(tmp_path: Path) -> None:
    """A closed pipe ends the command quietly, as it ends other commands."""
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target,p\na,b,1\n", encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "seeding", "inspect", str(edges)],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(writing)

    assert ended.returncode == 141
    assert ended.stderr == ""
