"""Upper bounds on the best choice: linear relaxations and Lagrangian multipliers."""
