"""Printed tables: straight columns whatever is in them, and no wider than the screen."""

from __future__ import annotations

import pytest

from seeding.cli.tables import Column, show_table

LONG = "Maria del Carmen Rodriguez Fernandez"


@pytest.fixture
def shown(capsys, monkeypatch):
    """Print columns on a screen of some width; gives the lines."""

    def show(columns: list[Column], width: int = 80) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        show_table(columns)
        return capsys.readouterr().out.splitlines()

    return show


def test_numbers_end_and_labels_begin_in_one_place(shown):
    """Numbers stand to the right, labels to the left, and no line ends in blanks."""
    columns = [
        Column("#", ["1", "10"]),
        Column("who", ["anna", "bo"], "left"),
        Column("reach", ["1.5", "1,200"]),
        Column("tier", ["", "nano"], "left"),
    ]
    assert shown(columns) == [" #  who   reach  tier", " 1  anna    1.5", "10  bo    1,200  nano"]


def test_wide_characters_take_two_places(shown):
    """What stands to the right of a wide label is not moved by it."""
    columns = [Column("who", ["日本", "anna"], "left"), Column("n", ["1", "2"])]
    assert shown(columns) == ["who   n", "日本  1", "anna  2"]


def test_a_long_label_goes_on_in_the_next_line(shown):
    """Nothing of a label is lost, no word is broken, and the numbers stand beside its beginning."""
    header, first, second, last = shown([Column("who", [LONG, "bo"], "left"), Column("n", ["1", "2"])])
    assert header == "who".ljust(32) + "n"
    assert first[32:] == "1"
    assert f"{first[:30].strip()} {second}" == LONG
    assert last == "bo".ljust(32) + "2"


def test_labels_give_way_on_a_narrow_screen(shown):
    """The widest labels become narrower, numbers never, and nothing is lost."""
    columns = [
        Column("number", ["123,456,789"]),
        Column("who", [LONG], "left"),
        Column("also", [LONG], "left"),
        Column("n", ["1"]),
    ]
    lines = shown(columns, 60)
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("123,456,789  Maria")
    assert "".join(line[13:25].strip(" ") for line in lines[1:]).replace(" ", "").startswith("MariadelCarmen")
    assert (
        sum(map(len, "".join(lines[1:]).split())) == 2 * len(LONG.replace(" ", "")) + len("123,456,789") + 1
    )


def test_columns_without_rows(shown):
    """A table of no rows is its header."""
    assert shown([Column("who", [], "left"), Column("n", [])]) == ["who  n"]


def test_a_column_of_nothing_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A column without a title and with empty cells, as where a curve has no knee, is shown as nothing."""
    show_table([Column("cost", ["5"]), Column("", [""], "left")])
    assert capsys.readouterr().out == "cost\n   5\n"
