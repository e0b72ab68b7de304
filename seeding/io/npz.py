"""A network in one ``.npz`` file: exact, compact, quick to read, and never unpickled."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from seeding import label_rule
from seeding.csr import Csr, flip, is_sound
from seeding.errors import InputError
from seeding.io.extras import pack_extras, unpack_extras
from seeding.io.files import PathLike, atomic_write, open_bytes
from seeding.io.packing import pack_columns, pack_texts, unpack_columns, unpack_texts
from seeding.labels import Labels
from seeding.message import Message
from seeding.network import Network, ReadReport

_FORMAT = "seeding network 1"


def write_network(network: Network, path: PathLike) -> None:
    """Write a network to a file that `read_npz` gives back bit for bit.

    Raises
    ------
    InputError
        If its labels are neither all integers nor all texts, a column of `Network.people` or `Network.arcs`
        holds anything but whole numbers, numbers, truth values or texts, or the file cannot be written.
    """
    arrays = {
        "format": np.frombuffer(_FORMAT.encode(), dtype=np.uint8),
        "report": _as_bytes(asdict(network.report)),
        "weights": network.weights,
        "indptr": network.out.indptr,
        "indices": network.out.indices,
        "probability": network.out.probability,
        **({} if network.message is None else {"message": _as_bytes(asdict(network.message))}),
        **pack_extras(network),
        **_pack_labels(network.names.array()),
        **({} if network.people is None else pack_columns(network.people)),
        **({} if network.arcs is None else pack_columns(network.arcs, "arcs")),
    }
    with atomic_write(path, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _as_bytes(value: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)


def _pack_labels(labels: np.ndarray) -> dict[str, np.ndarray]:
    if labels.dtype.kind == "i":
        return {"labels": labels.astype(np.int64)}
    other = next((label for label in labels if not isinstance(label, str)), None)
    if other is not None:
        raise InputError(
            f"label {other!r} is a {type(other).__name__}; .npz holds only integers or only texts."
        )
    data, ends = pack_texts(labels)
    return {"label_bytes": data, "label_ends": ends}


def read_npz(path: PathLike) -> Network:
    """Read a network that `write_network` wrote.

    Raises
    ------
    InputError
        If the file is missing, broken, or was made by something else.
    """
    try:
        with open_bytes(path) as file, np.load(file, allow_pickle=False) as archive:
            arrays: dict[str, np.ndarray] = {name: archive[name] for name in archive.files}
        if bytes(arrays["format"]) != _FORMAT.encode():
            raise KeyError("format")
        labels = _unpack_labels(arrays)
        report = ReadReport(**json.loads(bytes(arrays["report"])))
        message = Message(**json.loads(bytes(arrays["message"]))) if "message" in arrays else None
        out = Csr(arrays["indptr"], arrays["indices"], arrays["probability"])
        weights = arrays["weights"]
        columns = unpack_columns(arrays, labels.size)
        arcs = unpack_columns(arrays, out.indices.size, "arcs")
        extras = unpack_extras(arrays, out.probability, labels.size)
    except InputError:
        raise
    except (
        KeyError,
        ValueError,
        TypeError,
        EOFError,
        OSError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        raise InputError(
            f"{str(path)!r} is not a network written by seeding, or it is broken; write it again."
        ) from None
    plain_names = labels.dtype.kind != "O" or label_rule.are_names(labels)
    split = None if plain_names else label_rule.split_person(labels.tolist())
    if split is not None:
        raise InputError(label_rule.refusal(*split, repr(str(path)), lambda _: ""))
    if not _is_sound(labels, out, weights):
        raise InputError(f"{str(path)!r} holds arrays that contradict each other; write it again.")
    names = Labels.of(labels)
    people = None if columns is None else columns.set_axis(names.index, axis=0)
    into = flip(out, labels.size)
    return Network(names, weights, out, into, report, people, arcs, message, **extras)


def _unpack_labels(arrays: dict[str, np.ndarray]) -> np.ndarray:
    if "labels" in arrays:
        return arrays["labels"]
    return unpack_texts(arrays["label_bytes"], arrays["label_ends"])


def _is_sound(labels: np.ndarray, out: Csr, weights: np.ndarray) -> bool:
    kinds = [array.dtype for array in (out.indptr, out.indices, out.probability, weights)]
    if kinds != [np.dtype(kind) for kind in (np.int64, np.int32, np.float64, np.float64)]:
        return False
    if labels.dtype not in (np.dtype(np.int64), np.dtype(object)):
        return False
    sizes = {array.ndim for array in (labels, weights, *out)}
    if sizes != {1} or not 0 < labels.size == weights.size == out.indptr.size - 1:
        return False
    if out.probability.size != out.indices.size or not is_sound(out, labels.size) or not _all_differ(labels):
        return False
    values = (out.probability >= 0) & (out.probability <= 1)
    return bool(values.all() and np.isfinite(weights).all() and (weights >= 0).all())


def _all_differ(labels: np.ndarray) -> bool:
    """Tell whether no label occurs twice; the network sorts them, so that a look at neighbours tells."""
    if labels.dtype.kind == "i" and (labels[1:] > labels[:-1]).all():
        return True
    return len(set(labels.tolist())) == labels.size
