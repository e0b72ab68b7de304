"""How large the network of a file is, told by the file's first or last bytes alone."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from typing import Any, NamedTuple

from seeding._runtime.files import PathLike, open_bytes, suffix_of
from seeding.errors import InputError
from seeding.io.archive import BROKEN, read_header
from seeding.io.parquet import PARQUET_SUFFIXES

# People per arc where a file of texts does not tell how many there are.
_PEOPLE_PER_ARC = 0.2


class Size(NamedTuple):
    """Numbers of nodes and arcs, and the bytes of one label while the file is read (0: none are)."""

    n_nodes: int
    n_arcs: int
    labels: int


def size_of(path: PathLike, directed: bool = True) -> Size | None:
    """Tell the size of the network in a ``.npz`` or Parquet file; None for other or broken files.

    The arcs of a Parquet file are its rows; its nodes are at most as many as the range of its first two
    columns of integers, where the file keeps that, and guessed otherwise.
    """
    suffix = suffix_of(path)
    try:
        if suffix == ".npz":
            return _of_npz(path)
        if suffix in PARQUET_SUFFIXES and find_spec("pyarrow") is not None:
            return _of_parquet(path, directed)
    except (InputError, *BROKEN):
        # Whoever reads the file says what is wrong with it.
        return None
    return None


def _of_npz(path: PathLike) -> Size:
    with open_bytes(path) as file, zipfile.ZipFile(file) as archive:
        return Size(_length(archive, "weights"), _length(archive, "indices"), 0)


def _length(archive: zipfile.ZipFile, name: str) -> int:
    with archive.open(f"{name}.npy") as member:
        return read_header(member).shape[0]


def _of_parquet(path: PathLike, directed: bool) -> Size:
    from pyarrow.parquet import ParquetFile

    with open_bytes(path) as file:
        about = ParquetFile(file).metadata
    ranges = [_range(about, column) for column in range(min(about.num_columns, 2))]
    n_arcs = about.num_rows * (1 if directed else 2)
    if not ranges or None in ranges:
        return Size(int(about.num_rows * _PEOPLE_PER_ARC), n_arcs, 4)
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    wide = not -(1 << 31) <= low <= high < 1 << 31
    return Size(min(high - low + 1, 2 * about.num_rows), n_arcs, 8 if wide else 4)


def _range(about: Any, column: int) -> Any:
    """Return the least and largest integer of a column; None where that is not kept."""
    found = []
    for group in range(about.num_row_groups):
        statistics = about.row_group(group).column(column).statistics
        if statistics is None or not statistics.has_min_max or not isinstance(statistics.min, int):
            return None
        found.append((statistics.min, statistics.max))
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None
