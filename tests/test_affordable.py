"""Limits are compared with all that can be bought: bundles and discounted prices, under the rules."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import seeding as sd
from seeding.errors import InfeasibleError
from seeding.questions.memory_forecast import forecast
from seeding.roster.roster import Roster
from seeding.rules.affordable import check_budget
from seeding.rules.limits import read_limits
from seeding.rules.program import Offers

QUICK = {"rng": 1, "threads": 1, "precision": 0.1}
DEAL = sd.Bundle(["a", "b"], 90)
HALF = sd.VolumeDiscount({}, 1, 0.5)
HALF_OF_TWO = sd.VolumeDiscount({}, 2, 0.5)


def network() -> sd.Network:
    """Make two people with three followers each."""
    return sd.Network.from_edges(["a"] * 3 + ["b"] * 3, [f"u{i}" for i in range(6)], 0.5)


ROSTER = {"a": 100, "b": 100}


@pytest.mark.parametrize(
    ("rules", "budget", "bought", "cost"),
    [
        ([DEAL], 95, {"a", "b"}, 90),
        ([DEAL], 90, {"a", "b"}, 90),
        ([sd.Require("b"), DEAL], 95, {"a", "b"}, 90),
        ([HALF], 60, None, 50),
        ([HALF], 50, None, 50),
        ([HALF_OF_TWO], 100, {"a", "b"}, 100),
    ],
)
def test_a_budget_for_a_deal_is_enough(rules, budget, bought, cost):
    """Whoever can pay for a bundle or a discounted price gets a plan, whatever single candidates cost."""
    plan = sd.optimize(network(), ROSTER, budget=budget, constraints=rules, **QUICK)
    assert plan.cost == cost
    assert bought is None or set(plan.seeds["candidate"]) == bought


@pytest.mark.parametrize(
    ("rules", "limits", "said"),
    [
        (
            [DEAL],
            {"budget": 89},
            r"the budget of 89 is below the cheapest choice, 'a' and 'b' together at 90",
        ),
        (
            [HALF],
            {"budget": 49},
            r"the budget of 49 is below the cheapest candidate, 'a' at 50\.00 by Volume",
        ),
        ([HALF_OF_TWO], {"budget": 60}, r"nobody can be chosen: .*raise the budget to 100"),
        ([DEAL], {"budget": 95, "k": 1}, r"nobody can be chosen: .*raise the budget to 100.*raise k to 2"),
        ([sd.AtMost(0)], {"k": 1}, r"nobody can be chosen: `AtMost\(0\)`"),
        ([sd.Exclude("a", "b")], {"k": 1}, r"nobody can be chosen: `Exclude\('a', 'b'\)`"),
        ([sd.Together("a", "b")], {"k": 1}, r"nobody can be chosen: .*raise k to 2"),
        ([sd.MaxShare(0.4)], {"budget": 200}, r"nobody can be chosen: `MaxShare\(0.4\)`.*0.5"),
        ([sd.SpendAtMost(99)], {"k": 2}, r"nobody can be chosen: `SpendAtMost\(99\)`"),
    ],
)
def test_where_nobody_can_be_chosen(rules, limits, said):
    """Limits and rules that leave only the plan without anybody are refused before any sampling, with why."""
    with pytest.raises(InfeasibleError, match=said):
        sd.optimize(network(), ROSTER, constraints=rules, **limits, **QUICK)
    budgets = [limits.get("budget", 200)]
    with pytest.raises(InfeasibleError, match=r"nobody can be chosen|is below"):
        sd.frontier(network(), ROSTER, constraints=rules, budgets=budgets, k=limits.get("k"), **QUICK)


def test_a_frontier_begins_with_the_cheapest_choice():
    """Budgets are spread from what the cheapest allowed choice costs: a bundle, or all who are required."""
    for rules, low in (([DEAL], 90), ([HALF_OF_TWO], 100), ([sd.Require("a", "b")], 200), ([], 100)):
        curve = sd.frontier(network(), ROSTER, budgets=3, constraints=rules, **QUICK)
        assert curve.points[0].budget == low
        assert curve.points[0].plan.cost <= low
        assert curve.points[-1].budget == 200
    given = sd.frontier(network(), ROSTER, budgets=[90, 120], constraints=[DEAL], **QUICK)
    assert [point.plan.cost for point in given.points] == [90, 90]


def test_the_other_questions_take_deals_too():
    """The least cost and the memory are told within a budget that pays for a bundle only."""
    plan = sd.minimize_cost(network(), ROSTER, budget=95, target_reach=4.5, constraints=[DEAL], **QUICK)
    assert plan.cost == 90
    roster = Roster.from_any(ROSTER)
    assert forecast(network(), roster, budget=Decimal(95), constraints=[DEAL]).most > 0
    with pytest.raises(InfeasibleError, match="below the cheapest"):
        forecast(network(), roster, budget=Decimal(95))


def test_what_stands_behind_who_is_cheapest():
    """The boundary is feasible; one cent less names who is cheapest, and ends a command with code 3."""
    roster = Roster.from_any({"@anna": "350.50", "@bo": 100})
    offers = Offers.alone(roster.costs)
    check_budget(offers, read_limits("100.00", None, roster)[0], roster, Decimal("100.00"))
    for text in ("99.99", "99"):
        limits, amount = read_limits(text, None, roster)
        with pytest.raises(
            InfeasibleError, match=rf"{text} is below the cheapest candidate, '@bo' at 100\.00"
        ) as caught:
            check_budget(offers, limits, roster, amount)
        assert caught.value.exit_code == 3


def test_forms_of_a_choice_of_somebody():
    """Random rules: somebody can be chosen where enumeration finds a choice, and what it costs at least."""
    import itertools

    from seeding.rules.affordable import _somebody, least_price
    from seeding.rules.compiling import compile_rules
    from seeding.rules.limits import Limits

    rng = np.random.default_rng(3)
    names = list("abcd")
    for _ in range(40):
        roster = Roster.from_any(dict(zip(names, rng.integers(1, 9, 4).tolist(), strict=True)))
        some = rng.permutation(names).tolist()
        rules = [
            [sd.Exclude(*some[:2]), sd.SpendAtMost(4)],
            [sd.Together(*some[:2]), sd.Exclude(some[2])],
            [sd.MaxShare(0.45)],
            [sd.AtLeast(2), sd.Conflict(*some[:3])],
            [sd.VolumeDiscount({}, 3, 0.5)],
        ][int(rng.integers(5))]
        limits = Limits(budget=int(rng.integers(1, 14)) * 100, k=int(rng.integers(1, 5)))
        if not any(isinstance(rule, sd.VolumeDiscount) for rule in rules):
            limits = Limits(budget=limits.budget // 100, k=limits.k)
        roster = roster.with_decimals(2 if isinstance(rules[0], sd.VolumeDiscount) else 0)
        program = compile_rules(rules, roster, limits).program
        free = compile_rules(rules, roster, Limits(k=limits.k)).program

        def prices(what):
            sizes = range(1, what.n_offers + 1)
            every = itertools.chain.from_iterable(
                itertools.combinations(range(what.n_offers), n) for n in sizes
            )
            return [what.costs[list(c)].sum() for c in every if what.allows(np.array(c))]

        assert (_somebody(program) is not None) == bool(prices(program))
        assert least_price(free) <= min(prices(free), default=0) * 1.5
