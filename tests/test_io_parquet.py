"""Parquet files read column by column and batch by batch: the same as read all at once."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.io import parquet
from seeding.io.networks import read_network
from seeding.labels import Coded, as_labels, written_out
from seeding.network import Network

TEXTS = ["@anna", "bo", "no one", "Zoë", "bo", "bo", "007", "@anna"]
NUMBERS = [3, 1, 2, 3, 3, 0, 1, 1]
COLUMNS = {
    "int8": pa.array(NUMBERS, pa.int8()),
    "uint8": pa.array([*NUMBERS[:-1], 255], pa.uint8()),
    "int64": pa.array(NUMBERS, pa.int64()),
    "int64, wide in a later batch": pa.array([*NUMBERS[:-1], 1 << 40], pa.int64()),
    "int64, wide below": pa.array([-(1 << 63), *NUMBERS[1:]], pa.int64()),
    "uint32": pa.array([*NUMBERS[:-1], (1 << 32) - 1], pa.uint32()),
    "uint64": pa.array([*NUMBERS[:-1], (1 << 63) - 1], pa.uint64()),
    "uint64, beyond int64": pa.array([*NUMBERS[:-1], (1 << 64) - 1], pa.uint64()),
    "string": pa.array(TEXTS),
    "large string": pa.array(TEXTS, pa.large_string()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "dictionary with more": pa.DictionaryArray.from_arrays([2, 0, 2, 2, 0, 0, 2, 0], ["a", "no", "b"]),
    "dictionary of numbers": pa.array(NUMBERS).dictionary_encode(),
    "float64": pa.array([0.5, 1, 0, 0.25, 1 / 3, 1, 0.125, 0]),
    "float32": pa.array([0.5, 1, 0, 0.25, 1 / 3, 1, 0.125, 0], pa.float32()),
    "float16": pa.array(np.array([0.5, 1, 0, 0.25, 1 / 3, 1, 0.125, 0], np.float16)),
    "bool": pa.array([True, False] * 4),
    "decimal": pa.array([Decimal("0.25")] * 8),
    "date": pa.array([date(2024, 5, 1)] * 8),
    "integers, one missing": pa.array([*NUMBERS[:-1], None]),
    "texts, one missing": pa.array([*TEXTS[:-1], None]),
    "dictionary, one missing": pa.array([*TEXTS[:-1], None]).dictionary_encode(),
    "numbers, one missing": pa.array([None, *([0.5] * 7)]),
    "nothing": pa.nulls(8),
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Cut files into batches of three rows, whatever their row groups."""
    monkeypatch.setattr(parquet, "_BATCH", 3)


def taken(values):
    """Take labels, or the sentence why not."""
    try:
        return as_labels(values, "labels").tolist()
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("group", [1, 2, 8])
@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_are_those_of_the_whole_table(tmp_path, kind, group):
    """Every kind of column comes out with the values, or the errors, that pandas gives at once."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"other": NUMBERS, "column": COLUMNS[kind]}), path, row_group_size=group)
    table = parquet.open_table(path)
    assert (table.names, table.n_rows) == (["other", "column"], 8)
    column = table.column(1)
    whole = parquet.read_parquet(path)["column"].to_numpy()
    if isinstance(column, Coded):
        assert sorted(column.labels) == sorted(set(column.labels)) == sorted(set(whole))
    assert taken(written_out(column)) == taken(whole)
    if whole.dtype.kind == "f":
        np.testing.assert_array_equal(np.asarray(column, dtype=float), whole.astype(float))


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("int8", np.int32), ("int64", np.int32), ("int64, wide below", np.int64), ("uint32", np.int64)],
)
def test_integers_are_as_narrow_as_they_can_be(tmp_path, kind, dtype):
    """Half the memory, where all fit 32 bits."""
    pq.write_table(pa.table({"column": COLUMNS[kind]}), tmp_path / "a.parquet")
    assert parquet.open_table(tmp_path / "a.parquet").column(0).dtype == dtype


FRAMES = {
    "plain": pd.DataFrame({"p": [0.5, 0.25], "target": [1, 2], "source": [2, 3]}),
    "no names": pd.DataFrame([[1, 2], [2, 3]]),
    "filtered": pd.DataFrame({"source": [9, 2, 3], "target": [9, 1, 2]}).iloc[1:],
    "indexed": pd.DataFrame({"source": [2, 3], "target": [1, 2]}).set_index("source"),
    "range": pd.DataFrame({"target": [5, 6]}, index=pd.RangeIndex(2, name="source")),
    "levels": pd.DataFrame({"source": [2, 3], "target": [1, 2], "p": [0.5, 0.25]}).set_index(
        ["source", "target"]
    ),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_an_index_is_a_column_as_before(tmp_path, kind):
    """Names and order of columns are those of the whole table, where the writer kept an index too."""
    path = tmp_path / "a.parquet"
    FRAMES[kind].to_parquet(path)
    table, whole = parquet.open_table(path), parquet.read_parquet(path)
    assert table.names == list(whole.columns)
    for place in range(len(table.names)):
        assert written_out(table.column(place)).tolist() == whole.iloc[:, place].tolist()


def test_repeated_names_are_told_apart(tmp_path):
    """Columns of one name cannot be read one at a time; by position they still can be had."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], ["a", "a", "b"]), path)
    table = parquet.open_table(path)
    assert table.column(2).tolist() == [3]
    with pytest.raises(InputError) as whole:
        parquet.read_parquet(path)
    with pytest.raises(InputError) as ours:
        table.column(1)
    assert str(ours.value) == str(whole.value)


