"""Numbers as people write them: read exactly by one rule everywhere, or refused."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeding as sd
from seeding import InputError
from seeding._runtime import numerals
from seeding._runtime.numerals import COUNT, MONEY, SHARE, Misread
from seeding.io import read_network, read_roster

AMOUNTS = {
    "1250.50": "1250.50",
    "1,250.50": "1250.50",
    "1.250,50": "1250.50",
    "1 250": "1250",
    "1\u00a0250\u202f000": None,
    "1\u202f250\u202f000": "1250000",
    "1'250.50": "1250.50",
    "1,200,000": "1200000",
    "1,20,000": "120000",
    "₹1,20,000": "120000",
    "12,34,56,789.5": "123456789.5",
    "Rs. 5000": "5000",
    "500 eur": "500",
    "EUR 500": "500",
    "kr 1.250,50": "1250.50",
    "80 kr": "80",
    "$1.2M": "1200000",
    "1.2k": "1200",
    "409.8M": "409800000",
    "25K": "25000",
    "2bn": "2000000000",
    "1.5E+05": "150000",
    "\ufeff 7\u200b ": "7",
    "500 abc": None,
    "500 mio": None,
    "$5€": None,
    "40%": None,
    "5-7": None,
    "1,2,3": None,
    "1,2,50,000": None,
    "1_000": None,
    "٥٠٠": None,
    "５００": None,
    "1.2 5": None,
    "-": None,
    f"-{' ' * 150}1{' ' * 40}x": None,
    "1,200E5": "120000",
}


@pytest.mark.parametrize(("text", "exact"), AMOUNTS.items(), ids=map(ascii, AMOUNTS))
def test_amounts_of_money(text, exact):
    """Each writing means one amount, or is refused."""
    if exact is None:
        with pytest.raises(Misread):
            numerals.read_column([text], MONEY)
    else:
        assert numerals.read_column([text], MONEY) == [Decimal(exact)]


@pytest.mark.parametrize("text", ["-1,250.50", "−1,250.50", "$ −1250.50", "-$1,250.50"])
def test_every_sign_that_means_less_than_nothing(text):
    """The typographic minus is one, before or after the currency; no cost is negative."""
    assert numerals.read_one(text, MONEY) == Decimal("-1250.50")
    with pytest.raises(Misread, match="it is negative"):
        numerals.read_column([text], MONEY)


@given(
    st.decimals(0, 10**9, places=2), st.sampled_from([(",", "."), (".", ","), ("'", "."), ("\u202f", ",")])
)
def test_what_is_printed_is_read(amount, signs):
    """A number printed with thousands set off is read as itself."""
    printed = f"{amount:,.2f}".translate(str.maketrans(",.", "".join(signs)))
    assert numerals.read_column([printed], COUNT) == [amount]
    assert numerals.read_one(f"{int(amount):,}", MONEY) == int(amount)


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (["1.2M", "350K", "900"], [1200000, 350000, 900]),
        # The point of 1.2M says that the comma of 9,500 sets off thousands.
        (["1.2M", "9,500"], [1200000, 9500]),
        (["1,200,000", "350,000", "900"], [1200000, 350000, 900]),
        (["0,125", "1,250"], ["0.125", "1.25"]),
        (["12.5", "350.000"], ["12.5", "350"]),
        (["900", "12"], [900, 12]),
        (["0", "0.000"], [0, 0]),
    ],
)
def test_columns_with_one_reading(column, numbers):
    """All rows together settle what the signs mean."""
    assert numerals.read_column(column, COUNT) == [Decimal(number) for number in numbers]


@pytest.mark.parametrize(
    ("column", "row", "words"),
    [
        (["900", "350.000"], 1, "could mean 350.000 or 350000"),
        (["1.234"], 0, "could mean 1.234 or 1234"),
        (["25,000"], 0, "could mean 25000 or 25.000"),
        # What settles 1.2M says nothing of 350.000.
        (["1.2M", "350.000"], 1, "could mean 350.000 or 350000"),
    ],
)
def test_columns_with_two_readings(column, row, words):
    """Two readings are refused, unless it is said which sign is the decimal one."""
    with pytest.raises(Misread, match=words) as caught:
        numerals.read_column(column, COUNT)
    assert caught.value.row == row
    if "M" in column[0]:
        return
    point, comma = (numerals.read_column(column, COUNT, sign)[row] for sign in ".,")
    assert {f"{point:f}", f"{comma:f}"} == set(words.removeprefix("could mean ").split(" or "))


@pytest.mark.parametrize(
    ("column", "shares"),
    [
        (["40%", "4.2 %"], ["0.4", "0.042"]),
        (["40%", "0"], ["0.4", "0"]),
        (["0,5", "1"], ["0.5", "1"]),
        # More than 1 is no share, so the point is no mark of thousands.
        (["1.000"], ["1"]),
    ],
)
def test_shares(column, shares):
    """Shares may be in percent, and their range settles what a sign is."""
    assert numerals.read_column(column, SHARE) == [Decimal(share) for share in shares]


@pytest.mark.parametrize("column", [["40%", "0.5"], ["40%", "7"], ["101%"], ["1.5"], ["-1%"], ["4k"]])
def test_what_is_no_share(column):
    """Percent signs on some rows only, and what is out of range, are refused."""
    with pytest.raises(Misread):
        numerals.read_column(column, SHARE)


def test_one_currency_in_a_column():
    """The same currency may be written in two ways; two currencies are refused."""
    assert numerals.read_column(["€5", "6 eur", "EUR 7", "8"], MONEY) == [5, 6, 7, 8]
    with pytest.raises(Misread, match="mixes"):
        numerals.read_column(["$5", "6 eur"], MONEY)


@pytest.fixture
def files(tmp_path):
    """Write texts under names; returns the function that does."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write


