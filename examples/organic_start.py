"""Some post anyway: buy those who add the most to what happens without you.

python examples/organic_start.py
"""

import seeding as sd

network, roster = sd.datasets.creator_market(rng=1)
plain = sd.optimize(network, roster, budget=20_000, rng=7)
fans = plain.seeds["candidate"].head(2).tolist()
started = network.with_organic(fans)
plan = sd.optimize(started, roster, budget=20_000, rng=7)
wasted = sd.estimate_reach(started, plain.seeds["candidate"], rng=8)
print(f"Two of the creators post anyway: {fans[0]} and {fans[1]}.")
print(f"The plan made without knowing that adds {wasted.mean:,.0f} people,")
print(f"the plan made for it adds {plan.reach.mean:,.0f}.")
