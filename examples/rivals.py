"""A rival has hired creators already: whom to hire against them, and what the tie rule is worth.

python examples/rivals.py
"""

import seeding as sd

network, roster = sd.datasets.creator_market(people=3_000, creators=40, rng=1)
rivals = roster.candidates[roster.costs.argsort()[-3:]].tolist()
print(f"The rival has {', '.join(map(str, rivals))}.")

alone = sd.optimize(network, roster, budget=6_000, rng=1)
before = sd.estimate_reach(network, alone.seeds["candidate"], rivals=rivals, rng=2)
print(
    f"The plan without a rival would reach {alone.reach.mean:,.0f}; against them it has {before.mean:,.0f}."
)

for tie in ("ours", "random", "rival"):
    plan = sd.optimize(network, roster, budget=6_000, rivals=rivals, tie=tie, rng=1)
    print(
        f"Ties go to {tie:<7} {plan.reach.mean:,.0f} for us, {plan.rival.mean:,.0f} for the rival "
        f"({len(plan.seeds)} creators, {plan.cost:,})"
    )
print(f"How sure: {plan.reason}.")