@given(st.data())
def test_networks_are_the_same_from_tiny_row_groups(tmp_path_factory, data):
    """A network read in batches equals one from arrays: texts, numbers, or one of each."""
    path = tmp_path_factory.mktemp("p") / "a.parquet"
    size = data.draw(st.integers(1, 12))

    def column():
        people = data.draw(
            st.sampled_from([st.sampled_from(TEXTS), st.integers(0, 5), st.integers(-(1 << 50), 9)])
        )
        return data.draw(st.lists(people, min_size=size, max_size=size))

    source, target = column(), column()
    p = data.draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
    arrow = {"source": source, "target": target, "p": p}
    pq.write_table(pa.table(arrow), path, row_group_size=data.draw(st.integers(1, 5)))
    if isinstance(source[0], str) != isinstance(target[0], str):
        source, target = list(map(str, source)), list(map(str, target))
    expected = Network.from_edges(source, target, p)
    network = read_network(path)
    assert network.labels.tolist() == expected.labels.tolist()
    for ours, theirs in zip((*network.out, *network.into), (*expected.out, *expected.into), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_rows_are_named_as_before(tmp_path):
    """What is wrong is named by the row of the file, not of a batch."""
    path = tmp_path / "a.parquet"
    ends = {"source": TEXTS, "target": ["x"] * 8}
    for column, words in (
        ({"p": [0.5] * 6 + [1.5, None]}, r"column 'p' 1\.5 in row 6 .*\(2 are not\)"),
        ({"p": [0.5] * 7 + [None]}, r"column 'p' nan in row 7"),
        ({"p": ["0.5"] * 6 + ["x", "y"]}, "column 'p' holds values that are not numbers, such as 'x'"),
        ({"target": ["x"] * 7 + [None]}, "target has no label in row 7"),
        ({"target": [1] * 7 + [None]}, "target has no label in row 7"),
    ):
        pq.write_table(pa.table(ends | column), path, row_group_size=2)
        with pytest.raises(InputError, match=words):
            read_network(path, probability="wc" if "p" not in column else None)


def test_numbers_written_as_text_are_probabilities(tmp_path):
    """A column of texts that are numbers serves as probabilities, as in a DataFrame."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"source": [1], "target": [2], "p": ["0.5"]}), path)
    assert read_network(path).out.probability.tolist() == [0.5]


def test_people_beside_coded_columns(tmp_path):
    """People without arcs join those of a file of texts, who keep their weights."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"source": TEXTS[:2], "target": TEXTS[2:4]}), path)
    people = pd.DataFrame({"node": [*dict.fromkeys(TEXTS), "new"], "worth": np.arange(6.0)})
    network = read_network(path, probability=1.0, nodes=people, node="node", weights="worth")
    assert dict(zip(network.labels, network.weights, strict=True)) == dict(
        zip(people["node"], range(6), strict=True)
    )
    with pytest.warns(UserWarning, match="none of the 1 people"):
        assert read_network(path, probability=1.0, nodes=["else"]).n_nodes == 5


def test_gzipped_and_broken_files(tmp_path):
    """A gzipped file is read; one whose header promises more rows than follow, or that is cut, is refused."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"source": NUMBERS, "target": NUMBERS[::-1]}), path)
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert read_network(tmp_path / "b.parquet.gz", probability=0.1).n_nodes == 4
    table = parquet.open_table(path)
    longer = parquet.LongTable(table.path, table.names, 9, table.fields)
    with pytest.raises(InputError, match="it holds 8 rows where its header says 9"):
        longer.column(0)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="not a readable Parquet file"):
        parquet.open_table(path)
