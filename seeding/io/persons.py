"""Reading who owns which account from a file."""

from __future__ import annotations

import pandas as pd

from seeding._runtime.files import PathLike, suffix_of
from seeding.errors import InputError, listing
from seeding.io.parquet import PARQUET_SUFFIXES, read_parquet
from seeding.io.tables import read_table

COLUMNS = ("platform", "account", "person")


def read_persons(path: PathLike) -> pd.DataFrame:
    """Read a table with columns platform, account and person, for `Network.couple`.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column.
    """
    if suffix_of(path) in PARQUET_SUFFIXES:
        frame = read_parquet(path)
    else:
        table = read_table(path, header=True)
        for place in range(len(table.names)):
            table.refuse_odd(place, "label")
        # An empty cell is nobody; without this, all rows without a person would be one.
        columns = [[text.strip() or None for text in column] for column in table.cells]
        frame = pd.DataFrame(dict(zip(table.names, columns, strict=True)), dtype=object)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputError(
            f"{str(path)!r} has no column {missing[0]!r}; it needs platform, account and person, and has "
            f"{listing(frame.columns, 12)}."
        )
    return frame[list(COLUMNS)]
