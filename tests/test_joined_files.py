"""Files as people make them: set one after another, with blanks, empty rows, or out of a pipe."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

import seeding as sd
from seeding import cli
from seeding.errors import InputError
from seeding.io import read_network, read_roster, read_seeds
from seeding.io.seeds import read_seed_list
from seeding.io.tables import read_table

MARK = "\ufeff"


def written(folder: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    """Write a text to a file, its line ends as they are."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_marks_at_the_beginning_of_lines(tmp_path, separator, end, encoding):
    """A byte-order mark at the beginning of any line is no part of a label, quoted or not."""
    rows = [["source", "target"], ["ann", "bob"], [MARK + "cy", "dan"], [MARK * 2 + '"dan"', "cy"]]
    text = end.join(separator.join(row) for row in rows) + end
    text = MARK + text if encoding == "utf-16-le" else text
    path = written(tmp_path, text, encoding=encoding)
    assert read_network(path, probability=0.5).labels.tolist() == ["ann", "bob", "cy", "dan"]


def test_marks_in_lists_and_rosters(tmp_path):
    """Nor of a seed or a candidate."""
    assert read_seeds(written(tmp_path, f"ann\n{MARK}bob\n")) == ["ann", "bob"]
    assert read_seeds(written(tmp_path, f"candidate\nann\n{MARK}bob\n")) == ["ann", "bob"]
    roster = read_roster(written(tmp_path, f"{MARK}candidate,cost\nann,1\n{MARK}bob,2\n"))
    assert roster.candidates.tolist() == ["ann", "bob"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("source,target\nann,bob\nsource,target\ncy,dan\n", 3),
        (f"{MARK}source,target\nann,bob\n{MARK}source,target\nbob,cy\n", 3),
        ("source,target\nann,bob\n\ntarget,source\ncy,dan\n", 4),
        ("Source,Target,p\nann,bob,1\nsource , TARGET,P\n", 3),
        ("source\ttarget\nann\tbob\nfrom\tto\n", 3),
        ("source target\n1 2\nsource target\n2 3\n", 3),
        ("follower,followed\nann,bob\ncy,dan\nfollower,followed\nann,cy\n", 4),
        ('source,target\n"ann","bob"\n"source","target"\n"cy","dan"\n', 3),
    ],
)
@pytest.mark.filterwarnings("ignore::seeding.errors.AssumptionWarning")
def test_a_header_in_the_middle(tmp_path, text, line):
    """A row that names the columns again is refused with its line; it is no person called source."""
    with pytest.raises(InputError, match=f"line {line} of .* names the columns again .*; remove that line"):
        read_network(written(tmp_path, text), probability=0.5)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("ann,bob\ncy,dan\nsource,target\nann,cy\n", {}),
        ("ann,bob\ncy,dan\nword,next\nann,cy\n", {"source": "word", "target": "next"}),
    ],
)
def test_a_header_below_rows(tmp_path, text, options):
    """Rows without a header are no title: the line of the header is named, as it may be the one to remove."""
    with pytest.raises(
        InputError, match=r"line 3 of .* but line 1 .* could be a row; remove line 3 if it is,"
    ):
        read_network(written(tmp_path, text), probability=0.5, **options)


def test_a_header_in_the_middle_of_other_tables(tmp_path):
    """The same in rosters, node tables and lists of seeds."""
    with pytest.raises(InputError, match=r"line 3 .* names the columns again"):
        read_roster(written(tmp_path, "candidate,cost\nann,1\ncandidate,cost\nbob,2\n"))
    with pytest.raises(InputError, match=r"line 3 .* names the columns again"):
        read_seeds(written(tmp_path, "candidate,cost\nann,1\ncandidate,cost\nbob,2\n"))
    people = written(tmp_path, "node,age\nann,1\nnode,age\nbob,2\n", "n.csv")
    with pytest.raises(InputError, match=r"line 3 .* names the columns again"):
        read_network(written(tmp_path, "ann,bob\nbob,ann\n"), probability=0.5, nodes=people)


