"""Tests of reading rosters: money exact or refused, labels and further columns untouched."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.io.rosters import read_roster
from seeding.roster.money import from_minor


@pytest.fixture
def roster_of(tmp_path):
    """Read a text as a roster."""

    def read(text: str, name: str = "roster.csv", **options):
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return read_roster(path, **options)

    return read


def costs(roster) -> list[Decimal]:
    """Return a roster's costs as exact amounts."""
    return [from_minor(units, roster.decimals) for units in roster.costs]


@pytest.mark.parametrize(
    "text",
    [
        "candidate,cost\n@anna,1250.50\n007,80\n",
        "Handle,Fee\n@anna,1250.5\n007,80.00\n",
        "fee\tcreator\n1250.50\t@anna\n80\t007\n",
        "candidate;cost\n@anna;1250,50\n007;80\n",
        "@anna,1250.50\n007,80\n",
        "candidate,cost\n@anna, 1250.50\n 007 ,80 \n",
        'candidate,cost\n@anna,"1,250.50"\n007,"80.00"\n',
        "candidate;cost\n@anna;1.250,50\n007;80\n",
        "candidate;cost\n@anna;€ 1 250,50\n007;80 €\n",
        "candidate;cost\n@anna;NOK 1\u202f250.50\n007;80\n",
        "candidate;cost\n@anna;1’250.50 CHF\n007;CHF80\n",
        "candidate;cost\n@anna;kr 1.250,50\n007;80 kr\n",
    ],
)
def test_amounts_in_every_hand(roster_of, text):
    """Plain and European amounts, thousands and one currency are read as the same exact money."""
    roster = roster_of(text)
    assert costs(roster) == [Decimal("1250.50"), Decimal("80.00")]
    assert roster.candidates.tolist() == ["@anna", "007"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("candidate,cost\na,5\nb,\n", "line 3 .*no cost"),
        ("candidate,cost\na,5\n\nb,-1\n", "line 4 .*'-1'; it must be 0 or more"),
        ("candidate,cost\na,$-1\n", "line 2 .*0 or more"),
        ("candidate,cost\na,5\nb,free\n", "line 3 .*'free'.*not an amount"),
        ("candidate,cost\na,nan\n", "line 2 .*'nan'"),
        ("candidate,cost\na,$500-$700\n", "line 2 .*'\\$500-\\$700'.*the part '-\\$700' is not understood"),
        ("candidate,cost\na,40%\n", "line 2 .*'40%'.*the part '%' is not understood"),
        ("candidate,cost\na,٥٠٠\n", "line 2 .*only the digits 0 to 9"),
        ("candidate,cost\na,1_000\n", "line 2 .*'1_000'"),
        ("candidate,cost\na,$5\nb,€5\n", "line 3 .*another currency"),
        ("candidate,cost\na,$5€\n", "line 2 .*not an amount"),
        ('candidate,cost\na,5\nb,"1,250"\n', "line 3 .*could mean 1250 or 1.250; pass decimal="),
        ("candidate;cost\na;1.250\n", "line 2 .*could mean 1.250 or 1250"),
        ('candidate,cost\na,"1,250.50"\nb,"80,5"\n', "line 3 .*decimal sign of the rows before"),
        ('candidate,cost\na,"1,2,3"\n', "line 2 .*not an amount"),
        ('candidate,cost\na,"1,2,50,000"\n', "line 2 .*not an amount"),
        ("candidate;fee\na;1.2M\nb;350.000\n", "line 3 .*'fee'.*could mean 350.000 or 350000"),
        ("candidate,cost\na,1 25\n", "line 2 .*not an amount"),
        ("candidate,cost\na,5\na,6\n", "candidate 'a' stands more than once .*lines 2, 3"),
        ("candidate,cost\n12,5\n12 ,6\n", "candidate 12 stands more than once"),
        ("candidate,cost\na,5\n,6\n", "line 3 .*empty candidate"),
        ("candidate,cost\na,1250,50\n", "line 2 .*3 columns where line 1 has 2"),
        ("who,cost\na,5\n", "no candidate column; its columns are 'who', 'cost'"),
        ("candidate,views\na,5\n", "no cost column"),
        ("candidate\na\n", "no cost column; its columns are 'candidate'"),
        ("@anna,5,x\n@bo,6,y\n", "no candidate column; its columns are 3 without names"),
        ("candidate,cost,x,x\na,5,1,2\n", "several columns called 'x'"),
        ("candidate,cost,rank\na,5,1\n", "'rank', which a plan uses"),
        ("candidate,cost\na,0.1234567\n", "more than 6 decimals"),
        ("candidate,cost\n", "only a header"),
        ("", "is empty"),
    ],
)
def test_bad_rosters(roster_of, text, words):
    """Every unusable roster is refused in one sentence that names the line or the columns."""
    with pytest.raises(InputError, match=f"(?s){words}"):
        roster_of(text)


