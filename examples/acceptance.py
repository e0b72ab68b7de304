"""Creators may decline: what a plan spends on average, and what it may have to spend at most.

python examples/acceptance.py
"""

import numpy as np

import seeding as sd

network, creators = sd.datasets.creator_market(rng=1)
table = creators.frame.assign(candidate=creators.candidates, cost=[f"{c / 100:.2f}" for c in creators.costs])
# Large accounts are asked by many, and say yes less often.
rank = table["followers"].rank(pct=True)
table["accept"] = np.round(0.9 - 0.7 * rank, 2)

for budget_on in ("expected", "worst_case"):
    plan = sd.optimize(network, table, budget=20_000, budget_on=budget_on, gap=0.1, rng=7)
    asked = plan.invitations
    print(f"Budget of 20,000 held for the {budget_on.replace('_', ' ')} spend")
    print(f"  {asked.sent} invitations, of which {asked.acceptances:.1f} are accepted on average")
    print(f"  {asked.expected_spend:,.2f} spent on average, {asked.worst_case_spend:,.2f} if all accept")
    print(f"  {plan.reach.mean:,.0f} people reached; {plan.certificate}")
    print(plan.seeds[["candidate", "cost", "accept", "expected_cost"]].head(3).to_string(index=False))
