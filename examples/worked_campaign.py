"""A whole campaign, from CSV files to a plan: two platforms, a message, invitations, a deadline.

    python examples/worked_campaign.py [FOLDER]

writes the CSV files a team would bring (invented here) into FOLDER, reads them back, and plans. The page
docs/campaign.md walks through it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import seeding as sd

BUDGET = 2_500
PLATFORMS = ("x", "tiktok")
DEADLINE = 4
RULES = (sd.AtLeast(3, platform="tiktok"), sd.SpendShare(0, 0.8, platform="x"))


def main() -> None:
    """Write the files, plan, and say what came out."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        folder.mkdir(parents=True, exist_ok=True)
        write_files(folder)
        market, roster = read_market(folder)
        print(market.summary())
        print()
        plan = make_plan(market, roster)
        print(plan.summary())
        print()
        shown = ["candidate", "offer", "accept", "cost", "expected_cost", "cumulative_reach"]
        print(plan.seeds[shown].round(2).to_string(index=False))
        print()
        for question, answer in what_if(plan, folder).items():
            print(f"{question:<52}{answer:>10,.2f}")


def write_files(folder: Path) -> None:
    """Invent what a team would bring: who follows whom, who is who, what creators ask, and the message."""
    generator = np.random.default_rng(5)
    accounts, rosters = {}, []
    for key, name in enumerate(PLATFORMS, start=1):
        network, roster = sd.datasets.creator_market(people=3_000, creators=40, rng=key)
        labels = network.labels
        arcs = {
            "source": labels[network.out.rows()],
            "target": labels[network.out.indices],
            "probability": network.out.probability.round(4),
        }
        pd.DataFrame(arcs).to_csv(folder / f"{name}_follows.csv", index=False)
        accounts[name] = labels
        rosters.append(ladder(roster, name, generator))
    persons = generator.permutation(3_000)[:1_000] + 1
    shared = [f"p{number:05d}" for number in persons]
    owners = [{"platform": p, "account": name, "person": name} for p in PLATFORMS for name in shared]
    pd.DataFrame(owners).to_csv(folder / "persons.csv", index=False)
    for name in PLATFORMS:
        people(accounts[name]).to_csv(folder / f"{name}_people.csv", index=False)
    pd.concat(rosters).to_csv(folder / "roster.csv", index=False)
    pd.DataFrame({"candidate": ["x/p00007", "x/p00070"]}).to_csv(folder / "organic.csv", index=False)
    message = {
        "topics": {"sport": 0.7, "food": 0.3},
        "quality": 0.9,
        "fidelity": 0.95,
        "shareability": 2.0,
        "affinity": "topic_{}",
        "credibility": "trust",
        "factors": {"platform": {"x": 0.9, "tiktok": 1.2}},
    }
    (folder / "message.json").write_text(json.dumps(message, indent=2), encoding="utf-8")


def people(labels: pd.Index) -> pd.DataFrame:
    """Say of everybody the country, interests and trust; the same for accounts of one name."""
    rows = []
    for label in labels:
        own = np.random.default_rng(list(str(label).encode()))
        sport, food, trust = own.uniform([0.4, 0.2, 0.7], [1.0, 0.9, 1.0]).round(2)
        country = own.choice(["NO", "SE", "DK"], p=[0.5, 0.3, 0.2])
        followers = int(own.pareto(1.2) * 100)
        rows.append((label, country, sport, food, trust, followers, round(float(own.uniform(0.6, 1.0)), 2)))
    names = ["node", "country", "topic_sport", "topic_food", "trust", "followers", "real"]
    return pd.DataFrame(rows, columns=names)


