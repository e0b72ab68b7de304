"""A message that is garbled on its way: what arrives unaltered, and what a hop is worth.

python examples/fidelity.py
"""

import seeding as sd

network, roster = sd.datasets.creator_market(rng=1)
print("Kept by each hop   people who hear it unaltered   seeds shared with the plain plan")
plain = set(sd.optimize(network, roster, budget=20_000, rng=7).seeds["candidate"])
for fidelity in (1.0, 0.8, 0.5):
    model = sd.IndependentCascade(fidelity=fidelity)
    plan = sd.optimize(network, roster, budget=20_000, model=model, rng=7)
    same = len(plain & set(plan.seeds["candidate"]))
    print(f"{fidelity:>16.0%}   {plan.reach.mean:>28,.0f}   {same:>15} of {len(plan.seeds)}")
