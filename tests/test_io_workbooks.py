"""Tests of tables from workbooks: cells as they are meant, and nothing that is broken, lost or hostile."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from broken_files import mutated
from test_io_seeds import TRICKY
from xlsxwriter import Workbook

import seeding as sd
from seeding.errors import InputError, SeedingError
from seeding.io.seeds import read_seed_list

LONG = "17841400000000012345"


def write(path: Path, *sheets: list[list], first: int = 0) -> Path:
    """Write sheets of rows; a text that begins with == is a formula with the value behind the bar."""
    book = Workbook(str(path))
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows, start=first):
            for column, cell in enumerate(cells, start=first):
                if isinstance(cell, tuple):
                    sheet.write_formula(row, column, cell[0], None, cell[1])
                elif isinstance(cell, datetime.date):
                    sheet.write_datetime(row, column, cell, date)
                elif isinstance(cell, bool):
                    sheet.write_boolean(row, column, cell)
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write_number(row, column, cell)
    book.close()
    return path


ROSTER = [[" Candidate ", "cost", "note"], ["@anna", 1250.5, "=1+1"], ["007", 350.125, None], [LONG, 3, "x"]]


@pytest.mark.parametrize("first", [0, 3])
def test_a_roster(tmp_path, first):
    """Texts stay texts, ids keep all digits, money is exact, wherever on the sheet the table begins."""
    roster = sd.read_roster(write(tmp_path / "r.xlsx", ROSTER, [], first=first))
    assert roster.candidates.tolist() == ["@anna", "007", LONG]
    assert roster.to_frame()["cost"].tolist() == [Decimal("1250.5"), Decimal("350.125"), Decimal(3)]
    assert roster.to_frame()["note"].tolist()[0] == "=1+1"


def test_every_table(tmp_path):
    """Edges, people, seeds and persons are read as from a CSV of the same cells."""
    edges = [["source", "target", "p"], ["a", "b", 0.125], ["b", "c", ("=1/2", 0.5)]]
    people = [["node", "age"], ["a", 30], ["b", 41.5], ["c", None]]
    seeds = [["candidate", "cost", "accept"], ["b", 2.25, 0.5], ["a", 1, 1]]
    persons = [["platform", "account", "person"], ["x", "a", "p1"], ["y", 12, "p1"]]
    tables = {"edges": edges, "people": people, "seeds": seeds, "persons": persons}
    for name, rows in tables.items():
        write(tmp_path / f"{name}.xlsx", rows)
        plain = [[cell[1] if isinstance(cell, tuple) else cell for cell in row] for row in rows]
        pd.DataFrame(plain[1:], columns=plain[0]).to_csv(tmp_path / f"{name}.csv", index=False)
    book, text = (
        sd.read_network(tmp_path / f"edges.{end}", nodes=tmp_path / f"people.{end}")
        for end in ("xlsx", "csv")
    )
    assert book.labels.tolist() == text.labels.tolist()
    assert book.out.probability.tolist() == text.out.probability.tolist() == [0.125, 0.5]
    pd.testing.assert_frame_equal(book.people, text.people)
    read = read_seed_list(tmp_path / "seeds.xlsx", priced=True)
    assert read == read_seed_list(tmp_path / "seeds.csv", priced=True)
    assert (read.labels, read.chances) == (["b", "a"], [0.5, 1.0])
    assert read.fees == [Decimal("2.25"), Decimal(1)]
    assert sd.read_persons(tmp_path / "persons.xlsx")["account"].tolist() == ["a", "12"]


def test_hostile_labels_come_back(tmp_path):
    """Labels of all kinds, also in a list without a header, are those of the cells."""
    labels = [text for text in TRICKY if text.strip() and "\r" not in text and not text.startswith("'")]
    write(tmp_path / "s.xlsx", [["candidate", "n"], *([label, 1] for label in labels)])
    assert sd.read_seeds(tmp_path / "s.xlsx") == labels
    write(tmp_path / "list.xlsx", [["@anna"], ["bo;b"], [None], ["cy"]])
    assert sd.read_seeds(tmp_path / "list.xlsx") == ["@anna", "bo;b", "cy"]
    write(tmp_path / "ids.xlsx", [["candidate"], [12], [-7]])
    assert sd.read_seeds(tmp_path / "ids.xlsx") == [12, -7]


def test_a_column_of_dates_that_is_no_label(tmp_path):
    """Dates and truth values are fine where no labels are."""
    rows = [["candidate", "cost", "since", "ok"], ["a", 1, datetime.date(2024, 3, 1), True]]
    frame = sd.read_roster(write(tmp_path / "r.xlsx", rows)).to_frame()
    assert str(frame["since"][0]).startswith("2024-03-01")
    assert str(frame["ok"][0]) == "True"


BAD = {
    "a date": (["a", datetime.date(2024, 3, 1)], r"row 3 of .* has a date or time as candidate; .*\.$"),
    "a truth value": ([True, "a"], r"row 2 of .* has a truth value as candidate"),
    "lost digits": (["a", 17841400000000012345], r"row 3 of .* has the number 1784140000000001\d+, of which"),
    "16 digits": ([10**15, "a"], "row 2 of .* has the number 1000000000000000, of which"),
    "an error": (["a", "b", ("=1/0", "#DIV/0!")], r"row 4 \(cell A4\) of .* has an error such as #REF!"),
}


@pytest.mark.parametrize("kind", BAD)
def test_cells_that_are_no_labels(tmp_path, kind):
    """What a spreadsheet made of a label, or could not work out, is refused with its row in every table."""
    labels, said = BAD[kind]
    write(tmp_path / "r.xlsx", [["candidate", "cost"], *([label, 1] for label in labels)])
    with pytest.raises(InputError, match=said):
        sd.read_roster(tmp_path / "r.xlsx")
    with pytest.raises(InputError, match=said.replace("candidate", "label")):
        sd.read_seeds(tmp_path / "r.xlsx")
    write(tmp_path / "e.xlsx", [["source", "target"], *([label, "z"] for label in labels)])
    with pytest.raises(InputError, match=said.replace("candidate", "source or target")):
        sd.read_network(tmp_path / "e.xlsx", probability=0.5)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ([[]], "has no cells with anything in them"),
        ([[["", "  "]]], "has no cells with"),
        ([ROSTER, [["x"]]], r"has 2 sheets that are not empty, 'Sheet1', 'Sheet2'; keep one sheet"),
        ([[["candidate", "cost"]]], "has only a header"),
    ],
)
def test_sheets_that_are_no_table(tmp_path, sheets, said):
    """One sentence says what is wrong with the sheets."""
    with pytest.raises(InputError, match=said):
        sd.read_roster(write(tmp_path / "r.xlsx", *sheets))


def rewritten(path: Path, changes: dict[str, object], **more: bytes) -> bytes:
    """Return a workbook with parts changed, removed (None) or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = changes.get(name, lambda data: data)
            if change is not None:
                new.writestr(name, change(old.read(name)))
        for name, data in more.items():
            new.writestr(name, data)
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def far_cell(data: bytes) -> bytes:
    """Put a cell into the last corner of the sheet."""
    return data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def unvalued(data: bytes) -> bytes:
    """Take away the saved value of a formula."""
    return data.replace(b"<v>77</v>", b"")


