"""Tests of cutting text tables into cells: every cell exact, every error with its line."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seeding.errors import AssumptionWarning, InputError
from seeding.io import columns as convert
from seeding.io import tables
from seeding.io.choose import LABEL_NAMES, NETWORK_NAMES
from seeding.io.integers import read_integers
from seeding.io.tables import read_table
from seeding.network.labels import is_canonical_integer

KNOWN = NETWORK_NAMES | LABEL_NAMES


@pytest.fixture
def table_of(tmp_path):
    """Read a text as a table."""

    def read(text: str, **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode("utf-8"))
        options.setdefault("known", KNOWN)
        return read_table(path, **options)

    return read


def rows(table) -> list[list[str]]:
    """Return a table's rows."""
    return [list(row) for row in zip(*table.cells, strict=True)]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("source,target\na,b\n", ","),
        ("source;target\na;b\n", ";"),
        ("source\ttarget\na\tb\n", "\t"),
        ("source|target\na|b\n", "|"),
        ("source target\na b\n", " "),
        ("source   target\n  a \t b  \n", " "),
        ("# made by hand\n% twice\n\nsource,target\na,b", ","),
        ("source,target\r\n\r\na,b\r\n\r\n", ","),
        ("source,target\ra,b\r", ","),
        ('"source","target"\n"a","b"\n', ","),
        ("source,target\na,b\n,\n,\n", ","),
        ("#source,target\na,b\n", ","),
        (" source , target \na,b\n", ","),
    ],
)
def test_layouts(table_of, text, separator):
    """Separators, comments, blank lines, line ends, quotes and Excel's empty rows are understood."""
    table = table_of(text)
    assert table.names == ["source", "target"]
    assert table.has_header
    assert table.separator == separator
    assert rows(table) == [["a", "b"]]


def test_byte_order_mark_does_not_stick(tmp_path):
    """The mark at the start of a file does not become part of the first name."""
    path = tmp_path / "a.csv"
    path.write_bytes("source,target\nÅse,b\n".encode("utf-8-sig"))
    assert read_table(path, known=KNOWN).names[0] == "source"
    path.write_bytes("source\ttarget\nÅse\tb\n".encode("utf-16"))
    assert rows(read_table(path, known=KNOWN)) == [["Åse", "b"]]


def test_cells_are_exact(table_of):
    """Nothing that looks like a number or a missing value is changed."""
    cells = ["007", "NA", "nan", "null", "None", "1.0", "1e5", "12345678901234567", "True", "-0", "#N/A"]
    text = "source,target\n" + "".join(f"{cell},x\n" for cell in cells)
    assert [row[0] for row in rows(table_of(text))] == cells


def test_quoted_fields(table_of):
    """Quoted fields may hold separators, doubled quotes and line breaks, and lines keep their number."""
    table = table_of('source,target\n"Berg, Anna","says ""hi"""\n"two\nlines",b\nc,d\n')
    assert rows(table) == [["Berg, Anna", 'says "hi"'], ["two\nlines", "b"], ["c", "d"]]
    assert [table.line(row) for row in range(3)] == [2, 3, 5]


def test_quotes_between_blanks(table_of):
    """In blank-separated text a quoted label may hold blanks."""
    assert rows(table_of('"Anna Berg" bo\nbo "Cy ""C"" Dahl"\n')) == [
        ["Anna Berg", "bo"],
        ["bo", 'Cy "C" Dahl'],
    ]


def test_labels_with_hash_after_the_header(table_of):
    """A label that begins with # is never taken for a comment after the header."""
    assert rows(table_of("source,target\n#anna,#bo\n%cy,# d\n")) == [["#anna", "#bo"], ["%cy", "# d"]]
    assert rows(table_of("source target\n#anna #bo\n", header=True)) == [["#anna", "#bo"]]
    assert rows(table_of("#anna,#bo\n#bo,#cy\n", header=False)) == [["#anna", "#bo"], ["#bo", "#cy"]]


@pytest.mark.parametrize(
    ("text", "line"),
    [("#anna,bo\nbo,cy\n", 1), ("#anna,#bo\n", 1), ("a b\nb c\n#d a\n", 3), ("# note\n#anna bo\nbo cy", 2)],
)
def test_comment_or_label(table_of, text, line):
    """A line that could be a comment or a row is refused, not dropped."""
    with pytest.raises(InputError, match=f"line {line} .*comment or a row"):
        table_of(text)