EDGES = "source,target\nann,bob\nbob,cy\n"


@pytest.mark.parametrize("separator", ";,")
@pytest.mark.parametrize("use", ["followers", "weights"])
def test_followers_of_two_readings_are_refused(files, separator, use):
    """350.000 followers are neither 350 nor 350,000 until it is said; both readings are named."""
    table = "handle;followers\nann;350.000\nbob;900.000\ncy;12.500\n".replace(";", separator)
    folder = files(net=EDGES, people=table)

    def weights(**options):
        given = {"weights": "followers"} if use == "weights" else {}
        network = read_network(
            folder / "net.csv", probability=0.5, nodes=folder / "people.csv", **given, **options
        )
        return (network if given else network.with_audience_size("followers")).weights.tolist()

    with pytest.raises(InputError, match=r"line 2 .*followers.*could mean 350.000 or 350000.*decimal="):
        weights()
    assert weights(decimal=",") == [350000, 900000, 12500]
    assert weights(decimal=".") == [350, 900, 12.5]


def test_followers_and_rates_as_platforms_print_them(files):
    """Quoted thousands, 1.2M and percents are the numbers they stand for."""
    people = 'handle,followers,er\nann,"1,200,000",4.2%\nbob,350K,3%\ncy,900,1%\n'
    folder = files(net=EDGES, people=people)
    network = read_network(folder / "net.csv", probability=0.5, nodes=folder / "people.csv")
    weighed = network.with_audience_size("followers", view_rate="er")
    np.testing.assert_allclose(weighed.weights, [1200000 * 0.042, 350000 * 0.03, 9])
    seen = network.with_exposure("er", None)
    np.testing.assert_allclose(seen.exposure, [0.042, 0.03])


def test_a_number_that_is_none_names_its_line(files):
    """The line of a cell is known long after its file was read."""
    folder = files(net=EDGES, people="handle,followers\nann,12\n\nbob,n/a 5\ncy,7\n")
    network = read_network(folder / "net.csv", probability=0.5, nodes=folder / "people.csv")
    with pytest.raises(
        InputError, match=r"'bob' \(line 4 of .*people.csv'\).*the part 'n/a' is not understood"
    ):
        network.with_audience_size("followers")


def test_probabilities_in_percent_and_foreign_digits(files):
    """A column of probabilities may be in percent; digits of other scripts are refused."""
    folder = files(a="source,target,p\na,b,50%\nb,c,5 %\n", b="source,target,p\na,b,٠.٥\n")
    assert sorted(read_network(folder / "a.csv").out.probability.tolist()) == [0.05, 0.5]
    with pytest.raises(InputError, match=r"line 2 .*only the digits 0 to 9"):
        read_network(folder / "b.csv")


def test_one_reader_for_files_and_python(files):
    """A roster's costs and shares mean the same in a file, in a table of texts and as plain numbers."""
    table = pd.DataFrame(
        {
            "candidate": ["ann", "bob"],
            "cost": ["₹1,20,000", "₹5000"],
            "accept": ["40%", "100%"],
            "effect": ["1,5", "2"],
        }
    )
    folder = files()
    table.to_csv(folder / "roster.csv", index=False)
    for roster in (sd.Roster.from_any(table), read_roster(folder / "roster.csv")):
        assert roster.costs.tolist() == [120000, 5000]
        assert roster.accept.tolist() == [0.4, 1.0]
        assert roster.effect.tolist() == [1.5, 2.0]
    with pytest.raises(InputError, match=r"'b' \(row 1\) '350.000' could mean 350.000 or 350000"):
        sd.Roster.from_any({"a": "5", "b": "350.000"})
    with pytest.raises(
        InputError, match=r"accept '40%' of 'b' .row 1. is not a probability|no % where others"
    ):
        sd.Roster.from_any(table.assign(accept=["0.5", "40%"]))


def test_texts_given_from_python():
    """Budgets, weights and probabilities given as texts are read by the same rule."""
    network = sd.Network.from_edges(["a"], ["b"], ["50%"], weights={"a": "1.2k", "b": "1,200,000"})
    assert network.out.probability.tolist() == [0.5]
    assert network.weights.tolist() == [1200, 1200000]
    with pytest.raises(InputError, match=r"could mean 1.234 or 1234"):
        sd.Network.from_edges(["a"], ["b"], 0.5, weights={"a": "1.234", "b": "7"})
    with pytest.raises(InputError, match=r"such as '٠.٥'.*only the digits"):
        sd.Network.from_edges(["a"], ["b"], ["٠.٥"])
    with pytest.raises(InputError, match=r"budget '350.000' could mean .*; write 350000, or 350.0000"):
        sd.optimize(network, budget="350.000")


def test_rules_are_read_as_they_are_printed():
    """A printed rule is that rule again; percents and abbreviations are numbers of a rule too."""
    for rule in (sd.SpendAtMost(30_000, platform="x"), sd.SpendAtLeast("1250.5"), sd.MaxShare(0.25)):
        assert sd.parse_rule(str(rule)) == rule
    assert sd.parse_rule("MaxShare(25 %)") == sd.MaxShare("25%") == sd.MaxShare(0.25)
    assert sd.parse_rule("spend_at_most(1.2M, tier='25,000')") == sd.SpendAtMost(1_200_000, tier="25,000")
    assert sd.parse_rule("SpendAtMost('500 eur')") == sd.SpendAtMost(500)
