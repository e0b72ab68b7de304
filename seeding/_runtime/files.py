"""Opening what may be compressed or oddly encoded, and writing files whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import os
import re
import stat
import time
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from seeding._runtime import memory
from seeding.errors import InputError, shown

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
_INNER_MARK = re.compile(r"(?:(?<=[\r\n])|\A)\ufeff+")
_NOT_TEXT = (
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook; give a workbook a name in .xlsx, or save it as CSV",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV (UTF-8)"),
    (b"PAR1", "a Parquet file; give it a name that ends in .parquet"),
    (b"BZh", "compressed with bzip2; decompress it, or compress it with gzip"),
    (b"\xfd7zXZ\x00", "compressed with xz; decompress it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it, or compress it with gzip"),
)
# What is read at once from a pipe, a device or a compressed file.
_PART = 1 << 20
# A text or a table is there this many times while it is read.
_COPIES = 3
# Real data shrinks to a tenth, rarely a hundredth; what shrank more and is large was made to fill memory.
_MOST_SHRUNK, _LARGE = 300, 1 << 27
# Temporary files have these names; those of killed runs are removed after a day.
_TEMPORARY, _ENDING, _DAY = ".seeding-", ".tmp", 86_400
_NO_FILE = {
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a disk",
    stat.S_IFCHR: "a device",
}


def as_path(path: object, name: str = "path") -> Path:
    """Return what names a file, as a Path.

    Raises
    ------
    InputError
        If it is neither text nor a path of texts, is empty, or holds a NUL; names the argument.
    """
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise InputError(f"{name}={shown(path)} is not the path of a file; give it as text.")
    if not text or "\0" in text:
        raise InputError(f"{name}={shown(path)} is empty or has a NUL character; check the path.")
    return Path(text)


def look_at(place: Path) -> os.stat_result | None:
    """Return what the system knows of a file, links followed; None where there is none.

    Raises
    ------
    InputError
        If the path is too long, or its links go round in a circle.
    """
    try:
        return place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{str(place)!r} cannot be found: {_reason(error)}; check the path.") from None


def suffix_of(path: PathLike) -> str:
    """Return the lower-case ending of a file's name that tells its format, without ``.gz``."""
    suffixes = [ending.lower() for ending in as_path(path).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def read_bytes(path: PathLike, *, is_text: bool = False) -> bytes:
    """Return the whole content of a file, decompressed if it is gzipped (whatever its name).

    Parameters
    ----------
    path
        The file.
    is_text
        Refuse what begins with NUL characters, before the rest is read.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, cannot be read, is empty, or is broken gzip; or it is larger
        than memory, or unpacks to something larger.
    """
    with _open(path, is_text) as file:
        try:
            if file.seekable():
                memory.demand(_COPIES * _size_of(file), f"reading {str(path)!r}")
            with memory.told(f"reading {str(path)!r}"):
                return file.read()
        except OSError as error:
            raise InputError(f"{str(path)!r} cannot be read: {_reason(error)}.") from None


def open_bytes(path: PathLike) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Open a file to be read here and there, without taking it into memory unless it is gzipped or a pipe.

    Raises
    ------
    InputError
        As `read_bytes`.
    """
    return _open(path, is_text=False)


@contextlib.contextmanager
def _open(path: PathLike, is_text: bool) -> Iterator[IO[bytes]]:
    place = as_path(path)
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
        _refuse_device(file, first, path)
        zipped = first.startswith(_GZIP_MAGIC)
        if place.suffix.lower() == ".gz" and first and not zipped:
            raise InputError(f"{str(path)!r} ends in .gz but is not gzipped; rename it or compress it.")
        whole = zipped or not file.seekable()
        held = b""
        if zipped:
            held = _gunzip(file, path, is_text)
        elif whole:
            held = _read_parts(file, path, is_text)
        elif is_text:
            _refuse_nul(first, path)
        if not (held or (first and not zipped)):
            raise InputError(f"{str(path)!r} is empty; give a file with at least one row.")
        yield io.BytesIO(held) if whole else file


def _refuse_device(file: IO[bytes], first: bytes, path: PathLike) -> None:
    """Refuse what has no end, such as ``/dev/zero``; a terminal has one, and so has what is empty."""
    kind = _NO_FILE.get(stat.S_IFMT(os.fstat(file.fileno()).st_mode))
    if kind is not None and first and not file.isatty():
        raise InputError(f"{str(path)!r} is {kind}, which has no end; give the path of a file.")


def _size_of(file: IO[bytes]) -> int:
    place = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(place)
    return size


def _gunzip(file: IO[bytes], path: PathLike, is_text: bool) -> bytes:
    packed = io.BytesIO(_read_parts(file, path, False))
    size = packed.getbuffer().nbytes
    try:
        with gzip.GzipFile(fileobj=packed) as unpacked:
            return _read_parts(unpacked, path, is_text, size)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{str(path)!r} is a broken gzip file ({_reason(error)}); fetch or compress it again."
        ) from None


def _read_parts(file: Any, path: PathLike, is_text: bool, packed: int | None = None) -> bytes:
    """Read to the end, part by part: no more than memory holds, and not from what is made to fill it."""
    parts: list[bytes] = []
    size, looked = 0, memory.DEFAULT_LIMIT >> 6
    with memory.told(f"reading {str(path)!r}"):
        while part := file.read(_PART):
            if is_text and not parts:
                _refuse_nul(part, path)
            parts.append(part)
            size += len(part)
            if packed is not None and size > max(_LARGE, _MOST_SHRUNK * packed):
                raise InputError(
                    f"{str(path)!r} unpacks to more than {_MOST_SHRUNK} times its {memory.in_words(packed)}, "
                    "as no real data does; unpack it yourself if it is meant."
                )
            if size > looked:
                looked = 2 * size
                memory.demand(
                    _COPIES * size, f"reading {str(path)!r}, of which {memory.in_words(size)} came,"
                )
        return b"".join(parts)


def _refuse_nul(first: bytes, path: PathLike) -> None:
    """Refuse what cannot be text by its first part, which spares reading the rest; UTF-16 has NULs."""
    place = first.find(b"\0")
    if place >= 0 and not any(first.startswith(mark) for mark, _ in (*_BOMS[1:], *_NOT_TEXT)):
        line = _line_number(first[:place].decode("utf-8", errors="replace"))
        raise InputError(f"line {line} of {str(path)!r} has a NUL character; this is not a text table.")


def read_text(path: PathLike) -> tuple[str, bool]:
    """Return the text of a plain or gzipped file, and whether it began with a byte-order mark.

    The encoding is UTF-8 unless a byte-order mark says UTF-16 or UTF-32.

    Raises
    ------
    InputError
        As `read_bytes`; also if the file is not text, or some bytes are not UTF-8 (names the line).
    """
    data = read_bytes(path, is_text=True)
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
    # Files set one after another, as cat does, have further marks at the beginnings of their lines.
    if "\ufeff" in text:
        text = _INNER_MARK.sub("", text)
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
    place = as_path(path)
    about = look_at(place)
    if about is None or stat.S_ISREG(about.st_mode):
        place = Path(os.path.realpath(place))
    folder = place.parent
    around = look_at(folder)
    if about is not None and stat.S_ISDIR(about.st_mode):
        raise InputError(f"{str(path)!r} is a folder; give the path of a file to write.")
    if around is None:
        raise InputError(f"the folder {str(folder)!r} does not exist; make it, or write elsewhere.")
    if not stat.S_ISDIR(around.st_mode):
        raise InputError(f"{str(folder)!r} is not a folder, so {place.name!r} cannot be written in it.")
    if about is not None and (stat.S_ISSOCK(about.st_mode) or stat.S_ISBLK(about.st_mode)):
        kind = _NO_FILE[stat.S_IFMT(about.st_mode)]
        raise InputError(f"{str(path)!r} is {kind}; give the path of a file to write.")
    if about is not None and not os.access(place, os.W_OK):
        raise InputError(f"{str(path)!r} is write-protected; write to another file.")
    if not _is_special(about) and not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"the folder {str(folder)!r} is not writable; write elsewhere.")
    return Path(path)


def _is_special(about: os.stat_result | None) -> bool:
    """Tell pipes and devices such as ``/dev/stdout``: they are written to, never replaced."""
    return about is not None and not stat.S_ISREG(about.st_mode)


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
    if _is_special(look_at(place)):
        with _said(path), place.open(mode, **options) as file:
            yield file
        return
    place = Path(os.path.realpath(place))
    _remove_leftovers(place.parent)
    temporary = place.with_name(f"{_TEMPORARY}{os.urandom(8).hex()}{_ENDING}")
    _unfinished.add(temporary)
    try:
        with _said(path):
            with temporary.open(mode.replace("w", "x"), **options) as file:
                yield file
            if place.exists():
                temporary.chmod(place.stat().st_mode & 0o777)
            temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)
        _unfinished.discard(temporary)


def remove_unfinished() -> None:
    """Remove the temporary files of all writing that goes on, where the process ends without unwinding."""
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _said(path: PathLike) -> Iterator[None]:
    """Say in one sentence why a file cannot be written; that a reader went away is for the caller."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {_reason(error)}.") from None


def _remove_leftovers(folder: Path) -> None:
    """Remove temporary files of runs that were killed: ours, by name and owner, and older than a day."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not (entry.name.startswith(_TEMPORARY) and entry.name.endswith(_ENDING)):
                continue
            about = entry.stat(follow_symlinks=False)
            ours = stat.S_ISREG(about.st_mode) and (not hasattr(os, "getuid") or about.st_uid == os.getuid())
            if ours and time.time() - about.st_mtime > _DAY:
                Path(entry.path).unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words.strip().rstrip(".") or type(error).__name__
