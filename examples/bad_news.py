"""Bad news travels further: the same budget, chosen with and without that in mind.

A product that one person in five dislikes. Whoever dislikes it tells the story as if three times.
"""

import seeding as sd

network, roster = sd.datasets.creator_market(people=3_000, creators=40, rng=1)
balanced = sd.IndependentCascade(quality=0.8)
gossip = sd.IndependentCascade(quality=0.8, negativity_bias=3)

careless = sd.optimize(network, roster, budget=20_000, model=balanced, rng=1)
careful = sd.optimize(network, roster, budget=20_000, model=gossip, rng=1)

print("If bad news travels like good news:")
print(f"  {careless.reach.mean:,.0f} like it, {careless.negative.mean:,.0f} do not.")
found = sd.estimate_reach(network, careless.seeds["candidate"], model=gossip, rng=2)
print("If it travels three times as far, the same seeds win fewer:")
print(f"  {found.mean:,.0f} like it.")
print("Chosen with that in mind:")
print(
    f"  {careful.reach.mean:,.0f} like it, {careful.negative.mean:,.0f} do not, net {careful.net.mean:,.0f}."
)
print(f"How sure: {careful.reason}.")
