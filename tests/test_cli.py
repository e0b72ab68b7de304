"""Tests of the command line: what it prints, writes and returns when all is well."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import seeding
from seeding import cli
from seeding.cli import options

COMMANDS = (
    "optimize", "frontier", "minimize", "explain", "what-if", "sensitivity", "compare", "replay", "reach",
    "virality", "inspect", "couple", "demo", "bench", "warmup",
)  # fmt: skip
EDGES = """\
source,target,probability
@anna,p1,0.9
@anna,p2,0.8
@anna,p3,0.7
=bo,p3,0.9
=bo,p4,0.5
@anna,p1,0.5
p1,p1,0.3
p4,p5,1
"""
ROSTER = """\
candidate,cost,platform
@anna,1200.50,tiktok
=bo,300,x
p4,99.99,x
"""


class Outcome(NamedTuple):
    """What one run of the command gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process on an 80-column screen and capture what it prints."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def command(*words: object) -> Outcome:
        capsys.readouterr()
        code = cli.main([str(word) for word in words])
        return Outcome(code, *capsys.readouterr())

    return command


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """Write a network of two creators and five people."""
    path = tmp_path / "edges.csv"
    path.write_text(EDGES, encoding="utf-8")
    return path


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Write a roster of three candidates."""
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(run: Run, command: str) -> None:
    """Every command explains itself with an example that begins with the command."""
    outcome = run(command, "--help")

    assert outcome.code == 0
    assert f"  seeding {command}" in outcome.out.partition("example")[2]
    assert max(map(len, outcome.out.splitlines())) <= 100


def test_help_names_every_command_and_exit_code(run: Run) -> None:
    """The help of the whole lists the commands and what the exit codes mean."""
    outcome = run("--help")

    assert outcome.code == 0
    for word in (*COMMANDS, "exit codes", "130"):
        assert word in outcome.out


def test_version(run: Run) -> None:
    """``--version`` prints the version of the package."""
    assert run("--version") == Outcome(0, f"seeding {seeding.__version__}\n", "")


def test_methods_are_those_of_the_library() -> None:
    """The names written out in the parser are exactly the methods that exist."""
    from seeding.selection.methods import METHODS

    assert sorted(options.METHODS) == sorted(METHODS)


def test_optimize_prints_and_writes_the_plan(run: Run, edges: Path, roster: Path, tmp_path: Path) -> None:
    """The table, the sentences and the CSV tell of the same affordable seeds."""
    out = tmp_path / "seeds.csv"

    outcome = run("optimize", edges, "--roster", roster, "--budget", "1_500", "--rng", 3, "--out", out)

    assert outcome.code == 0
    assert seeding.read_seeds(out) == ["@anna", "p4"]
    assert "1,300.49 of 1,500 for 2 seeds" in outcome.out
    for words in ("95 % interval", "Certificate: With probability", "8 cases of 10", "Method: ", "--rng 3"):
        assert words in " ".join(outcome.out.split())
    assert f"Wrote {out}" in outcome.out.replace("\n", "")
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith("1,@anna,1200.50,1200.50,")


def test_printed_plan_fits_and_is_plain(run: Run, edges: Path, roster: Path) -> None:
    """On 80 columns the table keeps the roster's column that fits, breaks no line, and has no codes."""
    outcome = run("optimize", edges, "--roster", roster, "-k", 2, "--rng", 3)

    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "\x1b" not in outcome.out + outcome.err
    assert "platform" in outcome.out


def test_long_plan_is_cut(run: Run, tmp_path: Path) -> None:
    """Of 25 seeds, 20 are shown, and a line says where the others are."""
    edges, out = tmp_path / "edges.tsv", tmp_path / "seeds.csv"
    edges.write_text("".join(f"a{i}\tb{i}\n" for i in range(30)), encoding="utf-8")

    shown = run("optimize", edges, "-k", 25, "--probability", 0.5, "--out", out)
    alone = run("optimize", edges, "-k", 25, "--probability", 0.5)

    assert shown.code == alone.code == 0
    assert f"… and 5 more, all in {out}." in shown.out.replace("\n", "")
    assert "… and 5 more, --out FILE writes all of them." in alone.out
    assert len(seeding.read_seeds(out)) == 25


def test_json_is_all_of_the_output(run: Run, edges: Path, roster: Path, tmp_path: Path) -> None:
    """``--json`` prints the plan and nothing else; the file of ``--plan-json`` holds the same."""
    path = tmp_path / "plan.json"

    outcome = run(
        "optimize", edges, "--roster", roster, "--budget", 400, "--rng", 1, "--json", "--plan-json", path
    )

    plan = json.loads(outcome.out)
    assert outcome.code == 0
    assert [seed["candidate"] for seed in plan["seeds"]] == ["=bo", "p4"]
    assert plan["cost"] == "399.99"
    assert plan == json.loads(path.read_text(encoding="utf-8"))


