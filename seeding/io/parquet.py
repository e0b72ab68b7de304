"""Reading Parquet tables, which need the optional library pyarrow."""

from __future__ import annotations

import os
from importlib.util import find_spec
from io import BytesIO

import pandas as pd

from seeding.errors import InputError
from seeding.io.files import PathLike, read_bytes

PARQUET_SUFFIXES = (".parquet", ".pq")


def read_parquet(path: PathLike) -> pd.DataFrame:
    """Read a Parquet file; its columns keep their types.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file is missing, broken or without rows.
    """
    if find_spec("pyarrow") is None:
        raise InputError(
            f'{os.fspath(path)!r} needs pyarrow to be read; install it with pip install "seeding[parquet]".'
        )
    from pyarrow import ArrowException

    data = read_bytes(path)
    try:
        frame = pd.read_parquet(BytesIO(data), engine="pyarrow")
    except (ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise InputError(f"{os.fspath(path)!r} is not a readable Parquet file: {reason}.") from None
    if not len(frame):
        raise InputError(f"{os.fspath(path)!r} has no rows; give at least one.")
    named = isinstance(frame.index, pd.MultiIndex) or frame.index.name is not None
    frame = frame.reset_index(drop=not named)
    return frame.set_axis([str(name) for name in frame.columns], axis=1)
