"""Word of mouth or media buying? The same question for two messages on the same network.

python examples/virality.py
"""

import networkx as nx

import seeding as sd

graph = nx.barabasi_albert_graph(3_000, 4, seed=1)
for name, probability in (("A dull message", 0.01), ("A message people pass on", 0.15)):
    network = sd.Network.from_networkx(graph, probability)
    plan = sd.optimize(network, k=10, method="degree", precision=0.05, rng=1)
    found = sd.virality(network, sd.IndependentCascade(), plan.seeds["candidate"], worlds=500, rng=1)
    print(f"{name} (passed on with probability {probability})")
    print(found.summary())
    print(found.generations[["hop", "people", "ratio"]].head(5).round(2).to_string(index=False))
    print()
