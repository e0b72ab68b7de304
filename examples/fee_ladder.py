"""A fee ladder: send a gift, pay a fee, or pay more to be surer; at most one offer to each creator.

python examples/fee_ladder.py
"""

import numpy as np
import pandas as pd

import seeding as sd

network, creators = sd.datasets.creator_market(rng=1)
fees = creators.costs / 100
ladder = [
    # offer, cost, how likely it is accepted
    ("gift", np.full(fees.size, 40.0), 0.1),
    ("fee", fees, 0.6),
    ("higher fee", 1.4 * fees, 0.9),
]
roster = pd.concat(
    [
        pd.DataFrame(
            {"candidate": creators.candidates, "offer": offer, "cost": cost.round(2), "accept": accept}
        )
        for offer, cost, accept in ladder
    ]
)

plan = sd.optimize(network, roster, budget=20_000, constraints=[sd.AtMost(10, offer="gift")], gap=0.1, rng=7)
print(plan.summary())
print()
print(plan.seeds[["candidate", "offer", "cost", "accept", "expected_cost"]].head(8).to_string(index=False))
print()
for offer, seeds in plan.seeds.groupby("offer"):
    print(f"{offer:<12}{len(seeds):>3} creators, {seeds['accept'].sum():.1f} of them accept on average")
