"""The memory that a plan needs, told before: from the size of the network and small samples."""

from __future__ import annotations

import pytest

import seeding as sd
from benchmarks.engine import scale
from seeding._runtime import memory
from seeding.cli import main, room
from seeding.errors import InputError
from seeding.io.sizes import Size, size_of
from seeding.network.network import Network
from seeding.questions import memory_forecast as module
from seeding.questions.memory_forecast import forecast, sets_needed, without_samples


@pytest.fixture
def network():
    """Make a network large enough to be packed."""
    return sd.datasets.power_law(3_000, 20_000, rng=4)


@pytest.mark.parametrize("k", [20, 50])
def test_the_number_of_sets_is_foreseen(network, k):
    """A plan that is certified has used about as many sets as foreseen: at most twice, at least half."""
    needed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "sets_needed", lambda *asked: needed.append(sets_needed(*asked)) or needed[-1])
        forecast(network, k=k)
    plan = sd.optimize(network, k=k, rng=1, method="ris")
    assert plan.stopped == "certified"
    assert needed[0] / 2 <= plan.certificate.samples / 2 <= 2 * needed[0]


def test_more_certainty_needs_more_sets():
    """The number grows with the certainty asked for and falls with the share covered, up to the cap."""
    usual = sets_needed(0.2, 0.05, 0.01)
    assert 1 << 16 < usual < 1 << 18
    assert sets_needed(0.2, 0.01, 0.01) > usual < sets_needed(0.01, 0.05, 0.01)
    assert sets_needed(0.9, 0.05, 0.01) < usual
    assert sets_needed(1e-9, 0.05, 0.01) >= 1 << 26


def test_rows_of_arcs_decide_what_is_packed(network):
    """Only directions in which probabilities within a row differ get alias tables."""
    constant = Network.from_edges(network.out.rows(), network.out.indices, 0.1)
    cascade, equal = without_samples(network, 10, 1), without_samples(constant, 10, 1)
    n, m = network.n_nodes, network.n_arcs
    assert cascade.measuring == memory.measuring_need(n, m, 10, mixed=True, threads=1)
    assert cascade.choosing == memory.choosing_need(n, m, 10, mixed=False, threads=1)
    assert equal.measuring == memory.measuring_need(constant.n_nodes, m, 10, mixed=False, threads=1)


def test_what_a_plan_would_refuse_is_refused(network):
    """Limits that do not fit the roster are told here as there."""
    with pytest.raises(InputError, match="k=9,000 is more than"):
        forecast(network, k=9_000)


def test_sizes_are_read_from_headers(tmp_path, network):
    """A network file and a Parquet file tell their size without being read; others do not."""
    sd.write_network(network, tmp_path / "a.npz")
    scale.write_parquet(network, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("source,target\n1,2\n")
    (tmp_path / "bad.npz").write_text("nothing")
    (tmp_path / "bad.parquet").write_text("nothing")
    assert size_of(tmp_path / "a.npz") == Size(3_000, 20_000, 0)
    found = size_of(tmp_path / "a.parquet")
    assert found is not None
    assert found[1:] == (20_000, 4)
    assert 2_900 <= found.n_nodes <= 3_000
    assert size_of(tmp_path / "a.parquet", directed=False).n_arcs == 40_000
    for name in ("a.csv", "bad.npz", "bad.parquet", "none.npz", "none.parquet"):
        assert size_of(tmp_path / name) is None


def test_parquet_sizes_of_other_labels(tmp_path):
    """Texts are guessed at; wide integers count as such."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"source": ["a"] * 10, "target": ["b"] * 10}), tmp_path / "a.parquet")
    assert size_of(tmp_path / "a.parquet") == Size(2, 10, 4)
    pq.write_table(pa.table({"source": [1, 1 << 40], "target": [2, 3]}), tmp_path / "b.parquet")
    assert size_of(tmp_path / "b.parquet") == Size(4, 2, 8)


def test_the_command_tells(tmp_path, network, monkeypatch, capsys):
    """Before reading and before planning one line each, on the error stream, with what to do about it."""
    monkeypatch.setattr(room, "_WORTH_TELLING", 0)
    path = str(tmp_path / "a.npz")
    sd.write_network(network, path)
    words = ["optimize", path, "-k", "3", "--rng", "1", "--gap", "0.3", "--precision", "0.1"]
    assert main(words) == 0
    said = capsys.readouterr().err
    assert "note: memory: about 231 MB to read the network.\n" in said
    assert "MB at most, of which network 576 kB, samples " in said
    assert "only" not in said
    monkeypatch.setattr(memory, "available", lambda: 5_000_000)
    monkeypatch.setattr(memory, "resident", lambda: 0)
    assert main([*words, "--memory-limit", "10kB"]) in (0, 4)
    said = capsys.readouterr().err
    assert "note: only 5.0 MB of memory are free" in said
    assert "but only 10 kB are allowed" in said
    assert "raise --memory-limit" in said
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_small_networks_are_not_worth_a_word(tmp_path, network, capsys):
    """By default nothing is told of what takes less than the program itself; inspect tells it always."""
    path = str(tmp_path / "a.npz")
    sd.write_network(network, path)
    assert main(["optimize", path, "-k", "2", "--rng", "1", "--gap", "0.4"]) == 0
    assert "memory" not in capsys.readouterr().err
    assert main(["inspect", path]) == 0
    assert "  memory        576 kB for the network; to plan, about " in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("size", [(300_000, 3_000_000), (1_000_000, 10_000_000)])
def test_estimates_are_right_within_a_fifth(tmp_path, size):
    """The peak of resident memory, beyond the program's own, is within 20 % of what was told before."""
    told = [row for row in scale.rows(tmp_path, *size) if row["estimate"] is not None]
    assert [row["stage"] for row in told] == list(scale.STAGES[2:])
    for row in told:
        assert 0.8 < row["beyond_program"] < 1.2, row
        assert 0.8 < row["estimate_to_peak"] < 1.2, row
