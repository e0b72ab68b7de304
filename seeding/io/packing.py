"""Columns of texts, numbers and truth values as plain arrays, for files that never hold Python objects."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd

from seeding.errors import InputError

_NUMBERS = {"i": np.int64, "f": np.float64, "b": np.bool_}


def pack_texts(texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Put texts one after another: their bytes, and where each ends."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def unpack_texts(data: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Take apart what `pack_texts` put together."""
    lengths = np.diff(ends, prepend=ends.dtype.type(0))
    if ends.dtype != np.int64 or data.dtype != np.uint8 or (lengths < 0).any():
        raise ValueError("ends")
    if (int(ends[-1]) if ends.size else 0) != data.size:
        raise ValueError("ends")
    whole, places = data.tobytes(), ends.tolist()
    texts = np.empty(len(places), dtype=object)
    for i, (start, end) in enumerate(zip([0, *places], places, strict=False)):
        texts[i] = whole[start:end].decode("utf-8", "surrogatepass")
    return texts


def pack_columns(frame: pd.DataFrame, table: str = "people") -> dict[str, np.ndarray]:
    """Turn the columns of a table, of the people or of the arcs, into arrays with names of their own.

    Raises
    ------
    InputError
        If a column holds something else than whole numbers, numbers, truth values, texts and missing values.
    """
    arrays: dict[str, np.ndarray] = {}
    described = []
    for place, name in enumerate(frame.columns):
        kind, parts = _pack(name, frame[name], table)
        described.append([str(name), kind])
        arrays |= {f"{table}_{place}_{part}": array for part, array in parts.items()}
    told = np.frombuffer(json.dumps(described).encode("utf-8", "surrogatepass"), dtype=np.uint8)
    return {table: told, **arrays}


def _pack(name: object, column: pd.Series, table: str) -> tuple[str, dict[str, np.ndarray]]:
    missing = column.isna().to_numpy(dtype=np.bool_)
    kind = getattr(column.dtype, "kind", "O")
    if kind in _NUMBERS and not (kind == "f" and isinstance(column.dtype, np.dtype)):
        values = column.fillna(_NUMBERS[kind](0)) if missing.any() else column
        parts = {"values": values.to_numpy(dtype=_NUMBERS[kind])}
        return kind, parts | ({"missing": missing} if missing.any() else {})
    if kind == "f":
        return kind, {"values": column.to_numpy(dtype=np.float64)}
    odd = next((text for text in column[~missing] if not isinstance(text, str)), None)
    if odd is not None:
        raise InputError(
            f"column {str(name)!r} of the {table} holds {odd!r}, a {type(odd).__name__}; .npz holds only "
            "columns of whole numbers, numbers, truth values or texts, so turn it into texts or leave it out."
        )
    codes, texts = pd.factorize(column)
    data, ends = pack_texts(texts)
    return "text", {"codes": codes.astype(np.int32), "bytes": data, "ends": ends}


def unpack_columns(arrays: dict[str, np.ndarray], n_rows: int, table: str = "people") -> pd.DataFrame | None:
    """Make the table again; None if there was none.

    Raises
    ------
    ValueError, KeyError
        If the arrays contradict each other.
    """
    if table not in arrays:
        return None
    described = json.loads(arrays[table].tobytes().decode("utf-8", "surrogatepass"))
    columns: dict[str, pd.Series] = {}
    for place, (name, kind) in enumerate(described):
        if not isinstance(name, str) or name in columns:
            raise ValueError("names")
        start = f"{table}_{place}_"
        parts = {key.removeprefix(start): array for key, array in arrays.items() if key.startswith(start)}
        columns[name] = _unpack(kind, parts, n_rows)
    return pd.DataFrame(columns)


def _unpack(kind: str, parts: dict[str, np.ndarray], n_rows: int) -> pd.Series:
    if kind == "text":
        # Code −1, the last of these, is a missing value.
        texts = np.concatenate([unpack_texts(parts["bytes"], parts["ends"]), np.array([None], dtype=object)])
        codes = parts["codes"]
        if (
            codes.dtype != np.int32
            or codes.size != n_rows
            or (codes < -1).any()
            or (codes >= texts.size - 1).any()
        ):
            raise ValueError("codes")
        return pd.Series(texts[codes], dtype=object)
    values = parts["values"]
    if values.shape != (n_rows,) or values.dtype != _NUMBERS[kind]:
        raise ValueError("values")
    if "missing" not in parts:
        return pd.Series(values)
    missing = parts["missing"]
    if missing.shape != (n_rows,) or missing.dtype != np.bool_:
        raise ValueError("missing")
    if kind == "i":
        return pd.Series(pd.arrays.IntegerArray(values, missing))
    if kind == "b":
        return pd.Series(pd.arrays.BooleanArray(values, missing))
    return pd.Series(np.where(missing, np.nan, values)).astype("Float64")
