"""Labels: in as they are, out as they were."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding._runtime import memory
from seeding.errors import AssumptionWarning, InputError
from seeding.network import labels
from seeding.network.labels import Labels

LONG = [10**16 + 1, 10**16 + 2, 98765432109876543]
one_label = st.one_of(
    st.text(max_size=6), st.integers(-(1 << 70), 1 << 70), st.tuples(st.integers(), st.text(max_size=2))
)


def as_list(values: object) -> list[object]:
    """Take labels in and give them back as plain Python objects."""
    return labels.plain(labels.as_labels(values, "labels"))


@pytest.mark.parametrize(
    "values",
    [
        LONG,
        ["@anna", "=1+1", "Zoë", ""],
        ["007", "7", "+7", " 7"],
        [("tiktok", 1), ("x", 2)],
        [1, "1", ("1",)],
        [1 << 63, 1 << 70, -(1 << 70)],
        [b"raw", b"bytes"],
        [],
    ],
    ids=repr,
)
def test_labels_come_out_as_they_went_in(values):
    """Value and type survive, from a list, an object array, a Series or a generator."""
    boxed = labels.object_array(values, "labels")
    for given_as in (values, boxed, pd.Series(boxed, dtype=object), iter(values)):
        taken = as_list(given_as)
        assert taken == values
        assert [type(label) for label in taken] == [type(label) for label in values]


@pytest.mark.parametrize(
    "dtype", [np.int8, np.uint16, np.int32, np.int64, np.uint64, "Int64", "int64[pyarrow]"]
)
def test_integer_columns_become_int64(dtype):
    """Integer arrays of any width, nullable ones too, become int64."""
    taken = labels.as_labels(pd.Series([1, 2, 100], dtype=dtype), "labels")
    assert taken.dtype == np.int64
    assert taken.tolist() == [1, 2, 100]


def test_unsigned_beyond_int64_keep_their_value():
    """A uint64 id above 2^63 does not turn negative."""
    assert as_list(np.array([1, (1 << 64) - 1], dtype=np.uint64)) == [1, (1 << 64) - 1]


@pytest.mark.parametrize("dtype", [object, "string", "category", "str"])
def test_text_columns_become_text(dtype):
    """Text columns of any pandas kind become plain str."""
    taken = as_list(pd.Series(["@b", "a", "@b"], dtype=dtype))
    assert taken == ["@b", "a", "@b"]
    assert {type(label) for label in taken} == {str}
    assert as_list(np.array(["x", "yy"])) == ["x", "yy"]


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.5],
        np.array([1e16]),
        np.array([float("inf")]),
        np.array([1 << 24], dtype=np.float32),
        [1, 2.5],
        [1, 1e16],
        ["a", np.float32(1 << 24)],
        [Decimal("1.5"), 2],
        pd.array([0.5], dtype="Float64"),
    ],
    ids=repr,
)
def test_floats_are_refused(values):
    """Floats that are no integers, or have lost digits already, are refused, in lists like arrays."""
    with pytest.raises(InputError, match=r"floating-point labels .* lose the last digits of long ids"):
        labels.as_labels(values, "source")


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0],
        np.array([1, 2], dtype=np.float16),
        pd.Series([1.0, 2.0]),
        pd.array([1, 2], dtype="Float64"),
        [1, np.float64(2)],
        [Decimal("1.0"), Decimal(2)],
    ],
    ids=repr,
)
def test_whole_floats_are_integers(values):
    """Whole numbers with idle decimals are what programs make of integers; that they are read so is said."""
    with pytest.warns(AssumptionWarning, match=r"labels holds whole numbers with idle decimals, as '\d.0'"):
        taken = labels.as_labels(values, "labels")
    assert taken.dtype == np.int64
    assert taken.tolist() == [1, 2]


def test_whole_decimals_are_integers():
    """Databases give ids as decimals without a point; nothing is to be said of them."""
    assert as_list([Decimal(1), Decimal(2)]) == [1, 2]
    assert as_list(["a", Decimal(2)]) == ["a", 2]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([True, False], "True in row 0, which is a truth value"),
        (np.array([False]), "False.* in row 0, which is a truth value"),
        ([1, True], "True in row 1, which is a truth value"),
        (["a", np.True_], "True.* in row 1, which is a truth value"),
        (np.array(["2024-05-01"], dtype="datetime64[D]"), "2024-05-01.* which is a date or time"),
    ],
)
def test_truth_values_and_dates_are_no_labels(values, said):
    """Python holds True to be 1, and a column of dates to be integers: neither names a person."""
    with pytest.raises(InputError, match=f"labels has .*{said} and no label"):
        labels.as_labels(values, "labels")


@pytest.mark.parametrize(
    "values",
    [
        ["a", None],
        ["a", float("nan")],
        pd.Series([1, None]),
        pd.array(["a", pd.NA], dtype="string"),
        [1, None],
    ],
    ids=repr,
)
def test_missing_labels_are_refused_by_row(values):
    """A missing label names its row."""
    with pytest.raises(InputError, match=r"source has no label in row 1; every row needs one\."):
        labels.as_labels(values, "source")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("abc", "is one text, 'abc'; pass a list of labels"),
        (5, "labels=5 is not a list of labels"),
        (None, "labels=None is not a list of labels"),
        (np.zeros((2, 2), dtype=int), "has 2 dimensions; pass one label a row"),
        ([["a"], ["b"]], "has ['a'] in row 0, which can change"),
        ([1, {"a": 1}], "has {'a': 1} in row 1, which can change"),
    ],
)
def test_what_is_no_list_of_labels(values, said):
    """Single texts, numbers, tables and labels that can change are refused in one sentence."""
    with pytest.raises(InputError, match=re.escape(said)):
        labels.as_labels(values, "labels")


@given(st.lists(one_label, min_size=1, max_size=30))
def test_encode_round_trip(values):
    """Numbering and looking up gives every label back, each distinct one once."""
    array = labels.as_labels(values, "labels")
    held, (codes,) = labels.encode([array])
    index = held.index
    assert index.is_unique
    assert labels.plain(index[codes]) == values
    assert labels.locate(index, array, "label", "here").tolist() == codes.tolist()


@given(st.lists(st.integers(-50, 50), min_size=1), st.randoms(use_true_random=False))
def test_encode_does_not_depend_on_row_order(values, random):
    """Labels of one kind are numbered in sorted order, whatever the order of rows."""
    shuffled = random.sample(values, len(values))
    for kind in (int, str):
        first, _ = labels.encode([labels.as_labels([kind(x) for x in values], "labels")])
        second, _ = labels.encode([labels.as_labels([kind(x) for x in shuffled], "labels")])
        assert first.same_as(second)
        assert first.index.tolist() == sorted(set(map(kind, values)))


def test_encode_several_parts():
    """Parts of different kinds share one numbering, and an empty part changes nothing."""
    text, numbers, none = (labels.as_labels(part, "labels") for part in (["b", "a"], [7], []))
    held, codes = labels.encode([text, numbers, none])
    assert labels.plain(held.index) == ["b", "a", 7]
    assert [part.tolist() for part in codes] == [[0, 1], [2], []]
    only_numbers, _ = labels.encode([numbers, none])
    assert only_numbers.are_integers
    assert only_numbers.array().dtype == np.int64


WIDTHS = (np.int8, np.uint8, np.int16, np.uint32, np.int32, np.int64)


@pytest.mark.parametrize("table", [0, 1 << 22], ids=["by search", "by table"])
@given(columns=st.lists(st.tuples(st.sampled_from(WIDTHS), st.data()), min_size=1, max_size=3))
def test_encode_integers_of_any_width(table, columns):
    """Integer columns of different widths, cut into small blocks, are numbered as NumPy would all at once."""
    parts = []
    for width, data in columns:
        limits = np.iinfo(width)
        near = st.integers(max(limits.min, -9), min(limits.max, 9))
        values = near | st.integers(int(limits.min), int(limits.max)) if not table else near
        parts.append(np.array(data.draw(st.lists(values, max_size=9)), dtype=width))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labels, "_SMALL_TABLE", table)
        patch.setattr(labels, "blocks", lambda size: memory.blocks(size, 4))
        held, codes = labels.encode(parts)
    distinct, expected = np.unique(
        np.concatenate([part.astype(object) for part in parts]), return_inverse=True
    )
    assert held.index.tolist() == distinct.tolist()
    assert np.concatenate(codes).tolist() == expected.tolist()
    assert {part.dtype for part in codes} <= {np.dtype(np.int32)}
    assert held.array().dtype == np.int64


@given(st.lists(st.sampled_from(["b", "a", "", "7"]), min_size=1), st.lists(st.integers(0, 9)))
def test_encode_coded_columns(texts, numbers):
    """A column given as codes is numbered as its labels written out are, alone and beside others."""
    distinct = list(dict.fromkeys(texts))
    coded = labels.Coded(np.array([distinct.index(text) for text in texts]), np.array(distinct, dtype=object))
    plain = np.array(texts, dtype=object)
    for beside in ([], [np.array(numbers, dtype=np.int64)], [np.array(["b", "zz"], dtype=object)]):
        ours, theirs = labels.encode([coded, *beside]), labels.encode([plain, *beside])
        assert ours[0].same_as(theirs[0])
        assert [part.tolist() for part in ours[1]] == [part.tolist() for part in theirs[1]]


def test_columns_keep_their_width():
    """A narrow column of integers is taken as it is; any other as labels are."""
    narrow = np.array([1, 2], dtype=np.uint16)
    assert labels.as_column(narrow, "labels") is narrow
    assert labels.as_column([1, 2], "labels").dtype == np.int64
    with pytest.raises(InputError, match="dimensions"):
        labels.as_column(narrow.reshape(2, 1), "labels")


def test_tuples_stay_single_labels():
    """Tuples do not become levels of a MultiIndex."""
    held, _ = labels.encode([labels.as_labels([("a", 1), ("b", 2), ("a", 1)], "labels")])
    index = held.index
    assert not isinstance(index, pd.MultiIndex)
    assert index.tolist() == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("known", "asked", "at"),
    [
        ([17, 5], ["17", "5"], [0, 1]),
        (["17", "@a"], [17], [0]),
        (["17", "@a"], [17, "@a"], [0, 1]),
        ([17, "@a"], ["17", "@a"], [0, 1]),
        ([17, "@a", "5"], [5, "17"], [2, 0]),
        ([1780000000000000001], ["1780000000000000001"], [0]),
        ([-3, 1 << 70], ["-3", str(1 << 70)], [0, 1]),
        (["1", 1], [1, "1"], [1, 0]),
    ],
)
def test_text_and_integers_match_when_written_alike(known, asked, at):
    """An id read as text finds the integer and the other way round; an exact match comes first."""
    index = labels.make_index(labels.as_labels(known, "labels"))
    assert labels.locate(index, labels.as_labels(asked, "labels"), "label", "here").tolist() == at


def test_whole_numbers_find_integers():
    """Whole numbers with idle decimals find integers, if all of a list are such; that is said."""
    index = labels.make_index(np.array([17, 5]))
    with pytest.warns(AssumptionWarning, match="idle decimals, as '17.0'"):
        assert labels.locate(index, labels.as_labels(["5", "17.0"], "labels"), "label", "here").tolist() == [
            1,
            0,
        ]
    # With a name beside them they are what they are.
    assert labels.find(index, labels.as_labels(["17.0", "ann"], "labels")).tolist() == [-1, -1]


@pytest.mark.parametrize("asked", ["017", "+17", " 17", "17.5", "١٧", "1_7", "--17", "-", ""])
def test_other_writings_do_not_match(asked):
    """Only the usual writing of an integer is the integer."""
    index = labels.make_index(np.array([17]))
    assert labels.find(index, labels.as_labels([asked], "labels")).tolist() == [-1]


def test_unknown_labels_are_named():
    """Unknown labels are named, a few of many, with a near match for the first."""
    index = labels.make_index(labels.as_labels(["@anna", "@bo"], "labels"))
    with pytest.raises(InputError, match=r"^seed '@ana' is not in the network \(did you mean '@anna'\?\)\.$"):
        labels.locate(index, labels.as_labels(["@ana"], "labels"), "seed", "the network")
    with pytest.raises(InputError, match=r"0, 1, 2, 3, 4 and 4 more are not in the network\.$"):
        labels.locate(index, np.arange(9), "seed", "the network")


@pytest.mark.parametrize("values", [[5, 3, 9], ["b", "a", "c"], [("a", 1), "b", 7]])
def test_labels_held(values):
    """Labels are the same as an array, as an Index, one by one and in part."""
    held = Labels.of(labels.as_labels(values, "labels"))
    assert (len(held), held.index.tolist(), held.array().tolist()) == (3, values, values)
    assert held.index is held.index
    assert held.quoted(1) == repr(values[1])
    assert held.take(np.array([2, 0])).index.tolist() == [values[2], values[0]]
    assert held.are_integers == (values == [5, 3, 9])


def test_labels_are_compared_in_order():
    """The same labels in another order are others; integers are no texts."""
    integers, texts = Labels.of(np.array([1, 2])), Labels.of(np.array(["1", "2"], dtype=object))
    assert integers.same_as(Labels.of(np.array([1, 2])))
    assert integers.same_as(Labels(pd.Index([1, 2])))
    assert texts.same_as(Labels.of(np.array(["1", "2"], dtype=object)))
    assert not any(integers.same_as(other) for other in (texts, integers.take(np.array([1, 0]))))


def test_nothing_is_found_in_nothing():
    """No labels give no indices."""
    index = labels.make_index(np.array([1, 2]))
    assert labels.locate(index, labels.as_labels([], "labels"), "seed", "here").tolist() == []


def test_messages_show_plain_values():
    """A NumPy integer is written as a number in messages."""
    assert labels.quoted(np.int64(5)) == "5"
    assert labels.quoted(np.str_("a")) == "'a'"
    assert labels.quoted(("a", 1)) == "('a', 1)"
