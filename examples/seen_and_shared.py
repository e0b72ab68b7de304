"""Who sees a post, and who passes it on: two numbers that are often mixed up.

python examples/seen_and_shared.py
"""

import seeding as sd

network, roster = sd.datasets.creator_market(rng=1)
rates = network.with_exposure(share=0.2)
plan = sd.optimize(rates, roster, budget=20_000, rng=7)
print(plan.summary())
print()
print(f"{plan.reach.mean:,.0f} people see it; {plan.engaged.mean:,.0f} of them pass it on.")
