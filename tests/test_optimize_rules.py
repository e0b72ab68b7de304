"""`optimize` under rules: every method keeps them, prices add up, and what cannot be is said before work."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import seeding as sd
from seeding.errors import InfeasibleError, InputError

METHODS = ("ris", "exact", "auto", "celf", "random", "degree", "degree_discount", "pagerank", "top_audience")


@pytest.fixture(scope="module")
def market() -> tuple[sd.Network, pd.DataFrame]:
    """Make a small creator market with a roster of 40."""
    network, roster = sd.datasets.creator_market(people=2_000, creators=40)
    frame = roster.frame.assign(candidate=roster.candidates, cost=roster.costs / 10**roster.decimals)
    return network, frame


def group(frame: pd.DataFrame, plan: sd.Plan, column: str, value: str) -> pd.DataFrame:
    """Return the seeds of a group."""
    return plan.seeds[plan.seeds[column] == value]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_counts_and_names(market, method):
    """Required people are in, excluded and conflicting ones are not, and groups hold as many as they may."""
    network, frame = market
    platform = frame["platform"].iloc[0]
    first, second, third, fourth = frame.sort_values("cost")["candidate"].iloc[:4]
    rules = [
        sd.Require(first),
        sd.Exclude(second),
        sd.Conflict(first, third, fourth),
        sd.AtMost(2, platform=platform),
        sd.AtLeast(1, platform=platform),
    ]
    plan = sd.optimize(network, frame, budget=20_000, constraints=rules, method=method, rng=1, gap=0.2)
    chosen = set(plan.seeds["candidate"])
    assert first in chosen
    assert not {second, third, fourth} & chosen
    assert 1 <= len(group(frame, plan, "platform", platform)) <= 2
    assert plan.cost <= 20_000
    assert plan.provenance["parameters"]["rules"] == [str(rule) for rule in rules]
    assert plan.to_dict()["rules"] == list(plan.rules) == [str(rule) for rule in rules]
    assert all(str(rule) in plan.summary() for rule in rules)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_shares_of_the_money(market, method):
    """A group's part of the spend, least and most, and the largest part of one creator."""
    network, frame = market
    platform = frame["platform"].value_counts().index[0]
    rules = [
        sd.SpendShare(0.2, 0.5, platform=platform),
        sd.MaxShare(0.4),
        sd.SpendAtMost(9_000, platform=platform),
        sd.SpendAtLeast(1_000, platform=platform),
    ]
    plan = sd.optimize(network, frame, budget=20_000, constraints=rules, method=method, rng=1, gap=0.2)
    spent = sum(plan.exact_costs)
    part = sum(
        cost for cost, held in zip(plan.exact_costs, plan.seeds["platform"], strict=True) if held == platform
    )
    assert len(plan.seeds) > 2
    assert Decimal("0.2") * spent <= part <= Decimal("0.5") * spent
    assert max(plan.exact_costs) <= Decimal("0.4") * spent
    assert 1_000 <= part <= 9_000


