"""Files of every format that are read, and broken copies: bytes changed, and contents that contradict.

Every choice follows from a key, so that what fails can be made again.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd

import seeding as sd

# What often lies at the edge of what a reader expects.
PIECES = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b" " * 70,
    b"#", b"%", b"<", b">", b"&", b"]]>", b"<!--", b"{", b"}", b"[", b"]", b"=", b"-", b"-1", b"1e999",
    b"1e-999", b"nan", b"inf", b"NaN", b"0x10", b"9" * 30, b"9" * 5000, b"\xf0\x9f\x98\x80", b"\xed\xa0\x80",
    b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"null", b"true", b"\\u0000", b"\\ud800", b"a" * 300, b"1,2\n" * 50,
)  # fmt: skip


def mutated(data: bytes, random: Random) -> bytes:
    """Change some bytes: flip, delete, repeat, swap, cut off, or put in a piece."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        at, length = random.randrange(len(changed) + 1), random.choice((1, 1, 2, 8, 64))
        kind = random.randrange(7)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = changed[at : at + length] * random.choice((1, 2, 50))
        elif kind == 3 and at < len(changed):
            changed[at] = random.randrange(256)
        elif kind == 4:
            other = random.randrange(len(changed) + 1)
            changed[at : at + length] = changed[other : other + length]
        elif kind == 5 and random.random() < 0.2:
            del changed[at:]
        else:
            changed[at : at + random.choice((0, length))] = random.choice(PIECES)
    return bytes(changed)


def full_network() -> sd.Network:
    """Make a small network that has everything a file can hold."""
    people = pd.DataFrame(
        {"node": ["a", "b", "c", "d"], "n": [1, 2, 3, 4], "f": [0.5, None, 2.0, 3.0],
         "t": ["x", None, "y", "z"], "b": [True, False, True, True]}
    )  # fmt: skip
    frame = pd.DataFrame(
        {
            "source": ["a", "b", "c", "a"],
            "target": ["b", "c", "d", "d"],
            "p": [0.5, 0.4, 0.3, 0.2],
            "w": [1, 2, 3, 4],
        }
    )
    made = sd.Network.from_pandas(frame, probability="p", nodes=people, columns=["w"])
    heard = made.carrying(sd.Message(quality=0.9)).with_exposure(0.95).with_delays(meeting=0.5)
    return heard.with_organic(["d"])


def samples(folder: Path) -> dict[str, bytes]:
    """Write one sound file of each format; returns their contents by name."""
    edges = b'source,target,probability,w\na,b,0.5,1\nb,c,0.25,2\nc,a,1,3\nd,"e, f",0.1,4\n'
    kept = {
        "edges.csv": edges,
        "edges.tsv": edges.replace(b",", b"\t"),
        "semicolons.csv": b"source;target;p\na;b;0,5\nb;c;0,25\n",
        "blanks.txt": b"# Nodes: 4\n0 1 0.5\n1 2 0.25\n2 3 1\n",
        "counts.txt": b"4 3\n0 1\n1 2\n2 3\n",
        "integers.txt": b"".join(b"%d %d\n" % (i, i + 1) for i in range(50)),
        "utf16.csv": edges.decode().encode("utf-16"),
        "edges.csv.gz": gzip.compress(edges, mtime=0),
        "graph.graphml": GRAPHML,
        "graph.gexf": GEXF,
        "roster.csv": b'candidate,cost,platform,followers,accept\n@a,"1,250.50",x,1000,0.5\n@b,90,y,20,1\n',
        "prices.csv": "name;price\nanna;1.250,50 €\nbo;90,00 €\n".encode(),
        "seeds.csv": b"rank,candidate,cost,accept\n1,a,2,0.5\n2,b,1,1\n",
        "seeds.txt": b'# wave 1\na\n"b, c"\nd\n',
        "rules.toml": b"[[rule]]\ntype = 'at_most'\nn = 2\nplatform = 'x'\n"
        b"[[rule]]\ntype = 'max_share'\nfraction = 0.25\n",
        "message.json": b'{"topics": {"sport": 0.7, "food": 0.3}, "quality": 0.9, "affinity": "topic_{}"}',
        "message.toml": b"quality = 0.9\n[topics]\nsport = 0.7\nfood = 0.3\n",
        "persons.csv": b"platform,account,person\nx,a,1\ny,b,1\n",
    }
    sd.write_network(full_network(), folder / "network.npz")
    kept["network.npz"] = (folder / "network.npz").read_bytes()
    sd.write_network(sd.Network.from_edges([1, 2], [2, 3], 0.5), folder / "plain.npz")
    kept["plain.npz"] = (folder / "plain.npz").read_bytes()
    frame = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "p": [0.5, 0.25]})
    buffer = io.BytesIO()
    frame.set_index("source").to_parquet(buffer, compression=None)
    kept["edges.parquet"] = buffer.getvalue()
    buffer = io.BytesIO()
    pd.DataFrame({"candidate": [1, 2], "cost": [2.5, 3.0]}).to_parquet(buffer, compression=None)
    kept["roster.parquet"] = buffer.getvalue()
    return kept


