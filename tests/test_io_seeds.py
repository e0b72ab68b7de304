"""Tests of seed lists: whatever the labels, both variants of the CSV give them back exactly."""

from __future__ import annotations

import csv
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.io.seeds import read_seeds
from seeding.plan.seed_csv import escape, labels_that_would_run, unescape, write_seeds

TRICKY = [
    "@anna",
    "'@anna",
    "''@anna",
    "'",
    "''",
    "'plain",
    "=1+1",
    "+47",
    "-5",
    "\t=x",
    "\r=x",
    " =x",
    "007",
    "12345678901234567",
    "1.0",
    "1e5",
    "3/4",
    "mar1",
    "1-Mar-2024",
    "TRUE",
    "50 %",
    "＝x",
    " padded ",
    "two\nlines",
    "two\r\nlines",
    'a "b" c',
    "a,b;c|d",
    "#x",
    "# x",
    "NA",
    "",
    "\ufeffx",
    "Åse 🎉",
]

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
risky = st.text(alphabet="'@=+-\t\r\n 07.1eE/,;\"#a")


def table(labels) -> pd.DataFrame:
    """Make a plan's table around labels."""
    n = len(labels)
    return pd.DataFrame(
        {
            "rank": range(1, n + 1),
            "candidate": pd.Series(labels, dtype=object),
            "cost": [Decimal("1250.50")] * n,
            "note": pd.Series(labels, dtype=object),
        }
    )


@pytest.mark.parametrize("spreadsheet", [False, True])
@given(labels=st.lists(texts | risky, min_size=1))
@example(labels=TRICKY)
def test_round_trip_of_texts(tmp_path_factory, labels, spreadsheet):
    """Any texts come back exactly from either variant."""
    path = tmp_path_factory.mktemp("s") / "s.csv"
    labels = [*labels, "a"]
    write_seeds(table(labels), path, spreadsheet=spreadsheet)
    assert read_seeds(path) == labels


@pytest.mark.parametrize("spreadsheet", [False, True])
@given(labels=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_round_trip_of_integers(tmp_path_factory, labels, spreadsheet):
    """Integers of any length come back as integers."""
    path = tmp_path_factory.mktemp("s") / "s.csv"
    write_seeds(table(labels), path, spreadsheet=spreadsheet)
    assert read_seeds(path) == labels


@given(texts | risky)
@example("'@anna")
@example("'")
def test_escape_is_reversible_and_safe(text):
    """Escaping can be taken back, and what it leaves neither runs nor changes."""
    assert unescape(escape(text)) == text
    assert not labels_that_would_run([escape(text)])


def test_plain_variant_is_exact(tmp_path):
    """The normal CSV holds labels and amounts as they are, without a mark, for any reader."""
    path = tmp_path / "s.csv"
    frame = table(TRICKY).assign(reach=[1 / 3] * len(TRICKY), gone=None)
    write_seeds(frame, path)
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["candidate"] for row in rows] == TRICKY
    assert {row["cost"] for row in rows} == {"1250.50"}
    assert {float(row["reach"]) for row in rows} == {1 / 3}
    assert {row["gone"] for row in rows} == {""}


def test_spreadsheet_variant_is_safe(tmp_path):
    """The variant for spreadsheets has a mark, and no text in it, names included, would run."""
    path = tmp_path / "s.csv"
    frame = table(TRICKY).assign(**{"=cmd": 5, "drop": [-5.5] * len(TRICKY)})
    write_seeds(frame, path, spreadsheet=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["rank", "candidate", "cost", "note", "\u200b=cmd", "drop"]
    for row in rows:
        assert labels_that_would_run([row[1], row[3]]) == []
    assert {(row[2], row[4], row[5]) for row in rows} == {("1250.50", "5", "-5.5")}
    cells = [row[1] for row in rows]
    assert "\u200b007" in cells
    assert "\u200b12345678901234567" in cells


def test_long_integers_are_kept_as_text_in_spreadsheets(tmp_path):
    """Integers of more than 15 digits would be rounded by a spreadsheet; shorter ones stay numbers."""
    path = tmp_path / "s.csv"
    labels = [1234567890123456, 123456789012345, -5]
    write_seeds(pd.DataFrame({"candidate": labels}), path, spreadsheet=True)
    assert path.read_text("utf-8-sig").split() == [
        "candidate", "\u200b1234567890123456", "123456789012345", "-5",
    ]  # fmt: skip
    assert read_seeds(path) == labels


@pytest.mark.parametrize(
    ("separator", "end", "mark"), [(",", "\r\n", ""), (";", "\n", ""), ("\t", "\r\n", "\ufeff")]
)
def test_saved_again_by_a_spreadsheet(tmp_path, separator, end, mark):
    """Saving the variant again from a spreadsheet, as CSV of any region, keeps the labels."""
    path = tmp_path / "s.csv"
    for sign in ("\u200b", "'"):
        rows = [["rank", "candidate", "cost"], ["1", f"{sign}@anna", "5"], ["2", "bo", "5"]]
        path.write_bytes((mark + "".join(separator.join(row) + end for row in rows)).encode())
        assert read_seeds(path) == ["@anna", "bo"]


HOSTILE = [
    "=cmd|'/C calc'!A0", "@x", "+1", "-1", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "＝1+1", "＋1", "－1", "＠x",
    '="a"', "'=1+1", '"=1+1"', "\u200b=1+1", "\u200b", "'", "\u200b\u200b'@x", '=1+2";=1+2',
    "=1+2'\" ;,=1+2", "12345678901234567890", "007", "mar1", "1e5", "TRUE",
]  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "tab"])
def test_hostile_labels_run_nowhere_and_show_as_they_are(tmp_path, separator):
    """No cell begins with what runs; what is added is one sign that nobody sees; and it comes off again."""
    path = tmp_path / "s.csv"
    write_seeds(table(HOSTILE), path, spreadsheet=True, separator=separator)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t" if separator == "tab" else separator))[1:]
    for row, label in zip(rows, HOSTILE, strict=True):
        assert row[1] in (label, "\u200b" + label)
        assert row[1].lstrip()[:1] not in tuple("=+-@＝＋－＠")
        assert row[1][0] not in "\t\r\n "
    assert read_seeds(path) == HOSTILE


