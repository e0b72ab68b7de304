"""What people cost: exact money divided by a measured reach, wherever a plan is shown; what they buy."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.plan.estimate import Estimate
from seeding.plan.prices import Price

QUICK = {"precision": 0.05, "threads": 1, "rng": 5}


@pytest.fixture(scope="module")
def market():
    """Make a path on which everybody is reached, and a roster."""
    people = pd.DataFrame(
        {"node": ["a", "b", "c", "d"], "buys": [0.5, 0.0, 1.0, 0.25], "spends": [10, 1, 4, 8]}
    )
    network = sd.Network.from_edges(["a", "b", "c"], ["b", "c", "d"], 1.0, nodes=people)
    return network, pd.DataFrame(
        {"candidate": ["a", "c"], "cost": ["100.00", "30"], "name": ["Anna", "Cleo"]}
    )


def test_the_price_is_cost_over_reach_with_the_interval_turned_round():
    """Cost over mean, over high and over low; no upper end where nobody may be reached."""
    reach = Estimate(50.0, 1.0, 40.0, 80.0, None, None, None, 100)
    assert Price.of(Decimal(400), reach) == Price(8.0, 5.0, 10.0)
    assert Price.of(400, reach).times(1_000).high == 10_000
    rare = Estimate(2.0, 1.0, 0.0, 4.0, None, None, None, 100)
    assert Price.of(400, rare) == Price(200.0, 100.0, None)
    assert "from 100.00 up" in str(Price.of(400, rare))
    nobody = Estimate(0.0, 0.0, 0.0, 0.0, None, None, None, 100)
    assert Price.of(400, nobody) == Price(None, None, None)


def test_a_plan_says_what_one_person_costs(market):
    """On a path that is reached for certain, the prices are exact: in the summary, the table and the JSON."""
    plan = sd.optimize(*market, budget=130, **QUICK)
    price = plan.cost_per_person
    assert plan.seeds["candidate"].tolist() == ["a"] or plan.cost == Decimal(130)
    assert price.person == Price(*3 * (float(plan.cost) / plan.reach.mean,))
    said = plan.to_dict()["cost_per_person"]
    assert said["per_1000"]["mean"] == 1_000 * said["mean"] == 1_000 * price.person.mean
    assert f"Cost per person {price.person}" in plan.summary()
    gains = plan.seeds["marginal_reach"]
    expected = np.where(gains > 0, plan.seeds["cost"] / gains.where(gains > 0), np.nan)
    np.testing.assert_array_equal(plan.seeds["marginal_cost"], expected)


def test_nobody_paid_has_no_price():
    """Without a roster a seed is one of k, and there is no money to divide."""
    star = sd.Network.from_edges(["hub"] * 3, ["a", "b", "c"], 1.0)
    plan = sd.optimize(star, k=1, **QUICK)
    assert plan.cost_per_person is None
    assert "marginal_cost" not in plan.seeds
    assert "cost_per_person" not in plan.to_dict()


def test_what_is_paid_on_average_is_divided_where_creators_may_decline(market):
    """Expected spend over expected reach, on either kind of budget."""
    network, roster = market
    asked = roster.assign(accept=[0.5, 0.25])
    for held in ("expected", "worst_case"):
        plan = sd.optimize(network, asked, budget=130, budget_on=held, **QUICK)
        price = plan.cost_per_person
        assert price.paid == plan.invitations.expected_spend
        assert price.expected
        assert price.person.mean == pytest.approx(float(price.paid) / plan.reach.mean)


def test_engaged_people_have_a_price_of_their_own(market):
    """Where people may see the message without passing it on, both are said."""
    network, roster = market
    plan = sd.optimize(network.with_exposure(share=0.5), roster, budget=130, **QUICK)
    price = plan.cost_per_person
    assert price.engaged.mean == float(price.paid) / plan.engaged.mean
    assert price.engaged.mean > price.person.mean


def test_simple_choices_and_budgets_have_prices():
    """Each simple choice, and each budget of a frontier, says what it costs and what one person does."""
    market = sd.datasets.creator_market(people=600, creators=30)
    plan = sd.optimize(*market, budget=2_000, **QUICK)
    assert plan.comparisons
    for one in plan.comparisons:
        assert 0 < one.cost <= 2_000
        assert one.to_dict()["cost_per_person"] == float(one.cost) / one.reach
    table = sd.frontier(*market, budgets=[500, 2_000], **QUICK).frame
    np.testing.assert_allclose(table["cost_per_person"], table["cost"] / table["reach"])
    assert (table["person_low"] <= table["cost_per_person"]).all()
    assert (table["cost_per_person"] <= table["person_high"]).all()


def test_sales_and_their_return_by_numbers_and_by_columns(market):
    """All of the path is reached: sales and revenue are sums of the columns, and the return is exact."""
    network, roster = market
    plan = sd.optimize(network, roster, budget=100, conversion=0.5, value="2.50", **QUICK)
    assert plan.reach.mean == 4
    assert (plan.sales.sold.mean, plan.sales.revenue.mean) == (2.0, 5.0)
    assert plan.sales.profit == (-95.0, -95.0, -95.0)
    assert "-95% of what is paid" in plan.summary()
    plan = sd.optimize(network, roster, budget=100, conversion="buys", value="spends", **QUICK)
    assert plan.sales.sold.mean == 1.75
    assert plan.sales.revenue.mean == 0.5 * 10 + 4 + 0.25 * 8
    assert plan.to_dict()["sales"]["conversion"] == "buys"
    plan = sd.minimize_cost(network, roster, target_reach=2, conversion=0.5, **QUICK)
    assert plan.sales.revenue is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"conversion": 1.5}, "conversion=1.5"),
        ({"conversion": "age"}, "no column of the people"),
        ({"conversion": "spends"}, "a number from 0 to 1"),
        ({"value": 3}, "without conversion="),
        ({"conversion": 0.1, "value": -3}, "is negative"),
        ({"conversion": 0.1, "value": "plenty"}, "no column of the people"),
    ],
)
def test_bad_rates_are_refused_in_one_sentence(market, given, said):
    """What is wrong is said before any work."""
    with pytest.raises(sd.InputError, match=said):
        sd.optimize(*market, budget=130, **given, **QUICK)
