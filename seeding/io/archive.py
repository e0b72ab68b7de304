"""Arrays from a ``.npz`` archive that anybody may have made: nothing is taken before it was looked at."""

from __future__ import annotations

import zipfile
import zlib
from math import prod
from typing import IO, NamedTuple

import numpy as np

from seeding._runtime import memory
from seeding._runtime.checks import MOST_WHOLE
from seeding._runtime.files import PathLike, open_bytes

# What opening, unpacking and taking apart a broken archive raises.
BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
# Plain numbers and truth values, in the machine's own order of bytes.
_KINDS = frozenset(np.dtype(kind) for kind in ("?", "u1", "i4", "i8", "f8"))
# A network has a dozen arrays, and three for each column of its people and arcs.
_MOST_MEMBERS = 100_000
_ENDING = ".npy"


class Header(NamedTuple):
    """What a member says of itself."""

    shape: tuple[int, ...]
    kind: np.dtype

    @property
    def size(self) -> int:
        """Number of bytes."""
        return prod(self.shape) * self.kind.itemsize


def load_arrays(path: PathLike) -> dict[str, np.ndarray]:
    """Read all arrays of an archive: lists of plain numbers, never objects.

    Raises
    ------
    OutOfMemoryError
        If together they take more memory than there is.
    ValueError
        And others of `BROKEN`, if a member is anything else, or is not as long as it says.
    """
    with open_bytes(path) as file, zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        if len(set(names)) != len(names) or len(names) > _MOST_MEMBERS:
            raise ValueError("members")
        if not all(name.endswith(_ENDING) for name in names):
            raise ValueError("names")
        headers = [_header_of(archive, member) for member in members]
        memory.demand(2 * sum(header.size for header in headers), f"reading {str(path)!r}")
        arrays = {}
        for member, header in zip(members, headers, strict=True):
            with archive.open(member) as content:
                arrays[member.filename.removesuffix(_ENDING)] = _read(content, header)
    return arrays


def _header_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Header:
    """Look at what a member says of itself, and that it is as long as that."""
    with archive.open(member) as content:
        header = read_header(content)
        if member.file_size != content.tell() + header.size:
            raise ValueError("length")
    return header


def read_header(content: IO[bytes]) -> Header:
    """Read the head of an array: one list of numbers of a plain kind.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    try:
        version = np.lib.format.read_magic(content)
        shape, _, kind = np.lib.format.read_array_header_1_0(content)
    except Exception as error:  # NumPy reads the head as a piece of Python, which fails in many ways
        raise ValueError("head") from error
    if version != (1, 0) or len(shape) != 1 or not 0 <= shape[0] <= MOST_WHOLE or kind not in _KINDS:
        raise ValueError("kind")
    return Header(shape, kind)


def _read(content: IO[bytes], header: Header) -> np.ndarray:
    again = read_header(content)
    array = np.empty(again.shape, again.kind)
    place, held = 0, array.view(np.uint8)
    while place < held.size:
        part = content.read(min(held.size - place, 1 << 20))
        if not part or again != header:
            raise EOFError
        held[place : place + len(part)] = np.frombuffer(part, dtype=np.uint8)
        place += len(part)
    if content.read(1):
        raise ValueError("length")
    return array