def test_same_rng_same_plan(run: Run, edges: Path) -> None:
    """The key that a run prints gives the same seeds and the same figures again."""
    first = run("optimize", edges, "-k", 2)
    key = first.out.partition("--rng ")[2].split(".")[0]

    assert run("optimize", edges, "-k", 2, "--rng", key).out == first.out


def test_quiet_prints_nothing(run: Run, edges: Path, tmp_path: Path) -> None:
    """``--quiet`` is silent on both streams and still writes the file."""
    out = tmp_path / "seeds.csv"

    assert run("optimize", edges, "-k", 1, "--out", out, "--quiet") == Outcome(0, "", "")
    assert seeding.read_seeds(out) == ["@anna"]


def test_assumption_is_a_note(run: Run, tmp_path: Path) -> None:
    """What had to be assumed is said once on the error stream, in the words of the command line."""
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target\na,b\nc,b\n", encoding="utf-8")

    outcome = run("optimize", edges, "-k", 1, "--json")

    assert outcome.code == 0
    assert outcome.err.count("note: ") == 1
    assert "weighted cascade" in outcome.err
    assert "pass --probability" in outcome.err
    assert json.loads(outcome.out)["k"] == 1


def test_formula_labels_are_noted(run: Run, edges: Path, tmp_path: Path) -> None:
    """One note warns of labels that a spreadsheet would run, unless the safe variant is written."""
    plain, safe = tmp_path / "plain.csv", tmp_path / "safe.csv"

    warned = run("optimize", edges, "-k", 2, "--rng", 1, "--out", plain)
    silent = run("optimize", edges, "-k", 2, "--rng", 1, "--out", safe, "--spreadsheet")

    assert warned.err.count("note: ") == 1
    assert "--spreadsheet" in warned.err
    assert silent.err == ""
    assert seeding.read_seeds(plain) == seeding.read_seeds(safe) == ["@anna", "=bo"]


