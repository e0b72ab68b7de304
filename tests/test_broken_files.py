"""Broken, crafted and oversized files: one sentence of ours, no exception of others, no kernel led astray."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from broken_files import contradictions, full_network, mutated, read_and_use, readers, samples

import seeding as sd
from seeding._runtime import files, memory
from seeding.errors import AssumptionWarning, InputError, OutOfMemoryError
from seeding.io.sizes import size_of
from seeding.network.labels import make_index


@pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")
def test_a_few_mutations_of_every_format(tmp_path):
    """Bytes changed at random are read or refused; `tests/attack` tries many more."""
    refused = 0
    for name, data in samples(tmp_path).items():
        random, place = Random(name), tmp_path / name
        for read in readers(name):
            for _ in range(8):
                place.write_bytes(mutated(data, random))
                try:
                    read(place)
                except sd.SeedingError as error:
                    refused += "\n" not in str(error)
    assert refused > 100


@pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")
@pytest.mark.parametrize("name", ["network.npz", "plain.npz"])
def test_arrays_that_contradict_each_other(tmp_path, name):
    """Arrays of other kinds, shapes and values are refused, or harmless to the kernels that meet them."""
    broken, place = contradictions(samples(tmp_path)[name], Random(name)), tmp_path / name
    refused = 0
    for _ in range(60):
        place.write_bytes(next(broken))
        try:
            read_and_use(place)
        except sd.SeedingError as error:
            refused += "\n" not in str(error)
    assert refused > 30


def changed(path: Path, **arrays: np.ndarray) -> Path:
    """Write a network to a file with some arrays replaced."""
    sd.write_network(full_network(), path)
    np.savez(path, allow_pickle=False, **{**np.load(path), **arrays})
    return path


def as_bytes(value: object) -> np.ndarray:
    """Write plain values as `write_network` does."""
    text = value if isinstance(value, str) else json.dumps(value)
    return np.frombuffer(text.encode(), dtype=np.uint8)


REPORT = {"rows": 4, "direction": "source_to_target"}


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("indices", np.int32(3)),
        ("indices", np.array([1, 2, 9, 3], dtype=np.int32)),
        ("indices", np.array([1, -2, 2, 3], dtype=np.int32)),
        ("indices", np.array([1, 2, 3, 3], dtype=">i4")),
        ("indptr", np.array([0, 2, 1, 4, 4], dtype=np.int64)),
        ("indptr", np.array([0, 2, 3, 4, 9], dtype=np.int64)),
        ("probability", np.array([0.5, np.nan, 0.1, 0.1])),
        ("probability", np.full(4, 0.1, dtype=np.float32)),
        ("weights", np.array([1.0, 1e308, 1, 1])),
        ("weights", np.array([1.0, 5e-324, 1, 1])),
        ("weights", np.zeros(4)),
        ("weights", np.array([1.0, np.inf, 1, 1])),
        ("weights", np.full(4, "1")),
        ("label_ends", np.array([1, 2, -3, 4], dtype=np.int64)),
        ("label_ends", np.array([1, 2, 3, 400], dtype=np.int64)),
        ("label_ends", np.array([1.0, 2, 3, 4])),
        ("label_bytes", np.frombuffer(b"a\xff\xfeb", dtype=np.uint8)),
        ("meeting", np.zeros(4)),
        ("meeting", np.full(4, 1.5)),
        ("active", np.array([7], dtype=np.int64)),
        ("active", np.array([1, 1], dtype=np.int64)),
        ("active", np.array([1.0])),
        ("person", np.array([0, 1, 2, 2**31 - 1], dtype=np.int32)),
        ("person", np.array([0, 1, 2, 500_000_000], dtype=np.int32)),
        ("people_2_codes", np.zeros(4)),
        ("people_2_codes", np.array([0, 1, 2, 99], dtype=np.int32)),
        ("report", as_bytes("[" * 100_000)),
        ("report", as_bytes([])),
        ("report", as_bytes(REPORT | {"direction": "sideways"})),
        ("report", as_bytes(REPORT | {"parallel_rule": "sum"})),
        ("report", as_bytes(REPORT | {"rows": "many"})),
        ("report", as_bytes(REPORT | {"rows": -1})),
        ("report", as_bytes(REPORT | {"new_weight": 1e308})),
        ("report", as_bytes(REPORT | {"directed": 1})),
        ("report", as_bytes(REPORT | {"unknown": 1})),
        ("report", as_bytes('{"rows": ' + "9" * 5000 + "}")),
        ("message", as_bytes({"quality": 7})),
        ("message", as_bytes({"topics": {"x": 1e308, "y": 1e308}})),
        ("message", as_bytes({"topics": 5})),
        ("people", as_bytes([["n", "i"], ["n", "f"]])),
        ("people", as_bytes([[5, "i"]])),
        ("people", as_bytes([["n", "zzz"]])),
        ("people", as_bytes({"n": 1})),
    ],
)
def test_crafted_networks(tmp_path, name, array):
    """No array gets past the reader unless a network could have it; the message names the file."""
    place = changed(tmp_path / "n.npz", **{name: array})
    with pytest.raises(InputError, match=r"n\.npz"):
        sd.read_network(place)
    size_of(place)


def _with_header(header: bytes, data: bytes = b"", magic: bytes = b"\x93NUMPY\x01\x00") -> bytes:
    return magic + len(header).to_bytes(2, "little") + header + data


def _npy(kind: str, shape: str) -> bytes:
    return _with_header(f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode())


@pytest.mark.parametrize(
    "member",
    [
        _npy("<f8", "(1000000000000000,)"),
        _npy("<f8", "(-1,)"),
        _npy("<f8", "(2, 2)"),
        _npy("|O", "(4,)"),
        _npy("<f8", "(" + "9" * 400 + ",)"),
        _npy("<f8", "(402653184,)") + bytes(1000),
        _with_header(b"{'descr': __import__('os').getpid(), 'fortran_order': False, 'shape': (1,)}\n"),
        _with_header(b"(" * 200),
        b"\x93NUMPY\x09\x00" + bytes(50),
        b"",
        b"not an array",
    ],
)
def test_crafted_members(tmp_path, member):
    """A member longer in words than in fact, of objects, or no array, takes no memory and runs nothing."""
    place = tmp_path / "n.npz"
    sd.write_network(full_network(), place)
    with zipfile.ZipFile(place) as sound:
        kept = {name: sound.read(name) for name in sound.namelist()}
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**kept, "weights.npy": member}.items():
            archive.writestr(name, data)
    with pytest.raises(InputError, match=r"n\.npz"):
        sd.read_network(place)
    assert size_of(place) is None or size_of(place).n_nodes in (10**15, 402_653_184)


def test_a_network_larger_than_memory(tmp_path, monkeypatch):
    """Sound heads that ask for more than there is are refused before anything is unpacked."""
    place = tmp_path / "n.npz"
    sd.write_network(sd.Network.from_edges(np.arange(9), np.arange(1, 10), 0.5), place)
    with zipfile.ZipFile(place, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.npy", _npy("<f8", "(16000000,)") + bytes(128_000_000))
    assert place.stat().st_size < 200_000
    monkeypatch.setattr(memory, "available", lambda: 100_000_000)
    with pytest.raises(OutOfMemoryError, match=r"takes 256 MB of memory where 100 MB are free"):
        sd.read_network(place)


def test_counts_of_more_people_than_memory_holds(tmp_path, monkeypatch):
    """A first line that counts two thousand million people is refused before they are made."""
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    place = tmp_path / "counts.txt"
    place.write_text("2000000000 2\n0 1\n1 2\n")
    with pytest.raises(
        OutOfMemoryError, match=r"counts 2,000,000,000 nodes, which takes 112 GB .* 1\.0 GB are"
    ):
        sd.read_network(place, probability=0.5, header="counts")


def test_files_larger_than_memory(tmp_path, monkeypatch):
    """Files are weighed against what is free, and packed ones also against what they shrank to."""
    plain, packed = tmp_path / "plain.csv", tmp_path / "packed.csv.gz"
    plain.write_bytes(b"1,2\n" * 20_000_000)
    packed.write_bytes(gzip.compress(b"1,2\n" * 1_000_000))
    monkeypatch.setattr(memory, "available", lambda: 100_000_000)
    with pytest.raises(OutOfMemoryError, match=r"plain\.csv' takes 240 MB of memory where 100 MB are free"):
        sd.read_network(plain, probability=0.5)
    monkeypatch.setattr(memory, "available", lambda: 10**12)
    monkeypatch.setattr(files, "_LARGE", 1 << 20)
    with pytest.raises(InputError, match=r"unpacks to more than 300 times its .* kB, as no real data does"):
        sd.read_network(packed, probability=0.5)
    monkeypatch.setattr(files, "_LARGE", 1 << 27)
    assert sd.read_network(packed, probability=0.5, parallel="max").n_arcs == 1


def test_nul_characters_are_seen_before_all_is_unpacked(tmp_path):
    """A packed file of nothing is refused by its first part."""
    place = tmp_path / "nothing.csv.gz"
    place.write_bytes(gzip.compress(b"a,b\n" + bytes(50_000_000)))
    with pytest.raises(InputError, match=r"^line 2 of .* has a NUL character"):
        sd.read_network(place)


NOTES = {
    "no json": b"{not json",
    "a list": b"[]",
    "null": b"null",
    "bytes": b"\xff\xfe",
    "deep": b"[" * 9999,
    "numbers": b'{"index_columns":[7],"columns":5}',
    "no such column": b'{"index_columns":["x"],"columns":[{"name":"x","field_name":"x"}]}',
    "wrong lists": b'{"index_columns":{},"columns":[]}',
    "odd column": b'{"columns":[7]}',
    "odd range": b'{"index_columns":[{"kind":"range","name":"x","start":"a","step":0}],"columns":[]}',
    "odd names": b'{"index_columns":["u"],"columns":[{"name":{"a":1},"field_name":"u"}]}',
    "odd types": b'{"index_columns":[],"columns":[{"name":"u","field_name":"u","numpy_type":7}]}',
}


@pytest.mark.filterwarnings("ignore::seeding.AssumptionWarning")
@pytest.mark.parametrize("notes", NOTES.values(), ids=NOTES)
def test_what_a_parquet_file_says_of_pandas(tmp_path, notes):
    """Notes that pandas never writes do not keep the columns from being read as they stand."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"u": ["a", "b"], "v": ["b", "c"], "candidate": ["a", "b"], "cost": [1, 2]})
    parquet.write_table(table.replace_schema_metadata({b"pandas": notes}), tmp_path / "t.parquet")
    network = sd.read_network(tmp_path / "t.parquet", source="u", target="v", probability=0.5)
    assert sorted(network.labels) == ["a", "b", "c"]
    assert sd.read_roster(tmp_path / "t.parquet").candidates.tolist() == ["a", "b"]


