"""A campaign that ends in five days: how much of the reach comes in time, and whom that favours.

python examples/deadline_and_time.py
"""

import numpy as np

import seeding as sd

network, roster = sd.datasets.creator_market(rng=1)
days = np.random.default_rng(2).choice([0.5, 1.0, 3.0], network.n_arcs, p=[0.3, 0.4, 0.3])
timed = network.with_delays(days)

whenever = sd.optimize(timed, roster, budget=20_000, rng=7)
in_time = sd.optimize(timed, roster, budget=20_000, model=sd.IndependentCascade(deadline=5), rng=7)

late = sd.estimate_reach(timed, whenever.seeds["candidate"], model=sd.IndependentCascade(deadline=5), rng=8)
print(f"Without a deadline the best seeds reach {whenever.reach.mean:,.0f} people,")
print(f"of whom {late.mean:,.0f} in five days.")
print(f"Chosen for five days, they reach {in_time.reach.mean:,.0f} in that time, day by day:")
print(in_time.curve.round(1).to_string(index=False))
