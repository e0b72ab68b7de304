"""The experiments of `benchmarks`: each is registered, listed in the README, and run by one command."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmarks.__main__ import main
from benchmarks.common import registry, results
from benchmarks.mutations import runner

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks"
# What a call of an experiment looks like in a text.
_COMMAND = re.compile(r"python -m benchmarks(?:\.[a-z_.]+)? ([a-z_]+)")


@pytest.fixture
def tried(monkeypatch):
    """Put an experiment of two arguments into the registry, whose `main` keeps what it was given."""
    given: list[argparse.Namespace] = []
    monkeypatch.setitem(
        sys.modules, "benchmarks.tried", SimpleNamespace(__doc__="Try.", main=lambda one: given.append(one))
    )
    arguments = (registry.Argument("--runs", "how often", type=int, default=3), registry.Argument("--stage"))
    tried = registry.Experiment("tried", "Tries.", "benchmarks.tried", ("tried.csv",), arguments)
    monkeypatch.setattr(registry, "experiments", lambda: {"tried": tried})
    return given


def test_the_readme_lists_all_experiments(capsys):
    """The table of the README is what the command prints without a name."""
    assert main([]) == 0
    listed = capsys.readouterr().out
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"<!-- experiments -->\n{listed}<!-- end -->" in readme


def test_listing_imports_nothing_heavy():
    """The list comes at once: neither the package nor a library is imported for it."""
    code = (
        "import sys; from benchmarks.__main__ import main; main([]); "
        "print({name.split('.')[0] for name in sys.modules} & {'numpy', 'pandas', 'seeding', 'numba'})"
    )
    words = [sys.executable, "-c", code]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize("name", registry.experiments())
def test_each_can_be_run(name, capsys):
    """Its module has a `main` of one argument, its arguments are sound, and its help says what it does."""
    experiment = registry.experiments()[name]
    module = importlib.import_module(experiment.module)
    assert module.main.__code__.co_argcount == 1
    with pytest.raises(SystemExit) as ended:
        experiment.run(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert module.__doc__.strip().splitlines()[0] in said
    assert all(str(one).split()[0] in said for one in experiment.all_arguments() if one.meaning)


@pytest.mark.parametrize("name", registry.experiments())
def test_what_each_writes_is_committed(name):
    """The tables and pages that it is said to write are there."""
    for written in registry.experiments()[name].writes:
        assert (registry.RESULTS / written if written.endswith(".csv") else ROOT / written).exists(), written


def test_every_committed_table_has_an_experiment():
    """A result is made by an experiment, or by a suite of `seeding bench`."""
    made = {name for one in registry.experiments().values() for name in one.writes if name.endswith(".csv")}
    suites = {"small.csv", "peers.csv", "networks.csv", "scaling.csv"}
    assert {path.name for path in registry.RESULTS.glob("*.csv")} == made | suites


def test_there_are_no_scripts_beside_the_rooms():
    """Every experiment has a room, every room is registered, and no module is run by itself."""
    assert {path.name for path in FOLDER.glob("*.py")} == {"__init__.py", "__main__.py"}
    rooms = {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert rooms == {*registry.ROOMS, "common"}
    # Started by other interpreters, which have nothing of ours.
    alone = {"peer_script.py", "__main__.py"}
    for path in FOLDER.rglob("*.py"):
        assert path.name in alone or '__name__ == "__main__"' not in path.read_text(encoding="utf-8"), path


def test_texts_name_experiments_that_there_are():
    """Whatever tells to run an experiment tells the name of one."""
    texts = [*ROOT.glob("*.md"), ROOT / "Makefile", *(ROOT / "docs").rglob("*.md"), *FOLDER.rglob("*.md")]
    texts += [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.toml")]
    told = {
        (path.name, *found.groups())
        for path in texts
        for found in _COMMAND.finditer(path.read_text(encoding="utf-8"))
    }
    assert {name for _, name in told} - set(registry.experiments()) == set()
    assert len(told) >= 24
    for path in texts:
        assert not re.search(r"-m benchmarks\.", path.read_text(encoding="utf-8")), path


def test_an_unknown_name_is_told(capsys):
    """A slip is answered by the name that was meant, and by the way to the list."""
    assert main(["engine_rate"]) == 2
    said = capsys.readouterr().err
    assert "no experiment 'engine_rate'; did you mean 'engine_rates'? `python -m benchmarks` lists" in said
    assert main(["zzz"]) == 2
    assert "there is no experiment 'zzz'; `python -m benchmarks` lists them all." in capsys.readouterr().err


def test_arguments_reach_the_experiment(tried):
    """Defaults, values, hidden arguments and the place of the table."""
    assert main(["tried"]) == 0
    assert main(["tried", "--runs", "5", "--stage", "read", "--out", "here.csv"]) == 0
    usual, asked = tried
    assert (usual.runs, usual.stage, usual.out) == (3, None, registry.RESULTS / "tried.csv")
    assert (asked.runs, asked.stage, asked.out) == (5, "read", Path("here.csv"))
    assert registry.table().splitlines()[-1] == (
        "| tried | `tried` | Tries. | [`tried.csv`](results/tried.csv) | `--runs 3` `--out CSV` |"
    )


def test_words_that_are_no_argument_are_refused(tried, capsys):
    """They are passed on only where another program takes them."""
    with pytest.raises(SystemExit) as ended:
        main(["tried", "--rins", "5"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --rins 5" in capsys.readouterr().err
    assert tried == []
    assert [one.name for one in registry.Experiment.run.__globals__["experiments"]().values()] == ["tried"]


def test_two_experiments_of_one_name_are_refused(monkeypatch):
    """The second would hide the first."""
    monkeypatch.setattr(registry, "ROOMS", ("pages", "pages"))
    with pytest.raises(ValueError, match="two experiments have the name 'tables'"):
        registry.experiments.__wrapped__()


def test_a_table_is_written_whole_with_its_facts(tmp_path):
    """Facts stand in every row; the format is that of floating-point numbers."""
    path = tmp_path / "new" / "table.csv"
    made = results.write(({"n": n, "x": n / 3} for n in (1, 2)), path, {"key": 7}, form="%.3g")
    assert path.read_text() == "n,x,key\n1,0.333,7\n2,0.667,7\n"
    assert len(made) == 2
    results.write(pd.DataFrame({"a": [None, 2]}).astype("Int64"), path)
    assert path.read_text() == 'a\n""\n2\n'
    assert [place.name for place in path.parent.iterdir()] == ["table.csv"]


def test_an_earlier_run_of_mutations_is_kept(tmp_path):
    """Rows that were not run again stay byte for byte, those of moved sources follow them, new ones come."""
    path, every = tmp_path / "mutations.csv", runner.read_list()[:4]
    rows = [f'{one.name},{one.area},{one.file},noticed,"t.py::test[1, 2]",1.0' for one in every[:3]]
    before = "\n".join(["mutation,area,file,status,test,seconds", *rows, ""])
    path.write_text(before.replace(every[0].file, "moved/since.py"))
    results.write(runner.merged(every, {}, path), path)
    assert path.read_text() == before
    found = {every[i].name: runner.Outcome("survived", "", 1.26) for i in (1, 3)}
    results.write(runner.merged(every, found, path), path)
    survived = [f"{one.name},{one.area},{one.file},survived,,1.3" for one in (every[1], every[3])]
    assert path.read_text().splitlines()[1:] == [rows[0], survived[0], rows[2], survived[1]]
