"""The rank of a seed: each adds the most to those before it, whatever the method and the roster's order."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import seeding as sd

QUICK = {"rng": 7, "threads": 1, "gap": 0.1, "precision": 0.05}
SHARES = [sd.AtMost(3, g="a"), sd.MaxShare("0.4")]


def market() -> tuple[sd.Network, pd.DataFrame]:
    """Make a network of 300, and a roster of 40 with costs and two groups, in the network's order."""
    edges = list(nx.barabasi_albert_graph(300, 3, seed=1).edges())
    network = sd.Network.from_edges(*zip(*edges, strict=True), "weighted_cascade", directed=False)
    r = random.Random(3)
    rows = [(v, r.randint(10, 99) / 4, r.choice("ab")) for v in sorted(r.sample(range(300), 40))]
    return network, pd.DataFrame(rows, columns=["candidate", "cost", "g"])


NETWORK, ROSTER = market()
SHUFFLED = ROSTER.sample(frac=1, random_state=5).reset_index(drop=True)
THREE = ROSTER["candidate"].iloc[[30, 2, 11]].tolist()


def assert_falls(plan: sd.Plan, above: float = 0.0) -> None:
    """Check that seeds add less and less, but for what the measurement and the choosing sample leave open."""
    gains = plan.seeds["marginal_reach"].to_numpy()
    assert (np.diff(gains) <= above + 0.15 * np.maximum(gains[:-1], 1.0)).all(), gains.tolist()


@pytest.mark.parametrize("method", ["ris", "exact", "celf"])
@pytest.mark.parametrize("rules", [[], SHARES, [sd.AtMost(3, g="a")], [sd.Require(*THREE)]], ids=str)
def test_rank_is_by_gain(rules, method):
    """Under a budget, with and without rules, rank falls by gain; shuffling the roster changes nothing."""
    plans = [
        sd.optimize(NETWORK, roster, budget=60, method=method, constraints=rules, **QUICK)
        for roster in (ROSTER, SHUFFLED)
    ]
    assert len(plans[0].seeds) >= 5
    assert_falls(plans[0])
    assert plans[0].seeds["candidate"].tolist() == plans[1].seeds["candidate"].tolist()
    assert plans[0].seeds["marginal_reach"].tolist() == plans[1].seeds["marginal_reach"].tolist()


def test_rank_is_by_gain_in_the_other_questions():
    """Least cost, profit, every budget of a frontier, rivals and fairness rank by gain too."""
    for roster in (ROSTER, SHUFFLED):
        curve = sd.frontier(NETWORK, roster, budgets=[30, 60], constraints=SHARES, **QUICK)
        plans = [
            sd.minimize_cost(NETWORK, roster, target_reach=25, constraints=[sd.Require(*THREE)], **QUICK),
            sd.optimize(NETWORK, roster, value_per_reach=3, **QUICK),
            *(point.plan for point in curve.points),
            sd.optimize(NETWORK, roster, budget=60, rivals=[0], constraints=[sd.Require(*THREE)], **QUICK),
        ]
        for plan in plans:
            assert_falls(plan, above=0.3)
        ranks = [plan.seeds["candidate"].tolist() for plan in plans]
        if roster is ROSTER:
            first = ranks
    assert ranks == first


def test_ties_go_to_the_first_in_the_network():
    """Who adds the same is listed as in the network, whatever the order of the roster."""
    network = sd.Network.from_edges(["hub"] * 3, ["x", "y", "z"], 1.0, nodes=["hub", *"abcxyz"])
    for names in (["c", "hub", "a", "b"], ["b", "a", "c", "hub"]):
        plan = sd.optimize(network, dict.fromkeys(names, 1), k=4, rng=1, threads=1, precision=0.1)
        assert plan.seeds["candidate"].tolist()[0] == "hub"
        assert sorted(plan.seeds["candidate"]) == sorted(names)
    sure = sd.Network.from_edges(["hub"] * 4, ["d", "b", "c", "a"], 1.0, nodes=["hub", *"abcd"])
    for names in (["d", "hub", "a", "c"], ["c", "a", "d", "hub"]):
        rules = [sd.Require(*names)]
        plan = sd.optimize(sure, dict.fromkeys(names, 1), k=4, constraints=rules, rng=1, threads=1)
        assert plan.seeds["candidate"].tolist() == ["hub", "a", "c", "d"]


def test_a_rule_of_thumb_lists_by_its_own_ranking():
    """Whom rules demand stands where the ranking puts them, not in front."""
    out = np.bincount(NETWORK.out.rows(), minlength=300)
    plan = sd.optimize(NETWORK, ROSTER, k=8, method="degree", constraints=[sd.Require(*THREE)], **QUICK)
    degrees = out[NETWORK.index(plan.seeds["candidate"])]
    assert (np.diff(degrees) <= 0).all()
    assert set(THREE) <= set(plan.seeds["candidate"])


def test_who_goes_together_is_listed_as_the_rule_names_them():
    """The members of one offer do not fall back into the order of the roster."""
    from seeding.roster.roster import Roster
    from seeding.rules.compiling import _always_together

    rules = [sd.Together("c", "a"), sd.Together("a", "d")]
    for names in ("abcd", "dcba"):
        roster = Roster.from_any(dict.fromkeys(names, 1))
        (group,) = _always_together(rules, roster)
        assert [roster.candidates[person] for person in group] == ["c", "a", "d"]
