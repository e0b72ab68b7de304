"""δ's accounting: shares add up, every bound uses its own, and what is judged ignores the judging sample."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np
import oracle
import pytest
from laws import ALPHA
from scipy import stats
from small_graphs import random_graph

import seeding as sd
from seeding import bounds, error_budget
from seeding.error_budget import BUDGETS, FAIR, FRONTIER, LEAST_COST, PLAN, PROFIT, TARGET
from seeding.errors import SeedingError
from seeding.selection import cheapest, growing, profit, ris
from seeding.selection.greedy import Cover

# Large, so that what is allowed to be wrong is seen to be.
DELTA = 0.9
QUICK = {"precision": 0.1, "threads": 1}
COSTS = [3, 1, 2, 5, 1, 2, 4]


def test_the_shares_of_all_events_add_up():
    """For each question: as many looks as sizes, the events counted by hand, and shares that make δ."""
    counted = {
        PLAN: 17 * 3,
        FRONTIER: 17 * 2,
        TARGET: 17 * 4,
        LEAST_COST: 17 * 2,
        PROFIT: 17 * 2,
        FAIR: 15 * 4,
    }
    assert set(counted) == set(BUDGETS)
    delta = 2.0**-7
    for budget, ways in counted.items():
        for repeated in (1, 3):
            spent = sum(
                Fraction(budget.alpha(event.name, delta, repeated)) * event.times * budget.looks * repeated
                for event in budget.events
            )
            assert budget.ways_to_fail == ways, budget.question
            assert float(spent) == pytest.approx(delta, rel=1e-12)
    assert 2**16 * ris.FIRST_SETS == ris.MOST_SETS == growing.MOST_SETS
    assert len(cheapest._MARGINS) == error_budget.TRIES


def test_a_bound_that_nobody_counts_is_refused():
    """Asking for a share that is not set aside is an error, not a share."""
    with pytest.raises(SeedingError, match="no share of δ is set aside for 'a third choice'"):
        PLAN.alpha("a third choice", 0.01)


@pytest.fixture
def used(monkeypatch):
    """Collect the α of every bound that is asked for, by the side it bounds from."""
    seen = defaultdict(set)

    def watch(module, name, side):
        real = getattr(module, name)

        def asked(*arguments):
            seen[side].add(arguments[-1])
            return real(*arguments)

        monkeypatch.setattr(module, name, asked)

    watch(bounds, "binomial_lower", "lower")
    watch(bounds, "binomial_upper", "upper")
    watch(profit, "tangent", "upper")
    return seen


def ask(question: str) -> None:
    """Ask a question about seven people, δ = 0.02 and a confidence of 0.7."""
    network, roster = random_graph(3).network(), dict(enumerate(COSTS))
    asked = {"delta": 0.02, "gap": 0.3, "rng": 1, **QUICK}
    if question == "frontier":
        sd.frontier(network, roster, budgets=[3, 5, 7], **asked)
    elif question == "minimize":
        sd.minimize_cost(network, roster, target_reach=3.0, confidence=0.7, budget=12, **asked)
    elif question == "profit":
        sd.optimize(network, roster, value_per_reach=1, **asked)
    elif question == "fair":
        groups = {"group": "side", "budget": 6}
        table = [{"candidate": v, "cost": c} for v, c in enumerate(COSTS)]
        network = network.with_groups({"side": ["left"] * 3 + ["right"] * 4}) if groups else network
        sd.optimize(network, table, objective="maximin", **groups, **asked)
    else:
        sd.optimize(network, roster, budget=6, method=question, **asked)


@pytest.mark.parametrize(
    ("question", "lower", "upper"),
    [
        ("ris", 0.02 / 51, 0.02 / 51),
        ("exact", 0.02 / 51, 0.02 / 51),
        ("celf", 0.02 / 51, 0.02 / 51),
        ("frontier", 0.02 / 34 / 3, 0.02 / 34 / 3),
        ("minimize", 0.3 / 68, 0.02 / 34),
        ("profit", 0.02 / 34, 0.02 / 34),
    ],
)
def test_every_bound_uses_its_share(used, question, lower, upper):
    """Whatever bounds a question asks for, each is at the share that was set aside, and at no other."""
    ask(question)
    # The interval of a measured reach is no part of the proof.
    assert used["lower"] - {0.025} == {pytest.approx(lower, rel=1e-12)}
    assert used["upper"] - {0.025} == {pytest.approx(upper, rel=1e-12)}


def stars(*leaves: int) -> oracle.Graph:
    """Make stars, each a hub with so many leaves that it surely reaches; hubs come first."""
    n_hubs = len(leaves)
    first = n_hubs + np.cumsum((0, *leaves))
    arcs = [(hub, int(first[hub]) + leaf) for hub, count in enumerate(leaves) for leaf in range(count)]
    return oracle.Graph.of(n_hubs + sum(leaves), arcs, 1.0)


def assert_tight(false: int, runs: int, allowed: float) -> None:
    """Check that failures are no more than allowed, and near enough to it that a lost factor of 2 shows."""
    assert false <= stats.binom.isf(ALPHA, runs, allowed), f"{false} of {runs} are false"
    assert false >= 0.6 * allowed * runs, "the experiment has lost its edge"
    # So many would be expected if a split in two were lost; the bar is well below.
    assert stats.binom.cdf(stats.binom.isf(ALPHA, runs, allowed), runs, min(1.6 * allowed, 1.0)) < 0.05


# The share of δ that one look has, all of its events together.
LOOK = DELTA / 17


def test_certificates_of_two_choices_are_false_as_seldom_as_counted():
    """One look with all its events: two choices of which the higher certified is kept, and the best plan."""
    graph, runs, false = stars(150, 100, 100, 150), 2_500, 0
    people, best, reach = graph.n, 151.0, 101.0

    def twin(number):
        return lambda sample: Cover(np.array([number]), sample.count(np.array([number])), sample.n_sets)

    for key in range(runs):
        problem = one_look(graph, nodes=[0, 1, 2], k=1, gap=0.01, key=key)
        samples, _ = ris.sample_until_certified(
            problem,
            lambda sample, greedy: Cover(*twin(1)(sample).__dict__.values()) if greedy.bound else greedy,
            ris.at_once,
            polish=lambda _, samples: Cover(
                np.array([2]), samples.choosing.count(np.array([2])), samples.cover.bound
            ),
        )
        certificate = samples.certificate
        false += certificate.lower > reach + 1e-9 or certificate.upper < best - 1e-9
    assert people > 0
    assert_tight(false, runs, LOOK)
