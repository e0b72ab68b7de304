"""Tests of the .npz format: exact there and back, and sound or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding.errors import InputError
from seeding.io.networks import read_network
from seeding.io.npz import read_npz, write_network
from seeding.network.network import Network

# Any text between two letters: blanks at the ends of a label could make two of one person.
texts = st.text().map(lambda text: f"x{text}y")
labels = st.one_of(
    st.lists(texts, min_size=2, unique=True), st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2)
)


@given(labels, st.data())
def test_round_trip(tmp_path_factory, people, data):
    """Labels, arcs, probabilities, weights and the report come back bit for bit."""
    path = tmp_path_factory.mktemp("n") / "n.npz"
    ends = st.lists(st.sampled_from(people), min_size=5, max_size=5)
    source, target = data.draw(ends), data.draw(ends)
    p = data.draw(st.lists(st.floats(0, 1), min_size=5, max_size=5))
    weights = {person: 1.0 + i / 3 for i, person in enumerate(people)}
    network = Network.from_edges(source, target, p, nodes=list(weights), weights=weights)
    write_network(network, path)
    back = read_npz(path)
    assert back.labels.tolist() == network.labels.tolist()
    assert back.labels.dtype == network.labels.dtype
    assert back.report == network.report
    assert back.weights.tobytes() == network.weights.tobytes()
    for ours, theirs in zip((*back.out, *back.into), (*network.out, *network.into), strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_same_network_same_bytes(tmp_path, ten_people):
    """Writing the same network twice gives the same file, which read_network reads too."""
    write_network(ten_people, tmp_path / "a.npz")
    write_network(ten_people, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert read_network(tmp_path / "a.npz").n_arcs == ten_people.n_arcs
    with pytest.raises(InputError, match="finished network, so probability="):
        read_network(tmp_path / "a.npz", probability=0.1)


def test_other_labels_are_refused(tmp_path):
    """Labels that would need pickling are refused before anything is written."""
    network = Network.from_edges([(0, 1)], [(1, 1)], 0.1)
    with pytest.raises(InputError, match="is a tuple"):
        write_network(network, tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"indices": np.array([9] * 14, dtype=np.int32)},
        {"indices": np.zeros(13, dtype=np.int32)},
        {"indices": np.zeros(14, dtype=np.int64)},
        {"indptr": np.zeros(11, dtype=np.int64)},
        {"weights": np.full(10, np.nan)},
        {"weights": np.ones((10, 1))},
        {"probability": np.full(14, 1.5)},
        {"probability": np.full(14, np.nan)},
    ],
)
def test_contradicting_arrays_are_refused(tmp_path, ten_people, change):
    """Arrays that do not make a network are refused instead of crashing a kernel later."""
    path = tmp_path / "a.npz"
    write_network(ten_people, path)
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **(arrays | change))
    with pytest.raises(InputError, match="contradict"):
        read_npz(path)


def test_foreign_and_broken_files_are_refused(tmp_path, ten_people):
    """Another .npz, one with pickles, a cut one and no zip at all are one clear sentence."""
    path = tmp_path / "a.npz"
    write_network(ten_people, path)
    good = path.read_bytes()
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    np.savez(tmp_path / "pickle.npz", format=np.array([{}], dtype=object))
    np.save(tmp_path / "array.npy", np.arange(3))
    (tmp_path / "cut.npz").write_bytes(good[: len(good) // 2])
    (tmp_path / "text.npz").write_text("source,target\n")
    for name in ("other.npz", "pickle.npz", "array.npy", "cut.npz", "text.npz"):
        with pytest.raises(InputError, match="not a network written by seeding"):
            read_npz(tmp_path / name)