def test_steering_characters_are_not_printed(run: Run, tmp_path: Path) -> None:
    """A label with an escape sequence cannot clear the screen of whoever reads the plan."""
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target,p\n\x1b[2Jevil,b,1\n", encoding="utf-8")

    outcome = run("optimize", edges, "-k", 1)

    assert outcome.code == 0
    assert "\x1b" not in outcome.out
    assert "[2Jevil" in outcome.out


@pytest.mark.parametrize("limit", [("--memory-limit", "1"), ("--time-limit", "0.000001")])
def test_stopped_early_is_exit_code_4(run: Run, edges: Path, tmp_path: Path, limit: tuple[str, str]) -> None:
    """A limit that ends the search still leaves a whole plan, and says so with exit code 4."""
    out = tmp_path / "seeds.csv"

    outcome = run(
        "optimize", edges, "-k", 2, "--method", "ris", "--gap", 0.0001, "--rng", 1, *limit, "-o", out
    )

    assert outcome.code == 4
    assert "limit was reached" in outcome.out
    assert len(seeding.read_seeds(out)) == 2


def test_progress_lines_without_a_terminal(run: Run, edges: Path) -> None:
    """``--progress`` names the stages on the error stream; without it a pipe stays silent."""
    loud = run("optimize", edges, "-k", 1, "--rng", 1, "--progress")
    silent = run("optimize", edges, "-k", 1, "--rng", 1)

    assert loud.err.splitlines()[0] == "… reading the network"
    assert "… simulating cascades" in loud.err.splitlines()
    assert silent.err == ""
    assert loud.out == silent.out


def test_reach_of_a_written_plan(run: Run, edges: Path, tmp_path: Path) -> None:
    """``reach`` reads what ``optimize`` wrote; its interval holds the exact reach of @anna."""
    out = tmp_path / "seeds.csv"
    run("optimize", edges, "-k", 1, "--rng", 1, "--out", out)

    outcome = run("reach", edges, "--seeds", out, "--rng", 5, "--json")

    # The two rows @anna → p1 merge to 1 − 0.1 · 0.5.
    exact = 1 + 0.95 + 0.8 + 0.7
    result = json.loads(outcome.out)
    assert outcome.code == 0
    assert result["seeds"] == ["@anna"]
    assert result["reach"]["low"] < exact < result["reach"]["high"]


def test_reach_in_words(run: Run, edges: Path, tmp_path: Path) -> None:
    """A plain list of labels is a seed list too, and the number of simulations is as asked."""
    seeds = tmp_path / "mine.txt"
    seeds.write_text("candidate\n@anna\n=bo\n", encoding="utf-8")

    outcome = run("reach", edges, "--seeds", seeds, "--worlds", 500, "--rng", 5)

    assert outcome.code == 0
    assert "2 seeds" in outcome.out
    assert "from 500 fresh simulations" in " ".join(outcome.out.split())


@pytest.mark.parametrize(("missing", "seeds"), [("add", ["@anna", "@new"]), ("drop", ["@anna"])])
def test_reach_with_a_missing_seed(
    run: Run, edges: Path, tmp_path: Path, missing: str, seeds: list[str]
) -> None:
    """A seed outside the network reaches only itself if added, and is noted if dropped."""
    path = tmp_path / "seeds.csv"
    path.write_text("candidate\n@anna\n@new\n", encoding="utf-8")

    outcome = run("reach", edges, "--seeds", path, "--missing", missing, "--worlds", 50, "--json")

    assert outcome.code == 0
    assert json.loads(outcome.out)["seeds"] == seeds
    assert ("dropped: '@new'" in outcome.err) == (missing == "drop")


def test_inspect_tells_what_was_read(run: Run, edges: Path, roster: Path) -> None:
    """The summary counts nodes, arcs, what was dropped and merged; a roster is checked and described."""
    outcome = run("inspect", edges, "--roster", roster)

    words = " ".join(outcome.out.split())
    assert outcome.code == 0
    for fact in ("nodes 7", "arcs 6 from 8 rows", "dropped 1 self-loop", "merged 1 parallel"):
        assert fact in words
    assert "candidates 3" in words
    assert "cost 99.99 to 1,200.50, all together 1,600.49" in words


def test_inspect_json(run: Run, edges: Path, roster: Path) -> None:
    """``--json`` gives the same facts to a program."""
    facts = json.loads(run("inspect", edges, "--roster", roster, "--json").out)

    assert (facts["nodes"], facts["arcs"], facts["self_loops_dropped"]) == (7, 6, 1)
    assert facts["roster"]["candidates"] == 3
    assert facts["roster"]["columns"] == ["platform"]


def test_options_reach_the_reader(run: Run, tmp_path: Path) -> None:
    """Direction, columns, weights and a decimal comma are understood as given."""
    edges, nodes = tmp_path / "f.csv", tmp_path / "n.csv"
    edges.write_text("wer;wen;w\na;b;0,5\n", encoding="utf-8")
    nodes.write_text("label;value\na;3\nb;2\nc;7\n", encoding="utf-8")
    words = (
        "--source",
        "wer",
        "--target",
        "wen",
        "--probability",
        "w",
        "--direction",
        "follower_to_followed",
    )

    outcome = run(
        "optimize", edges, *words, "--nodes", nodes, "--weights", "value", "-k", 2, "--json", "--rng", 1
    )

    plan = json.loads(outcome.out)
    assert outcome.code == 0
    assert [seed["candidate"] for seed in plan["seeds"]] == ["c", "b"]
    assert plan["reach"]["low"] < 7 + 2 + 0.5 * 3 < plan["reach"]["high"]


def test_the_column_of_labels_can_be_named(run: Run, tmp_path: Path) -> None:
    """``--node-column`` says which column of the table of people holds their labels."""
    edges, nodes = tmp_path / "f.csv", tmp_path / "n.csv"
    edges.write_text("source,target,p\n7,8,0.5\n", encoding="utf-8")
    nodes.write_text("id,new_id,views\n900,7,3\n901,8,2\n902,9,5\n", encoding="utf-8")
    words = ("--nodes", nodes, "--node-column", "new_id", "--weights", "views")

    outcome = run("inspect", edges, *words, "--json")

    facts = json.loads(outcome.out)
    assert outcome.code == 0
    assert (facts["nodes"], facts["total_weight"]) == (3, 10.0)


def test_network_without_arcs(run: Run, tmp_path: Path) -> None:
    """With the weighted cascade on a network without arcs, the seeds reach exactly themselves."""
    edges, nodes = tmp_path / "edges.csv", tmp_path / "nodes.csv"
    edges.write_text("source,target\na,a\n", encoding="utf-8")
    nodes.write_text("label\na\nb\nc\n", encoding="utf-8")

    outcome = run("optimize", edges, "--nodes", nodes, "--probability", "wc", "-k", 2, "--json")

    assert outcome.code == 0
    assert json.loads(outcome.out)["reach"]["mean"] == 2.0


def test_module_and_light_start(tmp_path: Path) -> None:
    """``python -m seeding`` works in a process of its own, and its help loads nothing heavy."""
    code = (
        "import sys, seeding.cli\n"
        "assert seeding.cli.main(['optimize', '--help']) == 0\n"
        "print(sorted({'numpy', 'numba', 'pandas', 'networkx', 'ortools', 'rich'} & set(sys.modules)))"
    )
    light = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    module = subprocess.run(
        [sys.executable, "-m", "seeding", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
    )

    assert light.stdout.splitlines()[-1] == "[]"
    assert module.stdout == f"seeding {seeding.__version__}\n"