def ladder(roster: sd.Roster, platform: str, generator: np.random.Generator) -> pd.DataFrame:
    """Offer every creator a gift, the fee, or more; dearer offers are likelier accepted, and work better."""
    fee = np.array([float(units) for units in roster.costs]) / 10**roster.decimals
    offers = [("gift", 0.1, 0.15, 0.7), ("fee", 1.0, 0.6, 1.0), ("higher fee", 1.4, 0.9, 1.2)]
    tables = [
        pd.DataFrame(
            {
                "candidate": [f"{platform}/{label}" for label in roster.candidates],
                "offer": offer,
                "cost": (part * fee).round(0).astype(int),
                "accept": np.clip(accept + generator.uniform(-0.1, 0.1, fee.size), 0, 1).round(2),
                "effect": effect,
                "platform": platform,
            }
        )
        for offer, part, accept, effect in offers
    ]
    return pd.concat(tables)


def read_market(folder: Path, in_days: bool = False) -> tuple[sd.Network, sd.Roster]:
    """Read what the team brought and put it together, step by step.

    Where hops take days, the message is liked by all: who hears of it first is then no matter of hops.
    """
    networks = {
        name: sd.read_network(
            folder / f"{name}_follows.csv", nodes=folder / f"{name}_people.csv", node="node"
        )
        for name in PLATFORMS
    }
    owners = sd.read_persons(folder / "persons.csv")
    market = sd.Network.couple(networks, person=owners, crossing=0.15, scale={"x": 0.9})
    message, how = sd.read_message(folder / "message.json")
    plain = replace(message, quality=1.0, fidelity=1.0)
    market = market.carrying(plain if in_days else message, **how)
    market = market.with_exposure(share={"platform": {"x": 0.5, "tiktok": 0.7}})
    if in_days:
        market = market.with_delays({"platform": {"x": 0.5, "tiktok": 1.5}})
    market = market.with_organic(sd.read_seeds(folder / "organic.csv"))
    market = market.with_audience("country == 'NO' or country == 'SE'")
    return market, sd.read_roster(folder / "roster.csv")


def make_plan(market: sd.Network, roster: sd.Roster, budget: float = BUDGET) -> sd.Plan:
    """Plan for those who see the message in time and like it, within the expected spend."""
    return sd.optimize(
        market,
        roster,
        budget=budget,
        model=market.message.model(deadline=DEADLINE),
        k=10,
        constraints=RULES,
        rng=7,
    )


def what_if(plan: sd.Plan, folder: Path) -> dict[str, float]:
    """Ask the questions that come next; numbers of people."""
    quick = {"rng": 8, "precision": 0.02}
    days, roster = read_market(folder, in_days=True)
    soon = sd.IndependentCascade(deadline=3)
    in_days = sd.optimize(days, roster, budget=BUDGET, k=10, model=soon, **quick)
    seeds = plan.seeds["candidate"]
    ours = [label.removeprefix("tiktok/") for label in seeds if label.startswith("tiktok/")]
    nodes = folder / "tiktok_people.csv"
    alone = sd.read_network(folder / "tiktok_follows.csv", nodes=nodes, node="node")
    largest = alone.labels[np.argsort(-np.diff(alone.out.indptr), kind="stable")]
    rivals = [label for label in largest if label not in ours][:3]
    bad = sd.IndependentCascade(quality=0.8, negativity_bias=2.0)
    views = alone.with_audience_size("followers", view_rate=0.3, real_share="real")
    joined = sd.read_network(folder / "x_follows.csv", probability="wc")
    alive = sd.virality(alone, sd.IndependentCascade(), ours, rng=10)
    return {
        "see it within three days, planned for that": in_days.reach.mean,
        "reached on TikTok, if all who are asked accept": sd.estimate_reach(alone, ours, **quick).mean,
        "the same against a rival with three seeds": sd.estimate_reach(
            alone, ours, rivals=rivals, tie="rival", **quick
        ).mean,
        "like it there, where bad news travels further": sd.estimate_reach(
            alone, ours, model=bad, **quick
        ).mean,
        "views by real followers there": sd.estimate_reach(views, ours, **quick).mean,
        "join on x by linear threshold, ten best seeds": sd.optimize(
            joined, k=10, model=sd.LinearThreshold(), **quick
        ).reach.mean,
        "people at the second hop for each at the first": float(alive.branching.value or 0.0),
    }


if __name__ == "__main__":
    main()
