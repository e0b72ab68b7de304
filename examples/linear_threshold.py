"""People who join once enough of their friends have: the linear threshold model.

python examples/linear_threshold.py
"""

import networkx as nx

import seeding as sd

friends = sd.Network.from_networkx(nx.les_miserables_graph(), probability="weighted_cascade")
for model in (sd.IndependentCascade(), sd.LinearThreshold()):
    plan = sd.optimize(friends, k=3, model=model, rng=1)
    names = ", ".join(plan.seeds["candidate"])
    print(f"{model}: {names} reach {plan.reach.mean:.1f} of {friends.n_nodes} people.")
