"""A network in one ``.npz`` file: exact, compact, quick to read, and never unpickled."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, get_args

import numpy as np

from seeding._runtime import checks, memory
from seeding._runtime.files import PathLike, atomic_write
from seeding.errors import InputError, OutOfMemoryError, shown
from seeding.io.archive import BROKEN, load_arrays
from seeding.io.extras import pack_extras, unpack_extras
from seeding.io.packing import pack_columns, pack_texts, unpack_columns, unpack_texts
from seeding.network import label_rule
from seeding.network.building import Direction, Parallel, are_weights
from seeding.network.core import ReadReport
from seeding.network.csr import Csr, flip, is_sound
from seeding.network.labels import Labels
from seeding.network.message import Message
from seeding.network.network import Network

_FORMAT = "seeding network 1"


def write_network(network: Network, path: PathLike) -> None:
    """Write a network to a file that `read_npz` gives back bit for bit.

    Raises
    ------
    InputError
        If its labels are neither all integers nor all texts, a column of `Network.people` or `Network.arcs`
        holds anything but whole numbers, numbers, truth values or texts, or the file cannot be written.
    """
    if not isinstance(network, Network):
        raise InputError(f"network={shown(network)} is not a Network; pass one.")
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
        with memory.told(f"reading {str(path)!r}"):
            arrays = load_arrays(path)
            if bytes(arrays["format"]) != _FORMAT.encode():
                raise KeyError("format")
            labels = _unpack_labels(arrays)
            report = _unpack_report(arrays["report"])
            message = Message(**_unpack_json(arrays["message"])) if "message" in arrays else None
            out = Csr(arrays["indptr"], arrays["indices"], arrays["probability"])
            weights = arrays["weights"]
            sound = _is_sound(labels, out, weights)
            columns = unpack_columns(arrays, labels.size) if sound else None
            arcs = unpack_columns(arrays, out.indices.size, "arcs") if sound else None
            extras = unpack_extras(arrays, out.probability, labels.size) if sound else {}
    except OutOfMemoryError:
        raise
    except InputError as error:
        raise _with_path(error, path) from None
    except BROKEN:
        raise InputError(
            f"{str(path)!r} is not a network written by seeding, or it is broken; write it again."
        ) from None
    if not sound:
        raise InputError(f"{str(path)!r} holds arrays that contradict each other; write it again.")
    plain_names = labels.dtype.kind != "O" or label_rule.are_names(labels)
    split = None if plain_names else label_rule.split_person(labels.tolist())
    if split is not None:
        raise InputError(label_rule.refusal(*split, repr(str(path)), lambda _: ""))
    names = Labels.of(labels)
    people = None if columns is None else columns.set_axis(names.index, axis=0)
    into = flip(out, labels.size)
    return Network(names, weights, out, into, report, people, arcs, message, **extras)


def _with_path(error: InputError, path: PathLike) -> InputError:
    return error if repr(str(path)) in str(error) else InputError(f"{str(path)!r} is broken: {error}")


def _unpack_json(array: np.ndarray) -> dict[str, Any]:
    """Read plain values; whoever takes them checks them."""
    values = json.loads(array.tobytes())
    if not isinstance(values, dict):
        raise TypeError("no mapping")
    return values


def _unpack_report(array: np.ndarray) -> ReadReport:
    """Read what was said of reading; refuse what `write_network` never writes.

    Raises
    ------
    ValueError, TypeError
        If a value is of another kind than the field it is for, or out of range.
    """
    report = ReadReport(**_unpack_json(array))
    usual = ReadReport(rows=0)
    for field in fields(ReadReport):
        value, kind = getattr(report, field.name), type(getattr(usual, field.name))
        if field.name == "new_weight" and value is None:
            continue
        number = checks.as_number(value)
        fit = number is not None and number >= 0 if kind in (int, float) else isinstance(value, kind)
        if not fit or (kind is int and checks.as_whole(value) is None):
            raise ValueError(field.name)
    if report.direction not in get_args(Direction) or report.parallel_rule not in get_args(Parallel):
        raise ValueError("direction")
    if not checks.is_weight(report.new_weight or 0.0):
        raise ValueError("new_weight")
    return report


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
    return bool(values.all()) and are_weights(weights)


def _all_differ(labels: np.ndarray) -> bool:
    """Tell whether no label occurs twice; the network sorts them, so that a look at neighbours tells."""
    if labels.dtype.kind == "i" and (labels[1:] > labels[:-1]).all():
        return True
    return len(set(labels.tolist())) == labels.size