def test_comments_inside_blank_separated_text(table_of):
    """Whole-line comments are skipped anywhere in blank-separated text."""
    table = table_of("# head\n1 2\n# middle of it\n%\n3 4\n#5\n")
    assert rows(table) == [["1", "2"], ["3", "4"]]
    assert table.line(1) == 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("source,target\na,b\nc\n", 3, "has 1 column where line 1 has 2"),
        ("source,target\na,b\nc,d,e\n", 3, "has 3 columns where line 1 has 2"),
        ("source,target,p\na,b,0.1\nc,d\n", 3, "has 2 columns"),
        ("source,target,p\na,b,0.1\n\nc,d,0,5\n", 4, "decimal points"),
        ("1 2\n3 4\n\n5\n", 4, "has 1 column where"),
        ("# c\n1 2\n3 4 5\n", 3, "has 3 columns"),
        ("source,target,p\na,b,0.1\n# late comment\n", 3, "has 1 column where"),
        ('source,target\n"a,b\nc,d\n', 2, "quotation mark"),
        ('source,target\nc,"d\ne,f\n', 2, "never closed"),
    ],
)
def test_ragged_rows(table_of, text, line, words):
    """A row with too few or too many cells is refused with its line, never filled up or cut off."""
    with pytest.raises(InputError, match=f"line {line} of .*{re.escape(words)}"):
        table_of(text)


def test_empty_last_cells_are_not_short_rows(table_of):
    """An empty last cell is a cell; a missing one is an error."""
    assert rows(table_of("source,target,note\na,b,\nc,d,x\n"))[0] == ["a", "b", ""]
    with pytest.raises(InputError, match="line 3"):
        table_of("source,target,note\na,b,\nc,d\n")


@pytest.mark.parametrize("text", ["\n\n  \n", "# only\n# comments\n", "%\n"])
def test_nothing_but_comments(table_of, text):
    """A file without rows is refused."""
    with pytest.raises(InputError, match="holds no rows"):
        table_of(text)


@pytest.mark.parametrize("text", ["source,target\n", "source target\n# x\n", "source;target\n;\n"])
def test_only_a_header(table_of, text):
    """A header without rows is refused."""
    with pytest.raises(InputError, match="only a header"):
        table_of(text)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("1,2\n3,4\n", False),
        ("anna,bo\nbo,cy\n", False),
        ("@anna,@bo\n@cy,@di\n", False),
        ("a,1\nb,2\n", False),
        ("who,whom,w\n1,2,0.5\n", True),
        ("From_Node ID,ToNodeId\na,b\n", True),
        ("u v\nv w\n", False),
    ],
)
def test_header_is_found_out(table_of, text, header):
    """A header is told from a row by its names, its numbers and what the rows hold."""
    table = table_of(text)
    assert table.has_header is header
    assert len(table) == text.count("\n") - header


def test_undecidable_header_is_said(table_of):
    """Where nothing tells a header from a row, the assumption is said and can be decided."""
    with pytest.warns(AssumptionWarning, match=r"line 1 .* names of the columns; pass header=False"):
        assert table_of("moon,star\nanna,bo\n").has_header
    with pytest.warns(AssumptionWarning, match=r"taken as a row; pass header=True"):
        assert not table_of("moon star\nanna bo\n").has_header
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(table_of("moon,star\nanna,bo\n", header=False)) == 2


def test_ambiguous_separators(table_of):
    """Two possible readings are refused, and separator= decides."""
    with pytest.raises(InputError, match="';' and at ','"):
        table_of("a;x,b;y\nc;x,d;y\n")
    assert rows(table_of("a;x,b;y\nc;x,d;y\n", separator=",", header=False))[0] == ["a;x", "b;y"]
    with pytest.raises(InputError, match="decimal commas"):
        table_of("1 2 0,5\n2 3 0,7\n")
    assert rows(table_of("1 2 0,5\n2 3 0,7\n", separator="whitespace"))[1] == ["2", "3", "0,7"]
    assert rows(table_of("1;2;0,5\n2;3;0,7\n"))[0] == ["1", "2", "0,5"]


@pytest.mark.parametrize("options", [{"separator": "ab"}, {"separator": '"'}, {"header": "maybe"}])
def test_bad_options(table_of, options):
    """Options of a wrong kind are refused."""
    with pytest.raises(InputError, match="not understood"):
        table_of("1,2\n", **options)


