"""Tests of the adapters: ours always, each rival where it is installed."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.bench import METHODS
from seeding.bench.case import Case, Instance, Method
from seeding.bench.facts import installed
from seeding.bench.peers import ours
from seeding.bench.peers.base import Answer, Arrays, Peer, Task
from seeding.bench.peers.known import claim_problem, known_problems
from seeding.bench.peers.lazy import by_difference, lazy_greedy
from seeding.bench.worker import Job
from seeding.plan.estimate import Estimate

ROOT = Path(__file__).resolve().parents[1]
RIVALS = [method for method in METHODS.values() if method.adapter != "seeding.bench.peers.ours:Ours"]
TASK = Task(2, None, 7, 1, 5.0, 1 << 30)


def peer_of(method: Method) -> Peer:
    """Make and load the adapter of a method; skip where its package is missing."""
    if method.package is not None and installed(method.package) is None:
        pytest.skip(f"{method.package} is not installed: {method.install}")
    peer = Job(method.adapter, dict(method.settings), "", TASK, 1, 1.0, 1.0).make_peer()
    with warnings.catch_warnings():
        # A rival's own warnings are not ours to mend.
        warnings.simplefilter("ignore")
        peer.load()
    return peer


def two_stars() -> Instance:
    """Make two stars that share nobody, and two people without arcs, one of them last by number."""
    source = ["big"] * 8 + ["small"] * 5
    target = [f"b{i}" for i in range(8)] + [f"s{i}" for i in range(5)]
    people = ["alone", *dict.fromkeys(source), *target, "zed"]
    return Instance(sd.Network.from_edges(source, target, 0.9, nodes=people))


def choose(peer: Peer, instance: Instance, task: Task = TASK) -> Answer:
    """Let an adapter choose."""
    arrays = Arrays.of(instance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.choose(peer.build(arrays), arrays, task)


@pytest.mark.parametrize("method", RIVALS, ids=lambda method: method.name)
def test_rivals_find_the_hubs(method: Method) -> None:
    """Every rival seeds the two hubs of two stars, under our numbers."""
    stars = two_stars()
    answer = choose(peer_of(method), stars)

    assert {stars.network.labels[seed] for seed in answer.seeds} == {"big", "small"}
    assert all(isinstance(seed, int) for seed in answer.seeds)
    assert answer.claimed_reach is not None
    assert abs(answer.claimed_reach - (2 + 13 * 0.9)) < 3


@pytest.mark.parametrize("name", ["ris", "celf", "exact", "degree"])
def test_ours_is_optimize_itself(name: str) -> None:
    """Labels and prices go out as numbers and come back as the plan that `optimize` makes."""
    network, roster = sd.datasets.creator_market(500, 20)
    instance = Instance(network, roster)
    cents = 10**roster.decimals
    task = Task(None, 30_000 * cents, 11, 1, 600.0, 1 << 30)

    answer = choose(ours.Ours(name), instance, task)
    plan = sd.optimize(network, roster, budget=30_000, method=name, rng=11, threads=2)

    assert [network.labels[seed] for seed in answer.seeds] == list(plan.seeds["candidate"])
    assert answer.claimed_reach == plan.reach.mean
    assert plan.certificate is not None
    assert answer.claimed_ratio == plan.certificate.ratio


@pytest.mark.parametrize("name", ["ris", "degree"])
def test_choosing_ends_when_seeds_are_final(name: str) -> None:
    """The measurement never counts as choosing; certifying counts only where it decides when to stop."""
    plan = sd.optimize(sd.datasets.karate(), k=2, method=name, rng=1)
    spent = {phase.name: phase.seconds for phase in plan.phases}

    choosing = ours.choosing_seconds(plan, name)

    assert {ours.MEASURE, ours.CERTIFY} <= set(spent)
    assert choosing == pytest.approx(
        sum(spent.values()) - spent[ours.MEASURE] - (spent[ours.CERTIFY] if name == "degree" else 0.0)
    )


def test_ours_knows_every_method_of_the_registry() -> None:
    """Each of our methods has a name that `optimize` takes."""
    from seeding.selection.methods import METHODS as KNOWN

    named = {method.settings["method"] for method in METHODS.values() if method not in RIVALS}
    assert named <= set(KNOWN)


def test_arrays_survive_the_file(tmp_path: Path) -> None:
    """A network and its prices come back from the file as they went in, in minor units."""
    network = sd.Network.from_edges(["x", "y", "y"], ["y", "z", "x"], [0.1, 0.25, 1.0], nodes=["w"])
    roster = sd.Roster.from_any(pd.DataFrame({"candidate": ["y", "w"], "cost": ["1.50", "2"]}))
    arrays = Arrays.of(Instance(network, roster))

    arrays.save(tmp_path / "network.npz")
    again = Arrays.load(tmp_path / "network.npz")

    assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(arrays, again, strict=True))
    assert again.n == 4
    arcs = zip(network.labels[again.source], network.labels[again.target], again.probability, strict=True)
    assert set(arcs) == {("x", "y", 0.1), ("y", "z", 0.25), ("y", "x", 1.0)}
    assert list(network.labels[again.candidates]) == ["y", "w"]
    assert again.costs.tolist() == [150, 200]


def test_our_network_is_built_with_the_same_indices() -> None:
    """Labels of the rebuilt network are the numbers of the original one, isolated people included."""
    stars = two_stars()
    network, roster = ours.Ours("ris").build(Arrays.of(stars))

    assert list(network.labels) == list(range(stars.network.n_nodes))
    assert all(np.array_equal(a, b) for a, b in zip(network.out, stars.network.out, strict=True))
    assert len(roster) == stars.network.n_nodes


def test_lazy_greedy_is_greedy() -> None:
    """With exact gains of a coverage it chooses as greedy does."""
    sets = {0: {1, 2, 3, 4}, 1: {3, 4, 5}, 2: {6, 7}, 3: {1, 2, 5}}

    def covered(seeds: list[int]) -> float:
        return float(len(set().union(*(sets[seed] for seed in seeds))))

    assert lazy_greedy(sets, 3, by_difference(covered)) == [0, 2, 1]


def test_methods_that_know_no_budget_say_so() -> None:
    """A budget given to a method of k seeds is an error, never ignored."""
    with pytest.raises(ValueError, match="no budget"):
        choose(peer_of(METHODS["networkx_celf_100"]), two_stars(), TASK._replace(budget=3))


def test_known_problems_depend_on_the_input() -> None:
    """Traps are marked where they bite: a last node without arcs, sums that overflow, weights ignored."""
    stars, karate = Arrays.of(two_stars()), Arrays.of(Instance(sd.datasets.karate()))
    case = Case("c", "", lambda folder: two_stars(), (), k=2)
    imm, celf = METHODS["pynetim_imm_0.5"], METHODS["cynetdiff_celf_1000"]

    assert any("left out: 1)" in said for said in known_problems(imm, case, stars))
    assert not any("left out" in said for said in known_problems(imm, case, karate))
    assert known_problems(celf, case, karate) == []
    many = karate._replace(weights=np.ones(20_000))
    assert any("2^24" in said for said in known_problems(celf, case, many))
    weighted = karate._replace(weights=np.full(34, 2.0))
    assert any("not weights" in said for said in known_problems(celf, case, weighted))
    assert known_problems(METHODS["ris"], case, weighted) == []


def test_known_problems_can_be_told_apart() -> None:
    """Problems are joined by semicolons, so none has one of its own."""
    case = Case("c", "", lambda folder: two_stars(), (), k=2)
    many = Arrays.of(two_stars())._replace(weights=np.full(20_000, 2.0))

    found = [known_problems(method, case, many) for method in METHODS.values()]

    assert sum(map(len, found)) > len(RIVALS)
    assert not any(";" in problem for problems in found for problem in problems)


def test_claims_are_compared_with_the_score() -> None:
    """A claim is pointed out when it is off by more than 2 % and more than noise explains."""
    reach = Estimate(100.0, 0.5, 99.0, 101.0, None, None, None, 100)

    assert claim_problem(None, None, reach) == []
    assert claim_problem(101.9, None, reach) == []
    assert claim_problem(110.0, None, reach) == ["claims a reach of 110.0, +10.0% from the score"]
    assert claim_problem(110.0, 1_000, reach) == ["claims a reach of 110.0, +10.0% from the score"]
    assert claim_problem(110.0, 2, reach) == []


def test_pins_are_those_of_the_requirements() -> None:
    """Adapters are written for the versions in benchmarks/requirements.txt."""
    text = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w-]+)==([\w.]+)", text, flags=re.MULTILINE))

    for method in RIVALS:
        if method.package is not None:
            assert pinned[method.package] == method.pin
            assert set(method.needs) <= set(pinned)