def test_the_sign_stays_when_a_spreadsheet_saves_without_quotes(tmp_path):
    """Spreadsheets leave quotation marks out where they can; the sign is text, and stays."""
    path = tmp_path / "s.csv"
    labels = [label for label in HOSTILE if not any(sign in label for sign in ',;"\r\n\t')]
    lines = ["candidate", *(escape(label) for label in labels)]
    path.write_bytes(("\ufeff" + "".join(line + "\r\n" for line in lines)).encode())
    assert read_seeds(path) == labels


def test_labels_that_would_run():
    """Formulas, handles and signs run; numbers and harmless texts do not."""
    labels = ["@anna", "bo", "=1", "+1", "-1", "\tx", -5, 7, "a@b", "'@x", "", " =1"]
    assert labels_that_would_run(labels) == ["@anna", "=1", "+1", "-1", "\tx", " =1"]


@pytest.mark.parametrize("label", ["a\0b", "\ud83d"])
def test_what_no_csv_can_hold(tmp_path, label):
    """A NUL or half a character is refused before anything is written."""
    with pytest.raises(InputError, match="no CSV file can hold"):
        write_seeds(table([label]), tmp_path / "s.csv")
    assert list(tmp_path.iterdir()) == []


def test_values_of_every_kind(tmp_path):
    """Numbers of NumPy, missing values and other objects are written plainly."""
    path = tmp_path / "s.csv"
    frame = pd.DataFrame({"candidate": ["a", "b"]})
    frame["n"] = pd.Series([np.int64(2**62), pd.NA], dtype="Int64")
    frame["x"] = [0.1, np.nan]
    frame["flag"] = [True, False]
    frame["large"] = [Decimal("1E+3"), None]
    frame["pair"] = pd.Series([(1, 2), None], dtype=object)
    write_seeds(frame, path)
    assert path.read_text().splitlines()[1:] == [f'a,{2**62},0.1,True,1000,"(1, 2)"', "b,,,False,,"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("@anna\n@bo\n", ["@anna", "@bo"]),
        ("# my list\n\n@anna\n\n  @bo  \n", ["@anna", "@bo"]),
        ("candidate\n@anna\n", ["@anna"]),
        ("12\n7\n", [12, 7]),
        ("12\n007\n", ["12", "007"]),
        ("Anna Berg\nBo\n", ["Anna Berg", "Bo"]),
        ('"Berg, Anna"\n"Bo ""B"""\n', ["Berg, Anna", 'Bo "B"']),
        ("fee,Handle\n5, @anna\n6,@bo\n", ["@anna", "@bo"]),
        ("name;user\nAnna;u1\nBo;u2\n", ["u1", "u2"]),
        ("label\tx\na b\t1\n", ["a b"]),
        ("#anna\n#bo\n", ["#anna", "#bo"]),
        ("id\r\n1\r\n2\r\n", [1, 2]),
    ],
)
def test_lists_from_elsewhere(tmp_path, text, labels):
    """A column of a usual name, or one label a line, is enough."""
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode())
    assert read_seeds(path) == labels


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n# nothing\n", "holds no labels"),
        ("candidate,cost\n", "only a header"),
        ("who,what\na,b\nc,d\n", "no column of labels among 'who', 'what'"),
        ("# c\nhandle,fee\n@anna,5\n,6\n", "line 4 .*empty label"),
        ("handle,fee\n@anna,5\nBerg, Anna,6\n", "line 3 .*3 columns where the header has 2"),
    ],
)
def test_bad_lists(tmp_path, text, words):
    """An unusable list is refused in one sentence."""
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode())
    with pytest.raises(InputError, match=words):
        read_seeds(path)
