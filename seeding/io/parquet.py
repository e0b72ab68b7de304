"""Reading Parquet tables, which need the optional library pyarrow."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from io import BytesIO
from typing import IO, Any

import numpy as np
import pandas as pd

from seeding._runtime.files import PathLike, open_bytes, read_bytes
from seeding._runtime.memory import blocks, demand, told
from seeding.errors import InputError, assume
from seeding.network.labels import Coded, Column

PARQUET_SUFFIXES = (".parquet", ".pq")
# Rows that are held beside what is made of them.
_BATCH = 1 << 18
# Bytes that two columns of a row take at least.
_ROW = 8
_INT32, _INT64 = np.iinfo(np.int32), np.iinfo(np.int64)


def read_parquet(path: PathLike) -> pd.DataFrame:
    """Read a Parquet file; its columns keep their types.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file is missing, broken or without rows.
    """
    _need_pyarrow(path)
    data = read_bytes(path)
    with _told(path), told(f"reading {os.fspath(path)!r}"):
        frame = _as_frame(BytesIO(data), path)
    _refuse_empty(path, len(frame))
    named = isinstance(frame.index, pd.MultiIndex) or frame.index.name is not None
    frame = frame.reset_index(drop=not named)
    return frame.set_axis([str(name) for name in frame.columns], axis=1)


def _as_frame(data: BytesIO, path: PathLike) -> pd.DataFrame:
    """Make a DataFrame of a file; without its notes of how pandas wrote it where these are broken."""
    from pyarrow.parquet import read_table

    table = read_table(data)
    if _notes(table.schema) is not None:
        try:
            made: pd.DataFrame = table.to_pandas()
            return made
        except Exception as error:  # the notes may say anything, and pyarrow believes them
            if isinstance(error, MemoryError):
                raise
    _warn_of_notes(path)
    plain: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    return plain


def _notes(schema: Any) -> dict[str, Any] | None:
    """Return what a file says of how pandas wrote it; None where that cannot be what pandas writes."""
    said = (schema.metadata or {}).get(b"pandas")
    try:
        about = json.loads(said) if said else {}
    except (ValueError, RecursionError):
        return None
    if not isinstance(about, dict):
        return None
    indexes, columns = about.get("index_columns", []), about.get("columns", [])
    if not (isinstance(indexes, list) and isinstance(columns, list)):
        return None
    sound = all(isinstance(one, dict) or one in schema.names for one in indexes)
    return about if sound and all(isinstance(one, dict) for one in columns) else None


def _warn_of_notes(path: PathLike) -> None:
    assume(
        f"what {os.fspath(path)!r} says of how pandas wrote it cannot be understood, so its columns are read "
        "as they stand; write it again if one of them was the index."
    )


def _need_pyarrow(path: PathLike) -> None:
    if find_spec("pyarrow") is None:
        raise InputError(
            f'{os.fspath(path)!r} needs pyarrow to be read; install it with pip install "seeding[parquet]".'
        )


@contextlib.contextmanager
def _told(path: PathLike) -> Iterator[None]:
    """Say in one sentence why a file cannot be read."""
    from pyarrow import ArrowException

    try:
        yield
    except InputError:
        raise
    except (ArrowException, ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise InputError(f"{os.fspath(path)!r} is not a readable Parquet file: {reason}.") from None


def _refuse_empty(path: PathLike, n_rows: int) -> None:
    if not n_rows:
        raise InputError(f"{os.fspath(path)!r} has no rows; give at least one.")


@dataclass(frozen=True, eq=False)
class LongTable:
    """A Parquet file whose columns are read one at a time and in batches, never all of them at once.

    A column comes out as a column of `read_parquet` would, except that integers are as narrow as their values
    allow, and texts are coded.

    Attributes
    ----------
    path
        The file.
    names
        The columns as `read_parquet` names and orders them.
    n_rows
        Number of rows.
    fields
        For each column, where it stands in the file; None where only the whole table can be read.
    """

    path: PathLike
    names: list[str]
    n_rows: int
    fields: list[int] | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The whole table, for columns of rare types."""
        return read_parquet(self.path)

    def column(self, place: int) -> Any:
        """Read one column: an array, or `Coded` texts.

        Raises
        ------
        InputError
            If the file is broken, or a text is missing; names the row.
        """
        column = None
        if self.fields is not None and self.names.count(self.names[place]) == 1:
            where = f"reading {os.fspath(self.path)!r}"
            with open_bytes(self.path) as file, _told(self.path), told(where):
                column = _stream(file, self.fields[place], self.n_rows)
        return self.frame.iloc[:, place].to_numpy() if column is None else column


