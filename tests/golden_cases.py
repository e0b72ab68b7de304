"""Configurations whose results may not change by a digit unless a change says why.

Together they touch every method, rule, objective, propagation and question, on a market made for seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import seeding as sd

QUICK: dict[str, Any] = {"rng": 7, "gap": 0.2, "precision": 0.05, "threads": 1}


@cache
def market() -> tuple[sd.Network, pd.DataFrame]:
    """Make a market of 900 people and 40 creators; the roster as a table with tier and platform."""
    made = sd.datasets.creator_market(people=900, creators=40, rng=3)
    roster = made.roster
    table = roster.frame.reset_index(drop=True)
    table.insert(0, "candidate", np.asarray(roster.candidates))
    table.insert(1, "cost", roster.costs / 10**roster.decimals)
    return made.network, table


@cache
def packed() -> sd.Network:
    """Make a network with enough arcs to be packed, of unequal probabilities, with numbers as labels."""
    random = np.random.default_rng(5)
    ends = random.integers(0, 2_500, (2, 20_000))
    return sd.Network.from_edges(*ends, random.random(20_000) / 8)


def creators() -> list[Any]:
    """Return the creators' labels, dearest last."""
    table = market()[1]
    return table.sort_values(["cost", "candidate"])["candidate"].tolist()


def _with(**columns: Any) -> pd.DataFrame:
    return market()[1].assign(**columns)


def _accepting() -> pd.DataFrame:
    return _with(accept=np.linspace(0.3, 1.0, len(market()[1])))


def _ladder() -> pd.DataFrame:
    table = market()[1]
    gift = table.assign(offer="gift", cost=40, accept=0.2)
    fee = table.assign(offer="fee", accept=0.8)
    return pd.concat([gift, fee], ignore_index=True)


def _plan(network: Any = None, roster: Any = None, **asked: Any) -> Callable[[], Any]:
    def run() -> Any:
        at, who = market()
        given = at if network is None else network()
        table = roster() if callable(roster) else who if roster is None else roster
        return sd.optimize(given, None if isinstance(table, str) else table, **(QUICK | asked)).to_dict()

    return run


def _rule(*rules: Callable[[], Any], **asked: Any) -> Callable[[], Any]:
    return lambda: _plan(constraints=[rule() for rule in rules], **({"budget": 9_000} | asked))()


def _thin() -> sd.Network:
    return market()[0].with_exposure(view=0.5, share=0.4)


def _organic() -> sd.Network:
    return market()[0].with_organic(creators()[-2:])


def _slow() -> sd.Network:
    network = market()[0]
    return network.with_delays(np.linspace(0.5, 2.0, network.n_arcs))


def _meeting() -> sd.Network:
    return market()[0].with_delays(meeting=0.6)


def _grouped() -> sd.Network:
    network = market()[0]
    group = np.where(np.arange(network.n_nodes) % 3 == 0, "a", "b")
    return network.with_people(pd.DataFrame({"side": group}, index=network.labels))


def _thresholds() -> sd.Network:
    network = market()[0]
    return network.with_probability(1.0 / np.diff(network.into.indptr)[network.out.indices])


@cache
def _platforms() -> tuple[sd.Network, sd.Roster]:
    made = {
        name: sd.datasets.creator_market(people=500, creators=20, rng=key)
        for key, name in enumerate(("x", "y"), 1)
    }
    network = sd.Network.couple(
        {name: one.network for name, one in made.items()}, person="label", crossing=0.2
    )
    return network, sd.Roster.couple({name: one.roster for name, one in made.items()})


def _carried() -> sd.Network:
    network = market()[0]
    people = pd.DataFrame({"topic_a": np.linspace(0.2, 1, network.n_nodes)}, index=network.labels)
    return network.with_people(people).carrying(sd.Message({"a": 1.0}, shareability=1.1), affinity="topic_{}")


def _frontier(**asked: Any) -> Callable[[], Any]:
    return lambda: sd.frontier(*market(), **(QUICK | asked)).to_dict()


def _least(**asked: Any) -> Callable[[], Any]:
    return lambda: sd.minimize_cost(*market(), **(QUICK | asked)).to_dict()


def _first(n: int) -> list[Any]:
    return creators()[:n]