def test_decimal_settles_what_is_ambiguous(roster_of):
    """An amount that could mean two things is read as decimal= says."""
    text = "candidate;cost\na;1,250\nb;2,500\n"
    assert costs(roster_of(text, decimal=",")) == [Decimal("1.250"), Decimal("2.500")]
    assert costs(roster_of(text, decimal=".")) == [1250, 2500]
    with pytest.raises(InputError, match=r"line 2 .*does not fit"):
        roster_of('candidate,cost\na,"1,5"\n', decimal=".")
    with pytest.raises(InputError, match="decimal='-'"):
        roster_of(text, decimal="-")


def test_thousands_that_only_mean_one_thing(roster_of):
    """Repeated groups, or another row with decimals, settle what the signs are."""
    assert costs(roster_of('candidate,cost\na,"1,250,000"\n')) == [1250000]
    assert costs(roster_of('candidate,cost\na,"1,250"\nb,0.5\n')) == [1250, Decimal("0.50")]
    assert costs(roster_of("candidate;cost\na;0,125\nb;1,250\n")) == [Decimal("0.125"), Decimal("1.250")]
    assert costs(roster_of("candidate,cost\na,12 500\n")) == [12500]


@given(st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=8), st.booleans())
def test_money_is_exact(tmp_path_factory, amounts, european):
    """No amount with cents is changed by reading it."""
    path = tmp_path_factory.mktemp("r") / "r.csv"
    texts = [f"{amount:f}" for amount in amounts]
    if european:
        texts = [text.replace(".", ",") for text in texts]
    path.write_text("candidate;cost\n" + "".join(f"c{i};{text}\n" for i, text in enumerate(texts)))
    assert costs(read_roster(path)) == amounts


def test_columns_can_be_chosen(roster_of):
    """Columns are chosen by name or position, and a wrong choice names those present."""
    text = "who,value,cost\na,7,1\nb,8,2\n"
    roster = roster_of(text, candidate="who", cost="value")
    assert costs(roster) == [7, 8]
    assert roster.frame.columns.tolist() == ["cost"]
    assert costs(roster_of(text, candidate=0, cost=2)) == [1, 2]
    assert costs(roster_of("a,7,1\nb,8,2\n", candidate=0, cost=1)) == [7, 8]
    with pytest.raises(InputError, match="no column 'q' for cost; its columns are 'who', 'value', 'cost'"):
        roster_of(text, candidate="who", cost="q")
    with pytest.raises(InputError, match="both column"):
        roster_of(text, candidate="who", cost="who")


def test_further_columns_pass_through(roster_of):
    """Further columns become numbers only if nothing is lost, and columns of nothing go."""
    roster = roster_of(
        "candidate,cost,zip,views,rate,note,big,\na,1,0150,10,0.5,x,12345678901234567,\nb,2,9000,,1.25,NA,1,\n"
    )
    frame = roster.frame
    assert frame.columns.tolist() == ["zip", "views", "rate", "note", "big"]
    assert frame["zip"].tolist() == ["0150", "9000"]
    assert str(frame["views"].dtype) == "Int64"
    assert frame["rate"].tolist() == [0.5, 1.25]
    assert frame["note"].tolist() == ["x", "NA"]
    assert frame["big"].tolist() == [12345678901234567, 1]


def test_european_columns_pass_through(roster_of):
    """In a table cut at semicolons, further columns may have decimal commas."""
    frame = roster_of("candidate;cost;rate;reach\na;1,5;0,5;1.250\nb;2;1,25;2.500\n").frame
    assert frame["rate"].tolist() == [0.5, 1.25]
    assert frame["reach"].tolist() == ["1.250", "2.500"]


def test_unnamed_columns_keep_a_name(roster_of):
    """A column without a name but with values, as pandas writes its index, gets one."""
    assert roster_of(",candidate,cost\n0,a,1\n1,b,2\n").frame.columns.tolist() == ["column 1"]


def test_labels_and_missing(roster_of):
    """Integer labels become integers, and missing= is handed on and checked."""
    roster = roster_of("candidate,cost\n12345678901234567,1\n2,2\n", missing="drop")
    assert roster.candidates.tolist() == [12345678901234567, 2]
    assert roster.missing == "drop"
    with pytest.raises(InputError, match="missing='x'"):
        roster_of("candidate,cost\na,1\n", missing="x")


def test_parquet_rosters(tmp_path):
    """A Parquet roster is held to the same rules as a DataFrame."""
    path = tmp_path / "r.parquet"
    pd.DataFrame({"Handle": ["a", "b"], "fee": [Decimal("1.10"), Decimal("2.25")], "n": [1, 2]}).to_parquet(
        path
    )
    roster = read_roster(path)
    assert costs(roster) == [Decimal("1.10"), Decimal("2.25")]
    assert roster.frame["n"].tolist() == [1, 2]
    assert costs(read_roster(path, candidate=0, cost=2)) == [1, 2]
    with pytest.raises(InputError, match="no column 'x'"):
        read_roster(path, candidate="x")
    with pytest.raises(InputError, match="positions go from 0 to 2"):
        read_roster(path, candidate=9)
