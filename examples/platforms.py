"""Two platforms, one budget: people with accounts on both count once.

python examples/platforms.py
"""

import numpy as np
import pandas as pd

import seeding as sd

networks, rosters = {}, {}
for key, platform in enumerate(("x", "tiktok"), start=1):
    networks[platform], rosters[platform] = sd.datasets.creator_market(rng=key)
labels = {platform: list(network.labels) for platform, network in networks.items()}
both = np.random.default_rng(3).permutation(len(labels["x"]))[:2_000]
persons = pd.concat(
    [
        pd.DataFrame({"platform": platform, "account": [labels[platform][at] for at in both], "person": both})
        for platform in networks
    ]
)
market = sd.Network.couple(networks, person=persons, crossing=0.2)
plan = sd.optimize(market, sd.Roster.couple(rosters), budget=30_000, rng=7)
print(plan.summary())
print()
print(plan.platforms.round(0).to_string(index=False))
