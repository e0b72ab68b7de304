"""Where some are active anyway: what is reached without the plan, what it adds, and what that is together."""

from __future__ import annotations

import oracle
import pytest
from small_graphs import random_graph

import seeding as sd
from seeding import cli
from seeding.network import packed_rows
from seeding.simulation import cascade_forward

QUICK = {"rng": 1, "gap": 0.5, "precision": 0.01}
PATH = sd.Network.from_edges(["o", "m", "c"], ["m", "f", "f"], 1.0)


@pytest.fixture(params=[False, True], ids=["arc by arc", "packed"])
def packed(request, monkeypatch) -> None:
    """Run on rows as they are, and on packed ones."""
    if request.param:
        for module in (packed_rows, cascade_forward):
            monkeypatch.setattr(module, "PACKED_FROM_ARCS", 0)


@pytest.mark.parametrize("number", range(3))
def test_both_reaches_are_the_enumerated_ones(packed, number):
    """The start alone, and all together; the difference of the means is the reach, to rounding."""
    graph = random_graph(number, n=6, m=9)
    plan = sd.optimize(graph.network().with_organic([2]), {0: 1, 3: 1, 5: 1}, k=2, **QUICK)
    seeds = plan.seeds["candidate"].tolist()
    alone, total = oracle.exact_reach(graph, [2]), oracle.exact_reach(graph, [2, *seeds])
    for found, truth in ((plan.organic_reach, alone), (plan.total_reach, total), (plan.reach, total - alone)):
        assert abs(found.mean - truth) <= 6 * found.stderr + 1e-9
        assert found.worlds == plan.reach.worlds
        assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert plan.total_reach.mean - plan.organic_reach.mean == pytest.approx(plan.reach.mean)


def test_both_are_of_the_same_worlds(packed):
    """Of three people no world reaches four, as the one whom both may reach counts once."""
    network = sd.Network.from_edges(["o", "c"], ["m", "m"], 0.5).with_organic(["o"])
    plan = sd.optimize(network, {"c": 1}, k=1, **QUICK)
    assert plan.total_reach.p90 == 3.0
    assert plan.total_reach.mean == pytest.approx(2.75, abs=0.1)


def test_what_is_certain_is_said():
    """The start reaches all but c, who is added; in words and as JSON."""
    plan = sd.optimize(PATH.with_organic(["o"]), {"c": 1}, k=1, **QUICK)
    assert [e.mean for e in (plan.organic_reach, plan.reach, plan.total_reach)] == [3.0, 1.0, 4.0]
    with_it, without = (f"{mean} (95 % interval {mean} to {mean})" for mean in ("4.0", "3.0"))
    assert f"Reach in all    {with_it} with the plan; {without} without it" in plan.summary()
    found = plan.to_dict()
    assert (found["organic_reach"]["mean"], found["total_reach"]["mean"]) == (3.0, 4.0)
    assert "active_anyway" not in found
    assert "Active anyway" not in plan.summary()
    assert any(phase.name == "measure the organic start" for phase in plan.phases)


def test_who_is_bought_without_need_is_named():
    """A rule that demands somebody who posts anyway is kept, and what that adds is said."""
    plan = sd.optimize(
        PATH.with_organic(["o"]), {"c": 1, "o": 1}, k=2, constraints=[sd.Require("o")], **QUICK
    )
    assert set(plan.seeds["candidate"]) == {"c", "o"}
    assert "Active anyway   'o' is a seed who is active anyway and adds nothing" in plan.summary()
    assert plan.to_dict()["active_anyway"] == ["o"]
    added = plan.seeds.set_index("candidate")["marginal_reach"]
    assert added["o"] == 0.0


def test_a_model_counts_both_alike():
    """With a deadline and a quality everybody counts less: m by 0.9², o by 0.9, and so on."""
    model = sd.IndependentCascade(deadline=1, quality=0.9)
    plan = sd.optimize(PATH.with_organic(["o"]), {"c": 1}, k=1, model=model, **QUICK)
    assert plan.organic_reach.mean == pytest.approx(0.9 + 0.81)
    assert plan.total_reach.mean == pytest.approx(2 * (0.9 + 0.81))


def test_who_may_decline_is_in_the_total_as_often():
    """A seed who accepts with 0.5 and reaches herself alone."""
    import pandas as pd

    network = sd.Network.from_edges(["o"], ["m"], 0.5, nodes=["o", "m", "c"]).with_organic(["o"])
    roster = pd.DataFrame({"candidate": ["c"], "cost": [1], "accept": [0.5]})
    plan = sd.optimize(network, roster, budget=1, rng=3, precision=0.001)
    for found, truth in ((plan.total_reach, 2.0), (plan.organic_reach, 1.5)):
        assert abs(found.mean - truth) <= 6 * found.stderr
    assert plan.total_reach.low <= 2.0 <= plan.total_reach.high


def test_nobody_active_and_no_time_say_nothing():
    """Without an organic start there is no such figure; where time is up, only who is bought without need."""
    plan = sd.optimize(PATH, {"c": 1}, k=1, **QUICK)
    assert plan.organic_reach is None
    assert "total_reach" not in plan.to_dict()
    late = sd.optimize(PATH.with_organic(["o"]), {"c": 1}, k=1, time_limit=1e-9, **QUICK)
    assert late.total_reach is None
    assert "counts" in late.to_dict()
    assert "Reach in all" not in late.summary()


@pytest.mark.parametrize("command", [("reach", "--seeds", "c"), ("frontier", "--roster", "costs.csv")])
def test_the_command_says_what_it_counts(command, tmp_path, monkeypatch, capsys):
    """Also where there is no single plan: a reach, or a curve."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arcs.csv").write_text("source,target\no,m\nm,f\nc,f\n", encoding="utf-8")
    (tmp_path / "costs.csv").write_text("candidate,cost\nc,5\nm,7\n", encoding="utf-8")
    (tmp_path / "seeds.csv").write_text("candidate\nc\n", encoding="utf-8")
    name, option, value = command
    words = [name, "arcs.csv", option, "seeds.csv" if value == "c" else value, "--probability", "0.5"]
    for more, said in ((("--organic", "o"), True), ((), False)):
        assert cli.main([*words, *more, "--rng", "1"]) == 0
        text = " ".join(capsys.readouterr().out.split())
        assert ("Organic start: counts are what the plan adds" in text) == said
