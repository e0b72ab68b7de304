"""Tests of the command line when something is wrong: one sentence, the right exit code, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seeding import cli

EDGES = "source,target,p\na,b,0.5\nb,c,0.5\n"
Fail = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into the test's folder."""

    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


@pytest.fixture
def edges(write: Callable[[str, str | bytes], Path]) -> Path:
    """Write a network of three people in a row."""
    return write("edges.csv", EDGES)


@pytest.fixture
def fail(capsys: pytest.CaptureFixture[str]) -> Fail:
    """Run a command that must fail with a given exit code; returns its one sentence."""

    def command(code: int, *words: object) -> str:
        capsys.readouterr()
        assert cli.main([str(word) for word in words]) == code
        out, err = capsys.readouterr()
        lines = [line for line in err.splitlines() if not line.startswith("note: ")]
        assert out == ""
        assert len(lines) == 1
        assert lines[0].startswith("error: ")
        assert "Traceback" not in err
        return lines[0]

    return command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("optimise",), "invalid choice: 'optimise'"),
        (("optimize", "e.csv", "-k", "1", "--fast"), "unrecognized arguments: --fast"),
        (("optimize", "-k", "1"), "EDGES"),
        (("reach", "e.csv"), "--seeds"),
        (("optimize", "e.csv"), "neither --budget nor -k"),
        (("optimize", "e.csv", "-k", "0"), "'0' is too small"),
        (("optimize", "e.csv", "-k", "-1"), "'-1' is not a whole number"),
        (("optimize", "e.csv", "-k", "2.5"), "'2.5' is not a whole number"),
        (("optimize", "e.csv", "--budget", "250,000"), "as in 250000, 250_000"),
        (("optimize", "e.csv", "--budget", "-5"), "'-5' is not an amount"),
        (("optimize", "e.csv", "--budget", "nan"), "'nan' is not an amount"),
        (("optimize", "e.csv", "-k", "1", "--gap", "0"), "--gap: '0' is not a number between 0 and 1"),
        (("optimize", "e.csv", "-k", "1", "--gap", "nan"), "--gap: 'nan' is not a number"),
        (("optimize", "e.csv", "-k", "1", "--delta", "1"), "--delta: '1' is not a number between"),
        (("optimize", "e.csv", "-k", "1", "--precision", "2"), "--precision: '2' is not a number"),
        (("optimize", "e.csv", "-k", "1", "--threads", "0"), "--threads: '0' is too small"),
        (("optimize", "e.csv", "-k", "1", "--rng", "-1"), "--rng: '-1' is not a whole number"),
        (("optimize", "e.csv", "-k", "1", "--time-limit", "soon"), "--time-limit: 'soon'"),
        (("optimize", "e.csv", "-k", "1", "--memory-limit", "much"), "--memory-limit: 'much'"),
        (("optimize", "e.csv", "-k", "1", "--method", "best"), "'best'"),
        (("optimize", "e.csv", "-k", "1", "--cost-column", "fee"), "--cost-column is given without --roster"),
        (("bench", "--suite", "huge"), "'huge'"),
    ],
)
def test_wrong_words(fail: Fail, words: tuple[str, ...], said: str) -> None:
    """Every word that cannot be understood is named, before any file is looked at."""
    message = fail(2, *words)

    assert said in message or "no file" in message


@pytest.mark.parametrize(
    ("name", "content", "words", "said"),
    [
        ("e.csv", "", (), "is empty"),
        ("e.csv", "source,target,p\n", (), "e.csv"),
        ("e.csv", "who,whom,p\na,b,1\n", ("--source", "boss"), "'boss'"),
        ("e.csv", EDGES, ("--probability", "q"), "--probability q is neither"),
        ("e.csv", "source,target,p\na,b,0.5\nb,c,high\n", (), "high"),
        ("e.csv", "source,target,p\na,b,nan\n", (), "line 2"),
        ("e.csv", "source,target,p\na,b,0.5\nb,c,-0.1\n", (), "-0.1"),
        ("e.csv", "source,target,p\na,b,0.5\nb,c,1.5\n", (), "1.5"),
        ("e.csv", EDGES, ("--probability", "1.5"), "1.5"),
        ("e.csv", EDGES, ("--probability", "nan"), "nan"),
        ("e.csv", "source,target,p\na,b,0.5\na,b,0.5\n", ("--parallel", "refuse"), "repeated"),
        ("e.graphml", EDGES, (), "e.graphml"),
        ("e.gexf", EDGES, (), "e.gexf"),
        ("e.parquet", EDGES, (), "e.parquet"),
        ("e.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (), "e.csv"),
        ("e.csv.gz", EDGES, (), "not gzipped"),
    ],
)
def test_unusable_network(
    fail: Fail,
    write: Callable[[str, str | bytes], Path],
    name: str,
    content: str | bytes,
    words: tuple[str, ...],
    said: str,
) -> None:
    """What is wrong with a network is said in one sentence that names the value or the file."""
    assert said in fail(2, "optimize", write(name, content), "-k", 1, *words)


@pytest.mark.parametrize("command", [("optimize", "-k", "1"), ("inspect",), ("reach", "--seeds", "s.csv")])
def test_missing_file(fail: Fail, command: tuple[str, ...]) -> None:
    """A file that is not there is named."""
    assert "there is no file" in fail(2, command[0], "nowhere.csv", *command[1:])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("candidate,cost\na,10\nzoe,5\n", "'zoe'"),
        ("candidate,cost\na,10\nb,-5\n", "-5"),
        ("candidate,cost\na,10\nb,\n", "cost"),
        ("candidate,cost\na,10\na,11\n", "'a'"),
        ("candidate,cost\na,ten\n", "ten"),
        ("candidate,size\na,10\n", "cost"),
        ("", "empty"),
    ],
)
def test_unusable_roster(
    fail: Fail, edges: Path, write: Callable[[str, str | bytes], Path], content: str, said: str
) -> None:
    """What is wrong with a roster is said in one sentence that names the candidate or the value."""
    roster = write("roster.csv", content)

    assert said in fail(2, "optimize", edges, "--roster", roster, "--budget", 20)
    assert said in fail(2, "inspect", edges, "--roster", roster)


