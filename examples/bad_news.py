"""Bad news travels further: what that does to a plan, and what choosing with it in mind changes.

One person in five dislikes the product. Whoever dislikes it tells the story as if several times.

    python examples/bad_news.py
"""

import seeding as sd

network, roster = sd.datasets.creator_market(people=2_000, creators=40, word_of_mouth=0.15, rng=1)
model = sd.IndependentCascade(quality=0.8)
plan = sd.optimize(network, roster, budget=3_000, model=model, rng=1)
print(f"Chosen as if bad news travelled like good news: {len(plan.seeds)} creators for {plan.cost:,}.")

for bias in (1, 2, 4):
    gossip = sd.IndependentCascade(quality=0.8, negativity_bias=bias)
    sides = sd.estimate_sides(network, plan.seeds["candidate"], model=gossip, worlds=2_000, rng=2)
    print(f"  told {bias} times: {sides.reach.mean:,.0f} like it, {sides.negative.mean:,.0f} do not")

gossip = sd.IndependentCascade(quality=0.8, negativity_bias=4)
careful = sd.optimize(network, roster, budget=3_000, model=gossip, rng=1)
print("Chosen with the last in mind it is about the same; whom one pays is not the cure here:")
print(f"  {careful.reach.mean:,.0f} like it, {careful.negative.mean:,.0f} do not")
print("A product that fewer dislike would help more:")
better = sd.IndependentCascade(quality=0.95, negativity_bias=4)
sides = sd.estimate_sides(network, careful.seeds["candidate"], model=better, worlds=2_000, rng=2)
print(f"  one in twenty: {sides.reach.mean:,.0f} like it, {sides.negative.mean:,.0f} do not")
print(f"How sure is the choice? {careful.reason}.")