CASES: dict[str, Callable[[], Any]] = {
    # methods
    "auto, budget": _plan(budget=9_000),
    "auto, k": _plan(k=5),
    "ris, budget and k": _plan(budget=9_000, k=6, method="ris"),
    "exact": _plan(budget=9_000, method="exact"),
    "exact, k": _plan(k=4, method="exact", gap=0.05),
    "celf": _plan(budget=4_000, method="celf"),
    "celf, k": _plan(k=3, method="celf"),
    "random": _plan(budget=9_000, method="random"),
    "degree": _plan(k=5, method="degree"),
    "degree_discount": _plan(k=5, method="degree_discount"),
    "pagerank": _plan(budget=9_000, method="pagerank"),
    "top_audience": _plan(budget=9_000, method="top_audience"),
    "cheapest": _plan(budget=9_000, method="cheapest"),
    "everybody, packed": _plan(packed, "everybody", k=12),
    "everybody, packed, celf": _plan(packed, "everybody", k=3, method="celf"),
    "two threads": _plan(packed, "everybody", k=12, threads=2),
    # rules
    "AtMost and AtLeast": _rule(
        lambda: sd.AtMost(2, platform="tiktok"), lambda: sd.AtLeast(2, platform="instagram")
    ),
    "Require and Exclude": _rule(lambda: sd.Require(_first(1)[0]), lambda: sd.Exclude(creators()[-1])),
    "Conflict and Together": _rule(lambda: sd.Conflict(*_first(3)), lambda: sd.Together(*creators()[3:5])),
    "spend": _rule(
        lambda: sd.SpendAtMost(3_000, platform="tiktok"), lambda: sd.SpendAtLeast(1_000, platform="youtube")
    ),
    "SpendShare and MaxShare": _rule(
        lambda: sd.SpendShare(0.1, 0.7, platform="instagram"), lambda: sd.MaxShare(0.4)
    ),
    "Bundle": _rule(lambda: sd.Bundle(creators()[5:8], 400)),
    "VolumeDiscount": _rule(lambda: sd.VolumeDiscount({"platform": "instagram"}, 3, 0.1), method="ris"),
    "rules, exact": _rule(
        lambda: sd.AtMost(2, platform="tiktok"), lambda: sd.MaxShare(0.5), method="exact", gap=0.05
    ),
    "rules, celf": _rule(lambda: sd.AtMost(1, platform="tiktok"), method="celf", budget=4_000),
    "rules, random": _rule(lambda: sd.AtMost(1, platform="tiktok"), method="random"),
    # objectives
    "profit": _plan(value_per_reach=30),
    "profit within limits": _plan(value_per_reach=40, budget=6_000, k=5),
    "maximin": _plan(_grouped, budget=9_000, objective="maximin", group="side"),
    "AtLeastReach": lambda: _plan(
        _grouped, budget=9_000, constraints=[sd.AtLeastReach(0.02, group="side")]
    )(),
    "frontier": _frontier(budgets=[3_000, 6_000, 9_000]),
    "frontier, k and rules": lambda: _frontier(
        budgets=3, k=4, constraints=[sd.AtMost(2, platform="tiktok")]
    )(),
    "least cost": _least(target_reach=120.0),
    "least cost under rules": lambda: _least(
        target_reach=80.0, constraints=[sd.AtMost(2, platform="tiktok")]
    )(),
    # who accepts
    "acceptance": _plan(roster=_accepting, budget=6_000),
    "acceptance, worst case": _plan(roster=_accepting, budget=6_000, budget_on="worst_case"),
    "acceptance, celf": _plan(roster=_accepting, budget=3_000, method="celf"),
    "fee ladder": _plan(roster=_ladder, budget=6_000),
    "profit where some decline": _plan(roster=_accepting, value_per_reach=40),
    # propagation
    "deadline": _plan(budget=6_000, model=sd.IndependentCascade(deadline=2)),
    "deadline, packed": _plan(packed, "everybody", k=5, model=sd.IndependentCascade(deadline=2)),
    "quality, fidelity and discount": _plan(
        budget=6_000, model=sd.IndependentCascade(quality=0.9, fidelity=0.95, discount=0.9)
    ),
    "quality, celf": _plan(budget=3_000, model=sd.IndependentCascade(quality=0.9, deadline=3), method="celf"),
    "linear threshold": _plan(_thresholds, budget=6_000, model=sd.LinearThreshold()),
    "linear threshold, celf": _plan(
        _thresholds, budget=3_000, model=sd.LinearThreshold(deadline=3), method="celf"
    ),
    "exposure": _plan(_thin, budget=6_000),
    "exposure, celf": _plan(_thin, budget=500, method="celf"),
    "delays": _plan(_slow, budget=6_000, model=sd.IndependentCascade(deadline=3)),
    "meeting": _plan(_meeting, budget=6_000, model=sd.IndependentCascade(deadline=3, discount=0.9)),
    "organic start": _plan(_organic, budget=6_000),
    "organic start, celf": _plan(_organic, budget=500, method="celf"),
    "platforms": lambda: _plan(lambda: _platforms()[0], lambda: _platforms()[1], budget=6_000)(),
    "message": _plan(_carried, budget=6_000),
    "audience": _plan(_grouped, budget=6_000, audience="side == 'a'"),
    "effects": _plan(roster=lambda: _with(effect=np.linspace(0.4, 1.0, len(market()[1]))), budget=6_000),
    "bad news": _plan(budget=1_000, model=sd.IndependentCascade(quality=0.8, negativity_bias=2.0)),
    "rivals": lambda: _plan(budget=3_000, rivals=creators()[-3:-1], tie="rival")(),
    "rivals, baseline": lambda: _plan(budget=3_000, rivals=creators()[-3:-1], method="degree")(),
    # further questions
    "simulate": lambda: sd.simulate(market()[0], _first(3), worlds=200, rng=5).tolist(),
    "estimate_reach": lambda: sd.estimate_reach(packed(), [1, 2, 3], rng=5, precision=0.05).to_dict(),
    "estimate_reach, accept": lambda: sd.estimate_reach(
        market()[0], _first(3), accept=0.5, worlds=500, rng=5
    ).to_dict(),
    "estimate_sides": lambda: sd.estimate_sides(
        market()[0], _first(3), rivals=creators()[-2:], worlds=300, rng=5
    ).to_dict(),
    "virality": lambda: sd.virality(
        market()[0], sd.IndependentCascade(), _first(3), worlds=300, rng=5
    ).to_dict(),
    "sample_rr_sets": lambda: _sample(sd.sample_rr_sets(packed(), 500, rng=5)),
}


def _sample(sample: sd.Coverage) -> dict[str, Any]:
    return {"sets": sample.n_sets, "size": sample.total_size, "reach": sample.reach([1, 2, 3]).to_dict()}
