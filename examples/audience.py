"""Who counts: every account alike, those of one country, or the real people behind each account.

The same accounts and budget, asked three times. What is worth reaching changes whom one should pay.

    python examples/audience.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import seeding as sd

random = np.random.default_rng(8)
network = sd.datasets.power_law(1_000, 5_000, rng=4)

# What is known of the accounts: a country, the followers, and a fraud check of how many of them are real.
accounts = pd.DataFrame({"country": random.choice(["NO", "SE", "DK"], 1_000)}, index=network.labels)
accounts["followers"] = (1_000 * random.pareto(1.2, 1_000) + 200).round().astype(int)
accounts["real_share"] = random.uniform(0.3, 1.0, 1_000).round(2)
network = network.with_people(accounts)

# The largest 200 can be bought, at a fee that grows with their followers, real or not.
largest = accounts.nlargest(200, "followers")
roster = pd.DataFrame({"candidate": largest.index, "cost": (50 + 0.02 * largest["followers"]).round(2)})
options = {"budget": 3_000, "gap": 0.1, "rng": 1}


def tell(title: str, plan: sd.Plan, unit: str) -> None:
    """Print what a plan chooses and reaches."""
    seeds = accounts.loc[plan.seeds["candidate"]]
    print(f"{title}: {len(seeds)} accounts for {plan.cost:,}")
    print(f"  {plan.reach.mean:,.0f} {unit} (95 %: {plan.reach.low:,.0f} to {plan.reach.high:,.0f})")
    real = np.average(seeds["real_share"], weights=seeds["followers"])
    print(f"  of the followers bought, {real:.0%} are real")


tell("Every account alike", sd.optimize(network, roster, **options), "accounts reached")

norway = sd.optimize(network, roster, audience="country == 'NO'", **options)
tell("Only Norway", norway, "accounts in Norway reached")

# Reaching an account is worth followers x view rate x real share.
weighed = network.with_audience_size("followers", view_rate=0.3, real_share="real_share")
tell("Real people behind them", sd.optimize(weighed, roster, **options), "views by real followers")
print(
    "Who follows two of the accounts reached is counted in both: the network does not hold these followers."
)
