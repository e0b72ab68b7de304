"""The same network and two messages: who should start each of them?

What people are interested in, whom they believe and where they post decide which arcs carry a message. Here
a sports message and a recipe spread over the same followers, and the best seeds for them differ.

    python examples/message.py
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

import seeding as sd

random = np.random.default_rng(5)
# Two circles of 400 friends with some ties between them; the first is fond of sport, the second of food.
graph = nx.planted_partition_graph(2, 400, 0.02, 0.003, seed=5)
network = sd.Network.from_networkx(graph, 0.25)
fan_of_sport = np.asarray(network.labels) < 400

# What a team would have in a table of people: interests from 0 to 1, credibility, the platform.
people = pd.DataFrame(
    {
        "topic_sport": np.where(fan_of_sport, 0.9, 0.2),
        "topic_food": np.where(fan_of_sport, 0.2, 0.8),
        "trust": random.uniform(0.5, 1.0, 800).round(2),
        "platform": random.choice(["tiktok", "instagram", "x"], 800),
    },
    index=network.labels,
)
network = network.with_people(people)

messages = {
    "the match on Sunday": sd.Message({"sport": 0.9, "food": 0.1}, quality=0.95, shareability=1.2),
    "a new recipe": sd.Message({"sport": 0.1, "food": 0.9}, quality=0.8, shareability=1.2),
}
plans = {}
for name, message in messages.items():
    carried = network.carrying(
        message,
        affinity="topic_{}",
        credibility="trust",
        factors={"platform": {"tiktok": 1.3, "instagram": 1.0, "x": 0.8}},
    )
    plan = sd.optimize(carried, k=5, model=message.model(deadline=4), gap=0.1, rng=1)
    plans[name] = plan
    print(f"{name} ({message})")
    print(f"  seeds: {', '.join(map(str, plan.seeds['candidate']))}")
    print(f"  {plan.reach.mean:,.0f} people like it in the end, {plan.negative.mean:,.0f} do not")
    changed = carried.out.probability.mean() / network.out.probability.mean()
    clipped = f"{carried.report.clipped_arcs:,} probabilities were clipped at 1"
    print(f"  a connection is {changed:.0%} as likely to carry it as others; {clipped}")

for name, plan in plans.items():
    fans = fan_of_sport[network.index(plan.seeds["candidate"])].sum()
    print(f"{fans} of the 5 seeds of {name} are in the circle that is fond of sport.")