def test_odd_notes_of_pandas_are_told(tmp_path):
    """Who wrote an index may miss it, so that it is said."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"candidate": ["a"], "cost": [1]}).replace_schema_metadata({b"pandas": b"[]"})
    parquet.write_table(table, tmp_path / "t.parquet")
    with pytest.warns(AssumptionWarning, match="says of how pandas wrote it cannot be understood"):
        sd.read_roster(tmp_path / "t.parquet")


@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="quux"?><graphml/>',
        b'<?xml version="1.0" encoding="utf-7"?><graphml/>',
        b"<graphml/>",
        b"<a>" * 20_000,
        b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 9999 + b'">]><graphml>' + b"&a;" * 9999 + b"</graphml>",
        b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="maybe"/></graphml>',
    ],
)
def test_broken_xml(tmp_path, suffix, data):
    """Encodings that nobody knows and whatever networkx makes of a file: one sentence."""
    (tmp_path / f"g{suffix}").write_bytes(data)
    with pytest.raises(InputError, match=rf"g\{suffix}|the network has no nodes"):
        sd.read_network(tmp_path / f"g{suffix}", probability=0.5)


@pytest.mark.parametrize("blanks", [" " * 200_000, " \t" * 100_000])
def test_very_many_blanks(tmp_path, blanks):
    """A first line longer than the sample that the layout is told from is looked at as a whole."""
    place = tmp_path / "blanks.txt"
    place.write_text(blanks + "1 2\n2 3\n")
    assert sd.read_network(place, probability=0.5, separator="whitespace").n_arcs == 2
    if "\t" not in blanks:
        assert sd.read_network(place, probability=0.5).n_arcs == 2
        return
    with pytest.raises(InputError, match=r"^line . of .* has (an empty source or target|1 column where)"):
        sd.read_network(place, probability=0.5)


def test_long_rows_of_digits_and_signs(tmp_path):
    """Patterns do not look back over and over again: these end at once."""
    place = tmp_path / "digits.csv"
    for text in ("1" * 60_000 + "x,b\n", "a," + "€" + " " * 60_000 + "x\n", "#\n" * 60_000 + "a\nb\n"):
        place.write_text("candidate,cost\n" + text)
        with pytest.raises(InputError):
            sd.read_roster(place)
    place.write_text("#\n" * 60_000 + "a\nb\n")
    assert sd.read_seeds(place) == ["a", "b"]


def test_labels_longer_than_cells_of_csv(tmp_path):
    """What `to_csv` writes can be read, however long a label is; so can a network and a roster with it."""
    label = "x" * 200_000
    network = sd.Network.from_edges([label, label], ["a", "b, c"], 0.5)
    plan = sd.optimize(network, k=2, rng=1, threads=1, gap=0.3)
    for spreadsheet in (False, True):
        plan.to_csv(tmp_path / "seeds.csv", spreadsheet=spreadsheet)
        assert label in sd.read_seeds(tmp_path / "seeds.csv")
    with (tmp_path / "edges.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["source", "target"], [label, "a"], [label, "b, c"]])
    assert label in sd.read_network(tmp_path / "edges.csv", probability=0.5).labels
    (tmp_path / "roster.csv").write_text(f'candidate,cost\n"{label}",1\n')
    assert sd.read_roster(tmp_path / "roster.csv").candidates.tolist() == [label]


def test_digits_of_other_scripts(tmp_path):
    """Python reads them as numbers; a table that has them is told to write them otherwise."""
    (tmp_path / "e.csv").write_text("source,target,probability\na,b,٠.٥\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2 .* has probability '٠\.٥'; it must be a number"):
        sd.read_network(tmp_path / "e.csv")
    (tmp_path / "e.csv").write_text("source,target,probability\nå,ø,0.5\n", encoding="utf-8")
    assert sd.read_network(tmp_path / "e.csv").out.probability.tolist() == [0.5]


def test_half_a_character(monkeypatch):
    """A label with half a character is refused by those versions of pandas that cannot look it up."""
    monkeypatch.setattr(pd, "Index", lambda *_, **__: "\ud800".encode())
    with pytest.raises(InputError, match=r"label '\\ud800' holds half a character, which no text can"):
        make_index(np.array(["\ud800"], dtype=object))


def test_rules_and_messages_with_endless_numbers(tmp_path):
    """Numbers of thousands of digits, and exponents that no memory holds."""
    for text in ("9" * 5000, "1e999999999999999999999", "[" * 5000):
        (tmp_path / "r.toml").write_text(f"[[rule]]\ntype = 'at_most'\nn = {text}\nc = 'x'\n")
        with pytest.raises(InputError, match=r"r\.toml"):
            sd.read_rules(tmp_path / "r.toml")
        (tmp_path / "m.json").write_text(f'{{"quality": {text}}}')
        with pytest.raises(InputError, match=r"m\.json"):
            sd.read_message(tmp_path / "m.json")


def test_a_pipe_that_never_ends(tmp_path, monkeypatch):
    """What comes through a pipe is weighed as it comes."""
    monkeypatch.setattr(memory, "available", lambda: 100_000_000)
    monkeypatch.setattr(memory, "DEFAULT_LIMIT", 1 << 26)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"1,2\n" * (size // 4)

    with pytest.raises(OutOfMemoryError, match=r"of which [0-9.]+ MB came, takes .* where 100 MB are free"):
        files._read_parts(Endless(), "pipe", is_text=True)


def test_frames_of_odd_columns_are_still_written(tmp_path):
    """A network with missing values in columns of every kind survives writing and reading."""
    network = full_network()
    sd.write_network(network, tmp_path / "n.npz")
    again = sd.read_network(tmp_path / "n.npz")
    assert again.people.isna().equals(network.people.isna())
    for name, column in network.people.items():
        assert again.people[name].dropna().tolist() == column.dropna().tolist()
    assert again.report == network.report
    assert again.message == network.message