@pytest.mark.filterwarnings("ignore::seeding.errors.AssumptionWarning")
@pytest.mark.parametrize(
    ("text", "options", "nodes"),
    [
        ("source,target\nann,source\ntarget,ann\n", {}, {"ann", "source", "target"}),
        ("word,next\nfrom,to\nto,from\nfrom,home\n", {"source": "word"}, {"from", "to", "home"}),
        ("from,to\nto,from\nann,from\n", {"header": False}, {"from", "to", "ann"}),
        ("ann,bob\nann,bob\nbob,cy\n", {}, {"ann", "bob", "cy"}),
        ("u,v\nv,w\nu,v\n", {}, {"u", "v", "w"}),
    ],
)
def test_labels_that_are_names_of_columns(tmp_path, text, options, nodes):
    """Words of a network may be source, from or to, where they stand in more than one row."""
    network = read_network(written(tmp_path, text), probability=0.5, **options)
    assert set(network.labels) == nodes


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
@pytest.mark.parametrize("many", [1, 3_000])
def test_a_quotation_mark_after_a_blank(tmp_path, separator, many):
    """A quotation mark after a separator and a blank opens a quoted cell, in short and in long files."""
    head = f'source{separator} "target"\nann{separator} bob\n  "bob"{separator}   "cy"\n'
    rows = "".join(f'cy{separator} "Bob{separator} {i}"\n' for i in range(many))
    network = read_network(written(tmp_path, head + rows), probability=0.5)
    assert set(network.labels) == {"ann", "bob", "cy", *(f"Bob{separator} {i}" for i in range(many))}
    table = read_table(written(tmp_path, head + rows), header=True)
    assert [column[-1] for column in table.cells] == ["cy", f"Bob{separator} {many - 1}"]
    assert table.line(len(table) - 1) == 3 + many


def test_quotation_marks_after_blanks_in_rosters_and_lists(tmp_path):
    """Amounts with thousands and labels with commas are read behind a blank too."""
    roster = read_roster(written(tmp_path, 'candidate, cost\n"ann", "1,200.50"\n "B, b", 5\n'))
    assert roster.candidates.tolist() == ["ann", "B, b"]
    assert [f"{amount}" for amount in roster.to_frame()["cost"]] == ["1200.50", "5.00"]
    assert read_seeds(written(tmp_path, 'x, "handle"\n1, "B, b"\n2,  "ann"\n')) == ["B, b", "ann"]
    assert read_seeds(written(tmp_path, 'rank, candidate\n1, " padded "\n2, ann\n')) == [" padded ", "ann"]


@pytest.mark.parametrize("tail", ["", ",\n,\n", " , \n", '"",""\n', ",\n\n,\n", "\n\n"])
@pytest.mark.parametrize("name", ["candidate", "handle"])
def test_empty_rows_at_the_end_of_seeds(tmp_path, name, tail):
    """Rows of empty cells at the end, as spreadsheets leave them, are left out of seeds and chances."""
    path = written(tmp_path, f"{name},accept\nann,0.5\nbob,1\n{tail}")
    assert read_seeds(path) == ["ann", "bob"]
    assert read_seed_list(path).chances == [0.5, 1.0]


def test_empty_cells_within_seeds(tmp_path):
    """In the middle, or beside something, an empty label is refused with its line."""
    with pytest.raises(InputError, match=r"line 3 .* empty label"):
        read_seeds(written(tmp_path, "handle,cost\nann,1\n,\nbob,1\n"))
    with pytest.raises(InputError, match=r"line 3 .* empty label"):
        read_seeds(written(tmp_path, "handle,cost\nann,1\n,5\n"))


@pytest.fixture
def arcs(tmp_path):
    """Write the arcs ann → bob → cy."""
    return written(tmp_path, "source,target\nann,bob\nbob,cy\n", "net.csv")