def open_table(path: PathLike) -> LongTable:
    """Look at what columns a Parquet file has.

    Raises
    ------
    InputError
        As `read_parquet`.
    """
    _need_pyarrow(path)
    with open_bytes(path) as file, _told(path):
        from pyarrow.parquet import ParquetFile

        content = ParquetFile(file)
        n_rows, schema = content.metadata.num_rows, content.schema_arrow
    _refuse_empty(path, n_rows)
    # Runs of equal values take next to no room in a file, however many rows they make.
    demand(_ROW * n_rows, f"reading the {n_rows:,} rows of {os.fspath(path)!r}")
    fields = _fields(schema)
    table = LongTable(path, [str(name) for name in schema.names], n_rows, fields)
    if fields is None:
        return LongTable(path, list(table.frame.columns), n_rows, None)
    return LongTable(path, [table.names[field] for field in fields], n_rows, fields)


def _fields(schema: Any) -> list[int] | None:
    """Order the fields as the columns of a DataFrame with its index; None where that is involved."""
    about = _notes(schema)
    if about is None:
        return None
    indexes = [one for one in about.get("index_columns", []) if not _is_nameless_range(one)]
    others = [place for place, name in enumerate(schema.names) if name not in indexes]
    if not indexes:
        return others
    if len(indexes) > 1 or not isinstance(indexes[0], str):
        return None
    known = {one.get("field_name"): one.get("name") for one in about.get("columns", [])}
    name = known.get(indexes[0])
    if name is not None and not isinstance(name, str):
        return None
    return others if name is None else [schema.names.index(indexes[0]), *others]


def _is_nameless_range(index: object) -> bool:
    return isinstance(index, dict) and index.get("kind") == "range" and index.get("name") is None


def _stream(file: IO[bytes], field: int, n_rows: int) -> Column | None:
    """Read a column batch by batch; None if it is of a type that only pandas understands."""
    from pyarrow import types
    from pyarrow.parquet import ParquetFile

    known = ParquetFile(file).schema_arrow.field(field)
    kind = known.type.value_type if types.is_dictionary(known.type) else known.type
    is_text = types.is_string(kind) or types.is_large_string(kind)
    gather: Callable[[Iterator[Any], int], Column | None]
    if is_text:
        gather = _gather_texts
    elif types.is_dictionary(known.type):
        return None
    elif types.is_integer(kind):
        gather = _gather_integers
    elif types.is_floating(kind):
        gather = _gather_numbers
    else:
        return None
    file.seek(0)
    content = ParquetFile(file, read_dictionary=[known.name] if is_text else None, buffer_size=1 << 20)
    batches = content.iter_batches(batch_size=_BATCH, columns=[known.name])
    return gather((batch.column(0) for batch in batches), n_rows)


def _gather_integers(batches: Iterator[Any], n_rows: int) -> np.ndarray | None:
    """Put integers together, in 32 bits as long as they fit; None if one is missing or too large for 64."""
    column, end = np.empty(n_rows, dtype=np.int32), 0
    for batch in batches:
        if batch.null_count:
            return None
        values = batch.to_numpy()
        low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
        if high > _INT64.max:
            return None
        if column.dtype == np.int32 and not _INT32.min <= low <= high <= _INT32.max:
            column = column.astype(np.int64)
        column[end : end + values.size] = values
        end += values.size
    return _whole(column, end)


def _gather_numbers(batches: Iterator[Any], n_rows: int) -> np.ndarray:
    """Put floating-point numbers together as float64, NaN where one is missing."""
    column, end = np.empty(n_rows, dtype=np.float64), 0
    for batch in batches:
        values = batch.to_numpy(zero_copy_only=False)
        column[end : end + values.size] = values
        end += values.size
    return _whole(column, end)


def _gather_texts(batches: Iterator[Any], n_rows: int) -> Coded | None:
    """Put texts together as codes, translating the dictionary of each batch; None if one is missing."""
    codes, end = np.empty(n_rows, dtype=np.int32), 0
    numbers: dict[str, int] = {}
    last, table = None, np.empty(0, dtype=np.int32)
    for batch in batches:
        if batch.null_count:
            return None
        if last is None or not batch.dictionary.equals(last):
            last = batch.dictionary
            found = (numbers.setdefault(text, len(numbers)) for text in last.to_pylist())
            table = np.fromiter(found, np.int32, len(last))
        codes[end : end + len(batch)] = table[batch.indices.to_numpy()]
        end += len(batch)
    labels = np.empty(len(numbers), dtype=object)
    labels[:] = list(numbers)
    return _without_unused(_whole(codes, end), labels)


def _without_unused(codes: np.ndarray, labels: np.ndarray) -> Coded:
    """Leave out the labels that a dictionary holds but no row has."""
    used = np.zeros(labels.size, dtype=np.bool_)
    for block in blocks(codes.size):
        used[codes[block]] = True
    if not used.all():
        place = np.cumsum(used, dtype=np.int32) - np.int32(1)
        for block in blocks(codes.size):
            codes[block] = place[codes[block]]
    return Coded(codes, labels[used])


def _whole(column: np.ndarray, end: int) -> np.ndarray:
    if end != column.size:
        raise ValueError(f"it holds {end:,} rows where its header says {column.size:,}")
    return column