def test_broken_and_hostile_archives(tmp_path):
    """Whatever is no workbook, is cut off, or would fill memory, is refused in one sentence."""
    path = write(tmp_path / "good.xlsx", [*ROSTER[:3], ["z", ("=70+7", 77), None]])
    assert sd.read_roster(path).costs.size == 3
    good = path.read_bytes()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("a.txt", "hello")
    cases = {
        "cut off": (good[: len(good) // 2], "is not a readable workbook"),
        "no workbook": (other.getvalue(), "is a zip archive, but no workbook"),
        "old": (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "is an old Excel workbook or has a password",
        ),
        "text": (b"candidate,cost\na,1\n", "is not a readable workbook"),
        "empty": (b"", "is empty"),
        "no book": (rewritten(path, {"xl/workbook.xml": None}), "has no sheets, so it is no workbook"),
        "no sheet": (rewritten(path, {SHEET: None}), "is not a readable workbook|has no cells"),
        "no XML": (
            rewritten(path, {SHEET: lambda data: data[: len(data) // 2]}),
            "has a sheet that is cut off",
        ),
        "far cell": (rewritten(path, {SHEET: far_cell}), "1,048,576 rows and 16,384 columns"),
        "unvalued": (
            rewritten(path, {SHEET: unvalued}),
            r"row 4 \(cell B4\) .* a formula whose value was not",
        ),
        "bomb": (rewritten(path, {}, **{"xl/x.xml": bytes(1 << 28)}), "unpacks to more than 300 times"),
    }
    for name, (data, said) in cases.items():
        (tmp_path / "bad.xlsx").write_bytes(data)
        with pytest.raises(InputError, match=said) as caught:
            sd.read_roster(tmp_path / "bad.xlsx")
        assert str(caught.value).endswith("."), name
        assert "\n" not in str(caught.value), name


def test_a_text_repeated_without_end_is_counted(tmp_path, monkeypatch):
    """Many cells that share one long text take next to no room in the file, but in memory they would."""
    path = write(tmp_path / "r.xlsx", [["candidate", "cost"], *(["x" * 30_000, 1] for _ in range(500))])
    asked = []
    monkeypatch.setattr("seeding._runtime.memory.demand", lambda n_bytes, _what: asked.append(n_bytes))
    with pytest.raises(InputError):
        sd.read_roster(path)
    assert max(asked) > 4 * 500 * 30_000


def test_mutated_workbooks(tmp_path):
    """Bytes changed anywhere, packed or not, end in a table or in one sentence."""
    path = write(tmp_path / "good.xlsx", ROSTER)
    read = refused = 0
    for key in range(300):
        random = Random(key)
        if key % 2:
            data = mutated(path.read_bytes(), random)
        else:
            part = random.choice([SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
            data = rewritten(path, {part: lambda data, random=random: mutated(data, random)})
        (tmp_path / "m.xlsx").write_bytes(data)
        try:
            sd.read_roster(tmp_path / "m.xlsx")
            read += 1
        except SeedingError:
            refused += 1
    assert read > 10
    assert refused > 50


def test_what_has_no_effect_and_what_is_missing(tmp_path, monkeypatch):
    """Signs of text tables are refused for a workbook; a missing reader is named with its extra."""
    path = write(tmp_path / "r.xlsx", ROSTER)
    for given in ({"separator": ";"}, {"decimal": ","}):
        with pytest.raises(InputError, match=f"so {next(iter(given))}= has no effect"):
            sd.read_roster(path, **given)
        with pytest.raises(InputError, match=f"so {next(iter(given))}= has no effect"):
            sd.read_network(path, probability=0.5, **given)
    (tmp_path / "r.csv").write_bytes(path.read_bytes())
    with pytest.raises(InputError, match=r"an Excel workbook; give a workbook a name in \.xlsx"):
        sd.read_roster(tmp_path / "r.csv")
    monkeypatch.setattr("seeding.io.workbooks.find_spec", lambda _name: None)
    with pytest.raises(InputError, match=r'needs python-calamine .* pip install "seeding\[excel\]"\.$'):
        sd.read_roster(path)


def test_reading_text_loads_no_reader_of_workbooks(tmp_path):
    """The reader is loaded only where a workbook is read."""
    import subprocess

    (tmp_path / "r.csv").write_text("candidate,cost\na,1\n")
    code = (
        f"import sys, seeding; seeding.read_roster({str(tmp_path / 'r.csv')!r}); "
        "print({'python_calamine', 'xlsxwriter'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
