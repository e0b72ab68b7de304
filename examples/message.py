"""The same network and two messages: who should start each of them?

What people are interested in, whom they believe and where they post decide which arcs carry a message. Here
a sports message and a recipe spread over the same followers, and the best seeds for them differ.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import seeding as sd

random = np.random.default_rng(5)
network = sd.datasets.power_law(2_000, 12_000, rng=3)

# What a team would have in a table of people: interests from 0 to 1, credibility, the platform.
fan_of_sport = random.random(network.n_nodes) < 0.4
people = pd.DataFrame(
    {
        "topic_sport": np.where(fan_of_sport, 0.9, 0.1),
        "topic_food": np.where(fan_of_sport, 0.2, 0.8),
        "trust": random.uniform(0.5, 1.0, network.n_nodes).round(2),
        "platform": random.choice(["tiktok", "instagram", "x"], network.n_nodes),
    },
    index=network.labels,
)
network = network.with_people(people)

messages = {
    "the match on Sunday": sd.Message({"sport": 0.9, "food": 0.1}, quality=0.95, shareability=2.0),
    "a new recipe": sd.Message({"sport": 0.1, "food": 0.9}, quality=0.8, shareability=2.0),
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
    print(f"  {carried.report.clipped_arcs:,} of {carried.n_arcs:,} arcs came out above 1 and were set to 1")

first, second = (set(plan.seeds["candidate"]) for plan in plans.values())
print(f"The two plans share {len(first & second)} of 5 seeds.")