def test_advice_names_options(fail: Fail, edges: Path, write: Callable[[str, str | bytes], Path]) -> None:
    """Where the library would tell of missing='add', the command tells of ``--missing add``."""
    roster = write("roster.csv", "candidate,cost\na,10\nzoe,5\n")

    assert "--missing add" in fail(2, "optimize", edges, "--roster", roster, "--budget", 20)


@pytest.mark.parametrize("value", ["nan", "-1", "many", ""])
def test_unusable_weights(
    fail: Fail, edges: Path, write: Callable[[str, str | bytes], Path], value: str
) -> None:
    """A weight that is missing, negative or no number is refused."""
    nodes = write("nodes.csv", f"label,views\na,1\nb,{value}\nc,1\n")

    assert "'b'" in (said := fail(2, "optimize", edges, "--nodes", nodes, "--weights", "views", "-k", 1)) or (
        "3" in said
    )


def test_too_many_seeds(fail: Fail, edges: Path) -> None:
    """More seeds than candidates is a mistake of the input."""
    assert "-k 4 is more than the 3 candidates" in fail(2, "optimize", edges, "-k", 4)


def test_budget_below_the_cheapest_candidate(
    fail: Fail, edges: Path, write: Callable[[str, str | bytes], Path]
) -> None:
    """A budget that buys nobody is infeasible: exit code 3, and the cheapest price is said."""
    roster = write("roster.csv", "candidate,cost\na,1000\nb,700.50\n")

    message = fail(3, "optimize", edges, "--roster", roster, "--budget", 500)

    assert "700.50" in message
    assert "'b'" in message


def test_demo_budget_below_the_cheapest_creator(fail: Fail, tmp_path: Path) -> None:
    """The demo refuses such a budget too, and writes no file."""
    out = tmp_path / "seeds.csv"

    assert "cheapest" in fail(3, "demo", "--budget", 1, "--quiet", "--out", out)
    assert not out.exists()


def test_unknown_seed(fail: Fail, edges: Path, write: Callable[[str, str | bytes], Path]) -> None:
    """A seed who is not in the network is named."""
    seeds = write("seeds.csv", "candidate\na\nzoe\n")

    assert "'zoe'" in fail(2, "reach", edges, "--seeds", seeds)
    assert "none of the seeds" in fail(
        2, "reach", edges, "--seeds", write("other.csv", "candidate\nzoe\n"), "--missing", "drop"
    )


@pytest.mark.parametrize("option", ["--out", "--plan-json"])
def test_outputs_are_checked_first(fail: Fail, edges: Path, tmp_path: Path, option: str) -> None:
    """A folder that does not exist, a folder as a file, and a file in place of a folder are refused."""
    for place in (tmp_path / "nowhere" / "x.csv", tmp_path, edges / "x.csv"):
        message = fail(2, "optimize", "unread.csv", "-k", 1, option, place)
        assert "folder" in message


def test_protected_folder(fail: Fail, edges: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written to is refused, as the system tells it (root would be allowed)."""
    monkeypatch.setattr("seeding._runtime.files.os.access", lambda place, mode: False)

    assert "not writable" in fail(2, "optimize", edges, "-k", 1, "--out", tmp_path / "x.csv")


def test_input_is_never_overwritten(fail: Fail, edges: Path) -> None:
    """A file that is read, or written twice, cannot be an output."""
    assert "also read or written" in fail(2, "optimize", edges, "-k", 1, "--out", edges)
    assert "also read or written" in fail(
        2, "optimize", edges, "-k", 1, "--out", edges.with_name("x"), "--plan-json", edges.with_name("x")
    )
    assert edges.read_text() == EDGES


def test_bug_shows_its_traceback(edges: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is not dressed up as a wrong input."""

    def broken(*words: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("seeding.questions.optimize.optimize", broken)

    with pytest.raises(ZeroDivisionError):
        cli.main(["optimize", str(edges), "-k", "1"])