@pytest.fixture
def pipe(tmp_path):
    """Give the name of a pipe out of which a text comes once."""
    threads = []

    def make(text: str) -> str:
        path = tmp_path / f"pipe{len(threads)}"
        os.mkfifo(path)
        thread = threading.Thread(target=lambda: path.write_text(text), daemon=True)
        thread.start()
        threads.append(thread)
        return str(path)

    yield make
    for thread in threads:
        thread.join(timeout=5)


def test_lists_out_of_pipes(arcs, pipe, capsys):
    """Seeds with their chances, rivals and organic starts are read once, so that a pipe will do."""
    words = ["-p", "1", "--rng", "1"]
    assert cli.main(["reach", str(arcs), *words, "--seeds", pipe("candidate,accept\nann,1\n")]) == 0
    assert "1 seed from" in capsys.readouterr().out
    assert cli.main(["virality", str(arcs), *words, "--seeds", pipe("ann\n"), "--worlds", "64"]) == 0
    capsys.readouterr()
    asked = ["--seeds", pipe("ann\n"), "--rivals", pipe("candidate\nbob\n"), "--json"]
    assert cli.main(["reach", str(arcs), *words, *asked]) == 0
    rivals = sd.estimate_reach(read_network(arcs, probability=1.0), ["ann"], rivals=["bob"], rng=1)
    assert f'"mean": {rivals.mean}' in capsys.readouterr().out
    assert cli.main(["optimize", str(arcs), *words, "-k", "1", "--organic", pipe("cy\n")]) == 0


def test_what_is_no_file_are_labels(arcs, tmp_path, capsys, monkeypatch):
    """A folder of that name is no list; a name that ends as files do is one, there or not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bob").mkdir()
    for option in ("--rivals", "--organic"):
        asked = [str(arcs), "-p", "1", "-k", "1", "--rng", "1", option]
        assert cli.main(["optimize", *asked, "bob"]) == 0
        capsys.readouterr()
        assert cli.main(["optimize", *asked, "bob, cy ,"]) == 0
        capsys.readouterr()
        assert cli.main(["optimize", *asked, "none.csv"]) == 2
        assert "there is no file 'none.csv'" in capsys.readouterr().err
        assert cli.main(["optimize", *asked, " , "]) == 2
        assert "names nobody" in capsys.readouterr().err


def test_seeds_given_twice(arcs, tmp_path, capsys):
    """A seed given twice counts once, which is said; with two chances it is refused."""
    words = ["reach", str(arcs), "-p", "1", "--rng", "1", "--seeds"]
    assert cli.main([*words, str(written(tmp_path, "candidate\nann\nann\nbob\n"))]) == 0
    shown = capsys.readouterr()
    assert "2 seeds from" in shown.out
    assert "note: 'ann' is listed more than once; each counts once." in shown.err
    assert cli.main([*words, str(written(tmp_path, "candidate,accept\nann,0.5\nann,0.7\n"))]) == 2
    assert "seed 'ann' is listed twice, with accept 0.5 and 0.7" in capsys.readouterr().err


def test_inspect_counts_labels_that_look_alike(tmp_path, capsys):
    """Nothing is merged, and both the network and the roster say how many labels look like another."""
    arcs = written(tmp_path, "source,target\nann,bob\nAnn,cy\n@ann,dan\n", "net.csv")
    roster = written(tmp_path, "candidate,cost\nann,1\nAnn,1\n@bob,1\n", "r.csv")
    assert cli.main(["inspect", str(arcs), "-p", "1", "--roster", str(roster), "--missing", "add"]) == 0
    shown = capsys.readouterr()
    assert "nodes         6" in shown.out
    assert "note          3 labels differ from another only in '@' or case" in shown.out
    assert "note          2 candidates differ from another only in case ('ann', 'Ann')" in shown.out
    assert "1 person added differs from another only in '@' ('bob', '@bob')" in shown.err
    assert cli.main(["inspect", str(arcs), "-p", "1", "--roster", str(roster)]) == 2
    assert "it would be found without '@' ('bob')" in capsys.readouterr().err
