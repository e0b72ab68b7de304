"""Tests of paths in the place of network and roster: read as the readers do, recorded alike, or refused."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from golden_cases import market

import seeding as sd
from seeding.questions.inputs import read_inputs
from seeding.roster.roster import Roster

QUICK = {"rng": 3, "threads": 1}
SEARCH = {**QUICK, "gap": 0.3, "precision": 0.05}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[str, str]:
    """Write a network and a roster."""
    folder = tmp_path_factory.mktemp("inputs")
    network, table = market()
    source, target = _ends(network)
    rows = "".join(f"{network.labels[a]},{network.labels[b]},{p!r}\n" for a, b, p in zip(source, target,
                   network.out.probability.tolist(), strict=True))  # fmt: skip
    (folder / "follows.csv").write_text("source,target,p\n" + rows)
    table.to_csv(folder / "creators.csv", index=False)
    return str(folder / "follows.csv"), str(folder / "creators.csv")


def _ends(network):
    starts = np.repeat(np.arange(network.n_nodes), np.diff(network.out.indptr))
    return starts.tolist(), network.out.indices.tolist()


def seed_of(files) -> list:
    """Name one seed."""
    return [sd.read_roster(files[1]).candidates[0]]


ASKED = {
    "optimize": lambda n, r, _: sd.optimize(n, r, budget=9_000, **SEARCH).to_json(),
    "frontier": lambda n, r, _: [
        p.plan.to_json() for p in sd.frontier(n, r, budgets=[9_000], **SEARCH).points
    ],
    "minimize_cost": lambda n, r, _: sd.minimize_cost(n, r, target_reach=30, **SEARCH).to_json(),
    "estimate_reach": lambda n, _, s: sd.estimate_reach(n, s, worlds=50, **QUICK),
    "simulate": lambda n, _, s: sd.simulate(n, s, worlds=50, **QUICK).tolist(),
    "estimate_sides": lambda n, _, s: sd.estimate_sides(n, s, worlds=50, **QUICK).to_dict(),
    "sample_rr_sets": lambda n, _, s: sd.sample_rr_sets(n, 50, **QUICK).reach(s),
    "virality": lambda n, _, s: sd.virality(n, sd.IndependentCascade(), s, worlds=50, **QUICK).to_dict(),
    "compare": lambda n, r, s: sd.compare(n, {"A": s, "B": s}, roster=r, worlds=50, **QUICK).to_json(),
}  # fmt: skip


def timeless(answer):
    """Take what tells the time out of an answer."""
    import json

    def clean(value):
        if isinstance(value, dict):
            return {
                k: clean(v) for k, v in value.items() if k not in ("seconds", "created", "wall", "phases")
            }
        return [clean(one) for one in value] if isinstance(value, list) else value

    if isinstance(answer, list) and answer and isinstance(answer[0], str):
        return [timeless(one) for one in answer]
    return clean(json.loads(answer)) if isinstance(answer, str) else repr(answer)


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("kind", [str, Path])
def test_paths_answer_as_what_they_hold(files, question, kind):
    """Every question answers the same with paths as with what the readers make of them."""
    network, roster = sd.read_network(files[0]), sd.read_roster(files[1])
    ask, seeds = ASKED[question], seed_of(files)
    assert timeless(ask(kind(files[0]), kind(files[1]), seeds)) == timeless(ask(network, roster, seeds))


def test_paths_are_recorded_as_the_readers_do(files):
    """What a saved plan names as its inputs does not depend on who read the files."""
    for kind in (str, Path):
        network, roster = read_inputs(kind(files[0]), kind(files[1]))
        assert network.source == sd.read_network(kind(files[0])).source
        assert roster is not None
        assert roster.source == sd.read_roster(kind(files[1])).source
    told, none = read_inputs(files[0], None, "p")
    assert none is None
    assert told.source == sd.read_network(files[0], probability="p").source


def test_a_plan_made_from_paths_is_replayed(files, tmp_path):
    """The saved plan finds its files, and takes paths for them too."""
    plan = sd.optimize(*files, budget=9_000, **SEARCH)
    plan.save(tmp_path / "x.plan")
    for given in ({}, {"network": files[0], "roster": Path(files[1])}):
        again = sd.read_plan(tmp_path / "x.plan", **given).replay()
        assert again.seeds.equals(plan.seeds)


def test_a_path_to_nowhere_is_refused_before_anything_is_read(files, monkeypatch):
    """A wrong path of a roster does not cost the reading of the network."""

    def unread(*_given, **_named):
        raise AssertionError("the network was read")

    monkeypatch.setattr("seeding.io.networks.read_network", unread)
    with pytest.raises(
        sd.InputError, match=r"^roster='nowhere.csv' names no file; check the path, or give a "
    ):
        sd.optimize(files[0], Path("nowhere.csv"), budget=5)


@pytest.mark.parametrize("question", ASKED)
def test_a_path_to_nowhere(files, question):
    """Every question says in one sentence which argument names no file."""
    with pytest.raises(sd.InputError, match=r"^network='nowhere.csv' names no file; [^.]*\.$"):
        ASKED[question]("nowhere.csv", files[1], seed_of(files))


def test_a_text_is_always_a_path(files, monkeypatch, tmp_path):
    """Neither a label nor a column is meant by a text, also where one is called so; a dict holds costs."""
    label = str(seed_of(files)[0])
    with pytest.raises(sd.InputError, match="names no file"):
        sd.optimize(files[0], label, budget=5)
    assert isinstance(read_inputs(files[0], {label: 5})[1], Roster)
    with pytest.raises(sd.InputError, match="is a folder"):
        sd.optimize(tmp_path, k=1)
    for odd in ("", "a\0b"):
        with pytest.raises(sd.InputError, match="is empty or has a NUL"):
            sd.estimate_reach(odd, [label])


def test_what_is_assumed_of_a_file_is_said_at_the_call(tmp_path):
    """A file without probabilities warns as the reader does, at the user's own line."""
    path = tmp_path / "e.csv"
    path.write_text("source,target\na,b\nb,c\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sd.simulate(path, ["a"], worlds=2, **QUICK)
    assert [one.category for one in caught] == [sd.AssumptionWarning]
    assert caught[0].filename == __file__
    assert sd.simulate(path, ["a"], worlds=2, probability=1.0, **QUICK).tolist() == [3, 3]
