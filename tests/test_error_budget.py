"""δ's accounting: shares add up, every bound uses its own, and what is judged ignores the judging sample."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import oracle
import pytest
from problems import make_problem
from scipy import stats
from small_graphs import random_graph
from test_fairness import fair_network, weighty_graph

import seeding as sd
from seeding.errors import SeedingError
from seeding.plan import estimate
from seeding.plan.estimate import Certificate
from seeding.questions import objectives
from seeding.rules.fairness import read_fairness
from seeding.rules.limits import Limits
from seeding.rules.program import Program
from seeding.selection import doubling, error_budget, many_budgets, ris
from seeding.selection.bounds.lagrangian import Proof
from seeding.selection.cost import least_cost, profit
from seeding.selection.error_budget import (
    BUDGETS,
    FAIR,
    FRONTIER,
    LEAST_COST,
    PLAN,
    PROFIT,
    TARGET,
    WHAT_IF,
)
from seeding.selection.fair.method import _Fair
from seeding.selection.greedy import Cover
from seeding.selection.many_budgets import Rung, climb, take
from seeding.selection.ris import take_greedy

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
        WHAT_IF: 17 * 3,
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
    assert 2**16 * ris.FIRST_SETS == ris.MOST_SETS == doubling.MOST_SETS
    assert len(least_cost._MARGINS) == error_budget.TRIES


def test_the_table_of_events_is_the_one_in_use():
    """What the documentation says of each event is what the code counts."""
    page = (Path(__file__).parents[1] / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    section = page.split("### δ's accounting")[1].split("Why these are all")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line
    ]
    expected = [
        [
            budget.question * (at == 0),
            event.name,
            f"{event.sample} sample",
            str(event.times),
            budget.per,
            str(budget.looks),
        ]
        for budget in BUDGETS
        for at, event in enumerate(budget.events)
    ]
    assert [row[:-1] for row in rows[2:]] == expected
    ways = [str(budget.ways_to_fail) for budget in BUDGETS for _ in budget.events]
    assert [re.search(r"/\(?(\d+)", row[-1])[1] for row in rows[2:]] == ways


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

    watch(estimate, "binomial_lower", "lower")
    watch(estimate, "binomial_upper", "upper")
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
        rules = [sd.AtLeastReach(0.1, group="group")]
        sd.optimize(fair_network(weighty_graph()), k=2, constraints=rules, **asked)
    else:
        sd.optimize(network, roster, budget=6, method=question, **asked)


@pytest.mark.parametrize(
    ("question", "lower", "upper"),
    [
        ("ris", 0.02 / 51, 0.02 / 51),
        ("exact", 0.02 / 51, 0.02 / 51),
        ("degree", 0.02 / 51, 0.02 / 51),
        ("frontier", 0.02 / 34 / 3, 0.02 / 34 / 3),
        ("minimize", 0.3 / 68, 0.02 / 34),
        ("profit", 0.02 / 34, 0.02 / 34),
        ("fair", 0.02 / 60 / 3, 0.02 / 60 / 3),
    ],
)
def test_every_bound_uses_its_share(monkeypatch, used, question, lower, upper):
    """Whatever bounds a question asks for, each is at the share that was set aside, and at no other."""
    # The plan without the demand that a fair one is compared with has a proof of its own, which is not told.
    monkeypatch.setattr(objectives, "price_fairness", lambda *_: None)
    ask(question)
    # The interval of a measured reach is no part of the proof.
    for side, share in (("lower", lower), ("upper", upper)):
        asked = used[side] - {0.025}
        assert asked
        assert list(asked) == pytest.approx([share] * len(asked), rel=1e-12)


SETS = 1_024
# Keys are fixed, so that a bar this low never gives a false alarm; a lost split in two clears it.
ALARM = 1e-4


def barely(covered: int, events: int) -> float:
    """Return the largest share of which so many covered sets of a first look prove too much.

    Clopper–Pearson's bound is then false with the whole probability it may have, δ / `events`.
    """
    return float(stats.beta.ppf(DELTA / events, covered, SETS - covered + 1)) * (1 - 1e-9)


def hubs(*shares: float) -> sd.Network:
    """Make hubs that surely reach these shares of a total weight of 1,000, each by one follower."""
    n, total = len(shares), 1_000.0
    weights = [*([1.0] * n), *(total * share - 1 for share in shares), total * (1 - sum(shares))]
    return oracle.Graph.of(2 * n + 1, [(hub, n + hub) for hub in range(n)], 1.0, weights).network()


def one_look(network: sd.Network, key: int, **changes):
    """Make a problem whose samples memory does not allow to grow."""
    nodes = changes.pop("nodes", range(network.n_nodes // 2))
    return make_problem(network, nodes=nodes, key=key, delta=DELTA, memory_limit=1, **changes)


def assert_tight(false: int, runs: int, allowed: float) -> None:
    """Check that failures are no more than allowed, and so near it that a lost split in two would show."""
    most = stats.binom.isf(ALARM, runs, allowed)
    assert false <= most, f"{false} of {runs} are false, {allowed:.2%} are allowed"
    assert false >= 0.75 * allowed * runs, f"only {false} of {runs} are false: a lost split might not show"
    assert stats.binom.cdf(most, runs, 2 * allowed) < 0.02


def test_two_choices_and_the_bound_are_false_as_seldom_as_one_look_may_be(monkeypatch):
    """The higher certified of two choices is kept, and the best plan is a third: all three events happen."""
    twin = barely(200, 51)
    best = 1 - barely(SETS - 320, 51)
    network, runs, false = hubs(best, twin, twin), 1_000, 0
    nothing = np.zeros(3)
    monkeypatch.setattr(ris, "lagrangian_bound", lambda *_: Proof(SETS, nothing, nothing, nothing))

    def only(hub, sample, bound):
        return Cover(np.array([hub]), sample.count(np.array([hub])), bound)

    for key in range(runs):
        samples, _ = ris.sample_until_certified(
            one_look(network, key, k=1, gap=0.01),
            lambda sample, greedy: only(1, sample, greedy.bound),
            ris.at_once,
            polish=lambda _, samples: only(2, samples.choosing, samples.cover.bound),
        )
        proof = samples.certificate
        assert proof.samples == 2 * SETS
        false += proof.lower > 1_000 * twin or proof.upper < 1_000 * best
    assert_tight(false, runs, DELTA / 17)


def test_a_frontier_is_false_as_seldom_as_one_look_may_be(monkeypatch):
    """Each of three budgets buys a hub of its own: six events, of which each alone makes the curve false."""
    shares, runs, false = [barely(covered, 102) for covered in (180, 280, 380)], 1_000, 0
    network = hubs(*shares)
    steps = [Limits(budget, 1) for budget in (10, 11, 12)]
    monkeypatch.setattr(many_budgets, "chooser", lambda problem: take_greedy)
    for key in range(runs):
        rungs = climb(one_look(network, key, costs=[10, 11, 12], gap=0.5), steps)
        bad = [
            rung.certificate.lower > 1_000 * shares[int(rung.order[0])]
            or rung.certificate.upper < 1_000 * share
            for rung, share in zip(rungs, shares, strict=True)
        ]
        false += any(bad)
    assert_tight(false, runs, DELTA / 17)


def test_four_tries_are_wrong_as_seldom_as_one_look_may_be(monkeypatch):
    """Four choices that all fall short of the target are tried one after the other, and any may pass."""
    share = barely(200, 68)
    network, runs, wrong = hubs(share, share, share, share), 1_000, 0
    for key in range(runs):
        run = least_cost._Run(one_look(network, key), 1_000 * share * (1 + 5e-10), 1 - DELTA)
        tried: list[int] = []

        def cover(_, tried=tried):
            tried.append(len(tried))
            return np.arange(4) == tried[-1]

        run._needed = run._implied = 0
        run._sample = run.pair.choosing
        monkeypatch.setattr(run, "_cover", cover)
        monkeypatch.setattr(run, "_asked", lambda: [1, 2, 3, 4])
        run._try()
        wrong += run._cost is not None
    assert_tight(wrong, runs, DELTA / 17)


def rung(order: list[int], lower: float, upper: float) -> Rung:
    """Make a rung with a certificate."""
    certificate = Certificate(lower, upper, lower / upper, 0.01, 0.0, 2_048)
    return Rung(Limits(5, None), np.array(order), certificate)


def test_who_takes_a_cheaper_choice_takes_what_is_proven_of_it():
    """The lower bound belongs to the choice, the upper one to the budget."""
    taken = take(rung([3], 90.0, 100.0), rung([1, 2], 60.0, 80.0))
    assert taken.order.tolist() == [1, 2]
    assert (taken.certificate.lower, taken.certificate.upper, taken.certificate.ratio) == (60.0, 100.0, 0.6)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_fair_choice_aims_high_enough_to_be_proven(share):
    """What covers the floor is proven by another sample of this size; what covers less mostly is not."""
    network = fair_network(weighty_graph())
    problem = make_problem(network, k=2, delta=0.05)
    _, fairness = read_fairness([sd.AtLeastReach(share, group="group")], "reach", None, network)
    fair = _Fair(problem, fairness, Program.plain(problem.costs, problem.limits))
    size, alpha = 4_096, 0.05 / (15 * 4 * 3)
    for sure, proven in ((True, 0.9), (False, 0.0)):
        floor = int(fair.targets(size, sure=sure).floors[1])
        least = next(x for x in range(size) if estimate.binomial_lower(x, size, alpha) >= share)
        chance = stats.binom.sf(least - 1, size, floor / size)
        assert chance >= proven if sure else chance < 0.1
    assert fair.relaxed(size).floors[1] == next(
        x for x in range(size) if estimate.binomial_upper(x, size, alpha) >= share
    )
