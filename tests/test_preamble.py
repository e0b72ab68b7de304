"""What stands above the rows of a text table: sep=, empty rows, titles, names of groups of columns."""

from __future__ import annotations

import warnings

import pytest
from test_io_networks import arcs

from seeding.errors import AssumptionWarning, InputError
from seeding.io.networks import read_network
from seeding.io.rosters import read_roster
from seeding.io.seeds import read_seeds


@pytest.fixture
def write(tmp_path):
    """Write a text, its line ends kept; returns the path."""

    def write_text(text: str):
        path = tmp_path / "a.csv"
        path.write_bytes(text.encode("utf-8"))
        return path

    return write_text


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nsource;target\na;b\n",
        "sep=;\r\nsource;target\r\na;b\r\n",
        "\ufeffsep=,\nsource,target\na,b\n",
        'SEP=,\nsource,target\n"a",b\n',
        '"sep=,"\nsource,target\na,b\n',
        "sep=;;;\nsource;target;note\na;b;x, y\n",
        "sep=\t\nsource\ttarget\na\tb\n",
        "sep=;\na;b\n",
        ",,\n,,\nsource,target,note\na,b,x\n",
        "\n;;\n\nsource;target;note\na;b;x\n",
    ],
)
def test_separator_line_and_empty_rows(write, text):
    """A first line sep= names the separator; it and empty rows are no rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = read_network(write(text), probability=0.5)
    assert list(arcs(network)) == [("a", "b")]


def test_lines_are_counted_from_the_top(write):
    """Errors name the line of the file, whatever stands above."""
    with pytest.raises(InputError, match=r"line 4 of .*empty source or target"):
        read_network(write("sep=;\nsource;target\na;b\nc;\n"), probability=0.5)
    with (
        pytest.warns(AssumptionWarning, match=r"line 3 of .* is taken as the header, so lines 1 to 2 above"),
        pytest.raises(InputError, match=r"line 5 of .*empty source or target"),
    ):
        read_network(write("My network\n\nsource,target\na,b\nc,\n"), probability=0.5)


@pytest.mark.parametrize(
    "text",
    [
        "My network\nsource,target\na,b\n",
        "Exported 2024-01-01\n\nsource;target\na;b\n",
        "group A,,\nsource,target,note\na,b,x\n",
        "follows of March\nsource\ttarget\na\tb\n",
    ],
)
def test_a_title_above_the_header(write, text):
    """Lines above the header that cannot be rows are left out, with a word."""
    with pytest.warns(AssumptionWarning, match="is taken as the header"):
        network = read_network(write(text), probability=0.5)
    assert list(arcs(network)) == [("a", "b")]


@pytest.mark.parametrize("text", ["a,b\nsource,target\nc,d\n", "Follows, March 2024\nsource,target\na,b\n"])
def test_a_row_above_the_header(write, text):
    """A line above the header that could be a row is refused: it says which line looks like the header."""
    with pytest.raises(InputError, match=r"line 2 of .* looks like the header, but line 1 stands above it"):
        read_network(write(text), probability=0.5)


@pytest.mark.parametrize(
    "text",
    [
        "Influencer list Q3,,\n,,\ncandidate,platform,cost\nann,ig,100\nbob,tt,200\n",
        "Profile,,Pricing,\ncandidate,platform,cost,story\nann,ig,100,50\nbob,tt,200,80\n",
        "sep=;\nPrices\nhandle;fee\nann;100\nbob;200\n",
    ],
)
def test_rosters(write, text):
    """A title, or names of groups of columns, above the header of a roster are left out."""
    with pytest.warns(AssumptionWarning, match="is taken as the header"):
        roster = read_roster(write(text))
    assert roster.candidates.tolist() == ["ann", "bob"]
    assert roster.costs.tolist() == [100, 200]


def test_a_roster_under_empty_rows(write):
    """Empty rows are no header, so the message names the columns that are there."""
    with pytest.raises(InputError, match="its columns are 'Rank', 'Username', 'Cost'"):
        read_roster(write(",,\nRank,Username,Cost\n1,@ann,100\n"))


def test_seeds(write):
    """Lists of seeds are read under sep= and empty rows; a title is refused with the line of the header."""
    assert read_seeds(write("sep=,\ncandidate,cost\nann,1\n")) == ["ann"]
    assert read_seeds(write(",,\ncandidate,cost,x\nann,1,2\n")) == ["ann"]
    with pytest.raises(InputError, match="line 2 looks like the header, so remove the lines above"):
        read_seeds(write("My list, March\ncandidate,cost\nann,1\n"))


def test_words_that_are_labels(write):
    """Rows of labels that are words of headers, too, are rows."""
    text = "a,b\nfan,star\nuser,follows\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = read_network(write(text), probability=0.5, header=False)
    assert network.n_arcs == 3