def readers(name: str) -> list[Callable[[Path], Any]]:
    """Tell what reads a file of such a name; several may."""
    stem, suffix = name.split(".")[0], Path(name).suffix
    if stem in ("roster", "prices"):
        return [sd.read_roster]
    if stem == "seeds":
        return [sd.read_seeds]
    if stem in ("rules", "message", "persons"):
        return [{"rules": sd.read_rules, "message": sd.read_message, "persons": sd.read_persons}[stem]]
    if suffix == ".npz":
        return [read_and_use]
    if suffix == ".csv":
        return [sd.read_network, sd.read_roster, sd.read_seeds]
    return [sd.read_network]


def read_and_use(path: Path) -> Any:
    """Read a network and run kernels on it: what passes the reader must not lead them astray."""
    from seeding.io.sizes import size_of

    size_of(path)
    network = sd.read_network(path)
    model = sd.IndependentCascade() if network.message is None else network.message.model()
    first = network.labels[:1].tolist()
    if network.active.size < network.n_nodes:
        sd.simulate(network, first, model=model, worlds=4, rng=1, threads=1)
    return network.summary()


def contradictions(data: bytes, random: Random) -> Iterator[bytes]:
    """Change arrays of a ``.npz`` file and pack it soundly again, for ever."""
    arrays = dict(np.load(io.BytesIO(data)))
    while True:
        changed = dict(arrays)
        for _ in range(random.choice((1, 1, 2))):
            name = random.choice(sorted(changed))
            changed[name] = _changed(changed[name], random)
            if random.random() < 0.05:
                del changed[name]
            if random.random() < 0.05:
                changed[random.choice(("person", "delay", "meeting", "active", "people", "x"))] = changed.get(
                    name, np.arange(4)
                )
        buffer = io.BytesIO()
        (np.savez_compressed if random.random() < 0.2 else np.savez)(buffer, allow_pickle=False, **changed)
        yield buffer.getvalue()


def _changed(array: np.ndarray, random: Random) -> np.ndarray:
    kind = random.randrange(8)
    if array.dtype == np.uint8 and kind < 6 and array.tobytes().startswith((b"{", b"[")):
        return np.frombuffer(_changed_json(array.tobytes(), random), np.uint8)
    if kind == 0:
        types = ("f4", "f8", "i4", "i8", "u1", "u8", ">i4", ">f8", "c16", "U3", "S2", "?", "M8[D]", "m8[s]")
        with np.errstate(all="ignore"):
            return np.zeros(array.shape, random.choice(types))
    if kind == 1:
        return array.reshape(random.choice([(-1, 1), (1, -1)])) if array.size else array.reshape(1, 0)
    if kind == 2:
        return array[:-1] if random.random() < 0.5 else np.concatenate([array, array[:1]])
    if kind == 3:
        return array.ravel()[:1].reshape(()) if array.size else array
    if array.size:
        array = array.copy()
        edges = (0, 1, -1, 2**31 - 1, -(2**31), 2**62, 1e308, 5e-324, -0.0, np.inf, np.nan, 0.5, 255)
        with np.errstate(all="ignore"):
            value = np.array(random.choice(edges)).astype(array.dtype)
        array.ravel()[random.randrange(array.size)] = value
    return array


def _changed_json(data: bytes, random: Random) -> bytes:
    try:
        return json.dumps(_changed_value(json.loads(data), random)).encode()
    except ValueError:  # changed before
        return data


def _changed_value(value: Any, random: Random) -> Any:
    """Change one value somewhere in what JSON holds."""
    odd = [None, True, 0, -1, 0.0, 1e308, 5e-324, 10**400, "", "x", "\ud800", [], {}, [[]], {"a": 1}]
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(sorted(value))
        return {**value, key: _changed_value(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        return [*value[:at], _changed_value(value[at], random), *value[at + 1 :]]
    return random.choice(odd)


GRAPHML = b"""<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="p" for="edge" attr.name="probability" attr.type="double"/>
<key id="w" for="node" attr.name="weight" attr.type="int"><default>1</default></key>
<graph edgedefault="directed"><node id="a"><data key="w">2</data></node><node id="b"/><node id="c"/>
<edge source="a" target="b"><data key="p">0.5</data></edge>
<edge source="b" target="c"><data key="p">0.25</data></edge></graph></graphml>
"""
GEXF = b"""<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="directed">
<attributes class="edge"><attribute id="0" title="probability" type="double"/></attributes>
<nodes><node id="a" label="A"/><node id="b" label="B"/><node id="c" label="C"/></nodes>
<edges><edge id="0" source="a" target="b"><attvalues><attvalue for="0" value="0.5"/></attvalues></edge>
<edge id="1" source="b" target="c"><attvalues><attvalue for="0" value="0.25"/></attvalues></edge></edges>
</graph></gexf>
"""