def test_counts_line(table_of):
    """A first line n m is recognised by another width or by rows that fit it exactly, if allowed."""
    wide, exact = "3 9\n0 1 0.5\n1 2 0.5\n", "2 3\n0 1\n1 0\n0 0\n"
    for text, counts in ((wide, (3, 9)), (exact, (2, 3)), ("2\t3\n1\t2\n\n2\t1\n1\t1\n", (2, 3))):
        table = table_of(text, counts_allowed=True)
        assert (table.counts, len(table)) == (counts, len(text.split("\n")) - 2 - ("\n\n" in text))
    assert table_of("2 4\n0 1\n1 0\n0 0\n", counts_allowed=True).counts is None
    assert table_of(exact).counts is None
    assert table_of(exact, header=False, counts_allowed=True).counts is None
    assert table_of("4 3\n0 1\n1 2\n", header="counts").counts == (4, 3)
    for text, words in (("a b\n0 1\n", "line 1 .*not a counts line"), ("4 0\n", "only a counts line")):
        with pytest.raises(InputError, match=words):
            table_of(text, header="counts")


@pytest.mark.parametrize(
    "text", ["1 2\n2 3\n3 1\n", "3 2\na b\nb c\n", "2 2\n0 1\n1 2\n", "2 2\n0 1\n-1 0\n", "0 1\n0 1\n5"]
)
def test_arcs_are_not_taken_for_counts(table_of, text):
    """An arc whose labels happen to count the rows stays an arc where the labels contradict it."""
    if text.endswith("5"):
        with pytest.raises(InputError, match=r"line 3 .*where line 1 has 2"):
            table_of(text, counts_allowed=True)
    else:
        assert len(table_of(text, counts_allowed=True)) == 3


def test_counts_that_could_be_an_arc_are_said(table_of):
    """Where a counts line could as well be an arc between two of the labels, the reading is said."""
    with pytest.warns(AssumptionWarning, match=r"line 1 .*\(3 2\) is taken as the numbers of nodes and arcs"):
        assert table_of("3 2\n1 2\n2 3\n", counts_allowed=True).counts == (3, 2)


cells = st.text(alphabet="ab1,;'\"# \t.-é\n", max_size=4)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_fast_and_plain_way_agree(tmp_path_factory, content, separator):
    """The C parser and the plain reference cut any quoted table into the same cells."""
    lines = [["source", "target", "x"], *content]
    text = "".join(
        separator.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row) + "\n" for row in lines
    )
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(text.encode())
    while content and not any(cell.strip() for cell in content[-1]):
        content = content[:-1]
    if not content:
        with pytest.raises(InputError, match="only a header"):
            read_table(path, separator=separator, header=True)
        return
    table = read_table(path, separator=separator, header=True)
    assert rows(table) == [list(row) for row in content]
    plain = list(tables._rows(table._body, True, "t"))
    assert [fields for _, fields in plain][1 : len(content) + 1] == [list(row) for row in content]


lines = st.lists(st.text(alphabet="a01-,;#% \t.é\x1f", max_size=8), min_size=1, max_size=6)
# How a table may be cut: as it comes; never as integers; and neither so nor by Python at once.
WAYS = ({}, {"read_integers": lambda *_: None}, {"read_integers": lambda *_: None, "_SHORT": 0})


@given(
    lines, st.sampled_from([",", ";", "tab", "whitespace"]), st.sampled_from([None, True, "counts", False])
)
@example(["a,b", "c,d"], ",", True)
@example(["a b", "c\td"], "whitespace", True)
@example(["a b", "c\x1fd e"], "whitespace", True)
@example(["a\tb", "\t", "c\td"], "tab", True)
@example(["1 2", "10\t-3 ", " 0 5"], "whitespace", True)
@example(["", "1 2", "3 4"], "whitespace", "counts")
@example(["2 2", "0 1", "01 1"], "whitespace", "counts")
@example(["\x1f", "0"], ";", True)
@example(["2 2", "0 1", "1 0"], "whitespace", None)
def test_all_ways_to_cut_agree(tmp_path_factory, lines, separator, header):
    """However it is done, a text is cut into the same cells, or refused in the same words."""
    path = tmp_path_factory.mktemp("t") / "t.csv"
    first = "x y,z\n" if header is True else ""
    path.write_text(first + "\n".join(lines) + "\n", newline="")
    said = []
    for way in WAYS:
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore", AssumptionWarning)
            for name, value in way.items():
                patch.setattr(tables, name, value)
            try:
                table = read_table(path, separator=separator, header=header, counts_allowed=True)
                said.append([rows(table), table.counts, [table.line(row) for row in range(len(table))]])
            except InputError as error:
                said.append(str(error))
    assert said[0] == said[1] == said[2]


