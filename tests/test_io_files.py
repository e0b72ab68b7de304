"""Tests of opening odd files and of writing files whole or not at all."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from seeding._runtime import files
from seeding._runtime.files import atomic_write, check_writable, read_bytes, read_text, suffix_of
from seeding.errors import InputError


def test_suffix_ignores_gz_and_case():
    """The format is told by the ending before .gz, in any case."""
    assert [suffix_of(name) for name in ("a.csv", "a.GraphML.gz", "a.tar.TSV", "a.gz", "a")] == [
        ".csv",
        ".graphml",
        ".tsv",
        "",
        "",
    ]


def test_write_replaces_whole_file(tmp_path):
    """A finished block replaces an earlier file and leaves nothing else in the folder."""
    path = tmp_path / "out.csv"
    path.write_text("old")
    with atomic_write(path) as file:
        file.write("ä\r\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == "ä\r\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, RuntimeError, MemoryError])
@pytest.mark.parametrize("existing", [True, False])
def test_interrupted_write_leaves_nothing(tmp_path, problem, existing):
    """Ctrl-C or an error in the block leaves the old file, or none, and no temporary file."""
    path = tmp_path / "out.csv"
    if existing:
        path.write_text("old")

    def interrupted():
        with atomic_write(path) as file:
            file.write("half")
            raise problem

    with pytest.raises(problem):
        interrupted()
    assert [p.name for p in tmp_path.iterdir()] == (["out.csv"] if existing else [])
    assert not existing or path.read_text() == "old"


def test_write_bytes_and_keep_mode(tmp_path):
    """Bytes are written as they are, and a replaced file keeps its permissions."""
    path = tmp_path / "out.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with atomic_write(path, "wb") as file:
        file.write(b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_write_through_link(tmp_path):
    """Writing to a link writes the file behind it and keeps the link."""
    (tmp_path / "real.csv").write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to("real.csv")
    with atomic_write(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_write_to_device():
    """A device is written to directly and never replaced."""
    with atomic_write(os.devnull) as file:
        file.write("gone")
    assert not Path(os.devnull).is_file()


def test_content_in_place_of_mode_is_refused(tmp_path):
    """Passing the content where the mode belongs fails at once, so that no write is lost."""
    with pytest.raises(ValueError, match="with block"):
        atomic_write(tmp_path / "a", "content")


def test_missing_folder_and_folder_as_file(tmp_path):
    """A folder that is not there, is a file, or stands where the file should be is named."""
    (tmp_path / "file").write_text("x")
    for path, words in (
        (tmp_path / "none" / "a.csv", "does not exist"),
        (tmp_path / "file" / "a.csv", "not a folder"),
        (tmp_path, "is a folder"),
    ):
        with pytest.raises(InputError, match=words):
            check_writable(path)
        with pytest.raises(InputError, match=words), atomic_write(path):
            pass


def test_protected_places(tmp_path, monkeypatch):
    """A folder or a file that may not be written is refused before work starts."""
    path = tmp_path / "a.csv"
    path.write_text("x")
    assert check_writable(path) == path
    monkeypatch.setattr(files.os, "access", lambda place, mode: str(place) != str(path))
    with pytest.raises(InputError, match="write-protected"):
        check_writable(path)
    monkeypatch.setattr(files.os, "access", lambda place, mode: str(place) != str(tmp_path))
    with pytest.raises(InputError, match="not writable"):
        check_writable(tmp_path / "b.csv")


def test_system_error_becomes_one_sentence(tmp_path, monkeypatch):
    """What the system refuses late, such as a full disk, is told in one sentence."""

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Path, "replace", fail)
    with pytest.raises(InputError, match="No space left on device"), atomic_write(tmp_path / "a") as file:
        file.write("x")
    assert list(tmp_path.iterdir()) == []


def test_read_missing_folder_empty(tmp_path):
    """A missing file, a folder and an empty file are told apart."""
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    for path, words in (
        (tmp_path / "none.csv", "there is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty", "is empty"),
        (tmp_path / "empty.gz", "is empty"),
        ("bad\0name", "NUL character"),
    ):
        with pytest.raises(InputError, match=words):
            read_bytes(path)


def test_gzip_by_content_not_name(tmp_path):
    """Gzipped content is recognised under any name; a .gz that is none, or is broken, is refused."""
    (tmp_path / "a.csv").write_bytes(gzip.compress(b"a,b"))
    (tmp_path / "b.csv.gz").write_bytes(b"a,b")
    (tmp_path / "c.gz").write_bytes(gzip.compress(b"a,b" * 1000)[:-20])
    broken = bytearray(gzip.compress(b"a,b" * 1000))
    broken[15] ^= 0xFF
    (tmp_path / "d.gz").write_bytes(bytes(broken))
    assert read_bytes(tmp_path / "a.csv") == b"a,b"
    with pytest.raises(InputError, match="not gzipped"):
        read_bytes(tmp_path / "b.csv.gz")
    for name in ("c.gz", "d.gz"):
        with pytest.raises(InputError, match="broken gzip"):
            read_bytes(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_byte_order_marks(tmp_path, encoding):
    """Every byte-order mark is understood and taken off."""
    path = tmp_path / "a.txt"
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    path.write_bytes(mark + "Åse,b\n".encode(encoding))
    assert read_text(path) == ("Åse,b\n", True)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_bytes_that_are_no_text(tmp_path, end):
    """Bytes that are not UTF-8, and NULs, are refused with the line they are on."""
    path = tmp_path / "a.txt"
    path.write_bytes(f"a,b{end}c,d{end}Åse,e".encode("latin-1"))
    with pytest.raises(InputError, match=r"line 3 of .* not UTF-8"):
        read_text(path)
    path.write_bytes(f"a,b{end}c\0,d".encode())
    with pytest.raises(InputError, match=r"line 2 of .* NUL"):
        read_text(path)


@pytest.mark.parametrize(
    ("magic", "words"), [(b"PK\x03\x04", "Excel workbook"), (b"PAR1", "Parquet"), (b"BZh9", "bzip2")]
)
def test_other_formats_are_named(tmp_path, magic, words):
    """A workbook, a Parquet file or another compression is named rather than called broken text."""
    path = tmp_path / "a.csv"
    path.write_bytes(magic + b"\x00\x01\x02")
    with pytest.raises(InputError, match=words):
        read_text(path)