@pytest.mark.parametrize("method", ["celf", "degree", "cheapest"])
@pytest.mark.parametrize("kind", ["bundle", "discount", "together"])
def test_methods_that_look_at_one_by_one_refuse_offers_of_several(market, method, kind):
    """They say so before they start, and name methods that can."""
    network, frame = market
    first, second = frame["candidate"].iloc[:2]
    cost = float(frame["cost"].iloc[:2].sum())
    rule = {
        "bundle": sd.Bundle([first, second], cost // 2),
        "discount": sd.VolumeDiscount({"platform": frame["platform"].iloc[0]}, 2, 0.1),
        "together": sd.Together(first, second),
    }[kind]
    with pytest.raises(InputError, match=r"one by one.*'ris', 'exact' or 'auto'"):
        sd.optimize(network, frame, budget=20_000, constraints=[rule], method=method, rng=1)


@pytest.mark.parametrize("method", ["ris", "exact", "auto"])
def test_a_bundle_is_bought_at_its_price(market, method):
    """A package at a tenth of the price is taken, its price shared out exactly, and the plan says which."""
    network, frame = market
    members = frame.nlargest(3, "followers")["candidate"].tolist()
    bundle = sd.Bundle(members, "1500.01", name="stars")
    plan = sd.optimize(network, frame, budget=4_000, constraints=[bundle], method=method, rng=1, gap=0.2)
    inside = plan.seeds["candidate"].isin(members)
    assert inside.sum() == 3
    paid = [cost for cost, held in zip(plan.exact_costs, inside, strict=True) if held]
    assert sum(paid) == Decimal("1500.01")
    assert (plan.seeds["deal"][inside] == str(bundle)).all()
    assert (plan.seeds["deal"][~inside] == "").all()
    assert plan.cost == sum(plan.exact_costs) <= 4_000


@pytest.mark.parametrize("method", ["ris", "exact"])
def test_a_volume_discount_is_used_from_its_number_on(market, method):
    """Whoever is bought at the discount is one of enough from the group, and pays the discounted price."""
    network, frame = market
    platform = frame["platform"].value_counts().index[0]
    discount = sd.VolumeDiscount({"platform": platform}, 3, 0.5)
    plan = sd.optimize(network, frame, budget=6_000, constraints=[discount], method=method, rng=1, gap=0.2)
    own = frame.set_index("candidate")["cost"]
    cheaper = plan.seeds["deal"] == str(discount)
    assert cheaper.sum() >= 3
    assert (plan.seeds["platform"] == platform).sum() >= 3
    for cost, name, less in zip(plan.exact_costs, plan.seeds["candidate"], cheaper, strict=True):
        full = Decimal(str(own[name]))
        assert cost == (full - (full / 2).quantize(Decimal("0.01"), "ROUND_FLOOR") if less else full)


def test_deals_survive_the_csv(market, tmp_path):
    """The column `deal` is written, and the seeds are read back."""
    network, frame = market
    members = frame["candidate"].iloc[:2].tolist()
    rules = [sd.Bundle(members, 1), sd.Require(*members)]
    plan = sd.optimize(network, frame, budget=30_000, constraints=rules, rng=1, gap=0.3)
    plan.to_csv(tmp_path / "seeds.csv")
    written = pd.read_csv(tmp_path / "seeds.csv")
    assert set(written["candidate"][written["deal"].notna()]) == set(members)
    assert list(sd.read_seeds(tmp_path / "seeds.csv")) == plan.seeds["candidate"].tolist()


@pytest.mark.parametrize("method", ["ris", "exact"])
def test_same_key_same_plan_for_any_number_of_threads(market, method):
    """Rules leave nothing to chance or to the number of threads."""
    network, frame = market
    rules = [sd.AtMost(3, platform=frame["platform"].iloc[0]), sd.MaxShare(0.3)]
    plans = [
        sd.optimize(
            network, frame, budget=15_000, constraints=rules, method=method, rng=9, gap=0.2, threads=threads
        )
        for threads in (1, 2, 8)
    ]
    for plan in plans[1:]:
        pd.testing.assert_frame_equal(plan.seeds, plans[0].seeds)
        assert plan.certificate == plans[0].certificate


def test_k_without_budget_fills_up_within_the_rules(market):
    """Who asks for k seeds gets k, as far as the rules allow."""
    network, frame = market
    platform = frame["platform"].iloc[0]
    plan = sd.optimize(network, frame, k=5, constraints=[sd.AtMost(1, platform=platform)], rng=1, gap=0.2)
    assert len(plan.seeds) == 5
    assert (plan.seeds["platform"] == platform).sum() <= 1


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (sd.Require("@nobody"), r"Require\('@nobody'\).*'@nobody'.*not in the roster"),
        (sd.AtMost(1, planet="mars"), r"no column 'planet'"),
        (sd.AtMost(1, platform="marsbook"), r"nobody in the roster has platform='marsbook'"),
    ],
)
def test_rules_that_do_not_fit_the_roster(market, rule, said):
    """They are refused in one sentence that names the rule."""
    network, frame = market
    with pytest.raises(InputError, match=said):
        sd.optimize(network, frame, budget=10_000, constraints=[rule])


def test_a_bundle_dearer_than_its_members_is_refused(market):
    """Nobody would take it, so it is a mistake."""
    network, frame = market
    with pytest.raises(InputError, match="costs more than its members"):
        sd.optimize(
            network,
            frame,
            budget=10_000,
            constraints=[sd.Bundle(frame["candidate"].iloc[:2].tolist(), 10**7)],
        )


@pytest.mark.parametrize(
    "rule", [sd.MaxShare("0.12345678901234567"), sd.SpendShare("0.12345678901234567", 1, platform="tiktok")]
)
def test_parts_too_fine_for_exact_sums_are_refused(market, rule):
    """What would overflow is refused before any work, not computed wrongly."""
    network, frame = market
    with pytest.raises(InputError, match=r"too (fine|large)"):
        sd.optimize(network, frame, budget=10_000, constraints=[rule])


@pytest.mark.parametrize("given", [sd.AtMost(1, platform="x"), "AtMost(1)", 3, ["AtMost(1)"]])
def test_what_is_no_list_of_rules(market, given):
    """It is refused with how to write it."""
    network, frame = market
    with pytest.raises(InputError, match="rule"):
        sd.optimize(network, frame, budget=10_000, constraints=given)


def test_rules_that_cannot_all_hold_are_explained_before_any_sampling(market):
    """The error names the rules, in the user's words, and a way out."""
    network, frame = market
    dear = frame.nlargest(1, "cost").iloc[0]
    rules = [sd.Require(dear["candidate"]), sd.SpendAtMost(100, platform=dear["platform"])]
    with pytest.raises(InfeasibleError) as caught:
        sd.optimize(network, frame, budget=10**7, constraints=rules)
    said = str(caught.value)
    assert all(str(rule) in said for rule in rules)
    assert caught.value.exit_code == 3