field = st.integers(-(10**18) + 1, 10**18 - 1)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[field] * width), min_size=1)), st.data())
def test_integers_are_read_at_once(content, data):
    """Rows of integers are read as such, whatever separates them; blanks may be more than one."""
    separator = data.draw(st.sampled_from([",", ";", "|", "\t", " "]))
    gap = data.draw(st.sampled_from([" ", "\t", "  \t "])) if separator == " " else separator
    text = "head\n" + "\n".join(gap.join(map(str, row)) for row in content)
    for ended in (text, text + "\n"):
        found = read_integers(ended, separator, len(content[0]), len("head\n"))
        assert found is not None
        assert (found.dtype, found.tolist()) == (np.int64, [list(row) for row in content])


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3",
        "1,2,3\n4",
        "1,2\n\n3,4",
        "1,02",
        "1,+2",
        "1,-0",
        "1,2.0",
        "1,1e3",
        "1, 2",
        "1,٣",
        "1,",
        "",
        "1,9999999999999999999",
    ],
)
def test_anything_else_is_not_read_as_integers(text):
    """What Python would write otherwise, a missing cell, an empty line and longer ids need a closer look."""
    assert read_integers(text, ",", 2) is None
    assert read_integers("5,6\n" + text, ",", 2) is None or text == ""


def test_many_columns_are_not_read_as_integers():
    """Nor are there so many that the pattern of a row would be long."""
    row = ",".join("1" * 40)
    assert read_integers(row, ",", 40) is None
    assert read_integers(row[:31], ",", 16).shape == (1, 16)


def test_integers_are_still_texts(table_of):
    """A table of integers has the same cells as any other, and gives its labels as integers."""
    table = table_of("source,target\n10,-3\n0,7\n")
    assert table.integers is not None
    assert rows(table) == [["10", "-3"], ["0", "7"]]
    labels = convert.read_labels(table, [1, 0], "source or target")
    assert [part.tolist() for part in labels] == [[-3, 7], [10, 0]]
    assert table_of("source,target\n10,-3\n00,7\n").integers is None


def test_lines_after_blank_lines(table_of):
    """Blank lines count as lines but not as rows."""
    table = table_of("\n\nsource,target\n\na,b\n   \nc,d\n")
    assert [table.line(row) for row in range(len(table))] == [5, 7]


@pytest.mark.parametrize(
    ("text", "integer"),
    [
        ("0", True),
        ("-5", True),
        ("12345678901234567", True),
        (str(2**63 - 1), True),
        (str(2**63), False),
        (str(-(2**63)), True),
        ("007", False),
        ("-0", False),
        ("+5", False),
        ("1.0", False),
        ("1e3", False),
        ("1_0", False),
        ("٣", False),
        ("", False),
        ("5\n", False),
    ],
)
def test_canonical_integers(text, integer):
    """Only what Python itself writes for a 64-bit integer counts as one."""
    assert is_canonical_integer(text) is integer


def test_labels_of_both_columns_decide_together(table_of):
    """Labels are integers only if all of both columns are; else all stay as they are written."""
    numbers = convert.read_labels(table_of("source,target\n1, 2\n-3,12345678901234567\n"), [0, 1], "end")
    assert [part.dtype for part in numbers] == [np.int64, np.int64]
    assert [part.tolist() for part in numbers] == [[1, -3], [2, 12345678901234567]]
    texts = convert.read_labels(table_of("source,target\n1,2\n3,007\n"), [0, 1], "end")
    assert [part.tolist() for part in texts] == [["1", "3"], ["2", "007"]]


def test_natural_types():
    """Further columns become numbers only where nothing is lost by it."""

    def kind(*cells, **options):
        return str(convert.natural(np.array(cells, dtype=object), **options).dtype)

    assert kind("1", "2") == "int64"
    assert kind("1", "") == "Int64"
    assert kind("1.5", "2", "") == "float64"
    assert kind("007", "1") == "object"
    assert kind("1.2345678901234567890") == "object"
    assert kind("12345678901234567") == "int64"
    assert kind("a", "1") == "object"
    assert kind("", "") == "object"
    assert kind("1,5", decimal=None) == "float64"
    assert kind("1.250", "2.500", decimal=None) == "object"
    assert kind("1,5") == "object"
    assert convert.natural(np.array(["2,5", ""], dtype=object), ",").tolist()[0] == 2.5


@pytest.mark.parametrize(
    ("texts", "integers"),
    [
        (["0", "-1", "12345"], True),
        (["9223372036854775807", "-9223372036854775808"], True),
        (["9223372036854775808", "1"], False),
        (["1", "2\n3"], False),
        (["1\n"], False),
        (["1", "07"], False),
        (["1", "+7"], False),
        (["1", ""], False),
        (["-0"], False),
    ],
)
def test_labels_are_integers_if_every_one_is_written_as_one(texts, integers):
    """All texts are looked at together, and a line break inside one does not make two of it."""
    found = convert.to_labels(np.array(texts, dtype=object))
    assert found.tolist() == ([int(text) for text in texts] if integers else texts)
