"""Offers that change how well a post works: closed forms, every world, both ways."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.errors import AssumptionWarning, InputError
from seeding.network.offer_nodes import with_effects

SIGMAS = 5.2


def offers(*rows: tuple) -> pd.DataFrame:
    """Make a roster of (candidate, offer, cost, effect)."""
    return pd.DataFrame(rows, columns=["candidate", "offer", "cost", "effect"])


def literal(network: sd.Network, creator: int, factor: float) -> float:
    """Weigh every world: the creator's post tries every follower with the factor, all others as they are.

    The creator, reached again by others, passes it on once more as everybody does.
    """
    arcs = list(zip(network.out.rows().tolist(), network.out.indices.tolist(), strict=True))
    p = network.out.probability.tolist()
    own = [e for e, (u, _) in enumerate(arcs) if u == creator]
    total = 0.0
    for tried in itertools.product([False, True], repeat=len(own)):
        chance = math.prod(
            q if on else 1 - q
            for on, q in ((on, min(1.0, factor * p[e])) for on, e in zip(tried, own, strict=True))
        )
        first = {arcs[e][1] for on, e in zip(tried, own, strict=True) if on}
        for live in itertools.product([False, True], repeat=len(arcs)):
            weight = chance * math.prod(q if on else 1 - q for on, q in zip(live, p, strict=True))
            reached = set(first)
            for _ in range(network.n_nodes):
                reached |= {v for (u, v), on in zip(arcs, live, strict=True) if on and u in reached}
            total += weight * sum(network.weights[v] for v in reached | {creator})
    return total


RING = sd.Network.from_edges([0, 0, 1, 2, 3], [1, 2, 0, 3, 0], [0.3, 0.4, 0.5, 0.6, 0.2])


@pytest.mark.parametrize("factor", [0.5, 1.5, 3.0])
@pytest.mark.filterwarnings("ignore::seeding.errors.AssumptionWarning")
def test_a_seed_with_an_effect_against_every_world(factor):
    """Forwards and backwards; the creator counts once."""
    network, nodes = with_effects(RING, np.array([0]), np.array([factor]), sd.IndependentCascade())
    assert network.total_weight == RING.total_weight
    expected = literal(RING, 0, factor)
    label = network.labels[nodes[0]]
    forward = sd.estimate_reach(network, [label], worlds=60_000, rng=2)
    assert abs(forward.mean - expected) <= SIGMAS * forward.stderr
    backward = sd.sample_rr_sets(network, 80_000, rng=3).reach([label])
    assert abs(backward.mean - expected) <= SIGMAS * backward.stderr


def test_a_star_in_closed_form():
    """A reel that doubles the chance is worth its higher fee, and a story that halves it its lower one."""
    star = sd.Network.from_edges(["hub"] * 10, list("abcdefghij"), 0.2)
    roster = offers(("hub", "story", 10, 0.5), ("hub", "post", 20, 1.0), ("hub", "reel", 30, 2.0))
    for budget, offer, reach in ((10, "story", 2.0), (25, "post", 3.0), (30, "reel", 5.0)):
        for method in ("ris", "exact", "celf", "auto"):
            plan = sd.optimize(star, roster, budget=budget, method=method, rng=1)
            assert plan.seeds["offer"].tolist() == [offer]
            assert abs(plan.reach.mean - reach) <= SIGMAS * plan.reach.stderr
            assert plan.certificate.lower <= reach <= plan.certificate.upper


def test_effects_of_one_are_the_plain_plan():
    """Nothing is added to the network, and the plan is that without the column."""
    network = sd.Network.from_edges([0, 1, 2, 3], [1, 2, 3, 0], 0.4)
    table = pd.DataFrame({"candidate": [0, 1, 2], "cost": [2, 1, 1]})
    plain = sd.optimize(network, table, budget=3, rng=4)
    ones = sd.optimize(network, table.assign(effect=1.0), budget=3, rng=4)
    assert plain.reach == ones.reach
    assert plain.certificate == ones.certificate
    same, nodes = with_effects(network, np.arange(3), np.ones(3), sd.IndependentCascade())
    assert same is network
    assert nodes.tolist() == [0, 1, 2]


def test_everything_else_stays_with_the_creator():
    """People, exposure, delays and persons of a creator are those of its offers."""
    people = pd.DataFrame({"node": ["a", "b"], "country": ["NO", "SE"]})
    network = sd.Network.from_edges(["a"], ["b"], 0.5, nodes=people, weights={"a": 2.0, "b": 3.0})
    full = network.with_exposure(share=0.4).with_delays(2.0)
    grown, nodes = with_effects(full, np.array([0, 1]), np.array([0.5, 1.0]), sd.IndependentCascade())
    assert nodes.tolist() == [2, 1]
    assert grown.people["country"].tolist() == ["NO", "SE", "NO"]
    assert grown.out.probability.tolist() == pytest.approx([0.2, 0.1])
    assert grown.exposure.tolist() == pytest.approx([0.5, 0.25])
    assert grown.delays[0].tolist() == [2.0, 2.0]
    assert grown.person.tolist() == [0, 1, 0]
    assert grown.total_weight == 5
    assert grown.one_of(nodes).tolist() == [0, 1]


def test_what_is_clipped_is_said():
    """Probabilities above 1 count as 1, with a warning that says how many."""
    with pytest.warns(AssumptionWarning, match="1 of 2 probabilities of offers above 1"):
        grown, _ = with_effects(RING, np.array([0]), np.array([3.0]), sd.IndependentCascade())
    assert grown.out.probability.max() == 1


def test_thresholds_have_no_effects():
    """In one sentence, with the row."""
    star = sd.Network.from_edges(["hub"] * 2, ["a", "b"], 0.2)
    with pytest.raises(InputError, match=r"effect 2 \(row 1\)"):
        sd.optimize(
            star,
            offers(("hub", "post", 2, 1.0), ("hub", "reel", 3, 2.0)),
            budget=3,
            model=sd.LinearThreshold(),
            rng=1,
        )


def test_frontier_and_minimize_know_effects():
    """Other questions see the same offers."""
    star = sd.Network.from_edges(["hub"] * 10, list("abcdefghij"), 0.2)
    roster = offers(("hub", "story", 10, 0.5), ("hub", "reel", 30, 2.0))
    curve = sd.frontier(star, roster, budgets=[10, 30], rng=1)
    assert [point.plan.seeds["offer"].tolist() for point in curve.points] == [["story"], ["reel"]]
    plan = sd.minimize_cost(star, roster, target_reach=4, rng=1)
    assert plan.seeds["offer"].tolist() == ["reel"]
