"""Opening what may be compressed or oddly encoded, and writing files whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import os
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from seeding.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PathLike = str | os.PathLike[str]

# Files that are being written in this process.
_unfinished: set[Path] = set()
_GZIP_MAGIC = b"\x1f\x8b"
# UTF-32 before UTF-16: the little-endian mark of one begins with that of the other.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook; save it as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV (UTF-8)"),
    (b"PAR1", "a Parquet file; give it a name that ends in .parquet"),
    (b"BZh", "compressed with bzip2; decompress it, or compress it with gzip"),
    (b"\xfd7zXZ\x00", "compressed with xz; decompress it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it, or compress it with gzip"),
)


def suffix_of(path: PathLike) -> str:
    """Return the lower-case ending of a file's name that tells its format, without ``.gz``."""
    suffixes = [ending.lower() for ending in Path(path).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def read_bytes(path: PathLike) -> bytes:
    """Return the whole content of a file, decompressed if it is gzipped (whatever its name).

    Raises
    ------
    InputError
        If there is no such file, it is a folder, cannot be read, is empty, or is broken gzip.
    """
    with open_bytes(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise InputError(f"{str(path)!r} cannot be read: {_reason(error)}.") from None


@contextlib.contextmanager
def open_bytes(path: PathLike) -> Iterator[IO[bytes]]:
    """Open a file to be read here and there, without taking it into memory unless it is gzipped or a pipe.

    Raises
    ------
    InputError
        As `read_bytes`.
    """
    place = Path(path)
    try:
        file = place.open("rb")
        first = file.peek(1)
    except FileNotFoundError:
        raise InputError(f"there is no file {str(path)!r}; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{str(path)!r} is a folder; give the path of a file.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {_reason(error)}.") from None
    with file:
        zipped = first.startswith(_GZIP_MAGIC)
        if place.suffix.lower() == ".gz" and first and not zipped:
            raise InputError(f"{str(path)!r} ends in .gz but is not gzipped; rename it or compress it.")
        held = _gunzip(file.read(), path) if zipped else b"" if file.seekable() else file.read()
        if not (held or (first and not zipped)):
            raise InputError(f"{str(path)!r} is empty; give a file with at least one row.")
        yield io.BytesIO(held) if held else file


def _gunzip(data: bytes, path: PathLike) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{str(path)!r} is a broken gzip file ({_reason(error)}); fetch or compress it again."
        ) from None


def read_text(path: PathLike) -> tuple[str, bool]:
    """Return the text of a plain or gzipped file, and whether it began with a byte-order mark.

    The encoding is UTF-8 unless a byte-order mark says UTF-16 or UTF-32.

    Raises
    ------
    InputError
        As `read_bytes`; also if the file is not text, or some bytes are not UTF-8 (names the line).
    """
    data = read_bytes(path)
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise InputError(f"{str(path)!r} is {what}.")
    mark, encoding = next((known for known in _BOMS if data.startswith(known[0])), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        raise InputError(
            f"line {_line_number(before)} of {str(path)!r} has bytes that are not {encoding.upper()} text; "
            "save the file as UTF-8 (in Excel: 'CSV UTF-8')."
        ) from None
    if "\0" in text:
        line = _line_number(text[: text.index("\0")])
        raise InputError(f"line {line} of {str(path)!r} has a NUL character; this is not a text table.")
    return text, bool(mark)


def _line_number(before: str) -> int:
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def check_writable(path: PathLike) -> Path:
    """Make sure that `path` can be written, before long work starts; returns it as a Path.

    Raises
    ------
    InputError
        If its folder does not exist or is not writable, or `path` is a folder or a protected file.
    """
    place = Path(path)
    folder = place.parent
    if place.is_dir():
        raise InputError(f"{str(path)!r} is a folder; give the path of a file to write.")
    if not folder.exists():
        raise InputError(f"the folder {str(folder)!r} does not exist; make it, or write elsewhere.")
    if not folder.is_dir():
        raise InputError(f"{str(folder)!r} is not a folder, so {place.name!r} cannot be written in it.")
    if place.exists() and not os.access(place, os.W_OK):
        raise InputError(f"{str(path)!r} is write-protected; write to another file.")
    if not _is_special(place) and not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"the folder {str(folder)!r} is not writable; write elsewhere.")
    return place


def _is_special(place: Path) -> bool:
    """Tell pipes and devices such as ``/dev/stdout``: they are written to, never replaced."""
    return place.exists() and not place.is_file()


def atomic_write(path: PathLike, mode: str = "w") -> contextlib.AbstractContextManager[IO[Any]]:
    """Open a file for writing that appears whole when the block ends, or not at all.

    The text or bytes go to a temporary file in the same folder, which then takes the place of `path`.
    On an exception or Ctrl-C the temporary file is removed and an earlier `path` stays as it was.

    Parameters
    ----------
    path
        Where to write. A link is followed; a device such as ``/dev/stdout`` is written directly.
    mode
        ``"w"`` for text (UTF-8, line ends as given) or ``"wb"`` for bytes.

    Raises
    ------
    InputError
        If the folder does not exist or is not writable, or the disk is full.
    """
    if mode not in ("w", "wb"):
        raise ValueError(f"mode={mode!r} is not 'w' or 'wb'; write the content inside a with block.")
    return _atomic(path, mode)


@contextlib.contextmanager
def _atomic(path: PathLike, mode: str) -> Iterator[IO[Any]]:
    place = check_writable(path)
    options: dict[str, Any] = {} if mode == "wb" else {"encoding": "utf-8", "newline": ""}
    if _is_special(place):
        with place.open(mode, **options) as file:
            yield file
        return
    place = place.resolve()
    temporary = place.with_name(f".seeding-{os.urandom(8).hex()}.tmp")
    _unfinished.add(temporary)
    try:
        with temporary.open(mode.replace("w", "x"), **options) as file:
            yield file
        if place.exists():
            temporary.chmod(place.stat().st_mode & 0o777)
        temporary.replace(place)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {_reason(error)}.") from None
    finally:
        temporary.unlink(missing_ok=True)
        _unfinished.discard(temporary)


def remove_unfinished() -> None:
    """Remove the temporary files of all writing that goes on, where the process ends without unwinding."""
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words.strip().rstrip(".") or type(error).__name__
